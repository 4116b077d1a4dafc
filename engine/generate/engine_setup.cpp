#include "engine/generate/engine_setup.h"

#include "engine/forecast/placement.h"
#include "engine/format/fingerprint.h"

#include <algorithm>

namespace conclave::engine
{
namespace
{

constexpr int kLeastImageTokens = 64; // below nothing can be told apart
constexpr int kMostImageTokens = 16384;
constexpr int kDefaultContext = 8192;

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
    modelOptions.foretell = options.foretell;
    if (options.context == ContextPrecision::kEightBit)
        modelOptions.cacheType = kernels::DType::kQ8_0;
    return modelOptions;
}

int contextTokensFor(const EngineOptions &options, int most)
{
    return std::min(most, options.contextTokens > 0 ? options.contextTokens : kDefaultContext);
}

std::optional<ExpertStreaming> streamingFor(const GgufFile &file, const EngineOptions &options)
{
    const std::uint64_t memory = memoryFor(options);
    if (file.paths().empty() || memory == 0 || file.sizeBytes() <= memory / 2) // surely fits, and nothing needs to be worked out
        return std::nullopt;
    const auto footprint = modelFootprint(file.paths().front(), options);
    if (!footprint) // loading will say the same
        return std::nullopt;
    const MemoryPlan plan = planMemory(*footprint, contextTokensFor(options, footprint->model.contextTokens), memory);
    if (!plan.streams)
        return std::nullopt;
    ExpertStreaming streaming;
    streaming.expertBytes = plan.heldBytes;
    streaming.used = usedExperts(file, options);
    return streaming;
}

UsedExperts usedExperts(const GgufFile &file, const EngineOptions &options)
{
    return options.usedExperts.empty() ? UsedExperts() : UsedExperts::read(options.usedExperts, modelFingerprint(file));
}

int mostImageTokens(const EngineOptions &options)
{
    return std::clamp(options.mostImageTokens, kLeastImageTokens, kMostImageTokens);
}

} // namespace conclave::engine
