#pragma once

#include "engine/model/hyper_parameters.h"
#include "engine/model/step.h"

#include <vector>

namespace conclave::engine
{

/// Rotary positions of one layer: which values of a head turn, and how fast.
struct Rope
{
    kernels::RopePairing pairing = kernels::RopePairing::kNeox;
    int dims = 0; ///< 0: positions are not rotated
    float base = 10000.0F;
    std::vector<float> divisors; ///< [dims/2] of the frequencies, or empty
    float magnitude = 1.0F;
    std::vector<std::uint8_t> streams = {}; ///< [dims/2] which row of Step::gridPositions turns a pair (M-RoPE), or empty: plain positions

    /// As the file's keys say; `ownDivisors` as in ropeDivisors.
    static Rope of(const HyperParameters &hp, kernels::RopePairing pairing, const std::vector<float> &ownDivisors = {});
    /// Turns heads [T, H, hd] to the step's positions.
    void apply(Step &step, const kernels::Tensor &heads) const { turn(step.ops, positionsOf(step), heads, false); }
    /// Turns them back.
    void applyInverse(Step &step, const kernels::Tensor &heads) const { turn(step.ops, positionsOf(step), heads, true); }
    /// Turns heads [n, H, hd] to `positions` [n], or with streams [3, n].
    void apply(Ops &ops, std::span<const std::int32_t> positions, const kernels::Tensor &heads) const
    {
        turn(ops, positions, heads, false);
    }

private:
    std::span<const std::int32_t> positionsOf(const Step &step) const { return streams.empty() ? step.positions : step.gridPositions; }
    void turn(Ops &ops, std::span<const std::int32_t> positions, const kernels::Tensor &heads, bool inverse) const;
};

/// Which position turns each pair: time (0), and interleaved with it row (1) and column (2) for as many pairs as the file's
/// rope.dimension_sections say (interleaved M-RoPE, Qwen3-VL report 2025). Errors are left in `keys`.
std::vector<std::uint8_t> readRopeStreams(MetadataKeys &keys, const HyperParameters &hp);

} // namespace conclave::engine
