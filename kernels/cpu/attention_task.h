#pragma once

#include "kernels/core/host_memory.h"
#include "kernels/core/queue.h"
#include "kernels/cpu/kernel_table.h"
#include "kernels/cpu/scratch.h"

#include <cstdint>

/// One task of attention: some query heads that share a KV head, of some consecutive tokens, against a stretch of the keys. Block by block
/// with an online softmax (FlashAttention, Dao et al. 2022). Few rows read keys and values where they lie; many have them widened once.
namespace conclave::kernels
{

/// What all tasks of one call share. A row is one head of one token.
struct AttentionProblem
{
    AttentionProblem(const AttentionArgs &args, const KernelTable &kernels);

    const AttentionArgs &args;
    const KernelTable &kernels;
    HostRows<const float> query;
    HostRows<float> out;
    std::int64_t tokens;
    std::int64_t heads;
    std::int64_t kvHeads;
    std::int64_t group; ///< query heads to a KV head
    std::int64_t width; ///< of queries and keys
    std::int64_t valueWidth;
    std::int64_t paddedWidth;   ///< of values, rounded up to whole vectors
    std::int64_t headsPerTask;  ///< of one group
    std::int64_t tokensPerTask; ///< 1 where each token chooses keys of its own
    std::int64_t firstKey;      ///< of the first token
    std::int64_t keys;          ///< that any token sees
    std::int64_t splits;        ///< stretches of keys; by their number alone, so that results do not depend on threads
    std::int64_t splitKeys;     ///< keys of a stretch

    std::int64_t rowsPerTask() const { return headsPerTask * tokensPerTask; }
    /// See KernelTable::prepareQueries.
    std::int64_t preparedRows() const { return roundUp(rowsPerTask(), 8); }
    std::int64_t headBlocks() const { return (group + headsPerTask - 1) / headsPerTask; }
    std::int64_t tokenBlocks() const { return (tokens + tokensPerTask - 1) / tokensPerTask; }
    std::int64_t tasks() const { return splits * tokenBlocks() * kvHeads * headBlocks(); }
    /// Floats of a task's own memory.
    std::int64_t workspace() const;
    /// Floats of a row's unfinished result: the sum of its values, its largest score, the sum of its shares.
    std::int64_t partialWidth() const { return paddedWidth + 2; }
};

/// Runs task `index`; the rows' results go to `partials` [splits, tokens * heads, partialWidth], or at once to the output when there is
/// one split and `partials` is null.
void runAttentionTask(const AttentionProblem &problem, std::int64_t index, float *workspace, float *partials);

/// Joins the splits of row `row` of the output.
void joinAttentionSplits(const AttentionProblem &problem, std::int64_t row, const float *partials);

} // namespace conclave::kernels
