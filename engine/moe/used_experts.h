#pragma once

#include "engine/moe/expert_set.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace conclave::engine
{

class ExpertTelemetry;

/// How often the experts of a model were chosen in all sessions so far, kept in a small file for each model: by that a cache knows what to
/// begin with. Older sessions count less: whenever a layer has counted kMostTokens, all its counts are halved.
class UsedExperts
{
public:
    /// What `folder` keeps of a model; nothing where there is no such file, or none that can be read.
    static UsedExperts read(const std::filesystem::path &folder, std::uint64_t model);
    /// False: it could not be written, and what was there before still is.
    bool write(const std::filesystem::path &folder, std::uint64_t model) const;

    /// Adds an answer with its prompt.
    void add(const ExpertTelemetry &telemetry);

    bool empty() const { return m_layers.empty(); }
    /// Share of its layer's tokens that choose an expert, after what was counted and `usual`, what it is where nothing is known.
    double share(int layer, int expert, double usual) const;
    /// The same of all of a layer's `experts`, for a decision that lasts: they are taken to differ only as far as counts differ by more
    /// than chance would make them (James and Stein 1961), so that few tokens tell little. Those `usual` where nothing was counted.
    std::vector<double> trustedShares(int layer, int experts, double usual) const;
    /// Share of the choices of the first `layers` layers that their `held` most used experts got, those `elsewhere` apart; nothing where
    /// none were counted.
    std::optional<double> shareOfMost(int layers, int held, const ExpertSet &elsewhere = {}) const;
    bool operator==(const UsedExperts &) const = default;

    static constexpr std::uint64_t kMostTokens = 1U << 18;

private:
    struct Layer
    {
        std::uint64_t tokens = 0;
        std::vector<std::uint64_t> chosen; ///< [E]
        bool operator==(const Layer &) const = default;
    };
    std::vector<Layer> m_layers;
};

} // namespace conclave::engine
