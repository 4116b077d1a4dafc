#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace conclave::engine
{

/// Energy that the processor packages take, from the counters of Linux's powercap tree (RAPL; Documentation/power/powercap). Elsewhere, and
/// where the counters may not be read, nothing is measurable and said to be so.
class EnergyMeter
{
public:
    /// `root` is another folder in tests.
    explicit EnergyMeter(const std::filesystem::path &root = "/sys/class/powercap");

    bool measures() const { return !m_domains.empty(); }
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
};

} // namespace conclave::engine
