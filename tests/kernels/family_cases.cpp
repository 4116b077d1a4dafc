#include "tests/kernels/op_cases.h"

#include <algorithm>
#include <numeric>

/// What only some model families ask of an op: windows and sinks, latent values, compressed keys, groups of experts, limits, biases.
namespace conclave::kernels::test
{

namespace
{

using Index = std::size_t;

// ---- rows ----

OpCase gatedCase(Activation activation, float limit, std::int64_t length)
{
    OpCase result;
    result.name = "gatedActivation " + number(static_cast<int>(activation)) + " of three axes, rows of " + number(length) +
                  (limit > 0 ? ", limited" : "");
    result.program = [=](Rig &rig) {
        Numbers numbers(61);
        // Gate and up side by side for each head: outer strides are not those of packed tensors.
        const Tensor both = rig.floats({4, 3, 2 * length}, numbers.normal(4 * 3 * 2 * length, 10.0F));
        GatedActivationArgs args;
        args.gate = both.columns(0, length);
        args.up = both.columns(length, length);
        args.out = rig.output({4, 3, length});
        args.activation = activation;
        args.limit = limit;
        rig.note(rig.queue().gatedActivation(args));
        return rig.read(args.out);
    };
    result.tolerance = [](const Floats &reference) {
        Floats bounds;
        for (const float value : reference)
            bounds.push_back(2e-6F * std::fabs(value) + 1e-6F);
        return bounds;
    };
    return result;
}

OpCase layerNormCase(std::int64_t length, float mean)
{
    OpCase result;
    result.name = "layerNorm of rows of " + number(length) + " around " + number(static_cast<std::int64_t>(mean));
    result.program = [=](Rig &rig) {
        Numbers numbers(62);
        Floats values = numbers.normal(7 * length);
        for (float &value : values)
            value += mean;
        const Tensor inout = rig.floats({7, length}, values);
        rig.note(rig.queue().layerNorm(
            {inout, rig.floats({length}, numbers.normal(length)), rig.floats({length}, numbers.normal(length)), inout, 1e-5F}));
        return rig.read(inout);
    };
    result.tolerance = within(mean > 0 ? 1e-4F : 3e-6F); // a mean of 1000 takes three digits of every value
    return result;
}

OpCase ropeCase(RopePairing pairing, bool streams, float magnitude, bool inverse)
{
    OpCase result;
    result.name = std::string("rope of the last 34 of 64 values, ") + (pairing == RopePairing::kNeox ? "neox" : "adjacent") + " pairs" +
                  (streams ? ", three streams" : "") + (magnitude != 1.0F ? ", magnitude" : "") + (inverse ? ", inverse" : "");
    result.program = [=](Rig &rig) {
        Numbers numbers(63);
        const std::vector<std::int32_t> one = {0, 3, 77, 5000};
        const std::vector<std::int32_t> three = {0, 3, 77, 5000, 1, 9, 4, 40, 2, 2, 30, 700};
        std::vector<std::uint8_t> which(17);
        for (Index i = 0; i < which.size(); ++i)
            which[i] = static_cast<std::uint8_t>(i % 3);
        const Tensor all = rig.floats({4, 3, 64}, numbers.normal(4 * 3 * 64));
        RopeArgs args;
        args.inout = all.columns(30, 34);
        args.positions = streams ? three : one;
        if (streams)
            args.streams = which;
        args.pairing = pairing;
        args.dims = 34;
        args.magnitude = magnitude;
        args.inverse = inverse;
        rig.note(rig.queue().rope(args));
        args.inverse = !inverse; // kept angles of the other direction must not be taken
        args.magnitude = 1.0F;
        rig.note(rig.queue().rope(args));
        return rig.read(all);
    };
    result.tolerance = within(2e-6F);
    return result;
}

std::vector<OpCase> rowExtras()
{
    std::vector<OpCase> cases;
    for (const Activation activation : {Activation::kSilu, Activation::kGeluTanh, Activation::kSigmoid, Activation::kGptOss})
        for (const float limit : {0.0F, 7.0F})
            for (const std::int64_t length : {1, 33, 96})
                cases.push_back(gatedCase(activation, limit, length));
    for (const std::int64_t length : {1, 3, 33, 96, 1000})
        for (const float mean : {0.0F, 1000.0F})
            if (length > 1 || mean == 0.0F)
                cases.push_back(layerNormCase(length, mean));
    for (const RopePairing pairing : {RopePairing::kNorm, RopePairing::kNeox})
        for (const bool streams : {false, true})
            for (const float magnitude : {1.0F, 1.3466F})
                cases.push_back(ropeCase(pairing, streams, magnitude, magnitude == 1.0F));
    for (const std::int64_t length : {3, 96}) {
        OpCase norm;
        norm.name = "rmsNorm without weight, rows of " + number(length);
        norm.program = [=](Rig &rig) {
            Numbers numbers(64);
            const Tensor inout = rig.floats({5, 2, length}, numbers.normal(10 * length));
            rig.note(rig.queue().rmsNorm({inout, {}, inout, 1e-6F}));
            return rig.read(inout);
        };
        norm.tolerance = within(3e-6F);
        cases.push_back(norm);
    }
    OpCase copy;
    copy.name = "copy of columns into columns, bit for bit";
    copy.program = [](Rig &rig) {
        Numbers numbers(65);
        const Tensor from = rig.floats({6, 50}, numbers.normal(300));
        const Tensor to = rig.output({6, 40});
        rig.note(rig.queue().copy({from.columns(7, 33), to.columns(2, 33)}));
        return rig.read(to);
    };
    copy.tolerance = [](const Floats &reference) { return Floats(reference.size(), 0.0F); };
    cases.push_back(copy);
    OpCase scale;
    scale.name = "scale of every third column block";
    scale.program = [](Rig &rig) {
        Numbers numbers(66);
        const Tensor all = rig.floats({6, 3, 33}, numbers.normal(6 * 99));
        rig.note(rig.queue().scale({all.columns(5, 20), 0.37F}));
        return rig.read(all);
    };
    scale.tolerance = within(1e-7F);
    cases.push_back(scale);
    return cases;
}

// ---- grouped matmul ----

OpCase groupedCase(DType type, Precision precision, std::int64_t tokens, std::int64_t groups, std::int64_t n, std::int64_t m)
{
    OpCase result;
    result.name = "groupedMatmul of " + number(groups) + " matrices " + dtypeName(type) + " [" + number(n) + ", " + number(m) + "], " +
                  number(tokens) + " tokens, " + (precision == Precision::kFast ? "fast" : "float");
    result.program = [=](Rig &rig) {
        Numbers numbers(67);
        GroupedMatmulArgs args;
        args.weight = rig.weights(type, {groups, n, m}, numbers.weightRows(type, groups * n, m));
        args.in = rig.floats({tokens, groups, m + 3}, numbers.normal(tokens * groups * (m + 3))).columns(0, m); // heads wider than used
        const Tensor all = rig.output({tokens, groups, n + 5});
        args.out = all.columns(5, n);
        args.precision = precision;
        rig.note(rig.queue().groupedMatmul(args));
        return rig.read(all);
    };
    result.tolerance = within(precision == Precision::kFast && isQuantised(type) ? 0.03F : 1e-5F);
    return result;
}

// ---- attention ----

struct Extras
{
    std::int64_t tokens, heads, kvHeads, width, valueWidth, first;
    DType cache = DType::kF32;
    bool latent = false; ///< values are the first columns of the keys
    int window = 0;
    bool sinks = false;
    int ratio = 0;           ///< of compressed keys; 0: none
    std::int64_t chosen = 0; ///< choices of a token; 0: all
};

KvView cacheFor(Rig &rig, const Extras &e, std::int64_t positions, std::vector<std::int32_t> &pages)
{
    constexpr std::int64_t kPage = 16;
    const std::int64_t pageCount = (positions + kPage - 1) / kPage;
    for (std::int64_t page = 0; page < pageCount; ++page)
        pages.push_back(static_cast<std::int32_t>(pageCount - 1 - page));
    const std::int64_t slots = pageCount * kPage;
    const auto make = [&](std::int64_t width) {
        const Bytes empty(static_cast<Index>(slots * e.kvHeads) * rowBytes(e.cache, static_cast<Index>(width)));
        return rig.weights(e.cache, {slots, e.kvHeads, width}, empty);
    };
    KvView view;
    view.keys = make(e.width);
    view.values = e.latent ? view.keys.columns(0, e.valueWidth) : make(e.valueWidth);
    view.pages = pages;
    view.pageTokens = kPage;
    return view;
}

OpCase extrasCase(const Extras &e)
{
    OpCase result;
    result.name = number(e.tokens) + " queries of " + number(e.heads) + " heads on " + number(e.kvHeads) + " KV heads of " +
                  number(e.width) + "/" + number(e.valueWidth) + ", " + number(e.first + e.tokens) + " keys in " + dtypeName(e.cache) +
                  (e.latent ? ", latent values" : "") + (e.window > 0 ? ", window " + number(e.window) : "") + (e.sinks ? ", sinks" : "") +
                  (e.ratio > 0 ? ", compressed by " + number(e.ratio) : "") + (e.chosen > 0 ? ", chosen" : "");
    result.program = [e](Rig &rig) {
        Numbers numbers(68);
        const std::int64_t keys = e.first + e.tokens;
        std::vector<std::int32_t> pages;
        KvStoreArgs store;
        store.cache = cacheFor(rig, e, keys, pages);
        store.keys = rig.floats({keys, e.kvHeads, e.width}, numbers.normal(keys * e.kvHeads * e.width));
        if (!e.latent)
            store.values = rig.floats({keys, e.kvHeads, e.valueWidth}, numbers.normal(keys * e.kvHeads * e.valueWidth));
        rig.note(rig.queue().kvStore(store));
        AttentionArgs args;
        args.query = rig.floats({e.tokens, e.heads, e.width}, numbers.normal(e.tokens * e.heads * e.width));
        args.cache = store.cache;
        args.out = rig.output({e.tokens, e.heads, e.valueWidth});
        args.first = e.first;
        args.scale = 1.5F / std::sqrt(static_cast<float>(e.width));
        args.window = e.window;
        if (e.sinks)
            args.sinks = rig.floats({e.heads}, numbers.normal(e.heads, 3.0F));
        if (e.ratio > 0) {
            const std::int64_t rows = keys / e.ratio + 1;
            args.compressed.ratio = e.ratio;
            args.compressed.cache.keys = rig.floats({rows, e.kvHeads, e.width}, numbers.normal(rows * e.kvHeads * e.width));
            args.compressed.cache.values = args.compressed.cache.keys.columns(0, e.valueWidth);
            std::vector<std::int32_t> chosen;
            for (std::int64_t t = 0; t < e.tokens && e.chosen > 0; ++t) {
                std::vector<std::int32_t> all(static_cast<Index>(rows)); // some beyond what the query sees
                std::iota(all.begin(), all.end(), 0);
                for (std::int64_t j = 0; j < e.chosen; ++j) {
                    if (j % 5 == 4 || all.empty()) {
                        chosen.push_back(-1);
                        continue;
                    }
                    const auto at = all.begin() + numbers.below(static_cast<std::int32_t>(all.size()));
                    chosen.push_back(*at);
                    all.erase(at);
                }
            }
            if (e.chosen > 0)
                args.compressed.chosen = rig.ints({e.tokens, e.chosen}, chosen);
        }
        rig.note(rig.queue().attention(args));
        return append(rig.read(args.out), rig.read(store.cache.keys));
    };
    // Q8_0: a half step may fall to either side between two ways of rounding; one step is 1/127 of the largest of 32.
    result.tolerance = within(e.cache == DType::kQ8_0 ? 1e-2F : 1e-5F);
    return result;
}

std::vector<OpCase> attentionExtras()
{
    std::vector<OpCase> cases;
    for (const std::int64_t tokens : {1, 5, 70}) {
        for (const int window : {1, 7, 64, 500}) {
            Extras e{tokens, 8, 2, 32, 32, 130};
            e.window = window;
            e.sinks = window == 7 || window == 500;
            cases.push_back(extrasCase(e));
        }
        Extras wider{tokens, 6, 3, 33, 96, 40};
        cases.push_back(extrasCase(wider));
        // DeepSeek's own sizes for a few tokens; the reference is slow.
        Extras latent = tokens < 70 ? Extras{tokens, 128, 1, 576, 512, 9} : Extras{tokens, 70, 1, 96, 64, 9};
        latent.latent = true;
        latent.cache = DType::kF16;
        cases.push_back(extrasCase(latent));
        for (const std::int64_t chosen : {0, 9}) {
            Extras compressed{tokens, 16, 1, 64, 64, 203};
            compressed.latent = true;
            compressed.window = 32;
            compressed.sinks = true;
            compressed.ratio = chosen > 0 ? 4 : 128;
            compressed.chosen = chosen;
            cases.push_back(extrasCase(compressed));
            compressed.cache = DType::kF16;
            cases.push_back(extrasCase(compressed));
        }
        Extras early{tokens, 4, 1, 32, 32, 0}; // no compressed row is complete yet
        early.ratio = 128;
        early.latent = true;
        cases.push_back(extrasCase(early));
        Extras bytes{tokens, 8, 2, 64, 32, 150};
        bytes.cache = DType::kQ8_0;
        cases.push_back(extrasCase(bytes));
    }
    // Long enough for several splits of the keys.
    for (const int window : {0, 2000}) {
        Extras far{1, 8, 2, 32, 32, 4500};
        far.window = window;
        far.sinks = true;
        cases.push_back(extrasCase(far));
        far.tokens = 3;
        far.cache = DType::kF16;
        cases.push_back(extrasCase(far));
    }
    Extras many{2, 4, 1, 32, 32, 5000};
    many.window = 16;
    many.latent = true;
    many.ratio = 4;
    cases.push_back(extrasCase(many));
    many.chosen = 300;
    cases.push_back(extrasCase(many));
    return cases;
}

// ---- router and experts ----

struct RouterExtras
{
    GatingScore score = GatingScore::kSoftmax;
    int k = 2;
    ExpertGroups groups;
    bool biased = false;
    bool normalise = true;
    float leastSum = 0;
    float weightScale = 1;
    bool expertScale = false;
    bool fixed = false;
    float spread = 2;
    float tau = 1; ///< below 1: adaptive k, from `least` on
    int least = 1;
};

OpCase routerExtrasCase(const std::string &name, const RouterExtras &e)
{
    OpCase result;
    result.name = name;
    result.program = [e](Rig &rig) {
        constexpr std::int64_t kTokens = 40;
        constexpr std::int64_t kExperts = 24;
        constexpr std::int64_t kVocabulary = 11;
        Numbers numbers(71);
        RouterArgs args;
        args.logits = rig.floats({kTokens, kExperts}, numbers.normal(kTokens * kExperts, e.spread));
        args.score = e.score;
        args.groups = e.groups;
        args.normalise = e.normalise;
        args.leastSum = e.leastSum;
        args.weightScale = e.weightScale;
        args.kMin = args.kMax = args.kWide = e.k;
        if (e.tau < 1) {
            args.kMin = e.least;
            args.tau = e.tau;
        }
        if (e.biased)
            args.loadBias = rig.floats({kExperts}, numbers.normal(kExperts, 0.5F));
        if (e.expertScale)
            args.expertScale = rig.floats({kExperts}, numbers.normal(kExperts));
        std::vector<std::int32_t> tokens, table;
        for (std::int64_t t = 0; t < kTokens; ++t)
            tokens.push_back(numbers.below(kVocabulary));
        for (std::int64_t i = 0; i < kVocabulary * e.k; ++i)
            table.push_back(static_cast<std::int32_t>((i * 7 + i / e.k) % kExperts));
        if (e.fixed) {
            args.fixedExperts = rig.ints({kVocabulary, e.k}, table);
            args.tokens = tokens;
        }
        args.experts = rig.ints({kTokens, e.k}, std::vector<std::int32_t>(static_cast<Index>(kTokens * e.k), 99));
        args.weights = rig.output({kTokens, e.k});
        args.margins = rig.output({kTokens});
        rig.note(rig.queue().router(args));
        return append(append(rig.read(args.experts), rig.read(args.weights)), rig.read(args.margins));
    };
    result.tolerance = exact();
    result.toleranceInFloat = routedInFloat();
    return result;
}

std::vector<OpCase> routerExtras()
{
    std::vector<OpCase> cases;
    RouterExtras oss;
    oss.score = GatingScore::kSoftmaxOfChosen;
    oss.k = 4;
    cases.push_back(routerExtrasCase("softmax over the chosen", oss));
    oss.spread = 300;
    cases.push_back(routerExtrasCase("softmax over the chosen, far apart", oss));
    RouterExtras v3;
    v3.score = GatingScore::kSigmoid;
    v3.k = 4;
    v3.biased = true;
    v3.weightScale = 2.5F;
    for (const ExpertGroups groups : {ExpertGroups{4, 2}, ExpertGroups{8, 3}, ExpertGroups{24, 5}, ExpertGroups{4, 4}}) {
        v3.groups = groups;
        cases.push_back(routerExtrasCase("sigmoid, load bias, " + number(groups.used) + " of " + number(groups.count) + " groups", v3));
    }
    v3.groups = {4, 1}; // exactly as many as a group holds, and one more to reject lies outside
    v3.k = 6;
    cases.push_back(routerExtrasCase("all experts of the one group used", v3));
    RouterExtras v4;
    v4.score = GatingScore::kSqrtSoftplus;
    v4.k = 6;
    v4.biased = true;
    v4.weightScale = 1.5F;
    v4.leastSum = 6.1035e-5F;
    cases.push_back(routerExtrasCase("sqrt of softplus, load bias, scaled", v4));
    v4.spread = 60;
    cases.push_back(routerExtrasCase("sqrt of softplus of large logits", v4));
    v4.fixed = true;
    v4.biased = false;
    cases.push_back(routerExtrasCase("experts by the token's id", v4));
    RouterExtras gemma;
    gemma.expertScale = true;
    cases.push_back(routerExtrasCase("each expert's weight scaled", gemma));
    RouterExtras tiny;
    tiny.score = GatingScore::kSigmoid;
    tiny.leastSum = 10.0F;
    cases.push_back(routerExtrasCase("a sum below the least", tiny));
    tiny.normalise = false;
    cases.push_back(routerExtrasCase("not normalised, whatever the least sum", tiny));
    for (const float tau : {0.0F, 0.5F, 0.9F, 0.999F}) {
        const std::string share = ", adaptive k for a share of " + std::to_string(tau);
        RouterExtras part = oss;
        part.tau = tau;
        cases.push_back(routerExtrasCase("softmax over the chosen, far apart" + share, part));
        part.spread = 1;
        cases.push_back(routerExtrasCase("softmax over the chosen" + share, part));
        part = v3;
        part.groups = {8, 3};
        part.tau = tau;
        part.least = 2;
        cases.push_back(routerExtrasCase("sigmoid, load bias, groups" + share, part));
        part = v4;
        part.fixed = false;
        part.biased = true;
        part.spread = 2;
        part.tau = tau;
        cases.push_back(routerExtrasCase("sqrt of softplus, load bias" + share, part));
        part = {};
        part.k = 8;
        part.tau = tau;
        cases.push_back(routerExtrasCase("softmax, 8 experts" + share, part));
        part.normalise = false;
        cases.push_back(routerExtrasCase("softmax, 8 experts, not normalised" + share, part));
    }
    return cases;
}

OpCase moeExtrasCase(DType type, Precision precision, std::int64_t tokens, Activation activation, float limit, bool biased, bool fused)
{
    OpCase result;
    result.name = std::string("experts of ") + dtypeName(type) + ", " + number(tokens) + " tokens, activation " +
                  number(static_cast<int>(activation)) + (limit > 0 ? ", limited" : "") + (biased ? ", biases" : "") +
                  (fused ? ", gate and up in one tensor" : "") + (precision == Precision::kFast ? ", fast" : ", float");
    result.program = [=](Rig &rig) {
        constexpr std::int64_t kExperts = 5, kWidth = 96, kHidden = 64, kChoices = 2;
        Numbers numbers(72);
        MoeFeedForwardArgs args;
        args.in = rig.floats({tokens, kWidth}, numbers.normal(tokens * kWidth));
        if (fused) {
            const Tensor both =
                rig.weights(type, {kExperts, 2 * kHidden, kWidth}, numbers.weightRows(type, kExperts * 2 * kHidden, kWidth));
            args.gate = args.up = both;
            args.gate.shape[1] = args.up.shape[1] = kHidden;
            args.up.offset += static_cast<Index>(kHidden) * rowBytes(type, kWidth);
        } else {
            args.gate = rig.weights(type, {kExperts, kHidden, kWidth}, numbers.weightRows(type, kExperts * kHidden, kWidth));
            args.up = rig.weights(type, {kExperts, kHidden, kWidth}, numbers.weightRows(type, kExperts * kHidden, kWidth));
        }
        args.down = rig.weights(type, {kExperts, kWidth, kHidden}, numbers.weightRows(type, kExperts * kWidth, kHidden));
        if (biased) {
            args.gateBias = rig.floats({kExperts, kHidden}, numbers.normal(kExperts * kHidden, 3.0F));
            args.upBias = rig.floats({kExperts, kHidden}, numbers.normal(kExperts * kHidden, 3.0F));
            args.downBias = rig.floats({kExperts, kWidth}, numbers.normal(kExperts * kWidth, 3.0F));
        }
        std::vector<std::int32_t> experts;
        for (std::int64_t i = 0; i < tokens * kChoices; ++i)
            experts.push_back(i % 7 == 6 ? -1 : numbers.below(kExperts));
        args.experts = rig.ints({tokens, kChoices}, experts);
        args.weights = rig.floats({tokens, kChoices}, numbers.normal(tokens * kChoices));
        args.out = rig.floats({tokens, kWidth}, numbers.normal(tokens * kWidth));
        args.activation = activation;
        args.limit = limit;
        args.precision = precision;
        rig.note(rig.queue().moeFeedForward(args));
        return rig.read(args.out);
    };
    result.tolerance = within(precision == Precision::kFast && isQuantised(type) ? 0.04F : 1e-5F);
    return result;
}

} // namespace

std::vector<OpCase> familyCases()
{
    std::vector<OpCase> cases = rowExtras();
    const auto add = [&cases](std::vector<OpCase> more) { std::move(more.begin(), more.end(), std::back_inserter(cases)); };
    for (const std::int64_t tokens : {1, 3, 33}) {
        cases.push_back(groupedCase(DType::kF16, Precision::kFloat, tokens, 5, 37, 33));
        cases.push_back(groupedCase(DType::kQ8_0, Precision::kFast, tokens, 16, 64, 128));
        cases.push_back(groupedCase(DType::kQ8_0, Precision::kFloat, tokens, 3, 19, 32));
        cases.push_back(groupedCase(DType::kQ4_K, Precision::kFast, tokens, 2, 40, 512));
    }
    add(attentionExtras());
    add(routerExtras());
    for (const std::int64_t tokens : {1, 4, 40})
        for (const bool fused : {false, true}) {
            cases.push_back(moeExtrasCase(DType::kF16, Precision::kFloat, tokens, Activation::kGptOss, 7.0F, true, fused));
            cases.push_back(moeExtrasCase(DType::kQ8_0, Precision::kFast, tokens, Activation::kSilu, 3.0F, false, fused));
            cases.push_back(moeExtrasCase(DType::kF32, Precision::kFloat, tokens, Activation::kGeluTanh, 0.0F, !fused, fused));
        }
    return cases;
}

} // namespace conclave::kernels::test
