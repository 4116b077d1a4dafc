#pragma once

#include "engine/base/result.h"
#include "engine/moe/expert_set.h"
#include "engine/moe/expert_tensors.h"
#include "kernels/core/device.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace conclave::engine
{

/// Experts of a divided model that lie on its card one by one: copies of them as the file has them, one layer's behind each other, so that
/// an op which is given slabs in place of experts computes the same. They stay where they are as long as the model is loaded. Engine thread
/// only.
class CardExperts
{
public:
    /// One expert's slab of one tensor, as the file has it; valid until the next call.
    using ReadSlab = std::function<Result<std::span<const std::byte>>(const kernels::Tensor &slab)>;

    explicit CardExperts(kernels::Device &device) : m_device(device) {}

    /// Copies `experts` of a layer, in ascending order, to the card that `beside` lies on, a weight of the layer. kOutOfMemory when the
    /// card has no room for them; errors of `read`.
    Result<Done> keep(int layer, const ExpertTensors &tensors, std::span<const std::int32_t> experts, const kernels::Tensor &beside,
                      const ReadSlab &read);

    /// Of so many layers some may be here.
    int layers() const { return static_cast<int>(m_layers.size()); }
    int count(int layer) const;
    /// All experts of the layer are here: slab e is expert e.
    bool hasAll(int layer) const;
    bool has(int layer, std::int32_t expert) const { return slabOf(layer, expert) >= 0; }
    /// -1: not here, or no expert (-1).
    std::int32_t slabOf(int layer, std::int32_t expert) const;
    /// By slab.
    const ExpertTensors &layer(int layer) const { return m_layers[static_cast<std::size_t>(layer)].tensors; }

private:
    struct Layer
    {
        ExpertTensors tensors;
        std::vector<std::int32_t> slabs; ///< [E]
        int count = 0;
    };
    Result<kernels::Tensor> copied(const kernels::Tensor &of, std::span<const std::int32_t> experts, const kernels::Tensor &beside,
                                   const ReadSlab &read);

    kernels::Device &m_device;
    std::vector<Layer> m_layers;
    std::vector<std::unique_ptr<kernels::Buffer>> m_memory;
};

} // namespace conclave::engine
