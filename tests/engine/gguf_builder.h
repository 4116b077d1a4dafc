#pragma once

#include "engine/format/gguf_reader.h"
#include "engine/format/gguf_writer.h"

#include <cstring>
#include <sstream>
#include <string>
#include <type_traits>

/// Ways to make GGUF bytes for tests: well-formed ones with the writer, broken ones by hand.
namespace conclave::tests
{

/// A small valid file: metadata of every kind and three tensors.
inline std::string tinyGguf()
{
    using namespace engine;
    std::ostringstream out;
    GgufWriter writer(out);
    writer.set("general.architecture", std::string("test"));
    writer.set("a.u8", std::uint8_t{200});
    writer.set("a.i8", std::int8_t{-5});
    writer.set("a.u16", std::uint16_t{60000});
    writer.set("a.i16", std::int16_t{-300});
    writer.set("a.u32", std::uint32_t{4000000000U});
    writer.set("a.i32", std::int32_t{-7});
    writer.set("a.u64", std::uint64_t{1} << 40);
    writer.set("a.i64", std::int64_t{-1} << 40);
    writer.set("a.f32", 0.5F);
    writer.set("a.f64", 0.1);
    writer.set("a.bool", true);
    writer.set("a.ints", std::vector<std::int32_t>{1, -2, 3});
    writer.set("a.floats", std::vector<float>{0.25F, 0.5F});
    writer.set("a.texts", std::vector<std::string>{"x", "", "yz"});
    (void)writer.declare("one", kernels::DType::kF32, {2, 3});
    (void)writer.declare("two", kernels::DType::kQ8_0, {2, 2, 32});
    (void)writer.declare("three", kernels::DType::kF16, {5});
    (void)writer.begin();
    std::string bytes(24, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<char>(i);
    }
    (void)writer.writeTensor(std::as_bytes(std::span(bytes)));
    const std::string second(136, 'q');
    (void)writer.writeTensor(std::as_bytes(std::span(second)));
    const std::string third(10, 'h');
    (void)writer.writeTensor(std::as_bytes(std::span(third)));
    (void)writer.finish();
    return out.str();
}

/// Writes GGUF by hand, so that every field can lie.
class RawGguf
{
public:
    template <typename T>
    RawGguf &number(T value)
    {
        static_assert(std::is_arithmetic_v<T>);
        m_bytes.append(reinterpret_cast<const char *>(&value), sizeof(T));
        return *this;
    }
    RawGguf &text(const std::string &value)
    {
        number<std::uint64_t>(value.size());
        m_bytes += value;
        return *this;
    }
    RawGguf &header(std::uint32_t version, std::uint64_t tensors, std::uint64_t keys)
    {
        m_bytes += "GGUF";
        return number(version).number(tensors).number(keys);
    }
    RawGguf &tensor(const std::string &name, const std::vector<std::int64_t> &extents, std::uint32_t type, std::uint64_t offset)
    {
        text(name).number(static_cast<std::uint32_t>(extents.size()));
        for (const std::int64_t extent : extents) {
            number(extent);
        }
        return number(type).number(offset);
    }
    RawGguf &pad(std::size_t more)
    {
        m_bytes.append((32 - m_bytes.size() % 32) % 32 + more, '\0');
        return *this;
    }
    const std::string &bytes() const { return m_bytes; }

private:
    std::string m_bytes;
};

inline engine::Result<engine::GgufFile> parseBytes(const std::string &bytes)
{
    return engine::GgufFile::parse(std::as_bytes(std::span(bytes)), "test.gguf");
}

} // namespace conclave::tests
