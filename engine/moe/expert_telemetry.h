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
    std::vector<std::uint64_t> tokens;      ///< [E] tokens sent to each expert
    std::vector<std::uint64_t> imageTokens; ///< [E] of them, rows of pictures; empty as long as none came
    std::vector<std::int32_t> last;         ///< experts of the last token, by rank
    double marginSum = 0;                   ///< of the finite margins
    std::uint64_t margins = 0;              ///< how many were finite
    std::uint64_t routed = 0;               ///< tokens that passed the router; 0: no experts here
    std::uint64_t imagesRouted = 0;         ///< of them, rows of pictures

    /// Entropy of the load / log E: 1 = every expert works equally. These are 0 without tokens.
    double utilisation() const;
    /// 1 - mean load / maximum load: what others wait for the busiest.
    double idleCompute() const;
    /// Experts a token used on average.
    double meanExperts() const;
    double meanMargin() const { return margins > 0 ? marginSum / static_cast<double>(margins) : 0; }
};

/// Tokens of a pass that belong together.
struct TokenRange
{
    std::size_t first = 0;
    std::size_t count = 0;
};

class ExpertTelemetry
{
public:
    /// Forgets the loads; what is usual for the experts stays known.
    void reset();
    /// Notes one layer's choices: experts [T, k] with -1 for none, margins [T]. Layers of one pass come in ascending order. `pictures`:
    /// which of the tokens are rows of pictures, in ascending order. Those are counted apart and not looked at for collapse: the empty
    /// ground of a picture goes to few experts, and rightly so.
    void record(int layer, int expertCount, std::span<const std::int32_t> experts, int k, std::span<const float> margins,
                std::span<const TokenRange> pictures = {});

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
    /// Router margin on average.
    double meanMargin() const;
    /// Smallest finite margin of the last token recorded, over its layers; 0 when there is none.
    float lastMargin() const { return marginFromEnd(0); }
    /// The same of the token that came `back` tokens before the last one of the last pass.
    float marginFromEnd(std::size_t back) const;

private:
    void noteCollapse(int layer, int expertCount, std::span<const std::int32_t> experts, int k, std::span<const float> margins,
                      std::span<const TokenRange> pictures);
    void noteMargins(int layer, std::size_t tokens, std::span<const float> margins);

    std::vector<LayerLoad> m_layers;
    std::vector<Choice> m_choices;
    CollapseMonitor m_collapse;
    std::vector<float> m_passMargins; ///< of the last pass's tokens; below 0: none yet
    int m_lastLayer = -1;
    bool m_keep = false;
};

} // namespace conclave::engine
