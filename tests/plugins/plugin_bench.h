#pragma once

#include "kernels/core/device.h"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <random>
#include <string>
#include <vector>

/// Tools for testing ops on a device: random operands, and one side (device or reference) of a comparison.
namespace conclave::tests
{

using Bytes = std::vector<std::byte>;

/// Repeatable random values and stored rows.
class Random
{
public:
    explicit Random(std::uint32_t seed) : m_engine(seed) {}

    float uniform(float low, float high);
    std::vector<float> floats(std::int64_t count, float low = -1.0F, float high = 1.0F);
    /// `rows` rows of `width` values of `type`, of magnitude about 1.
    Bytes weights(kernels::DType type, std::int64_t rows, std::int64_t width);

private:
    std::mt19937 m_engine;
};

/// A device, a queue and the buffers of one test row. Every tensor lies at an offset in its buffer, and rows of activations lie apart
/// by a gap that must stay untouched.
class Side
{
public:
    explicit Side(kernels::Device &device) : m_device(device), m_queue(device.createQueue()) {}

    kernels::Queue &queue() { return *m_queue; }
    kernels::Device &device() { return m_device; }
    /// From here on operands lie at multiples of 64 bytes and rows of activations at multiples of 16, as an engine's do: the fast kernels
    /// ask for that.
    void align()
    {
        m_aligned = true;
        m_gap = 4;
    }
    kernels::Tensor weights(kernels::DType type, std::int64_t rows, std::int64_t width, const Bytes &bytes);
    /// Packed and zero.
    kernels::Tensor zeros(kernels::DType type, std::initializer_list<std::int64_t> shape);
    kernels::Tensor vector(const std::vector<float> &values);
    /// Activations of `shape` from packed `values`; the gap holds 99.
    kernels::Tensor activations(std::initializer_list<std::int64_t> shape, const std::vector<float> &values);
    /// All of an activation's memory, gaps too. Waits for the queue.
    std::vector<float> read(const kernels::Tensor &tensor);

private:
    kernels::Tensor store(const kernels::Tensor &shapeOnly, std::size_t offset, const void *bytes);

    kernels::Device &m_device;
    bool m_aligned = false;
    std::int64_t m_gap = 3; ///< floats between rows of activations
    std::vector<std::unique_ptr<kernels::Buffer>> m_buffers;
    std::unique_ptr<kernels::Queue> m_queue;
};

/// Empty when each value is within `tolerance` * max(1, |expected|); otherwise where it is not.
std::string difference(const std::vector<float> &actual, const std::vector<float> &expected, double tolerance);
/// What `difference` holds against the tolerance.
double largestError(const std::vector<float> &actual, const std::vector<float> &expected);

} // namespace conclave::tests
