#include "engine/model/blocks/streamed_experts.h"

#include "engine/model/blocks/moe.h"

#include <algorithm>
#include <numeric>

namespace conclave::engine
{

using kernels::DType;
using kernels::Queue;
using kernels::Tensor;

StreamedExperts::StreamedExperts(kernels::Device &device, ExpertCache &cache, const RouterConfig &routing)
    : m_device(device), m_cache(cache), m_routing(routing)
{
}

std::unique_ptr<StreamedExperts> StreamedExperts::create(kernels::Device &device, ExpertCache &cache, const RouterConfig &routing)
{
    std::unique_ptr<StreamedExperts> streamed(new StreamedExperts(device, cache, routing));
    constexpr std::size_t kRows = Scratch::kChunk;
    const std::int64_t most = routing.most();
    const std::size_t plane = (kRows * static_cast<std::size_t>(most) * sizeof(float) + 63) / 64 * 64;
    streamed->m_memory = device.allocate(3 * plane + kRows * sizeof(float));
    if (!streamed->m_memory)
        return nullptr;
    kernels::Buffer *buffer = streamed->m_memory.get();
    streamed->m_slots = Tensor::packed(DType::kI32, {kRows, most}, buffer);
    streamed->m_guess.experts = Tensor::packed(DType::kI32, {kRows, most}, buffer, plane);
    streamed->m_guess.weights = Tensor::packed(DType::kF32, {kRows, most}, buffer, 2 * plane);
    streamed->m_guess.margins = Tensor::packed(DType::kF32, {kRows}, buffer, 3 * plane);
    return streamed;
}

/// Choices as the router has written them.
bool StreamedExperts::fetch(Step &step, const Tensor &experts, std::vector<std::int32_t> &out)
{
    step.ops.finish();
    out.resize(static_cast<std::size_t>(experts.elements()));
    if (step.ops.ok())
        step.ops.check(m_device.download(std::as_writable_bytes(std::span(out)), experts));
    return step.ops.ok();
}

void StreamedExperts::begin(Step &step, int layer, const Moe &moe, const Tensor &seen, const Routing &routing)
{
    if (fetch(step, routing.experts, m_chosen))
        beginChosen(step, layer, moe, seen);
}

void StreamedExperts::begin(Step &step, int layer, const Moe &moe, const Tensor &seen, std::span<const std::int32_t> chosen)
{
    m_chosen.assign(chosen.begin(), chosen.end());
    beginChosen(step, layer, moe, seen);
}

void StreamedExperts::beginChosen(Step &step, int layer, const Moe &moe, const Tensor &seen)
{
    m_cache.begin(layer, m_chosen);
    const auto index = static_cast<std::size_t>(layer);
    if (m_choosers.size() <= index)
        m_choosers.resize(index + 1);
    m_choosers[index] = {true, moe.router, moe.gateInput, moe.gateBias, moe.fixedExperts};
    int next = 0;
    const Chooser *chooser = m_cache.expects() ? chooserAfter(layer, next) : nullptr;
    if (chooser != nullptr)
        guess(step, next, *chooser, seen);
}

const StreamedExperts::Chooser *StreamedExperts::chooserAfter(int layer, int &next) const
{
    for (std::size_t i = static_cast<std::size_t>(layer) + 1; i < m_choosers.size(); ++i) {
        if (m_choosers[i].known) {
            next = static_cast<int>(i);
            return &m_choosers[i];
        }
    }
    return nullptr;
}

void StreamedExperts::guess(Step &step, int layer, const Chooser &chooser, const Tensor &seen)
{
    const auto experts = static_cast<std::size_t>(m_routing.experts);
    bool sure = true;
    if (m_chosen.size() >= ExpertCache::kChoicesForAll * experts) {
        m_likely.resize(experts);
        std::iota(m_likely.begin(), m_likely.end(), 0);
    } else if (!chooser.fixedExperts.empty()) {
        const auto width = static_cast<std::size_t>(chooser.fixedExperts.shape[1]);
        m_likely.resize(step.ids.size() * width);
        for (std::size_t t = 0; t < step.ids.size(); ++t) {
            const auto row = std::span(m_likely).subspan(t * width, width);
            step.ops.check(m_device.download(std::as_writable_bytes(row), chooser.fixedExperts.at(step.ids[t])));
        }
    } else {
        sure = false;
        const Tensor logits = step.rows(step.scratch.routerLogits);
        const Routing routing{step.rows(m_guess.experts), step.rows(m_guess.weights), step.rows(m_guess.margins)};
        step.ops.linearExact(chooser.gateInput, seen, logits, chooser.gateBias);
        step.ops.run(&Queue::router, chooser.router.args(logits, routing, step.expertShare));
        if (!fetch(step, routing.experts, m_places))
            return;
        const auto most = static_cast<std::size_t>(m_routing.most());
        m_likely.clear();
        for (std::size_t rank = 0; rank < most; ++rank) // every token's best first
            for (std::size_t at = rank; at < m_places.size(); at += most)
                m_likely.push_back(m_places[at]);
    }
    m_cache.expect(layer, m_likely, sure);
}

void StreamedExperts::compute(Step &step, int layer, kernels::MoeFeedForwardArgs args)
{
    if (!step.ops.ok())
        return;
    useExperts(m_cache.layer(layer), args);
    args.experts = step.rows(m_slots);
    m_places.resize(m_chosen.size());
    do {
        step.ops.check(m_cache.load(m_chosen, m_places));
        if (step.ops.ok())
            step.ops.check(m_device.upload(args.experts, std::as_bytes(std::span(m_places))));
        step.ops.moeFeedForward(args);
        step.ops.finish();
    } while (step.ops.ok() && m_cache.release());
}

} // namespace conclave::engine
