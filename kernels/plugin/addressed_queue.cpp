#include "kernels/plugin/addressed_queue.h"

#include "kernels/core/validate.h"
#include "kernels/plugin/launch_parts.h"
#include "kernels/plugin/rotations.h"

#include <utility>
#include <vector>

namespace conclave::kernels
{

bool AddressedQueue::locate(const Tensor &tensor, DeviceAddress &address) const
{
    const DeviceAddress base = addressOf(*tensor.buffer);
    address = base + tensor.offset;
    return base != 0;
}

Status AddressedQueue::embedRows(const EmbedRowsArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    if (!readsWeights(args.table.dtype))
        return kOtherType;
    EmbedCall call{};
    if (!locate(args.table, call.table) || !locate(args.out, call.out))
        return kForeign;
    const std::int64_t elements = product({args.out.shape[0], args.out.shape[1]});
    if (elements == 0)
        return Status::success();
    if (elements > kMostElements)
        return kTooLarge;
    if (const Status status = stage(std::as_bytes(args.ids), call.ids); !status.ok())
        return status;
    call.tableStride = stride(args.table, 0);
    call.outStride = stride(args.out, 0);
    call.tokens = count(args.out.shape[0]);
    call.width = count(args.out.shape[1]);
    // A thread expands 32 values.
    Launch one = launchOf(KernelId::kEmbedRows, call, groupsFor(args.out.shape[0] * ((args.out.shape[1] + 31) / 32)));
    one.type = args.table.dtype;
    return launch(one);
}

Status AddressedQueue::matmul(const MatmulArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    if (!readsWeights(args.weight.dtype))
        return kOtherType;
    MatmulCall call{};
    if (!locate(args.weight, call.weight) || !locate(args.in, call.in) || !locate(args.out, call.out) ||
        (!args.bias.empty() && !locate(args.bias, call.bias)))
        return kForeign;
    const std::int64_t rows = args.weight.shape[0];
    const std::int64_t tokens = args.in.shape[0];
    if (rows == 0 || tokens == 0)
        return Status::success();
    const std::int64_t tiles = (tokens + kMatmulTokens - 1) / kMatmulTokens;
    if (rows > kMostElements || args.weight.shape[1] > kMostElements || tiles > kMostTiles)
        return kTooLarge;
    call.weightStride = stride(args.weight, 0);
    call.inStride = stride(args.in, 0);
    call.outStride = stride(args.out, 0);
    call.rows = count(rows);
    call.width = count(args.weight.shape[1]);
    call.tokens = count(tokens);
    call.activation = static_cast<std::uint32_t>(args.activation);
    call.accumulate = args.accumulate ? 1 : 0;
    call.fast = args.precision == Precision::kFast ? 1 : 0;
    Launch one = launchOf(KernelId::kMatmul, call, call.rows);
    one.type = args.weight.dtype;
    one.tiles = count(tiles);
    return launch(one);
}

Status AddressedQueue::rmsNorm(const RmsNormArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    if (args.weight.empty())
        return Status::unsupported("rmsNorm without weight: not on this device yet");
    RmsNormCall call{};
    if (!locate(args.in, call.in) || !locate(args.weight, call.weight) || !locate(args.out, call.out))
        return kForeign;
    const std::int64_t elements = product({args.in.shape[0], args.in.rank > 1 ? args.in.shape[1] : 1,
                                           args.in.rank > 2 ? args.in.shape[2] : 1, args.in.rank > 3 ? args.in.shape[3] : 1});
    if (elements == 0)
        return Status::success();
    if (elements > kMostElements)
        return kTooLarge;
    if (!rowStride(args.in, call.inStride) || !rowStride(args.out, call.outStride))
        return kUneven;
    call.rows = count(args.in.rows());
    call.width = count(args.in.rowLength());
    call.epsilon = args.epsilon;
    return launch(launchOf(KernelId::kRmsNorm, call, call.rows));
}

Status AddressedQueue::stageRotations(const RopeArgs &args, DeviceAddress &address)
{
    RotationKey key(args);
    if (m_rotations.address == 0 || m_rotations.key != key) {
        const std::vector<float> rotations = ropeRotations(args);
        m_rotations = {};
        if (const Status status = stage(std::as_bytes(std::span(rotations)), m_rotations.address); !status.ok())
            return status;
        m_rotations.key = std::move(key);
    }
    address = m_rotations.address;
    return Status::success();
}

Status AddressedQueue::rope(const RopeArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    RopeCall call{};
    if (!locate(args.inout, call.inout))
        return kForeign;
    const std::int64_t elements = product({args.inout.shape[0], args.inout.shape[1], args.dims / 2});
    if (elements == 0)
        return Status::success();
    if (elements > kMostElements)
        return kTooLarge;
    if (const Status status = stageRotations(args, call.rotations); !status.ok())
        return status;
    call.tokenStride = stride(args.inout, 0);
    call.headStride = stride(args.inout, 1);
    call.tokens = count(args.inout.shape[0]);
    call.heads = count(args.inout.shape[1]);
    call.pairs = count(args.dims / 2);
    call.interleaved = args.pairing == RopePairing::kNorm ? 1 : 0;
    return launch(launchOf(KernelId::kRope, call, groupsFor(elements)));
}

Status AddressedQueue::add(const AddArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    AddCall call{};
    if (!locate(args.in, call.in) || !locate(args.out, call.out))
        return kForeign;
    const std::int64_t elements = product({args.out.shape[0], args.out.shape[1]});
    if (elements == 0)
        return Status::success();
    if (elements > kMostElements)
        return kTooLarge;
    call.inStride = stride(args.in, 0);
    call.outStride = stride(args.out, 0);
    call.rows = count(args.out.shape[0]);
    call.width = count(args.out.shape[1]);
    call.inRows = count(args.in.shape[0]);
    return launch(launchOf(KernelId::kAdd, call, groupsFor(elements)));
}

Status AddressedQueue::gatedActivation(const GatedActivationArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    if (args.gate.rank != 2 || args.limit > 0.0F || args.activation == Activation::kGptOss)
        return Status::unsupported("gatedActivation of more axes, with a limit or of gpt-oss: not on this device yet");
    GatedActivationCall call{};
    if (!locate(args.gate, call.gate) || !locate(args.up, call.up) || !locate(args.out, call.out))
        return kForeign;
    const std::int64_t elements = product({args.out.shape[0], args.out.shape[1]});
    if (elements == 0)
        return Status::success();
    if (elements > kMostElements)
        return kTooLarge;
    call.gateStride = stride(args.gate, 0);
    call.upStride = stride(args.up, 0);
    call.outStride = stride(args.out, 0);
    call.rows = count(args.out.shape[0]);
    call.width = count(args.out.shape[1]);
    call.activation = static_cast<std::uint32_t>(args.activation);
    return launch(launchOf(KernelId::kGatedActivation, call, groupsFor(elements)));
}

Status AddressedQueue::headGate(const HeadGateArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    HeadGateCall call{};
    if (!locate(args.gate, call.gate) || !locate(args.inout, call.inout))
        return kForeign;
    const std::int64_t elements = product({args.inout.shape[0], args.inout.shape[1], args.inout.shape[2]});
    if (elements == 0)
        return Status::success();
    if (elements > kMostElements)
        return kTooLarge;
    call.gateStride = stride(args.gate, 0);
    call.tokenStride = stride(args.inout, 0);
    call.headStride = stride(args.inout, 1);
    call.tokens = count(args.inout.shape[0]);
    call.heads = count(args.inout.shape[1]);
    call.width = count(args.inout.shape[2]);
    return launch(launchOf(KernelId::kHeadGate, call, groupsFor(elements)));
}

Status AddressedQueue::conv3x3(const Conv3x3Args &)
{
    return Status::unsupported("conv3x3: not on this device yet");
}
Status AddressedQueue::depthwiseConv3x3(const DepthwiseConv3x3Args &)
{
    return Status::unsupported("depthwiseConv3x3: not on this device yet");
}
Status AddressedQueue::mergePatches(const MergePatchesArgs &)
{
    return Status::unsupported("mergePatches: not on this device yet");
}

} // namespace conclave::kernels
