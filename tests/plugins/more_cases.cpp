#include "op_cases.h"

/// The ops that some families and the eyes of models need. Devices may leave them out.
namespace conclave::tests
{

using namespace kernels;

namespace
{

OpCase layerNormCase(std::int64_t rows, std::int64_t width, float mean)
{
    return [=](Side &side, Tensor &out) {
        Random random(41);
        LayerNormArgs args;
        args.in = side.activations({rows, width}, random.floats(rows * width, mean - 1.0F, mean + 1.0F));
        args.weight = side.vector(random.floats(width));
        args.bias = side.vector(random.floats(width));
        args.out = out = side.activations({rows, width}, random.floats(rows * width));
        return side.queue().layerNorm(args);
    };
}

OpCase convCase(DType type, std::int64_t height, std::int64_t width, int stride)
{
    return [=](Side &side, Tensor &out) {
        constexpr std::int64_t kIn = 5, kOut = 7;
        Random random(42);
        Conv3x3Args args;
        args.in = side.activations({height, width, kIn}, random.floats(height * width * kIn));
        args.weight = side.weights(type, kOut * kIn * 3, 3, random.weights(type, kOut * kIn * 3, 3)).reshaped({kOut, kIn, 3, 3});
        args.bias = side.vector(random.floats(kOut));
        const std::int64_t outHeight = (height + stride - 1) / stride;
        const std::int64_t outWidth = (width + stride - 1) / stride;
        args.out = out = side.activations({outHeight, outWidth, kOut}, random.floats(outHeight * outWidth * kOut));
        args.stride = stride;
        args.activation = Activation::kGeluTanh;
        return side.queue().conv3x3(args);
    };
}

OpCase depthwiseCase(bool residual)
{
    return [=](Side &side, Tensor &out) {
        Random random(43);
        DepthwiseConv3x3Args args;
        args.in = side.activations({7, 10, 33}, random.floats(7 * 10 * 33));
        args.weight = side.vector(random.floats(33 * 9)).reshaped({33, 3, 3});
        args.bias = side.vector(random.floats(33));
        args.out = out = side.activations({7, 10, 33}, random.floats(7 * 10 * 33));
        args.residual = residual;
        return side.queue().depthwiseConv3x3(args);
    };
}

OpCase mergeCase()
{
    return [](Side &side, Tensor &out) {
        Random random(44);
        const Tensor in = side.activations({6, 4, 5}, random.floats(6 * 4 * 5));
        out = side.activations({3, 2, 20}, random.floats(3 * 2 * 20));
        return side.queue().mergePatches({in, out});
    };
}

/// Two goes: the second reads the state that the first left. `state`: that state, instead of what the second wrote.
OpCase causalConvCase(std::int64_t tokens, bool state)
{
    return [=](Side &side, Tensor &out) {
        constexpr std::int64_t kChannels = 37, kTaps = 4;
        Random random(45);
        const Tensor kept = side.zeros(DType::kF32, {kTaps - 1, kChannels});
        CausalConvArgs args;
        args.weight = side.activations({kChannels, kTaps}, random.floats(kChannels * kTaps));
        args.state = kept;
        args.activation = Activation::kSilu;
        for (int go = 0; go < 2; ++go) {
            args.in = side.activations({tokens, kChannels}, random.floats(tokens * kChannels));
            args.out = out = side.activations({tokens, kChannels}, random.floats(tokens * kChannels));
            if (const Status status = side.queue().causalConv(args); !status.ok())
                return status;
        }
        if (!state)
            return Status::success();
        out = side.activations({kTaps - 1, kChannels}, random.floats((kTaps - 1) * kChannels));
        return side.queue().copy({kept, out});
    };
}

OpCase deltaRuleCase(std::int64_t tokens, std::int64_t width, bool state)
{
    return [=](Side &side, Tensor &out) {
        constexpr std::int64_t kKeyHeads = 2, kHeads = 4;
        Random random(46);
        const auto heads = [&](std::int64_t count) {
            return side.activations({tokens, count, width}, random.floats(tokens * count * width));
        };
        GatedDeltaRuleArgs args;
        args.query = heads(kKeyHeads);
        args.key = heads(kKeyHeads);
        args.value = heads(kHeads);
        args.alpha = side.activations({tokens, kHeads}, random.floats(tokens * kHeads, -2.0F, 2.0F));
        args.beta = side.activations({tokens, kHeads}, random.floats(tokens * kHeads, -2.0F, 2.0F));
        args.rate = side.vector(random.floats(kHeads, -1.0F, 0.0F));
        args.bias = side.vector(random.floats(kHeads));
        args.state = side.zeros(DType::kF32, {kHeads, width, width});
        args.out = out = heads(kHeads);
        for (int go = 0; go < 2; ++go)
            if (const Status status = side.queue().gatedDeltaRule(args); !status.ok())
                return status;
        if (!state)
            return Status::success();
        out = side.activations({kHeads, width, width}, random.floats(kHeads * width * width));
        return side.queue().copy({args.state, out});
    };
}

} // namespace

std::vector<NamedCase> moreCases()
{
    std::vector<NamedCase> cases;
    const auto add = [&](const std::string &name, const OpCase &run, double tolerance = 2e-5) {
        cases.push_back({name, run, tolerance, true});
    };
    add("layerNorm of one value", layerNormCase(2, 1, 0.0F));
    add("layerNorm 5x1000", layerNormCase(5, 1000, 0.0F));
    add("layerNorm far from 0", layerNormCase(3, 300, 100.0F), 2e-4);
    for (const DType type : {DType::kF32, DType::kF16})
        for (const int stride : {1, 2})
            add("conv3x3 " + std::string(dtypeName(type)) + ", stride " + std::to_string(stride), convCase(type, 9, 6, stride));
    add("conv3x3 of one pixel", convCase(DType::kF32, 1, 1, 1));
    add("depthwiseConv3x3", depthwiseCase(false));
    add("depthwiseConv3x3, residual", depthwiseCase(true));
    add("mergePatches", mergeCase(), 0.0);
    for (const bool state : {false, true}) {
        const std::string part = state ? ": state" : "";
        add("causalConv of 2 tokens" + part, causalConvCase(2, state));
        add("causalConv of 9 tokens" + part, causalConvCase(9, state));
        add("gatedDeltaRule" + part, deltaRuleCase(5, 64, state));
        add("gatedDeltaRule, one token, wide" + part, deltaRuleCase(1, 96, state));
    }
    return cases;
}

} // namespace conclave::tests
