#include "engine/model/blocks/stand_in_experts.h"

#include <algorithm>

namespace conclave::engine
{

std::unique_ptr<StandInExperts> StandInExperts::create(kernels::Device &device, int chosen, int experts)
{
    std::unique_ptr<StandInExperts> out(new StandInExperts(device, std::max(1, experts / std::max(1, chosen))));
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
    const auto chosen = static_cast<std::int32_t>(args.experts.shape[1]);
    std::int32_t rank = 0;
    for (std::int32_t &expert : m_experts) {
        expert = expert < 0 ? -1 : rank + chosen * (expert % m_groups);
        rank = (rank + 1) % chosen;
    }
    args.experts = step.rows(m_places);
    step.ops.check(m_device.upload(args.experts, std::as_bytes(std::span(m_experts))));
}

} // namespace conclave::engine
