#include "engine/base/battery_meter.h"

#include <cmath>
#include <fstream>
#include <string>
#include <system_error>

namespace conclave::engine
{
namespace
{

std::string wordIn(const std::filesystem::path &file)
{
    std::string word;
    std::ifstream(file) >> word;
    return word;
}

/// Millionths, as the kernel writes them; some drivers write a discharging current below 0.
std::optional<double> numberIn(const std::filesystem::path &file)
{
    std::ifstream in(file);
    double value = 0;
    return in >> value ? std::optional(std::abs(value) * 1e-6) : std::nullopt;
}

std::optional<double> wattsOf(const std::filesystem::path &battery)
{
    if (const auto power = numberIn(battery / "power_now"))
        return power;
    const auto current = numberIn(battery / "current_now");
    const auto voltage = numberIn(battery / "voltage_now");
    return current && voltage ? std::optional(*current * *voltage) : std::nullopt;
}

} // namespace

BatteryMeter::BatteryMeter(const std::filesystem::path &root, Time now) : m_last(now)
{
    std::error_code error;
    for (const auto &entry : std::filesystem::directory_iterator(root, error)) {
        // A mouse has a battery too; its scope is "Device".
        if (wordIn(entry.path() / "type") == "Battery" && wordIn(entry.path() / "scope") != "Device" && wattsOf(entry.path()))
            m_batteries.push_back(entry.path());
    }
    m_watts = watts();
}

/// nullopt: on the mains.
std::optional<double> BatteryMeter::watts() const
{
    double sum = 0;
    bool discharges = false;
    for (const std::filesystem::path &battery : m_batteries) {
        const std::string status = wordIn(battery / "status");
        if (status == "Charging")
            return std::nullopt;
        if (status != "Discharging") // one of two rests while the other is used
            continue;
        const auto one = wattsOf(battery);
        if (!one)
            return std::nullopt;
        discharges = true;
        sum += *one;
    }
    return discharges ? std::optional(sum) : std::nullopt;
}

std::optional<double> BatteryMeter::joules(Time now)
{
    const auto watts = this->watts();
    const double seconds = std::chrono::duration<double>(now - m_last).count();
    const auto out = watts && m_watts ? std::optional(0.5 * (*watts + *m_watts) * seconds) : std::nullopt;
    m_watts = watts;
    m_last = now;
    return out;
}

} // namespace conclave::engine
