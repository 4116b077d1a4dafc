#include "kernels/vulkan/vulkan_queue.h"

#include <algorithm>

namespace conclave::kernels
{

namespace
{

/// As shaders/tile.glsl and groups.glsl have them.
constexpr std::uint32_t kTileRows = 64;
constexpr std::uint32_t kTileTokens = 32;
constexpr std::uint32_t kMostGroupedExperts = 1024;
/// Experts with fewer slots than this on the average take the kernels for few tokens: a tile would be nearly empty.
constexpr std::uint32_t kSlotsThatPay = 4;
/// Results of a prompt's experts beyond this are not kept apart; the kernels for few tokens need no such memory.
constexpr std::uint64_t kMostResultBytes = std::uint64_t{1} << 28;

/// shaders/group_slots.comp
struct GroupSlotsCall
{
    DeviceAddress experts, groups;
    std::uint32_t expertsStride, tokens, most, count;
};

/// shaders/experts_sum.comp
struct ExpertsSumCall
{
    DeviceAddress results, experts, weights, out;
    std::uint64_t outStride;
    std::uint32_t expertsStride, weightsStride, rows, tokens, most, count;
};
static_assert(sizeof(GroupSlotsCall) == 32 && sizeof(ExpertsSumCall) == 64);

constexpr std::uint32_t parts(std::uint32_t whole, std::uint32_t part)
{
    return (whole + part - 1) / part;
}

/// For few tokens: narrow rows share a group (shaders/rows.glsl).
std::uint32_t groupsOfRows(std::uint32_t rows, std::uint32_t width)
{
    std::uint32_t threads = 1;
    while (threads < 32 && threads * 32 < width)
        threads *= 2;
    return parts(rows, 32 / threads);
}

std::uint32_t mostTiles(std::uint32_t slots, std::uint32_t experts)
{
    return slots / kTileTokens + std::min(slots, experts);
}

} // namespace

Status VulkanQueue::startMatmul(const MatmulCall &call, DType type)
{
    if (call.tokens > kMatmulTokens)
        return start(Shader::kMatmulTiled, type, call, parts(call.rows, kTileRows), parts(call.tokens, kTileTokens));
    return start(shaderOf(KernelId::kMatmul), type, call, groupsOfRows(call.rows, call.width), 1);
}

bool VulkanQueue::groupsPay(std::uint32_t tokens, std::uint32_t most, std::uint32_t experts) const
{
    return tokens > kMatmulTokens && experts <= kMostGroupedExperts && tokens * most / kSlotsThatPay >= experts;
}

/// Asked again for each product: what the other one found may be of another op.
Status VulkanQueue::groupSlots(DeviceAddress experts, std::uint32_t expertsStride, std::uint32_t tokens, std::uint32_t most,
                               std::uint32_t count, DeviceAddress &groups)
{
    const std::uint64_t words = 4 + std::uint64_t{4} * mostTiles(tokens * most, count) + std::uint64_t{tokens} * most;
    if (!grow(m_groups, words * 4))
        return {StatusCode::kOutOfMemory, "no Vulkan memory for the experts of a prompt"};
    groups = m_groups.back().address;
    const GroupSlotsCall call{experts, groups, expertsStride, tokens, most, count};
    return start(Shader::kGroupSlots, DType::kF32, call, 1, 1);
}

Status VulkanQueue::startHidden(const ExpertsHiddenCall &call, DType type)
{
    if (!groupsPay(call.tokens, call.most, call.count))
        return start(shaderOf(KernelId::kExpertsHidden), type, call, groupsOfRows(call.rows, call.width), call.tokens * call.most);
    ExpertsHiddenCall tiled = call;
    if (const Status status = groupSlots(call.experts, call.expertsStride, call.tokens, call.most, call.count, tiled.experts); !status.ok())
        return status;
    return start(Shader::kExpertsHiddenTiled, type, tiled, parts(call.rows, kTileRows), mostTiles(call.tokens * call.most, call.count));
}

Status VulkanQueue::startOut(const ExpertsOutCall &call, DType type)
{
    const std::uint32_t slots = call.tokens * call.most;
    const std::uint64_t bytes = std::uint64_t{slots} * call.rows * sizeof(float);
    if (!groupsPay(call.tokens, call.most, call.count) || bytes > kMostResultBytes || !grow(m_results, bytes))
        return start(shaderOf(KernelId::kExpertsOut), type, call, groupsOfRows(call.rows, call.width), call.tokens);
    ExpertsOutCall tiled = call;
    tiled.out = m_results.back().address;
    if (const Status status = groupSlots(call.experts, call.expertsStride, call.tokens, call.most, call.count, tiled.experts); !status.ok())
        return status;
    if (const Status status = start(Shader::kExpertsDownTiled, type, tiled, parts(call.rows, kTileRows), mostTiles(slots, call.count));
        !status.ok())
        return status;
    const ExpertsSumCall sum{tiled.out,          call.experts, call.weights, call.out,  call.outStride, call.expertsStride,
                             call.weightsStride, call.rows,    call.tokens,  call.most, call.count};
    return start(Shader::kExpertsSum, DType::kF32, sum, parts(call.rows, kGroupThreads), call.tokens);
}

} // namespace conclave::kernels
