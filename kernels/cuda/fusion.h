#pragma once

#include "kernels/cuda/fused_calls.h"
#include "kernels/plugin/addressed_queue.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

/// Finds launches that one kernel can compute together. No CUDA in here. All for one token: with more of them each op has work enough.
namespace conclave::kernels
{

/// A launch that waits, with its call.
struct GatheredLaunch
{
    KernelId kernel = KernelId::kCount;
    DType type = DType::kF32;
    std::uint32_t groups = 0, tiles = 1;
    alignas(8) std::array<std::byte, kLargestCall> call{};

    GatheredLaunch() = default;
    explicit GatheredLaunch(const Launch &launch) : kernel(launch.kernel), type(launch.type), groups(launch.groups), tiles(launch.tiles)
    {
        std::copy(launch.call.begin(), launch.call.end(), call.begin());
    }
};

/// The call as the struct it is.
template <class Call>
Call callOf(const GatheredLaunch &launch)
{
    static_assert(sizeof(Call) <= kLargestCall);
    Call call;
    std::memcpy(&call, launch.call.data(), sizeof call);
    return call;
}

/// The two halves of moeFeedForward, the hidden layer between them in 8 bits.
struct FusedExperts
{
    ExpertsHiddenCall hidden;
    ExpertsOutCall out;
    DType type = DType::kF32, downType = DType::kF32;
};

/// Each looks at the first launches and says how many of them it takes; 0: none.
std::size_t matchProducts(std::span<const GatheredLaunch> launches, FusedProducts &fused);
std::size_t matchHeads(std::span<const GatheredLaunch> launches, FusedHeads &fused);
/// F16 caches, heads of 64 or 128, at most 16 query heads a KV head.
std::size_t matchAttention(std::span<const GatheredLaunch> launches, FusedAttention &fused);
/// `fused.counter` is left to the caller.
std::size_t matchRouting(std::span<const GatheredLaunch> launches, FusedRouting &fused);
std::size_t matchExperts(std::span<const GatheredLaunch> launches, FusedExperts &fused);

} // namespace conclave::kernels
