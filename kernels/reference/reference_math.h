#pragma once

#include "kernels/core/host_memory.h"
#include "kernels/core/quantise.h"
#include "kernels/core/queue.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

/// Rows in float64 and what several ops do with them.
namespace conclave::kernels
{

using Values = std::vector<double>;

/// Row `row` of `tensor` in float64.
inline Values readRow(const Tensor &tensor, std::int64_t row)
{
    const auto length = static_cast<std::size_t>(tensor.rowLength());
    std::vector<float> values(length);
    const std::byte *from = HostRows<const std::byte>(tensor)[row];
    dequantiseRow(tensor.dtype, {from, rowBytes(tensor.dtype, length)}, values);
    return {values.begin(), values.end()};
}

inline void writeRow(const Tensor &tensor, std::int64_t row, const Values &values)
{
    float *to = HostRows<float>(tensor)[row];
    for (std::size_t i = 0; i < values.size(); ++i)
        to[i] = static_cast<float>(values[i]);
}

inline double sigmoid(double x)
{
    return 1.0 / (1.0 + std::exp(-x));
}

inline double activate(Activation activation, double x)
{
    switch (activation) {
    case Activation::kSilu:
        return x * sigmoid(x);
    case Activation::kGeluTanh:
        return 0.5 * x * (1.0 + std::tanh(std::sqrt(2.0 / 3.14159265358979323846) * (x + 0.044715 * x * x * x)));
    case Activation::kSigmoid:
        return sigmoid(x);
    case Activation::kGptOss:
        return x * sigmoid(1.702 * x);
    case Activation::kNone:
        break;
    }
    return x;
}

inline double dot(const Values &a, const Values &b)
{
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// act(gate) * up with limits: one value of GatedActivationArgs.
inline double gated(Activation activation, double limit, double gate, double up)
{
    if (limit > 0) {
        gate = std::min(gate, limit);
        up = std::clamp(up, -limit, limit);
    }
    return activate(activation, gate) * (activation == Activation::kGptOss ? up + 1.0 : up);
}

} // namespace conclave::kernels
