#include "engine/model/arch/conclave.h"

#include "engine/model/blocks/bridge.h"
#include "engine/model/blocks/feed_forward.h"
#include "engine/model/blocks/moe.h"
#include "engine/model/blocks/self_attention.h"
#include "engine/model/decoder.h"
#include "engine/model/device_error.h"
#include "engine/vision/chart_encoder.h"

#include <algorithm>
#include <optional>

namespace conclave::engine
{
namespace
{

/// Sizes beyond the common ones.
struct ConclaveSizes
{
    int denseLayers = 0;
    int sharedFeedForward = 0;
    RouterConfig routing;
    std::vector<float> calibration; ///< [L]
    std::vector<int> bridgeTaps;    ///< [L], -1: no bridge
    ChartEncoderSizes vision;
};

ConclaveSizes readConclaveSizes(MetadataKeys &keys, const HyperParameters &hp)
{
    ConclaveSizes sizes;
    const auto layers = static_cast<std::size_t>(hp.layers);
    sizes.denseLayers = keys.required("leading_dense_block_count", 0, hp.layers);
    sizes.sharedFeedForward = keys.required("expert_shared_feed_forward_length", 1, 1 << 17);
    RouterConfig &routing = sizes.routing;
    routing.score = kernels::GatingScore::kSigmoid;
    routing.experts = keys.required("expert_count", 1, 1024);
    routing.kMin = keys.required("gating.k_min", 1, routing.experts);
    routing.kMax = keys.required("gating.k_max", routing.kMin, routing.experts);
    routing.kWide = keys.required("gating.k_wide", 1, routing.experts);
    routing.tau = keys.requiredNumber("gating.tau", 0.0, 1.0);
    sizes.calibration = keys.numbers("gating.calibration", layers, 0.0, 1.0);
    sizes.vision = readChartEncoderSizes(keys, hp.epsilon);
    sizes.bridgeTaps = keys.integers("bridge.tap", layers, -1, static_cast<std::int64_t>(sizes.vision.tapBlocks.size()) - 1);
    return sizes;
}

class Conclave final : public Decoder
{
public:
    Conclave(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info, const HyperParameters &hp,
             ConclaveSizes sizes)
        : Decoder(file, device, options, std::move(info), hp), m_sizes(std::move(sizes))
    {
    }

    Result<Done> load()
    {
        if (auto opened = open(); !opened)
            return opened;
        m_rope = Rope::of(hp(), kernels::RopePairing::kNeox);
        for (int i = 0; i < hp().layers; ++i) {
            m_layers.emplace_back();
            loadLayer(i, m_layers.back());
        }
        const bool sparse = m_sizes.denseLayers < hp().layers;
        if (auto done = prepare(sparse ? m_sizes.routing : RouterConfig{}, std::max(hp().feedForward, m_sizes.sharedFeedForward)); !done)
            return done;
        auto encoder = ChartEncoder::create(device(), weights(), m_sizes.vision);
        if (!encoder)
            return encoder.takeError();
        m_encoder = std::move(*encoder);
        return weights().finish("v.");
    }

    /// A picture is read over the bridges and takes no place in the sequence.
    Result<ImageGrid> imageGrid(const Image &) const override { return ImageGrid{}; }

    /// Taps of the picture, then keys and values for every bridge: text never touches the picture again.
    Result<std::shared_ptr<const ImageMemory>> encodeImage(const Image &image, std::stop_token stop) override
    {
        Ops ops(queue(), options().precision);
        auto taps = m_encoder->encode(ops, image, stop);
        if (!taps)
            return taps.takeError();
        const int tokens = m_sizes.vision.tokens();
        const std::size_t bytes = static_cast<std::size_t>(tokens) * static_cast<std::size_t>(hp().kvHeads * hp().headDim) * sizeof(float);
        const auto bridges =
            static_cast<std::size_t>(std::count_if(m_sizes.bridgeTaps.begin(), m_sizes.bridgeTaps.end(), [](int tap) { return tap >= 0; }));
        auto memory = device().allocate(std::max<std::size_t>(1, 2 * bridges * bytes));
        if (!memory)
            return outOfMemory("the picture");
        std::vector<ImageMemory::LayerKv> layers(static_cast<std::size_t>(hp().layers));
        std::size_t offset = 0;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            if (!m_layers[i].bridge)
                continue;
            for (kernels::Tensor *tensor : {&layers[i].keys, &layers[i].values}) {
                *tensor = kernels::Tensor::packed(kernels::DType::kF32, {tokens, hp().kvHeads, hp().headDim}, memory.get(), offset);
                offset += bytes;
            }
            m_layers[i].bridge->remember(ops, (*taps)[static_cast<std::size_t>(m_sizes.bridgeTaps[i])], layers[i]);
        }
        ops.finish();
        if (!ops.ok())
            return deviceError(ops.status(), "looking at the picture");
        return std::shared_ptr<const ImageMemory>(std::make_shared<ImageMemory>(std::move(memory), std::move(layers), tokens));
    }

private:
    struct Layer
    {
        SelfAttention attention;
        std::optional<Bridge> bridge;
        kernels::Tensor norm;             ///< ffn_norm
        std::optional<FeedForward> dense; ///< or:
        std::optional<Moe> moe;
    };

    void loadLayer(int i, Layer &layer)
    {
        const std::string prefix = "blk." + std::to_string(i) + ".";
        const int width = hp().width;
        layer.attention = SelfAttention::load(weights(), hp(), i, m_rope, QueryKeyNorm::kHeads);
        if (m_sizes.bridgeTaps[static_cast<std::size_t>(i)] >= 0)
            layer.bridge = Bridge::load(weights(), hp(), i, m_sizes.vision.width);
        layer.norm = weights().floats(prefix + "ffn_norm.weight", {width});
        if (i < m_sizes.denseLayers) {
            layer.dense = FeedForward::load(weights(), prefix + "ffn_", "", width, hp().feedForward);
            return;
        }
        layer.moe = Moe::load(weights(), experts(), i, m_sizes.routing, width, hp().expertFeedForward);
        layer.moe->router = Router(m_sizes.routing, weights().floats(prefix + "exp_probs_b.bias", {m_sizes.routing.experts}),
                                   m_sizes.calibration[static_cast<std::size_t>(i)]);
        layer.moe->shared = FeedForward::load(weights(), prefix + "ffn_", "_shexp", width, m_sizes.sharedFeedForward);
    }

    /// x += attention(RMS(x)); x += bridge(RMS(x), image); x += feed-forward or experts of RMS(x).
    void layer(int i, Step &step) const override
    {
        const Layer &layer = m_layers[static_cast<std::size_t>(i)];
        layer.attention.apply(step);
        if (layer.bridge)
            layer.bridge->apply(step, i);
        step.ops.rmsNorm(layer.norm, step.rows(step.scratch.x), step.rows(step.scratch.h), hp().epsilon);
        if (layer.dense)
            layer.dense->apply(step);
        else
            layer.moe->apply(step, experts(), i);
    }

    ConclaveSizes m_sizes;
    Rope m_rope;
    std::vector<Layer> m_layers;
    std::unique_ptr<ChartEncoder> m_encoder;
};

} // namespace

Result<std::unique_ptr<Model>> loadConclave(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info)
{
    MetadataKeys keys(file, "conclave");
    const HyperParameters hp = readHyperParameters(keys, file);
    keys.required("feed_forward_length", 1, 1 << 17);
    keys.required("expert_feed_forward_length", 1, 1 << 17);
    if (!keys.ok())
        return keys.error();
    ConclaveSizes sizes = readConclaveSizes(keys, hp);
    if (!keys.ok())
        return keys.error();
    ModelOptions exact = options;
    exact.cacheType = options.cacheType.value_or(kernels::DType::kF32); // small: accuracy costs nothing
    auto model = std::make_unique<Conclave>(file, device, exact, std::move(info), hp, std::move(sizes));
    if (auto loaded = model->load(); !loaded)
        return loaded.takeError();
    return std::unique_ptr<Model>(std::move(model));
}

} // namespace conclave::engine
