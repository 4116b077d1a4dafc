#include "tests/bench/device_times.h"

#include "tests/plugins/op_cases.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace conclave::bench
{

using namespace kernels;
using tests::Side;
using Clock = std::chrono::steady_clock;

namespace
{

/// The best of a few rounds of launches that wait for each other; launches take turns with `copies` of what they read, but on a device that
/// is slow enough for one to fill half a second.
std::optional<double> secondsOf(Queue &queue, std::size_t copies, const std::function<Status(std::size_t)> &launch)
{
    double best = 1e9;
    std::size_t most = 1; // the first round compiles
    for (int round = 0; round < 5; ++round) {
        const std::size_t count = std::min(copies, most);
        const auto start = Clock::now();
        for (std::size_t i = 0; i < count; ++i)
            if (!launch(i).ok())
                return {};
        if (!queue.finish().ok())
            return {};
        const double each = std::chrono::duration<double>(Clock::now() - start).count() / static_cast<double>(count);
        if (round > 1) // the second says how many
            best = std::min(best, each);
        else
            most = static_cast<std::size_t>(std::clamp(0.5 / each, 1.0, 1e6));
    }
    return best;
}

void printTime(const std::string &name, double seconds, double bytes, double operations)
{
    std::printf("  %-42s %10.1f us, %7.2f GB/s, %8.4f TFLOP/s\n", name.c_str(), seconds * 1e6, bytes / seconds / 1e9,
                operations / seconds / 1e12);
    std::fflush(stdout);
}

struct Timed
{
    DType type;
    std::int64_t rows, width, tokens;
    Precision precision = Precision::kFast;

    std::string name() const
    {
        return std::string("matmul ") + dtypeName(type) + " " + std::to_string(rows) + " x " + std::to_string(width) + ", " +
               std::to_string(tokens) + (precision == Precision::kFast ? " tokens, fast" : " tokens, float");
    }
};

/// Weights are copied often enough to exceed the card's cache.
bool timeMatmul(Device &device, const Timed &what)
{
    const std::size_t bytes = static_cast<std::size_t>(what.rows) * rowBytes(what.type, static_cast<std::size_t>(what.width));
    const std::size_t copies = what.tokens > 8 ? 1 : std::max<std::size_t>(1, (std::size_t{192} << 20) / bytes);
    const std::unique_ptr<Buffer> weights = device.allocate(bytes * copies);
    const std::unique_ptr<Buffer> in = device.allocate(static_cast<std::size_t>(what.tokens * what.width * 4));
    const std::unique_ptr<Buffer> out = device.allocate(static_cast<std::size_t>(what.tokens * what.rows * 4));
    const std::unique_ptr<Queue> queue = device.createQueue();
    if (weights == nullptr || in == nullptr || out == nullptr || queue == nullptr)
        return false;
    const auto seconds = secondsOf(*queue, copies, [&](std::size_t i) {
        MatmulArgs args;
        args.weight = Tensor::packed(what.type, {what.rows, what.width}, weights.get(), i * bytes);
        args.in = Tensor::packed(DType::kF32, {what.tokens, what.width}, in.get());
        args.out = Tensor::packed(DType::kF32, {what.tokens, what.rows}, out.get());
        args.precision = what.precision;
        return queue->matmul(args);
    });
    if (seconds)
        printTime(what.name(), *seconds, static_cast<double>(bytes), 2.0 * static_cast<double>(what.rows * what.width * what.tokens));
    return seconds.has_value();
}

/// What joins sums of a whole group of threads: norms of rows, and a token's attention to `keys` keys.
bool timeNorm(Device &device, const std::string &name, std::int64_t rows)
{
    constexpr std::int64_t kWidth = 2048;
    Side side(device);
    const Tensor in = side.zeros(DType::kF32, {rows, kWidth});
    const Tensor out = side.zeros(DType::kF32, {rows, kWidth});
    const auto seconds = secondsOf(side.queue(), 1000, [&](std::size_t) {
        RmsNormArgs args;
        args.in = in;
        args.out = out;
        return side.queue().rmsNorm(args);
    });
    if (seconds)
        printTime(name, *seconds, static_cast<double>(rows * kWidth * 8), 0);
    return seconds.has_value();
}

bool timeAttention(Device &device, const std::string &name, std::int64_t keys)
{
    constexpr std::int64_t kHeads = 32, kKvHeads = 4, kHead = 128;
    Side side(device);
    AttentionArgs args;
    args.query = side.zeros(DType::kF32, {1, kHeads, kHead});
    args.out = side.zeros(DType::kF32, {1, kHeads, kHead});
    args.cache.keys = side.zeros(DType::kF16, {keys, kKvHeads, kHead});
    args.cache.values = side.zeros(DType::kF16, {keys, kKvHeads, kHead});
    args.first = keys - 1;
    args.scale = 0.1F;
    const auto seconds = secondsOf(side.queue(), 1000, [&](std::size_t) { return side.queue().attention(args); });
    if (seconds)
        printTime(name, *seconds, static_cast<double>(keys * kKvHeads * kHead * 4), static_cast<double>(4 * keys * kHeads * kHead));
    return seconds.has_value();
}

} // namespace

bool timeOps(Device &device, const std::string &text)
{
    std::vector<Timed> products;
    for (const DType type : tests::kWeightTypes)
        products.push_back({type, 6144, 2048, 1});
    products.push_back({DType::kQ6_K, 151936, 2048, 1});
    for (const DType type : {DType::kQ4_K, DType::kF16})
        products.push_back({type, 4096, 2048, 512});
    for (const Precision precision : {Precision::kFloat, Precision::kFast})
        for (const DType type : {DType::kQ8_0, DType::kQ4_K, DType::kQ6_K, DType::kIQ3_S})
            for (const std::int64_t tokens : {1, 64})
                products.push_back({type, 768, 2048, tokens, precision});
    bool ok = true;
    const auto asked = [&text](const std::string &name) { return name.find(text) != std::string::npos; };
    for (const Timed &one : products)
        if (asked(one.name()))
            ok = timeMatmul(device, one) && ok;
    for (const std::int64_t rows : {1, 64})
        if (const std::string name = "rmsNorm of " + std::to_string(rows) + " x 2048"; asked(name))
            ok = timeNorm(device, name, rows) && ok;
    for (const std::int64_t keys : {256, 4096})
        if (const std::string name = "attention to " + std::to_string(keys) + " keys"; asked(name))
            ok = timeAttention(device, name, keys) && ok;
    return ok;
}

} // namespace conclave::bench
