#include "engine/forecast/probe.h"

#include "engine/synth/random_blocks.h"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace conclave::engine
{

using kernels::DType;
using kernels::Tensor;

Probe::Probe(kernels::Device &device, std::size_t weightBytes, std::size_t contextBytes)
    : m_device(device), m_queue(device.createQueue()), m_memory(ReservedMemory::reserve(weightBytes)),
      m_weights(m_memory ? device.importReadOnly({m_memory->data(), m_memory->size()}) : device.allocate(weightBytes)),
      m_context(device.allocate(contextBytes)), m_failed(m_weights == nullptr || m_context == nullptr)
{
}

Tensor Probe::make(DType type, std::initializer_list<std::int64_t> shape)
{
    const Tensor sized = Tensor::packed(type, shape, nullptr);
    auto buffer = m_device.allocate(sized.packedBytes());
    m_failed = m_failed || buffer == nullptr;
    if (buffer == nullptr)
        return {};
    m_buffers.push_back(std::move(buffer));
    return Tensor::packed(type, shape, m_buffers.back().get());
}

Tensor Probe::makeRandom(DType type, std::initializer_list<std::int64_t> shape)
{
    const Tensor out = make(type, shape);
    if (!out.empty())
        fill(out);
    return out;
}

Tensor Probe::weights(DType type, std::initializer_list<std::int64_t> shape)
{
    return filledIn(m_weights.get(), type, shape);
}

Tensor Probe::context(DType type, std::initializer_list<std::int64_t> shape)
{
    return filledIn(m_context.get(), type, shape);
}

Tensor Probe::filledIn(kernels::Buffer *memory, DType type, std::initializer_list<std::int64_t> shape)
{
    const Tensor out = Tensor::packed(type, shape, memory);
    m_failed = m_failed || memory == nullptr || out.packedBytes() > memory->sizeBytes();
    if (!m_failed)
        fill(out);
    return out;
}

double Probe::seconds(int repeats, const std::function<kernels::Status(kernels::Queue &)> &work)
{
    using Clock = std::chrono::steady_clock;
    std::vector<double> times;
    for (int i = 0; i <= repeats && !m_stop.stop_requested(); ++i) {
        const auto start = Clock::now();
        if (!work(*m_queue).ok() || !m_queue->finish().ok())
            return 0;
        if (i > 0)
            times.push_back(std::chrono::duration<double>(Clock::now() - start).count());
    }
    if (times.empty())
        return 0;
    std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
    return times[times.size() / 2];
}

/// One piece over and over: all of it would take longer than what is measured.
void Probe::fill(const Tensor &tensor)
{
    constexpr std::size_t kBlocks = 4096;
    std::byte *const memory = tensor.buffer->hostData();
    if (memory == nullptr || !RandomBlocks::knows(tensor.dtype))
        return;
    const std::size_t bytes = tensor.packedBytes();
    const std::size_t piece = std::min(kBlocks * kernels::blockLayout(tensor.dtype).bytes, bytes);
    RandomBlocks(1).fill(tensor.dtype, 0.02F, std::span(memory, piece));
    for (std::size_t at = piece; at < bytes; at += piece)
        std::memcpy(memory + at, memory, std::min(piece, bytes - at));
}

} // namespace conclave::engine
