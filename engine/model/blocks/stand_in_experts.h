#pragma once

#include "engine/model/step.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace conclave::engine
{

/// As many experts of each layer as one token gets, that do the work of all: a pass that is to tell what routers choose needs outputs such
/// as experts give, not those of the experts chosen, and so need not read them. (Without any, what tokens have in common would stand out
/// more than it does, and routers would seem to choose the same experts over and over.)
class StandInExperts
{
public:
    /// A token gets `chosen` experts at most; `experts`, at least as many, stand in for all. nullptr without memory.
    static std::unique_ptr<StandInExperts> create(kernels::Device &device, int chosen, int experts);

    /// The experts that stand in make as many groups of `chosen` as they can. Has the op compute with the first of a group in place of each
    /// token's best, with the second in place of its second best, …; of which group, the expert decides: different experts of a rank have
    /// different stand-ins as far as there are groups.
    void replace(Step &step, kernels::MoeFeedForwardArgs &args);

private:
    StandInExperts(kernels::Device &device, int groups) : m_device(device), m_groups(groups) {}

    kernels::Device &m_device;
    int m_groups;
    std::unique_ptr<kernels::Buffer> m_memory;
    kernels::Tensor m_places; ///< [chunk, chosen] I32
    std::vector<std::int32_t> m_experts;
};

} // namespace conclave::engine
