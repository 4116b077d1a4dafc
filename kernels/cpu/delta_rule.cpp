#include "kernels/core/host_memory.h"
#include "kernels/core/validate.h"
#include "kernels/cpu/cpu_queue.h"

#include <algorithm>
#include <cmath>

/// What gated delta networks carry along a sequence. Rows of a head's state do not depend on each other: each task takes some of them
/// through all tokens, while they stay in the first cache.
namespace conclave::kernels
{

namespace
{

/// out = factor * in / sqrt(sum of squares + epsilon).
void normalise(const float *in, std::int64_t n, double epsilon, double factor, float *out)
{
    double sum = epsilon;
    for (std::int64_t i = 0; i < n; ++i)
        sum += static_cast<double>(in[i]) * static_cast<double>(in[i]);
    const auto scale = static_cast<float>(sum > 0 ? factor / std::sqrt(sum) : 0.0);
    for (std::int64_t i = 0; i < n; ++i)
        out[i] = in[i] * scale;
}

double softplus(double x)
{
    return std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x)));
}

} // namespace

Status CpuQueue::gatedDeltaRule(const GatedDeltaRuleArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    constexpr std::int64_t kRows = 32;
    const std::int64_t tokens = args.value.shape[0];
    const std::int64_t heads = args.value.shape[1];
    const std::int64_t keyHeads = args.key.shape[1];
    const std::int64_t width = args.value.shape[2];
    const HostRows<const float> queries(args.query);
    const HostRows<const float> keys(args.key);
    const HostRows<const float> values(args.value);
    const HostRows<const float> alphas(args.alpha);
    const HostRows<const float> betas(args.beta);
    const HostRows<float> state(args.state);
    const HostRows<float> out(args.out);
    const auto *rate = reinterpret_cast<const float *>(hostAddress(args.rate));
    const auto *bias = reinterpret_cast<const float *>(hostAddress(args.bias));

    auto *unit = m_inRows.get<float>(static_cast<std::size_t>(2 * tokens * keyHeads * width)); // query and key of each token and head
    auto *gates = m_outRows.get<DeltaToken>(static_cast<std::size_t>(tokens * heads));
    if (unit == nullptr || gates == nullptr)
        return {StatusCode::kOutOfMemory, "gatedDeltaRule: scratch"};
    forEach(tokens, tokens * (2 * keyHeads * width + 32 * heads), [&](std::int64_t t, int) {
        float *of = unit + 2 * t * keyHeads * width;
        const auto epsilon = static_cast<double>(args.epsilon);
        for (std::int64_t i = 0; i < keyHeads; ++i) {
            normalise(queries[t * keyHeads + i], width, epsilon, 1.0 / std::sqrt(static_cast<double>(width)), of + 2 * i * width);
            normalise(keys[t * keyHeads + i], width, epsilon, 1.0, of + (2 * i + 1) * width);
        }
        for (std::int64_t j = 0; j < heads; ++j) {
            DeltaToken &token = gates[t * heads + j];
            token.query = of + 2 * (j % keyHeads) * width;
            token.key = token.query + width;
            token.keyDotQuery = 0;
            for (std::int64_t i = 0; i < width; ++i)
                token.keyDotQuery += token.key[i] * token.query[i];
            const double step = softplus(static_cast<double>(alphas[t][j]) + static_cast<double>(bias[j]));
            token.keep = static_cast<float>(std::exp(static_cast<double>(rate[j]) * step));
            token.beta = static_cast<float>(1.0 / (1.0 + std::exp(-static_cast<double>(betas[t][j]))));
        }
    });
    const std::int64_t parts = (width + kRows - 1) / kRows;
    forEach(heads * parts, tokens * args.state.elements(), [&](std::int64_t index, int) {
        const std::int64_t j = index / parts;
        const std::int64_t row = index % parts * kRows;
        const std::int64_t rows = std::min(kRows, width - row);
        for (std::int64_t t = 0; t < tokens; ++t)
            m_kernels.deltaStep(state[j * width + row], rows, width, gates[t * heads + j], values[t * heads + j] + row,
                                out[t * heads + j] + row);
    });
    return Status::success();
}

Status CpuQueue::causalConv(const CausalConvArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    constexpr std::int64_t kColumns = 128;
    const std::int64_t tokens = args.in.shape[0];
    const std::int64_t channels = args.in.shape[1];
    const std::int64_t before = args.state.shape[0];
    const HostRows<const float> in(args.in);
    const HostRows<const float> weight(args.weight);
    const HostRows<float> state(args.state);
    const HostRows<float> out(args.out);
    for (ThreadScratch &thread : m_threads)
        if (thread.a.get<float>(static_cast<std::size_t>((before + 1) * kColumns)) == nullptr)
            return {StatusCode::kOutOfMemory, "causalConv: scratch"};
    forEach((channels + kColumns - 1) / kColumns, args.in.elements() * 4, [&](std::int64_t index, int thread) {
        const std::int64_t column = index * kColumns;
        const std::int64_t count = std::min(kColumns, channels - column);
        auto *taps = m_threads[static_cast<std::size_t>(thread)].a.get<float>(1); // [K, columns]
        for (std::int64_t c = 0; c < count; ++c)
            for (std::int64_t k = 0; k <= before; ++k)
                taps[k * kColumns + c] = weight[column + c][k];
        const auto input = [&](std::int64_t t) { return (t < 0 ? state[before + t] : in[t]) + column; };
        for (std::int64_t t = 0; t < tokens; ++t) {
            float *to = out[t] + column;
            std::fill_n(to, count, 0.0F);
            for (std::int64_t k = 0; k <= before; ++k) {
                const float *from = input(t + k - before);
                for (std::int64_t c = 0; c < count; ++c)
                    to[c] += taps[k * kColumns + c] * from[c];
            }
            m_kernels.finishRow(to, nullptr, to, count, args.activation, false);
        }
        for (std::int64_t k = 0; k < before; ++k) { // oldest first: what is read lies behind what is written
            const float *from = input(tokens - before + k);
            float *to = state[k] + column;
            if (to != from)
                std::copy_n(from, count, to);
        }
    });
    return Status::success();
}

} // namespace conclave::kernels
