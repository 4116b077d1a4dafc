#pragma once

#include "kernels/core/queue.h"

namespace conclave::engine
{

/// The experts of one layer: slab e of each tensor belongs to expert e.
struct ExpertTensors
{
    kernels::Tensor gate;       ///< [E, f, d]
    kernels::Tensor up;         ///< [E, f, d]
    kernels::Tensor down;       ///< [E, d, f]
    kernels::Tensor gateBias{}; ///< [E, f] F32, or empty
    kernels::Tensor upBias{};   ///< [E, f], or empty
    kernels::Tensor downBias{}; ///< [E, d], or empty
};

inline void useExperts(const ExpertTensors &experts, kernels::MoeFeedForwardArgs &args)
{
    args.gate = experts.gate;
    args.up = experts.up;
    args.down = experts.down;
    args.gateBias = experts.gateBias;
    args.upBias = experts.upBias;
    args.downBias = experts.downBias;
}

} // namespace conclave::engine
