#include "engine/moe/used_experts.h"

#include "engine/moe/expert_telemetry.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <numeric>
#include <string>
#include <system_error>

namespace conclave::engine
{
namespace
{

constexpr const char *kHead = "conclave-used-experts-1";
constexpr std::size_t kMostLayers = 4096;
constexpr std::size_t kMostExperts = 65536;

std::filesystem::path fileOf(const std::filesystem::path &folder, std::uint64_t model)
{
    return folder / (std::to_string(model) + ".txt");
}

} // namespace

UsedExperts UsedExperts::read(const std::filesystem::path &folder, std::uint64_t model)
{
    std::ifstream in(fileOf(folder, model));
    std::string head;
    std::size_t layers = 0;
    if (folder.empty() || !(in >> head >> layers) || head != kHead || layers > kMostLayers)
        return {};
    UsedExperts out;
    out.m_layers.resize(layers);
    for (Layer &layer : out.m_layers) {
        std::size_t experts = 0;
        if (!(in >> layer.tokens >> experts) || experts > kMostExperts)
            return {};
        layer.chosen.resize(experts);
        for (std::uint64_t &chosen : layer.chosen) {
            if (!(in >> chosen) || chosen > layer.tokens)
                return {};
        }
    }
    return out;
}

bool UsedExperts::write(const std::filesystem::path &folder, std::uint64_t model) const
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    const std::filesystem::path file = fileOf(folder, model);
    std::filesystem::path unfinished = file;
    unfinished += ".part";
    std::ofstream out(unfinished, std::ios::trunc);
    out << kHead << ' ' << m_layers.size() << '\n';
    for (const Layer &layer : m_layers) {
        out << layer.tokens << ' ' << layer.chosen.size();
        for (const std::uint64_t chosen : layer.chosen)
            out << ' ' << chosen;
        out << '\n';
    }
    out.close();
    if (out)
        std::filesystem::rename(unfinished, file, error);
    if (out && !error)
        return true;
    std::filesystem::remove(unfinished, error);
    return false;
}

void UsedExperts::add(const ExpertTelemetry &telemetry)
{
    const std::vector<LayerLoad> &loads = telemetry.layers();
    m_layers.resize(std::max(m_layers.size(), loads.size()));
    for (std::size_t i = 0; i < loads.size(); ++i) {
        Layer &layer = m_layers[i];
        const std::vector<std::uint64_t> &tokens = loads[i].tokens;
        layer.chosen.resize(std::max(layer.chosen.size(), tokens.size()));
        layer.tokens += loads[i].routed;
        for (std::size_t e = 0; e < tokens.size(); ++e)
            layer.chosen[e] += tokens[e];
        while (layer.tokens >= kMostTokens) {
            layer.tokens /= 2;
            std::transform(layer.chosen.begin(), layer.chosen.end(), layer.chosen.begin(), [](std::uint64_t count) { return count / 2; });
        }
    }
}

double UsedExperts::share(int layer, int expert, double usual) const
{
    constexpr double kUsualTokens = 4;
    const auto at = static_cast<std::size_t>(layer);
    if (at >= m_layers.size())
        return usual;
    const std::vector<std::uint64_t> &all = m_layers[at].chosen;
    const auto index = static_cast<std::size_t>(expert);
    const double chosen = index < all.size() ? static_cast<double>(all[index]) : 0.0;
    return (chosen + kUsualTokens * usual) / (static_cast<double>(m_layers[at].tokens) + kUsualTokens);
}

std::vector<double> UsedExperts::trustedShares(int layer, int experts, double usual) const
{
    std::vector<double> out(static_cast<std::size_t>(experts), usual);
    const auto at = static_cast<std::size_t>(layer);
    if (at >= m_layers.size() || m_layers[at].tokens == 0 || m_layers[at].chosen.size() != out.size() || experts < 2)
        return out;
    const std::vector<std::uint64_t> &counts = m_layers[at].chosen;
    const double mean = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0})) / experts;
    double variance = 0;
    for (const std::uint64_t count : counts)
        variance += (static_cast<double>(count) - mean) * (static_cast<double>(count) - mean) / (experts - 1);
    const double trust = variance > mean ? 1 - mean / variance : 0; // random counts vary by their mean
    for (std::size_t e = 0; e < out.size(); ++e)
        out[e] = (mean + trust * (static_cast<double>(counts[e]) - mean)) / static_cast<double>(m_layers[at].tokens);
    return out;
}

std::optional<double> UsedExperts::shareOfMost(int layers, int held, const ExpertSet &elsewhere) const
{
    std::vector<double> shares;
    for (std::size_t i = 0; i < m_layers.size() && static_cast<int>(i) < layers; ++i) {
        const Layer &layer = m_layers[i];
        for (std::size_t e = 0; e < layer.chosen.size(); ++e) {
            if (!elsewhere.has(static_cast<int>(i), static_cast<std::int32_t>(e)))
                shares.push_back(layer.tokens > 0 ? static_cast<double>(layer.chosen[e]) / static_cast<double>(layer.tokens) : 0.0);
        }
    }
    const double all = std::accumulate(shares.begin(), shares.end(), 0.0);
    if (all <= 0)
        return std::nullopt;
    const auto end = shares.begin() + std::clamp<std::ptrdiff_t>(held, 0, static_cast<std::ptrdiff_t>(shares.size()));
    std::partial_sort(shares.begin(), end, shares.end(), std::greater<>());
    return std::accumulate(shares.begin(), end, 0.0) / all;
}

} // namespace conclave::engine
