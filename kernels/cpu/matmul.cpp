#include "kernels/core/host_memory.h"
#include "kernels/core/validate.h"
#include "kernels/cpu/cpu_queue.h"

#include <algorithm>
#include <cstring>

namespace conclave::kernels
{

namespace
{

constexpr Status kNoMatmulMemory{StatusCode::kOutOfMemory, "matmul: scratch"};

// From so many tokens on, unpacking weights for all of them beats reading each weight row against every token (measured, bench_kernels).
constexpr std::int64_t kPanelTokens = 12;
/// Weight rows that a thread expands at a time: in float32 they stay in its second-level cache.
constexpr std::int64_t kPanelRows = kPanelRows8;
/// Outputs of so many tokens are kept until bias and activation are applied.
constexpr std::int64_t kFinishTokens = 48;

/// Rows of one task when weights are read once: about 32 KiB of them, of large matrices more (tasks are read by other cores than wrote
/// them), a multiple of the sixteen rows that may be read together.
std::int64_t dotRowsPerTask(const MatmulJob &job, int threads)
{
    constexpr std::int64_t kTasks = 64; // a thread
    const auto bytes = std::max<std::int64_t>(static_cast<std::int64_t>(rowBytes(job.type, static_cast<std::size_t>(job.m))), 1);
    const std::int64_t share = job.n * job.groupCount * bytes / (kTasks * threads);
    return std::clamp<std::int64_t>(std::clamp<std::int64_t>(share, 32 * 1024, 256 * 1024) / bytes, 1, 240) / 16 * 16 + 16;
}

bool in8Bits(const MatmulJob &job, const KernelTable &kernels)
{
    return job.quant != nullptr && kernels.gemm8 != nullptr;
}

/// Activations that share a scale.
std::int64_t quantGroup(DType type)
{
    return static_cast<std::int64_t>(blockLayout(type).elements);
}

/// See QuantisedToken::corrections.
void correctionsOf(const std::int16_t *sums, const BlockLayout &layout, int offset, std::int64_t groups, std::int32_t *corrections)
{
    for (std::int64_t g = 0; g < groups; ++g) {
        const std::int32_t sum = layout.scaleGroup == 32 ? sums[2 * g] + sums[2 * g + 1] : sums[g];
        if (layout.hasMin) {
            const auto value = static_cast<float>(sum);
            std::memcpy(corrections + g, &value, sizeof value);
        } else
            corrections[g] = -offset * sum;
    }
}

float *outOf(const MatmulJob &job, const MatmulTask &task, std::int64_t token)
{
    return job.out[task.group->firstOut + token] + task.firstRow;
}

/// A token's results of the task's rows, with bias and activation, to where they belong.
void finishResults(const KernelTable &kernels, const MatmulJob &job, const MatmulTask &task, std::int64_t token, const float *results)
{
    const float *bias = job.bias != nullptr ? job.bias + task.firstRow : nullptr;
    kernels.finishRow(results, bias, outOf(job, task, token), task.rows, job.activation, job.accumulate);
}

/// c [rows, cStride] holds a row of out for each token's column: writes them out with bias and activation.
void finishTransposed(const KernelTable &kernels, const MatmulJob &job, const MatmulTask &task, const float *c, std::int64_t cStride,
                      std::int64_t firstToken, std::int64_t tokens)
{
    float row[kPanelRows];
    for (std::int64_t t = 0; t < tokens; ++t) {
        for (std::int64_t r = 0; r < task.rows; ++r)
            row[r] = c[r * cStride + t];
        finishResults(kernels, job, task, firstToken + t, row);
    }
}

} // namespace

const QuantisedToken *CpuQueue::quantiseRows(DType type, const float *const *rows, std::int64_t count, std::int64_t m)
{
    const std::int64_t group = quantGroup(type);
    const bool corrected = m_kernels.gemm8 != nullptr;
    const BlockLayout layout = blockLayout(type);
    const std::int64_t corrections = corrected ? m / layout.scaleGroup : 0;
    auto *q = m_quantQ.get<std::int8_t>(static_cast<std::size_t>(count * m));
    auto *d = m_quantD.get<float>(static_cast<std::size_t>(count * (m / group)));
    auto *sums = m_quantSums.get<std::int16_t>(static_cast<std::size_t>(count * (m / 16)));
    auto *due = m_quantDue.get<std::int32_t>(static_cast<std::size_t>(count * corrections));
    auto *tokens = m_quantTokens.get<QuantisedToken>(static_cast<std::size_t>(count));
    if (q == nullptr || d == nullptr || sums == nullptr || due == nullptr || tokens == nullptr)
        return nullptr;
    const int offset = corrected ? m_kernels.panelOffset(type) : 0;
    forEachRow(count, m, [&](std::int64_t t) {
        tokens[t] = {q + t * m, d + t * (m / group), sums + t * (m / 16), due + t * corrections};
        m_kernels.quantiseToken(rows[t], m, group, q + t * m, d + t * (m / group), sums + t * (m / 16));
        if (corrected)
            correctionsOf(sums + t * (m / 16), layout, offset, corrections, due + t * corrections);
    });
    return tokens;
}

/// Puts the tokens of each large group into panels [m, tileLanes], one after another.
Status CpuQueue::packPanels(const MatmulJob &job)
{
    const std::int64_t tile = m_kernels.tileLanes;
    std::int64_t width = 0;
    std::int64_t blocks = 0;
    for (std::int64_t g = 0; g < job.panelGroups; ++g)
        if (job.groups[g].count >= kPanelTokens) {
            width += roundUp(job.groups[g].count, tile);
            blocks += roundUp(job.groups[g].count, tile) / tile;
        }
    struct Block
    {
        std::int64_t firstIn;
        std::int64_t count;
        std::int64_t column;
    };
    auto *list = m_panelOffsets.get<Block>(static_cast<std::size_t>(blocks));
    auto *panel = m_panels.get<float>(static_cast<std::size_t>(width * job.m));
    if (list == nullptr || panel == nullptr)
        return kNoMatmulMemory;

    std::int64_t column = 0;
    std::int64_t next = 0;
    for (std::int64_t g = 0; g < job.panelGroups; ++g) {
        const MatmulGroup &group = job.groups[g];
        for (std::int64_t t = 0; group.count >= kPanelTokens && t < group.count; t += tile, column += tile)
            list[next++] = {group.firstIn + t, std::min(tile, group.count - t), column};
    }
    forEach(blocks, width * job.m, [&](std::int64_t index, int) {
        const Block &block = list[index];
        const std::int64_t used = roundUp(block.count, m_kernels.lanes);
        m_kernels.transpose(job.in + block.firstIn, block.count, job.m, panel + block.column * job.m, used, used);
    });
    return Status::success();
}

/// Few tokens: each weight row is read once, against all of them.
void CpuQueue::runDots(const MatmulJob &job, const MatmulTask &task, ThreadScratch &scratch)
{
    const MatmulGroup &group = *task.group;
    const auto m = static_cast<std::size_t>(job.m);
    float *acc = scratch.a.get<float>(1);
    const std::byte *w = group.weight + static_cast<std::size_t>(task.firstRow) * job.wStride;
    if (job.quant != nullptr)
        m_kernels.dotQuantised(job.type, w, job.wStride, task.rows, job.quant + group.firstIn, group.count, job.m, acc, task.rows);
    else if (isQuantised(job.type)) {
        float *expanded = scratch.b.get<float>(1);
        for (std::int64_t r = 0; r < task.rows; ++r)
            m_kernels.dequantiseRow(job.type, w + static_cast<std::size_t>(r) * job.wStride, expanded + r * job.m, job.m);
        m_kernels.dotFloat(DType::kF32, reinterpret_cast<const std::byte *>(expanded), m * sizeof(float), task.rows, job.in + group.firstIn,
                           group.count, job.m, acc, task.rows);
    } else
        m_kernels.dotFloat(job.type, w, job.wStride, task.rows, job.in + group.firstIn, group.count, job.m, acc, task.rows);
    for (std::int64_t t = 0; t < group.count; ++t)
        finishResults(m_kernels, job, task, t, acc + t * task.rows);
}

/// Many tokens, float activations: weights as floats against panels of tokens.
void CpuQueue::runPanels(const MatmulJob &job, const MatmulTask &task, ThreadScratch &scratch)
{
    const MatmulGroup &group = *task.group;
    const std::int64_t tile = m_kernels.tileLanes;
    float *c = scratch.a.get<float>(1);
    const std::byte *w = group.weight + static_cast<std::size_t>(task.firstRow) * job.wStride;
    const float *panel = m_panels.get<float>(1) + task.panel;
    const float *weights = reinterpret_cast<const float *>(w);
    auto stride = static_cast<std::int64_t>(job.wStride / sizeof(float));
    if (job.type != DType::kF32) {
        float *expanded = scratch.b.get<float>(1);
        for (std::int64_t r = 0; r < task.rows; ++r)
            m_kernels.dequantiseRow(job.type, w + static_cast<std::size_t>(r) * job.wStride, expanded + r * job.m, job.m);
        weights = expanded;
        stride = job.m;
    }
    for (std::int64_t t = 0; t < group.count; t += tile) {
        const std::int64_t tokens = std::min(tile, group.count - t);
        const std::int64_t width = roundUp(tokens, m_kernels.lanes);
        m_kernels.gemm(weights, stride, task.rows, panel + t * job.m, width, width, job.m, c, tile, false);
        finishTransposed(m_kernels, job, task, c, tile, t, tokens);
    }
}

/// Many tokens in 8 bits: the task's rows become a panel once, which all tokens go through.
void CpuQueue::runPanels8(const MatmulJob &job, const MatmulTask &task, ThreadScratch &scratch)
{
    const MatmulGroup &group = *task.group;
    float *scales = scratch.c.get<float>(1);
    float *mins = scales + kPanelRows8 * (job.m / blockLayout(job.type).scaleGroup);
    const RowPanel8 panel{scratch.b.get<std::uint8_t>(1), scales, mins, job.type};
    m_kernels.unpackRows8(group.weight + static_cast<std::size_t>(task.firstRow) * job.wStride, job.wStride, task.rows, job.m, panel);
    const bool plain =
        task.rows == kPanelRows8 && job.bias == nullptr && job.activation == Activation::kNone && !job.accumulate; // nothing to finish
    float *c = scratch.a.get<float>(1);
    const std::int64_t chunks = (group.count + kFinishTokens - 1) / kFinishTokens;
    for (std::int64_t i = 0; i < chunks; ++i) {
        const std::int64_t first = group.count * i / chunks;
        const std::int64_t tokens = group.count * (i + 1) / chunks - first;
        float *out[kFinishTokens];
        for (std::int64_t t = 0; t < tokens; ++t)
            out[t] = plain ? outOf(job, task, first + t) : c + t * kPanelRows8;
        m_kernels.gemm8(panel, job.quant + group.firstIn + first, tokens, job.m, out);
        for (std::int64_t t = 0; !plain && t < tokens; ++t)
            finishResults(m_kernels, job, task, first + t, out[t]);
    }
}

/// Scratch of every thread, taken before the threads start because it may be refused.
bool CpuQueue::takeMatmulScratch(const MatmulJob &job, std::int64_t mostTokens, bool panels)
{
    const bool in8 = in8Bits(job, m_kernels);
    const bool expands = isQuantised(job.type) && job.quant == nullptr;
    const auto m = static_cast<std::size_t>(job.m);
    const std::int64_t dotRows = dotRowsPerTask(job, m_pool.threads());
    const std::int64_t panelTokens = in8 ? kFinishTokens : m_kernels.tileLanes;
    const auto accumulators = static_cast<std::size_t>(std::max(dotRows * std::min(mostTokens, kPanelTokens), kPanelRows * panelTokens));
    const auto rows = static_cast<std::size_t>(expands ? std::max(kPanelRows, dotRows) : kPanelRows);
    return std::all_of(m_threads.begin(), m_threads.end(), [&](ThreadScratch &thread) {
        if (thread.a.get<float>(accumulators) == nullptr)
            return false;
        if (panels && in8)
            return thread.b.get<std::uint8_t>(kPanelRows8 * m) != nullptr &&
                   thread.c.get<float>(2 * kPanelRows8 * (m / static_cast<std::size_t>(blockLayout(job.type).scaleGroup))) != nullptr;
        return !(panels || expands) || thread.b.get<float>(rows * m) != nullptr;
    });
}

Status CpuQueue::runMatmul(const MatmulJob &job)
{
    const bool in8 = in8Bits(job, m_kernels);
    const std::int64_t tile = m_kernels.tileLanes;
    const std::int64_t dotRows = dotRowsPerTask(job, m_pool.threads());
    const std::int64_t fewest = in8 ? m_kernels.mostDotTokens(job.type) + 1 : kPanelTokens;
    const auto usesPanel = [&](const MatmulGroup &group) { return group.count >= fewest; };
    std::int64_t taskCount = 0;
    std::int64_t inputRows = 0;
    std::int64_t mostTokens = 0;
    bool panels = false;
    for (std::int64_t g = 0; g < job.groupCount; ++g) {
        const std::int64_t step = usesPanel(job.groups[g]) ? kPanelRows : dotRows;
        taskCount += (job.n + step - 1) / step;
        inputRows += job.groups[g].count;
        mostTokens = std::max(mostTokens, job.groups[g].count);
        panels = panels || usesPanel(job.groups[g]);
    }
    auto *tasks = m_tasks.get<MatmulTask>(static_cast<std::size_t>(taskCount));
    if (tasks == nullptr || !takeMatmulScratch(job, mostTokens, panels))
        return kNoMatmulMemory;
    if (panels && !in8)
        if (const Status status = packPanels(job); !status.ok())
            return status;

    std::int64_t next = 0;
    std::int64_t column = 0;
    for (std::int64_t g = 0; g < job.groupCount; ++g) {
        if (g == job.panelGroups)
            column = 0;
        const bool panel = usesPanel(job.groups[g]);
        const std::int64_t step = panel ? kPanelRows : dotRows;
        for (std::int64_t row = 0; row < job.n; row += step)
            tasks[next++] = {job.groups + g, row, std::min(step, job.n - row), column * job.m};
        if (panel)
            column += roundUp(job.groups[g].count, tile);
    }
    forEach(taskCount, inputRows * job.n * job.m / 4, [&](std::int64_t index, int thread) {
        ThreadScratch &scratch = m_threads[static_cast<std::size_t>(thread)];
        const MatmulTask &task = tasks[index];
        if (!usesPanel(*task.group))
            runDots(job, task, scratch);
        else if (in8)
            runPanels8(job, task, scratch);
        else
            runPanels(job, task, scratch);
    });
    return Status::success();
}

Status CpuQueue::matmul(const MatmulArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t tokens = args.in.shape[0];
    if (tokens == 0 || args.weight.shape[0] == 0)
        return Status::success();
    auto *in = m_inRows.get<const float *>(static_cast<std::size_t>(tokens));
    auto *out = m_outRows.get<float *>(static_cast<std::size_t>(tokens));
    if (in == nullptr || out == nullptr)
        return kNoMatmulMemory;
    const HostRows<const float> inRows(args.in);
    const HostRows<float> outRows(args.out);
    for (std::int64_t t = 0; t < tokens; ++t) {
        in[t] = inRows[t];
        out[t] = outRows[t];
    }
    const MatmulGroup group{hostAddress(args.weight), 0, 0, tokens};
    MatmulJob job{};
    job.type = args.weight.dtype;
    job.wStride = static_cast<std::size_t>(args.weight.strideBytes[0]);
    job.n = args.weight.shape[0];
    job.m = args.weight.shape[1];
    job.groups = &group;
    job.groupCount = 1;
    job.panelGroups = 1;
    job.in = in;
    job.out = out;
    job.bias = args.bias.empty() ? nullptr : reinterpret_cast<const float *>(hostAddress(args.bias));
    job.activation = args.activation;
    job.accumulate = args.accumulate;
    if (args.precision == Precision::kFast && isQuantised(job.type)) {
        const bool floatPanels = m_kernels.gemm8 == nullptr && tokens >= kPanelTokens; // float panels need no rounding
        job.quant = floatPanels ? nullptr : quantiseRows(job.type, in, tokens, job.m);
        if (!floatPanels && job.quant == nullptr)
            return kNoMatmulMemory;
    }
    return runMatmul(job);
}

} // namespace conclave::kernels
