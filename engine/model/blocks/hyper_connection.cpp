#include "engine/model/blocks/hyper_connection.h"

namespace conclave::engine
{

using kernels::Queue;
using kernels::Tensor;

HyperConnectionSizes HyperConnectionSizes::read(MetadataKeys &keys, float normEpsilon)
{
    HyperConnectionSizes sizes;
    sizes.streams = keys.required("hyper_connection.count", 1, kernels::GatherStreamsArgs::kMostStreams);
    sizes.iterations = keys.required("hyper_connection.sinkhorn_iterations", 1, 1000);
    sizes.epsilon = keys.requiredNumber("hyper_connection.epsilon", 0.0, 1e-2);
    sizes.normEpsilon = normEpsilon;
    return sizes;
}

HyperConnection HyperConnection::load(WeightLoader &weights, const std::string &prefix, const HyperConnectionSizes &sizes, int width,
                                      bool last)
{
    const std::int64_t streams = sizes.streams;
    const std::int64_t values = last ? streams : streams * (streams + 2);
    HyperConnection block;
    block.sizes = sizes;
    block.last = last;
    block.function = weights.matrix(prefix + "fn.weight", {values, streams * width});
    block.base = weights.floats(prefix + "base.weight", {values});
    block.scale = weights.floats(prefix + "scale.weight", {last ? 1 : 3});
    return block;
}

void HyperConnection::begin(Step &step)
{
    const Tensor flat = step.flat(step.scratch.streams.all);
    const std::int64_t width = step.scratch.x.shape[1];
    for (std::int64_t column = 0; column < flat.shape[1]; column += width)
        step.ops.copy(step.rows(step.scratch.x), flat.columns(column, width));
}

void HyperConnection::gather(Step &step, std::int64_t first, std::int64_t count) const
{
    const Scratch::Streams &s = step.scratch.streams;
    const Tensor streams = s.all.slice(first, count);
    const Tensor normalised = s.normalised.slice(first, count);
    const Tensor logits = Tensor::packed(s.logits.dtype, {count, function.shape[0]}, s.logits.buffer, s.logits.offset);
    step.ops.rmsNorm({}, streams.reshaped({count, function.shape[1]}), normalised, sizes.normEpsilon);
    step.ops.linearExact(function, normalised, logits);

    kernels::GatherStreamsArgs args;
    args.streams = streams;
    args.projection = logits;
    args.base = base;
    args.scale = scale;
    if (!last) {
        args.post = s.post.slice(first, count);
        args.mix = s.mix.slice(first, count);
    }
    args.out = step.scratch.x.slice(first, count);
    args.iterations = sizes.iterations;
    args.epsilon = sizes.epsilon;
    step.ops.run(&Queue::gatherStreams, args);
}

void HyperConnection::spread(Step &step, const Tensor &y) const
{
    const Scratch::Streams &s = step.scratch.streams;
    step.ops.run(&Queue::spreadStreams, kernels::SpreadStreamsArgs{y, step.rows(s.post), step.rows(s.mix), step.rows(s.all)});
}

} // namespace conclave::engine
