#include "engine/generate/pass_log.h"

#include <algorithm>
#include <utility>

namespace conclave::engine
{
namespace
{

/// Rows of pictures are numbers below zero, which nobody could compute again.
bool isText(std::span<const TokenId> tokens)
{
    return std::all_of(tokens.begin(), tokens.end(), [](TokenId token) { return token >= 0; });
}

/// Passes of the run that end at `room` or before.
int wholePasses(const PassRun &run, int room)
{
    return std::min(run.times, room / run.tokens);
}

} // namespace

void PassLog::push(PassRun run)
{
    m_length += run.tokens * run.times;
    const bool alike = !m_runs.empty() && m_runs.back().tokens == run.tokens && m_runs.back().dropped.empty() && run.dropped.empty();
    if (alike)
        m_runs.back().times += run.times;
    else
        m_runs.push_back(std::move(run));
}

void PassLog::add(int tokens)
{
    if (tokens > 0)
        push({tokens, 1, {}});
}

void PassLog::truncate(int length, std::span<const TokenId> tokens)
{
    if (length >= m_length)
        return;
    m_length = 0;
    for (PassRun &run : std::exchange(m_runs, {})) {
        const int whole = wholePasses(run, length - m_length);
        const int end = m_length + (whole + 1) * run.tokens;
        if (whole > 0)
            push({run.tokens, whole, whole == run.times ? run.dropped : std::vector<std::int32_t>()});
        if (whole == run.times)
            continue;
        const auto gone = tokens.subspan(static_cast<std::size_t>(length), static_cast<std::size_t>(end - length));
        if (m_length < length && isText(gone)) {
            PassRun rest{length - m_length, 1, {gone.begin(), gone.end()}};
            rest.dropped.insert(rest.dropped.end(), run.dropped.begin(), run.dropped.end());
            push(std::move(rest));
        }
        return;
    }
}

int PassLog::cut(int most, std::span<const TokenId> tokens) const
{
    int at = 0;
    for (const PassRun &run : m_runs) {
        const int whole = wholePasses(run, most - at);
        at += whole * run.tokens;
        if (whole < run.times)
            return isText(tokens.subspan(static_cast<std::size_t>(most), static_cast<std::size_t>(at + run.tokens - most))) ? most : at;
    }
    return most;
}

int PassLog::sharedCut(int most) const
{
    int at = 0;
    for (const PassRun &run : m_runs) {
        if (!run.dropped.empty())
            return at;
        const int whole = wholePasses(run, most - at);
        at += whole * run.tokens;
        if (whole < run.times)
            return at;
    }
    return at;
}

bool PassLog::restore(std::vector<PassRun> runs, int length)
{
    m_runs.clear();
    m_length = 0;
    std::int64_t told = 0;
    for (const PassRun &run : runs) {
        if (run.tokens <= 0 || run.times <= 0 || (run.times > 1 && !run.dropped.empty()))
            return false;
        told += static_cast<std::int64_t>(run.tokens) * run.times;
        if (told > length)
            return false;
    }
    m_runs = std::move(runs);
    m_length = static_cast<int>(told);
    return true;
}

} // namespace conclave::engine
