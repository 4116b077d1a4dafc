#include "engine/model/blocks/sequence_attention.h"

namespace conclave::engine
{

using kernels::Queue;
using kernels::Tensor;

void storeKeys(Step &step, int layer, const Tensor &keys, const Tensor &values)
{
    for (const StepSequence &sequence : step.sequences) {
        const Tensor own = values.empty() ? values : sequence.rows(values);
        step.ops.run(&Queue::kvStore, kernels::KvStoreArgs{sequence.rows(keys), own, sequence.cache.view(layer), sequence.first});
    }
}

void attend(Step &step, int layer, const kernels::AttentionArgs &args)
{
    for (const StepSequence &sequence : step.sequences)
        attend(step, sequence, layer, args);
}

void attend(Step &step, const StepSequence &sequence, int layer, kernels::AttentionArgs args)
{
    args.query = sequence.rows(args.query);
    args.out = sequence.rows(args.out);
    args.cache = sequence.cache.view(layer);
    args.first = sequence.first;
    args.length = sequence.end();
    step.ops.run(&Queue::attention, args);
}

} // namespace conclave::engine
