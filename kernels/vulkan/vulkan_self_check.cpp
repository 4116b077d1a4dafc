#include "kernels/vulkan/vulkan_self_check.h"

#include "kernels/core/blocks.h"
#include "kernels/core/queue.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace conclave::kernels
{

namespace
{

/// Edges in every direction: a part of a tile of rows and tokens, and several groups of 32 columns.
constexpr std::int64_t kRows = 96, kWidth = 96, kTokens = 40;
/// Of the largest product; halves are rounded by a thousandth of the sum of all absolute ones at most, misplaced ones are off by the whole.
constexpr float kAllowed = 0.03F;

std::vector<float> wave(std::int64_t count, float step)
{
    std::vector<float> values(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = std::sin(step * static_cast<float>(i * i % 977) + 0.3F);
    return values;
}

std::vector<BlockQ8_0> someBlocks()
{
    constexpr std::uint16_t kScale = 0x2000; // 2^-7
    const std::vector<float> values = wave(kRows * kWidth, 0.77F);
    std::vector<BlockQ8_0> out(values.size() / 32);
    for (std::size_t i = 0; i < values.size(); ++i) {
        out[i / 32].d = kScale;
        out[i / 32].q[i % 32] = static_cast<std::int8_t>(127 * values[i]);
    }
    return out;
}

} // namespace

bool fastProductsAgree(Device &device)
{
    const std::vector<BlockQ8_0> stored = someBlocks();
    const auto place = [&](DType type, std::int64_t rows, std::int64_t columns, std::unique_ptr<Buffer> &memory) {
        Tensor tensor = Tensor::packed(type, {rows, columns}, nullptr);
        memory = device.allocate(tensor.packedBytes());
        tensor.buffer = memory.get();
        return tensor;
    };
    std::array<std::unique_ptr<Buffer>, 4> memory;
    const Tensor weight = place(DType::kQ8_0, kRows, kWidth, memory[0]);
    const Tensor in = place(DType::kF32, kTokens, kWidth, memory[1]);
    const std::array outs{place(DType::kF32, kTokens, kRows, memory[2]), place(DType::kF32, kTokens, kRows, memory[3])};
    const auto queue = device.createQueue();
    if (queue == nullptr || std::any_of(memory.begin(), memory.end(), [](const auto &one) { return one == nullptr; }))
        return true;
    const std::vector<float> tokens = wave(kTokens * kWidth, 0.41F);
    if (!device.upload(weight, std::as_bytes(std::span(stored))).ok() || !device.upload(in, std::as_bytes(std::span(tokens))).ok())
        return true;
    constexpr std::array kPrecisions{Precision::kFast, Precision::kFloat};
    std::array<std::vector<float>, 2> products;
    for (std::size_t i = 0; i < outs.size(); ++i) {
        MatmulArgs args;
        args.weight = weight;
        args.in = in;
        args.out = outs[i];
        args.precision = kPrecisions[i];
        products[i].resize(static_cast<std::size_t>(kTokens * kRows));
        if (!queue->matmul(args).ok() || !queue->finish().ok() ||
            !device.download(std::as_writable_bytes(std::span(products[i])), outs[i]).ok())
            return true;
    }
    float largest = 0;
    float worst = 0;
    for (std::size_t i = 0; i < products[0].size(); ++i) {
        largest = std::max(largest, std::abs(products[1][i]));
        const float error = std::abs(products[0][i] - products[1][i]);
        worst = error <= worst ? worst : error; // what is no number stays
    }
    return worst <= kAllowed * largest;
}

} // namespace conclave::kernels
