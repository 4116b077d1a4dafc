#include "kernels/core/host_memory.h"
#include "kernels/core/validate.h"
#include "kernels/cpu/cpu_queue.h"

#include <algorithm>

namespace conclave::kernels
{

namespace
{

constexpr Status kNoConvolutionMemory{StatusCode::kOutOfMemory, "convolution: scratch"};

/// The nine neighbours of output pixel (y, x) in raster order; null outside the image.
void neighbours(const HostRows<const float> &in, const Tensor &image, std::int64_t y, std::int64_t x, int stride, const float **taps)
{
    const std::int64_t height = image.shape[0];
    const std::int64_t width = image.shape[1];
    for (int tap = 0; tap < 9; ++tap) {
        const std::int64_t row = y * stride + tap / 3 - 1;
        const std::int64_t column = x * stride + tap % 3 - 1;
        const bool inside = row >= 0 && row < height && column >= 0 && column < width;
        taps[tap] = inside ? in[row * width + column] : nullptr;
    }
}

} // namespace

/// A matrix product of the kernel [cout, 9 cin] with patches [9 cin, pixels], some pixels at a time.
Status CpuQueue::conv3x3(const Conv3x3Args &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t channelsIn = args.in.shape[2];
    const std::int64_t channelsOut = args.out.shape[2];
    const std::int64_t pixels = args.out.rows();
    const std::int64_t length = 9 * channelsIn;
    const std::int64_t tile = m_kernels.tileLanes;
    if (pixels == 0 || channelsOut == 0)
        return Status::success();

    // Taps outermost, so that a patch is nine copies of an image row's channels.
    float *weight = m_weights.get<float>(static_cast<std::size_t>(channelsOut * length));
    if (weight == nullptr)
        return kNoConvolutionMemory;
    const HostRows<const std::byte> kernelRows(args.weight);
    for (std::int64_t row = 0; row < args.weight.rows(); ++row) // (o, c, dy)
    {
        float three[3];
        m_kernels.dequantiseRow(args.weight.dtype, kernelRows[row], three, 3);
        const std::int64_t o = row / 3 / channelsIn;
        const std::int64_t c = row / 3 % channelsIn;
        for (std::int64_t dx = 0; dx < 3; ++dx)
            weight[o * length + (row % 3 * 3 + dx) * channelsIn + c] = three[dx];
    }
    for (ThreadScratch &thread : m_threads)
        if (thread.a.get<float>(static_cast<std::size_t>(tile * length)) == nullptr ||
            thread.b.get<float>(static_cast<std::size_t>(tile * length)) == nullptr ||
            thread.c.get<float>(static_cast<std::size_t>(tile * channelsOut)) == nullptr ||
            thread.d.get<float>(static_cast<std::size_t>(channelsOut)) == nullptr)
            return kNoConvolutionMemory;

    const HostRows<const float> in(args.in);
    const HostRows<float> out(args.out);
    const auto *bias = reinterpret_cast<const float *>(hostAddress(args.bias));
    forEach((pixels + tile - 1) / tile, pixels * length, [&](std::int64_t index, int thread) {
        ThreadScratch &scratch = m_threads[static_cast<std::size_t>(thread)];
        float *patches = scratch.a.get<float>(1);
        float *panel = scratch.b.get<float>(1);
        float *c = scratch.c.get<float>(1);
        float *row = scratch.d.get<float>(1);
        const std::int64_t first = index * tile;
        const std::int64_t count = std::min(tile, pixels - first);
        const std::int64_t width = (count + m_kernels.lanes - 1) / m_kernels.lanes * m_kernels.lanes;
        const float *rowOf[64];
        for (std::int64_t i = 0; i < count; ++i) {
            const float *taps[9];
            neighbours(in, args.in, (first + i) / args.out.shape[1], (first + i) % args.out.shape[1], args.stride, taps);
            float *to = patches + i * length;
            rowOf[i] = to;
            for (const float *tap : taps) {
                for (std::int64_t c = 0; c < channelsIn; ++c) // a loop: the first layer's three channels are not worth a call
                    to[c] = tap != nullptr ? tap[c] : 0.0F;
                to += channelsIn;
            }
        }
        m_kernels.transpose(rowOf, count, length, panel, width, width);
        m_kernels.gemm(weight, length, channelsOut, panel, width, width, length, c, tile, false);
        for (std::int64_t i = 0; i < count; ++i) {
            for (std::int64_t o = 0; o < channelsOut; ++o)
                row[o] = c[o * tile + i];
            m_kernels.finishRow(row, bias, out[first + i], channelsOut, args.activation, false);
        }
    });
    return Status::success();
}

Status CpuQueue::depthwiseConv3x3(const DepthwiseConv3x3Args &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t channels = args.in.shape[2];
    float *weight = m_weights.get<float>(static_cast<std::size_t>(9 * channels)); // [9, c]
    if (weight == nullptr)
        return kNoConvolutionMemory;
    const HostRows<const float> kernelRows(args.weight);
    for (std::int64_t row = 0; row < args.weight.rows(); ++row)
        for (std::int64_t dx = 0; dx < 3; ++dx)
            weight[(row % 3 * 3 + dx) * channels + row / 3] = kernelRows[row][dx];

    const HostRows<const float> in(args.in);
    const HostRows<float> out(args.out);
    const auto *bias = reinterpret_cast<const float *>(hostAddress(args.bias));
    forEachRow(args.in.rows(), 9 * channels, [&](std::int64_t pixel) {
        const float *taps[9];
        neighbours(in, args.in, pixel / args.in.shape[1], pixel % args.in.shape[1], 1, taps);
        m_kernels.depthwise(taps, weight, bias, out[pixel], channels, args.residual);
    });
    return Status::success();
}

} // namespace conclave::kernels
