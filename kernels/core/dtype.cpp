#include "kernels/core/dtype.h"

#include "kernels/core/blocks.h"

namespace conclave::kernels
{

namespace
{

struct TypeRow
{
    DType type;
    const char *name;
    BlockLayout layout;
};

constexpr TypeRow kTypes[] = {
    {DType::kF32, "F32", {1, 4}},
    {DType::kF16, "F16", {1, 2}},
    {DType::kBF16, "BF16", {1, 2}},
    {DType::kI32, "I32", {1, 4}},
    {DType::kQ4_0, "Q4_0", {32, sizeof(BlockQ4_0), 32, false}},
    {DType::kQ4_1, "Q4_1", {32, sizeof(BlockQ4_1), 32, true}},
    {DType::kQ5_0, "Q5_0", {32, sizeof(BlockQ5_0), 32, false}},
    {DType::kQ5_1, "Q5_1", {32, sizeof(BlockQ5_1), 32, true}},
    {DType::kQ8_0, "Q8_0", {32, sizeof(BlockQ8_0), 32, false}},
    {DType::kQ2_K, "Q2_K", {256, sizeof(BlockQ2_K), 16, true}},
    {DType::kQ3_K, "Q3_K", {256, sizeof(BlockQ3_K), 16, false}},
    {DType::kQ4_K, "Q4_K", {256, sizeof(BlockQ4_K), 32, true}},
    {DType::kQ5_K, "Q5_K", {256, sizeof(BlockQ5_K), 32, true}},
    {DType::kQ6_K, "Q6_K", {256, sizeof(BlockQ6_K), 16, false}},
    {DType::kIQ4_NL, "IQ4_NL", {32, sizeof(BlockIQ4_NL), 32, false}},
    {DType::kIQ4_XS, "IQ4_XS", {256, sizeof(BlockIQ4_XS), 32, false}},
    {DType::kIQ3_XXS, "IQ3_XXS", {256, sizeof(BlockIQ3_XXS), 32, false}},
    {DType::kIQ3_S, "IQ3_S", {256, sizeof(BlockIQ3_S), 32, false}},
    {DType::kIQ2_XXS, "IQ2_XXS", {256, sizeof(BlockIQ2_XXS), 32, false}},
    {DType::kIQ2_XS, "IQ2_XS", {256, sizeof(BlockIQ2_XS), 16, false}},
    {DType::kIQ2_S, "IQ2_S", {256, sizeof(BlockIQ2_S), 16, false}},
    {DType::kIQ1_S, "IQ1_S", {256, sizeof(BlockIQ1_S), 32, false}},
    {DType::kIQ1_M, "IQ1_M", {256, sizeof(BlockIQ1_M), 16, false}},
    {DType::kTQ1_0, "TQ1_0", {256, sizeof(BlockTQ1_0), 32, false}},
    {DType::kTQ2_0, "TQ2_0", {256, sizeof(BlockTQ2_0), 32, false}},
    {DType::kMXFP4, "MXFP4", {32, sizeof(BlockMXFP4), 32, false}},
};

const TypeRow *findType(DType type)
{
    for (const TypeRow &row : kTypes)
        if (row.type == type)
            return &row;
    return nullptr;
}

} // namespace

BlockLayout blockLayout(DType type)
{
    const TypeRow *row = findType(type);
    return row != nullptr ? row->layout : BlockLayout{};
}

const char *dtypeName(DType type)
{
    const TypeRow *row = findType(type);
    return row != nullptr ? row->name : "unknown";
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
