#pragma once

#include "engine/moe/used_experts.h"

#include <cstdint>
#include <vector>

/// How often experts are chosen, and from that, how soon each will be chosen again.
namespace conclave::engine
{

/// Counts in passes, older ones for less: after kHalfLife passes a choice counts half. Layers come in turn, so an expert of the layer just
/// passed cannot be asked for before a whole pass: what is least stale is not what was used last, but what is expected soonest.
class ExpertUse
{
public:
    static constexpr int kHalfLife = 64;

    /// `experts` of each layer, 0 for those without; `usual` is how many of them a token gets. `used`: what is known of them already.
    ExpertUse(const std::vector<int> &experts, int usual, const UsedExperts &used = {});

    void beginPass();
    /// Once a pass for each expert chosen.
    void note(int layer, int expert);
    /// Passes, and parts of one, until the expert is likely asked for, seen from `layer` under way.
    double wait(int layer, int expert, int now) const;

private:
    struct Count
    {
        float uses = 0; ///< weighed by age, as of pass
        std::uint64_t pass = 0;
    };
    double decay(std::uint64_t passes) const;

    std::vector<std::vector<Count>> m_counts; ///< [L, E]
    std::vector<std::vector<float>> m_usual;  ///< [L, E] share of passes that an expert is chosen in, as far as it was known before,
    double m_trust;                           ///< and passes that this counts for
    std::vector<double> m_decay;              ///< by passes
    std::uint64_t m_pass = 0;
    double m_seen = 0; ///< passes, weighed by age
};

} // namespace conclave::engine
