#pragma once

#include "kernels/core/status.h"

#include <cuda_runtime_api.h>

namespace conclave::kernels
{

inline constexpr Status kCudaLost{StatusCode::kDeviceLost, "the CUDA device does not answer"};

/// The runtime's answer in our words.
inline Status cudaStatus(cudaError_t error)
{
    switch (error) {
    case cudaSuccess:
        return Status::success();
    case cudaErrorMemoryAllocation:
        return {StatusCode::kOutOfMemory, "the card has no memory left"};
    case cudaErrorNotSupported:
        return Status::unsupported("the CUDA plugin has no kernel for this type");
    case cudaErrorNoKernelImageForDevice:
        return Status::unsupported("the CUDA plugin was not built for this card's architecture");
    default:
        return kCudaLost;
    }
}

} // namespace conclave::kernels
