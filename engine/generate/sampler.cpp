#include "engine/generate/sampler.h"

#include "engine/generate/sampler_filters.h"
#include "engine/generate/token_constraint.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

namespace conclave::engine
{
namespace
{

float sanitised(float logit)
{
    return std::isnan(logit) ? kImpossibleLogit : std::min(logit, std::numeric_limits<float>::max());
}

/// exp(x) for x in -87 .. 0 with a relative error below 4e-6: 2^n times a polynomial of what is left. Without branches and calls, so that
/// compilers make vectors of it: this one sum over the vocabulary is most of what choosing a token costs.
float quickExp(float x)
{
    constexpr float kRound = 12582912.0F; // 1.5 * 2^23: adding it rounds to an integer, in the low bits
    const float power = std::max(x, -87.0F) * 1.44269504F;
    const float rounded = power + kRound;
    const float rest = (power - (rounded - kRound)) * 0.693147181F;
    const float series = 1 + rest * (1 + rest * (0.5F + rest * (0.166666667F + rest * (0.0416666667F + rest * 0.00833333333F))));
    return std::bit_cast<float>(std::bit_cast<std::int32_t>(series) + (std::bit_cast<std::int32_t>(rounded) << 23));
}

/// By the softmax of `logits`, which are finite or -infinity.
float plainProbability(std::span<const float> logits, TokenId id)
{
    float highest = kImpossibleLogit;
    for (const float logit : logits)
        highest = std::max(highest, logit);
    if (highest == kImpossibleLogit)
        return 0.0F;
    constexpr std::size_t kLanes = 8;
    constexpr std::size_t kBlock = 4096; // float sums of few, double sums of many
    double total = 0;
    for (std::size_t from = 0; from < logits.size(); from += kBlock) {
        const std::span<const float> block = logits.subspan(from, std::min(kBlock, logits.size() - from));
        std::array<float, kLanes> sums{};
        std::size_t i = 0;
        for (; i + kLanes <= block.size(); i += kLanes) {
            for (std::size_t lane = 0; lane < kLanes; ++lane)
                sums[lane] += quickExp(block[i + lane] - highest);
        }
        for (; i < block.size(); ++i)
            sums[0] += quickExp(block[i] - highest);
        total += std::accumulate(sums.begin(), sums.end(), 0.0);
    }
    return static_cast<float>(relativeWeight(logits[static_cast<std::size_t>(id)], highest) / total);
}

/// For rows of which nothing is finite: the first token that is allowed.
TokenId firstAllowed(std::size_t count, std::span<const std::uint64_t> allowed)
{
    for (std::size_t i = 0; i < count; ++i) {
        if (allowed.empty() || isAllowed(allowed, static_cast<TokenId>(i)))
            return static_cast<TokenId>(i);
    }
    return -1;
}

} // namespace

std::uint64_t RandomStream::next()
{
    m_state += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = m_state;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31);
}

double RandomStream::uniform()
{
    return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

Sampler::Sampler(const Sampling &sampling, const Tokenizer *tokenizer)
    : m_sampling(sampling), m_penalties(sampling), m_dry(sampling, tokenizer), m_random(sampling.seed)
{
}

SampledToken Sampler::sample(std::span<const float> logits, std::span<const TokenId> history, std::span<const std::uint64_t> allowed)
{
    collect(logits, history, allowed);
    SampledToken chosen;
    if (m_candidates.empty()) {
        chosen.id = firstAllowed(logits.size(), allowed);
        return chosen;
    }
    if (m_sampling.temperature > 0) {
        filter();
        chosen.id = draw();
    } else {
        chosen.id = bestOf(m_candidates).id;
    }
    std::transform(logits.begin(), logits.end(), m_logits.begin(), sanitised); // as they came
    chosen.probability = plainProbability(m_logits, chosen.id);
    return chosen;
}

void Sampler::collect(std::span<const float> logits, std::span<const TokenId> history, std::span<const std::uint64_t> allowed)
{
    m_logits.resize(logits.size());
    std::transform(logits.begin(), logits.end(), m_logits.begin(), sanitised);
    addLogitBias(m_logits, m_sampling.logitBias);
    m_penalties.apply(m_logits, history);
    m_dry.apply(m_logits, history);
    m_candidates.clear();
    m_candidates.reserve(logits.size());
    for (std::size_t i = 0; i < m_logits.size(); ++i) {
        const auto id = static_cast<TokenId>(i);
        if (m_logits[i] > kImpossibleLogit && (allowed.empty() || isAllowed(allowed, id)))
            m_candidates.push_back({std::min(m_logits[i], std::numeric_limits<float>::max()), id});
    }
}

void Sampler::filter()
{
    keepTopK(m_candidates, m_sampling.topK);
    keepTypical(m_candidates, m_sampling.typicalP);
    keepTopP(m_candidates, m_sampling.topP);
    keepMinP(m_candidates, m_sampling.minP);
    if (m_sampling.xtcProbability > 0 && m_random.uniform() < static_cast<double>(m_sampling.xtcProbability))
        excludeTopChoices(m_candidates, m_sampling.xtcThreshold);
}

TokenId Sampler::draw()
{
    const float highest = highestLogit(m_candidates);
    const double temperature = m_sampling.temperature;
    m_weights.clear();
    m_weights.reserve(m_logits.size());
    double total = 0;
    for (const Candidate &candidate : m_candidates) {
        total += std::exp((static_cast<double>(candidate.logit) - static_cast<double>(highest)) / temperature);
        m_weights.push_back(total);
    }
    const double point = m_random.uniform() * total;
    const auto hit = std::upper_bound(m_weights.begin(), m_weights.end(), point);
    const auto at = static_cast<std::size_t>(std::min(hit, m_weights.end() - 1) - m_weights.begin());
    return m_candidates[at].id;
}

} // namespace conclave::engine
