#include "kernels/core/blocks.h"
#include "kernels/core/half.h"
#include "kernels/core/validate.h"
#include "kernels/cpu/attention_task.h"
#include "kernels/cpu/cache_slots.h"
#include "kernels/cpu/cpu_queue.h"

#include <cstring>

namespace conclave::kernels
{

Status CpuQueue::attention(const AttentionArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    if (args.query.elements() == 0)
        return Status::success();
    const AttentionProblem problem(args, m_kernels);
    constexpr Status kNoMemory{StatusCode::kOutOfMemory, "attention: scratch"};
    for (ThreadScratch &thread : m_threads)
        if (thread.a.get<float>(static_cast<std::size_t>(problem.workspace())) == nullptr)
            return kNoMemory;
    float *partials = nullptr;
    const std::int64_t rows = problem.tokens * problem.heads;
    if (problem.splits > 1) {
        partials = m_partials.get<float>(static_cast<std::size_t>(problem.splits * rows * problem.partialWidth()));
        if (partials == nullptr)
            return kNoMemory;
    }
    forEach(problem.tasks(), args.query.elements() * problem.keys, [&](std::int64_t index, int thread) {
        runAttentionTask(problem, index, m_threads[static_cast<std::size_t>(thread)].a.get<float>(1), partials);
    });
    if (partials != nullptr)
        forEachRow(rows, problem.splits * problem.partialWidth(), [&](std::int64_t row) { joinAttentionSplits(problem, row, partials); });
    return Status::success();
}

Status CpuQueue::kvStore(const KvStoreArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t heads = args.keys.shape[1];
    const auto storeBlocks = [&](const float *values, BlockQ8_0 *blocks, std::int64_t width) {
        for (std::int64_t b = 0; b < width / 32; ++b) {
            float d = 0;
            std::int16_t sums[2];
            m_kernels.quantiseToken(values + b * 32, 32, 32, blocks[b].q, &d, sums);
            blocks[b].d = floatToHalf(d);
        }
    };
    const auto store = [&](const Tensor &cache, const Tensor &from) {
        const HostRows<const float> rows(from);
        const HostRows<std::byte> to(cache);
        const std::int64_t width = from.shape[2];
        forEachRow(from.rows(), width, [&](std::int64_t row) {
            std::byte *slot = to[cacheSlot(args.cache, args.first + row / heads) * heads + row % heads];
            if (cache.dtype == DType::kF16)
                m_kernels.storeHalf(rows[row], reinterpret_cast<std::uint16_t *>(slot), width);
            else if (cache.dtype == DType::kQ8_0)
                storeBlocks(rows[row], reinterpret_cast<BlockQ8_0 *>(slot), width);
            else if (width > 0)
                std::memcpy(slot, rows[row], static_cast<std::size_t>(width) * sizeof(float));
        });
    };
    store(args.cache.keys, args.keys);
    if (!args.values.empty())
        store(args.cache.values, args.values);
    return Status::success();
}

} // namespace conclave::kernels
