#include "engine/cache/kv_cache.h"

#include "engine/cache/stream_bytes.h"
#include "engine/model/device_error.h"

#include <algorithm>

namespace conclave::engine
{
namespace
{

int pagesFor(int tokens)
{
    return (tokens + KvCache::kPageTokens - 1) / KvCache::kPageTokens;
}

} // namespace

KvCache::KvCache(std::shared_ptr<KvPool> pool, int capacity)
    : m_pool(std::move(pool)), m_capacity(capacity), m_states(m_pool->device(), m_pool->shape()),
      m_waiting(m_pool->device(), m_pool->shape().waitingWidth)
{
    m_pages.reserve(static_cast<std::size_t>(pagesFor(capacity)));
}

KvCache::~KvCache()
{
    for (const std::int32_t page : m_pages)
        m_pool->release(page);
}

Result<std::unique_ptr<KvCache>> KvCache::create(std::shared_ptr<KvPool> pool, int tokens)
{
    constexpr int kMostTokens = 1 << 24;
    if (tokens <= 0 || tokens > kMostTokens)
        return Error{ErrorCode::kInvalidRequest, "A context of " + std::to_string(tokens) + " tokens is not possible.", "kv cache"};
    if (auto reserved = pool->reserve(std::min(pagesFor(tokens), KvPool::kFirstPages)); !reserved)
        return reserved.takeError();
    return std::unique_ptr<KvCache>(new KvCache(std::move(pool), pagesFor(tokens) * kPageTokens));
}

std::uint64_t KvCache::sizeBytes() const
{
    return m_pool->pageBytes() * m_pages.size() + m_states.sizeBytes() + m_waiting.sizeBytes();
}

void KvCache::reserve(int tokens)
{
    const int needed = pagesFor(std::min(tokens, m_capacity - m_length) + m_length) - static_cast<int>(m_pages.size());
    if (needed > 0)
        (void)m_pool->reserve(needed); // refused again, with its message, when the pages are really needed
}

Error KvCache::full(int tokens) const
{
    return {ErrorCode::kContextFull,
            "The context is full: " + std::to_string(tokens) + " more tokens are needed and " + std::to_string(m_capacity - m_length) +
                " are available.",
            "kv cache"};
}

bool KvCache::sharesLastPage() const
{
    return m_length % kPageTokens != 0 && m_pool->isShared(m_pages.back());
}

/// New positions may begin in the middle of a page that other sequences read as well: then they need a copy of it.
Result<Done> KvCache::makeLastPageOwn()
{
    if (!sharesLastPage())
        return Done{};
    auto own = m_pool->take();
    if (!own)
        return own.takeError();
    std::vector<std::byte> bytes(m_pool->pageBytes());
    for (const kernels::Status &status : {m_pool->readPage(m_pages.back(), bytes), m_pool->writePage(*own, bytes)}) {
        if (!status.ok()) {
            m_pool->release(*own);
            return deviceError(status, "continuing a shared context");
        }
    }
    m_pool->release(m_pages.back());
    m_pages.back() = *own;
    return Done{};
}

Result<Done> KvCache::grow(int tokens)
{
    if (tokens < 0 || tokens > m_capacity - m_length)
        return full(tokens);
    const auto needed = static_cast<std::size_t>(pagesFor(m_length + tokens));
    const int copied = sharesLastPage() ? 1 : 0;
    if (auto reserved = m_pool->reserve(static_cast<int>(needed - m_pages.size()) + copied); !reserved)
        return reserved;
    if (auto own = makeLastPageOwn(); !own)
        return own;
    if (auto grown = m_states.grow(m_length + tokens); !grown)
        return grown;
    while (m_pages.size() < needed) {
        auto page = m_pool->take();
        if (!page) {
            truncate(m_length);
            return page.takeError();
        }
        m_pages.push_back(*page);
    }
    m_length += tokens;
    return Done{};
}

int KvCache::truncate(int length)
{
    m_length = m_states.goBack(std::clamp(length, 0, m_length));
    m_waiting.truncate(m_length);
    const auto kept = static_cast<std::size_t>(pagesFor(m_length));
    for (std::size_t i = kept; i < m_pages.size(); ++i)
        m_pool->release(m_pages[i]);
    m_pages.resize(std::min(kept, m_pages.size()));
    return m_length;
}

void KvCache::checkpoint()
{
    m_states.checkpoint();
}

Result<std::unique_ptr<KvCache>> KvCache::fork(int length) const
{
    auto made = create(m_pool, m_capacity);
    if (!made)
        return made;
    KvCache &other = **made;
    const int most = shape().waitingWidth > 0 ? m_waiting.first() : m_length;
    other.m_length = other.m_states.copyFrom(m_states, std::clamp(length, 0, most));
    other.m_waiting.restart(other.m_length);
    for (int i = 0; i < pagesFor(other.m_length); ++i) {
        const std::int32_t page = m_pages[static_cast<std::size_t>(i)];
        m_pool->addUser(page);
        other.m_pages.push_back(page);
    }
    return made;
}

kernels::KvView KvCache::view(int layer) const
{
    kernels::KvView view;
    view.keys = m_pool->keys(layer);
    view.values = m_pool->values(layer);
    view.pages = m_pages;
    view.pageTokens = kPageTokens;
    return view;
}

Result<Done> KvCache::save(std::ostream &out) const
{
    std::vector<std::byte> bytes(m_pool->pageBytes());
    for (const std::int32_t page : m_pages) {
        if (const kernels::Status status = m_pool->readPage(page, bytes); !status.ok())
            return deviceError(status, "saving the context");
        if (auto written = writeBytes(out, bytes); !written)
            return written;
    }
    if (auto saved = m_states.save(out, m_length); !saved)
        return saved;
    return m_waiting.save(out);
}

Result<Done> KvCache::readPages(std::istream &in)
{
    std::vector<std::byte> bytes(m_pool->pageBytes());
    for (const std::int32_t page : m_pages) {
        if (auto read = readBytes(in, bytes); !read)
            return read;
        if (const kernels::Status status = m_pool->writePage(page, bytes); !status.ok())
            return deviceError(status, "reading the saved context");
    }
    return Done{};
}

Result<Done> KvCache::load(std::istream &in, int length)
{
    truncate(0);
    auto done = grow(length);
    if (done)
        done = readPages(in);
    if (done)
        done = m_states.load(in, length);
    if (done)
        done = m_waiting.load(in, length);
    if (!done)
        truncate(0);
    return done;
}

} // namespace conclave::engine
