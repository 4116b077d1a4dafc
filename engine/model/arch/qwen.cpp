#include "engine/model/arch/qwen.h"

#include "engine/model/arch/transformer.h"
#include "engine/vision/qwen3vl_tower.h"

namespace conclave::engine
{

Result<std::unique_ptr<Model>> loadQwen2(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info)
{
    return loadTransformer(file, device, options, std::move(info), {});
}

Result<std::unique_ptr<Model>> loadQwen2Moe(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info)
{
    TransformerTraits traits;
    traits.experts = TransformerTraits::Experts::kAlways;
    traits.feedForward.shared = SharedExpert::kGated;
    traits.normalise = false;
    traits.dividedWidth = true;
    return loadTransformer(file, device, options, std::move(info), traits);
}

Result<std::unique_ptr<Model>> loadQwen3(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info)
{
    TransformerTraits traits;
    traits.queryKeyNorm = QueryKeyNorm::kHeads;
    return loadTransformer(file, device, options, std::move(info), traits);
}

Result<std::unique_ptr<Model>> loadQwen3Moe(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info)
{
    TransformerTraits traits;
    traits.queryKeyNorm = QueryKeyNorm::kHeads;
    traits.experts = TransformerTraits::Experts::kAlways;
    traits.dividedWidth = true;
    return loadTransformer(file, device, options, std::move(info), traits);
}

Result<std::unique_ptr<Model>> loadQwen3Vl(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info)
{
    TransformerTraits traits;
    traits.queryKeyNorm = QueryKeyNorm::kHeads;
    traits.experts = info.architecture == "qwen3vlmoe" ? TransformerTraits::Experts::kAlways : TransformerTraits::Experts::kNever;
    traits.gridPositions = true;
    traits.tower = Qwen3VlTower::create;
    return loadTransformer(file, device, options, std::move(info), traits);
}

} // namespace conclave::engine
