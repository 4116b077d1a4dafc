// Inner loops of the ops that carry something along a sequence; included after float_kernels.inl, to which the same rules apply.

namespace conclave::kernels
{
namespace
{

void poolColumns(const float *const *gates, const float *const *values, std::int64_t rows, float *out, std::int64_t n)
{
    for (std::int64_t i = 0; i < n; i += kLanes) {
        const int count = static_cast<int>(n - i < kLanes ? n - i : kLanes);
        Vec largest = Vec::loadFirst(gates[0] + i, count);
        for (std::int64_t r = 1; r < rows; ++r)
            largest = maximum(largest, Vec::loadFirst(gates[r] + i, count));
        Vec sum = Vec::zero();
        Vec weighted = Vec::zero();
        for (std::int64_t r = 0; r < rows; ++r) {
            const Vec share = exponential(Vec::loadFirst(gates[r] + i, count) - largest);
            sum = sum + share;
            weighted = fma(share, Vec::loadFirst(values[r] + i, count), weighted);
        }
        (weighted / sum).storeFirst(out + i, count);
    }
}

/// R rows of the state at once, so that the sums of one do not wait for those of the other.
template <int R>
void deltaRows(float *state, std::int64_t n, const DeltaToken &token, const float *value, float *out)
{
    Vec alongKey[R];
    Vec alongQuery[R];
    for (int r = 0; r < R; ++r)
        alongKey[r] = alongQuery[r] = Vec::zero();
    for (std::int64_t i = 0; i < n; i += kLanes) {
        const int count = static_cast<int>(n - i < kLanes ? n - i : kLanes);
        const Vec key = Vec::loadFirst(token.key + i, count);
        const Vec query = Vec::loadFirst(token.query + i, count);
        for (int r = 0; r < R; ++r) {
            const Vec m = Vec::loadFirst(state + r * n + i, count);
            alongKey[r] = fma(m, key, alongKey[r]);
            alongQuery[r] = fma(m, query, alongQuery[r]);
        }
    }
    const Vec keep = Vec::all(token.keep);
    for (int r = 0; r < R; ++r) {
        const float correction = token.beta * (value[r] - token.keep * alongKey[r].sum());
        out[r] = token.keep * alongQuery[r].sum() + correction * token.keyDotQuery;
        const Vec added = Vec::all(correction);
        for (std::int64_t i = 0; i < n; i += kLanes) {
            const int count = static_cast<int>(n - i < kLanes ? n - i : kLanes);
            float *m = state + r * n + i;
            fma(added, Vec::loadFirst(token.key + i, count), Vec::loadFirst(m, count) * keep).storeFirst(m, count);
        }
    }
}

void deltaStep(float *state, std::int64_t rows, std::int64_t n, const DeltaToken &token, const float *value, float *out)
{
    std::int64_t r = 0;
    for (; r + 4 <= rows; r += 4)
        deltaRows<4>(state + r * n, n, token, value + r, out + r);
    for (; r < rows; ++r)
        deltaRows<1>(state + r * n, n, token, value + r, out + r);
}

constexpr KernelTable withSequenceKernels(KernelTable table)
{
    table.poolColumns = poolColumns;
    table.deltaStep = deltaStep;
    return table;
}

} // namespace
} // namespace conclave::kernels
