#include "engine/model/blocks/streamed_experts.h"
#include "engine/model/decoder.h"
#include "engine/model/device_error.h"

#include <algorithm>

/// Multi-token prediction: the block behind the layers, which foretells what comes after the next token.
namespace conclave::engine
{

using kernels::DType;
using kernels::Tensor;

/// The first block behind the layers, if it is wanted and there. Whatever else stands there is not used.
Result<Done> Decoder::loadPrediction()
{
    const std::string block = "blk." + std::to_string(m_hp.layers) + ".";
    bool loaded = false;
    if (m_options.foretell && m_hp.predictionLayers > 0 && m_weights->has(block + "nextn.eh_proj.weight")) {
        auto added = addPredictionLayer(withPredictionLayer(m_hp));
        if (!added)
            return added.takeError();
        loaded = *added;
    }
    if (loaded)
        m_head.emplace(PredictionHead::load(*m_weights, m_hp, m_hp.layers, m_embedding, m_outputNorm, m_output));
    for (int i = loaded ? 1 : 0; i < m_hp.predictionLayers; ++i)
        m_weights->ignore("blk." + std::to_string(m_hp.layers + i) + ".");
    return Done{};
}

/// The block over rows of one sequence from position `first` on: `hidden` [T, d] there, and the tokens behind each. Leaves its stream in
/// scratch.x.
void Decoder::predict(Ops &ops, KvCache &cache, const Tensor &hidden, std::span<const std::int32_t> next, int first)
{
    const auto count = static_cast<std::int64_t>(next.size());
    m_predictedPositions.resize(next.size());
    for (std::size_t i = 0; i < next.size(); ++i)
        m_predictedPositions[i] = first + static_cast<std::int32_t>(i);
    const StepSequence sequence{cache, nullptr, 0, count, first};
    Step step{ops, *m_scratch, std::span(&sequence, 1), count, m_predictedPositions, next, {}, {}, m_options.expertShare, m_streamed.get()};
    m_head->begin(step, hidden);
    layer(m_hp.layers, step);
}

/// The same for all rows that wait; `next` is the token behind the last of them.
void Decoder::predictWaiting(Ops &ops, KvCache &cache, std::int32_t next)
{
    WaitingRows &waiting = cache.waiting();
    const auto ids = waiting.ids().subspan(1);
    m_predictedIds.assign(ids.begin(), ids.end());
    m_predictedIds.push_back(next);
    predict(ops, cache, waiting.rows(), m_predictedIds, waiting.first());
    waiting.restart(waiting.end());
}

/// What the output matrix read of a pass goes to the block, or waits for it.
void Decoder::keepHidden(Step &step, std::span<const Part> parts)
{
    if (!m_head)
        return;
    const Tensor hidden = step.rows(m_scratch->prediction.hidden);
    outputHidden(step, 0, step.tokens, hidden);
    for (std::size_t p = 0; p < parts.size() && step.ops.ok(); ++p) {
        const StepSequence &sequence = m_sequences[p];
        KvCache &cache = *parts[p].batch->cache;
        WaitingRows &waiting = cache.waiting();
        std::int64_t row = sequence.row;
        std::int64_t left = sequence.tokens;
        auto ids = step.ids.subspan(static_cast<std::size_t>(row), static_cast<std::size_t>(left));
        if (waiting.end() != sequence.first)
            waiting.restart(static_cast<int>(sequence.first));
        if (!waiting.hasRoom(left)) {
            if (waiting.count() > 0)
                predictWaiting(step.ops, cache, ids.front());
            if (left > 1)
                predict(step.ops, cache, hidden.slice(row, left - 1), ids.subspan(1), static_cast<int>(sequence.first));
            row += left - 1;
            left = 1;
            ids = ids.last(1);
            waiting.restart(static_cast<int>(sequence.end()) - 1);
        }
        const auto to = waiting.add(ids);
        if (to)
            step.ops.copy(hidden.slice(row, left), *to);
        else
            waiting.restart(static_cast<int>(sequence.end())); // foretells less well, answers as well
    }
}

/// Logits of the block's last row, in place `row` of those foretold; the row that they were made from stays in scratch.h.
std::int32_t Decoder::foretellOne(Ops &ops, std::int64_t last, std::size_t row)
{
    const auto vocabulary = static_cast<std::size_t>(m_hp.vocabulary);
    const Tensor h = m_scratch->h.slice(0, 1);
    const Tensor logits = Tensor::packed(DType::kF32, {1, m_hp.vocabulary}, m_logitsMemory.get());
    ops.rmsNorm(m_head->outputNorm, m_scratch->x.slice(last, 1), h, m_head->epsilon);
    ops.linear(m_head->output, h, logits);
    ops.copy(h, m_scratch->prediction.hidden.slice(0, 1)); // what a further step reads in place of the model's own
    ops.finish();
    const std::span<float> target(m_foretoldLogits.data() + row * vocabulary, vocabulary);
    ops.check(m_device.download(std::as_writable_bytes(target), logits));
    return static_cast<std::int32_t>(std::max_element(target.begin(), target.end()) - target.begin());
}

Result<Foretold> Decoder::foretell(KvCache &cache, std::int32_t next, int count)
{
    const WaitingRows &waiting = cache.waiting();
    const int length = cache.length();
    if (!m_head || count < 1 || next < 0 || next >= m_hp.vocabulary || waiting.count() == 0 || waiting.end() != length)
        return Error{ErrorCode::kInvalidRequest, "The model \"" + m_info.name + "\" cannot foretell what follows here.", "foretell"};
    // Further tokens are put where their positions will be, into the page that is there already.
    const auto most = static_cast<std::size_t>(std::min(count, cache.pagedTokens() - length + 1));
    m_foretoldLogits.resize(std::max(m_foretoldLogits.size(), most * static_cast<std::size_t>(m_hp.vocabulary)));
    m_foretold.clear();
    Ops ops(*m_queue, m_options.precision);
    std::int64_t last = waiting.count() - 1;
    predictWaiting(ops, cache, next);
    for (;;) {
        m_foretold.push_back(foretellOne(ops, last, m_foretold.size()));
        if (m_foretold.size() == most || !ops.ok())
            break;
        const std::int32_t behind = m_foretold.back();
        const int position = length - 1 + static_cast<int>(m_foretold.size());
        last = 0;
        predict(ops, cache, m_scratch->prediction.hidden.slice(0, 1), std::span(&behind, 1), position);
    }
    if (!ops.ok()) {
        auto unread = m_streamed ? m_streamed->takeFailure() : std::nullopt;
        return unread ? std::move(*unread) : deviceError(ops.status(), "foretelling tokens");
    }
    return Foretold{m_foretold,
                    std::span<const float>(m_foretoldLogits).first(m_foretold.size() * static_cast<std::size_t>(m_hp.vocabulary))};
}

} // namespace conclave::engine
