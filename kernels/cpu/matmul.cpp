#include "kernels/core/host_memory.h"
#include "kernels/core/validate.h"
#include "kernels/cpu/cpu_queue.h"

#include <algorithm>

namespace conclave::kernels
{

namespace
{

constexpr Status kNoMemory{StatusCode::kOutOfMemory, "matmul: scratch"};

/// From so many tokens on, packing tokens into panels beats reading each weight row against every token (measured, bench_kernels).
constexpr std::int64_t kPanelTokens = 12;
/// Weight rows that a thread expands at a time: in float32 they stay in its second-level cache.
constexpr std::int64_t kPanelRows = 32;
constexpr std::int64_t kTile8 = 32; ///< tokens in an 8-bit panel

/// Rows of one task when weights are read once: about 32 KiB of them, a multiple of the four rows that are read together.
std::int64_t dotRowsPerTask(const MatmulJob &job)
{
    const auto bytes = static_cast<std::int64_t>(rowBytes(job.type, static_cast<std::size_t>(job.m)));
    return std::clamp<std::int64_t>(32 * 1024 / std::max<std::int64_t>(bytes, 1), 1, 256) / 4 * 4 + 4;
}

bool usesPanel(const MatmulGroup &group)
{
    return group.count >= kPanelTokens;
}

std::int64_t roundUp(std::int64_t value, std::int64_t step)
{
    return (value + step - 1) / step * step;
}

/// Activations that share a scale.
std::int64_t quantGroup(DType type)
{
    return static_cast<std::int64_t>(blockLayout(type).elements);
}

/// Some rows of the weights of one group; `panel` is the first float of the group's token panels.
struct MatmulTask
{
    const MatmulGroup *group;
    std::int64_t firstRow;
    std::int64_t rows;
    std::int64_t panel;
};

/// c [rows, cStride] holds a row of out for each token's column: writes them out with bias and activation.
void finishTransposed(const KernelTable &kernels, const MatmulJob &job, const MatmulTask &task, const float *c, std::int64_t cStride,
                      std::int64_t firstToken, std::int64_t tokens)
{
    float row[kPanelRows];
    for (std::int64_t t = 0; t < tokens; ++t) {
        for (std::int64_t r = 0; r < task.rows; ++r)
            row[r] = c[r * cStride + t];
        float *out = job.out[task.group->firstOut + firstToken + t] + task.firstRow;
        kernels.finishRow(row, job.bias != nullptr ? job.bias + task.firstRow : nullptr, out, task.rows, job.activation, job.accumulate);
    }
}

} // namespace

const QuantisedToken *CpuQueue::quantiseRows(DType type, const float *const *rows, std::int64_t count, std::int64_t m)
{
    const std::int64_t group = quantGroup(type);
    auto *q = m_quantQ.get<std::int8_t>(static_cast<std::size_t>(count * m));
    auto *d = m_quantD.get<float>(static_cast<std::size_t>(count * (m / group)));
    auto *sums = m_quantSums.get<std::int16_t>(static_cast<std::size_t>(count * (m / 16)));
    auto *tokens = m_quantTokens.get<QuantisedToken>(static_cast<std::size_t>(count));
    if (q == nullptr || d == nullptr || sums == nullptr || tokens == nullptr)
        return nullptr;
    forEachRow(count, m, [&](std::int64_t t) {
        tokens[t] = {q + t * m, d + t * (m / group), sums + t * (m / 16)};
        m_kernels.quantiseToken(rows[t], m, group, q + t * m, d + t * (m / group), sums + t * (m / 16));
    });
    return tokens;
}

/// Puts the tokens of each large group into panels [m, tileLanes] (float) or [m/4, kTile8, 4] (8 bits), one after another.
Status CpuQueue::packPanels(const MatmulJob &job)
{
    const bool in8 = job.quant != nullptr && m_kernels.gemm8 != nullptr;
    const std::int64_t tile = in8 ? kTile8 : m_kernels.tileLanes;
    std::int64_t width = 0;
    std::int64_t blocks = 0;
    for (std::int64_t g = 0; g < job.panelGroups; ++g)
        if (usesPanel(job.groups[g])) {
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
    const auto floats = static_cast<std::size_t>(width * job.m);
    float *panel = in8 ? nullptr : m_panels.get<float>(floats);
    TokenPanel8 panel8{};
    if (in8) {
        panel8.q = m_panels.get<std::uint8_t>(floats);
        panel8.d = m_panelD.get<float>(floats / 32);
        panel8.dSum = m_panelSum.get<float>(floats / 16);
    }
    if (list == nullptr || (in8 ? panel8.q == nullptr || panel8.d == nullptr || panel8.dSum == nullptr : panel == nullptr))
        return kNoMemory;

    std::int64_t column = 0;
    std::int64_t next = 0;
    for (std::int64_t g = 0; g < job.panelGroups; ++g)
        for (std::int64_t t = 0; usesPanel(job.groups[g]) && t < job.groups[g].count; t += tile, column += tile)
            list[next++] = {job.groups[g].firstIn + t, std::min(tile, job.groups[g].count - t), column};
    const BlockLayout layout = blockLayout(job.type);
    forEach(blocks, width * job.m, [&](std::int64_t index, int) {
        const Block &block = list[index];
        const std::int64_t used = roundUp(block.count, m_kernels.lanes);
        const std::int64_t at = block.column * job.m;
        if (in8)
            m_kernels.packTokens8(job.quant + block.firstIn, block.count, job.m, quantGroup(job.type),
                                  layout.hasMin ? layout.scaleGroup : 0, {panel8.q + at, panel8.d + at / 32, panel8.dSum + at / 16}, used);
        else
            m_kernels.transpose(job.in + block.firstIn, block.count, job.m, panel + at, used, used);
    });
    return Status::success();
}

Status CpuQueue::runMatmul(const MatmulJob &job)
{
    const bool in8 = job.quant != nullptr && m_kernels.gemm8 != nullptr;
    const std::int64_t tile = in8 ? kTile8 : m_kernels.tileLanes;
    const std::int64_t dotRows = dotRowsPerTask(job);
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
    if (tasks == nullptr)
        return kNoMemory;
    if (panels)
        if (const Status status = packPanels(job); !status.ok())
            return status;

    std::int64_t next = 0;
    std::int64_t column = 0;
    for (std::int64_t g = 0; g < job.groupCount; ++g) {
        if (g == job.panelGroups)
            column = 0;
        const std::int64_t step = usesPanel(job.groups[g]) ? kPanelRows : dotRows;
        for (std::int64_t row = 0; row < job.n; row += step)
            tasks[next++] = {job.groups + g, row, std::min(step, job.n - row), column * job.m};
        if (usesPanel(job.groups[g]))
            column += roundUp(job.groups[g].count, tile);
    }

    // Scratch of every thread, taken before the threads start because it may be refused.
    const bool expands = isQuantised(job.type) && job.quant == nullptr;
    const auto m = static_cast<std::size_t>(job.m);
    const BlockLayout layout = blockLayout(job.type);
    const std::int64_t rowsAtOnce = std::max(kPanelRows, dotRows);
    for (ThreadScratch &thread : m_threads) {
        const std::size_t accumulators =
            static_cast<std::size_t>(std::max(dotRows * std::min(mostTokens, kPanelTokens), kPanelRows * tile));
        if (thread.a.get<float>(accumulators) == nullptr)
            return kNoMemory;
        if ((panels || expands) && thread.b.get<float>(static_cast<std::size_t>(expands ? rowsAtOnce : kPanelRows) * m) == nullptr)
            return kNoMemory;
        if (panels && in8 && thread.c.get<float>(kPanelRows * (m / 16) * 3) == nullptr)
            return kNoMemory;
    }

    const auto runDots = [&](const MatmulTask &task, ThreadScratch &scratch) {
        const MatmulGroup &group = *task.group;
        float *acc = scratch.a.get<float>(1);
        const std::byte *w = group.weight + static_cast<std::size_t>(task.firstRow) * job.wStride;
        if (job.quant != nullptr)
            m_kernels.dotQuantised(job.type, w, job.wStride, task.rows, job.quant + group.firstIn, group.count, job.m, acc, task.rows);
        else if (expands) {
            float *expanded = scratch.b.get<float>(1);
            for (std::int64_t r = 0; r < task.rows; ++r)
                m_kernels.dequantiseRow(job.type, w + static_cast<std::size_t>(r) * job.wStride, expanded + r * job.m, job.m);
            m_kernels.dotFloat(DType::kF32, reinterpret_cast<const std::byte *>(expanded), m * sizeof(float), task.rows,
                               job.in + group.firstIn, group.count, job.m, acc, task.rows);
        } else
            m_kernels.dotFloat(job.type, w, job.wStride, task.rows, job.in + group.firstIn, group.count, job.m, acc, task.rows);
        for (std::int64_t t = 0; t < group.count; ++t)
            m_kernels.finishRow(acc + t * task.rows, job.bias != nullptr ? job.bias + task.firstRow : nullptr,
                                job.out[group.firstOut + t] + task.firstRow, task.rows, job.activation, job.accumulate);
    };

    const auto runPanels = [&](const MatmulTask &task, ThreadScratch &scratch) {
        const MatmulGroup &group = *task.group;
        float *c = scratch.a.get<float>(1);
        const std::byte *w = group.weight + static_cast<std::size_t>(task.firstRow) * job.wStride;
        const float *panel = in8 ? nullptr : m_panels.get<float>(1) + task.panel;
        float *expanded = scratch.b.get<float>(1);
        RowPanel8 rows{};
        if (in8) {
            auto *scales = scratch.c.get<float>(1);
            const auto third = static_cast<std::ptrdiff_t>(kPanelRows * (m / 16));
            rows = {reinterpret_cast<std::int8_t *>(expanded),
                    scales,
                    reinterpret_cast<std::int32_t *>(scales + third),
                    scales + 2 * third,
                    layout.scaleGroup,
                    layout.hasMin};
            m_kernels.unpackRows8(job.type, w, job.wStride, task.rows, job.m, rows);
        } else if (job.type != DType::kF32)
            for (std::int64_t r = 0; r < task.rows; ++r)
                m_kernels.dequantiseRow(job.type, w + static_cast<std::size_t>(r) * job.wStride, expanded + r * job.m, job.m);
        const bool asTheyLie = job.type == DType::kF32;
        const float *weights = asTheyLie ? reinterpret_cast<const float *>(w) : expanded;
        const std::int64_t stride = asTheyLie ? static_cast<std::int64_t>(job.wStride / sizeof(float)) : job.m;
        for (std::int64_t t = 0; t < group.count; t += tile) {
            const std::int64_t tokens = std::min(tile, group.count - t);
            const std::int64_t width = roundUp(tokens, m_kernels.lanes);
            const std::int64_t at = task.panel + t * job.m;
            if (in8)
                m_kernels.gemm8(rows, task.rows,
                                {m_panels.get<std::uint8_t>(1) + at, m_panelD.get<float>(1) + at / 32, m_panelSum.get<float>(1) + at / 16},
                                width, job.m, c, tile);
            else
                m_kernels.gemm(weights, stride, task.rows, panel + t * job.m, width, width, job.m, c, tile, false);
            finishTransposed(m_kernels, job, task, c, tile, t, tokens);
        }
    };

    forEach(taskCount, inputRows * job.n * job.m / 4, [&](std::int64_t index, int thread) {
        ThreadScratch &scratch = m_threads[static_cast<std::size_t>(thread)];
        if (usesPanel(*tasks[index].group))
            runPanels(tasks[index], scratch);
        else
            runDots(tasks[index], scratch);
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
        return kNoMemory;
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
            return kNoMemory;
    }
    return runMatmul(job);
}

} // namespace conclave::kernels
