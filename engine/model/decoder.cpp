#include "engine/model/decoder.h"

#include "engine/model/blocks/divided_experts.h"
#include "engine/model/blocks/stand_in_experts.h"
#include "engine/model/blocks/streamed_experts.h"
#include "engine/model/device_error.h"
#include "engine/moe/card_experts.h"
#include "engine/moe/expert_cache.h"

#include <algorithm>

namespace conclave::engine
{

using kernels::Tensor;

Decoder::Decoder(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info, const HyperParameters &hp)
    : m_file(file), m_device(device), m_options(options), m_info(std::move(info)), m_hp(hp)
{
    m_info.layers = hp.layers;
    m_info.predictionLayers = hp.predictionLayers;
}

Decoder::~Decoder() = default;

Result<Done> Decoder::open()
{
    if (m_options.streaming) {
        auto files = WeightFiles::open(m_file, m_options.streaming->ring, m_options.streaming->direct);
        if (!files)
            return files.takeError();
        m_weightFiles = std::move(*files);
    }
    auto memory = m_weightFiles ? ModelMemory::read(m_device, m_file, *m_weightFiles) : ModelMemory::import(m_device, m_file);
    if (!memory)
        return memory.takeError();
    m_memory = std::move(*memory);
    m_queue = m_device.createQueue();
    if (!m_queue)
        return outOfMemory("the model \"" + m_file.name() + "\"");
    m_weights = std::make_unique<WeightLoader>(m_file, *m_memory);
    m_outputNorm = m_weights->floats("output_norm.weight", {m_hp.width});
    // Without an output matrix the embedding serves as one (tied).
    const bool tied = !m_weights->has("output.weight");
    m_output = m_weights->matrix(tied ? "token_embd.weight" : "output.weight", {m_hp.vocabulary, m_hp.width});
    m_embedding = m_weights->table("token_embd.weight", {m_hp.vocabulary, m_hp.width});
    return Done{};
}

Result<Done> Decoder::prepare(const RouterConfig &routing, int widestFeedForward)
{
    const std::uint64_t bytesRead = m_weights->bytesTaken();
    if (auto loaded = loadPrediction(); !loaded)
        return loaded;
    for (const char *prefix : {"blk.", "token_embd", "output", "rope_", "per_layer_"}) {
        if (auto loaded = m_weights->finish(prefix); !loaded)
            return loaded;
    }
    m_routing = routing;
    KvShape shape = cacheShape();
    if (m_head) {
        shape.layers.push_back(predictionCache());
        shape.waitingWidth = m_hp.width;
    }
    if (auto checked = checkCacheShape(shape); !checked)
        return checked;
    m_pool = std::make_shared<KvPool>(m_device, shape);
    std::uint64_t expertBytes = 0;
    for (int i = 0; i < m_hp.layers; ++i)
        expertBytes += m_experts.expertBytes(i) * static_cast<std::uint64_t>(m_routing.experts);
    m_denseBytes = bytesRead - expertBytes;

    ScratchSizes sizes;
    sizes.layers = m_hp.layers + (m_head ? 1 : 0);
    sizes.predicts = m_head.has_value();
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
    m_positions.reserve(Scratch::kChunk);
    m_ids.reserve(Scratch::kChunk);
    m_sequences.reserve(Scratch::kChunk);
    m_images.reserve(Scratch::kChunk);
    m_chosen.resize(static_cast<std::size_t>(Scratch::kChunk) * static_cast<std::size_t>(std::max(sizes.mostExperts, 1)));
    m_margins.resize(Scratch::kChunk);
    if (m_options.standIns > 0 && m_options.standIns < routing.experts) {
        m_standIns = StandInExperts::create(m_device, routing.most(), m_options.standIns);
        if (!m_standIns)
            return outOfMemory("the model's working memory");
    }
    if (auto kept = keepOnCard(); !kept)
        return kept;
    return m_weightFiles ? streamExperts() : Result<Done>(Done{});
}

/// Copies of single experts go to the card; from the disk where nothing is to be read from the mapping.
Result<Done> Decoder::keepOnCard()
{
    auto there = std::make_unique<CardExperts>(m_device);
    std::optional<ReservedMemory> memory; // where one expert's matrix is read to
    const auto read = [&](const Tensor &slab) -> Result<std::span<const std::byte>> {
        if (!m_weightFiles)
            return m_memory->mapped(slab);
        WeightFiles::Stretch stretch{m_memory->partOf(slab), slab.offset, slab.packedBytes(), nullptr};
        if (!memory || memory->size() < stretch.readBytes())
            memory = ReservedMemory::reserve(stretch.readBytes());
        if (!memory)
            return outOfMemory("the most used experts");
        stretch.to = memory->data();
        if (auto done = m_weightFiles->readNow(std::span(&stretch, 1)); !done)
            return done.takeError();
        return std::span<const std::byte>(memory->data() + stretch.lead(), stretch.bytes);
    };
    bool any = false;
    for (int i = 0; i < m_experts.layers(); ++i) {
        const auto wanted = m_options.cardExperts.of(i);
        if (wanted.empty() || m_experts.placeOf(i) != ExpertPlace::kMapped)
            continue;
        if (wanted.front() < 0 || wanted.back() >= m_experts.expertCount(i))
            return Error{ErrorCode::kInvalidRequest, "The model \"" + m_info.name + "\" has fewer experts than its card is to keep.",
                         "layer " + std::to_string(i)};
        if (auto kept = there->keep(i, m_experts.layer(i), wanted, m_experts.beside(i), read); !kept)
            return kept;
        any = true;
    }
    if (!any)
        return Done{};
    m_experts.keepOnCard(std::move(there));
    m_divided = DividedExperts::create(m_device, m_experts, m_routing, m_hp.width);
    return m_divided ? Result<Done>(Done{}) : outOfMemory("the model's working memory");
}

/// Routed experts were not read, those on a card apart: from now on they come through a cache.
Result<Done> Decoder::streamExperts()
{
    std::vector<ExpertCache::Source> sources(static_cast<std::size_t>(m_experts.layers()));
    for (int i = 0; i < m_experts.layers(); ++i) {
        if (m_experts.placeOf(i) != ExpertPlace::kMapped || m_experts.onCard(i) == m_experts.expertCount(i))
            continue;
        ExpertCache::Source &source = sources[static_cast<std::size_t>(i)];
        source.tensors = m_experts.layer(i);
        const Tensor *const matrices[] = {&source.tensors.gate, &source.tensors.up, &source.tensors.down};
        for (std::size_t m = 0; m < 3; ++m)
            source.matrices[m] = {m_memory->partOf(*matrices[m]), matrices[m]->offset,
                                  static_cast<std::uint64_t>(matrices[m]->strideBytes[0]), matrices[m]->at(0).packedBytes()};
        if (m_experts.onCard(i) > 0) {
            const auto there = m_options.cardExperts.of(i);
            source.elsewhere.assign(there.begin(), there.end());
        }
    }
    const ExpertCache::Settings settings{m_options.streaming->expertBytes, m_options.streaming->ahead, m_routing.most(),
                                         m_options.streaming->used};
    auto cache = ExpertCache::create(m_device, std::move(m_weightFiles), std::move(sources), settings);
    if (!cache)
        return cache.takeError();
    if (auto read = (*cache)->readFirst(); !read)
        return read;
    m_streamed = StreamedExperts::create(m_device, **cache, m_routing);
    if (!m_streamed)
        return outOfMemory("the model's working memory");
    m_experts.stream(std::move(*cache));
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

Result<bool> Decoder::addPredictionLayer(const HyperParameters &)
{
    return false;
}

KvLayerShape Decoder::predictionCache() const
{
    return KvShape::uniform(1, m_hp.layerKvHeads.back(), m_hp.headDim, cacheType()).layers.front();
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

std::uint64_t Decoder::bytesPerToken(int position) const
{
    std::uint64_t bytes = m_denseBytes;
    const auto chosen = static_cast<std::uint64_t>(m_routing.experts > 0 ? m_routing.kMax : 0);
    for (int i = 0; i < m_hp.layers; ++i)
        bytes += m_experts.expertBytes(i) * chosen;
    return bytes + m_pool->shape().bytesRead(position);
}

} // namespace conclave::engine
