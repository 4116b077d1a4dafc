#include "engine/model/arch/glm4moe.h"

#include "engine/model/arch/transformer.h"

namespace conclave::engine
{

Result<std::unique_ptr<Model>> loadGlm4Moe(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info)
{
    TransformerTraits traits;
    traits.queryKeyNorm = QueryKeyNorm::kHeadsOrNone; // only the largest has them
    traits.feedForward.norm = "post_attention_norm";
    traits.experts = TransformerTraits::Experts::kAlways;
    traits.feedForward.shared = SharedExpert::kPlain;
    traits.predicts = true;
    traits.score = kernels::GatingScore::kSigmoid;
    return loadTransformer(file, device, options, std::move(info), traits);
}

} // namespace conclave::engine
