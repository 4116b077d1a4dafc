#include "tests/kernels/op_cases.h"

#include "kernels/core/half.h"
#include "tests/support/sanitized.h"

#include <algorithm>
#include <array>

namespace conclave::kernels::test
{

namespace
{

using Index = std::size_t;

Floats expand(DType type, const Bytes &rows, std::int64_t count)
{
    Floats values(static_cast<Index>(count));
    dequantiseRow(type, rows, values);
    return values;
}

enum class Pattern
{
    kNormal,
    kZeros,
    kOutlier,
    kTiny,
    kHuge,
};

const char *patternName(Pattern pattern)
{
    constexpr std::array kNames = {"ordinary values", "zeros", "one outlier a row", "tiny values", "huge values"};
    return kNames[static_cast<Index>(pattern)];
}

Floats patterned(Numbers &numbers, Pattern pattern, std::int64_t rows, std::int64_t length)
{
    switch (pattern) {
    case Pattern::kZeros:
        return Floats(static_cast<Index>(rows * length), 0.0F);
    case Pattern::kTiny:
        return numbers.normal(rows * length, 1e-30F);
    case Pattern::kHuge:
        return numbers.normal(rows * length, 1e20F);
    default:
        break;
    }
    Floats values = numbers.normal(rows * length);
    if (pattern == Pattern::kOutlier)
        for (std::int64_t row = 0; row < rows; ++row)
            values[static_cast<Index>(row * length + row % length)] = 1e4F;
    return values;
}

/// Bounds of a matmul. Float path: 1e-5 of the sum of |w x| (float32 sums in any order stay well within). Fast path with quantised
/// weights: besides, each activation may be off by half a step of its block, that is max|x| / 254 of it, times |w|.
Floats matmulBounds(const Floats &w, const Floats &x, std::int64_t tokens, std::int64_t n, std::int64_t m, std::int64_t group)
{
    Floats bounds;
    for (std::int64_t t = 0; t < tokens; ++t)
        for (std::int64_t r = 0; r < n; ++r) {
            double magnitude = 0;
            double rounding = 0;
            for (std::int64_t first = 0; first<m; first += group> 0 ? group : m) {
                double largest = 0;
                double weights = 0;
                for (std::int64_t k = first; k < std::min(m, first + (group > 0 ? group : m)); ++k) {
                    const double value = std::fabs(static_cast<double>(x[static_cast<Index>(t * m + k)]));
                    const double weight = std::fabs(static_cast<double>(w[static_cast<Index>(r * m + k)]));
                    largest = std::max(largest, value);
                    weights += weight;
                    magnitude += weight * value;
                }
                rounding += largest / 254.0 * weights;
            }
            bounds.push_back(static_cast<float>(1e-5 * magnitude + (group > 0 ? 1.0001 * rounding : 0.0)) + 1e-37F);
        }
    return bounds;
}

struct MatmulShape
{
    std::int64_t tokens;
    std::int64_t n;
    std::int64_t m;
};

OpCase matmulCase(DType type, MatmulShape shape, Precision precision, Pattern pattern, Activation activation, bool bias, bool accumulate)
{
    Numbers numbers(static_cast<std::uint32_t>(shape.tokens * 1000003 + shape.n * 1009 + shape.m + static_cast<int>(type) * 7));
    const Bytes rows = numbers.weightRows(type, shape.n, shape.m);
    const Floats x = patterned(numbers, pattern, shape.tokens, shape.m);
    const Floats biasValues = numbers.normal(shape.n);
    const Floats before = numbers.normal(shape.tokens * shape.n);
    const bool rounds = precision == Precision::kFast && isQuantised(type);
    const std::int64_t group = rounds ? static_cast<std::int64_t>(blockLayout(type).elements) : 0;
    OpCase result;
    result.name = std::string(dtypeName(type)) + " weights [" + number(shape.n) + ", " + number(shape.m) + "], " + number(shape.tokens) +
                  (shape.tokens == 1 ? " token, " : " tokens, ") + (precision == Precision::kFast ? "fast" : "float") + ", " +
                  patternName(pattern) + (bias ? ", bias" : "") + (accumulate ? ", accumulated" : "") +
                  (activation != Activation::kNone ? ", activated" : "");
    result.program = [=](Rig &rig) {
        MatmulArgs args;
        args.weight = rig.weights(type, {shape.n, shape.m}, rows);
        args.in = rig.floats({shape.tokens, shape.m}, x);
        args.out = accumulate ? rig.floats({shape.tokens, shape.n}, before) : rig.output({shape.tokens, shape.n});
        if (bias)
            args.bias = rig.floats({shape.n}, biasValues);
        args.activation = activation;
        args.accumulate = accumulate;
        args.precision = precision;
        rig.note(rig.queue().matmul(args));
        return rig.read(args.out);
    };
    const Floats bounds = conclave::test::kSanitized
                              ? Floats()
                              : matmulBounds(expand(type, rows, shape.n * shape.m), x, shape.tokens, shape.n, shape.m, group);
    result.tolerance = [=](const Floats &reference) {
        Floats tolerance = bounds; // the activations' slopes stay below 1.13
        for (Index i = 0; i < tolerance.size(); ++i)
            tolerance[i] = 1.13F * tolerance[i] + 2e-6F * std::fabs(reference[i]) + (bias || accumulate ? 1e-6F : 0.0F);
        return tolerance;
    };
    return result;
}

constexpr std::array kWeightTypes = {DType::kF32,  DType::kF16,    DType::kBF16,   DType::kQ8_0, DType::kQ4_0, DType::kQ4_1,
                                     DType::kQ5_0, DType::kQ5_1,   DType::kQ2_K,   DType::kQ3_K, DType::kQ4_K, DType::kQ5_K,
                                     DType::kQ6_K, DType::kIQ4_NL, DType::kIQ4_XS, DType::kMXFP4};
/// Types whose blocks core unpacks on every level: what follows is the same code, so that a few shapes are enough.
constexpr std::array kUnpackedTypes = {DType::kIQ3_S, DType::kIQ3_XXS, DType::kIQ2_S, DType::kIQ2_XS, DType::kIQ2_XXS,
                                       DType::kIQ1_S, DType::kIQ1_M,   DType::kTQ1_0, DType::kTQ2_0};

std::vector<DType> allWeightTypes()
{
    std::vector<DType> types(kWeightTypes.begin(), kWeightTypes.end());
    types.insert(types.end(), kUnpackedTypes.begin(), kUnpackedTypes.end());
    return types;
}

} // namespace

std::vector<OpCase> matmulCases()
{
    std::vector<OpCase> cases;
    for (const DType type : kWeightTypes)
        for (const Precision precision : {Precision::kFloat, Precision::kFast}) {
            for (const std::int64_t m : {1, 3, 32, 33, 96, 256, 512, 864}) { // 864: 27 blocks of 32, no multiple of a vector's
                if (rowBytes(type, static_cast<Index>(m)) == 0)
                    continue;
                for (const std::int64_t tokens : {1, 2, 5, 12, 33, 50})
                    cases.push_back(
                        matmulCase(type, {tokens, m == 96 ? 1 : 37, m}, precision, Pattern::kNormal, Activation::kNone, false, false));
            }
            for (const Pattern pattern : {Pattern::kZeros, Pattern::kOutlier, Pattern::kTiny, Pattern::kHuge})
                for (const std::int64_t tokens : {1, 3, 33})
                    cases.push_back(matmulCase(type, {tokens, 19, 512}, precision, pattern, Activation::kNone, false, false));
            for (const std::int64_t tokens : {1, 33})
                cases.push_back(matmulCase(type, {tokens, 70, 256}, precision, Pattern::kNormal, Activation::kNone, true, true));
        }
    for (const DType type : kUnpackedTypes)
        for (const Precision precision : {Precision::kFloat, Precision::kFast})
            for (const std::int64_t tokens : {1, 5, 33})
                cases.push_back(matmulCase(type, {tokens, 19, 512}, precision, Pattern::kNormal, Activation::kNone, false, false));
    for (const Activation activation : {Activation::kSilu, Activation::kGeluTanh, Activation::kSigmoid})
        for (const std::int64_t tokens : {1, 33})
            cases.push_back(matmulCase(DType::kF16, {tokens, 45, 64}, Precision::kFloat, Pattern::kNormal, activation, true, false));

    // Rows that end in the middle of a vector of blocks: of 16 blocks (768), of 8 (896). An odd number of them.
    for (const DType type : allWeightTypes())
        for (const std::int64_t m : {768, 896})
            for (const std::int64_t tokens : {1, 3, 4})
                if (rowBytes(type, static_cast<Index>(m)) != 0)
                    cases.push_back(matmulCase(type, {tokens, 37, m}, Precision::kFast, Pattern::kNormal, Activation::kNone, false, false));

    // Large enough to be shared between threads.
    for (const DType type : allWeightTypes())
        for (const std::int64_t tokens : {1, 4, 6, 100})
            cases.push_back(matmulCase(type, {tokens, 300, 768}, Precision::kFast, Pattern::kNormal, Activation::kNone, false, false));

    OpCase strided;
    strided.name = "columns of a wider matrix as input, columns of another as output";
    strided.program = [](Rig &rig) {
        Numbers numbers(5);
        MatmulArgs args;
        args.weight = rig.weights(DType::kF16, {8, 24}, numbers.weightRows(DType::kF16, 8, 24));
        args.in = rig.floats({20, 40}, numbers.normal(800));
        args.in.shape[1] = 24;
        args.in.offset = 16 * sizeof(float);
        const Tensor all = rig.output({20, 30});
        args.out = all;
        args.out.shape[1] = 8;
        args.out.offset = 12 * sizeof(float);
        rig.note(rig.queue().matmul(args));
        return rig.read(all);
    };
    strided.tolerance = within(5e-6F);
    cases.push_back(strided);
    return cases;
}

std::vector<OpCase> rowCases()
{
    std::vector<OpCase> cases;
    for (const DType type : allWeightTypes()) {
        OpCase embed;
        embed.name = std::string("embedRows from ") + dtypeName(type) + ", bit for bit";
        embed.program = [type](Rig &rig) {
            Numbers numbers(11);
            const std::vector<std::int32_t> ids = {4, 0, 8, 4, 1};
            const Tensor out = rig.output({5, 256});
            rig.note(rig.queue().embedRows({rig.weights(type, {9, 256}, numbers.weightRows(type, 9, 256)), ids, out}));
            return rig.read(out);
        };
        embed.tolerance = exact();
        cases.push_back(embed);
    }
    for (const Pattern pattern : {Pattern::kNormal, Pattern::kZeros, Pattern::kOutlier})
        for (const std::int64_t length : {1, 3, 32, 33, 96, 256, 1000}) {
            OpCase norm;
            norm.name = "rmsNorm of rows of " + number(length) + ", " + patternName(pattern);
            norm.program = [=](Rig &rig) {
                Numbers numbers(3);
                const Tensor inout = rig.floats({7, length}, patterned(numbers, pattern, 7, length));
                rig.note(rig.queue().rmsNorm({inout, rig.floats({length}, numbers.normal(length)), inout, 1e-6F}));
                return rig.read(inout);
            };
            norm.tolerance = within(3e-6F);
            cases.push_back(norm);
        }
    for (const RopePairing pairing : {RopePairing::kNorm, RopePairing::kNeox})
        for (const int dims : {0, 2, 32, 34, 64})
            for (const bool factors : {false, true}) {
                OpCase rope;
                rope.name = std::string("rope of ") + number(dims) + " of 64 values, " +
                            (pairing == RopePairing::kNeox ? "neox" : "adjacent") + " pairs" + (factors ? ", frequency factors" : "");
                rope.program = [=](Rig &rig) {
                    Numbers numbers(4);
                    const std::vector<std::int32_t> positions = {0, 1, 77, 100000};
                    const Floats divisors = [&] {
                        Floats values = numbers.normal(dims / 2);
                        for (float &value : values)
                            value = 1.0F + std::fabs(value);
                        return values;
                    }();
                    const Tensor inout = rig.floats({4, 3, 64}, numbers.normal(4 * 3 * 64));
                    RopeArgs args;
                    args.inout = inout;
                    args.positions = positions;
                    args.pairing = pairing;
                    args.dims = dims;
                    if (factors)
                        args.factors = divisors;
                    rig.note(rig.queue().rope(args));
                    rig.note(rig.queue().rope(args)); // again, from the kept angles
                    return rig.read(inout);
                };
                rope.tolerance = within(2e-6F);
                cases.push_back(rope);
            }
    for (const Activation activation : {Activation::kNone, Activation::kSilu, Activation::kGeluTanh, Activation::kSigmoid})
        for (const std::int64_t length : {1, 33, 300}) {
            OpCase gated;
            gated.name = "gatedActivation " + number(static_cast<int>(activation)) + " over rows of " + number(length) + " from -60 to 60";
            gated.program = [=](Rig &rig) {
                Numbers numbers(6);
                const Tensor gate = rig.floats({5, length}, numbers.normal(5 * length, 20.0F));
                rig.note(rig.queue().gatedActivation({gate, rig.floats({5, length}, numbers.normal(5 * length)), gate, activation}));
                return rig.read(gate);
            };
            gated.tolerance = [](const Floats &reference) {
                Floats bounds;
                for (const float value : reference)
                    bounds.push_back(2e-6F * std::fabs(value) + 1e-6F);
                return bounds;
            };
            cases.push_back(gated);
        }
    for (const std::int64_t repeat : {1, 3}) {
        OpCase add;
        add.name = "add of rows repeated " + number(repeat) + " times";
        add.program = [=](Rig &rig) {
            Numbers numbers(7);
            const Tensor out = rig.floats({6, 45}, numbers.normal(6 * 45));
            rig.note(rig.queue().add({rig.floats({6 / repeat, 45}, numbers.normal(6 / repeat * 45)), out}));
            return rig.read(out);
        };
        add.tolerance = within(1e-7F);
        cases.push_back(add);
    }
    OpCase headGate;
    headGate.name = "headGate from closed to open";
    headGate.program = [](Rig &rig) {
        Numbers numbers(8);
        const Tensor inout = rig.floats({9, 4, 33}, numbers.normal(9 * 4 * 33));
        rig.note(rig.queue().headGate({rig.floats({9, 4}, numbers.normal(36, 30.0F)), inout}));
        return rig.read(inout);
    };
    headGate.tolerance = within(2e-7F);
    cases.push_back(headGate);
    return cases;
}

namespace
{

struct AttentionShape
{
    std::int64_t tokens, heads, kvHeads, width, first, length;
    bool causal, paged;
    DType cache;
    float spread; ///< of the scores: a large one leaves a single key
};

/// Stores all keys through kvStore, then attends.
OpCase attentionCase(const AttentionShape &s)
{
    OpCase result;
    result.name = number(s.tokens) + (s.causal ? " causal" : " full") + " queries of " + number(s.heads) + " heads on " +
                  number(s.kvHeads) + " KV heads of " + number(s.width) + ", " + number(s.causal ? s.first + s.tokens : s.length) +
                  " keys in " + dtypeName(s.cache) + (s.paged ? ", pages in any order" : "") + (s.spread > 1 ? ", sharp scores" : "");
    result.program = [s](Rig &rig) {
        Numbers numbers(21);
        const std::int64_t keys = s.causal ? s.first + s.tokens : s.length;
        constexpr std::int64_t kPage = 16;
        const std::int64_t pageCount = (keys + kPage - 1) / kPage;
        std::vector<std::int32_t> pages;
        for (std::int64_t page = 0; page < pageCount; ++page)
            pages.push_back(static_cast<std::int32_t>(pageCount - page)); // reversed; page 0 of the cache stays unused
        const std::int64_t slots = s.paged ? (pageCount + 1) * kPage : keys;
        const Bytes empty(static_cast<Index>(slots * s.kvHeads) * rowBytes(s.cache, static_cast<Index>(s.width)));
        KvView cache;
        cache.keys = rig.weights(s.cache, {slots, s.kvHeads, s.width}, empty);
        cache.values = rig.weights(s.cache, {slots, s.kvHeads, s.width}, empty);
        if (s.paged) {
            cache.pages = pages;
            cache.pageTokens = kPage;
        }
        const std::int64_t half = keys / 2; // in two goes
        for (const auto &[first, count] : {std::pair{std::int64_t{0}, half}, std::pair{half, keys - half}}) {
            KvStoreArgs store;
            store.keys = rig.floats({count, s.kvHeads, s.width}, numbers.normal(count * s.kvHeads * s.width, s.spread));
            store.values = rig.floats({count, s.kvHeads, s.width}, numbers.normal(count * s.kvHeads * s.width));
            store.cache = cache;
            store.first = first;
            rig.note(rig.queue().kvStore(store));
        }
        AttentionArgs args;
        args.query = rig.floats({s.tokens, s.heads, s.width}, numbers.normal(s.tokens * s.heads * s.width));
        args.cache = cache;
        args.out = rig.output({s.tokens, s.heads, s.width});
        args.first = s.first;
        args.length = s.length;
        args.causal = s.causal;
        args.scale = 1.0F / std::sqrt(static_cast<float>(s.width));
        rig.note(rig.queue().attention(args));
        return append(rig.read(args.out), rig.read(cache.keys));
    };
    result.tolerance = within(s.spread > 1 ? 1e-4F : 5e-6F);
    return result;
}

} // namespace

std::vector<OpCase> attentionCases()
{
    std::vector<OpCase> cases;
    for (const DType cache : {DType::kF32, DType::kF16})
        for (const bool paged : {false, true}) {
            cases.push_back(attentionCase({1, 8, 2, 64, 0, 0, true, paged, cache, 1}));
            cases.push_back(attentionCase({1, 8, 2, 64, 299, 0, true, paged, cache, 1}));
            cases.push_back(attentionCase({5, 4, 4, 33, 100, 0, true, paged, cache, 1}));
            cases.push_back(attentionCase({1, 6, 6, 3, 10, 0, true, paged, cache, 1}));
            cases.push_back(attentionCase({130, 4, 2, 32, 7, 0, true, paged, cache, 1}));
            cases.push_back(attentionCase({33, 2, 1, 1, 0, 0, true, paged, cache, 1}));
            cases.push_back(attentionCase({70, 6, 6, 32, 0, 280, false, paged, cache, 1}));
            cases.push_back(attentionCase({2, 6, 3, 96, 0, 1, false, paged, cache, 1}));
            cases.push_back(attentionCase({40, 16, 1, 128, 60, 0, true, paged, cache, 30}));
            cases.push_back(attentionCase({1, 80, 1, 16, 60, 0, true, paged, cache, 1})); // more heads than a task's rows
        }
    OpCase strided;
    strided.name = "queries, keys and values as columns of one matrix";
    strided.program = [](Rig &rig) {
        Numbers numbers(22);
        const Tensor qkv = rig.floats({50, 9, 32}, numbers.normal(50 * 9 * 32)); // three heads each
        const auto columns = [&](std::int64_t first) {
            Tensor part = qkv;
            part.shape[1] = 3;
            part.offset = static_cast<Index>(first * 32) * sizeof(float);
            return part;
        };
        AttentionArgs args;
        args.query = columns(0);
        args.cache.keys = columns(3);
        args.cache.values = columns(6);
        args.out = rig.output({50, 3, 32});
        args.causal = false;
        args.length = 50;
        args.scale = 0.2F;
        rig.note(rig.queue().attention(args));
        return rig.read(args.out);
    };
    strided.tolerance = within(5e-6F);
    cases.push_back(strided);
    return cases;
}

namespace
{

OpCase routerCase(const std::string &name, RouterArgs args, std::int64_t tokens, std::int64_t count, const Floats &logits,
                  const Floats &bias)
{
    OpCase result;
    result.name = name;
    result.program = [=](Rig &rig) {
        RouterArgs given = args;
        const std::int64_t most = std::max(args.kMax, args.kWide);
        given.logits = rig.floats({tokens, count}, logits);
        if (!bias.empty())
            given.loadBias = rig.floats({count}, bias);
        given.experts = rig.ints({tokens, most}, std::vector<std::int32_t>(static_cast<Index>(tokens * most), 99));
        given.weights = rig.output({tokens, most});
        given.margins = rig.output({tokens});
        rig.note(rig.queue().router(given));
        return append(append(rig.read(given.experts), rig.read(given.weights)), rig.read(given.margins));
    };
    result.tolerance = exact(); // both score in float64 and round to float32
    result.toleranceInFloat = routedInFloat();
    return result;
}

} // namespace

std::vector<OpCase> routerCases()
{
    std::vector<OpCase> cases;
    Numbers numbers(31);
    const Floats logits = numbers.normal(40 * 16, 2.0F);
    const Floats bias = numbers.normal(16, 0.2F);
    for (const GatingScore score : {GatingScore::kSoftmax, GatingScore::kSigmoid})
        for (const bool biased : {false, true})
            for (const bool normalise : {false, true}) {
                RouterArgs fixed;
                fixed.score = score;
                fixed.normalise = normalise;
                fixed.kMin = fixed.kMax = fixed.kWide = 3;
                const std::string how = std::string(score == GatingScore::kSoftmax ? "softmax" : "sigmoid") +
                                        (biased ? ", load bias" : "") + (normalise ? ", normalised" : "");
                cases.push_back(routerCase("fixed k, " + how, fixed, 40, 16, logits, biased ? bias : Floats()));
                RouterArgs adaptive = fixed;
                adaptive.kMin = 1;
                adaptive.kMax = 4;
                adaptive.kWide = 6;
                adaptive.tau = 0.7F;
                adaptive.calibration = 0.3F;
                cases.push_back(
                    routerCase("adaptive k with a long-tail guard, " + how, adaptive, 40, 16, logits, biased ? bias : Floats()));
                adaptive.kWide = 2; // narrower than kMax
                cases.push_back(
                    routerCase("adaptive k whose wide k is the narrower, " + how, adaptive, 40, 16, logits, biased ? bias : Floats()));
            }
    RouterArgs all;
    all.kMin = all.kMax = all.kWide = 5;
    cases.push_back(routerCase("every expert chosen, none rejected", all, 3, 5, numbers.normal(15), {}));
    RouterArgs two;
    two.score = GatingScore::kSigmoid;
    two.kMin = two.kMax = two.kWide = 2;
    cases.push_back(routerCase("equal logits choose the lower index", two, 2, 6, Floats(12, 0.5F), {}));
    cases.push_back(routerCase("scores that saturate choose the lower index", two, 1, 4, {40, 50, 60, 30}, {}));
    cases.push_back(routerCase("scores that are all zero", two, 1, 4, Floats(4, -1e30F), {}));
    return cases;
}

namespace
{

struct MoeShape
{
    DType type;
    std::int64_t tokens, experts, choices, width, hidden;
    Precision precision;
    DType downType;
};

OpCase moeCase(const MoeShape &s)
{
    OpCase result;
    result.name = number(s.tokens) + (s.tokens == 1 ? " token" : " tokens") + ", " + number(s.choices) + " of " + number(s.experts) +
                  " experts of " + dtypeName(s.type) +
                  (s.downType != s.type ? std::string(" and ") + dtypeName(s.downType) : std::string()) + " [" + number(s.hidden) + ", " +
                  number(s.width) + "], " + (s.precision == Precision::kFast ? "fast" : "float");
    result.program = [s](Rig &rig) {
        Numbers numbers(41);
        MoeFeedForwardArgs args;
        args.in = rig.floats({s.tokens, s.width}, numbers.normal(s.tokens * s.width));
        args.gate = rig.weights(s.type, {s.experts, s.hidden, s.width}, numbers.weightRows(s.type, s.experts * s.hidden, s.width));
        args.up = rig.weights(s.type, {s.experts, s.hidden, s.width}, numbers.weightRows(s.type, s.experts * s.hidden, s.width));
        args.down = rig.weights(s.downType, {s.experts, s.width, s.hidden}, numbers.weightRows(s.downType, s.experts * s.width, s.hidden));
        std::vector<std::int32_t> experts;
        for (std::int64_t t = 0; t < s.tokens; ++t)
            for (std::int64_t j = 0; j < s.choices; ++j) // the first expert is popular, the last choice of every third token empty
                experts.push_back(j == 0 ? 0
                                  : j + 1 == s.choices && s.choices > 1 && t % 3 == 2
                                      ? -1
                                      : 1 + numbers.below(static_cast<std::int32_t>(s.experts - 1)));
        args.experts = rig.ints({s.tokens, s.choices}, experts);
        args.weights = rig.floats({s.tokens, s.choices}, numbers.normal(s.tokens * s.choices, 0.5F));
        args.out = rig.floats({s.tokens, s.width}, numbers.normal(s.tokens * s.width));
        args.precision = s.precision;
        rig.note(rig.queue().moeFeedForward(args));
        return rig.read(args.out);
    };
    // Fast: rounding to 8 bits leaves an error of about 0.7 % (rms) of a block of normal values; gate, up and down add up to 1.2 %. The
    // worst of some thousand results is four times that far off, and the largest result four times the usual one: 1 to 2 % of it,
    // with room for heavier tails. A wrong scale or a swapped block is off by far more.
    result.tolerance = within(s.precision == Precision::kFast && isQuantised(s.type) ? 0.04F : 1e-5F);
    return result;
}

} // namespace

std::vector<OpCase> moeCases()
{
    std::vector<OpCase> cases;
    for (const DType type : kWeightTypes)
        for (const Precision precision : {Precision::kFloat, Precision::kFast})
            for (const std::int64_t tokens : {2, 33})
                cases.push_back(moeCase({type, tokens, 6, 2, 256, 256, precision, type}));
    for (const std::int64_t tokens : {1, 5})
        cases.push_back(moeCase({DType::kQ8_0, tokens, 6, 2, 256, 256, Precision::kFast, DType::kQ8_0}));
    cases.push_back(moeCase({DType::kIQ3_S, 5, 6, 2, 256, 256, Precision::kFast, DType::kIQ2_XS}));
    cases.push_back(moeCase({DType::kF16, 40, 5, 3, 33, 17, Precision::kFloat, DType::kF16}));
    cases.push_back(moeCase({DType::kQ4_K, 20, 4, 2, 256, 256, Precision::kFast, DType::kQ6_K}));
    cases.push_back(moeCase({DType::kQ8_0, 1, 3, 1, 96, 64, Precision::kFast, DType::kQ8_0}));

    OpCase mixed;
    mixed.name = "gate and up of different types";
    mixed.program = [](Rig &rig) {
        Numbers numbers(42);
        MoeFeedForwardArgs args;
        args.in = rig.floats({18, 32}, numbers.normal(18 * 32));
        args.gate = rig.weights(DType::kF32, {2, 8, 32}, numbers.weightRows(DType::kF32, 16, 32));
        args.up = rig.weights(DType::kF16, {2, 8, 32}, numbers.weightRows(DType::kF16, 16, 32));
        args.down = rig.weights(DType::kBF16, {2, 32, 8}, numbers.weightRows(DType::kBF16, 64, 8));
        args.experts = rig.ints({18, 1}, std::vector<std::int32_t>(18, 1));
        args.weights = rig.floats({18, 1}, numbers.normal(18));
        args.out = rig.floats({18, 32}, numbers.normal(18 * 32));
        rig.note(rig.queue().moeFeedForward(args));
        return rig.read(args.out);
    };
    mixed.tolerance = within(1e-5F);
    cases.push_back(mixed);

    OpCase none;
    none.name = "no expert chosen leaves the output as it was";
    none.program = [](Rig &rig) {
        Numbers numbers(43);
        MoeFeedForwardArgs args;
        args.in = rig.floats({2, 8}, numbers.normal(16));
        args.gate = args.up = rig.floats({2, 4, 8}, numbers.normal(64));
        args.down = rig.floats({2, 8, 4}, numbers.normal(64));
        args.experts = rig.ints({2, 1}, {-1, -1});
        args.weights = rig.floats({2, 1}, {0, 0});
        args.out = rig.floats({2, 8}, numbers.normal(16));
        rig.note(rig.queue().moeFeedForward(args));
        return rig.read(args.out);
    };
    none.tolerance = exact();
    cases.push_back(none);
    return cases;
}

std::vector<OpCase> imageCases()
{
    std::vector<OpCase> cases;
    for (const int stride : {1, 2, 3})
        for (const auto &[height, width, in, out] : {std::array<std::int64_t, 4>{9, 11, 3, 5}, {16, 8, 33, 40}, {1, 1, 4, 4}, {2, 5, 1, 1}})
            for (const DType type : {DType::kF32, DType::kF16}) {
                OpCase conv;
                conv.name = "conv3x3 of " + number(height) + " x " + number(width) + " x " + number(in) + " to " + number(out) +
                            " channels, stride " + number(stride) + ", " + dtypeName(type);
                conv.program = [=, height = height, width = width, in = in, out = out](Rig &rig) {
                    Numbers numbers(51);
                    const Floats values = numbers.normal(out * in * 9);
                    Bytes kernel(values.size() * blockLayout(type).bytes);
                    quantiseRow(type, values, kernel);
                    Conv3x3Args args;
                    args.in = rig.floats({height, width, in}, numbers.normal(height * width * in));
                    args.weight = rig.weights(type, {out, in, 3, 3}, kernel);
                    args.bias = rig.floats({out}, numbers.normal(out));
                    args.out = rig.output({(height + stride - 1) / stride, (width + stride - 1) / stride, out});
                    args.stride = stride;
                    args.activation = Activation::kGeluTanh;
                    rig.note(rig.queue().conv3x3(args));
                    return rig.read(args.out);
                };
                conv.tolerance = within(5e-6F);
                cases.push_back(conv);
            }
    for (const bool residual : {false, true})
        for (const std::int64_t channels : {1, 3, 32, 33, 192}) {
            OpCase depthwise;
            depthwise.name = "depthwiseConv3x3 over " + number(channels) + " channels" + (residual ? ", residual" : "");
            depthwise.program = [=](Rig &rig) {
                Numbers numbers(52);
                DepthwiseConv3x3Args args;
                args.in = rig.floats({7, 10, channels}, numbers.normal(70 * channels));
                args.weight = rig.floats({channels, 3, 3}, numbers.normal(9 * channels));
                args.bias = rig.floats({channels}, numbers.normal(channels));
                args.out = rig.output({7, 10, channels});
                args.residual = residual;
                rig.note(rig.queue().depthwiseConv3x3(args));
                return rig.read(args.out);
            };
            depthwise.tolerance = within(2e-6F);
            cases.push_back(depthwise);
        }
    OpCase merge;
    merge.name = "mergePatches keeps the order of each cell";
    merge.program = [](Rig &rig) {
        Numbers numbers(53);
        const Tensor out = rig.output({3, 2, 20});
        rig.note(rig.queue().mergePatches({rig.floats({6, 4, 5}, numbers.normal(120)), out}));
        return rig.read(out);
    };
    merge.tolerance = exact();
    cases.push_back(merge);
    return cases;
}

} // namespace conclave::kernels::test
