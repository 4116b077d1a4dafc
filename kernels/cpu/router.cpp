#include "kernels/core/host_memory.h"
#include "kernels/core/validate.h"
#include "kernels/cpu/cpu_queue.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace conclave::kernels
{

namespace
{

constexpr float kExcluded = -std::numeric_limits<float>::infinity();

/// Scores in float64, rounded to float32 as the model defines them, so that ties are the same on every device.
void gatingScores(GatingScore score, const float *logits, std::int64_t count, float *scores)
{
    if (score == GatingScore::kSoftmaxOfChosen) { // the softmax comes after the choice
        std::copy_n(logits, count, scores);
        return;
    }
    if (score == GatingScore::kSoftmax) {
        const auto largest = static_cast<double>(*std::max_element(logits, logits + count));
        double sum = 0;
        for (std::int64_t e = 0; e < count; ++e)
            sum += std::exp(static_cast<double>(logits[e]) - largest);
        for (std::int64_t e = 0; e < count; ++e)
            scores[e] = static_cast<float>(std::exp(static_cast<double>(logits[e]) - largest) / sum);
        return;
    }
    for (std::int64_t e = 0; e < count; ++e) {
        const auto x = static_cast<double>(logits[e]);
        if (score == GatingScore::kSigmoid)
            scores[e] = static_cast<float>(1.0 / (1.0 + std::exp(-x)));
        else // ln(1 + e^x) without overflow
            scores[e] = static_cast<float>(std::sqrt(std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x)))));
    }
}

/// The `wanted` experts of highest selection score in descending order, lower index first among equals; taken ones become `taken`.
void selectExperts(const float *selection, std::int64_t count, std::int32_t *order, int wanted, bool *taken)
{
    std::fill_n(taken, count, false);
    for (int j = 0; j < wanted; ++j) {
        std::int64_t best = -1;
        for (std::int64_t e = 0; e < count; ++e)
            if (!taken[e] && (best < 0 || selection[e] > selection[best]))
                best = e;
        taken[best] = true;
        order[j] = static_cast<std::int32_t>(best);
    }
}

/// Sum of the two largest of `size` values.
float worthOf(const float *members, std::int64_t size)
{
    float first = kExcluded;
    float second = kExcluded;
    for (std::int64_t i = 0; i < size; ++i) {
        if (members[i] > first) {
            second = first;
            first = members[i];
        } else
            second = std::max(second, members[i]);
    }
    return size > 1 ? first + second : first;
}

/// Excludes the experts of all but the best groups. `worth` and `taken` have room for the groups.
void excludeGroups(const ExpertGroups &groups, float *selection, std::int64_t count, float *worth, bool *taken)
{
    const std::int64_t size = count / groups.count;
    for (int g = 0; g < groups.count; ++g)
        worth[g] = worthOf(selection + g * size, size);
    std::fill_n(taken, groups.count, false);
    for (int j = 0; j < groups.used; ++j) {
        int best = -1;
        for (int g = 0; g < groups.count; ++g)
            if (!taken[g] && (best < 0 || worth[g] > worth[best]))
                best = g;
        taken[best] = true;
    }
    for (int g = 0; g < groups.count; ++g)
        if (!taken[g])
            std::fill_n(selection + g * size, size, kExcluded);
}

/// What the j-th expert of `order` counts beside others: its score, or e^score where scores are logits.
double worth(GatingScore score, const float *scores, const std::int32_t *order, int j)
{
    const auto own = static_cast<double>(scores[order[j]]);
    return score == GatingScore::kSoftmaxOfChosen ? std::exp(own - static_cast<double>(scores[order[0]])) : own;
}

/// Number of experts for a token whose scores fall off as `score` over `order` (training/MODEL.md, Adaptive Expert Gating).
int expertCount(const RouterArgs &args, const float *scores, const std::int32_t *order)
{
    if (args.kMin == args.kMax && args.kMax == args.kWide)
        return args.kMax;
    double total = 0;
    for (int j = 0; j < args.kMax; ++j)
        total += worth(args.score, scores, order, j);
    const double confidence = total > 0 ? worth(args.score, scores, order, 0) / total : 0.0;
    if (confidence < args.calibration)
        return args.kWide;
    double cumulated = 0;
    for (int j = 0; j < args.kMax; ++j) {
        cumulated += worth(args.score, scores, order, j);
        if (j + 1 >= args.kMin && cumulated / total >= args.tau)
            return j + 1;
    }
    return args.kMax;
}

/// Weights of the k chosen: shares of their scores, or of e^score, scaled.
void weighExperts(const RouterArgs &args, const float *scores, const std::int32_t *order, int k, float *weights)
{
    const bool softmax = args.score == GatingScore::kSoftmaxOfChosen;
    double sum = 0;
    for (int j = 0; j < k; ++j)
        sum += worth(args.score, scores, order, j);
    if (!softmax)
        sum = std::max(sum, static_cast<double>(args.leastSum));
    const auto *scale = args.expertScale.empty() ? nullptr : reinterpret_cast<const float *>(hostAddress(args.expertScale));
    for (int j = 0; j < k; ++j) {
        const double value = worth(args.score, scores, order, j);
        const double share = !softmax && !args.normalise ? value : sum > 0 ? value / sum : 0.0;
        weights[j] = static_cast<float>(share * static_cast<double>(args.weightScale) *
                                        (scale != nullptr ? static_cast<double>(scale[order[j]]) : 1.0));
    }
}

} // namespace

Status CpuQueue::router(const RouterArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t count = args.logits.shape[1];
    const int most = std::max(args.kMax, args.kWide);
    const int wanted = static_cast<int>(std::min<std::int64_t>(most + 1, count)); // one more, for the margin
    const HostRows<const float> logits(args.logits);
    const HostRows<std::int32_t> experts(args.experts);
    const HostRows<float> weights(args.weights);
    auto *margins = reinterpret_cast<float *>(hostAddress(args.margins));
    const auto *bias = args.loadBias.empty() ? nullptr : reinterpret_cast<const float *>(hostAddress(args.loadBias));

    const auto size = static_cast<std::size_t>(count);
    auto *scores = m_threads[0].a.get<float>(3 * size);
    auto *order = m_threads[0].b.get<std::int32_t>(size);
    auto *taken = m_threads[0].c.get<bool>(size);
    if (scores == nullptr || order == nullptr || taken == nullptr)
        return {StatusCode::kOutOfMemory, "router: scratch"};
    float *selection = scores + count;

    for (std::int64_t t = 0; t < args.logits.shape[0]; ++t) {
        gatingScores(args.score, logits[t], count, scores);
        std::fill_n(experts[t], most, -1);
        std::fill_n(weights[t], most, 0.0F);
        margins[t] = std::numeric_limits<float>::infinity();
        int k = args.kMax;
        if (!args.fixedExperts.empty()) {
            const std::int32_t *given = HostRows<const std::int32_t>(args.fixedExperts)[args.tokens[static_cast<std::size_t>(t)]];
            for (int j = 0; j < k; ++j) {
                if (given[j] < 0 || given[j] >= count)
                    return Status::invalid("router: fixedExperts names an expert that does not exist");
                order[j] = given[j];
            }
        } else {
            for (std::int64_t e = 0; e < count; ++e)
                selection[e] = bias != nullptr ? scores[e] + bias[e] : scores[e];
            if (args.groups.count > 1)
                excludeGroups(args.groups, selection, count, selection + count, taken);
            selectExperts(selection, count, order, wanted, taken);
            k = expertCount(args, scores, order);
            if (k < count)
                margins[t] = selection[order[k - 1]] - selection[order[k]];
        }
        std::copy_n(order, k, experts[t]);
        weighExperts(args, scores, order, k, weights[t]);
    }
    return Status::success();
}

} // namespace conclave::kernels
