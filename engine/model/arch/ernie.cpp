#include "engine/model/arch/ernie.h"

#include "engine/model/arch/transformer.h"

namespace conclave::engine
{

Result<std::unique_ptr<Model>> loadErnie(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info)
{
    TransformerTraits traits;
    traits.pairing = kernels::RopePairing::kNorm;
    return loadTransformer(file, device, options, std::move(info), traits);
}

Result<std::unique_ptr<Model>> loadErnieMoe(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info)
{
    TransformerTraits traits;
    traits.pairing = kernels::RopePairing::kNorm;
    traits.experts = TransformerTraits::Experts::kAlways;
    traits.feedForward.shared = SharedExpert::kPlain;
    return loadTransformer(file, device, options, std::move(info), traits);
}

} // namespace conclave::engine
