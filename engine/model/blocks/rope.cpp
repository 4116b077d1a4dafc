#include "engine/model/blocks/rope.h"

namespace conclave::engine
{

Rope Rope::of(const HyperParameters &hp, kernels::RopePairing pairing, const std::vector<float> &ownDivisors)
{
    const RopeScaling &scaling = hp.ropeScaling;
    return {pairing, hp.ropeDims, hp.ropeBase, ropeDivisors(scaling, hp.ropeDims, hp.ropeBase, ownDivisors), scaling.rotationMagnitude()};
}

void Rope::turn(Ops &ops, std::span<const std::int32_t> positions, const kernels::Tensor &heads, bool inverse) const
{
    if (dims == 0)
        return;
    kernels::RopeArgs args;
    args.inout = heads;
    args.positions = positions;
    args.pairing = pairing;
    args.dims = dims;
    args.base = base;
    args.factors = divisors;
    args.magnitude = magnitude;
    args.inverse = inverse;
    ops.run(&kernels::Queue::rope, args);
}

} // namespace conclave::engine
