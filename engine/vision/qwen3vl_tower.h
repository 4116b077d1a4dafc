#pragma once

#include "engine/cache/image_memory.h"
#include "engine/format/gguf_reader.h"
#include "engine/model/model_memory.h"
#include "engine/model/ops.h"
#include "engine/model/weight_loader.h"
#include "engine/vision/patch_grid.h"
#include "engine/vision/qwen3vl_sizes.h"
#include "engine/vision/vision_tower.h"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

/// The vision tower of Qwen3-VL, from a projector file of type "qwen3vl_merger": from a picture to rows that take the place of token
/// embeddings, and to rows that are added to the stream after the first layers (DeepStack, Meng et al. 2024). Engine thread only.
/// Letters: N patches, n tokens (N / merge^2), D width of the tower, d width of the language model.
namespace conclave::engine
{

class Qwen3VlTower final : public VisionTower
{
public:
    /// Reads all of `file`, which outlives the tower; pictures take at most `mostTokens` tokens. Errors as openEngine's.
    static Result<std::unique_ptr<VisionTower>> create(kernels::Device &device, const GgufFile &file, int mostTokens);

    const Qwen3VlSizes &sizes() const { return m_sizes; }
    ImageStyle style() const override { return {"<|image_pad|>", "<|vision_start|><|image_pad|><|vision_end|>", true}; }
    int width() const override { return m_sizes.outputWidth; }
    int levels() const override { return 1 + static_cast<int>(m_sizes.deepstack.size()); }
    Result<ImageGrid> grid(const Image &image) const override;
    Result<std::shared_ptr<const ImageMemory>> encode(Ops &ops, const Image &image, std::stop_token stop) override;
    std::uint64_t workBytes() const override { return hiddenBytes() + scratchBytes(); }
    /// The same from patches [N, 3 * patch * patch] in merge order.
    Result<std::shared_ptr<const ImageMemory>> encodePatches(Ops &ops, std::span<const float> patches, const ImageGrid &grid,
                                                             std::stop_token stop);

private:
    /// y = W x + b, or LayerNorm's weight and bias.
    struct Affine
    {
        kernels::Tensor weight;
        kernels::Tensor bias;
    };
    struct Block
    {
        Affine attentionNorm, query, key, value, output;
        Affine feedForwardNorm, up, down;
    };
    /// LayerNorm, then two layers with a GELU between them, over the patches of a token side by side.
    struct Merger
    {
        Affine norm;
        Affine first;  ///< [4D, 4D]
        Affine second; ///< [d, 4D]
    };
    /// Working memory of one picture: views of the tower's buffers.
    struct Work
    {
        std::int64_t patches = 0;            ///< N
        std::int64_t tokens = 0;             ///< n
        kernels::Tensor pixels;              ///< [N, 3 * patch * patch]
        kernels::Tensor x, normed;           ///< [N, D]
        kernels::Tensor query, key, value;   ///< [N, H, hd]
        std::vector<std::int32_t> places;    ///< [2, N]
        std::vector<kernels::Tensor> levels; ///< [n, d] each
    };

    Qwen3VlTower(kernels::Device &device, const GgufFile &file) : m_device(device), m_file(file) {}
    Result<Done> load();
    Affine matrix(const std::string &name, std::int64_t rows, std::int64_t columns);
    Affine norm(const std::string &name, std::int64_t width);
    Block loadBlock(int index);
    Result<Done> allocate();
    std::size_t hiddenBytes() const;
    std::size_t scratchBytes() const;
    Work work(const ImageGrid &grid) const;

    void layerNorm(Ops &ops, const Affine &norm, const kernels::Tensor &in, const kernels::Tensor &out) const;
    void embed(Ops &ops, Work &work) const;
    void attend(Ops &ops, const Block &block, Work &work) const;
    void feedForward(Ops &ops, const Block &block, Work &work) const;
    void merge(Ops &ops, const Merger &merger, bool normFirst, Work &work, const kernels::Tensor &out) const;

    kernels::Device &m_device;
    const GgufFile &m_file;
    Qwen3VlSizes m_sizes;
    std::unique_ptr<ModelMemory> m_memory;
    std::unique_ptr<WeightLoader> m_weights;

    kernels::Tensor m_patches[2]; ///< [D, 3 * patch * patch]: of a film's first and second frame; a picture is both
    kernels::Tensor m_patchBias;
    std::vector<float> m_table; ///< [side, side, D] learned positions
    std::vector<Block> m_blocks;
    Merger m_merger;
    std::vector<Merger> m_deepstack;         ///< in the order of sizes().deepstack
    std::vector<float> m_ropeFactors;        ///< [hd/2]
    std::vector<std::uint8_t> m_ropeStreams; ///< [hd/2] row or column

    std::unique_ptr<kernels::Buffer> m_scratch; ///< for the largest picture; made for the first one
    std::unique_ptr<kernels::Buffer> m_hidden;  ///< [kRows, feedForward]
};

} // namespace conclave::engine
