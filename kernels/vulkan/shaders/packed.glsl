// Inputs of fast products as pack_rows.comp leaves them, 32 values in a block of words: with BYTES eight words of bytes, what one stands for, and
// the sums of the first 16 and the last 16 of them; with HALVES sixteen words of two halves, and what 1 stands for. With MATRICES, as
// pack_whole_rows.comp leaves them: a row of halves, and behind it what 1 stands for, in 16 bytes. As vulkan_products.cpp counts. Without any of
// these they are floats.

#if defined(BYTES)
const uint kPackedWords = 8u;
const uint kPackedBytes = 48u;
#elif defined(HALVES)
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
const uint kPackedWords = 16u;
const uint kPackedBytes = 80u;
#elif defined(MATRICES)
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
layout(buffer_reference, std430, buffer_reference_align = 16) buffer Words { uvec4 value; };
#endif

#if defined(MATRICES)

// Bytes of a row of inputs.
uint inputStride(uint width) { return width * 2u + 16u; }

float packedScale(uint64_t row, uint width) { return loadFloat(row + width * 2u); }

#elif defined(BYTES) || defined(HALVES)

// Bytes from a row of inputs to the next where they lie together.
uint inputStride(uint width) { return width / 32u * kPackedBytes; }

uint64_t packedBlock(uint64_t row, uint group) { return row + uint64_t(group) * kPackedBytes; }

float packedScale(uint64_t block) { return loadFloat(block + kPackedWords * 4u); }

#else
uint inputStride(uint width) { return width * 4u; }
#endif

#ifdef BYTES
#extension GL_EXT_spirv_intrinsics : require

// OpSDot of four signed bytes a side (SPV_KHR_integer_dot_product): glslc of 2023 has no function for it.
spirv_instruction(extensions = ["SPV_KHR_integer_dot_product"], capabilities = [6018, 6019], id = 4450)
int packedDot(uint a, uint b, spirv_literal uint format);

int dotBytes(uint a, uint b) { return packedDot(a, b, 0u); }

int packedSum(uint64_t block, uint part) { return int(Word(block + 36u + part * 4u).value); }
#endif
