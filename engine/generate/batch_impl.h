#pragma once

#include "engine/api/batch_session.h"
#include "engine/generate/answer.h"

#include <deque>
#include <memory>
#include <vector>

namespace conclave::engine
{

/// Continuous batching over Model::forwardTogether. Places keep their contexts from job to job, so that what prompts have in common (the
/// same instructions before each document) is computed once.
class BatchImpl final : public BatchSession
{
public:
    BatchImpl(std::shared_ptr<SessionParts> parts, const BatchOptions &options);
    ~BatchImpl() override;

    void add(BatchJob job) override;
    bool step() override;
    int waiting() const override { return static_cast<int>(m_waiting.size()); }
    int running() const override;

private:
    /// One of the answers that run together, or room for one.
    struct Place
    {
        std::unique_ptr<Seat> seat; ///< made for its first job
        std::unique_ptr<BatchJob> job;
        std::unique_ptr<Answer> answer; ///< of the job; nullptr: the place is free
        bool begun = false;
        std::uint64_t number = 0; ///< of the job, counted as they come
    };

    void admit();
    Result<Done> seatJob(Place &place);
    void endStopped();
    void endMoved();
    void gather();
    void gatherPrompts(std::size_t room);
    bool mustWait(const Place &place) const;
    bool beginAnswer(Place &place);
    void ask(Place &place, std::size_t most);
    void compute();
    void end(Place &place, Result<Done> outcome);

    std::shared_ptr<SessionParts> m_parts;
    BatchOptions m_options;
    std::deque<std::unique_ptr<BatchJob>> m_waiting;
    std::vector<Place> m_places;
    std::uint64_t m_number = 0;
    int m_moves; ///< SessionParts::moves when the answers under way began

    // The step under way.
    std::vector<Batch> m_batches;
    std::vector<std::pair<Place *, std::size_t>> m_asked; ///< whose they are, so many each
};

} // namespace conclave::engine
