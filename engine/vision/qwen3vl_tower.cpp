#include "engine/vision/qwen3vl_tower.h"

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

/// Patches whose hidden rows are computed at once: the hidden layer is wide, and no patch needs another's.
constexpr std::int64_t kRows = 256;
/// Buffers of [N, D]: stream, normed, query, key, value.
constexpr std::size_t kPlanes = 5;

} // namespace

Result<std::unique_ptr<VisionTower>> Qwen3VlTower::create(kernels::Device &device, const GgufFile &file, int mostTokens)
{
    std::unique_ptr<Qwen3VlTower> tower(new Qwen3VlTower(device, file));
    auto sizes = readQwen3VlSizes(file);
    if (!sizes)
        return sizes.takeError();
    tower->m_sizes = std::move(*sizes);
    tower->m_sizes.rules.mostTokens = std::max(mostTokens, tower->m_sizes.rules.leastTokens);
    if (auto loaded = tower->load(); !loaded)
        return loaded.takeError();
    return std::unique_ptr<VisionTower>(std::move(tower));
}

Qwen3VlTower::Affine Qwen3VlTower::matrix(const std::string &name, std::int64_t rows, std::int64_t columns)
{
    return {m_weights->matrix(name + ".weight", {rows, columns}), m_weights->floats(name + ".bias", {rows})};
}

Qwen3VlTower::Affine Qwen3VlTower::norm(const std::string &name, std::int64_t width)
{
    return {m_weights->floats(name + ".weight", {width}), m_weights->floats(name + ".bias", {width})};
}

Qwen3VlTower::Block Qwen3VlTower::loadBlock(int index)
{
    const std::string prefix = "v.blk." + std::to_string(index) + ".";
    const std::int64_t width = m_sizes.width;
    Block block;
    block.attentionNorm = norm(prefix + "ln1", width);
    const Affine joined = matrix(prefix + "attn_qkv", 3 * width, width);
    if (!joined.weight.empty() && !joined.bias.empty()) {
        std::int64_t from = 0;
        for (Affine *part : {&block.query, &block.key, &block.value}) {
            *part = {joined.weight.slice(from, width), joined.bias.slice(from, width)};
            from += width;
        }
    }
    block.output = matrix(prefix + "attn_out", width, width);
    block.feedForwardNorm = norm(prefix + "ln2", width);
    block.up = matrix(prefix + "ffn_up", m_sizes.feedForward, width);
    block.down = matrix(prefix + "ffn_down", width, m_sizes.feedForward);
    return block;
}

Result<Done> Qwen3VlTower::load()
{
    auto memory = ModelMemory::import(m_device, m_file);
    if (!memory)
        return memory.takeError();
    m_memory = std::move(*memory);
    m_weights = std::make_unique<WeightLoader>(m_file, *m_memory);
    const std::int64_t width = m_sizes.width;
    const std::int64_t patch = m_sizes.rules.patch;
    const std::int64_t joined = width * m_sizes.patchesOfToken();
    const std::string names[2] = {"v.patch_embd.weight", "v.patch_embd.weight.1"};
    for (std::size_t frame = 0; frame < 2; ++frame) {
        m_patches[frame] = m_weights->matrix(names[frame], {width, 3, patch, patch});
        if (!m_patches[frame].empty())
            m_patches[frame] = m_patches[frame].reshaped({width, 3 * patch * patch});
    }
    m_patchBias = m_weights->floats("v.patch_embd.bias", {width});
    m_table = m_weights->hostFloats("v.position_embd.weight", {static_cast<std::int64_t>(m_sizes.tableSide) * m_sizes.tableSide, width});
    for (int i = 0; i < m_sizes.blocks; ++i)
        m_blocks.push_back(loadBlock(i));
    m_merger = {norm("v.post_ln", width), matrix("mm.0", joined, joined), matrix("mm.2", m_sizes.outputWidth, joined)};
    for (const int block : m_sizes.deepstack) {
        const std::string prefix = "v.deepstack." + std::to_string(block) + ".";
        m_deepstack.push_back(
            {norm(prefix + "norm", joined), matrix(prefix + "fc1", joined, joined), matrix(prefix + "fc2", m_sizes.outputWidth, joined)});
    }
    // The first half of the pairs turns with the row, the other with the column; each half has all frequencies.
    const int half = m_sizes.headDim() / 4;
    for (int pair = 0; pair < 2 * half; ++pair) {
        m_ropeFactors.push_back(static_cast<float>(std::pow(10000.0, static_cast<double>(pair % half) / half)));
        m_ropeStreams.push_back(pair < half ? 0 : 1);
    }
    return m_weights->finish("");
}

std::size_t Qwen3VlTower::hiddenBytes() const
{
    return static_cast<std::size_t>(kRows) * static_cast<std::size_t>(m_sizes.feedForward) * sizeof(float);
}

std::size_t Qwen3VlTower::scratchBytes() const
{
    const auto patches = static_cast<std::size_t>(m_sizes.rules.mostTokens) * static_cast<std::size_t>(m_sizes.patchesOfToken());
    const auto pixels = static_cast<std::size_t>(3) * static_cast<std::size_t>(m_sizes.rules.patch * m_sizes.rules.patch);
    return patches * (pixels + kPlanes * static_cast<std::size_t>(m_sizes.width)) * sizeof(float);
}

Result<Done> Qwen3VlTower::allocate()
{
    if (m_scratch)
        return Done{};
    m_hidden = m_device.allocate(hiddenBytes());
    auto scratch = m_device.allocate(scratchBytes());
    if (!m_hidden || !scratch)
        return outOfMemory("reading pictures of up to " + std::to_string(m_sizes.rules.mostTokens) + " tokens");
    m_scratch = std::move(scratch);
    return Done{};
}

Qwen3VlTower::Work Qwen3VlTower::work(const ImageGrid &grid) const
{
    Work work;
    work.tokens = grid.tokens();
    work.patches = work.tokens * m_sizes.patchesOfToken();
    work.places = patchPlaces(grid, m_sizes.rules.merge);
    std::size_t offset = 0;
    const auto take = [&](std::initializer_list<std::int64_t> shape) {
        const Tensor tensor = Tensor::packed(DType::kF32, shape, m_scratch.get(), offset);
        offset += tensor.packedBytes();
        return tensor;
    };
    const std::int64_t heads = m_sizes.heads;
    work.pixels = take({work.patches, 3 * static_cast<std::int64_t>(m_sizes.rules.patch) * m_sizes.rules.patch});
    work.x = take({work.patches, m_sizes.width});
    work.normed = take({work.patches, m_sizes.width});
    for (Tensor *tensor : {&work.query, &work.key, &work.value})
        *tensor = take({work.patches, heads, m_sizes.headDim()});
    return work;
}

void Qwen3VlTower::layerNorm(Ops &ops, const Affine &norm, const Tensor &in, const Tensor &out) const
{
    ops.run(&Queue::layerNorm, kernels::LayerNormArgs{in, norm.weight, norm.bias, out, m_sizes.epsilon});
}

/// x = sum of both frames' patch embeddings + positions (in `normed`).
void Qwen3VlTower::embed(Ops &ops, Work &work) const
{
    ops.linear(m_patches[0], work.pixels, work.x, m_patchBias);
    ops.linearAdd(m_patches[1], work.pixels, work.x);
    ops.add(work.normed, work.x);
}

/// x += output(attention(LN(x))), every patch seeing every other.
void Qwen3VlTower::attend(Ops &ops, const Block &block, Work &work) const
{
    const auto flat = [&](const Tensor &tensor) { return tensor.reshaped({work.patches, m_sizes.width}); };
    layerNorm(ops, block.attentionNorm, work.x, work.normed);
    ops.linear(block.query.weight, work.normed, flat(work.query), block.query.bias);
    ops.linear(block.key.weight, work.normed, flat(work.key), block.key.bias);
    ops.linear(block.value.weight, work.normed, flat(work.value), block.value.bias);
    for (const Tensor &heads : {work.query, work.key}) {
        kernels::RopeArgs rope;
        rope.inout = heads;
        rope.positions = work.places;
        rope.dims = m_sizes.headDim();
        rope.base = 1.0F; // the frequencies are in the factors
        rope.factors = m_ropeFactors;
        rope.streams = m_ropeStreams;
        ops.run(&Queue::rope, rope);
    }
    kernels::AttentionArgs attention;
    attention.query = work.query;
    attention.cache.keys = work.key;
    attention.cache.values = work.value;
    attention.out = work.normed.reshaped({work.patches, m_sizes.heads, m_sizes.headDim()});
    attention.length = work.patches;
    attention.causal = false;
    attention.scale = 1.0F / std::sqrt(static_cast<float>(m_sizes.headDim()));
    ops.run(&Queue::attention, attention);
    ops.linearAdd(block.output.weight, work.normed, work.x, block.output.bias);
}

/// x += down(GELU(up(LN(x))))
void Qwen3VlTower::feedForward(Ops &ops, const Block &block, Work &work) const
{
    layerNorm(ops, block.feedForwardNorm, work.x, work.normed);
    for (std::int64_t from = 0; from < work.patches; from += kRows) {
        const std::int64_t count = std::min(kRows, work.patches - from);
        const Tensor hidden = Tensor::packed(DType::kF32, {count, m_sizes.feedForward}, m_hidden.get());
        ops.linear(block.up.weight, work.normed.slice(from, count), hidden, block.up.bias, Activation::kGeluTanh);
        ops.linearAdd(block.down.weight, hidden, work.x.slice(from, count), block.down.bias);
    }
}

/// out = second(GELU(first(LN(x)))), the patches of a token joined before or after the norm.
void Qwen3VlTower::merge(Ops &ops, const Merger &merger, bool normFirst, Work &work, const Tensor &out) const
{
    const std::int64_t joined = static_cast<std::int64_t>(m_sizes.width) * m_sizes.patchesOfToken();
    const Tensor normed = work.normed.reshaped({work.tokens, joined});
    if (normFirst)
        layerNorm(ops, merger.norm, work.x, work.normed);
    else
        layerNorm(ops, merger.norm, work.x.reshaped({work.tokens, joined}), normed);
    const Tensor hidden = work.query.reshaped({work.tokens, joined});
    ops.linear(merger.first.weight, normed, hidden, merger.first.bias, Activation::kGeluTanh);
    ops.linear(merger.second.weight, hidden, out, merger.second.bias);
}

Result<ImageGrid> Qwen3VlTower::grid(const Image &image) const
{
    return tokenGrid(image.width, image.height, m_sizes.rules);
}

Result<std::shared_ptr<const ImageMemory>> Qwen3VlTower::encode(Ops &ops, const Image &image, std::stop_token stop)
{
    if (auto valid = checkImage(image); !valid)
        return valid.takeError();
    auto grid = this->grid(image);
    if (!grid)
        return grid.takeError();
    const int cell = m_sizes.rules.cell();
    const Image framed = letterbox(image, grid->width * cell, grid->height * cell);
    return encodePatches(ops, patchRows(framed, m_sizes.rules), *grid, std::move(stop));
}

Result<std::shared_ptr<const ImageMemory>> Qwen3VlTower::encodePatches(Ops &ops, std::span<const float> patches, const ImageGrid &grid,
                                                                       std::stop_token stop)
{
    if (auto done = allocate(); !done)
        return done.takeError();
    Work work = this->work(grid);
    const auto rowBytes = static_cast<std::size_t>(m_sizes.outputWidth) * sizeof(float);
    auto memory = m_device.allocate(static_cast<std::size_t>(levels()) * static_cast<std::size_t>(work.tokens) * rowBytes);
    if (!memory)
        return outOfMemory("the picture");
    const Tensor rows = Tensor::packed(DType::kF32, {levels(), work.tokens, m_sizes.outputWidth}, memory.get());

    const std::vector<float> positions = resampledPositions(m_table, m_sizes.tableSide, m_sizes.width, grid, m_sizes.rules.merge);
    ops.check(m_device.upload(work.pixels, std::as_bytes(patches)));
    ops.check(m_device.upload(work.normed, std::as_bytes(std::span<const float>(positions))));
    embed(ops, work);
    std::size_t level = 0;
    for (int i = 0; i < m_sizes.blocks; ++i) {
        if (stop.stop_requested()) {
            ops.finish();
            return answerStopped();
        }
        attend(ops, m_blocks[static_cast<std::size_t>(i)], work);
        feedForward(ops, m_blocks[static_cast<std::size_t>(i)], work);
        if (level < m_deepstack.size() && m_sizes.deepstack[level] == i) {
            merge(ops, m_deepstack[level], false, work, rows.at(static_cast<std::int64_t>(level) + 1));
            ++level;
        }
    }
    merge(ops, m_merger, true, work, rows.at(0));
    ops.finish();
    if (!ops.ok())
        return deviceError(ops.status(), "looking at the picture");
    return std::shared_ptr<const ImageMemory>(std::make_shared<ImageMemory>(std::move(memory), rows, grid));
}

} // namespace conclave::engine
