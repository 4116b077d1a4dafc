#pragma once

#include "engine/model/metadata_keys.h"
#include "engine/model/step.h"
#include "engine/model/weight_loader.h"

#include <string>

/// The residual stream as several streams, mixed anew before and after every block (manifold-constrained hyper-connections, Xie et al.
/// 2025; the formulas are in kernels::GatherStreamsArgs). No other residual path exists.
namespace conclave::engine
{

/// Keys `hyper_connection.*`.
struct HyperConnectionSizes
{
    int streams = 0;       ///< S
    int iterations = 0;    ///< of the mixing matrix's balance
    float epsilon = 1e-6F; ///< of the coefficients
    float normEpsilon = 1e-6F;

    static HyperConnectionSizes read(MetadataKeys &keys, float normEpsilon);
};

struct HyperConnection
{
    HyperConnectionSizes sizes;
    bool last = false;        ///< at the model's end: streams are gathered, and nothing returns to them
    kernels::Tensor function; ///< [S(S+2), S*d] coefficients of the normalised streams; [S, S*d] of the last
    kernels::Tensor base;     ///< [S(S+2)], or [S]
    kernels::Tensor scale;    ///< [3], or [1]

    /// Reads `<prefix>fn.weight` and its kin.
    static HyperConnection load(WeightLoader &weights, const std::string &prefix, const HyperConnectionSizes &sizes, int width, bool last);
    /// All streams are the embedding, which is in scratch.x.
    static void begin(Step &step);
    /// scratch.x = the block's input for tokens first .. first + count - 1, by default all.
    void gather(Step &step) const { gather(step, 0, step.tokens); }
    void gather(Step &step, std::int64_t first, std::int64_t count) const;
    /// The block's output y [T, d] returns to the streams.
    void spread(Step &step, const kernels::Tensor &y) const;
};

} // namespace conclave::engine
