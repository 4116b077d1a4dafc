#include "engine/generate/batch_impl.h"

#include "engine/generate/answer_guard.h"

#include <algorithm>

namespace conclave::engine
{
namespace
{

/// Waiting until another answer has computed a beginning that both have is worth it from so many tokens on: about a page.
constexpr int kWorthWaiting = 64;

} // namespace

BatchImpl::BatchImpl(std::shared_ptr<SessionParts> parts, const BatchOptions &options)
    : m_parts(std::move(parts)), m_options(options), m_moves(m_parts->moves)
{
    m_options.together = std::clamp(options.together, 1, BatchOptions::kMostTogether);
    const int looks = m_parts->model->info().readsCharts ? GenerationRequest::kMostLooks : 1; // each has a token in the pass
    m_options.promptTokens = std::clamp(options.promptTokens, looks, m_parts->model->mostTogether() - m_options.together * looks);
    m_places.resize(static_cast<std::size_t>(m_options.together));
}

BatchImpl::~BatchImpl() = default;

void BatchImpl::add(BatchJob job)
{
    job.request.speculate = false;
    job.request.passes.clear();
    if (!job.sink)
        job.sink = [](const Event &) {};
    m_waiting.push_back(std::make_unique<BatchJob>(std::move(job)));
}

int BatchImpl::running() const
{
    return static_cast<int>(std::count_if(m_places.begin(), m_places.end(), [](const Place &place) { return place.answer != nullptr; }));
}

bool BatchImpl::step()
{
    endMoved();
    admit();
    endStopped();
    gather();
    if (!m_batches.empty())
        compute();
    return running() > 0 || waiting() > 0;
}

/// Free places take the jobs that wait longest; those that cannot be answered end here.
void BatchImpl::admit()
{
    for (Place &place : m_places) {
        while (!place.answer && !m_waiting.empty()) {
            place.job = std::move(m_waiting.front());
            m_waiting.pop_front();
            place.number = m_number++;
            place.begun = false;
            auto seated = guardedAnswer<Done>([&] { return seatJob(place); });
            if (!seated)
                end(place, std::move(seated));
        }
    }
}

Result<Done> BatchImpl::seatJob(Place &place)
{
    if (!place.seat) {
        auto cache = m_parts->createCache();
        if (!cache)
            return cache.takeError();
        place.seat = std::make_unique<Seat>(*m_parts, std::move(*cache));
        place.seat->timeline.noteNoPasses();
    }
    place.seat->timeline.held = true;
    place.answer = std::make_unique<Answer>(*m_parts, *place.seat, place.job->request, place.job->sink, place.job->stop);
    return place.answer->prepare();
}

void BatchImpl::endStopped()
{
    for (Place &place : m_places) {
        if (place.answer && place.job->stop.stop_requested())
            end(place, answerStopped());
    }
}

/// What the answers had computed is gone when the model moved to another device.
void BatchImpl::endMoved()
{
    if (m_moves == m_parts->moves)
        return;
    m_moves = m_parts->moves;
    for (Place &place : m_places) {
        if (place.answer)
            end(place, Error{ErrorCode::kDeviceFailure,
                             "The card failed while this answer was made. The processor computes from now on; ask again.", "moved"});
    }
}

/// What the pass computes: the next token of every answer, then prompts, the oldest first.
void BatchImpl::gather()
{
    m_batches.clear();
    m_asked.clear();
    for (Place &place : m_places) {
        if (place.answer && place.begun && !place.answer->readsPrompt())
            ask(place, 0);
    }
    const auto most = static_cast<std::size_t>(m_parts->model->mostTogether());
    gatherPrompts(m_batches.empty() ? most : static_cast<std::size_t>(m_options.promptTokens));
}

void BatchImpl::gatherPrompts(std::size_t room)
{
    std::vector<Place *> places;
    for (Place &place : m_places) {
        if (place.answer && (!place.begun || place.answer->readsPrompt()))
            places.push_back(&place);
    }
    std::sort(places.begin(), places.end(), [](const Place *a, const Place *b) { return a->number < b->number; });
    for (Place *place : places) {
        if (!place->begun && (mustWait(*place) || !beginAnswer(*place)))
            continue;
        const auto looks = static_cast<std::size_t>(place->answer->looks());
        if (room < looks)
            return;
        ask(*place, room);
        room -= looks * m_batches.back().tokens.size();
    }
}

/// True when an older answer is about to compute a good part of this one's prompt.
bool BatchImpl::mustWait(const Place &place) const
{
    return std::any_of(m_places.begin(), m_places.end(), [&](const Place &other) {
        const bool reads = &other != &place && other.answer && other.begun && other.answer->readsPrompt();
        return reads && place.answer->commonPrompt(*other.answer) - other.answer->computed() >= kWorthWaiting;
    });
}

bool BatchImpl::beginAnswer(Place &place)
{
    place.begun = true;
    auto done = guardedAnswer<Done>([&] { return place.answer->begin(); });
    if (!done)
        end(place, std::move(done));
    return place.answer != nullptr;
}

void BatchImpl::ask(Place &place, std::size_t most)
{
    const auto batches = place.answer->next(most);
    m_batches.insert(m_batches.end(), batches.begin(), batches.end());
    m_asked.push_back({&place, batches.size()});
}

void BatchImpl::compute()
{
    const auto outcomes = m_parts->model->forwardTogether(m_batches);
    std::optional<Error> failed;
    std::size_t from = 0;
    for (const auto &[asked, count] : m_asked) {
        Place &place = *asked;
        const auto own = std::span(outcomes).subspan(from, count);
        from += count;
        for (const BatchOutcome &outcome : own) {
            if (outcome.error && m_parts->failedOnCard(*outcome.error))
                failed = outcome.error;
        }
        Result<Done> done = guardedAnswer<Done>([&] { return place.answer->take(own); });
        if (!done || !place.answer->goesOn())
            end(place, std::move(done));
    }
    if (failed) // if that fails too, so will the next answers, and say so
        (void)guardedAnswer<Done>([&] { return m_parts->leaveCard(*failed); });
}

/// Tells how the job ended, with the place free again: `ended` may add jobs.
void BatchImpl::end(Place &place, Result<Done> outcome)
{
    auto end = guardedAnswer<GenerationEnd>(
        [&]() -> Result<GenerationEnd> { return place.answer ? place.answer->finish(std::move(outcome)) : outcome.takeError(); });
    place.answer.reset();
    if (place.seat)
        place.seat->timeline.held = false;
    const std::unique_ptr<BatchJob> job = std::move(place.job);
    if (job->ended)
        job->ended(std::move(end));
}

} // namespace conclave::engine
