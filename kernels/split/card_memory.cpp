#include "kernels/split/card_memory.h"

#include "kernels/split/split_buffer.h"

namespace conclave::kernels
{

std::optional<SplitSide> sideOfWeight(const Tensor &weight)
{
    if (const auto *there = dynamic_cast<const CardMemory *>(weight.buffer))
        return there->side();
    const auto *weights = dynamic_cast<const SplitWeights *>(weight.buffer);
    return weights != nullptr ? std::optional(weights->sideOf(weight)) : std::nullopt;
}

std::unique_ptr<Buffer> allocateBeside(Device &device, const Tensor &weight, std::size_t bytes)
{
    auto *split = dynamic_cast<SplitDevice *>(&device);
    const std::optional<SplitSide> side = sideOfWeight(weight);
    if (split == nullptr || !side || side->isHost())
        return nullptr;
    auto there = split->side(*side).allocate(bytes);
    if (!there) {
        split->noteFailure(*side, {StatusCode::kOutOfMemory, "split: no memory for weights on this card"});
        return nullptr;
    }
    return std::make_unique<CardMemory>(*side, std::move(there));
}

Status bringBeside(Device &device, const Tensor &weight, const Tensor &tensor)
{
    if (dynamic_cast<SplitDevice *>(&device) == nullptr)
        return Status::success();
    auto *buffer = dynamic_cast<SplitBuffer *>(tensor.buffer);
    if (buffer == nullptr)
        return Status::invalid("split: only what ops write is brought from side to side");
    return buffer->ready(sideOfWeight(weight).value_or(SplitSide::host()), rangeOf(tensor));
}

} // namespace conclave::kernels
