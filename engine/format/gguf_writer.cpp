#include "engine/format/gguf_writer.h"

#include "engine/format/gguf_format.h"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <ostream>
#include <type_traits>
#include <utility>

namespace conclave::engine
{

namespace
{

using gguf::ValueType;

template <typename T>
constexpr ValueType valueType()
{
    if constexpr (std::is_same_v<T, std::uint8_t>) {
        return ValueType::kUint8;
    } else if constexpr (std::is_same_v<T, std::int8_t>) {
        return ValueType::kInt8;
    } else if constexpr (std::is_same_v<T, std::uint16_t>) {
        return ValueType::kUint16;
    } else if constexpr (std::is_same_v<T, std::int16_t>) {
        return ValueType::kInt16;
    } else if constexpr (std::is_same_v<T, std::uint32_t>) {
        return ValueType::kUint32;
    } else if constexpr (std::is_same_v<T, std::int32_t>) {
        return ValueType::kInt32;
    } else if constexpr (std::is_same_v<T, std::uint64_t>) {
        return ValueType::kUint64;
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
        return ValueType::kInt64;
    } else if constexpr (std::is_same_v<T, float>) {
        return ValueType::kFloat32;
    } else if constexpr (std::is_same_v<T, double>) {
        return ValueType::kFloat64;
    } else if constexpr (std::is_same_v<T, bool>) {
        return ValueType::kBool;
    } else {
        static_assert(std::is_same_v<T, std::string>);
        return ValueType::kString;
    }
}

/// Collects the header in memory: it is small beside the tensors.
class HeaderBytes
{
public:
    template <typename T>
    void scalar(T value)
    {
        const auto *first = reinterpret_cast<const char *>(&value);
        m_bytes.append(first, sizeof(T));
    }
    void value(bool truth) { scalar<std::uint8_t>(truth ? 1 : 0); }
    void value(const std::string &text)
    {
        scalar<std::uint64_t>(text.size());
        m_bytes += text;
    }
    template <typename T>
    void value(T number)
    {
        scalar(number);
    }
    template <typename T>
    void typed(const T &item)
    {
        scalar(static_cast<std::uint32_t>(valueType<T>()));
        value(item);
    }
    template <typename T>
    void typed(const std::vector<T> &list)
    {
        scalar(static_cast<std::uint32_t>(ValueType::kArray));
        scalar(static_cast<std::uint32_t>(valueType<T>()));
        scalar<std::uint64_t>(list.size());
        for (const T &item : list) {
            value(item);
        }
    }
    const std::string &bytes() const { return m_bytes; }

private:
    std::string m_bytes;
};

std::uint64_t padded(std::uint64_t size, std::uint64_t alignment)
{
    return (size + alignment - 1) / alignment * alignment;
}

Error misuse(std::string message)
{
    return {ErrorCode::kInvalidRequest, std::move(message), {}};
}

} // namespace

GgufWriter::GgufWriter(std::ostream &stream, std::uint64_t alignment) : m_stream(stream), m_alignment(alignment)
{
    if (alignment != gguf::kDefaultAlignment) {
        set(gguf::kAlignmentKey, static_cast<std::uint32_t>(alignment));
    }
}

void GgufWriter::set(std::string key, StoredValue value)
{
    for (Entry &entry : m_entries) {
        if (entry.key == key) {
            entry.value = std::move(value);
            return;
        }
    }
    m_entries.push_back({std::move(key), std::move(value)});
}

Result<Done> GgufWriter::declare(std::string name, kernels::DType type, std::vector<std::int64_t> shape)
{
    if (m_begun || shape.empty() || shape.size() > gguf::kMaxRank) {
        return misuse(fmt::format("The tensor \"{}\" cannot be declared here or with {} dimensions.", name, shape.size()));
    }
    const std::size_t row = shape.back() > 0 ? kernels::rowBytes(type, static_cast<std::size_t>(shape.back())) : 0;
    std::uint64_t size = row;
    for (std::size_t i = 0; i + 1 < shape.size(); ++i) {
        size = shape[i] > 0 ? size * static_cast<std::uint64_t>(shape[i]) : 0;
    }
    if (size == 0) {
        return misuse(fmt::format("The tensor \"{}\" has an unknown type, no values, or rows that are no multiple of a block.", name));
    }
    m_tensors.push_back({std::move(name), type, std::move(shape), size});
    return Done{};
}

Result<Done> GgufWriter::begin()
{
    if (m_begun) {
        return misuse("The header was written before.");
    }
    HeaderBytes header;
    header.scalar(gguf::kMagic);
    header.scalar(gguf::kNewestVersion);
    header.scalar<std::uint64_t>(m_tensors.size());
    header.scalar<std::uint64_t>(m_entries.size());
    for (const Entry &entry : m_entries) {
        header.value(entry.key);
        std::visit([&header](const auto &value) { header.typed(value); }, entry.value);
    }
    std::uint64_t offset = 0;
    for (const Declared &tensor : m_tensors) {
        header.value(tensor.name);
        header.scalar(static_cast<std::uint32_t>(tensor.shape.size()));
        for (auto extent = tensor.shape.rbegin(); extent != tensor.shape.rend(); ++extent) {
            header.scalar(*extent);
        }
        header.scalar(static_cast<std::uint32_t>(tensor.type));
        header.scalar(offset);
        offset += padded(tensor.size, m_alignment);
    }
    m_begun = true;
    put(header.bytes().data(), header.bytes().size());
    pad();
    return checkStream();
}

Result<Done> GgufWriter::writeTensor(std::span<const std::byte> data)
{
    if (!m_begun || m_nextTensor == m_tensors.size()) {
        return misuse("No tensor is expected here.");
    }
    const Declared &tensor = m_tensors[m_nextTensor];
    if (data.size() != tensor.size || m_partBytes > 0) {
        return misuse(fmt::format("The tensor \"{}\" takes {} bytes, but {} were given.", tensor.name, tensor.size, data.size()));
    }
    return writeTensorPart(data);
}

Result<Done> GgufWriter::writeTensorPart(std::span<const std::byte> data)
{
    if (!m_begun || m_nextTensor == m_tensors.size()) {
        return misuse("No tensor is expected here.");
    }
    const Declared &tensor = m_tensors[m_nextTensor];
    if (data.size() > tensor.size - m_partBytes) {
        return misuse(fmt::format("The tensor \"{}\" takes {} bytes, and more were given.", tensor.name, tensor.size));
    }
    put(data.data(), data.size());
    m_partBytes += data.size();
    if (m_partBytes == tensor.size) {
        ++m_nextTensor;
        m_partBytes = 0;
        pad();
    }
    return checkStream();
}

Result<Done> GgufWriter::finish()
{
    if (!m_begun || m_nextTensor != m_tensors.size()) {
        return misuse(fmt::format("{} of {} tensors were written.", m_nextTensor, m_tensors.size()));
    }
    m_stream.flush();
    return checkStream();
}

void GgufWriter::pad()
{
    static constexpr std::array<char, 64> kZeros{};
    std::uint64_t missing = padded(m_written, m_alignment) - m_written;
    while (missing > 0) {
        const std::uint64_t step = missing < kZeros.size() ? missing : kZeros.size();
        put(kZeros.data(), static_cast<std::size_t>(step));
        missing -= step;
    }
}

void GgufWriter::put(const void *data, std::size_t size)
{
    m_stream.write(static_cast<const char *>(data), static_cast<std::streamsize>(size));
    m_written += size;
}

Result<Done> GgufWriter::checkStream() const
{
    if (!m_stream) {
        return Error{ErrorCode::kWriteFailed,
                     "The model file could not be written. Check the free space and the permissions of the folder.",
                     fmt::format("after {} bytes", m_written)};
    }
    return Done{};
}

} // namespace conclave::engine
