// bfloat16 GELU and RMSNorm with their gradients in one pass over memory: PyTorch's CPU versions take many.
// Only training uses this, and only if a C compiler is there; the formulas are those of layers.py.
#include "bf16.h"
#include <math.h>
#include <stdint.h>
#include <string.h>

// 2^x within 1e-4 of itself, for |x| below 120: the library's takes most of a GELU's time.
static inline float power_of_two(float x)
{
    const float n = floorf(x + 0.5f), r = x - n;
    const float p = 1.0f + r * (0.69314718f + r * (0.24022651f + r * (0.05550411f + r * 0.009618129f)));
    uint32_t u;
    memcpy(&u, &p, 4);
    u += (uint32_t)(int32_t)n << 23;
    float f;
    memcpy(&f, &u, 4);
    return f;
}

// sigmoid(2 sqrt(2/pi) (v + 0.044715 v^3)) by powers of two; the exponent is held within what float32 and fast division take.
static inline float gate(float v)
{
    const float u = -v * (2.3022082f + 0.10294324f * v * v);
    return 1.0f / (1.0f + power_of_two(u > 86.0f ? 86.0f : u < -86.0f ? -86.0f : u));
}

void gelu_forward(const bf16 *restrict x, bf16 *restrict y, int64_t n)
{
#pragma omp parallel for simd schedule(static)
    for (int64_t i = 0; i < n; ++i) {
        const float v = wide(x[i]);
        y[i] = narrow(v * gate(v));
    }
}

void gelu_backward(const bf16 *restrict x, const bf16 *restrict gy, bf16 *restrict gx, int64_t n)
{
#pragma omp parallel for simd schedule(static)
    for (int64_t i = 0; i < n; ++i) {
        const float v = wide(x[i]);
        const float s = gate(v);
        gx[i] = narrow(wide(gy[i]) * (s + v * s * (1.0f - s) * (1.59576912f + 0.21406444f * v * v)));
    }
}

// x, y [rows, n]; w [n]; scale [rows] receives 1 / sqrt(mean(x^2) + eps).
void rms_forward(const bf16 *restrict x, const float *restrict w, bf16 *restrict y, float *restrict scale, int64_t rows, int64_t n,
                 float eps)
{
#pragma omp parallel for schedule(static)
    for (int64_t r = 0; r < rows; ++r) {
        const bf16 *in = x + r * n;
        bf16 *out = y + r * n;
        float sum = 0.0f;
        for (int64_t i = 0; i < n; ++i) {
            const float v = wide(in[i]);
            sum += v * v;
        }
        const float s = 1.0f / sqrtf(sum / (float)n + eps);
        scale[r] = s;
        for (int64_t i = 0; i < n; ++i)
            out[i] = narrow(wide(in[i]) * s * w[i]);
    }
}

// gw [parts, n], zeroed: one row a block of rows.
void rms_backward(const bf16 *restrict x, const float *restrict w, const float *restrict scale, const bf16 *restrict gy, bf16 *restrict gx,
                  float *restrict gw, int64_t rows, int64_t n, int64_t parts)
{
#pragma omp parallel for schedule(static)
    for (int64_t p = 0; p < parts; ++p) {
        float *sums = gw + p * n;
        for (int64_t r = rows * p / parts; r < rows * (p + 1) / parts; ++r) {
            const bf16 *in = x + r * n, *g = gy + r * n;
            bf16 *out = gx + r * n;
            const float s = scale[r];
            float dot = 0.0f;
            for (int64_t i = 0; i < n; ++i) {
                const float t = wide(g[i]) * wide(in[i]) * s;
                sums[i] += t;
                dot += t * w[i];
            }
            dot *= s / (float)n;
            for (int64_t i = 0; i < n; ++i)
                out[i] = narrow(s * (wide(g[i]) * w[i] - wide(in[i]) * dot));
        }
    }
}
