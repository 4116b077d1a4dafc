#pragma once

#include "engine/api/forecast.h"
#include "engine/forecast/probe.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace conclave::engine
{

/// Attention over keys and values of one type, in several contexts that take turns: a token finds its own in memory, not in caches.
class AttentionProbe
{
public:
    AttentionProbe(Probe &probe, kernels::DType type);

    /// What a probe of this type takes of Probe::context.
    static std::size_t contextBytes(kernels::DType type);

    /// Only the numbers that `work` needs; the others stay as they are.
    void measure(Probe &probe, MachineWork work, MachineSpeed::Context &out);

private:
    static constexpr std::int64_t kTokens = MachineSpeed::kProbeTokens;
    static constexpr std::int64_t kPageTokens = 64;
    static constexpr std::int64_t kContext = 4096; ///< positions of each
    static constexpr std::int64_t kContexts = 8;
    static constexpr std::int64_t kSlots = kContexts * kContext;
    static constexpr std::int64_t kHeads = 32;
    static constexpr std::int64_t kKvHeads = 4;
    static constexpr std::int64_t kHeadDim = 128;

    double seconds(Probe &probe, std::int64_t first, std::int64_t tokens);

    kernels::DType m_type;
    kernels::Tensor m_queries, m_results, m_keys, m_values;
    std::vector<std::int32_t> m_pages;
    std::size_t m_turn = 0;
};

/// Ops that go over activations alone.
class SmallProbe
{
public:
    explicit SmallProbe(Probe &probe);

    void measure(Probe &probe, MachineSpeed &out) const;

private:
    static constexpr std::int64_t kTokens = MachineSpeed::kProbeTokens;
    static constexpr std::int64_t kWidth = 2048;
    static constexpr std::int64_t kRouted = 128; ///< experts that a router chooses kChosen of
    static constexpr std::int64_t kChosen = 8;
    static constexpr std::int64_t kStreams = 4;
    static constexpr int kTinyOps = 200;

    kernels::Status tinyOps(kernels::Queue &queue) const;

    kernels::Tensor m_tiny, m_values, m_normed, m_tinyOut;
    kernels::RouterArgs m_router;
    kernels::GatherStreamsArgs m_gather;
};

} // namespace conclave::engine
