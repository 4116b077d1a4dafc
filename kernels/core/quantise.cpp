#include "kernels/core/quantise.h"

#include "kernels/core/blocks.h"
#include "kernels/core/half.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace conclave::kernels
{

namespace
{

float largestMagnitude(const float *x, int count)
{
    float largest = 0;
    for (int i = 0; i < count; ++i)
        largest = std::max(largest, std::fabs(x[i]));
    return largest;
}

int roundClamped(float value, int low, int high)
{
    if (!(value > static_cast<float>(low))) // also NaN
        return low;
    return value < static_cast<float>(high) ? static_cast<int>(std::lrint(value)) : high;
}

BlockQ8_0 compressQ8(const float *x)
{
    BlockQ8_0 block;
    const float d = largestMagnitude(x, 32) / 127.0F;
    const float inverse = d > 0 ? 1.0F / d : 0.0F;
    block.d = floatToHalf(d);
    for (int i = 0; i < 32; ++i)
        block.q[i] = static_cast<std::int8_t>(roundClamped(x[i] * inverse, -127, 127));
    return block;
}

BlockQ4_0 compressQ4(const float *x)
{
    BlockQ4_0 block;
    const float *extreme = std::max_element(x, x + 32, [](float a, float b) { return std::fabs(a) < std::fabs(b); });
    const float d = *extreme / -8.0F;
    const float inverse = d != 0 ? 1.0F / d : 0.0F;
    block.d = floatToHalf(d);
    for (int i = 0; i < 16; ++i) {
        const int low = roundClamped(x[i] * inverse + 8.0F, 0, 15);
        const int high = roundClamped(x[i + 16] * inverse + 8.0F, 0, 15);
        block.q[i] = static_cast<std::uint8_t>(low | high << 4);
    }
    return block;
}

} // namespace

bool quantiseRow(DType type, std::span<const float> in, std::span<std::byte> row)
{
    if (row.size() != rowBytes(type, in.size()) || (row.empty() && !in.empty()))
        return false;
    const auto store = [&row](std::size_t at, const auto &value) { std::memcpy(row.data() + at, &value, sizeof value); };
    switch (type) {
    case DType::kF32:
        if (!in.empty())
            std::memcpy(row.data(), in.data(), row.size());
        return true;
    case DType::kF16:
        for (std::size_t i = 0; i < in.size(); ++i)
            store(i * 2, floatToHalf(in[i]));
        return true;
    case DType::kBF16:
        for (std::size_t i = 0; i < in.size(); ++i)
            store(i * 2, floatToBf16(in[i]));
        return true;
    case DType::kQ8_0:
        for (std::size_t i = 0; i < in.size() / 32; ++i)
            store(i * sizeof(BlockQ8_0), compressQ8(in.data() + i * 32));
        return true;
    case DType::kQ4_0:
        for (std::size_t i = 0; i < in.size() / 32; ++i)
            store(i * sizeof(BlockQ4_0), compressQ4(in.data() + i * 32));
        return true;
    default:
        return false;
    }
}

} // namespace conclave::kernels
