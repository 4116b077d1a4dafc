#include "engine/moe/expert_snapshot.h"

#include <algorithm>

namespace conclave::engine
{
namespace
{

void countTokens(const LayerLoad &load, ExpertLayerView &out)
{
    const bool pictures = !load.imageTokens.empty();
    for (std::size_t e = 0; e < load.tokens.size(); ++e) {
        const std::uint64_t image = pictures ? load.imageTokens[e] : 0;
        out.image[e] = static_cast<std::uint32_t>(image);
        out.text[e] = static_cast<std::uint32_t>(load.tokens[e] - image);
    }
    out.tokens = load.routed;
    out.last.assign(load.last.begin(), load.last.end());
    out.utilisation = load.utilisation();
    out.idleCompute = load.idleCompute();
    out.meanExperts = load.meanExperts();
    out.margin = load.meanMargin();
}

void viewCard(int layer, const ExpertStore &store, std::size_t experts, ExpertLayerView &out)
{
    out.cardExperts = out.place == ExpertPlace::kDevice ? static_cast<int>(experts) : store.onCard(layer);
    out.onCard.assign(out.cardExperts > 0 ? experts : 0, 0);
    for (std::size_t expert = 0; expert < out.onCard.size(); ++expert)
        out.onCard[expert] = store.isOnCard(layer, static_cast<int>(expert)) ? 1 : 0;
}

void viewLayer(int layer, const ExpertStore &store, const LayerLoad *load, bool lookAtPlaces, ExpertLayerView &out)
{
    const auto experts = static_cast<std::size_t>(store.expertCount(layer));
    out.place = store.placeOf(layer);
    out.bytes = store.expertBytes(layer) * experts;
    viewCard(layer, store, experts, out);
    if (lookAtPlaces)
        out.inMemory = store.shareInMemory(layer);
    out.text.assign(experts, 0);
    out.image.assign(experts, 0);
    out.last.clear();
    out.tokens = 0;
    out.utilisation = out.idleCompute = out.meanExperts = out.margin = 0;
    out.warning = false;
    if (load != nullptr && load->routed > 0 && load->tokens.size() == experts)
        countTokens(*load, out);
}

} // namespace

void viewExperts(const ExpertTelemetry &telemetry, const ExpertStore &store, int layers, ExpertView &out)
{
    const auto now = std::chrono::steady_clock::now();
    const auto count = static_cast<std::size_t>(std::max(0, layers));
    const bool lookAtPlaces = out.layers.size() != count || now - out.placesSeen > std::chrono::seconds(kPlacesSeconds);
    if (lookAtPlaces)
        out.placesSeen = now;
    out.layers.resize(count);
    out.experts = 0;
    out.textTokens = out.imageTokens = 0;
    const std::vector<LayerLoad> &loads = telemetry.layers();
    for (std::size_t i = 0; i < count; ++i) {
        const LayerLoad *load = i < loads.size() ? &loads[i] : nullptr;
        viewLayer(static_cast<int>(i), store, load, lookAtPlaces, out.layers[i]);
        out.experts = std::max(out.experts, store.expertCount(static_cast<int>(i)));
        if (load != nullptr) {
            out.imageTokens = std::max(out.imageTokens, load->imagesRouted);
            out.textTokens = std::max(out.textTokens, load->routed - load->imagesRouted);
        }
    }
    out.utilisation = telemetry.utilisation();
    out.idleCompute = telemetry.idleCompute();
    out.meanExperts = telemetry.meanExperts();
    out.margin = telemetry.meanMargin();
    out.traffic = store.traffic();
    out.learnt = telemetry.collapse().learnt();
    out.learning = LayerMonitor::kCalibration;
    out.warnings = telemetry.collapse().warnings();
    for (const ExpertWarning &warning : out.warnings) {
        if (warning.layer >= 0 && warning.layer < layers)
            out.layers[static_cast<std::size_t>(warning.layer)].warning = true;
    }
}

} // namespace conclave::engine
