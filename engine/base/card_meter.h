#pragma once

#include <filesystem>
#include <memory>
#include <optional>

namespace conclave::engine
{

/// Energy that NVIDIA cards take, all of them together, by NVML's counters (NVML API reference, nvmlDeviceGetTotalEnergyConsumption; Volta
/// and newer). The driver's library is opened at run time; where it is absent, or no card counts, nothing is measurable.
class CardMeter
{
public:
    /// `library` is another one in tests; empty: the driver's.
    explicit CardMeter(const std::filesystem::path &library = {});
    ~CardMeter();
    CardMeter(CardMeter &&) noexcept;
    CardMeter &operator=(CardMeter &&) noexcept;

    bool measures() const { return m_cards != nullptr; }
    /// Joules since the meter was made or asked last; nullopt when nothing can be measured.
    std::optional<double> joules();

private:
    struct Cards;
    std::unique_ptr<Cards> m_cards; ///< nullptr: none that counts
};

} // namespace conclave::engine
