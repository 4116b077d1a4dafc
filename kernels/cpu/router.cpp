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

/// Scores in float64, rounded to float32 as the model defines them, so that ties are the same on every device.
void gatingScores(GatingScore score, const float *logits, std::int64_t count, float *scores)
{
    if (score == GatingScore::kSigmoid) {
        for (std::int64_t e = 0; e < count; ++e)
            scores[e] = static_cast<float>(1.0 / (1.0 + std::exp(-static_cast<double>(logits[e]))));
        return;
    }
    const auto largest = static_cast<double>(*std::max_element(logits, logits + count));
    double sum = 0;
    for (std::int64_t e = 0; e < count; ++e)
        sum += std::exp(static_cast<double>(logits[e]) - largest);
    for (std::int64_t e = 0; e < count; ++e)
        scores[e] = static_cast<float>(std::exp(static_cast<double>(logits[e]) - largest) / sum);
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

/// Number of experts for a token whose scores fall off as `score` over `order` (training/MODEL.md, Adaptive Expert Gating).
int adaptiveCount(const RouterArgs &args, const float *scores, const std::int32_t *order)
{
    double total = 0;
    for (int j = 0; j < args.kMax; ++j)
        total += static_cast<double>(scores[order[j]]);
    const double confidence = total > 0 ? static_cast<double>(scores[order[0]]) / total : 0.0;
    if (confidence < args.calibration)
        return args.kWide;
    double cumulated = 0;
    for (int j = 0; j < args.kMax; ++j) {
        cumulated += static_cast<double>(scores[order[j]]);
        if (j + 1 >= args.kMin && cumulated / total >= args.tau)
            return j + 1;
    }
    return args.kMax;
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
    auto *scores = m_threads[0].a.get<float>(2 * size);
    auto *order = m_threads[0].b.get<std::int32_t>(size);
    auto *taken = m_threads[0].c.get<bool>(size);
    if (scores == nullptr || order == nullptr || taken == nullptr)
        return {StatusCode::kOutOfMemory, "router: scratch"};
    float *selection = scores + count;

    for (std::int64_t t = 0; t < args.logits.shape[0]; ++t) {
        gatingScores(args.score, logits[t], count, scores);
        for (std::int64_t e = 0; e < count; ++e)
            selection[e] = bias != nullptr ? scores[e] + bias[e] : scores[e];
        selectExperts(selection, count, order, wanted, taken);
        const int k = adaptiveCount(args, scores, order);
        double sum = 0;
        for (int j = 0; j < k; ++j)
            sum += static_cast<double>(scores[order[j]]);
        for (int j = 0; j < most; ++j) {
            const auto score = j < k ? static_cast<double>(scores[order[j]]) : 0.0;
            experts[t][j] = j < k ? order[j] : -1;
            weights[t][j] = static_cast<float>(!args.normalise ? score : sum > 0 ? score / sum : 0.0);
        }
        margins[t] = k < count ? selection[order[k - 1]] - selection[order[k]] : std::numeric_limits<float>::infinity();
    }
    return Status::success();
}

} // namespace conclave::kernels
