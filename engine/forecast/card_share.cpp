#include "engine/forecast/card_share.h"

#include "engine/forecast/tensor_role.h"

#include <algorithm>
#include <map>

namespace conclave::engine
{
namespace
{

constexpr std::string_view kEmbedding = "token_embd.weight";

/// What is read to make logits.
bool isOutput(const GgufFile &file, std::string_view name)
{
    return name.starts_with("output") || (name == kEmbedding && file.findTensor("output.weight") == nullptr);
}

/// Index from which on layers with routed experts have these on the card.
std::size_t firstExpertLayer(const ModelBytes &model, int count)
{
    std::size_t first = model.layers.size();
    while (count > 0 && first > 0)
        count -= model.layers[--first].experts > 0 ? 1 : 0;
    return first;
}

} // namespace

ModelBytes modelBytes(const GgufFile &file, const ModelInfo &info)
{
    ModelBytes out;
    out.layers.resize(static_cast<std::size_t>(std::max(info.layers, 0)));
    out.all = file.sizeBytes();
    if (info.experts > 0)
        out.expertsUsed = std::min(1.0, static_cast<double>(info.expertsUsed) / info.experts);
    std::map<kernels::DType, std::uint64_t> types;
    for (const TensorInfo &tensor : file.tensors()) {
        const int layer = layerOf(tensor.name);
        if (isOutput(file, tensor.name))
            out.output += tensor.data.size();
        if (layer < 0 || static_cast<std::size_t>(layer) >= out.layers.size())
            continue; // a block for further tokens is no layer
        ModelBytes::Layer &bytes = out.layers[static_cast<std::size_t>(layer)];
        (isRoutedExpert(tensor.name) ? bytes.experts : bytes.other) += tensor.data.size();
        types[tensor.dtype] += tensor.data.size();
    }
    const auto most = std::max_element(types.begin(), types.end(), [](const auto &a, const auto &b) { return a.second < b.second; });
    if (most != types.end())
        out.type = most->first;
    return out;
}

int expertLayers(const ModelBytes &model)
{
    return static_cast<int>(
        std::count_if(model.layers.begin(), model.layers.end(), [](const ModelBytes::Layer &layer) { return layer.experts > 0; }));
}

CardShare planCard(const ModelBytes &model, const CardNeeds &needs, int mostLayers, bool mayBeWhole)
{
    const int layers = static_cast<int>(model.layers.size());
    const int wanted = mostLayers < 0 ? layers : std::min(mostLayers, layers);
    if (wanted == 0)
        return {};
    // The context's pages grow by moving to larger memory, half of which is then there twice.
    const std::uint64_t whole = model.all + needs.projector + needs.context + needs.context / 2 + needs.work;
    if (mayBeWhole && wanted == layers && whole <= needs.budget)
        return {layers, expertLayers(model), true, true, whole};
    CardShare share;
    share.bytes = needs.work;
    const auto add = [&](std::uint64_t bytes) {
        const bool fits = share.bytes + bytes <= needs.budget;
        share.bytes += fits ? bytes : 0;
        return fits;
    };
    share.output = add(model.output);
    const std::uint64_t context = needs.context / static_cast<std::uint64_t>(layers) + 1;
    while (share.layers < wanted && add(model.layers[static_cast<std::size_t>(layers - share.layers - 1)].other + context))
        ++share.layers;
    if (share.empty())
        return {};
    for (int i = layers - 1; share.layers == wanted && i >= layers - wanted; --i) {
        const std::uint64_t experts = model.layers[static_cast<std::size_t>(i)].experts;
        if (experts > 0 && !add(experts))
            break;
        share.expertLayers += experts > 0 ? 1 : 0;
    }
    return share;
}

std::vector<std::span<const std::byte>> cardStretches(const GgufFile &file, const ModelBytes &model, const CardShare &share)
{
    const int layers = static_cast<int>(model.layers.size());
    const auto expertsFrom = static_cast<int>(firstExpertLayer(model, share.expertLayers));
    std::vector<std::span<const std::byte>> stretches;
    for (const TensorInfo &tensor : file.tensors()) {
        const int layer = layerOf(tensor.name);
        const int from = isRoutedExpert(tensor.name) ? expertsFrom : layers - share.layers;
        const bool there = layer >= 0 ? layer >= from && layer < layers : share.output && isOutput(file, tensor.name);
        if (there && !tensor.data.empty())
            stretches.push_back(tensor.data);
    }
    return stretches;
}

double splitDecodeRate(const ModelBytes &model, const CardShare &share, double cardSpeed, double hostSpeed)
{
    double card = 0;
    double host = 0;
    const std::size_t layersFrom = model.layers.size() - static_cast<std::size_t>(share.layers);
    const std::size_t expertsFrom = firstExpertLayer(model, share.expertLayers);
    for (std::size_t i = 0; i < model.layers.size(); ++i) {
        (i >= layersFrom ? card : host) += static_cast<double>(model.layers[i].other);
        (i >= expertsFrom ? card : host) += static_cast<double>(model.layers[i].experts) * model.expertsUsed;
    }
    (share.output ? card : host) += static_cast<double>(model.output);
    const bool known = (card == 0 || cardSpeed > 0) && (host == 0 || hostSpeed > 0) && card + host > 0;
    if (!known)
        return 0;
    const double seconds = (card > 0 ? card / cardSpeed : 0) + (host > 0 ? host / hostSpeed : 0);
    return 1 / seconds;
}

} // namespace conclave::engine
