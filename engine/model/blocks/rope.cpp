#include "engine/model/blocks/rope.h"

namespace conclave::engine
{

Rope Rope::of(const HyperParameters &hp, kernels::RopePairing pairing, const std::vector<float> &ownDivisors)
{
    const RopeScaling &scaling = hp.ropeScaling;
    return {pairing, hp.ropeDims, hp.ropeBase, ropeDivisors(scaling, hp.ropeDims, hp.ropeBase, ownDivisors), scaling.rotationMagnitude()};
}

void Rope::apply(Step &step, const kernels::Tensor &heads) const
{
    if (dims == 0)
        return;
    kernels::RopeArgs args;
    args.inout = heads;
    args.positions = step.positions;
    args.pairing = pairing;
    args.dims = dims;
    args.base = base;
    args.factors = divisors;
    args.magnitude = magnitude;
    step.ops.run(&kernels::Queue::rope, args);
}

} // namespace conclave::engine
