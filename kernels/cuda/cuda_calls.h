#pragma once

#include "kernels/core/dtype.h"
#include "kernels/plugin/op_calls.h"

#include <cuda_runtime_api.h>

/// Starts one kernel each on `stream`. cudaErrorNotSupported for a weight type without a variant. Called from the host's C++.
namespace conclave::kernels
{

cudaError_t launchEmbedRows(const EmbedCall &call, DType type, std::uint32_t groups, cudaStream_t stream);
cudaError_t launchMatmul(const MatmulCall &call, DType type, std::uint32_t tiles, cudaStream_t stream);
cudaError_t launchRmsNorm(const RmsNormCall &call, cudaStream_t stream);
cudaError_t launchRope(const RopeCall &call, std::uint32_t groups, cudaStream_t stream);
cudaError_t launchAdd(const AddCall &call, std::uint32_t groups, cudaStream_t stream);
cudaError_t launchGatedActivation(const GatedActivationCall &call, std::uint32_t groups, cudaStream_t stream);
cudaError_t launchHeadGate(const HeadGateCall &call, std::uint32_t groups, cudaStream_t stream);

} // namespace conclave::kernels
