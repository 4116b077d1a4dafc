#include "engine/model/arch/deepseek2.h"

#include "engine/model/blocks/feed_forward_layer.h"
#include "engine/model/blocks/latent_attention.h"
#include "engine/model/decoder.h"
#include "engine/model/device_error.h"

namespace conclave::engine
{
namespace
{

class DeepSeek2 final : public Decoder
{
public:
    DeepSeek2(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info, const HyperParameters &hp,
              const LatentSizes &sizes, const FeedForwardPlan &plan)
        : Decoder(file, device, options, std::move(info), hp), m_sizes(sizes), m_plan(plan)
    {
    }

    Result<Done> load()
    {
        if (auto opened = open(); !opened)
            return opened;
        for (int i = 0; i < hp().layers; ++i) {
            if (auto added = addLayer(hp()); !added)
                return added;
        }
        return prepare(m_plan.routingOf(layersWanted()), m_plan.widest(hp()));
    }

private:
    struct Layer
    {
        LatentAttention attention;
        FeedForwardLayer feedForward;
    };

    Result<Done> addLayer(const HyperParameters &sizes)
    {
        const auto index = static_cast<int>(m_layers.size());
        auto attention = LatentAttention::load(weights(), device(), sizes, m_sizes, index);
        if (!attention)
            return outOfMemory("the model \"" + file().name() + "\"");
        m_layers.push_back({std::move(*attention), FeedForwardLayer::load(weights(), experts(), sizes, m_plan, index)});
        return Done{};
    }

    Result<bool> addPredictionLayer(const HyperParameters &sizes) override
    {
        auto added = addLayer(sizes);
        return added ? Result<bool>(true) : Result<bool>(added.takeError());
    }

    KvLayerShape predictionCache() const override { return m_sizes.cacheShape(); }

    KvShape cacheShape() const override
    {
        return {cacheType(), std::vector<KvLayerShape>(static_cast<std::size_t>(hp().layers), m_sizes.cacheShape())};
    }

    void addScratch(ScratchSizes &sizes) const override { m_sizes.addScratch(sizes); }

    /// x += latentAttention(RMS(x)); x += feed-forward or experts of RMS(x).
    void layer(int i, Step &step) const override
    {
        const Layer &layer = m_layers[static_cast<std::size_t>(i)];
        layer.attention.apply(step);
        layer.feedForward.apply(step, experts(), i, hp().epsilon);
    }

    LatentSizes m_sizes;
    FeedForwardPlan m_plan;
    std::vector<Layer> m_layers;
};

} // namespace

Result<std::unique_ptr<Model>> loadDeepSeek2(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info)
{
    MetadataKeys keys(file, info.architecture);
    const HyperParameters hp = readHyperParameters(keys, file, HeadWidths::kLatent);
    refuseUnknownVariants(keys);
    keys.refuseUnless("final_logit_softcapping", 0.0);
    const LatentSizes sizes = LatentSizes::read(keys, hp);
    FeedForwardPlan plan;
    plan.shared = SharedExpert::kPlain;
    plan.readExperts(keys, hp, kernels::GatingScore::kSoftmax, false);
    if (!keys.ok())
        return keys.error();
    auto model = std::make_unique<DeepSeek2>(file, device, options, std::move(info), hp, sizes, plan);
    if (auto loaded = model->load(); !loaded)
        return loaded.takeError();
    return std::unique_ptr<Model>(std::move(model));
}

} // namespace conclave::engine
