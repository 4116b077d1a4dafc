#include "kernels/core/host_memory.h"
#include "kernels/core/validate.h"
#include "kernels/cpu/cpu_queue.h"

#include <algorithm>

/// Pooling of positions into blocks, column by column: each task takes some columns through all tokens, so that a prompt gives the same
/// bits in one piece and in many.
namespace conclave::kernels
{

namespace
{

struct Pooling
{
    const PoolBlocksArgs &args;
    const KernelTable &kernels;
    HostRows<const float> values;
    HostRows<const float> gates;
    HostRows<const float> bias;
    HostRows<float> state; ///< values in rows 0 .. kept - 1, gates behind them
    HostRows<float> out;
    std::int64_t kept;
    std::int64_t width; ///< of a finished row

    void remember(std::int64_t t, std::int64_t column, std::int64_t count) const
    {
        const std::int64_t position = args.first + t;
        float *gate = state[kept + position % kept] + column;
        std::copy_n(values[t] + column, count, state[position % kept] + column);
        std::copy_n(gates[t] + column, count, gate);
        kernels.addScaled(1.0F, bias[position % args.ratio] + column, gate, count);
    }

    /// Pools the block that ends with `last`; `rows` has room for 2 kept pointers.
    void finish(std::int64_t last, std::int64_t column, std::int64_t count, const float **rows) const
    {
        const std::int64_t begin = last + 1 - args.ratio;
        std::int64_t used = 0;
        for (std::int64_t p = std::max<std::int64_t>(0, args.overlap ? begin - args.ratio : begin); p <= last; ++p, ++used) {
            const std::int64_t at = column + (args.overlap && p >= begin ? width : 0);
            rows[used] = state[kept + p % kept] + at;
            rows[kept + used] = state[p % kept] + at;
        }
        const std::int64_t row = last / args.ratio - args.first / args.ratio;
        kernels.poolColumns(rows, rows + kept, used, out[row] + column, count);
    }
};

} // namespace

Status CpuQueue::poolBlocks(const PoolBlocksArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    constexpr std::int64_t kColumns = 64;
    const std::int64_t tokens = args.values.shape[0];
    const Pooling pooling{args,
                          m_kernels,
                          HostRows<const float>(args.values),
                          HostRows<const float>(args.gates),
                          HostRows<const float>(args.bias),
                          HostRows<float>(args.state),
                          args.out.empty() ? HostRows<float>() : HostRows<float>(args.out),
                          args.state.shape[1],
                          args.values.shape[1] / (args.overlap ? 2 : 1)};
    for (ThreadScratch &thread : m_threads)
        if (thread.a.get<const float *>(static_cast<std::size_t>(2 * pooling.kept)) == nullptr)
            return {StatusCode::kOutOfMemory, "poolBlocks: scratch"};
    forEach((pooling.width + kColumns - 1) / kColumns, 4 * args.values.elements(), [&](std::int64_t index, int thread) {
        const std::int64_t column = index * kColumns;
        const std::int64_t count = std::min(kColumns, pooling.width - column);
        const auto **rows = m_threads[static_cast<std::size_t>(thread)].a.get<const float *>(1);
        for (std::int64_t t = 0; t < tokens; ++t) {
            pooling.remember(t, column, count);
            if (args.overlap)
                pooling.remember(t, pooling.width + column, count);
            if ((args.first + t + 1) % args.ratio == 0)
                pooling.finish(args.first + t, column, count, rows);
        }
    });
    return Status::success();
}

} // namespace conclave::kernels
