#include "engine/cache/image_cache.h"

#include "engine/base/hash128.h"

#include <algorithm>

namespace conclave::engine
{

ImageKey imageKey(const Image &image)
{
    Hash128 hash((static_cast<std::uint64_t>(static_cast<std::uint32_t>(image.width)) << 32) | static_cast<std::uint32_t>(image.height));
    hash.add(std::as_bytes(std::span(image.pixels)));
    return {hash.low(), hash.high()};
}

std::shared_ptr<const ImageMemory> ImageCache::find(const ImageKey &key)
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry &entry) { return entry.key == key; });
    if (found == m_entries.end())
        return nullptr;
    m_entries.splice(m_entries.begin(), m_entries, found);
    return m_entries.front().memory;
}

void ImageCache::insert(const ImageKey &key, std::shared_ptr<const ImageMemory> memory)
{
    if (find(key))
        return;
    m_bytes += memory->sizeBytes();
    m_entries.push_front({key, std::move(memory)});
    while (m_bytes > m_mostBytes && m_entries.size() > 1) {
        m_bytes -= m_entries.back().memory->sizeBytes();
        m_entries.pop_back();
    }
}

void ImageCache::clear()
{
    m_entries.clear();
    m_bytes = 0;
}

} // namespace conclave::engine
