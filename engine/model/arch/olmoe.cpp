#include "engine/model/arch/olmoe.h"

#include "engine/model/arch/transformer.h"

namespace conclave::engine
{

Result<std::unique_ptr<Model>> loadOlmoe(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info)
{
    TransformerTraits traits;
    traits.queryKeyNorm = QueryKeyNorm::kRow;
    traits.experts = TransformerTraits::Experts::kAlways;
    traits.normalise = false;
    return loadTransformer(file, device, options, std::move(info), traits);
}

} // namespace conclave::engine
