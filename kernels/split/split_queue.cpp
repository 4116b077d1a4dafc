#include "kernels/split/split_queue.h"

#include <array>

namespace conclave::kernels
{

SplitQueue::SplitQueue(SplitDevice &device, std::unique_ptr<Queue> card, std::unique_ptr<Queue> host)
    : m_device(device), m_card(std::move(card)), m_host(std::move(host))
{
}

/// The card when all weights of the op are there, the host when one is not; without weights where the last op ran.
SplitSide SplitQueue::choose(std::span<const Operand> operands) const
{
    bool weighs = false;
    for (const Operand &operand : operands) {
        const auto *weights = dynamic_cast<const SplitWeights *>(operand.tensor->buffer);
        if (weights == nullptr)
            continue;
        if (weights->onCard(*operand.tensor).empty())
            return SplitSide::kHost;
        weighs = true;
    }
    return weighs ? SplitSide::kCard : m_side;
}

Status SplitQueue::finishCard()
{
    if (!m_cardBusy)
        return Status::success();
    m_cardBusy = false;
    return m_card->finish();
}

Status SplitQueue::placeOne(const Operand &operand, SplitSide side)
{
    Tensor &tensor = *operand.tensor;
    if (const auto *weights = dynamic_cast<const SplitWeights *>(tensor.buffer)) {
        tensor = side == SplitSide::kCard ? weights->onCard(tensor) : weights->onHost(tensor);
        return tensor.empty() ? Status::invalid("split: a weight is not on the card") : Status::success();
    }
    auto *buffer = dynamic_cast<SplitBuffer *>(tensor.buffer);
    if (buffer == nullptr)
        return Status::invalid("split: a tensor lies in another device's memory");
    const ByteRange range = rangeOf(tensor);
    if (range.end > buffer->sizeBytes())
        return Status::invalid("split: a tensor reaches beyond its buffer");
    // What lies between the rows of a view is kept, so it has to be there when only the rows are written.
    const bool needed = operand.reads || !tensor.isPacked();
    if (needed && buffer->stale(side, range)) {
        if (const Status status = finishCard(); !status.ok())
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
    if (status.code == StatusCode::kOutOfMemory && side == SplitSide::kCard) {
        m_device.noteSpill();
        side = SplitSide::kHost;
        for (std::size_t i = 0; i < all.size(); ++i)
            *all[i].tensor = given[i];
        status = place(all, side);
    }
    if (!status.ok())
        return status;
    m_cardBusy = m_cardBusy || side == SplitSide::kCard;
    status = ((side == SplitSide::kCard ? *m_card : *m_host).*op)(args);
    if (status.ok())
        noteWritten(all, std::span(given).first(all.size()), side);
    m_side = side;
    return status;
}

/// Rows are few and tables are long: they stay on the host.
Status SplitQueue::embedRows(const EmbedRowsArgs &args)
{
    EmbedRowsArgs a = args;
    return run(&Queue::embedRows, a, {in(a.table), out(a.out)}, SplitSide::kHost);
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
        buffer.stored = true;
        buffer.storedOn = m_side;
        if (m_side == SplitSide::kHost && buffer.has(SplitSide::kCard)) {
            if (const Status status = finishCard(); !status.ok())
                return status;
        }
        buffer.dropOther(m_side);
    }
    return Status::success();
}

/// Where the keys are: they are many, and queries few.
Status SplitQueue::attention(const AttentionArgs &args)
{
    AttentionArgs a = args;
    const auto *keys = dynamic_cast<const SplitBuffer *>(a.cache.keys.buffer);
    std::optional<SplitSide> wanted;
    if (keys != nullptr && keys->stored)
        wanted = keys->storedOn;
    return run(&Queue::attention, a,
               {in(a.query), in(a.cache.keys), in(a.cache.values), in(a.sinks), in(a.compressed.cache.keys), in(a.compressed.cache.values),
                in(a.compressed.chosen), out(a.out)},
               wanted);
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

Status SplitQueue::add(const AddArgs &args)
{
    AddArgs a = args;
    return run(&Queue::add, a, {in(a.in), inOut(a.out)});
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

Status SplitQueue::finish()
{
    const Status card = finishCard();
    const Status host = m_host->finish();
    return card.ok() ? host : card;
}

} // namespace conclave::kernels
