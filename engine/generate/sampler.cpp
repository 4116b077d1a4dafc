#include "engine/generate/sampler.h"

#include "engine/generate/token_constraint.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace conclave::engine
{

namespace
{

constexpr float kImpossible = -std::numeric_limits<float>::infinity();

float sanitised(float logit)
{
    if (std::isnan(logit)) {
        return kImpossible;
    }
    return std::min(logit, std::numeric_limits<float>::max());
}

/// exp(logit - highest), safe for extreme values.
double relativeWeight(float logit, float highest)
{
    return logit == kImpossible ? 0.0 : std::exp(static_cast<double>(logit) - static_cast<double>(highest));
}

float plainProbability(std::span<const float> logits, TokenId id)
{
    float highest = kImpossible;
    for (const float logit : logits) {
        highest = std::max(highest, sanitised(logit));
    }
    double total = 0;
    for (const float logit : logits) {
        total += relativeWeight(sanitised(logit), highest);
    }
    const double weight = relativeWeight(sanitised(logits[static_cast<std::size_t>(id)]), highest);
    return total > 0 ? static_cast<float>(weight / total) : 0.0F;
}

/// For rows of which nothing is finite: the first token that is allowed.
TokenId firstAllowed(std::size_t count, std::span<const std::uint64_t> allowed)
{
    for (std::size_t i = 0; i < count; ++i) {
        if (allowed.empty() || isAllowed(allowed, static_cast<TokenId>(i))) {
            return static_cast<TokenId>(i);
        }
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

Sampler::Sampler(const Sampling &sampling) : m_sampling(sampling), m_random(sampling.seed) {}

bool Sampler::better(const Candidate &a, const Candidate &b)
{
    return a.logit != b.logit ? a.logit > b.logit : a.id < b.id;
}

SampledToken Sampler::sample(std::span<const float> logits, std::span<const TokenId> history, std::span<const std::uint64_t> allowed)
{
    collect(logits, history, allowed);
    SampledToken chosen;
    if (m_candidates.empty()) {
        chosen.id = firstAllowed(logits.size(), allowed);
        return chosen;
    }
    if (!(m_sampling.temperature > 0)) {
        chosen.id = best();
    } else {
        keepTopK();
        keepTopP();
        keepMinP();
        chosen.id = draw();
    }
    chosen.probability = plainProbability(logits, chosen.id);
    return chosen;
}

void Sampler::collect(std::span<const float> logits, std::span<const TokenId> history, std::span<const std::uint64_t> allowed)
{
    m_logits.resize(logits.size());
    std::transform(logits.begin(), logits.end(), m_logits.begin(), sanitised);
    penalise(history);
    m_candidates.clear();
    m_candidates.reserve(logits.size());
    for (std::size_t i = 0; i < m_logits.size(); ++i) {
        const auto id = static_cast<TokenId>(i);
        if (m_logits[i] != kImpossible && (allowed.empty() || isAllowed(allowed, id))) {
            m_candidates.push_back({m_logits[i], id});
        }
    }
}

void Sampler::penalise(std::span<const TokenId> history)
{
    const float penalty = m_sampling.repetitionPenalty;
    if (!(penalty > 0) || penalty == 1 || !std::isfinite(penalty) || m_sampling.repetitionWindow <= 0) {
        return;
    }
    const std::size_t window = std::min(history.size(), static_cast<std::size_t>(m_sampling.repetitionWindow));
    const std::span<const TokenId> recent = history.last(window);
    for (std::size_t i = 0; i < recent.size(); ++i) {
        const TokenId id = recent[i];
        const bool inside = id >= 0 && static_cast<std::size_t>(id) < m_logits.size();
        const bool again = std::find(recent.begin(), recent.begin() + static_cast<std::ptrdiff_t>(i), id) !=
                           recent.begin() + static_cast<std::ptrdiff_t>(i);
        if (!inside || again) { // each token once, however often it occurred
            continue;
        }
        float &logit = m_logits[static_cast<std::size_t>(id)];
        logit = logit > 0 ? logit / penalty : logit * penalty;
    }
}

TokenId Sampler::best() const
{
    return std::min_element(m_candidates.begin(), m_candidates.end(), better)->id;
}

void Sampler::sortBest(std::size_t count)
{
    const auto middle = m_candidates.begin() + static_cast<std::ptrdiff_t>(std::min(count, m_candidates.size()));
    if (middle != m_candidates.end()) {
        std::nth_element(m_candidates.begin(), middle, m_candidates.end(), better);
    }
    std::sort(m_candidates.begin(), middle, better);
}

void Sampler::keepTopK()
{
    if (m_sampling.topK <= 0 || static_cast<std::size_t>(m_sampling.topK) >= m_candidates.size()) {
        return;
    }
    const auto count = static_cast<std::size_t>(m_sampling.topK);
    sortBest(count);
    m_candidates.resize(count);
}

/// Sorts only as many candidates as the mass asks for, in growing steps.
void Sampler::keepTopP()
{
    if (!(m_sampling.topP < 1)) {
        return;
    }
    const float highest = std::min_element(m_candidates.begin(), m_candidates.end(), better)->logit;
    double total = 0;
    for (const Candidate &candidate : m_candidates) {
        total += relativeWeight(candidate.logit, highest);
    }
    const double wanted = static_cast<double>(m_sampling.topP) * total;
    std::size_t sorted = 0;
    double mass = 0;
    for (std::size_t kept = 0; kept < m_candidates.size(); ++kept) {
        if (kept == sorted) {
            sorted = std::max<std::size_t>(128, sorted * 4);
            sortBest(sorted);
        }
        mass += relativeWeight(m_candidates[kept].logit, highest);
        if (mass >= wanted) {
            m_candidates.resize(kept + 1);
            return;
        }
    }
}

void Sampler::keepMinP()
{
    if (!(m_sampling.minP > 0)) {
        return;
    }
    const float highest = std::min_element(m_candidates.begin(), m_candidates.end(), better)->logit;
    const double least = std::min(1.0, static_cast<double>(m_sampling.minP));
    std::erase_if(m_candidates, [=](const Candidate &candidate) { return relativeWeight(candidate.logit, highest) < least; });
}

TokenId Sampler::draw()
{
    const float highest = std::min_element(m_candidates.begin(), m_candidates.end(), better)->logit;
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
