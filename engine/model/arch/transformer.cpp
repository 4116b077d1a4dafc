#include "engine/model/arch/transformer.h"

#include "engine/model/decoder.h"

namespace conclave::engine
{
namespace
{

using Experts = TransformerTraits::Experts;

/// Sizes beyond the common ones.
struct TransformerSizes
{
    std::vector<int> windows;              ///< [L]
    std::vector<std::uint8_t> ropeStreams; ///< see Rope::streams
    int imageLevels = 1;                   ///< rows of a picture's token: DeepStack adds one after each of the first layers
};

TransformerSizes readSizes(MetadataKeys &keys, const HyperParameters &hp, const TransformerTraits &traits)
{
    TransformerSizes sizes;
    sizes.windows.resize(static_cast<std::size_t>(hp.layers), 0);
    if (traits.windowPeriod > 0)
        sizes.windows = readWindows(keys, hp, traits.windowPeriod);
    if (traits.gridPositions)
        sizes.ropeStreams = readRopeStreams(keys, hp);
    if (traits.tower != nullptr)
        sizes.imageLevels = 1 + keys.optional("n_deepstack_layers", 0, hp.layers, 0);
    return sizes;
}

class Transformer final : public Decoder
{
public:
    Transformer(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info, const HyperParameters &hp,
                const TransformerTraits &traits, TransformerSizes sizes)
        : Decoder(file, device, options, std::move(info), hp), m_traits(traits), m_sizes(std::move(sizes))
    {
    }

    Result<Done> load()
    {
        if (auto opened = open(); !opened)
            return opened;
        std::vector<float> ownDivisors;
        if (m_traits.ownFrequencies && weights().has("rope_freqs.weight"))
            ownDivisors = weights().hostFloats("rope_freqs.weight", {hp().ropeDims / 2});
        Rope rope = Rope::of(hp(), m_traits.pairing, ownDivisors);
        rope.streams = m_sizes.ropeStreams;
        for (int i = 0; i < hp().layers; ++i)
            addLayer(hp(), m_sizes.windows[static_cast<std::size_t>(i)], rope);
        auto done = prepare(m_traits.feedForward.routingOf(layersWanted()), m_traits.feedForward.widest(hp()));
        return done && options().projector != nullptr ? loadTower(*options().projector) : std::move(done);
    }

private:
    struct Layer
    {
        SelfAttention attention;
        FeedForwardLayer feedForward;
    };

    void addLayer(const HyperParameters &sizes, int window, const Rope &rope)
    {
        const auto index = static_cast<int>(m_layers.size());
        const std::string block = "blk." + std::to_string(index) + ".";
        if (m_traits.allBiases)
            requireBiases(block);
        Layer layer;
        layer.attention = SelfAttention::load(weights(), sizes, index, rope, m_traits.queryKeyNorm);
        layer.attention.window = window;
        if (m_traits.sinks)
            layer.attention.sinks = weights().floats(block + "attn_sinks.weight", {sizes.heads});
        layer.feedForward = FeedForwardLayer::load(weights(), experts(), sizes, m_traits.feedForward, index);
        m_layers.push_back(std::move(layer));
    }

    Result<bool> addPredictionLayer(const HyperParameters &sizes) override
    {
        if (!m_traits.predicts)
            return false;
        addLayer(sizes, 0, m_layers.back().attention.rope);
        return true;
    }

    Result<Done> loadTower(const GgufFile &projector)
    {
        auto tower = m_traits.tower(device(), projector, options().mostImageTokens);
        if (!tower)
            return tower.takeError();
        return seeWith(std::move(*tower), m_sizes.imageLevels);
    }

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
            shape.layers[i].window = m_sizes.windows[i];
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
    TransformerSizes m_sizes;
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
    TransformerSizes sizes = readSizes(keys, hp, traits);
    if (!keys.ok())
        return keys.error();
    auto model = std::make_unique<Transformer>(file, device, options, std::move(info), hp, sized, std::move(sizes));
    if (auto loaded = model->load(); !loaded)
        return loaded.takeError();
    return std::unique_ptr<Model>(std::move(model));
}

} // namespace conclave::engine
