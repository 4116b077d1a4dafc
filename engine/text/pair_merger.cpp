#include "engine/text/pair_merger.h"

#include <algorithm>
#include <bit>

namespace conclave::engine
{

namespace
{

/// Up to here looking through all pairs each time is faster than a heap.
constexpr std::size_t kShort = 24;

std::uint64_t pairKey(std::int32_t left, std::int32_t right)
{
    return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32) | static_cast<std::uint32_t>(right);
}

std::uint64_t mixed(std::uint64_t key)
{
    key ^= key >> 32;
    key *= 0x9E3779B97F4A7C15U;
    key ^= key >> 29;
    key *= 0xBF58476D1CE4E5B9U;
    return key ^ (key >> 32);
}

} // namespace

void PairMerger::Scratch::append(std::int32_t symbol, std::size_t start, std::size_t size)
{
    const auto at = static_cast<std::int32_t>(parts.size());
    if (at > 0) {
        parts.back().next = at;
    }
    parts.push_back({symbol, at - 1, -1, static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(size)});
}

/// The lowest rank on top, the leftmost of equals.
bool PairMerger::Scratch::later(const Candidate &a, const Candidate &b)
{
    return a.merge.rank != b.merge.rank ? a.merge.rank > b.merge.rank : a.left > b.left;
}

void PairMerger::reserve(std::size_t pairs)
{
    grow(std::bit_ceil(std::max<std::size_t>(pairs * 2, 16)));
}

void PairMerger::grow(std::size_t capacity)
{
    if (capacity <= m_slots.size()) {
        return;
    }
    std::vector<Slot> old(capacity, Slot{kFree, {}});
    old.swap(m_slots);
    for (const Slot &slot : old) {
        if (slot.key != kFree) {
            m_slots[slotOf(slot.key)] = slot;
        }
    }
}

/// Where `key` is, or the free slot it would take.
std::size_t PairMerger::slotOf(std::uint64_t key) const
{
    const std::size_t mask = m_slots.size() - 1;
    std::size_t at = mixed(key) & mask;
    while (m_slots[at].key != key && m_slots[at].key != kFree) {
        at = (at + 1) & mask;
    }
    return at;
}

void PairMerger::add(std::int32_t left, std::int32_t right, Merge merge)
{
    if (m_used * 2 >= m_slots.size()) {
        reserve(m_used + 1);
    }
    Slot &slot = m_slots[slotOf(pairKey(left, right))];
    if (slot.key == kFree) {
        slot = {pairKey(left, right), merge};
        ++m_used;
    }
}

const PairMerger::Merge *PairMerger::find(std::int32_t left, std::int32_t right) const
{
    if (left < 0 || right < 0 || m_slots.empty()) {
        return nullptr;
    }
    const Slot &slot = m_slots[slotOf(pairKey(left, right))];
    return slot.key == kFree ? nullptr : &slot.merge;
}

void PairMerger::run(Scratch &scratch) const
{
    if (scratch.parts.size() <= kShort) {
        runShort(scratch);
    } else {
        runLong(scratch);
    }
}

/// Finds the best pair anew after each join, with ranks kept for those that did not change.
void PairMerger::runShort(Scratch &scratch) const
{
    auto &parts = scratch.parts;
    const Merge *merges[kShort] = {}; // of each part with its right neighbour
    const auto at = [&parts](std::int32_t index) -> Part & { return parts[static_cast<std::size_t>(index)]; };
    const auto consider = [&](std::int32_t left) {
        const std::int32_t right = at(left).next;
        merges[left] = right < 0 ? nullptr : find(at(left).symbol, at(right).symbol);
    };
    for (std::size_t i = 0; i < parts.size(); ++i) {
        consider(static_cast<std::int32_t>(i));
    }
    while (!parts.empty()) {
        std::int32_t best = -1;
        for (std::int32_t i = 0; i >= 0; i = at(i).next) {
            if (merges[i] != nullptr && (best < 0 || merges[i]->rank < merges[best]->rank)) {
                best = i;
            }
        }
        if (best < 0) {
            return;
        }
        Part &first = at(best);
        Part &second = at(first.next);
        first.symbol = merges[best]->symbol;
        first.size += second.size;
        first.next = second.next;
        second.size = 0;
        if (first.next >= 0) {
            at(first.next).previous = best;
        }
        consider(best);
        if (first.previous >= 0) {
            consider(first.previous);
        }
    }
}

void PairMerger::runLong(Scratch &scratch) const
{
    auto &parts = scratch.parts;
    auto &heap = scratch.heap;
    heap.clear();
    const auto consider = [&](std::int32_t left) {
        if (left < 0 || parts[static_cast<std::size_t>(left)].next < 0) {
            return;
        }
        const Part &first = parts[static_cast<std::size_t>(left)];
        const Part &second = parts[static_cast<std::size_t>(first.next)];
        if (const Merge *merge = find(first.symbol, second.symbol)) {
            heap.push_back({*merge, left, first.size + second.size});
            std::push_heap(heap.begin(), heap.end(), Scratch::later);
        }
    };
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        consider(static_cast<std::int32_t>(i));
    }
    while (!heap.empty()) {
        std::pop_heap(heap.begin(), heap.end(), Scratch::later);
        const Scratch::Candidate best = heap.back();
        heap.pop_back();
        Part &first = parts[static_cast<std::size_t>(best.left)];
        if (first.size == 0 || first.next < 0) {
            continue;
        }
        Part &second = parts[static_cast<std::size_t>(first.next)];
        if (first.size + second.size != best.size) {
            continue; // one of the two has grown since
        }
        first.symbol = best.merge.symbol;
        first.size = best.size;
        first.next = second.next;
        second.size = 0;
        if (first.next >= 0) {
            parts[static_cast<std::size_t>(first.next)].previous = best.left;
        }
        consider(first.previous);
        consider(best.left);
    }
}

} // namespace conclave::engine
