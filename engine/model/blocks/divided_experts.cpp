#include "engine/model/blocks/divided_experts.h"

#include "kernels/split/card_memory.h"

namespace conclave::engine
{

using kernels::DType;
using kernels::Tensor;

std::uint64_t DividedExperts::bytes(int width, int most)
{
    return static_cast<std::uint64_t>(Scratch::kChunk) * (static_cast<std::uint64_t>(width) + 2 * static_cast<std::uint64_t>(most)) *
           sizeof(float);
}

/// The card's place of what both sides use is made now, when there is still something else to be done where it has no room.
std::unique_ptr<DividedExperts> DividedExperts::create(kernels::Device &device, ExpertStore &store, const RouterConfig &routing, int width)
{
    std::unique_ptr<DividedExperts> out(new DividedExperts(device, store));
    const std::int64_t most = routing.most();
    const auto make = [&](std::size_t which, DType type, std::int64_t columns) {
        Tensor tensor = Tensor::packed(type, {Scratch::kChunk, columns}, nullptr);
        out->m_memory[which] = device.allocate(tensor.packedBytes());
        tensor.buffer = out->m_memory[which].get();
        return tensor;
    };
    out->m_slabs = make(0, DType::kI32, most);
    out->m_experts = make(1, DType::kI32, most);
    out->m_sum = make(2, DType::kF32, width);
    out->m_zeros.resize(static_cast<std::size_t>(out->m_sum.elements()));
    const CardExperts &card = *store.cardExperts();
    for (int layer = 0; layer < card.layers(); ++layer) {
        if (card.count(layer) == 0)
            continue;
        const Tensor &there = card.layer(layer).gate;
        const bool made = !out->m_slabs.empty() && !out->m_experts.empty() && !out->m_sum.empty() &&
                          kernels::bringBeside(device, there, out->m_slabs).ok() && kernels::bringBeside(device, there, out->m_sum).ok() &&
                          kernels::bringBeside(device, store.layer(layer).gate, out->m_sum).ok(); // zeros are set on the host
        if (!made)
            return nullptr;
    }
    return out;
}

std::span<const std::int32_t> DividedExperts::begin(Step &step, int layer, const Routing &routing)
{
    step.ops.finish();
    m_left.resize(static_cast<std::size_t>(routing.experts.elements()));
    if (step.ops.ok())
        step.ops.check(m_device.download(std::as_writable_bytes(std::span(m_left)), routing.experts));
    if (!step.ops.ok())
        return {};
    const CardExperts &card = *m_store.cardExperts();
    m_there.assign(m_left.size(), -1);
    m_chosen = m_chosenOnCard = 0;
    for (std::size_t i = 0; i < m_left.size(); ++i) {
        m_chosen += m_left[i] >= 0 ? 1 : 0;
        m_there[i] = card.slabOf(layer, m_left[i]);
        if (m_there[i] < 0)
            continue;
        ++m_chosenOnCard;
        m_left[i] = -1;
    }
    m_store.noteChosen(m_chosen, m_chosenOnCard);
    return m_left;
}

void DividedExperts::compute(Step &step, int layer, kernels::MoeFeedForwardArgs args, const HostExperts &host)
{
    if (!divides(layer)) {
        useExperts(m_store.cardExperts()->layer(layer), args);
        step.ops.moeFeedForward(args);
        return;
    }
    const bool hostToo = m_chosen > m_chosenOnCard;
    if (hostToo) { // before the card has more to do, which would have to be waited for
        step.ops.finish();
        for (const Tensor &tensor : {args.in, args.weights})
            step.ops.check(step.ops.ok() ? kernels::bringBeside(m_device, m_store.layer(layer).gate, tensor) : step.ops.status());
    }
    if (m_chosenOnCard > 0)
        startCard(step, layer, args);
    if (hostToo)
        computeHost(step, args, host);
}

void DividedExperts::startCard(Step &step, int layer, kernels::MoeFeedForwardArgs args)
{
    useExperts(m_store.cardExperts()->layer(layer), args);
    args.experts = step.rows(m_slabs);
    if (step.ops.ok())
        step.ops.check(m_device.upload(args.experts, std::as_bytes(std::span(m_there))));
    step.ops.moeFeedForward(args);
    step.ops.submit();
}

void DividedExperts::computeHost(Step &step, kernels::MoeFeedForwardArgs args, const HostExperts &host)
{
    const Tensor out = args.out;
    args.experts = step.rows(m_experts);
    args.out = step.rows(m_sum);
    if (step.ops.ok())
        step.ops.check(m_device.upload(args.experts, std::as_bytes(std::span(m_left))));
    if (step.ops.ok())
        step.ops.check(m_device.upload(args.out, std::as_bytes(std::span(m_zeros).first(static_cast<std::size_t>(args.out.elements())))));
    host(args);
    step.ops.add(args.out, out);
}

} // namespace conclave::engine
