// The ops of DeepSeek V4: streams beside each other, compressed keys, experts that follow from the token.
#include "kernels/core/validate.h"
#include "kernels/plugin/addressed_queue.h"
#include "kernels/plugin/launch_parts.h"

namespace conclave::kernels
{

/// What attention reads of compressed keys; where it is staged.
Status AddressedQueue::stageCompressed(const AttentionArgs &args, DeviceAddress &address)
{
    const CompressedKeys &more = args.compressed;
    const DType type = more.cache.keys.dtype;
    if ((type != DType::kF32 && type != args.cache.keys.dtype) || more.cache.values.dtype != type)
        return Status::unsupported("attention over compressed keys of another type: not on this device yet");
    CompressedKeysCall call{};
    if (!locate(more.cache.keys, call.keys) || !locate(more.cache.values, call.values) || !locateIfAny(more.chosen, call.chosen))
        return kForeign;
    if (!smallStrides(more.cache.keys, call.keySlotStride, call.keyHeadStride) ||
        !smallStrides(more.cache.values, call.valueSlotStride, call.valueHeadStride) ||
        (!more.chosen.empty() && !smallStride(more.chosen, 0, call.chosenStride)))
        return kFarApart;
    if (!more.cache.pages.empty()) {
        if (const Status status = stage(std::as_bytes(more.cache.pages), call.pages); !status.ok())
            return status;
    }
    call.most = more.chosen.empty() ? 0 : count(more.chosen.shape[1]);
    call.ratio = count(more.ratio);
    call.pageTokens = count(more.cache.pageTokens);
    call.floats = type == DType::kF32 ? 1 : 0;
    return stage(std::as_bytes(std::span(&call, 1)), address);
}

/// `args` were checked, and have fixed experts.
Status AddressedQueue::routeFixed(const RouterArgs &args)
{
    const std::int64_t tokens = args.logits.shape[0];
    if (!has(KernelId::kFixedRouter) || !args.fixedExperts.isPacked() || args.fixedExperts.shape[1] != args.experts.shape[1] ||
        args.fixedExperts.elements() > kMostElements)
        return Status::unsupported("router with fixed experts: not on this device yet");
    FixedRouterCall call{};
    if (!locate(args.logits, call.logits) || !locate(args.fixedExperts, call.fixedExperts) ||
        !locateIfAny(args.expertScale, call.expertScale) || !locate(args.experts, call.experts) || !locate(args.weights, call.weights) ||
        !locate(args.margins, call.margins))
        return kForeign;
    if (tokens == 0)
        return Status::success();
    if (tokens > kMostElements)
        return kTooLarge;
    if (!smallStride(args.logits, 0, call.logitsStride) || !smallStride(args.experts, 0, call.expertsStride) ||
        !smallStride(args.weights, 0, call.weightsStride))
        return kFarApart;
    if (const Status status = stage(std::as_bytes(args.tokens), call.tokens); !status.ok())
        return status;
    call.tokenCount = count(tokens);
    call.count = count(args.logits.shape[1]);
    call.most = count(args.experts.shape[1]);
    call.score = static_cast<std::uint32_t>(args.score);
    call.normalise = args.normalise ? 1 : 0;
    call.leastSum = args.leastSum;
    call.weightScale = args.weightScale;
    return launch(launchOf(KernelId::kFixedRouter, call, groupsFor(tokens)));
}

Status AddressedQueue::gatherStreams(const GatherStreamsArgs &args)
{
    if (!has(KernelId::kGatherStreams))
        return Status::unsupported("gatherStreams: not on this device yet");
    if (const Status status = check(args); !status.ok())
        return status;
    GatherStreamsCall call{};
    if (!locate(args.streams, call.streams) || !locate(args.projection, call.projection) || !locate(args.base, call.base) ||
        !locate(args.scale, call.scale) || !locateIfAny(args.post, call.post) || !locateIfAny(args.mix, call.mix) ||
        !locate(args.out, call.out))
        return kForeign;
    const std::int64_t elements = elementsOf(args.streams);
    if (elements == 0)
        return Status::success();
    if (elements > kMostElements)
        return kTooLarge;
    if (!smallStrides(args.streams, call.tokenStride, call.streamStride) || !smallStride(args.projection, 0, call.projectionStride) ||
        (!args.post.empty() &&
         (!smallStride(args.post, 0, call.postStride) || !smallStrides(args.mix, call.mixTokenStride, call.mixRowStride))) ||
        !smallStride(args.out, 0, call.outStride))
        return kFarApart;
    call.tokens = count(args.streams.shape[0]);
    call.count = count(args.streams.shape[1]);
    call.width = count(args.streams.shape[2]);
    call.iterations = count(args.iterations);
    call.epsilon = args.epsilon;
    return launch(launchOf(KernelId::kGatherStreams, call, call.tokens));
}

Status AddressedQueue::spreadStreams(const SpreadStreamsArgs &args)
{
    if (!has(KernelId::kSpreadStreams))
        return Status::unsupported("spreadStreams: not on this device yet");
    if (const Status status = check(args); !status.ok())
        return status;
    SpreadStreamsCall call{};
    if (!locate(args.in, call.in) || !locate(args.post, call.post) || !locate(args.mix, call.mix) || !locate(args.streams, call.streams))
        return kForeign;
    const std::int64_t elements = elementsOf(args.streams);
    if (elements == 0)
        return Status::success();
    if (elements > kMostElements)
        return kTooLarge;
    if (!smallStride(args.in, 0, call.inStride) || !smallStride(args.post, 0, call.postStride) ||
        !smallStrides(args.mix, call.mixTokenStride, call.mixRowStride) || !smallStrides(args.streams, call.tokenStride, call.streamStride))
        return kFarApart;
    call.tokens = count(args.streams.shape[0]);
    call.count = count(args.streams.shape[1]);
    call.width = count(args.streams.shape[2]);
    return launch(launchOf(KernelId::kSpreadStreams, call, groupsFor(args.in.shape[0] * args.in.shape[1])));
}

Status AddressedQueue::poolBlocks(const PoolBlocksArgs &args)
{
    if (!has(KernelId::kPoolBlocks))
        return Status::unsupported("poolBlocks: not on this device yet");
    if (const Status status = check(args); !status.ok())
        return status;
    PoolBlocksCall call{};
    if (!locate(args.values, call.values) || !locate(args.gates, call.gates) || !locate(args.bias, call.bias) ||
        !locate(args.state, call.state) || !locateIfAny(args.out, call.out))
        return kForeign;
    const std::int64_t tokens = args.values.shape[0];
    const std::int64_t kept = elementsOf(args.state.at(0));
    if (elementsOf(args.values) == 0)
        return Status::success();
    if (elementsOf(args.values) > kMostElements || kept > kMostElements || args.first + tokens > kMostElements)
        return kTooLarge;
    if (!smallStride(args.values, 0, call.valuesStride) || !smallStride(args.gates, 0, call.gatesStride) ||
        !smallStride(args.bias, 0, call.biasStride) || (!args.out.empty() && !smallStride(args.out, 0, call.outStride)))
        return kFarApart;
    call.tokens = count(tokens);
    call.first = count(args.first);
    call.ratio = count(args.ratio);
    call.halves = args.overlap ? 2 : 1;
    call.width = count(args.values.shape[1]) / call.halves;
    call.blocks = count((args.first + tokens) / args.ratio - args.first / args.ratio);
    if (call.blocks > 0) {
        const std::int64_t pooled = static_cast<std::int64_t>(call.blocks) * call.width;
        if (const Status status = launch(launchOf(KernelId::kPoolBlocks, call, groupsFor(pooled))); !status.ok())
            return status;
    }
    call.update = 1;
    return launch(launchOf(KernelId::kPoolBlocks, call, groupsFor(kept)));
}

Status AddressedQueue::chooseRows(const ChooseRowsArgs &args)
{
    if (!has(KernelId::kChooseRows))
        return Status::unsupported("chooseRows: not on this device yet");
    if (const Status status = check(args); !status.ok())
        return status;
    ChooseRowsCall call{};
    if (!locate(args.query, call.query) || !locate(args.weights, call.weights) || !locate(args.keys, call.keys) ||
        !locate(args.chosen, call.chosen))
        return kForeign;
    const std::int64_t tokens = args.query.shape[0];
    const std::int64_t capacity = std::max<std::int64_t>((args.first + tokens) / args.ratio, 1);
    if (tokens == 0)
        return Status::success();
    if (product({tokens, capacity}) > kMostElements || args.first + tokens > kMostElements || args.chosen.shape[1] > kMostElements)
        return kTooLarge;
    if (!smallStrides(args.query, call.tokenStride, call.headStride) || !smallStride(args.weights, 0, call.weightsStride) ||
        !smallStride(args.keys, 0, call.keysStride) || !smallStride(args.chosen, 0, call.chosenStride))
        return kFarApart;
    if (const Status status = scratch(static_cast<std::size_t>(tokens * capacity) * sizeof(float), call.scores); !status.ok())
        return status;
    call.tokens = count(tokens);
    call.heads = count(args.query.shape[1]);
    call.width = count(args.query.shape[2]);
    call.most = count(args.chosen.shape[1]);
    call.first = count(args.first);
    call.ratio = count(args.ratio);
    call.capacity = count(capacity);
    return launch(launchOf(KernelId::kChooseRows, call, call.tokens));
}

} // namespace conclave::kernels
