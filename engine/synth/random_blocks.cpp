#include "engine/synth/random_blocks.h"

#include "kernels/core/half.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace conclave::engine
{

using kernels::DType;

namespace
{

// Standard deviations of what uniform random bits mean before scaling.
constexpr float kOfUniform = 0.28867513F; ///< of [0, 1)
constexpr float kOfSignedByte = 73.9F;    ///< of -128 .. 127
constexpr float kOfNibble = 4.61F;        ///< of 0 .. 15
constexpr float kOfSixBits = 18.47F;      ///< of 0 .. 63
constexpr float kOfFp4 = 5.06F;           ///< of the doubled E2M1 table

template <typename T>
void put(std::byte *to, T value)
{
    std::memcpy(to, &value, sizeof value);
}

std::uint16_t half(float value)
{
    return kernels::floatToHalf(value);
}

void fillBlock(DType type, float deviation, std::byte *block)
{
    switch (type) {
    case DType::kQ8_0:
        put(block, half(deviation / kOfSignedByte));
        break;
    case DType::kQ4_0:
        put(block, half(deviation / kOfNibble));
        break;
    case DType::kQ4_K: {
        // All eight sub-blocks: scale 32, min 30, packed in six bits each as the format says; min * dmin then takes off the mean, 7.5.
        constexpr int kScale = 32;
        constexpr int kMin = 30;
        const float d = deviation / (kScale * kOfNibble);
        put(block, half(d));
        put(block + 2, half(d * kScale * 7.5F / kMin));
        std::uint8_t scales[12];
        std::fill_n(scales, 4, static_cast<std::uint8_t>(kScale | (kScale >> 4) << 6));
        std::fill_n(scales + 4, 4, static_cast<std::uint8_t>(kMin | (kMin >> 4) << 6));
        std::fill_n(scales + 8, 4, static_cast<std::uint8_t>((kScale & 15) | (kMin & 15) << 4));
        std::memcpy(block + 4, scales, sizeof scales);
        break;
    }
    case DType::kQ6_K: {
        constexpr int kScale = 32;
        std::memset(block + 192, kScale, 16);
        put(block + 208, half(deviation / (kScale * kOfSixBits)));
        break;
    }
    default: // MXFP4: one exponent, values are half of 2^(e - 127) times the doubled table
        block[0] = static_cast<std::byte>(std::clamp(128 + static_cast<int>(std::lround(std::log2(deviation / kOfFp4))), 2, 254));
        break;
    }
}

} // namespace

bool RandomBlocks::knows(DType type)
{
    switch (type) {
    case DType::kF32:
    case DType::kF16:
    case DType::kBF16:
    case DType::kQ8_0:
    case DType::kQ4_0:
    case DType::kQ4_K:
    case DType::kQ6_K:
    case DType::kMXFP4:
        return true;
    default:
        return false;
    }
}

/// xorshift64* (Vigna 2016): quick, and random enough for weights.
std::uint64_t RandomBlocks::next()
{
    m_state += m_state == 0 ? 1 : 0;
    m_state ^= m_state >> 12;
    m_state ^= m_state << 25;
    m_state ^= m_state >> 27;
    return m_state * 2685821657736338717U;
}

void RandomBlocks::randomBytes(std::span<std::byte> out)
{
    while (out.size() >= sizeof(std::uint64_t)) {
        put(out.data(), next());
        out = out.subspan(sizeof(std::uint64_t));
    }
    const std::uint64_t last = next();
    if (!out.empty())
        std::memcpy(out.data(), &last, out.size());
}

void RandomBlocks::fill(DType type, float deviation, std::span<std::byte> out)
{
    const kernels::BlockLayout layout = kernels::blockLayout(type);
    if (layout.elements > 1) {
        randomBytes(out);
        for (std::size_t at = 0; at + layout.bytes <= out.size(); at += layout.bytes)
            fillBlock(type, deviation, out.data() + at);
        return;
    }
    for (std::size_t at = 0; at + layout.bytes <= out.size(); at += layout.bytes) {
        const float uniform = static_cast<float>(next() >> 40) / 16777216.0F - 0.5F;
        const float value = uniform * deviation / kOfUniform;
        if (type == DType::kF32)
            put(out.data() + at, value);
        else if (type == DType::kF16)
            put(out.data() + at, half(value));
        else
            put(out.data() + at, kernels::floatToBf16(value));
    }
}

} // namespace conclave::engine
