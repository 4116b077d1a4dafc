#pragma once

#include "engine/api/types.h"
#include "engine/base/result.h"
#include "engine/format/gguf_reader.h"
#include "engine/moe/expert_set.h"
#include "engine/moe/expert_telemetry.h"
#include "engine/moe/used_experts.h"
#include "engine/vision/image_grid.h"
#include "engine/vision/projector_file.h"
#include "kernels/core/device.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

/// What an architecture is to the rest of the engine. One file under arch/ each, and one row in registry.cpp.
namespace conclave::engine
{

class ExpertStore;
class KvCache;
class ImageMemory;

/// Rows of a picture that stand in a batch in place of token embeddings.
struct ImageRows
{
    const ImageMemory *image = nullptr;
    int row = 0;   ///< first row of the picture
    int token = 0; ///< index in Batch::tokens of that row
    int count = 0;
};

/// New tokens of one sequence, placed behind what its cache already holds.
struct Batch
{
    std::span<const std::int32_t> tokens;
    KvCache *cache = nullptr;             ///< grows by tokens.size()
    const ImageMemory *image = nullptr;   ///< what the bridges read, or nullptr
    std::span<const ImageRows> imageRows; ///< pictures in the sequence, in order, not overlapping; the tokens there are placeholders
    /// [3, T] time, row and column of each token for models with M-RoPE; empty: all are the token's place in the cache. They turn keys
    /// and queries; what sees what goes by place alone.
    std::span<const std::int32_t> gridPositions;
    int logitRows = 1; ///< logits wanted for this many last tokens
    /// States after so many of the tokens are kept, so that the cache can go back to there; 0: none, see KvCache::keepStates.
    int keepStatesAfter = 0;
    std::stop_token stop;
    ExpertTelemetry *telemetry = nullptr; ///< receives expert choices, or nullptr
};

/// What one sequence got from a pass that several shared.
struct BatchOutcome
{
    std::optional<Error> error;    ///< as of Model::forward
    std::span<const float> logits; ///< [logitRows, V], valid until the next call; empty with an error
};

/// What a model foretells of its own answer.
struct Foretold
{
    std::span<const std::int32_t> tokens; ///< the most likely ones, each behind the other; valid until the next call
    std::span<const float> logits;        ///< [tokens, V], likewise
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

    virtual ImageStyle imageStyle() const { return {}; }
    /// The tokens that a picture of this size takes in the sequence (pixels unread). Models without vision: kInvalidRequest. kBadImage.
    virtual Result<ImageGrid> imageGrid(const Image &image) const = 0;
    /// Computes the image side once. Models without vision: kInvalidRequest. An empty or absurd image: kBadImage.
    virtual Result<std::shared_ptr<const ImageMemory>> encodeImage(const Image &image, std::stop_token stop) = 0;

    /// Logits [logitRows, V], valid until the next call. The stop token is looked at before each layer; kCancelled, like every other
    /// error, leaves the cache as it was before the call, or, where it has states, at an earlier checkpoint (see KvCache::truncate).
    /// kContextFull when the tokens do not fit the cache.
    virtual Result<std::span<const float>> forward(const Batch &batch) = 0;

    /// Tokens that one pass of several sequences can take.
    virtual int mostTogether() const = 0;
    /// One pass over the next tokens of several sequences, each with a cache of its own: weights are read once for all of them. Every
    /// sequence gets what `forward` computes for it (sums may have another order: kernels/README.md, "Numbers"). An error of one, found
    /// before the pass (kContextFull, kInvalidRequest, kOutOfMemory), leaves the others alone; one of the device is everybody's. The pass
    /// is given up when all of them are stopped; one that is stopped alone is computed to the end. kInvalidRequest for all when there are
    /// more than mostTogether() tokens, or two batches with one cache.
    virtual std::vector<BatchOutcome> forwardTogether(std::span<const Batch> batches) = 0;

    /// True when it was loaded with a block that foretells further tokens (MTP).
    virtual bool foretells() const { return false; }
    /// Foretells 1 to `count` tokens behind `next`, which comes behind all that `cache` holds. Changes nothing that answers are computed
    /// from. kInvalidRequest when there is nothing to foretell from, kDeviceFailure.
    virtual Result<Foretold> foretell(KvCache &cache, std::int32_t next, int count) = 0;

    /// Bytes of weights and KV that one decode step reads at `position`.
    virtual std::uint64_t bytesPerToken(int position) const = 0;
    /// Memory that it takes from the first picture on.
    virtual std::uint64_t pictureBytes() const { return 0; }
    /// Where the experts lie.
    virtual const ExpertStore &experts() const = 0;
};

/// How a model whose experts do not all fit into memory is kept: see ExpertStore. Only on devices that compute in the host's memory,
/// or in part of it: experts on the card of a SplitDevice stay there.
struct ExpertStreaming
{
    std::uint64_t expertBytes = 0; ///< most memory for experts
    bool ring = true;              ///< io_uring where the system has it; else threads that read
    bool direct = true;            ///< past the page cache where the file system can
    bool ahead = true;             ///< experts are read before they are asked for
    UsedExperts used = {};         ///< the cache begins with those used most
};

struct ModelOptions
{
    kernels::Precision precision = kernels::Precision::kFast;
    /// Keys and values: kF32, kF16 or kQ8_0. Unset: the architecture's choice (F16, and F32 for the small built-in model).
    std::optional<kernels::DType> cacheType;
    const GgufFile *projector = nullptr; ///< the vision part of a model that has it in a file of its own; outlives the model
    int mostImageTokens = 1024;          ///< of one picture; larger ones are made smaller
    /// Below 1: adaptive k for routers that choose a fixed number of experts (see EngineOptions::expertShare).
    float expertShare = 1.0F;
    std::optional<ExpertStreaming> streaming = std::nullopt; ///< unset: weights are used where the file is mapped
    ExpertSet cardExperts = {}; ///< of a divided model: copies of these go to the card that has the rest of their layer
    bool foretell = false;      ///< see EngineOptions
    int standIns = 0; ///< above 0: so many experts of each layer do the work of all, to tell what routers choose (api/expert_trial.h)
};

/// Builds the model of `file` for its general.architecture; file and device must outlive it. Errors as openEngine's.
Result<std::unique_ptr<Model>> loadModel(const GgufFile &file, kernels::Device &device, const ModelOptions &options);

/// What can be said of `file` from its header. Errors: kBadMetadata, kUnsupportedArchitecture.
Result<ModelInfo> describeFile(const GgufFile &file);

/// What the model of `file` needs of a projector; an empty type: it takes none. Errors as describeFile's.
Result<ProjectorNeeds> projectorNeeds(const GgufFile &file);
/// Whether the model of `file` can use `projector`, by its header. kInvalidRequest when it takes none; errors as checkProjector's.
Result<Done> fitsModel(const GgufFile &projector, const GgufFile &file);

} // namespace conclave::engine
