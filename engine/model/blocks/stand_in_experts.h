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
    /// A token gets `chosen` experts at most. nullptr without memory.
    static std::unique_ptr<StandInExperts> create(kernels::Device &device, int chosen);

    /// Has the op compute with the layer's first expert in place of each token's best, with the second in place of its second best, ….
    void replace(Step &step, kernels::MoeFeedForwardArgs &args);

private:
    explicit StandInExperts(kernels::Device &device) : m_device(device) {}

    kernels::Device &m_device;
    std::unique_ptr<kernels::Buffer> m_memory;
    kernels::Tensor m_places; ///< [chunk, chosen] I32
    std::vector<std::int32_t> m_experts;
};

} // namespace conclave::engine
