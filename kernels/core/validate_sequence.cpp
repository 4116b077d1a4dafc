#include "kernels/core/validate_parts.h"

#include <initializer_list>

/// Checks of the ops that carry something along a sequence or between streams.
namespace conclave::kernels
{

namespace
{

bool hasShape(const Tensor &tensor, std::initializer_list<std::int64_t> shape)
{
    return isActivation(tensor, static_cast<int>(shape.size())) && std::equal(shape.begin(), shape.end(), tensor.shape.begin());
}

bool isOutput(const Tensor &tensor, std::initializer_list<std::int64_t> shape)
{
    return hasShape(tensor, shape) && isWritable(tensor);
}

bool isState(const Tensor &tensor, std::initializer_list<std::int64_t> shape)
{
    return isOutput(tensor, shape) && tensor.isPacked();
}

bool isPosition(std::int64_t first)
{
    return first >= 0 && first <= kLongestAxis;
}

} // namespace

Status check(const GatherStreamsArgs &args)
{
    if (!isActivation(args.streams, 3) || args.streams.shape[1] < 1 || args.streams.shape[1] > GatherStreamsArgs::kMostStreams)
        return Status::invalid("gatherStreams: streams must be [T, S, d] F32, S at most 16");
    const std::int64_t tokens = args.streams.shape[0];
    const std::int64_t streams = args.streams.shape[1];
    if (args.post.empty() != args.mix.empty())
        return Status::invalid("gatherStreams: post and mix go together");
    const std::int64_t values = args.post.empty() ? streams : streams * (streams + 2);
    if (!hasShape(args.projection, {tokens, values}) || !isVector(args.base, values) || !isVector(args.scale, args.post.empty() ? 1 : 3))
        return Status::invalid("gatherStreams: projection, base and scale do not fit the streams");
    if (!args.post.empty() && (!isOutput(args.post, {tokens, streams}) || !isOutput(args.mix, {tokens, streams, streams})))
        return Status::invalid("gatherStreams: post and mix must be [T, S] and [T, S, S] F32, writable");
    if (!isOutput(args.out, {tokens, args.streams.shape[2]}))
        return Status::invalid("gatherStreams: out must be [T, d] F32, writable");
    if (args.iterations < 1 || !(args.epsilon >= 0))
        return Status::invalid("gatherStreams: need an iteration and no negative epsilon");
    return Status::success();
}

Status check(const SpreadStreamsArgs &args)
{
    if (!isActivation(args.streams, 3) || !isWritable(args.streams) || args.streams.shape[1] > GatherStreamsArgs::kMostStreams)
        return Status::invalid("spreadStreams: streams must be [T, S, d] F32, S at most 16, writable");
    const std::int64_t tokens = args.streams.shape[0];
    const std::int64_t streams = args.streams.shape[1];
    if (!hasShape(args.in, {tokens, args.streams.shape[2]}) || !hasShape(args.post, {tokens, streams}) ||
        !hasShape(args.mix, {tokens, streams, streams}))
        return Status::invalid("spreadStreams: in, post and mix must be [T, d], [T, S] and [T, S, S] F32");
    return Status::success();
}

Status check(const PoolBlocksArgs &args)
{
    const std::int64_t halves = args.overlap ? 2 : 1;
    if (!isActivation(args.values, 2) || !isActivation(args.gates, 2) || !sameShape(args.values, args.gates) ||
        args.values.shape[1] % halves != 0)
        return Status::invalid("poolBlocks: values and gates must be [T, c w] F32 of one shape");
    if (args.ratio < 1 || !isPosition(args.first))
        return Status::invalid("poolBlocks: ratio must be positive, first a position");
    const std::int64_t tokens = args.values.shape[0];
    const std::int64_t width = args.values.shape[1];
    if (!hasShape(args.bias, {args.ratio, width}))
        return Status::invalid("poolBlocks: bias must be [ratio, c w] F32");
    if (!isState(args.state, {2, halves * args.ratio, width}))
        return Status::invalid("poolBlocks: state must be [2, c ratio, c w] F32, packed, writable");
    const std::int64_t finished = (args.first + tokens) / args.ratio - args.first / args.ratio;
    if (finished == 0 && args.out.empty())
        return Status::success();
    if (!isOutput(args.out, {finished, width / halves}))
        return Status::invalid("poolBlocks: out must have a row for each block finished, writable");
    return Status::success();
}

Status check(const ChooseRowsArgs &args)
{
    if (!isActivation(args.query, 3) || !hasShape(args.weights, {args.query.shape[0], args.query.shape[1]}))
        return Status::invalid("chooseRows: query and weights must be [T, H, w] and [T, H] F32");
    if (!isActivation(args.keys, 2) || args.keys.shape[1] != args.query.shape[2])
        return Status::invalid("chooseRows: keys must be [R, w] F32");
    if (args.ratio < 1 || !isPosition(args.first) || (args.first + args.query.shape[0]) / args.ratio > args.keys.shape[0])
        return Status::invalid("chooseRows: a query sees rows that are not there");
    if (args.chosen.rank != 2 || args.chosen.dtype != DType::kI32 || !fitsBuffer(args.chosen) || !isWritable(args.chosen) ||
        args.chosen.shape[0] != args.query.shape[0] || args.chosen.shape[1] < 1)
        return Status::invalid("chooseRows: chosen must be [T, K] I32, writable");
    return Status::success();
}

Status check(const CausalConvArgs &args)
{
    if (!isActivation(args.in, 2) || !isActivation(args.weight, 2) || args.weight.shape[0] != args.in.shape[1] || args.weight.shape[1] < 2)
        return Status::invalid("causalConv: in and weight must be [T, C] and [C, K] F32, K at least 2");
    if (!isState(args.state, {args.weight.shape[1] - 1, args.in.shape[1]}))
        return Status::invalid("causalConv: state must be [K - 1, C] F32, packed, writable");
    if (!isOutput(args.out, {args.in.shape[0], args.in.shape[1]}))
        return Status::invalid("causalConv: out must be [T, C] F32, writable");
    if (args.activation == Activation::kGptOss)
        return Status::invalid("causalConv: this activation belongs to gated ops");
    return Status::success();
}

Status check(const GatedDeltaRuleArgs &args)
{
    if (!isActivation(args.query, 3) || !isActivation(args.key, 3) || !sameShape(args.query, args.key))
        return Status::invalid("gatedDeltaRule: query and key must be [T, Hk, S] F32 of one shape");
    const std::int64_t tokens = args.query.shape[0];
    const std::int64_t keyHeads = args.query.shape[1];
    const std::int64_t width = args.query.shape[2];
    if (!isActivation(args.value, 3) || args.value.shape[0] != tokens || args.value.shape[2] != width || keyHeads < 1 ||
        args.value.shape[1] % keyHeads != 0)
        return Status::invalid("gatedDeltaRule: value must be [T, Hv, S] F32, Hv a multiple of Hk");
    const std::int64_t heads = args.value.shape[1];
    if (!hasShape(args.alpha, {tokens, heads}) || !hasShape(args.beta, {tokens, heads}) || !isVector(args.rate, heads) ||
        !isVector(args.bias, heads))
        return Status::invalid("gatedDeltaRule: alpha and beta must be [T, Hv], rate and bias [Hv] F32");
    if (!isState(args.state, {heads, width, width}) || !isOutput(args.out, {tokens, heads, width}))
        return Status::invalid("gatedDeltaRule: state and out must be [Hv, S, S] and [T, Hv, S] F32, writable");
    if (!(args.epsilon >= 0))
        return Status::invalid("gatedDeltaRule: epsilon must not be negative");
    return Status::success();
}

} // namespace conclave::kernels
