#include "plugin_bench.h"

#include "kernels/core/blocks.h"
#include "kernels/core/half.h"
#include "kernels/core/quantise.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <stdexcept>

namespace conclave::tests
{

using namespace kernels;

namespace
{

constexpr float kUntouched = 99.0F;

void require(bool condition, const char *what)
{
    if (!condition)
        throw std::runtime_error(what);
}

/// Random blocks get a scale that makes their values about 1, and every 16th a subnormal one.
void fixScale(Bytes &bytes, std::size_t block, std::size_t stride, std::size_t at, float scale)
{
    const std::uint16_t half = block % 16 == 15 ? 0x0123 : floatToHalf(scale);
    std::copy_n(reinterpret_cast<const std::byte *>(&half), 2, bytes.begin() + static_cast<std::ptrdiff_t>(block * stride + at));
}

/// Where a block's halves lie, and by what they must be divided for values about 1.
struct HalfPlaces
{
    DType type;
    std::size_t d;
    float divisor;
    std::size_t low; ///< of the minimum; 0: none
    float lowDivisor;
};

constexpr HalfPlaces kHalfPlaces[] = {
    {DType::kQ4_1, 0, 15, 2, 1},
    {DType::kQ5_0, 0, 16, 0, 1},
    {DType::kQ5_1, 0, 31, 2, 1},
    {DType::kQ2_K, offsetof(BlockQ2_K, d), 45, offsetof(BlockQ2_K, dmin), 15},
    {DType::kQ3_K, offsetof(BlockQ3_K, d), 128, 0, 1},
    {DType::kQ4_K, 0, 900, 2, 63},
    {DType::kQ5_K, 0, 1900, 2, 63},
    {DType::kQ6_K, offsetof(BlockQ6_K, d), 4096, 0, 1},
    {DType::kIQ4_NL, 0, 127, 0, 1},
    {DType::kIQ4_XS, 0, 4000, 0, 1},
    {DType::kIQ3_S, 0, 450, 0, 1},
    {DType::kIQ3_XXS, 0, 450, 0, 1},
    {DType::kIQ2_S, 0, 160, 0, 1},
    {DType::kIQ2_XS, 0, 160, 0, 1},
    {DType::kIQ2_XXS, 0, 160, 0, 1},
    {DType::kIQ1_S, 0, 16, 0, 1},
    {DType::kTQ1_0, offsetof(BlockTQ1_0, d), 1, 0, 1},
    {DType::kTQ2_0, offsetof(BlockTQ2_0, d), 1, 0, 1},
};

/// IQ1_M has its half in the upper nibbles of four words: one of about 1/16, with random lower bits.
void fixScatteredScale(std::byte *block)
{
    std::byte *const words = block + offsetof(BlockIQ1_M, scales);
    words[5] = (words[5] & std::byte{0x0F}) | std::byte{0xC0};
    words[7] = (words[7] & std::byte{0x0F}) | std::byte{0x20};
}

/// A share of the expected value, or of 1 where that is smaller; infinite where there is no number.
double errorOf(float actual, float expected)
{
    const double error = std::fabs(static_cast<double>(actual) - expected) / std::max(1.0, std::fabs(static_cast<double>(expected)));
    return actual == expected ? 0 : std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
}

const HalfPlaces *halfPlaces(DType type)
{
    for (const HalfPlaces &places : kHalfPlaces)
        if (places.type == type)
            return &places;
    return nullptr;
}

} // namespace

float Random::uniform(float low, float high)
{
    return std::uniform_real_distribution<float>(low, high)(m_engine);
}

std::vector<float> Random::floats(std::int64_t count, float low, float high)
{
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float &value : values)
        value = uniform(low, high);
    return values;
}

Bytes Random::weights(DType type, std::int64_t rows, std::int64_t width)
{
    Bytes bytes(static_cast<std::size_t>(rows) * rowBytes(type, static_cast<std::size_t>(width)));
    const HalfPlaces *places = halfPlaces(type);
    if (places == nullptr && type != DType::kMXFP4 && type != DType::kIQ1_M) {
        require(quantiseRow(type, floats(rows * width), bytes), "quantiseRow");
        return bytes;
    }
    for (std::byte &byte : bytes)
        byte = static_cast<std::byte>(m_engine() & 255U);
    const std::size_t stride = blockLayout(type).bytes;
    for (std::size_t block = 0; block < bytes.size() / stride; ++block) {
        if (type == DType::kIQ1_M) {
            fixScatteredScale(bytes.data() + block * stride);
            continue;
        }
        if (places == nullptr) { // an exponent, of 2^(e - 128)
            bytes[block * stride] = static_cast<std::byte>(block % 16 == 15 ? block / 16 % 3 : 122 + m_engine() % 4);
            continue;
        }
        fixScale(bytes, block, stride, places->d, uniform(-1.0F, 1.0F) / places->divisor);
        if (places->low != 0)
            fixScale(bytes, block, stride, places->low, uniform(-1.0F, 1.0F) / places->lowDivisor);
    }
    return bytes;
}

Tensor Side::store(const Tensor &shapeOnly, std::size_t offset, const void *bytes)
{
    const std::size_t size = shapeOnly.packedBytes();
    m_buffers.push_back(m_device.allocate(offset + size));
    require(m_buffers.back() != nullptr, "no memory");
    Tensor tensor = shapeOnly;
    tensor.buffer = m_buffers.back().get();
    tensor.offset = offset;
    require(m_device.upload(tensor, {static_cast<const std::byte *>(bytes), size}).ok(), "upload");
    return tensor;
}

Tensor Side::weights(DType type, std::int64_t rows, std::int64_t width, const Bytes &bytes)
{
    // Two bytes off a word, where the type allows: files promise no more than that.
    return store(Tensor::packed(type, {rows, width}, nullptr), m_aligned ? 64 : type == DType::kF32 ? 4 : 34, bytes.data());
}

Tensor Side::zeros(DType type, std::initializer_list<std::int64_t> shape)
{
    Tensor tensor = Tensor::packed(type, shape, nullptr);
    m_buffers.push_back(m_device.allocate(64 + tensor.packedBytes()));
    require(m_buffers.back() != nullptr, "no memory");
    tensor.buffer = m_buffers.back().get();
    tensor.offset = 64;
    return tensor;
}

Tensor Side::vector(const std::vector<float> &values)
{
    return store(Tensor::packed(DType::kF32, {static_cast<std::int64_t>(values.size())}, nullptr), m_aligned ? 64 : 12, values.data());
}

Tensor Side::activations(std::initializer_list<std::int64_t> shape, const std::vector<float> &values)
{
    Tensor view = Tensor::packed(DType::kF32, shape, nullptr);
    const std::int64_t rows = view.rows();
    const std::int64_t width = view.rowLength();
    std::vector<float> spaced(static_cast<std::size_t>(rows * (width + m_gap)), kUntouched);
    for (std::int64_t row = 0; row < rows; ++row)
        std::copy_n(values.begin() + row * width, width, spaced.begin() + row * (width + m_gap));
    const Tensor whole = store(Tensor::packed(DType::kF32, {rows, width + m_gap}, nullptr), m_aligned ? 64 : 20, spaced.data());
    view.buffer = whole.buffer;
    view.offset = whole.offset;
    std::int64_t stride = (width + m_gap) * 4;
    for (int axis = view.rank - 2; axis >= 0; --axis) {
        view.strideBytes[static_cast<std::size_t>(axis)] = stride;
        stride *= view.shape[static_cast<std::size_t>(axis)];
    }
    return view;
}

std::vector<float> Side::read(const Tensor &tensor)
{
    require(m_queue->finish().ok(), "finish");
    const Tensor whole = Tensor::packed(DType::kF32, {tensor.rows(), tensor.rowLength() + m_gap}, tensor.buffer, tensor.offset);
    std::vector<float> values(static_cast<std::size_t>(whole.elements()));
    require(m_device.download(std::as_writable_bytes(std::span(values)), whole).ok(), "download");
    return values;
}

std::string difference(const std::vector<float> &actual, const std::vector<float> &expected, double tolerance)
{
    if (actual.size() != expected.size())
        return "sizes differ";
    std::string text;
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < actual.size(); ++i) {
        if (errorOf(actual[i], expected[i]) <= tolerance)
            continue;
        ++wrong;
        if (text.empty())
            text = "value " + std::to_string(i) + ": " + std::to_string(actual[i]) + " instead of " + std::to_string(expected[i]);
    }
    return wrong > 1 ? text + ", and " + std::to_string(wrong - 1) + " more of " + std::to_string(actual.size()) : text;
}

double largestError(const std::vector<float> &actual, const std::vector<float> &expected)
{
    double largest = 0;
    for (std::size_t i = 0; i < actual.size() && i < expected.size(); ++i)
        largest = std::max(largest, errorOf(actual[i], expected[i]));
    return largest;
}

} // namespace conclave::tests
