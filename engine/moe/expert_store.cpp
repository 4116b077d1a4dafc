#include "engine/moe/expert_store.h"

#include "engine/base/resident_pages.h"

#include <algorithm>

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

int ExpertStore::expertCount(int layer) const
{
    return placeOf(layer) == ExpertPlace::kNone ? 0 : static_cast<int>(this->layer(layer).gate.shape[0]);
}

/// Matrices take turns, so that all three are looked at.
double ExpertStore::shareInMemory(int layer) const
{
    if (placeOf(layer) != ExpertPlace::kMapped)
        return -1;
    const ExpertTensors &tensors = this->layer(layer);
    const kernels::Tensor *const matrices[] = {&tensors.gate, &tensors.up, &tensors.down};
    const int count = expertCount(layer);
    const int step = std::max(1, count / kSampled);
    int looked = 0;
    int there = 0;
    for (int expert = 0; expert < count; expert += step) {
        const kernels::Tensor &matrix = *matrices[(expert / step) % 3];
        const std::byte *memory = matrix.buffer->hostData();
        const auto slab = static_cast<std::size_t>(expert * matrix.strideBytes[0]);
        const auto resident = memory != nullptr ? isResident(memory + matrix.offset + slab) : std::nullopt;
        if (!resident)
            return -1;
        ++looked;
        there += *resident ? 1 : 0;
    }
    return looked > 0 ? static_cast<double>(there) / looked : -1;
}

} // namespace conclave::engine
