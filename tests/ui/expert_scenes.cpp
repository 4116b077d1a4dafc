#include "tests/ui/expert_scenes.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace conclave::tests
{
namespace
{

constexpr int kLayers = 48;
constexpr int kExperts = 128;
constexpr int kUsed = 8;
constexpr int kTextTokens = 312;
constexpr int kImageTokens = 1024;

/// Loads of so many tokens: experts differ in how often they are liked.
std::vector<std::uint32_t> loads(std::mt19937 &random, int tokens, double spread)
{
    std::vector<double> liking;
    double all = 0;
    for (int e = 0; e < kExperts; ++e) {
        liking.push_back(std::exp(spread * (static_cast<double>(random() % 1000) / 500 - 1)));
        all += liking.back();
    }
    std::vector<std::uint32_t> out;
    for (const double one : liking)
        out.push_back(static_cast<std::uint32_t>(one / all * tokens * kUsed));
    return out;
}

engine::ExpertLayerView layer(std::mt19937 &random, int index)
{
    engine::ExpertLayerView out;
    out.place = engine::ExpertPlace::kStreamed;
    out.bytes = 380'000'000;
    out.inMemory = index < 40 ? 1 : 0.25;
    out.tokens = kTextTokens + kImageTokens;
    out.text = loads(random, kTextTokens, 2.2);
    out.image = loads(random, kImageTokens, 3);
    for (int i = 0; i < kUsed; ++i)
        out.last.push_back(static_cast<std::int32_t>(random() % kExperts));
    out.utilisation = 0.7 + 0.005 * index;
    out.idleCompute = 0.6 - 0.004 * index;
    out.meanExperts = kUsed;
    out.margin = 0.02 + 0.001 * index;
    return out;
}

} // namespace

Script expertScript()
{
    Script script = chatScript("The picture shows a harbour at dawn, with three ships and a crane.");
    script.model.layers = kLayers;
    script.model.experts = kExperts;
    script.model.expertsUsed = kUsed;
    script.model.readsImages = true;
    std::mt19937 random(11);
    engine::ExpertView &view = script.experts;
    view.experts = kExperts;
    view.layers.resize(1);
    for (int i = 1; i < kLayers; ++i)
        view.layers.push_back(layer(random, i));
    view.textTokens = kTextTokens;
    view.imageTokens = kImageTokens;
    view.utilisation = 0.824;
    view.idleCompute = 0.503;
    view.meanExperts = kUsed;
    view.margin = 0.044;
    view.traffic.called = 100'000;
    view.traffic.found = 91'700;
    view.learnt = view.learning = 512;
    return script;
}

Script cardExpertScript()
{
    Script script = expertScript();
    for (engine::ExpertLayerView &layer : script.experts.layers) {
        layer.cardExperts = layer.text.empty() ? 0 : kExperts / 4;
        layer.onCard.assign(layer.text.size(), 0);
        std::fill_n(layer.onCard.begin(), layer.cardExperts, std::uint8_t{1});
    }
    return script;
}

Script collapsedScript()
{
    Script script = expertScript();
    for (const int index : {17, 18}) {
        engine::ExpertLayerView &layer = script.experts.layers[static_cast<std::size_t>(index)];
        layer.warning = true;
        layer.utilisation = 0.31;
        std::fill(layer.text.begin() + kUsed, layer.text.end(), 0);
        script.experts.warnings.push_back({index, 0.41, 0.052, 0.31, 0.86});
    }
    return script;
}

} // namespace conclave::tests
