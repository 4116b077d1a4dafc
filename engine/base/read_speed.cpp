#include "engine/base/read_speed.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

namespace conclave::engine
{
namespace
{

using Clock = std::chrono::steady_clock;

std::uint64_t sumOf(std::span<const std::byte> bytes)
{
    std::uint64_t parts[8] = {};
    for (std::size_t at = 0; at + sizeof parts <= bytes.size(); at += sizeof parts) {
        std::uint64_t words[8];
        std::memcpy(words, bytes.data() + at, sizeof words);
        for (int i = 0; i < 8; ++i)
            parts[i] += words[i];
    }
    std::uint64_t sum = 0;
    for (const std::uint64_t part : parts)
        sum += part;
    return sum;
}

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
        sum += sumOf(memory.subspan(part * share, share));
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
