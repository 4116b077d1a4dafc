#include "engine/moe/expert_store.h"

#include "engine/base/resident_pages.h"
#include "engine/moe/card_experts.h"
#include "engine/moe/expert_cache.h"
#include "kernels/core/device.h"

#include <algorithm>

namespace conclave::engine
{

ExpertStore::ExpertStore() = default;
ExpertStore::~ExpertStore() = default;

void ExpertStore::place(int layer, const ExpertTensors &tensors, ExpertPlace place, const kernels::Tensor &beside)
{
    const auto index = static_cast<std::size_t>(layer);
    if (m_layers.size() <= index)
        m_layers.resize(index + 1);
    m_layers[index] = {tensors, place, beside};
}

void ExpertStore::stream(std::unique_ptr<ExpertCache> cache)
{
    m_cache = std::move(cache);
    for (Layer &layer : m_layers) {
        if (layer.place == ExpertPlace::kMapped)
            layer.place = ExpertPlace::kStreamed;
    }
}

void ExpertStore::keepOnCard(std::unique_ptr<CardExperts> experts)
{
    m_card = std::move(experts);
}

int ExpertStore::onCard(int layer) const
{
    return m_card ? m_card->count(layer) : 0;
}

bool ExpertStore::isOnCard(int layer, int expert) const
{
    return placeOf(layer) == ExpertPlace::kDevice || (m_card && m_card->has(layer, expert));
}

void ExpertStore::noteChosen(std::uint64_t experts, std::uint64_t onCard)
{
    m_chosen += experts;
    m_chosenOnCard += onCard;
}

ExpertTraffic ExpertStore::traffic() const
{
    ExpertTraffic traffic = m_cache ? m_cache->traffic() : ExpertTraffic{};
    traffic.divided = m_chosen;
    traffic.onCard = m_chosenOnCard;
    return traffic;
}

ExpertPlace ExpertStore::placeOf(int layer) const
{
    const auto index = static_cast<std::size_t>(layer);
    return layer >= 0 && index < m_layers.size() ? m_layers[index].place : ExpertPlace::kNone;
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

double ExpertStore::shareInMemory(int layer) const
{
    switch (placeOf(layer)) {
    case ExpertPlace::kMapped:
        return shareMapped(layer);
    case ExpertPlace::kStreamed:
        return static_cast<double>(m_cache->held(layer)) / std::max(1, expertCount(layer) - onCard(layer));
    case ExpertPlace::kDevice:
    case ExpertPlace::kNone:
        break;
    }
    return -1;
}

/// Matrices take turns, so that all three are looked at.
double ExpertStore::shareMapped(int layer) const
{
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
