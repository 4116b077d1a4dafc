#include "tests/kernels/op_cases.h"

/// Ops that carry something along a sequence, or between streams.
namespace conclave::kernels::test
{

namespace
{

using Pieces = std::vector<std::int64_t>; ///< tokens of one call after another

std::string piecesName(const Pieces &pieces)
{
    std::string name;
    for (const std::int64_t piece : pieces)
        name += (name.empty() ? "" : " + ") + number(piece);
    return name + " tokens";
}

OpCase gatherCase(std::int64_t tokens, std::int64_t streams, std::int64_t width, int iterations, float spread)
{
    OpCase result;
    const bool mixes = iterations > 0;
    result.name = "gatherStreams, " + number(tokens) + " tokens, " + number(streams) + " streams of " + number(width) +
                  (mixes ? ", " + number(iterations) + " iterations" : ", the model's end") + (spread > 4 ? ", sharp logits" : "");
    result.program = [=](Rig &rig) {
        Numbers numbers(61);
        const std::int64_t values = mixes ? streams * (streams + 2) : streams;
        GatherStreamsArgs args;
        args.streams = rig.floats({tokens, streams, width}, numbers.normal(tokens * streams * width));
        args.projection = rig.floats({tokens, values}, numbers.normal(tokens * values, spread));
        args.base = rig.floats({values}, numbers.normal(values));
        args.scale = mixes ? rig.floats({3}, {0.5F, 1.5F, 1.0F}) : rig.floats({1}, {0.7F});
        args.out = rig.output({tokens, width});
        if (mixes) {
            args.post = rig.output({tokens, streams});
            args.mix = rig.output({tokens, streams, streams});
            args.iterations = iterations;
        }
        rig.note(rig.queue().gatherStreams(args));
        Floats all = rig.read(args.out);
        return mixes ? append(append(all, rig.read(args.post)), rig.read(args.mix)) : all;
    };
    result.tolerance = within(1e-6F);
    return result;
}

OpCase spreadCase(std::int64_t tokens, std::int64_t streams, std::int64_t width)
{
    OpCase result;
    result.name = "spreadStreams, " + number(tokens) + " tokens, " + number(streams) + " streams of " + number(width);
    result.program = [=](Rig &rig) {
        Numbers numbers(62);
        SpreadStreamsArgs args;
        args.in = rig.floats({tokens, width}, numbers.normal(tokens * width));
        args.post = rig.floats({tokens, streams}, numbers.normal(tokens * streams));
        args.mix = rig.floats({tokens, streams, streams}, numbers.normal(tokens * streams * streams));
        args.streams = rig.floats({tokens, streams, width}, numbers.normal(tokens * streams * width));
        rig.note(rig.queue().spreadStreams(args));
        return rig.read(args.streams);
    };
    result.tolerance = within(1e-6F);
    return result;
}

OpCase poolCase(const Pieces &pieces, std::int64_t width, int ratio, bool overlap)
{
    OpCase result;
    result.name =
        "poolBlocks of " + number(ratio) + (overlap ? " with those before" : "") + ", width " + number(width) + ", " + piecesName(pieces);
    result.program = [=](Rig &rig) {
        Numbers numbers(63);
        const std::int64_t columns = width * (overlap ? 2 : 1);
        const std::int64_t kept = ratio * (overlap ? 2 : 1);
        PoolBlocksArgs args;
        args.ratio = ratio;
        args.overlap = overlap;
        args.bias = rig.floats({ratio, columns}, numbers.normal(ratio * columns));
        args.state = rig.floats({2, kept, columns}, Floats(static_cast<std::size_t>(2 * kept * columns), 0.0F));
        Floats all;
        for (const std::int64_t tokens : pieces) {
            const std::int64_t finished = (args.first + tokens) / ratio - args.first / ratio;
            args.values = rig.floats({tokens, columns}, numbers.normal(tokens * columns));
            args.gates = rig.floats({tokens, columns}, numbers.normal(tokens * columns, 3.0F));
            args.out = finished > 0 ? rig.output({finished, width}) : Tensor();
            rig.note(rig.queue().poolBlocks(args));
            if (finished > 0)
                all = append(all, rig.read(args.out));
            args.first += tokens;
        }
        return append(all, rig.read(args.state));
    };
    result.tolerance = within(2e-6F);
    return result;
}

struct ChoiceShape
{
    std::int64_t tokens, heads, width, first, most;
    int ratio;
    bool whole; ///< small integers, so that many scores are equal and each is exact
};

/// [tokens, rows] the scores of ChooseRowsArgs in float64, as shares of the largest sum of absolute products (what rounding is measured
/// by); as they are for small integers, whose sums are exact.
std::vector<double> scoreRows(const ChoiceShape &s, std::int64_t rows, const Floats &query, const Floats &weights, const Floats &keys)
{
    std::vector<double> scores;
    double largest = 0;
    for (std::int64_t t = 0; t < s.tokens; ++t) {
        for (std::int64_t row = 0; row < rows; ++row) {
            double score = 0;
            double size = 0;
            for (std::int64_t h = t * s.heads; h < (t + 1) * s.heads; ++h) {
                double dot = 0;
                double sizes = 0;
                for (std::int64_t i = 0; i < s.width; ++i) {
                    const double product = static_cast<double>(query[static_cast<std::size_t>(h * s.width + i)]) *
                                           static_cast<double>(keys[static_cast<std::size_t>(row * s.width + i)]);
                    dot += product;
                    sizes += std::fabs(product);
                }
                const auto weight = static_cast<double>(weights[static_cast<std::size_t>(h)]);
                score += weight * std::max(dot, 0.0);
                size += std::fabs(weight) * sizes;
            }
            scores.push_back(score);
            largest = std::max(largest, size);
        }
    }
    for (double &score : scores)
        score /= s.whole || largest == 0 ? 1.0 : largest;
    return scores;
}

/// What is chosen, as far as it is determined: how many rows, whether they are visible, ascending and ended by -1, and their scores
/// from the greatest to the least. Of rows with equal scores any may win, and rounding may let rows change places that differ by less.
Floats judgeChoice(const ChoiceShape &s, const Floats &chosen, const std::vector<double> &scores)
{
    Floats out;
    const auto rows = static_cast<std::int64_t>(scores.size()) / s.tokens;
    for (std::int64_t t = 0; t < s.tokens; ++t) {
        const std::int64_t visible = (s.first + t + 1) / s.ratio;
        const std::int64_t taken = std::min(visible, s.most);
        const float *const row = chosen.data() + t * s.most;
        bool fine = true;
        Floats own;
        for (std::int64_t i = 0; i < s.most; ++i) {
            const auto index = static_cast<std::int64_t>(row[i]);
            const bool expected = i < taken ? index >= 0 && index < visible && (i == 0 || row[i] > row[i - 1]) : index == -1;
            fine = fine && expected;
            own.push_back(i < taken && expected ? static_cast<float>(scores[static_cast<std::size_t>(t * rows + index)]) : 0.0F);
        }
        std::sort(own.begin(), own.begin() + taken, std::greater<>());
        out.push_back(fine ? 1.0F : 0.0F);
        out = append(out, own);
    }
    return out;
}

OpCase chooseCase(const ChoiceShape &s)
{
    OpCase result;
    result.name = "chooseRows, " + number(s.tokens) + " tokens at " + number(s.first) + ", " + number(s.heads) + " heads of " +
                  number(s.width) + ", " + number(s.most) + " rows of " + number(s.ratio) + " positions" +
                  (s.whole ? ", many equal scores" : "");
    result.program = [s](Rig &rig) {
        Numbers numbers(64);
        const auto some = [&](std::int64_t count) {
            if (!s.whole)
                return numbers.normal(count);
            Floats values;
            for (std::int64_t i = 0; i < count; ++i)
                values.push_back(static_cast<float>(numbers.below(5) - 2));
            return values;
        };
        const std::int64_t rows = (s.first + s.tokens) / s.ratio + 3; // more than are visible
        const Floats query = some(s.tokens * s.heads * s.width);
        const Floats weights = some(s.tokens * s.heads);
        const Floats keys = some(rows * s.width);
        ChooseRowsArgs args;
        args.query = rig.floats({s.tokens, s.heads, s.width}, query);
        args.weights = rig.floats({s.tokens, s.heads}, weights);
        args.keys = rig.floats({rows, s.width}, keys);
        args.chosen = rig.ints({s.tokens, s.most}, std::vector<std::int32_t>(static_cast<std::size_t>(s.tokens * s.most), 99));
        args.first = s.first;
        args.ratio = s.ratio;
        rig.note(rig.queue().chooseRows(args));
        return judgeChoice(s, rig.read(args.chosen), scoreRows(s, rows, query, weights, keys));
    };
    result.tolerance = [s](const Floats &reference) { return Floats(reference.size(), s.whole ? 0.0F : 1e-6F); };
    return result;
}

OpCase convCase(const Pieces &pieces, std::int64_t channels, std::int64_t taps, Activation activation)
{
    OpCase result;
    result.name = "causalConv of " + number(channels) + " channels, " + number(taps) + " taps, " + piecesName(pieces) +
                  (activation != Activation::kNone ? ", activated" : "");
    result.program = [=](Rig &rig) {
        Numbers numbers(65);
        CausalConvArgs args;
        args.weight = rig.floats({channels, taps}, numbers.normal(channels * taps));
        args.state = rig.floats({taps - 1, channels}, numbers.normal((taps - 1) * channels));
        args.activation = activation;
        Floats all;
        for (const std::int64_t tokens : pieces) {
            args.in = rig.floats({tokens, channels}, numbers.normal(tokens * channels));
            args.out = rig.output({tokens, channels});
            rig.note(rig.queue().causalConv(args));
            all = append(all, rig.read(args.out));
        }
        return append(all, rig.read(args.state));
    };
    result.tolerance = within(1e-6F);
    return result;
}

struct DeltaShape
{
    Pieces pieces;
    std::int64_t keyHeads, heads, width;
    float spread; ///< of the gates: a large one forgets at once or never
};

OpCase deltaCase(const DeltaShape &s)
{
    OpCase result;
    result.name = "gatedDeltaRule, " + number(s.heads) + " heads on " + number(s.keyHeads) + " of " + number(s.width) + ", " +
                  piecesName(s.pieces) + (s.spread > 2 ? ", sharp gates" : "");
    result.program = [s](Rig &rig) {
        Numbers numbers(66);
        GatedDeltaRuleArgs args;
        Floats rates = numbers.normal(s.heads);
        for (float &rate : rates)
            rate = -std::fabs(rate);
        args.rate = rig.floats({s.heads}, rates);
        args.bias = rig.floats({s.heads}, numbers.normal(s.heads, s.spread));
        args.state = rig.floats({s.heads, s.width, s.width}, numbers.normal(s.heads * s.width * s.width));
        Floats all;
        for (const std::int64_t tokens : s.pieces) {
            const std::int64_t rows = 2 * s.keyHeads + s.heads; // query, key and value are columns of one matrix
            const Tensor joined = rig.floats({tokens, rows, s.width}, numbers.normal(tokens * rows * s.width));
            const auto part = [&](std::int64_t from, std::int64_t count) {
                Tensor columns = joined;
                columns.shape[1] = count;
                columns.offset += static_cast<std::size_t>(from * s.width) * sizeof(float);
                return columns;
            };
            args.query = part(0, s.keyHeads);
            args.key = part(s.keyHeads, s.keyHeads);
            args.value = part(2 * s.keyHeads, s.heads);
            args.alpha = rig.floats({tokens, s.heads}, numbers.normal(tokens * s.heads, s.spread));
            args.beta = rig.floats({tokens, s.heads}, numbers.normal(tokens * s.heads, s.spread));
            args.out = rig.output({tokens, s.heads, s.width});
            rig.note(rig.queue().gatedDeltaRule(args));
            all = append(all, rig.read(args.out));
        }
        return append(all, rig.read(args.state));
    };
    result.tolerance = within(3e-6F);
    return result;
}

} // namespace

std::vector<OpCase> sequenceCases()
{
    std::vector<OpCase> cases;
    for (const int iterations : {0, 1, 20}) {
        cases.push_back(gatherCase(1, 4, 300, iterations, 1));
        cases.push_back(gatherCase(7, 4, 33, iterations, 20));
        cases.push_back(gatherCase(3, 1, 1, iterations, 1));
        cases.push_back(gatherCase(70, 5, 2000, iterations, 1));
        cases.push_back(gatherCase(2, 16, 64, iterations, 1));
    }
    cases.push_back(spreadCase(1, 4, 300));
    cases.push_back(spreadCase(3, 1, 1));
    cases.push_back(spreadCase(9, 16, 257));
    cases.push_back(spreadCase(70, 4, 1000));
    for (const bool overlap : {false, true}) {
        cases.push_back(poolCase({1, 1, 1, 1, 1, 1, 1, 1, 1}, 64, 4, overlap));
        cases.push_back(poolCase({3, 9, 1, 100}, 33, 4, overlap));
        cases.push_back(poolCase({70}, 1, 1, overlap));
        cases.push_back(poolCase({127, 1, 200, 80}, 130, 128, overlap));
        cases.push_back(poolCase({5, 2, 40}, 65, 7, overlap));
    }
    for (const bool whole : {false, true}) {
        cases.push_back(chooseCase({1, 4, 64, 0, 3, 4, whole}));    // nothing visible
        cases.push_back(chooseCase({9, 2, 33, 3, 3, 4, whole}));    // few visible, then a choice
        cases.push_back(chooseCase({1, 7, 32, 1200, 8, 4, whole})); // decoding
        cases.push_back(chooseCase({50, 3, 16, 900, 100, 2, whole}));
        cases.push_back(chooseCase({50, 8, 16, 900, 100, 2, whole}));
        cases.push_back(chooseCase({5, 1, 1, 500, 1, 1, whole}));
    }
    for (const Activation activation : {Activation::kNone, Activation::kSilu})
        for (const std::int64_t channels : {1, 33, 300})
            for (const std::int64_t taps : {2, 4})
                cases.push_back(convCase({1, 2, 1, 1, 5, 50}, channels, taps, activation));
    cases.push_back(deltaCase({{1, 1, 1}, 1, 1, 1, 1}));
    cases.push_back(deltaCase({{1, 6, 2}, 2, 4, 33, 1}));
    cases.push_back(deltaCase({{5, 1, 64, 1}, 2, 6, 32, 1}));
    cases.push_back(deltaCase({{40}, 1, 2, 128, 1}));
    cases.push_back(deltaCase({{40}, 3, 3, 70, 10}));
    return cases;
}

namespace
{

Tensor zeros(Rig &rig, Shape shape)
{
    std::int64_t count = 1;
    for (const std::int64_t axis : shape)
        count *= axis;
    return rig.floats(shape, Floats(static_cast<std::size_t>(count), 0.0F));
}

/// `change` makes one argument of a good call wrong.
template <typename Args>
InvalidCase wrong(const std::string &name, const std::function<Args(Rig &)> &good, Status (Queue::*op)(const Args &),
                  const std::function<void(Rig &, Args &)> &change)
{
    return {name, [=](Rig &rig) {
                Args args = good(rig);
                rig.note((rig.queue().*op)(args)); // else the case shows nothing
                change(rig, args);
                return (rig.queue().*op)(args);
            }};
}

GatherStreamsArgs goodGather(Rig &rig)
{
    GatherStreamsArgs args;
    args.streams = zeros(rig, {3, 2, 8});
    args.projection = zeros(rig, {3, 8});
    args.base = zeros(rig, {8});
    args.scale = zeros(rig, {3});
    args.post = zeros(rig, {3, 2});
    args.mix = zeros(rig, {3, 2, 2});
    args.out = zeros(rig, {3, 8});
    return args;
}

SpreadStreamsArgs goodSpread(Rig &rig)
{
    return {zeros(rig, {3, 8}), zeros(rig, {3, 2}), zeros(rig, {3, 2, 2}), zeros(rig, {3, 2, 8})};
}

PoolBlocksArgs goodPool(Rig &rig)
{
    PoolBlocksArgs args;
    args.values = zeros(rig, {3, 8});
    args.gates = zeros(rig, {3, 8});
    args.bias = zeros(rig, {4, 8});
    args.state = zeros(rig, {2, 8, 8});
    args.out = zeros(rig, {1, 4});
    args.first = 2;
    args.ratio = 4;
    args.overlap = true;
    return args;
}

ChooseRowsArgs goodChoice(Rig &rig)
{
    ChooseRowsArgs args;
    args.query = zeros(rig, {3, 2, 8});
    args.weights = zeros(rig, {3, 2});
    args.keys = zeros(rig, {4, 8});
    args.chosen = rig.ints({3, 2}, std::vector<std::int32_t>(6, 0));
    args.first = 10;
    args.ratio = 3;
    return args;
}

CausalConvArgs goodConv(Rig &rig)
{
    CausalConvArgs args;
    args.in = zeros(rig, {3, 8});
    args.weight = zeros(rig, {8, 4});
    args.state = zeros(rig, {3, 8});
    args.out = zeros(rig, {3, 8});
    return args;
}

GatedDeltaRuleArgs goodDelta(Rig &rig)
{
    GatedDeltaRuleArgs args;
    args.query = zeros(rig, {3, 2, 8});
    args.key = zeros(rig, {3, 2, 8});
    args.value = zeros(rig, {3, 4, 8});
    args.alpha = zeros(rig, {3, 4});
    args.beta = zeros(rig, {3, 4});
    args.rate = zeros(rig, {4});
    args.bias = zeros(rig, {4});
    args.state = zeros(rig, {4, 8, 8});
    args.out = zeros(rig, {3, 4, 8});
    return args;
}

} // namespace

std::vector<InvalidCase> invalidSequenceCases()
{
    std::vector<InvalidCase> cases;
    const auto gather = [&](const char *name, const std::function<void(Rig &, GatherStreamsArgs &)> &change) {
        cases.push_back(wrong<GatherStreamsArgs>(name, goodGather, &Queue::gatherStreams, change));
    };
    gather("gatherStreams: too short a projection", [](Rig &rig, auto &args) { args.projection = zeros(rig, {3, 7}); });
    gather("gatherStreams: post without mix", [](Rig &, auto &args) { args.mix = {}; });
    gather("gatherStreams: one scale for three parts", [](Rig &rig, auto &args) { args.scale = zeros(rig, {1}); });
    gather("gatherStreams: seventeen streams", [](Rig &rig, auto &args) { args.streams = zeros(rig, {3, 17, 8}); });
    gather("gatherStreams: no iteration", [](Rig &, auto &args) { args.iterations = 0; });
    const auto spread = [&](const char *name, const std::function<void(Rig &, SpreadStreamsArgs &)> &change) {
        cases.push_back(wrong<SpreadStreamsArgs>(name, goodSpread, &Queue::spreadStreams, change));
    };
    spread("spreadStreams: another width", [](Rig &rig, auto &args) { args.in = zeros(rig, {3, 7}); });
    spread("spreadStreams: mix of other streams", [](Rig &rig, auto &args) { args.mix = zeros(rig, {3, 2, 3}); });
    const auto pool = [&](const char *name, const std::function<void(Rig &, PoolBlocksArgs &)> &change) {
        cases.push_back(wrong<PoolBlocksArgs>(name, goodPool, &Queue::poolBlocks, change));
    };
    pool("poolBlocks: no row for the block that is finished", [](Rig &, auto &args) { args.out = {}; });
    pool("poolBlocks: too many rows", [](Rig &rig, auto &args) { args.out = zeros(rig, {2, 4}); });
    pool("poolBlocks: a state for half of the positions", [](Rig &rig, auto &args) { args.state = zeros(rig, {2, 4, 8}); });
    pool("poolBlocks: ratio 0", [](Rig &, auto &args) { args.ratio = 0; });
    pool("poolBlocks: before the beginning", [](Rig &, auto &args) { args.first = -1; });
    const auto choice = [&](const char *name, const std::function<void(Rig &, ChooseRowsArgs &)> &change) {
        cases.push_back(wrong<ChooseRowsArgs>(name, goodChoice, &Queue::chooseRows, change));
    };
    choice("chooseRows: fewer rows than are visible", [](Rig &, auto &args) { args.first = 12; });
    choice("chooseRows: floats for indices", [](Rig &rig, auto &args) { args.chosen = zeros(rig, {3, 2}); });
    choice("chooseRows: keys of another width", [](Rig &rig, auto &args) { args.keys = zeros(rig, {4, 7}); });
    choice("chooseRows: ratio 0", [](Rig &, auto &args) { args.ratio = 0; });
    const auto conv = [&](const char *name, const std::function<void(Rig &, CausalConvArgs &)> &change) {
        cases.push_back(wrong<CausalConvArgs>(name, goodConv, &Queue::causalConv, change));
    };
    conv("causalConv: a state of other taps", [](Rig &rig, auto &args) { args.state = zeros(rig, {4, 8}); });
    conv("causalConv: weights of other channels", [](Rig &rig, auto &args) { args.weight = zeros(rig, {7, 4}); });
    conv("causalConv: an activation of gated ops", [](Rig &, auto &args) { args.activation = Activation::kGptOss; });
    const auto delta = [&](const char *name, const std::function<void(Rig &, GatedDeltaRuleArgs &)> &change) {
        cases.push_back(wrong<GatedDeltaRuleArgs>(name, goodDelta, &Queue::gatedDeltaRule, change));
    };
    delta("gatedDeltaRule: heads that key heads do not divide", [](Rig &rig, auto &args) {
        args.key = args.query = zeros(rig, {3, 3, 8});
    });
    delta("gatedDeltaRule: a state of another width", [](Rig &rig, auto &args) { args.state = zeros(rig, {4, 8, 7}); });
    delta("gatedDeltaRule: gates of other tokens", [](Rig &rig, auto &args) { args.beta = zeros(rig, {2, 4}); });
    return cases;
}

} // namespace conclave::kernels::test
