#include "engine/model/arch/gpt_oss.h"

#include "engine/model/arch/transformer.h"

namespace conclave::engine
{

Result<std::unique_ptr<Model>> loadGptOss(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info)
{
    TransformerTraits traits;
    traits.sinks = true;
    traits.allBiases = true;
    traits.windowPeriod = 2;
    traits.experts = TransformerTraits::Experts::kAlways;
    traits.score = kernels::GatingScore::kSoftmaxOfChosen;
    traits.normalise = false; // that softmax already sums to 1
    traits.feedForward.norm = "post_attention_norm";
    traits.feedForward.activation = kernels::Activation::kGptOss;
    traits.feedForward.limit = 7.0F; // in no key
    return loadTransformer(file, device, options, std::move(info), traits);
}

} // namespace conclave::engine
