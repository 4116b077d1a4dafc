#pragma once

#include "engine/base/result.h"
#include "kernels/core/status.h"

#include <string>

namespace conclave::engine
{

/// What a failed op means to the user.
inline Error deviceError(const kernels::Status &status, const std::string &doing)
{
    if (status.code == kernels::StatusCode::kOutOfMemory)
        return {ErrorCode::kOutOfMemory, "There is not enough memory for " + doing + ". Close other programs or load a smaller model.",
                status.text};
    return {ErrorCode::kDeviceFailure, "The computation failed while " + doing + ". The conversation is kept; try again.", status.text};
}

inline Error outOfMemory(const std::string &what)
{
    return {ErrorCode::kOutOfMemory, "There is not enough memory for " + what + ". Close other programs or load a smaller model.", what};
}

} // namespace conclave::engine
