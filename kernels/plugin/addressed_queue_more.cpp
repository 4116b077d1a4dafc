// The ops that some families and the eyes of models need: layerNorm, convolutions, sequences with a state.
#include "kernels/core/validate.h"
#include "kernels/plugin/addressed_queue.h"
#include "kernels/plugin/launch_parts.h"

namespace conclave::kernels
{

Status AddressedQueue::layerNorm(const LayerNormArgs &args)
{
    if (!has(KernelId::kLayerNorm))
        return Status::unsupported("layerNorm: not on this device yet");
    if (const Status status = check(args); !status.ok())
        return status;
    LayerNormCall call{};
    if (!locate(args.weight, call.weight) || !locate(args.bias, call.bias))
        return kForeign;
    call.epsilon = args.epsilon;
    return rowsToRows(KernelId::kLayerNorm, args.in, args.out, call, groupOfRow);
}

Status AddressedQueue::conv3x3(const Conv3x3Args &args)
{
    if (!has(KernelId::kConv3x3))
        return Status::unsupported("conv3x3: not on this device yet");
    if (const Status status = check(args); !status.ok())
        return status;
    if (!args.weight.isPacked())
        return Status::unsupported("conv3x3 with weights that are not packed: not on this device yet");
    Conv3x3Call call{};
    if (!locate(args.in, call.in) || !locate(args.weight, call.weight) || !locate(args.bias, call.bias) || !locate(args.out, call.out))
        return kForeign;
    const std::int64_t elements = elementsOf(args.out);
    if (elements == 0)
        return Status::success();
    if (elements > kMostElements || elementsOf(args.in) > kMostElements || elementsOf(args.weight) > kMostElements)
        return kTooLarge;
    if (!smallStrides(args.in, call.inLine, call.inPixel) || !smallStrides(args.out, call.outLine, call.outPixel))
        return kFarApart;
    call.height = count(args.in.shape[0]);
    call.width = count(args.in.shape[1]);
    call.channels = count(args.in.shape[2]);
    call.outHeight = count(args.out.shape[0]);
    call.outWidth = count(args.out.shape[1]);
    call.outChannels = count(args.out.shape[2]);
    call.stride = static_cast<std::uint32_t>(args.stride);
    call.activation = static_cast<std::uint32_t>(args.activation);
    Launch one = launchOf(KernelId::kConv3x3, call, groupsFor(elements));
    one.type = args.weight.dtype;
    return launch(one);
}

Status AddressedQueue::depthwiseConv3x3(const DepthwiseConv3x3Args &args)
{
    if (!has(KernelId::kDepthwiseConv3x3))
        return Status::unsupported("depthwiseConv3x3: not on this device yet");
    if (const Status status = check(args); !status.ok())
        return status;
    if (!args.weight.isPacked())
        return Status::unsupported("depthwiseConv3x3 with weights that are not packed: not on this device yet");
    DepthwiseConv3x3Call call{};
    if (!locate(args.in, call.in) || !locate(args.weight, call.weight) || !locate(args.bias, call.bias) || !locate(args.out, call.out))
        return kForeign;
    const std::int64_t elements = elementsOf(args.out);
    if (elements == 0)
        return Status::success();
    if (elements > kMostElements)
        return kTooLarge;
    if (!smallStrides(args.in, call.inLine, call.inPixel) || !smallStrides(args.out, call.outLine, call.outPixel))
        return kFarApart;
    call.height = count(args.in.shape[0]);
    call.width = count(args.in.shape[1]);
    call.channels = count(args.in.shape[2]);
    call.residual = args.residual ? 1 : 0;
    return launch(launchOf(KernelId::kDepthwiseConv3x3, call, groupsFor(elements)));
}

/// Four copies, one for each corner of the cells.
Status AddressedQueue::mergePatches(const MergePatchesArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t width = args.in.shape[2];
    for (std::int64_t corner = 0; corner < 4; ++corner) {
        Tensor from = args.in;
        from.shape = {args.out.shape[0], args.out.shape[1], width, 0};
        from.offset += static_cast<std::size_t>(corner / 2 * args.in.strideBytes[0] + corner % 2 * args.in.strideBytes[1]);
        from.strideBytes[0] = args.in.strideBytes[0] * 2;
        from.strideBytes[1] = args.in.strideBytes[1] * 2;
        if (const Status status = copyScaled(from, args.out.columns(corner * width, width), 1.0F); !status.ok())
            return status;
    }
    return Status::success();
}

Status AddressedQueue::causalConv(const CausalConvArgs &args)
{
    if (!has(KernelId::kCausalConv))
        return Status::unsupported("causalConv: not on this device yet");
    if (const Status status = check(args); !status.ok())
        return status;
    CausalConvCall call{};
    if (!locate(args.in, call.in) || !locate(args.weight, call.weight) || !locate(args.state, call.state) || !locate(args.out, call.out))
        return kForeign;
    const std::int64_t elements = elementsOf(args.in);
    if (elements == 0)
        return Status::success();
    if (elements > kMostElements)
        return kTooLarge;
    if (!smallStride(args.in, 0, call.inStride) || !smallStride(args.weight, 0, call.weightStride) ||
        !smallStride(args.out, 0, call.outStride))
        return kFarApart;
    call.tokens = count(args.in.shape[0]);
    call.channels = count(args.in.shape[1]);
    call.taps = count(args.weight.shape[1]);
    call.activation = static_cast<std::uint32_t>(args.activation);
    if (const Status status = launch(launchOf(KernelId::kCausalConv, call, groupsFor(elements))); !status.ok())
        return status;
    call.update = 1;
    return launch(launchOf(KernelId::kCausalConv, call, groupsFor(args.in.shape[1])));
}

Status AddressedQueue::gatedDeltaRule(const GatedDeltaRuleArgs &args)
{
    if (!has(KernelId::kGatedDeltaRule))
        return Status::unsupported("gatedDeltaRule: not on this device yet");
    if (const Status status = check(args); !status.ok())
        return status;
    GatedDeltaRuleCall call{};
    if (!locate(args.query, call.query) || !locate(args.key, call.key) || !locate(args.value, call.value) ||
        !locate(args.alpha, call.alpha) || !locate(args.beta, call.beta) || !locate(args.rate, call.rate) ||
        !locate(args.bias, call.bias) || !locate(args.state, call.state) || !locate(args.out, call.out))
        return kForeign;
    const std::int64_t heads = args.value.shape[1];
    if (elementsOf(args.value) == 0)
        return Status::success();
    if (elementsOf(args.value) > kMostElements || args.value.shape[2] > kMostDeltaWidth || heads > kMostDeltaHeads)
        return Status::unsupported("gatedDeltaRule of so many or such wide heads: not on this device yet");
    if (!smallStrides(args.query, call.queryTokenStride, call.queryHeadStride) ||
        !smallStrides(args.key, call.keyTokenStride, call.keyHeadStride) ||
        !smallStrides(args.value, call.valueTokenStride, call.valueHeadStride) || !smallStride(args.alpha, 0, call.alphaStride) ||
        !smallStride(args.beta, 0, call.betaStride) || !smallStrides(args.out, call.outTokenStride, call.outHeadStride))
        return kFarApart;
    call.tokens = count(args.value.shape[0]);
    call.keyHeads = count(args.key.shape[1]);
    call.width = count(args.value.shape[2]);
    call.epsilon = args.epsilon;
    return launch(launchOf(KernelId::kGatedDeltaRule, call, count(heads)));
}

} // namespace conclave::kernels
