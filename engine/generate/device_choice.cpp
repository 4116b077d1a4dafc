#include "engine/generate/device_choice.h"

#include "engine/api/forecast.h"
#include "engine/cache/kv_cache.h"
#include "engine/forecast/card_share.h"
#include "engine/forecast/placement.h"
#include "engine/forecast/weight_speed.h"
#include "engine/generate/engine_setup.h"
#include "kernels/plugin/plugin_loader.h"
#include "kernels/split/split_device.h"

#include <algorithm>
#include <array>
#include <vector>

namespace conclave::engine
{
namespace
{

/// Of a card's free memory this share is left to its driver and to other programs.
constexpr std::uint64_t kSpareShare = 16;

struct Card
{
    std::unique_ptr<kernels::Device> device; ///< nullptr, with a sentence in `why`
    std::uint64_t budget = 0;                ///< bytes that a model may take
    std::string why;
};

/// The first card of the plugin asked for, or the first device that only imitates one.
Card openCard(const EngineOptions &options)
{
    Card card;
    const std::u8string folder = options.cardCache.u8string();
    kernels::PluginOptions wanted;
    wanted.mostBytes = options.cardBytes;
    wanted.cacheFolder = folder.empty() ? nullptr : reinterpret_cast<const char *>(folder.c_str());
    const kernels::PluginLoader loader(options.plugins, wanted, {"conclave_" + options.device});
    const kernels::PluginReport &report = loader.reports().front();
    for (const bool software : {false, true}) {
        for (std::size_t i = 0; i < report.devices.size(); ++i) {
            const kernels::PluginDevice &found = report.devices[i];
            if ((found.software != 0) != software)
                continue;
            const std::uint64_t free = found.freeBytes > 0 ? found.freeBytes : found.memoryBytes;
            card.budget = free - free / kSpareShare;
            if (options.cardBytes > 0)
                card.budget = std::min(card.budget, options.cardBytes);
            card.device = loader.createDevice(0, i, card.why);
            return card;
        }
    }
    card.why = report.state == kernels::PluginState::kAbsent ? "its plugin is not installed" : report.reason;
    return card;
}

bool asksForCard(const EngineOptions &options)
{
    return !options.device.empty() && options.device != "cpu" && options.cardLayers != 0;
}

/// Why the model cannot answer where it is; nothing when it can.
std::optional<Error> whatItLacks(Model &model)
{
    std::shared_ptr<const ImageMemory> seen;
    if (model.info().readsImages) {
        constexpr int kSide = 64;
        auto picture = model.encodeImage(Image{kSide, kSide, std::vector<std::uint8_t>(kSide * kSide * 3, 255)}, {});
        if (!picture)
            return picture.takeError();
        seen = *picture;
    }
    constexpr std::array<std::int32_t, 2> kTokens = {0, 1};
    auto cache = model.createCache(static_cast<int>(kTokens.size()));
    if (!cache)
        return cache.takeError();
    Batch batch;
    batch.tokens = kTokens;
    batch.cache = cache->get();
    batch.image = model.info().readsCharts ? seen.get() : nullptr; // others have pictures among their tokens
    auto logits = model.forward(batch);
    return logits ? std::nullopt : std::optional(logits.takeError());
}

/// Errors that the processor may not have.
bool mayBeTheDevices(ErrorCode code)
{
    return code == ErrorCode::kOutOfMemory || code == ErrorCode::kUnsupportedType || code == ErrorCode::kDeviceFailure;
}

std::string reasonOf(const Error &error)
{
    return error.context.empty() ? error.message : error.context;
}

/// Where experts that do not fit into memory cannot be streamed either, and nobody set a limit, the file is mapped and the system does
/// what it can.
bool mayBeMapped(const EngineOptions &options)
{
    return options.memoryBytes == 0;
}

/// Streams experts that do not fit into memory.
Result<std::unique_ptr<Model>> loadOnProcessor(const GgufFile &file, kernels::Device &device, const EngineOptions &options,
                                               ModelOptions modelOptions)
{
    if (!modelOptions.streaming)
        modelOptions.streaming = streamingFor(file, options);
    auto model = loadModel(file, device, modelOptions);
    const bool final = !modelOptions.streaming || !mayBeMapped(options);
    if (model || final || (model.error().code != ErrorCode::kOutOfMemory && model.error().code != ErrorCode::kInvalidRequest))
        return model;
    modelOptions.streaming.reset();
    return loadModel(file, device, modelOptions);
}

std::string noteOf(const EngineOptions &options, const std::string &why)
{
    return "The processor computes, not \"" + options.device + "\": " + why + ".";
}

/// Divides one model between a card and the processor, again with less when the card turns out to be fuller than it said.
class CardPlacement
{
public:
    CardPlacement(const GgufFile &file, const EngineOptions &options, const ModelOptions &modelOptions)
        : m_file(file), m_options(options), m_modelOptions(modelOptions)
    {
    }

    /// A model on the card; without one in it, with a sentence in `why`, or an error that the processor would have too.
    Result<PlacedModel> place(std::string &why)
    {
        if (auto measured = measure(); !measured)
            return measured.takeError();
        PlacedModel placed;
        for (int tries = 0; tries < kMostTries; ++tries) {
            auto failed = attempt(placed);
            if (!failed)
                return placed;
            placed.model.reset();
            placed.device.reset();
            if (!mayBeTheDevices(failed->code))
                return std::move(*failed);
            why = reasonOf(*failed);
            if (failed->code != ErrorCode::kOutOfMemory || m_share.empty())
                return placed;
            m_wasFull = true;
            if (!m_share.whole) // else the same again in smaller pieces
                m_budget = m_share.bytes - m_share.bytes / 4;
            m_mayBeWhole = false;
        }
        return placed;
    }

private:
    static constexpr int kMostTries = 5;
    static constexpr double kDiskSeconds = 0.2;

    Result<Done> measure()
    {
        auto info = describeFile(m_file);
        if (!info)
            return info.takeError();
        m_bytes = modelBytes(m_file, *info);
        m_context = contextTokensFor(m_options, info->contextTokens);
        if (m_file.paths().empty())
            return Done{};
        auto footprint = modelFootprint(m_file.paths().front(), m_options);
        if (!footprint)
            return footprint.takeError();
        m_needs.context = footprint->grownContextBytes(0, m_context);
        m_needs.work = footprint->workBytes;
        m_needs.pictures = footprint->projectorBytes + footprint->pictureBytes;
        m_footprint = std::move(*footprint);
        return Done{};
    }

    /// What the machine's memory holds of experts that are not on the card. One token's are needed at once: where there is no room for
    /// them, the mapping serves, unless a limit was set.
    std::optional<Error> planStreaming()
    {
        m_memory = {};
        m_mayStream = false;
        if (m_share.whole || !m_footprint)
            return std::nullopt;
        m_memory =
            planMemory(*m_footprint, m_context, memoryFor(m_options), onCard(m_bytes, m_share, m_needs, m_footprint->projectorBytes));
        m_mayStream = m_memory.streams && m_footprint->expertsIn(m_memory.heldBytes) >= m_footprint->model.expertsUsed;
        if (m_memory.streams && !m_mayStream && !mayBeMapped(m_options))
            return Error{ErrorCode::kDeviceFailure, "", "memory has no room for the experts that one token needs"};
        return std::nullopt;
    }

    /// Read once: their name takes a look at every tensor of the file.
    const UsedExperts &used()
    {
        if (!m_used)
            m_used = usedExperts(m_file, m_options);
        return *m_used;
    }

    Result<std::unique_ptr<Model>> load(kernels::Device &device)
    {
        ModelOptions options = m_modelOptions;
        if (m_mayStream)
            options.streaming = ExpertStreaming{.expertBytes = m_memory.heldBytes, .used = used()};
        auto model = loadModel(m_file, device, options);
        if (model || !m_mayStream || !mayBeMapped(m_options) || model.error().code != ErrorCode::kInvalidRequest)
            return model;
        return loadModel(m_file, device, m_modelOptions); // this system cannot
    }

    /// Tells the plan, and loads by it.
    std::optional<Error> attempt(PlacedModel &placed)
    {
        Card card = openCard(m_options);
        m_share = {};
        if (!card.device)
            return Error{ErrorCode::kDeviceFailure, "", card.why};
        m_needs.budget = m_budget > 0 ? std::min(m_budget, card.budget) : card.budget;
        m_share = planCard(m_bytes, m_needs, m_options.cardLayers, m_mayBeWhole);
        if (m_share.empty())
            return Error{ErrorCode::kOutOfMemory, "", "its memory has no room for a single layer of the model"};
        if (auto tooSmall = planStreaming())
            return tooSmall;
        auto host = processorFor(m_options);
        if (!host)
            return Error{ErrorCode::kDeviceFailure, "", "createCpuDevice"};
        tell(placed, *card.device, *host);
        placed.device = std::move(card.device);
        if (!m_share.whole)
            placed.device = std::make_unique<kernels::SplitDevice>(std::move(placed.device), std::move(host),
                                                                   cardStretches(m_file, m_bytes, m_share, m_modelOptions.projector));
        auto model = load(*placed.device);
        if (!model)
            return model.takeError();
        placed.model = std::move(*model);
        return whatItLacks(*placed.model);
    }

    void tell(PlacedModel &placed, kernels::Device &card, kernels::Device &host)
    {
        Placement &out = placed.placement;
        out.card = card.info().name;
        out.layers = static_cast<int>(m_bytes.layers.size());
        out.expertLayers = expertLayers(m_bytes);
        out.cardLayers = m_share.layers;
        out.cardExpertLayers = m_share.expertLayers;
        out.outputOnCard = m_share.output;
        out.picturesOnCard = m_share.pictures;
        out.whole = m_share.whole;
        out.streams = m_mayStream;
        out.expertsHeld = m_mayStream ? m_memory.heldShare() : 1;
        out.cardBytes = m_share.bytes;
        out.cardBudget = m_needs.budget;
        placed.note = out.note = shareNote();
        if (!m_options.placing)
            return;
        if (m_speeds.card == 0) {
            m_speeds.card = weightSpeed(card, m_bytes.type);
            m_speeds.host = weightSpeed(host, m_bytes.type);
        }
        if (out.streams && m_speeds.disk.bytes == 0)
            m_speeds.disk = expertDiskSpeed(m_file.paths().front(), *m_footprint, kDiskSeconds);
        m_speeds.found = out.expertsHeld; // as if all were chosen alike
        if (out.streams) {
            const int held = m_footprint->expertsIn(m_memory.heldBytes);
            const int layers = firstExpertLayer(m_bytes, m_share);
            m_speeds.found = used().shareOfMost(layers, held).value_or(out.expertsHeld);
        }
        out.decodeRate = splitDecodeRate(m_bytes, m_share, m_speeds);
        m_options.placing(out);
    }

    /// What differs from what was asked for.
    std::string shareNote() const
    {
        const int layers = static_cast<int>(m_bytes.layers.size());
        if (m_wasFull && !m_share.whole)
            return "The card has less memory than it said: " + std::to_string(m_share.layers) + " of " + std::to_string(layers) +
                   " layers lie there.";
        if (m_options.cardLayers > m_share.layers && m_share.layers < layers)
            return std::to_string(std::min(m_options.cardLayers, layers)) + " layers were wanted on the card, which has room for " +
                   std::to_string(m_share.layers) + " of " + std::to_string(layers) + ".";
        return {};
    }

    const GgufFile &m_file;
    const EngineOptions &m_options;
    const ModelOptions &m_modelOptions;
    ModelBytes m_bytes;
    CardNeeds m_needs;
    CardShare m_share;          ///< of the last attempt
    std::uint64_t m_budget = 0; ///< after an attempt failed for want of memory
    bool m_mayBeWhole = true;
    bool m_wasFull = false;
    std::optional<ModelFootprint> m_footprint; ///< of a model in a file
    int m_context = 0;                         ///< tokens
    MemoryPlan m_memory;                       ///< of the last attempt,
    bool m_mayStream = false;                  ///< where experts come from disk
    std::optional<UsedExperts> m_used;         ///< once asked for
    SplitSpeeds m_speeds;
};

} // namespace

Result<PlacedModel> placeOnProcessor(const GgufFile &file, const EngineOptions &options, const ModelOptions &modelOptions)
{
    PlacedModel placed;
    placed.device = processorFor(options);
    if (placed.device == nullptr)
        return Error{ErrorCode::kDeviceFailure, "The processor could not be made ready for computing.", "createCpuDevice"};
    auto model = loadOnProcessor(file, *placed.device, options, modelOptions);
    if (!model)
        return model.takeError();
    placed.model = std::move(*model);
    placed.placement.layers = placed.model->info().layers;
    return placed;
}

Result<PlacedModel> placeModel(const GgufFile &file, const EngineOptions &options, const ModelOptions &modelOptions)
{
    if (!asksForCard(options))
        return placeOnProcessor(file, options, modelOptions);
    std::string why;
    auto placed = CardPlacement(file, options, modelOptions).place(why);
    if (!placed || placed->model)
        return placed;
    auto onProcessor = placeOnProcessor(file, options, modelOptions); // what was on the card is gone
    if (onProcessor) {
        onProcessor->note = onProcessor->placement.note = noteOf(options, why);
        if (options.placing)
            options.placing(onProcessor->placement);
    }
    return onProcessor;
}

} // namespace conclave::engine
