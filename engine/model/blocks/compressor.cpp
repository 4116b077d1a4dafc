#include "engine/model/blocks/compressor.h"

#include <array>

namespace conclave::engine
{

using kernels::Queue;
using kernels::Tensor;

void Compressor::addTo(KvLayerShape &shape, int ratio, int width)
{
    const std::int64_t positions = static_cast<std::int64_t>(ratio) * (overlaps(ratio) ? 2 : 1);
    shape.rows.push_back({width, ratio});
    shape.states.push_back(2 * positions * columns(ratio, width));
}

void Compressor::load(WeightLoader &weights, const std::string &prefix, int modelWidth)
{
    const std::int64_t count = columns(ratio, width);
    values = weights.matrix(prefix + "kv.weight", {count, modelWidth});
    gates = weights.matrix(prefix + "gate.weight", {count, modelWidth});
    bias = weights.floats(prefix + "ape.weight", {ratio, count});
    norm = weights.floats(prefix + "norm.weight", {width});
}

void Compressor::apply(Step &step) const
{
    Ops &ops = step.ops;
    const Scratch::Compressed &s = step.scratch.compressed;
    const std::int64_t count = columns(ratio, width);
    const Tensor h = step.rows(step.scratch.h);
    kernels::PoolBlocksArgs args;
    args.values = step.packed(s.values, count);
    args.gates = step.packed(s.gates, count);
    args.bias = bias;
    args.state = step.cache.state(layer, which).reshaped({2, overlaps() ? 2 * ratio : ratio, count});
    args.first = step.first;
    args.ratio = ratio;
    args.overlap = overlaps();
    const std::int64_t begin = step.first / ratio;
    const std::int64_t finished = (step.first + step.tokens) / ratio - begin;
    const Tensor rows = step.cache.rows(layer, which).slice(begin, finished);
    if (finished > 0)
        args.out = rows;
    ops.linear(values, h, args.values);
    ops.linear(gates, h, args.gates);
    ops.run(&Queue::poolBlocks, args);
    if (finished == 0)
        return;

    std::array<std::int32_t, Scratch::kChunk> positions;
    for (std::int64_t b = 0; b < finished; ++b)
        positions[static_cast<std::size_t>(b)] = static_cast<std::int32_t>((begin + b) * ratio);
    ops.rmsNorm(norm, rows, rows, epsilon);
    rope.apply(ops, std::span(positions).first(static_cast<std::size_t>(finished)),
               rows.reshaped({finished, 1, width}).columns(width - rope.dims, rope.dims));
}

} // namespace conclave::engine
