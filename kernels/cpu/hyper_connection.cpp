#include "kernels/core/host_memory.h"
#include "kernels/core/validate.h"
#include "kernels/cpu/cpu_queue.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace conclave::kernels
{

namespace
{

constexpr std::int64_t kMost = GatherStreamsArgs::kMostStreams;

double logistic(double x)
{
    return 1.0 / (1.0 + std::exp(-x));
}

/// The S x S mixing matrix of one token. Float64: it is S^2 values, and errors would pass through every layer.
class Mix
{
public:
    Mix(const float *projection, const float *base, double scale, std::int64_t streams, double epsilon)
        : m_streams(streams), m_epsilon(epsilon)
    {
        for (std::int64_t i = 0; i < streams; ++i) {
            double *row = m_values.data() + i * streams;
            for (std::int64_t j = 0; j < streams; ++j)
                row[j] = static_cast<double>(projection[i * streams + j]) * scale + static_cast<double>(base[i * streams + j]);
            const double largest = *std::max_element(row, row + streams);
            double sum = 0;
            for (std::int64_t j = 0; j < streams; ++j)
                sum += row[j] = std::exp(row[j] - largest);
            for (std::int64_t j = 0; j < streams; ++j)
                row[j] = row[j] / sum + epsilon;
        }
    }

    void balance(int iterations)
    {
        for (int iteration = 0; iteration < iterations; ++iteration) {
            for (std::int64_t row = 0; row < m_streams && iteration > 0; ++row)
                divide(row * m_streams, 1);
            for (std::int64_t column = 0; column < m_streams; ++column)
                divide(column, m_streams);
        }
    }

    const double *row(std::int64_t i) const { return m_values.data() + i * m_streams; }

private:
    void divide(std::int64_t start, std::int64_t step)
    {
        double sum = m_epsilon;
        for (std::int64_t i = 0; i < m_streams; ++i)
            sum += m_values[static_cast<std::size_t>(start + i * step)];
        for (std::int64_t i = 0; i < m_streams; ++i)
            m_values[static_cast<std::size_t>(start + i * step)] /= sum;
    }

    std::int64_t m_streams;
    double m_epsilon;
    std::array<double, kMost * kMost> m_values;
};

} // namespace

Status CpuQueue::gatherStreams(const GatherStreamsArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t streams = args.streams.shape[1];
    const std::int64_t width = args.streams.shape[2];
    const auto epsilon = static_cast<double>(args.epsilon);
    const HostRows<const float> from(args.streams);
    const HostRows<const float> projections(args.projection);
    const HostRows<float> out(args.out);
    const auto *base = reinterpret_cast<const float *>(hostAddress(args.base));
    const auto *scale = reinterpret_cast<const float *>(hostAddress(args.scale));
    const bool mixes = !args.post.empty();
    const HostRows<float> posts = mixes ? HostRows<float>(args.post) : HostRows<float>();
    const HostRows<float> mixRows = mixes ? HostRows<float>(args.mix) : HostRows<float>();

    forEach(args.streams.shape[0], args.streams.elements(), [&](std::int64_t t, int) {
        const float *projection = projections[t];
        const auto gate = [&](std::int64_t i, int part) {
            return logistic(static_cast<double>(projection[i]) * static_cast<double>(scale[part]) + static_cast<double>(base[i]));
        };
        std::fill_n(out[t], width, 0.0F);
        for (std::int64_t s = 0; s < streams; ++s)
            m_kernels.addScaled(static_cast<float>(gate(s, 0) + epsilon), from[t * streams + s], out[t], width);
        if (!mixes)
            return;
        for (std::int64_t s = 0; s < streams; ++s)
            posts[t][s] = static_cast<float>(2.0 * gate(streams + s, 1));
        Mix mix(projection + 2 * streams, base + 2 * streams, static_cast<double>(scale[2]), streams, epsilon);
        mix.balance(args.iterations);
        for (std::int64_t i = 0; i < streams; ++i)
            std::transform(mix.row(i), mix.row(i) + streams, mixRows[t * streams + i], [](double x) { return static_cast<float>(x); });
    });
    return Status::success();
}

Status CpuQueue::spreadStreams(const SpreadStreamsArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    constexpr std::int64_t kColumns = 256; // at a time: the old values of all streams stay close
    const std::int64_t count = args.streams.shape[1];
    const std::int64_t width = args.streams.shape[2];
    const std::int64_t chunks = (width + kColumns - 1) / kColumns;
    const HostRows<const float> in(args.in);
    const HostRows<const float> posts(args.post);
    const HostRows<const float> mix(args.mix);
    const HostRows<float> streams(args.streams);
    forEach(args.streams.shape[0] * chunks, args.streams.elements() * count, [&](std::int64_t index, int) {
        const std::int64_t t = index / chunks;
        const std::int64_t begin = index % chunks * kColumns;
        const std::int64_t columns = std::min(kColumns, width - begin);
        float before[kMost][kColumns];
        for (std::int64_t i = 0; i < count; ++i)
            std::copy_n(streams[t * count + i] + begin, columns, before[i]);
        for (std::int64_t j = 0; j < count; ++j) {
            float *out = streams[t * count + j] + begin;
            std::copy_n(in[t] + begin, columns, out);
            m_kernels.scaleRow(posts[t][j], out, columns);
            for (std::int64_t i = 0; i < count; ++i)
                m_kernels.addScaled(mix[t * count + i][j], before[i], out, columns);
        }
    });
    return Status::success();
}

} // namespace conclave::kernels
