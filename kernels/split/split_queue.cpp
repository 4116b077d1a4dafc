#include "kernels/split/split_queue.h"

#include "kernels/split/card_memory.h"

#include <array>

namespace conclave::kernels
{
namespace
{

constexpr Status kOnCardAlone{StatusCode::kOutOfMemory, "split: the card has no memory for an op whose weights lie there alone"};

} // namespace

SplitQueue::SplitQueue(SplitDevice &device, std::vector<std::unique_ptr<Queue>> queues) : m_device(device), m_queues(std::move(queues)) {}

/// The card that has all weights of the op, the host when there is none such; without weights where the last op ran.
SplitSide SplitQueue::choose(std::span<const Operand> operands) const
{
    std::optional<SplitSide> side;
    for (const Operand &operand : operands) {
        const std::optional<SplitSide> there = sideOfWeight(*operand.tensor);
        if (!there)
            continue;
        if (side && !(*side == *there))
            return SplitSide::host();
        side = there;
    }
    return side.value_or(m_side);
}

Status SplitQueue::finishSides(SplitSides sides)
{
    Status first = Status::success();
    for (std::size_t i = 0; i < m_queues.size(); ++i) {
        const SplitSide side = SplitSide::at(i);
        if ((sides & m_busy & bitOf(side)) == 0)
            continue;
        m_busy &= ~bitOf(side);
        const Status status = m_queues[i]->finish();
        m_device.noteFailure(side, status);
        first = first.ok() ? status : first;
    }
    return first;
}

Status SplitQueue::placeOne(const Operand &operand, SplitSide side)
{
    Tensor &tensor = *operand.tensor;
    if (const auto *weights = dynamic_cast<const SplitWeights *>(tensor.buffer)) {
        tensor = weights->on(side, tensor);
        return tensor.empty() ? Status::invalid("split: a weight is not on the card") : Status::success();
    }
    if (const auto *there = dynamic_cast<const CardMemory *>(tensor.buffer)) {
        tensor = there->onCard(tensor);
        return side == there->side() ? Status::success() : kOnCardAlone;
    }
    auto *buffer = dynamic_cast<SplitBuffer *>(tensor.buffer);
    if (buffer == nullptr)
        return Status::invalid("split: a tensor lies in another device's memory");
    const ByteRange range = rangeOf(tensor);
    if (range.end > buffer->sizeBytes())
        return Status::invalid("split: a tensor reaches beyond its buffer");
    // What lies between the rows of a view is kept, so it has to be there when only the rows are written.
    const bool needed = operand.reads || !tensor.isPacked();
    if (const SplitSides sources = needed ? buffer->sources(side, range) : 0; sources != 0) {
        // The side itself may still have to read what is about to be overwritten there.
        if (const Status status = finishSides(sources | bitOf(side)); !status.ok())
            return status;
    }
    const Status ready = needed ? buffer->ready(side, range) : buffer->makeRoom(side);
    tensor = buffer->on(side, tensor);
    return ready;
}

Status SplitQueue::place(std::span<const Operand> operands, SplitSide side)
{
    for (const Operand &operand : operands) {
        if (operand.tensor->empty())
            continue;
        if (const Status status = placeOne(operand, side); !status.ok())
            return status;
    }
    return Status::success();
}

void SplitQueue::noteWritten(std::span<const Operand> operands, std::span<const Tensor> given, SplitSide side)
{
    for (std::size_t i = 0; i < operands.size(); ++i) {
        if (operands[i].writes && !given[i].empty())
            static_cast<SplitBuffer *>(given[i].buffer)->written(side, rangeOf(given[i]));
    }
}

/// `operands` point into `args`, whose tensors are changed for the call and given back as they were.
template <typename Args>
Status SplitQueue::run(Status (Queue::*op)(const Args &), const Args &args, std::initializer_list<Operand> operands,
                       std::optional<SplitSide> wanted)
{
    const std::span<const Operand> all(operands.begin(), operands.size());
    std::array<Tensor, kMostOperands> given;
    for (std::size_t i = 0; i < all.size(); ++i) {
        given[i] = *all[i].tensor;
        if (all[i].writes && !given[i].empty() && dynamic_cast<SplitBuffer *>(given[i].buffer) == nullptr)
            return Status::invalid("split: an output lies in read-only or another device's memory");
    }
    SplitSide side = wanted ? *wanted : choose(all);
    Status status = place(all, side);
    if (status.code == StatusCode::kOutOfMemory && !side.isHost()) {
        m_device.noteSpill();
        side = SplitSide::host();
        for (std::size_t i = 0; i < all.size(); ++i)
            *all[i].tensor = given[i];
        status = place(all, side);
    }
    if (!status.ok())
        return status;
    m_busy |= bitOf(side);
    status = (*m_queues[side.index()].*op)(args);
    m_device.noteFailure(side, status);
    if (status.ok())
        noteWritten(all, std::span(given).first(all.size()), side);
    m_side = side;
    return status;
}

/// Rows are few and tables are long: they stay on the host.
Status SplitQueue::embedRows(const EmbedRowsArgs &args)
{
    EmbedRowsArgs a = args;
    return run(&Queue::embedRows, a, {in(a.table), out(a.out)}, SplitSide::host());
}

Status SplitQueue::matmul(const MatmulArgs &args)
{
    MatmulArgs a = args;
    return run(&Queue::matmul, a, {in(a.weight), in(a.in), in(a.bias), a.accumulate ? inOut(a.out) : out(a.out)});
}

Status SplitQueue::groupedMatmul(const GroupedMatmulArgs &args)
{
    GroupedMatmulArgs a = args;
    return run(&Queue::groupedMatmul, a, {in(a.weight), in(a.in), out(a.out)});
}

Status SplitQueue::rmsNorm(const RmsNormArgs &args)
{
    RmsNormArgs a = args;
    return run(&Queue::rmsNorm, a, {in(a.in), in(a.weight), out(a.out)});
}

Status SplitQueue::layerNorm(const LayerNormArgs &args)
{
    LayerNormArgs a = args;
    return run(&Queue::layerNorm, a, {in(a.in), in(a.weight), in(a.bias), out(a.out)});
}

Status SplitQueue::rope(const RopeArgs &args)
{
    RopeArgs a = args;
    return run(&Queue::rope, a, {inOut(a.inout)});
}

/// A context lies on one side: where keys were stored last, and nowhere else.
Status SplitQueue::kvStore(const KvStoreArgs &args)
{
    KvStoreArgs a = args;
    const Status status = run(&Queue::kvStore, a, {in(a.keys), in(a.values), inOut(a.cache.keys), inOut(a.cache.values)});
    return status.ok() ? keepStored(args.cache) : status;
}

Status SplitQueue::keepStored(const KvView &cache)
{
    for (const Tensor *const half : {&cache.keys, &cache.values}) {
        auto &buffer = static_cast<SplitBuffer &>(*half->buffer);
        buffer.storedOn = m_side;
        const SplitSides idle = buffer.idleBeside(m_side);
        if (const Status status = finishSides(idle); !status.ok())
            return status;
        buffer.drop(idle);
    }
    return Status::success();
}

/// Where the keys are: they are many, and queries few.
Status SplitQueue::attention(const AttentionArgs &args)
{
    AttentionArgs a = args;
    const auto *keys = dynamic_cast<const SplitBuffer *>(a.cache.keys.buffer);
    return run(&Queue::attention, a,
               {in(a.query), in(a.cache.keys), in(a.cache.values), in(a.sinks), in(a.compressed.cache.keys), in(a.compressed.cache.values),
                in(a.compressed.chosen), out(a.out)},
               keys != nullptr ? keys->storedOn : std::nullopt);
}

Status SplitQueue::router(const RouterArgs &args)
{
    RouterArgs a = args;
    return run(&Queue::router, a,
               {in(a.logits), in(a.loadBias), in(a.expertScale), in(a.fixedExperts), out(a.experts), out(a.weights), out(a.margins)});
}

Status SplitQueue::moeFeedForward(const MoeFeedForwardArgs &args)
{
    MoeFeedForwardArgs a = args;
    return run(&Queue::moeFeedForward, a,
               {in(a.in), in(a.gate), in(a.up), in(a.down), in(a.experts), in(a.weights), in(a.gateBias), in(a.upBias), in(a.downBias),
                inOut(a.out)});
}

Status SplitQueue::gatedActivation(const GatedActivationArgs &args)
{
    GatedActivationArgs a = args;
    return run(&Queue::gatedActivation, a, {in(a.gate), in(a.up), out(a.out)});
}

/// Where the sum is, when it is on one side: as much is brought to there as would be brought away, and who goes on with the sum has it.
Status SplitQueue::add(const AddArgs &args)
{
    AddArgs a = args;
    std::optional<SplitSide> wanted;
    if (const auto *sum = dynamic_cast<const SplitBuffer *>(a.out.buffer))
        wanted = sum->onlySideOf(rangeOf(a.out));
    return run(&Queue::add, a, {in(a.in), inOut(a.out)}, wanted);
}

Status SplitQueue::copy(const CopyArgs &args)
{
    CopyArgs a = args;
    return run(&Queue::copy, a, {in(a.in), out(a.out)});
}

Status SplitQueue::scale(const ScaleArgs &args)
{
    ScaleArgs a = args;
    return run(&Queue::scale, a, {inOut(a.inout)});
}

Status SplitQueue::headGate(const HeadGateArgs &args)
{
    HeadGateArgs a = args;
    return run(&Queue::headGate, a, {in(a.gate), inOut(a.inout)});
}

Status SplitQueue::conv3x3(const Conv3x3Args &args)
{
    Conv3x3Args a = args;
    return run(&Queue::conv3x3, a, {in(a.in), in(a.weight), in(a.bias), out(a.out)});
}

Status SplitQueue::depthwiseConv3x3(const DepthwiseConv3x3Args &args)
{
    DepthwiseConv3x3Args a = args;
    return run(&Queue::depthwiseConv3x3, a, {in(a.in), in(a.weight), in(a.bias), out(a.out)});
}

Status SplitQueue::mergePatches(const MergePatchesArgs &args)
{
    MergePatchesArgs a = args;
    return run(&Queue::mergePatches, a, {in(a.in), out(a.out)});
}

Status SplitQueue::gatherStreams(const GatherStreamsArgs &args)
{
    GatherStreamsArgs a = args;
    return run(&Queue::gatherStreams, a, {in(a.streams), in(a.projection), in(a.base), in(a.scale), out(a.post), out(a.mix), out(a.out)});
}

Status SplitQueue::spreadStreams(const SpreadStreamsArgs &args)
{
    SpreadStreamsArgs a = args;
    return run(&Queue::spreadStreams, a, {in(a.in), in(a.post), in(a.mix), inOut(a.streams)});
}

Status SplitQueue::poolBlocks(const PoolBlocksArgs &args)
{
    PoolBlocksArgs a = args;
    return run(&Queue::poolBlocks, a, {in(a.values), in(a.gates), in(a.bias), inOut(a.state), out(a.out)});
}

Status SplitQueue::chooseRows(const ChooseRowsArgs &args)
{
    ChooseRowsArgs a = args;
    return run(&Queue::chooseRows, a, {in(a.query), in(a.weights), in(a.keys), out(a.chosen)});
}

Status SplitQueue::causalConv(const CausalConvArgs &args)
{
    CausalConvArgs a = args;
    return run(&Queue::causalConv, a, {in(a.in), in(a.weight), inOut(a.state), out(a.out)});
}

Status SplitQueue::gatedDeltaRule(const GatedDeltaRuleArgs &args)
{
    GatedDeltaRuleArgs a = args;
    return run(&Queue::gatedDeltaRule, a,
               {in(a.query), in(a.key), in(a.value), in(a.alpha), in(a.beta), in(a.rate), in(a.bias), inOut(a.state), out(a.out)});
}

Status SplitQueue::submit()
{
    for (std::size_t i = 0; i < m_queues.size(); ++i) {
        const SplitSide side = SplitSide::at(i);
        const Status status = (m_busy & bitOf(side)) != 0 ? m_queues[i]->submit() : Status::success();
        m_device.noteFailure(side, status);
        if (!status.ok())
            return status;
    }
    return Status::success();
}

Status SplitQueue::finish()
{
    return finishSides(~SplitSides{0});
}

} // namespace conclave::kernels
