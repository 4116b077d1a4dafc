#include "engine/cache/image_cache.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace conclave::engine
{
namespace
{

/// Finaliser of SplitMix64 (Steele, Lea, Flood 2014): every input bit reaches every output bit.
std::uint64_t mix(std::uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

} // namespace

ImageKey imageKey(const Image &image)
{
    const std::uint64_t size =
        (static_cast<std::uint64_t>(static_cast<std::uint32_t>(image.width)) << 32) | static_cast<std::uint32_t>(image.height);
    ImageKey key{mix(size + 1), mix(~size)};
    const std::uint8_t *bytes = image.pixels.data();
    for (std::size_t at = 0; at < image.pixels.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes + at, std::min<std::size_t>(8, image.pixels.size() - at));
        key.low = std::rotl((key.low ^ word) * 0x9e3779b97f4a7c15U, 29);
        key.high = std::rotl(key.high + mix(word), 17) * 0xd6e8feb86659fd93U;
    }
    return {mix(key.low ^ image.pixels.size()), mix(key.high)};
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

} // namespace conclave::engine
