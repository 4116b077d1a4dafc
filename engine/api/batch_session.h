#pragma once

#include "engine/api/types.h"

#include <functional>
#include <stop_token>

namespace conclave::engine
{

/// One request of a batch. Its answer is the one that a Session without history gives.
struct BatchJob
{
    GenerationRequest request; ///< `speculate` and `passes` are not looked at: the other answers fill each pass
    EventSink sink;            ///< hears this answer's events; may be empty
    /// Hears once how it ended; errors as Session::generate's. May add jobs, but not destroy the batch. May be empty.
    std::function<void(Result<GenerationEnd>)> ended;
    std::stop_token stop; ///< ends this answer alone, after the pass under way at the latest
};

struct BatchOptions
{
    int together = 8;       ///< answers computed at a time, 1 to kMostTogether; each keeps a context
    int promptTokens = 128; ///< of prompts, beside the answers under way, in one step: more is faster altogether and stalls answers longer

    static constexpr int kMostTogether = 32;
};

/// Answers many requests, several at a time (continuous batching, Yu et al. 2022): each step is one pass over the next tokens of all
/// answers under way, so that weights are read once for all of them. A new one joins as soon as another has ended; long prompts are read in
/// pieces beside the answers. Answers do not influence each other: what one says does not depend on its company, but for rounding (the
/// order of sums, kernels/README.md), and its errors and its stop are its own; only a failing device ends them all.
///
/// Engine thread only, driven by its owner: a worker calls `step` again and again, and between two steps may do anything else with the
/// engine. What is unfinished when the batch is destroyed hears nothing more.
class BatchSession
{
public:
    virtual ~BatchSession() = default;

    /// Takes a job; they begin in order. Computes nothing.
    virtual void add(BatchJob job) = 0;
    /// One pass: at most one token for every answer, and some of the prompts. Calls sinks and `ended` of the jobs concerned. A picture that
    /// is new to the engine is encoded first. False when no job is left.
    virtual bool step() = 0;

    virtual int waiting() const = 0; ///< jobs that have not begun
    virtual int running() const = 0; ///< jobs begun and not ended
};

} // namespace conclave::engine
