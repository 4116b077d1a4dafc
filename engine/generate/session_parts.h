#pragma once

#include "engine/api/seen_image.h"
#include "engine/cache/image_cache.h"
#include "engine/format/gguf_reader.h"
#include "engine/generate/answer_constraint.h"
#include "engine/generate/chart_tokens.h"
#include "engine/generate/device_choice.h"
#include "engine/generate/prompt.h"
#include "engine/generate/prompt_layout.h"
#include "engine/generate/timeline.h"
#include "engine/grammar/token_trie.h"
#include "engine/model/model.h"
#include "engine/moe/expert_telemetry.h"
#include "kernels/core/device.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

namespace conclave::engine
{

/// What the sessions of one engine share. Owned by the engine; sessions keep it alive.
struct SessionParts
{
    std::vector<std::unique_ptr<kernels::Device>> leftDevices; ///< cards that failed: pictures of answers under way may lie there
    std::unique_ptr<kernels::Device> device;
    std::string deviceNote; ///< see Engine::deviceNote
    Placement placement;    ///< see Engine::placement
    /// Loads the model on the processor, for when a card fails.
    std::function<Result<PlacedModel>()> onProcessor;
    int moves = 0; ///< of the model from one device to another: what was computed before is gone
    std::unique_ptr<GgufFile> file;
    std::unique_ptr<GgufFile> projector; ///< or nullptr
    std::unique_ptr<Model> model;
    std::unique_ptr<Tokenizer> tokenizer;
    std::unique_ptr<PromptFormat> format;
    TokenId placeholder = -1;                       ///< stands for a picture in the format's tokens
    std::shared_ptr<const ChartTokens> chartTokens; ///< of a chart reader, else nullptr
    std::shared_ptr<const TokenTrie> tokenTrie;     ///< once an answer was constrained
    ImageCache images{256U << 20};
    Timeline::Peers timelines; ///< of all sessions alive
    int contextTokens = 0;
    bool speculates = false;           ///< see EngineOptions::speculate
    UsedExperts used;                  ///< in all sessions, kept in
    std::filesystem::path usedExperts; ///< this folder (empty: nowhere)
    std::uint64_t usedModel = 0;       ///< under this name

    /// Of the model and its projector: worked out once, as later the file may have changed.
    std::uint64_t fingerprint() const;
    mutable std::optional<std::uint64_t> knownFingerprint;
    /// A prompt with room for its pictures.
    Result<PromptLayout> layOut(std::span<const Message> messages) const;
    /// Its tokens; of pictures only the size is looked at.
    Result<int> countTokens(std::span<const Message> messages) const;
    /// Whether an answer ended with what a card can do, and the processor may not.
    bool failedOnCard(const Error &error) const;
    /// Makes room where the model lies by forgetting what all other conversations have computed; false: there was nothing.
    bool forgetOthers(const Timeline *but);
    /// A cache for one more conversation, on a full card in place of what others have computed. Errors as Model::createCache's.
    Result<std::unique_ptr<KvCache>> createCache();
    /// Moves the model to the processor; all timelines are then empty. Answers under way cannot go on. An error leaves everything as it
    /// was: the model may not fit into memory.
    Result<Done> leaveCard(const Error &why);
    /// Counts the experts of an answer that has ended, and keeps the counts.
    void noteUsed(const ExpertTelemetry &telemetry);
    /// A picture as the model's vision part takes it. kBadImage; kInvalidRequest when it has none.
    Result<SeenImage> see(const Image &image) const;
};

/// Where answers are computed one after another: what outlives an answer and helps the next one.
struct Seat
{
    Seat(SessionParts &parts, std::unique_ptr<KvCache> cache) : timeline(std::move(cache), parts.timelines, parts.contextTokens) {}

    Timeline timeline;
    ExpertTelemetry telemetry;
    AnswerConstraints constraints;
};

} // namespace conclave::engine
