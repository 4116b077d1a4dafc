#pragma once

#include "engine/base/result.h"
#include "engine/cache/kv_pool.h"
#include "engine/cache/sequence_state.h"
#include "engine/cache/waiting_rows.h"

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <vector>

/// What one sequence remembers. Engine thread only.
namespace conclave::engine
{

/// Positions 0 .. length - 1 of one sequence, at most `capacity`. Keys and values of a position lie in the slot that the page table names,
/// the same in every layer; pages belong to the pool and may be shared with other sequences. Layers with states remember only the
/// present: such a sequence goes back to checkpoints alone.
class KvCache
{
public:
    static constexpr int kPageTokens = KvPool::kPageTokens;

    /// Room for at least `tokens` positions (rounded up to whole pages). kInvalidRequest for an impossible number, kOutOfMemory.
    static Result<std::unique_ptr<KvCache>> create(std::shared_ptr<KvPool> pool, int tokens);
    ~KvCache();
    KvCache(const KvCache &) = delete;
    KvCache &operator=(const KvCache &) = delete;

    const KvShape &shape() const { return m_pool->shape(); }
    int length() const { return m_length; }
    int capacity() const { return m_capacity; }
    /// Positions that the pages in use have room for.
    int pagedTokens() const { return static_cast<int>(m_pages.size()) * kPageTokens; }
    /// Bytes of the pages in use, shared ones counted fully, and of all states.
    std::uint64_t sizeBytes() const;

    /// Room for `tokens` more positions at once, so that a long prompt does not move memory again and again. Only advice.
    void reserve(int tokens);
    /// Adds `tokens` positions, whose contents are unspecified until stored. On an error (kContextFull, kOutOfMemory) nothing changes.
    /// Until `commit`, states are those of a pass under way: whatever ends it otherwise must call `truncate`.
    Result<Done> grow(int tokens);
    /// The pass that is to follow, which grew the sequence, keeps its states after `length` positions as well: until the next pass
    /// `truncate` can go back to there. Only where the shape says that layers do it. kOutOfMemory.
    Result<Done> keepStates(int length) { return m_states.keep(length); }
    const kernels::Tensor &keptState(int layer, int which) const { return m_states.kept(layer, which); }
    /// The pass that grew the sequence is complete.
    void commit() { m_states.setLength(m_length); }

    /// Forgets positions from `length` on and returns the length really kept: `length`, or with states that of the latest checkpoint
    /// not behind it (0 without one).
    int truncate(int length);
    /// True when `truncate` keeps every length.
    bool truncatesAnywhere() const { return !shape().recurrent(); }
    /// Remembers the states of this length, if there are any; the oldest checkpoints make room. Only advice: memory may not suffice.
    void checkpoint();

    /// Another sequence with the first `length` positions of this one, or fewer where there are states or rows that wait; it shares all
    /// full pages.
    Result<std::unique_ptr<KvCache>> fork(int length) const;

    /// What the model's block for further tokens has not taken in yet.
    WaitingRows &waiting() { return m_waiting; }

    /// One layer's keys and values with the page table; valid until the next grow or truncate of any sequence of the pool.
    kernels::KvView view(int layer) const;
    /// The layer's `which`-th rows [at least length / ratio, width]; of rows beyond, the contents are unspecified.
    const kernels::Tensor &rows(int layer, int which) const { return m_states.rows(layer, which); }
    /// The layer's `which`-th state [values]; zeros at length 0.
    const kernels::Tensor &state(int layer, int which) const { return m_states.state(layer, which); }

    /// Writes all that is remembered, to be read by `load` into an empty cache of the same shape. kWriteFailed, kDeviceFailure.
    Result<Done> save(std::ostream &out) const;
    /// Reads what `save` wrote for `length` positions. On an error (kFileTruncated, kContextFull, kOutOfMemory, kDeviceFailure) the cache
    /// is empty.
    Result<Done> load(std::istream &in, int length);

private:
    KvCache(std::shared_ptr<KvPool> pool, int capacity);
    bool sharesLastPage() const;
    Result<Done> makeLastPageOwn();
    Result<Done> readPages(std::istream &in);
    Error full(int tokens) const;

    std::shared_ptr<KvPool> m_pool;
    int m_capacity = 0;                ///< tokens
    int m_length = 0;                  ///< tokens
    std::vector<std::int32_t> m_pages; ///< page table
    SequenceState m_states;
    WaitingRows m_waiting;
};

} // namespace conclave::engine
