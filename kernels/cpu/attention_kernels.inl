// Inner loops of attention over the rows of a KV cache; included after float_kernels.inl, to which the same rules apply.

#include "kernels/core/blocks.h"

namespace conclave::kernels
{
namespace
{

std::int64_t lesser(std::int64_t a, std::int64_t b)
{
    return a < b ? a : b;
}

/// Part `index` of `whole` equal ones.
RowsAhead partOf(const RowsAhead &ahead, std::int64_t index, std::int64_t whole)
{
    const std::int64_t begin = ahead.count * index / whole;
    return {ahead.rows + begin, ahead.count * (index + 1) / whole - begin, ahead.bytes};
}

/// Rows of a cache lie apart, where hardware does not see them coming; and only so many fetches are under way at a time. So each of the
/// `steps` of a computation fetches its part of them.
class PacedFetch
{
public:
    PacedFetch(const RowsAhead &ahead, std::int64_t steps)
        : m_row(ahead.rows), m_end(ahead.rows + ahead.count), m_bytes(ahead.bytes),
          m_pace(static_cast<std::int32_t>(ahead.count * kOne / (steps > 0 ? steps : 1)) + 1)
    {
    }

    void step()
    {
        for (m_due += m_pace; m_due >= kOne && m_row < m_end; m_due -= kOne, ++m_row)
            for (std::int64_t at = 0; at < m_bytes; at += 64)
                prefetch(*m_row + at);
    }

private:
    static constexpr std::int32_t kOne = 1 << 12;
    const std::byte *const *m_row;
    const std::byte *const *m_end;
    std::int64_t m_bytes;
    std::int32_t m_pace;
    std::int32_t m_due = 0;
};

/// Values k .. k + kLanes - 1 of a row of a cache, or the first `count` of them.
template <class Load>
struct PlainRow
{
    using Element = typename Load::Element;
    static std::int64_t bytes(std::int64_t n) { return n * static_cast<std::int64_t>(sizeof(Element)); }
    static Vec load(const std::byte *row, std::int64_t k) { return Load::load(reinterpret_cast<const Element *>(row) + k); }
    static Vec loadFirst(const std::byte *row, std::int64_t k, int count)
    {
        return loadTail<Load>(reinterpret_cast<const Element *>(row) + k, count);
    }
};
using F32Row = PlainRow<LoadF32>;
using F16Row = PlainRow<LoadF16>;

/// Rows are whole blocks of 32, so that no vector is cut short.
struct Q8Row
{
    static std::int64_t bytes(std::int64_t n) { return n / 32 * static_cast<std::int64_t>(sizeof(BlockQ8_0)); }
    static Vec load(const std::byte *row, std::int64_t k)
    {
        const BlockQ8_0 &block = reinterpret_cast<const BlockQ8_0 *>(row)[k / 32];
        return Vec::all(scalarFromHalf(block.d)) * Vec::loadInt8(block.q + k % 32);
    }
    static Vec loadFirst(const std::byte *row, std::int64_t k, int) { return load(row, k); }
};

/// Calls f with the reader of rows of `type`.
template <class F>
void withRowsOf(DType type, const F &f)
{
    if (type == DType::kF32)
        f(F32Row());
    else if (type == DType::kF16)
        f(F16Row());
    else
        f(Q8Row());
}

/// panel[k * panelStride + i] = keys[i][k] for i < count, 0 up to `width` (a multiple of lanes).
template <class Row>
void panelOfKeys(const std::byte *const *keys, std::int64_t count, std::int64_t m, float *panel, std::int64_t panelStride,
                 std::int64_t width, const RowsAhead &ahead)
{
    PacedFetch fetch(ahead, width / kLanes * ((m + kLanes - 1) / kLanes));
    for (std::int64_t i = 0; i < width; i += kLanes) {
        Vec from[kLanes];
        for (int lane = 0; lane < kLanes; ++lane)
            from[lane] = Vec::zero();
        const int present = static_cast<int>(count - i < kLanes ? count - i : kLanes);
        std::int64_t k = 0;
        for (; k + kLanes <= m; k += kLanes) {
            for (int lane = 0; lane < present; ++lane)
                from[lane] = Row::load(keys[i + lane], k);
            fetch.step();
            transposeTile(from, panel + k * panelStride + i, panelStride);
        }
        if (k == m)
            continue;
        const int left = static_cast<int>(m - k);
        for (int lane = 0; lane < present; ++lane)
            from[lane] = Row::loadFirst(keys[i + lane], k, left);
        float last[kLanes * kLanes];
        transposeTile(from, last, kLanes);
        for (int row = 0; row < left; ++row)
            Vec::load(last + row * kLanes).store(panel + (k + row) * panelStride + i);
    }
}

/// A panel of keys at a time times all queries.
template <class Row>
void scoreByPanels(const std::byte *const *keys, std::int64_t count, const float *queries, std::int64_t rows, std::int64_t m, float *panel,
                   float *out, std::int64_t outStride, const RowsAhead &ahead)
{
    constexpr std::int64_t kStride = kTileVectors * kLanes;
    const std::int64_t panels = (count + kStride - 1) / kStride;
    for (std::int64_t i = 0; i < panels; ++i) {
        const std::int64_t some = lesser(kStride, count - i * kStride);
        const std::int64_t width = (some + kLanes - 1) / kLanes * kLanes;
        panelOfKeys<Row>(keys + i * kStride, some, m, panel, kStride, width, partOf(ahead, 2 * i, 2 * panels));
        PacedFetch fetch(partOf(ahead, 2 * i + 1, 2 * panels), m / kStepEvery);
        const auto step = [&] { fetch.step(); };
        gemmWith(queries, m, rows, panel, kStride, width, m, out + i * kStride, outStride, false, step);
    }
}

/// R keys times N queries.
template <class Row, int R, int N>
void dotKeyTile(const std::byte *const *keys, const float *queries, std::int64_t m, float *out, std::int64_t outStride, PacedFetch &fetch)
{
    Vec acc[R][N];
    for (int r = 0; r < R; ++r)
        for (int t = 0; t < N; ++t)
            acc[r][t] = Vec::zero();
    std::int64_t k = 0;
    for (; k + kLanes <= m; k += kLanes) {
        Vec query[N];
        for (int t = 0; t < N; ++t)
            query[t] = Vec::load(queries + t * m + k);
        fetch.step();
        for (int r = 0; r < R; ++r) {
            const Vec key = Row::load(keys[r], k);
            for (int t = 0; t < N; ++t)
                acc[r][t] = fma(key, query[t], acc[r][t]);
        }
    }
    const int left = static_cast<int>(m - k);
    for (int r = 0; r < R; ++r)
        for (int t = 0; t < N; ++t) {
            if (left > 0)
                acc[r][t] = fma(Row::loadFirst(keys[r], k, left), Vec::loadFirst(queries + t * m + k, left), acc[r][t]);
            out[t * outStride + r] = acc[r][t].sum();
        }
}

template <class Row, int N>
void dotKeysWith(const std::byte *const *keys, std::int64_t count, const float *queries, std::int64_t m, float *out, std::int64_t outStride,
                 const RowsAhead &ahead)
{
    constexpr int kKeysAtOnce = N == 1 ? 8 : 4;
    PacedFetch fetch(ahead, (count / kKeysAtOnce + count % kKeysAtOnce) * ((m + kLanes - 1) / kLanes));
    std::int64_t i = 0;
    for (; i + kKeysAtOnce <= count; i += kKeysAtOnce)
        dotKeyTile<Row, kKeysAtOnce, N>(keys + i, queries, m, out + i, outStride, fetch);
    for (; i < count; ++i)
        dotKeyTile<Row, 1, N>(keys + i, queries, m, out + i, outStride, fetch);
}

/// Each query for itself.
template <class Row>
void scoreByDots(const std::byte *const *keys, std::int64_t count, const float *queries, std::int64_t rows, std::int64_t m, float *out,
                 std::int64_t outStride, const RowsAhead &ahead)
{
    RowsAhead once = ahead;
    std::int64_t r = 0;
    for (; r + 2 <= rows; r += 2, once.count = 0)
        dotKeysWith<Row, 2>(keys, count, queries + r * m, m, out + r * outStride, outStride, once);
    if (r < rows)
        dotKeysWith<Row, 1>(keys, count, queries + r * m, m, out + r * outStride, outStride, once);
}

void prepareQueries(DType, const float *const *queries, std::int64_t rows, std::int64_t m, float *prepared)
{
    for (std::int64_t r = 0; r < rows; ++r)
        std::memcpy(prepared + r * m, queries[r], static_cast<std::size_t>(m) * sizeof(float));
}

void scoreKeys(DType type, const std::byte *const *keys, std::int64_t count, const float *queries, std::int64_t rows, std::int64_t m,
               float *panel, float *out, std::int64_t outStride, const RowsAhead &ahead)
{
    constexpr std::int64_t kMostDots = 3; // with more rows, turning the keys into a panel pays
    withRowsOf(type, [&](auto reader) {
        using Row = decltype(reader);
        if (rows <= kMostDots)
            scoreByDots<Row>(keys, count, queries, rows, m, out, outStride, ahead);
        else
            scoreByPanels<Row>(keys, count, queries, rows, m, panel, out, outStride, ahead);
    });
}

/// R rows of sums times V vectors of each value, in registers over all values; columns j and on.
template <class Row, int R, int V>
void addValueTile(const std::byte *const *values, std::int64_t count, const float *shares, std::int64_t sharesStride, float *out,
                  std::int64_t outStride, std::int64_t j, PacedFetch &fetch)
{
    Vec acc[R][V];
    for (int r = 0; r < R; ++r)
        for (int v = 0; v < V; ++v)
            acc[r][v] = Vec::load(out + r * outStride + j + v * kLanes);
    for (std::int64_t i = 0; i < count; ++i) {
        Vec value[V];
        fetch.step();
        for (int v = 0; v < V; ++v)
            value[v] = Row::load(values[i], j + v * kLanes);
        for (int r = 0; r < R; ++r) {
            const Vec share = Vec::all(shares[r * sharesStride + i]);
            for (int v = 0; v < V; ++v)
                acc[r][v] = fma(share, value[v], acc[r][v]);
        }
    }
    for (int r = 0; r < R; ++r)
        for (int v = 0; v < V; ++v)
            acc[r][v].store(out + r * outStride + j + v * kLanes);
}

template <class Row, int R, int V>
void addValueRows(const std::byte *const *values, std::int64_t count, const float *shares, std::int64_t sharesStride, float *out,
                  std::int64_t outStride, std::int64_t n, const RowsAhead &ahead)
{
    PacedFetch fetch(ahead, count * ((n + V * kLanes - 1) / (V * kLanes)));
    std::int64_t j = 0;
    for (; j + V * kLanes <= n; j += V * kLanes)
        addValueTile<Row, R, V>(values, count, shares, sharesStride, out, outStride, j, fetch);
    for (; j + 2 * kLanes <= n; j += 2 * kLanes)
        addValueTile<Row, R, 2>(values, count, shares, sharesStride, out, outStride, j, fetch);
    for (; j + kLanes <= n; j += kLanes)
        addValueTile<Row, R, 1>(values, count, shares, sharesStride, out, outStride, j, fetch);
    if (j == n)
        return;
    const int left = static_cast<int>(n - j);
    for (int r = 0; r < R; ++r) {
        float *to = out + r * outStride + j;
        Vec acc = Vec::loadFirst(to, left);
        for (std::int64_t i = 0; i < count; ++i)
            acc = fma(Vec::all(shares[r * sharesStride + i]), Row::loadFirst(values[i], j, left), acc);
        acc.storeFirst(to, left);
    }
}

void addValues(DType type, const std::byte *const *values, std::int64_t count, const float *shares, std::int64_t sharesStride,
               std::int64_t rows, float *out, std::int64_t outStride, std::int64_t n, const RowsAhead &ahead)
{
    withRowsOf(type, [&](auto reader) {
        using Row = decltype(reader);
        std::int64_t r = 0;
        const auto take = [&](auto tile, std::int64_t tileRows) {
            for (; r + tileRows <= rows; r += tileRows)
                tile(values, count, shares + r * sharesStride, sharesStride, out + r * outStride, outStride, n,
                     r == 0 ? ahead : RowsAhead());
        };
        take(addValueRows<Row, kTileRows, kTileVectors>, kTileRows);
        take(addValueRows<Row, kTileRows / 2, 4>, kTileRows / 2);
        take(addValueRows<Row, 2, 4>, 2);
        take(addValueRows<Row, 1, 8>, 1);
    });
}

constexpr KernelTable withAttentionKernels(KernelTable table)
{
    table.prepareQueries = prepareQueries;
    table.scoreKeys = scoreKeys;
    table.addValues = addValues;
    return table;
}

} // namespace
} // namespace conclave::kernels
