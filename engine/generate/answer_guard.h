#pragma once

#include "engine/base/result.h"

#include <exception>
#include <new>

namespace conclave::engine
{

/// Work on an answer: what it throws becomes an error of this answer.
template <typename T, typename Work>
Result<T> guardedAnswer(Work work)
{
    try {
        return work();
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::kOutOfMemory, "There is not enough memory for the answer. Close other programs or load a smaller model.",
                     "bad_alloc"};
    } catch (const std::exception &exception) {
        return Error{ErrorCode::kDeviceFailure, "The answer failed unexpectedly. The conversation is kept; try again.", exception.what()};
    }
}

} // namespace conclave::engine
