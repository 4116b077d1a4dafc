#include "engine/moe/expert_use.h"

#include <algorithm>
#include <cmath>

namespace conclave::engine
{
namespace
{

/// Passes that what is usual counts for: a guess, and what was counted in earlier sessions.
constexpr double kGuessTrust = 4;
constexpr double kUsedTrust = 16;
constexpr std::size_t kRemembered = 16 * ExpertUse::kHalfLife;

} // namespace

ExpertUse::ExpertUse(const std::vector<int> &experts, int usual, const UsedExperts &used) : m_trust(used.empty() ? kGuessTrust : kUsedTrust)
{
    for (const int count : experts) {
        const auto layer = static_cast<int>(m_counts.size());
        m_counts.emplace_back(static_cast<std::size_t>(std::max(count, 0)));
        std::vector<float> &shares = m_usual.emplace_back();
        for (int expert = 0; expert < count; ++expert)
            shares.push_back(static_cast<float>(std::clamp(used.share(layer, expert, static_cast<double>(usual) / count), 1e-6, 1.0)));
    }
    for (std::size_t age = 0; age < kRemembered; ++age)
        m_decay.push_back(std::exp2(-static_cast<double>(age) / kHalfLife));
}

double ExpertUse::decay(std::uint64_t passes) const
{
    return passes < m_decay.size() ? m_decay[passes] : 0.0;
}

void ExpertUse::beginPass()
{
    ++m_pass;
    m_seen = m_seen * m_decay[1] + 1;
}

void ExpertUse::note(int layer, int expert)
{
    Count &count = m_counts[static_cast<std::size_t>(layer)][static_cast<std::size_t>(expert)];
    count.uses = static_cast<float>(count.uses * decay(m_pass - count.pass) + 1);
    count.pass = m_pass;
}

double ExpertUse::wait(int layer, int expert, int now) const
{
    const auto index = static_cast<std::size_t>(layer);
    const Count &count = m_counts[index][static_cast<std::size_t>(expert)];
    const double uses = count.uses * decay(m_pass - count.pass);
    const double share = std::min(1.0, (uses + m_trust * m_usual[index][static_cast<std::size_t>(expert)]) / (m_seen + m_trust));
    const auto layers = static_cast<int>(m_counts.size());
    const int ahead = layer > now ? layer - now : layer - now + layers;
    return static_cast<double>(ahead) / layers + (1 - share) / share;
}

} // namespace conclave::engine
