#include "engine/model/arch/transformer.h"

#include "engine/model/blocks/feed_forward.h"
#include "engine/model/blocks/moe.h"
#include "engine/model/decoder.h"

#include <algorithm>
#include <optional>

namespace conclave::engine
{
namespace
{

using Experts = TransformerTraits::Experts;
using SharedExpert = TransformerTraits::SharedExpert;

/// Sizes beyond the common ones.
struct TransformerSizes
{
    RouterConfig routing;      ///< 0 experts: dense
    int denseLayers = 0;       ///< layers in front without experts
    int expertStep = 1;        ///< of the others, layer i has experts when i + 1 is a multiple
    int sharedFeedForward = 0; ///< 0: no shared expert

    bool hasExperts(int layer) const { return routing.experts > 0 && layer >= denseLayers && (layer + 1) % expertStep == 0; }
};

TransformerSizes readSizes(MetadataKeys &keys, const HyperParameters &hp, const TransformerTraits &traits)
{
    TransformerSizes sizes;
    if (traits.experts == Experts::kAlways)
        keys.required("expert_count", 1, 1 << 16);
    if (traits.experts == Experts::kNever && hp.experts > 0)
        keys.refuse("expert_count", "asks for experts, which this architecture does not have");
    if (hp.experts == 0 || !keys.ok())
        return sizes;
    sizes.routing = readRouting(keys, hp, traits.score, traits.normalise);
    sizes.denseLayers = keys.optional("leading_dense_block_count", 0, hp.layers, 0);
    sizes.expertStep = keys.optional("interleave_moe_layer_step", 1, hp.layers, 1);
    const int count = keys.optional("expert_shared_count", 0, 64, 0);
    if (traits.shared == SharedExpert::kNone)
        return sizes;
    const int byCount = count * hp.expertFeedForward;
    const int fallback = byCount == 0 && traits.shared == SharedExpert::kGated ? hp.feedForward : byCount;
    sizes.sharedFeedForward = keys.optional("expert_shared_feed_forward_length", 0, 1 << 20, fallback);
    return sizes;
}

class Transformer final : public Decoder
{
public:
    Transformer(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info, const HyperParameters &hp,
                const TransformerTraits &traits, const TransformerSizes &sizes)
        : Decoder(file, device, options, std::move(info), hp), m_traits(traits), m_sizes(sizes)
    {
    }

    Result<Done> load()
    {
        if (auto opened = open(); !opened)
            return opened;
        std::vector<float> ownDivisors;
        if (m_traits.ownFrequencies && weights().has("rope_freqs.weight"))
            ownDivisors = weights().hostFloats("rope_freqs.weight", {hp().ropeDims / 2});
        const Rope rope = Rope::of(hp(), m_traits.pairing, ownDivisors);
        int widest = m_sizes.sharedFeedForward;
        bool sparse = false;
        for (int i = 0; i < hp().layers; ++i) {
            loadLayer(i, rope);
            sparse = sparse || m_layers.back().moe;
            if (m_layers.back().dense)
                widest = std::max(widest, hp().layerFeedForward[static_cast<std::size_t>(i)]);
        }
        return prepare(sparse ? m_sizes.routing : RouterConfig{}, widest);
    }

private:
    struct Layer
    {
        SelfAttention attention;
        kernels::Tensor norm;             ///< of the feed-forward
        std::optional<FeedForward> dense; ///< or:
        std::optional<Moe> moe;
    };

    void loadLayer(int i, const Rope &rope)
    {
        const std::string block = "blk." + std::to_string(i) + ".";
        const int width = hp().width;
        Layer layer;
        layer.attention = SelfAttention::load(weights(), hp(), i, rope, m_traits.queryKeyNorm);
        layer.norm = weights().floats(block + m_traits.feedForwardNorm + ".weight", {width});
        if (m_sizes.hasExperts(i)) {
            layer.moe = Moe::load(weights(), experts(), i, m_sizes.routing, width, hp().expertFeedForward);
            if (m_sizes.sharedFeedForward > 0)
                layer.moe->shared = FeedForward::load(weights(), block + "ffn_", "_shexp", width, m_sizes.sharedFeedForward);
            if (m_traits.shared == SharedExpert::kGated && layer.moe->shared)
                layer.moe->shared->share = weights().floats(block + "ffn_gate_inp_shexp.weight", {width}).reshaped({1, width});
        } else {
            layer.dense = FeedForward::load(weights(), block + "ffn_", "", width, hp().layerFeedForward[static_cast<std::size_t>(i)]);
        }
        m_layers.push_back(std::move(layer));
    }

    /// x += attention(RMS(x)); x += feed-forward or experts of RMS(x).
    void layer(int i, Step &step) const override
    {
        const Layer &layer = m_layers[static_cast<std::size_t>(i)];
        layer.attention.apply(step);
        step.ops.rmsNorm(layer.norm, step.rows(step.scratch.x), step.rows(step.scratch.h), hp().epsilon);
        if (layer.dense)
            layer.dense->apply(step);
        else
            layer.moe->apply(step, experts(), i);
    }

    TransformerTraits m_traits;
    TransformerSizes m_sizes;
    std::vector<Layer> m_layers;
};

} // namespace

Result<std::unique_ptr<Model>> loadTransformer(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info,
                                               const TransformerTraits &traits)
{
    MetadataKeys keys(file, info.architecture);
    const HyperParameters hp = readHyperParameters(keys, file);
    refuseUnknownVariants(keys);
    keys.refuseUnless("final_logit_softcapping", 0.0);
    const TransformerSizes sizes = readSizes(keys, hp, traits);
    if (!keys.ok())
        return keys.error();
    auto model = std::make_unique<Transformer>(file, device, options, std::move(info), hp, traits, sizes);
    if (auto loaded = model->load(); !loaded)
        return loaded.takeError();
    return std::unique_ptr<Model>(std::move(model));
}

} // namespace conclave::engine
