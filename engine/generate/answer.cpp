#include "engine/generate/answer.h"

#include "engine/base/process_memory.h"
#include "engine/chat/chat_template.h"
#include "engine/moe/expert_store.h"

#include <algorithm>

namespace conclave::engine
{
namespace
{

/// A chart is read, not invented: the most likely allowed token, always.
Sampling chartSampling(const Sampling &asked)
{
    Sampling sampling;
    sampling.temperature = 0;
    sampling.seed = asked.seed;
    return sampling;
}

Error noTokenError(bool constrained)
{
    if (constrained)
        return Error{ErrorCode::kInvalidRequest,
                     "The answer cannot go on as its grammar or schema asks: the model has no token for what must follow.",
                     "no token is allowed"};
    return Error{ErrorCode::kDeviceFailure, "The model gave no usable answer: its numbers are not finite. The file may be damaged.",
                 "no token could be sampled"};
}

} // namespace

std::span<const Batch> Answer::next(std::size_t most)
{
    m_stepStart = Clock::now();
    m_rows.clear();
    if (readsPrompt()) {
        nextOfPrompt(most);
    } else {
        m_step = m_tokens;
        m_positions = m_layout.positions(computed(), static_cast<int>(m_step.size()));
    }
    Batch batch;
    batch.tokens = m_step;
    batch.imageRows = m_rows;
    batch.gridPositions = m_positions;
    batch.cache = &m_seat.timeline.cache();
    batch.image = m_image.get();
    batch.logitRows = readsPrompt() ? 1 : static_cast<int>(m_step.size());
    batch.keepStatesAfter = readsPrompt() || m_ahead.empty() ? 0 : 1;
    batch.stop = m_stop;
    batch.telemetry = &m_seat.telemetry;
    m_batches.assign(1, batch);
    if (m_looks)
        m_looks->join(m_batches, computed());
    return m_batches;
}

Result<Done> Answer::take(std::span<const BatchOutcome> outcomes)
{
    for (const BatchOutcome &outcome : outcomes) {
        if (outcome.error) {
            lose();
            return *outcome.error;
        }
    }
    const bool prompt = readsPrompt();
    noteStep();
    if (computed() + 1 == m_layout.size())
        m_seat.timeline.cache().checkpoint();
    m_logits = m_looks ? m_looks->merge(outcomes) : outcomes.front().logits;
    if (prompt) {
        m_end.statistics.prefillTime = Clock::now() - m_start;
        m_sink(PrefillProgress{computed(), m_layout.size()});
        if (readsPrompt())
            return Done{};
        beginDecoding();
    } else {
        m_speculation.passed(m_step.size(), std::chrono::duration<double>(Clock::now() - m_stepStart).count());
    }
    auto done = decode();
    m_end.statistics.decodeTime = Clock::now() - m_start;
    return done;
}

/// What `next` said could not be computed, or not for all looks.
void Answer::lose()
{
    if (m_seat.timeline.cache().length() > computed())
        m_seat.timeline.cache().truncate(computed());
    m_seat.timeline.followCache();
    m_ahead.clear();
    m_confirmed = 0;
}

Result<GenerationEnd> Answer::finish(Result<Done> outcome)
{
    dropAhead();
    m_parts.noteUsed(m_seat.telemetry);
    if (!outcome && outcome.error().code != ErrorCode::kCancelled)
        return outcome.takeError();
    if (!outcome)
        m_end.reason = StopReason::kCancelled;
    if (m_stream && m_end.reason != StopReason::kStopString)
        m_stream->finish();
    fillStatistics();
    return m_end;
}

void Answer::beginDecoding()
{
    m_start = Clock::now();
    m_sampler.emplace(m_parts.chartTokens ? chartSampling(m_request.sampling) : m_request.sampling, m_parts.tokenizer.get());
    std::vector<std::string> stops = m_parts.format->stopStrings();
    stops.insert(stops.end(), m_request.stopStrings.begin(), m_request.stopStrings.end());
    m_stream.emplace(std::move(stops), answerParser(), m_sink);
    m_history.reserve(static_cast<std::size_t>(m_parts.contextTokens) + 1);
    m_history = m_layout.tokens();
    m_end.reason = StopReason::kLength;
    if (m_seat.timeline.passes().length() == m_layout.size())
        m_end.statistics.passes = m_seat.timeline.passes().runs();
}

/// As many tokens as the logits reach for: one, and those behind it that speculation got right. Every token is drawn from the logits of its
/// own place with its own random number, as without speculation.
Result<Done> Answer::decode()
{
    do {
        Result<bool> goesOn = m_end.statistics.generatedTokens < m_request.maxTokens;
        if (*goesOn)
            goesOn = decodeOne();
        if (!goesOn)
            return goesOn.takeError();
        m_ended = !*goesOn;
    } while (!m_ended && isConfirmed(m_history.back()));
    if (!m_ended)
        propose();
    return Done{};
}

/// Chooses a token and sends its text. False at the end of the answer, with the reason set.
Result<bool> Answer::decodeOne()
{
    const auto sampled = m_sampler->sample(logits(), m_history, m_constraint ? m_constraint->allowed() : std::span<const std::uint64_t>());
    if (sampled.id < 0)
        return noTokenError(m_constraint != nullptr);
    if (m_constraint)
        m_constraint->accept(sampled.id);
    if (m_parts.tokenizer->endsGeneration(sampled.id)) {
        m_end.reason = StopReason::kEndOfAnswer;
        return false;
    }
    m_history.push_back(sampled.id);
    const int count = ++m_end.statistics.generatedTokens;
    const float margin = m_seat.telemetry.marginFromEnd(m_ahead.size() - m_confirmed);
    if (m_stream->push(textOf(sampled.id, count == 1 && !endsWithAnswer(m_request.messages)),
                       {{}, sampled.id, sampled.probability, margin})) {
        m_end.reason = StopReason::kStopString;
        return false;
    }
    if (m_constraint && m_constraint->finished()) { // nothing may follow
        m_end.reason = StopReason::kEndOfAnswer;
        return false;
    }
    return static_cast<int>(m_history.size()) <= m_parts.contextTokens; // else the reason stays kLength
}

/// True when the token was proposed at its place: what follows it is computed already.
bool Answer::isConfirmed(TokenId token)
{
    if (m_confirmed == m_ahead.size() || m_ahead[m_confirmed] != token)
        return false;
    ++m_confirmed;
    ++m_end.statistics.acceptedTokens;
    return true;
}

/// The next step: the last token, and behind it what may follow.
void Answer::propose()
{
    dropAhead();
    const std::size_t room = speculationRoom();
    const auto proposed = room > 0 ? proposals(room) : std::span<const TokenId>();
    m_ahead.assign(proposed.begin(), proposed.end());
    m_end.statistics.proposedTokens += static_cast<int>(m_ahead.size());
    m_tokens.assign(1, m_history.back());
    m_tokens.insert(m_tokens.end(), m_ahead.begin(), m_ahead.end());
}

/// What the conversation or the model itself foretells, whichever brings more; nothing where neither pays.
std::span<const TokenId> Answer::proposals(std::size_t room)
{
    const auto known = m_speculation.propose(m_history, room);
    if (!m_parts.model->foretells())
        return known;
    compareForetold();
    const SpeculationPolicy &costs = m_speculation.policy();
    const DraftPolicy::Plan plan = m_drafts.plan(costs, room);
    if (plan.count == 0 || (!known.empty() && costs.rate(known.size()) >= plan.rate))
        return known;
    const auto foretold = foretell(plan.count);
    return plan.rate > 0 ? foretold : std::span<const TokenId>();
}

/// What came of the tokens that the model foretold last.
void Answer::compareForetold()
{
    bool right = true;
    for (std::size_t i = 0; right && i < m_foretold.size() && m_foretoldBehind + i < m_history.size(); ++i) {
        right = m_history[m_foretoldBehind + i] == m_foretold[i];
        m_drafts.foretold(i, right);
    }
    m_foretold.clear();
}

/// By the model, behind the last token. Nothing when it cannot: the answer goes on without.
std::span<const TokenId> Answer::foretell(std::size_t count)
{
    const auto start = Clock::now();
    const auto foretold = m_parts.model->foretell(m_seat.timeline.cache(), m_history.back(), static_cast<int>(count));
    if (!foretold)
        return {};
    m_drafts.took(foretold->tokens.size(), std::chrono::duration<double>(Clock::now() - start).count());
    m_foretold.assign(foretold->tokens.begin(), foretold->tokens.end());
    m_foretoldBehind = m_history.size();
    m_end.statistics.foretoldTokens += static_cast<int>(m_foretold.size());
    return m_foretold;
}

/// How many tokens may be proposed: as many as the answer and the context have room for.
std::size_t Answer::speculationRoom() const
{
    const KvCache &cache = m_seat.timeline.cache();
    if (!(m_request.speculate || m_speculates) || (!cache.truncatesAnywhere() && !cache.shape().keepsStates))
        return 0;
    const int context = m_parts.contextTokens - static_cast<int>(m_history.size());
    const int wanted = m_request.maxTokens - m_end.statistics.generatedTokens - 1;
    const int most = cache.truncatesAnywhere() ? context : std::min(context, 1); // states are kept at one place
    return static_cast<std::size_t>(std::max(0, std::min(most, wanted)));
}

/// Takes back the proposed tokens that did not come true.
void Answer::dropAhead()
{
    if (m_ahead.empty())
        return;
    if (m_confirmed < m_ahead.size())
        m_seat.timeline.truncate(computed() - static_cast<int>(m_ahead.size() - m_confirmed));
    m_ahead.clear();
    m_confirmed = 0;
}

/// Of the place behind the last confirmed token.
std::span<const float> Answer::logits() const
{
    const std::size_t vocabulary = m_logits.size() / (m_ahead.size() + 1);
    return m_logits.subspan(m_confirmed * vocabulary, vocabulary);
}

/// The end of the prompt tells whether the answer begins with reasoning.
std::unique_ptr<AnswerParser> Answer::answerParser() const
{
    const AnswerFormat format = m_parts.format->answerFormat();
    if (endsWithAnswer(m_request.messages))
        return AnswerParser::continued(format);
    constexpr std::size_t kLooked = 16;
    const auto &prompt = m_layout.tokens();
    std::string end;
    for (std::size_t i = prompt.size() - std::min(prompt.size(), kLooked); i < prompt.size(); ++i)
        end += m_parts.tokenizer->piece(prompt[i]);
    return AnswerParser::create(format, format.opensReasoning(end));
}

/// A chart's control tokens are part of its format; those of a chat are not part of what is said, marks apart.
std::string Answer::textOf(TokenId token, bool first) const
{
    const Tokenizer &tokenizer = *m_parts.tokenizer;
    if (!m_parts.chartTokens && tokenizer.type(token) == TokenType::kControl)
        return m_parts.format->answerFormat().isMark(tokenizer.piece(token)) ? tokenizer.piece(token) : std::string();
    return first ? tokenizer.decode(std::span(&token, 1)) : tokenizer.piece(token);
}

void Answer::fillStatistics()
{
    Statistics &statistics = m_end.statistics;
    statistics.bytesPerToken = m_parts.model->bytesPerToken(computed());
    statistics.memoryBytes = residentMemoryBytes();
    statistics.expertUtilisation = m_seat.telemetry.utilisation();
    statistics.idleCompute = m_seat.telemetry.idleCompute();
    statistics.meanExperts = m_seat.telemetry.meanExperts();
    statistics.expertTraffic = m_parts.model->experts().traffic().since(m_trafficBefore);
    statistics.expertWarnings = m_seat.telemetry.collapse().warnings();
}

} // namespace conclave::engine
