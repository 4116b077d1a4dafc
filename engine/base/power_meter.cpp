#include "engine/base/power_meter.h"

namespace conclave::engine
{
namespace
{

EnergySource sourceOf(bool processor, bool cards, bool battery)
{
    if (processor && cards)
        return EnergySource::kProcessorAndCards;
    if (processor)
        return EnergySource::kProcessor;
    // A card's energy alone would leave out the processor that feeds it, but it is by far the larger part.
    if (cards)
        return EnergySource::kCards;
    return battery ? EnergySource::kBattery : EnergySource::kNone;
}

} // namespace

PowerMeter::PowerMeter(const PowerPlaces &places, bool withCards)
    : m_processor(places.powercap), m_battery(places.powerSupply, std::chrono::steady_clock::now())
{
    if (withCards)
        m_cards.emplace(places.cardLibrary);
    m_source = sourceOf(m_processor.measures(), m_cards && m_cards->measures(), m_battery.measures());
}

std::optional<double> PowerMeter::counted()
{
    switch (m_source) {
    case EnergySource::kProcessor:
        return m_processor.joules();
    case EnergySource::kCards:
        return m_cards->joules();
    case EnergySource::kProcessorAndCards: {
        const auto processor = m_processor.joules();
        const auto cards = m_cards->joules();
        return processor && cards ? std::optional(*processor + *cards) : std::nullopt;
    }
    case EnergySource::kBattery:
        return m_battery.joules(std::chrono::steady_clock::now());
    case EnergySource::kNone:
        break;
    }
    return std::nullopt;
}

void PowerMeter::look()
{
    const auto joules = counted();
    m_sum = m_sum && joules ? std::optional(*m_sum + *joules) : std::nullopt;
}

std::optional<double> PowerMeter::joules()
{
    look();
    const auto out = m_sum;
    m_sum = 0.0;
    return out;
}

} // namespace conclave::engine
