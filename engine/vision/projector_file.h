#pragma once

#include "engine/base/result.h"
#include "engine/format/gguf_reader.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

/// Projector files (mmproj*.gguf): the vision part of a model, in a file of its own beside the model's.
namespace conclave::engine
{

/// True for a file that is the vision part of a model and no model itself.
bool isProjector(const GgufFile &file);

/// What a model needs of a projector.
struct ProjectorNeeds
{
    std::string_view type; ///< clip.projector_type
    int width = 0;         ///< clip.vision.projection_dim: the model's embedding length
};

/// Checks that `projector` can serve a model with these needs. kUnsupportedArchitecture: no projector, or one of another type;
/// kBadMetadata: of another width.
Result<Done> checkProjector(const GgufFile &projector, const ProjectorNeeds &needs);

/// The file in the folder of `model` whose name begins with "mmproj" and which fits; none: nullopt. Files that cannot be read or do not
/// fit are passed over. kInvalidRequest, naming them, when several fit.
Result<std::optional<std::filesystem::path>> findProjector(const std::filesystem::path &model, const ProjectorNeeds &needs);

} // namespace conclave::engine
