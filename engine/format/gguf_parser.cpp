#include "engine/format/gguf_parser.h"

#include "engine/format/gguf_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

static_assert(std::endian::native == std::endian::little, "GGUF is read in place; big-endian machines need byte swaps here");

namespace conclave::engine::gguf
{

namespace
{

/// Names out of a hostile file go into messages: shortened, and without control characters or invalid UTF-8.
std::string inQuotes(std::string_view text)
{
    constexpr std::size_t kMost = 64;
    std::string out = "\"";
    for (const char c : text.substr(0, kMost)) {
        const bool plain = c >= 0x20 && c < 0x7F;
        out += plain ? c : '?';
    }
    out += text.size() > kMost ? "...\"" : "\"";
    return out;
}

/// Smallest number of bytes one array element takes in the file; 0 for a type that cannot be in an array.
std::size_t smallestSize(ValueType type)
{
    switch (type) {
    case ValueType::kUint8:
    case ValueType::kInt8:
    case ValueType::kBool:
        return 1;
    case ValueType::kUint16:
    case ValueType::kInt16:
        return 2;
    case ValueType::kUint32:
    case ValueType::kInt32:
    case ValueType::kFloat32:
        return 4;
    case ValueType::kUint64:
    case ValueType::kInt64:
    case ValueType::kFloat64:
    case ValueType::kString:
        return 8;
    case ValueType::kArray:
        break;
    }
    return 0;
}

bool multiply(std::uint64_t a, std::uint64_t b, std::uint64_t &out)
{
    if (b != 0 && a > std::numeric_limits<std::uint64_t>::max() / b) {
        return false;
    }
    out = a * b;
    return true;
}

class Parser
{
public:
    Parser(std::span<const std::byte> bytes, const std::string &name) : m_bytes(bytes), m_name(name), m_cursor(bytes) {}

    Result<Contents> run()
    {
        if (auto done = readHeader(); !done) {
            return done.takeError();
        }
        if (auto done = readMetadata(); !done) {
            return done.takeError();
        }
        if (auto done = readTensorTable(); !done) {
            return done.takeError();
        }
        if (auto done = placeTensors(); !done) {
            return done.takeError();
        }
        return std::move(m_contents);
    }

private:
    Error truncated(std::string_view field) const
    {
        return {ErrorCode::kFileTruncated,
                fmt::format("The model file \"{}\" ends early, at {}. The download is incomplete; download it again.", m_name, field),
                context()};
    }
    Error bad(ErrorCode code, std::string_view field, std::string_view what) const
    {
        return {code,
                fmt::format("The model file \"{}\" is damaged: {} {}. Download it again, or choose another file.", m_name, field, what),
                context()};
    }
    Error badFormat(std::string_view field, std::string_view what) const { return bad(ErrorCode::kBadFormat, field, what); }
    std::string context() const { return fmt::format("offset {} of {}", m_cursor.position(), m_bytes.size()); }

    Error notGguf() const;
    Result<Done> readHeader();
    Result<Done> checkVersion(std::uint32_t version) const;
    Result<Done> readMetadata();
    Result<MetadataValue> readValue(const std::string &field);
    Result<MetadataValue> readArray(const std::string &field);
    Result<MetadataValue> readStrings(const std::string &field, std::uint64_t count);
    template <typename T, typename Wide>
    Result<MetadataValue> readScalar(const std::string &field);
    template <typename T, typename Wide>
    Result<MetadataValue> readElements(const std::string &field, std::uint64_t count);
    Result<Done> readAlignment();
    Result<Done> readTensorTable();
    Result<TensorInfo> readTensor(const std::string &field, std::uint64_t &offset);
    Result<Done> readShape(TensorInfo &tensor);
    Result<Done> placeTensors();
    Result<Done> placeTensor(TensorInfo &tensor, std::uint64_t offset, std::uint64_t dataStart) const;

    std::span<const std::byte> m_bytes;
    const std::string &m_name;
    ByteCursor m_cursor;
    Contents m_contents;
    std::uint64_t m_tensorCount = 0;
    std::uint64_t m_keyCount = 0;
    std::uint64_t m_alignment = kDefaultAlignment;
    std::vector<std::uint64_t> m_offsets; ///< of each tensor within the data section
};

/// Says what the file is instead, where its first bytes tell.
Error Parser::notGguf() const
{
    const std::string_view start(reinterpret_cast<const char *>(m_bytes.data()), std::min<std::size_t>(m_bytes.size(), 48));
    std::string what = "It may be another kind of file with its name changed.";
    if (start.starts_with("version https://git-lfs")) {
        what = "It is a Git LFS pointer, which only stands for the real file.";
    } else if (start.find("<html") != std::string_view::npos || start.starts_with("<!DOCTYPE") || start.starts_with("<!doctype")) {
        what = "It is a web page, probably the error page of a download.";
    } else if (start.starts_with("PK\x03\x04") || start.starts_with("\x1f\x8b")) {
        what = "It is a compressed archive; unpack it first.";
    }
    return {ErrorCode::kBadFormat,
            fmt::format("\"{}\" is not a GGUF model file. {} Choose a .gguf file, or download it again.", m_name, what),
            "starts with " + inQuotes(start)};
}

Result<Done> Parser::checkVersion(std::uint32_t version) const
{
    if (version >= kOldestVersion && version <= kNewestVersion) {
        return Done{};
    }
    if ((version & 0xFFFFU) == 0) {
        return Error{ErrorCode::kBadFormat,
                     fmt::format("The model file \"{}\" is stored for big-endian machines. Download the little-endian version.", m_name),
                     fmt::format("version {:#010x}", version)};
    }
    const char *age = version < kOldestVersion ? "too old" : "newer than this program knows";
    return Error{ErrorCode::kBadFormat,
                 fmt::format("The model file \"{}\" has GGUF version {}, which is {}. Versions {} and {} can be read; "
                             "download a newer conversion of the model or update the program.",
                             m_name, version, age, kOldestVersion, kNewestVersion),
                 {}};
}

Result<Done> Parser::readHeader()
{
    std::uint32_t magic = 0;
    if (!m_cursor.read(magic)) {
        return m_bytes.empty() ? truncated("the first byte") : notGguf();
    }
    if (magic != kMagic) {
        return notGguf();
    }
    std::uint32_t version = 0;
    if (!m_cursor.read(version)) {
        return truncated("the version");
    }
    if (auto checked = checkVersion(version); !checked) {
        return checked;
    }
    if (!m_cursor.read(m_tensorCount) || !m_cursor.read(m_keyCount)) {
        return truncated("the number of tensors and metadata keys");
    }
    // Bounds what the loops below may allocate: each entry takes at least this many bytes of the file.
    constexpr std::size_t kSmallestKey = 8 + 4 + 1;
    constexpr std::size_t kSmallestTensor = 8 + 4 + 8 + 4 + 8;
    if (m_keyCount > m_cursor.remaining() / kSmallestKey) {
        return badFormat("the number of metadata keys", fmt::format("({}) is more than the file can hold", m_keyCount));
    }
    if (m_tensorCount > m_cursor.remaining() / kSmallestTensor) {
        return badFormat("the number of tensors", fmt::format("({}) is more than the file can hold", m_tensorCount));
    }
    return Done{};
}

Result<Done> Parser::readMetadata()
{
    for (std::uint64_t i = 0; i < m_keyCount; ++i) {
        std::string_view key;
        if (!m_cursor.readString(key)) {
            return truncated(fmt::format("the name of metadata key {} of {}", i + 1, m_keyCount));
        }
        const std::string field = "the metadata key " + inQuotes(key);
        if (key.empty()) {
            return badFormat(field, "has no name");
        }
        if (m_contents.metadata.contains(key)) {
            return bad(ErrorCode::kBadMetadata, field, "occurs twice");
        }
        auto value = readValue(field);
        if (!value) {
            return value.takeError();
        }
        m_contents.metadata.emplace(key, std::move(*value));
    }
    return readAlignment();
}

template <typename T, typename Wide>
Result<MetadataValue> Parser::readScalar(const std::string &field)
{
    T value{};
    if (!m_cursor.read(value)) {
        return truncated(field);
    }
    return MetadataValue(static_cast<Wide>(value));
}

Result<MetadataValue> Parser::readValue(const std::string &field)
{
    std::uint32_t type = 0;
    if (!m_cursor.read(type)) {
        return truncated(field);
    }
    switch (static_cast<ValueType>(type)) {
    case ValueType::kUint8:
        return readScalar<std::uint8_t, std::uint64_t>(field);
    case ValueType::kInt8:
        return readScalar<std::int8_t, std::int64_t>(field);
    case ValueType::kUint16:
        return readScalar<std::uint16_t, std::uint64_t>(field);
    case ValueType::kInt16:
        return readScalar<std::int16_t, std::int64_t>(field);
    case ValueType::kUint32:
        return readScalar<std::uint32_t, std::uint64_t>(field);
    case ValueType::kInt32:
        return readScalar<std::int32_t, std::int64_t>(field);
    case ValueType::kUint64:
        return readScalar<std::uint64_t, std::uint64_t>(field);
    case ValueType::kInt64:
        return readScalar<std::int64_t, std::int64_t>(field);
    case ValueType::kFloat32:
        return readScalar<float, double>(field);
    case ValueType::kFloat64:
        return readScalar<double, double>(field);
    case ValueType::kBool: // read as a byte: a bool object must not hold another value than 0 or 1
        return readScalar<std::uint8_t, bool>(field);
    case ValueType::kString: {
        std::string_view text;
        if (!m_cursor.readString(text)) {
            return truncated(field);
        }
        return MetadataValue(std::string(text));
    }
    case ValueType::kArray:
        return readArray(field);
    }
    return bad(ErrorCode::kBadMetadata, field, fmt::format("has the unknown value type {}", type));
}

template <typename T, typename Wide>
Result<MetadataValue> Parser::readElements(const std::string &field, std::uint64_t count)
{
    std::vector<Wide> values(static_cast<std::size_t>(count));
    for (Wide &value : values) {
        T stored{};
        if (!m_cursor.read(stored)) {
            return truncated(field);
        }
        if constexpr (std::is_same_v<T, std::uint64_t>) {
            if (stored > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
                return bad(ErrorCode::kBadMetadata, field, fmt::format("holds the number {}, which is out of range", stored));
            }
        }
        value = static_cast<Wide>(stored);
    }
    return MetadataValue(std::move(values));
}

Result<MetadataValue> Parser::readStrings(const std::string &field, std::uint64_t count)
{
    std::vector<std::string> values;
    values.reserve(static_cast<std::size_t>(count));
    for (std::uint64_t i = 0; i < count; ++i) {
        std::string_view text;
        if (!m_cursor.readString(text)) {
            return truncated(fmt::format("element {} of {}", i, field));
        }
        values.emplace_back(text);
    }
    return MetadataValue(std::move(values));
}

Result<MetadataValue> Parser::readArray(const std::string &field)
{
    std::uint32_t type = 0;
    std::uint64_t count = 0;
    if (!m_cursor.read(type) || !m_cursor.read(count)) {
        return truncated(field);
    }
    const auto element = static_cast<ValueType>(type);
    const std::size_t smallest = smallestSize(element);
    if (smallest == 0) {
        return bad(ErrorCode::kBadMetadata, field, fmt::format("is a list with elements of the unsupported type {}", type));
    }
    if (count > m_cursor.remaining() / smallest) {
        return truncated(fmt::format("{} (a list of {} elements)", field, count));
    }
    switch (element) {
    case ValueType::kUint8:
    case ValueType::kBool:
        return readElements<std::uint8_t, std::int64_t>(field, count);
    case ValueType::kInt8:
        return readElements<std::int8_t, std::int64_t>(field, count);
    case ValueType::kUint16:
        return readElements<std::uint16_t, std::int64_t>(field, count);
    case ValueType::kInt16:
        return readElements<std::int16_t, std::int64_t>(field, count);
    case ValueType::kUint32:
        return readElements<std::uint32_t, std::int64_t>(field, count);
    case ValueType::kInt32:
        return readElements<std::int32_t, std::int64_t>(field, count);
    case ValueType::kUint64:
        return readElements<std::uint64_t, std::int64_t>(field, count);
    case ValueType::kInt64:
        return readElements<std::int64_t, std::int64_t>(field, count);
    case ValueType::kFloat32:
        return readElements<float, double>(field, count);
    case ValueType::kFloat64:
        return readElements<double, double>(field, count);
    default:
        return readStrings(field, count);
    }
}

Result<Done> Parser::readAlignment()
{
    const auto found = m_contents.metadata.find(kAlignmentKey);
    if (found == m_contents.metadata.end()) {
        return Done{};
    }
    const std::string field = fmt::format("the metadata key \"{}\"", kAlignmentKey);
    if (const auto *wide = std::get_if<std::uint64_t>(&found->second)) {
        m_alignment = *wide;
    } else if (const auto *narrow = std::get_if<std::int64_t>(&found->second); narrow != nullptr && *narrow > 0) {
        m_alignment = static_cast<std::uint64_t>(*narrow);
    } else {
        return bad(ErrorCode::kBadMetadata, field, "is not a positive whole number");
    }
    constexpr std::uint64_t kMost = std::uint64_t{1} << 31;
    if (!std::has_single_bit(m_alignment) || m_alignment < kMinAlignment || m_alignment > kMost) {
        return bad(ErrorCode::kBadMetadata, field,
                   fmt::format("is {}, but must be a power of two from {} to {}", m_alignment, kMinAlignment, kMost));
    }
    return Done{};
}

Result<Done> Parser::readTensorTable()
{
    m_contents.tensors.reserve(static_cast<std::size_t>(m_tensorCount));
    m_offsets.reserve(static_cast<std::size_t>(m_tensorCount));
    for (std::uint64_t i = 0; i < m_tensorCount; ++i) {
        std::uint64_t offset = 0;
        auto tensor = readTensor(fmt::format("entry {} of {} of the tensor table", i + 1, m_tensorCount), offset);
        if (!tensor) {
            return tensor.takeError();
        }
        if (!m_contents.tensorIndex.emplace(tensor->name, m_contents.tensors.size()).second) {
            return bad(ErrorCode::kBadTensor, "the tensor " + inQuotes(tensor->name), "occurs twice");
        }
        m_contents.tensors.push_back(std::move(*tensor));
        m_offsets.push_back(offset);
    }
    return Done{};
}

Result<TensorInfo> Parser::readTensor(const std::string &field, std::uint64_t &offset)
{
    std::string_view name;
    if (!m_cursor.readString(name)) {
        return truncated(field);
    }
    if (name.empty()) {
        return bad(ErrorCode::kBadTensor, field, "has no name");
    }
    TensorInfo tensor;
    tensor.name = name;
    if (auto shape = readShape(tensor); !shape) {
        return shape.takeError();
    }
    if (!m_cursor.read(tensor.rawType) || !m_cursor.read(offset)) {
        return truncated("the tensor " + inQuotes(name));
    }
    tensor.dtype = static_cast<kernels::DType>(tensor.rawType);
    tensor.knownType = kernels::blockLayout(tensor.dtype).bytes != 0;
    return tensor;
}

Result<Done> Parser::readShape(TensorInfo &tensor)
{
    const std::string field = "the tensor " + inQuotes(tensor.name);
    std::uint32_t rank = 0;
    if (!m_cursor.read(rank)) {
        return truncated(field);
    }
    if (rank > kMaxRank) {
        return bad(ErrorCode::kBadTensor, field, fmt::format("has {} dimensions, but at most {} are allowed", rank, kMaxRank));
    }
    tensor.rank = std::max<int>(static_cast<int>(rank), 1); // rank 0 is a single value
    tensor.shape[0] = 1;
    for (std::uint32_t i = 0; i < rank; ++i) {
        std::int64_t extent = 0;
        if (!m_cursor.read(extent)) {
            return truncated(field);
        }
        if (extent < 1) {
            return bad(ErrorCode::kBadTensor, field, fmt::format("has a dimension of {}", extent));
        }
        tensor.shape[rank - 1 - i] = extent; // stored fastest first
    }
    return Done{};
}

Result<Done> Parser::placeTensors()
{
    if (m_contents.tensors.empty()) {
        return Done{};
    }
    const std::uint64_t tableEnd = m_cursor.position();
    const std::uint64_t dataStart = (tableEnd + m_alignment - 1) & ~(m_alignment - 1);
    if (dataStart >= m_bytes.size()) {
        return truncated("the start of the tensor data");
    }
    for (std::size_t i = 0; i < m_contents.tensors.size(); ++i) {
        if (auto placed = placeTensor(m_contents.tensors[i], m_offsets[i], dataStart); !placed) {
            return placed;
        }
    }
    return Done{};
}

Result<Done> Parser::placeTensor(TensorInfo &tensor, std::uint64_t offset, std::uint64_t dataStart) const
{
    const std::string field = "the tensor " + inQuotes(tensor.name);
    if (offset % m_alignment != 0) {
        return bad(ErrorCode::kBadTensor, field, fmt::format("starts at {}, which is no multiple of {}", offset, m_alignment));
    }
    const std::uint64_t available = m_bytes.size() - dataStart;
    if (offset >= available) {
        return truncated(field);
    }
    std::uint64_t rows = 1;
    for (int i = 0; i + 1 < tensor.rank; ++i) {
        if (!multiply(rows, static_cast<std::uint64_t>(tensor.shape[i]), rows)) {
            return bad(ErrorCode::kBadTensor, field, "has dimensions whose product is too large");
        }
    }
    if (!tensor.knownType) {
        return Done{};
    }
    const kernels::BlockLayout layout = kernels::blockLayout(tensor.dtype);
    const auto rowElements = static_cast<std::uint64_t>(tensor.shape[tensor.rank - 1]);
    if (rowElements % layout.elements != 0) {
        return bad(ErrorCode::kBadTensor, field, fmt::format("has rows of {} values, no multiple of {}", rowElements, layout.elements));
    }
    std::uint64_t size = 0;
    if (!multiply(rowElements / layout.elements, layout.bytes, size) || !multiply(size, rows, size)) {
        return bad(ErrorCode::kBadTensor, field, "has dimensions whose product is too large");
    }
    if (size > available - offset) {
        return truncated(field);
    }
    tensor.data = m_bytes.subspan(static_cast<std::size_t>(dataStart + offset), static_cast<std::size_t>(size));
    return Done{};
}

} // namespace

Result<Contents> parse(std::span<const std::byte> bytes, const std::string &name)
{
    return Parser(bytes, name).run();
}

} // namespace conclave::engine::gguf
