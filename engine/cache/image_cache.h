#pragma once

#include "engine/api/types.h"
#include "engine/cache/image_memory.h"

#include <cstdint>
#include <list>
#include <memory>

/// Encoded images, found again by what they show. Engine thread only.
namespace conclave::engine
{

/// 128 bits over size and pixels: equal images have equal keys, different ones practically never.
struct ImageKey
{
    std::uint64_t low = 0;
    std::uint64_t high = 0;

    bool operator==(const ImageKey &) const = default;
};

ImageKey imageKey(const Image &image);

/// Keeps the images used last, as many as `mostBytes` hold, and always the newest.
class ImageCache
{
public:
    explicit ImageCache(std::uint64_t mostBytes) : m_mostBytes(mostBytes) {}

    /// The memory of an image seen before, which becomes the newest; or nullptr.
    std::shared_ptr<const ImageMemory> find(const ImageKey &key);
    void insert(const ImageKey &key, std::shared_ptr<const ImageMemory> memory);

    void clear();

    std::size_t count() const { return m_entries.size(); }
    std::uint64_t sizeBytes() const { return m_bytes; }

private:
    struct Entry
    {
        ImageKey key;
        std::shared_ptr<const ImageMemory> memory;
    };
    std::list<Entry> m_entries; ///< newest first
    std::uint64_t m_mostBytes = 0;
    std::uint64_t m_bytes = 0;
};

} // namespace conclave::engine
