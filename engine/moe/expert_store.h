#pragma once

#include "engine/api/expert_view.h"
#include "kernels/core/status.h"
#include "kernels/core/tensor.h"

#include <cstdint>
#include <span>
#include <vector>

/// Where experts lie. Today every expert is part of the mapped file, or of memory imported by the device, and the store only answers
/// where. The interface is the one that a disk tier needs: a layer asks for its chosen experts with `prepare` before it computes with
/// `layer`. A store that streams will read missing slabs there (an expert is one stretch of each tensor: index * f * d values), evict the
/// least recently used of the layer, and hand out tensors whose slabs are valid for the experts just prepared. Engine thread only.
namespace conclave::engine
{

/// The experts of one layer: slab e of each tensor belongs to expert e.
struct ExpertTensors
{
    kernels::Tensor gate; ///< [E, f, d]
    kernels::Tensor up;   ///< [E, f, d]
    kernels::Tensor down; ///< [E, d, f]
};

class ExpertStore
{
public:
    /// Registers the experts of `layer`, which stay where they are.
    void place(int layer, const ExpertTensors &tensors, ExpertPlace place);

    ExpertPlace placeOf(int layer) const;
    /// True when all experts can be computed with at once, so that nobody needs to wait for a router's choice to call `prepare`.
    bool alwaysReady() const { return true; }
    /// Makes `experts` of `layer` ready. Fails for a layer without experts or an index out of range.
    kernels::Status prepare(int layer, std::span<const std::int32_t> experts) const;
    /// Tensors of a layer placed before.
    const ExpertTensors &layer(int layer) const { return m_layers[static_cast<std::size_t>(layer)].tensors; }

    /// Bytes of one expert of `layer`, all three matrices; 0 without experts.
    std::uint64_t expertBytes(int layer) const;
    /// E of `layer`; 0 without experts.
    int expertCount(int layer) const;
    /// Share of a mapped layer's experts that can be read without the disk, from a page of each of at most kSampled experts; below 0 when
    /// it is not known, or they are not mapped.
    double shareInMemory(int layer) const;

    static constexpr int kSampled = 64;

private:
    struct Layer
    {
        ExpertTensors tensors;
        ExpertPlace place = ExpertPlace::kNone;
    };
    std::vector<Layer> m_layers;
};

} // namespace conclave::engine
