#include "engine/moe/expert_telemetry.h"

#include <algorithm>
#include <cmath>

namespace conclave::engine
{
namespace
{

double normalisedEntropy(const LayerLoad &load, double total)
{
    if (load.tokens.size() < 2)
        return 1.0;
    double entropy = 0;
    for (const std::uint64_t tokens : load.tokens) {
        const double share = static_cast<double>(tokens) / total;
        if (share > 0)
            entropy -= share * std::log(share);
    }
    return entropy / std::log(static_cast<double>(load.tokens.size()));
}

double totalLoad(const LayerLoad &load)
{
    double total = 0;
    for (const std::uint64_t tokens : load.tokens)
        total += static_cast<double>(tokens);
    return total;
}

/// Mean of `measure(load, total)` over the layers that routed anything; 0 when none did.
template <typename Measure>
double meanOverLayers(const std::vector<LayerLoad> &layers, Measure measure)
{
    double sum = 0;
    int counted = 0;
    for (const LayerLoad &load : layers) {
        const double total = totalLoad(load);
        if (total > 0) {
            sum += measure(load, total);
            ++counted;
        }
    }
    return counted > 0 ? sum / counted : 0;
}

} // namespace

void ExpertTelemetry::reset()
{
    m_layers.clear();
    m_choices.clear();
    m_passMargins.clear();
    m_lastLayer = -1;
}

void ExpertTelemetry::record(int layer, int expertCount, std::span<const std::int32_t> experts, int k, std::span<const float> margins)
{
    if (layer < 0 || expertCount <= 0 || k <= 0)
        return;
    const auto index = static_cast<std::size_t>(layer);
    const auto places = static_cast<std::size_t>(k);
    if (m_layers.size() <= index)
        m_layers.resize(index + 1);
    LayerLoad &load = m_layers[index];
    load.tokens.resize(static_cast<std::size_t>(expertCount));
    const std::size_t tokens = experts.size() / places;
    for (std::size_t t = 0; t < tokens; ++t) {
        const auto row = experts.subspan(t * places, places);
        for (const std::int32_t expert : row) {
            if (expert >= 0 && expert < expertCount)
                ++load.tokens[static_cast<std::size_t>(expert)];
        }
        const float margin = t < margins.size() ? margins[t] : INFINITY;
        if (std::isfinite(margin)) {
            load.marginSum += static_cast<double>(margin);
            ++load.margins;
        }
        if (m_keep) {
            Choice choice{layer, {}, margin};
            std::copy_if(row.begin(), row.end(), std::back_inserter(choice.experts), [](std::int32_t e) { return e >= 0; });
            m_choices.push_back(std::move(choice));
        }
    }
    m_collapse.note(layer, expertCount, experts, k, margins);
    load.routed += tokens;
    if (tokens > 0)
        noteMargins(layer, tokens, margins);
}

void ExpertTelemetry::noteMargins(int layer, std::size_t tokens, std::span<const float> margins)
{
    if (layer <= m_lastLayer || m_passMargins.size() != tokens) // a new pass began
        m_passMargins.assign(tokens, -1.0F);
    m_lastLayer = layer;
    for (std::size_t t = 0; t < std::min(tokens, margins.size()); ++t) {
        if (std::isfinite(margins[t]))
            m_passMargins[t] = m_passMargins[t] < 0 ? margins[t] : std::min(m_passMargins[t], margins[t]);
    }
}

double ExpertTelemetry::utilisation() const
{
    return meanOverLayers(m_layers, normalisedEntropy);
}

double ExpertTelemetry::idleCompute() const
{
    return meanOverLayers(m_layers, [](const LayerLoad &load, double total) {
        const auto most = static_cast<double>(*std::max_element(load.tokens.begin(), load.tokens.end()));
        return 1.0 - total / static_cast<double>(load.tokens.size()) / most;
    });
}

double ExpertTelemetry::meanExperts() const
{
    return meanOverLayers(m_layers, [](const LayerLoad &load, double total) { return total / static_cast<double>(load.routed); });
}

float ExpertTelemetry::marginFromEnd(std::size_t back) const
{
    return back < m_passMargins.size() ? std::max(m_passMargins[m_passMargins.size() - 1 - back], 0.0F) : 0.0F;
}

} // namespace conclave::engine
