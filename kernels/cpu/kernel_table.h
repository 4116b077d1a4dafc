#pragma once

#include "kernels/core/dtype.h"
#include "kernels/core/queue.h"

#include <cstddef>
#include <cstdint>

/// What is compiled once for each instruction set: the inner loops, as plain functions on rows and small panels of host memory.
/// Everything above them (checks, threads, grouping, scratch) is compiled once. All results are independent of how rows are split
/// over calls, so that the number of threads never changes a bit.
namespace conclave::kernels
{

/// One token's activations in 8 bits: x[i] = d[i / group] * q[i]; group is the weights' block, 32 or 256.
struct QuantisedToken
{
    const std::int8_t *q;
    const float *d;
    const std::int16_t *sums; ///< of q, 16 at a time
    /// For gemm8 and column_dot.inl, one for each group of weights that share a scale: minus the panel's offset times the sum of q; for
    /// types with mins the bits of that sum as a float.
    const std::int32_t *corrections;
};

constexpr std::int64_t kPanelRows8 = 32;

/// kPanelRows8 rows of quantised weights side by side, as gemm8 reads them.
struct RowPanel8
{
    std::uint8_t *q; ///< [m/4, kPanelRows8, 4]: weights + panelOffset
    float *d;        ///< [m/group, kPanelRows8]
    float *min;      ///< as d: what is added for each unit of a token's sum; only for types with mins
    DType type;
};

/// What one token does to the rows of a head's state in the gated delta rule.
struct DeltaToken
{
    const float *query; ///< [n], scaled
    const float *key;   ///< [n], of length 1
    float keyDotQuery;
    float keep; ///< what remains of the state
    float beta; ///< how much of the error is corrected
};

/// What will be read next: rows of memory, fetched meanwhile.
struct RowsAhead
{
    const std::byte *const *rows = nullptr;
    std::int64_t count = 0;
    std::int64_t bytes = 0; ///< of each
};

struct KernelTable
{
    int lanes;     ///< floats in a vector
    int tileLanes; ///< tokens in a panel of `gemm`: a multiple of lanes

    /// Expands a row of any type to float32.
    void (*dequantiseRow)(DType type, const std::byte *row, float *out, std::int64_t n);
    void (*storeHalf)(const float *in, std::uint16_t *out, std::int64_t n);

    /// out[t * outStride + r] = sum_k w_r[k] x_t[k]; weights F32, F16 or BF16. For few tokens: reads the weights once from memory.
    void (*dotFloat)(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, const float *const *x, std::int64_t tokens,
                     std::int64_t m, float *out, std::int64_t outStride);
    /// panel[k * panelStride + i] = rows[i][k] for i < count, 0 up to `width` (a multiple of lanes).
    void (*transpose)(const float *const *rows, std::int64_t count, std::int64_t m, float *panel, std::int64_t panelStride,
                      std::int64_t width);
    /// c[r, j] (+)= sum_k a[r, k] b[k, j] for j < width, a multiple of lanes.
    void (*gemm)(const float *a, std::int64_t aStride, std::int64_t rows, const float *b, std::int64_t bStride, std::int64_t width,
                 std::int64_t k, float *c, std::int64_t cStride, bool accumulate);

    /// q = round(x / d), d = max|x| / 127 for each group; sums as in QuantisedToken.
    void (*quantiseToken)(const float *x, std::int64_t m, std::int64_t group, std::int8_t *q, float *d, std::int16_t *sums);
    /// As dotFloat, for quantised weights and activations.
    void (*dotQuantised)(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, const QuantisedToken *x,
                         std::int64_t tokens, std::int64_t m, float *out, std::int64_t outStride);
    /// Up to so many tokens dotQuantised beats a panel. Null without gemm8.
    int (*mostDotTokens)(DType type);
    /// The 8-bit matrix product for many tokens; may be null. panelOffset: what a type's
    /// values in a panel are above its own.
    int (*panelOffset)(DType type);
    /// At most kPanelRows8 rows, at least one; what a panel has beyond them is of no meaning.
    void (*unpackRows8)(const std::byte *w, std::size_t wStride, std::int64_t rows, std::int64_t m, const RowPanel8 &panel);
    /// out[t][r] = sum_k w_r[k] x_t[k] for the kPanelRows8 rows of a panel.
    void (*gemm8)(const RowPanel8 &panel, const QuantisedToken *x, std::int64_t tokens, std::int64_t m, float *const *out);

    /// Does as many 8-bit multiply-adds a second as the processor can, for some milliseconds; returns their number (two each). May be null.
    std::int64_t (*int8Burst)();

    /// out = act(in + bias) (+ out); bias may be null.
    void (*finishRow)(const float *in, const float *bias, float *out, std::int64_t n, Activation activation, bool accumulate);
    /// weight may be null: ones.
    void (*rmsNorm)(const float *in, const float *weight, float *out, std::int64_t n, float epsilon);
    void (*layerNorm)(const float *in, const float *weight, const float *bias, float *out, std::int64_t n, float epsilon);
    void (*gatedActivation)(const float *gate, const float *up, float *out, std::int64_t n, Activation activation, float limit);
    /// out += factor * in.
    void (*addScaled)(float factor, const float *in, float *out, std::int64_t n);
    void (*scaleRow)(float factor, float *inout, std::int64_t n);
    /// One step of the online softmax over a block of scores (replaced by exp(scale * score - max)): updates the running maximum and
    /// sum, and returns the factor by which what was accumulated under the old maximum shrinks.
    float (*softmaxBlock)(float *scores, std::int64_t n, float scale, float &largest, float &sum);
    // Attention reads rows of a cache, F32, F16 or Q8_0, where they lie, and meanwhile fetches those that it will read next. Sums run in
    // the order of keys, or of k, in one accumulator each.
    /// Puts queries [m] in the order in which scoreKeys takes so many over a cache of `type`: rows, rounded up to eights, times m floats.
    void (*prepareQueries)(DType type, const float *const *queries, std::int64_t rows, std::int64_t m, float *prepared);
    /// out[r * outStride + i] = sum_k queries[r][k] keys[i][k] for i < count; `panel` [m, tileLanes] is scratch.
    void (*scoreKeys)(DType type, const std::byte *const *keys, std::int64_t count, const float *prepared, std::int64_t rows,
                      std::int64_t m, float *panel, float *out, std::int64_t outStride, const RowsAhead &ahead);
    /// out[r * outStride + j] += sum_i shares[r * sharesStride + i] values[i][j] for j < n.
    void (*addValues)(DType type, const std::byte *const *values, std::int64_t count, const float *shares, std::int64_t sharesStride,
                      std::int64_t rows, float *out, std::int64_t outStride, std::int64_t n, const RowsAhead &ahead);
    /// Rotates the pairs of one head; cosine and sine [half].
    void (*rotate)(float *head, const float *cosine, const float *sine, std::int64_t half, RopePairing pairing);
    /// out[c] = bias[c] + sum over nine taps of weight[tap * n + c] * in[tap][c]; a null tap lies outside the image.
    void (*depthwise)(const float *const *in, const float *weight, const float *bias, float *out, std::int64_t n, bool residual);
    /// out[i] = sum over rows of values[r][i], weighed by the softmax over rows of gates[r][i]; at least one row.
    void (*poolColumns)(const float *const *gates, const float *const *values, std::int64_t rows, float *out, std::int64_t n);
    /// Takes `rows` rows of a head's state [rows, n] through one token: value and out [rows]. See GatedDeltaRuleArgs.
    void (*deltaStep)(float *state, std::int64_t rows, std::int64_t n, const DeltaToken &token, const float *value, float *out);
};

const KernelTable &portableKernels();
/// Only to be called where detectCpuLevel() says so; absent on other processors.
const KernelTable &avx2Kernels();
const KernelTable &avxVnniKernels();
const KernelTable &avx512Kernels();

} // namespace conclave::kernels
