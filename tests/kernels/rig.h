#pragma once

#include "kernels/core/blocks.h"
#include "kernels/core/device.h"
#include "kernels/core/quantise.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

/// A device with a queue, and tensors made and read in one line each. Used by the tests of kernels and by the benchmark.
namespace conclave::kernels::test
{

using Floats = std::vector<float>;
using Bytes = std::vector<std::byte>;
using Shape = std::initializer_list<std::int64_t>;

class Rig
{
public:
    explicit Rig(Device &device) : m_device(device), m_queue(device.createQueue()) {}

    Queue &queue() { return *m_queue; }

    Tensor raw(DType type, Shape shape, const void *data, std::size_t bytes)
    {
        m_buffers.push_back(m_device.allocate(bytes));
        const Tensor tensor = Tensor::packed(type, shape, m_buffers.back().get());
        note(m_device.upload(tensor, {static_cast<const std::byte *>(data), bytes}));
        return tensor;
    }
    Tensor weights(DType type, Shape shape, const Bytes &rows) { return raw(type, shape, rows.data(), rows.size()); }
    Tensor floats(Shape shape, const Floats &values) { return raw(DType::kF32, shape, values.data(), values.size() * sizeof(float)); }
    Tensor ints(Shape shape, const std::vector<std::int32_t> &values)
    {
        return raw(DType::kI32, shape, values.data(), values.size() * sizeof(std::int32_t));
    }
    /// Filled with a value that no op produces by itself, so that what an op forgets to write shows.
    Tensor output(Shape shape)
    {
        std::int64_t count = 1;
        for (const std::int64_t axis : shape)
            count *= axis;
        return floats(shape, Floats(static_cast<std::size_t>(count), -987.0F));
    }

    /// Values of a packed tensor of any type, as float32 (I32: converted).
    Floats read(const Tensor &tensor)
    {
        Bytes bytes(tensor.packedBytes());
        note(m_queue->finish());
        note(m_device.download(bytes, tensor));
        Floats values(static_cast<std::size_t>(tensor.elements()));
        if (tensor.dtype != DType::kI32) {
            dequantiseRow(tensor.dtype, bytes, values);
            return values;
        }
        for (std::size_t i = 0; i < values.size(); ++i) {
            std::int32_t value;
            std::memcpy(&value, bytes.data() + i * 4, 4);
            values[i] = static_cast<float>(value);
        }
        return values;
    }

    /// Keeps the first failure.
    void note(Status status)
    {
        if (!status.ok() && m_status.ok())
            m_status = status;
    }
    Status status() const { return m_status; }

private:
    Device &m_device;
    std::unique_ptr<Queue> m_queue;
    std::vector<std::unique_ptr<Buffer>> m_buffers;
    Status m_status;
};

/// Seeded numbers of several characters.
class Numbers
{
public:
    explicit Numbers(std::uint32_t seed) : m_engine(seed) {}

    Floats normal(std::int64_t count, float scale = 1.0F)
    {
        std::normal_distribution<float> distribution(0.0F, scale);
        Floats values(static_cast<std::size_t>(count));
        for (float &value : values)
            value = distribution(m_engine);
        return values;
    }
    std::int32_t below(std::int32_t end) { return std::uniform_int_distribution<std::int32_t>(0, end - 1)(m_engine); }

    /// `rows` rows of `length` values of `type`. Types that have no writer get random bytes, which are valid blocks, with usual scales.
    Bytes weightRows(DType type, std::int64_t rows, std::int64_t length)
    {
        const std::size_t bytes = rowBytes(type, static_cast<std::size_t>(length));
        Bytes data(static_cast<std::size_t>(rows) * bytes);
        Floats probe(blockLayout(type).elements);
        if (Bytes block(blockLayout(type).bytes); quantiseRow(type, probe, block)) {
            for (std::int64_t row = 0; row < rows; ++row)
                quantiseRow(type, normal(length), std::span(data).subspan(static_cast<std::size_t>(row) * bytes, bytes));
            return data;
        }
        for (std::byte &byte : data)
            byte = static_cast<std::byte>(below(256));
        const std::size_t block = blockLayout(type).bytes;
        for (std::size_t at = 0; at < data.size(); at += block)
            setScales(type, data.data() + at);
        return data;
    }

private:
    /// Makes a block's scale 2^-10 .. 2^-8 (Q6_K: smaller, its integers are large) and its minimum likewise.
    void setScales(DType type, std::byte *block)
    {
        const auto half = [&](std::size_t where, int low) {
            const auto bits = static_cast<std::uint16_t>(low + below(0x800));
            std::memcpy(block + where, &bits, 2);
        };
        switch (type) {
        case DType::kQ2_K:
            half(offsetof(BlockQ2_K, d), 0x1400);
            return half(offsetof(BlockQ2_K, dmin), 0x1400);
        case DType::kQ3_K:
            return half(offsetof(BlockQ3_K, d), 0x1000);
        case DType::kQ6_K:
            return half(offsetof(BlockQ6_K, d), 0x0800);
        case DType::kTQ1_0:
            return half(offsetof(BlockTQ1_0, d), 0x2400);
        case DType::kTQ2_0:
            return half(offsetof(BlockTQ2_0, d), 0x2400);
        case DType::kMXFP4: {
            const auto exponent = static_cast<std::uint8_t>(118 + below(4));
            std::memcpy(block, &exponent, 1);
            return;
        }
        case DType::kIQ1_M: // its scale's upper bits, 0x14 or above, lie in the last two of four words
            block[offsetof(BlockIQ1_M, scales) + 5] = static_cast<std::byte>(0x40 | below(16));
            block[offsetof(BlockIQ1_M, scales) + 7] = static_cast<std::byte>(0x10 | below(16));
            return;
        case DType::kQ4_1:
        case DType::kQ5_1:
        case DType::kQ4_K:
        case DType::kQ5_K:
            half(2, 0x1400);
            [[fallthrough]];
        default: // the scale comes first
            return half(0, 0x1400);
        }
    }

private:
    std::mt19937 m_engine;
};

} // namespace conclave::kernels::test
