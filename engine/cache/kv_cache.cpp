#include "engine/cache/kv_cache.h"

#include "engine/base/device_error.h"

namespace conclave::engine
{
namespace
{

std::uint64_t rowBytes(const KvShape &shape)
{
    const auto values = static_cast<std::size_t>(shape.kvHeads) * static_cast<std::size_t>(shape.headDim);
    return kernels::rowBytes(shape.type, values);
}

} // namespace

std::uint64_t KvShape::bytesPerToken() const
{
    return 2 * rowBytes(*this) * static_cast<std::uint64_t>(layers);
}

KvCache::KvCache(const KvShape &shape, int pages) : m_shape(shape), m_capacity(pages * kPageTokens)
{
    m_pages.reserve(static_cast<std::size_t>(pages));
    m_free.reserve(static_cast<std::size_t>(pages));
    for (int page = pages - 1; page >= 0; --page)
        m_free.push_back(page);
}

Result<std::unique_ptr<KvCache>> KvCache::create(kernels::Device &device, const KvShape &shape, int tokens)
{
    constexpr int kMostTokens = 1 << 24;
    if (tokens <= 0 || tokens > kMostTokens)
        return Error{ErrorCode::kInvalidRequest, "A context of " + std::to_string(tokens) + " tokens is not possible.", "kv cache"};
    const int pages = (tokens + kPageTokens - 1) / kPageTokens;
    std::unique_ptr<KvCache> cache(new KvCache(shape, pages));
    cache->m_memory = device.allocate(shape.bytesPerToken() * static_cast<std::uint64_t>(cache->m_capacity));
    if (!cache->m_memory)
        return outOfMemory("a context of " + std::to_string(tokens) + " tokens");
    return cache;
}

bool KvCache::grow(int tokens)
{
    if (tokens < 0 || tokens > m_capacity - m_length)
        return false;
    m_length += tokens;
    while (static_cast<int>(m_pages.size()) * kPageTokens < m_length) {
        m_pages.push_back(m_free.back());
        m_free.pop_back();
    }
    return true;
}

void KvCache::truncate(int length)
{
    if (length < 0 || length >= m_length)
        return;
    m_length = length;
    const auto needed = static_cast<std::size_t>((length + kPageTokens - 1) / kPageTokens);
    while (m_pages.size() > needed) {
        m_free.push_back(m_pages.back());
        m_pages.pop_back();
    }
}

kernels::KvView KvCache::view(int layer) const
{
    const std::size_t half = rowBytes(m_shape) * static_cast<std::size_t>(m_capacity);
    const std::size_t start = 2 * half * static_cast<std::size_t>(layer);
    kernels::KvView view;
    view.keys = kernels::Tensor::packed(m_shape.type, {m_capacity, m_shape.kvHeads, m_shape.headDim}, m_memory.get(), start);
    view.values = kernels::Tensor::packed(m_shape.type, {m_capacity, m_shape.kvHeads, m_shape.headDim}, m_memory.get(), start + half);
    view.pages = m_pages;
    view.pageTokens = kPageTokens;
    return view;
}

} // namespace conclave::engine
