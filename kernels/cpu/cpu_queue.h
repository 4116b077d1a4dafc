#pragma once

#include "kernels/core/queue.h"
#include "kernels/cpu/kernel_table.h"
#include "kernels/cpu/scratch.h"
#include "kernels/cpu/thread_pool.h"

#include <array>
#include <memory>
#include <vector>

/// The CPU's queue: runs each op at once on the pool. Owns the scratch memory that ops need, which grows to the largest op seen.
namespace conclave::kernels
{

/// One weight matrix and the consecutive input rows that go through it.
struct MatmulGroup
{
    const std::byte *weight;
    std::int64_t firstIn;
    std::int64_t firstOut;
    std::int64_t count;
};

/// Matrix products that share a type and a shape: a plain matmul is one group, experts are one group each.
struct MatmulJob
{
    DType type;
    std::size_t wStride; ///< bytes between weight rows
    std::int64_t n;      ///< weight rows
    std::int64_t m;      ///< their length
    const MatmulGroup *groups;
    std::int64_t groupCount;
    /// Groups from here on have the inputs of the group as many places before (up after gate): panels are packed once.
    std::int64_t panelGroups;
    const float *const *in;      ///< input rows
    const QuantisedToken *quant; ///< the same rows in 8 bits; null: float activations
    float *const *out;           ///< output rows
    const float *bias;
    Activation activation;
    bool accumulate;
};

/// Some rows of the weights of one group; `panel` is the first float of the group's token panels.
struct MatmulTask
{
    const MatmulGroup *group;
    std::int64_t firstRow;
    std::int64_t rows;
    std::int64_t panel;
};

class CpuQueue final : public Queue
{
public:
    CpuQueue(ThreadPool &pool, const KernelTable &kernels);

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

private:
    /// body(index, thread) for all indices; on this thread alone when `work` (about: floats touched) is too little to share.
    template <class Body>
    void forEach(std::int64_t count, std::int64_t work, const Body &body)
    {
        constexpr std::int64_t kWorthSharing = 32 * 1024; // some microseconds, against about one to wake a spinning worker
        if (work < kWorthSharing)
            for (std::int64_t index = 0; index < count; ++index)
                body(index, 0);
        else
            m_pool.parallelFor(count, body);
    }

    /// As forEach, in runs of rows long enough to be worth taking one by one.
    template <class Body>
    void forEachRow(std::int64_t rows, std::int64_t rowLength, const Body &body)
    {
        const std::int64_t run = rowLength > 0 ? 8192 / rowLength + 1 : rows + 1;
        forEach((rows + run - 1) / run, rows * rowLength, [&](std::int64_t index, int) {
            const std::int64_t end = index * run + run < rows ? index * run + run : rows;
            for (std::int64_t row = index * run; row < end; ++row)
                body(row);
        });
    }

    struct Angles
    {
        bool areOf(const RopeArgs &args) const;

        std::vector<std::int32_t> positions;
        std::vector<float> factors;
        std::vector<std::uint8_t> streams;
        int dims = -1;
        float base = 0;
        float magnitude = 1;
        bool inverse = false;
        std::vector<float> cosine, sine; ///< [T, dims/2]
    };

    struct ThreadScratch
    {
        Scratch a, b, c, d;
    };

    Status runMatmul(const MatmulJob &job);
    Status packPanels(const MatmulJob &job);
    bool takeMatmulScratch(const MatmulJob &job, std::int64_t mostTokens, bool panels);
    void runDots(const MatmulJob &job, const MatmulTask &task, ThreadScratch &scratch);
    void runPanels(const MatmulJob &job, const MatmulTask &task, ThreadScratch &scratch);
    void runPanels8(const MatmulJob &job, const MatmulTask &task, ThreadScratch &scratch);
    /// Quantises `count` rows of length m for weights of `type`; null on lack of memory.
    const QuantisedToken *quantiseRows(DType type, const float *const *rows, std::int64_t count, std::int64_t m);
    const Angles *anglesOf(const RopeArgs &args);

    ThreadPool &m_pool;
    const KernelTable &m_kernels;

    std::vector<ThreadScratch> m_threads;
    Scratch m_scores;
    Scratch m_tasks, m_panels, m_panelOffsets;
    Scratch m_quantQ, m_quantD, m_quantSums, m_quantDue, m_quantTokens;
    Scratch m_inRows, m_outRows, m_groups, m_sorted, m_hidden, m_expertOut, m_pairOf;
    Scratch m_expertRows, m_rowExperts, m_tokenRows, m_pairTokens;
    Scratch m_weights, m_partials;

    /// Of the last rope calls: a step rotates q and k of every layer by the same ones, or by two or three sets where layers differ or
    /// results are turned back.
    std::array<Angles, 4> m_angles;
    std::size_t m_nextAngles = 0; ///< the set to replace
};

} // namespace conclave::kernels
