#include "app/inference/answer_meter.h"

#include <algorithm>
#include <utility>

namespace conclave::app
{
namespace
{

constexpr double kLookSeconds = 0.25;
/// Counters may have wrapped around unseen (the machine slept), so that such a time says nothing.
constexpr double kMostIdleSeconds = 600;

} // namespace

AnswerMeter::AnswerMeter(const engine::PowerPlaces &places, bool withCards, std::function<Time()> now)
    : m_meter(places, withCards), m_now(std::move(now)), m_asked(m_now()), m_looked(m_asked)
{
}

void AnswerMeter::lookWhileIdle()
{
    const double seconds = secondsSince(m_asked);
    if (seconds < kLeastIdleSeconds)
        return;
    const auto joules = m_meter.joules();
    m_asked = m_now();
    if (!joules || seconds > kMostIdleSeconds)
        return;
    if (m_idle.size() < kIdleLooks)
        m_idle.push_back(0);
    m_idle[m_next % kIdleLooks] = *joules / seconds;
    m_next = (m_next + 1) % kIdleLooks;
}

void AnswerMeter::rest()
{
    static_cast<void>(m_meter.joules());
    m_asked = m_now();
}

void AnswerMeter::begin()
{
    lookWhileIdle(); // the time before the question
    rest();
}

void AnswerMeter::look()
{
    if (secondsSince(m_looked) < kLookSeconds)
        return;
    m_meter.look();
    m_looked = m_now();
}

AnswerEnergy AnswerMeter::end()
{
    AnswerEnergy out;
    out.source = m_meter.source();
    out.locked = m_meter.isLocked();
    const double seconds = secondsSince(m_asked);
    const auto joules = m_meter.joules();
    m_asked = m_now();
    if (!joules)
        return out;
    out.joules = *joules;
    if (const auto idle = idleWatts())
        out.idleJoules = *idle * seconds;
    return out;
}

std::optional<double> AnswerMeter::idleWatts() const
{
    return m_idle.empty() ? std::nullopt : std::optional(*std::min_element(m_idle.begin(), m_idle.end()));
}

} // namespace conclave::app
