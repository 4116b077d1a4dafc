#include "engine/generate/device_choice.h"

#include "engine/api/forecast.h"
#include "engine/cache/kv_cache.h"
#include "engine/forecast/cards_plan.h"
#include "engine/forecast/hot_experts.h"
#include "engine/forecast/placement.h"
#include "engine/forecast/weight_speed.h"
#include "engine/generate/card_list.h"
#include "engine/generate/engine_setup.h"
#include "engine/model/blocks/divided_experts.h"
#include "kernels/split/split_device.h"

#include <algorithm>
#include <array>
#include <vector>

namespace conclave::engine
{
namespace
{

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

/// Divides one model between cards and the processor, again with less when a card turns out to be fuller than it said.
class CardPlacement
{
public:
    CardPlacement(const GgufFile &file, const EngineOptions &options, const ModelOptions &modelOptions)
        : m_file(file), m_options(options), m_modelOptions(modelOptions), m_list(options)
    {
        for (const CardList::Card &card : m_list.cards()) {
            if (m_cards.size() < kernels::SplitDevice::kMostCards)
                m_cards.push_back({card.budget});
        }
    }

    /// A model on the cards; without one in it, with a sentence in `why`, or an error that the processor would have too.
    Result<PlacedModel> place(std::string &why)
    {
        if (auto measured = measure(); !measured)
            return measured.takeError();
        PlacedModel placed;
        why = m_list.why();
        for (bool again = !m_cards.empty(); again;) {
            auto failed = attempt(placed);
            if (!failed)
                return placed;
            const auto guilty = failedCard(placed.device.get());
            placed.model.reset();
            placed.device.reset();
            if (!mayBeTheDevices(failed->code))
                return std::move(*failed);
            why = reasonOf(*failed);
            again = guilty && askForLess(*failed, *guilty);
        }
        return placed;
    }

private:
    /// A card as far as it has been found out.
    struct CardState
    {
        std::uint64_t budget = 0;
        int refusals = 0;       ///< attempts that failed there
        double speed = 0;       ///< bytes of weights a second; 0: not measured
        std::string lacks = {}; ///< why it is left out, a sentence; empty: it is not
    };

    static constexpr int kMostRefusals = 5;
    static constexpr int kMostBesideOthers = 2; ///< refusals of a card that is not the only one
    static constexpr double kDiskSeconds = 0.2;

    /// Of the last attempt, a place in m_cards; nothing when it failed elsewhere.
    std::optional<std::size_t> failedCard(const kernels::Device *device) const
    {
        if (device == nullptr)
            return m_unopened;
        const auto *split = dynamic_cast<const kernels::SplitDevice *>(device);
        const auto part = m_plan.parts.size() > 1 && split != nullptr ? split->failedCard() : std::size_t{0};
        return part ? std::optional(placeOf(m_plan.parts[*part])) : std::nullopt;
    }

    /// Whether another attempt makes sense: with less on the card that failed, or without it.
    bool askForLess(const Error &failed, std::size_t guilty)
    {
        CardState &card = m_cards[guilty];
        const bool full = failed.code == ErrorCode::kOutOfMemory;
        if (full && m_plan.share.whole) { // the same again in smaller pieces
            m_mayBeWhole = false;
            return true;
        }
        const bool others =
            std::any_of(m_cards.begin(), m_cards.end(), [&card](const CardState &one) { return &one != &card && one.budget > 0; });
        ++card.refusals;
        if (others && (!full || card.refusals >= kMostBesideOthers)) {
            card.budget = 0;
            card.lacks = full ? "it has no memory for its part" : reasonOf(failed);
            return true;
        }
        const auto part =
            std::find_if(m_plan.parts.begin(), m_plan.parts.end(), [guilty](const CardPart &one) { return placeOf(one) == guilty; });
        card.budget = part->bytes - part->bytes / 4;
        return full && card.refusals < kMostRefusals;
    }

    static std::size_t placeOf(const CardPart &part) { return static_cast<std::size_t>(part.card); }

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
        m_needs.divided = DividedExperts::bytes(m_bytes.width, info->expertsUsed);
        m_footprint = std::move(*footprint);
        return Done{};
    }

    /// What the machine's memory holds of experts that are not on the card. One token's are needed at once: where there is no room for
    /// them, the mapping serves, unless a limit was set.
    std::optional<Error> planStreaming()
    {
        m_memory = {};
        m_mayStream = false;
        if (m_plan.share.whole || !m_footprint)
            return std::nullopt;
        OnCard there = onCard(m_bytes, m_plan.share, m_needs, m_footprint->projectorBytes);
        there.experts += m_hot.bytes;
        std::uint64_t memory = memoryFor(m_options);
        if (!m_hot.experts.empty() && memory > 0) // what both sides add up, and zeros
            memory = memory > 2 * m_needs.divided ? memory - 2 * m_needs.divided : 1;
        m_memory = planMemory(*m_footprint, m_context, memory, there);
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
        options.cardExperts = m_hot.experts;
        if (m_mayStream)
            options.streaming = ExpertStreaming{.expertBytes = m_memory.heldBytes, .used = used()};
        auto model = loadModel(m_file, device, options);
        if (model || !m_mayStream || !mayBeMapped(m_options) || model.error().code != ErrorCode::kInvalidRequest)
            return model;
        options.streaming.reset(); // this system cannot
        return loadModel(m_file, device, options);
    }

    /// Tells the plan, and loads by it.
    std::optional<Error> attempt(PlacedModel &placed)
    {
        std::vector<std::uint64_t> budgets;
        for (const CardState &card : m_cards)
            budgets.push_back(card.budget);
        m_unopened.reset();
        m_hot = {};
        m_plan = planCards(m_bytes, m_needs, budgets, m_options.cardLayers, m_mayBeWhole);
        if (m_plan.share.empty())
            return Error{ErrorCode::kOutOfMemory, "", "its memory has no room for a single layer of the model"};
        if (!m_plan.share.whole && m_bytes.experts > 0 && m_plan.share.layers == wantedLayers(m_bytes, m_options.cardLayers))
            m_hot = planHotExperts(m_bytes, m_needs, m_plan, budgets, used());
        if (auto tooSmall = planStreaming())
            return tooSmall;
        auto host = processorFor(m_options);
        if (!host)
            return Error{ErrorCode::kDeviceFailure, "", "createCpuDevice"};
        auto cards = openParts();
        if (!cards)
            return cards.takeError();
        tell(placed, *cards, *host);
        if (m_plan.share.whole)
            placed.device = std::move(cards->front().device);
        else
            placed.device = std::make_unique<kernels::SplitDevice>(std::move(*cards), std::move(host));
        auto model = load(*placed.device);
        if (!model)
            return model.takeError();
        placed.model = std::move(*model);
        return whatItLacks(*placed.model);
    }

    /// The cards of the plan.
    Result<std::vector<kernels::SplitCard>> openParts()
    {
        std::vector<kernels::SplitCard> cards;
        for (const CardPart &part : m_plan.parts) {
            std::string why;
            auto device = m_list.open(placeOf(part), why);
            if (!device) {
                m_unopened = placeOf(part);
                return Error{ErrorCode::kDeviceFailure, "", why};
            }
            cards.push_back({std::move(device), cardStretches(m_file, part, m_modelOptions.projector)});
        }
        return cards;
    }

    void measureSpeeds(const std::vector<kernels::SplitCard> &cards, kernels::Device &host, Placement &out)
    {
        std::vector<double> speeds(m_cards.size());
        for (std::size_t i = 0; i < cards.size(); ++i) {
            const std::size_t place = placeOf(m_plan.parts[i]);
            if (m_cards[place].speed == 0)
                m_cards[place].speed = weightSpeed(*cards[i].device, m_bytes.type);
            speeds[place] = out.cards[i].speed = m_cards[place].speed;
        }
        m_speeds.card = joinedSpeed(m_bytes, m_plan, speeds);
        if (m_speeds.host == 0)
            m_speeds.host = weightSpeed(host, m_bytes.type);
    }

    void tell(PlacedModel &placed, const std::vector<kernels::SplitCard> &cards, kernels::Device &host)
    {
        const CardShare &share = m_plan.share;
        placed.placement = {};
        Placement &out = placed.placement;
        for (std::size_t i = 0; i < cards.size(); ++i) {
            const CardPart &part = m_plan.parts[i];
            out.cards.push_back({cards[i].device->info().name, part.end - part.begin, expertLayers(m_bytes, part), part.output,
                                 part.pictures, part.bytes, m_cards[placeOf(part)].budget, 0});
        }
        out.layers = static_cast<int>(m_bytes.layers.size());
        out.expertLayers = expertLayers(m_bytes);
        out.cardLayers = share.layers;
        out.cardExpertLayers = share.expertLayers;
        out.cardExperts = m_hot.experts.count();
        out.cardExpertsByUse = m_hot.byUse;
        out.cardChoices = share.whole ? 1 : m_hot.choices;
        out.outputOnCard = share.output;
        out.picturesOnCard = share.pictures;
        out.whole = share.whole;
        out.streams = m_mayStream;
        out.expertsHeld = m_mayStream ? m_memory.heldShare() : 1;
        placed.note = out.note = shareNote();
        if (!m_options.placing)
            return;
        measureSpeeds(cards, host, out);
        if (out.streams && m_speeds.disk.bytes == 0)
            m_speeds.disk = expertDiskSpeed(m_file.paths().front(), *m_footprint, kDiskSeconds);
        m_speeds.found = out.expertsHeld; // as if all were chosen alike
        if (out.streams) {
            const int held = m_footprint->expertsIn(m_memory.heldBytes);
            const int layers = firstExpertLayer(m_bytes, share);
            m_speeds.found = used().shareOfMost(layers, held, m_hot.experts).value_or(out.expertsHeld);
        }
        out.decodeRate = splitDecodeRate(m_bytes, share, m_speeds, m_hot.found);
        m_options.placing(out);
    }

    /// What differs from what was asked for.
    std::string shareNote() const
    {
        const int layers = static_cast<int>(m_bytes.layers.size());
        const CardShare &share = m_plan.share;
        for (std::size_t i = 0; i < m_cards.size(); ++i) {
            if (!m_cards[i].lacks.empty())
                return "\"" + m_list.cards()[i].name + "\" is left out: " + m_cards[i].lacks + ".";
        }
        const bool full =
            !m_mayBeWhole || std::any_of(m_cards.begin(), m_cards.end(), [](const CardState &card) { return card.refusals > 0; });
        if (full && !share.whole)
            return std::string(m_cards.size() > 1 ? "A" : "The") + " card has less memory than it said: " + std::to_string(share.layers) +
                   " of " + std::to_string(layers) + " layers lie " + (m_cards.size() > 1 ? "on cards." : "there.");
        if (m_options.cardLayers > share.layers && share.layers < layers)
            return std::to_string(std::min(m_options.cardLayers, layers)) + " layers were wanted on the card, which has room for " +
                   std::to_string(share.layers) + " of " + std::to_string(layers) + ".";
        return {};
    }

    const GgufFile &m_file;
    const EngineOptions &m_options;
    const ModelOptions &m_modelOptions;
    ModelBytes m_bytes;
    CardNeeds m_needs;
    CardList m_list;
    std::vector<CardState> m_cards;        ///< beside the list
    CardsPlan m_plan;                      ///< of the last attempt,
    HotExperts m_hot;                      ///< and single experts beside it
    std::optional<std::size_t> m_unopened; ///< the card that could not be opened in it
    bool m_mayBeWhole = true;
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

std::string failedCardName(const kernels::Device &device, const Placement &placement)
{
    const auto *split = dynamic_cast<const kernels::SplitDevice *>(&device);
    const auto failed = split != nullptr ? split->failedCard() : std::nullopt;
    return failed && *failed < placement.cards.size() ? placement.cards[*failed].name : placement.cardNames();
}

} // namespace conclave::engine
