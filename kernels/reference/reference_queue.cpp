#include "kernels/reference/reference_queue.h"

#include "kernels/core/validate.h"
#include "kernels/reference/reference_math.h"

#include <algorithm>

namespace conclave::kernels
{

Status ReferenceQueue::embedRows(const EmbedRowsArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    for (std::size_t t = 0; t < args.ids.size(); ++t)
        writeRow(args.out, static_cast<std::int64_t>(t), readRow(args.table, args.ids[t]));
    return Status::success();
}

Status ReferenceQueue::matmul(const MatmulArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t rows = args.weight.shape[0];
    const Values bias = args.bias.empty() ? Values(static_cast<std::size_t>(rows), 0.0) : readRow(args.bias, 0);
    std::vector<Values> weight;
    for (std::int64_t n = 0; n < rows; ++n)
        weight.push_back(readRow(args.weight, n));
    for (std::int64_t t = 0; t < args.in.shape[0]; ++t) {
        const Values in = readRow(args.in, t);
        Values out = readRow(args.out, t);
        for (std::size_t n = 0; n < out.size(); ++n) {
            const double y = activate(args.activation, dot(weight[n], in) + bias[n]);
            out[n] = args.accumulate ? out[n] + y : y;
        }
        writeRow(args.out, t, out);
    }
    return Status::success();
}

Status ReferenceQueue::rmsNorm(const RmsNormArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const Values weight = args.weight.empty() ? Values(static_cast<std::size_t>(args.in.rowLength()), 1.0) : readRow(args.weight, 0);
    for (std::int64_t row = 0; row < args.in.rows(); ++row) {
        Values x = readRow(args.in, row);
        const double root = std::sqrt(dot(x, x) / static_cast<double>(x.size()) + static_cast<double>(args.epsilon));
        for (std::size_t i = 0; i < x.size(); ++i)
            x[i] = weight[i] * x[i] / root;
        writeRow(args.out, row, x);
    }
    return Status::success();
}

Status ReferenceQueue::layerNorm(const LayerNormArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const Values weight = readRow(args.weight, 0);
    const Values bias = readRow(args.bias, 0);
    for (std::int64_t row = 0; row < args.in.rows(); ++row) {
        Values x = readRow(args.in, row);
        const double mean = std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
        for (double &value : x)
            value -= mean;
        const double root = std::sqrt(dot(x, x) / static_cast<double>(x.size()) + static_cast<double>(args.epsilon));
        for (std::size_t i = 0; i < x.size(); ++i)
            x[i] = weight[i] * x[i] / root + bias[i];
        writeRow(args.out, row, x);
    }
    return Status::success();
}

Status ReferenceQueue::copy(const CopyArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    for (std::int64_t row = 0; row < args.in.rows(); ++row)
        writeRow(args.out, row, readRow(args.in, row));
    return Status::success();
}

Status ReferenceQueue::scale(const ScaleArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    for (std::int64_t row = 0; row < args.inout.rows(); ++row) {
        Values x = readRow(args.inout, row);
        for (double &value : x)
            value *= static_cast<double>(args.factor);
        writeRow(args.inout, row, x);
    }
    return Status::success();
}

Status ReferenceQueue::groupedMatmul(const GroupedMatmulArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t groups = args.weight.shape[0];
    const std::int64_t rows = args.weight.shape[1];
    for (std::int64_t row = 0; row < args.in.rows(); ++row) {
        const Values in = readRow(args.in, row);
        Values out;
        for (std::int64_t n = 0; n < rows; ++n)
            out.push_back(dot(readRow(args.weight, row % groups * rows + n), in));
        writeRow(args.out, row, out);
    }
    return Status::success();
}

Status ReferenceQueue::rope(const RopeArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t heads = args.inout.shape[1];
    const auto half = static_cast<std::size_t>(args.dims / 2);
    for (std::int64_t row = 0; row < args.inout.rows(); ++row) {
        Values x = readRow(args.inout, row);
        for (std::size_t i = 0; i < half; ++i) {
            const std::int64_t stream = args.streams.empty() ? 0 : args.streams[i];
            const double position = args.positions[static_cast<std::size_t>(stream * args.inout.shape[0] + row / heads)];
            const double factor = args.factors.empty() ? 1.0 : static_cast<double>(args.factors[i]);
            const double turn = args.inverse ? -1.0 : 1.0;
            const double angle =
                turn * position * std::pow(static_cast<double>(args.base), -2.0 * static_cast<double>(i) / args.dims) / factor;
            const std::size_t a = args.pairing == RopePairing::kNeox ? i : 2 * i;
            const std::size_t b = args.pairing == RopePairing::kNeox ? i + half : 2 * i + 1;
            const double first = x[a];
            const double second = x[b];
            const auto magnitude = static_cast<double>(args.magnitude);
            x[a] = magnitude * (first * std::cos(angle) - second * std::sin(angle));
            x[b] = magnitude * (first * std::sin(angle) + second * std::cos(angle));
        }
        writeRow(args.inout, row, x);
    }
    return Status::success();
}

Status ReferenceQueue::gatedActivation(const GatedActivationArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    for (std::int64_t t = 0; t < args.gate.rows(); ++t) {
        Values out = readRow(args.gate, t);
        const Values up = readRow(args.up, t);
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = gated(args.activation, static_cast<double>(args.limit), out[i], up[i]);
        writeRow(args.out, t, out);
    }
    return Status::success();
}

Status ReferenceQueue::add(const AddArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    for (std::int64_t t = 0; t < args.out.shape[0]; ++t) {
        const Values in = readRow(args.in, t % args.in.shape[0]);
        Values out = readRow(args.out, t);
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] += in[i];
        writeRow(args.out, t, out);
    }
    return Status::success();
}

Status ReferenceQueue::headGate(const HeadGateArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t heads = args.inout.shape[1];
    for (std::int64_t row = 0; row < args.inout.rows(); ++row) {
        const double gate = sigmoid(readRow(args.gate, row / heads)[static_cast<std::size_t>(row % heads)]);
        Values x = readRow(args.inout, row);
        for (double &value : x)
            value *= gate;
        writeRow(args.inout, row, x);
    }
    return Status::success();
}

Status ReferenceQueue::conv3x3(const Conv3x3Args &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t height = args.in.shape[0];
    const std::int64_t width = args.in.shape[1];
    const std::int64_t channels = args.in.shape[2];
    const Values bias = readRow(args.bias, 0);
    for (std::int64_t row = 0; row < args.out.rows(); ++row) {
        const std::int64_t top = row / args.out.shape[1] * args.stride - 1;
        const std::int64_t left = row % args.out.shape[1] * args.stride - 1;
        Values out = bias;
        for (std::int64_t dy = 0; dy < 3; ++dy)
            for (std::int64_t dx = 0; dx < 3; ++dx) {
                const std::int64_t y = top + dy;
                const std::int64_t x = left + dx;
                if (y < 0 || y >= height || x < 0 || x >= width)
                    continue;
                const Values in = readRow(args.in, y * width + x);
                for (std::size_t o = 0; o < out.size(); ++o)
                    for (std::int64_t c = 0; c < channels; ++c) {
                        const std::int64_t kernelRow = (static_cast<std::int64_t>(o) * channels + c) * 3 + dy;
                        out[o] += readRow(args.weight, kernelRow)[static_cast<std::size_t>(dx)] * in[static_cast<std::size_t>(c)];
                    }
            }
        for (double &value : out)
            value = activate(args.activation, value);
        writeRow(args.out, row, out);
    }
    return Status::success();
}

Status ReferenceQueue::depthwiseConv3x3(const DepthwiseConv3x3Args &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t height = args.in.shape[0];
    const std::int64_t width = args.in.shape[1];
    const Values bias = readRow(args.bias, 0);
    for (std::int64_t row = 0; row < args.in.rows(); ++row) {
        Values out = bias;
        for (std::int64_t dy = -1; dy <= 1; ++dy)
            for (std::int64_t dx = -1; dx <= 1; ++dx) {
                const std::int64_t y = row / width + dy;
                const std::int64_t x = row % width + dx;
                if (y < 0 || y >= height || x < 0 || x >= width)
                    continue;
                const Values in = readRow(args.in, y * width + x);
                for (std::size_t c = 0; c < out.size(); ++c)
                    out[c] += readRow(args.weight, static_cast<std::int64_t>(c) * 3 + dy + 1)[static_cast<std::size_t>(dx + 1)] * in[c];
            }
        if (args.residual) {
            const Values in = readRow(args.in, row);
            for (std::size_t c = 0; c < out.size(); ++c)
                out[c] += in[c];
        }
        writeRow(args.out, row, out);
    }
    return Status::success();
}

Status ReferenceQueue::mergePatches(const MergePatchesArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t width = args.in.shape[1];
    for (std::int64_t row = 0; row < args.out.rows(); ++row) {
        const std::int64_t y = row / args.out.shape[1] * 2;
        const std::int64_t x = row % args.out.shape[1] * 2;
        Values out;
        for (const std::int64_t from : {y * width + x, y * width + x + 1, (y + 1) * width + x, (y + 1) * width + x + 1}) {
            const Values patch = readRow(args.in, from);
            out.insert(out.end(), patch.begin(), patch.end());
        }
        writeRow(args.out, row, out);
    }
    return Status::success();
}

} // namespace conclave::kernels
