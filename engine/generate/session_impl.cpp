#include "engine/generate/session_impl.h"

#include "engine/generate/answer.h"
#include "engine/generate/answer_guard.h"
#include "engine/generate/timeline_file.h"
#include "engine/moe/expert_snapshot.h"

namespace conclave::engine
{
namespace
{

/// Tokens computed between two progress events.
constexpr std::size_t kPrefillChunk = 512;

Error cardFailed(const std::string &card, const Error &error, const std::string &then)
{
    const bool full = error.code == ErrorCode::kOutOfMemory;
    return {error.code,
            "The card \"" + card + "\" " + (full ? "has no memory left for this answer. " : "does not answer any more. ") + then,
            error.context};
}

} // namespace

SessionImpl::SessionImpl(std::shared_ptr<SessionParts> parts, std::unique_ptr<KvCache> cache)
    : m_parts(std::move(parts)), m_seat(*m_parts, std::move(cache))
{
}

Result<int> SessionImpl::countTokens(std::span<const Message> messages)
{
    try {
        return m_parts->countTokens(messages);
    } catch (const std::exception &exception) {
        return Error{ErrorCode::kOutOfMemory, "There is not enough memory to count the conversation's tokens.", exception.what()};
    }
}

Result<Done> SessionImpl::saveContext(const std::filesystem::path &file)
{
    return saveTimeline(m_seat.timeline, m_parts->fingerprint(), file);
}

Result<int> SessionImpl::loadContext(const std::filesystem::path &file)
{
    if (auto loaded = loadTimeline(m_seat.timeline, m_parts->fingerprint(), m_parts->model->vocabularySize(), file); !loaded)
        return loaded.takeError();
    return m_seat.timeline.length();
}

void SessionImpl::viewExperts(ExpertView &out) const
{
    const Model &model = *m_parts->model;
    engine::viewExperts(m_seat.telemetry, model.experts(), model.info().layers, out);
}

/// What a card can't do goes on elsewhere: with the memory of other conversations, then on the processor. An answer that has begun to
/// speak ends all the same, as nobody could tell what was said twice.
Result<GenerationEnd> SessionImpl::generate(const GenerationRequest &request, const EventSink &sink, std::stop_token stop)
{
    bool spoke = false;
    const EventSink heard = [&](const Event &event) {
        spoke = spoke || !std::holds_alternative<PrefillProgress>(event);
        sink(event);
    };
    auto end = attempt(request, heard, stop);
    if (end || !m_parts->failedOnCard(end.error()))
        return end;
    if (!spoke && end.error().code == ErrorCode::kOutOfMemory && m_parts->forgetOthers(&m_seat.timeline)) {
        end = attempt(request, heard, stop);
        if (end || !m_parts->failedOnCard(end.error()))
            return end;
    }
    const std::string card = failedCardName(*m_parts->device, m_parts->placement);
    auto moved = guardedAnswer<Done>([&] { return m_parts->leaveCard(end.error()); });
    if (!moved)
        return cardFailed(card, end.error(), "The processor cannot take over: " + moved.error().message);
    if (!spoke)
        return attempt(request, heard, stop);
    return cardFailed(card, end.error(), "The answer ends here and the conversation is kept; the processor computes the next one.");
}

/// Valid until the next call.
std::span<const BatchOutcome> SessionImpl::computed(std::span<const Batch> batches)
{
    if (batches.size() > 1) {
        m_outcomes = m_parts->model->forwardTogether(batches);
        return m_outcomes;
    }
    auto logits = m_parts->model->forward(batches.front());
    m_outcomes.resize(1);
    m_outcomes.front() = logits ? BatchOutcome{std::nullopt, *logits} : BatchOutcome{logits.takeError(), {}};
    return m_outcomes;
}

Result<GenerationEnd> SessionImpl::attempt(const GenerationRequest &request, const EventSink &sink, std::stop_token stop)
{
    return guardedAnswer<GenerationEnd>([&]() -> Result<GenerationEnd> {
        Answer answer(*m_parts, m_seat, request, sink, std::move(stop));
        if (m_parts->speculates)
            answer.speculate();
        if (auto prepared = answer.prepare(); !prepared)
            return prepared.takeError();
        auto done = answer.begin();
        while (done && answer.goesOn())
            done = answer.take(computed(answer.next(kPrefillChunk)));
        return answer.finish(std::move(done));
    });
}

} // namespace conclave::engine
