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

    /// As the file's keys say; `ownDivisors` as in ropeDivisors.
    static Rope of(const HyperParameters &hp, kernels::RopePairing pairing, const std::vector<float> &ownDivisors = {});
    /// Turns heads [T, H, hd] to the step's positions.
    void apply(Step &step, const kernels::Tensor &heads) const { turn(step.ops, step.positions, heads, false); }
    /// Turns them back.
    void applyInverse(Step &step, const kernels::Tensor &heads) const { turn(step.ops, step.positions, heads, true); }
    /// Turns heads [n, H, hd] to `positions` [n].
    void apply(Ops &ops, std::span<const std::int32_t> positions, const kernels::Tensor &heads) const
    {
        turn(ops, positions, heads, false);
    }

private:
    void turn(Ops &ops, std::span<const std::int32_t> positions, const kernels::Tensor &heads, bool inverse) const;
};

} // namespace conclave::engine
