#include "engine/format/gguf_reader.h"

#include "engine/format/gguf_parser.h"
#include "engine/format/mapped_file.h"
#include "engine/format/split_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <utility>

namespace conclave::engine
{

struct GgufFile::Impl
{
    std::vector<MappedFile> mappings; ///< empty when the bytes are the caller's
    std::vector<std::filesystem::path> paths;
    std::vector<std::span<const std::byte>> parts;
    std::string name;
    gguf::Contents contents;
};

namespace
{

constexpr int kMostParts = 9999;

Error splitError(ErrorCode code, const std::string &file, const std::string &why)
{
    return {code, fmt::format("The model file \"{}\" cannot be used: {}", file, why), "split"};
}

Error badKey(const GgufFile &file, std::string_view key, std::string_view expected)
{
    return {ErrorCode::kBadMetadata,
            fmt::format("The model file \"{}\" cannot be used: its metadata key \"{}\" should be {}. "
                        "Download it again, or choose another conversion of the model.",
                        file.name(), key, expected),
            {}};
}

/// The value as a signed integer, if it is one and fits.
std::optional<std::int64_t> asInteger(const MetadataValue &value)
{
    if (const auto *narrow = std::get_if<std::int64_t>(&value)) {
        return *narrow;
    }
    const auto *wide = std::get_if<std::uint64_t>(&value);
    if (wide != nullptr && *wide <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return static_cast<std::int64_t>(*wide);
    }
    return std::nullopt;
}

/// The value as a number, if it is a finite one.
std::optional<double> asNumber(const MetadataValue &value)
{
    if (const auto *real = std::get_if<double>(&value)) {
        return std::isfinite(*real) ? std::optional(*real) : std::nullopt;
    }
    if (const auto *narrow = std::get_if<std::int64_t>(&value)) {
        return static_cast<double>(*narrow);
    }
    if (const auto *wide = std::get_if<std::uint64_t>(&value)) {
        return static_cast<double>(*wide);
    }
    return std::nullopt;
}

} // namespace

GgufFile::GgufFile(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
GgufFile::GgufFile(GgufFile &&) noexcept = default;
GgufFile &GgufFile::operator=(GgufFile &&) noexcept = default;
GgufFile::~GgufFile() = default;

Result<GgufFile> GgufFile::open(const std::filesystem::path &path)
{
    auto file = openOne(path);
    if (!file) {
        return file;
    }
    const auto count = file->integer("split.count", 1, kMostParts);
    const auto number = file->integer("split.no", 0, kMostParts - 1);
    if (!count || !number) {
        return count ? number.error() : count.error();
    }
    const int parts = static_cast<int>(count->value_or(1));
    if (parts == 1) {
        return file;
    }
    const auto name = splitName(path);
    if (!name || name->count != parts || name->number != number->value_or(0) + 1) {
        return splitError(ErrorCode::kBadFormat, file->name(),
                          fmt::format("it is part {} of {} of a model, but its name does not say so. Give it back the name that ends in "
                                      "-{:05}-of-{:05}.gguf.",
                                      number->value_or(0) + 1, parts, number->value_or(0) + 1, parts));
    }
    if (name->number > 1) {
        return open(name->part(1));
    }
    if (auto others = file->openOtherParts(path, parts); !others) {
        return others.takeError();
    }
    return file;
}

Result<Done> GgufFile::openOtherParts(const std::filesystem::path &path, int count)
{
    const SplitName name = *splitName(path);
    for (int i = 2; i <= count; ++i) {
        auto part = openOne(name.part(i));
        if (!part && part.error().code == ErrorCode::kFileNotFound) {
            return splitError(ErrorCode::kFileNotFound, this->name(),
                              fmt::format("it is the first of {} files, and \"{}\" is missing. Put all of them into one folder.", count,
                                          displayPath(name.part(i))));
        }
        if (!part) {
            return part.takeError();
        }
        if (auto taken = takePart(std::move(*part), i, count); !taken) {
            return taken;
        }
    }
    const auto declared = integer("split.tensors.count", 0, std::numeric_limits<std::int32_t>::max());
    if (declared && declared->value_or(tensors().size()) != static_cast<std::int64_t>(tensors().size())) {
        return splitError(
            ErrorCode::kBadFormat, this->name(),
            fmt::format("its files hold {} tensors together instead of {}. Download them again.", tensors().size(), **declared));
    }
    return declared ? Result<Done>(Done{}) : Result<Done>(declared.error());
}

/// Joins the tensors of another part. Metadata is that of the first part.
Result<Done> GgufFile::takePart(GgufFile &&part, int number, int count)
{
    const auto partNumber = part.integer("split.no", 0, kMostParts - 1);
    const auto partCount = part.integer("split.count", 1, kMostParts);
    if (!partNumber || !partCount || partNumber->value_or(-1) != number - 1 || partCount->value_or(0) != count) {
        return splitError(ErrorCode::kBadFormat, part.name(),
                          fmt::format("it should be part {} of {} of a model and says otherwise. Download it again.", number, count));
    }
    Impl &impl = *m_impl;
    for (TensorInfo &tensor : part.m_impl->contents.tensors) {
        if (!impl.contents.tensorIndex.emplace(tensor.name, impl.contents.tensors.size()).second) {
            return splitError(ErrorCode::kBadTensor, part.name(),
                              fmt::format("its tensor \"{}\" is in another part as well. Download it again.", tensor.name));
        }
        tensor.part = impl.parts.size();
        impl.contents.tensors.push_back(std::move(tensor));
    }
    impl.parts.push_back(part.m_impl->parts.front());
    impl.mappings.push_back(std::move(part.m_impl->mappings.front()));
    impl.paths.push_back(std::move(part.m_impl->paths.front()));
    return Done{};
}

Result<GgufFile> GgufFile::openOne(const std::filesystem::path &path)
{
    auto mapping = MappedFile::open(path);
    if (!mapping) {
        return mapping.takeError();
    }
    auto file = parse(mapping->bytes(), displayPath(path));
    if (file) {
        file->m_impl->mappings.push_back(std::move(*mapping));
        file->m_impl->paths.push_back(path);
    }
    return file;
}

Result<GgufFile> GgufFile::parse(std::span<const std::byte> bytes, std::string name)
{
    try {
        auto contents = gguf::parse(bytes, name);
        if (!contents) {
            return contents.takeError();
        }
        auto impl = std::make_unique<Impl>();
        impl->parts.push_back(bytes);
        impl->name = std::move(name);
        impl->contents = std::move(*contents);
        return GgufFile(std::move(impl));
    } catch (const std::bad_alloc &) {
        return Error{
            ErrorCode::kOutOfMemory, "There is not enough memory to read the model file's header. Close other programs and try again.", {}};
    }
}

const std::string &GgufFile::name() const
{
    return m_impl->name;
}

void GgufFile::willReadWeights() const
{
    for (const MappedFile &mapping : m_impl->mappings) {
        mapping.willReadOften();
    }
}

const std::vector<std::filesystem::path> &GgufFile::paths() const
{
    return m_impl->paths;
}

std::uint64_t GgufFile::sizeBytes() const
{
    std::uint64_t bytes = 0;
    for (const auto &part : m_impl->parts) {
        bytes += part.size();
    }
    return bytes;
}

const std::vector<std::span<const std::byte>> &GgufFile::parts() const
{
    return m_impl->parts;
}

const MetadataValue *GgufFile::find(std::string_view key) const
{
    const auto found = m_impl->contents.metadata.find(key);
    return found == m_impl->contents.metadata.end() ? nullptr : &found->second;
}

Result<std::optional<std::int64_t>> GgufFile::integer(std::string_view key, std::int64_t low, std::int64_t high) const
{
    const MetadataValue *value = find(key);
    if (value == nullptr) {
        return std::optional<std::int64_t>();
    }
    const auto number = asInteger(*value);
    if (!number || *number < low || *number > high) {
        return badKey(*this, key, fmt::format("a whole number from {} to {}", low, high));
    }
    return number;
}

Result<std::optional<double>> GgufFile::number(std::string_view key) const
{
    const MetadataValue *value = find(key);
    if (value == nullptr) {
        return std::optional<double>();
    }
    const auto number = asNumber(*value);
    if (!number) {
        return badKey(*this, key, "a finite number");
    }
    return number;
}

Result<std::optional<bool>> GgufFile::boolean(std::string_view key) const
{
    const MetadataValue *value = find(key);
    if (value == nullptr) {
        return std::optional<bool>();
    }
    if (const auto *truth = std::get_if<bool>(value)) {
        return std::optional(*truth);
    }
    const auto number = asInteger(*value);
    if (!number || *number < 0 || *number > 1) {
        return badKey(*this, key, "true or false");
    }
    return std::optional(*number == 1);
}

Result<std::optional<std::string>> GgufFile::string(std::string_view key) const
{
    const MetadataValue *value = find(key);
    if (value == nullptr) {
        return std::optional<std::string>();
    }
    if (const auto *text = std::get_if<std::string>(value)) {
        return std::optional(*text);
    }
    return badKey(*this, key, "a text");
}

Result<std::optional<std::vector<std::int64_t>>> GgufFile::integers(std::string_view key) const
{
    const MetadataValue *value = find(key);
    if (value == nullptr) {
        return std::optional<std::vector<std::int64_t>>();
    }
    if (const auto *list = std::get_if<std::vector<std::int64_t>>(value)) {
        return std::optional(*list);
    }
    if (const auto number = asInteger(*value)) {
        return std::optional(std::vector<std::int64_t>{*number});
    }
    return badKey(*this, key, "a list of whole numbers");
}

Result<std::optional<std::vector<double>>> GgufFile::numbers(std::string_view key) const
{
    const MetadataValue *value = find(key);
    if (value == nullptr) {
        return std::optional<std::vector<double>>();
    }
    if (const auto *list = std::get_if<std::vector<double>>(value)) {
        if (!std::all_of(list->begin(), list->end(), [](double x) { return std::isfinite(x); })) {
            return badKey(*this, key, "a list of finite numbers");
        }
        return std::optional(*list);
    }
    if (const auto *list = std::get_if<std::vector<std::int64_t>>(value)) {
        return std::optional(std::vector<double>(list->begin(), list->end()));
    }
    if (const auto number = asNumber(*value)) {
        return std::optional(std::vector<double>{*number});
    }
    return badKey(*this, key, "a list of numbers");
}

Result<std::optional<std::vector<std::string>>> GgufFile::strings(std::string_view key) const
{
    const MetadataValue *value = find(key);
    if (value == nullptr) {
        return std::optional<std::vector<std::string>>();
    }
    if (const auto *list = std::get_if<std::vector<std::string>>(value)) {
        return std::optional(*list);
    }
    if (const auto *text = std::get_if<std::string>(value)) {
        return std::optional(std::vector<std::string>{*text});
    }
    return badKey(*this, key, "a list of texts");
}

const std::vector<TensorInfo> &GgufFile::tensors() const
{
    return m_impl->contents.tensors;
}

const TensorInfo *GgufFile::findTensor(std::string_view name) const
{
    const auto found = m_impl->contents.tensorIndex.find(name);
    return found == m_impl->contents.tensorIndex.end() ? nullptr : &m_impl->contents.tensors[found->second];
}

} // namespace conclave::engine
