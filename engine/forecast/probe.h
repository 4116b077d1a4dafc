#pragma once

#include "engine/base/reserved_memory.h"
#include "kernels/core/device.h"

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace conclave::engine
{

/// Tensors of random values on a device, and a stopwatch for ops on them.
class Probe
{
public:
    /// `weightBytes`: of the largest weights(); `contextBytes`: of the largest context().
    Probe(kernels::Device &device, std::size_t weightBytes, std::size_t contextBytes);

    bool ok() const { return m_queue != nullptr && !m_failed; }
    kernels::Device &device() { return m_device; }
    void setStop(std::stop_token stop) { m_stop = std::move(stop); }

    /// Zeros.
    kernels::Tensor make(kernels::DType type, std::initializer_list<std::int64_t> shape);
    /// Random values in memory of their own: of zeros some types' scales are too small for the processor's liking.
    kernels::Tensor makeRandom(kernels::DType type, std::initializer_list<std::int64_t> shape);
    /// Random weights in the one memory that all weights take turns in, as fresh memory is dear: those before are gone.
    kernels::Tensor weights(kernels::DType type, std::initializer_list<std::int64_t> shape);
    /// Likewise keys and values, in memory such as a context gets.
    kernels::Tensor context(kernels::DType type, std::initializer_list<std::int64_t> shape);

    /// Median seconds of one call, after one that warms up. A call that wants its weights from memory, as a model finds them, takes others
    /// each time. 0: it cannot be computed here.
    double seconds(int repeats, const std::function<kernels::Status(kernels::Queue &)> &work);
    /// Of `amount` a second; 0 where the seconds are not known.
    static double rate(double amount, double seconds) { return seconds > 0 ? amount / seconds : 0; }

    static constexpr int kRepeats = 5;
    static constexpr int kFewRepeats = 3; ///< of what takes long enough to be sure of

private:
    kernels::Tensor filledIn(kernels::Buffer *memory, kernels::DType type, std::initializer_list<std::int64_t> shape);
    static void fill(const kernels::Tensor &tensor);

    kernels::Device &m_device;
    std::unique_ptr<kernels::Queue> m_queue;
    std::stop_token m_stop;
    std::vector<std::unique_ptr<kernels::Buffer>> m_buffers;
    std::optional<ReservedMemory> m_memory; ///< of the weights: in huge pages where there are any, as a model's are
    std::unique_ptr<kernels::Buffer> m_weights;
    std::unique_ptr<kernels::Buffer> m_context;
    bool m_failed = false;
};

} // namespace conclave::engine
