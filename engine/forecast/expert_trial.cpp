#include "engine/api/expert_trial.h"

#include "engine/cache/kv_cache.h"
#include "engine/format/gguf_reader.h"
#include "engine/generate/engine_setup.h"
#include "engine/generate/some_tokens.h"
#include "engine/model/model.h"
#include "engine/moe/expert_cache.h"
#include "engine/moe/expert_store.h"
#include "engine/moe/held_experts.h"

#include <algorithm>
#include <exception>
#include <new>
#include <numeric>
#include <optional>

namespace conclave::engine
{
namespace
{

/// What routers chose.
struct Choices
{
    std::vector<int> experts;       ///< of each layer; 0: it has none
    int chosen = 0;                 ///< for a token in a layer, at most
    std::vector<std::int32_t> rows; ///< [T, layers, chosen], -1: none
    int tokens = 0;
};

/// Rooms that are tried, as shares of all experts.
constexpr double kRooms[] = {1.0 / 32, 1.0 / 16, 1.0 / 8, 2.0 / 8, 3.0 / 8, 4.0 / 8, 5.0 / 8, 6.0 / 8, 7.0 / 8};
constexpr int kMostTrialTokens = 2048; // what is chosen deep in a context may be other than at its beginning
constexpr int kLeastTrialTokens = 128;
constexpr int kTrialChunk = 512;              // of a prompt are computed at once
constexpr double kMostTrialOperations = 4e12; // some seconds of two cores
constexpr double kMostTrialBytes = 4e9;       // likewise, of a disk
constexpr int kTrialAnswer = 128; // of the tokens, at most half; a quarter of it is not counted, as it finds what the prompt left
constexpr std::uint64_t kTrialSeed = 0x9E3779B97F4A7C15ULL; // other tokens than those that a check measures with

/// Of one token.
struct TokenWork
{
    double bytes = 0;       ///< which a trial reads at least: all but experts, and as many experts as a token gets;
    double expertBytes = 0; ///< of these, the latter
    double operations = 0;
};

TokenWork workOf(const ModelFootprint &footprint)
{
    TokenWork out;
    for (const WeightWork &one : footprint.weights) {
        out.bytes += one.denseBytes + one.expertBytes;
        out.expertBytes += one.expertBytes;
        out.operations += 2 * (one.denseParameters + one.expertParameters);
    }
    return out;
}

int trialTokens(const ModelFootprint &footprint, const TokenWork &work)
{
    const double most = work.operations > 0 ? kMostTrialOperations / work.operations : kMostTrialTokens;
    const int tokens = static_cast<int>(std::clamp<double>(most, kLeastTrialTokens, kMostTrialTokens));
    return std::min(tokens, footprint.model.contextTokens - 1);
}

/// Experts of a layer that stand in for all: as many as can be read.
int standInsOf(const ModelFootprint &footprint, const TokenWork &work)
{
    const double more = work.expertBytes > 0 ? (kMostTrialBytes - work.bytes) / work.expertBytes : 0;
    const double all = footprint.model.expertsUsed * (1 + std::max(0.0, more));
    return static_cast<int>(std::min<double>(all, footprint.model.experts));
}

/// What telemetry noted layer by layer, token by token.
Choices choicesOf(const ExpertTelemetry &telemetry, const Model &model, int tokens)
{
    Choices out;
    out.tokens = tokens;
    for (int layer = 0; layer < model.experts().layers(); ++layer)
        out.experts.push_back(model.experts().expertCount(layer));
    for (const ExpertTelemetry::Choice &choice : telemetry.choices())
        out.chosen = std::max(out.chosen, static_cast<int>(choice.experts.size()));
    const std::size_t layers = out.experts.size();
    const auto chosen = static_cast<std::size_t>(out.chosen);
    out.rows.assign(static_cast<std::size_t>(tokens) * layers * chosen, -1);
    std::vector<std::size_t> seen(layers); // tokens of each layer so far
    for (const ExpertTelemetry::Choice &choice : telemetry.choices()) {
        const auto layer = static_cast<std::size_t>(choice.layer);
        const std::size_t at = (seen[layer]++ * layers + layer) * chosen;
        std::copy(choice.experts.begin(), choice.experts.end(), out.rows.begin() + static_cast<std::ptrdiff_t>(at));
    }
    return out;
}

/// Of a long prompt all experts of the next layer are read while one computes, as far as half of the slots are enough for these and for
/// what that one has just asked for.
void expectAll(int layer, std::size_t experts, std::size_t asked, const HeldExperts &held, std::vector<std::int32_t> &out)
{
    std::size_t most = held.room() / 2;
    most -= std::min(most, asked);
    for (std::int32_t expert = 0; expert < static_cast<std::int32_t>(experts) && most > 0; ++expert) {
        if (held.holds(layer, expert))
            continue;
        out.push_back(expert);
        --most;
    }
}

/// Tokens from..from + count - 1 in one pass.
void play(const Choices &choices, int from, int count, HeldExperts &held)
{
    const std::size_t layers = choices.experts.size();
    const auto chosen = static_cast<std::size_t>(choices.chosen);
    std::vector<std::int32_t> wanted;
    held.beginPass();
    std::optional<std::size_t> asked; // of the disk for the last layer, when it began
    for (std::size_t layer = 0; layer < layers; ++layer) {
        const auto experts = static_cast<std::size_t>(choices.experts[layer]);
        if (experts == 0)
            continue;
        wanted.clear();
        if (asked && static_cast<std::size_t>(count) * chosen >= ExpertCache::kChoicesForAll * experts)
            expectAll(static_cast<int>(layer), experts, *asked, held, wanted);
        const std::size_t expected = wanted.size();
        const std::uint64_t before = held.missed();
        for (int t = from; t < from + count; ++t) {
            const auto row = choices.rows.begin() + static_cast<std::ptrdiff_t>((static_cast<std::size_t>(t) * layers + layer) * chosen);
            wanted.insert(wanted.end(), row, row + choices.chosen);
        }
        held.choose(static_cast<int>(layer), wanted);
        asked = static_cast<std::size_t>(held.missed() - before) - expected;
    }
}

/// Tokens 0..count - 1 as a prompt.
void playPrompt(const Choices &choices, int count, HeldExperts &held)
{
    for (int at = 0; at < count; at += kTrialChunk)
        play(choices, at, std::min(kTrialChunk, count - at), held);
}

/// The first tokens as a prompt, and the last as an answer, one by one.
ExpertShares sharesWith(const Choices &choices, double room)
{
    const int all = std::accumulate(choices.experts.begin(), choices.experts.end(), 0);
    const int answer = std::min(kTrialAnswer, choices.tokens / 2);
    const int first = choices.tokens - answer;
    HeldExperts held(choices.experts, choices.chosen, static_cast<int>(room * all));
    playPrompt(choices, first, held); // what is held at first is nobody's choice
    const std::uint64_t settled = held.missed();
    playPrompt(choices, first, held);
    const int chunks = (first + kTrialChunk - 1) / kTrialChunk;
    ExpertShares out;
    out.held = room;
    out.prompt = static_cast<double>(held.missed() - settled) / all / chunks;
    for (int t = first; t < first + answer / 4; ++t)
        play(choices, t, 1, held);
    const std::uint64_t called = held.called();
    const std::uint64_t missed = held.missed();
    for (int t = first + answer / 4; t < choices.tokens; ++t)
        play(choices, t, 1, held);
    const auto calls = static_cast<double>(held.called() - called);
    out.found = calls > 0 ? 1 - static_cast<double>(held.missed() - missed) / calls : 1;
    return out;
}

Result<ExpertTrial> computeTrial(const std::filesystem::path &path, const EngineOptions &options, const ModelFootprint &footprint,
                                 const std::stop_token &stop)
{
    const TokenWork work = workOf(footprint);
    const int tokens = trialTokens(footprint, work);
    if (footprint.expertCount == 0 || tokens < 4)
        return Error{ErrorCode::kInvalidRequest, "The model \"" + footprint.model.name + "\" has no experts to be tried.", "expert trial"};
    if (work.bytes > kMostTrialBytes || tokens * work.operations > kMostTrialOperations)
        return Error{ErrorCode::kInvalidRequest, "The model \"" + footprint.model.name + "\" is too large to be tried in some seconds.",
                     "expert trial"};
    auto file = GgufFile::open(path);
    if (!file)
        return file.takeError();
    const auto device = processorFor(options);
    ModelOptions modelOptions = modelOptionsFor(options);
    modelOptions.standIns = standInsOf(footprint, work);
    auto model = loadModel(*file, *device, modelOptions);
    if (!model)
        return model.takeError();
    auto cache = (*model)->createCache(tokens);
    if (!cache)
        return cache.takeError();
    const auto prompt = someTokens(tokens, (*model)->vocabularySize(), kTrialSeed);
    ExpertTelemetry telemetry;
    telemetry.keepChoices(true);
    Batch batch;
    batch.tokens = prompt;
    batch.cache = cache->get();
    batch.stop = stop;
    batch.telemetry = &telemetry;
    if (auto done = (*model)->forward(batch); !done)
        return done.takeError();
    const Choices choices = choicesOf(telemetry, **model, tokens);
    ExpertTrial trial;
    for (const double room : kRooms) {
        if (stop.stop_requested())
            return Error{ErrorCode::kCancelled, "Trying the experts was stopped.", "stop requested"};
        trial.rooms.push_back(sharesWith(choices, room));
    }
    return trial;
}

} // namespace

ExpertShares ExpertTrial::at(double held) const
{
    ExpertShares below{0, 0, 1};
    for (const ExpertShares &above : rooms) {
        if (held < above.held || &above == &rooms.back()) {
            const ExpertShares next = held < above.held ? above : ExpertShares{1, 1, 0};
            const ExpertShares from = held < above.held ? below : above;
            const double share = std::clamp((held - from.held) / (next.held - from.held), 0.0, 1.0);
            return {held, from.found + share * (next.found - from.found), from.prompt + share * (next.prompt - from.prompt)};
        }
        below = above;
    }
    return {held, held, 1 - held};
}

Result<ExpertTrial> tryExperts(const std::filesystem::path &file, const EngineOptions &options, const ModelFootprint &footprint,
                               std::stop_token stop)
{
    try {
        return computeTrial(file, options, footprint, stop);
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::kOutOfMemory, "There is not enough memory to try the model's experts. Close other programs.", "bad_alloc"};
    } catch (const std::exception &exception) {
        return Error{ErrorCode::kDeviceFailure, "The model's experts could not be tried.", exception.what()};
    }
}

} // namespace conclave::engine
