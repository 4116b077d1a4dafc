#include "kernels/core/validate_parts.h"

namespace conclave::kernels
{

namespace
{

constexpr Status kOnlyGated = Status::invalid("this activation belongs to gated ops");

std::size_t alignmentOf(DType type)
{
    if (type == DType::kF32 || type == DType::kI32)
        return 4;
    return type == DType::kMXFP4 ? 1 : 2; // its blocks are 17 bytes
}

/// The cache's tensors, and that each of the positions first .. end - 1 has a slot.
Status checkCache(const KvView &cache, std::int64_t heads, std::int64_t keyWidth, std::int64_t valueWidth, std::int64_t first,
                  std::int64_t end)
{
    for (const Tensor *tensor : {&cache.keys, &cache.values}) {
        if (tensor->rank != 3 || !(isFloatPair(tensor->dtype) || tensor->dtype == DType::kQ8_0) || !fitsBuffer(*tensor))
            return Status::invalid("cache: keys and values must be [slots, Hkv, hd], F32, F16 or Q8_0, inside their buffer");
        if (tensor->shape[1] != heads)
            return Status::invalid("cache: heads differ from the operands");
    }
    if (cache.keys.shape[2] != keyWidth || cache.values.shape[2] != valueWidth || cache.keys.dtype != cache.values.dtype)
        return Status::invalid("cache: head widths differ from the operands, or keys and values are of two types");
    const std::int64_t slots = std::min(cache.keys.shape[0], cache.values.shape[0]);
    if (cache.pages.empty())
        return end <= slots ? Status::success() : Status::invalid("cache: position beyond the last slot");
    if (cache.pageTokens <= 0)
        return Status::invalid("cache: pages need a positive page size");
    const auto pageCount = static_cast<std::int64_t>(cache.pages.size());
    if (end > 0 && (end - 1) / cache.pageTokens >= pageCount)
        return Status::invalid("cache: position beyond the last page");
    for (std::int64_t page = first / cache.pageTokens; page * cache.pageTokens < end; ++page) {
        const std::int64_t id = cache.pages[static_cast<std::size_t>(page)];
        if (id < 0 || (id + 1) * cache.pageTokens > slots)
            return Status::invalid("cache: page outside the cache");
    }
    return Status::success();
}

} // namespace

bool fitsBuffer(const Tensor &tensor)
{
    if (tensor.buffer == nullptr || tensor.rank < 1 || tensor.rank > 4)
        return false;
    const std::size_t size = tensor.buffer->sizeBytes();
    const std::size_t alignment = alignmentOf(tensor.dtype);
    const std::int64_t length = tensor.rowLength();
    if (length < 0 || length > kLongestAxis || tensor.offset > size || tensor.offset % alignment != 0)
        return false;
    const std::size_t row = rowBytes(tensor.dtype, static_cast<std::size_t>(length));
    if (row == 0 && length != 0)
        return false;
    bool hasRows = true;
    for (int axis = 0; axis + 1 < tensor.rank; ++axis) {
        const auto index = static_cast<std::size_t>(axis);
        const std::int64_t count = tensor.shape[index];
        const std::int64_t stride = tensor.strideBytes[index];
        if (count < 0 || count > kLongestAxis || stride < 0 || static_cast<std::size_t>(stride) % alignment != 0)
            return false;
        hasRows = hasRows && count > 0;
    }
    if (!hasRows)
        return true;
    std::size_t last = row; // where the last row ends: at most four terms, each below `size`
    for (int axis = 0; axis + 1 < tensor.rank; ++axis) {
        const auto steps = static_cast<std::size_t>(tensor.shape[static_cast<std::size_t>(axis)] - 1);
        const auto stride = static_cast<std::size_t>(tensor.strideBytes[static_cast<std::size_t>(axis)]);
        if (steps > 0 && stride > size / steps)
            return false;
        last += stride * steps;
    }
    return last <= size - tensor.offset;
}

Status check(const EmbedRowsArgs &args)
{
    if (!isWeight(args.table, 2))
        return Status::invalid("embedRows: table must be [V, d] inside its buffer");
    if (!isActivation(args.out, 2) || !isWritable(args.out))
        return Status::invalid("embedRows: out must be [T, d] F32, writable");
    if (args.out.shape[1] != args.table.shape[1] || args.out.shape[0] != static_cast<std::int64_t>(args.ids.size()))
        return Status::invalid("embedRows: out does not fit table and ids");
    for (const std::int32_t id : args.ids)
        if (id < 0 || id >= args.table.shape[0])
            return Status::invalid("embedRows: id outside the table");
    return Status::success();
}

Status check(const MatmulArgs &args)
{
    if (!isWeight(args.weight, 2))
        return Status::invalid("matmul: weight must be [n, m] inside its buffer");
    if (!isActivation(args.in, 2) || !isActivation(args.out, 2) || !isWritable(args.out))
        return Status::invalid("matmul: in and out must be [T, m] and [T, n] F32, out writable");
    if (args.in.shape[1] != args.weight.shape[1] || args.out.shape[1] != args.weight.shape[0] || args.in.shape[0] != args.out.shape[0])
        return Status::invalid("matmul: shapes do not fit");
    if (!args.bias.empty() && !isVector(args.bias, args.weight.shape[0]))
        return Status::invalid("matmul: bias must be [n] F32");
    return args.activation == Activation::kGptOss ? kOnlyGated : Status::success();
}

Status check(const GroupedMatmulArgs &args)
{
    if (!isWeight(args.weight, 3))
        return Status::invalid("groupedMatmul: weight must be [G, n, m] inside its buffer");
    if (!isActivation(args.in, 3) || !isActivation(args.out, 3) || !isWritable(args.out))
        return Status::invalid("groupedMatmul: in and out must be [T, G, m] and [T, G, n] F32, out writable");
    const auto &weight = args.weight.shape;
    if (args.in.shape[1] != weight[0] || args.in.shape[2] != weight[2] || args.out.shape[1] != weight[0] ||
        args.out.shape[2] != weight[1] || args.in.shape[0] != args.out.shape[0])
        return Status::invalid("groupedMatmul: shapes do not fit");
    return Status::success();
}

Status check(const RmsNormArgs &args)
{
    if (!isActivation(args.in, args.in.rank) || !isActivation(args.out, args.out.rank) || !isWritable(args.out))
        return Status::invalid("rmsNorm: in and out must be F32 inside their buffers, out writable");
    if (!sameShape(args.in, args.out))
        return Status::invalid("rmsNorm: shapes of in and out differ");
    if (!args.weight.empty() && !isVector(args.weight, args.in.rowLength()))
        return Status::invalid("rmsNorm: weight must be [d] F32");
    return Status::success();
}

Status check(const RopeArgs &args)
{
    if (!isActivation(args.inout, 3) || !isWritable(args.inout))
        return Status::invalid("rope: inout must be [T, H, hd] F32, writable");
    if (args.dims < 0 || args.dims % 2 != 0 || args.dims > args.inout.shape[2])
        return Status::invalid("rope: dims must be even and at most hd");
    if (!args.streams.empty() && static_cast<int>(args.streams.size()) != args.dims / 2)
        return Status::invalid("rope: streams must be [dims/2]");
    const std::int64_t streams = args.streams.empty() ? 1 : 1 + *std::max_element(args.streams.begin(), args.streams.end());
    if (static_cast<std::int64_t>(args.positions.size()) != streams * args.inout.shape[0])
        return Status::invalid("rope: one position for each token and stream");
    if (!args.factors.empty() && static_cast<int>(args.factors.size()) != args.dims / 2)
        return Status::invalid("rope: factors must be [dims/2]");
    return Status::success();
}

Status check(const KvStoreArgs &args)
{
    const bool alone = args.values.empty(); // values are a view of the keys
    if (!isActivation(args.keys, 3) || (!alone && (!isActivation(args.values, 3) || args.keys.shape[0] != args.values.shape[0] ||
                                                   args.keys.shape[1] != args.values.shape[1])))
        return Status::invalid("kvStore: keys and values must be [T, Hkv, hd] and [T, Hkv, hv] F32");
    if (args.first < 0 || args.first > kLongestAxis)
        return Status::invalid("kvStore: first out of range");
    if (args.cache.values.rank != 3)
        return Status::invalid("kvStore: the cache has no values");
    const Status cache = checkCache(args.cache, args.keys.shape[1], args.keys.shape[2],
                                    alone ? args.cache.values.shape[2] : args.values.shape[2], args.first, args.first + args.keys.shape[0]);
    if (!cache.ok())
        return cache;
    if (!isWritable(args.cache.keys) || !isWritable(args.cache.values))
        return Status::invalid("kvStore: the cache is read-only");
    return Status::success();
}

static Status checkCompressed(const AttentionArgs &args)
{
    const CompressedKeys &more = args.compressed;
    if (!args.causal || more.ratio < 1)
        return Status::invalid("attention: compressed keys need a causal mask and a positive ratio");
    const std::int64_t tokens = args.query.shape[0];
    const std::int64_t visible = (args.first + tokens) / more.ratio;
    if (!more.chosen.empty()) {
        if (more.chosen.rank != 2 || more.chosen.dtype != DType::kI32 || !fitsBuffer(more.chosen) || more.chosen.shape[0] != tokens)
            return Status::invalid("attention: chosen must be [T, K] I32");
    }
    if (more.cache.keys.dtype != args.cache.keys.dtype && more.cache.keys.dtype != DType::kF32)
        return Status::invalid("attention: compressed keys must be F32 or of the cache's type");
    return checkCache(more.cache, args.cache.keys.shape[1], args.query.shape[2], args.out.shape[2], 0, visible);
}

Status check(const AttentionArgs &args)
{
    if (!isActivation(args.query, 3) || !isActivation(args.out, 3) || !isWritable(args.out) || args.query.shape[0] != args.out.shape[0] ||
        args.query.shape[1] != args.out.shape[1])
        return Status::invalid("attention: query and out must be [T, H, hd] and [T, H, hv] F32, out writable");
    if (args.cache.keys.rank != 3 || args.cache.keys.shape[1] <= 0 || args.query.shape[1] % args.cache.keys.shape[1] != 0)
        return Status::invalid("attention: H must be a multiple of Hkv");
    if (args.first < 0 || args.first > kLongestAxis || args.length < 0 || args.length > kLongestAxis)
        return Status::invalid("attention: first or length out of range");
    if (!args.causal && args.length == 0 && args.query.shape[0] > 0)
        return Status::invalid("attention: no key to see");
    if (args.window < 0 || (args.window > 0 && !args.causal))
        return Status::invalid("attention: a window needs a causal mask");
    if (!args.sinks.empty() && !isVector(args.sinks, args.query.shape[1]))
        return Status::invalid("attention: sinks must be [H] F32");
    if (!args.compressed.cache.keys.empty()) {
        if (const Status status = checkCompressed(args); !status.ok())
            return status;
    }
    const std::int64_t end = args.causal ? args.first + args.query.shape[0] : args.length;
    return checkCache(args.cache, args.cache.keys.shape[1], args.query.shape[2], args.out.shape[2], 0, end);
}

Status check(const RouterArgs &args)
{
    if (!isActivation(args.logits, 2) || args.logits.shape[1] < 1)
        return Status::invalid("router: logits must be [T, E] F32");
    const std::int64_t tokens = args.logits.shape[0];
    const std::int64_t count = args.logits.shape[1];
    if (!args.loadBias.empty() && !isVector(args.loadBias, count))
        return Status::invalid("router: loadBias must be [E] F32");
    const bool adaptive = args.kMin != args.kMax || args.kMax != args.kWide;
    if (adaptive && !args.fixedExperts.empty())
        return Status::invalid("router: adaptive k does not go with fixed experts");
    if (!args.expertScale.empty() && !isVector(args.expertScale, count))
        return Status::invalid("router: expertScale must be [E] F32");
    if (args.groups.count < 1 || count % args.groups.count != 0 || args.groups.used < 1 || args.groups.used > args.groups.count ||
        std::max(args.kMax, args.kWide) > count / args.groups.count * args.groups.used)
        return Status::invalid("router: groups must divide the experts, and those used hold enough of them");
    if (!args.fixedExperts.empty()) {
        const Tensor &table = args.fixedExperts;
        if (table.rank != 2 || table.dtype != DType::kI32 || !fitsBuffer(table) || table.shape[1] != args.kMax ||
            static_cast<std::int64_t>(args.tokens.size()) != tokens)
            return Status::invalid("router: fixedExperts must be [V, k] I32, with one id for each token");
        for (const std::int32_t id : args.tokens)
            if (id < 0 || id >= table.shape[0])
                return Status::invalid("router: token outside of fixedExperts");
    }
    if (args.kMin < 1 || args.kMax < args.kMin || args.kWide < 1 || args.kMax > count || args.kWide > count)
        return Status::invalid("router: need 1 <= kMin <= kMax <= E and 1 <= kWide <= E");
    const std::int64_t most = std::max(args.kMax, args.kWide);
    if (args.experts.rank != 2 || args.experts.dtype != DType::kI32 || !fitsBuffer(args.experts) || !isWritable(args.experts))
        return Status::invalid("router: experts must be [T, kMost] I32, writable");
    if (!isActivation(args.weights, 2) || !isWritable(args.weights) || !isVector(args.margins, tokens) || !isWritable(args.margins))
        return Status::invalid("router: weights and margins must be [T, kMost] and [T] F32, writable");
    for (const Tensor *tensor : {&args.experts, &args.weights})
        if (tensor->shape[0] != tokens || tensor->shape[1] != most)
            return Status::invalid("router: experts and weights must be [T, max(kMax, kWide)]");
    return Status::success();
}

Status check(const MoeFeedForwardArgs &args)
{
    if (!isActivation(args.in, 2) || !isActivation(args.out, 2) || !sameShape(args.in, args.out) || !isWritable(args.out))
        return Status::invalid("moeFeedForward: in and out must be [T, d] F32, out writable");
    if (!isWeight(args.gate, 3) || !isWeight(args.up, 3) || !isWeight(args.down, 3))
        return Status::invalid("moeFeedForward: gate, up and down must have three axes inside their buffers");
    const std::int64_t width = args.in.shape[1];
    const auto &gate = args.gate.shape;
    if (!sameShape(args.gate, args.up) || gate[2] != width || args.down.shape[0] != gate[0] || args.down.shape[1] != width ||
        args.down.shape[2] != gate[1])
        return Status::invalid("moeFeedForward: shapes of the experts do not fit");
    if (args.experts.rank != 2 || args.experts.dtype != DType::kI32 || !fitsBuffer(args.experts) || !isActivation(args.weights, 2))
        return Status::invalid("moeFeedForward: experts and weights must be [T, kMost] I32 and F32");
    if (!sameShape(args.experts, args.weights) || args.experts.shape[0] != args.in.shape[0])
        return Status::invalid("moeFeedForward: experts and weights must be [T, kMost]");
    if (args.experts.elements() > kLongestAxis)
        return Status::invalid("moeFeedForward: too many tokens");
    const auto fits = [&gate](const Tensor &bias, std::int64_t length) {
        return bias.empty() || (isActivation(bias, 2) && bias.shape[0] == gate[0] && bias.shape[1] == length);
    };
    if (!fits(args.gateBias, gate[1]) || !fits(args.upBias, gate[1]) || !fits(args.downBias, width))
        return Status::invalid("moeFeedForward: biases must be [E, f], [E, f] and [E, d] F32");
    return Status::success();
}

Status check(const GatedActivationArgs &args)
{
    const int rank = args.gate.rank;
    if (rank < 2 || !isActivation(args.gate, rank) || !isActivation(args.up, rank) || !isActivation(args.out, rank) ||
        !isWritable(args.out))
        return Status::invalid("gatedActivation: gate, up and out must be [..., f] F32 of at least two axes, out writable");
    if (!sameShape(args.gate, args.up) || !sameShape(args.gate, args.out))
        return Status::invalid("gatedActivation: shapes differ");
    return Status::success();
}

Status check(const AddArgs &args)
{
    if (!isActivation(args.in, 2) || !isActivation(args.out, 2) || !isWritable(args.out))
        return Status::invalid("add: in and out must be [R, d] and [T, d] F32, out writable");
    if (args.in.shape[1] != args.out.shape[1])
        return Status::invalid("add: row lengths differ");
    const bool repeats = args.in.shape[0] > 0 && args.out.shape[0] % args.in.shape[0] == 0;
    if (!repeats && args.out.shape[0] != args.in.shape[0])
        return Status::invalid("add: T must be a multiple of R");
    return Status::success();
}

Status check(const HeadGateArgs &args)
{
    if (!isActivation(args.gate, 2) || !isActivation(args.inout, 3) || !isWritable(args.inout))
        return Status::invalid("headGate: gate and inout must be [T, H] and [T, H, hd] F32, inout writable");
    if (args.gate.shape[0] != args.inout.shape[0] || args.gate.shape[1] != args.inout.shape[1])
        return Status::invalid("headGate: tokens or heads differ");
    return Status::success();
}

Status check(const Conv3x3Args &args)
{
    if (!isActivation(args.in, 3) || !isActivation(args.out, 3) || !isWritable(args.out))
        return Status::invalid("conv3x3: in and out must be [h, w, c] F32, out writable");
    if (args.weight.rank != 4 || !isFloatPair(args.weight.dtype) || !fitsBuffer(args.weight) || args.weight.shape[2] != 3 ||
        args.weight.shape[3] != 3 || args.weight.shape[1] != args.in.shape[2] || args.weight.shape[0] != args.out.shape[2])
        return Status::invalid("conv3x3: weight must be [cout, cin, 3, 3], F32 or F16");
    if (!isVector(args.bias, args.out.shape[2]))
        return Status::invalid("conv3x3: bias must be [cout] F32");
    if (args.stride < 1)
        return Status::invalid("conv3x3: stride must be positive");
    if (args.activation == Activation::kGptOss)
        return kOnlyGated;
    for (std::size_t axis = 0; axis < 2; ++axis)
        if (args.out.shape[axis] != (args.in.shape[axis] + args.stride - 1) / args.stride)
            return Status::invalid("conv3x3: out must be [ceil(h/stride), ceil(w/stride), cout]");
    return Status::success();
}

Status check(const DepthwiseConv3x3Args &args)
{
    if (!isActivation(args.in, 3) || !isActivation(args.out, 3) || !sameShape(args.in, args.out) || !isWritable(args.out))
        return Status::invalid("depthwiseConv3x3: in and out must be [h, w, c] F32 of one shape, out writable");
    if (!isActivation(args.weight, 3) || args.weight.shape[0] != args.in.shape[2] || args.weight.shape[1] != 3 || args.weight.shape[2] != 3)
        return Status::invalid("depthwiseConv3x3: weight must be [c, 3, 3] F32");
    if (!isVector(args.bias, args.in.shape[2]))
        return Status::invalid("depthwiseConv3x3: bias must be [c] F32");
    return Status::success();
}

Status check(const MergePatchesArgs &args)
{
    if (!isActivation(args.in, 3) || !isActivation(args.out, 3) || !isWritable(args.out))
        return Status::invalid("mergePatches: in and out must have three axes, F32, out writable");
    if (args.in.shape[0] % 2 != 0 || args.in.shape[1] % 2 != 0 || args.out.shape[0] != args.in.shape[0] / 2 ||
        args.out.shape[1] != args.in.shape[1] / 2 || args.out.shape[2] != args.in.shape[2] * 4)
        return Status::invalid("mergePatches: out must be [h/2, w/2, 4c], h and w even");
    return Status::success();
}

Status check(const LayerNormArgs &args)
{
    if (!isActivation(args.in, args.in.rank) || !isActivation(args.out, args.out.rank) || !isWritable(args.out))
        return Status::invalid("layerNorm: in and out must be F32 inside their buffers, out writable");
    if (!sameShape(args.in, args.out) || !isVector(args.weight, args.in.rowLength()) || !isVector(args.bias, args.in.rowLength()))
        return Status::invalid("layerNorm: in and out differ, or weight and bias are not [d] F32");
    return Status::success();
}

Status check(const CopyArgs &args)
{
    if (!isActivation(args.in, args.in.rank) || !isActivation(args.out, args.out.rank) || !isWritable(args.out))
        return Status::invalid("copy: in and out must be F32 inside their buffers, out writable");
    return sameShape(args.in, args.out) ? Status::success() : Status::invalid("copy: shapes differ");
}

Status check(const ScaleArgs &args)
{
    if (!isActivation(args.inout, args.inout.rank) || !isWritable(args.inout))
        return Status::invalid("scale: inout must be F32 inside its buffer, writable");
    return Status::success();
}

} // namespace conclave::kernels
