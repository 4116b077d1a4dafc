#pragma once

#include "engine/api/expert_view.h"
#include "engine/api/types.h"

#include <filesystem>
#include <span>
#include <stop_token>

namespace conclave::engine
{

/// One conversation's timeline: owns its KV cache. Engine thread only.
class Session
{
public:
    virtual ~Session() = default;

    /// Answers the last message; when that is the assistant's own, goes on where its text ends, as if it had never been broken off. Only
    /// what differs from the previous request's prefix is computed again; images are encoded once and kept by content hash. Blocks until
    /// the answer ends; `sink` is called from this thread. A stop request is honoured within one layer of work and ends with
    /// StopReason::kCancelled, not with an error. Errors: kContextFull when the prompt does not fit (nothing is cut silently), kBadImage,
    /// kInvalidRequest (also for a template that does not let an answer go on), kOutOfMemory, kDeviceFailure.
    virtual Result<GenerationEnd> generate(const GenerationRequest &request, const EventSink &sink, std::stop_token stop) = 0;

    /// Tokens that `messages` would take as a prompt, image tokens included.
    virtual Result<int> countTokens(std::span<const Message> messages) = 0;

    /// Keeps what has been computed in a file, to go on from there after a restart without computing it again. kWriteFailed (an older
    /// file stays), kDeviceFailure.
    virtual Result<Done> saveContext(const std::filesystem::path &file) = 0;
    /// Takes over what `saveContext` kept; returns its tokens. A following request uses as much of it as its prompt shares. Errors leave
    /// an empty context: kFileNotFound, kFileTruncated, kBadFormat (damaged), kInvalidRequest (another model or other settings),
    /// kContextFull, kOutOfMemory.
    virtual Result<int> loadContext(const std::filesystem::path &file) = 0;

    /// How the experts work on the answer under way, when called by the sink of `generate`, else how they did on the last one. Uses `out`'s
    /// storage again and takes about as long as a hundredth of a decode step: who calls it ten times a second is not noticed.
    virtual void viewExperts(ExpertView &out) const = 0;
};

} // namespace conclave::engine
