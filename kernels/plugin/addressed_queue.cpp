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
    if (!reads(args.table.dtype))
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
    if (!reads(args.weight.dtype))
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

Status AddressedQueue::groupedMatmul(const GroupedMatmulArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    for (std::int64_t group = 0; group < args.weight.shape[0]; ++group) {
        const auto groupOf = [group](const Tensor &tensor) {
            Tensor part = tensor;
            part.rank = 2;
            part.shape = {tensor.shape[0], tensor.shape[2], 0, 0};
            part.strideBytes = {tensor.strideBytes[0], 0, 0, 0};
            part.offset += static_cast<std::size_t>(group * tensor.strideBytes[1]);
            return part;
        };
        MatmulArgs one;
        one.weight = args.weight.at(group);
        one.in = groupOf(args.in);
        one.out = groupOf(args.out);
        one.precision = args.precision;
        if (const Status status = matmul(one); !status.ok())
            return status;
    }
    return Status::success();
}

Status AddressedQueue::rmsNorm(const RmsNormArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    RmsNormCall call{};
    if (!locateIfAny(args.weight, call.weight))
        return kForeign;
    call.epsilon = args.epsilon;
    return rowsToRows(KernelId::kRmsNorm, args.in, args.out, call, groupOfRow);
}

Status AddressedQueue::copyScaled(const Tensor &in, const Tensor &out, float factor)
{
    CopyCall call{};
    call.factor = factor;
    return rowsToRows(KernelId::kCopy, in, out, call, groupsOfValues);
}

Status AddressedQueue::copy(const CopyArgs &args)
{
    const Status status = check(args);
    return status.ok() ? copyScaled(args.in, args.out, 1.0F) : status;
}

Status AddressedQueue::scale(const ScaleArgs &args)
{
    const Status status = check(args);
    return status.ok() ? copyScaled(args.inout, args.inout, args.factor) : status;
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
    return eachEvenPart(std::array{args.gate, args.up, args.out}, [&](const std::array<Tensor, 3> &parts) {
        GatedActivationCall call{};
        if (!locate(parts[0], call.gate) || !locate(parts[1], call.up) || !locate(parts[2], call.out))
            return kForeign;
        const std::int64_t elements = elementsOf(parts[2]);
        if (elements == 0)
            return Status::success();
        if (elements > kMostElements)
            return kTooLarge;
        (void)rowStride(parts[0], call.gateStride);
        (void)rowStride(parts[1], call.upStride);
        (void)rowStride(parts[2], call.outStride);
        call.rows = count(parts[2].rows());
        call.width = count(parts[2].rowLength());
        call.activation = static_cast<std::uint32_t>(args.activation);
        call.limit = args.limit;
        return launch(launchOf(KernelId::kGatedActivation, call, groupsFor(elements)));
    });
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

} // namespace conclave::kernels
