#include "engine/model/blocks/rope.h"

namespace conclave::engine
{

Rope Rope::of(const HyperParameters &hp, kernels::RopePairing pairing, const std::vector<float> &ownDivisors)
{
    const RopeScaling &scaling = hp.ropeScaling;
    return {pairing, hp.ropeDims, hp.ropeBase, ropeDivisors(scaling, hp.ropeDims, hp.ropeBase, ownDivisors), scaling.rotationMagnitude(),
            {}};
}

void Rope::turn(Ops &ops, std::span<const std::int32_t> positions, const kernels::Tensor &heads, bool inverse) const
{
    if (dims == 0)
        return;
    kernels::RopeArgs args;
    args.inout = heads;
    args.positions = positions;
    args.streams = streams;
    args.pairing = pairing;
    args.dims = dims;
    args.base = base;
    args.factors = divisors;
    args.magnitude = magnitude;
    args.inverse = inverse;
    ops.run(&kernels::Queue::rope, args);
}

std::vector<std::uint8_t> readRopeStreams(MetadataKeys &keys, const HyperParameters &hp)
{
    const int pairs = hp.ropeDims / 2;
    std::vector<int> sections = keys.someIntegers("rope.dimension_sections", 4, 0, pairs);
    if (sections.size() < 3)
        keys.refuse("rope.dimension_sections", "has no parts for time, row and column");
    sections.resize(4);
    std::vector<std::uint8_t> streams(static_cast<std::size_t>(pairs), 0);
    for (int pair = 0; pair < pairs; ++pair) {
        const int stream = pair % 3;
        if (stream != 0 && pair < 3 * sections[static_cast<std::size_t>(stream)])
            streams[static_cast<std::size_t>(pair)] = static_cast<std::uint8_t>(stream);
    }
    return streams;
}

} // namespace conclave::engine
