// Cooperative matrices (SPV_KHR_cooperative_matrix): a subgroup holds one among its threads and multiplies it as a whole. glslc of 2023 has no
// words for them: types and instructions are spelled out (GL_EXT_spirv_intrinsics). As it cannot make a type of another type or of a specialisation
// constant either, a type names its use alone here, and complete_matrices.cpp, which runs after glslc, gives it the rest: weights are halves,
// kMatrixRows x kMatrixDepth; tokens halves, kMatrixDepth x kMatrixTokens; sums floats, kMatrixRows x kMatrixTokens.
#pragma use_vulkan_memory_model
#extension GL_EXT_spirv_intrinsics : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require

layout(constant_id = 1) const uint kMatrixRows = 16u;
layout(constant_id = 2) const uint kMatrixTokens = 16u;
layout(constant_id = 3) const uint kMatrixDepth = 16u;

#define MATRIX(use) spirv_type(extensions = ["SPV_KHR_cooperative_matrix"], capabilities = [6022], id = 4456, use)
#define MatrixWeights MATRIX(0)
#define MatrixTokens MATRIX(1)
#define MatrixSums MATRIX(2)
#define MATRIX_INSTRUCTION(number) spirv_instruction(extensions = ["SPV_KHR_cooperative_matrix"], capabilities = [6022], id = number)

// Of shared memory: `stride` elements of `from` from one row of the matrix to the next, or with kColumns from one column to the next.
const uint kRows = 0u;
const uint kColumns = 1u;
MATRIX_INSTRUCTION(4457)
MatrixWeights loadMatrixWeights(spirv_by_reference f16vec4 from, uint order, uint stride, spirv_literal uint access, uint scope);
MATRIX_INSTRUCTION(4457)
MatrixTokens loadMatrixTokens(spirv_by_reference f16vec4 from, uint order, uint stride, spirv_literal uint access, uint scope);
MATRIX_INSTRUCTION(4457)
MatrixSums loadMatrixSums(spirv_by_reference float from, uint order, uint stride, spirv_literal uint access, uint scope);
MATRIX_INSTRUCTION(4458)
void storeMatrixSums(spirv_by_reference float to, MatrixSums sums, uint order, uint stride, spirv_literal uint access, uint scope);
// What other threads wrote, and they are to read: MakePointerVisible and MakePointerAvailable, both with NonPrivatePointer.
#define VISIBLE 0x30u, gl_ScopeWorkgroup
#define AVAILABLE 0x28u, gl_ScopeWorkgroup

// weights x tokens + sums.
MATRIX_INSTRUCTION(4459)
MatrixSums multiplyMatrices(MatrixWeights weights, MatrixTokens tokens, MatrixSums sums);
// OpCompositeConstruct: `value` everywhere.
spirv_instruction(id = 80)
MatrixSums filledMatrix(float value);
