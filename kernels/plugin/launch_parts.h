#pragma once

#include "kernels/plugin/addressed_queue.h"

#include <initializer_list>
#include <limits>

/// Small things that turn an op's arguments into a launch.
namespace conclave::kernels
{

inline constexpr std::int64_t kMostElements = std::numeric_limits<std::int32_t>::max();
inline constexpr std::int64_t kMostTiles = 65535;
inline constexpr Status kForeign = Status::invalid("a tensor lies in another device's memory");
inline constexpr Status kTooLarge = Status::unsupported("more elements than this device counts in one op");
inline constexpr Status kOtherType = Status::unsupported("weights of a type that this device does not read yet");
inline constexpr Status kUneven = Status::unsupported("rmsNorm: outer axes must be evenly spaced");

/// What kernels/cuda/dequantise.h and kernels/vulkan/shaders/dequantise.glsl expand.
inline bool readsWeights(DType type)
{
    switch (type) {
    case DType::kF32:
    case DType::kF16:
    case DType::kBF16:
    case DType::kQ8_0:
    case DType::kQ4_0:
    case DType::kQ4_K:
    case DType::kQ6_K:
        return true;
    default:
        return false;
    }
}

inline std::uint32_t count(std::int64_t value)
{
    return static_cast<std::uint32_t>(value);
}
inline std::uint64_t stride(const Tensor &tensor, std::size_t axis)
{
    return static_cast<std::uint64_t>(tensor.strideBytes[axis]);
}

inline std::uint32_t groupsFor(std::int64_t elements)
{
    return count((elements + kGroupThreads - 1) / kGroupThreads);
}

/// Merges all axes but the last into one. False when their rows are not evenly spaced.
inline bool rowStride(const Tensor &tensor, std::uint64_t &bytes)
{
    bytes = 0;
    std::int64_t expected = 0;
    for (int axis = tensor.rank - 2; axis >= 0; --axis) {
        const auto index = static_cast<std::size_t>(axis);
        if (tensor.shape[index] == 1)
            continue;
        if (expected == 0)
            bytes = stride(tensor, index);
        else if (tensor.strideBytes[index] != expected)
            return false;
        expected = tensor.strideBytes[index] * tensor.shape[index];
    }
    return true;
}

/// Product of counts that are each at most 2^31, or kMostElements + 1 when it is larger than that.
inline std::int64_t product(std::initializer_list<std::int64_t> counts)
{
    std::int64_t result = 1;
    for (const std::int64_t value : counts) {
        if (value == 0)
            return 0;
        result = result > kMostElements / value ? kMostElements + 1 : result * value;
    }
    return result;
}

template <class Call>
Launch launchOf(KernelId kernel, const Call &call, std::uint32_t groups)
{
    static_assert(sizeof(Call) <= kLargestCall);
    Launch launch;
    launch.kernel = kernel;
    launch.groups = groups;
    launch.call = std::as_bytes(std::span(&call, 1));
    return launch;
}

} // namespace conclave::kernels
