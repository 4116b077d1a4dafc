#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace conclave::engine
{

/// The ids of words met before in one text, so that each is merged once. Keeps views of the text, which must outlive it. Bounded.
template <typename Id>
class WordCache
{
public:
    /// Ids of `word`, which `encode(word, out)` appends to `out`; called for words not met yet.
    template <typename Encode>
    void append(std::string_view word, std::vector<Id> &out, Encode &&encode)
    {
        if (word.size() > kLongestWord) {
            encode(word, out);
            return;
        }
        if (m_slots.empty()) {
            m_slots.resize(kFirstSlots);
        }
        const std::uint32_t hash = hashOf(word);
        Slot *slot = &find(m_slots, word, hash);
        if (slot->text != nullptr) {
            const Id *ids = m_ids.data() + slot->firstId;
            if (slot->count == 1) {
                out.push_back(*ids);
            } else {
                out.insert(out.end(), ids, ids + slot->count);
            }
            return;
        }
        const std::size_t before = out.size();
        encode(word, out);
        if (m_used == kMostWords) {
            return;
        }
        *slot = {word.data(), hash, static_cast<std::uint32_t>(word.size()), static_cast<std::uint32_t>(m_ids.size()),
                 static_cast<std::uint32_t>(out.size() - before)};
        m_ids.insert(m_ids.end(), out.begin() + static_cast<std::ptrdiff_t>(before), out.end());
        if (++m_used * 2 > m_slots.size()) {
            grow();
        }
    }

private:
    struct Slot
    {
        const char *text = nullptr; ///< nullptr: free
        std::uint32_t hash = 0;
        std::uint32_t size = 0;
        std::uint32_t firstId = 0; ///< in m_ids
        std::uint32_t count = 0;
    };
    static constexpr std::size_t kLongestWord = 48;
    static constexpr std::size_t kFirstSlots = 128;
    static constexpr std::size_t kMostWords = 1U << 16;

    /// Eight bytes at a time; words are short.
    static std::uint32_t hashOf(std::string_view word)
    {
        std::uint64_t hash = word.size() * 0x9E3779B97F4A7C15U;
        const char *at = word.data();
        std::size_t left = word.size();
        while (left > 0) {
            std::uint64_t chunk = 0;
            const std::size_t taken = left < 8 ? left : 8;
            std::memcpy(&chunk, at, taken);
            hash = (hash ^ chunk) * 0xD6E8FEB86659FD93U;
            hash ^= hash >> 32;
            at += taken;
            left -= taken;
        }
        return static_cast<std::uint32_t>(hash);
    }

    static Slot &find(std::vector<Slot> &slots, std::string_view word, std::uint32_t hash)
    {
        const std::size_t mask = slots.size() - 1;
        std::size_t at = hash & mask;
        while (slots[at].text != nullptr && !(slots[at].hash == hash && std::string_view(slots[at].text, slots[at].size) == word)) {
            at = (at + 1) & mask;
        }
        return slots[at];
    }

    void grow()
    {
        std::vector<Slot> larger(m_slots.size() * 4);
        for (const Slot &slot : m_slots) {
            if (slot.text != nullptr) {
                find(larger, {slot.text, slot.size}, slot.hash) = slot;
            }
        }
        m_slots.swap(larger);
    }

    std::vector<Slot> m_slots; ///< open addressing; a power of two, at most half full
    std::vector<Id> m_ids;
    std::size_t m_used = 0;
};

} // namespace conclave::engine
