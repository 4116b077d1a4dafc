#pragma once

#include "engine/api/session.h"
#include "engine/generate/session_parts.h"

#include <memory>

namespace conclave::engine
{

class SessionImpl final : public Session
{
public:
    SessionImpl(std::shared_ptr<SessionParts> parts, std::unique_ptr<KvCache> cache);

    Result<GenerationEnd> generate(const GenerationRequest &request, const EventSink &sink, std::stop_token stop) override;
    Result<int> countTokens(std::span<const Message> messages) override;
    Result<Done> saveContext(const std::filesystem::path &file) override;
    Result<int> loadContext(const std::filesystem::path &file) override;
    void viewExperts(ExpertView &out) const override;

private:
    Result<GenerationEnd> attempt(const GenerationRequest &request, const EventSink &sink, std::stop_token stop);
    std::span<const BatchOutcome> computed(std::span<const Batch> batches);

    std::shared_ptr<SessionParts> m_parts;
    Seat m_seat;
    std::vector<BatchOutcome> m_outcomes; ///< of the pass just computed
};

} // namespace conclave::engine
