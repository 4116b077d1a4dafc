#include "engine/model/arch/deepseek4.h"

#include "engine/model/blocks/compressed_attention.h"
#include "engine/model/blocks/hyper_connection.h"
#include "engine/model/blocks/moe.h"
#include "engine/model/decoder.h"

namespace conclave::engine
{
namespace
{

using kernels::Tensor;

struct DeepSeek4Sizes
{
    HyperConnectionSizes streams;
    CompressedAttentionSizes attention;
    RouterConfig routing;
    int hashLayers = 0; ///< layers in front whose experts follow from the token's id
    int sharedFeedForward = 0;
    std::vector<float> expertLimits; ///< [L] of gate and up; 0: none
    std::vector<float> sharedLimits; ///< [L]
};

class DeepSeek4 final : public Decoder
{
public:
    DeepSeek4(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info, const HyperParameters &hp,
              DeepSeek4Sizes sizes)
        : Decoder(file, device, options, std::move(info), hp), m_sizes(std::move(sizes))
    {
    }

    Result<Done> load()
    {
        if (auto opened = open(); !opened)
            return opened;
        weights().require("output.weight");
        m_head = HyperConnection::load(weights(), "output_hc_", m_sizes.streams, hp().width, true);
        for (int i = 0; i < hp().layers; ++i) {
            const std::string block = "blk." + std::to_string(i) + ".";
            Layer layer;
            layer.attentionStreams = HyperConnection::load(weights(), block + "hc_attn_", m_sizes.streams, hp().width, false);
            layer.attentionNorm = weights().floats(block + "attn_norm.weight", {hp().width});
            layer.attention = CompressedAttention::load(weights(), hp(), m_sizes.attention, i);
            layer.expertStreams = HyperConnection::load(weights(), block + "hc_ffn_", m_sizes.streams, hp().width, false);
            layer.expertNorm = weights().floats(block + "ffn_norm.weight", {hp().width});
            layer.moe = loadExperts(i, block);
            m_layers.push_back(std::move(layer));
        }
        return prepare(m_sizes.routing, m_sizes.sharedFeedForward);
    }

private:
    struct Layer
    {
        HyperConnection attentionStreams;
        Tensor attentionNorm; ///< [d]
        CompressedAttention attention;
        HyperConnection expertStreams;
        Tensor expertNorm; ///< [d]
        Moe moe;
    };

    Moe loadExperts(int layer, const std::string &block)
    {
        const auto index = static_cast<std::size_t>(layer);
        const bool hashes = layer < m_sizes.hashLayers;
        if (!hashes)
            weights().require(block + "exp_probs_b.bias");
        Moe moe = Moe::load(weights(), experts(), layer, m_sizes.routing, hp().width, hp().expertFeedForward);
        moe.limit = m_sizes.expertLimits[index];
        if (hashes)
            moe.fixedExperts = weights().indices(block + "ffn_gate_tid2eid.weight", {hp().vocabulary, hp().expertsUsed}, hp().experts);
        moe.shared = FeedForward::load(weights(), block + "ffn_", "_shexp", hp().width, m_sizes.sharedFeedForward);
        moe.shared->limit = m_sizes.sharedLimits[index];
        return moe;
    }

    KvShape cacheShape() const override
    {
        KvShape shape;
        shape.type = cacheType();
        for (int i = 0; i < hp().layers; ++i)
            shape.layers.push_back(m_sizes.attention.cacheShape(i, hp().headDim));
        return shape;
    }

    void addScratch(ScratchSizes &sizes) const override
    {
        sizes.blockOutputs = 1;
        sizes.streams = m_sizes.streams.streams;
        m_sizes.attention.addScratch(sizes, hp().headDim);
    }

    void begin(Step &step) const override { HyperConnection::begin(step); }

    /// Twice: x = gathered streams; y = block(RMS(x)); the streams take y in.
    void layer(int i, Step &step) const override
    {
        const Layer &layer = m_layers[static_cast<std::size_t>(i)];
        const Tensor x = step.rows(step.scratch.x);
        const Tensor h = step.rows(step.scratch.h);
        const Tensor y = step.rows(step.scratch.y);
        layer.attentionStreams.gather(step);
        step.ops.rmsNorm(layer.attentionNorm, x, h, hp().epsilon);
        layer.attention.apply(step, y);
        layer.attentionStreams.spread(step, y);

        layer.expertStreams.gather(step);
        step.ops.rmsNorm(layer.expertNorm, x, h, hp().epsilon);
        const Routing routing = layer.moe.route(step, i, h); // first: experts that must be read are read meanwhile
        layer.moe.shared->compute(step, h, y);
        layer.moe.addExperts(step, experts(), i, routing, h, y);
        layer.expertStreams.spread(step, y);
    }

    void outputHidden(Step &step, std::int64_t first, std::int64_t count, const Tensor &out) const override
    {
        m_head.gather(step, first, count);
        Decoder::outputHidden(step, first, count, out);
    }

    DeepSeek4Sizes m_sizes;
    HyperConnection m_head;
    std::vector<Layer> m_layers;
};

/// Files may tell of blocks that predict further tokens and leave them out; then block_count does not count them.
void withoutMissingPredictions(HyperParameters &hp, const GgufFile &file)
{
    if (hp.predictionLayers == 0 || file.findTensor("blk." + std::to_string(hp.layers) + ".nextn.eh_proj.weight") != nullptr)
        return;
    hp.layers += hp.predictionLayers;
    hp.predictionLayers = 0;
    hp.layerKvHeads.resize(static_cast<std::size_t>(hp.layers), hp.layerKvHeads.back());
    hp.layerFeedForward.resize(static_cast<std::size_t>(hp.layers), hp.layerFeedForward.back());
}

DeepSeek4Sizes readDeepSeek4Sizes(MetadataKeys &keys, const HyperParameters &hp)
{
    DeepSeek4Sizes sizes;
    sizes.streams = HyperConnectionSizes::read(keys, hp.epsilon);
    sizes.attention = CompressedAttentionSizes::read(keys, hp);
    sizes.routing = readRouting(keys, hp, kernels::GatingScore::kSqrtSoftplus, true);
    sizes.hashLayers = keys.required("hash_layer_count", 0, hp.layers);
    if (sizes.hashLayers > 0 && sizes.routing.groups.count > 1)
        keys.refuse("expert_group_count", "asks for groups of experts, which layers that hash cannot have");
    sizes.sharedFeedForward = keys.required("expert_shared_count", 1, 64) * hp.expertFeedForward;
    sizes.expertLimits = keys.perLayerNumbers("swiglu_clamp_exp", hp.layers, 0.0, 1e6, 0.0F);
    const bool ownLimits = keys.has("swiglu_clamp_shexp");
    sizes.sharedLimits = ownLimits ? keys.perLayerNumbers("swiglu_clamp_shexp", hp.layers, 0.0, 1e6, 0.0F) : sizes.expertLimits;
    return sizes;
}

} // namespace

Result<std::unique_ptr<Model>> loadDeepSeek4(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info)
{
    MetadataKeys keys(file, info.architecture);
    HyperParameters hp = readHyperParameters(keys, file);
    withoutMissingPredictions(hp, file);
    refuseUnknownVariants(keys);
    keys.required("expert_count", 1, 1 << 16);
    if (!keys.ok())
        return keys.error();
    DeepSeek4Sizes sizes = readDeepSeek4Sizes(keys, hp);
    if (!keys.ok())
        return keys.error();
    auto model = std::make_unique<DeepSeek4>(file, device, options, std::move(info), hp, std::move(sizes));
    if (auto loaded = model->load(); !loaded)
        return loaded.takeError();
    return std::unique_ptr<Model>(std::move(model));
}

} // namespace conclave::engine
