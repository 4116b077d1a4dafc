#include "tests/kernels/op_cases.h"

namespace conclave::kernels::test
{

namespace
{

Floats zeros(std::int64_t count)
{
    return Floats(static_cast<std::size_t>(count), 0.0F);
}

Tensor floats(Rig &rig, Shape shape)
{
    std::int64_t count = 1;
    for (const std::int64_t axis : shape)
        count *= axis;
    return rig.floats(shape, zeros(count));
}

MatmulArgs goodMatmul(Rig &rig)
{
    MatmulArgs args;
    args.weight = floats(rig, {4, 8});
    args.in = floats(rig, {2, 8});
    args.out = floats(rig, {2, 4});
    return args;
}

RopeArgs goodRope(Rig &rig, const std::vector<std::int32_t> &positions)
{
    RopeArgs args;
    args.inout = floats(rig, {2, 3, 8});
    args.positions = positions;
    args.dims = 8;
    return args;
}

AttentionArgs goodAttention(Rig &rig)
{
    AttentionArgs args;
    args.query = floats(rig, {2, 4, 8});
    args.cache.keys = floats(rig, {16, 2, 8});
    args.cache.values = floats(rig, {16, 2, 8});
    args.out = floats(rig, {2, 4, 8});
    return args;
}

RouterArgs goodRouter(Rig &rig)
{
    RouterArgs args;
    args.logits = floats(rig, {2, 4});
    args.kMin = 1;
    args.kMax = 2;
    args.kWide = 2;
    args.experts = rig.ints({2, 2}, {0, 0, 0, 0});
    args.weights = floats(rig, {2, 2});
    args.margins = floats(rig, {2});
    return args;
}

MoeFeedForwardArgs goodMoe(Rig &rig, const std::vector<std::int32_t> &experts)
{
    MoeFeedForwardArgs args;
    args.in = floats(rig, {2, 8});
    args.gate = floats(rig, {3, 4, 8});
    args.up = floats(rig, {3, 4, 8});
    args.down = floats(rig, {3, 8, 4});
    args.experts = rig.ints({2, 1}, experts);
    args.weights = floats(rig, {2, 1});
    args.out = floats(rig, {2, 8});
    return args;
}

} // namespace

std::vector<InvalidCase> invalidCases()
{
    std::vector<InvalidCase> cases;
    const auto add = [&cases](const char *name, std::function<Status(Rig &)> program) { cases.push_back({name, std::move(program)}); };

    for (const std::int32_t id : {-1, 5, 1 << 30})
        add(id < 0    ? "embedRows refuses a negative id"
            : id == 5 ? "embedRows refuses the id after the last"
                      : "embedRows refuses a far id",
            [id](Rig &rig) {
                const std::vector<std::int32_t> ids = {0, id};
                return rig.queue().embedRows({floats(rig, {5, 4}), ids, floats(rig, {2, 4})});
            });
    add("embedRows refuses fewer rows than ids", [](Rig &rig) {
        const std::vector<std::int32_t> ids = {0, 1};
        return rig.queue().embedRows({floats(rig, {5, 4}), ids, floats(rig, {1, 4})});
    });

    const auto matmul = [&add](const char *name, std::function<void(Rig &, MatmulArgs &)> change) {
        add(name, [change](Rig &rig) {
            MatmulArgs args = goodMatmul(rig);
            change(rig, args);
            return rig.queue().matmul(args);
        });
    };
    matmul("matmul refuses rows of another length", [](Rig &rig, MatmulArgs &args) { args.in = floats(rig, {2, 9}); });
    matmul("matmul refuses an output of another width", [](Rig &rig, MatmulArgs &args) { args.out = floats(rig, {2, 5}); });
    matmul("matmul refuses another number of tokens", [](Rig &rig, MatmulArgs &args) { args.out = floats(rig, {3, 4}); });
    matmul("matmul refuses a short bias", [](Rig &rig, MatmulArgs &args) { args.bias = floats(rig, {3}); });
    matmul("matmul refuses no weight at all", [](Rig &, MatmulArgs &args) { args.weight = Tensor(); });
    matmul("matmul refuses integer weights", [](Rig &, MatmulArgs &args) { args.weight.dtype = DType::kI32; });
    matmul("matmul refuses a type it does not know", [](Rig &, MatmulArgs &args) { args.weight.dtype = static_cast<DType>(77); });
    matmul("matmul refuses rows that are no whole blocks", [](Rig &, MatmulArgs &args) { args.weight.dtype = DType::kQ8_0; });
    matmul("matmul refuses a weight beyond its buffer", [](Rig &, MatmulArgs &args) { args.weight.offset = 4; });
    matmul("matmul refuses an offset beyond its buffer", [](Rig &, MatmulArgs &args) { args.weight.offset = std::size_t{1} << 62; });
    matmul("matmul refuses a stride beyond its buffer", [](Rig &, MatmulArgs &args) { args.in.strideBytes[0] = 1 << 20; });
    matmul("matmul refuses a negative stride", [](Rig &, MatmulArgs &args) { args.in.strideBytes[0] = -32; });
    matmul("matmul refuses an odd address", [](Rig &, MatmulArgs &args) {
        args.in.offset = 2;
        args.in.shape[0] = args.out.shape[0] = 1;
    });
    matmul("matmul refuses a negative shape", [](Rig &, MatmulArgs &args) { args.in.shape[0] = args.out.shape[0] = -1; });
    matmul("matmul refuses output rows on top of one another", [](Rig &, MatmulArgs &args) { args.out.strideBytes[0] = 4; });

    add("rmsNorm refuses a weight of another length", [](Rig &rig) {
        return rig.queue().rmsNorm({floats(rig, {2, 4}), floats(rig, {5}), floats(rig, {2, 4}), 1e-6F});
    });
    add("rmsNorm refuses an output of another shape", [](Rig &rig) {
        return rig.queue().rmsNorm({floats(rig, {2, 4}), floats(rig, {4}), floats(rig, {3, 4}), 1e-6F});
    });

    const auto rope = [&add](const char *name, std::vector<std::int32_t> positions, std::function<void(RopeArgs &)> change) {
        add(name, [=](Rig &rig) {
            RopeArgs args = goodRope(rig, positions);
            change(args);
            return rig.queue().rope(args);
        });
    };
    rope("rope refuses fewer positions than tokens", {1}, [](RopeArgs &) {});
    rope("rope refuses odd dims", {1, 2}, [](RopeArgs &args) { args.dims = 7; });
    rope("rope refuses more dims than the head has", {1, 2}, [](RopeArgs &args) { args.dims = 10; });
    rope("rope refuses negative dims", {1, 2}, [](RopeArgs &args) { args.dims = -2; });
    rope("rope refuses too few factors", {1, 2}, [](RopeArgs &args) {
        static constexpr float kOne = 1.0F;
        args.factors = {&kOne, 1};
    });

    const auto store = [&add](const char *name, std::int64_t first, std::vector<std::int32_t> pages, int pageTokens) {
        add(name, [=](Rig &rig) {
            KvStoreArgs args;
            args.keys = floats(rig, {3, 2, 8});
            args.values = floats(rig, {3, 2, 8});
            args.cache.keys = floats(rig, {16, 2, 8});
            args.cache.values = floats(rig, {16, 2, 8});
            args.cache.pages = pages;
            args.cache.pageTokens = pageTokens;
            args.first = first;
            return rig.queue().kvStore(args);
        });
    };
    store("kvStore refuses a negative position", -1, {}, 0);
    store("kvStore refuses a position beyond the last slot", 14, {}, 0);
    store("kvStore refuses a position beyond the last page", 6, {0, 1}, 4);
    store("kvStore refuses a page outside the cache", 6, {0, 1, 4}, 4);
    store("kvStore refuses a negative page", 6, {0, 1, -1}, 4);
    store("kvStore refuses pages without a size", 0, {0, 1}, 0);
    add("kvStore refuses another head width", [](Rig &rig) {
        return rig.queue().kvStore(
            {floats(rig, {1, 2, 4}), floats(rig, {1, 2, 4}), {floats(rig, {8, 2, 8}), floats(rig, {8, 2, 8}), {}, 0}, 0});
    });

    const auto attention = [&add](const char *name, std::function<void(Rig &, AttentionArgs &)> change) {
        add(name, [change](Rig &rig) {
            AttentionArgs args = goodAttention(rig);
            change(rig, args);
            return rig.queue().attention(args);
        });
    };
    attention("attention refuses heads that are no multiple of the KV heads", [](Rig &rig, AttentionArgs &args) {
        args.query = floats(rig, {2, 3, 8});
        args.out = floats(rig, {2, 3, 8});
    });
    attention("attention refuses another head width", [](Rig &rig, AttentionArgs &args) {
        args.query = floats(rig, {2, 4, 6});
        args.out = floats(rig, {2, 4, 6});
    });
    attention("attention refuses positions beyond the cache", [](Rig &, AttentionArgs &args) { args.first = 15; });
    attention("attention refuses more keys than the cache has", [](Rig &, AttentionArgs &args) {
        args.causal = false;
        args.length = 17;
    });
    attention("attention refuses to see no key", [](Rig &, AttentionArgs &args) { args.causal = false; });
    attention("attention refuses a page outside the cache", [](Rig &, AttentionArgs &args) {
        static constexpr std::int32_t kPages[] = {9};
        args.cache.pages = kPages;
        args.cache.pageTokens = 8;
    });
    attention("attention refuses a quantised cache", [](Rig &, AttentionArgs &args) { args.cache.keys.dtype = DType::kBF16; });

    const auto router = [&add](const char *name, std::function<void(Rig &, RouterArgs &)> change) {
        add(name, [change](Rig &rig) {
            RouterArgs args = goodRouter(rig);
            change(rig, args);
            return rig.queue().router(args);
        });
    };
    router("router refuses to choose none", [](Rig &, RouterArgs &args) { args.kMin = 0; });
    router("router refuses kMax below kMin", [](Rig &, RouterArgs &args) { args.kMin = 3; });
    router("router refuses more experts than there are", [](Rig &rig, RouterArgs &args) {
        args.kMax = 5;
        args.experts = rig.ints({2, 5}, std::vector<std::int32_t>(10, 0));
        args.weights = floats(rig, {2, 5});
    });
    router("router refuses too little room for kWide", [](Rig &, RouterArgs &args) { args.kWide = 3; });
    router("router refuses a short load bias", [](Rig &rig, RouterArgs &args) { args.loadBias = floats(rig, {3}); });
    router("router refuses experts that are no integers", [](Rig &rig, RouterArgs &args) { args.experts = floats(rig, {2, 2}); });

    add("moeFeedForward refuses an expert after the last", [](Rig &rig) { return rig.queue().moeFeedForward(goodMoe(rig, {0, 3})); });
    add("moeFeedForward refuses a down projection of another shape", [](Rig &rig) {
        MoeFeedForwardArgs args = goodMoe(rig, {0, 1});
        args.down = floats(rig, {3, 4, 8});
        return rig.queue().moeFeedForward(args);
    });
    add("moeFeedForward refuses fewer experts in up than in gate", [](Rig &rig) {
        MoeFeedForwardArgs args = goodMoe(rig, {0, 1});
        args.up = floats(rig, {2, 4, 8});
        return rig.queue().moeFeedForward(args);
    });
    add("moeFeedForward refuses weights of another shape", [](Rig &rig) {
        MoeFeedForwardArgs args = goodMoe(rig, {0, 1});
        args.weights = floats(rig, {2, 2});
        return rig.queue().moeFeedForward(args);
    });

    add("gatedActivation refuses rows of different lengths", [](Rig &rig) {
        return rig.queue().gatedActivation({floats(rig, {2, 4}), floats(rig, {2, 5}), floats(rig, {2, 4}), Activation::kSilu});
    });
    add("add refuses rows that do not repeat evenly", [](Rig &rig) { return rig.queue().add({floats(rig, {2, 4}), floats(rig, {3, 4})}); });
    add("add refuses rows of different lengths", [](Rig &rig) { return rig.queue().add({floats(rig, {2, 4}), floats(rig, {2, 5})}); });
    add("add refuses to repeat nothing", [](Rig &rig) { return rig.queue().add({floats(rig, {0, 4}), floats(rig, {2, 4})}); });
    add("headGate refuses another number of heads", [](Rig &rig) {
        return rig.queue().headGate({floats(rig, {2, 3}), floats(rig, {2, 4, 8})});
    });
    add("conv3x3 refuses an output of the wrong size", [](Rig &rig) {
        return rig.queue().conv3x3(
            {floats(rig, {5, 5, 2}), floats(rig, {3, 2, 3, 3}), floats(rig, {3}), floats(rig, {2, 3, 3}), 2, Activation::kNone});
    });
    add("conv3x3 refuses another number of channels", [](Rig &rig) {
        return rig.queue().conv3x3(
            {floats(rig, {5, 5, 2}), floats(rig, {3, 4, 3, 3}), floats(rig, {3}), floats(rig, {3, 3, 3}), 2, Activation::kNone});
    });
    add("conv3x3 refuses stride 0", [](Rig &rig) {
        return rig.queue().conv3x3(
            {floats(rig, {5, 5, 2}), floats(rig, {3, 2, 3, 3}), floats(rig, {3}), floats(rig, {5, 5, 3}), 0, Activation::kNone});
    });
    add("depthwiseConv3x3 refuses another number of channels", [](Rig &rig) {
        return rig.queue().depthwiseConv3x3(
            {floats(rig, {4, 4, 2}), floats(rig, {3, 3, 3}), floats(rig, {2}), floats(rig, {4, 4, 2}), false});
    });
    add("mergePatches refuses odd sides", [](Rig &rig) {
        return rig.queue().mergePatches({floats(rig, {3, 4, 2}), floats(rig, {1, 2, 8})});
    });
    add("matmul refuses an activation of gated ops", [](Rig &rig) {
        MatmulArgs args = goodMatmul(rig);
        args.activation = Activation::kGptOss;
        return rig.queue().matmul(args);
    });
    add("groupedMatmul refuses another number of groups", [](Rig &rig) {
        return rig.queue().groupedMatmul({floats(rig, {3, 4, 8}), floats(rig, {2, 2, 8}), floats(rig, {2, 2, 4}), Precision::kFloat});
    });
    add("layerNorm refuses a bias of another length", [](Rig &rig) {
        return rig.queue().layerNorm({floats(rig, {2, 8}), floats(rig, {8}), floats(rig, {7}), floats(rig, {2, 8}), 1e-6F});
    });
    add("copy refuses another shape", [](Rig &rig) { return rig.queue().copy({floats(rig, {2, 8}), floats(rig, {2, 7})}); });
    add("rope refuses streams without positions", [](Rig &rig) {
        const std::vector<std::int32_t> positions = {0, 1};
        const std::vector<std::uint8_t> streams = {0, 1, 0, 0};
        RopeArgs args = goodRope(rig, positions);
        args.streams = streams;
        return rig.queue().rope(args);
    });
    add("attention refuses a window without causality", [](Rig &rig) {
        AttentionArgs args = goodAttention(rig);
        args.causal = false;
        args.length = 1;
        args.window = 3;
        return rig.queue().attention(args);
    });
    add("attention refuses sinks of another number of heads", [](Rig &rig) {
        AttentionArgs args = goodAttention(rig);
        args.sinks = floats(rig, {args.query.shape[1] + 1});
        return rig.queue().attention(args);
    });
    add("attention refuses too few compressed rows", [](Rig &rig) {
        AttentionArgs args = goodAttention(rig);
        args.first = 3;
        args.compressed.ratio = 1;
        args.compressed.cache.keys = floats(rig, {1, args.cache.keys.shape[1], args.query.shape[2]});
        args.compressed.cache.values = args.compressed.cache.keys;
        return rig.queue().attention(args);
    });
    constexpr const char *kRouterFaults[] = {
        "router refuses groups that do not divide the experts", "router refuses groups that hold too few experts",
        "router refuses a token outside of the table", "router refuses an expert of the table that does not exist",
        "router refuses an adaptive number of fixed experts"};
    for (const int which : {0, 1, 2, 3, 4})
        add(kRouterFaults[which], [which](Rig &rig) {
            RouterArgs args;
            args.logits = floats(rig, {1, 8});
            args.kMin = args.kMax = args.kWide = 3;
            if (which == 4)
                args.kMin = 1;
            args.experts = rig.ints({1, 3}, {0, 0, 0});
            args.weights = floats(rig, {1, 3});
            args.margins = floats(rig, {1});
            const std::vector<std::int32_t> tokens = {which == 2 ? 2 : 1};
            if (which < 2)
                args.groups = which == 0 ? ExpertGroups{3, 2} : ExpertGroups{4, 1};
            else {
                args.fixedExperts = rig.ints({2, 3}, {0, 1, 2, 3, 4, which == 3 ? 8 : 5});
                args.tokens = tokens;
            }
            return rig.queue().router(args);
        });
    return cases;
}

} // namespace conclave::kernels::test
