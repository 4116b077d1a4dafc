#pragma once

#include "kernels/core/device.h"
#include "kernels/plugin/op_calls.h"
#include "kernels/plugin/rotations.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// What CUDA's and Vulkan's queues have in common: every op is checked against core's rules, turned into a call of addresses and counts,
/// and handed to the device as one launch. Each device adds only memory and launching.
///
/// Ops: embedRows and matmul (F32, F16, BF16, Q8_0, Q4_0, Q4_K, Q6_K), rmsNorm, rope, add, gatedActivation, headGate; and, where the device
/// has() their kernels, kvStore, attention, router and moeFeedForward. All with float32 activations and sums; Precision::kFast allows a
/// device 8-bit or half activations. conv3x3, depthwiseConv3x3 and mergePatches answer Status::unsupported. So do weights of other types,
/// counts of 2^31 and more, and outer axes that are not evenly spaced.
///
/// Uploads and downloads of the device do not wait for a queue: call finish() first. An output that overlaps an input (or itself, where
/// the op forbids it) is not detected.
namespace conclave::kernels
{

/// One kernel launch: `groups` thread groups in `tiles` layers.
struct Launch
{
    KernelId kernel = KernelId::kCount;
    DType type = DType::kF32; ///< of the weights, for embedRows and matmul
    std::uint32_t groups = 0;
    std::uint32_t tiles = 1;
    std::span<const std::byte> call; ///< the struct in op_calls.h
};

class AddressedQueue : public Queue
{
public:
    Status embedRows(const EmbedRowsArgs &args) override;
    Status matmul(const MatmulArgs &args) override;
    Status rmsNorm(const RmsNormArgs &args) override;
    Status rope(const RopeArgs &args) override;
    Status gatedActivation(const GatedActivationArgs &args) override;
    Status add(const AddArgs &args) override;
    Status headGate(const HeadGateArgs &args) override;

    Status kvStore(const KvStoreArgs &args) override;
    Status attention(const AttentionArgs &args) override;
    Status router(const RouterArgs &args) override;
    Status moeFeedForward(const MoeFeedForwardArgs &args) override;
    Status conv3x3(const Conv3x3Args &args) override;
    Status depthwiseConv3x3(const DepthwiseConv3x3Args &args) override;
    Status mergePatches(const MergePatchesArgs &args) override;

    Status groupedMatmul(const GroupedMatmulArgs &args) override;
    Status copy(const CopyArgs &args) override;
    Status scale(const ScaleArgs &args) override;
    Status layerNorm(const LayerNormArgs &args) override;
    Status causalConv(const CausalConvArgs &args) override;
    Status gatedDeltaRule(const GatedDeltaRuleArgs &args) override;
    Status gatherStreams(const GatherStreamsArgs &args) override;
    Status spreadStreams(const SpreadStreamsArgs &args) override;
    Status poolBlocks(const PoolBlocksArgs &args) override;
    Status chooseRows(const ChooseRowsArgs &args) override;

protected:
    /// Whether the device has this kernel; ops without one answer Status::unsupported.
    virtual bool has(KernelId kernel) const = 0;
    /// Whether the device's kernels read weights of this type.
    virtual bool reads(DType type) const = 0;
    /// Whether kExpertsHidden can be launched for gate and up one after the other: they may then be of two types.
    virtual bool takesHalves() const { return false; }
    /// Where `buffer` lies in device memory; 0 when it belongs to another device.
    virtual DeviceAddress addressOf(const Buffer &buffer) const = 0;
    /// Copies host values that the next launch reads; they stay in place until finish().
    virtual Status stage(std::span<const std::byte> values, DeviceAddress &address) = 0;
    virtual Status launch(const Launch &launch) = 0;
    /// Memory that the launches of one op share; the next op may take it.
    virtual Status scratch(std::size_t bytes, DeviceAddress &address) = 0;
    /// What stage() gave is no longer in place: finish() was called.
    void forgetStaged()
    {
        m_rotations = {};
        m_pages = {};
    }

private:
    /// The last rotations staged: all layers of a step ask for the same.
    struct Rotations
    {
        RotationKey key;
        DeviceAddress address = 0;
    };

    /// And the last pages.
    struct Pages
    {
        std::vector<std::int32_t> pages;
        DeviceAddress address = 0;
    };

    Status launchHidden(const ExpertsHiddenCall &call, DType gate, DType up);
    bool locate(const Tensor &tensor, DeviceAddress &address) const;
    bool locateIfAny(const Tensor &tensor, DeviceAddress &address) const { return tensor.empty() || locate(tensor, address); }
    Status copyScaled(const Tensor &in, const Tensor &out, float factor);
    /// An op from rows to rows of as many values: fills what every such call has, and launches once for each part of evenly spaced rows,
    /// `groupsOf(rows, elements)` groups. In launch_parts.h.
    template <class Call, class Groups>
    Status rowsToRows(KernelId kernel, const Tensor &in, const Tensor &out, Call call, const Groups &groupsOf);
    Status stagePages(const KvView &cache, std::int64_t end, DeviceAddress &address);
    Status stageRotations(const RopeArgs &args, DeviceAddress &address);
    Status stageCompressed(const AttentionArgs &args, DeviceAddress &address);
    Status routeFixed(const RouterArgs &args);
    Status storeRows(const Tensor &in, const Tensor &cache, const KvStoreArgs &args, DeviceAddress pages);

    Rotations m_rotations;
    Pages m_pages;
};

} // namespace conclave::kernels
