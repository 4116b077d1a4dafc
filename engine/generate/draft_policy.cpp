#include "engine/generate/draft_policy.h"

#include <algorithm>

namespace conclave::engine
{

/// What is not known of a place is that of the place before it, which is a little more.
double DraftPolicy::acceptance(std::size_t depth) const
{
    while (depth > 0 && m_records[depth].all < kKnown)
        --depth;
    return (m_records[depth].right + 0.5) / (m_records[depth].all + 1);
}

double DraftPolicy::cost(const SpeculationPolicy &costs) const
{
    return costs.passSeconds() > 0 ? m_seconds / costs.passSeconds() : 0;
}

DraftPolicy::Plan DraftPolicy::plan(const SpeculationPolicy &costs, std::size_t room)
{
    if (room == 0 || costs.passSeconds() <= 0)
        return {};
    if (m_records[0].all < kKnown)
        return {1, 0};
    Plan best{0, SpeculationPolicy::kWorth};
    double gained = 1;
    double chance = 1;
    for (std::size_t count = 1; count <= std::min(room, kMostDrafted); ++count) {
        chance *= acceptance(count - 1);
        gained += chance;
        const double rate = gained / (1 + static_cast<double>(count) * breakEven(costs));
        if (rate > best.rate)
            best = {count, rate};
    }
    if (best.count > 0) {
        m_rested = 0;
        return best;
    }
    if (++m_rested < kRest)
        return {};
    m_rested = 0;
    m_records = {};
    return {1, 0};
}

void DraftPolicy::took(std::size_t tokens, double seconds)
{
    if (tokens == 0)
        return;
    const double each = seconds / static_cast<double>(tokens);
    // The first after a while takes in all that came meanwhile, and is slow: what is less is believed sooner.
    m_seconds += (m_seconds <= 0 ? 1.0 : each < m_seconds ? 0.5 : 0.1) * (each - m_seconds);
}

void DraftPolicy::foretold(std::size_t depth, bool right)
{
    Record &record = m_records[depth];
    record.right = kForgotten * record.right + (right ? 1 : 0);
    record.all = kForgotten * record.all + 1;
}

} // namespace conclave::engine
