#include "engine/forecast/weight_speed.h"

#include <algorithm>
#include <chrono>
#include <vector>

namespace conclave::engine
{
namespace
{

using kernels::DType;
using kernels::Tensor;

constexpr std::int64_t kProbeWidth = 4096;
constexpr std::size_t kFirstProbeBytes = std::size_t{2} << 20;
constexpr std::size_t kMostProbeBytes = std::size_t{64} << 20; // more than caches hold
constexpr double kProbeSeconds = 0.05;

/// Weights that were written to, so that reading them is reading memory.
class MatrixProbe
{
public:
    MatrixProbe(kernels::Device &device, DType type, std::size_t bytes) : m_queue(device.createQueue())
    {
        const std::size_t row = kernels::rowBytes(type, kProbeWidth);
        const auto rows = static_cast<std::int64_t>(std::max<std::size_t>(bytes / row, 64));
        m_bytes = row * static_cast<std::size_t>(rows);
        m_weightMemory = device.allocate(m_bytes);
        m_memory = device.allocate((kProbeWidth + static_cast<std::size_t>(rows)) * sizeof(float));
        if (!m_weightMemory || !m_memory)
            return;
        m_args.weight = Tensor::packed(type, {rows, kProbeWidth}, m_weightMemory.get());
        m_args.in = Tensor::packed(DType::kF32, {1, kProbeWidth}, m_memory.get());
        m_args.out = Tensor::packed(DType::kF32, {1, rows}, m_memory.get(), kProbeWidth * sizeof(float));
        m_ready = m_queue != nullptr && fill(device, row, rows) && run();
    }

    bool fill(kernels::Device &device, std::size_t rowBytes, std::int64_t rows) const
    {
        constexpr std::int64_t kRowsAtOnce = 64;
        const std::vector<std::byte> filling(rowBytes * kRowsAtOnce, std::byte{0x11});
        for (std::int64_t row = 0; row < rows; row += kRowsAtOnce) {
            const std::int64_t count = std::min(kRowsAtOnce, rows - row);
            const std::span<const std::byte> part(filling.data(), rowBytes * static_cast<std::size_t>(count));
            if (!device.upload(m_args.weight.slice(row, count), part).ok())
                return false;
        }
        return true;
    }

    bool run()
    {
        const kernels::Status issued = m_queue->matmul(m_args);
        return issued.ok() && m_queue->finish().ok();
    }

    bool ready() const { return m_ready; }
    std::size_t bytes() const { return m_bytes; }

    /// Seconds of the fastest of a few runs; 0: none ended well.
    double seconds()
    {
        double best = 0;
        double all = 0;
        for (int i = 0; i < 2 || (all < 2 * kProbeSeconds && i < 16); ++i) {
            const auto start = std::chrono::steady_clock::now();
            if (!run())
                return 0;
            const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            best = best == 0 ? took : std::min(best, took);
            all += took;
        }
        return best;
    }

private:
    std::unique_ptr<kernels::Buffer> m_weightMemory;
    std::unique_ptr<kernels::Buffer> m_memory;
    std::unique_ptr<kernels::Queue> m_queue; ///< goes before the memory that it uses
    kernels::MatmulArgs m_args;
    std::size_t m_bytes = 0;
    bool m_ready = false;
};

} // namespace

double weightSpeed(kernels::Device &device, DType type)
{
    double speed = 0;
    for (std::size_t bytes = kFirstProbeBytes; bytes <= kMostProbeBytes;) {
        MatrixProbe probe(device, type, bytes);
        const double seconds = probe.ready() ? probe.seconds() : 0;
        if (seconds <= 0)
            return speed; // a smaller probe's, if there was one
        speed = static_cast<double>(probe.bytes()) / seconds;
        if (bytes == kMostProbeBytes || seconds > kProbeSeconds)
            return speed;
        bytes = std::min(kMostProbeBytes, std::max(2 * bytes, static_cast<std::size_t>(speed * kProbeSeconds)));
    }
    return speed;
}

} // namespace conclave::engine
