#include "engine/model/arch/transformer.h"

#include "engine/model/decoder.h"

namespace conclave::engine
{
namespace
{

using Experts = TransformerTraits::Experts;

class Transformer final : public Decoder
{
public:
    Transformer(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info, const HyperParameters &hp,
                const TransformerTraits &traits, std::vector<int> windows)
        : Decoder(file, device, options, std::move(info), hp), m_traits(traits), m_windows(std::move(windows))
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
        for (int i = 0; i < hp().layers; ++i) {
            if (m_traits.allBiases)
                requireBiases("blk." + std::to_string(i) + ".");
            Layer layer;
            layer.attention = SelfAttention::load(weights(), hp(), i, rope, m_traits.queryKeyNorm);
            layer.attention.window = m_windows[static_cast<std::size_t>(i)];
            if (m_traits.sinks)
                layer.attention.sinks = weights().floats("blk." + std::to_string(i) + ".attn_sinks.weight", {hp().heads});
            layer.feedForward = FeedForwardLayer::load(weights(), experts(), hp(), m_traits.feedForward, i);
            m_layers.push_back(std::move(layer));
        }
        return prepare(m_traits.feedForward.routingOf(hp().layers), m_traits.feedForward.widest(hp()));
    }

private:
    struct Layer
    {
        SelfAttention attention;
        FeedForwardLayer feedForward;
    };

    void requireBiases(const std::string &block)
    {
        for (const char *name :
             {"attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate_inp", "ffn_gate_exps", "ffn_up_exps", "ffn_down_exps"})
            weights().require(block + name + ".bias");
    }

    KvShape cacheShape() const override
    {
        KvShape shape = Decoder::cacheShape();
        for (std::size_t i = 0; i < shape.layers.size(); ++i)
            shape.layers[i].window = m_windows[i];
        return shape;
    }

    /// x += attention(RMS(x)); x += feed-forward or experts of RMS(x).
    void layer(int i, Step &step) const override
    {
        const Layer &layer = m_layers[static_cast<std::size_t>(i)];
        layer.attention.apply(step);
        layer.feedForward.apply(step, experts(), i, hp().epsilon);
    }

    TransformerTraits m_traits;
    std::vector<int> m_windows; ///< [L]
    std::vector<Layer> m_layers;
};

} // namespace

Result<std::unique_ptr<Model>> loadTransformer(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info,
                                               const TransformerTraits &traits)
{
    MetadataKeys keys(file, info.architecture);
    HyperParameters hp = readHyperParameters(keys, file);
    refuseUnknownVariants(keys);
    keys.refuseUnless("final_logit_softcapping", 0.0);
    if (traits.experts == Experts::kAlways)
        keys.required("expert_count", 1, 1 << 16);
    if (traits.experts == Experts::kNever && hp.experts > 0)
        keys.refuse("expert_count", "asks for experts, which this architecture does not have");
    if (traits.dividedWidth && hp.experts > 0 && !keys.has("expert_feed_forward_length"))
        hp.expertFeedForward = hp.feedForward / hp.expertsUsed;
    TransformerTraits sized = traits;
    sized.feedForward.readExperts(keys, hp, traits.score, traits.normalise);
    std::vector<int> windows(static_cast<std::size_t>(hp.layers), 0);
    if (traits.windowPeriod > 0)
        windows = readWindows(keys, hp, traits.windowPeriod);
    if (!keys.ok())
        return keys.error();
    auto model = std::make_unique<Transformer>(file, device, options, std::move(info), hp, sized, std::move(windows));
    if (auto loaded = model->load(); !loaded)
        return loaded.takeError();
    return std::unique_ptr<Model>(std::move(model));
}

} // namespace conclave::engine
