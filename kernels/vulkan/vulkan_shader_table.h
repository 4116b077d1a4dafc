#pragma once

#include "kernels/core/dtype.h"
#include "kernels/plugin/op_calls.h"
#include "kernels/vulkan/vulkan_variants.h"

#include <cstdint>
#include <span>

namespace conclave::kernels
{

/// What is compiled: a shader for each KernelId, by the same number, and those that this device alone has.
enum class Shader : std::uint32_t
{
    kMatmulTiled = static_cast<std::uint32_t>(KernelId::kCount), ///< many tokens
    kExpertsHiddenTiled,
    kExpertsDownTiled,
    kGroupSlots,
    kExpertsSum,
    kPackRows,
    kPackWholeRows,
};

constexpr Shader shaderOf(KernelId kernel)
{
    return static_cast<Shader>(kernel);
}

/// What a product multiplies.
enum class Inputs : std::uint32_t
{
    kFloats,
    kBytes,    ///< packed (shaders/packed.glsl)
    kHalves,   ///< packed, of many tokens
    kMatrices, ///< so too, packed by kPackWholeRows
};

struct ShaderCode
{
    std::span<const std::uint32_t> words;
    bool subgroups = false; ///< wants whole ones, of the size that the variants name
    bool matrices = false;  ///< the size that these want; specialisation constants 1 to 3 are their shape
};

/// Whether there is such a shader.
bool hasShader(Shader shader);
/// Whether it is compiled for a type of weights, or of a cache.
bool isTyped(Shader shader);
/// Whether weights of `type` are read by shaders/dequantise_grids.glsl, which wants the address of the tables.
bool isOnGrids(DType type);
/// What runs `shader` on a device with `variants`; empty where there is none.
ShaderCode codeOf(Shader shader, DType type, Inputs inputs, const VulkanVariants &variants);

} // namespace conclave::kernels
