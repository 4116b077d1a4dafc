// A router's scores in float32 and their gradients: PyTorch's small float32 products take more time than the experts.
#include "bf16.h"
#include <stdint.h>
#include <string.h>

typedef float lanes __attribute__((vector_size(64), aligned(4)));

enum
{
    WIDTH = 16,
    ROWS = 4
}; // numbers a vector; rows at once

// out [rows, experts] = h [rows, d] times turned [d, experts]; experts is a multiple of 16.
void router_forward(const bf16 *h, const float *turned, float *out, int64_t rows, int64_t d, int64_t experts)
{
#pragma omp parallel for schedule(static)
    for (int64_t first = 0; first < rows; first += ROWS) {
        const int64_t here = rows - first < ROWS ? rows - first : ROWS;
        for (int64_t e = 0; e < experts; e += WIDTH) {
            lanes sum[ROWS] = {{0}};
            for (int64_t i = 0; i < d; ++i) {
                const lanes w = *(const lanes *)(turned + i * experts + e);
                for (int64_t r = 0; r < ROWS; ++r)
                    sum[r] += wide(h[(first + (r < here ? r : 0)) * d + i]) * w;
            }
            for (int64_t r = 0; r < here; ++r)
                *(lanes *)(out + (first + r) * experts + e) = sum[r];
        }
    }
}

// gh [rows, d] = g [rows, experts] times w [experts, d]; gw [parts, experts, d], zeroed: g turned times h, one a block of rows. d is a
// multiple of 16.
void router_backward(const bf16 *h, const float *w, const float *g, bf16 *gh, float *gw, int64_t rows, int64_t d, int64_t experts,
                     int64_t parts)
{
#pragma omp parallel for schedule(static)
    for (int64_t p = 0; p < parts; ++p) {
        float *sums = gw + p * experts * d;
        for (int64_t r = rows * p / parts; r < rows * (p + 1) / parts; ++r)
            for (int64_t i = 0; i < d; i += WIDTH) {
                lanes x, sum = {0};
                for (int j = 0; j < WIDTH; ++j)
                    x[j] = wide(h[r * d + i + j]);
                for (int64_t e = 0; e < experts; ++e) {
                    const float slope = g[r * experts + e];
                    sum += slope * *(const lanes *)(w + e * d + i);
                    *(lanes *)(sums + e * d + i) += slope * x;
                }
                for (int j = 0; j < WIDTH; ++j)
                    gh[r * d + i + j] = narrow(sum[j]);
            }
    }
}
