#include "kernels/reference/reference_queue.h"

#include "kernels/core/half.h"
#include "kernels/core/host_memory.h"
#include "kernels/core/quantise.h"
#include "kernels/core/validate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace conclave::kernels
{

namespace
{

using Values = std::vector<double>;

/// Row `row` of `tensor` in float64.
Values readRow(const Tensor &tensor, std::int64_t row)
{
    const auto length = static_cast<std::size_t>(tensor.rowLength());
    std::vector<float> values(length);
    const std::byte *from = HostRows<const std::byte>(tensor)[row];
    dequantiseRow(tensor.dtype, {from, rowBytes(tensor.dtype, length)}, values);
    return {values.begin(), values.end()};
}

void writeRow(const Tensor &tensor, std::int64_t row, const Values &values)
{
    float *to = HostRows<float>(tensor)[row];
    for (std::size_t i = 0; i < values.size(); ++i)
        to[i] = static_cast<float>(values[i]);
}

double sigmoid(double x)
{
    return 1.0 / (1.0 + std::exp(-x));
}

double activate(Activation activation, double x)
{
    switch (activation) {
    case Activation::kSilu:
        return x * sigmoid(x);
    case Activation::kGeluTanh:
        return 0.5 * x * (1.0 + std::tanh(std::sqrt(2.0 / 3.14159265358979323846) * (x + 0.044715 * x * x * x)));
    case Activation::kSigmoid:
        return sigmoid(x);
    case Activation::kGptOss:
        return x * sigmoid(1.702 * x);
    case Activation::kNone:
        break;
    }
    return x;
}

double dot(const Values &a, const Values &b)
{
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

std::int64_t slotOf(const KvView &cache, std::int64_t position)
{
    if (cache.pages.empty())
        return position;
    return cache.pages[static_cast<std::size_t>(position / cache.pageTokens)] * std::int64_t{cache.pageTokens} +
           position % cache.pageTokens;
}

/// softmax(scale q K^T) V over positions 0 .. visible - 1 of KV head `head`.
Values attend(const KvView &cache, std::int64_t head, const Values &query, std::int64_t visible, double scale)
{
    const std::int64_t heads = cache.keys.shape[1];
    Values scores;
    for (std::int64_t p = 0; p < visible; ++p)
        scores.push_back(scale * dot(query, readRow(cache.keys, slotOf(cache, p) * heads + head)));
    const double largest = *std::max_element(scores.begin(), scores.end());
    double sum = 0;
    Values out(query.size(), 0.0);
    for (std::int64_t p = 0; p < visible; ++p) {
        const double share = std::exp(scores[static_cast<std::size_t>(p)] - largest);
        const Values value = readRow(cache.values, slotOf(cache, p) * heads + head);
        sum += share;
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] += share * value[i];
    }
    for (double &x : out)
        x /= sum;
    return out;
}

/// Scores as the model defines them: float32 (ties are ties of float32 scores).
std::vector<float> gatingScores(GatingScore score, const Values &logits)
{
    std::vector<float> scores;
    const double largest = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (const double x : logits)
        sum += std::exp(x - largest);
    for (const double x : logits)
        scores.push_back(static_cast<float>(score == GatingScore::kSigmoid ? sigmoid(x) : std::exp(x - largest) / sum));
    return scores;
}

struct Routing
{
    std::vector<int> order; ///< experts by selection score, descending
    std::vector<float> scores;
    std::vector<float> selection;
    int k = 0;
};

Routing routeToken(const RouterArgs &args, const Values &logits, const Values &bias)
{
    Routing routing;
    routing.scores = gatingScores(args.score, logits);
    routing.selection = routing.scores;
    for (std::size_t e = 0; e < bias.size(); ++e)
        routing.selection[e] += static_cast<float>(bias[e]);
    routing.order.resize(logits.size());
    std::iota(routing.order.begin(), routing.order.end(), 0);
    const auto &selection = routing.selection;
    std::stable_sort(routing.order.begin(), routing.order.end(), [&selection](int a, int b) {
        return selection[static_cast<std::size_t>(a)] > selection[static_cast<std::size_t>(b)];
    });

    const auto score = [&routing](int rank) {
        return static_cast<double>(routing.scores[static_cast<std::size_t>(routing.order[static_cast<std::size_t>(rank)])]);
    };
    double total = 0;
    for (int j = 0; j < args.kMax; ++j)
        total += score(j);
    double cumulated = 0;
    routing.k = args.kMax;
    for (int j = 0; j < args.kMax; ++j) {
        cumulated += score(j);
        if (j + 1 >= args.kMin && cumulated / total >= args.tau) {
            routing.k = j + 1;
            break;
        }
    }
    const double confidence = total > 0 ? score(0) / total : 0.0;
    if (confidence < args.calibration)
        routing.k = args.kWide;
    return routing;
}

} // namespace

Status ReferenceQueue::embedRows(const EmbedRowsArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    for (std::size_t t = 0; t < args.ids.size(); ++t)
        writeRow(args.out, static_cast<std::int64_t>(t), readRow(args.table, args.ids[t]));
    return Status::success();
}

Status ReferenceQueue::matmul(const MatmulArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t rows = args.weight.shape[0];
    const Values bias = args.bias.empty() ? Values(static_cast<std::size_t>(rows), 0.0) : readRow(args.bias, 0);
    std::vector<Values> weight;
    for (std::int64_t n = 0; n < rows; ++n)
        weight.push_back(readRow(args.weight, n));
    for (std::int64_t t = 0; t < args.in.shape[0]; ++t) {
        const Values in = readRow(args.in, t);
        Values out = readRow(args.out, t);
        for (std::size_t n = 0; n < out.size(); ++n) {
            const double y = activate(args.activation, dot(weight[n], in) + bias[n]);
            out[n] = args.accumulate ? out[n] + y : y;
        }
        writeRow(args.out, t, out);
    }
    return Status::success();
}

Status ReferenceQueue::rmsNorm(const RmsNormArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const Values weight = readRow(args.weight, 0);
    for (std::int64_t row = 0; row < args.in.rows(); ++row) {
        Values x = readRow(args.in, row);
        const double root = std::sqrt(dot(x, x) / static_cast<double>(x.size()) + static_cast<double>(args.epsilon));
        for (std::size_t i = 0; i < x.size(); ++i)
            x[i] = weight[i] * x[i] / root;
        writeRow(args.out, row, x);
    }
    return Status::success();
}

Status ReferenceQueue::rope(const RopeArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t heads = args.inout.shape[1];
    const auto half = static_cast<std::size_t>(args.dims / 2);
    for (std::int64_t row = 0; row < args.inout.rows(); ++row) {
        Values x = readRow(args.inout, row);
        const double position = args.positions[static_cast<std::size_t>(row / heads)];
        for (std::size_t i = 0; i < half; ++i) {
            const double factor = args.factors.empty() ? 1.0 : static_cast<double>(args.factors[i]);
            const double angle = position * std::pow(static_cast<double>(args.base), -2.0 * static_cast<double>(i) / args.dims) / factor;
            const std::size_t a = args.pairing == RopePairing::kNeox ? i : 2 * i;
            const std::size_t b = args.pairing == RopePairing::kNeox ? i + half : 2 * i + 1;
            const double first = x[a];
            const double second = x[b];
            x[a] = first * std::cos(angle) - second * std::sin(angle);
            x[b] = first * std::sin(angle) + second * std::cos(angle);
        }
        writeRow(args.inout, row, x);
    }
    return Status::success();
}

Status ReferenceQueue::kvStore(const KvStoreArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t heads = args.keys.shape[1];
    const auto width = static_cast<std::size_t>(args.keys.shape[2]);
    for (std::int64_t row = 0; row < args.keys.rows(); ++row) {
        const std::int64_t to = slotOf(args.cache, args.first + row / heads) * heads + row % heads;
        const auto store = [&](const Tensor &cache, const Tensor &from) {
            const float *values = HostRows<const float>(from)[row];
            quantiseRow(cache.dtype, {values, width}, {HostRows<std::byte>(cache)[to], rowBytes(cache.dtype, width)});
        };
        store(args.cache.keys, args.keys);
        store(args.cache.values, args.values);
    }
    return Status::success();
}

Status ReferenceQueue::attention(const AttentionArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t heads = args.query.shape[1];
    const std::int64_t group = heads / args.cache.keys.shape[1];
    for (std::int64_t row = 0; row < args.query.rows(); ++row) {
        const std::int64_t visible = args.causal ? args.first + row / heads + 1 : args.length;
        writeRow(args.out, row,
                 attend(args.cache, row % heads / group, readRow(args.query, row), visible, static_cast<double>(args.scale)));
    }
    return Status::success();
}

Status ReferenceQueue::router(const RouterArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const Values bias = args.loadBias.empty() ? Values() : readRow(args.loadBias, 0);
    const int most = std::max(args.kMax, args.kWide);
    for (std::int64_t t = 0; t < args.logits.shape[0]; ++t) {
        const Routing routing = routeToken(args, readRow(args.logits, t), bias);
        const auto chosen = [&routing](int j) { return static_cast<std::size_t>(routing.order[static_cast<std::size_t>(j)]); };
        std::int32_t *experts = HostRows<std::int32_t>(args.experts)[t];
        Values weights(static_cast<std::size_t>(most), 0.0);
        std::fill_n(experts, most, -1);
        double sum = 0;
        for (int j = 0; j < routing.k; ++j)
            sum += static_cast<double>(routing.scores[chosen(j)]);
        for (int j = 0; j < routing.k; ++j) {
            const auto score = static_cast<double>(routing.scores[chosen(j)]);
            experts[j] = static_cast<std::int32_t>(chosen(j));
            weights[static_cast<std::size_t>(j)] = !args.normalise ? score : sum > 0 ? score / sum : 0.0;
        }
        writeRow(args.weights, t, weights);
        const bool rejectsOne = routing.k < static_cast<int>(routing.order.size());
        reinterpret_cast<float *>(hostAddress(args.margins))[t] =
            rejectsOne ? routing.selection[chosen(routing.k - 1)] - routing.selection[chosen(routing.k)]
                       : std::numeric_limits<float>::infinity();
    }
    return Status::success();
}

Status ReferenceQueue::moeFeedForward(const MoeFeedForwardArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t hiddenWidth = args.gate.shape[1];
    const std::int64_t width = args.in.shape[1];
    for (std::int64_t t = 0; t < args.in.shape[0]; ++t) {
        const Values in = readRow(args.in, t);
        const Values weights = readRow(args.weights, t);
        Values out = readRow(args.out, t);
        for (std::size_t j = 0; j < weights.size(); ++j) {
            const std::int64_t expert = HostRows<const std::int32_t>(args.experts)[t][j];
            if (expert >= args.gate.shape[0])
                return Status::invalid("moeFeedForward: no such expert");
            if (expert < 0)
                continue;
            Values hidden;
            for (std::int64_t f = 0; f < hiddenWidth; ++f) {
                const std::int64_t row = expert * hiddenWidth + f;
                hidden.push_back(activate(args.activation, dot(readRow(args.gate, row), in)) * dot(readRow(args.up, row), in));
            }
            for (std::int64_t i = 0; i < width; ++i)
                out[static_cast<std::size_t>(i)] += weights[j] * dot(readRow(args.down, expert * width + i), hidden);
        }
        writeRow(args.out, t, out);
    }
    return Status::success();
}

Status ReferenceQueue::gatedActivation(const GatedActivationArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    for (std::int64_t t = 0; t < args.gate.shape[0]; ++t) {
        Values out = readRow(args.gate, t);
        const Values up = readRow(args.up, t);
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = activate(args.activation, out[i]) * up[i];
        writeRow(args.out, t, out);
    }
    return Status::success();
}

Status ReferenceQueue::add(const AddArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    for (std::int64_t t = 0; t < args.out.shape[0]; ++t) {
        const Values in = readRow(args.in, t % args.in.shape[0]);
        Values out = readRow(args.out, t);
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] += in[i];
        writeRow(args.out, t, out);
    }
    return Status::success();
}

Status ReferenceQueue::headGate(const HeadGateArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t heads = args.inout.shape[1];
    for (std::int64_t row = 0; row < args.inout.rows(); ++row) {
        const double gate = sigmoid(readRow(args.gate, row / heads)[static_cast<std::size_t>(row % heads)]);
        Values x = readRow(args.inout, row);
        for (double &value : x)
            value *= gate;
        writeRow(args.inout, row, x);
    }
    return Status::success();
}

Status ReferenceQueue::conv3x3(const Conv3x3Args &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t height = args.in.shape[0];
    const std::int64_t width = args.in.shape[1];
    const std::int64_t channels = args.in.shape[2];
    const Values bias = readRow(args.bias, 0);
    for (std::int64_t row = 0; row < args.out.rows(); ++row) {
        const std::int64_t top = row / args.out.shape[1] * args.stride - 1;
        const std::int64_t left = row % args.out.shape[1] * args.stride - 1;
        Values out = bias;
        for (std::int64_t dy = 0; dy < 3; ++dy)
            for (std::int64_t dx = 0; dx < 3; ++dx) {
                const std::int64_t y = top + dy;
                const std::int64_t x = left + dx;
                if (y < 0 || y >= height || x < 0 || x >= width)
                    continue;
                const Values in = readRow(args.in, y * width + x);
                for (std::size_t o = 0; o < out.size(); ++o)
                    for (std::int64_t c = 0; c < channels; ++c) {
                        const std::int64_t kernelRow = (static_cast<std::int64_t>(o) * channels + c) * 3 + dy;
                        out[o] += readRow(args.weight, kernelRow)[static_cast<std::size_t>(dx)] * in[static_cast<std::size_t>(c)];
                    }
            }
        for (double &value : out)
            value = activate(args.activation, value);
        writeRow(args.out, row, out);
    }
    return Status::success();
}

Status ReferenceQueue::depthwiseConv3x3(const DepthwiseConv3x3Args &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t height = args.in.shape[0];
    const std::int64_t width = args.in.shape[1];
    const Values bias = readRow(args.bias, 0);
    for (std::int64_t row = 0; row < args.in.rows(); ++row) {
        Values out = bias;
        for (std::int64_t dy = -1; dy <= 1; ++dy)
            for (std::int64_t dx = -1; dx <= 1; ++dx) {
                const std::int64_t y = row / width + dy;
                const std::int64_t x = row % width + dx;
                if (y < 0 || y >= height || x < 0 || x >= width)
                    continue;
                const Values in = readRow(args.in, y * width + x);
                for (std::size_t c = 0; c < out.size(); ++c)
                    out[c] += readRow(args.weight, static_cast<std::int64_t>(c) * 3 + dy + 1)[static_cast<std::size_t>(dx + 1)] * in[c];
            }
        if (args.residual) {
            const Values in = readRow(args.in, row);
            for (std::size_t c = 0; c < out.size(); ++c)
                out[c] += in[c];
        }
        writeRow(args.out, row, out);
    }
    return Status::success();
}

Status ReferenceQueue::mergePatches(const MergePatchesArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t width = args.in.shape[1];
    for (std::int64_t row = 0; row < args.out.rows(); ++row) {
        const std::int64_t y = row / args.out.shape[1] * 2;
        const std::int64_t x = row % args.out.shape[1] * 2;
        Values out;
        for (const std::int64_t from : {y * width + x, y * width + x + 1, (y + 1) * width + x, (y + 1) * width + x + 1}) {
            const Values patch = readRow(args.in, from);
            out.insert(out.end(), patch.begin(), patch.end());
        }
        writeRow(args.out, row, out);
    }
    return Status::success();
}

} // namespace conclave::kernels
