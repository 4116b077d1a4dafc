#include "engine/generate/sampler_dry.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace conclave::engine
{
namespace
{

/// Beyond this a token is as good as forbidden; it keeps sums of penalties finite.
constexpr double kMostPenalty = 1e30;

} // namespace

DryPenalty::DryPenalty(const Sampling &sampling, const Tokenizer *tokenizer)
    : m_multiplier(sampling.dryMultiplier), m_base(sampling.dryBase),
      m_allowedLength(static_cast<std::size_t>(std::max(sampling.dryAllowedLength, 1))), m_breakers(sampling.dryBreakers),
      m_tokenizer(tokenizer)
{
    const bool on = m_multiplier > 0 && std::isfinite(m_multiplier) && m_base >= 1 && std::isfinite(m_base);
    if (on)
        m_range = sampling.dryRange < 0 ? std::numeric_limits<std::size_t>::max() : static_cast<std::size_t>(sampling.dryRange);
    std::erase(m_breakers, std::string());
    if (tokenizer == nullptr)
        m_breakers.clear();
}

bool DryPenalty::breaks(TokenId id)
{
    if (m_breakers.empty() || id < 0 || id >= m_tokenizer->size())
        return false;
    m_breaks.resize(static_cast<std::size_t>(m_tokenizer->size()), -1);
    signed char &known = m_breaks[static_cast<std::size_t>(id)];
    if (known < 0) {
        const std::string text = m_tokenizer->piece(id);
        known = std::any_of(m_breakers.begin(), m_breakers.end(),
                            [&](const std::string &breaker) { return text.find(breaker) != std::string::npos; });
    }
    return known != 0;
}

/// How many of the last tokens hold no breaker.
std::size_t DryPenalty::unbroken(std::span<const TokenId> recent, std::size_t most)
{
    std::size_t length = 0;
    while (length < most && !breaks(recent[recent.size() - 1 - length]))
        ++length;
    return length;
}

/// The Z function of the history read backwards: m_lengths[k] is how many tokens before distance k from the end equal the last ones.
void DryPenalty::measureRepetitions(std::span<const TokenId> recent)
{
    const std::size_t count = recent.size();
    const auto back = [&](std::size_t distance) { return recent[count - 1 - distance]; };
    m_lengths.assign(count, 0);
    std::size_t left = 0;
    std::size_t right = 0; // back(left .. right - 1) equals the beginning
    for (std::size_t k = 1; k < count; ++k) {
        std::size_t length = k < right ? std::min(right - k, m_lengths[k - left]) : 0;
        while (k + length < count && back(length) == back(k + length))
            ++length;
        m_lengths[k] = length;
        if (k + length > right) {
            left = k;
            right = k + length;
        }
    }
}

void DryPenalty::apply(std::span<float> logits, std::span<const TokenId> history)
{
    const std::span<const TokenId> recent = history.last(std::min(history.size(), m_range));
    if (recent.size() <= m_allowedLength)
        return;
    const std::size_t most = unbroken(recent, recent.size());
    if (most < m_allowedLength)
        return;
    measureRepetitions(recent);
    m_longest.resize(logits.size());
    const auto longestOf = [&](std::size_t k) -> std::size_t * {
        const TokenId next = recent[recent.size() - k];
        return next >= 0 && static_cast<std::size_t>(next) < m_longest.size() ? &m_longest[static_cast<std::size_t>(next)] : nullptr;
    };
    for (std::size_t k = 1; k < recent.size(); ++k) {
        if (std::size_t *longest = longestOf(k))
            *longest = std::max(*longest, std::min(m_lengths[k], most));
    }
    for (std::size_t k = 1; k < recent.size(); ++k) {
        std::size_t *longest = longestOf(k);
        if (longest == nullptr || *longest == 0) // outside, or done
            continue;
        if (*longest >= m_allowedLength) {
            const double power = std::pow(static_cast<double>(m_base), static_cast<double>(*longest - m_allowedLength));
            logits[static_cast<std::size_t>(recent[recent.size() - k])] -=
                static_cast<float>(std::min(static_cast<double>(m_multiplier) * power, kMostPenalty));
        }
        *longest = 0;
    }
}

} // namespace conclave::engine
