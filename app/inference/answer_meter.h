#pragma once

#include "engine/base/power_meter.h"

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

/// What an answer takes of energy, beyond what the machine takes when it does nothing. Engine thread only.
namespace conclave::app
{

struct AnswerEnergy
{
    engine::EnergySource source = engine::EnergySource::kNone;
    bool locked = false;    ///< there are counters, and only the administrator may read them
    double joules = -1;     ///< while the answer was written, by all that the source counts; below 0: not measurable
    double idleJoules = -1; ///< of these, what would have been taken anyway; below 0: not known yet

    bool known() const { return joules >= 0; }
    /// Of the answer: without what the machine takes idly, where that is known.
    double answerJoules() const { return idleJoules > 0 ? (joules > idleJoules ? joules - idleJoules : 0) : joules; }
};

class AnswerMeter
{
public:
    using Time = std::chrono::steady_clock::time_point;

    /// `now` is another clock in tests.
    explicit AnswerMeter(const engine::PowerPlaces &places = {}, bool withCards = false,
                         std::function<Time()> now = std::chrono::steady_clock::now);

    bool measures() const { return m_meter.source() != engine::EnergySource::kNone; }

    /// The time since the last look was idle: now and then while nothing is computed, after rest().
    void lookWhileIdle();
    /// From here on nothing is computed.
    void rest();
    void begin();
    /// Now and then while an answer is written.
    void look();
    AnswerEnergy end();

    /// What the machine takes when it does nothing: the least that was seen of late; nothing: not seen yet.
    std::optional<double> idleWatts() const;

    static constexpr double kLeastIdleSeconds = 2; ///< shorter looks say too little
    static constexpr std::size_t kIdleLooks = 64;  ///< that are remembered

private:
    double secondsSince(Time time) const { return std::chrono::duration<double>(m_now() - time).count(); }

    engine::PowerMeter m_meter;
    std::function<Time()> m_now;
    Time m_asked;               ///< the meter, last
    Time m_looked;              ///< at it, in an answer
    std::vector<double> m_idle; ///< watts
    std::size_t m_next = 0;
};

} // namespace conclave::app
