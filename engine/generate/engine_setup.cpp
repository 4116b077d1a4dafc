#include "engine/generate/engine_setup.h"

#include <algorithm>

namespace conclave::engine
{
namespace
{

constexpr int kLeastImageTokens = 64; // below nothing can be told apart
constexpr int kMostImageTokens = 16384;

} // namespace

std::unique_ptr<kernels::Device> processorFor(const EngineOptions &options)
{
    return kernels::createCpuDevice({.threads = std::max(options.threads, 0), .level = kernels::detectCpuLevel()});
}

ModelOptions modelOptionsFor(const EngineOptions &options)
{
    ModelOptions modelOptions;
    modelOptions.precision = options.precision == MatmulPrecision::kFloat ? kernels::Precision::kFloat : kernels::Precision::kFast;
    modelOptions.expertShare = std::clamp(options.expertShare, 0.0F, 1.0F);
    if (options.context == ContextPrecision::kEightBit)
        modelOptions.cacheType = kernels::DType::kQ8_0;
    return modelOptions;
}

int mostImageTokens(const EngineOptions &options)
{
    return std::clamp(options.mostImageTokens, kLeastImageTokens, kMostImageTokens);
}

} // namespace conclave::engine
