// The ops of a transformer's block that are more than a matrix: KV cache, attention, router, experts.
#include "kernels/core/validate.h"
#include "kernels/plugin/addressed_queue.h"
#include "kernels/plugin/launch_parts.h"

#include <algorithm>

namespace conclave::kernels
{

namespace
{

bool isCacheType(DType type)
{
    return type == DType::kF32 || type == DType::kF16 || type == DType::kQ8_0;
}

/// Rows from one expert to the next; 0 when that is no whole number.
std::int64_t expertRows(const Tensor &tensor)
{
    if (tensor.shape[0] == 1)
        return tensor.shape[1];
    return tensor.strideBytes[0] % tensor.strideBytes[1] == 0 ? tensor.strideBytes[0] / tensor.strideBytes[1] : 0;
}

bool packedBias(const Tensor &tensor)
{
    return tensor.empty() || tensor.isPacked();
}

} // namespace

Status AddressedQueue::stagePages(const KvView &cache, std::int64_t end, DeviceAddress &address)
{
    if (cache.pages.empty() || end == 0)
        return Status::success();
    const auto used = cache.pages.first(static_cast<std::size_t>((end - 1) / cache.pageTokens + 1));
    if (m_pages.address == 0 || !std::equal(used.begin(), used.end(), m_pages.pages.begin(), m_pages.pages.end())) {
        m_pages = {};
        if (const Status status = stage(std::as_bytes(used), m_pages.address); !status.ok())
            return status;
        m_pages.pages.assign(used.begin(), used.end());
    }
    address = m_pages.address;
    return Status::success();
}

Status AddressedQueue::storeRows(const Tensor &in, const Tensor &cache, const KvStoreArgs &args, DeviceAddress pages)
{
    KvStoreCall call{};
    call.pages = pages;
    if (!locate(in, call.in) || !locate(cache, call.cache))
        return kForeign;
    if (!smallStrides(in, call.tokenStride, call.headStride) || !smallStrides(cache, call.slotStride, call.slotHeadStride))
        return kFarApart;
    const std::int64_t groups = (in.shape[2] + 31) / 32;
    const std::int64_t stored = product({in.shape[0], in.shape[1], groups});
    if (stored == 0)
        return Status::success();
    if (stored > kMostElements / 32)
        return kTooLarge;
    call.tokens = count(in.shape[0]);
    call.heads = count(in.shape[1]);
    call.width = count(in.shape[2]);
    call.first = count(args.first);
    call.pageTokens = count(args.cache.pageTokens);
    Launch one = launchOf(KernelId::kKvStore, call, count((stored + kKvStoreThreads - 1) / kKvStoreThreads));
    one.type = cache.dtype;
    return launch(one);
}

Status AddressedQueue::kvStore(const KvStoreArgs &args)
{
    if (!has(KernelId::kKvStore))
        return Status::unsupported("kvStore: not on this device yet");
    if (const Status status = check(args); !status.ok())
        return status;
    if (!isCacheType(args.cache.keys.dtype))
        return Status::unsupported("kvStore: a cache of a type that this device does not write yet");
    if (args.first + args.keys.shape[0] > kMostElements)
        return kTooLarge;
    DeviceAddress pages = 0;
    if (const Status status = stagePages(args.cache, args.first + args.keys.shape[0], pages); !status.ok())
        return status;
    if (const Status status = storeRows(args.keys, args.cache.keys, args, pages); !status.ok())
        return status;
    return args.values.empty() ? Status::success() : storeRows(args.values, args.cache.values, args, pages);
}

Status AddressedQueue::attention(const AttentionArgs &args)
{
    if (!has(KernelId::kAttention))
        return Status::unsupported("attention: not on this device yet");
    if (const Status status = check(args); !status.ok())
        return status;
    if (!args.compressed.cache.keys.empty() && !has(KernelId::kCompressedAttention))
        return Status::unsupported("attention over compressed keys: not on this device yet");
    if (!isCacheType(args.cache.keys.dtype) || args.query.shape[2] > kMostHeadWidth || args.out.shape[2] > kMostHeadWidth)
        return Status::unsupported("attention of such wide heads, or a cache of this type: not on this device yet");
    AttentionCall call{};
    if (!locate(args.query, call.query) || !locate(args.cache.keys, call.keys) || !locate(args.cache.values, call.values) ||
        !locate(args.out, call.out) || !locateIfAny(args.sinks, call.sinks))
        return kForeign;
    const std::int64_t tokens = args.query.shape[0];
    if (product({tokens, args.query.shape[1], args.out.shape[2]}) == 0)
        return Status::success();
    const std::int64_t end = args.causal ? args.first + tokens : args.length;
    if (tokens > kMostTiles || args.query.shape[1] > kMostTiles || end > kMostElements)
        return kTooLarge;
    if (!smallStrides(args.query, call.queryTokenStride, call.queryHeadStride) ||
        !smallStrides(args.cache.keys, call.keySlotStride, call.keyHeadStride) ||
        !smallStrides(args.cache.values, call.valueSlotStride, call.valueHeadStride) ||
        !smallStrides(args.out, call.outTokenStride, call.outHeadStride))
        return kFarApart;
    if (const Status status = stagePages(args.cache, end, call.pages); !status.ok())
        return status;
    call.tokens = count(tokens);
    call.heads = count(args.query.shape[1]);
    call.kvHeads = count(args.cache.keys.shape[1]);
    call.width = count(args.query.shape[2]);
    call.valueWidth = count(args.out.shape[2]);
    call.first = count(args.first);
    call.keyCount = args.causal ? 0 : count(args.length);
    call.pageTokens = count(args.cache.pageTokens);
    call.window = count(args.window);
    call.scale = args.scale;
    CompressedAttentionCall both{call, 0};
    if (!args.compressed.cache.keys.empty()) {
        if (const Status status = stageCompressed(args, both.compressed); !status.ok())
            return status;
    }
    Launch one = both.compressed == 0 ? launchOf(KernelId::kAttention, call, call.heads)
                                      : launchOf(KernelId::kCompressedAttention, both, call.heads);
    one.type = args.cache.keys.dtype;
    one.tiles = call.tokens;
    return launch(one);
}

Status AddressedQueue::router(const RouterArgs &args)
{
    if (!has(KernelId::kRouter))
        return Status::unsupported("router: not on this device yet");
    if (const Status status = check(args); !status.ok())
        return status;
    if (!args.fixedExperts.empty())
        return routeFixed(args);
    if (args.logits.shape[1] > kMostExperts)
        return Status::unsupported("router with so many experts: not on this device yet");
    RouterCall call{};
    if (!locate(args.logits, call.logits) || !locateIfAny(args.loadBias, call.loadBias) ||
        !locateIfAny(args.expertScale, call.expertScale) || !locate(args.experts, call.experts) || !locate(args.weights, call.weights) ||
        !locate(args.margins, call.margins))
        return kForeign;
    const std::int64_t tokens = args.logits.shape[0];
    if (tokens == 0)
        return Status::success();
    if (tokens > kMostElements)
        return kTooLarge;
    if (!smallStride(args.logits, 0, call.logitsStride) || !smallStride(args.experts, 0, call.expertsStride) ||
        !smallStride(args.weights, 0, call.weightsStride))
        return kFarApart;
    call.tokens = count(tokens);
    call.count = count(args.logits.shape[1]);
    call.most = count(args.experts.shape[1]);
    call.score = static_cast<std::uint32_t>(args.score);
    call.normalise = args.normalise ? 1 : 0;
    call.kMin = count(args.kMin);
    call.kMax = count(args.kMax);
    call.kWide = count(args.kWide);
    call.leastSum = args.leastSum;
    call.weightScale = args.weightScale;
    call.tau = args.tau;
    call.calibration = args.calibration;
    call.groups = static_cast<std::uint16_t>(args.groups.count); // at most as many as experts
    call.groupsUsed = static_cast<std::uint16_t>(args.groups.used);
    return launch(launchOf(KernelId::kRouter, call, call.tokens));
}

/// Of one type at once, of two after each other.
Status AddressedQueue::launchHidden(const ExpertsHiddenCall &call, DType gate, DType up)
{
    const auto start = [this](const ExpertsHiddenCall &part, DType type) {
        Launch one = launchOf(KernelId::kExpertsHidden, part, part.rows);
        one.type = type;
        one.tiles = part.tokens * part.most;
        return launch(one);
    };
    if (gate == up)
        return start(call, gate);
    ExpertsHiddenCall first = call;
    first.up = first.upBias = 0;
    if (const Status status = start(first, gate); !status.ok())
        return status;
    ExpertsHiddenCall second = call;
    second.gate = second.gateBias = 0;
    return start(second, up);
}

Status AddressedQueue::moeFeedForward(const MoeFeedForwardArgs &args)
{
    if (!has(KernelId::kExpertsHidden) || !has(KernelId::kExpertsOut))
        return Status::unsupported("moeFeedForward: not on this device yet");
    if (const Status status = check(args); !status.ok())
        return status;
    if (!reads(args.gate.dtype) || !reads(args.up.dtype) || !reads(args.down.dtype))
        return kOtherType;
    const std::int64_t rows = expertRows(args.gate);
    if ((args.gate.dtype != args.up.dtype && !takesHalves()) || rows < 1 || rows > kMostElements || expertRows(args.up) != rows ||
        expertRows(args.down) != args.down.shape[1] || !packedBias(args.gateBias) || !packedBias(args.upBias) || !packedBias(args.downBias))
        return Status::unsupported(
            "moeFeedForward: gate and up of two types, or experts that do not follow each other: not on this device yet");
    ExpertsHiddenCall hidden{};
    ExpertsOutCall out{};
    if (!locate(args.in, hidden.in) || !locate(args.gate, hidden.gate) || !locate(args.up, hidden.up) ||
        !locate(args.experts, hidden.experts) || !locateIfAny(args.gateBias, hidden.gateBias) || !locateIfAny(args.upBias, hidden.upBias) ||
        !locate(args.down, out.down) || !locateIfAny(args.downBias, out.downBias) || !locate(args.weights, out.weights) ||
        !locate(args.out, out.out))
        return kForeign;
    const std::int64_t tokens = args.in.shape[0];
    const std::int64_t most = args.experts.shape[1];
    const std::int64_t values = product({tokens, most, std::max(args.gate.shape[1], args.gate.shape[2])});
    if (values == 0)
        return Status::success();
    if (values > kMostElements || tokens * most > kMostTiles)
        return kTooLarge;
    if (!smallStride(args.experts, 0, hidden.expertsStride) || !smallStride(args.weights, 0, out.weightsStride))
        return kFarApart;
    const auto hiddenValues = static_cast<std::size_t>(tokens * most * args.gate.shape[1]);
    if (const Status status = scratch(hiddenValues * sizeof(float), hidden.hidden); !status.ok())
        return status;
    hidden.gateStride = stride(args.gate, 1);
    hidden.upStride = stride(args.up, 1);
    hidden.inStride = stride(args.in, 0);
    hidden.rows = out.width = count(args.gate.shape[1]);
    hidden.width = out.rows = count(args.gate.shape[2]);
    hidden.tokens = out.tokens = count(tokens);
    hidden.most = out.most = count(most);
    hidden.count = out.count = count(args.gate.shape[0]);
    hidden.activation = static_cast<std::uint32_t>(args.activation);
    hidden.fast = out.fast = args.precision == Precision::kFast ? 1 : 0;
    hidden.limit = args.limit;
    hidden.expertRows = count(rows);
    out.hidden = hidden.hidden;
    out.experts = hidden.experts;
    out.expertsStride = hidden.expertsStride;
    out.downStride = stride(args.down, 1);
    out.outStride = stride(args.out, 0);
    if (const Status status = launchHidden(hidden, args.gate.dtype, args.up.dtype); !status.ok())
        return status;
    Launch second = launchOf(KernelId::kExpertsOut, out, out.rows);
    second.type = args.down.dtype;
    second.tiles = out.tokens;
    return launch(second);
}

} // namespace conclave::kernels
