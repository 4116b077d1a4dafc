#pragma once

#include "engine/api/forecast.h"
#include "engine/forecast/probe.h"

namespace conclave::engine
{

/// Weights of one type, more than caches hold: as one matrix, as parts of it that take turns, and as the experts of a layer.
class WeightProbe
{
public:
    WeightProbe(Probe &probe, kernels::DType type);

    /// What a probe of this type takes of Probe::weights.
    static std::size_t weightBytes(kernels::DType type);

    /// Only the numbers that `work` needs; the others stay as they are.
    void measure(Probe &probe, MachineWork work, MachineSpeed::Type &out);

private:
    static constexpr std::int64_t kWidth = 2048;
    static constexpr std::int64_t kHidden = 1024;
    static constexpr std::int64_t kExperts = 24;
    static constexpr std::int64_t kChosen = 8;
    static constexpr std::int64_t kTokens = MachineSpeed::kProbeTokens;
    static constexpr std::int64_t kExpertTokens = kExperts * MachineSpeed::kProbeTokensOfExpert / kChosen;
    static constexpr std::int64_t kFewTokens = kExperts * MachineSpeed::kFewTokensOfExpert / kChosen;
    static_assert(kExpertTokens <= kTokens);
    static constexpr std::int64_t kFloatRows = 8192;
    static constexpr std::int64_t kManyRows = 4096;
    static constexpr std::int64_t kManyFloatRows = 128;
    /// Bytes of weights that take turns: more than large caches keep, as a token of a large model reads.
    static constexpr std::size_t kSpan = 400'000'000;

    static bool holdsExperts(kernels::DType type) { return kernels::isQuantised(type) || type == kernels::DType::kF16; }
    static std::int64_t rowsOf(kernels::DType type) { return holdsExperts(type) ? 3 * kExperts * kHidden : kFloatRows; }
    static std::int64_t copiesOf(kernels::DType type);

    void chooseExperts(Probe &probe);
    void useExpertsOf(std::int64_t copy);
    double bytesOfMatrix(Probe &probe) const;
    double operationsOfMatrix(Probe &probe);
    double bytesOfExperts(Probe &probe);
    double operationsOfExperts(Probe &probe, std::int64_t tokens);
    kernels::Status run(kernels::Queue &queue, std::int64_t from, std::int64_t count) const;

    kernels::DType m_type;
    kernels::Tensor m_weights, m_in, m_outOne, m_outMany, m_sum, m_chosen, m_shares;
    kernels::MoeFeedForwardArgs m_args;
    std::int64_t m_at = 0;
    bool m_ready = false;
};

} // namespace conclave::engine
