#include "engine/generate/pass_plan.h"

#include <algorithm>
#include <cstdint>

namespace conclave::engine
{
namespace
{

/// A pass of which the end was dropped cannot be the last: that one's logits were needed.
bool dropsRightly(const PassRun &run, std::int64_t end, const PromptLayout &prompt, int room, int vocabulary)
{
    return run.times == 1 && end < prompt.size() && end + static_cast<std::int64_t>(run.dropped.size()) <= room &&
           std::all_of(run.dropped.begin(), run.dropped.end(), [&](TokenId token) { return token >= 0 && token < vocabulary; });
}

} // namespace

std::optional<PassPlan> PassPlan::of(std::span<const PassRun> runs, const PromptLayout &prompt, int room, int vocabulary, bool cuts)
{
    std::int64_t end = 0;
    for (const PassRun &run : runs) {
        if (run.tokens <= 0 || run.times <= 0)
            return std::nullopt;
        end += static_cast<std::int64_t>(run.tokens) * run.times;
        if (end > prompt.size() || (!run.dropped.empty() && !(cuts && dropsRightly(run, end, prompt, room, vocabulary))))
            return std::nullopt;
    }
    if (end != prompt.size() || end == 0)
        return std::nullopt;
    return PassPlan(runs);
}

void PassPlan::advance()
{
    if (++m_done < m_runs[m_run].times)
        return;
    ++m_run;
    m_done = 0;
}

} // namespace conclave::engine
