#include "kernels/cpu/limits.h"

#include "kernels/core/plain_read.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

namespace conclave::kernels
{

namespace
{

using Clock = std::chrono::steady_clock;

constexpr std::size_t kBytes = std::size_t{512} << 20; ///< beyond what caches of this decade hold for one program
constexpr std::size_t kChunk = std::size_t{1} << 20;
constexpr int kPasses = 5;

/// The best of some passes, in units of work a second: the limit is what is possible, not what is usual.
template <class Pass>
double bestRate(double work, const Pass &pass)
{
    double best = 0;
    for (int i = 0; i < kPasses; ++i) {
        const auto start = Clock::now();
        pass();
        const std::chrono::duration<double> time = Clock::now() - start;
        if (time.count() > 0)
            best = std::max(best, work / time.count());
    }
    return best;
}

} // namespace

DeviceLimits measureCpuLimits(ThreadPool &pool, const KernelTable &kernels)
{
    DeviceLimits limits;
    constexpr auto kChunks = static_cast<std::int64_t>(kBytes / kChunk);
    const std::unique_ptr<std::byte[]> memory(new (std::nothrow) std::byte[kBytes]);
    if (memory) {
        pool.parallelFor(kChunks,
                         [&](std::int64_t i, int) { std::memset(memory.get() + static_cast<std::size_t>(i) * kChunk, 1, kChunk); });
        std::atomic<std::uint64_t> sum{0}; // used, so that no compiler leaves the reading out
        limits.readBytes = bestRate(static_cast<double>(kBytes), [&] {
            pool.parallelFor(kChunks, [&](std::int64_t i, int) {
                sum += readPlainly({memory.get() + static_cast<std::size_t>(i) * kChunk, kChunk});
            });
        });
        if (sum == 0)
            limits.readBytes = 0;
        limits.copyBytes = bestRate(static_cast<double>(kBytes), [&] { // half of it read, half of it written
            pool.parallelFor(kChunks / 2, [&](std::int64_t i, int) {
                std::byte *from = memory.get() + static_cast<std::size_t>(i) * kChunk;
                std::memcpy(from + kBytes / 2, from, kChunk);
            });
        });
    }
    if (kernels.int8Burst != nullptr) {
        std::atomic<std::int64_t> operations{0};
        const auto burst = [&] { pool.parallelFor(pool.threads() * 4, [&](std::int64_t, int) { operations += kernels.int8Burst(); }); };
        burst();
        limits.int8Operations = bestRate(static_cast<double>(operations), burst);
    }
    return limits;
}

} // namespace conclave::kernels
