#pragma once

#include "engine/generate/answer_stream.h"
#include "engine/generate/draft_policy.h"
#include "engine/generate/further_looks.h"
#include "engine/generate/pass_plan.h"
#include "engine/generate/prompt_layout.h"
#include "engine/generate/sampler.h"
#include "engine/generate/session_parts.h"
#include "engine/generate/speculation.h"
#include "engine/generate/token_constraint.h"

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace conclave::engine
{

/// One answer under way, from the request to its last token. It computes nothing but pictures and what the model foretells: it says what
/// the model must compute next and takes the logits in, so that one answer can be computed alone or many together. In order: prepare,
/// begin, then next and take (or lose) while it goes on, and finish, also after an error. Engine thread only.
class Answer
{
public:
    /// All of them outlive the answer; the seat has no other answer meanwhile.
    Answer(SessionParts &parts, Seat &seat, const GenerationRequest &request, const EventSink &sink, std::stop_token stop);
    /// Computes likely tokens ahead, whether the request asks for it or not.
    void speculate() { m_speculates = true; }

    /// Lays the prompt out and checks the request.
    Result<Done> prepare();
    /// Encodes the pictures and takes over what is already computed of the prompt. kCancelled when it is stopped.
    Result<Done> begin();

    bool goesOn() const { return !m_ended; }
    bool readsPrompt() const { return m_seat.timeline.length() < m_layout.size(); } ///< once begun
    int computed() const { return m_seat.timeline.length(); }                       ///< tokens, once begun
    /// Tokens at the beginning that another prompt has too, with the same pictures.
    int commonPrompt(const Answer &other) const;

    /// What to compute: the next tokens of the prompt, at most `most` (not 0), or behind it the last token with what speculation proposes;
    /// a batch for each look at a chart. Valid until the next call of anything here.
    std::span<const Batch> next(std::size_t most);
    /// What came of these: notes it, and goes on with the answer as far as the logits reach. An error of one is the answer's.
    Result<Done> take(std::span<const BatchOutcome> outcomes);
    int looks() const { return m_looks ? 1 + m_looks->count() : 1; } ///< batches of a step, once begun
    /// Ends the answer, `outcome` being that of the last step. An error is returned, but a stop is one way to end.
    Result<GenerationEnd> finish(Result<Done> outcome);

private:
    using Clock = std::chrono::steady_clock;

    Result<Done> checkPrompt() const;
    Result<Done> checkChart() const;
    Result<Done> findConstraint();
    Result<Done> constrainChart();
    Result<Done> findImage();
    Result<Done> lookFurther(const Image &image);
    Result<Done> findPictures();
    Result<std::shared_ptr<const ImageMemory>> remembered(const Image &image, const ImageKey &key);
    std::size_t promptPiece(std::size_t most) const;
    void nextOfPrompt(std::size_t most);
    void noteStep();
    void lose();

    void beginDecoding();
    Result<Done> decode();
    Result<bool> decodeOne();
    bool isConfirmed(TokenId token);
    void propose();
    std::span<const TokenId> proposals(std::size_t room);
    std::span<const TokenId> foretell(std::size_t count);
    void compareForetold();
    std::size_t speculationRoom() const;
    void dropAhead();
    std::span<const float> logits() const;
    std::unique_ptr<AnswerParser> answerParser() const;
    std::string textOf(TokenId token, bool first) const;
    void fillStatistics();

    SessionParts &m_parts;
    Seat &m_seat;
    const GenerationRequest &m_request;
    const EventSink &m_sink;
    std::stop_token m_stop;
    GenerationEnd m_end;
    bool m_ended = false;
    ExpertTraffic m_trafficBefore;
    bool m_speculates = false;

    PromptLayout m_layout;                                      ///< the prompt
    std::vector<std::shared_ptr<const ImageMemory>> m_memories; ///< of its pictures; nullptr where their rows are not needed
    std::shared_ptr<const ImageMemory> m_image;                 ///< of a chart reader
    ImageKey m_imageKey;
    std::optional<FurtherLooks> m_looks; ///< at it
    std::optional<PassPlan> m_plan;      ///< when the prompt is computed as it was before
    Clock::time_point m_start;           ///< of the prompt, later of the answer

    std::unique_ptr<TokenConstraint> m_constraint; ///< or nullptr
    std::optional<Sampler> m_sampler;              ///< once the prompt is read, like all that follows
    std::optional<AnswerStream> m_stream;
    std::vector<TokenId> m_history; ///< prompt and answer

    // The step under way.
    Clock::time_point m_stepStart;
    std::span<const TokenId> m_step;
    std::vector<Batch> m_batches;
    std::vector<ImageRows> m_rows;
    std::vector<std::int32_t> m_positions;
    std::vector<TokenId> m_tokens;   ///< behind the prompt: the last one, and those proposed; in it: a pass with dropped ones
    std::span<const float> m_logits; ///< [1 + tokens ahead, V] of the last tokens computed

    // Speculation. The last `m_ahead.size()` tokens of the timeline were proposed; the first m_confirmed of them have come true.
    Speculation m_speculation;
    std::vector<TokenId> m_ahead;
    std::size_t m_confirmed = 0;
    DraftPolicy m_drafts;
    std::vector<TokenId> m_foretold;  ///< by the model,
    std::size_t m_foretoldBehind = 0; ///< behind so many tokens of the history
};

} // namespace conclave::engine
