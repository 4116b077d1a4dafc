#include "kernels/core/validate.h"
#include "kernels/reference/reference_math.h"
#include "kernels/reference/reference_queue.h"

namespace conclave::kernels
{

namespace
{

/// Rows and columns of mix [S, S] are brought near to sum 1 (Sinkhorn and Knopp 1967).
void balance(Values &mix, std::size_t streams, int iterations, double epsilon)
{
    const auto divide = [&](std::size_t step, std::size_t start) { // one row or column
        double sum = epsilon;
        for (std::size_t i = 0; i < streams; ++i)
            sum += mix[start + i * step];
        for (std::size_t i = 0; i < streams; ++i)
            mix[start + i * step] /= sum;
    };
    for (int iteration = 0; iteration < iterations; ++iteration) {
        for (std::size_t row = 0; row < streams && iteration > 0; ++row)
            divide(1, row * streams);
        for (std::size_t column = 0; column < streams; ++column)
            divide(streams, column);
    }
}

/// The S x S logits, which begin at p[2S], balanced.
Values mixOf(const Values &logits, std::size_t streams, int iterations, double epsilon)
{
    Values mix;
    for (std::size_t i = 0; i < streams; ++i) {
        const auto row = logits.begin() + static_cast<std::ptrdiff_t>(streams * (2 + i));
        const double largest = *std::max_element(row, row + static_cast<std::ptrdiff_t>(streams));
        double sum = 0;
        for (std::size_t j = 0; j < streams; ++j)
            sum += std::exp(row[static_cast<std::ptrdiff_t>(j)] - largest);
        for (std::size_t j = 0; j < streams; ++j)
            mix.push_back(std::exp(row[static_cast<std::ptrdiff_t>(j)] - largest) / sum + epsilon);
    }
    balance(mix, streams, iterations, epsilon);
    return mix;
}

} // namespace

Status ReferenceQueue::gatherStreams(const GatherStreamsArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const auto streams = static_cast<std::size_t>(args.streams.shape[1]);
    const auto epsilon = static_cast<double>(args.epsilon);
    const Values base = readRow(args.base, 0);
    const Values scale = readRow(args.scale, 0);
    for (std::int64_t t = 0; t < args.streams.shape[0]; ++t) {
        Values logits = readRow(args.projection, t);
        for (std::size_t i = 0; i < logits.size(); ++i)
            logits[i] = logits[i] * scale[std::min<std::size_t>(i / streams, 2)] + base[i];
        Values out(static_cast<std::size_t>(args.out.shape[1]), 0.0);
        for (std::size_t s = 0; s < streams; ++s) {
            const Values stream = readRow(args.streams.at(t), static_cast<std::int64_t>(s));
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] += (sigmoid(logits[s]) + epsilon) * stream[i];
        }
        writeRow(args.out, t, out);
        if (args.post.empty())
            continue;
        Values post;
        for (std::size_t s = 0; s < streams; ++s)
            post.push_back(2.0 * sigmoid(logits[streams + s]));
        writeRow(args.post, t, post);
        const Values mix = mixOf(logits, streams, args.iterations, epsilon);
        for (std::size_t i = 0; i < streams; ++i) {
            const auto row = mix.begin() + static_cast<std::ptrdiff_t>(i * streams);
            writeRow(args.mix.at(t), static_cast<std::int64_t>(i), Values(row, row + static_cast<std::ptrdiff_t>(streams)));
        }
    }
    return Status::success();
}

Status ReferenceQueue::spreadStreams(const SpreadStreamsArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t streams = args.streams.shape[1];
    for (std::int64_t t = 0; t < args.streams.shape[0]; ++t) {
        const Values in = readRow(args.in, t);
        const Values post = readRow(args.post, t);
        std::vector<Values> next;
        for (std::int64_t j = 0; j < streams; ++j) {
            Values stream = in;
            for (double &x : stream)
                x *= post[static_cast<std::size_t>(j)];
            for (std::int64_t i = 0; i < streams; ++i) {
                const double share = readRow(args.mix.at(t), i)[static_cast<std::size_t>(j)];
                const Values from = readRow(args.streams.at(t), i);
                for (std::size_t c = 0; c < stream.size(); ++c)
                    stream[c] += share * from[c];
            }
            next.push_back(std::move(stream));
        }
        for (std::int64_t j = 0; j < streams; ++j)
            writeRow(args.streams.at(t), j, next[static_cast<std::size_t>(j)]);
    }
    return Status::success();
}

} // namespace conclave::kernels
