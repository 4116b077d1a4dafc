#pragma once

#include <cstddef>
#include <cstdint>

/// Element types. They are GGUF's own block layouts, so that weights are used as they lie in the mapped file.
/// Values are GGUF's type ids (format page: ggml/docs/gguf.md, "tensor types"); blocks.h has the layouts.
namespace conclave::kernels
{

enum class DType : std::uint32_t
{
    kF32 = 0,
    kF16 = 1,
    kQ4_0 = 2,
    kQ4_1 = 3,
    kQ5_0 = 6,
    kQ5_1 = 7,
    kQ8_0 = 8,
    kQ2_K = 10,
    kQ3_K = 11,
    kQ4_K = 12,
    kQ5_K = 13,
    kQ6_K = 14,
    kIQ2_XXS = 16,
    kIQ2_XS = 17,
    kIQ3_XXS = 18,
    kIQ1_S = 19,
    kIQ4_NL = 20,
    kIQ3_S = 21,
    kIQ2_S = 22,
    kIQ4_XS = 23,
    kI32 = 26,
    kIQ1_M = 29,
    kBF16 = 30,
    kTQ1_0 = 34,
    kTQ2_0 = 35,
    kMXFP4 = 39,
};

/// Size of a type's smallest unit: `elements` consecutive values of a row stored in `bytes` bytes.
struct BlockLayout
{
    std::size_t elements = 0;
    std::size_t bytes = 0;
    int scaleGroup = 0;  ///< quantised types: 16 or 32 values share a scale
    bool hasMin = false; ///< quantised types: besides, a value that is added to all of them
};

/// Layout of `type`, or {0, 0} for an id this build does not know.
BlockLayout blockLayout(DType type);

/// Human name as files spell it ("Q4_K"), or "unknown".
const char *dtypeName(DType type);

/// True for types whose blocks hold scaled integers (Q8_0, Q4_K, ...).
bool isQuantised(DType type);

/// Bytes of one row of `elements` values; 0 if the type is unknown or `elements` is no multiple of its block.
std::size_t rowBytes(DType type, std::size_t elements);

} // namespace conclave::kernels
