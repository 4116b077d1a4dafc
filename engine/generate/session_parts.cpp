#include "engine/generate/session_parts.h"

#include "engine/format/fingerprint.h"
#include "engine/vision/chart_encoder.h"
#include "engine/vision/image_preprocessor.h"
#include "engine/vision/qwen3vl_sizes.h"

#include <vector>

namespace conclave::engine
{
namespace
{

std::vector<ImagePtr> imagesOf(std::span<const Message> messages)
{
    std::vector<ImagePtr> images;
    for (const Message &message : messages)
        images.insert(images.end(), message.images.begin(), message.images.end());
    return images;
}

} // namespace

std::uint64_t SessionParts::fingerprint() const
{
    if (!knownFingerprint) {
        const std::uint64_t own = modelFingerprint(*file);
        knownFingerprint = projector ? own ^ modelFingerprint(*projector) : own;
    }
    return *knownFingerprint;
}

Result<PromptLayout> SessionParts::layOut(std::span<const Message> messages) const
{
    const std::vector<ImagePtr> images = imagesOf(messages);
    if (!images.empty() && !model->info().readsImages)
        return model->imageGrid({}).takeError(); // says why
    auto tokens = format->tokens(messages);
    if (!tokens)
        return tokens.takeError();
    if (placeholder < 0)
        return PromptLayout::ofText(std::move(*tokens));
    const auto gridOf = [&](const Image &image) { return model->imageGrid(image); };
    return PromptLayout::make(std::move(*tokens), images, placeholder, gridOf, model->imageStyle().gridPositions);
}

Result<int> SessionParts::countTokens(std::span<const Message> messages) const
{
    auto layout = layOut(messages);
    if (!layout)
        return layout.takeError();
    return layout->size();
}

bool SessionParts::failedOnCard(const Error &error) const
{
    const bool onCard = placement.onCards() && onProcessor != nullptr;
    return onCard && (error.code == ErrorCode::kDeviceFailure || error.code == ErrorCode::kOutOfMemory);
}

bool SessionParts::forgetOthers(const Timeline *but)
{
    bool forgot = false;
    for (Timeline *timeline : timelines) {
        if (timeline == but || timeline->held)
            continue;
        forgot = forgot || timeline->length() > 0;
        timeline->truncate(0);
    }
    return forgot;
}

Result<std::unique_ptr<KvCache>> SessionParts::createCache()
{
    auto cache = model->createCache(contextTokens);
    if (!cache && failedOnCard(cache.error()) && forgetOthers(nullptr))
        cache = model->createCache(contextTokens);
    return cache;
}

Result<Done> SessionParts::leaveCard(const Error &why)
{
    auto placed = onProcessor();
    if (!placed)
        return placed.takeError();
    std::vector<std::unique_ptr<KvCache>> caches;
    for (std::size_t i = 0; i < timelines.size(); ++i) {
        auto cache = placed->model->createCache(contextTokens);
        if (!cache)
            return cache.takeError();
        caches.push_back(std::move(*cache));
    }
    for (std::size_t i = 0; i < timelines.size(); ++i)
        timelines[i]->restart(std::move(caches[i]));
    images.clear();
    const std::string card = failedCardName(*device, placement);
    leftDevices.push_back(std::move(device));
    model = std::move(placed->model); // the one on the card goes before its device
    device = std::move(placed->device);
    placement = std::move(placed->placement);
    const bool full = why.code == ErrorCode::kOutOfMemory;
    deviceNote = "The processor computes since \"" + card + "\" " + (full ? "had no memory left" : "failed") + ": " +
                 (why.context.empty() ? why.message : why.context) + ".";
    placement.note = deviceNote;
    ++moves;
    return Done{};
}

/// What cannot be written is not worth a word: only the next start would have been faster.
void SessionParts::noteUsed(const ExpertTelemetry &telemetry)
{
    if (usedExperts.empty() || telemetry.layers().empty())
        return;
    used.add(telemetry);
    (void)used.write(usedExperts, usedModel);
}

Result<SeenImage> SessionParts::see(const Image &image) const
{
    if (auto valid = checkImage(image); !valid)
        return valid.takeError();
    const ModelInfo &info = model->info();
    if (info.readsCharts) {
        ChartEncoderSizes sizes;
        sizes.imageWidth = info.chartInputWidth;
        sizes.imageHeight = info.chartInputHeight;
        return SeenImage{frameImage(image, sizes.imageWidth, sizes.imageHeight), sizes.tokens(), false};
    }
    auto grid = model->imageGrid(image);
    if (!grid)
        return grid.takeError(); // says also that a model sees nothing
    auto sizes = readQwen3VlSizes(*projector);
    if (!sizes)
        return sizes.takeError();
    const int cell = sizes->rules.cell();
    return SeenImage{letterbox(image, grid->width * cell, grid->height * cell), grid->tokens(), true};
}

} // namespace conclave::engine
