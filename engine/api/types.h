#pragma once

#include "engine/base/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

/// What goes into the engine and what comes out. Plain values; no backend type appears here.
namespace conclave::engine
{

/// 8-bit RGB, [height, width, 3], packed.
struct Image
{
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> pixels;
};

/// Images are shared, never copied; nobody writes to one after it was made.
using ImagePtr = std::shared_ptr<const Image>;

/// What a loaded model is and can do.
struct ModelInfo
{
    std::string name;
    std::string architecture; ///< general.architecture
    std::string path;
    std::string quantisation; ///< type most weights have ("Q4_K")
    std::uint64_t fileBytes = 0;
    std::uint64_t parameters = 0;
    int layers = 0;
    int contextTokens = 0;        ///< longest context of the model file
    int experts = 0;              ///< routed experts a layer; 0: dense
    int expertsUsed = 0;          ///< most chosen for a token
    int predictionLayers = 0;     ///< blocks that foretell further tokens (MTP), see EngineOptions::foretell
    bool chats = false;           ///< has a chat template or format for conversation
    bool readsImages = false;     ///< takes images
    std::string projector;        ///< file of the vision part that it sees with; empty: in the model's own file, or none
    bool readsCharts = false;     ///< writes the chart format of training/MODEL.md
    bool answersOnCharts = false; ///< of a chart reader: answers questions, also without a picture
    int chartInputWidth = 0;      ///< of a chart reader: its input in pixels, and the pixels a place token stands for
    int chartInputHeight = 0;
    int chartLocStep = 0;
};

enum class Role
{
    kSystem,
    kUser,
    kAssistant,
};

struct Message
{
    Role role = Role::kUser;
    std::string text; ///< UTF-8
    std::vector<ImagePtr> images;
};

/// Added to a token's logit before anything else; -infinity forbids the token.
struct LogitBias
{
    int token = 0;
    float bias = 0;
};

/// How tokens are drawn, in the order in which it happens: bias and penalties, DRY, top-k, typical, top-p, min-p, XTC, temperature. Each
/// filter works on what the one before left. Everything but temperature, top-k, top-p and min-p is off unless asked for.
struct Sampling
{
    std::vector<LogitBias> logitBias;
    float repetitionPenalty = 1.0F; ///< recent tokens' logits are divided (negative ones multiplied) by it; 1: off
    float frequencyPenalty = 0.0F;  ///< subtracted for each recent occurrence
    float presencePenalty = 0.0F;   ///< subtracted once for a recent token
    int repetitionWindow = 64;      ///< tokens that these three look back

    float dryMultiplier = 0.0F; ///< 0: off; a token that prolongs a repetition loses multiplier * base ^ (length - allowed length)
    float dryBase = 1.75F;
    int dryAllowedLength = 2;                                   ///< repetitions shorter than this cost nothing
    int dryRange = -1;                                          ///< tokens looked back; -1: all
    std::vector<std::string> dryBreakers{"\n", ":", "\"", "*"}; ///< repetitions don't reach over a token that holds one of these

    int topK = 40;               ///< 0: off
    float typicalP = 1.0F;       ///< locally typical sampling; 1: off
    float topP = 0.95F;          ///< 1: off
    float minP = 0.05F;          ///< 0: off
    float xtcProbability = 0.0F; ///< how often the top choices are left out; 0: off
    float xtcThreshold = 0.1F;   ///< likely enough to be a top choice; above 0.5: off
    float temperature = 0.7F;    ///< 0: greedy
    std::uint64_t seed = 0;
};

/// A grammar in GBNF, llama.cpp's notation (engine/grammar/gbnf.h).
struct GbnfGrammar
{
    std::string text;
};
/// A JSON schema (engine/grammar/json_schema.h says what is understood): the answer is a JSON text that fits it.
struct JsonSchema
{
    std::string text;
};
/// What an answer must look like. Anything, if nothing is asked.
using OutputConstraint = std::variant<std::monostate, GbnfGrammar, JsonSchema>;

/// Passes of the same size in which a context was computed, one behind the other. Kernels sum many tokens in another order than few: only
/// the same passes give the same bits.
struct PassRun
{
    int tokens = 0;                    ///< of each pass, as far as the context still holds them
    int times = 1;                     ///< 1 where tokens were dropped
    std::vector<std::int32_t> dropped; ///< tokens that the pass computed behind them, and that something else took the place of

    friend bool operator==(const PassRun &, const PassRun &) = default;
};

/// A chart reader is told of the conversation's last picture, of the table that it read from it if a later answer's text begins with that
/// (as it was written, <chart:..> to <end>), and of the last question, which is asked of the table.
struct GenerationRequest
{
    std::vector<Message> messages;
    Sampling sampling;
    int maxTokens = 1024;
    std::vector<std::string> stopStrings;
    OutputConstraint constraint; ///< not with a chart reader, which has a format of its own
    std::string language;        ///< that a chart reader sums up or answers in: "en", "de", "zh"; anything else: its choice
    /// How often a chart reader looks at a picture whose table it is to read, 1 to kMostLooks: each time the picture lies a little
    /// elsewhere on its cells, and all looks together decide every token (engine/generate/further_looks.h). Three read clearly better than
    /// one, and take about twice as long; more were no better.
    int looks = kMostLooks;
    static constexpr int kMostLooks = 3;
    /// Statistics::passes of an earlier answer to the same prompt: it is computed anew in just these, which gives the same bits. Not looked
    /// at when they do not make up the prompt, which Statistics::passes of the answer then tell.
    std::vector<PassRun> passes;
    /// Computes several likely tokens at once where that pays: taken from what the conversation said before, or foretold by the model's own
    /// block for it (EngineOptions::foretell). Every token is drawn as without; several at once are summed in another order
    /// (engine/README.md). Ignored by models that can't take tokens back.
    bool speculate = false;
};

/// A layer whose experts no longer share the work as they used to in this session: chosen by chance, or always the same.
struct ExpertWarning
{
    int layer = 0;
    double margin = 0;      ///< mean router margin over the last 768 tokens of text
    double usualMargin = 0; ///< over the session's first tokens
    double utilisation = 0; ///< normalised entropy of the experts' load
    double usualUtilisation = 0;
};

/// What a model whose experts do not all fit into memory had to do with the disk. All 0 where they fit.
struct ExpertTraffic
{
    std::uint64_t called = 0;    ///< experts that layers asked for, each once a pass
    std::uint64_t found = 0;     ///< of these, in memory already, or on their way
    std::uint64_t foretold = 0;  ///< of these, because they had been read ahead
    std::uint64_t readAhead = 0; ///< experts read before anybody asked
    std::uint64_t bytesRead = 0; ///< from the disk
    double secondsWaited = 0;    ///< that the computation stood still for the disk
    std::uint64_t divided = 0;   ///< experts that tokens chose in layers of which a card has some, not all,
    std::uint64_t onCard = 0;    ///< and of these, those that it has

    double hitRate() const { return called > 0 ? static_cast<double>(found) / static_cast<double>(called) : 0; }
    /// What was added since `before`.
    ExpertTraffic since(const ExpertTraffic &before) const
    {
        return {called - before.called,       found - before.found,         foretold - before.foretold,
                readAhead - before.readAhead, bytesRead - before.bytesRead, secondsWaited - before.secondsWaited,
                divided - before.divided,     onCard - before.onCard};
    }
};

struct Statistics
{
    int promptTokens = 0; ///< all tokens of the prompt
    int cachedTokens = 0; ///< of these, taken from the KV cache
    int generatedTokens = 0;
    int foretoldTokens = 0; ///< by the model's block for it, proposed or not
    int proposedTokens = 0; ///< by speculation
    int acceptedTokens = 0; ///< of these, what the model said too
    int imagesEncoded = 0;  ///< images that were not in the image cache; each look at a chart is one
    std::chrono::duration<double> imageTime{};
    std::chrono::duration<double> prefillTime{};
    std::chrono::duration<double> decodeTime{};
    std::uint64_t bytesPerToken = 0;           ///< weights and KV a decode step reads
    std::uint64_t memoryBytes = 0;             ///< resident memory of the process
    double expertUtilisation = 0;              ///< normalised entropy of the expert load of this answer; 0 for dense models
    double idleCompute = 0;                    ///< 1 - mean load / maximum load of this answer
    double meanExperts = 0;                    ///< experts used for a token on average
    ExpertTraffic expertTraffic;               ///< of the model while this answer was made, that of others beside it included
    std::vector<ExpertWarning> expertWarnings; ///< layers out of their usual range at the end of this answer
    /// In which the prompt was computed, its cached tokens included; empty where that is not known (speculation, batches).
    std::vector<PassRun> passes;

    double prefillRate() const { return prefillTime.count() > 0 ? (promptTokens - cachedTokens) / prefillTime.count() : 0; }
    double decodeRate() const { return decodeTime.count() > 0 ? generatedTokens / decodeTime.count() : 0; }
};

/// Events of one answer, in order, from the calling thread of Session::generate.
struct PrefillProgress
{
    int done = 0;
    int total = 0;
};

/// Whole UTF-8 characters, never half of one.
struct TextPiece
{
    std::string text;
    int token = 0;            ///< last token of the piece
    float probability = 1.0F; ///< of that token, before sampling filters
    float routerMargin = 0;   ///< smallest router margin over the layers for that token; 0 for dense models
};

/// What the model writes for itself before it answers. Fields as those of TextPiece.
struct ReasoningPiece
{
    std::string text;
    int token = 0;
    float probability = 1.0F;
    float routerMargin = 0;
};

/// A tool that the model asks for. What looks like a call and cannot be read comes as text instead.
struct ToolCall
{
    std::string id; ///< the model's own; often empty
    std::string name;
    std::string arguments; ///< a JSON object
};

using Event = std::variant<PrefillProgress, TextPiece, ReasoningPiece, ToolCall>;
using EventSink = std::function<void(const Event &)>;

enum class StopReason
{
    kEndOfAnswer,
    kStopString,
    kLength,
    kCancelled,
};

struct GenerationEnd
{
    StopReason reason = StopReason::kEndOfAnswer;
    Statistics statistics;
};

} // namespace conclave::engine
