#pragma once

#include "kernels/core/queue.h"

#include <memory>

namespace conclave::engine
{

/// Ops that a pass asked for.
struct OpCounts
{
    double ops = 0;
    double values = 0; ///< that ops beside products, attention and the following went over
    double routerLogits = 0;
    double streamValues = 0;
    double rowOperations = 0; ///< of choosing compressed rows
};

/// A queue that computes nothing and adds what it is asked for to `counts`, which outlives it.
std::unique_ptr<kernels::Queue> countingQueue(OpCounts &counts);

} // namespace conclave::engine
