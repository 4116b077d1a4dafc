#include "op_cases.h"

#include <algorithm>
#include <numeric>

/// The ops of a transformer's block: KV cache, attention, router, experts.
namespace conclave::tests
{

using namespace kernels;

namespace
{

struct AttentionShape
{
    DType cache = DType::kF32;
    std::int64_t first = 0, tokens = 1;
    std::int64_t heads = 4, kvHeads = 2, width = 64, valueWidth = 64;
    bool paged = false;
    int window = 0;
    bool sinks = false;
    bool causal = true;
};

constexpr int kPageTokens = 16;

/// Enough pages for `length` positions, in no order, with page 0 left out.
std::vector<std::int32_t> scatteredPages(std::int64_t length)
{
    std::vector<std::int32_t> pages(static_cast<std::size_t>((length - 1) / kPageTokens + 1));
    std::iota(pages.begin(), pages.end(), 1);
    for (std::size_t i = 0; i < pages.size(); ++i)
        std::swap(pages[i], pages[i * 7 % pages.size()]);
    return pages;
}

/// Stores all keys and values in two goes, then attends.
OpCase attentionCase(const AttentionShape &shape)
{
    return [shape](Side &side, Tensor &out) {
        Random random(31);
        const std::int64_t length = shape.first + shape.tokens;
        const std::vector<std::int32_t> pages = scatteredPages(length);
        const std::int64_t slots = shape.paged ? static_cast<std::int64_t>(pages.size() + 1) * kPageTokens : length;
        KvView cache;
        cache.keys = side.zeros(shape.cache, {slots, shape.kvHeads, shape.width});
        cache.values = side.zeros(shape.cache, {slots, shape.kvHeads, shape.valueWidth});
        if (shape.paged) {
            cache.pages = pages;
            cache.pageTokens = kPageTokens;
        }
        for (const auto &[first, tokens] : {std::pair{std::int64_t{0}, shape.first}, std::pair{shape.first, shape.tokens}}) {
            KvStoreArgs store;
            store.keys = side.activations({tokens, shape.kvHeads, shape.width}, random.floats(tokens * shape.kvHeads * shape.width));
            store.values =
                side.activations({tokens, shape.kvHeads, shape.valueWidth}, random.floats(tokens * shape.kvHeads * shape.valueWidth));
            store.cache = cache;
            store.first = first;
            if (const Status status = side.queue().kvStore(store); !status.ok())
                return status;
        }
        AttentionArgs args;
        args.query = side.activations({shape.tokens, shape.heads, shape.width},
                                      random.floats(shape.tokens * shape.heads * shape.width, -2.0F, 2.0F));
        args.cache = cache;
        args.out = out =
            side.activations({shape.tokens, shape.heads, shape.valueWidth}, random.floats(shape.tokens * shape.heads * shape.valueWidth));
        args.first = shape.first;
        args.causal = shape.causal;
        args.length = shape.causal ? 0 : length;
        args.scale = 0.4F;
        args.window = shape.window;
        if (shape.sinks)
            args.sinks = side.vector(random.floats(shape.heads, -1.0F, 3.0F));
        return side.queue().attention(args);
    };
}

struct RouterShape
{
    std::int64_t tokens = 3, experts = 8;
    GatingScore score = GatingScore::kSoftmax;
    int kMin = 2, kMax = 2, kWide = 2;
    bool normalise = true, bias = false, scale = false, adaptive = false;
    ExpertGroups groups = {};
};

RouterArgs routerArgs(Side &side, Random &random, const RouterShape &shape)
{
    const std::int64_t most = std::max(shape.kMax, shape.kWide);
    RouterArgs args;
    args.logits = side.activations({shape.tokens, shape.experts}, random.floats(shape.tokens * shape.experts, -3.0F, 3.0F));
    if (shape.bias)
        args.loadBias = side.vector(random.floats(shape.experts, -0.2F, 0.2F));
    if (shape.scale)
        args.expertScale = side.vector(random.floats(shape.experts, 0.5F, 2.0F));
    args.score = shape.score;
    args.normalise = shape.normalise;
    args.weightScale = 1.5F;
    args.groups = shape.groups;
    args.kMin = shape.kMin;
    args.kMax = shape.kMax;
    args.kWide = shape.kWide;
    if (shape.adaptive) {
        args.tau = 0.7F;
        args.calibration = 0.2F;
    }
    args.experts = side.zeros(DType::kI32, {shape.tokens, most});
    args.weights = side.activations({shape.tokens, most}, std::vector<float>(static_cast<std::size_t>(shape.tokens * most), 7.0F));
    args.margins = side.vector(std::vector<float>(static_cast<std::size_t>(shape.tokens)));
    return args;
}

/// The weights, or the margins (of experts that are not all chosen: those would be infinite).
OpCase routerCase(const RouterShape &shape, bool margins)
{
    return [=](Side &side, Tensor &out) {
        Random random(32);
        RouterArgs args = routerArgs(side, random, shape);
        if (margins)
            args.margins = side.activations({shape.tokens}, std::vector<float>(static_cast<std::size_t>(shape.tokens)));
        out = margins ? args.margins : args.weights;
        return side.queue().router(args);
    };
}

struct ExpertsShape
{
    DType type = DType::kQ4_K, downType = DType::kQ6_K;
    std::int64_t tokens = 1;
    Precision precision = Precision::kFast;
    bool bias = false;
    Activation activation = Activation::kSilu;
    float limit = 0.0F;
    std::int64_t width = 256, hidden = 256;
};

/// Routes, then computes the experts: 6 of them, up to 3 a token, sometimes fewer.
OpCase expertsCase(const ExpertsShape &shape)
{
    return [shape](Side &side, Tensor &out) {
        constexpr std::int64_t kExperts = 6;
        if (shape.precision == Precision::kFast)
            side.align();
        Random random(33);
        RouterShape route;
        route.tokens = shape.tokens;
        route.experts = kExperts;
        route.kMin = 1;
        route.kMax = 3;
        route.kWide = 3;
        route.adaptive = true;
        RouterArgs router = routerArgs(side, random, route);
        router.weightScale = 0.002F; // the outputs become about 1
        const auto weights = [&](DType type, std::int64_t rows, std::int64_t width) {
            return side.weights(type, kExperts * rows, width, random.weights(type, kExperts * rows, width))
                .reshaped({kExperts, rows, width});
        };
        MoeFeedForwardArgs args;
        args.in = side.activations({shape.tokens, shape.width}, random.floats(shape.tokens * shape.width));
        args.gate = weights(shape.type, shape.hidden, shape.width);
        args.up = weights(shape.type, shape.hidden, shape.width);
        args.down = weights(shape.downType, shape.width, shape.hidden);
        args.experts = router.experts;
        args.weights = router.weights;
        args.out = out = side.activations({shape.tokens, shape.width}, random.floats(shape.tokens * shape.width));
        if (shape.bias) {
            args.gateBias = side.vector(random.floats(kExperts * shape.hidden)).reshaped({kExperts, shape.hidden});
            args.upBias = side.vector(random.floats(kExperts * shape.hidden)).reshaped({kExperts, shape.hidden});
            args.downBias = side.vector(random.floats(kExperts * shape.width)).reshaped({kExperts, shape.width});
        }
        args.activation = shape.activation;
        args.limit = shape.limit;
        args.precision = shape.precision;
        if (const Status status = side.queue().router(router); !status.ok())
            return status;
        return side.queue().moeFeedForward(args);
    };
}

void addAttentionCases(std::vector<NamedCase> &cases)
{
    for (const DType type : {DType::kF32, DType::kF16, DType::kQ8_0}) {
        const std::string name = "attention " + std::string(dtypeName(type));
        const double tolerance = type == DType::kQ8_0 ? 3e-3 : 3e-5; // a value may round to the next step
        cases.push_back({name + ", the first token", attentionCase({type, 0, 1}), tolerance});
        cases.push_back({name + ", one more of 700, in pages", attentionCase({type, 700, 1, 16, 2, 128, 128, true}), tolerance});
        cases.push_back({name + ", a window, sinks", attentionCase({type, 300, 5, 8, 8, 64, 96, true, 100, true}), tolerance});
        cases.push_back({name + ", 70 tokens after 30", attentionCase({type, 30, 70, 6, 2, 96, 32, true}), tolerance});
        cases.push_back({name + ", heads of 256", attentionCase({type, 90, 3, 8, 1, 256, 256}), tolerance});
        cases.push_back({name + ", all see all", attentionCase({type, 0, 33, 12, 4, 64, 64, false, 0, false, false}), tolerance});
    }
    cases.push_back({"attention, 70 tokens after 30, heads of 128", attentionCase({DType::kF16, 30, 70, 6, 2, 128, 128}), 3e-5});
    cases.push_back({"attention, as many KV heads, 20 tokens", attentionCase({DType::kF16, 50, 20, 3, 3, 128, 128}), 3e-5});
    cases.push_back(
        {"attention, 90 tokens, a window and sinks", attentionCase({DType::kF16, 300, 90, 8, 2, 64, 64, true, 100, true}), 3e-5});
    cases.push_back({"attention, 5 tokens after 900, a window", attentionCase({DType::kF16, 900, 5, 8, 2, 128, 128, true, 700}), 3e-5});
    cases.push_back({"attention of one token after 3000", attentionCase({DType::kF16, 3000, 1, 32, 4, 128, 128, true}), 3e-5});
    cases.push_back({"attention, 24 heads of one", attentionCase({DType::kF16, 40, 2, 24, 1, 80, 48}), 3e-5});
    cases.push_back({"attention, latent rows", attentionCase({DType::kF16, 100, 3, 6, 1, 576, 512}), 3e-5});
    cases.push_back({"attention with sinks in parts", attentionCase({DType::kF16, 2000, 1, 4, 1, 64, 64, true, 0, true}), 3e-5});
}

void addRouterCases(std::vector<NamedCase> &cases)
{
    const auto both = [&](const std::string &name, const RouterShape &shape) {
        cases.push_back({"router " + name + ": weights", routerCase(shape, false)});
        cases.push_back({"router " + name + ": margins", routerCase(shape, true)});
    };
    both("softmax, 8 of 128", {3, 128, GatingScore::kSoftmax, 8, 8, 8});
    both("softmax, not normalised, scaled", {3, 100, GatingScore::kSoftmax, 4, 4, 4, false, false, true});
    both("sigmoid with load bias", {5, 64, GatingScore::kSigmoid, 6, 6, 6, true, true});
    both("of the chosen", {2, 33, GatingScore::kSoftmaxOfChosen, 4, 4, 4, true, true});
    both("square root of softplus", {2, 256, GatingScore::kSqrtSoftplus, 6, 6, 6});
    both("adaptive", {40, 16, GatingScore::kSoftmax, 1, 4, 6, true, false, false, true});
    both("adaptive, of the chosen", {40, 16, GatingScore::kSoftmaxOfChosen, 1, 4, 6, true, false, false, true});
    both("with groups", {9, 64, GatingScore::kSigmoid, 6, 6, 6, true, true, false, false, {8, 3}});
    cases.push_back({"router, one expert", routerCase({2, 1, GatingScore::kSoftmax, 1, 1, 1}, false)});
}

void addExpertsCases(std::vector<NamedCase> &cases)
{
    constexpr double kFastTolerance = 0.06; // of outputs about 1, after two products with rounded activations
    for (const DType type : {DType::kF16, DType::kQ8_0, DType::kQ4_0, DType::kQ4_K, DType::kQ6_K})
        for (const std::int64_t tokens : {1, 24})
            cases.push_back({"experts " + std::string(dtypeName(type)) + ", " + std::to_string(tokens) + " tokens, fast",
                             expertsCase({type, type, tokens}), kFastTolerance});
    cases.push_back({"experts Q4_K and Q6_K, fast", expertsCase({DType::kQ4_K, DType::kQ6_K, 2}), kFastTolerance});
    cases.push_back({"experts in float", expertsCase({DType::kQ4_K, DType::kQ6_K, 3, Precision::kFloat}), 2e-4});
    cases.push_back({"experts in float, 50 tokens", expertsCase({DType::kQ8_0, DType::kF16, 50, Precision::kFloat}), 2e-4});
    for (const std::int64_t tokens : {2, 40})
        cases.push_back({"experts with biases, a limit and gpt-oss's gate, " + std::to_string(tokens) + " tokens",
                         expertsCase({DType::kQ8_0, DType::kQ4_0, tokens, Precision::kFast, true, Activation::kGptOss, 7.0F}),
                         kFastTolerance});
    cases.push_back({"experts with biases, GELU, in float",
                     expertsCase({DType::kBF16, DType::kF32, 2, Precision::kFloat, true, Activation::kGeluTanh, 0.0F, 72, 40}), 2e-4});
}

} // namespace

std::vector<NamedCase> blockCases()
{
    std::vector<NamedCase> cases;
    addAttentionCases(cases);
    addRouterCases(cases);
    addExpertsCases(cases);
    return cases;
}

} // namespace conclave::tests
