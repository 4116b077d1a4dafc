#include "engine/cache/kv_cache.h"

#include "engine/model/device_error.h"

#include <algorithm>

namespace conclave::engine
{
namespace
{

std::uint64_t rowBytes(const KvShape &shape)
{
    const auto values = static_cast<std::size_t>(shape.kvHeads) * static_cast<std::size_t>(shape.headDim);
    return kernels::rowBytes(shape.type, values);
}

int pagesFor(int tokens)
{
    return (tokens + KvCache::kPageTokens - 1) / KvCache::kPageTokens;
}

} // namespace

std::uint64_t KvShape::bytesPerToken() const
{
    return 2 * rowBytes(*this) * static_cast<std::uint64_t>(layers);
}

KvCache::KvCache(kernels::Device &device, const KvShape &shape, int pages)
    : m_device(device), m_shape(shape), m_capacity(pages * kPageTokens)
{
    m_pages.reserve(static_cast<std::size_t>(pages));
    m_free.reserve(static_cast<std::size_t>(pages));
}

Result<std::unique_ptr<KvCache>> KvCache::create(kernels::Device &device, const KvShape &shape, int tokens)
{
    constexpr int kMostTokens = 1 << 24;
    constexpr int kFirstPages = 8;
    if (tokens <= 0 || tokens > kMostTokens)
        return Error{ErrorCode::kInvalidRequest, "A context of " + std::to_string(tokens) + " tokens is not possible.", "kv cache"};
    const int pages = pagesFor(tokens);
    std::unique_ptr<KvCache> cache(new KvCache(device, shape, pages));
    if (auto reserved = cache->reserve(std::min(pages, kFirstPages)); !reserved)
        return reserved.takeError();
    return cache;
}

/// Moves to memory of `pages` pages and offers the new ones, lowest first, when the old ones are used up.
Result<Done> KvCache::reserve(int pages)
{
    auto memory = m_device.allocate(m_shape.bytesPerToken() * static_cast<std::uint64_t>(pages) * kPageTokens);
    if (!memory || (m_memory && !copyInto(*memory, pages)))
        return outOfMemory("a context of " + std::to_string(pages * kPageTokens) + " tokens");
    m_memory = std::move(memory);
    std::vector<std::int32_t> added;
    for (int page = pages - 1; page >= m_reservedPages; --page)
        added.push_back(page);
    m_free.insert(m_free.begin(), added.begin(), added.end());
    m_reservedPages = pages;
    return Done{};
}

bool KvCache::copyInto(kernels::Buffer &memory, int pages) const
{
    const std::int64_t slots = static_cast<std::int64_t>(m_reservedPages) * kPageTokens;
    std::vector<std::byte> staging(rowBytes(m_shape) * static_cast<std::size_t>(slots));
    for (int layer = 0; layer < m_shape.layers; ++layer) {
        for (const int which : {0, 1}) {
            const bool copied = m_device.download(staging, half(m_memory.get(), m_reservedPages, layer, which)).ok() &&
                                m_device.upload(half(&memory, pages, layer, which).slice(0, slots), staging).ok();
            if (!copied)
                return false;
        }
    }
    return true;
}

Result<Done> KvCache::grow(int tokens)
{
    if (tokens < 0 || tokens > m_capacity - m_length)
        return Error{ErrorCode::kContextFull,
                     "The context is full: " + std::to_string(tokens) + " more tokens are needed and " +
                         std::to_string(m_capacity - m_length) + " are available.",
                     "kv cache"};
    const int needed = pagesFor(m_length + tokens);
    if (needed > m_reservedPages) {
        const int doubled = static_cast<int>(std::min<std::int64_t>(2 * static_cast<std::int64_t>(m_reservedPages), pagesFor(m_capacity)));
        if (auto reserved = reserve(std::max(needed, doubled)); !reserved)
            return reserved;
    }
    m_length += tokens;
    while (static_cast<int>(m_pages.size()) < needed) {
        m_pages.push_back(m_free.back());
        m_free.pop_back();
    }
    return Done{};
}

void KvCache::truncate(int length)
{
    if (length < 0 || length >= m_length)
        return;
    m_length = length;
    const auto kept = m_pages.begin() + pagesFor(length);
    m_free.insert(m_free.end(), kept, m_pages.end());
    m_pages.erase(kept, m_pages.end());
}

kernels::Tensor KvCache::half(kernels::Buffer *memory, int pages, int layer, int which) const
{
    const std::int64_t slots = static_cast<std::int64_t>(pages) * kPageTokens;
    const std::size_t bytes = rowBytes(m_shape) * static_cast<std::size_t>(slots);
    const auto index = 2 * static_cast<std::size_t>(layer) + static_cast<std::size_t>(which);
    return kernels::Tensor::packed(m_shape.type, {slots, m_shape.kvHeads, m_shape.headDim}, memory, index * bytes);
}

kernels::KvView KvCache::view(int layer) const
{
    kernels::KvView view;
    view.keys = half(m_memory.get(), m_reservedPages, layer, 0);
    view.values = half(m_memory.get(), m_reservedPages, layer, 1);
    view.pages = m_pages;
    view.pageTokens = kPageTokens;
    return view;
}

} // namespace conclave::engine
