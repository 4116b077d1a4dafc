// Attention in bfloat16 with its gradients on tile registers (AMX): scores live in a thread's cache, never in memory.
// Everything is kept turned, keys down and queries across, so that a vector's lanes are queries: the softmax needs no sums across lanes and
// no matrix but a few small ones is ever transposed. Dao et al., "FlashAttention-2" (2023), section 3, has the gradients' order.
#ifdef __AMX_BF16__
#include "bf16.h"
#include <immintrin.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define INLINE static inline __attribute__((always_inline)) // `d` is a constant wherever these are called

enum
{
    QUERIES = 32,
    STEP = 32,
    TILE = 16
}; // queries a block, keys or dimensions a product, rows of a tile register

typedef struct
{
    uint8_t palette, start, reserved[14];
    uint16_t bytes[16];
    uint8_t rows[16];
} Tiles;

// True where the kernel lets this process use tile registers.
int attention_usable(void)
{
    return syscall(SYS_arch_prctl, 0x1023, 18) == 0;
}

static void configure(void)
{
    Tiles t;
    memset(&t, 0, sizeof t);
    t.palette = 1;
    for (int i = 0; i < 8; ++i) {
        t.bytes[i] = 64;
        t.rows[i] = TILE;
    }
    _tile_loadconfig(&t);
}

static inline __m512 exp2_ps(__m512 x)
{
    const __m512 n = _mm512_roundscale_ps(x, 8), r = _mm512_sub_ps(x, n);
    __m512 p = _mm512_set1_ps(0.009618129f);
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.05550411f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.24022651f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.69314718f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
    return _mm512_scalef_ps(p, n);
}

// Two rows' values lane by lane as pairs: what a product takes as its right side.
static inline __m512i paired(__m512 first, __m512 second)
{
    const __m512i half = _mm512_set1_epi32(0x8000);
    const __m512i low = _mm512_srli_epi32(_mm512_add_epi32(_mm512_castps_si512(first), half), 16);
    const __m512i high = _mm512_and_si512(_mm512_add_epi32(_mm512_castps_si512(second), half), _mm512_set1_epi32((int)0xffff0000));
    return _mm512_or_si512(low, high);
}

static inline void put(bf16 *to, __m512 v)
{
    const __m512i whole = _mm512_srli_epi32(_mm512_add_epi32(_mm512_castps_si512(v), _mm512_set1_epi32(0x8000)), 16);
    _mm256_storeu_si256((__m256i *)to, _mm512_cvtepi32_epi16(whole));
}

// rows [count][d] with `stride` numbers between rows, to [padded][d], zeros beyond.
static void gather(const bf16 *x, int64_t stride, int64_t count, int64_t padded, int d, bf16 *to)
{
    for (int64_t i = 0; i < count; ++i)
        memcpy(to + i * d, x + i * stride, d * sizeof(bf16));
    memset(to + count * d, 0, (padded - count) * d * sizeof(bf16));
}

// [rows][d] to [d][rows].
static void turn(const bf16 *x, int64_t rows, int d, bf16 *to)
{
    for (int64_t first = 0; first < rows; first += STEP)
        for (int j = 0; j < d; ++j)
            for (int64_t i = first; i < first + STEP; ++i)
                to[j * rows + i] = x[i * d + j];
}

// [QUERIES][d] as right sides whose columns are rows of x: [d / STEP][2][16 pairs of dimensions][16 rows].
static void across(const bf16 *x, int d, uint32_t *to)
{
    for (int s = 0; s < d / STEP; ++s)
        for (int c = 0; c < 2; ++c)
            for (int q = 0; q < TILE; ++q) {
                uint32_t pairs[TILE];
                memcpy(pairs, x + (c * TILE + q) * d + s * STEP, sizeof pairs);
                for (int i = 0; i < TILE; ++i)
                    to[((s * 2 + c) * TILE + i) * TILE + q] = pairs[i];
            }
}

// [QUERIES][d] as right sides whose rows are pairs of rows of x: [16 pairs][d] pairs.
static void down(const bf16 *x, int d, uint32_t *to)
{
    for (int i = 0; i < TILE; ++i)
        for (int j = 0; j < d; ++j)
            to[i * d + j] = x[2 * i * d + j] | (uint32_t)x[(2 * i + 1) * d + j] << 16;
}

// out [keys][QUERIES] = left [keys][d] times `right` of `across`.
INLINE void scores(const bf16 *left, int64_t keys, int d, const uint32_t *right, float *out)
{
    _tile_loadd(4, right, 64);
    _tile_loadd(5, right + 256, 64);
    if (d == 64) {
        _tile_loadd(6, right + 512, 64);
        _tile_loadd(7, right + 768, 64);
    }
    for (int64_t i = 0; i < keys; i += TILE) {
        _tile_zero(0);
        _tile_zero(1);
        _tile_loadd(2, left + i * d, d * 2);
        _tile_dpbf16ps(0, 2, 4);
        _tile_dpbf16ps(1, 2, 5);
        if (d == 64) {
            _tile_loadd(3, left + i * d + STEP, d * 2);
            _tile_dpbf16ps(0, 3, 6);
            _tile_dpbf16ps(1, 3, 7);
        }
        _tile_stored(0, out + i * QUERIES, QUERIES * 4);
        _tile_stored(1, out + i * QUERIES + TILE, QUERIES * 4);
    }
}

// out [d][QUERIES] = left [d][padded] times pairs [keys / 2][QUERIES], over the first `keys`.
INLINE void sums(const bf16 *left, int64_t padded, int64_t keys, int d, const uint32_t *pairs, float *out)
{
    for (int part = 0; part < d; part += 2 * TILE) {
        _tile_zero(0);
        _tile_zero(1);
        _tile_zero(2);
        _tile_zero(3);
        for (int64_t j = 0; j < keys; j += STEP) {
            _tile_loadd(4, left + part * padded + j, padded * 2);
            _tile_loadd(5, left + (part + TILE) * padded + j, padded * 2);
            _tile_loadd(6, pairs + j / 2 * QUERIES, QUERIES * 4);
            _tile_loadd(7, pairs + j / 2 * QUERIES + TILE, QUERIES * 4);
            _tile_dpbf16ps(0, 4, 6);
            _tile_dpbf16ps(1, 4, 7);
            _tile_dpbf16ps(2, 5, 6);
            _tile_dpbf16ps(3, 5, 7);
        }
        _tile_stored(0, out + part * QUERIES, QUERIES * 4);
        _tile_stored(1, out + part * QUERIES + TILE, QUERIES * 4);
        _tile_stored(2, out + (part + TILE) * QUERIES, QUERIES * 4);
        _tile_stored(3, out + (part + TILE) * QUERIES + TILE, QUERIES * 4);
    }
}

// out [keys][d] += left [keys][QUERIES] times `right` of `down`.
INLINE void spread(const bf16 *left, int64_t keys, int d, const uint32_t *right, float *out)
{
    for (int part = 0; part < d; part += 2 * TILE) {
        _tile_loadd(4, right + part, d * 4);
        _tile_loadd(5, right + part + TILE, d * 4);
        for (int64_t i = 0; i < keys; i += TILE) {
            float *to = out + i * d + part;
            _tile_loadd(2, left + i * QUERIES, QUERIES * 2);
            _tile_loadd(0, to, d * 4);
            _tile_loadd(1, to + TILE, d * 4);
            _tile_dpbf16ps(0, 2, 4);
            _tile_dpbf16ps(1, 2, 5);
            _tile_stored(0, to, d * 4);
            _tile_stored(1, to + TILE, d * 4);
        }
    }
}

// Lanes of queries [first + 16 half, ...) that may look at `key`.
static inline __mmask16 seeing(int64_t key, int64_t first, int half, int causal)
{
    const int64_t hidden = causal ? key - (first + half * TILE) : 0;
    return hidden <= 0 ? 0xffff : hidden >= TILE ? 0 : (__mmask16)(0xffff << hidden);
}

static int64_t round_up(int64_t n, int64_t step)
{
    return (n + step - 1) / step * step;
}
static void *room(int64_t bytes)
{
    return aligned_alloc(64, round_up(bytes, 64));
}

// out [d][QUERIES] times lane factors to rows [count][d] of bfloat16, `stride` apart.
static void write_turned(const float *x, const float *factor, int count, int d, bf16 *to, int64_t stride)
{
    for (int q = 0; q < count; ++q)
        for (int j = 0; j < d; ++j)
            to[q * stride + j] = narrow(x[j * QUERIES + q] * factor[q]);
}

INLINE void forward_head(const bf16 *q, const bf16 *keys, const bf16 *values_turned, bf16 *out, float *lse, int64_t steps, int64_t count,
                         int64_t padded, int64_t stride, int d, float scale, int causal, char *memory)
{
    float *s = (float *)memory;
    uint32_t *p = (uint32_t *)(s + padded * QUERIES);
    for (int64_t first = 0; first < steps; first += QUERIES) {
        const int here = steps - first < QUERIES ? (int)(steps - first) : QUERIES;
        bf16 block[QUERIES * 64] __attribute__((aligned(64)));
        uint32_t right[1024] __attribute__((aligned(64)));
        float o[64 * QUERIES] __attribute__((aligned(64))), factor[QUERIES];
        gather(q + first * stride, stride, here, QUERIES, d, block);
        across(block, d, right);
        const int64_t end = causal && first + QUERIES < count ? first + QUERIES : count, end_padded = round_up(end, STEP);
        scores(keys, end_padded, d, right, s);
        for (int half = 0; half < 2; ++half) {
            const float *in = s + half * TILE;
            __m512 most = _mm512_set1_ps(-1e30f), total = _mm512_setzero_ps();
            for (int64_t i = 0; i < end; ++i)
                most = _mm512_mask_max_ps(most, seeing(i, first, half, causal), most, _mm512_load_ps(in + i * QUERIES));
            most = _mm512_mul_ps(most, _mm512_set1_ps(scale));
            for (int64_t i = 0; i < end_padded; i += 2) {
                __m512 e[2];
                for (int64_t j = 0; j < 2; ++j) {
                    const __mmask16 seen = i + j < end ? seeing(i + j, first, half, causal) : 0;
                    e[j] = _mm512_maskz_mov_ps(
                        seen, exp2_ps(_mm512_fmsub_ps(_mm512_load_ps(in + (i + j) * QUERIES), _mm512_set1_ps(scale), most)));
                    total = _mm512_add_ps(total, e[j]);
                }
                _mm512_store_si512(p + i / 2 * QUERIES + half * TILE, paired(e[0], e[1]));
            }
            float m[TILE], t[TILE];
            _mm512_storeu_ps(m, most);
            _mm512_storeu_ps(t, total);
            for (int l = 0; l < TILE; ++l) {
                factor[half * TILE + l] = 1.0f / t[l];
                if (half * TILE + l < here)
                    lse[first + half * TILE + l] = m[l] + __builtin_log2f(t[l]);
            }
        }
        sums(values_turned, padded, end_padded, d, p, o);
        write_turned(o, factor, here, d, out + first * stride, stride);
    }
}

// q, out [batch, steps, heads, d]; k, v [batch, count, groups, d]; lse [batch, heads, steps]: log2 of the softmax's sum. d is 32 or 64.
void attention_forward(const bf16 *q, const bf16 *k, const bf16 *v, bf16 *out, float *lse, int64_t batch, int64_t steps, int64_t count,
                       int64_t heads, int64_t groups, int64_t d, int64_t causal)
{
    const int64_t padded = round_up(count, STEP), each = heads / groups;
    const float scale = 1.44269504f / __builtin_sqrtf((float)d);
#pragma omp parallel
    {
        configure();
        bf16 *keys = room(padded * d * 2), *values = room(padded * d * 2), *turned = room(padded * d * 2);
        char *memory = room(padded * QUERIES * 6);
#pragma omp for schedule(dynamic)
        for (int64_t task = 0; task < batch * groups; ++task) {
            const int64_t b = task / groups, g = task % groups;
            gather(k + (b * count * groups + g) * d, groups * d, count, padded, (int)d, keys);
            gather(v + (b * count * groups + g) * d, groups * d, count, padded, (int)d, values);
            turn(values, padded, (int)d, turned);
            for (int64_t h = g * each; h < (g + 1) * each; ++h) {
                const int64_t at = (b * steps * heads + h) * d;
                float *sum = lse + (b * heads + h) * steps;
                if (d == 64)
                    forward_head(q + at, keys, turned, out + at, sum, steps, count, padded, heads * d, 64, scale, (int)causal, memory);
                else
                    forward_head(q + at, keys, turned, out + at, sum, steps, count, padded, heads * d, 32, scale, (int)causal, memory);
            }
        }
        _tile_release();
        free(keys);
        free(values);
        free(turned);
        free(memory);
    }
}

typedef struct
{
    bf16 *keys, *values, *keys_turned, *p, *ds; // [padded][d] twice, [d][padded], [padded][QUERIES] twice
    uint32_t *ds_pairs;                         // [padded / 2][QUERIES]
    float *s, *dp, *dk, *dv;                    // [padded][QUERIES] twice, [padded][d] twice
} Scratch;

INLINE void backward_head(const bf16 *q, const bf16 *out, const bf16 *grad, const float *lse, bf16 *dq, int64_t steps, int64_t count,
                          int64_t padded, int64_t stride, int d, int causal, const Scratch *w)
{
    const float root = 1.0f / __builtin_sqrtf((float)d), scale = 1.44269504f * root;
    for (int64_t first = 0; first < steps; first += QUERIES) {
        const int here = steps - first < QUERIES ? (int)(steps - first) : QUERIES;
        bf16 queries[QUERIES * 64] __attribute__((aligned(64))), grads[QUERIES * 64] __attribute__((aligned(64)));
        uint32_t right[1024] __attribute__((aligned(64)));
        float o[64 * QUERIES] __attribute__((aligned(64))), factor[QUERIES], delta[QUERIES] = {0}, sum[QUERIES] = {0};
        gather(q + first * stride, stride, here, QUERIES, d, queries);
        gather(grad + first * stride, stride, here, QUERIES, d, grads);
        for (int i = 0; i < QUERIES; ++i) {
            factor[i] = root;
            if (i >= here)
                continue;
            sum[i] = lse[first + i];
            for (int j = 0; j < d; ++j)
                delta[i] += wide(grads[i * d + j]) * wide(out[(first + i) * stride + j]);
        }
        const int64_t end = causal && first + QUERIES < count ? first + QUERIES : count, end_padded = round_up(end, STEP);
        across(queries, d, right);
        scores(w->keys, end_padded, d, right, w->s);
        across(grads, d, right);
        scores(w->values, end_padded, d, right, w->dp);
        for (int half = 0; half < 2; ++half) {
            const __m512 total = _mm512_loadu_ps(sum + half * TILE), less = _mm512_loadu_ps(delta + half * TILE);
            const __mmask16 real = here >= (half + 1) * TILE ? 0xffff
                                   : here <= half * TILE     ? 0
                                                             : (__mmask16)((1 << (here - half * TILE)) - 1);
            for (int64_t i = 0; i < end_padded; i += 2) {
                __m512 ds[2];
                for (int64_t j = 0; j < 2; ++j) {
                    const int64_t at = (i + j) * QUERIES + half * TILE;
                    const __mmask16 seen = i + j < end ? seeing(i + j, first, half, causal) & real : 0;
                    const __m512 p =
                        _mm512_maskz_mov_ps(seen, exp2_ps(_mm512_fmsub_ps(_mm512_load_ps(w->s + at), _mm512_set1_ps(scale), total)));
                    ds[j] = _mm512_mul_ps(p, _mm512_sub_ps(_mm512_load_ps(w->dp + at), less));
                    put(w->p + at, p);
                    put(w->ds + at, ds[j]);
                }
                _mm512_store_si512(w->ds_pairs + i / 2 * QUERIES + half * TILE, paired(ds[0], ds[1]));
            }
        }
        sums(w->keys_turned, padded, end_padded, d, w->ds_pairs, o);
        write_turned(o, factor, here, d, dq + first * stride, stride);
        down(grads, d, right);
        spread(w->p, end_padded, d, right, w->dv);
        down(queries, d, right);
        spread(w->ds, end_padded, d, right, w->dk);
    }
}

// The gradients of the above; `out` and `lse` are what it wrote.
void attention_backward(const bf16 *q, const bf16 *k, const bf16 *v, const bf16 *out, const float *lse, const bf16 *grad, bf16 *dq,
                        bf16 *dk, bf16 *dv, int64_t batch, int64_t steps, int64_t count, int64_t heads, int64_t groups, int64_t d,
                        int64_t causal)
{
    const int64_t padded = round_up(count, STEP), each = heads / groups, size = padded * d, scores_size = padded * QUERIES;
    const float root = 1.0f / __builtin_sqrtf((float)d);
#pragma omp parallel
    {
        configure();
        Scratch w = {room(size * 2),        room(size * 2),        room(size * 2),        room(scores_size * 2), room(scores_size * 2),
                     room(scores_size * 2), room(scores_size * 4), room(scores_size * 4), room(size * 4),        room(size * 4)};
#pragma omp for schedule(dynamic)
        for (int64_t task = 0; task < batch * groups; ++task) {
            const int64_t b = task / groups, g = task % groups, at_keys = (b * count * groups + g) * d;
            gather(k + at_keys, groups * d, count, padded, (int)d, w.keys);
            gather(v + at_keys, groups * d, count, padded, (int)d, w.values);
            turn(w.keys, padded, (int)d, w.keys_turned);
            memset(w.dk, 0, size * 4);
            memset(w.dv, 0, size * 4);
            for (int64_t h = g * each; h < (g + 1) * each; ++h) {
                const int64_t at = (b * steps * heads + h) * d;
                const float *sum = lse + (b * heads + h) * steps;
                if (d == 64)
                    backward_head(q + at, out + at, grad + at, sum, dq + at, steps, count, padded, heads * d, 64, (int)causal, &w);
                else
                    backward_head(q + at, out + at, grad + at, sum, dq + at, steps, count, padded, heads * d, 32, (int)causal, &w);
            }
            for (int64_t i = 0; i < count; ++i)
                for (int64_t j = 0; j < d; ++j) {
                    dk[at_keys + i * groups * d + j] = narrow(w.dk[i * d + j] * root);
                    dv[at_keys + i * groups * d + j] = narrow(w.dv[i * d + j]);
                }
        }
        _tile_release();
        free(w.keys);
        free(w.values);
        free(w.keys_turned);
        free(w.p);
        free(w.ds);
        free(w.ds_pairs);
        free(w.s);
        free(w.dp);
        free(w.dk);
        free(w.dv);
    }
}
#endif
