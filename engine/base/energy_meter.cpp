#include "engine/base/energy_meter.h"

#include <fstream>
#include <string>
#include <system_error>

namespace conclave::engine
{
namespace
{

std::optional<std::uint64_t> readNumber(const std::filesystem::path &file)
{
    std::ifstream in(file);
    std::uint64_t value = 0;
    return in >> value ? std::optional(value) : std::nullopt;
}

/// "intel-rapl:0" is a package, "intel-rapl:0:1" a part of it: cores and graphics are counted with the package, memory is not. "psys" is
/// the whole board, packages included, and only some boards have it.
bool countsAlone(const std::filesystem::path &domain)
{
    const std::string folder = domain.filename().string();
    if (folder.rfind("intel-rapl:", 0) != 0)
        return false;
    std::string name;
    std::ifstream(domain / "name") >> name;
    const bool part = folder.find(':', folder.find(':') + 1) != std::string::npos;
    return part ? name == "dram" : name != "psys";
}

} // namespace

EnergyMeter::EnergyMeter(const std::filesystem::path &root)
{
    std::error_code error;
    for (const auto &entry : std::filesystem::directory_iterator(root, error)) {
        if (!countsAlone(entry.path()))
            continue;
        const auto counter = readNumber(entry.path() / "energy_uj");
        const auto range = readNumber(entry.path() / "max_energy_range_uj");
        if (counter)
            m_domains.push_back({entry.path() / "energy_uj", range.value_or(0), *counter});
        else
            m_locked = true;
    }
}

std::optional<double> EnergyMeter::joules()
{
    if (m_domains.empty())
        return std::nullopt;
    double sum = 0;
    for (Domain &domain : m_domains) {
        const auto now = readNumber(domain.counter);
        if (!now)
            return std::nullopt;
        const std::uint64_t taken = *now >= domain.last ? *now - domain.last : *now + domain.range - domain.last;
        sum += static_cast<double>(taken) * 1e-6;
        domain.last = *now;
    }
    return sum;
}

} // namespace conclave::engine
