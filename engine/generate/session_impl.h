#pragma once

#include "engine/api/session.h"
#include "engine/cache/image_cache.h"
#include "engine/cache/kv_cache.h"
#include "engine/generate/answer_constraint.h"
#include "engine/generate/answer_stream.h"
#include "engine/generate/chart_tokens.h"
#include "engine/generate/prompt.h"
#include "engine/generate/prompt_layout.h"
#include "engine/generate/prompt_lookup.h"
#include "engine/generate/sampler.h"
#include "engine/generate/timeline.h"
#include "engine/generate/token_constraint.h"
#include "engine/model/model.h"
#include "engine/moe/expert_telemetry.h"

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace conclave::engine
{

/// What the sessions of one engine share. Owned by the engine; sessions keep it alive.
struct SessionParts
{
    std::unique_ptr<kernels::Device> device;
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
};

class SessionImpl final : public Session
{
public:
    SessionImpl(std::shared_ptr<SessionParts> parts, std::unique_ptr<KvCache> cache);

    Result<GenerationEnd> generate(const GenerationRequest &request, const EventSink &sink, std::stop_token stop) override;
    Result<int> countTokens(std::span<const Message> messages) override;
    Result<Done> saveContext(const std::filesystem::path &file) override;
    Result<int> loadContext(const std::filesystem::path &file) override;

private:
    using Clock = std::chrono::steady_clock;
    /// One answer under way.
    struct Answer
    {
        const GenerationRequest &request;
        const EventSink &sink;
        std::stop_token stop;
        PromptLayout layout;                                      ///< the prompt
        std::vector<std::shared_ptr<const ImageMemory>> memories; ///< of its pictures; nullptr where their rows are not needed
        std::shared_ptr<const ImageMemory> image;                 ///< of a chart reader
        ImageKey imageKey;
        GenerationEnd end;
        std::unique_ptr<TokenConstraint> constraint; ///< or nullptr
    };

    Result<PromptLayout> layOut(std::span<const Message> messages) const;
    Result<GenerationEnd> answer(Answer &answer);
    Result<Done> checkPrompt(const Answer &answer) const;
    Result<Done> findConstraint(Answer &answer);
    Result<Done> findImage(Answer &answer);
    Result<Done> findPictures(Answer &answer);
    Result<std::shared_ptr<const ImageMemory>> remembered(Answer &answer, const Image &image, const ImageKey &key);
    std::uint64_t fingerprint() const;
    Result<Done> prefill(Answer &answer);
    std::size_t nextPiece(const Answer &answer) const;
    Result<Done> decode(Answer &answer);
    Result<bool> decodeOne(Answer &answer, Sampler &sampler, AnswerStream &stream, std::vector<TokenId> &history);
    Result<Done> computeNext(Answer &answer, std::span<const TokenId> history);
    std::size_t speculationRoom(const Answer &answer, std::size_t history) const;
    void dropAhead();
    std::span<const float> logits() const;
    Result<Done> compute(const Answer &answer, std::span<const TokenId> tokens, int logitRows = 1);
    std::unique_ptr<AnswerParser> answerParser(const Answer &answer) const;
    std::string textOf(TokenId token, bool first) const;
    void fillStatistics(Answer &answer) const;

    std::shared_ptr<SessionParts> m_parts;
    Timeline m_timeline;
    std::span<const float> m_logits; ///< [1 + tokens ahead, V] of the last tokens computed
    ExpertTelemetry m_telemetry;
    AnswerConstraints m_constraints;

    // Speculation. The last `m_ahead.size()` tokens of the timeline were proposed; the first m_confirmed of them have come true.
    PromptLookup m_lookup;
    std::vector<TokenId> m_ahead;
    std::size_t m_confirmed = 0;
    std::vector<TokenId> m_step; ///< computed together
};

} // namespace conclave::engine
