#pragma once

#include "engine/moe/collapse_monitor.h"

#include <cstdint>
#include <span>
#include <vector>

/// Which experts worked, and how surely they were chosen. Plain counters: cheap enough to stay on. Engine thread only.
namespace conclave::engine
{

/// Loads of one layer over a window of tokens.
struct LayerLoad
{
    std::vector<std::uint64_t> tokens; ///< [E] tokens sent to each expert
    double marginSum = 0;              ///< of the finite margins
    std::uint64_t margins = 0;         ///< how many were finite
    std::uint64_t routed = 0;          ///< tokens that passed the router; 0: no experts here
};

class ExpertTelemetry
{
public:
    /// Forgets the loads; what is usual for the experts stays known.
    void reset();
    /// Notes one layer's choices: experts [T, k] with -1 for none, margins [T]. Layers of one pass come in ascending order.
    void record(int layer, int expertCount, std::span<const std::int32_t> experts, int k, std::span<const float> margins);

    const std::vector<LayerLoad> &layers() const { return m_layers; }
    /// Keeps every choice in order (tests against reference routing); off at first.
    void keepChoices(bool keep) { m_keep = keep; }
    struct Choice
    {
        int layer = 0;
        std::vector<std::int32_t> experts; ///< by rank
        float margin = 0;
    };
    const std::vector<Choice> &choices() const { return m_choices; }

    /// Whether experts still share the work as they used to, over all tokens since this was made.
    const CollapseMonitor &collapse() const { return m_collapse; }

    /// Entropy of the load / log E, averaged over layers: 1 = every expert works equally.
    double utilisation() const;
    /// 1 - mean load / maximum load, averaged over layers: what others wait for the busiest.
    double idleCompute() const;
    /// Experts a token used on average.
    double meanExperts() const;
    /// Smallest finite margin of the last token recorded, over its layers; 0 when there is none.
    float lastMargin() const { return marginFromEnd(0); }
    /// The same of the token that came `back` tokens before the last one of the last pass.
    float marginFromEnd(std::size_t back) const;

private:
    void noteMargins(int layer, std::size_t tokens, std::span<const float> margins);

    std::vector<LayerLoad> m_layers;
    std::vector<Choice> m_choices;
    CollapseMonitor m_collapse;
    std::vector<float> m_passMargins; ///< of the last pass's tokens; below 0: none yet
    int m_lastLayer = -1;
    bool m_keep = false;
};

} // namespace conclave::engine
