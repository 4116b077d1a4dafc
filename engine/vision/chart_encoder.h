#pragma once

#include "engine/api/types.h"
#include "engine/model/metadata_keys.h"
#include "engine/model/ops.h"
#include "engine/model/weight_loader.h"
#include "kernels/core/device.h"

#include <memory>
#include <stop_token>
#include <vector>

/// The vision encoder of `conclave` (training/MODEL.md, "Image to memory"): from a picture to the memories that the bridges read.
/// Engine thread only.
namespace conclave::engine
{

struct ChartEncoderSizes
{
    int imageHeight = 0;           ///< H, a multiple of 16
    int imageWidth = 0;            ///< W
    std::vector<int> stemChannels; ///< c0, c1, c2
    int convBlocks = 0;
    int convFeedForward = 0;
    int blocks = 0;
    int width = 0; ///< D
    int feedForward = 0;
    int heads = 0;
    std::vector<int> tapBlocks; ///< ascending
    float epsilon = 1e-6F;

    int tokens() const { return imageHeight / 16 * (imageWidth / 16); } ///< N
    int headDim() const { return width / heads; }
};

/// The conclave.vision.* keys; errors are left in `keys`.
ChartEncoderSizes readChartEncoderSizes(MetadataKeys &keys, float epsilon);

class ChartEncoder
{
public:
    /// Reads the v.* tensors; errors of tensors are left in `weights`. kOutOfMemory for the working memory.
    static Result<std::unique_ptr<ChartEncoder>> create(kernels::Device &device, WeightLoader &weights, const ChartEncoderSizes &sizes);

    const ChartEncoderSizes &sizes() const { return m_sizes; }
    /// The memories [N, D] of all taps, valid until the next call. Looks at `stop` before each block: kCancelled. kBadImage.
    Result<std::vector<kernels::Tensor>> encode(Ops &ops, const Image &image, std::stop_token stop);

private:
    struct Filter
    {
        kernels::Tensor weight;
        kernels::Tensor bias;
    };
    struct ConvBlock
    {
        Filter depthwise;
        kernels::Tensor norm, up, down;
    };
    struct Block
    {
        Filter depthwise;
        kernels::Tensor attentionNorm, query, key, value, queryNorm, keyNorm, output;
        kernels::Tensor feedForwardNorm, up, down;
    };

    ChartEncoder(kernels::Device &device, const ChartEncoderSizes &sizes) : m_device(device), m_sizes(sizes) {}
    void loadStem(WeightLoader &weights);
    void loadConvBlocks(WeightLoader &weights);
    void loadBlocks(WeightLoader &weights);
    Result<Done> loadPositions(WeightLoader &weights);
    Result<Done> allocate();
    kernels::Tensor make(std::initializer_list<std::int64_t> shape);

    Result<Done> embed(Ops &ops, const Image &image);
    void applyConvBlock(Ops &ops, const ConvBlock &block);
    void applyBlock(Ops &ops, const Block &block);

    kernels::Device &m_device;
    ChartEncoderSizes m_sizes;
    std::vector<Filter> m_stem;
    std::vector<ConvBlock> m_convBlocks;
    kernels::Tensor m_mergeNorm, m_merge;
    std::vector<Block> m_blocks;
    std::vector<kernels::Tensor> m_tapNorms;

    std::vector<std::unique_ptr<kernels::Buffer>> m_buffers;
    bool m_outOfMemory = false;
    kernels::Tensor m_positions;                         ///< [N, D] row + column embedding
    kernels::Tensor m_pixels;                            ///< [H, W, 3]
    std::vector<kernels::Tensor> m_stemOut;              ///< [H/2, W/2, c0], [H/4, W/4, c1], [H/8, W/8, c2]
    kernels::Tensor m_convState;                         ///< [H/8, W/8, c2] after the depthwise convolution
    kernels::Tensor m_convHidden;                        ///< [H/8 * W/8, m1]
    kernels::Tensor m_cells;                             ///< [H/16, W/16, 4 c2]
    kernels::Tensor m_state, m_other;                    ///< [N, D] each; the depthwise convolution goes from one to the other
    kernels::Tensor m_normed;                            ///< [N, D]
    kernels::Tensor m_query, m_key, m_value, m_attended; ///< [N, heads, hd]
    kernels::Tensor m_hidden;                            ///< [N, m2]
    std::vector<kernels::Tensor> m_taps;                 ///< [N, D] each
};

} // namespace conclave::engine
