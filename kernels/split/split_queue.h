#pragma once

#include "kernels/split/split_buffer.h"

#include <initializer_list>
#include <optional>

namespace conclave::kernels
{

/// Runs each op on one side of a SplitDevice (see there). Work for a card gathers in its queue; it is waited for only when another side
/// needs what the card computed, or the other way round.
class SplitQueue final : public Queue
{
public:
    /// A queue for each side, by its index.
    SplitQueue(SplitDevice &device, std::vector<std::unique_ptr<Queue>> queues);

    Status embedRows(const EmbedRowsArgs &args) override;
    Status matmul(const MatmulArgs &args) override;
    Status rmsNorm(const RmsNormArgs &args) override;
    Status rope(const RopeArgs &args) override;
    Status kvStore(const KvStoreArgs &args) override;
    Status attention(const AttentionArgs &args) override;
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
    Status gatherStreams(const GatherStreamsArgs &args) override;
    Status spreadStreams(const SpreadStreamsArgs &args) override;
    Status poolBlocks(const PoolBlocksArgs &args) override;
    Status chooseRows(const ChooseRowsArgs &args) override;
    Status causalConv(const CausalConvArgs &args) override;
    Status gatedDeltaRule(const GatedDeltaRuleArgs &args) override;
    Status submit() override;
    Status finish() override;

private:
    struct Operand
    {
        Tensor *tensor; ///< of the op's arguments; set to where it lies on the side that runs it
        bool reads = false;
        bool writes = false;
    };
    static constexpr std::size_t kMostOperands = 16;

    static Operand in(Tensor &tensor) { return {&tensor, true, false}; }
    static Operand out(Tensor &tensor) { return {&tensor, false, true}; }
    static Operand inOut(Tensor &tensor) { return {&tensor, true, true}; }

    template <typename Args>
    Status run(Status (Queue::*op)(const Args &), const Args &args, std::initializer_list<Operand> operands,
               std::optional<SplitSide> wanted = std::nullopt);
    SplitSide choose(std::span<const Operand> operands) const;
    Status place(std::span<const Operand> operands, SplitSide side);
    Status placeOne(const Operand &operand, SplitSide side);
    void noteWritten(std::span<const Operand> operands, std::span<const Tensor> given, SplitSide side);
    Status keepStored(const KvView &cache);
    /// Waits for those of the sides that are at work.
    Status finishSides(SplitSides sides);

    SplitDevice &m_device;
    std::vector<std::unique_ptr<Queue>> m_queues; ///< by side
    SplitSide m_side = SplitSide::host();         ///< where the last op ran
    SplitSides m_busy = 0;                        ///< were given ops since they were last waited for
};

} // namespace conclave::kernels
