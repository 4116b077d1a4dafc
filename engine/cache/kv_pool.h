#pragma once

#include "engine/base/result.h"
#include "engine/cache/kv_rows.h"
#include "engine/cache/kv_shape.h"
#include "kernels/core/device.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

/// The pages in which all sequences of one model keep keys and values. Engine thread only.
namespace conclave::engine
{

/// A page holds kPageTokens positions of every layer. Sequences that begin alike share pages; each page counts its users, and nobody
/// writes to a page that has more than one. Memory grows by doubling: a short chat with a model of long context stays small.
class KvPool
{
public:
    static constexpr int kPageTokens = 64;
    static constexpr int kFirstPages = 8; ///< what is reserved at first, and kept

    KvPool(kernels::Device &device, KvShape shape);

    const KvShape &shape() const { return m_shape; }
    kernels::Device &device() const { return m_device; }

    /// A page for one user. kOutOfMemory, and nothing changes, when there is none left and no memory for more.
    Result<std::int32_t> take();
    void addUser(std::int32_t page) { ++m_users[static_cast<std::size_t>(page)]; }
    /// The page is free again once its last user let go; a pool without pages in use gives its memory
    /// back if it is more than the first, which the next conversation would take again.
    void release(std::int32_t page);
    bool isShared(std::int32_t page) const { return m_users[static_cast<std::size_t>(page)] > 1; }
    int pagesInUse() const { return m_pages - static_cast<int>(m_free.size()); }

    /// Makes room for `pages` more pages at once.
    Result<Done> reserve(int pages);

    /// All slots of a layer, [slots, Hkv, width]; `values` are columns of `keys` where the shape says so.
    kernels::Tensor keys(int layer) const;
    kernels::Tensor values(int layer) const;

    /// Bytes of one page: what `readPage` fills and `writePage` takes, in the same order on every device.
    std::size_t pageBytes() const { return m_shape.pagedBytesPerToken() * kPageTokens; }
    kernels::Status readPage(std::int32_t page, std::span<std::byte> to) const;
    kernels::Status writePage(std::int32_t page, std::span<const std::byte> from);

    std::uint64_t sizeBytes() const { return m_shape.pagedBytesPerToken() * kPageTokens * static_cast<std::uint64_t>(m_pages); }

private:
    Result<Done> resize(int pages);
    using Halves = std::vector<std::unique_ptr<kernels::Buffer>>; ///< [layers][keys, values], nullptr where there are none
    KvRows half(const Halves &memory, int pages, std::size_t index) const;
    template <class Transfer>
    kernels::Status eachRun(std::int32_t page, const Transfer &transfer) const;

    kernels::Device &m_device;
    KvShape m_shape;
    int m_pages = 0;
    Halves m_memory;
    std::vector<int> m_users;
    std::vector<std::int32_t> m_free; ///< taken from the back
};

} // namespace conclave::engine
