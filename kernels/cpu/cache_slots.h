#pragma once

#include "kernels/core/queue.h"

namespace conclave::kernels
{

/// Slot of `position`, which the op's check has found to be in range.
inline std::int64_t cacheSlot(const KvView &cache, std::int64_t position)
{
    if (cache.pages.empty())
        return position;
    return std::int64_t{cache.pages[static_cast<std::size_t>(position / cache.pageTokens)]} * cache.pageTokens +
           position % cache.pageTokens;
}

} // namespace conclave::kernels
