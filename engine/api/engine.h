#pragma once

#include "engine/api/batch_session.h"
#include "engine/api/placement.h"
#include "engine/api/seen_image.h"
#include "engine/api/session.h"
#include "engine/api/types.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>

/// The door to the engine, with session.h, batch_session.h, expert_view.h and types.h: app includes nothing else of it.
namespace conclave::engine
{

enum class MatmulPrecision
{
    kFast,  ///< activations quantised to 8 bits where weights are quantised
    kFloat, ///< float32 activations everywhere
};

/// How keys and values of the context are kept.
enum class ContextPrecision
{
    kModel,    ///< the model's own: 16 bits, and 32 for the small built-in one
    kEightBit, ///< 8 bits in blocks of 32: half the memory
};

struct EngineOptions
{
    int threads = 0; ///< 0: one for each core
    /// What computes: empty or "cpu", the processor; "cuda" or "vulkan", as many such cards as the model needs, the first ones first
    /// (without one, a device that imitates it); "cuda:1" or "vulkan:2,0", these alone, in this order, counted as the driver does from 0.
    /// Where that cannot be, the processor does, and Engine::deviceNote says why.
    std::string device;
    std::filesystem::path plugins;   ///< the folder in which device plugins are looked for: the program's own
    std::filesystem::path cardCache; ///< a folder where a card's driver may keep its compiled kernels; empty: nowhere
    /// A folder where it is kept how often each model's experts were chosen, a small file for each; empty: nowhere. Where experts come from
    /// disk, a model begins with those that were used most.
    std::filesystem::path usedExperts;
    /// Of the model's layers the last so many lie on cards and the others in memory, computed by the processor; -1: as many as fit.
    /// More than fit are not tried. 0: the processor alone.
    int cardLayers = -1;
    /// Most of each card's memory that the model may take; 0: what it has free, less something for everybody else.
    std::uint64_t cardBytes = 0;
    /// Told where the model will lie before anything of it is loaded onto a card, and again when it has to be loaded otherwise. Measures
    /// for it how fast card and memory are, which takes about a second.
    std::function<void(const Placement &)> placing;
    int contextTokens = 0; ///< 0: the model's, at most 8192
    MatmulPrecision precision = MatmulPrecision::kFast;
    ContextPrecision context = ContextPrecision::kModel;
    /// Most memory that the model may take, weights, context and working memory together; 0: what the machine, or the group that this
    /// process is confined to, has free when it is loaded. Of a mixture of experts that needs more, the experts most used stay in memory
    /// and the others are read from disk when they are chosen. Other models are mapped and leave it to the system.
    std::uint64_t memoryBytes = 0;
    /// The vision part of a model that has it in a file of its own (mmproj*.gguf). Empty: the one beside the model that fits it, if any.
    std::filesystem::path projector;
    /// Tokens that one picture may take; larger pictures are made smaller. A picture of 1024 tokens has about a million pixels; working
    /// memory grows with it, time with its square.
    int mostImageTokens = 1024;
    /// Adaptive k from the router's confidence, for models that were made with a fixed k: a token gets only as many of the k experts chosen
    /// for it as have this share of their scores together, at least one. Fewer bytes move, and answers change: 1, the default, is the
    /// model as it was made. What it costs in accuracy depends on the model; `./dev bench engine experts FILE` measures. Models with
    /// adaptive k of their own, and layers whose experts follow from the token, do not look at it.
    float expertShare = 1.0F;
    /// Loads the block that foretells further tokens (MTP), where the file has one and its family is known, for answers that speculate. It
    /// takes its weights, keys and values of one more layer, and a little of each prompt's time.
    bool foretell = false;
    bool speculate = false; ///< sessions speculate in every answer, also where the request does not ask (GenerationRequest::speculate)
};

/// A loaded, immutable model. May be used by several sessions of one thread.
class Engine
{
public:
    virtual ~Engine() = default;

    virtual const ModelInfo &model() const = 0;
    /// "CPU (AVX-512, 2 threads)"
    virtual std::string deviceName() const = 0;
    /// Why it is not the device asked for, in a sentence; empty when it is.
    virtual std::string deviceNote() const { return {}; }
    /// Where the model lies. A card that fails, or has no memory left, in an answer ends that answer with an error, if it had begun;
    /// afterwards the processor computes, and this, deviceName and deviceNote say so. What was said stays in the caller's hands.
    virtual Placement placement() const { return {}; }
    /// Names the model by what it computes: shapes and samples of all its weights, those of its projector included. Not cryptographic.
    virtual std::uint64_t fingerprint() const = 0;
    /// Tokens that a session holds, prompt and answer together.
    virtual int contextTokens() const = 0;
    virtual Result<std::unique_ptr<Session>> createSession() = 0;
    /// Answers many requests, several at a time. Sessions of the engine may be used beside it, between its steps.
    virtual Result<std::unique_ptr<BatchSession>> createBatch(const BatchOptions &options = {}) = 0;

    /// Tokens that `messages` would take as a prompt, those of pictures included. Of pictures only the size is looked at: they need no
    /// pixels. Engine thread only, like sessions. Errors as Session::generate's.
    virtual Result<int> countTokens(std::span<const Message> messages) = 0;
    /// What the model is shown of a picture. kBadImage; kInvalidRequest when it sees nothing.
    virtual Result<SeenImage> see(const Image &image) = 0;
};

/// Maps and validates `file` and makes it ready to answer.
/// Errors: kFileNotFound, kFileUnreadable, kFileTruncated, kBadFormat, kUnsupportedArchitecture (naming it), kUnsupportedType,
/// kMissingTensor, kBadTensor (naming the tensor), kBadMetadata (naming the key), kOutOfMemory, kInvalidRequest (several projectors fit).
Result<std::unique_ptr<Engine>> openEngine(const std::filesystem::path &file, const EngineOptions &options = {});

/// Reads only the headers of `file` and of its projector (see EngineOptions::projector). Errors as openEngine's.
Result<ModelInfo> describeModel(const std::filesystem::path &file, const std::filesystem::path &projector = {});

} // namespace conclave::engine
