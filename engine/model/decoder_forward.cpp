#include "engine/model/blocks/image_rows.h"
#include "engine/model/blocks/streamed_experts.h"
#include "engine/model/decoder.h"
#include "engine/model/device_error.h"

#include <algorithm>
#include <cmath>

/// The pass: from tokens to logits, of one sequence in chunks or of several together.
namespace conclave::engine
{

using kernels::DType;
using kernels::Tensor;

namespace
{

std::size_t logitRowsOf(const Batch &batch)
{
    return std::min(batch.tokens.size(), static_cast<std::size_t>(std::max(batch.logitRows, 1)));
}

} // namespace

/// Those among the last rows of the batch.
std::size_t Decoder::Part::logitRows() const
{
    const std::size_t firstWanted = batch->tokens.size() - logitRowsOf(*batch);
    return from + count - std::clamp(firstWanted, from, from + count);
}

std::int64_t Decoder::Part::kept() const
{
    const auto after = static_cast<std::size_t>(std::max(batch->keepStatesAfter, 0));
    return after > from && after < from + count ? static_cast<std::int64_t>(after - from) : 0;
}

Result<Done> Decoder::validate(const Batch &batch) const
{
    if (batch.tokens.empty() || batch.cache == nullptr)
        return Error{ErrorCode::kInvalidRequest, "There is nothing to compute: the prompt is empty.", "forward without tokens or cache"};
    for (const std::int32_t token : batch.tokens) {
        if (token < 0 || token >= m_hp.vocabulary)
            return Error{ErrorCode::kInvalidRequest, "The prompt holds a token that the model \"" + m_info.name + "\" does not have.",
                         "token " + std::to_string(token)};
    }
    const auto room = static_cast<std::size_t>(batch.cache->capacity() - batch.cache->length());
    if (batch.tokens.size() > room)
        return Error{ErrorCode::kContextFull,
                     "The context is full: " + std::to_string(batch.tokens.size()) + " more tokens are needed and " + std::to_string(room) +
                         " are available.",
                     "kv cache"};
    return m_images.validate(batch, m_hp.width);
}

Result<std::span<const float>> Decoder::forward(const Batch &batch)
{
    if (auto valid = validate(batch); !valid)
        return valid.takeError();
    const std::size_t rows = logitRowsOf(batch);
    m_logits.resize(std::max(m_logits.size(), rows * static_cast<std::size_t>(m_hp.vocabulary)));
    const int before = batch.cache->length();
    std::size_t outRow = 0;
    for (std::size_t from = 0; from < batch.tokens.size(); from += Scratch::kChunk) {
        const Part part{&batch, from, std::min<std::size_t>(Scratch::kChunk, batch.tokens.size() - from)};
        auto done = grow(part);
        if (done)
            done = runPass(std::span(&part, 1), outRow);
        if (!done) {
            batch.cache->truncate(before);
            return done.takeError();
        }
        outRow += part.logitRows();
    }
    return std::span<const float>(m_logits.data(), rows * static_cast<std::size_t>(m_hp.vocabulary));
}

Result<Done> Decoder::checkTogether(std::span<const Batch> batches) const
{
    const auto wrong = [](const char *what) {
        return Error{ErrorCode::kInvalidRequest, "These answers cannot be computed together. Ask for fewer at a time.", what};
    };
    std::size_t tokens = 0;
    for (std::size_t i = 0; i < batches.size(); ++i) {
        tokens += batches[i].tokens.size();
        for (std::size_t other = 0; other < i; ++other) {
            if (batches[i].cache == batches[other].cache)
                return wrong("two batches with one cache");
        }
    }
    return tokens <= static_cast<std::size_t>(mostTogether()) ? Result<Done>(Done{}) : wrong("more tokens than a pass takes");
}

std::vector<BatchOutcome> Decoder::forwardTogether(std::span<const Batch> batches)
{
    std::vector<BatchOutcome> outcomes(batches.size());
    const auto possible = checkTogether(batches);
    std::vector<Part> parts;
    std::vector<std::size_t> places; // of the parts, in `batches`
    std::size_t rows = 0;
    for (std::size_t i = 0; i < batches.size(); ++i) {
        auto ready = possible ? validate(batches[i]) : possible;
        if (ready)
            ready = grow({&batches[i], 0, batches[i].tokens.size()});
        if (!ready) {
            outcomes[i].error = ready.takeError();
            continue;
        }
        parts.push_back({&batches[i], 0, batches[i].tokens.size()});
        places.push_back(i);
        rows += parts.back().logitRows();
    }
    if (parts.empty())
        return outcomes;
    const auto vocabulary = static_cast<std::size_t>(m_hp.vocabulary);
    m_logits.resize(std::max(m_logits.size(), rows * vocabulary));
    const auto done = runPass(parts, 0);
    std::size_t row = 0;
    for (std::size_t p = 0; p < parts.size(); ++p) {
        const Part &part = parts[p];
        BatchOutcome &outcome = outcomes[places[p]];
        if (done) {
            outcome.logits = std::span<const float>(m_logits).subspan(row * vocabulary, part.logitRows() * vocabulary);
            row += part.logitRows();
        } else {
            outcome.error = done.error();
            part.batch->cache->truncate(part.batch->cache->length() - static_cast<int>(part.count));
        }
    }
    return outcomes;
}

/// Makes room for a part in its cache.
Result<Done> Decoder::grow(const Part &part) const
{
    KvCache &cache = *part.batch->cache;
    const int before = cache.length();
    auto done = cache.grow(static_cast<int>(part.count));
    if (!done || part.kept() == 0 || !cache.shape().keepsStates)
        return done;
    done = cache.keepStates(before + static_cast<int>(part.kept()));
    if (!done)
        cache.truncate(before);
    return done;
}

/// The parts' tokens one behind the other. Their caches have grown.
Step Decoder::stepOf(Ops &ops, std::span<const Part> parts)
{
    m_positions.clear();
    m_ids.clear();
    m_sequences.clear();
    for (const Part &part : parts) {
        const auto tokens = static_cast<std::int64_t>(part.count);
        const std::int64_t first = part.batch->cache->length() - tokens;
        const std::int64_t kept = part.batch->cache->shape().keepsStates ? part.kept() : 0;
        m_sequences.push_back({*part.batch->cache, part.batch->image, static_cast<std::int64_t>(m_ids.size()), tokens, first, kept});
        const auto ids = part.batch->tokens.subspan(part.from, part.count);
        m_ids.insert(m_ids.end(), ids.begin(), ids.end());
        for (std::int64_t i = 0; i < tokens; ++i)
            m_positions.push_back(static_cast<std::int32_t>(first + i));
    }
    m_images.begin(m_ids.size());
    for (std::size_t p = 0; p < parts.size(); ++p) {
        const auto row = static_cast<std::size_t>(m_sequences[p].row);
        m_images.add(*parts[p].batch, parts[p].from, std::span<const std::int32_t>(m_positions).subspan(row, parts[p].count), row);
    }
    return {ops,
            *m_scratch,
            m_sequences,
            static_cast<std::int64_t>(m_ids.size()),
            m_positions,
            m_ids,
            m_images.rows(),
            m_images.gridPositions(),
            m_options.expertShare,
            m_streamed.get(),
            m_standIns.get(),
            m_divided.get()};
}

/// Logits go to m_logits from row `outRow` on.
Result<Done> Decoder::runPass(std::span<const Part> parts, std::size_t outRow)
{
    Ops ops(*m_queue, m_options.precision);
    Step step = stepOf(ops, parts);
    ops.embed(m_embedding, step.ids, step.rows(m_scratch->x));
    if (m_embeddingScale != 1.0F)
        ops.scale(step.rows(m_scratch->x), m_embeddingScale);
    placeImageRows(step);
    begin(step);
    for (int i = 0; i < m_hp.layers; ++i) {
        if (std::all_of(parts.begin(), parts.end(), [](const Part &part) { return part.batch->stop.stop_requested(); })) {
            ops.finish();
            return answerStopped();
        }
        layer(i, step);
        addImageLevel(step, i);
    }
    computeLogits(step, parts, outRow);
    keepHidden(step, parts);
    ops.finish();
    if (!ops.ok()) {
        auto unread = m_streamed ? m_streamed->takeFailure() : std::nullopt;
        return unread ? std::move(*unread) : deviceError(ops.status(), "computing the answer");
    }
    for (std::size_t p = 0; p < parts.size(); ++p) {
        parts[p].batch->cache->commit();
        if (parts[p].batch->telemetry != nullptr)
            note(parts[p], m_sequences[p]);
    }
    return Done{};
}

/// The rows that are wanted, collected from all sequences, so that the output matrix is read once for many of them.
void Decoder::computeLogits(Step &step, std::span<const Part> parts, std::size_t outRow)
{
    std::int64_t held = 0;
    const auto flush = [&] {
        if (held > 0)
            downloadLogits(step.ops, held, outRow);
        outRow += static_cast<std::size_t>(held);
        held = 0;
    };
    for (std::size_t p = 0; p < parts.size(); ++p) {
        auto left = static_cast<std::int64_t>(parts[p].logitRows());
        std::int64_t row = m_sequences[p].row + m_sequences[p].tokens - left;
        while (left > 0 && step.ops.ok()) {
            const std::int64_t count = std::min(left, kLogitRows - held);
            outputHidden(step, row, count, m_scratch->h.slice(held, count));
            held += count;
            row += count;
            left -= count;
            if (held == kLogitRows)
                flush();
        }
    }
    flush();
}

/// Of the first `rows` rows of scratch.h.
void Decoder::downloadLogits(Ops &ops, std::int64_t rows, std::size_t outRow)
{
    const auto vocabulary = static_cast<std::size_t>(m_hp.vocabulary);
    const Tensor logits = Tensor::packed(DType::kF32, {rows, m_hp.vocabulary}, m_logitsMemory.get());
    ops.linear(m_output, m_scratch->h.slice(0, rows), logits);
    ops.finish();
    const std::span<float> target(m_logits.data() + outRow * vocabulary, static_cast<std::size_t>(rows) * vocabulary);
    ops.check(m_device.download(std::as_writable_bytes(target), logits));
    if (m_logitCap > 0.0F)
        std::transform(target.begin(), target.end(), target.begin(), [this](float x) { return m_logitCap * std::tanh(x / m_logitCap); });
}

void Decoder::note(const Part &part, const StepSequence &sequence)
{
    m_pictures.clear();
    for (const ImageRows &rows : part.batch->imageRows) {
        const std::size_t first = std::max(static_cast<std::size_t>(rows.token), part.from);
        const std::size_t end = std::min(static_cast<std::size_t>(rows.token + rows.count), part.from + part.count);
        if (first < end)
            m_pictures.push_back({first - part.from, end - first});
    }
    const auto count = static_cast<std::size_t>(sequence.tokens);
    if (count == 0)
        return;
    const auto places = static_cast<std::size_t>(m_routing.most());
    // Of one token all layers at a time, before any is looked at: where another core routed, each is a wait that others can share.
    const int together = std::max(1, static_cast<int>(m_margins.size() / count));
    const auto slotOf = [&](int i) { return static_cast<std::size_t>(i % together) * count; };
    for (int first = 0; first < m_hp.layers; first += together) {
        const int end = std::min(m_hp.layers, first + together);
        bool read = true;
        for (int i = first; i < end; ++i) {
            if (m_experts.placeOf(i) == ExpertPlace::kNone)
                continue;
            const Routing &routing = m_scratch->routings[static_cast<std::size_t>(i)];
            const std::span<std::int32_t> chosen(m_chosen.data() + slotOf(i) * places, count * places);
            const std::span<float> margins(m_margins.data() + slotOf(i), count);
            read = read && m_device.download(std::as_writable_bytes(chosen), sequence.rows(routing.experts)).ok() &&
                   m_device.download(std::as_writable_bytes(margins), sequence.rows(routing.margins)).ok();
        }
        for (int i = first; read && i < end; ++i) {
            if (m_experts.placeOf(i) != ExpertPlace::kNone)
                part.batch->telemetry->record(i, m_routing.experts, {m_chosen.data() + slotOf(i) * places, count * places},
                                              m_routing.most(), {m_margins.data() + slotOf(i), count}, m_pictures);
        }
    }
}

} // namespace conclave::engine
