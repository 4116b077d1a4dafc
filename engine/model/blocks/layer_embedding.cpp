#include "engine/model/blocks/layer_embedding.h"

#include <cmath>

namespace conclave::engine
{

using kernels::Tensor;

LayerEmbeddings LayerEmbeddings::load(WeightLoader &weights, const HyperParameters &hp, int width)
{
    const std::int64_t all = static_cast<std::int64_t>(hp.layers) * width;
    LayerEmbeddings part;
    part.width = width;
    part.epsilon = hp.epsilon;
    part.table = weights.table("per_layer_token_embd.weight", {hp.vocabulary, all});
    part.projection = weights.matrix("per_layer_model_proj.weight", {all, hp.width});
    part.norm = weights.floats("per_layer_proj_norm.weight", {width});
    for (int i = 0; i < hp.layers; ++i) {
        const std::string block = "blk." + std::to_string(i) + ".";
        part.layers.push_back({weights.matrix(block + "inp_gate.weight", {width, hp.width}),
                               weights.matrix(block + "proj.weight", {hp.width, width}),
                               weights.floats(block + "post_norm.weight", {hp.width})});
    }
    return part;
}

void LayerEmbeddings::begin(Step &step) const
{
    Ops &ops = step.ops;
    const Tensor x = step.rows(step.scratch.x);
    const Tensor rows = step.rows(step.scratch.layerEmbeddings);
    const Tensor own = step.rows(step.scratch.layerTable);
    ops.linear(projection, x, rows);
    ops.scale(rows, 1.0F / std::sqrt(static_cast<float>(x.shape[1])));
    ops.headNorm(norm, rows.reshaped({step.tokens, static_cast<std::int64_t>(layers.size()), width}), epsilon);
    ops.embed(table, step.ids, own);
    ops.scale(own, std::sqrt(static_cast<float>(width)));
    ops.add(own, rows);
    ops.scale(rows, std::sqrt(0.5F));
}

void LayerEmbeddings::apply(Step &step, int layer) const
{
    Ops &ops = step.ops;
    const Layer &part = layers[static_cast<std::size_t>(layer)];
    const Tensor x = step.rows(step.scratch.x);
    const Tensor y = step.rows(step.scratch.y);
    const Tensor gate = step.packed(step.scratch.gate, width);
    const Tensor row = step.rows(step.scratch.layerEmbeddings).columns(static_cast<std::int64_t>(layer) * width, width);
    ops.linear(part.gate, x, gate);
    ops.gated(kernels::Activation::kGeluTanh, gate, row, gate);
    ops.linear(part.up, gate, y);
    ops.rmsNorm(part.norm, y, y, epsilon);
    ops.add(y, x);
}

} // namespace conclave::engine
