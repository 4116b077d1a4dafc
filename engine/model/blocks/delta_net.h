#pragma once

#include "engine/cache/kv_shape.h"
#include "engine/model/metadata_keys.h"
#include "engine/model/step.h"
#include "engine/model/weight_loader.h"

/// Gated DeltaNet (Yang et al. 2024): attention with a state of fixed size instead of keys and values.
namespace conclave::engine
{

/// Keys `ssm.*`.
struct DeltaNetSizes
{
    int heads = 0;    ///< Hv, of values
    int keyHeads = 0; ///< Hk, of queries and keys; divides Hv
    int width = 0;    ///< S, of every head
    int taps = 0;     ///< K, of the convolution

    int keys() const { return keyHeads * width; }
    int values() const { return heads * width; }
    /// Queries, keys and values side by side: what the convolution sees.
    int mixed() const { return 2 * keys() + values(); }

    static DeltaNetSizes read(MetadataKeys &keys);
    /// The layer's part of a cache: the convolution's last inputs, and the heads' states.
    KvLayerShape cacheShape() const;
    void addScratch(ScratchSizes &sizes) const;
};

struct DeltaNet
{
    int layer = 0; ///< its place in the cache
    DeltaNetSizes sizes;
    float epsilon = 1e-6F;

    kernels::Tensor mixed;  ///< [2*Hk*S + Hv*S, d] queries, keys, values
    kernels::Tensor filter; ///< [2*Hk*S + Hv*S, K]
    kernels::Tensor gate;   ///< [Hv*S, d] of the output
    kernels::Tensor alpha;  ///< [Hv, d] how much is forgotten
    kernels::Tensor beta;   ///< [Hv, d] how much is corrected
    kernels::Tensor rate;   ///< [Hv], not positive
    kernels::Tensor bias;   ///< [Hv] of alpha
    kernels::Tensor norm;   ///< [S] of each head's output
    kernels::Tensor output; ///< [d, Hv*S]

    static DeltaNet load(WeightLoader &weights, const DeltaNetSizes &sizes, int layer, int width, float epsilon);
    /// x += output(RMS(delta rule of h) * silu(gate h)), where h is the step's normalised input; changes the layer's states.
    void apply(Step &step) const;

private:
    void remember(Step &step, const StepSequence &sequence, const kernels::Tensor &out) const;
    void keepStates(Step &step, const StepSequence &sequence) const;
};

} // namespace conclave::engine
