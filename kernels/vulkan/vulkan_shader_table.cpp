#include "kernels/vulkan/vulkan_shader_table.h"

#include "vulkan_shaders.h"

namespace conclave::kernels
{

namespace
{

using Words = std::span<const std::uint32_t>;

/// One shader for one set of types; empty: it is not compiled in this way.
struct Compiled
{
    Words plain;
    Words subgroups = {};
    Words bytes = {}; ///< of few tokens: with subgroups
    Words halves = {};
    Words matrices = {};
};

struct ShaderRow
{
    Shader shader;
    bool typed; ///< constant 0 is the DType of the weights, or of the cache
    Compiled usual;
    Compiled more = {}; ///< for the rarer types of weights
    Compiled grid = {}; ///< for those of isOnGrids()
};

#define PLAIN(name)                                                                                                                        \
    {                                                                                                                                      \
        shaders::name                                                                                                                      \
    }
#define JOINING(name)                                                                                                                      \
    {                                                                                                                                      \
        shaders::name, shaders::name##Subgroups                                                                                            \
    }
#define PRODUCT(name)                                                                                                                      \
    {                                                                                                                                      \
        shaders::name, shaders::name##Subgroups, shaders::name##SubgroupsBytes                                                             \
    }
#define TILED(name)                                                                                                                        \
    {                                                                                                                                      \
        shaders::name, {}, shaders::name##Bytes, shaders::name##Halves, shaders::name##Matrices                                            \
    }
#define ALL_TYPES(form, name) true, form(name), form(name##More), form(name##Grid)

const ShaderRow kShaders[] = {
    {shaderOf(KernelId::kEmbedRows), ALL_TYPES(PLAIN, kEmbedRows)},
    {shaderOf(KernelId::kMatmul), ALL_TYPES(PRODUCT, kMatmul)},
    {shaderOf(KernelId::kRmsNorm), false, JOINING(kRmsNorm)},
    {shaderOf(KernelId::kRope), false, PLAIN(kRope)},
    {shaderOf(KernelId::kAdd), false, PLAIN(kAdd)},
    {shaderOf(KernelId::kGatedActivation), false, PLAIN(kGatedActivation)},
    {shaderOf(KernelId::kHeadGate), false, PLAIN(kHeadGate)},
    {shaderOf(KernelId::kCopy), false, PLAIN(kCopy)},
    {shaderOf(KernelId::kKvStore), true, PLAIN(kKvStore)},
    {shaderOf(KernelId::kAttention), true, JOINING(kAttention)},
    {shaderOf(KernelId::kRouter), false, JOINING(kRouter)},
    {shaderOf(KernelId::kExpertsHidden), ALL_TYPES(PRODUCT, kExpertsHidden)},
    {shaderOf(KernelId::kExpertsOut), ALL_TYPES(PRODUCT, kExpertsOut)},
    {shaderOf(KernelId::kLayerNorm), false, JOINING(kLayerNorm)},
    {shaderOf(KernelId::kConv3x3), true, PLAIN(kConv3x3)},
    {shaderOf(KernelId::kDepthwiseConv3x3), false, PLAIN(kDepthwiseConv3x3)},
    {shaderOf(KernelId::kCausalConv), false, PLAIN(kCausalConv)},
    {shaderOf(KernelId::kGatedDeltaRule), false, PLAIN(kGatedDeltaRule)},
    {shaderOf(KernelId::kCompressedAttention), true, JOINING(kCompressedAttention)},
    {shaderOf(KernelId::kFixedRouter), false, PLAIN(kFixedRouter)},
    {shaderOf(KernelId::kGatherStreams), false, PLAIN(kGatherStreams)},
    {shaderOf(KernelId::kSpreadStreams), false, PLAIN(kSpreadStreams)},
    {shaderOf(KernelId::kPoolBlocks), false, PLAIN(kPoolBlocks)},
    {shaderOf(KernelId::kChooseRows), false, PLAIN(kChooseRows)},
    {Shader::kMatmulTiled, ALL_TYPES(TILED, kMatmulTiled)},
    {Shader::kExpertsHiddenTiled, ALL_TYPES(TILED, kExpertsHiddenTiled)},
    {Shader::kExpertsDownTiled, ALL_TYPES(TILED, kExpertsDownTiled)},
    {Shader::kGroupSlots, false, PLAIN(kGroupSlots)},
    {Shader::kExpertsSum, false, PLAIN(kExpertsSum)},
    {Shader::kPackRows, false, {{}, {}, shaders::kPackRowsBytes, shaders::kPackRowsHalves}},
    {Shader::kPackWholeRows, false, PLAIN(kPackWholeRows)},
};

#undef PLAIN
#undef JOINING
#undef PRODUCT
#undef TILED
#undef ALL_TYPES

const ShaderRow *findShader(Shader shader)
{
    for (const ShaderRow &row : kShaders)
        if (row.shader == shader)
            return &row;
    return nullptr;
}

/// What dequantise.glsl reads with MORE_TYPES.
bool isRare(DType type)
{
    switch (type) {
    case DType::kF32:
    case DType::kF16:
    case DType::kBF16:
    case DType::kQ8_0:
    case DType::kQ4_0:
    case DType::kQ4_K:
    case DType::kQ6_K:
        return false;
    default:
        return true;
    }
}

const Compiled &forType(const ShaderRow &row, DType type)
{
    if (!row.typed || row.more.plain.empty())
        return row.usual;
    if (isOnGrids(type))
        return row.grid;
    return isRare(type) ? row.more : row.usual;
}

} // namespace

bool hasShader(Shader shader)
{
    return findShader(shader) != nullptr;
}

bool isTyped(Shader shader)
{
    const ShaderRow *row = findShader(shader);
    return row != nullptr && row->typed;
}

bool isOnGrids(DType type)
{
    switch (type) {
    case DType::kIQ1_S:
    case DType::kIQ1_M:
    case DType::kIQ2_XXS:
    case DType::kIQ2_XS:
    case DType::kIQ2_S:
    case DType::kIQ3_XXS:
    case DType::kIQ3_S:
    case DType::kTQ1_0:
    case DType::kTQ2_0:
        return true;
    default:
        return false;
    }
}

ShaderCode codeOf(Shader shader, DType type, Inputs inputs, const VulkanVariants &variants)
{
    const ShaderRow *row = findShader(shader);
    if (row == nullptr)
        return {};
    const Compiled &compiled = forType(*row, type);
    if (inputs == Inputs::kBytes)
        return {compiled.bytes, !compiled.subgroups.empty()};
    if (inputs == Inputs::kHalves)
        return {compiled.halves};
    if (inputs == Inputs::kMatrices)
        return {compiled.matrices, true, true};
    if (variants.subgroup != 0 && !compiled.subgroups.empty())
        return {compiled.subgroups, true};
    return {compiled.plain};
}

} // namespace conclave::kernels
