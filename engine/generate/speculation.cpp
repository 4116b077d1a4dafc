#include "engine/generate/speculation.h"

#include <algorithm>

namespace conclave::engine
{

double SpeculationPolicy::rate(std::size_t count) const
{
    double gained = 1;
    double chance = 1;
    for (std::size_t i = 0; i < count; ++i) {
        chance *= acceptance();
        gained += chance;
    }
    return gained / (1 + static_cast<double>(count) * m_extra);
}

std::size_t SpeculationPolicy::length(std::size_t most) const
{
    if (m_seconds <= 0 || m_right + m_wrong < kKnown)
        return 0;
    std::size_t best = 0;
    double bestRate = kWorth;
    for (std::size_t count = 1; count <= std::min(most, kMostProposed); ++count) {
        if (const double reached = rate(count); reached > bestRate) {
            best = count;
            bestRate = reached;
        }
    }
    return best;
}

void SpeculationPolicy::foretold(bool right)
{
    m_right = kForgotten * m_right + (right ? 1 : 0);
    m_wrong = kForgotten * m_wrong + (right ? 0 : 1);
}

void SpeculationPolicy::passed(std::size_t tokens, double seconds)
{
    constexpr double kNew = 0.2; // weight of one measurement
    if (tokens == 1) {
        m_seconds = m_seconds > 0 ? m_seconds + kNew * (seconds - m_seconds) : seconds;
        m_extra += 0.01 * (kAssumedExtra - m_extra);
        return;
    }
    if (m_seconds <= 0 || tokens == 0)
        return;
    const double extra = std::clamp((seconds / m_seconds - 1) / static_cast<double>(tokens - 1), 0.0, 2.0);
    m_extra += (m_measured ? kNew : 0.5) * (extra - m_extra);
    m_measured = true;
}

/// What came since the last call, with what was foretold of it.
void Speculation::compare(std::span<const TokenId> history)
{
    for (; m_seen < history.size(); ++m_seen) {
        if (m_at == m_foretold.size())
            continue;
        const bool right = m_foretold[m_at] == history[m_seen];
        m_policy.foretold(right);
        if (right) {
            ++m_at;
            continue;
        }
        m_foretold.clear();
        m_at = 0;
    }
}

std::span<const TokenId> Speculation::propose(std::span<const TokenId> history, std::size_t room)
{
    compare(history);
    if (m_at == m_foretold.size()) {
        const auto next = m_lookup.foretell(history, kForetold);
        m_foretold.assign(next.begin(), next.end());
        m_at = 0;
    }
    const auto left = std::span<const TokenId>(m_foretold).subspan(m_at);
    return left.first(m_policy.length(std::min(left.size(), room)));
}

} // namespace conclave::engine
