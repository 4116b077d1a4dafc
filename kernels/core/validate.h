#pragma once

#include "kernels/core/queue.h"

/// Checks of every op's arguments, shared by all devices: each tensor lies inside its buffer, types and shapes fit each other, and ids,
/// positions and pages are in range. An op whose check succeeds cannot read or write outside its tensors. (Expert ids lie in device
/// memory: the device checks those itself.)
namespace conclave::kernels
{

Status check(const EmbedRowsArgs &args);
Status check(const MatmulArgs &args);
Status check(const RmsNormArgs &args);
Status check(const RopeArgs &args);
Status check(const KvStoreArgs &args);
Status check(const AttentionArgs &args);
Status check(const GatherStreamsArgs &args);
Status check(const SpreadStreamsArgs &args);
Status check(const PoolBlocksArgs &args);
Status check(const ChooseRowsArgs &args);
Status check(const CausalConvArgs &args);
Status check(const GatedDeltaRuleArgs &args);
Status check(const RouterArgs &args);
Status check(const MoeFeedForwardArgs &args);
Status check(const GatedActivationArgs &args);
Status check(const AddArgs &args);
Status check(const HeadGateArgs &args);
Status check(const Conv3x3Args &args);
Status check(const DepthwiseConv3x3Args &args);
Status check(const MergePatchesArgs &args);
Status check(const GroupedMatmulArgs &args);
Status check(const LayerNormArgs &args);
Status check(const CopyArgs &args);
Status check(const ScaleArgs &args);

/// True when `tensor` lies wholly in its buffer, with strides that are multiples of its alignment.
bool fitsBuffer(const Tensor &tensor);

} // namespace conclave::kernels
