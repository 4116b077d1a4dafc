#pragma once

#include "engine/api/expert_view.h"
#include "engine/moe/expert_tensors.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

/// Where experts lie: in the mapped file, or in memory of the device, all of them ready; or, where memory is too small for them, on disk,
/// with an ExpertCache that keeps those most used. Of a divided model's layers the card may have some experts (CardExperts), the most used.
/// Engine thread only.
namespace conclave::engine
{

class CardExperts;
class ExpertCache;

class ExpertStore
{
public:
    ExpertStore();
    ~ExpertStore();

    /// Registers the experts of `layer`, which stay where they are. `beside`: a weight of the layer that every token needs; on which card
    /// that lies, copies of its most used experts may go.
    void place(int layer, const ExpertTensors &tensors, ExpertPlace place, const kernels::Tensor &beside = {});
    const kernels::Tensor &beside(int layer) const { return m_layers[static_cast<std::size_t>(layer)].beside; }

    /// From now on the experts placed are those of `cache`: they are not where `layer` says.
    void stream(std::unique_ptr<ExpertCache> cache);

    /// From now on the card has copies of these.
    void keepOnCard(std::unique_ptr<CardExperts> experts);
    const CardExperts *cardExperts() const { return m_card.get(); }
    /// How many of a layer's experts the card has, where it has not the whole layer's.
    int onCard(int layer) const;
    bool isOnCard(int layer, int expert) const;
    /// Tokens chose so many experts in a layer that the card has some of, and so many of them were those.
    void noteChosen(std::uint64_t experts, std::uint64_t onCard);

    /// Where those experts of a layer lie that no card has copies of.
    ExpertPlace placeOf(int layer) const;
    /// True when all experts can be computed with at once. Else the cache must be asked for those that a router has chosen.
    bool alwaysReady() const { return m_cache == nullptr; }
    ExpertCache *cache() const { return m_cache.get(); }
    /// Since the model was loaded.
    ExpertTraffic traffic() const;

    /// One more than the last layer placed.
    int layers() const { return static_cast<int>(m_layers.size()); }
    /// Tensors of a layer placed before, as the file has them.
    const ExpertTensors &layer(int layer) const { return m_layers[static_cast<std::size_t>(layer)].tensors; }

    /// Bytes of one expert of `layer`, all three matrices; 0 without experts.
    std::uint64_t expertBytes(int layer) const;
    /// E of `layer`; 0 without experts.
    int expertCount(int layer) const;
    /// Share of a mapped layer's experts that can be read without the disk, from a page of each of at most kSampled experts; below 0 when
    /// it is not known, or they are not mapped. Of a streamed layer: the share that the cache holds of those that the card has not.
    double shareInMemory(int layer) const;

    static constexpr int kSampled = 64;

private:
    struct Layer
    {
        ExpertTensors tensors;
        ExpertPlace place = ExpertPlace::kNone;
        kernels::Tensor beside;
    };
    double shareMapped(int layer) const;

    std::vector<Layer> m_layers;
    std::unique_ptr<ExpertCache> m_cache;
    std::unique_ptr<CardExperts> m_card;
    std::uint64_t m_chosen = 0;
    std::uint64_t m_chosenOnCard = 0;
};

} // namespace conclave::engine
