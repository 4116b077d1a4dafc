#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <vector>

namespace conclave::engine
{

/// Energy that the whole machine takes from its batteries, from the power they say they give (Linux: Documentation/ABI/testing/
/// sysfs-class-power). Nothing is measurable while it hangs on the mains. Power is summed over time between two looks, so that it should
/// be looked at every second or so.
class BatteryMeter
{
public:
    using Time = std::chrono::steady_clock::time_point;

    /// `root` is another folder in tests.
    explicit BatteryMeter(const std::filesystem::path &root, Time now);

    bool measures() const { return !m_batteries.empty(); }
    /// Joules since the meter was made or asked last; nullopt when a battery did not discharge at its begin and its end.
    std::optional<double> joules(Time now);

private:
    std::optional<double> watts() const;

    std::vector<std::filesystem::path> m_batteries;
    std::optional<double> m_watts; ///< when it was asked last
    Time m_last;
};

} // namespace conclave::engine
