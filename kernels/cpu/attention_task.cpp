#include "kernels/cpu/attention_task.h"

#include "kernels/cpu/cache_slots.h"
#include "kernels/cpu/scratch.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace conclave::kernels
{

namespace
{

constexpr std::int64_t kKeys = 96;       ///< keys in a block: a multiple of every level's tile
constexpr std::int64_t kRows = 64;       ///< about the rows of a task
constexpr std::int64_t kMostRows = 256;  ///< of one with many tokens: keys and values are widened once for all of its rows
constexpr std::int64_t kManyTasks = 64;  ///< enough for all threads of a desktop to share
constexpr std::int64_t kDirectRows = 16; ///< beyond so many rows, widening the values once for all of them pays
constexpr std::int64_t kSplitKeys = 512; ///< least keys of a split
constexpr std::int64_t kMostSplits = 32; ///< so that unfinished results stay small beside the keys
constexpr std::int64_t kSplitTokens = 4; ///< with more tokens there are tasks enough

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
        panel = take(p.width * p.kernels.tileLanes);
        out = take(rows * p.paddedWidth);
        values = take(kKeys * p.paddedWidth);
        query = take(p.preparedRows() * p.width);
        largest = take(rows);
        sum = take(rows);
    }

    float *query;   ///< [preparedRows, width]: as scoreKeys takes them
    float *out;     ///< [rows, paddedWidth]
    float *scores;  ///< [rows, kKeys]
    float *panel;   ///< [width, tileLanes]: some keys
    float *values;  ///< [kKeys, paddedWidth], widened
    float *largest; ///< [rows]
    float *sum;     ///< [rows]
};

/// Up to kKeys keys of one head of a cache: where their rows lie.
struct KeyBlock
{
    const KvView *cache;
    std::int64_t kvHead;
    std::int64_t count = 0;
    std::int64_t slots[kKeys];
};

KeyBlock blockOf(const KvView &cache, std::int64_t kvHead, std::int64_t first, std::int64_t end)
{
    KeyBlock block{&cache, kvHead, std::clamp<std::int64_t>(end - first, 0, kKeys), {}};
    cacheSlots(cache, first, block.count, block.slots);
    return block;
}

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
        std::fill_n(w.out, rows * p.paddedWidth, 0.0F);
        if (p.paddedWidth > p.valueWidth)
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
        prepareQueries(cache);
        const std::int64_t last = end;
        if (p.splits > 1) {
            begin = std::max(begin, base + split * p.splitKeys);
            end = std::min(end, base + (split + 1) * p.splitKeys);
        }
        // What follows the last block is most likely the next task's first: the next head's, or after the last head the next split's.
        const bool lastHead = kvHead + 1 == p.kvHeads;
        const KeyBlock following = lastHead ? blockOf(cache, 0, end, last) : blockOf(cache, kvHead + 1, begin, end);
        KeyBlock block = blockOf(cache, kvHead, begin, end);
        for (std::int64_t first = begin; first < end; first += kKeys) {
            const KeyBlock next = first + kKeys < end ? blockOf(cache, kvHead, first + kKeys, end) : following;
            score(block);
            for (std::int64_t r = 0; r < rows; ++r) {
                const auto [from, to] = rangeOf(firstToken + r / heads);
                weigh(r, std::clamp<std::int64_t>(from - first, 0, block.count), std::clamp<std::int64_t>(to - first, 0, block.count),
                      block.count);
            }
            addValues(block, &next);
            block = next;
        }
    }

    /// This task's split of the compressed keys that its one token chose.
    void attendToChosen()
    {
        const CompressedKeys &more = p.args.compressed;
        const std::int32_t *chosen = HostRows<const std::int32_t>(more.chosen)[firstToken];
        const std::int64_t visible = compressedEnd(firstToken);
        prepareQueries(more.cache);
        KeyBlock block = blockOf(more.cache, kvHead, 0, 0);
        const auto flush = [&] {
            if (block.count == 0)
                return;
            score(block);
            for (std::int64_t r = 0; r < rows; ++r)
                weigh(r, 0, block.count, block.count);
            addValues(block, nullptr);
            block.count = 0;
        };
        const std::int64_t choices = more.chosen.shape[1];
        const std::int64_t end = p.splits > 1 ? std::min(choices, (split + 1) * p.splitKeys) : choices;
        for (std::int64_t j = split * p.splitKeys; j < end; ++j) {
            if (chosen[j] < 0 || chosen[j] >= visible)
                continue;
            block.slots[block.count++] = cacheSlot(more.cache, chosen[j]);
            if (block.count == kKeys)
                flush();
        }
        flush();
    }

    static void findRows(const KeyBlock &block, const Tensor &tensor, const std::byte **rowAt)
    {
        const std::byte *base = hostAddress(tensor) + block.kvHead * tensor.strideBytes[1];
        for (std::int64_t i = 0; i < block.count; ++i)
            rowAt[i] = base + block.slots[i] * tensor.strideBytes[0];
    }

    /// The block's rows of `tensor`, to be fetched.
    RowsAhead rowsAhead(const KeyBlock &block, const Tensor &tensor)
    {
        findRows(block, tensor, m_ahead);
        return {m_ahead, block.count, static_cast<std::int64_t>(rowBytes(tensor.dtype, static_cast<std::size_t>(tensor.rowLength())))};
    }

    void prepareQueries(const KvView &cache)
    {
        const float *queries[kMostRows];
        for (std::int64_t r = 0; r < rows; ++r)
            queries[r] = p.query[outputRow(r)];
        p.kernels.prepareQueries(cache.keys.dtype, queries, rows, p.width, w.query);
    }

    /// Scores [rows, kKeys] of all rows against the block's keys.
    void score(const KeyBlock &block)
    {
        const Tensor &keys = block.cache->keys;
        findRows(block, keys, m_rows);
        p.kernels.scoreKeys(keys.dtype, m_rows, block.count, w.query, rows, p.width, w.panel, w.scores, kKeys,
                            rowsAhead(block, block.cache->values));
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
        if (shrink != 1.0F)
            p.kernels.scaleRow(shrink, w.out + r * p.paddedWidth, p.valueWidth);
    }

    /// Adds the block's values by their shares; `next`, if it is known, is what will be scored next.
    void addValues(const KeyBlock &block, const KeyBlock *next)
    {
        const Tensor &values = block.cache->values;
        findRows(block, values, m_rows);
        if (rows <= kDirectRows || values.dtype == DType::kF32) {
            const RowsAhead ahead = next != nullptr ? rowsAhead(*next, block.cache->keys) : RowsAhead();
            p.kernels.addValues(values.dtype, m_rows, block.count, w.scores, kKeys, rows, w.out, p.paddedWidth, p.valueWidth, ahead);
            return;
        }
        for (std::int64_t i = 0; i < block.count; ++i)
            p.kernels.dequantiseRow(values.dtype, m_rows[i], w.values + i * p.paddedWidth, p.valueWidth);
        p.kernels.gemm(w.scores, kKeys, rows, w.values, p.paddedWidth, p.paddedWidth, block.count, w.out, p.paddedWidth, true);
    }

    const std::byte *m_rows[kKeys];
    const std::byte *m_ahead[kKeys] = {};
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

/// Tokens of a task: as many as fill kMostRows while there are kManyTasks tasks, and at least as many as fill kRows.
std::int64_t taskTokens(std::int64_t tokens, std::int64_t kvHeads, std::int64_t group)
{
    const std::int64_t least = std::max<std::int64_t>(1, kRows / group);
    const std::int64_t most = std::max<std::int64_t>(1, kMostRows / group);
    return std::min(tokens, std::clamp(tokens * kvHeads / kManyTasks, least, most));
}

} // namespace

AttentionProblem::AttentionProblem(const AttentionArgs &arguments, const KernelTable &table)
    : args(arguments), kernels(table), query(args.query), out(args.out), tokens(args.query.shape[0]), heads(args.query.shape[1]),
      kvHeads(args.cache.keys.shape[1]), group(heads / kvHeads), width(args.query.shape[2]), valueWidth(args.out.shape[2]),
      paddedWidth(roundUp(valueWidth, table.lanes)), headsPerTask(std::min(group, kRows)),
      tokensPerTask(args.compressed.chosen.empty() ? taskTokens(tokens, kvHeads, group) : 1),
      firstKey(args.causal && args.window > 0 ? std::max<std::int64_t>(0, args.first + 1 - args.window) : 0),
      keys((args.causal ? args.first + tokens : args.length) - firstKey), splits(1), splitKeys(0)
{
    if (tokens > kSplitTokens)
        return;
    std::int64_t most = keys;
    if (!args.compressed.chosen.empty())
        most = std::max(most, args.compressed.chosen.shape[1]);
    else if (!args.compressed.cache.keys.empty())
        most = std::max(most, (args.first + tokens) / args.compressed.ratio);
    splitKeys = std::max(kSplitKeys, roundUp((most + kMostSplits - 1) / kMostSplits, kKeys));
    splits = std::max<std::int64_t>(1, (most + splitKeys - 1) / splitKeys);
}

std::int64_t AttentionProblem::workspace() const
{
    return rowsPerTask() * (paddedWidth + kKeys + 2) + (preparedRows() + kernels.tileLanes) * width + kKeys * paddedWidth;
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
