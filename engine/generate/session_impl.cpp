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

Result<GenerationEnd> SessionImpl::generate(const GenerationRequest &request, const EventSink &sink, std::stop_token stop)
{
    return guardedAnswer<GenerationEnd>([&]() -> Result<GenerationEnd> {
        Answer answer(*m_parts, m_seat, request, sink, std::move(stop));
        if (m_parts->speculates)
            answer.speculate();
        if (auto prepared = answer.prepare(); !prepared)
            return prepared.takeError();
        auto done = answer.begin();
        while (done && answer.goesOn()) {
            auto logits = m_parts->model->forward(answer.next(kPrefillChunk));
            if (!logits)
                answer.lose();
            done = logits ? answer.take(*logits) : Result<Done>(logits.takeError());
        }
        return answer.finish(std::move(done));
    });
}

} // namespace conclave::engine
