#include "kernels/core/half.h"
#include "kernels/core/quantise.h"
#include "kernels/core/unpack_block.h"

#include <cstring>

namespace conclave::kernels
{

namespace
{

std::uint16_t readHalf(const std::byte *at)
{
    std::uint16_t bits;
    std::memcpy(&bits, at, sizeof bits);
    return bits;
}

void expand(const UnpackedBlock &block, bool hasMin, std::span<float> out)
{
    for (std::size_t group = 0; group < out.size() / 16; ++group) {
        const float scale = block.d * static_cast<float>(block.scale[group]);
        float *to = out.data() + group * 16;
        for (std::size_t i = 0; i < 16; ++i)
            to[i] = scale * static_cast<float>(block.q[group * 16 + i]);
        if (!hasMin)
            continue;
        const float min = block.dmin * static_cast<float>(block.min[group]);
        for (std::size_t i = 0; i < 16; ++i)
            to[i] -= min;
    }
}

} // namespace

bool dequantiseRow(DType type, std::span<const std::byte> row, std::span<float> out)
{
    if (row.size() != rowBytes(type, out.size()) || (row.empty() && !out.empty()))
        return false;
    switch (type) {
    case DType::kI32:
        return false;
    case DType::kF32:
        if (!row.empty())
            std::memcpy(out.data(), row.data(), row.size());
        return true;
    case DType::kF16:
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = halfToFloat(readHalf(row.data() + i * 2));
        return true;
    case DType::kBF16:
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = bf16ToFloat(readHalf(row.data() + i * 2));
        return true;
    default:
        break;
    }
    const BlockLayout layout = blockLayout(type);
    if (layout.scaleGroup == 0)
        return false;
    UnpackedBlock block;
    for (std::size_t b = 0; b < out.size() / layout.elements; ++b) {
        if (!unpackBlock(type, row.data() + b * layout.bytes, block))
            return false;
        expand(block, layout.hasMin, out.subspan(b * layout.elements, layout.elements));
    }
    return true;
}

} // namespace conclave::kernels
