#include "kernels/core/quantise.h"

#include "kernels/core/half.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace conclave::kernels
{

namespace
{

/// Blocks are copied out before use because a row may lie at any address.
template <class Block>
Block readBlock(const std::byte *at)
{
    Block block;
    std::memcpy(&block, at, sizeof block);
    return block;
}

void expand(const BlockQ8_0 &block, float *out)
{
    const float d = halfToFloat(block.d);
    for (int i = 0; i < 32; ++i)
        out[i] = d * static_cast<float>(block.q[i]);
}

void expand(const BlockQ4_0 &block, float *out)
{
    const float d = halfToFloat(block.d);
    for (int i = 0; i < 16; ++i) {
        out[i] = d * static_cast<float>((block.q[i] & 15) - 8);
        out[i + 16] = d * static_cast<float>((block.q[i] >> 4) - 8);
    }
}

void expand(const BlockQ4_K &block, float *out)
{
    const float d = halfToFloat(block.d);
    const float dmin = halfToFloat(block.dmin);
    const std::uint8_t *s = block.scales;
    for (int sub = 0; sub < 8; ++sub) {
        int scale = s[sub] & 63;
        int min = s[(sub + 4) % 12] & 63;
        if (sub >= 4) // low four bits in bytes 8..11, the high two on top of the first eight bytes
        {
            scale = (s[sub + 4] & 15) | (s[sub - 4] >> 6) << 4;
            min = s[sub + 4] >> 4 | (s[sub] >> 6) << 4;
        }
        const float blockScale = d * static_cast<float>(scale);
        const float blockMin = dmin * static_cast<float>(min);
        const std::uint8_t *q = block.q + sub / 2 * 32;
        for (int i = 0; i < 32; ++i) {
            const int value = sub % 2 == 0 ? q[i] & 15 : q[i] >> 4;
            out[sub * 32 + i] = blockScale * static_cast<float>(value) - blockMin;
        }
    }
}

void expand(const BlockQ6_K &block, float *out)
{
    const float d = halfToFloat(block.d);
    for (int half = 0; half < 2; ++half) {
        const std::uint8_t *ql = block.ql + half * 64;
        const std::uint8_t *qh = block.qh + half * 32;
        for (int i = 0; i < 128; ++i) // four runs of 32: low nibbles of the 64 bytes, then the high ones
        {
            const int low = i < 64 ? ql[i] & 15 : ql[i - 64] >> 4;
            const int high = qh[i % 32] >> (i / 32 * 2) & 3;
            const float scale = d * static_cast<float>(block.scales[half * 8 + i / 16]);
            out[half * 128 + i] = scale * static_cast<float>((low | high << 4) - 32);
        }
    }
}

template <class Block>
void expandRow(std::span<const std::byte> row, std::span<float> out, std::size_t elements)
{
    for (std::size_t i = 0; i < out.size() / elements; ++i)
        expand(readBlock<Block>(row.data() + i * sizeof(Block)), out.data() + i * elements);
}

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

bool dequantiseRow(DType type, std::span<const std::byte> row, std::span<float> out)
{
    if (row.size() != rowBytes(type, out.size()) || (row.empty() && !out.empty()))
        return false;
    switch (type) {
    case DType::kF32:
        if (!row.empty())
            std::memcpy(out.data(), row.data(), row.size());
        return true;
    case DType::kF16:
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = halfToFloat(readBlock<std::uint16_t>(row.data() + i * 2));
        return true;
    case DType::kBF16:
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = bf16ToFloat(readBlock<std::uint16_t>(row.data() + i * 2));
        return true;
    case DType::kQ8_0:
        expandRow<BlockQ8_0>(row, out, 32);
        return true;
    case DType::kQ4_0:
        expandRow<BlockQ4_0>(row, out, 32);
        return true;
    case DType::kQ4_K:
        expandRow<BlockQ4_K>(row, out, 256);
        return true;
    case DType::kQ6_K:
        expandRow<BlockQ6_K>(row, out, 256);
        return true;
    case DType::kI32:
        return false;
    }
    return false;
}

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
