#pragma once

#include "engine/base/result.h"
#include "kernels/core/device.h"

#include <cstdint>
#include <memory>
#include <vector>

/// Keys and values of one sequence, in pages. Engine thread only.
namespace conclave::engine
{

struct KvShape
{
    int layers = 0;
    int kvHeads = 0;
    int headDim = 0;
    kernels::DType type = kernels::DType::kF16; ///< kF16 or kF32

    /// Keys and values of one position, all layers.
    std::uint64_t bytesPerToken() const;
};

/// Positions 0 .. length - 1 of one sequence, at most `capacity`. A position lies in the slot that the page table names, the same in every
/// layer; freed pages are used again. Memory grows with the sequence, by doubling: a short chat with a model of long context stays small.
class KvCache
{
public:
    static constexpr int kPageTokens = 64;

    /// Room for at least `tokens` positions (rounded up to whole pages). kOutOfMemory when not even the first pages fit.
    static Result<std::unique_ptr<KvCache>> create(kernels::Device &device, const KvShape &shape, int tokens);

    const KvShape &shape() const { return m_shape; }
    int length() const { return m_length; }
    int capacity() const { return m_capacity; }
    std::uint64_t sizeBytes() const { return m_memory->sizeBytes(); }

    /// Adds `tokens` positions, whose contents are unspecified until stored. On an error (kContextFull, kOutOfMemory) nothing changes.
    Result<Done> grow(int tokens);
    /// Forgets all positions from `length` on; keeps the memory.
    void truncate(int length);

    /// One layer's memory with the page table; valid until the next grow or truncate.
    kernels::KvView view(int layer) const;

private:
    KvCache(kernels::Device &device, const KvShape &shape, int pages);
    Result<Done> reserve(int pages);
    bool copyInto(kernels::Buffer &memory, int pages) const;
    kernels::Tensor half(kernels::Buffer *memory, int pages, int layer, int which) const;

    kernels::Device &m_device;
    KvShape m_shape;
    int m_capacity = 0;                        ///< tokens
    int m_length = 0;                          ///< tokens
    int m_reservedPages = 0;                   ///< pages that m_memory holds
    std::unique_ptr<kernels::Buffer> m_memory; ///< [layers][keys, values][slots, Hkv, hd]
    std::vector<std::int32_t> m_pages;         ///< page table
    std::vector<std::int32_t> m_free;          ///< taken from the back
};

} // namespace conclave::engine
