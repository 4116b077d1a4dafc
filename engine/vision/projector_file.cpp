#include "engine/vision/projector_file.h"

#include <algorithm>
#include <system_error>
#include <vector>

namespace conclave::engine
{
namespace
{

std::string textAt(const GgufFile &file, std::string_view key)
{
    auto value = file.string(key);
    return value ? std::move(*value).value_or(std::string()) : std::string();
}

/// clip.projector_type, or where a file has several parts, that of its vision part.
std::string projectorType(const GgufFile &file)
{
    const std::string type = textAt(file, "clip.projector_type");
    return type.empty() ? textAt(file, "clip.vision.projector_type") : type;
}

bool isNamedProjector(const std::filesystem::path &path)
{
    std::string name = path.filename().string();
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return name.starts_with("mmproj") && name.ends_with(".gguf");
}

bool fits(const std::filesystem::path &path, const ProjectorNeeds &needs)
{
    const auto file = GgufFile::open(path);
    return file && checkProjector(*file, needs).ok();
}

} // namespace

bool isProjector(const GgufFile &file)
{
    return textAt(file, "general.architecture") == "clip";
}

Result<Done> checkProjector(const GgufFile &projector, const ProjectorNeeds &needs)
{
    if (!isProjector(projector))
        return Error{ErrorCode::kUnsupportedArchitecture,
                     "The file \"" + projector.name() + "\" is no projector. Choose the mmproj*.gguf file that belongs to the model.",
                     "general.architecture"};
    const std::string type = projectorType(projector);
    if (type != needs.type)
        return Error{ErrorCode::kUnsupportedArchitecture,
                     "The projector \"" + projector.name() + "\" is of the type \"" + type + "\", and the model needs \"" +
                         std::string(needs.type) + "\". Choose the mmproj*.gguf file that belongs to the model.",
                     "clip.projector_type"};
    auto width = projector.integer("clip.vision.projection_dim", 1, 1 << 17);
    if (!width)
        return width.takeError();
    if (!*width || **width != needs.width)
        return Error{ErrorCode::kBadMetadata,
                     "The projector \"" + projector.name() + "\" belongs to another model: its rows are " +
                         std::to_string(width->value_or(0)) + " wide, and the model needs " + std::to_string(needs.width) +
                         ". Choose the mmproj*.gguf file that belongs to the model.",
                     "clip.vision.projection_dim"};
    return Done{};
}

Result<std::optional<std::filesystem::path>> findProjector(const std::filesystem::path &model, const ProjectorNeeds &needs)
{
    std::vector<std::filesystem::path> found;
    std::error_code failed;
    const std::filesystem::path folder = model.has_parent_path() ? model.parent_path() : std::filesystem::path(".");
    for (auto entry = std::filesystem::directory_iterator(folder, failed); !failed && entry != std::filesystem::directory_iterator();
         entry.increment(failed)) {
        std::error_code unknown;
        if (isNamedProjector(entry->path()) && entry->is_regular_file(unknown) && fits(entry->path(), needs))
            found.push_back(entry->path());
    }
    if (found.empty())
        return std::optional<std::filesystem::path>();
    if (found.size() == 1)
        return std::optional<std::filesystem::path>(found.front());
    std::sort(found.begin(), found.end());
    std::string names;
    for (const std::filesystem::path &path : found)
        names += (names.empty() ? "\"" : ", \"") + path.filename().string() + "\"";
    return Error{ErrorCode::kInvalidRequest,
                 "Several projector files beside the model \"" + model.filename().string() + "\" fit it: " + names +
                     ". Name one of them (--projector FILE), or keep only one there.",
                 names};
}

} // namespace conclave::engine
