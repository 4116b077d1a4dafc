#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "packed.glsl"

// Inputs of fast products (packed.glsl): a thread packs 32 values, each against the largest of them.
layout(local_size_x = 256) in;
layout(push_constant) uniform PackRowsCall
{
    uint64_t inRows, packed;
    uint64_t inStride;
    uint rows, width;
} call;

void main()
{
    const uint blocks = call.width / 32u;
    const uint index = groupIndex() * 256u + gl_LocalInvocationID.x;
    if (index >= call.rows * blocks)
        return;
    const uint64_t from = call.inRows + uint64_t(index / blocks) * call.inStride + uint64_t(index % blocks) * 128;
    const uint64_t block = packedBlock(call.packed, index);
    float v[32];
    float most = 0.0;
    [[unroll]] for (uint i = 0u; i < 32u; ++i)
    {
        v[i] = loadFloat(from + i * 4u);
        most = max(most, abs(v[i]));
    }
#ifdef BYTES
    const float scale = most / 127.0;
#else
    const float scale = most;
#endif
    const float inverse = scale > 1.0e-37 ? 1.0 / scale : 0.0; // less is nothing; its inverse might not be finite
    storeFloat(block + kPackedWords * 4u, scale);
#ifdef BYTES
    ivec2 sums = ivec2(0);
    [[unroll]] for (uint i = 0u; i < 8u; ++i)
    {
        uint word = 0u;
        [[unroll]] for (uint j = 0u; j < 4u; ++j)
        {
            const int value = int(roundEven(clamp(v[i * 4u + j] * inverse, -127.0, 127.0)));
            sums[i / 4u] += value;
            word |= uint(value & 0xFF) << j * 8u;
        }
        Word(block + i * 4u).value = word;
    }
    Word(block + 36u).value = uint(sums.x);
    Word(block + 40u).value = uint(sums.y);
#else
    [[unroll]] for (uint i = 0u; i < 16u; ++i)
        Word(block + i * 4u).value = packFloat2x16(f16vec2(vec2(v[i * 2u], v[i * 2u + 1u]) * inverse));
#endif
}
