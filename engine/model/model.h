#pragma once

#include "engine/api/types.h"
#include "engine/base/result.h"
#include "engine/format/gguf_reader.h"
#include "engine/moe/expert_telemetry.h"
#include "kernels/core/device.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

/// What an architecture is to the rest of the engine. One file under arch/ each, and one row in registry.cpp.
namespace conclave::engine
{

class KvCache;
class ImageMemory;

/// New tokens of one sequence, placed behind what its cache already holds.
struct Batch
{
    std::span<const std::int32_t> tokens;
    KvCache *cache = nullptr;           ///< grows by tokens.size()
    const ImageMemory *image = nullptr; ///< what the bridges read, or nullptr
    int logitRows = 1;                  ///< logits wanted for this many last tokens
    std::stop_token stop;
    ExpertTelemetry *telemetry = nullptr; ///< receives expert choices, or nullptr
};

/// Immutable weights and the forward pass. Engine thread only (it owns a queue and scratch memory).
class Model
{
public:
    virtual ~Model() = default;

    virtual const ModelInfo &info() const = 0;
    virtual int vocabularySize() const = 0;

    /// A cache for `tokens` positions. kOutOfMemory when it does not fit.
    virtual Result<std::unique_ptr<KvCache>> createCache(int tokens) = 0;

    /// Computes the image side once. Models without vision: kInvalidRequest. An empty or absurd image: kBadImage.
    virtual Result<std::shared_ptr<const ImageMemory>> encodeImage(const Image &image, std::stop_token stop) = 0;

    /// Logits [logitRows, V], valid until the next call. The stop token is looked at before each layer; kCancelled, like every other
    /// error, leaves the cache as it was before the call, or, where it has states, at an earlier checkpoint (see KvCache::truncate).
    /// kContextFull when the tokens do not fit the cache.
    virtual Result<std::span<const float>> forward(const Batch &batch) = 0;

    /// Bytes of weights and KV that one decode step reads at `position`.
    virtual std::uint64_t bytesPerToken(int position) const = 0;
};

struct ModelOptions
{
    kernels::Precision precision = kernels::Precision::kFast;
    /// Keys and values: kF32, kF16 or kQ8_0. Unset: the architecture's choice (F16, and F32 for the small built-in model).
    std::optional<kernels::DType> cacheType;
};

/// Builds the model of `file` for its general.architecture; file and device must outlive it. Errors as openEngine's.
Result<std::unique_ptr<Model>> loadModel(const GgufFile &file, kernels::Device &device, const ModelOptions &options);

/// What can be said of `file` from its header. Errors: kBadMetadata, kUnsupportedArchitecture.
Result<ModelInfo> describeFile(const GgufFile &file);

} // namespace conclave::engine
