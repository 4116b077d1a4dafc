#include "engine/model/arch/qwen3moe.h"

#include "engine/model/blocks/moe.h"
#include "engine/model/blocks/self_attention.h"
#include "engine/model/decoder.h"

namespace conclave::engine
{
namespace
{

class Qwen3Moe final : public Decoder
{
public:
    using Decoder::Decoder;

    Result<Done> load()
    {
        if (auto opened = open(); !opened)
            return opened;
        const RouterConfig routing = RouterConfig::fixed(kernels::GatingScore::kSoftmax, true, hp().experts, hp().expertsUsed);
        m_attention = SelfAttention::load(weights(), hp(), kernels::RopePairing::kNeox, true);
        for (int i = 0; i < hp().layers; ++i) {
            m_norms.push_back(weights().floats("blk." + std::to_string(i) + ".ffn_norm.weight", {hp().width}));
            m_moe.push_back(Moe::load(weights(), experts(), i, routing, hp().width, hp().expertFeedForward));
        }
        return prepare(routing, 0);
    }

private:
    /// x += attention(RMS(x)) with normalised query and key heads; x += experts(RMS(x)).
    void layer(int i, Step &step) const override
    {
        const auto index = static_cast<std::size_t>(i);
        m_attention.apply(step, i);
        step.ops.rmsNorm(m_norms[index], step.rows(step.scratch.x), step.rows(step.scratch.h), hp().epsilon);
        m_moe[index].apply(step, experts(), i);
    }

    SelfAttention m_attention;
    std::vector<kernels::Tensor> m_norms;
    std::vector<Moe> m_moe;
};

} // namespace

Result<std::unique_ptr<Model>> loadQwen3Moe(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info)
{
    MetadataKeys keys(file, "qwen3moe");
    const HyperParameters hp = readHyperParameters(keys, file);
    keys.required("expert_count", 1, 1 << 16);
    checkFixedRouting(keys);
    if (!keys.ok())
        return keys.error();
    auto model = std::make_unique<Qwen3Moe>(file, device, options, std::move(info), hp);
    if (auto loaded = model->load(); !loaded)
        return loaded.takeError();
    return std::unique_ptr<Model>(std::move(model));
}

} // namespace conclave::engine
