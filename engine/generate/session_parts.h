#pragma once

#include "engine/cache/image_cache.h"
#include "engine/generate/answer_constraint.h"
#include "engine/generate/chart_tokens.h"
#include "engine/generate/prompt.h"
#include "engine/generate/timeline.h"
#include "engine/model/model.h"
#include "engine/moe/expert_telemetry.h"

#include <memory>

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

/// Where answers are computed one after another: what outlives an answer and helps the next one.
struct Seat
{
    Seat(SessionParts &parts, std::unique_ptr<KvCache> cache) : timeline(std::move(cache), parts.timelines, parts.contextTokens) {}

    Timeline timeline;
    ExpertTelemetry telemetry;
    AnswerConstraints constraints;
};

} // namespace conclave::engine
