#include "kernels/cuda/fusion.h"

namespace conclave::kernels
{

namespace
{

constexpr std::uint32_t kMostWidth = 16384;       ///< of tokens that blocks hold in 8 bits
constexpr std::uint32_t kMostRoutingWidth = 6144; ///< and in float

struct Range
{
    DeviceAddress begin, end;
};

bool overlap(const Range &a, const Range &b)
{
    return a.begin < b.end && b.begin < a.end;
}

Range floatsAt(DeviceAddress address, std::uint64_t count)
{
    return {address, address + count * 4};
}

bool aligned(std::uint64_t alignment, std::initializer_list<std::uint64_t> values)
{
    return std::all_of(values.begin(), values.end(), [alignment](std::uint64_t value) { return value % alignment == 0; });
}

/// What the weights' chunks ask for (chunks.cuh); 0: not a type that meets tokens in 8 bits.
std::uint32_t alignmentOf(DType type)
{
    switch (type) {
    case DType::kQ4_K:
        return 16;
    case DType::kQ6_K:
    case DType::kQ8_0:
    case DType::kQ4_0:
        return 2;
    default:
        return 0;
    }
}

/// A norm of one row to another place; `width` a multiple of `unit`.
bool isTokenNorm(const GatheredLaunch &launch, std::uint32_t unit, std::uint32_t most)
{
    if (launch.kernel != KernelId::kRmsNorm)
        return false;
    const auto call = callOf<RmsNormCall>(launch);
    return call.rows == 1 && call.width % unit == 0 && call.width <= most && aligned(16, {call.in, call.out, call.weight}) &&
           !overlap(floatsAt(call.in, call.width), floatsAt(call.out, call.width));
}

bool fitsProducts(const FusedProducts &fused, const MatmulCall &call, DType type)
{
    const std::uint32_t alignment = alignmentOf(type);
    if (alignment == 0 || call.tokens != 1 || call.fast == 0 || !aligned(alignment, {call.weight, call.weightStride}))
        return false;
    const Range out = floatsAt(call.out, call.rows);
    // Blocks read the token when others already write.
    if (overlap(out, floatsAt(fused.in, fused.width)) || overlap(out, floatsAt(fused.normed, fused.normed != 0 ? fused.width : 0)) ||
        overlap(out, floatsAt(fused.normWeight, fused.normWeight != 0 ? fused.width : 0)))
        return false;
    return std::none_of(fused.products, fused.products + fused.count, [&](const FusedProduct &other) {
        return overlap(out, floatsAt(other.out, other.rows)) ||
               (call.bias != 0 && overlap(floatsAt(other.out, other.rows), floatsAt(call.bias, call.rows))) ||
               (other.bias != 0 && overlap(out, floatsAt(other.bias, other.rows)));
    });
}

bool sameStride(std::uint32_t heads, std::uint64_t a, std::uint64_t b)
{
    return heads == 1 || a == b;
}

FusedHeadSet *setAt(FusedHeads &fused, DeviceAddress inout)
{
    for (std::uint32_t i = 0; i < fused.count; ++i)
        if (fused.sets[i].inout == inout)
            return &fused.sets[i];
    return nullptr;
}

/// A new set, where there is room and nothing overlaps.
FusedHeadSet *addSet(FusedHeads &fused, DeviceAddress inout, std::uint32_t heads, std::uint64_t headStride, std::uint32_t width)
{
    const auto rangeOf = [](DeviceAddress at, std::uint32_t count, std::uint64_t stride, std::uint32_t values) {
        return Range{at, at + (count - 1) * stride + std::uint64_t{values} * 4};
    };
    if (fused.count == FusedHeads::kMost || width > FusedHeads::kMostWidth || heads == 0 || headStride > 0x7FFFFFFFU)
        return nullptr;
    // Rope alone names only the values that it turns: the head may go on to the next one.
    const auto whole = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(headStride / 4, width, FusedHeads::kMostWidth));
    const Range range = rangeOf(inout, heads, headStride, whole);
    for (std::uint32_t i = 0; i < fused.count; ++i)
        if (overlap(range, rangeOf(fused.sets[i].inout, fused.sets[i].heads, fused.sets[i].headStride, fused.sets[i].width)))
            return nullptr;
    FusedHeadSet &set = fused.sets[fused.count++];
    set = {};
    set.inout = inout;
    set.heads = heads;
    set.headStride = static_cast<std::uint32_t>(headStride);
    set.width = width;
    fused.heads += heads;
    return &set;
}

bool takeNorm(FusedHeads &fused, const RmsNormCall &call)
{
    if (call.in != call.out || call.inStride != call.outStride || setAt(fused, call.in) != nullptr)
        return false;
    FusedHeadSet *set = addSet(fused, call.in, call.rows, call.inStride, call.width);
    if (set == nullptr)
        return false;
    set->norm = 1;
    set->normWeight = call.weight;
    set->epsilon = call.epsilon;
    return true;
}

bool takeRope(FusedHeads &fused, const RopeCall &call)
{
    FusedHeadSet *set = setAt(fused, call.inout);
    if (call.tokens != 1)
        return false;
    if (set == nullptr)
        set = addSet(fused, call.inout, call.heads, call.headStride, call.pairs * 2);
    if (set == nullptr || set->rotations != 0 || set->cache != 0 || set->heads != call.heads ||
        !sameStride(set->heads, set->headStride, call.headStride) || call.pairs * 2 > set->width)
        return false;
    set->rotations = call.rotations;
    set->pairs = call.pairs;
    set->interleaved = call.interleaved;
    return true;
}

bool takeStore(FusedHeads &fused, const KvStoreCall &call, DType type, bool first)
{
    if (call.tokens != 1 || call.width > FusedHeads::kMostWidth ||
        (!first && (call.pages != fused.pages || call.first != fused.position || call.pageTokens != fused.pageTokens)))
        return false;
    FusedHeadSet *set = setAt(fused, call.in);
    if (set == nullptr)
        set = addSet(fused, call.in, call.heads, call.headStride, call.width);
    if (set == nullptr || set->cache != 0 || set->heads != call.heads || !sameStride(set->heads, set->headStride, call.headStride) ||
        (set->width != call.width && (set->norm != 0 || set->width > call.width || call.width > set->headStride / 4)))
        return false;
    set->width = call.width; // rope alone knows only how many values it turns
    set->cache = call.cache;
    set->slotStride = call.slotStride;
    set->slotHeadStride = call.slotHeadStride;
    set->cacheType = static_cast<std::uint32_t>(type);
    fused.pages = call.pages;
    fused.position = call.first;
    fused.pageTokens = call.pageTokens;
    return true;
}

} // namespace

std::size_t matchProducts(std::span<const GatheredLaunch> launches, FusedProducts &fused)
{
    fused = {};
    std::size_t at = 0;
    if (!launches.empty() && isTokenNorm(launches[0], 32, kMostWidth)) {
        const auto call = callOf<RmsNormCall>(launches[0]);
        fused.in = call.in;
        fused.normWeight = call.weight;
        fused.normed = call.out;
        fused.width = call.width;
        fused.epsilon = call.epsilon;
        at = 1;
    }
    const std::size_t begin = at;
    for (; at < launches.size() && launches[at].kernel == KernelId::kMatmul && fused.count < FusedProducts::kMost; ++at) {
        const auto call = callOf<MatmulCall>(launches[at]);
        if (at == 0 && call.width % 32 == 0 && call.width > 0 && call.width <= kMostWidth && call.in % 16 == 0) {
            fused.in = call.in;
            fused.width = call.width;
        }
        const DeviceAddress token = fused.normed != 0 ? fused.normed : fused.in;
        if (fused.width == 0 || call.width != fused.width || call.in != token || !fitsProducts(fused, call, launches[at].type))
            break;
        fused.products[fused.count++] = {call.weight,       call.bias,      call.out,
                                         call.weightStride, call.rows,      static_cast<std::uint32_t>(launches[at].type),
                                         call.activation,   call.accumulate};
        fused.rows += call.rows;
    }
    return at > begin ? at : 0;
}

std::size_t matchHeads(std::span<const GatheredLaunch> launches, FusedHeads &fused)
{
    fused = {};
    bool stored = false;
    std::size_t taken = 0;
    for (const GatheredLaunch &launch : launches) {
        bool fits = false;
        if (launch.kernel == KernelId::kRmsNorm)
            fits = takeNorm(fused, callOf<RmsNormCall>(launch));
        else if (launch.kernel == KernelId::kRope)
            fits = takeRope(fused, callOf<RopeCall>(launch));
        else if (launch.kernel == KernelId::kKvStore)
            fits = takeStore(fused, callOf<KvStoreCall>(launch), launch.type, !stored);
        if (!fits)
            break;
        stored = stored || launch.kernel == KernelId::kKvStore;
        ++taken;
    }
    return taken > 1 ? taken : 0;
}

std::size_t matchAttention(std::span<const GatheredLaunch> launches, FusedAttention &fused)
{
    fused = {};
    FusedHeads &heads = fused.heads;
    const std::size_t prepared = matchHeads(launches, heads);
    if (prepared == 0 || prepared == launches.size() || launches[prepared].kernel != KernelId::kAttention ||
        launches[prepared].type != DType::kF16)
        return 0;
    const auto call = fused.attention = callOf<AttentionCall>(launches[prepared]);
    std::uint32_t found = 0;
    for (std::uint32_t i = 0; i < heads.count; ++i) {
        const FusedHeadSet &set = heads.sets[i];
        if (set.width != call.width)
            return 0;
        if (set.inout == call.query && set.cache == 0 && set.heads == call.heads &&
            sameStride(set.heads, set.headStride, call.queryHeadStride)) {
            fused.query = i;
            found |= 1;
        }
        const bool stored = set.cache != 0 && set.cacheType == static_cast<std::uint32_t>(DType::kF16) && set.heads == call.kvHeads;
        const auto lies = [&](DeviceAddress base, std::uint32_t slotStride, std::uint32_t headStride) {
            return stored && set.cache == base && set.slotStride == slotStride && sameStride(set.heads, set.slotHeadStride, headStride);
        };
        if (lies(call.keys, call.keySlotStride, call.keyHeadStride)) {
            fused.key = i;
            found |= 2;
        } else if (lies(call.values, call.valueSlotStride, call.valueHeadStride)) {
            fused.value = i;
            found |= 4;
        }
    }
    const bool fits =
        found == 7 && heads.count == 3 && call.tokens == 1 && call.keyCount == 0 && call.first == heads.position &&
        call.pages == heads.pages && call.pageTokens == heads.pageTokens && call.width == call.valueWidth &&
        (call.width == 64 || call.width == 128) && call.heads / call.kvHeads <= 16 &&
        aligned(16, {call.keys, call.values, call.keySlotStride, call.keyHeadStride, call.valueSlotStride, call.valueHeadStride});
    return fits ? prepared + 1 : 0;
}

std::size_t matchRouting(std::span<const GatheredLaunch> launches, FusedRouting &fused)
{
    fused = {};
    if (launches.size() < 3 || !isTokenNorm(launches[0], 4, kMostRoutingWidth) || launches[1].kernel != KernelId::kMatmul ||
        launches[1].type != DType::kF32 || launches[2].kernel != KernelId::kRouter)
        return 0;
    const auto norm = callOf<RmsNormCall>(launches[0]);
    const auto product = callOf<MatmulCall>(launches[1]);
    fused.router = callOf<RouterCall>(launches[2]);
    if (product.tokens != 1 || product.in != norm.out || product.width != norm.width || product.bias != 0 || product.accumulate != 0 ||
        product.activation != 0 || !aligned(16, {product.weight, product.weightStride}) || fused.router.tokens != 1 ||
        fused.router.logits != product.out || fused.router.count != product.rows ||
        overlap(floatsAt(product.out, product.rows), floatsAt(norm.in, norm.width)) ||
        overlap(floatsAt(product.out, product.rows), floatsAt(norm.out, norm.width)))
        return 0;
    fused.in = norm.in;
    fused.normWeight = norm.weight;
    fused.normed = norm.out;
    fused.weight = product.weight;
    fused.weightStride = product.weightStride;
    fused.width = norm.width;
    fused.epsilon = norm.epsilon;
    return 3;
}

std::size_t matchExperts(std::span<const GatheredLaunch> launches, FusedExperts &fused)
{
    fused = {};
    if (launches.size() < 2 || launches[0].kernel != KernelId::kExpertsHidden || launches[1].kernel != KernelId::kExpertsOut)
        return 0;
    fused.hidden = callOf<ExpertsHiddenCall>(launches[0]);
    fused.out = callOf<ExpertsOutCall>(launches[1]);
    fused.type = launches[0].type;
    fused.downType = launches[1].type;
    const ExpertsHiddenCall &hidden = fused.hidden;
    const ExpertsOutCall &out = fused.out;
    const std::uint32_t alignment = alignmentOf(fused.type);
    const std::uint32_t downAlignment = alignmentOf(fused.downType);
    const bool fits = hidden.tokens == 1 && hidden.fast != 0 && out.fast != 0 && out.hidden == hidden.hidden && alignment != 0 &&
                      downAlignment != 0 && hidden.rows % 32 == 0 && hidden.width % 32 == 0 && hidden.width <= kMostWidth &&
                      hidden.in % 16 == 0 && aligned(alignment, {hidden.gate, hidden.gateStride, hidden.up, hidden.upStride}) &&
                      aligned(downAlignment, {out.down, out.downStride});
    return fits ? 2 : 0;
}

} // namespace conclave::kernels
