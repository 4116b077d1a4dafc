#include "engine/moe/expert_store.h"

namespace conclave::engine
{

using kernels::Status;

void ExpertStore::place(int layer, const ExpertTensors &tensors, ExpertPlace place)
{
    const auto index = static_cast<std::size_t>(layer);
    if (m_layers.size() <= index)
        m_layers.resize(index + 1);
    m_layers[index] = {tensors, place};
}

ExpertPlace ExpertStore::placeOf(int layer) const
{
    const auto index = static_cast<std::size_t>(layer);
    return layer >= 0 && index < m_layers.size() ? m_layers[index].place : ExpertPlace::kNone;
}

Status ExpertStore::prepare(int layer, std::span<const std::int32_t> experts) const
{
    if (placeOf(layer) == ExpertPlace::kNone)
        return Status::invalid("expert store: the layer has no experts");
    const std::int64_t count = this->layer(layer).gate.shape[0];
    for (const std::int32_t expert : experts) {
        if (expert >= count)
            return Status::invalid("expert store: no such expert");
    }
    return Status::success();
}

std::uint64_t ExpertStore::expertBytes(int layer) const
{
    if (placeOf(layer) == ExpertPlace::kNone)
        return 0;
    const ExpertTensors &tensors = this->layer(layer);
    const std::size_t bytes = tensors.gate.packedBytes() + tensors.up.packedBytes() + tensors.down.packedBytes();
    return bytes / static_cast<std::uint64_t>(tensors.gate.shape[0]);
}

} // namespace conclave::engine
