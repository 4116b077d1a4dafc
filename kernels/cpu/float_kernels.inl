// The float kernels, written once over `Vec`. Included by float_portable.cpp, float_avx2.cpp and float_avx512.cpp after their vec_*.h;
// everything is local to the including file, so that no code compiled for one instruction set can be linked into another.

#include "kernels/cpu/kernel_table.h"

#include <cstring>

namespace conclave::kernels
{
namespace
{

constexpr int kLanes = Vec::kLanes;

/// e^x to about 2 ulp: 2^n * p(r), r = x - n ln 2 in two parts, p the Taylor polynomial of degree 7 on |r| <= ln 2 / 2.
Vec exponential(Vec x)
{
    x = minimum(maximum(x, Vec::all(-87.3F)), Vec::all(88.0F));
    const Vec n = roundToEven(x * Vec::all(1.44269504F));
    Vec r = fma(n, Vec::all(-0.693359375F), x);
    r = fma(n, Vec::all(2.12194440e-4F), r);
    Vec p = Vec::all(1.0F / 5040.0F);
    p = fma(p, r, Vec::all(1.0F / 720.0F));
    p = fma(p, r, Vec::all(1.0F / 120.0F));
    p = fma(p, r, Vec::all(1.0F / 24.0F));
    p = fma(p, r, Vec::all(1.0F / 6.0F));
    p = fma(p, r, Vec::all(0.5F));
    p = fma(p, r, Vec::all(1.0F));
    p = fma(p, r, Vec::all(1.0F));
    return timesPowerOfTwo(p, n);
}

Vec activated(Vec x, Activation activation)
{
    const Vec one = Vec::all(1.0F);
    if (activation == Activation::kNone)
        return x;
    Vec z = x;
    if (activation == Activation::kGeluTanh) // (1 + tanh u) / 2 = sigmoid(2 u)
        z = x * fma(x * x, Vec::all(2.0F * 0.7978845608F * 0.044715F), Vec::all(2.0F * 0.7978845608F));
    else if (activation == Activation::kGptOss)
        z = x * Vec::all(1.702F);
    const Vec denominator = one + exponential(Vec::zero() - z);
    return (activation == Activation::kSigmoid ? one : x) / denominator;
}

/// Calls whole(i) for full vectors at i and part(i, count) for what is left.
template <class Whole, class Part>
void forEachVector(std::int64_t n, const Whole &whole, const Part &part)
{
    std::int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes)
        whole(i);
    if (i < n)
        part(i, static_cast<int>(n - i));
}

/// out[i] = f(i-th vectors of a and b); b may be null.
template <class F>
void mapRow(const float *a, const float *b, float *out, std::int64_t n, const F &f)
{
    forEachVector(
        n, [&](std::int64_t i) { f(Vec::load(a + i), b != nullptr ? Vec::load(b + i) : Vec::zero(), i, kLanes).store(out + i); },
        [&](std::int64_t i, int count) {
            f(Vec::loadFirst(a + i, count), b != nullptr ? Vec::loadFirst(b + i, count) : Vec::zero(), i, count).storeFirst(out + i, count);
        });
}

void finishRow(const float *in, const float *bias, float *out, std::int64_t n, Activation activation, bool accumulate)
{
    mapRow(in, bias, out, n, [&](Vec x, Vec b, std::int64_t i, int count) {
        const Vec y = activated(bias != nullptr ? x + b : x, activation);
        return accumulate ? Vec::loadFirst(out + i, count) + y : y;
    });
}

void rmsNorm(const float *in, const float *weight, float *out, std::int64_t n, float epsilon)
{
    Vec sum = Vec::zero();
    forEachVector(
        n,
        [&](std::int64_t i) {
            const Vec x = Vec::load(in + i);
            sum = fma(x, x, sum);
        },
        [&](std::int64_t i, int count) {
            const Vec x = Vec::loadFirst(in + i, count);
            sum = fma(x, x, sum);
        });
    const Vec factor = reciprocalRoot(sum.sum() / static_cast<float>(n) + epsilon);
    if (weight == nullptr)
        mapRow(in, nullptr, out, n, [&](Vec x, Vec, std::int64_t, int) { return x * factor; });
    else
        mapRow(in, weight, out, n, [&](Vec x, Vec w, std::int64_t, int) { return w * (x * factor); });
}

/// Sum over a row of f(x), the lanes beyond its end left out.
template <class F>
float sumRow(const float *in, std::int64_t n, const F &f)
{
    Vec sum = Vec::zero();
    forEachVector(
        n, [&](std::int64_t i) { sum = sum + f(Vec::load(in + i)); },
        [&](std::int64_t i, int count) {
            float part[kLanes] = {};
            f(Vec::loadFirst(in + i, count)).storeFirst(part, count);
            sum = sum + Vec::load(part);
        });
    return sum.sum();
}

/// The mean first, and what its rounding left out, so that a large one does not eat the digits of the variance.
void layerNorm(const float *in, const float *weight, const float *bias, float *out, std::int64_t n, float epsilon)
{
    const float about = sumRow(in, n, [](Vec x) { return x; }) / static_cast<float>(n);
    const Vec first = Vec::all(about);
    const Vec mean = Vec::all(about + sumRow(in, n, [&](Vec x) { return x - first; }) / static_cast<float>(n));
    const float variance = sumRow(in, n, [&](Vec x) { return (x - mean) * (x - mean); }) / static_cast<float>(n);
    const Vec factor = reciprocalRoot(variance + epsilon);
    mapRow(in, weight, out, n,
           [&](Vec x, Vec w, std::int64_t i, int count) { return fma(w, (x - mean) * factor, Vec::loadFirst(bias + i, count)); });
}

void gatedActivation(const float *gate, const float *up, float *out, std::int64_t n, Activation activation, float limit)
{
    const Vec most = Vec::all(limit);
    const Vec least = Vec::zero() - most;
    const bool shifted = activation == Activation::kGptOss;
    mapRow(gate, up, out, n, [&](Vec g, Vec u, std::int64_t, int) {
        if (limit > 0.0F) {
            g = minimum(g, most);
            u = minimum(maximum(u, least), most);
        }
        return activated(g, activation) * (shifted ? u + Vec::all(1.0F) : u);
    });
}

void addScaled(float factor, const float *in, float *out, std::int64_t n)
{
    const Vec f = Vec::all(factor);
    mapRow(in, out, out, n, [&](Vec x, Vec y, std::int64_t, int) { return fma(f, x, y); });
}

void scaleRow(float factor, float *inout, std::int64_t n)
{
    const Vec f = Vec::all(factor);
    mapRow(inout, nullptr, inout, n, [&](Vec x, Vec, std::int64_t, int) { return x * f; });
}

float softmaxBlock(float *scores, std::int64_t n, float scale, float &largest, float &sum)
{
    const Vec factor = Vec::all(scale);
    Vec top = Vec::all(largest);
    forEachVector(
        n, [&](std::int64_t i) { top = maximum(top, Vec::load(scores + i) * factor); },
        [&](std::int64_t i, int count) {
            float last[kLanes];
            top.store(last); // lanes beyond the end keep the old maximum
            (Vec::loadFirst(scores + i, count) * factor).storeFirst(last, count);
            top = maximum(top, Vec::load(last));
        });
    const float newLargest = top.largest();
    float shrink[kLanes];
    exponential(Vec::all(largest) - Vec::all(newLargest)).store(shrink);

    const Vec shift = Vec::all(newLargest);
    Vec total = Vec::zero();
    forEachVector(
        n,
        [&](std::int64_t i) {
            const Vec e = exponential(Vec::load(scores + i) * factor - shift);
            e.store(scores + i);
            total = total + e;
        },
        [&](std::int64_t i, int count) {
            exponential(Vec::loadFirst(scores + i, count) * factor - shift).storeFirst(scores + i, count);
            total = total + Vec::loadFirst(scores + i, count);
        });
    sum = sum * shrink[0] + total.sum();
    largest = newLargest;
    return shrink[0];
}

void rotate(float *head, const float *cosine, const float *sine, std::int64_t half, RopePairing pairing)
{
    const bool neox = pairing == RopePairing::kNeox;
    std::int64_t i = 0;
    for (; i + kLanes <= half; i += kLanes) {
        Vec a;
        Vec b;
        if (neox) {
            a = Vec::load(head + i);
            b = Vec::load(head + half + i);
        } else
            loadPairs(head + 2 * i, a, b);
        const Vec c = Vec::load(cosine + i);
        const Vec s = Vec::load(sine + i);
        const Vec x = a * c - b * s;
        const Vec y = a * s + b * c;
        if (neox) {
            x.store(head + i);
            y.store(head + half + i);
        } else
            storePairs(head + 2 * i, x, y);
    }
    for (; i < half; ++i) {
        float &a = head[neox ? i : 2 * i];
        float &b = head[neox ? half + i : 2 * i + 1];
        const float x = a * cosine[i] - b * sine[i];
        b = a * sine[i] + b * cosine[i];
        a = x;
    }
}

void depthwise(const float *const *in, const float *weight, const float *bias, float *out, std::int64_t n, bool residual)
{
    mapRow(bias, nullptr, out, n, [&](Vec acc, Vec, std::int64_t i, int count) {
        for (int tap = 0; tap < 9; ++tap)
            if (in[tap] != nullptr)
                acc = fma(Vec::loadFirst(weight + tap * n + i, count), Vec::loadFirst(in[tap] + i, count), acc);
        return residual ? acc + Vec::loadFirst(in[4] + i, count) : acc;
    });
}

// ---- Rows of weights ----

struct LoadF32
{
    using Element = float;
    static Vec load(const float *p) { return Vec::load(p); }
};
struct LoadF16
{
    using Element = std::uint16_t;
    static Vec load(const std::uint16_t *p) { return Vec::loadHalf(p); }
};
struct LoadBf16
{
    using Element = std::uint16_t;
    static Vec load(const std::uint16_t *p) { return Vec::loadBf16(p); }
};

template <class Load>
Vec loadTail(const typename Load::Element *p, int count)
{
    typename Load::Element last[kLanes] = {};
    std::memcpy(last, p, static_cast<std::size_t>(count) * sizeof(last[0]));
    return Load::load(last);
}

template <class Load>
void widenRow(const std::byte *row, float *out, std::int64_t n)
{
    const auto *from = reinterpret_cast<const typename Load::Element *>(row);
    forEachVector(
        n, [&](std::int64_t i) { Load::load(from + i).store(out + i); },
        [&](std::int64_t i, int count) { loadTail<Load>(from + i, count).storeFirst(out + i, count); });
}

using UnpackRow = void (*)(DType type, const std::byte *row, std::int64_t m, int group, std::int8_t *q, float *d, float *min);

/// Quantised rows, a piece at a time: as integers, then widened and scaled. The products are exact and the sum is rounded once, so that
/// the result has the same bits as the formula.
template <UnpackRow unpackRow>
void expandRow(DType type, const std::byte *row, float *out, std::int64_t n)
{
    constexpr std::int64_t kPiece = 1024;
    std::int8_t q[kPiece];
    float d[kPiece / 16];
    float min[kPiece / 16];
    const BlockLayout layout = blockLayout(type);
    for (std::int64_t at = 0; at < n; at += kPiece) {
        const std::int64_t count = n - at < kPiece ? n - at : kPiece;
        unpackRow(type, row + at / static_cast<std::int64_t>(layout.elements) * static_cast<std::int64_t>(layout.bytes), count,
                  layout.scaleGroup, q, d, min);
        for (std::int64_t i = 0; i < count; i += kLanes) {
            const std::int64_t group = i / layout.scaleGroup;
            const Vec scaled = Vec::all(d[group]) * Vec::loadInt8(q + i);
            (layout.hasMin ? scaled + Vec::all(min[group]) : scaled).store(out + at + i);
        }
    }
}

template <UnpackRow unpackRow>
void dequantiseRow(DType type, const std::byte *row, float *out, std::int64_t n)
{
    switch (type) {
    case DType::kF32:
        return widenRow<LoadF32>(row, out, n);
    case DType::kF16:
        return widenRow<LoadF16>(row, out, n);
    case DType::kBF16:
        return widenRow<LoadBf16>(row, out, n);
    default:
        return expandRow<unpackRow>(type, row, out, n);
    }
}

void storeHalf(const float *in, std::uint16_t *out, std::int64_t n)
{
    forEachVector(
        n, [&](std::int64_t i) { Vec::load(in + i).storeHalf(out + i); },
        [&](std::int64_t i, int count) {
            std::uint16_t last[kLanes];
            Vec::loadFirst(in + i, count).storeHalf(last);
            std::memcpy(out + i, last, static_cast<std::size_t>(count) * sizeof(last[0]));
        });
}

/// R rows times N tokens. Each sum runs through one accumulator in order of k whatever R and N are.
template <class Load, int R, int N>
void dotTile(const std::byte *w, std::size_t wStride, const float *const *x, std::int64_t m, float *out, std::int64_t outStride)
{
    using Element = typename Load::Element;
    const Element *row[R];
    Vec acc[R][N];
    for (int r = 0; r < R; ++r) {
        row[r] = reinterpret_cast<const Element *>(w + static_cast<std::size_t>(r) * wStride);
        for (int t = 0; t < N; ++t)
            acc[r][t] = Vec::zero();
    }
    std::int64_t k = 0;
    for (; k + kLanes <= m; k += kLanes) {
        Vec token[N];
        for (int t = 0; t < N; ++t)
            token[t] = Vec::load(x[t] + k);
        for (int r = 0; r < R; ++r) {
            const Vec weight = Load::load(row[r] + k);
            for (int t = 0; t < N; ++t)
                acc[r][t] = fma(weight, token[t], acc[r][t]);
        }
    }
    const int left = static_cast<int>(m - k);
    for (int r = 0; r < R; ++r)
        for (int t = 0; t < N; ++t) {
            if (left > 0)
                acc[r][t] = fma(loadTail<Load>(row[r] + k, left), Vec::loadFirst(x[t] + k, left), acc[r][t]);
            out[t * outStride + r] = acc[r][t].sum();
        }
}

template <class Load, int R>
void dotTokens(const std::byte *w, std::size_t wStride, const float *const *x, std::int64_t tokens, std::int64_t m, float *out,
               std::int64_t outStride)
{
    std::int64_t t = 0;
    for (; t + 4 <= tokens; t += 4)
        dotTile<Load, R, 4>(w, wStride, x + t, m, out + t * outStride, outStride);
    if (t + 2 <= tokens) {
        dotTile<Load, R, 2>(w, wStride, x + t, m, out + t * outStride, outStride);
        t += 2;
    }
    if (t < tokens)
        dotTile<Load, R, 1>(w, wStride, x + t, m, out + t * outStride, outStride);
}

template <class Load>
void dotRows(const std::byte *w, std::size_t wStride, std::int64_t rows, const float *const *x, std::int64_t tokens, std::int64_t m,
             float *out, std::int64_t outStride)
{
    std::int64_t r = 0;
    if (tokens == 1)
        for (; r + 4 <= rows; r += 4)
            dotTile<Load, 4, 1>(w + static_cast<std::size_t>(r) * wStride, wStride, x, m, out + r, outStride);
    for (; r + 2 <= rows; r += 2)
        dotTokens<Load, 2>(w + static_cast<std::size_t>(r) * wStride, wStride, x, tokens, m, out + r, outStride);
    if (r < rows)
        dotTokens<Load, 1>(w + static_cast<std::size_t>(r) * wStride, wStride, x, tokens, m, out + r, outStride);
}

void dotFloat(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, const float *const *x, std::int64_t tokens,
              std::int64_t m, float *out, std::int64_t outStride)
{
    if (type == DType::kF32)
        dotRows<LoadF32>(w, wStride, rows, x, tokens, m, out, outStride);
    else if (type == DType::kF16)
        dotRows<LoadF16>(w, wStride, rows, x, tokens, m, out, outStride);
    else
        dotRows<LoadBf16>(w, wStride, rows, x, tokens, m, out, outStride);
}

// ---- Panels ----

void transpose(const float *const *rows, std::int64_t count, std::int64_t m, float *panel, std::int64_t panelStride, std::int64_t width)
{
    for (std::int64_t i = 0; i < width; i += kLanes) {
        std::int64_t k = 0;
        if (i + kLanes <= count)
            for (; k + kLanes <= m; k += kLanes) {
                Vec from[kLanes];
                for (int lane = 0; lane < kLanes; ++lane)
                    from[lane] = Vec::load(rows[i + lane] + k);
                transposeTile(from, panel + k * panelStride + i, panelStride);
            }
        for (; k < m; ++k)
            for (std::int64_t lane = i; lane < i + kLanes; ++lane)
                panel[k * panelStride + lane] = lane < count ? rows[lane][k] : 0.0F;
    }
}

constexpr std::int64_t kStepEvery = 4; ///< of k

/// R x (V vectors) of c in registers over the whole k; `step` is called at each kStepEvery-th.
template <int R, int V, class Step>
void gemmTile(const float *a, std::int64_t aStride, const float *b, std::int64_t bStride, std::int64_t k, float *c, std::int64_t cStride,
              bool accumulate, Step &step)
{
    Vec acc[R][V];
    for (int r = 0; r < R; ++r)
        for (int v = 0; v < V; ++v)
            acc[r][v] = accumulate ? Vec::load(c + r * cStride + v * kLanes) : Vec::zero();
    for (std::int64_t i = 0; i < k; ++i) {
        if (i % kStepEvery == 0)
            step();
        Vec panel[V];
        for (int v = 0; v < V; ++v)
            panel[v] = Vec::load(b + i * bStride + v * kLanes);
        for (int r = 0; r < R; ++r) {
            const Vec weight = Vec::all(a[r * aStride + i]);
            for (int v = 0; v < V; ++v)
                acc[r][v] = fma(weight, panel[v], acc[r][v]);
        }
    }
    for (int r = 0; r < R; ++r)
        for (int v = 0; v < V; ++v)
            acc[r][v].store(c + r * cStride + v * kLanes);
}

template <int R, class Step>
void gemmRows(const float *a, std::int64_t aStride, const float *b, std::int64_t bStride, std::int64_t width, std::int64_t k, float *c,
              std::int64_t cStride, bool accumulate, Step &step)
{
    std::int64_t j = 0;
    for (; j + kTileVectors * kLanes <= width; j += kTileVectors * kLanes)
        gemmTile<R, kTileVectors>(a, aStride, b + j, bStride, k, c + j, cStride, accumulate, step);
    if (width - j >= 2 * kLanes) {
        gemmTile<R, 2>(a, aStride, b + j, bStride, k, c + j, cStride, accumulate, step);
        j += 2 * kLanes;
    }
    if (j < width)
        gemmTile<R, 1>(a, aStride, b + j, bStride, k, c + j, cStride, accumulate, step);
}

template <class Step>
void gemmWith(const float *a, std::int64_t aStride, std::int64_t rows, const float *b, std::int64_t bStride, std::int64_t width,
              std::int64_t k, float *c, std::int64_t cStride, bool accumulate, Step &step)
{
    constexpr int kFewRows = kTileRows / 2;
    std::int64_t r = 0;
    for (; r + kTileRows <= rows; r += kTileRows)
        gemmRows<kTileRows>(a + r * aStride, aStride, b, bStride, width, k, c + r * cStride, cStride, accumulate, step);
    for (; r + kFewRows <= rows; r += kFewRows)
        gemmRows<kFewRows>(a + r * aStride, aStride, b, bStride, width, k, c + r * cStride, cStride, accumulate, step);
    for (; r < rows; ++r)
        gemmRows<1>(a + r * aStride, aStride, b, bStride, width, k, c + r * cStride, cStride, accumulate, step);
}

void gemm(const float *a, std::int64_t aStride, std::int64_t rows, const float *b, std::int64_t bStride, std::int64_t width, std::int64_t k,
          float *c, std::int64_t cStride, bool accumulate)
{
    const auto nothing = [] {};
    gemmWith(a, aStride, rows, b, bStride, width, k, c, cStride, accumulate, nothing);
}

void quantiseToken(const float *x, std::int64_t m, std::int64_t group, std::int8_t *q, float *d, std::int16_t *sums)
{
    for (std::int64_t g = 0; g < m / group; ++g) {
        const float *from = x + g * group;
        Vec top = Vec::zero();
        for (std::int64_t i = 0; i < group; i += kLanes)
            top = maximum(top, magnitude(Vec::load(from + i)));
        const float largest = top.largest();
        d[g] = largest / 127.0F;
        const Vec inverse = Vec::all(largest > 0 ? 127.0F / largest : 0.0F);
        for (std::int64_t i = 0; i < group; i += kLanes) {
            const Vec scaled = roundToEven(Vec::load(from + i) * inverse);
            maximum(minimum(scaled, Vec::all(127.0F)), Vec::all(-127.0F)).storeInt8(q + g * group + i);
        }
    }
    for (std::int64_t i = 0; i < m / 16; ++i) {
        int sum = 0;
        for (int j = 0; j < 16; ++j)
            sum += q[i * 16 + j];
        sums[i] = static_cast<std::int16_t>(sum);
    }
}

/// The entries of the table that come from this file.
template <UnpackRow unpackRow>
constexpr KernelTable floatKernels()
{
    KernelTable table{};
    table.lanes = kLanes;
    table.tileLanes = kTileVectors * kLanes;
    table.dequantiseRow = dequantiseRow<unpackRow>;
    table.storeHalf = storeHalf;
    table.dotFloat = dotFloat;
    table.transpose = transpose;
    table.gemm = gemm;
    table.quantiseToken = quantiseToken;
    table.finishRow = finishRow;
    table.rmsNorm = rmsNorm;
    table.layerNorm = layerNorm;
    table.gatedActivation = gatedActivation;
    table.addScaled = addScaled;
    table.scaleRow = scaleRow;
    table.softmaxBlock = softmaxBlock;
    table.rotate = rotate;
    table.depthwise = depthwise;
    return table;
}

} // namespace
} // namespace conclave::kernels
