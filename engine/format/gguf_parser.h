#pragma once

#include "engine/format/gguf_reader.h"

#include <cstring>
#include <functional>
#include <type_traits>

namespace conclave::engine::gguf
{

/// What a parsed file consists of. Views point into the parsed bytes.
struct Contents
{
    std::map<std::string, MetadataValue, std::less<>> metadata;
    std::vector<TensorInfo> tensors;
    std::map<std::string, std::size_t, std::less<>> tensorIndex; ///< name to place in `tensors`
};

/// Parses a whole file. `name` is the file's name in messages.
Result<Contents> parse(std::span<const std::byte> bytes, const std::string &name);

/// Reads little-endian values front to back and never past the end.
class ByteCursor
{
public:
    explicit ByteCursor(std::span<const std::byte> bytes) : m_bytes(bytes) {}

    std::size_t position() const { return m_position; }
    std::size_t remaining() const { return m_bytes.size() - m_position; }

    /// False, and `out` untouched, when fewer bytes are left than T has.
    template <typename T>
    bool read(T &out)
    {
        static_assert(std::is_arithmetic_v<T>);
        if (remaining() < sizeof(T)) {
            return false;
        }
        std::memcpy(&out, m_bytes.data() + m_position, sizeof(T));
        m_position += sizeof(T);
        return true;
    }

    /// A string as GGUF stores it: 64-bit length, then bytes.
    bool readString(std::string_view &out)
    {
        std::uint64_t length = 0;
        const std::size_t start = m_position;
        if (!read(length) || length > remaining()) {
            m_position = start;
            return false;
        }
        out = {reinterpret_cast<const char *>(m_bytes.data() + m_position), static_cast<std::size_t>(length)};
        m_position += static_cast<std::size_t>(length);
        return true;
    }

private:
    std::span<const std::byte> m_bytes;
    std::size_t m_position = 0;
};

} // namespace conclave::engine::gguf
