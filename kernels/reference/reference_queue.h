#pragma once

#include "kernels/core/queue.h"

/// The specification of every op: float64, straight from the formulas in queue.h, results rounded once to float32.
/// Precision is ignored: weights are dequantised and activations never rounded. Slow on purpose; it may allocate.
namespace conclave::kernels
{

class ReferenceQueue final : public Queue
{
public:
    Status embedRows(const EmbedRowsArgs &args) override;
    Status matmul(const MatmulArgs &args) override;
    Status rmsNorm(const RmsNormArgs &args) override;
    Status rope(const RopeArgs &args) override;
    Status kvStore(const KvStoreArgs &args) override;
    Status attention(const AttentionArgs &args) override;
    Status gatherStreams(const GatherStreamsArgs &args) override;
    Status spreadStreams(const SpreadStreamsArgs &args) override;
    Status poolBlocks(const PoolBlocksArgs &args) override;
    Status chooseRows(const ChooseRowsArgs &args) override;
    Status causalConv(const CausalConvArgs &args) override;
    Status gatedDeltaRule(const GatedDeltaRuleArgs &args) override;
    Status router(const RouterArgs &args) override;
    Status moeFeedForward(const MoeFeedForwardArgs &args) override;
    Status gatedActivation(const GatedActivationArgs &args) override;
    Status add(const AddArgs &args) override;
    Status headGate(const HeadGateArgs &args) override;
    Status conv3x3(const Conv3x3Args &args) override;
    Status depthwiseConv3x3(const DepthwiseConv3x3Args &args) override;
    Status mergePatches(const MergePatchesArgs &args) override;
    Status groupedMatmul(const GroupedMatmulArgs &args) override;
    Status layerNorm(const LayerNormArgs &args) override;
    Status copy(const CopyArgs &args) override;
    Status scale(const ScaleArgs &args) override;
    Status finish() override { return Status::success(); }
};

} // namespace conclave::kernels
