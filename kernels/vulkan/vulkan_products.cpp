#include "kernels/vulkan/vulkan_queue.h"

#include <algorithm>

namespace conclave::kernels
{

namespace
{

/// As shaders/tile.glsl and groups.glsl have them.
constexpr std::uint32_t kTileRows = 64;
constexpr std::uint32_t kTileTokens = 32;
/// Bytes of 32 packed inputs, and what lies behind a row of them, as shaders/packed.glsl has them.
constexpr std::uint32_t kByteBlock = 48;
constexpr std::uint32_t kHalfBlock = 80;
constexpr std::uint32_t kMatrixBlock = 64;
constexpr std::uint32_t kMatrixTail = 16;
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

/// shaders/pack_rows.comp
struct PackRowsCall
{
    DeviceAddress in, packed;
    std::uint64_t inStride;
    std::uint32_t rows, width;
};
static_assert(sizeof(PackRowsCall) == 32 && sizeof(GroupSlotsCall) == 32 && sizeof(ExpertsSumCall) == 64);

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

std::uint64_t bytesOfPackedRow(Inputs inputs, std::uint32_t width)
{
    const std::uint64_t blocks = width / 32;
    switch (inputs) {
    case Inputs::kFloats:
        return 0;
    case Inputs::kBytes:
        return blocks * kByteBlock;
    case Inputs::kHalves:
        return blocks * kHalfBlock;
    case Inputs::kMatrices:
        return blocks * kMatrixBlock + kMatrixTail;
    }
    return 0;
}

std::uint32_t mostTiles(std::uint32_t slots, std::uint32_t experts)
{
    return slots / kTileTokens + std::min(slots, experts);
}

} // namespace

Inputs VulkanQueue::inputsFor(Shader shader, DType type, bool fast, bool many)
{
    if (!fast || !isQuantised(type))
        return Inputs::kFloats;
    const VulkanVariants &variants = m_device.variants();
    if (many && variants.matrices && m_device.pipelines().find(shader, type, Inputs::kMatrices) != VK_NULL_HANDLE)
        return Inputs::kMatrices;
    if (variants.bytes)
        return Inputs::kBytes;
    return many && variants.halves ? Inputs::kHalves : Inputs::kFloats;
}

Status VulkanQueue::pack(Inputs &inputs, std::uint32_t rows, std::uint32_t width, DeviceAddress &address, std::uint64_t &stride)
{
    if (inputs == Inputs::kFloats)
        return Status::success();
    const std::uint64_t bytes = bytesOfPackedRow(inputs, width);
    const PackedRows wanted{inputs, rows, width, address, stride};
    const bool there = wanted == m_packedRows; // queries, keys and values are products of the same rows
    m_packedRows = {};
    if (!grow(m_packed, bytes * rows)) {
        inputs = Inputs::kFloats;
        return Status::success();
    }
    const PackRowsCall call{address, m_packed.back().address, stride, rows, width};
    address = call.packed;
    stride = bytes;
    if (!there) {
        const Status status = inputs == Inputs::kMatrices
                                  ? start(Shader::kPackWholeRows, DType::kF32, Inputs::kFloats, call, rows, 1)
                                  : start(Shader::kPackRows, DType::kF32, inputs, call, parts(rows * (width / 32), kGroupThreads), 1);
        if (!status.ok())
            return status;
    }
    m_packedRows = wanted;
    return Status::success();
}

bool VulkanQueue::writesPackedRows(const MatmulCall &call) const
{
    const DeviceAddress end = m_packedRows.address + m_packedRows.rows * m_packedRows.stride + m_packedRows.width * sizeof(float);
    return call.out < end && m_packedRows.address < call.out + call.tokens * call.outStride + call.rows * sizeof(float);
}

Status VulkanQueue::startMatmul(const MatmulCall &call, DType type)
{
    const bool many = call.tokens > kMatmulTokens;
    const Shader shader = many ? Shader::kMatmulTiled : shaderOf(KernelId::kMatmul);
    Inputs inputs = inputsFor(shader, type, call.fast != 0, many);
    MatmulCall packed = call;
    if (const Status status = pack(inputs, call.tokens, call.width, packed.in, packed.inStride); !status.ok())
        return status;
    if (writesPackedRows(call))
        m_packedRows = {};
    if (many)
        return start(shader, type, inputs, packed, parts(call.rows, kTileRows), parts(call.tokens, kTileTokens));
    return start(shader, type, inputs, packed, groupsOfRows(call.rows, call.width), 1);
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
    return start(Shader::kGroupSlots, DType::kF32, Inputs::kFloats, call, 1, 1);
}

Status VulkanQueue::startHidden(const ExpertsHiddenCall &call, DType type)
{
    const bool many = groupsPay(call.tokens, call.most, call.count);
    const Shader shader = many ? Shader::kExpertsHiddenTiled : shaderOf(KernelId::kExpertsHidden);
    Inputs inputs = inputsFor(shader, type, call.fast != 0, many);
    ExpertsHiddenCall packed = call;
    if (const Status status = pack(inputs, call.tokens, call.width, packed.in, packed.inStride); !status.ok())
        return status;
    if (!many)
        return start(shader, type, inputs, packed, groupsOfRows(call.rows, call.width), call.tokens * call.most);
    if (const Status status = groupSlots(call.experts, call.expertsStride, call.tokens, call.most, call.count, packed.experts);
        !status.ok())
        return status;
    return start(shader, type, inputs, packed, parts(call.rows, kTileRows), mostTiles(call.tokens * call.most, call.count));
}

Status VulkanQueue::startOut(const ExpertsOutCall &call, DType type)
{
    const std::uint32_t slots = call.tokens * call.most;
    const std::uint64_t bytes = std::uint64_t{slots} * call.rows * sizeof(float);
    const bool many = groupsPay(call.tokens, call.most, call.count) && bytes <= kMostResultBytes && grow(m_results, bytes);
    const Shader shader = many ? Shader::kExpertsDownTiled : shaderOf(KernelId::kExpertsOut);
    Inputs inputs = inputsFor(shader, type, call.fast != 0, many);
    ExpertsOutCall packed = call;
    std::uint64_t stride = std::uint64_t{call.width} * sizeof(float);
    if (const Status status = pack(inputs, slots, call.width, packed.hidden, stride); !status.ok())
        return status;
    if (!many)
        return start(shader, type, inputs, packed, groupsOfRows(call.rows, call.width), call.tokens);
    packed.out = m_results.back().address;
    if (const Status status = groupSlots(call.experts, call.expertsStride, call.tokens, call.most, call.count, packed.experts);
        !status.ok())
        return status;
    if (const Status status = start(shader, type, inputs, packed, parts(call.rows, kTileRows), mostTiles(slots, call.count)); !status.ok())
        return status;
    const ExpertsSumCall sum{packed.out,         call.experts, call.weights, call.out,  call.outStride, call.expertsStride,
                             call.weightsStride, call.rows,    call.tokens,  call.most, call.count};
    return start(Shader::kExpertsSum, DType::kF32, Inputs::kFloats, sum, parts(call.rows, kGroupThreads), call.tokens);
}

} // namespace conclave::kernels
