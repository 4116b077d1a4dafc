#pragma once

#include <cstdint>

/// Numbers of the GGUF format, shared by reader and writer (format page: ggml/docs/gguf.md).
namespace conclave::engine::gguf
{

inline constexpr std::uint32_t kMagic = 0x46554747; ///< "GGUF", little endian
inline constexpr std::uint32_t kOldestVersion = 2;
inline constexpr std::uint32_t kNewestVersion = 3;
inline constexpr std::uint64_t kDefaultAlignment = 32;
inline constexpr std::uint64_t kMinAlignment = 8; ///< the format asks for a multiple of 8; floats in place need it
inline constexpr std::uint32_t kMaxRank = 4;
inline constexpr const char *kAlignmentKey = "general.alignment";

enum class ValueType : std::uint32_t
{
    kUint8 = 0,
    kInt8 = 1,
    kUint16 = 2,
    kInt16 = 3,
    kUint32 = 4,
    kInt32 = 5,
    kFloat32 = 6,
    kBool = 7,
    kString = 8,
    kArray = 9,
    kUint64 = 10,
    kInt64 = 11,
    kFloat64 = 12,
};

} // namespace conclave::engine::gguf
