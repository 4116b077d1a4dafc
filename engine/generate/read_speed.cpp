#include "engine/generate/read_speed.h"

#include "kernels/core/plain_read.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

namespace conclave::engine
{
namespace
{

using Clock = std::chrono::steady_clock;

} // namespace

double readSpeed(std::span<const std::byte> memory, int threads)
{
    const auto count = static_cast<std::size_t>(std::max(threads, 1));
    const std::size_t share = memory.size() / count;
    std::atomic<std::size_t> ready{0};
    std::atomic<std::uint64_t> sum{0}; // used, so that no compiler leaves the reading out
    const auto read = [&](std::size_t part) {
        ++ready;
        while (ready < count)
            std::this_thread::yield();
        sum += kernels::readPlainly(memory.subspan(part * share, share));
    };
    std::vector<std::thread> others;
    for (std::size_t part = 1; part < count; ++part)
        others.emplace_back(read, part);
    while (ready + 1 < count)
        std::this_thread::yield();
    const auto start = Clock::now();
    read(0);
    for (std::thread &other : others)
        other.join();
    const std::chrono::duration<double> time = Clock::now() - start;
    return sum != 0 && time.count() > 0 ? static_cast<double>(share * count) / time.count() : 0;
}

} // namespace conclave::engine
