#pragma once

#include "engine/api/types.h"
#include "engine/generate/prompt_layout.h"

#include <optional>
#include <span>

namespace conclave::engine
{

/// The passes in which a prompt is computed once more, one behind the other. What they are made of outlives the plan.
class PassPlan
{
public:
    /// Nothing when `runs`, which may come from anywhere, do not make up the prompt. `room`: tokens of the context; `cuts`: it can go back
    /// to every length. Tokens that were dropped must be below `vocabulary`.
    static std::optional<PassPlan> of(std::span<const PassRun> runs, const PromptLayout &prompt, int room, int vocabulary, bool cuts);

    /// The pass to compute now, `times` aside. Not behind the last one.
    const PassRun &now() const { return m_runs[m_run]; }
    void advance();

private:
    explicit PassPlan(std::span<const PassRun> runs) : m_runs(runs) {}

    std::span<const PassRun> m_runs;
    std::size_t m_run = 0;
    int m_done = 0; ///< passes of it
};

} // namespace conclave::engine
