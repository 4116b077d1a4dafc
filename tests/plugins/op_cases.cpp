#include "op_cases.h"

#include "kernels/core/quantise.h"

#include <array>
#include <cmath>

namespace conclave::tests
{

using namespace kernels;

OpCase matmulCase(DType type, MatmulShape shape, Activation activation, bool bias, bool accumulate)
{
    return [=](Side &side, Tensor &out) {
        Random random(1);
        MatmulArgs args;
        args.weight = side.weights(type, shape.rows, shape.width, random.weights(type, shape.rows, shape.width));
        args.in = side.activations({shape.tokens, shape.width}, random.floats(shape.tokens * shape.width));
        args.out = out = side.activations({shape.tokens, shape.rows}, random.floats(shape.tokens * shape.rows));
        if (bias)
            args.bias = side.vector(random.floats(shape.rows));
        args.activation = activation;
        args.accumulate = accumulate;
        args.precision = Precision::kFloat;
        return side.queue().matmul(args);
    };
}

OpCase fastMatmulCase(DType type, MatmulShape shape)
{
    return [=](Side &side, Tensor &out) {
        side.align();
        Random random(21);
        MatmulArgs args;
        args.weight = side.weights(type, shape.rows, shape.width, random.weights(type, shape.rows, shape.width));
        args.in = side.activations({shape.tokens, shape.width}, random.floats(shape.tokens * shape.width));
        args.bias = side.vector(random.floats(shape.rows));
        args.out = out = side.activations({shape.tokens, shape.rows}, random.floats(shape.tokens * shape.rows));
        args.accumulate = true;
        return side.queue().matmul(args);
    };
}

/// Products that read the same tokens, one of them onto those tokens, and one that reads what became of them.
static OpCase sharedInputCase(std::int64_t tokens)
{
    return [=](Side &side, Tensor &out) {
        side.align();
        Random random(22);
        const auto weights = [&](DType type) { return side.weights(type, 256, 256, random.weights(type, 256, 256)); };
        const auto values = [&] { return side.activations({tokens, 256}, random.floats(tokens * 256)); };
        const Tensor x = values(), y = values(), z = values();
        const Tensor first = weights(DType::kQ4_K), second = weights(DType::kQ8_0), small = weights(DType::kF32);
        out = values();
        const Status steps[] = {
            side.queue().matmul({first, x, {}, y, Activation::kSigmoid}),    side.queue().matmul({second, x, {}, z, Activation::kSigmoid}),
            side.queue().matmul({small, y, {}, x, Activation::kSigmoid}),    side.queue().matmul({first, x, {}, y, Activation::kSigmoid}),
            side.queue().matmul({second, y, {}, out, Activation::kSigmoid}), side.queue().add({z, out})};
        for (const Status &step : steps)
            if (!step.ok())
                return step;
        return Status::success();
    };
}

/// Weights of a row that become 2^16 times as large, at another place in each third row, and tokens that ask for one size of them or for
/// all: halves hold no such row against one scale. Nothing cancels, so that each sum tells.
static OpCase growingWeightsCase(std::int64_t rows, std::int64_t tokens)
{
    return [=](Side &side, Tensor &out) {
        side.align();
        constexpr std::array kSizes{0.0F, 0.015625F, 4.0F, 1024.0F, 4096.0F, 1.0F};
        constexpr std::int64_t kGroups = kSizes.size(), kWidth = kGroups * 32;
        Random random(23);
        std::vector<float> weights = random.floats(rows * kWidth, 0.5F, 1.0F), x = random.floats(tokens * kWidth, 32.0F, 64.0F);
        for (std::int64_t i = 0; i < rows * kWidth; ++i)
            weights[static_cast<std::size_t>(i)] *= kSizes[static_cast<std::size_t>((i / 32 + i / kWidth % 3) % kGroups)];
        for (std::int64_t i = 0; i < tokens * kWidth; ++i) {
            const std::int64_t token = i / kWidth, wanted = token % (kGroups + 1);
            if (wanted < kGroups && i % kWidth / 32 != wanted)
                x[static_cast<std::size_t>(i)] = 0;
        }
        Bytes stored(static_cast<std::size_t>(rows) * rowBytes(DType::kQ8_0, kWidth));
        if (!quantiseRow(DType::kQ8_0, weights, stored))
            return Status::unsupported("quantiseRow");
        MatmulArgs args;
        args.weight = side.weights(DType::kQ8_0, rows, kWidth, stored);
        args.in = side.activations({tokens, kWidth}, x);
        args.out = out = side.activations({tokens, rows}, random.floats(tokens * rows));
        return side.queue().matmul(args);
    };
}

double fastTolerance(DType type, std::int64_t width)
{
    // In 8 bits a value's step is 1/127 at most, as a half 1/2048; its error, evenly spread over a step, is 0.3 of it by standard
    // deviation. Weights are about 0.6: seven times what is expected.
    return (isQuantised(type) ? 0.01 : 6e-4) * std::sqrt(static_cast<double>(width));
}

namespace
{

OpCase embedCase(DType type, std::int64_t width, std::vector<std::int32_t> ids)
{
    return [=](Side &side, Tensor &out) {
        Random random(2);
        EmbedRowsArgs args;
        args.table = side.weights(type, 50, width, random.weights(type, 50, width));
        args.ids = ids;
        const auto tokens = static_cast<std::int64_t>(ids.size());
        args.out = out = side.activations({tokens, width}, random.floats(tokens * width));
        return side.queue().embedRows(args);
    };
}

OpCase rmsNormCase(std::int64_t rows, std::int64_t width, float magnitude, bool inPlace)
{
    return [=](Side &side, Tensor &out) {
        Random random(3);
        RmsNormArgs args;
        args.in = side.activations({rows, width}, random.floats(rows * width, -magnitude, magnitude));
        args.weight = side.vector(random.floats(width));
        args.out = out = inPlace ? args.in : side.activations({rows, width}, random.floats(rows * width));
        return side.queue().rmsNorm(args);
    };
}

OpCase perHeadNormCase()
{
    return [](Side &side, Tensor &out) {
        Random random(4);
        RmsNormArgs args;
        args.in = side.activations({3, 5, 33}, random.floats(3 * 5 * 33));
        args.weight = side.vector(random.floats(33));
        args.out = out = side.activations({3, 5, 33}, random.floats(3 * 5 * 33));
        return side.queue().rmsNorm(args);
    };
}

OpCase ropeCase(RopePairing pairing, int dims, std::int64_t headWidth, bool factors)
{
    return [=](Side &side, Tensor &out) {
        Random random(5);
        const std::int32_t positions[] = {0, 7, 131071};
        const std::vector<float> divisors = random.floats(dims / 2, 1.0F, 8.0F);
        RopeArgs args;
        args.inout = out = side.activations({3, 5, headWidth}, random.floats(3 * 5 * headWidth));
        args.positions = positions;
        args.pairing = pairing;
        args.dims = dims;
        if (factors)
            args.factors = divisors;
        return side.queue().rope(args);
    };
}

OpCase addCase(std::int64_t inRows, std::int64_t rows, std::int64_t width)
{
    return [=](Side &side, Tensor &out) {
        Random random(6);
        AddArgs args;
        args.in = side.activations({inRows, width}, random.floats(inRows * width));
        args.out = out = side.activations({rows, width}, random.floats(rows * width));
        return side.queue().add(args);
    };
}

OpCase gatedCase(Activation activation, std::int64_t rows, std::int64_t width, float magnitude, bool inPlace)
{
    return [=](Side &side, Tensor &out) {
        Random random(7);
        GatedActivationArgs args;
        args.gate = side.activations({rows, width}, random.floats(rows * width, -magnitude, magnitude));
        args.up = side.activations({rows, width}, random.floats(rows * width));
        args.out = out = inPlace ? args.gate : side.activations({rows, width}, random.floats(rows * width));
        args.activation = activation;
        return side.queue().gatedActivation(args);
    };
}

OpCase groupedMatmulCase(DType type, std::int64_t groups, std::int64_t rows, std::int64_t width, std::int64_t tokens)
{
    return [=](Side &side, Tensor &out) {
        Random random(14);
        GroupedMatmulArgs args;
        args.weight = side.weights(type, groups * rows, width, random.weights(type, groups * rows, width)).reshaped({groups, rows, width});
        args.in = side.activations({tokens, groups, width}, random.floats(tokens * groups * width));
        args.out = out = side.activations({tokens, groups, rows}, random.floats(tokens * groups * rows));
        args.precision = Precision::kFloat;
        return side.queue().groupedMatmul(args);
    };
}

/// [2, 3, 5] columns of the first three of four heads: rows that are not evenly spaced. `out` is all of what `other` is part of.
OpCase unevenCase(const std::function<Status(Side &, const Tensor &in, const Tensor &other)> &run)
{
    return [=](Side &side, Tensor &out) {
        Random random(15);
        const auto part = [&](const Tensor &whole, std::int64_t column) {
            Tensor view = whole.columns(column, 5);
            view.shape[1] = 3;
            return view;
        };
        const Tensor in = side.activations({2, 4, 9}, random.floats(2 * 4 * 9));
        out = side.activations({2, 4, 9}, random.floats(2 * 4 * 9));
        return run(side, part(in, 1), part(out, 4));
    };
}

OpCase headGateCase(std::int64_t tokens, std::int64_t heads, std::int64_t width)
{
    return [=](Side &side, Tensor &out) {
        Random random(8);
        HeadGateArgs args;
        args.gate = side.activations({tokens, heads}, random.floats(tokens * heads, -50.0F, 50.0F));
        args.inout = out = side.activations({tokens, heads, width}, random.floats(tokens * heads * width));
        return side.queue().headGate(args);
    };
}

void addWeightCases(std::vector<NamedCase> &cases, DType type)
{
    const std::string name = dtypeName(type);
    const auto block = static_cast<std::int64_t>(blockLayout(type).elements);
    const std::vector<MatmulShape> shapes = block == 1 ? std::vector<MatmulShape>{{1, 1, 1}, {3, 5, 2}, {37, 70, 9}, {5, 1057, 17}}
                                                       : std::vector<MatmulShape>{{1, block, 1}, {7, 3 * block, 9}, {33, 9 * block, 17}};
    for (const MatmulShape &shape : shapes)
        cases.push_back({"matmul " + name + " " + std::to_string(shape.rows) + "x" + std::to_string(shape.width) + ", " +
                             std::to_string(shape.tokens) + " tokens",
                         matmulCase(type, shape, Activation::kNone, false, false)});
    cases.push_back(
        {"matmul " + name + " with bias, GELU, accumulated", matmulCase(type, {19, 2 * block, 3}, Activation::kGeluTanh, true, true)});
    for (const MatmulShape &shape : {MatmulShape{37, 512, 1}, MatmulShape{9, 1280, 3}, MatmulShape{131, 768, 9}, MatmulShape{3, 256, 150}})
        cases.push_back({"fast matmul " + name + " " + std::to_string(shape.rows) + "x" + std::to_string(shape.width) + ", " +
                             std::to_string(shape.tokens) + " tokens",
                         fastMatmulCase(type, shape), fastTolerance(type, shape.width)});
    // Rows lie at odd multiples of two bytes as well: the block sizes 18, 34 and 210 see to that.
    cases.push_back({"embedRows " + name, embedCase(type, block == 1 ? 77 : 3 * block, {49, 0, 7, 7, 31}), 0.0});
    cases.push_back({"embedRows " + name + ", no token", embedCase(type, block, {}), 0.0});
}

} // namespace

std::vector<NamedCase> allCases()
{
    std::vector<NamedCase> cases;
    for (const DType type : kWeightTypes)
        addWeightCases(cases, type);
    cases.push_back(
        {"matmul, more rows than one grid dimension holds", matmulCase(DType::kQ8_0, {70001, 32, 1}, Activation::kNone, false, false)});
    for (const std::int64_t tokens : {1, 20})
        cases.push_back({"fast matmuls of the same " + std::to_string(tokens) + " tokens", sharedInputCase(tokens), 0.1});
    cases.push_back({"fast matmul, weights that grow along a row", growingWeightsCase(70, 40), 0.01});
    cases.push_back({"fast matmul F32 128x2048, 70 tokens", fastMatmulCase(DType::kF32, {128, 2048, 70}), 3e-4});
    cases.push_back({"fast matmul F32 70x36, 130 tokens", fastMatmulCase(DType::kF32, {70, 36, 130}), 3e-5});
    cases.push_back({"matmul with SiLU", matmulCase(DType::kF16, {9, 40, 2}, Activation::kSilu, true, false)});
    cases.push_back({"matmul with sigmoid", matmulCase(DType::kF16, {9, 40, 2}, Activation::kSigmoid, false, true)});
    cases.push_back({"matmul of nothing: only the bias", matmulCase(DType::kF32, {6, 0, 2}, Activation::kNone, true, false)});
    cases.push_back({"matmul, no token", matmulCase(DType::kF32, {6, 8, 0}, Activation::kNone, true, false)});
    cases.push_back({"rmsNorm of one value", rmsNormCase(1, 1, 1.0F, false)});
    cases.push_back({"rmsNorm 5x1000", rmsNormCase(5, 1000, 1.0F, false)});
    cases.push_back({"rmsNorm in place, large values", rmsNormCase(3, 257, 1e15F, true)});
    cases.push_back({"rmsNorm of values below epsilon", rmsNormCase(3, 64, 1e-6F, false)});
    cases.push_back({"rmsNorm, more rows than one grid dimension holds", rmsNormCase(40000, 8, 1.0F, false)});
    cases.push_back({"rmsNorm of heads", perHeadNormCase()});
    for (const bool neox : {false, true}) {
        const RopePairing pairing = neox ? RopePairing::kNeox : RopePairing::kNorm;
        const std::string name = neox ? "rope, halves" : "rope, neighbours";
        cases.push_back({name, ropeCase(pairing, 64, 64, false)});
        cases.push_back({name + ", part of the head, with factors", ropeCase(pairing, 6, 33, true)});
    }
    cases.push_back({"rope of no dimension", ropeCase(RopePairing::kNeox, 0, 8, false)});
    cases.push_back({"add 1x1", addCase(1, 1, 1), 0.0});
    cases.push_back({"add 7x333", addCase(7, 7, 333), 0.0});
    cases.push_back({"add of repeated rows", addCase(3, 12, 65), 0.0});
    cases.push_back({"add of more than one grid dimension holds", addCase(1, 9000, 1001), 0.0});
    for (const Activation activation : {Activation::kNone, Activation::kSilu, Activation::kGeluTanh, Activation::kSigmoid})
        cases.push_back({"gatedActivation " + std::to_string(static_cast<int>(activation)), gatedCase(activation, 3, 301, 8.0F, false)});
    cases.push_back({"gatedActivation in place, extreme values", gatedCase(Activation::kSilu, 2, 99, 1e4F, true)});
    cases.push_back({"gatedActivation GELU, extreme values", gatedCase(Activation::kGeluTanh, 2, 99, 1e4F, false)});
    cases.push_back({"headGate 1x1x1", headGateCase(1, 1, 1)});
    cases.push_back({"headGate 5x3x33", headGateCase(5, 3, 33)});
    for (const DType type : kMoreWeightTypes) {
        const auto block = static_cast<std::int64_t>(blockLayout(type).elements);
        const std::string name = dtypeName(type);
        cases.push_back({"matmul " + name, matmulCase(type, {7, 3 * block, 2}, Activation::kNone, false, false), 2e-5, true});
    }
    cases.push_back({"groupedMatmul F16", groupedMatmulCase(DType::kF16, 3, 5, 48, 7)});
    cases.push_back({"groupedMatmul Q8_0", groupedMatmulCase(DType::kQ8_0, 2, 33, 64, 20)});
    cases.push_back({"rmsNorm without weight", [](Side &side, Tensor &out) {
                         RmsNormArgs args;
                         args.in = side.activations({4, 77}, Random(12).floats(4 * 77));
                         args.out = out = side.activations({4, 77}, Random(13).floats(4 * 77));
                         return side.queue().rmsNorm(args);
                     }});
    cases.push_back({"rmsNorm of some columns", unevenCase([](Side &side, const Tensor &in, const Tensor &other) {
                         return side.queue().rmsNorm({in, {}, other});
                     })});
    cases.push_back({"copy of some columns", unevenCase([](Side &side, const Tensor &in, const Tensor &other) {
                         return side.queue().copy({in, other});
                     }),
                     0.0});
    cases.push_back({"scale of some columns", unevenCase([](Side &side, const Tensor &, const Tensor &other) {
                         return side.queue().scale({other, -0.7F});
                     })});
    cases.push_back({"gatedActivation of some columns, with a limit", unevenCase([](Side &side, const Tensor &in, const Tensor &other) {
                         return side.queue().gatedActivation({in, other, other, Activation::kGptOss, 0.5F});
                     })});
    for (const std::vector<NamedCase> &others : {blockCases(), decodeCases(), moreCases()})
        cases.insert(cases.end(), others.begin(), others.end());
    return cases;
}

Status queueBlock(Side &side, int times, Tensor &out)
{
    Random random(9);
    const Tensor x = out = side.activations({3, 64}, random.floats(3 * 64));
    const Tensor scale = side.vector(random.floats(64));
    const Tensor up = side.weights(DType::kQ8_0, 96, 64, random.weights(DType::kQ8_0, 96, 64));
    const Tensor down = side.weights(DType::kQ4_0, 64, 96, random.weights(DType::kQ4_0, 64, 96));
    const Tensor table = side.weights(DType::kF16, 8, 64, random.weights(DType::kF16, 8, 64));
    const Tensor normed = side.activations({3, 64}, random.floats(3 * 64));
    const Tensor hidden = side.activations({3, 96}, random.floats(3 * 96));
    const Tensor gate = side.activations({3, 96}, random.floats(3 * 96));
    for (int i = 0; i < times; ++i) {
        const std::int32_t ids[] = {i % 8, (i + 3) % 8, (i * 5) % 8}; // gone once the op is queued
        const Status steps[] = {
            side.queue().embedRows({table, ids, normed}),
            side.queue().add({normed, x}),
            side.queue().rmsNorm({x, scale, normed}),
            side.queue().matmul({up, normed, {}, gate, Activation::kSilu, false, Precision::kFloat}),
            side.queue().matmul({up, normed, {}, hidden, Activation::kNone, false, Precision::kFloat}),
            side.queue().gatedActivation({gate, hidden, hidden, Activation::kSigmoid}),
            side.queue().matmul({down, hidden, {}, x, Activation::kSigmoid, true, Precision::kFloat}),
        };
        for (const Status &step : steps)
            if (!step.ok())
                return step;
    }
    return Status::success();
}

} // namespace conclave::tests
