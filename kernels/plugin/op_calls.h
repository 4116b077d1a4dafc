#pragma once

#include <cstdint>

/// What device kernels receive: addresses in device memory, counts and strides. One layout for CUDA (kernel parameter) and Vulkan (push
/// constants; the same members in the same order at the top of each shader). At most 128 bytes, the least that Vulkan promises.
/// Strides are bytes between rows. Members are placed so that no padding is needed.
namespace conclave::kernels
{

using DeviceAddress = std::uint64_t;

struct EmbedCall
{
    DeviceAddress table, ids, out;
    std::uint64_t tableStride, outStride;
    std::uint32_t tokens, width;
};

struct MatmulCall
{
    DeviceAddress weight, in, bias, out; ///< bias may be 0: none
    std::uint64_t weightStride, inStride, outStride;
    std::uint32_t rows, width, tokens; ///< n, m, T
    std::uint32_t activation, accumulate, reserved;
};

struct RmsNormCall
{
    DeviceAddress in, weight, out;
    std::uint64_t inStride, outStride;
    std::uint32_t rows, width;
    float epsilon;
    std::uint32_t reserved;
};

/// Rotations come as (cos, sin) pairs computed on the host in float64: [T, dims/2, 2].
struct RopeCall
{
    DeviceAddress inout, rotations;
    std::uint64_t tokenStride, headStride;
    std::uint32_t tokens, heads, pairs;
    std::uint32_t interleaved; ///< 1: pair i is (2i, 2i + 1); 0: (i, i + pairs)
};

struct AddCall
{
    DeviceAddress in, out;
    std::uint64_t inStride, outStride;
    std::uint32_t rows, width, inRows, reserved;
};

struct GatedActivationCall
{
    DeviceAddress gate, up, out;
    std::uint64_t gateStride, upStride, outStride;
    std::uint32_t rows, width, activation, reserved;
};

struct HeadGateCall
{
    DeviceAddress gate, inout;
    std::uint64_t gateStride, tokenStride, headStride;
    std::uint32_t tokens, heads, width, reserved;
};

enum class KernelId : std::uint32_t
{
    kEmbedRows,
    kMatmul,
    kRmsNorm,
    kRope,
    kAdd,
    kGatedActivation,
    kHeadGate,
    kCount,
};

/// Threads of a group in the element-wise kernels and rmsNorm; matmul uses one row of weights for each group of 32.
inline constexpr std::uint32_t kGroupThreads = 256;
inline constexpr std::uint32_t kMatmulThreads = 32;
/// Tokens that one group of the matmul computes at a time: each weight is dequantised once for so many.
inline constexpr std::uint32_t kMatmulTokens = 8;

inline constexpr std::uint32_t kLargestCall = 128;
static_assert(sizeof(EmbedCall) == 48 && sizeof(MatmulCall) == 80 && sizeof(RmsNormCall) == 56 && sizeof(RopeCall) == 48 &&
              sizeof(AddCall) == 48 && sizeof(GatedActivationCall) == 64 && sizeof(HeadGateCall) == 56);

} // namespace conclave::kernels
