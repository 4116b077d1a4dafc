#include "kernels/core/validate.h"
#include "kernels/reference/reference_math.h"
#include "kernels/reference/reference_queue.h"

namespace conclave::kernels
{

namespace
{

/// One column's softmax over `gates`, weighing `values`.
double pooled(const Values &gates, const Values &values)
{
    const double largest = *std::max_element(gates.begin(), gates.end());
    double sum = 0;
    double weighted = 0;
    for (std::size_t i = 0; i < gates.size(); ++i) {
        sum += std::exp(gates[i] - largest);
        weighted += std::exp(gates[i] - largest) * values[i];
    }
    return weighted / sum;
}

/// Block `block`, all of whose positions are in the state.
Values poolBlock(const PoolBlocksArgs &args, std::int64_t block)
{
    const std::int64_t kept = args.state.shape[1];
    const std::int64_t width = args.out.shape[1];
    const std::int64_t begin = args.ratio * block;
    std::vector<Values> values; // of the columns that count, position by position
    std::vector<Values> gates;
    for (std::int64_t p = std::max<std::int64_t>(0, args.overlap ? begin - args.ratio : begin); p < begin + args.ratio; ++p) {
        const std::int64_t from = args.overlap && p >= begin ? width : 0;
        values.push_back(readRow(args.state.at(0).columns(from, width), p % kept));
        gates.push_back(readRow(args.state.at(1).columns(from, width), p % kept));
    }
    Values out;
    for (std::size_t column = 0; column < static_cast<std::size_t>(width); ++column) {
        const auto columnOf = [column](const std::vector<Values> &rows) {
            Values picked;
            for (const Values &row : rows)
                picked.push_back(row[column]);
            return picked;
        };
        out.push_back(pooled(columnOf(gates), columnOf(values)));
    }
    return out;
}

Values normalised(Values x, double epsilon)
{
    const double length = std::sqrt(dot(x, x) + epsilon);
    for (double &value : x)
        value /= length;
    return x;
}

double softplus(double x)
{
    return std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x)));
}

} // namespace

Status ReferenceQueue::poolBlocks(const PoolBlocksArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t kept = args.state.shape[1];
    std::int64_t finished = 0;
    for (std::int64_t t = 0; t < args.values.shape[0]; ++t) {
        const std::int64_t position = args.first + t;
        Values gates = readRow(args.gates, t);
        const Values bias = readRow(args.bias, position % args.ratio);
        for (std::size_t i = 0; i < gates.size(); ++i)
            gates[i] += bias[i];
        writeRow(args.state.at(0), position % kept, readRow(args.values, t));
        writeRow(args.state.at(1), position % kept, gates);
        if ((position + 1) % args.ratio == 0)
            writeRow(args.out, finished++, poolBlock(args, position / args.ratio));
    }
    return Status::success();
}

Status ReferenceQueue::chooseRows(const ChooseRowsArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const auto most = static_cast<std::size_t>(args.chosen.shape[1]);
    for (std::int64_t t = 0; t < args.query.shape[0]; ++t) {
        const std::int64_t visible = (args.first + t + 1) / args.ratio;
        const Values weights = readRow(args.weights, t);
        Values scores;
        for (std::int64_t b = 0; b < visible; ++b) {
            const Values key = readRow(args.keys, b);
            double score = 0;
            for (std::size_t h = 0; h < weights.size(); ++h)
                score += weights[h] * std::max(0.0, dot(readRow(args.query.at(t), static_cast<std::int64_t>(h)), key));
            scores.push_back(score);
        }
        std::vector<std::int32_t> order(scores.size());
        std::iota(order.begin(), order.end(), 0);
        const std::size_t kept = std::min(order.size(), most);
        std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(),
                          [&scores](std::int32_t a, std::int32_t b) {
                              return scores[static_cast<std::size_t>(a)] > scores[static_cast<std::size_t>(b)];
                          });
        order.resize(kept);
        std::sort(order.begin(), order.end());
        order.resize(most, -1);
        std::copy(order.begin(), order.end(), HostRows<std::int32_t>(args.chosen)[t]);
    }
    return Status::success();
}

Status ReferenceQueue::causalConv(const CausalConvArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t before = args.state.shape[0];
    std::vector<Values> inputs;
    for (std::int64_t k = 0; k < before; ++k)
        inputs.push_back(readRow(args.state, k));
    for (std::int64_t t = 0; t < args.in.shape[0]; ++t)
        inputs.push_back(readRow(args.in, t));
    for (std::int64_t t = 0; t < args.in.shape[0]; ++t) {
        Values out;
        for (std::int64_t c = 0; c < args.in.shape[1]; ++c) {
            const Values weight = readRow(args.weight, c);
            double sum = 0;
            for (std::size_t k = 0; k < weight.size(); ++k)
                sum += weight[k] * inputs[static_cast<std::size_t>(t) + k][static_cast<std::size_t>(c)];
            out.push_back(activate(args.activation, sum));
        }
        writeRow(args.out, t, out);
    }
    for (std::int64_t k = 0; k < before; ++k)
        writeRow(args.state, k, inputs[inputs.size() - static_cast<std::size_t>(before - k)]);
    return Status::success();
}

Status ReferenceQueue::gatedDeltaRule(const GatedDeltaRuleArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t heads = args.value.shape[1];
    const std::int64_t width = args.value.shape[2];
    const auto epsilon = static_cast<double>(args.epsilon);
    const Values rate = readRow(args.rate, 0);
    const Values bias = readRow(args.bias, 0);
    for (std::int64_t head = 0; head < heads; ++head) {
        const auto j = static_cast<std::size_t>(head);
        const std::int64_t keyHead = head % args.key.shape[1];
        std::vector<Values> state;
        for (std::int64_t row = 0; row < width; ++row)
            state.push_back(readRow(args.state.at(head), row));
        for (std::int64_t t = 0; t < args.value.shape[0]; ++t) {
            const Values key = normalised(readRow(args.key.at(t), keyHead), epsilon);
            const Values query = normalised(readRow(args.query.at(t), keyHead), epsilon);
            const Values value = readRow(args.value.at(t), head);
            const double keep = std::exp(rate[j] * softplus(readRow(args.alpha, t)[j] + bias[j]));
            const double beta = sigmoid(readRow(args.beta, t)[j]);
            Values out;
            for (std::size_t row = 0; row < value.size(); ++row) {
                for (double &m : state[row])
                    m *= keep;
                const double error = beta * (value[row] - dot(state[row], key));
                for (std::size_t i = 0; i < key.size(); ++i)
                    state[row][i] += error * key[i];
                out.push_back(dot(state[row], query) / std::sqrt(static_cast<double>(width)));
            }
            writeRow(args.out.at(t), head, out);
        }
        for (std::int64_t row = 0; row < width; ++row)
            writeRow(args.state.at(head), row, state[static_cast<std::size_t>(row)]);
    }
    return Status::success();
}

} // namespace conclave::kernels
