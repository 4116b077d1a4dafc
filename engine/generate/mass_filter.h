#pragma once

#include "engine/generate/candidates.h"

#include <cmath>

namespace conclave::engine
{

/// Finds, without sorting, where candidates ranked by `Key` (the smallest key first, of equal ones the better candidate) reach a share of
/// the probability. Weights are summed in bins of keys; only the bin in which the sum is reached is looked at more closely, until few are
/// left in it, which are sorted. Reads the candidates a few times, moves them once, and allocates nothing.
template <typename Key>
class MassFilter
{
public:
    /// `highest`: of the candidates' logits.
    MassFilter(Key key, float highest) : m_key(key), m_highest(highest) {}

    /// Keeps the shortest beginning of that rank whose weights reach `share` of all; at least one. Those kept stay in their order, as long
    /// as no more than kFew have equal keys where it ends. `candidates` must not be empty.
    void keep(Candidates &candidates, double share)
    {
        m_open = {0.0, kUsualKeys, candidates.size()};
        double missing = 0; // weight still wanted from the open ones
        if (m_open.count <= kFew)
            missing = share * totalWeight(candidates, m_highest);
        for (int level = 0; m_open.count > kFew && m_open.from < m_open.to && level < kMostLevels; ++level) {
            const Sums sums = level == 0 ? sumBins<true>(candidates) : sumBins<false>(candidates);
            if (level == 0)
                missing = share * totalOf(sums);
            std::size_t crossed = 0;
            while (crossed < kBins && sums[crossed] < missing)
                missing -= sums[crossed++];
            if (crossed == kBins) // by rounding alone
                return;
            if (level == 0)
                dropBehind(candidates, crossed);
            narrow(candidates, crossed, level == 0);
        }
        settle(candidates, missing);
    }

private:
    static constexpr std::size_t kBins = 512;
    static constexpr std::size_t kFew = 256;
    static constexpr int kMostLevels = 6;
    static constexpr double kUsualKeys = 50; ///< what lies farther off weighs nothing, or is one bin
    using Sums = std::array<double, kBins>;

    /// Keys that may or may not be kept: smaller ones are, greater ones are gone.
    struct Band
    {
        double from = 0;
        double to = 0;
        std::size_t count = 0; ///< candidates
    };

    bool isOpen(double key) const { return key >= m_open.from && key <= m_open.to; }
    std::size_t binOf(double key) const
    {
        const double scale = static_cast<double>(kBins) / (m_open.to - m_open.from);
        return static_cast<std::size_t>(std::min((key - m_open.from) * scale, static_cast<double>(kBins - 1)));
    }
    bool before(const Candidate &a, const Candidate &b) const
    {
        const double ka = m_key(a);
        const double kb = m_key(b);
        return ka != kb ? ka < kb : isBetter(a, b);
    }
    static double totalOf(const Sums &sums)
    {
        double total = 0;
        for (const double sum : sums)
            total += sum;
        return total;
    }

    template <bool kAll>
    Sums sumBins(const Candidates &candidates) const
    {
        Sums sums{};
        for (const Candidate &candidate : candidates) {
            const double key = m_key(candidate);
            if (kAll || isOpen(key))
                sums[binOf(key)] += relativeWeight(candidate.logit, m_highest);
        }
        return sums;
    }

    /// Drops most of what lies behind bin `crossed`, by a comparison alone: of a vocabulary that is nearly all.
    void dropBehind(Candidates &candidates, std::size_t crossed) const
    {
        if (crossed + 2 >= kBins)
            return;
        const double edge = static_cast<double>(crossed + 2) * kUsualKeys / static_cast<double>(kBins);
        std::size_t kept = 0;
        for (const Candidate candidate : candidates) {
            candidates[kept] = candidate;
            kept += m_key(candidate) < edge ? 1 : 0;
        }
        candidates.resize(kept);
    }

    /// Drops what lies behind bin `crossed` of the open keys, and leaves only that bin open.
    void narrow(Candidates &candidates, std::size_t crossed, bool all)
    {
        Band next{INFINITY, -INFINITY, 0};
        std::size_t kept = 0;
        for (const Candidate candidate : candidates) {
            const double key = m_key(candidate);
            candidates[kept] = candidate;
            if (all || isOpen(key)) {
                const std::size_t bin = binOf(key);
                kept += bin <= crossed ? 1 : 0;
                if (bin == crossed)
                    next = {std::min(next.from, key), std::max(next.to, key), next.count + 1};
            } else {
                ++kept;
            }
        }
        candidates.resize(kept);
        m_open = next;
    }

    /// Keeps as many of the open ones as it takes to reach `missing`.
    void settle(Candidates &candidates, double missing) const
    {
        if (m_open.count > kFew) { // equal keys
            std::sort(candidates.begin(), candidates.end(), [this](const Candidate &a, const Candidate &b) { return before(a, b); });
            auto at = std::find_if(candidates.begin(), candidates.end(), [this](const Candidate &each) { return isOpen(m_key(each)); });
            for (; at != candidates.end(); ++at) {
                missing -= relativeWeight(at->logit, m_highest);
                if (missing <= 0) {
                    candidates.erase(at + 1, candidates.end());
                    return;
                }
            }
            return;
        }
        std::array<Candidate, kFew> open;
        std::size_t count = 0;
        for (const Candidate &candidate : candidates) {
            if (m_open.count == candidates.size() || isOpen(m_key(candidate)))
                open[count++] = candidate;
        }
        std::sort(open.begin(), open.begin() + static_cast<std::ptrdiff_t>(count),
                  [this](const Candidate &a, const Candidate &b) { return before(a, b); });
        for (std::size_t i = 0; i < count; ++i) {
            missing -= relativeWeight(open[i].logit, m_highest);
            if (missing <= 0) {
                std::erase_if(candidates, [&](const Candidate &candidate) { return before(open[i], candidate); });
                return;
            }
        }
    }

    Key m_key;
    float m_highest;
    Band m_open;
};

} // namespace conclave::engine
