#include "kernels/core/host_memory.h"
#include "kernels/core/validate.h"
#include "kernels/cpu/cache_slots.h"
#include "kernels/cpu/cpu_queue.h"

#include <algorithm>
#include <cstring>
#include <limits>

/// Attention block by block with an online softmax (FlashAttention, Dao et al. 2022): the query heads that share a KV head, of some
/// consecutive tokens, are the rows of one task; keys and values are widened to float32 once for all of them.
namespace conclave::kernels
{

namespace
{

constexpr std::int64_t kKeys = 96;        ///< keys in a block: a multiple of every level's tile
constexpr std::int64_t kQueries = 64;     ///< about the rows of a task
constexpr std::int64_t kPanelQueries = 4; ///< from so many rows on, turning the keys into a panel pays

std::int64_t roundUp(std::int64_t value, std::int64_t step)
{
    return (value + step - 1) / step * step;
}

/// What all tasks of one call share.
struct Problem
{
    const AttentionArgs &args;
    const KernelTable &kernels;
    HostRows<const float> query;
    HostRows<float> out;
    std::int64_t tokens;
    std::int64_t heads;
    std::int64_t kvHeads;
    std::int64_t group; ///< query heads to a KV head
    std::int64_t width;
    std::int64_t paddedWidth; ///< rounded up to whole vectors
    std::int64_t tokensPerTask;
};

/// A task's memory, in one piece.
struct Workspace
{
    float *query;   ///< [rows, width]
    float *out;     ///< [rows, paddedWidth]
    float *scores;  ///< [rows, kKeys]
    float *keys;    ///< [kKeys, width], widened
    float *panel;   ///< [width, kKeys]
    float *values;  ///< [kKeys, paddedWidth]
    float *largest; ///< [rows]
    float *sum;     ///< [rows]

    static std::int64_t size(const Problem &p)
    {
        const std::int64_t rows = p.tokensPerTask * p.group;
        return rows * (p.width + p.paddedWidth + kKeys + 2) + kKeys * (2 * p.width + p.paddedWidth);
    }
    Workspace(float *base, const Problem &p)
    {
        const std::int64_t rows = p.tokensPerTask * p.group;
        const auto take = [&base](std::int64_t count) {
            float *at = base;
            base += count;
            return at;
        };
        scores = take(rows * kKeys);
        panel = take(p.width * kKeys);
        out = take(rows * p.paddedWidth);
        values = take(kKeys * p.paddedWidth);
        query = take(rows * p.width);
        keys = take(kKeys * p.width);
        largest = take(rows);
        sum = take(rows);
    }
};

/// The row of `position` and `kvHead`, without the divisions that HostRows would make for every key.
const std::byte *cacheRow(const Problem &p, const Tensor &rows, std::int64_t position, std::int64_t kvHead)
{
    return hostAddress(rows) + cacheSlot(p.args.cache, position) * rows.strideBytes[0] + kvHead * rows.strideBytes[1];
}

/// Scores of all rows against keys `first` .. first + count - 1, through a panel of keys.
void scoreByPanel(const Problem &p, const Workspace &w, std::int64_t kvHead, std::int64_t rows, std::int64_t first, std::int64_t count)
{
    const DType type = p.args.cache.keys.dtype;
    const float *rowOf[kKeys];
    for (std::int64_t i = 0; i < count; ++i) {
        const std::byte *key = cacheRow(p, p.args.cache.keys, first + i, kvHead);
        rowOf[i] = reinterpret_cast<const float *>(key);
        if (type != DType::kF32) {
            p.kernels.dequantiseRow(type, key, w.keys + i * p.width, p.width);
            rowOf[i] = w.keys + i * p.width;
        }
    }
    const std::int64_t padded = roundUp(count, p.kernels.lanes);
    p.kernels.transpose(rowOf, count, p.width, w.panel, kKeys, padded);
    p.kernels.gemm(w.query, p.width, rows, w.panel, kKeys, padded, p.width, w.scores, kKeys, false);
}

/// The same for few rows, key by key from where the keys lie.
void scoreByDots(const Problem &p, const Workspace &w, std::int64_t kvHead, std::int64_t rows, std::int64_t first, std::int64_t count)
{
    const Tensor &keys = p.args.cache.keys;
    const float *queries[kPanelQueries];
    for (std::int64_t r = 0; r < rows; ++r)
        queries[r] = w.query + r * p.width;
    for (std::int64_t i = 0; i < count;) {
        std::int64_t run = count - i; // keys that follow each other in memory
        if (!p.args.cache.pages.empty())
            run = std::min<std::int64_t>(run, p.args.cache.pageTokens - (first + i) % p.args.cache.pageTokens);
        const std::byte *key = cacheRow(p, p.args.cache.keys, first + i, kvHead);
        p.kernels.dotFloat(keys.dtype, key, static_cast<std::size_t>(keys.strideBytes[0]), run, queries, rows, p.width, w.scores + i,
                           kKeys);
        i += run;
    }
}

void runTask(const Problem &p, const Workspace &w, std::int64_t kvHead, std::int64_t firstToken)
{
    const AttentionArgs &args = p.args;
    const std::int64_t tokens = std::min(p.tokensPerTask, p.tokens - firstToken);
    const std::int64_t rows = tokens * p.group;
    for (std::int64_t r = 0; r < rows; ++r)
        std::copy_n(p.query[(firstToken + r / p.group) * p.heads + kvHead * p.group + r % p.group], p.width, w.query + r * p.width);
    std::fill_n(w.out, rows * p.paddedWidth, 0.0F);
    std::fill_n(w.values, kKeys * p.paddedWidth, 0.0F); // the padding stays zero
    std::fill_n(w.largest, rows, -std::numeric_limits<float>::infinity());
    std::fill_n(w.sum, rows, 0.0F);

    const std::int64_t end = args.causal ? args.first + firstToken + tokens : args.length;
    for (std::int64_t first = 0; first < end; first += kKeys) {
        const std::int64_t count = std::min(kKeys, end - first);
        if (rows >= kPanelQueries)
            scoreByPanel(p, w, kvHead, rows, first, count);
        else
            scoreByDots(p, w, kvHead, rows, first, count);
        for (std::int64_t i = 0; i < count; ++i)
            p.kernels.dequantiseRow(args.cache.values.dtype, cacheRow(p, args.cache.values, first + i, kvHead),
                                    w.values + i * p.paddedWidth, p.width);
        for (std::int64_t r = 0; r < rows; ++r) {
            float *scores = w.scores + r * kKeys;
            const std::int64_t last = args.causal ? args.first + firstToken + r / p.group + 1 : args.length;
            const std::int64_t visible = std::clamp<std::int64_t>(last - first, 0, count);
            std::fill(scores + visible, scores + count, 0.0F);
            if (visible == 0)
                continue;
            const float shrink = p.kernels.softmaxBlock(scores, visible, args.scale, w.largest[r], w.sum[r]);
            p.kernels.scaleRow(shrink, w.out + r * p.paddedWidth, p.width);
        }
        p.kernels.gemm(w.scores, kKeys, rows, w.values, p.paddedWidth, p.paddedWidth, count, w.out, p.paddedWidth, true);
    }
    for (std::int64_t r = 0; r < rows; ++r) {
        float *out = p.out[(firstToken + r / p.group) * p.heads + kvHead * p.group + r % p.group];
        std::copy_n(w.out + r * p.paddedWidth, p.width, out);
        p.kernels.scaleRow(1.0F / w.sum[r], out, p.width);
    }
}

} // namespace

Status CpuQueue::attention(const AttentionArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t group = args.query.shape[1] / args.cache.keys.shape[1];
    const std::int64_t width = args.query.shape[2];
    if (args.query.elements() == 0)
        return Status::success();
    const Problem problem{args,
                          m_kernels,
                          HostRows<const float>(args.query),
                          HostRows<float>(args.out),
                          args.query.shape[0],
                          args.query.shape[1],
                          args.cache.keys.shape[1],
                          group,
                          width,
                          roundUp(width, m_kernels.lanes),
                          std::min(std::max<std::int64_t>(1, kQueries / group), args.query.shape[0])};
    for (ThreadScratch &thread : m_threads)
        if (thread.a.get<float>(static_cast<std::size_t>(Workspace::size(problem))) == nullptr)
            return {StatusCode::kOutOfMemory, "attention: scratch"};

    const std::int64_t blocks = (problem.tokens + problem.tokensPerTask - 1) / problem.tokensPerTask;
    const std::int64_t keys = args.causal ? args.first + problem.tokens : args.length;
    forEach(blocks * problem.kvHeads, args.query.elements() * keys, [&](std::int64_t index, int thread) {
        const Workspace workspace(m_threads[static_cast<std::size_t>(thread)].a.get<float>(1), problem);
        // Last blocks first: under a causal mask they have the most keys.
        const std::int64_t block = blocks - 1 - index / problem.kvHeads;
        runTask(problem, workspace, index % problem.kvHeads, block * problem.tokensPerTask);
    });
    return Status::success();
}

} // namespace conclave::kernels
