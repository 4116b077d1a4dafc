#include "engine/moe/expert_telemetry.h"

#include <algorithm>
#include <cmath>

namespace conclave::engine
{
namespace
{

double totalLoad(const LayerLoad &load)
{
    double total = 0;
    for (const std::uint64_t tokens : load.tokens)
        total += static_cast<double>(tokens);
    return total;
}

/// Mean of `measure(load)` over the layers that routed anything; 0 when none did.
template <typename Measure>
double meanOverLayers(const std::vector<LayerLoad> &layers, Measure measure)
{
    double sum = 0;
    int counted = 0;
    for (const LayerLoad &load : layers) {
        if (load.routed > 0) {
            sum += measure(load);
            ++counted;
        }
    }
    return counted > 0 ? sum / counted : 0;
}

void countPictures(LayerLoad &load, std::span<const std::int32_t> experts, std::size_t places, std::span<const TokenRange> pictures)
{
    for (const TokenRange &picture : pictures) {
        load.imagesRouted += picture.count;
        load.imageTokens.resize(load.tokens.size());
        for (const std::int32_t expert : experts.subspan(picture.first * places, picture.count * places)) {
            if (expert >= 0 && static_cast<std::size_t>(expert) < load.imageTokens.size())
                ++load.imageTokens[static_cast<std::size_t>(expert)];
        }
    }
}

} // namespace

double LayerLoad::utilisation() const
{
    if (tokens.size() < 2)
        return routed > 0 ? 1.0 : 0.0;
    const double total = totalLoad(*this);
    double entropy = 0;
    for (const std::uint64_t load : tokens) {
        if (load > 0)
            entropy -= static_cast<double>(load) / total * std::log(static_cast<double>(load) / total);
    }
    return entropy / std::log(static_cast<double>(tokens.size()));
}

double LayerLoad::idleCompute() const
{
    const double total = totalLoad(*this);
    return total > 0
               ? 1.0 - total / static_cast<double>(tokens.size()) / static_cast<double>(*std::max_element(tokens.begin(), tokens.end()))
               : 0;
}

double LayerLoad::meanExperts() const
{
    return routed > 0 ? totalLoad(*this) / static_cast<double>(routed) : 0;
}

void ExpertTelemetry::reset()
{
    m_layers.clear();
    m_choices.clear();
    m_passMargins.clear();
    m_lastLayer = -1;
}

void ExpertTelemetry::record(int layer, int expertCount, std::span<const std::int32_t> experts, int k, std::span<const float> margins,
                             std::span<const TokenRange> pictures)
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
    countPictures(load, experts, places, pictures);
    noteCollapse(layer, expertCount, experts, k, margins, pictures);
    load.routed += tokens;
    if (tokens > 0) {
        noteMargins(layer, tokens, margins);
        load.last.clear();
        const auto row = experts.subspan((tokens - 1) * places, places);
        std::copy_if(row.begin(), row.end(), std::back_inserter(load.last), [](std::int32_t e) { return e >= 0; });
    }
}

/// What lies between the pictures.
void ExpertTelemetry::noteCollapse(int layer, int expertCount, std::span<const std::int32_t> experts, int k, std::span<const float> margins,
                                   std::span<const TokenRange> pictures)
{
    const auto places = static_cast<std::size_t>(k);
    std::size_t from = 0;
    const auto note = [&](std::size_t end) {
        if (end > from)
            m_collapse.note(
                layer, expertCount, experts.subspan(from * places, (end - from) * places), k,
                margins.subspan(std::min(from, margins.size()), std::min(end, margins.size()) - std::min(from, margins.size())));
    };
    for (const TokenRange &picture : pictures) {
        note(picture.first);
        from = picture.first + picture.count;
    }
    note(experts.size() / places);
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
    return meanOverLayers(m_layers, [](const LayerLoad &load) { return load.utilisation(); });
}

double ExpertTelemetry::idleCompute() const
{
    return meanOverLayers(m_layers, [](const LayerLoad &load) { return load.idleCompute(); });
}

double ExpertTelemetry::meanExperts() const
{
    return meanOverLayers(m_layers, [](const LayerLoad &load) { return load.meanExperts(); });
}

double ExpertTelemetry::meanMargin() const
{
    return meanOverLayers(m_layers, [](const LayerLoad &load) { return load.meanMargin(); });
}

float ExpertTelemetry::marginFromEnd(std::size_t back) const
{
    return back < m_passMargins.size() ? std::max(m_passMargins[m_passMargins.size() - 1 - back], 0.0F) : 0.0F;
}

} // namespace conclave::engine
