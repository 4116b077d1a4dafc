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
    const Scratch::Compressed &s = step.scratch.compressed;
    const std::int64_t count = columns(ratio, width);
    const Tensor h = step.rows(step.scratch.h);
    step.ops.linear(values, h, step.packed(s.values, count));
    step.ops.linear(gates, h, step.packed(s.gates, count));
    for (const StepSequence &sequence : step.sequences)
        pool(step, sequence);
}

/// One sequence's positions go into its state, and into rows where they finish blocks.
void Compressor::pool(Step &step, const StepSequence &sequence) const
{
    Ops &ops = step.ops;
    const Scratch::Compressed &s = step.scratch.compressed;
    const std::int64_t count = columns(ratio, width);
    const std::int64_t begin = sequence.first / ratio;
    const std::int64_t finished = sequence.end() / ratio - begin;
    const Tensor rows = sequence.cache.rows(layer, which).slice(begin, finished);
    kernels::PoolBlocksArgs args;
    args.values = sequence.rows(step.packed(s.values, count));
    args.gates = sequence.rows(step.packed(s.gates, count));
    args.bias = bias;
    args.state = sequence.cache.state(layer, which).reshaped({2, overlaps() ? 2 * ratio : ratio, count});
    args.first = sequence.first;
    args.ratio = ratio;
    args.overlap = overlaps();
    if (finished > 0)
        args.out = rows;
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
