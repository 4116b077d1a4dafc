#include "engine/model/decoder.h"

#include "engine/model/blocks/image_rows.h"
#include "engine/model/device_error.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace conclave::engine
{

using kernels::DType;
using kernels::Tensor;

namespace
{

/// Logit rows computed at once; more are wanted only by tests and scoring.
constexpr std::int64_t kLogitRows = 32;

Error cancelled()
{
    return {ErrorCode::kCancelled, "The answer was stopped.", "stop requested"};
}

} // namespace

Decoder::Decoder(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info, const HyperParameters &hp)
    : m_file(file), m_device(device), m_options(options), m_info(std::move(info)), m_hp(hp)
{
}

Result<Done> Decoder::open()
{
    auto memory = ModelMemory::import(m_device, m_file);
    if (!memory)
        return memory.takeError();
    m_memory = std::move(*memory);
    m_queue = m_device.createQueue();
    if (!m_queue)
        return outOfMemory("the model \"" + m_file.name() + "\"");
    m_weights = std::make_unique<WeightLoader>(m_file, *m_memory);
    m_embedding = m_weights->matrix("token_embd.weight", {m_hp.vocabulary, m_hp.width});
    m_outputNorm = m_weights->floats("output_norm.weight", {m_hp.width});
    // Without an output matrix the embedding serves as one (tied).
    m_output = m_weights->has("output.weight") ? m_weights->matrix("output.weight", {m_hp.vocabulary, m_hp.width}) : m_embedding;
    return Done{};
}

Result<Done> Decoder::prepare(const RouterConfig &routing, int widestFeedForward)
{
    for (int i = 0; i < m_hp.predictionLayers; ++i)
        m_weights->ignore("blk." + std::to_string(m_hp.layers + i) + ".");
    for (const char *prefix : {"blk.", "token_embd", "output", "rope_", "per_layer_"}) {
        if (auto loaded = m_weights->finish(prefix); !loaded)
            return loaded;
    }
    m_routing = routing;
    const KvShape shape = cacheShape();
    if (auto checked = checkCacheShape(shape); !checked)
        return checked;
    m_pool = std::make_shared<KvPool>(m_device, shape);
    const bool tied = !m_weights->has("output.weight");
    std::uint64_t expertBytes = 0;
    for (int i = 0; i < m_hp.layers; ++i)
        expertBytes += m_experts.expertBytes(i) * static_cast<std::uint64_t>(m_routing.experts);
    m_denseBytes = m_weights->bytesTaken() - expertBytes - (tied ? 0 : m_embedding.packedBytes());

    ScratchSizes sizes;
    sizes.layers = m_hp.layers;
    sizes.width = m_hp.width;
    sizes.heads = m_hp.heads;
    sizes.kvHeads = m_hp.kvHeads;
    sizes.headDim = m_hp.headDim;
    sizes.feedForward = widestFeedForward;
    sizes.experts = routing.experts;
    sizes.mostExperts = routing.experts > 0 ? routing.most() : 0;
    addScratch(sizes);
    auto scratch = Scratch::create(m_device, sizes);
    if (!scratch)
        return scratch.takeError();
    m_scratch = std::move(*scratch);
    m_logitsMemory = m_device.allocate(static_cast<std::size_t>(kLogitRows) * static_cast<std::size_t>(m_hp.vocabulary) * sizeof(float));
    if (!m_logitsMemory)
        return outOfMemory("the model's working memory");
    m_logits.resize(static_cast<std::size_t>(m_hp.vocabulary));
    m_positions.resize(Scratch::kChunk);
    m_images.reserve(Scratch::kChunk);
    m_chosen.resize(static_cast<std::size_t>(Scratch::kChunk) * static_cast<std::size_t>(std::max(sizes.mostExperts, 1)));
    m_margins.resize(Scratch::kChunk);
    return Done{};
}

Result<std::unique_ptr<KvCache>> Decoder::createCache(int tokens)
{
    return KvCache::create(m_pool, tokens);
}

KvShape Decoder::cacheShape() const
{
    KvShape shape = KvShape::uniform(m_hp.layers, m_hp.kvHeads, m_hp.headDim, cacheType());
    for (std::size_t i = 0; i < shape.layers.size(); ++i)
        shape.layers[i].kvHeads = m_hp.layerKvHeads[i];
    return shape;
}

/// Heads must be whole blocks of the cache's type.
Result<Done> Decoder::checkCacheShape(const KvShape &shape) const
{
    const auto block = static_cast<int>(kernels::blockLayout(shape.type).elements);
    for (const KvLayerShape &layer : shape.layers) {
        if (layer.keyWidth % block != 0 || layer.valueWidth % block != 0)
            return Error{ErrorCode::kInvalidRequest,
                         "The model \"" + m_info.name + "\" cannot keep its context in " + kernels::dtypeName(shape.type) +
                             ": its heads have " + std::to_string(layer.keyWidth) + " values, not a multiple of " + std::to_string(block) +
                             ". Choose 16 bits for the context.",
                         "kv cache type"};
    }
    return Done{};
}

void Decoder::addScratch(ScratchSizes &) const {}

void Decoder::begin(Step &) const {}

void Decoder::outputHidden(Step &step, std::int64_t first, std::int64_t count, const Tensor &out) const
{
    step.ops.rmsNorm(m_outputNorm, m_scratch->x.slice(first, count), out, m_hp.epsilon);
}

Error Decoder::seesNothing() const
{
    const auto needs = projectorNeeds(m_file);
    if (needs && !needs->type.empty())
        return {
            ErrorCode::kInvalidRequest,
            "The model \"" + m_info.name +
                "\" sees only together with its projector file (mmproj*.gguf). Put that file beside the model, or name it when loading.",
            "no projector"};
    return {ErrorCode::kInvalidRequest, "The model \"" + m_info.name + "\" reads text only. Remove the picture, or load a model that sees.",
            m_info.architecture};
}

Result<Done> Decoder::seeWith(std::unique_ptr<VisionTower> tower, int levels)
{
    const auto mismatch = [this](const std::string &what) {
        return Error{ErrorCode::kBadMetadata,
                     "The projector \"" + m_options.projector->name() + "\" belongs to another model than \"" + m_file.name() +
                         "\": " + what + ". Choose the projector of this model.",
                     what};
    };
    if (tower->width() != m_hp.width)
        return mismatch("its rows are " + std::to_string(tower->width()) + " wide, not " + std::to_string(m_hp.width));
    if (tower->levels() != levels)
        return mismatch("it has " + std::to_string(tower->levels()) + " rows for each token, not " + std::to_string(levels));
    m_tower = std::move(tower);
    m_info.readsImages = true;
    m_info.projector = m_options.projector->name();
    return Done{};
}

ImageStyle Decoder::imageStyle() const
{
    return m_tower ? m_tower->style() : ImageStyle{};
}

Result<ImageGrid> Decoder::imageGrid(const Image &image) const
{
    return m_tower ? m_tower->grid(image) : Result<ImageGrid>(seesNothing());
}

Result<std::shared_ptr<const ImageMemory>> Decoder::encodeImage(const Image &image, std::stop_token stop)
{
    if (!m_tower)
        return seesNothing();
    Ops ops(*m_queue, m_options.precision);
    return m_tower->encode(ops, image, std::move(stop));
}

std::size_t Decoder::logitRowsOf(const Batch &batch) const
{
    return std::min(batch.tokens.size(), static_cast<std::size_t>(std::max(batch.logitRows, 1)));
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
    for (std::size_t from = 0; from < batch.tokens.size(); from += Scratch::kChunk) {
        const std::size_t count = std::min<std::size_t>(Scratch::kChunk, batch.tokens.size() - from);
        if (auto done = runChunk(batch, from, count); !done) {
            batch.cache->truncate(before);
            return done.takeError();
        }
    }
    return std::span<const float>(m_logits.data(), rows * static_cast<std::size_t>(m_hp.vocabulary));
}

Result<Done> Decoder::runChunk(const Batch &batch, std::size_t from, std::size_t count)
{
    KvCache &cache = *batch.cache;
    const std::int64_t first = cache.length();
    if (auto grown = cache.grow(static_cast<int>(count)); !grown)
        return grown;
    std::iota(m_positions.begin(), m_positions.begin() + static_cast<std::ptrdiff_t>(count), static_cast<std::int32_t>(first));

    Ops ops(*m_queue, m_options.precision);
    const auto tokens = static_cast<std::int64_t>(count);
    const std::span<const std::int32_t> ids = batch.tokens.subspan(from, count);
    m_images.cut(batch, from, std::span<const std::int32_t>(m_positions.data(), count));
    Step step{ops,
              *m_scratch,
              cache,
              batch.image,
              tokens,
              first,
              std::span<const std::int32_t>(m_positions.data(), count),
              ids,
              m_images.rows(),
              m_images.gridPositions()};
    ops.embed(m_embedding, ids, step.rows(m_scratch->x));
    if (m_embeddingScale != 1.0F)
        ops.run(&kernels::Queue::scale, kernels::ScaleArgs{step.rows(m_scratch->x), m_embeddingScale});
    placeImageRows(step);
    begin(step);
    for (int i = 0; i < m_hp.layers; ++i) {
        if (batch.stop.stop_requested()) {
            ops.finish();
            return cancelled();
        }
        layer(i, step);
        addImageLevel(step, i);
    }
    // Of this chunk's tokens, those among the last `rows` of the batch.
    const std::size_t rows = logitRowsOf(batch);
    const std::size_t firstWanted = batch.tokens.size() - rows;
    const std::size_t begin = std::max(from, firstWanted);
    if (begin < from + count)
        computeLogits(step, static_cast<std::int64_t>(from + count - begin), begin - firstWanted);
    ops.finish();
    if (!ops.ok())
        return deviceError(ops.status(), "computing the answer");
    cache.commit();
    if (batch.telemetry != nullptr)
        note(*batch.telemetry, tokens);
    return Done{};
}

void Decoder::computeLogits(Step &step, std::int64_t rows, std::size_t outRow)
{
    Ops &ops = step.ops;
    const auto vocabulary = static_cast<std::size_t>(m_hp.vocabulary);
    const std::int64_t begin = step.tokens - rows;
    for (std::int64_t done = 0; done < rows && ops.ok(); done += kLogitRows) {
        const std::int64_t count = std::min(kLogitRows, rows - done);
        const Tensor h = m_scratch->h.slice(0, count);
        const Tensor logits = Tensor::packed(DType::kF32, {count, m_hp.vocabulary}, m_logitsMemory.get());
        outputHidden(step, begin + done, count, h);
        ops.linear(m_output, h, logits);
        ops.finish();
        float *out = m_logits.data() + (outRow + static_cast<std::size_t>(done)) * vocabulary;
        const std::span<float> target(out, static_cast<std::size_t>(count) * vocabulary);
        ops.check(m_device.download(std::as_writable_bytes(target), logits));
        if (m_logitCap > 0.0F)
            std::transform(target.begin(), target.end(), target.begin(),
                           [this](float x) { return m_logitCap * std::tanh(x / m_logitCap); });
    }
}

void Decoder::note(ExpertTelemetry &telemetry, std::int64_t tokens)
{
    const auto count = static_cast<std::size_t>(tokens);
    const auto places = static_cast<std::size_t>(m_routing.most());
    for (int i = 0; i < m_hp.layers; ++i) {
        if (m_experts.placeOf(i) == ExpertPlace::kNone)
            continue;
        const Routing &routing = m_scratch->routings[static_cast<std::size_t>(i)];
        const std::span<std::int32_t> chosen(m_chosen.data(), count * places);
        const std::span<float> margins(m_margins.data(), count);
        const bool read = m_device.download(std::as_writable_bytes(chosen), routing.experts.slice(0, tokens)).ok() &&
                          m_device.download(std::as_writable_bytes(margins), routing.margins.slice(0, tokens)).ok();
        if (read)
            telemetry.record(i, m_routing.experts, chosen, m_routing.most(), margins);
    }
}

std::uint64_t Decoder::bytesPerToken(int position) const
{
    std::uint64_t bytes = m_denseBytes;
    const auto chosen = static_cast<std::uint64_t>(m_routing.experts > 0 ? m_routing.kMax : 0);
    for (int i = 0; i < m_hp.layers; ++i)
        bytes += m_experts.expertBytes(i) * chosen;
    return bytes + m_pool->shape().bytesRead(position);
}

} // namespace conclave::engine
