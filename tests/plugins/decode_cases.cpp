#include "op_cases.h"

#include <algorithm>
#include <array>

/// Sequences of ops as decoding one token queues them. A device may compute several of them at once, and replay a step that it knows.
namespace conclave::tests
{

using namespace kernels;

namespace
{

Status firstOf(std::initializer_list<Status> all)
{
    const auto wrong = std::find_if(all.begin(), all.end(), [](const Status &status) { return !status.ok(); });
    return wrong != all.end() ? *wrong : Status::success();
}

/// A norm and three products of what it wrote, `which` of these is the output; 3: the normed token.
OpCase projectCase(std::array<DType, 3> types, std::int64_t width, bool bias, std::size_t which)
{
    return [=](Side &side, Tensor &out) {
        side.align();
        Random random(51);
        const std::array<std::int64_t, 3> rows{192, 64, 33};
        const Tensor x = side.activations({1, width}, random.floats(width, -3.0F, 3.0F));
        const Tensor normed = side.activations({1, width}, random.floats(width));
        const Tensor norm = side.vector(random.floats(width));
        Status status = side.queue().rmsNorm({x, norm, normed});
        for (std::size_t i = 0; i < 3 && status.ok(); ++i) {
            MatmulArgs args;
            args.weight = side.weights(types[i], rows[i], width, random.weights(types[i], rows[i], width));
            args.in = normed;
            args.out = side.activations({1, rows[i]}, random.floats(rows[i]));
            if (bias)
                args.bias = side.vector(random.floats(rows[i]));
            args.activation = i == 1 && bias ? Activation::kSilu : Activation::kNone;
            args.accumulate = i == 2 && bias;
            if (i == which)
                out = args.out;
            status = side.queue().matmul(args);
        }
        if (which == 3)
            out = normed;
        return status;
    };
}

struct HeadsShape
{
    DType cache = DType::kF16;
    std::int64_t heads = 8, kvHeads = 2, width = 64;
    int dims = 64;
    RopePairing pairing = RopePairing::kNeox;
    bool norms = true, inTurn = true; ///< norm and rope of the queries, then of the keys; otherwise both norms first
};

RopeArgs ropeOf(const Tensor &heads, std::span<const std::int32_t> positions, const HeadsShape &shape)
{
    RopeArgs args;
    args.inout = heads;
    args.positions = positions;
    args.pairing = shape.pairing;
    args.dims = shape.dims;
    return args;
}

/// Norm, rope and store of one token at `position`.
Status prepareHeads(Queue &queue, const HeadsShape &shape, const Tensor &query, const Tensor &key, const Tensor &value, const Tensor &norm,
                    const KvView &cache, std::int32_t position)
{
    const auto rows = [](const Tensor &heads) { return heads.reshaped({heads.shape[1], heads.shape[2]}); };
    const std::array positions{position};
    const auto normed = [&](const Tensor &heads) {
        return shape.norms ? queue.rmsNorm({rows(heads), norm, rows(heads)}) : Status::success();
    };
    const auto turned = [&](const Tensor &heads) { return queue.rope(ropeOf(heads, positions, shape)); };
    const Status status = shape.inTurn ? firstOf({normed(query), turned(query), normed(key), turned(key)})
                                       : firstOf({normed(query), normed(key), turned(query), turned(key)});
    return status.ok() ? queue.kvStore({key, value, cache, position}) : status;
}

Tensor packedHeads(Side &side, Random &random, std::int64_t heads, std::int64_t width)
{
    Tensor tensor = side.activations({1, heads * width}, random.floats(heads * width, -2.0F, 2.0F));
    tensor.rank = 3;
    tensor.shape = {1, heads, width, 0};
    tensor.strideBytes = {heads * width * 4, width * 4, 4, 0};
    return tensor;
}

/// A few tokens one after the other, and the attention of the last one; or, with `queries`, its queries.
OpCase headsCase(const HeadsShape &shape, bool queries, std::int32_t tokens = 5)
{
    return [=](Side &side, Tensor &out) {
        side.align();
        Random random(52);
        std::vector<std::int32_t> pages{2, 0, 3, 1};
        while (static_cast<std::int32_t>(pages.size()) * 4 < tokens)
            pages.push_back(static_cast<std::int32_t>(pages.size()));
        const auto slots = static_cast<std::int64_t>(pages.size()) * 4;
        KvView cache;
        cache.keys = side.zeros(shape.cache, {slots, shape.kvHeads, shape.width});
        cache.values = side.zeros(shape.cache, {slots, shape.kvHeads, shape.width});
        cache.pages = pages;
        cache.pageTokens = 4;
        const Tensor norm = side.vector(random.floats(shape.width, 0.5F, 1.5F));
        for (std::int32_t position = 0; position < tokens; ++position) {
            const Tensor query = packedHeads(side, random, shape.heads, shape.width);
            const Tensor key = packedHeads(side, random, shape.kvHeads, shape.width);
            const Tensor value = packedHeads(side, random, shape.kvHeads, shape.width);
            if (const Status status = prepareHeads(side.queue(), shape, query, key, value, norm, cache, position); !status.ok())
                return status;
            AttentionArgs attention;
            attention.query = query;
            attention.cache = cache;
            attention.out = packedHeads(side, random, shape.heads, shape.width);
            attention.first = position;
            attention.scale = 0.2F;
            if (const Status status = side.queue().attention(attention); !status.ok())
                return status;
            const Tensor &shown = queries ? query : attention.out;
            out = Tensor::packed(DType::kF32, {1, shape.heads * shape.width}, shown.buffer, shown.offset);
        }
        return Status::success();
    };
}

/// A norm, the router's product and its choice: the weights, the margins, or the normed token.
OpCase routingCase(std::int64_t experts, std::int64_t width, int used, int which)
{
    return [=](Side &side, Tensor &out) {
        side.align();
        Random random(53);
        const Tensor x = side.activations({1, width}, random.floats(width, -3.0F, 3.0F));
        const Tensor normed = side.activations({1, width}, random.floats(width));
        const Tensor norm = side.vector(random.floats(width));
        MatmulArgs product;
        product.weight = side.weights(DType::kF32, experts, width, random.weights(DType::kF32, experts, width));
        product.in = normed;
        product.out = side.activations({1, experts}, random.floats(experts));
        product.precision = Precision::kFloat;
        RouterArgs router;
        router.logits = product.out;
        router.kMin = router.kMax = router.kWide = used;
        router.experts = side.zeros(DType::kI32, {1, used});
        router.weights = side.activations({1, used}, std::vector<float>(static_cast<std::size_t>(used), 7.0F));
        router.margins = side.activations({1}, {0.0F});
        out = which == 0 ? router.weights : which == 1 ? router.margins : normed;
        for (int go = 0; go < 2; ++go) // a device that counts its blocks must end as it began
            if (const Status status =
                    firstOf({side.queue().rmsNorm({x, norm, normed}), side.queue().matmul(product), side.queue().router(router)});
                !status.ok())
                return status;
        return Status::success();
    };
}

/// Whole layers of a small model, step after step with a wait between: the token at the end. All four experts are used, so that nothing
/// turns on a choice; kept small by the products' magnitudes.
OpCase stepsCase(int steps, std::int64_t layers, int wait)
{
    return [=](Side &side, Tensor &out) {
        constexpr std::int64_t kWidth = 256, kHeads = 8, kKvHeads = 2, kHead = 64, kExperts = 4, kHidden = 256, kSlots = 128;
        side.align();
        Random random(54);
        const auto weights = [&](DType type, std::int64_t rows, std::int64_t width) {
            return side.weights(type, rows, width, random.weights(type, rows, width));
        };
        const HeadsShape shape{DType::kF16, kHeads, kKvHeads, kHead, 64, RopePairing::kNeox, true, true};
        const Tensor table = weights(DType::kQ4_K, 16, kWidth);
        const Tensor norm = side.vector(random.floats(kWidth, 0.1F, 0.2F)), headNorm = side.vector(random.floats(kHead, 0.2F, 0.5F));
        const Tensor q = weights(DType::kQ4_K, kHeads * kHead, kWidth), k = weights(DType::kQ4_K, kKvHeads * kHead, kWidth);
        const Tensor v = weights(DType::kQ6_K, kKvHeads * kHead, kWidth), o = weights(DType::kQ4_K, kWidth, kHeads * kHead);
        const Tensor route = weights(DType::kF32, kExperts, kWidth);
        const auto experts = [&](DType type) { return weights(type, kExperts * kHidden, kWidth).reshaped({kExperts, kHidden, kWidth}); };
        const Tensor gate = experts(DType::kQ4_K), up = experts(DType::kQ4_K), down = experts(DType::kQ6_K);
        const auto row = [&](std::int64_t width) { return side.activations({1, width}, random.floats(width)); };
        const Tensor x = row(kWidth), normed = row(kWidth), logits = row(kExperts), shares = row(kExperts);
        const Tensor query = packedHeads(side, random, kHeads, kHead), key = packedHeads(side, random, kKvHeads, kHead);
        const Tensor value = packedHeads(side, random, kKvHeads, kHead), attended = packedHeads(side, random, kHeads, kHead);
        const auto flat = [](const Tensor &heads) {
            return Tensor::packed(DType::kF32, {1, heads.shape[1] * heads.shape[2]}, heads.buffer, heads.offset);
        };
        std::vector<KvView> caches(static_cast<std::size_t>(layers));
        const std::vector<std::int32_t> pages{3, 1, 0, 2, 5, 4, 7, 6};
        for (KvView &cache : caches) {
            cache.keys = side.zeros(DType::kF16, {kSlots, kKvHeads, kHead});
            cache.values = side.zeros(DType::kF16, {kSlots, kKvHeads, kHead});
            cache.pages = pages;
            cache.pageTokens = 16;
        }
        AttentionArgs attention;
        attention.query = query;
        attention.out = attended;
        attention.scale = 0.1F;
        RouterArgs router;
        router.logits = logits;
        router.kMin = router.kMax = router.kWide = kExperts;
        router.weightScale = 0.01F;
        router.experts = side.zeros(DType::kI32, {1, kExperts});
        router.weights = shares;
        router.margins = side.activations({1}, {0.0F});
        MoeFeedForwardArgs moe;
        moe.in = normed;
        moe.gate = gate;
        moe.up = up;
        moe.down = down;
        moe.experts = router.experts;
        moe.weights = shares;
        moe.out = x;
        out = x;
        Queue &queue = side.queue();
        for (std::int32_t step = 0; step < steps; ++step) {
            const std::array ids{step * 5 % 16};
            Status status = queue.embedRows({table, ids, x});
            for (const KvView &cache : caches) {
                attention.cache = cache;
                attention.first = step;
                if (status.ok())
                    status = firstOf({queue.rmsNorm({x, norm, normed}), queue.matmul({q, normed, {}, flat(query)}),
                                      queue.matmul({k, normed, {}, flat(key)}), queue.matmul({v, normed, {}, flat(value)}),
                                      prepareHeads(queue, shape, query, key, value, headNorm, cache, step), queue.attention(attention),
                                      queue.matmul({o, flat(attended), {}, x, Activation::kNone, true}), queue.rmsNorm({x, norm, normed}),
                                      queue.matmul({route, normed, {}, logits, Activation::kNone, false, Precision::kFloat}),
                                      queue.router(router), queue.moeFeedForward(moe)});
            }
            if (status.ok() && step % wait == wait - 1)
                status = queue.finish();
            if (!status.ok())
                return status;
        }
        return Status::success();
    };
}

} // namespace

std::vector<NamedCase> decodeCases()
{
    std::vector<NamedCase> cases;
    const std::array<DType, 3> mixed{DType::kQ4_K, DType::kQ6_K, DType::kQ4_K};
    const std::array<DType, 3> others{DType::kQ8_0, DType::kQ4_0, DType::kF16};
    for (std::size_t which = 0; which < 4; ++which) {
        const std::string name = which == 3 ? "the normed token" : "product " + std::to_string(which);
        const double tolerance = which == 3 ? 2e-5 : 3 * fastTolerance(DType::kQ4_K, 512);
        cases.push_back({"decode: norm and products, " + name, projectCase(mixed, 512, false, which), tolerance});
        cases.push_back({"decode: norm and products of other types, with biases, " + name, projectCase(others, 1280, true, which),
                         which == 3 ? 2e-5 : 3 * fastTolerance(DType::kQ4_K, 1280)});
    }
    for (const DType type : {DType::kF16, DType::kF32, DType::kQ8_0})
        for (const bool inTurn : {true, false}) {
            HeadsShape shape;
            shape.cache = type;
            shape.inTurn = inTurn;
            cases.push_back({"decode: heads, cache " + std::string(dtypeName(type)) + (inTurn ? "" : ", norms first"),
                             headsCase(shape, false),
                             type == DType::kQ8_0  ? 3e-2
                             : type == DType::kF16 ? 2e-3
                                                   : 3e-5});
        }
    cases.push_back({"decode: heads, their queries", headsCase({}, true)});
    const HeadsShape wide{DType::kF16, 8, 1, 128, 128, RopePairing::kNeox, true, false};
    cases.push_back({"decode: heads over 150 keys", headsCase(wide, false, 150), 2e-3});
    cases.push_back({"decode: heads over 150 keys, their queries", headsCase(wide, true, 150)});
    cases.push_back(
        {"decode: heads, neighbours turned in part", headsCase({DType::kF32, 4, 2, 96, 64, RopePairing::kNorm, true, true}, false), 3e-5});
    cases.push_back({"decode: heads without norms", headsCase({DType::kF32, 4, 1, 128, 32, RopePairing::kNeox, false, true}, false), 3e-5});
    for (int which = 0; which < 3; ++which) {
        const std::string name = which == 0 ? "weights" : which == 1 ? "margins" : "the normed token";
        cases.push_back({"decode: routing, " + name, routingCase(128, 2048, 8, which), 2e-4});
        cases.push_back({"decode: routing, few experts, " + name, routingCase(7, 260, 2, which), 2e-5});
    }
    constexpr double kStepTolerance = 0.3; // of values up to some tens, after layers of rounded activations
    cases.push_back({"decode: two steps", stepsCase(2, 1, 1), kStepTolerance});
    cases.push_back({"decode: 20 steps, a wait each", stepsCase(20, 1, 1), kStepTolerance});
    cases.push_back({"decode: 4 steps of 8 layers, a wait each", stepsCase(4, 8, 1), 3 * kStepTolerance});
    cases.push_back({"decode: 4 steps of 8 layers, a wait every second", stepsCase(4, 8, 2), 3 * kStepTolerance});
    return cases;
}

} // namespace conclave::tests
