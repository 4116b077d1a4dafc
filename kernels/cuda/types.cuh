#pragma once

#include "kernels/core/dtype.h"
#include "kernels/cuda/device_code.cuh"

#include <cuda_runtime_api.h>

namespace conclave::kernels::cuda
{

/// Calls `start` with the type as a compile-time constant; `otherwise` for one that AddressedQueue lets not through.
template <class Answer, class Start>
Answer forType(DType type, Answer otherwise, const Start &start)
{
    switch (type) {
    case DType::kF32:
        return start.template operator()<DType::kF32>();
    case DType::kF16:
        return start.template operator()<DType::kF16>();
    case DType::kBF16:
        return start.template operator()<DType::kBF16>();
    case DType::kQ8_0:
        return start.template operator()<DType::kQ8_0>();
    case DType::kQ4_0:
        return start.template operator()<DType::kQ4_0>();
    case DType::kQ4_K:
        return start.template operator()<DType::kQ4_K>();
    case DType::kQ6_K:
        return start.template operator()<DType::kQ6_K>();
    default:
        return otherwise;
    }
}

/// A product's end: bias, activation, accumulation.
__device__ inline void storeProduct(const MatmulCall &call, unsigned token, unsigned row, float sum)
{
    if (call.bias != 0)
        sum += reinterpret_cast<const float *>(call.bias)[row];
    sum = activate(call.activation, sum);
    float *to = writableFloats(call.out, token, call.outStride) + row;
    *to = call.accumulate != 0 ? *to + sum : sum;
}

/// The expert in place `j` of a token; one that does not exist where there is none.
__device__ inline unsigned expertOf(DeviceAddress experts, std::uint32_t stride, unsigned token, unsigned j)
{
    return reinterpret_cast<const unsigned *>(experts + std::uint64_t{token} * stride)[j];
}

/// act(gate + bias) * (up + bias), as in GatedActivationArgs; `index` is the row among those of all experts.
__device__ inline float hiddenValue(const ExpertsHiddenCall &call, std::uint64_t index, float gate, float up)
{
    if (call.gateBias != 0)
        gate += reinterpret_cast<const float *>(call.gateBias)[index];
    if (call.upBias != 0)
        up += reinterpret_cast<const float *>(call.upBias)[index];
    return gatedValue(call.activation, call.limit, gate, up);
}

/// The biases of a token's experts, each with its share.
__device__ inline float downBiases(const ExpertsOutCall &call, unsigned token, unsigned row)
{
    if (call.downBias == 0)
        return 0.0F;
    float sum = 0.0F;
    for (unsigned j = 0; j < call.most; ++j)
        if (const unsigned expert = expertOf(call.experts, call.expertsStride, token, j); expert < call.count)
            sum += floats(call.weights, token, call.weightsStride)[j] *
                   reinterpret_cast<const float *>(call.downBias)[std::uint64_t{expert} * call.rows + row];
    return sum;
}

} // namespace conclave::kernels::cuda
