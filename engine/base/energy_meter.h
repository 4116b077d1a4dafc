#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace conclave::engine
{

/// Energy that the processor packages and, where it is counted apart, their memory take, from the counters of Linux's powercap tree (RAPL;
/// Documentation/power/powercap). Elsewhere, and where the counters may not be read, nothing is measurable and said to be so.
class EnergyMeter
{
public:
    /// `root` is another folder in tests.
    explicit EnergyMeter(const std::filesystem::path &root = "/sys/class/powercap");

    bool measures() const { return !m_domains.empty(); }
    /// There are counters, and the system lets only the administrator read them.
    bool isLocked() const { return m_locked; }
    /// Joules since the meter was made or asked last; the counters' wrap-around is taken care of if it is asked more often than they wrap
    /// (minutes). nullopt when nothing can be measured.
    std::optional<double> joules();

private:
    struct Domain
    {
        std::filesystem::path counter; ///< microjoules
        std::uint64_t range = 0;       ///< where it wraps
        std::uint64_t last = 0;
    };
    std::vector<Domain> m_domains;
    bool m_locked = false;
};

} // namespace conclave::engine
