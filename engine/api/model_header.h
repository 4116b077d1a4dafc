#pragma once

#include "engine/api/types.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// What a library of model files shows of each, told from headers alone: whatever the size of the file, no weight is read.
namespace conclave::engine
{

enum class FileKind
{
    kModel,
    kProjector, ///< the vision part of a model in a file of its own
    kOther,     ///< a GGUF file that is neither: an adapter, say, or a model of an architecture that this version does not know
};

struct ModelHeader
{
    FileKind kind = FileKind::kOther;
    ModelInfo info;                     ///< of a model as describeModel tells it; of other files name, architecture, sizes as far as known
    std::string family;                 ///< general.basename: "Qwen3"; empty: not stated
    std::string sizeLabel;              ///< general.size_label: "30B-A3B"
    std::string licence;                ///< general.license
    std::string author;                 ///< general.organization or general.author
    std::vector<std::string> languages; ///< general.languages, as stated: "en", "zh"
    std::vector<std::filesystem::path> files; ///< the file, or all parts of a split model, in order
    bool wantsProjector = false;              ///< a model that sees only with a projector file
    std::string projectorType;                ///< of a projector: what fits to what
    std::optional<Error> problem;             ///< why this file cannot be run as it is; nothing else in its folder is changed by that
};

/// Reads the header of `file` (any part of a split model), and looks for its projector beside it. Errors where nothing can be told of the
/// file at all: kFileNotFound, kFileUnreadable, kFileTruncated, kBadFormat, kBadMetadata, kBadTensor, kOutOfMemory.
Result<ModelHeader> readModelHeader(const std::filesystem::path &file);

/// Whether `file` by itself is a whole GGUF file, a part of a split model included: its name does not matter. Errors as above.
Result<Done> checkModelFile(const std::filesystem::path &file);

} // namespace conclave::engine
