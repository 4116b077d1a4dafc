#include "engine/model/blocks/prediction_head.h"

namespace conclave::engine
{

using kernels::Tensor;

PredictionHead PredictionHead::load(WeightLoader &weights, const HyperParameters &hp, int layer, const Tensor &embedding,
                                    const Tensor &outputNorm, const Tensor &output)
{
    const std::string prefix = "blk." + std::to_string(layer) + ".nextn.";
    const auto table = [&](const char *name, const Tensor &own) {
        return weights.has(prefix + name) ? weights.matrix(prefix + name, {hp.vocabulary, hp.width}) : own;
    };
    PredictionHead head;
    head.epsilon = hp.epsilon;
    head.embedding = table("embed_tokens.weight", embedding);
    head.tokenNorm = weights.floats(prefix + "enorm.weight", {hp.width});
    head.hiddenNorm = weights.floats(prefix + "hnorm.weight", {hp.width});
    head.join = weights.matrix(prefix + "eh_proj.weight", {hp.width, 2L * hp.width});
    head.outputNorm = weights.optionalFloats(prefix + "shared_head_norm.weight", {hp.width});
    if (head.outputNorm.empty())
        head.outputNorm = outputNorm;
    head.output = table("shared_head_head.weight", output);
    return head;
}

void PredictionHead::begin(Step &step, const Tensor &hidden) const
{
    const Tensor x = step.rows(step.scratch.x);
    const Tensor pairs = step.rows(step.scratch.prediction.pairs);
    const std::int64_t width = x.shape[1];
    step.ops.embed(embedding, step.ids, x);
    step.ops.rmsNorm(tokenNorm, x, pairs.columns(0, width), epsilon);
    step.ops.rmsNorm(hiddenNorm, hidden, pairs.columns(width, width), epsilon);
    step.ops.linear(join, pairs, x);
}

} // namespace conclave::engine
