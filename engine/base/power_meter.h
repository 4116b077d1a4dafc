#pragma once

#include "engine/base/battery_meter.h"
#include "engine/base/card_meter.h"
#include "engine/base/energy_meter.h"

#include <filesystem>
#include <optional>

/// Energy by whatever counts it on this machine. Not thread-safe.
namespace conclave::engine
{

enum class EnergySource
{
    kNone,
    kProcessor,
    kCards,
    kProcessorAndCards,
    kBattery, ///< the whole machine, screen included: only where nothing else counts
};

/// Where meters look; tests give folders and a library of their own.
struct PowerPlaces
{
    std::filesystem::path powercap = "/sys/class/powercap";
    std::filesystem::path powerSupply = "/sys/class/power_supply";
    std::filesystem::path cardLibrary; ///< empty: the driver's
};

class PowerMeter
{
public:
    /// `withCards`: graphics cards compute too. Otherwise they are let alone, for asking would wake one that sleeps.
    explicit PowerMeter(const PowerPlaces &places = {}, bool withCards = false);

    EnergySource source() const { return m_source; }
    /// Nothing is measurable although the processor counts: only the administrator may read it.
    bool isLocked() const { return m_source == EnergySource::kNone && m_processor.isLocked(); }

    /// Takes in what was counted so far. Every second or so: counters wrap around, and a battery only tells its present power.
    void look();
    /// Joules since the meter was made or asked last; nullopt when that could not be measured all the while.
    std::optional<double> joules();

private:
    std::optional<double> counted();

    EnergyMeter m_processor;
    std::optional<CardMeter> m_cards;
    BatteryMeter m_battery;
    EnergySource m_source = EnergySource::kNone;
    std::optional<double> m_sum = 0.0; ///< nullopt: a look failed
};

} // namespace conclave::engine
