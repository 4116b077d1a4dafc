#pragma once

#include "engine/cache/kv_cache.h"
#include "engine/model/blocks/prediction_head.h"
#include "engine/model/hyper_parameters.h"
#include "engine/model/model.h"
#include "engine/model/scratch.h"
#include "engine/model/sequence_images.h"
#include "engine/model/step.h"
#include "engine/model/weight_loader.h"
#include "engine/moe/expert_store.h"
#include "engine/vision/vision_tower.h"

#include <memory>
#include <optional>
#include <vector>

/// What all text decoders share: embedding, chunks, the order of layers, output norm and logits, cancellation, telemetry.
/// An architecture loads its weights and says what a layer does.
namespace conclave::engine
{

class Decoder : public Model
{
public:
    Decoder(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info, const HyperParameters &hp);
    ~Decoder() override;

    const ModelInfo &info() const override { return m_info; }
    int vocabularySize() const override { return m_hp.vocabulary; }
    Result<std::unique_ptr<KvCache>> createCache(int tokens) override;
    ImageStyle imageStyle() const override;
    Result<ImageGrid> imageGrid(const Image &image) const override;
    Result<std::shared_ptr<const ImageMemory>> encodeImage(const Image &image, std::stop_token stop) override;
    Result<std::span<const float>> forward(const Batch &batch) override;
    int mostTogether() const override { return Scratch::kChunk; }
    std::vector<BatchOutcome> forwardTogether(std::span<const Batch> batches) override;
    bool foretells() const override { return m_head.has_value(); }
    Result<Foretold> foretell(KvCache &cache, std::int32_t next, int count) override;
    std::uint64_t bytesPerToken(int position) const override;
    std::uint64_t pictureBytes() const override { return m_tower ? m_tower->workBytes() : 0; }
    const ExpertStore &experts() const override { return m_experts; }

protected:
    /// Maps the file for the device. Before any weight is loaded.
    Result<Done> open();
    /// Checks what was loaded, allocates working memory. `routing` has 0 experts for dense models.
    Result<Done> prepare(const RouterConfig &routing, int widestFeedForward);

    /// Pictures are read by `tower`, made from the options' projector. kBadMetadata when its rows do not have the model's width, or when
    /// there are not `levels` of each.
    Result<Done> seeWith(std::unique_ptr<VisionTower> tower, int levels);

    /// What one sequence keeps; asked once, by `prepare`. All layers alike, if an architecture does not say otherwise.
    virtual KvShape cacheShape() const;
    /// Loads the layer of the block that predicts further tokens, which `layer` computes as the one behind the last; `sizes` counts it.
    /// False: the family knows none. Asked once, by `prepare`, and only when it is wanted.
    virtual Result<bool> addPredictionLayer(const HyperParameters &sizes);
    /// What a sequence keeps for it.
    virtual KvLayerShape predictionCache() const;
    /// Layers that are loaded when the options' wishes are met.
    int layersWanted() const { return m_hp.layers + (m_options.foretell && m_hp.predictionLayers > 0 ? 1 : 0); }
    /// More working memory than attention and feed-forward of the common sizes; asked once, by `prepare`.
    virtual void addScratch(ScratchSizes &sizes) const;
    /// Between the embedding, which is in step.scratch.x, and the first layer.
    virtual void begin(Step &step) const;
    /// Layer `index`: changes the stream step.scratch.x.
    virtual void layer(int index, Step &step) const = 0;
    /// What the output matrix reads of tokens first .. first + count - 1, written to out [count, d]: RMSNorm of the stream.
    virtual void outputHidden(Step &step, std::int64_t first, std::int64_t count, const kernels::Tensor &out) const;

    /// Keys and values as the options ask, else F16.
    kernels::DType cacheType() const { return m_options.cacheType.value_or(kernels::DType::kF16); }
    const kernels::Tensor &outputNorm() const { return m_outputNorm; }
    /// The embedding is multiplied by it (Gemma: sqrt(d)).
    void scaleEmbedding(float factor) { m_embeddingScale = factor; }
    /// Logits become cap * tanh(logit / cap) (Gemma); 0: they stay.
    void capLogits(float cap) { m_logitCap = cap; }

    const GgufFile &file() const { return m_file; }
    kernels::Device &device() const { return m_device; }
    kernels::Queue &queue() const { return *m_queue; }
    const ModelOptions &options() const { return m_options; }
    const HyperParameters &hp() const { return m_hp; }
    WeightLoader &weights() { return *m_weights; }
    ExpertStore &experts() { return m_experts; }

private:
    /// Logit rows computed at once; more are wanted only by tests, scoring and large batches.
    static constexpr std::int64_t kLogitRows = 32;

    /// The part of a batch that a pass computes.
    struct Part
    {
        const Batch *batch = nullptr;
        std::size_t from = 0;  ///< its first token in the batch
        std::size_t count = 0; ///< tokens

        std::size_t logitRows() const; ///< wanted of these tokens
        std::int64_t kept() const;     ///< states are kept after so many of them; 0: none
    };

    Result<Done> keepOnCard();
    Result<Done> streamExperts();
    Error seesNothing() const;
    Result<Done> checkCacheShape(const KvShape &shape) const;
    Result<Done> validate(const Batch &batch) const;
    Result<Done> checkTogether(std::span<const Batch> batches) const;
    Result<Done> runPass(std::span<const Part> parts, std::size_t outRow);
    Result<Done> grow(const Part &part) const;
    Step stepOf(Ops &ops, std::span<const Part> parts);
    void computeLogits(Step &step, std::span<const Part> parts, std::size_t outRow);
    void downloadLogits(Ops &ops, std::int64_t rows, std::size_t outRow);
    void note(const Part &part, const StepSequence &sequence);
    Result<Done> loadPrediction();
    void predict(Ops &ops, KvCache &cache, const kernels::Tensor &hidden, std::span<const std::int32_t> next, int first);
    void predictWaiting(Ops &ops, KvCache &cache, std::int32_t next);
    void keepHidden(Step &step, std::span<const Part> parts);
    std::int32_t foretellOne(Ops &ops, std::int64_t last, std::size_t row);

    const GgufFile &m_file;
    kernels::Device &m_device;
    ModelOptions m_options;
    ModelInfo m_info;
    HyperParameters m_hp;
    RouterConfig m_routing;
    float m_embeddingScale = 1.0F;
    float m_logitCap = 0.0F;

    std::unique_ptr<ModelMemory> m_memory;
    std::unique_ptr<WeightLoader> m_weights;
    kernels::Tensor m_embedding;                ///< [V, d]
    kernels::Tensor m_outputNorm;               ///< [d]
    kernels::Tensor m_output;                   ///< [V, d], maybe the embedding itself
    std::unique_ptr<WeightFiles> m_weightFiles; ///< while a model is loaded whose experts stay on disk
    ExpertStore m_experts;
    std::unique_ptr<StreamedExperts> m_streamed; ///< or nullptr: all experts are ready
    std::unique_ptr<StandInExperts> m_standIns;  ///< or nullptr, see ModelOptions
    std::unique_ptr<DividedExperts> m_divided;   ///< or nullptr: no card has single experts

    std::shared_ptr<KvPool> m_pool; ///< of all sequences
    std::unique_ptr<kernels::Queue> m_queue;
    std::unique_ptr<Scratch> m_scratch;
    std::unique_ptr<VisionTower> m_tower;            ///< or nullptr: text only
    std::unique_ptr<kernels::Buffer> m_logitsMemory; ///< one chunk row by row when many are wanted
    std::vector<float> m_logits;
    std::vector<std::int32_t> m_positions; ///< of the step under way, with the next two
    std::vector<std::int32_t> m_ids;
    std::vector<StepSequence> m_sequences;
    SequenceImages m_images;
    std::vector<std::int32_t> m_chosen; ///< download targets of `note`
    std::vector<float> m_margins;
    std::vector<TokenRange> m_pictures;   ///< in the part that `note` notes
    std::optional<PredictionHead> m_head; ///< of the block that predicts further tokens
    std::vector<std::int32_t> m_predictedPositions;
    std::vector<std::int32_t> m_predictedIds;
    std::vector<std::int32_t> m_foretold;
    std::vector<float> m_foretoldLogits; ///< [tokens, V]
    std::uint64_t m_denseBytes = 0;      ///< read for every token: all weights but experts and the embedding table
};

} // namespace conclave::engine
