#include "engine/model/blocks/latent_attention.h"

#include "engine/model/blocks/sequence_attention.h"
#include "kernels/core/quantise.h"

#include <algorithm>
#include <cmath>

namespace conclave::engine
{

using kernels::DType;
using kernels::Tensor;

LatentSizes LatentSizes::read(MetadataKeys &keys, const HyperParameters &hp)
{
    LatentSizes sizes;
    sizes.queryRank = keys.optional("attention.q_lora_rank", 0, 1 << 15, 0);
    sizes.latent = keys.required("attention.kv_lora_rank", 1, 1 << 12);
    sizes.rotated = hp.ropeDims;
    sizes.plain = hp.headDim - hp.ropeDims;
    sizes.value = hp.valueDim;
    if (sizes.plain < 1)
        keys.refuse("rope.dimension_count", "leaves nothing of heads of " + std::to_string(hp.headDim) + " values unrotated");
    return sizes;
}

KvLayerShape LatentSizes::cacheShape() const
{
    KvLayerShape shape;
    shape.kvHeads = 1;
    shape.keyWidth = row();
    shape.valueWidth = latent;
    shape.valuesInKeys = true;
    return shape;
}

void LatentSizes::addScratch(ScratchSizes &sizes) const
{
    sizes.headDim = std::max(sizes.headDim, value);
    sizes.kvHeads = 0; // rows instead of keys and values
    sizes.lowRank = queryRank;
    sizes.latentRow = row();
    sizes.latent = latent;
}

std::optional<LatentAttention> LatentAttention::load(WeightLoader &weights, kernels::Device &device, const HyperParameters &hp,
                                                     const LatentSizes &sizes, int layer)
{
    const std::string prefix = "blk." + std::to_string(layer) + ".attn_";
    LatentAttention block;
    block.sizes = sizes;
    block.layer = layer;
    block.heads = hp.heads;
    block.epsilon = hp.epsilon;
    // The temperature of a stretched context is in the softmax, squared, instead of in the rotation (both would do it twice).
    const RopeScaling &scaling = hp.ropeScaling;
    const float temperature = scaling.latentScale > 0.0F ? scaling.temperature(scaling.latentScale) : 1.0F;
    block.scale = hp.attentionScale * temperature * temperature;
    block.rope = Rope::of(hp, kernels::RopePairing::kNorm);
    if (scaling.latentScale > 0.0F)
        block.rope.magnitude = scaling.magnitude;

    const std::int64_t queryWidth = static_cast<std::int64_t>(hp.heads) * (sizes.plain + sizes.rotated);
    block.norm = weights.floats(prefix + "norm.weight", {hp.width});
    if (sizes.queryRank > 0) {
        block.queryDown = weights.matrix(prefix + "q_a.weight", {sizes.queryRank, hp.width});
        block.queryNorm = weights.floats(prefix + "q_a_norm.weight", {sizes.queryRank});
        block.query = weights.matrix(prefix + "q_b.weight", {queryWidth, sizes.queryRank});
    } else {
        block.query = weights.matrix(prefix + "q.weight", {queryWidth, hp.width});
    }
    block.keyDown = weights.matrix(prefix + "kv_a_mqa.weight", {sizes.row(), hp.width});
    block.latentNorm = weights.floats(prefix + "kv_a_norm.weight", {sizes.latent});
    block.output = weights.matrix(prefix + "output.weight", {hp.width, static_cast<std::int64_t>(hp.heads) * sizes.value});
    if (weights.has(prefix + "kv_b.weight") && !weights.has(prefix + "k_b.weight")) {
        if (!block.loadJoined(weights, device, prefix + "kv_b.weight"))
            return std::nullopt;
    } else {
        block.keyUp = weights.matrix(prefix + "k_b.weight", {hp.heads, sizes.latent, sizes.plain});
        block.valueUp = weights.matrix(prefix + "v_b.weight", {hp.heads, sizes.value, sizes.latent});
        if (weights.has(prefix + "kv_b.weight")) // some files hold both
            weights.ignore(prefix + "kv_b.weight");
    }
    return block;
}

bool LatentAttention::loadJoined(WeightLoader &weights, kernels::Device &device, const std::string &name)
{
    const std::int64_t rowsOfHead = sizes.plain + sizes.value;
    const Tensor joined = weights.matrix(name, {heads * rowsOfHead, sizes.latent});
    const std::vector<float> values = weights.dequantised(name, {heads * rowsOfHead, sizes.latent});
    if (joined.empty() || values.empty())
        return true; // noted by the loader
    valueUp = joined.slice(sizes.plain, heads * rowsOfHead - sizes.plain);
    valueUp.rank = 3;
    valueUp.shape = {heads, sizes.value, sizes.latent, 0};
    valueUp.strideBytes = {rowsOfHead * joined.strideBytes[0], joined.strideBytes[0], 0, 0};

    // As exact as the file, except that quantised values are rounded to half precision, far below their own steps.
    const DType type = joined.dtype == DType::kF32 || joined.dtype == DType::kBF16 ? joined.dtype : DType::kF16;
    keyUp = Tensor::packed(type, {heads, sizes.latent, sizes.plain}, nullptr);
    std::vector<std::byte> bytes(keyUp.packedBytes());
    const std::size_t rowBytes = kernels::rowBytes(type, static_cast<std::size_t>(sizes.plain));
    std::vector<float> row(static_cast<std::size_t>(sizes.plain));
    std::span<std::byte> to = bytes;
    for (std::int64_t head = 0; head < heads; ++head) {
        for (std::int64_t c = 0; c < sizes.latent; ++c) {
            for (std::int64_t n = 0; n < sizes.plain; ++n)
                row[static_cast<std::size_t>(n)] = values[static_cast<std::size_t>((head * rowsOfHead + n) * sizes.latent + c)];
            kernels::quantiseRow(type, row, to.first(rowBytes));
            to = to.subspan(rowBytes);
        }
    }
    m_turned = device.allocate(bytes.size());
    keyUp.buffer = m_turned.get();
    return m_turned != nullptr && device.upload(keyUp, bytes).ok();
}

void LatentAttention::projectQueries(Step &step, const Tensor &h) const
{
    Ops &ops = step.ops;
    const std::int64_t headWidth = sizes.plain + sizes.rotated;
    const Tensor flat = step.packed(step.scratch.query, heads * headWidth);
    if (sizes.queryRank > 0) {
        const Tensor low = step.rows(step.scratch.lowRank);
        ops.linear(queryDown, h, low);
        ops.rmsNorm(queryNorm, low, low, epsilon);
        ops.linear(query, low, flat);
    } else {
        ops.linear(query, h, flat);
    }
    const Tensor queries = step.packed(step.scratch.query, heads, headWidth);
    const Tensor absorbed = step.rows(step.scratch.latentQueries);
    rope.apply(step, queries.columns(sizes.plain, sizes.rotated));
    ops.groupedLinear(keyUp, queries.columns(0, sizes.plain), absorbed.columns(0, sizes.latent));
    ops.copy(queries.columns(sizes.plain, sizes.rotated), absorbed.columns(sizes.latent, sizes.rotated));
}

void LatentAttention::storeRows(Step &step, const Tensor &h) const
{
    const Tensor rows = step.rows(step.scratch.latentRow);
    step.ops.linear(keyDown, h, rows);
    const Tensor latents = rows.columns(0, sizes.latent);
    step.ops.rmsNorm(latentNorm, latents, latents, epsilon);
    const Tensor heads = rows.reshaped({step.tokens, 1, sizes.row()});
    rope.apply(step, heads.columns(sizes.latent, sizes.rotated));
    storeKeys(step, layer, heads, {});
}

void LatentAttention::apply(Step &step) const
{
    Ops &ops = step.ops;
    Scratch &s = step.scratch;
    const Tensor h = step.rows(s.h);
    ops.rmsNorm(norm, step.rows(s.x), h, epsilon);
    projectQueries(step, h);
    storeRows(step, h);

    kernels::AttentionArgs attention;
    attention.query = step.rows(s.latentQueries);
    attention.out = step.rows(s.latentValues);
    attention.scale = scale;
    attend(step, layer, attention);
    ops.groupedLinear(valueUp, attention.out, step.packed(s.attended, heads, sizes.value));
    ops.linearAdd(output, step.packed(s.attended, static_cast<std::int64_t>(heads) * sizes.value), step.rows(s.x));
}

} // namespace conclave::engine
