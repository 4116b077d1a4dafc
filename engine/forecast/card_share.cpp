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

} // namespace

ModelBytes modelBytes(const GgufFile &file, const ModelInfo &info)
{
    ModelBytes out;
    out.layers.resize(static_cast<std::size_t>(std::max(info.layers, 0)));
    out.all = file.sizeBytes();
    out.tied = file.findTensor("output.weight") == nullptr;
    if (const TensorInfo *embedding = file.findTensor(kEmbedding); embedding != nullptr && embedding->rank == 2)
        out.width = static_cast<int>(embedding->shape[1]);
    out.experts = info.experts;
    if (info.experts > 0)
        out.expertsUsed = std::min(1.0, static_cast<double>(info.expertsUsed) / info.experts);
    std::map<kernels::DType, std::uint64_t> types;
    for (const TensorInfo &tensor : file.tensors()) {
        const int layer = layerOf(tensor.name);
        if (isOutput(file, tensor.name))
            out.output += tensor.data.size();
        if (isVision(tensor.name))
            out.vision += tensor.data.size();
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

int firstExpertLayer(const ModelBytes &model, const CardShare &share)
{
    std::size_t first = model.layers.size();
    for (int count = share.expertLayers; count > 0 && first > 0;)
        count -= model.layers[--first].experts > 0 ? 1 : 0;
    return static_cast<int>(first);
}

int wantedLayers(const ModelBytes &model, int mostLayers)
{
    const auto layers = static_cast<int>(model.layers.size());
    return mostLayers < 0 ? layers : std::min(mostLayers, layers);
}

CardShare planCard(const ModelBytes &model, const CardNeeds &needs, int mostLayers, bool mayBeWhole)
{
    const int layers = static_cast<int>(model.layers.size());
    const int wanted = wantedLayers(model, mostLayers);
    if (wanted == 0)
        return {};
    const std::uint64_t pictures = model.vision + needs.pictures;
    // The context's pages grow by moving to larger memory, half of which is then there twice.
    const std::uint64_t whole = model.all + needs.pictures + needs.context + needs.context / 2 + needs.work;
    if (mayBeWhole && wanted == layers && whole <= needs.budget)
        return {layers, expertLayers(model), true, true, whole, pictures > 0};
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
    // One picture is as much work as hundreds of tokens: what sees comes right behind what every token needs.
    share.pictures = pictures > 0 && share.layers == wanted && add(pictures);
    for (int i = layers - 1; share.layers == wanted && i >= layers - wanted; --i) {
        const std::uint64_t experts = model.layers[static_cast<std::size_t>(i)].experts;
        if (experts > 0 && !add(experts))
            break;
        share.expertLayers += experts > 0 ? 1 : 0;
    }
    return share;
}

CardPart onlyPart(const ModelBytes &model, const CardShare &share)
{
    const int layers = static_cast<int>(model.layers.size());
    return {0, layers - share.layers, layers, firstExpertLayer(model, share), share.output, share.pictures, share.bytes};
}

int expertLayers(const ModelBytes &model, const CardPart &part)
{
    int count = 0;
    for (int i = std::max(part.begin, part.expertsFrom); i < part.end; ++i)
        count += model.layers[static_cast<std::size_t>(i)].experts > 0 ? 1 : 0;
    return count;
}

std::vector<std::span<const std::byte>> cardStretches(const GgufFile &file, const CardPart &part, const GgufFile *projector)
{
    std::vector<std::span<const std::byte>> stretches;
    for (const TensorInfo &tensor : file.tensors()) {
        const int layer = layerOf(tensor.name);
        const int from = isRoutedExpert(tensor.name) ? part.expertsFrom : part.begin;
        const bool needed = (part.output && isOutput(file, tensor.name)) || (part.pictures && isVision(tensor.name));
        const bool there = layer >= 0 ? layer >= from && layer < part.end : needed;
        if (there && !tensor.data.empty())
            stretches.push_back(tensor.data);
    }
    if (part.pictures && projector != nullptr) {
        for (const TensorInfo &tensor : projector->tensors())
            stretches.push_back(tensor.data);
    }
    return stretches;
}

std::vector<std::span<const std::byte>> cardStretches(const GgufFile &file, const ModelBytes &model, const CardShare &share,
                                                      const GgufFile *projector)
{
    return cardStretches(file, onlyPart(model, share), projector);
}

OnCard onCard(const ModelBytes &model, const CardShare &share, const CardNeeds &needs, std::uint64_t projector)
{
    OnCard out;
    const std::size_t layersFrom = model.layers.size() - static_cast<std::size_t>(share.layers);
    const auto expertsFrom = static_cast<std::size_t>(firstExpertLayer(model, share));
    for (std::size_t i = 0; i < model.layers.size(); ++i) {
        out.weights += i >= layersFrom ? model.layers[i].other : 0;
        out.experts += i >= expertsFrom ? model.layers[i].experts : 0;
    }
    out.weights += share.output && !model.tied ? model.output : 0;
    out.weights += share.pictures ? model.vision + projector : 0;
    out.context = needs.context / std::max<std::size_t>(model.layers.size(), 1) * static_cast<std::uint64_t>(share.layers);
    return out;
}

double splitDecodeRate(const ModelBytes &model, const CardShare &share, const SplitSpeeds &speeds, std::span<const double> onCard)
{
    const auto after = [](double bytes, double speed) { return bytes > 0 ? bytes / speed : 0.0; };
    double card = share.output ? static_cast<double>(model.output) : 0; // bytes: all but experts
    double host = share.output ? 0 : static_cast<double>(model.output);
    double cardExperts = 0;
    double hostExperts = 0;
    double seconds = 0; // of experts: both sides compute a layer's at the same time
    int waits = 0;      // layers that wait for the disk
    const std::size_t layersFrom = model.layers.size() - static_cast<std::size_t>(share.layers);
    const auto expertsFrom = static_cast<std::size_t>(firstExpertLayer(model, share));
    for (std::size_t i = 0; i < model.layers.size(); ++i) {
        (i >= layersFrom ? card : host) += static_cast<double>(model.layers[i].other);
        const double experts = static_cast<double>(model.layers[i].experts) * model.expertsUsed;
        const double there = onCard.empty() ? (i >= expertsFrom ? 1.0 : 0.0) : onCard[i];
        cardExperts += experts * there;
        hostExperts += experts * (1 - there);
        seconds += std::max(after(experts * there, speeds.card), after(experts * (1 - there), speeds.host));
        waits += experts * (1 - there) > 0 ? 1 : 0;
    }
    const double missed = hostExperts * (1 - speeds.found);
    const bool known = (card + cardExperts == 0 || speeds.card > 0) && (host + hostExperts == 0 || speeds.host > 0) &&
                       (missed == 0 || speeds.disk.bytes > 0);
    if (!known || card + host + cardExperts + hostExperts <= 0)
        return 0;
    const double disk = missed > 0 ? missed / speeds.disk.bytes + waits * speeds.disk.waitSeconds : 0;
    return 1 / (after(card, speeds.card) + after(host, speeds.host) + seconds + disk);
}

} // namespace conclave::engine
