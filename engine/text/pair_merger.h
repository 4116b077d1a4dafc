#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace conclave::engine
{

/// Byte-pair encoding's core: joins the adjacent pair of symbols with the lowest rank, the leftmost of equals, until no pair has one.
/// O(n log n) in the number of symbols. Immutable after the last `add`; then thread-safe.
class PairMerger
{
public:
    struct Merge
    {
        std::int32_t rank = 0;
        std::int32_t symbol = 0; ///< what the pair becomes
    };

    /// A run of the text that is one symbol: a linked list within a vector.
    struct Part
    {
        std::int32_t symbol; ///< negative: joins with nothing
        std::int32_t previous;
        std::int32_t next;
        std::uint32_t start; ///< bytes of the text
        std::uint32_t size;  ///< 0: joined to its left neighbour
    };

    /// Memory of a run, to be used again for the next.
    struct Scratch
    {
        /// Appends a symbol to the list.
        void append(std::int32_t symbol, std::size_t start, std::size_t size);
        void clear() { parts.clear(); }

        std::vector<Part> parts;

    private:
        friend class PairMerger;
        struct Candidate
        {
            Merge merge;
            std::int32_t left;  ///< part
            std::uint32_t size; ///< of both parts when this was found: tells whether they are still the same
        };
        static bool later(const Candidate &a, const Candidate &b);

        std::vector<Candidate> heap;
    };

    void reserve(std::size_t pairs);
    /// Symbols are not negative. The first merge of a pair stays.
    void add(std::int32_t left, std::int32_t right, Merge merge);
    const Merge *find(std::int32_t left, std::int32_t right) const;

    /// Joins the parts of `scratch`; the list starts at part 0.
    void run(Scratch &scratch) const;

private:
    struct Slot
    {
        std::uint64_t key; ///< kFree: none
        Merge merge;
    };
    static constexpr std::uint64_t kFree = ~std::uint64_t{0};

    std::size_t slotOf(std::uint64_t key) const;
    void grow(std::size_t capacity);
    void runShort(Scratch &scratch) const;
    void runLong(Scratch &scratch) const;

    std::vector<Slot> m_slots; ///< open addressing; a power of two, at most half full
    std::size_t m_used = 0;
};

} // namespace conclave::engine
