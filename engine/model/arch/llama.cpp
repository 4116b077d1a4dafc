#include "engine/model/arch/llama.h"

#include "engine/model/arch/transformer.h"

namespace conclave::engine
{

Result<std::unique_ptr<Model>> loadLlama(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info)
{
    TransformerTraits traits;
    traits.pairing = kernels::RopePairing::kNorm;
    traits.ownFrequencies = true;
    traits.experts = TransformerTraits::Experts::kWhereCounted;
    return loadTransformer(file, device, options, std::move(info), traits);
}

} // namespace conclave::engine
