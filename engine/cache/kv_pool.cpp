#include "engine/cache/kv_pool.h"

#include "engine/model/device_error.h"

#include <algorithm>

namespace conclave::engine
{
namespace
{

constexpr int kMostPages = 1 << 20; ///< 64 million positions

/// A run's slots in the bytes of a page, whose order is [layers][keys, values][slots][heads] however they lie in memory: a context that
/// was saved on one device is read on another.
struct RunInPage
{
    std::size_t first;  ///< byte of its first slot
    std::size_t bytes;  ///< of a slot
    std::size_t stride; ///< from one slot to the next
};

std::size_t halves(const KvShape &shape)
{
    return 2 * shape.layers.size();
}

} // namespace

KvPool::KvPool(kernels::Device &device, KvShape shape) : m_device(device), m_shape(std::move(shape))
{
    m_memory.resize(halves(m_shape));
}

/// Moves every layer to memory of `pages` pages, or leaves all as it was: the layers' views need one number of pages.
Result<Done> KvPool::resize(int pages)
{
    Halves moved(halves(m_shape));
    const std::int64_t slots = static_cast<std::int64_t>(m_pages) * kPageTokens;
    std::vector<std::byte> staging;
    for (std::size_t index = 0; index < moved.size(); ++index) {
        const auto layer = static_cast<int>(index / 2);
        const auto which = static_cast<int>(index % 2);
        const std::uint64_t row = m_shape.rowBytes(layer, which);
        if (row == 0)
            continue;
        moved[index] = m_device.allocate(row * kPageTokens * static_cast<std::uint64_t>(pages));
        bool done = moved[index] != nullptr;
        for (int run = 0; done && m_pages > 0 && run < half(moved, pages, index).runs(); ++run) {
            const kernels::Tensor from = half(m_memory, m_pages, index).run(run);
            staging.resize(from.packedBytes());
            done =
                m_device.download(staging, from).ok() && m_device.upload(half(moved, pages, index).run(run).slice(0, slots), staging).ok();
        }
        if (!done)
            return outOfMemory("a context of " + std::to_string(static_cast<std::int64_t>(pages) * kPageTokens) + " tokens");
    }
    m_memory = std::move(moved);
    std::vector<std::int32_t> added;
    for (int page = pages - 1; page >= m_pages; --page)
        added.push_back(page);
    m_free.insert(m_free.begin(), added.begin(), added.end());
    m_users.resize(static_cast<std::size_t>(pages), 0);
    m_pages = pages;
    return Done{};
}

Result<Done> KvPool::reserve(int pages)
{
    const int needed = pagesInUse() + pages;
    if (needed <= m_pages)
        return Done{};
    if (pages < 0 || needed > kMostPages)
        return outOfMemory("so long a context");
    const int doubled = std::min(std::max(2 * m_pages, kFirstPages), kMostPages);
    if (needed < doubled && resize(doubled).ok())
        return Done{};
    return resize(needed); // the least that will do
}

Result<std::int32_t> KvPool::take()
{
    if (auto reserved = reserve(1); !reserved)
        return reserved.takeError();
    const std::int32_t page = m_free.back();
    m_free.pop_back();
    m_users[static_cast<std::size_t>(page)] = 1;
    return page;
}

void KvPool::release(std::int32_t page)
{
    if (--m_users[static_cast<std::size_t>(page)] > 0)
        return;
    m_free.push_back(page);
    if (pagesInUse() > 0 || m_pages <= kFirstPages)
        return;
    for (auto &buffer : m_memory)
        buffer.reset();
    m_free.clear();
    m_users.clear();
    m_pages = 0;
}

KvRows KvPool::half(const Halves &memory, int pages, std::size_t index) const
{
    const KvLayerShape &shape = m_shape.layers[index / 2];
    return {m_shape.type, static_cast<std::int64_t>(pages) * kPageTokens, shape.kvHeads, index % 2 == 0 ? shape.keyWidth : shape.valueWidth,
            memory[index].get()};
}

kernels::Tensor KvPool::keys(int layer) const
{
    const int from = m_shape.layers[static_cast<std::size_t>(layer)].sharedWith;
    if (from >= 0)
        return keys(from);
    return half(m_memory, m_pages, 2 * static_cast<std::size_t>(layer)).all();
}

kernels::Tensor KvPool::values(int layer) const
{
    const KvLayerShape &shape = m_shape.layers[static_cast<std::size_t>(layer)];
    if (shape.sharedWith >= 0)
        return values(shape.sharedWith);
    if (shape.valuesInKeys)
        return keys(layer).columns(0, shape.valueWidth);
    return half(m_memory, m_pages, 2 * static_cast<std::size_t>(layer) + 1).all();
}

/// Calls transfer(the page's slots of a run, where their bytes belong in a page) for all runs.
template <class Transfer>
kernels::Status KvPool::eachRun(std::int32_t page, const Transfer &transfer) const
{
    std::size_t at = 0;
    for (std::size_t index = 0; index < m_memory.size(); ++index) {
        const auto layer = static_cast<int>(index / 2);
        const auto which = static_cast<int>(index % 2);
        const std::size_t row = m_shape.rowBytes(layer, which);
        if (row == 0)
            continue;
        const KvRows rows = half(m_memory, m_pages, index);
        const std::size_t bytes = row / static_cast<std::size_t>(rows.runs());
        for (int run = 0; run < rows.runs(); ++run) {
            const kernels::Status status = transfer(rows.run(run).slice(std::int64_t{page} * kPageTokens, kPageTokens),
                                                    RunInPage{at + static_cast<std::size_t>(run) * bytes, bytes, row});
            if (!status.ok())
                return status;
        }
        at += row * kPageTokens;
    }
    return kernels::Status::success();
}

kernels::Status KvPool::readPage(std::int32_t page, std::span<std::byte> to) const
{
    std::vector<std::byte> bytes;
    return eachRun(page, [&](const kernels::Tensor &slots, const RunInPage &run) {
        bytes.resize(run.bytes * kPageTokens);
        const kernels::Status status = m_device.download(bytes, slots);
        for (std::size_t slot = 0; status.ok() && slot < kPageTokens; ++slot)
            std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(slot * run.bytes), run.bytes,
                        to.begin() + static_cast<std::ptrdiff_t>(run.first + slot * run.stride));
        return status;
    });
}

kernels::Status KvPool::writePage(std::int32_t page, std::span<const std::byte> from)
{
    std::vector<std::byte> bytes;
    return eachRun(page, [&](const kernels::Tensor &slots, const RunInPage &run) {
        bytes.resize(run.bytes * kPageTokens);
        for (std::size_t slot = 0; slot < kPageTokens; ++slot)
            std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(run.first + slot * run.stride), run.bytes,
                        bytes.begin() + static_cast<std::ptrdiff_t>(slot * run.bytes));
        return m_device.upload(slots, bytes);
    });
}

} // namespace conclave::engine
