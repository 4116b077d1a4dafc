#include "engine/format/gguf_reader.h"

#include "engine/format/gguf_parser.h"
#include "engine/format/mapped_file.h"

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
    std::optional<MappedFile> mapping; ///< empty when the bytes are the caller's
    std::span<const std::byte> bytes;
    std::string name;
    gguf::Contents contents;
};

namespace
{

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
    auto mapping = MappedFile::open(path);
    if (!mapping) {
        return mapping.takeError();
    }
    auto file = parse(mapping->bytes(), displayPath(path));
    if (file) {
        file->m_impl->mapping = std::move(*mapping);
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
        impl->bytes = bytes;
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

std::uint64_t GgufFile::sizeBytes() const
{
    return m_impl->bytes.size();
}

std::span<const std::byte> GgufFile::bytes() const
{
    return m_impl->bytes;
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
