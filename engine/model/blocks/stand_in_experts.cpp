#include "engine/model/blocks/stand_in_experts.h"

namespace conclave::engine
{

std::unique_ptr<StandInExperts> StandInExperts::create(kernels::Device &device, int chosen)
{
    std::unique_ptr<StandInExperts> out(new StandInExperts(device));
    const kernels::Tensor places = kernels::Tensor::packed(kernels::DType::kI32, {Scratch::kChunk, chosen}, nullptr);
    out->m_memory = device.allocate(places.packedBytes());
    if (!out->m_memory)
        return nullptr;
    out->m_places = places;
    out->m_places.buffer = out->m_memory.get();
    return out;
}

void StandInExperts::replace(Step &step, kernels::MoeFeedForwardArgs &args)
{
    step.ops.finish();
    m_experts.resize(static_cast<std::size_t>(args.experts.elements()));
    step.ops.check(m_device.download(std::as_writable_bytes(std::span(m_experts)), args.experts));
    const auto chosen = static_cast<std::size_t>(args.experts.shape[1]);
    for (std::size_t i = 0; i < m_experts.size(); ++i)
        m_experts[i] = m_experts[i] < 0 ? -1 : static_cast<std::int32_t>(i % chosen);
    args.experts = step.rows(m_places);
    step.ops.check(m_device.upload(args.experts, std::as_bytes(std::span(m_experts))));
}

} // namespace conclave::engine
