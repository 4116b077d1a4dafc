#pragma once

#include <cstddef>
#include <cstdint>

/// Element types. They are GGUF's own block layouts, so that weights are used as they lie in the mapped file.
/// Values are GGUF's type ids (format page: ggml/docs/gguf.md, "tensor types").
namespace conclave::kernels
{

enum class DType : std::uint32_t
{
    kF32 = 0,
    kF16 = 1,
    kQ4_0 = 2,
    kQ8_0 = 8,
    kQ4_K = 12,
    kQ6_K = 14,
    kI32 = 26,
    kBF16 = 30,
};

/// Size of a type's smallest unit: `elements` consecutive values of a row stored in `bytes` bytes.
struct BlockLayout
{
    std::size_t elements = 0;
    std::size_t bytes = 0;
};

/// Layout of `type`, or {0, 0} for an id this build does not know.
BlockLayout blockLayout(DType type);

/// Human name as files spell it ("Q4_K"), or "unknown".
const char *dtypeName(DType type);

/// True for types whose blocks hold scaled integers (Q8_0, Q4_K, ...).
bool isQuantised(DType type);

/// Bytes of one row of `elements` values; 0 if the type is unknown or `elements` is no multiple of its block.
std::size_t rowBytes(DType type, std::size_t elements);

/// 32 values: x[i] = d * q[i].
struct BlockQ8_0
{
    std::uint16_t d; ///< IEEE half
    std::int8_t q[32];
};
static_assert(sizeof(BlockQ8_0) == 34);

/// 32 values: x[i] = d * (nibble - 8); value i < 16 is the low nibble of byte i, value i + 16 the high one.
struct BlockQ4_0
{
    std::uint16_t d;
    std::uint8_t q[16];
};
static_assert(sizeof(BlockQ4_0) == 18);

/// 256 values in 8 sub-blocks of 32: x = d * scale * q - dmin * min, with 6-bit scales and mins packed in `scales`.
struct BlockQ4_K
{
    std::uint16_t d;
    std::uint16_t dmin;
    std::uint8_t scales[12];
    std::uint8_t q[128];
};
static_assert(sizeof(BlockQ4_K) == 144);

/// 256 values: x = d * scale * (q - 32), 6-bit q split into low nibbles `ql` and high pairs `qh`, a scale for each 16.
struct BlockQ6_K
{
    std::uint8_t ql[128];
    std::uint8_t qh[64];
    std::int8_t scales[16];
    std::uint16_t d;
};
static_assert(sizeof(BlockQ6_K) == 210);

} // namespace conclave::kernels
