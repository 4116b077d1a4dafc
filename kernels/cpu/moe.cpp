#include "kernels/core/host_memory.h"
#include "kernels/core/validate.h"
#include "kernels/cpu/cpu_queue.h"

#include <algorithm>

/// The experts' feed-forward. Every (token, choice) pair is a row; rows are sorted by expert, so that each chosen expert's weights are
/// read once and no expert computes padding. gate and up are one set of matrix products, down another; the weighted sum over a token's
/// choices comes last, in the order of its choices.
namespace conclave::kernels
{

namespace
{

constexpr Status kNoExpertMemory{StatusCode::kOutOfMemory, "moeFeedForward: scratch"};

const std::byte *expertWeights(const Tensor &tensor, std::int64_t expert)
{
    return hostAddress(tensor) + expert * tensor.strideBytes[0];
}

MatmulJob jobFor(const Tensor &weight, const MatmulGroup *groups, std::int64_t groupCount)
{
    MatmulJob job{};
    job.type = weight.dtype;
    job.wStride = static_cast<std::size_t>(weight.strideBytes[1]);
    job.n = weight.shape[1];
    job.m = weight.shape[2];
    job.groups = groups;
    job.groupCount = groupCount;
    job.panelGroups = groupCount;
    job.activation = Activation::kNone;
    return job;
}

} // namespace

Status CpuQueue::moeFeedForward(const MoeFeedForwardArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t tokens = args.in.shape[0];
    const std::int64_t width = args.in.shape[1];
    const std::int64_t experts = args.gate.shape[0];
    const std::int64_t hiddenWidth = args.gate.shape[1];
    const std::int64_t choices = args.experts.shape[1];
    const HostRows<const std::int32_t> chosen(args.experts);
    const HostRows<const float> weights(args.weights);
    const HostRows<const float> in(args.in);
    const HostRows<float> out(args.out);

    // Counting sort of the pairs by expert: start[e] is the first row of expert e, pairOf[t * choices + j] the pair's row.
    auto *start = m_sorted.get<std::int64_t>(static_cast<std::size_t>(experts + 2));
    auto *pairOf = m_pairOf.get<std::int64_t>(static_cast<std::size_t>(tokens * choices));
    auto *groups = m_groups.get<MatmulGroup>(static_cast<std::size_t>(3 * experts));
    if (start == nullptr || pairOf == nullptr || groups == nullptr)
        return kNoExpertMemory;
    std::fill_n(start, experts + 2, 0);
    for (std::int64_t t = 0; t < tokens; ++t)
        for (std::int64_t j = 0; j < choices; ++j) {
            if (chosen[t][j] >= experts)
                return Status::invalid("moeFeedForward: no such expert");
            if (chosen[t][j] >= 0)
                ++start[chosen[t][j] + 2];
        }
    for (std::int64_t e = 2; e < experts + 2; ++e)
        start[e] += start[e - 1];
    const std::int64_t pairs = start[experts + 1];
    if (pairs == 0 || width == 0)
        return Status::success();

    // Rows of in, then of gate, up and down: gate rows 0 .. pairs - 1, up rows after them.
    auto *inRows = m_inRows.get<const float *>(static_cast<std::size_t>(pairs));
    auto *rowToken = m_expertRows.get<std::int64_t>(static_cast<std::size_t>(pairs));
    auto *outRows = m_outRows.get<float *>(static_cast<std::size_t>(2 * pairs));
    float *hidden = m_hidden.get<float>(static_cast<std::size_t>(2 * pairs * hiddenWidth));
    float *result = m_expertOut.get<float>(static_cast<std::size_t>(pairs * width));
    if (inRows == nullptr || rowToken == nullptr || outRows == nullptr || hidden == nullptr || result == nullptr)
        return kNoExpertMemory;
    for (std::int64_t t = 0; t < tokens; ++t)
        for (std::int64_t j = 0; j < choices; ++j) {
            const std::int32_t expert = chosen[t][j];
            const std::int64_t row = expert < 0 ? -1 : start[expert + 1]++; // moves start[e + 1] from e's first row to its end
            pairOf[t * choices + j] = row;
            if (row >= 0) {
                inRows[row] = in[t];
                rowToken[row] = t;
            }
        }
    std::int64_t active = 0;
    for (std::int64_t e = 0; e < experts; ++e)
        active += start[e + 1] > start[e];
    for (std::int64_t e = 0, g = 0; e < experts; ++e) {
        const std::int64_t first = start[e];
        const std::int64_t count = start[e + 1] - first;
        if (count == 0)
            continue;
        groups[g] = {expertWeights(args.gate, e), first, first, count};
        groups[active + g] = {expertWeights(args.up, e), first, pairs + first, count};
        groups[2 * active + g] = {expertWeights(args.down, e), first, first, count};
        ++g;
    }

    // gate and up
    for (std::int64_t row = 0; row < 2 * pairs; ++row)
        outRows[row] = hidden + row * hiddenWidth;
    const bool fast = args.precision == Precision::kFast;
    const auto quantised = [&](DType type, const float *const *rows, std::int64_t m, bool shared) -> const QuantisedToken * {
        if (!shared)
            return quantiseRows(type, rows, pairs, m);
        auto *tokenRows = m_tokenRows.get<const float *>(static_cast<std::size_t>(tokens));
        auto *pairTokens = m_pairTokens.get<QuantisedToken>(static_cast<std::size_t>(pairs));
        if (tokenRows == nullptr || pairTokens == nullptr)
            return nullptr;
        for (std::int64_t t = 0; t < tokens; ++t)
            tokenRows[t] = in[t];
        const QuantisedToken *perToken = quantiseRows(type, tokenRows, tokens, m); // once a token, however many experts it has
        for (std::int64_t row = 0; perToken != nullptr && row < pairs; ++row)
            pairTokens[row] = perToken[rowToken[row]];
        return perToken != nullptr ? pairTokens : nullptr;
    };
    const auto runUp = [&](const Tensor &weight, const MatmulGroup *first, std::int64_t count, std::int64_t distinct) {
        MatmulJob job = jobFor(weight, first, count);
        job.panelGroups = distinct;
        job.in = inRows;
        job.out = outRows;
        if (fast && isQuantised(weight.dtype)) {
            job.quant = quantised(weight.dtype, inRows, width, true);
            if (job.quant == nullptr)
                return kNoExpertMemory;
        }
        return runMatmul(job);
    };
    if (args.gate.dtype == args.up.dtype && args.gate.strideBytes[1] == args.up.strideBytes[1]) {
        if (const Status status = runUp(args.gate, groups, 2 * active, active); !status.ok())
            return status;
    } else {
        if (const Status status = runUp(args.gate, groups, active, active); !status.ok())
            return status;
        if (const Status status = runUp(args.up, groups + active, active, active); !status.ok())
            return status;
    }
    const auto biasOf = [](const Tensor &bias, std::int64_t expert) {
        return bias.empty() ? nullptr : reinterpret_cast<const float *>(hostAddress(bias) + expert * bias.strideBytes[0]);
    };
    const bool biased = !args.gateBias.empty() || !args.upBias.empty() || !args.downBias.empty();
    const std::int32_t *rowExpert = nullptr;
    if (biased) {
        auto *experts = m_rowExperts.get<std::int32_t>(static_cast<std::size_t>(pairs));
        if (experts == nullptr)
            return kNoExpertMemory;
        for (std::int64_t t = 0; t < tokens; ++t)
            for (std::int64_t j = 0; j < choices; ++j)
                if (const std::int64_t row = pairOf[t * choices + j]; row >= 0)
                    experts[row] = chosen[t][j];
        rowExpert = experts;
    }
    forEachRow(pairs, hiddenWidth, [&](std::int64_t row) {
        float *gate = hidden + row * hiddenWidth;
        float *up = gate + pairs * hiddenWidth;
        if (!args.gateBias.empty())
            m_kernels.addScaled(1.0F, biasOf(args.gateBias, rowExpert[row]), gate, hiddenWidth);
        if (!args.upBias.empty())
            m_kernels.addScaled(1.0F, biasOf(args.upBias, rowExpert[row]), up, hiddenWidth);
        m_kernels.gatedActivation(gate, up, gate, hiddenWidth, args.activation, args.limit);
    });

    // down
    for (std::int64_t row = 0; row < pairs; ++row) {
        inRows[row] = hidden + row * hiddenWidth;
        outRows[row] = result + row * width;
    }
    MatmulJob job = jobFor(args.down, groups + 2 * active, active);
    job.in = inRows;
    job.out = outRows;
    if (fast && isQuantised(args.down.dtype)) {
        job.quant = quantised(args.down.dtype, inRows, hiddenWidth, false);
        if (job.quant == nullptr)
            return kNoExpertMemory;
    }
    if (const Status status = runMatmul(job); !status.ok())
        return status;
    forEachRow(tokens, width * choices, [&](std::int64_t t) {
        for (std::int64_t j = 0; j < choices; ++j)
            if (const std::int64_t row = pairOf[t * choices + j]; row >= 0) {
                if (!args.downBias.empty())
                    m_kernels.addScaled(1.0F, biasOf(args.downBias, rowExpert[row]), result + row * width, width);
                m_kernels.addScaled(weights[t][j], result + row * width, out[t], width);
            }
    });
    return Status::success();
}

} // namespace conclave::kernels
