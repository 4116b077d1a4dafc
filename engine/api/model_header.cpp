#include "engine/api/model_header.h"

#include "engine/format/mapped_file.h"
#include "engine/format/split_files.h"
#include "engine/model/metadata_keys.h"
#include "engine/model/model.h"
#include "engine/vision/projector_file.h"

#include <exception>
#include <new>

namespace conclave::engine
{
namespace
{

constexpr std::size_t kMostText = 256; // of a text that goes into a list

/// Texts out of a file of any origin: whatever is no text is left out.
std::string textAt(const GgufFile &file, const char *key)
{
    auto value = file.string(key);
    std::string text = value ? std::move(*value).value_or(std::string()) : std::string();
    if (text.size() > kMostText)
        text.resize(kMostText);
    return text;
}

std::vector<std::string> textsAt(const GgufFile &file, const char *key)
{
    constexpr std::size_t kMostTexts = 64;
    auto values = file.strings(key);
    if (!values || !*values)
        return {};
    std::vector<std::string> texts = std::move(**values);
    if (texts.size() > kMostTexts)
        texts.resize(kMostTexts);
    std::erase_if(texts, [](const std::string &text) { return text.empty() || text.size() > kMostText; });
    return texts;
}

int smallNumber(const GgufFile &file, const std::string &key)
{
    const auto value = file.integer(key, 0, 1 << 30);
    return value && *value ? static_cast<int>(**value) : 0;
}

std::vector<std::filesystem::path> filesOf(const std::filesystem::path &path, const GgufFile &file)
{
    const auto split = splitName(path);
    if (!split || file.parts().size() < 2)
        return {path};
    std::vector<std::filesystem::path> files;
    for (int i = 1; i <= split->count; ++i)
        files.push_back(split->part(i));
    return files;
}

/// What can be said of a file that this version does not run.
ModelInfo roughInfo(const GgufFile &file)
{
    ModelInfo info;
    info.architecture = textAt(file, "general.architecture");
    info.path = file.name();
    info.name = textAt(file, "general.name");
    if (info.name.empty())
        info.name = std::filesystem::path(info.path).stem().string();
    info.fileBytes = file.sizeBytes();
    if (!info.architecture.empty()) {
        info.layers = smallNumber(file, info.architecture + ".block_count");
        info.contextTokens = smallNumber(file, info.architecture + ".context_length");
        info.experts = smallNumber(file, info.architecture + ".expert_count");
        info.expertsUsed = smallNumber(file, info.architecture + ".expert_used_count");
    }
    return info;
}

/// Vision comes from a projector beside the model; several that fit are a problem only for seeing.
void pairProjector(const GgufFile &file, const std::filesystem::path &path, ModelHeader &header)
{
    const auto needs = projectorNeeds(file);
    if (!needs || needs->type.empty())
        return;
    header.wantsProjector = true;
    auto found = findProjector(path, *needs);
    if (!found) {
        header.problem = found.takeError();
    } else if (*found) {
        header.info.projector = displayPath(**found);
        header.info.readsImages = true;
    }
}

Result<ModelHeader> read(const std::filesystem::path &path)
{
    auto file = GgufFile::open(path);
    if (!file)
        return file.takeError();
    ModelHeader header;
    header.family = textAt(*file, "general.basename");
    header.sizeLabel = textAt(*file, "general.size_label");
    header.licence = textAt(*file, "general.license");
    header.author = textAt(*file, "general.organization");
    if (header.author.empty())
        header.author = textAt(*file, "general.author");
    header.languages = textsAt(*file, "general.languages");
    header.files = filesOf(path, *file);
    if (isProjector(*file)) {
        header.kind = FileKind::kProjector;
        header.info = roughInfo(*file);
        header.projectorType = textAt(*file, "clip.projector_type");
        if (header.projectorType.empty())
            header.projectorType = textAt(*file, "clip.vision.projector_type");
        return header;
    }
    auto info = describeFile(*file);
    if (!info) {
        header.info = roughInfo(*file);
        header.problem = info.takeError();
        return header;
    }
    header.kind = FileKind::kModel;
    header.info = std::move(*info);
    pairProjector(*file, header.files.front(), header);
    return header;
}

} // namespace

Result<ModelHeader> readModelHeader(const std::filesystem::path &file)
{
    try {
        return read(file);
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::kOutOfMemory, "There is not enough memory to read the header of a model file. Close other programs.",
                     displayPath(file)};
    } catch (const std::exception &exception) {
        return Error{ErrorCode::kFileUnreadable, "The model file could not be opened: " + std::string(exception.what()), displayPath(file)};
    }
}

Result<Done> checkModelFile(const std::filesystem::path &file)
{
    try {
        auto mapping = MappedFile::open(file);
        if (!mapping)
            return mapping.takeError();
        auto parsed = GgufFile::parse(mapping->bytes(), displayPath(file));
        return parsed ? Result<Done>(Done{}) : Result<Done>(parsed.takeError());
    } catch (const std::exception &exception) {
        return Error{ErrorCode::kFileUnreadable, "The model file could not be opened: " + std::string(exception.what()), displayPath(file)};
    }
}

} // namespace conclave::engine
