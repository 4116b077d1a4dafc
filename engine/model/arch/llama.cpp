#include "engine/model/arch/llama.h"

#include "engine/model/blocks/feed_forward.h"
#include "engine/model/blocks/moe.h"
#include "engine/model/blocks/self_attention.h"
#include "engine/model/decoder.h"

namespace conclave::engine
{
namespace
{

class Llama final : public Decoder
{
public:
    using Decoder::Decoder;

    Result<Done> load()
    {
        if (auto opened = open(); !opened)
            return opened;
        const bool sparse = hp().experts > 0;
        const RouterConfig routing = RouterConfig::fixed(kernels::GatingScore::kSoftmax, true, hp().experts, hp().expertsUsed);
        m_attention = SelfAttention::load(weights(), hp(), kernels::RopePairing::kNorm, false);
        loadFrequencies();
        for (int i = 0; i < hp().layers; ++i) {
            const std::string prefix = "blk." + std::to_string(i) + ".ffn_";
            m_norms.push_back(weights().floats(prefix + "norm.weight", {hp().width}));
            if (sparse)
                m_moe.push_back(Moe::load(weights(), experts(), i, routing, hp().width, hp().expertFeedForward));
            else
                m_dense.push_back(FeedForward::load(weights(), prefix, "", hp().width, hp().feedForward));
        }
        return prepare(sparse ? routing : RouterConfig{}, sparse ? 0 : hp().feedForward);
    }

private:
    /// Llama 3 stores how much slower each RoPE pair turns.
    void loadFrequencies()
    {
        if (!weights().has("rope_freqs.weight"))
            return;
        std::vector<float> factors = weights().hostFloats("rope_freqs.weight", {hp().ropeDims / 2});
        for (float &factor : factors)
            factor *= hp().ropeFactor;
        m_attention.rope.factors = std::move(factors);
    }

    /// x += attention(RMS(x)); x += feed-forward or experts of RMS(x).
    void layer(int i, Step &step) const override
    {
        const auto index = static_cast<std::size_t>(i);
        m_attention.apply(step, i);
        step.ops.rmsNorm(m_norms[index], step.rows(step.scratch.x), step.rows(step.scratch.h), hp().epsilon);
        if (m_moe.empty())
            m_dense[index].apply(step);
        else
            m_moe[index].apply(step, experts(), i);
    }

    SelfAttention m_attention;
    std::vector<kernels::Tensor> m_norms;
    std::vector<FeedForward> m_dense;
    std::vector<Moe> m_moe;
};

} // namespace

Result<std::unique_ptr<Model>> loadLlama(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info)
{
    MetadataKeys keys(file, "llama");
    const HyperParameters hp = readHyperParameters(keys, file);
    checkFixedRouting(keys);
    if (!keys.ok())
        return keys.error();
    auto model = std::make_unique<Llama>(file, device, options, std::move(info), hp);
    if (auto loaded = model->load(); !loaded)
        return loaded.takeError();
    return std::unique_ptr<Model>(std::move(model));
}

} // namespace conclave::engine
