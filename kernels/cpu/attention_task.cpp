#include "kernels/cpu/attention_task.h"

#include "kernels/cpu/cache_slots.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace conclave::kernels
{

namespace
{

constexpr std::int64_t kKeys = 96;        ///< keys in a block: a multiple of every level's tile
constexpr std::int64_t kRows = 64;        ///< about the rows of a task
constexpr std::int64_t kPanelRows = 4;    ///< from so many rows on, turning the keys into a panel pays
constexpr std::int64_t kSplitKeys = 1024; ///< keys of a split
constexpr std::int64_t kSplitTokens = 4;  ///< with more tokens there are tasks enough

std::int64_t roundUp(std::int64_t value, std::int64_t step)
{
    return (value + step - 1) / step * step;
}

/// A task's memory, in one piece.
struct Workspace
{
    Workspace(float *base, const AttentionProblem &p)
    {
        const std::int64_t rows = p.rowsPerTask();
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

    float *query;   ///< [rows, width]
    float *out;     ///< [rows, paddedWidth]
    float *scores;  ///< [rows, kKeys]
    float *keys;    ///< [kKeys, width], widened
    float *panel;   ///< [width, kKeys]
    float *values;  ///< [kKeys, paddedWidth]
    float *largest; ///< [rows]
    float *sum;     ///< [rows]
};

/// Up to kKeys keys of one cache: where their rows lie.
struct KeyBlock
{
    const KvView *cache;
    std::int64_t count;
    std::int64_t slots[kKeys];
};

/// The task's rows: token firstToken + r / heads, head firstHead + r % heads.
class Task
{
public:
    Task(const AttentionProblem &problem, std::int64_t index, float *memory) : p(problem), w(memory, problem)
    {
        // Last tokens first: under a causal mask they have the most keys.
        const std::int64_t headBlock = index % p.headBlocks();
        kvHead = index / p.headBlocks() % p.kvHeads;
        const std::int64_t rest = index / (p.headBlocks() * p.kvHeads);
        firstToken = (p.tokenBlocks() - 1 - rest % p.tokenBlocks()) * p.tokensPerTask;
        split = rest / p.tokenBlocks();
        firstHead = kvHead * p.group + headBlock * p.headsPerTask;
        heads = std::min(p.headsPerTask, p.group - headBlock * p.headsPerTask);
        tokens = std::min(p.tokensPerTask, p.tokens - firstToken);
        rows = heads * tokens;
    }

    void run()
    {
        for (std::int64_t r = 0; r < rows; ++r)
            std::copy_n(p.query[outputRow(r)], p.width, w.query + r * p.width);
        std::fill_n(w.out, rows * p.paddedWidth, 0.0F);
        std::fill_n(w.values, kKeys * p.paddedWidth, 0.0F); // the padding stays zero
        std::fill_n(w.largest, rows, -std::numeric_limits<float>::infinity());
        std::fill_n(w.sum, rows, 0.0F);
        attendTo(p.args.cache, p.firstKey, lowest(firstToken), endOf(firstToken + tokens - 1),
                 [this](std::int64_t t) { return std::pair(lowest(t), endOf(t)); });
        const CompressedKeys &more = p.args.compressed;
        if (more.cache.keys.empty())
            return;
        if (!more.chosen.empty())
            attendToChosen();
        else
            attendTo(more.cache, 0, 0, compressedEnd(firstToken + tokens - 1),
                     [this](std::int64_t t) { return std::pair(std::int64_t{0}, compressedEnd(t)); });
    }

    std::int64_t outputRow(std::int64_t r) const { return (firstToken + r / heads) * p.heads + firstHead + r % heads; }

    const AttentionProblem &p;
    Workspace w;
    std::int64_t kvHead = 0, split = 0, firstToken = 0, firstHead = 0, heads = 0, tokens = 0, rows = 0;

private:
    /// Keys that token t sees: lowest(t) .. endOf(t) - 1.
    std::int64_t endOf(std::int64_t t) const { return p.args.causal ? p.args.first + t + 1 : p.args.length; }
    std::int64_t lowest(std::int64_t t) const
    {
        return p.args.window > 0 ? std::max<std::int64_t>(0, endOf(t) - p.args.window) : std::int64_t{0};
    }
    std::int64_t compressedEnd(std::int64_t t) const { return (p.args.first + t + 1) / p.args.compressed.ratio; }

    /// This task's split of keys begin .. end - 1 of a cache, whose keys lie in the order of positions. The first split starts at `base`.
    template <class Range>
    void attendTo(const KvView &cache, std::int64_t base, std::int64_t begin, std::int64_t end, const Range &rangeOf)
    {
        if (p.splits > 1) {
            begin = std::max(begin, base + split * kSplitKeys);
            end = std::min(end, base + (split + 1) * kSplitKeys);
        }
        KeyBlock block;
        block.cache = &cache;
        for (std::int64_t first = begin; first < end; first += kKeys) {
            block.count = std::min(kKeys, end - first);
            for (std::int64_t i = 0; i < block.count; ++i)
                block.slots[i] = cacheSlot(cache, first + i);
            score(block);
            for (std::int64_t r = 0; r < rows; ++r) {
                const auto [from, to] = rangeOf(firstToken + r / heads);
                weigh(r, std::clamp<std::int64_t>(from - first, 0, block.count), std::clamp<std::int64_t>(to - first, 0, block.count),
                      block.count);
            }
            addValues(block);
        }
    }

    /// The compressed keys that the task's one token chose; all of them in the first split.
    void attendToChosen()
    {
        if (split > 0)
            return;
        const CompressedKeys &more = p.args.compressed;
        const std::int32_t *chosen = HostRows<const std::int32_t>(more.chosen)[firstToken];
        const std::int64_t visible = compressedEnd(firstToken);
        KeyBlock block;
        block.cache = &more.cache;
        block.count = 0;
        const auto flush = [&] {
            if (block.count == 0)
                return;
            score(block);
            for (std::int64_t r = 0; r < rows; ++r)
                weigh(r, 0, block.count, block.count);
            addValues(block);
            block.count = 0;
        };
        for (std::int64_t j = 0; j < more.chosen.shape[1]; ++j) {
            if (chosen[j] < 0 || chosen[j] >= visible)
                continue;
            block.slots[block.count++] = cacheSlot(more.cache, chosen[j]);
            if (block.count == kKeys)
                flush();
        }
        flush();
    }

    const std::byte *rowAt(const Tensor &tensor, std::int64_t slot) const
    {
        return hostAddress(tensor) + slot * tensor.strideBytes[0] + kvHead * tensor.strideBytes[1];
    }

    /// Scores [rows, kKeys] of all rows against the block's keys.
    void score(const KeyBlock &block)
    {
        const Tensor &keys = block.cache->keys;
        if (rows < kPanelRows && (keys.dtype == DType::kF32 || keys.dtype == DType::kF16)) {
            scoreByDots(block);
            return;
        }
        const float *rowOf[kKeys];
        for (std::int64_t i = 0; i < block.count; ++i) {
            const std::byte *key = rowAt(keys, block.slots[i]);
            rowOf[i] = reinterpret_cast<const float *>(key);
            if (keys.dtype != DType::kF32) {
                p.kernels.dequantiseRow(keys.dtype, key, w.keys + i * p.width, p.width);
                rowOf[i] = w.keys + i * p.width;
            }
        }
        const std::int64_t padded = roundUp(block.count, p.kernels.lanes);
        p.kernels.transpose(rowOf, block.count, p.width, w.panel, kKeys, padded);
        p.kernels.gemm(w.query, p.width, rows, w.panel, kKeys, padded, p.width, w.scores, kKeys, false);
    }

    /// The same for few rows, from where the keys lie; keys that follow each other in memory go together.
    void scoreByDots(const KeyBlock &block)
    {
        const Tensor &keys = block.cache->keys;
        const float *queries[kPanelRows];
        for (std::int64_t r = 0; r < rows; ++r)
            queries[r] = w.query + r * p.width;
        for (std::int64_t i = 0; i < block.count;) {
            std::int64_t run = 1;
            while (i + run < block.count && block.slots[i + run] == block.slots[i] + run)
                ++run;
            p.kernels.dotFloat(keys.dtype, rowAt(keys, block.slots[i]), static_cast<std::size_t>(keys.strideBytes[0]), run, queries, rows,
                               p.width, w.scores + i, kKeys);
            i += run;
        }
    }

    /// Turns a row's scores into shares; it sees the keys from .. to - 1 of the block.
    void weigh(std::int64_t r, std::int64_t from, std::int64_t to, std::int64_t count)
    {
        float *scores = w.scores + r * kKeys;
        to = std::max(from, to);
        std::fill(scores, scores + from, 0.0F);
        std::fill(scores + to, scores + count, 0.0F);
        if (from == to)
            return;
        const float shrink = p.kernels.softmaxBlock(scores + from, to - from, p.args.scale, w.largest[r], w.sum[r]);
        p.kernels.scaleRow(shrink, w.out + r * p.paddedWidth, p.valueWidth);
    }

    void addValues(const KeyBlock &block)
    {
        const Tensor &values = block.cache->values;
        for (std::int64_t i = 0; i < block.count; ++i)
            p.kernels.dequantiseRow(values.dtype, rowAt(values, block.slots[i]), w.values + i * p.paddedWidth, p.valueWidth);
        p.kernels.gemm(w.scores, kKeys, rows, w.values, p.paddedWidth, p.paddedWidth, block.count, w.out, p.paddedWidth, true);
    }
};

const float *sinkOf(const AttentionProblem &p, std::int64_t row)
{
    return p.args.sinks.empty() ? nullptr : reinterpret_cast<const float *>(hostAddress(p.args.sinks)) + row % p.heads;
}

/// out = values / (sum + the sink's share), all relative to the largest score.
void finishRow(const AttentionProblem &p, std::int64_t row, const float *values, float largest, float sum)
{
    float factor = 1.0F;
    if (const float *sink = sinkOf(p, row)) {
        const float top = std::max(largest, *sink);
        factor = std::exp(largest - top);
        sum = sum * factor + std::exp(*sink - top);
    }
    float *out = p.out[row];
    std::copy_n(values, p.valueWidth, out);
    p.kernels.scaleRow(factor / sum, out, p.valueWidth);
}

} // namespace

AttentionProblem::AttentionProblem(const AttentionArgs &arguments, const KernelTable &table)
    : args(arguments), kernels(table), query(args.query), out(args.out), tokens(args.query.shape[0]), heads(args.query.shape[1]),
      kvHeads(args.cache.keys.shape[1]), group(heads / kvHeads), width(args.query.shape[2]), valueWidth(args.out.shape[2]),
      paddedWidth(roundUp(valueWidth, table.lanes)), headsPerTask(std::min(group, kRows)),
      tokensPerTask(args.compressed.chosen.empty() ? std::min(std::max<std::int64_t>(1, kRows / group), tokens) : 1),
      firstKey(args.causal && args.window > 0 ? std::max<std::int64_t>(0, args.first + 1 - args.window) : 0),
      keys((args.causal ? args.first + tokens : args.length) - firstKey), splits(1)
{
    std::int64_t most = keys;
    if (!args.compressed.cache.keys.empty() && args.compressed.chosen.empty())
        most = std::max(most, (args.first + tokens) / args.compressed.ratio);
    if (tokens <= kSplitTokens)
        splits = std::max<std::int64_t>(1, (most + kSplitKeys - 1) / kSplitKeys);
}

std::int64_t AttentionProblem::workspace() const
{
    return rowsPerTask() * (width + paddedWidth + kKeys + 2) + kKeys * (2 * width + paddedWidth);
}

void runAttentionTask(const AttentionProblem &problem, std::int64_t index, float *workspace, float *partials)
{
    Task task(problem, index, workspace);
    task.run();
    const AttentionProblem &p = problem;
    for (std::int64_t r = 0; r < task.rows; ++r) {
        const std::int64_t row = task.outputRow(r);
        const float *values = task.w.out + r * p.paddedWidth;
        if (partials == nullptr) {
            finishRow(p, row, values, task.w.largest[r], task.w.sum[r]);
            continue;
        }
        float *partial = partials + (task.split * p.tokens * p.heads + row) * p.partialWidth();
        std::copy_n(values, p.paddedWidth, partial);
        partial[p.paddedWidth] = task.w.largest[r];
        partial[p.paddedWidth + 1] = task.w.sum[r];
    }
}

void joinAttentionSplits(const AttentionProblem &problem, std::int64_t row, const float *partials)
{
    const AttentionProblem &p = problem;
    const auto partial = [&](std::int64_t split) { return partials + (split * p.tokens * p.heads + row) * p.partialWidth(); };
    float largest = -std::numeric_limits<float>::infinity();
    for (std::int64_t split = 0; split < p.splits; ++split)
        largest = std::max(largest, partial(split)[p.paddedWidth]);
    float *out = p.out[row];
    std::fill_n(out, p.valueWidth, 0.0F);
    float sum = 0;
    for (std::int64_t split = 0; split < p.splits; ++split) {
        const float *from = partial(split);
        if (from[p.paddedWidth + 1] == 0.0F) // no key of the split is seen
            continue;
        const float factor = std::exp(from[p.paddedWidth] - largest);
        sum += factor * from[p.paddedWidth + 1];
        p.kernels.addScaled(factor, from, out, p.valueWidth);
    }
    finishRow(p, row, out, largest, sum);
}

} // namespace conclave::kernels
