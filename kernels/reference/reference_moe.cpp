#include "kernels/core/validate.h"
#include "kernels/reference/reference_math.h"
#include "kernels/reference/reference_queue.h"

#include <algorithm>
#include <limits>

namespace conclave::kernels
{

namespace
{

constexpr float kLeftOut = -std::numeric_limits<float>::infinity();

/// Scores as the model defines them: float32 (ties are ties of float32 scores).
std::vector<float> gatingScores(GatingScore score, const Values &logits)
{
    std::vector<float> scores;
    const double largest = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (const double x : logits)
        sum += std::exp(x - largest);
    for (const double x : logits) {
        if (score == GatingScore::kSigmoid)
            scores.push_back(static_cast<float>(sigmoid(x)));
        else if (score == GatingScore::kSoftmax)
            scores.push_back(static_cast<float>(std::exp(x - largest) / sum));
        else if (score == GatingScore::kSqrtSoftplus)
            scores.push_back(static_cast<float>(std::sqrt(std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x))))));
        else
            scores.push_back(static_cast<float>(x)); // the softmax comes after the choice
    }
    return scores;
}

struct Choice
{
    std::vector<int> order; ///< experts by selection score, descending
    std::vector<float> scores;
    std::vector<float> selection;
    int k = 0;
    bool fixed = false; ///< by the token, not by score
};

/// Experts outside of the best groups are excluded. A group is worth the sum of its two best selection scores.
void excludeGroups(const ExpertGroups &groups, std::vector<float> &selection)
{
    const std::size_t size = selection.size() / static_cast<std::size_t>(groups.count);
    std::vector<float> worth;
    for (int g = 0; g < groups.count; ++g) {
        std::vector<float> members(selection.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(g) * size),
                                   selection.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(g + 1) * size));
        std::sort(members.rbegin(), members.rend());
        worth.push_back(size > 1 ? members[0] + members[1] : members[0]);
    }
    std::vector<int> order(worth.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&worth](int a, int b) { return worth[static_cast<std::size_t>(a)] > worth[static_cast<std::size_t>(b)]; });
    for (std::size_t rank = static_cast<std::size_t>(groups.used); rank < order.size(); ++rank)
        std::fill_n(selection.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(order[rank]) * size), size, kLeftOut);
}

/// Number of experts, fixed or adaptive.
int countOf(const RouterArgs &args, const Choice &choice)
{
    if (args.kMin == args.kMax && args.kMax == args.kWide)
        return args.kMax;
    const auto logit = [&choice](int rank) {
        return static_cast<double>(choice.scores[static_cast<std::size_t>(choice.order[static_cast<std::size_t>(rank)])]);
    };
    const auto score = [&](int rank) { // scores that are logits count by what they are in a softmax
        return args.score == GatingScore::kSoftmaxOfChosen ? std::exp(logit(rank) - logit(0)) : logit(rank);
    };
    double total = 0;
    for (int j = 0; j < args.kMax; ++j)
        total += score(j);
    const double confidence = total > 0 ? score(0) / total : 0.0;
    if (confidence < args.calibration)
        return args.kWide;
    double cumulated = 0;
    for (int j = 0; j < args.kMax; ++j) {
        cumulated += score(j);
        if (j + 1 >= args.kMin && cumulated / total >= args.tau)
            return j + 1;
    }
    return args.kMax;
}

Choice choose(const RouterArgs &args, std::int64_t t, const Values &logits, const Values &bias)
{
    Choice choice;
    choice.scores = gatingScores(args.score, logits);
    if (!args.fixedExperts.empty()) {
        const std::int32_t *experts = HostRows<const std::int32_t>(args.fixedExperts)[args.tokens[static_cast<std::size_t>(t)]];
        choice.order.assign(experts, experts + args.fixedExperts.shape[1]);
        choice.k = static_cast<int>(choice.order.size());
        choice.fixed = true;
        return choice;
    }
    choice.selection = choice.scores;
    for (std::size_t e = 0; e < bias.size(); ++e)
        choice.selection[e] += static_cast<float>(bias[e]);
    if (args.groups.count > 1)
        excludeGroups(args.groups, choice.selection);
    choice.order.resize(logits.size());
    std::iota(choice.order.begin(), choice.order.end(), 0);
    const auto &selection = choice.selection;
    std::stable_sort(choice.order.begin(), choice.order.end(), [&selection](int a, int b) {
        return selection[static_cast<std::size_t>(a)] > selection[static_cast<std::size_t>(b)];
    });
    choice.k = countOf(args, choice);
    return choice;
}

/// Weights of the chosen, by rank.
Values weigh(const RouterArgs &args, const Choice &choice)
{
    Values weights;
    for (int j = 0; j < choice.k; ++j)
        weights.push_back(static_cast<double>(choice.scores[static_cast<std::size_t>(choice.order[static_cast<std::size_t>(j)])]));
    if (args.score == GatingScore::kSoftmaxOfChosen) {
        const double largest = *std::max_element(weights.begin(), weights.end());
        double sum = 0;
        for (const double x : weights)
            sum += std::exp(x - largest);
        for (double &x : weights)
            x = std::exp(x - largest) / sum;
    } else if (args.normalise) {
        const double sum = std::max(std::accumulate(weights.begin(), weights.end(), 0.0), static_cast<double>(args.leastSum));
        for (double &x : weights)
            x = sum > 0 ? x / sum : 0.0;
    }
    const Values scale = args.expertScale.empty() ? Values() : readRow(args.expertScale, 0);
    for (std::size_t j = 0; j < weights.size(); ++j)
        weights[j] *= static_cast<double>(args.weightScale) * (scale.empty() ? 1.0 : scale[static_cast<std::size_t>(choice.order[j])]);
    return weights;
}

} // namespace

Status ReferenceQueue::router(const RouterArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const Values bias = args.loadBias.empty() ? Values() : readRow(args.loadBias, 0);
    const auto most = static_cast<std::size_t>(args.experts.shape[1]);
    for (std::int64_t t = 0; t < args.logits.shape[0]; ++t) {
        const Choice choice = choose(args, t, readRow(args.logits, t), bias);
        for (const int expert : choice.order)
            if (expert < 0 || expert >= args.logits.shape[1])
                return Status::invalid("router: fixedExperts names an expert that does not exist");
        Values weights = weigh(args, choice);
        weights.resize(most, 0.0);
        writeRow(args.weights, t, weights);
        std::int32_t *experts = HostRows<std::int32_t>(args.experts)[t];
        std::fill_n(experts, most, -1);
        for (int j = 0; j < choice.k; ++j)
            experts[j] = choice.order[static_cast<std::size_t>(j)];
        const auto selection = [&choice](int rank) {
            return choice.selection[static_cast<std::size_t>(choice.order[static_cast<std::size_t>(rank)])];
        };
        const bool rejectsOne = !choice.fixed && choice.k < static_cast<int>(choice.order.size());
        reinterpret_cast<float *>(hostAddress(args.margins))[t] =
            rejectsOne ? selection(choice.k - 1) - selection(choice.k) : std::numeric_limits<float>::infinity();
    }
    return Status::success();
}

Status ReferenceQueue::moeFeedForward(const MoeFeedForwardArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t hiddenWidth = args.gate.shape[1];
    const std::int64_t width = args.in.shape[1];
    const auto biasOf = [](const Tensor &bias, std::int64_t expert, std::int64_t length) {
        return bias.empty() ? Values(static_cast<std::size_t>(length), 0.0) : readRow(bias, expert);
    };
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
            const Values gateBias = biasOf(args.gateBias, expert, hiddenWidth);
            const Values upBias = biasOf(args.upBias, expert, hiddenWidth);
            const Values downBias = biasOf(args.downBias, expert, width);
            Values hidden;
            for (std::int64_t f = 0; f < hiddenWidth; ++f) {
                const std::int64_t row = expert * hiddenWidth + f;
                const auto index = static_cast<std::size_t>(f);
                hidden.push_back(gated(args.activation, static_cast<double>(args.limit), dot(readRow(args.gate, row), in) + gateBias[index],
                                       dot(readRow(args.up, row), in) + upBias[index]));
            }
            for (std::int64_t i = 0; i < width; ++i) {
                const auto index = static_cast<std::size_t>(i);
                out[index] += weights[j] * (dot(readRow(args.down, expert * width + i), hidden) + downBias[index]);
            }
        }
        writeRow(args.out, t, out);
    }
    return Status::success();
}

} // namespace conclave::kernels
