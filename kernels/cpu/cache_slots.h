#pragma once

#include "kernels/core/queue.h"

#include <algorithm>

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

/// Slots of positions first .. first + count - 1; a page is looked up once.
inline void cacheSlots(const KvView &cache, std::int64_t first, std::int64_t count, std::int64_t *slots)
{
    for (std::int64_t i = 0; i < count;) {
        const std::int64_t slot = cacheSlot(cache, first + i);
        const std::int64_t inPage = cache.pages.empty() ? count : cache.pageTokens - (first + i) % cache.pageTokens;
        for (const std::int64_t end = std::min(count, i + inPage), begin = i; i < end; ++i)
            slots[i] = slot + i - begin;
    }
}

} // namespace conclave::kernels
