#include "kernels/core/dtype.h"

namespace conclave::kernels
{

BlockLayout blockLayout(DType type)
{
    switch (type) {
    case DType::kF32:
    case DType::kI32:
        return {1, 4};
    case DType::kF16:
    case DType::kBF16:
        return {1, 2};
    case DType::kQ4_0:
        return {32, sizeof(BlockQ4_0)};
    case DType::kQ8_0:
        return {32, sizeof(BlockQ8_0)};
    case DType::kQ4_K:
        return {256, sizeof(BlockQ4_K)};
    case DType::kQ6_K:
        return {256, sizeof(BlockQ6_K)};
    }
    return {};
}

const char *dtypeName(DType type)
{
    switch (type) {
    case DType::kF32:
        return "F32";
    case DType::kF16:
        return "F16";
    case DType::kQ4_0:
        return "Q4_0";
    case DType::kQ8_0:
        return "Q8_0";
    case DType::kQ4_K:
        return "Q4_K";
    case DType::kQ6_K:
        return "Q6_K";
    case DType::kI32:
        return "I32";
    case DType::kBF16:
        return "BF16";
    }
    return "unknown";
}

bool isQuantised(DType type)
{
    return blockLayout(type).elements > 1;
}

std::size_t rowBytes(DType type, std::size_t elements)
{
    const BlockLayout block = blockLayout(type);
    if (block.elements == 0 || elements % block.elements != 0)
        return 0;
    return elements / block.elements * block.bytes;
}

} // namespace conclave::kernels
