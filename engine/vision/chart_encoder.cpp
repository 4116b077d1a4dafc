#include "engine/vision/chart_encoder.h"

#include "engine/model/device_error.h"
#include "engine/vision/image_preprocessor.h"

#include <algorithm>
#include <cmath>

namespace conclave::engine
{

using kernels::Activation;
using kernels::DType;
using kernels::Queue;
using kernels::Tensor;

namespace
{

/// [H/8, W/8, c] as rows of pixels.
Tensor pixelRows(const Tensor &image)
{
    return image.reshaped({image.shape[0] * image.shape[1], image.shape[2]});
}

} // namespace

ChartEncoderSizes readChartEncoderSizes(MetadataKeys &keys, float epsilon)
{
    constexpr int kMostSide = 4096;
    constexpr int kMostChannels = 8192;
    ChartEncoderSizes sizes;
    sizes.epsilon = epsilon;
    sizes.imageHeight = keys.required("vision.image_height", 16, kMostSide);
    sizes.imageWidth = keys.required("vision.image_width", 16, kMostSide);
    if (sizes.imageHeight % 16 != 0)
        keys.refuse("vision.image_height", "is no multiple of 16");
    if (sizes.imageWidth % 16 != 0)
        keys.refuse("vision.image_width", "is no multiple of 16");
    sizes.stemChannels = keys.integers("vision.stem_channels", 3, 1, kMostChannels);
    sizes.convBlocks = keys.required("vision.conv_block_count", 0, 256);
    sizes.convFeedForward = keys.required("vision.conv_feed_forward_length", 1, kMostChannels);
    sizes.blocks = keys.required("vision.block_count", 1, 256);
    sizes.width = keys.required("vision.embedding_length", 1, kMostChannels);
    sizes.feedForward = keys.required("vision.feed_forward_length", 1, 4 * kMostChannels);
    sizes.heads = keys.required("vision.head_count", 1, 256);
    if (sizes.width % sizes.heads != 0)
        keys.refuse("vision.head_count", "does not divide the width " + std::to_string(sizes.width));
    sizes.tapBlocks = keys.someIntegers("vision.tap_blocks", 64, 0, sizes.blocks - 1);
    if (std::adjacent_find(sizes.tapBlocks.begin(), sizes.tapBlocks.end(), std::greater_equal<>()) != sizes.tapBlocks.end())
        keys.refuse("vision.tap_blocks", "does not ascend");
    return sizes;
}

Result<std::unique_ptr<ChartEncoder>> ChartEncoder::create(kernels::Device &device, WeightLoader &weights, const ChartEncoderSizes &sizes)
{
    std::unique_ptr<ChartEncoder> encoder(new ChartEncoder(device, sizes));
    encoder->loadStem(weights);
    encoder->loadConvBlocks(weights);
    encoder->loadBlocks(weights);
    if (weights.error())
        return *weights.error();
    if (auto done = encoder->allocate(); !done)
        return done.takeError();
    if (auto done = encoder->loadPositions(weights); !done)
        return done.takeError();
    return encoder;
}

void ChartEncoder::loadStem(WeightLoader &weights)
{
    int in = 3;
    for (std::size_t i = 0; i < m_sizes.stemChannels.size(); ++i) {
        const std::string prefix = "v.stem." + std::to_string(i);
        const int out = m_sizes.stemChannels[i];
        m_stem.push_back({weights.filter(prefix + ".weight", {out, in, 3, 3}), weights.floats(prefix + ".bias", {out})});
        in = out;
    }
    m_mergeNorm = weights.floats("v.merge.norm.weight", {4 * in});
    m_merge = weights.matrix("v.merge.weight", {m_sizes.width, 4 * in});
}

void ChartEncoder::loadConvBlocks(WeightLoader &weights)
{
    const int channels = m_sizes.stemChannels.back();
    for (int i = 0; i < m_sizes.convBlocks; ++i) {
        const std::string prefix = "v.conv." + std::to_string(i) + ".";
        ConvBlock block;
        block.depthwise = {weights.floats(prefix + "dw.weight", {channels, 1, 3, 3}), weights.floats(prefix + "dw.bias", {channels})};
        block.norm = weights.floats(prefix + "norm.weight", {channels});
        block.up = weights.matrix(prefix + "up.weight", {m_sizes.convFeedForward, channels});
        block.down = weights.matrix(prefix + "down.weight", {channels, m_sizes.convFeedForward});
        block.depthwise.weight = block.depthwise.weight.reshaped({channels, 3, 3});
        m_convBlocks.push_back(block);
    }
}

void ChartEncoder::loadBlocks(WeightLoader &weights)
{
    const int width = m_sizes.width;
    for (int i = 0; i < m_sizes.blocks; ++i) {
        const std::string prefix = "v.blk." + std::to_string(i) + ".";
        Block block;
        block.depthwise = {weights.floats(prefix + "dw.weight", {width, 1, 3, 3}), weights.floats(prefix + "dw.bias", {width})};
        block.depthwise.weight = block.depthwise.weight.reshaped({width, 3, 3});
        block.attentionNorm = weights.floats(prefix + "attn_norm.weight", {width});
        const Tensor joined = weights.matrix(prefix + "attn_qkv.weight", {3 * width, width});
        if (!joined.empty()) {
            block.query = joined.slice(0, width);
            block.key = joined.slice(width, width);
            block.value = joined.slice(2 * width, width);
        }
        block.queryNorm = weights.floats(prefix + "attn_q_norm.weight", {m_sizes.headDim()});
        block.keyNorm = weights.floats(prefix + "attn_k_norm.weight", {m_sizes.headDim()});
        block.output = weights.matrix(prefix + "attn_out.weight", {width, width});
        block.feedForwardNorm = weights.floats(prefix + "ffn_norm.weight", {width});
        block.up = weights.matrix(prefix + "ffn_up.weight", {m_sizes.feedForward, width});
        block.down = weights.matrix(prefix + "ffn_down.weight", {width, m_sizes.feedForward});
        m_blocks.push_back(block);
    }
    for (std::size_t t = 0; t < m_sizes.tapBlocks.size(); ++t)
        m_tapNorms.push_back(weights.floats("v.tap." + std::to_string(t) + ".norm.weight", {width}));
}

/// Row and column embeddings are added up once: position (r, c) is row[r] + column[c].
Result<Done> ChartEncoder::loadPositions(WeightLoader &weights)
{
    const int rows = m_sizes.imageHeight / 16;
    const int columns = m_sizes.imageWidth / 16;
    const auto width = static_cast<std::size_t>(m_sizes.width);
    const std::vector<float> row = weights.hostFloats("v.pos_row.weight", {rows, m_sizes.width});
    const std::vector<float> column = weights.hostFloats("v.pos_col.weight", {columns, m_sizes.width});
    if (weights.error())
        return *weights.error();
    std::vector<float> sum;
    sum.reserve(static_cast<std::size_t>(m_sizes.tokens()) * width);
    for (std::size_t r = 0; r < static_cast<std::size_t>(rows); ++r) {
        for (std::size_t c = 0; c < static_cast<std::size_t>(columns); ++c) {
            for (std::size_t i = 0; i < width; ++i)
                sum.push_back(row[r * width + i] + column[c * width + i]);
        }
    }
    const kernels::Status status = m_device.upload(m_positions, std::as_bytes(std::span<const float>(sum)));
    if (!status.ok())
        return deviceError(status, "loading the model");
    return Done{};
}

Tensor ChartEncoder::make(std::initializer_list<std::int64_t> shape)
{
    auto buffer = m_device.allocate(Tensor::packed(DType::kF32, shape, nullptr).packedBytes());
    if (!buffer) {
        m_outOfMemory = true;
        return {};
    }
    m_buffers.push_back(std::move(buffer));
    return Tensor::packed(DType::kF32, shape, m_buffers.back().get());
}

Result<Done> ChartEncoder::allocate()
{
    const int height = m_sizes.imageHeight;
    const int width = m_sizes.imageWidth;
    const int channels = m_sizes.stemChannels.back();
    const int tokens = m_sizes.tokens();
    const int heads = m_sizes.heads;
    const int headDim = m_sizes.headDim();
    m_pixels = make({height, width, 3});
    for (int i = 0; i < 3; ++i)
        m_stemOut.push_back(make({height >> (i + 1), width >> (i + 1), m_sizes.stemChannels[static_cast<std::size_t>(i)]}));
    m_convState = make({height / 8, width / 8, channels});
    m_convHidden = make({static_cast<std::int64_t>(height / 8) * (width / 8), m_sizes.convFeedForward});
    m_cells = make({height / 16, width / 16, 4 * channels});
    m_positions = make({tokens, m_sizes.width});
    for (Tensor *tensor : {&m_state, &m_other, &m_normed})
        *tensor = make({tokens, m_sizes.width});
    for (Tensor *tensor : {&m_query, &m_key, &m_value, &m_attended})
        *tensor = make({tokens, heads, headDim});
    m_hidden = make({tokens, m_sizes.feedForward});
    for (std::size_t t = 0; t < m_sizes.tapBlocks.size(); ++t)
        m_taps.push_back(make({tokens, m_sizes.width}));
    if (m_outOfMemory)
        return outOfMemory("reading pictures");
    return Done{};
}

/// Preprocessing and stem: m_stemOut.back() becomes the state at 1/8.
Result<Done> ChartEncoder::embed(Ops &ops, const Image &image)
{
    if (auto valid = checkImage(image); !valid)
        return valid;
    const std::vector<float> pixels = normalisedPixels(frameImage(image, m_sizes.imageWidth, m_sizes.imageHeight));
    ops.check(m_device.upload(m_pixels, std::as_bytes(std::span<const float>(pixels))));
    Tensor in = m_pixels;
    for (std::size_t i = 0; i < m_stem.size(); ++i) {
        kernels::Conv3x3Args args{in, m_stem[i].weight, m_stem[i].bias, m_stemOut[i], 2, Activation::kGeluTanh};
        ops.run(&Queue::conv3x3, args);
        in = m_stemOut[i];
    }
    return Done{};
}

/// x += down(GELU(up(RMS(dw(x)))))
void ChartEncoder::applyConvBlock(Ops &ops, const ConvBlock &block)
{
    const Tensor state = m_stemOut.back();
    const Tensor local = pixelRows(m_convState);
    ops.run(&Queue::depthwiseConv3x3,
            kernels::DepthwiseConv3x3Args{state, block.depthwise.weight, block.depthwise.bias, m_convState, false});
    ops.rmsNorm(block.norm, local, local, m_sizes.epsilon);
    ops.linear(block.up, local, m_convHidden, {}, Activation::kGeluTanh);
    ops.linearAdd(block.down, m_convHidden, pixelRows(state));
}

/// x += dw(x); x += attention(RMS(x)); x += down(GELU(up(RMS(x))))
void ChartEncoder::applyBlock(Ops &ops, const Block &block)
{
    const std::int64_t tokens = m_sizes.tokens();
    const auto grid = [&](const Tensor &t) { return t.reshaped({m_sizes.imageHeight / 16, m_sizes.imageWidth / 16, m_sizes.width}); };
    const auto flat = [&](const Tensor &t) { return t.reshaped({tokens, m_sizes.width}); };
    ops.run(&Queue::depthwiseConv3x3,
            kernels::DepthwiseConv3x3Args{grid(m_state), block.depthwise.weight, block.depthwise.bias, grid(m_other), true});
    std::swap(m_state, m_other);

    ops.rmsNorm(block.attentionNorm, m_state, m_normed, m_sizes.epsilon);
    ops.linear(block.query, m_normed, flat(m_query));
    ops.linear(block.key, m_normed, flat(m_key));
    ops.linear(block.value, m_normed, flat(m_value));
    ops.headNorm(block.queryNorm, m_query, m_sizes.epsilon);
    ops.headNorm(block.keyNorm, m_key, m_sizes.epsilon);
    kernels::AttentionArgs attention;
    attention.query = m_query;
    attention.cache.keys = m_key;
    attention.cache.values = m_value;
    attention.out = m_attended;
    attention.length = tokens;
    attention.causal = false;
    attention.scale = 1.0F / std::sqrt(static_cast<float>(m_sizes.headDim()));
    ops.run(&Queue::attention, attention);
    ops.linearAdd(block.output, flat(m_attended), m_state);

    ops.rmsNorm(block.feedForwardNorm, m_state, m_normed, m_sizes.epsilon);
    ops.linear(block.up, m_normed, m_hidden, {}, Activation::kGeluTanh);
    ops.linearAdd(block.down, m_hidden, m_state);
}

Result<std::vector<Tensor>> ChartEncoder::encode(Ops &ops, const Image &image, std::stop_token stop)
{
    if (auto done = embed(ops, image); !done)
        return done.takeError();
    for (const ConvBlock &block : m_convBlocks) {
        if (stop.stop_requested())
            return answerStopped();
        applyConvBlock(ops, block);
    }
    const std::int64_t channels = m_cells.shape[2];
    const Tensor cells = m_cells.reshaped({m_sizes.tokens(), channels});
    ops.run(&Queue::mergePatches, kernels::MergePatchesArgs{m_stemOut.back(), m_cells});
    ops.rmsNorm(m_mergeNorm, cells, cells, m_sizes.epsilon);
    ops.linear(m_merge, cells, m_state);
    ops.add(m_positions, m_state);

    std::size_t tap = 0;
    for (std::size_t i = 0; i < m_blocks.size(); ++i) {
        if (stop.stop_requested())
            return answerStopped();
        applyBlock(ops, m_blocks[i]);
        if (tap < m_taps.size() && m_sizes.tapBlocks[tap] == static_cast<int>(i)) {
            ops.rmsNorm(m_tapNorms[tap], m_state, m_taps[tap], m_sizes.epsilon);
            ++tap;
        }
    }
    ops.finish();
    if (!ops.ok())
        return deviceError(ops.status(), "looking at the picture");
    return m_taps;
}

} // namespace conclave::engine
