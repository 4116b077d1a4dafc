#include "engine/forecast/op_probes.h"

#include "engine/cache/kv_rows.h"

#include <cmath>
#include <span>

namespace conclave::engine
{

using kernels::DType;
using kernels::Tensor;

AttentionProbe::AttentionProbe(Probe &probe, DType type)
    : m_type(type), m_queries(probe.makeRandom(DType::kF32, {kTokens, kHeads, kHeadDim})),
      m_results(probe.make(DType::kF32, {kTokens, kHeads, kHeadDim}))
{
    for (std::int32_t page = 0; page < kSlots / kPageTokens; ++page)
        m_pages.push_back(page);
}

std::size_t AttentionProbe::contextBytes(DType type)
{
    return Tensor::packed(type, {2 * kSlots, kKvHeads, kHeadDim}, nullptr).packedBytes();
}

void AttentionProbe::measure(Probe &probe, MachineWork work, MachineSpeed::Context &out)
{
    const Tensor both = probe.context(m_type, {2 * kSlots, kKvHeads, kHeadDim});
    if (!probe.ok())
        return;
    KvRows rows{m_type, kSlots, kKvHeads, kHeadDim, both.buffer, both.offset};
    m_keys = rows.all();
    rows.offset = both.slice(kSlots, kSlots).offset;
    m_values = rows.all();
    if (work != MachineWork::kPrompts)
        out.operations = Probe::rate(4.0 * kHeads * kHeadDim * kContext, seconds(probe, kContext - 1, 1));
    const double seen = kTokens * (kTokens + kTokens / 2.0); // as in the second half of a prompt of 512
    if (work != MachineWork::kAnswers)
        out.promptOperations = Probe::rate(4.0 * kHeads * kHeadDim * seen, seconds(probe, kTokens, kTokens));
}

double AttentionProbe::seconds(Probe &probe, std::int64_t first, std::int64_t tokens)
{
    constexpr std::size_t kPages = kContext / kPageTokens;
    kernels::AttentionArgs args;
    args.cache.keys = m_keys;
    args.cache.values = m_values;
    args.cache.pageTokens = kPageTokens;
    args.scale = 1.0F / std::sqrt(static_cast<float>(kHeadDim));
    args.first = first;
    args.query = m_queries.slice(0, tokens);
    args.out = m_results.slice(0, tokens);
    return probe.seconds(Probe::kRepeats, [&](kernels::Queue &queue) {
        args.cache.pages = std::span(m_pages).subspan(kPages * (m_turn++ % kContexts), kPages);
        return queue.attention(args);
    });
}

SmallProbe::SmallProbe(Probe &probe)
    : m_tiny(probe.make(DType::kQ8_0, {32, kWidth})), m_values(probe.makeRandom(DType::kF32, {kTokens, kWidth})),
      m_normed(probe.make(DType::kF32, {kTokens, kWidth})), m_tinyOut(probe.make(DType::kF32, {1, 32}))
{
    m_router.logits = probe.makeRandom(DType::kF32, {kTokens, kRouted});
    m_router.kMin = m_router.kMax = m_router.kWide = static_cast<int>(kChosen);
    m_router.experts = probe.make(DType::kI32, {kTokens, kChosen});
    m_router.weights = probe.make(DType::kF32, {kTokens, kChosen});
    m_router.margins = probe.make(DType::kF32, {kTokens});
    m_gather.streams = probe.makeRandom(DType::kF32, {kTokens, kStreams, kWidth});
    m_gather.projection = probe.makeRandom(DType::kF32, {kTokens, kStreams * (kStreams + 2)});
    m_gather.base = probe.make(DType::kF32, {kStreams * (kStreams + 2)});
    m_gather.scale = probe.make(DType::kF32, {3});
    m_gather.post = probe.make(DType::kF32, {kTokens, kStreams});
    m_gather.mix = probe.make(DType::kF32, {kTokens, kStreams, kStreams});
    m_gather.out = m_normed;
}

void SmallProbe::measure(Probe &probe, MachineSpeed &out) const
{
    out.opSeconds = probe.seconds(Probe::kFewRepeats, [&](kernels::Queue &queue) { return tinyOps(queue); }) / kTinyOps;
    const auto rateOf = [&](const Tensor &values, const std::function<kernels::Status(kernels::Queue &)> &op) {
        return Probe::rate(static_cast<double>(values.elements()), probe.seconds(Probe::kRepeats, op));
    };
    out.smallValues = rateOf(m_values, [&](kernels::Queue &queue) { return queue.rmsNorm({m_values, {}, m_normed, 1e-6F}); });
    out.routerLogits = rateOf(m_router.logits, [&](kernels::Queue &queue) { return queue.router(m_router); });
    out.streamValues = 2 * rateOf(m_gather.streams, [&](kernels::Queue &queue) {
                           const kernels::Status status = queue.gatherStreams(m_gather);
                           return status.ok() ? queue.spreadStreams({m_normed, m_gather.post, m_gather.mix, m_gather.streams}) : status;
                       });
}

/// Whose arithmetic is nothing: what remains is their start and their end on all threads.
kernels::Status SmallProbe::tinyOps(kernels::Queue &queue) const
{
    kernels::MatmulArgs args;
    args.weight = m_tiny;
    args.in = m_values.slice(0, 1);
    args.out = m_tinyOut;
    kernels::Status status = kernels::Status::success();
    for (int i = 0; i < kTinyOps && status.ok(); ++i)
        status = queue.matmul(args);
    return status;
}

} // namespace conclave::engine
