#pragma once

#include "engine/api/expert_view.h"
#include "engine/moe/expert_tensors.h"

#include <cstdint>
#include <memory>
#include <vector>

/// Where experts lie: in the mapped file, or in memory of the device, all of them ready; or, where memory is too small for them, on disk,
/// with an ExpertCache that keeps those most used. Engine thread only.
namespace conclave::engine
{

class ExpertCache;

class ExpertStore
{
public:
    ExpertStore();
    ~ExpertStore();

    /// Registers the experts of `layer`, which stay where they are.
    void place(int layer, const ExpertTensors &tensors, ExpertPlace place);

    /// From now on the experts placed are those of `cache`: they are not where `layer` says.
    void stream(std::unique_ptr<ExpertCache> cache);

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
    /// it is not known, or they are not mapped. Of a streamed layer: the share that the cache holds.
    double shareInMemory(int layer) const;

    static constexpr int kSampled = 64;

private:
    struct Layer
    {
        ExpertTensors tensors;
        ExpertPlace place = ExpertPlace::kNone;
    };
    double shareMapped(int layer) const;

    std::vector<Layer> m_layers;
    std::unique_ptr<ExpertCache> m_cache;
};

} // namespace conclave::engine
