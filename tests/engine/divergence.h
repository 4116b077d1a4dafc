#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace conclave::test
{

/// log of the softmax of a row of logits.
inline std::vector<double> logShares(std::span<const float> row)
{
    const double highest = *std::max_element(row.begin(), row.end());
    double sum = 0;
    for (const float logit : row)
        sum += std::exp(static_cast<double>(logit) - highest);
    std::vector<double> out;
    for (const float logit : row)
        out.push_back(static_cast<double>(logit) - highest - std::log(sum));
    return out;
}

/// The Kullback-Leibler divergence of the tokens' shares under logits `from` to those under `to`, in nats.
inline double divergence(std::span<const float> from, std::span<const float> to)
{
    const auto p = logShares(from);
    const auto q = logShares(to);
    double sum = 0;
    for (std::size_t v = 0; v < p.size(); ++v)
        sum += std::exp(p[v]) * (p[v] - q[v]);
    return sum;
}

} // namespace conclave::test
