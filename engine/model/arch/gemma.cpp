#include "engine/model/arch/gemma.h"

#include "engine/model/blocks/feed_forward.h"
#include "engine/model/blocks/layer_embedding.h"
#include "engine/model/blocks/moe.h"
#include "engine/model/blocks/self_attention.h"
#include "engine/model/decoder.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace conclave::engine
{
namespace
{

/// What attention of one layer is like.
struct LayerSizes
{
    int headDim = 0;
    int window = 0;              ///< 0: all positions
    int keysOf = -1;             ///< an earlier layer whose keys and values are used
    bool ownFrequencies = false; ///< rope_freqs.weight divides the pairs' frequencies
    Rope rope;
};

struct GemmaSizes
{
    std::vector<LayerSizes> layers;
    float attentionScale = 1.0F;
    bool normaliseValues = false;
    float logitCap = 0.0F;
    RouterConfig routing;   ///< 0 experts: none
    int embeddingWidth = 0; ///< of embeddings of a layer's own; 0: none
};

/// Layers with a window turn by rope.freq_base_swa; a stretched context concerns the others alone.
Rope ropeOf(MetadataKeys &keys, const HyperParameters &hp, bool narrow, int dims)
{
    Rope rope = Rope::of(hp, kernels::RopePairing::kNeox);
    rope.dims = dims;
    if (!narrow)
        return rope;
    const float base = keys.optionalNumber("rope.freq_base_swa", 1.0, 1e12, 10000.0F);
    return {kernels::RopePairing::kNeox, dims, base, {}, 1.0F};
}

GemmaSizes readGemma3(MetadataKeys &keys, const HyperParameters &hp)
{
    GemmaSizes sizes;
    // Gemma 3 27B alone scales by the width that a head would have if heads shared the stream evenly; no key says so.
    constexpr int kLayersOf27B = 62;
    sizes.attentionScale = hp.attentionScale;
    if (hp.layers == kLayersOf27B && !keys.has("attention.scale"))
        sizes.attentionScale = 1.0F / std::sqrt(static_cast<float>(hp.width / hp.heads));
    for (const int window : readWindows(keys, hp, 6))
        sizes.layers.push_back({hp.headDim, window, -1, false, ropeOf(keys, hp, window > 0, hp.ropeDims)});
    return sizes;
}

/// The last `shared` layers use the keys of the last layer of their kind before them.
void shareKeys(MetadataKeys &keys, const HyperParameters &hp, GemmaSizes &sizes)
{
    const int shared = keys.optional("attention.shared_kv_layers", 0, hp.layers - 1, 0);
    const int from = hp.layers - shared;
    for (int i = from; i < hp.layers && keys.ok(); ++i) {
        LayerSizes &layer = sizes.layers[static_cast<std::size_t>(i)];
        layer.keysOf = from - (layer.window > 0 ? 2 : 1);
        const bool alike = layer.keysOf >= 0 && sizes.layers[static_cast<std::size_t>(layer.keysOf)].headDim == layer.headDim &&
                           (sizes.layers[static_cast<std::size_t>(layer.keysOf)].window > 0) == (layer.window > 0) &&
                           hp.layerKvHeads[static_cast<std::size_t>(layer.keysOf)] == hp.layerKvHeads[static_cast<std::size_t>(i)];
        if (!alike)
            keys.refuse("attention.shared_kv_layers", "lets layer " + std::to_string(i) + " use keys of a layer that differs from it");
    }
}

GemmaSizes readGemma4(MetadataKeys &keys, HyperParameters &hp)
{
    GemmaSizes sizes;
    sizes.attentionScale = keys.optionalNumber("attention.scale", 1e-6, 1e6, 1.0F);
    sizes.normaliseValues = true;
    const int narrowHead = keys.optional("attention.key_length_swa", 1, 1024, hp.headDim);
    if (keys.optional("attention.value_length_swa", 1, 1024, narrowHead) != narrowHead)
        keys.refuse("attention.value_length_swa", "differs from that of the keys, which this architecture does not allow");
    const int narrowDims = keys.optional("rope.dimension_count_swa", 2, narrowHead, std::min(narrowHead, hp.ropeDims));
    if (narrowDims % 2 != 0)
        keys.refuse("rope.dimension_count_swa", "is odd");
    for (const int window : readWindows(keys, hp, 6)) {
        const bool narrow = window > 0;
        sizes.layers.push_back(
            {narrow ? narrowHead : hp.headDim, window, -1, !narrow, ropeOf(keys, hp, narrow, narrow ? narrowDims : hp.ropeDims)});
    }
    hp.headDim = std::max(hp.headDim, narrowHead); // for working memory
    shareKeys(keys, hp, sizes);
    if (hp.experts > 0)
        sizes.routing = readRouting(keys, hp, kernels::GatingScore::kSoftmax, true);
    sizes.embeddingWidth = keys.optional("embedding_length_per_layer_input", 0, 1 << 14, 0);
    return sizes;
}

class Gemma final : public Decoder
{
public:
    Gemma(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info, const HyperParameters &hp,
          GemmaSizes sizes)
        : Decoder(file, device, options, std::move(info), hp), m_sizes(std::move(sizes))
    {
    }

    Result<Done> load()
    {
        if (auto opened = open(); !opened)
            return opened;
        scaleEmbedding(std::sqrt(static_cast<float>(hp().width)));
        capLogits(m_sizes.logitCap);
        if (m_sizes.embeddingWidth > 0)
            m_embeddings = LayerEmbeddings::load(weights(), hp(), m_sizes.embeddingWidth);
        bool sparse = false;
        for (int i = 0; i < hp().layers; ++i) {
            m_layers.push_back(loadLayer(i));
            sparse = sparse || m_layers.back().experts;
        }
        return prepare(sparse ? m_sizes.routing : RouterConfig{}, std::max(hp().feedForward, m_sizes.embeddingWidth));
    }

private:
    /// Experts beside the dense feed-forward, each side with a norm behind it.
    struct Experts
    {
        Moe moe;
        kernels::Tensor routerNorm; ///< [d] scale of what the router sees
        kernels::Tensor norm;       ///< [d] in front of the experts
        kernels::Tensor denseNorm;  ///< [d] behind the dense side
        kernels::Tensor expertNorm; ///< [d] behind the experts
    };
    struct Layer
    {
        SelfAttention attention;
        kernels::Tensor norm; ///< [d] in front of the feed-forward
        FeedForward dense;
        std::optional<Experts> experts;
        kernels::Tensor outputNorm; ///< [d] behind the feed-forward
        float scale = 1.0F;         ///< of the stream behind the layer
    };

    Layer loadLayer(int i)
    {
        const std::string block = "blk." + std::to_string(i) + ".";
        const int width = hp().width;
        Layer layer;
        layer.attention = loadAttention(i);
        layer.norm = weights().floats(block + "ffn_norm.weight", {width});
        layer.dense = FeedForward::load(weights(), block + "ffn_", "", width, hp().layerFeedForward[static_cast<std::size_t>(i)]);
        layer.dense.activation = kernels::Activation::kGeluTanh;
        layer.outputNorm = weights().floats(block + "post_ffw_norm.weight", {width});
        const bool sparse = weights().has(block + "ffn_gate_inp.weight") || weights().has(block + "ffn_down_exps.weight");
        if (m_sizes.routing.experts > 0 && sparse)
            layer.experts = loadExperts(i);
        if (weights().has(block + "layer_output_scale.weight")) {
            const std::vector<float> scale = weights().hostFloats(block + "layer_output_scale.weight", {1});
            layer.scale = scale.empty() ? 1.0F : scale.front();
        }
        return layer;
    }

    SelfAttention loadAttention(int i)
    {
        const LayerSizes &sizes = m_sizes.layers[static_cast<std::size_t>(i)];
        const std::string prefix = "blk." + std::to_string(i) + ".attn_";
        SelfAttention attention;
        attention.layer = i;
        attention.heads = hp().heads;
        attention.kvHeads = hp().layerKvHeads[static_cast<std::size_t>(i)];
        attention.headDim = sizes.headDim;
        attention.rope = sizes.rope;
        if (sizes.ownFrequencies) {
            const std::vector<float> own = weights().hostFloats("rope_freqs.weight", {sizes.rope.dims / 2});
            attention.rope.divisors = ropeDivisors(hp().ropeScaling, sizes.rope.dims, sizes.rope.base, own);
        }
        attention.epsilon = hp().epsilon;
        attention.scale = m_sizes.attentionScale;
        attention.window = sizes.window;
        attention.normaliseValues = m_sizes.normaliseValues;
        attention.storesKeys = sizes.keysOf < 0;
        if (!attention.storesKeys) { // converters may have kept what nothing uses
            weights().ignore(prefix + "k");
            weights().ignore(prefix + "v");
        }
        attention.keysAreValues = m_sizes.normaliseValues && !weights().has(prefix + "v.weight") && !weights().has(prefix + "qkv.weight");
        attention.loadProjections(weights(), hp().width);
        attention.loadNorms(weights(), hp().width, QueryKeyNorm::kHeads);
        attention.outputNorm = weights().floats("blk." + std::to_string(i) + ".post_attention_norm.weight", {hp().width});
        return attention;
    }

    Experts loadExperts(int i)
    {
        const std::string block = "blk." + std::to_string(i) + ".";
        const int width = hp().width;
        Experts part;
        part.moe = Moe::load(weights(), experts(), i, m_sizes.routing, width, hp().expertFeedForward);
        part.moe.activation = kernels::Activation::kGeluTanh;
        part.moe.router = Router(m_sizes.routing, {}, 0.0F, weights().optionalFloats(block + "ffn_down_exps.scale", {hp().experts}));
        part.routerNorm = weights().floats(block + "ffn_gate_inp.scale", {width});
        part.norm = weights().floats(block + "pre_ffw_norm_2.weight", {width});
        part.denseNorm = weights().floats(block + "post_ffw_norm_1.weight", {width});
        part.expertNorm = weights().floats(block + "post_ffw_norm_2.weight", {width});
        return part;
    }

    KvShape cacheShape() const override
    {
        KvShape shape = Decoder::cacheShape();
        for (std::size_t i = 0; i < shape.layers.size(); ++i) {
            const LayerSizes &sizes = m_sizes.layers[i];
            shape.layers[i].keyWidth = shape.layers[i].valueWidth = sizes.headDim;
            shape.layers[i].window = sizes.window;
            shape.layers[i].sharedWith = sizes.keysOf;
        }
        return shape;
    }

    void addScratch(ScratchSizes &sizes) const override
    {
        sizes.blockOutputs = sizes.experts > 0 ? 2 : 1;
        sizes.layerEmbeddings = hp().layers * m_sizes.embeddingWidth;
    }

    void begin(Step &step) const override
    {
        if (m_embeddings)
            m_embeddings->begin(step);
    }

    /// x += RMS(attention(RMS(x))); x += RMS(feed-forward(RMS(x))), with experts beside it where the layer has them; x += its own
    /// embedding; x *= scale.
    void layer(int i, Step &step) const override
    {
        const Layer &layer = m_layers[static_cast<std::size_t>(i)];
        Ops &ops = step.ops;
        const kernels::Tensor x = step.rows(step.scratch.x);
        const kernels::Tensor h = step.rows(step.scratch.h);
        const kernels::Tensor y = step.rows(step.scratch.y);
        layer.attention.apply(step);
        ops.rmsNorm(layer.norm, x, h, hp().epsilon);
        layer.dense.compute(step, h, y);
        if (layer.experts)
            addExperts(*layer.experts, i, step);
        ops.rmsNorm(layer.outputNorm, y, y, hp().epsilon);
        ops.add(y, x);
        if (m_embeddings)
            m_embeddings->apply(step, i);
        if (layer.scale != 1.0F)
            ops.scale(x, layer.scale);
    }

    /// y = RMS(y) + RMS(experts(RMS(x))), chosen by RMS(x) / sqrt(d).
    void addExperts(const Experts &part, int i, Step &step) const
    {
        Ops &ops = step.ops;
        Scratch &s = step.scratch;
        const kernels::Tensor x = step.rows(s.x);
        const kernels::Tensor h = step.rows(s.h);
        const kernels::Tensor y = step.rows(s.y);
        const kernels::Tensor z = step.rows(s.z);
        ops.rmsNorm(part.denseNorm, y, y, hp().epsilon);

        ops.rmsNorm(part.routerNorm, x, h, hp().epsilon);
        ops.scale(h, 1.0F / std::sqrt(static_cast<float>(hp().width)));
        const Routing routing = part.moe.route(step, i, h);
        ops.rmsNorm(part.norm, x, h, hp().epsilon);
        ops.copy(step.rows(s.zeros), z);
        part.moe.addExperts(step, experts(), i, routing, h, z);
        ops.rmsNorm(part.expertNorm, z, z, hp().epsilon);
        ops.add(z, y);
    }

    GemmaSizes m_sizes;
    std::optional<LayerEmbeddings> m_embeddings;
    std::vector<Layer> m_layers;
};

Result<std::unique_ptr<Model>> loadGemma(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info,
                                         bool third)
{
    MetadataKeys keys(file, info.architecture);
    HyperParameters hp = readHyperParameters(keys, file);
    refuseUnknownVariants(keys);
    if (third && hp.experts > 0)
        keys.refuse("expert_count", "asks for experts, which this architecture does not have");
    GemmaSizes sizes = third ? readGemma3(keys, hp) : readGemma4(keys, hp);
    sizes.logitCap = keys.optionalNumber("final_logit_softcapping", 0.0, 1e6, 0.0F);
    if (!keys.ok())
        return keys.error();
    auto model = std::make_unique<Gemma>(file, device, options, std::move(info), hp, std::move(sizes));
    if (auto loaded = model->load(); !loaded)
        return loaded.takeError();
    return std::unique_ptr<Model>(std::move(model));
}

} // namespace

Result<std::unique_ptr<Model>> loadGemma3(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info)
{
    return loadGemma(file, device, options, std::move(info), true);
}

Result<std::unique_ptr<Model>> loadGemma4(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info)
{
    return loadGemma(file, device, options, std::move(info), false);
}

} // namespace conclave::engine
