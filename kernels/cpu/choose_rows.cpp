#include "kernels/core/host_memory.h"
#include "kernels/core/validate.h"
#include "kernels/cpu/cpu_queue.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace conclave::kernels
{

namespace
{

constexpr std::int64_t kScored = 96; ///< scored at once: a multiple of every level's tile

/// score(b) = sum over h of weights_h max(0, dots[h, b]) for `count` rows.
void weigh(const float *weights, std::int64_t heads, const float *dots, std::int64_t count, float *scores)
{
    std::fill_n(scores, count, 0.0F);
    for (std::int64_t h = 0; h < heads; ++h)
        for (std::int64_t b = 0; b < count; ++b)
            scores[b] += weights[h] * std::max(0.0F, dots[h * kScored + b]);
    for (std::int64_t b = 0; b < count; ++b) // a selection needs an order
        if (std::isnan(scores[b]))
            scores[b] = -std::numeric_limits<float>::infinity();
}

/// Indices of the `most` largest of `count` scores, ascending; `order` has room for all.
void chooseLargest(const float *scores, std::int64_t count, std::int64_t most, std::int32_t *order, std::int32_t *chosen)
{
    std::iota(order, order + count, 0);
    std::partial_sort(order, order + most, order + count, [scores](std::int32_t a, std::int32_t b) { return scores[a] > scores[b]; });
    std::copy_n(order, most, chosen);
    std::sort(chosen, chosen + most);
}

} // namespace

Status CpuQueue::chooseRows(const ChooseRowsArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    constexpr std::int64_t kScores = 1 << 21; // kept at once
    const std::int64_t tokens = args.query.shape[0];
    const std::int64_t heads = args.query.shape[1];
    const std::int64_t width = args.query.shape[2];
    const std::int64_t most = args.chosen.shape[1];
    const std::int64_t rows = (args.first + tokens) / args.ratio;
    const auto visibleTo = [&](std::int64_t t) { return (args.first + t + 1) / args.ratio; };
    const std::int64_t group = std::clamp<std::int64_t>(kScores / std::max<std::int64_t>(rows, 1), 1, std::max<std::int64_t>(tokens, 1));
    const HostRows<const float> queries(args.query);
    const HostRows<const float> weights(args.weights);
    const HostRows<const float> keys(args.keys);
    const HostRows<std::int32_t> chosen(args.chosen);
    const std::int64_t queryStride = args.query.strideBytes[1] / static_cast<std::int64_t>(sizeof(float));

    auto *scores = m_scores.get<float>(static_cast<std::size_t>(group * rows));
    bool room = scores != nullptr;
    for (ThreadScratch &thread : m_threads)
        room = room && thread.a.get<float>(static_cast<std::size_t>((width + heads) * kScored)) != nullptr &&
               thread.b.get<std::int32_t>(static_cast<std::size_t>(rows)) != nullptr;
    if (!room)
        return {StatusCode::kOutOfMemory, "chooseRows: scratch"};

    for (std::int64_t begin = 0; begin < tokens; begin += group) {
        const std::int64_t end = std::min(tokens, begin + group);
        const std::int64_t seen = visibleTo(end - 1);
        const bool anyChoice = seen > most;
        forEach(anyChoice ? (seen + kScored - 1) / kScored : 0, (end - begin) * heads * seen * 4, [&](std::int64_t index, int thread) {
            auto *panel = m_threads[static_cast<std::size_t>(thread)].a.get<float>(1);
            float *dots = panel + width * kScored;
            const std::int64_t first = index * kScored;
            const std::int64_t count = std::min(kScored, seen - first);
            const float *rowOf[kScored];
            for (std::int64_t b = 0; b < count; ++b)
                rowOf[b] = keys[first + b];
            const std::int64_t padded = roundUp(count, m_kernels.lanes);
            m_kernels.transpose(rowOf, count, width, panel, kScored, padded);
            for (std::int64_t t = begin; t < end; ++t) {
                const std::int64_t visible = visibleTo(t);
                if (visible <= most || visible <= first)
                    continue;
                m_kernels.gemm(queries[t * heads], queryStride, heads, panel, kScored, padded, width, dots, kScored, false);
                weigh(weights[t], heads, dots, std::min(count, visible - first), scores + (t - begin) * rows + first);
            }
        });
        forEach(end - begin, (end - begin) * (anyChoice ? seen : most), [&](std::int64_t index, int thread) {
            const std::int64_t visible = visibleTo(begin + index);
            std::int32_t *to = chosen[begin + index];
            const std::int64_t used = std::min(visible, most);
            for (std::int64_t b = 0; b < used; ++b)
                to[b] = static_cast<std::int32_t>(b);
            std::fill(to + used, to + most, -1);
            if (visible > most)
                chooseLargest(scores + index * rows, visible, most, m_threads[static_cast<std::size_t>(thread)].b.get<std::int32_t>(1), to);
        });
    }
    return Status::success();
}

} // namespace conclave::kernels
