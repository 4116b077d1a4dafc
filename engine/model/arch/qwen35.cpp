#include "engine/model/arch/qwen35.h"

#include "engine/model/blocks/delta_net.h"
#include "engine/model/blocks/feed_forward_layer.h"
#include "engine/model/blocks/gated_attention.h"
#include "engine/model/decoder.h"

#include <algorithm>

namespace conclave::engine
{
namespace
{

using kernels::Tensor;

struct Qwen35Sizes
{
    DeltaNetSizes delta;
    FeedForwardPlan feedForward;
    int attentionPeriod = 4; ///< layer i attends when i + 1 is a multiple; the others are recurrent

    bool attends(int layer) const { return (layer + 1) % attentionPeriod == 0; }
};

class Qwen35 final : public Decoder
{
public:
    Qwen35(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info, const HyperParameters &hp,
           const Qwen35Sizes &sizes)
        : Decoder(file, device, options, std::move(info), hp), m_sizes(sizes)
    {
    }

    Result<Done> load()
    {
        if (auto opened = open(); !opened)
            return opened;
        for (int i = 0; i < hp().layers; ++i)
            addLayer(hp(), m_sizes.attends(i));
        return prepare(m_sizes.feedForward.routingOf(layersWanted()), m_sizes.feedForward.widest(hp()));
    }

private:
    struct Layer
    {
        Tensor norm;                             ///< [d]
        std::optional<GatedAttention> attention; ///< or:
        std::optional<DeltaNet> delta;
        FeedForwardLayer feedForward;
    };

    void addLayer(const HyperParameters &sizes, bool attends)
    {
        const auto index = static_cast<int>(m_layers.size());
        Layer layer;
        layer.norm = weights().floats("blk." + std::to_string(index) + ".attn_norm.weight", {sizes.width});
        if (attends)
            layer.attention = GatedAttention::load(weights(), sizes, index, Rope::of(sizes, kernels::RopePairing::kNeox));
        else
            layer.delta = DeltaNet::load(weights(), m_sizes.delta, index, sizes.width, sizes.epsilon);
        layer.feedForward = FeedForwardLayer::load(weights(), experts(), sizes, m_sizes.feedForward, index);
        m_layers.push_back(std::move(layer));
    }

    /// It attends, wherever it stands.
    Result<bool> addPredictionLayer(const HyperParameters &sizes) override
    {
        addLayer(sizes, true);
        return true;
    }

    KvShape cacheShape() const override
    {
        KvShape shape = Decoder::cacheShape();
        shape.keepsStates = true;
        for (int i = 0; i < hp().layers; ++i) {
            if (!m_sizes.attends(i))
                shape.layers[static_cast<std::size_t>(i)] = m_sizes.delta.cacheShape();
        }
        return shape;
    }

    void addScratch(ScratchSizes &sizes) const override
    {
        sizes.heads *= 2; // each query has its gate beside it
        m_sizes.delta.addScratch(sizes);
    }

    /// x += attention or delta network of RMS(x); x += experts of RMS(x).
    void layer(int i, Step &step) const override
    {
        const Layer &layer = m_layers[static_cast<std::size_t>(i)];
        step.ops.rmsNorm(layer.norm, step.rows(step.scratch.x), step.rows(step.scratch.h), hp().epsilon);
        if (layer.attention)
            layer.attention->apply(step);
        else
            layer.delta->apply(step);
        layer.feedForward.apply(step, experts(), i, hp().epsilon);
    }

    Qwen35Sizes m_sizes;
    std::vector<Layer> m_layers;
};

} // namespace

Result<std::unique_ptr<Model>> loadQwen35Moe(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info)
{
    MetadataKeys keys(file, info.architecture);
    const HyperParameters hp = readHyperParameters(keys, file);
    refuseUnknownVariants(keys);
    keys.required("expert_count", 1, 1 << 16);
    Qwen35Sizes sizes;
    sizes.delta = DeltaNetSizes::read(keys);
    sizes.attentionPeriod = keys.optional("full_attention_interval", 1, hp.layers, 4);
    sizes.feedForward.norm = "post_attention_norm";
    sizes.feedForward.shared = SharedExpert::kGated;
    sizes.feedForward.readExperts(keys, hp, kernels::GatingScore::kSoftmax, true);
    if (!keys.ok())
        return keys.error();
    auto model = std::make_unique<Qwen35>(file, device, options, std::move(info), hp, sizes);
    if (auto loaded = model->load(); !loaded)
        return loaded.takeError();
    return std::unique_ptr<Model>(std::move(model));
}

} // namespace conclave::engine
