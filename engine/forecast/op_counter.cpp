#include "engine/forecast/op_counter.h"

namespace conclave::engine
{
namespace
{

class CountingQueue final : public kernels::Queue
{
public:
    explicit CountingQueue(OpCounts &counts) : m_counts(counts) {}

    // Products and attention are counted as weights and context.
    kernels::Status matmul(const kernels::MatmulArgs &) override { return count(); }
    kernels::Status groupedMatmul(const kernels::GroupedMatmulArgs &) override { return count(); }
    kernels::Status moeFeedForward(const kernels::MoeFeedForwardArgs &) override { return count(); }
    kernels::Status attention(const kernels::AttentionArgs &) override { return count(); }

    kernels::Status router(const kernels::RouterArgs &args) override
    {
        m_counts.routerLogits += elements(args.logits);
        return count();
    }
    kernels::Status gatherStreams(const kernels::GatherStreamsArgs &args) override
    {
        m_counts.streamValues += elements(args.streams);
        return count();
    }
    kernels::Status spreadStreams(const kernels::SpreadStreamsArgs &args) override
    {
        m_counts.streamValues += elements(args.streams);
        return count();
    }
    kernels::Status chooseRows(const kernels::ChooseRowsArgs &args) override
    {
        const auto rows = static_cast<double>((args.first + args.query.shape[0]) / args.ratio);
        m_counts.rowOperations += 2 * elements(args.query) * rows;
        return count();
    }

    kernels::Status embedRows(const kernels::EmbedRowsArgs &args) override { return values(args.out); }
    kernels::Status rmsNorm(const kernels::RmsNormArgs &args) override { return values(args.in); }
    kernels::Status layerNorm(const kernels::LayerNormArgs &args) override { return values(args.in); }
    kernels::Status rope(const kernels::RopeArgs &args) override { return values(args.inout); }
    kernels::Status kvStore(const kernels::KvStoreArgs &args) override { return values(args.keys); }
    kernels::Status gatedActivation(const kernels::GatedActivationArgs &args) override { return values(args.out); }
    kernels::Status add(const kernels::AddArgs &args) override { return values(args.out); }
    kernels::Status headGate(const kernels::HeadGateArgs &args) override { return values(args.inout); }
    kernels::Status conv3x3(const kernels::Conv3x3Args &args) override { return values(args.out); }
    kernels::Status depthwiseConv3x3(const kernels::DepthwiseConv3x3Args &args) override { return values(args.out); }
    kernels::Status mergePatches(const kernels::MergePatchesArgs &args) override { return values(args.out); }
    kernels::Status copy(const kernels::CopyArgs &args) override { return values(args.out); }
    kernels::Status scale(const kernels::ScaleArgs &args) override { return values(args.inout); }
    kernels::Status poolBlocks(const kernels::PoolBlocksArgs &args) override { return values(args.values); }
    kernels::Status causalConv(const kernels::CausalConvArgs &args) override { return values(args.in); }
    kernels::Status gatedDeltaRule(const kernels::GatedDeltaRuleArgs &args) override { return values(args.value); }
    kernels::Status finish() override { return kernels::Status::success(); }

private:
    static double elements(const kernels::Tensor &tensor) { return static_cast<double>(tensor.elements()); }
    kernels::Status count()
    {
        m_counts.ops += 1;
        return kernels::Status::success();
    }
    kernels::Status values(const kernels::Tensor &tensor)
    {
        m_counts.values += elements(tensor);
        return count();
    }

    OpCounts &m_counts;
};

} // namespace

std::unique_ptr<kernels::Queue> countingQueue(OpCounts &counts)
{
    return std::make_unique<CountingQueue>(counts);
}

} // namespace conclave::engine
