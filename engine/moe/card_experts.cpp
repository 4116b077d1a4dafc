#include "engine/moe/card_experts.h"

#include "engine/model/device_error.h"
#include "kernels/split/card_memory.h"

namespace conclave::engine
{

using kernels::Tensor;

Result<Done> CardExperts::keep(int layer, const ExpertTensors &tensors, std::span<const std::int32_t> experts, const Tensor &beside,
                               const ReadSlab &read)
{
    const auto index = static_cast<std::size_t>(layer);
    if (m_layers.size() <= index)
        m_layers.resize(index + 1);
    Layer &here = m_layers[index];
    const std::pair<const Tensor *, Tensor *> parts[] = {
        {&tensors.gate, &here.tensors.gate},         {&tensors.up, &here.tensors.up},         {&tensors.down, &here.tensors.down},
        {&tensors.gateBias, &here.tensors.gateBias}, {&tensors.upBias, &here.tensors.upBias}, {&tensors.downBias, &here.tensors.downBias}};
    for (const auto &[from, to] : parts) {
        if (from->empty())
            continue;
        auto copy = copied(*from, experts, beside, read);
        if (!copy)
            return copy.takeError();
        *to = *copy;
    }
    here.slabs.assign(static_cast<std::size_t>(tensors.gate.shape[0]), -1);
    for (const std::int32_t expert : experts)
        here.slabs[static_cast<std::size_t>(expert)] = here.count++;
    return Done{};
}

/// Matrices of their own memory each, as they may be large: a card has a largest piece.
Result<Tensor> CardExperts::copied(const Tensor &of, std::span<const std::int32_t> experts, const Tensor &beside, const ReadSlab &read)
{
    const auto count = static_cast<std::int64_t>(experts.size());
    Tensor out = of.rank == 3 ? Tensor::packed(of.dtype, {count, of.shape[1], of.shape[2]}, nullptr)
                              : Tensor::packed(of.dtype, {count, of.shape[1]}, nullptr);
    m_memory.push_back(kernels::allocateBeside(m_device, beside, out.packedBytes()));
    out.buffer = m_memory.back().get();
    if (out.buffer == nullptr)
        return outOfMemory("the most used experts on the card");
    for (std::int64_t slab = 0; slab < count; ++slab) {
        const auto bytes = read(of.at(experts[static_cast<std::size_t>(slab)]));
        if (!bytes)
            return bytes.error();
        if (const kernels::Status status = m_device.upload(out.slice(slab, 1), *bytes); !status.ok())
            return deviceError(status, "loading the most used experts onto the card");
    }
    return out;
}

int CardExperts::count(int layer) const
{
    const auto index = static_cast<std::size_t>(layer);
    return layer >= 0 && index < m_layers.size() ? m_layers[index].count : 0;
}

bool CardExperts::hasAll(int layer) const
{
    const int here = count(layer);
    return here > 0 && here == static_cast<int>(m_layers[static_cast<std::size_t>(layer)].slabs.size());
}

std::int32_t CardExperts::slabOf(int layer, std::int32_t expert) const
{
    return expert >= 0 && count(layer) > 0 ? m_layers[static_cast<std::size_t>(layer)].slabs[static_cast<std::size_t>(expert)] : -1;
}

} // namespace conclave::engine
