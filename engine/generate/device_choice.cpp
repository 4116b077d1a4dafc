#include "engine/generate/device_choice.h"

#include "engine/cache/kv_cache.h"
#include "engine/generate/engine_setup.h"
#include "kernels/plugin/plugin_loader.h"

#include <array>
#include <vector>

namespace conclave::engine
{
namespace
{

/// The first card of the plugin asked for, or the first device that only imitates one; nullptr with a sentence in `why`.
std::unique_ptr<kernels::Device> openCard(const EngineOptions &options, std::string &why)
{
    const kernels::PluginLoader loader(options.plugins, {}, {"conclave_" + options.device});
    const kernels::PluginReport &report = loader.reports().front();
    for (const bool software : {false, true})
        for (std::size_t i = 0; i < report.devices.size(); ++i)
            if ((report.devices[i].software != 0) == software)
                return loader.createDevice(0, i, why);
    why = report.state == kernels::PluginState::kAbsent ? "its plugin is not installed" : report.reason;
    return nullptr;
}

bool asksForCard(const EngineOptions &options)
{
    return !options.device.empty() && options.device != "cpu";
}

/// Why the model cannot answer where it is; empty when it can.
std::string whatItLacks(Model &model)
{
    std::shared_ptr<const ImageMemory> seen;
    if (model.info().readsImages) {
        constexpr int kSide = 64;
        auto picture = model.encodeImage(Image{kSide, kSide, std::vector<std::uint8_t>(kSide * kSide * 3, 255)}, {});
        if (!picture)
            return picture.error().context;
        seen = *picture;
    }
    constexpr std::array<std::int32_t, 2> kTokens = {0, 1};
    auto cache = model.createCache(static_cast<int>(kTokens.size()));
    if (!cache)
        return cache.error().context.empty() ? cache.error().message : cache.error().context;
    Batch batch;
    batch.tokens = kTokens;
    batch.cache = cache->get();
    batch.image = model.info().readsCharts ? seen.get() : nullptr; // others have pictures among their tokens
    const auto logits = model.forward(batch);
    return logits ? std::string() : logits.error().context;
}

/// Errors that the processor may not have.
bool mayBeTheDevices(ErrorCode code)
{
    return code == ErrorCode::kOutOfMemory || code == ErrorCode::kUnsupportedType || code == ErrorCode::kDeviceFailure;
}

/// Where experts that do not fit into memory cannot be streamed either, and nobody set a limit, the file is mapped and the system does
/// what it can.
Result<std::unique_ptr<Model>> loadOnProcessor(const GgufFile &file, kernels::Device &device, const EngineOptions &options,
                                               ModelOptions modelOptions)
{
    if (!modelOptions.streaming)
        modelOptions.streaming = streamingFor(file, options);
    auto model = loadModel(file, device, modelOptions);
    const bool mapped = !modelOptions.streaming || options.memoryBytes > 0;
    if (model || mapped || (model.error().code != ErrorCode::kOutOfMemory && model.error().code != ErrorCode::kInvalidRequest))
        return model;
    modelOptions.streaming.reset();
    return loadModel(file, device, modelOptions);
}

std::string noteOf(const EngineOptions &options, const std::string &why)
{
    return "The processor computes, not \"" + options.device + "\": " + why + ".";
}

} // namespace

Result<PlacedModel> placeModel(const GgufFile &file, const EngineOptions &options, const ModelOptions &modelOptions)
{
    PlacedModel placed;
    if (asksForCard(options)) {
        std::string why;
        placed.device = openCard(options, why);
        if (placed.device != nullptr) {
            auto model = loadModel(file, *placed.device, modelOptions);
            if (!model && !mayBeTheDevices(model.error().code))
                return model.takeError();
            why = model ? whatItLacks(**model) : model.error().context;
            if (model && why.empty()) {
                placed.model = std::move(*model);
                return placed;
            }
        }
        placed.note = noteOf(options, why);
    }
    placed.device = processorFor(options); // the model that was on the card is gone
    if (placed.device == nullptr)
        return Error{ErrorCode::kDeviceFailure, "The processor could not be made ready for computing.", "createCpuDevice"};
    auto model = loadOnProcessor(file, *placed.device, options, modelOptions);
    if (!model)
        return model.takeError();
    placed.model = std::move(*model);
    return placed;
}

} // namespace conclave::engine
