#include "kernels/plugin/addressed_queue.h"

#include "kernels/core/validate.h"
#include "kernels/plugin/rotations.h"

#include <initializer_list>
#include <limits>
#include <vector>

namespace conclave::kernels
{

namespace
{

constexpr std::int64_t kMostElements = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kMostTiles = 65535;
constexpr Status kForeign = Status::invalid("a tensor lies in another device's memory");
constexpr Status kTooLarge = Status::unsupported("more elements than this device counts in one op");
constexpr Status kOtherType = Status::unsupported("weights of a type that this device does not read yet");
constexpr Status kUneven = Status::unsupported("rmsNorm: outer axes must be evenly spaced");

/// What kernels/cuda/dequantise.h and kernels/vulkan/shaders/dequantise.glsl expand.
bool readsWeights(DType type)
{
    switch (type) {
    case DType::kF32:
    case DType::kF16:
    case DType::kBF16:
    case DType::kQ8_0:
    case DType::kQ4_0:
    case DType::kQ4_K:
    case DType::kQ6_K:
        return true;
    default:
        return false;
    }
}

std::uint32_t count(std::int64_t value)
{
    return static_cast<std::uint32_t>(value);
}
std::uint64_t stride(const Tensor &tensor, std::size_t axis)
{
    return static_cast<std::uint64_t>(tensor.strideBytes[axis]);
}

std::uint32_t groupsFor(std::int64_t elements)
{
    return count((elements + kGroupThreads - 1) / kGroupThreads);
}

/// Merges all axes but the last into one. False when their rows are not evenly spaced.
bool rowStride(const Tensor &tensor, std::uint64_t &bytes)
{
    bytes = 0;
    std::int64_t expected = 0;
    for (int axis = tensor.rank - 2; axis >= 0; --axis) {
        const auto index = static_cast<std::size_t>(axis);
        if (tensor.shape[index] == 1)
            continue;
        if (expected == 0)
            bytes = stride(tensor, index);
        else if (tensor.strideBytes[index] != expected)
            return false;
        expected = tensor.strideBytes[index] * tensor.shape[index];
    }
    return true;
}

/// Product of counts that are each at most 2^31, or kMostElements + 1 when it is larger than that.
std::int64_t product(std::initializer_list<std::int64_t> counts)
{
    std::int64_t result = 1;
    for (const std::int64_t value : counts) {
        if (value == 0)
            return 0;
        result = result > kMostElements / value ? kMostElements + 1 : result * value;
    }
    return result;
}

template <class Call>
Launch launchOf(KernelId kernel, const Call &call, std::uint32_t groups)
{
    static_assert(sizeof(Call) <= kLargestCall);
    Launch launch;
    launch.kernel = kernel;
    launch.groups = groups;
    launch.call = std::as_bytes(std::span(&call, 1));
    return launch;
}

} // namespace

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
    const std::vector<float> rotations = ropeRotations(args);
    if (const Status status = stage(std::as_bytes(std::span(rotations)), call.rotations); !status.ok())
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

Status AddressedQueue::kvStore(const KvStoreArgs &)
{
    return Status::unsupported("kvStore: not on this device yet");
}
Status AddressedQueue::attention(const AttentionArgs &)
{
    return Status::unsupported("attention: not on this device yet");
}
Status AddressedQueue::router(const RouterArgs &)
{
    return Status::unsupported("router: not on this device yet");
}
Status AddressedQueue::moeFeedForward(const MoeFeedForwardArgs &)
{
    return Status::unsupported("moeFeedForward: not on this device yet");
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
