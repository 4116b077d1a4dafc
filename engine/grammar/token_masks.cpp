#include "engine/grammar/token_masks.h"

#include <algorithm>

namespace conclave::engine
{
namespace
{

void setBits(std::vector<std::uint64_t> &mask, std::span<const TokenId> tokens)
{
    for (const TokenId token : tokens)
        mask[static_cast<std::size_t>(token) / 64] |= std::uint64_t{1} << (static_cast<std::size_t>(token) % 64);
}

} // namespace

TokenMasks::TokenMasks(std::shared_ptr<const TokenTrie> trie, std::shared_ptr<const Grammar> grammar)
    : m_trie(std::move(trie)), m_automaton(std::move(grammar)), m_path(static_cast<std::size_t>(m_trie->longest()) + 1)
{
}

const std::vector<std::uint64_t> &TokenMasks::mask(State state)
{
    const auto known = m_masks.find(state);
    if (known != m_masks.end())
        return known->second;
    const Loop &inside = loop(loopOf(state));
    std::vector<std::uint64_t> mask = inside.mask;
    for (const std::uint32_t exit : inside.exits)
        followFrom(state, exit, mask);
    if (m_automaton.mayEnd(state))
        setBits(mask, m_trie->endTokens());
    return m_masks.emplace(state, std::move(mask)).first->second;
}

/// The subtree of node `first`, whose parent has led to `state`.
void TokenMasks::followFrom(State state, std::uint32_t first, std::vector<std::uint64_t> &mask)
{
    const std::span<const TokenTrie::Node> nodes = m_trie->nodes();
    const std::uint32_t end = nodes[first].end;
    m_path[nodes[first].depth - 1U] = state;
    for (std::uint32_t i = first; i < end;) {
        const TokenTrie::Node &node = nodes[i];
        const State next = m_automaton.next(m_path[node.depth - 1U], node.byte);
        if (next == GrammarAutomaton::kDead) {
            i = node.end;
            continue;
        }
        m_path[node.depth] = next;
        setBits(mask, m_trie->tokensAt(node));
        // A text that is complete has no state behind it to go to.
        i = m_automaton.mayGoOn(next) ? i + 1 : node.end;
    }
}

TokenMasks::State TokenMasks::after(State state, std::string_view bytes)
{
    for (const char byte : bytes) {
        if (state == GrammarAutomaton::kDead)
            return state;
        state = m_automaton.next(state, static_cast<unsigned char>(byte));
    }
    return state;
}

TokenMasks::State TokenMasks::trim(State state)
{
    if (m_masks.size() < kMostMasks && !m_automaton.crowded())
        return state;
    m_masks.clear();
    if (m_loops.size() > kMostLoops)
        m_loops.clear();
    return m_automaton.crowded() ? m_automaton.compact(state) : state;
}

TokenMasks::LoopKey TokenMasks::loopOf(State state)
{
    LoopKey key;
    for (unsigned byte = 0; byte < 0x80; ++byte) {
        if (m_automaton.next(state, static_cast<unsigned char>(byte)) == state)
            key.ascii[byte / 64] |= std::uint64_t{1} << (byte % 64);
    }
    key.others = loopsOverOthers(state);
    return key;
}

/// Whether exactly the valid characters beyond ASCII lead back to `state`: its steps are those of utf8Next, state by state.
bool TokenMasks::loopsOverOthers(State state)
{
    std::array<State, kUtf8States> matched{};
    matched.fill(GrammarAutomaton::kDead);
    matched[0] = state;
    const auto matches = [&](int within, unsigned byte) {
        const int expected = utf8Next(within, static_cast<unsigned char>(byte));
        const State found = m_automaton.next(matched[static_cast<std::size_t>(within)], static_cast<unsigned char>(byte));
        if (expected < 0 || found == GrammarAutomaton::kDead)
            return expected < 0 && found == GrammarAutomaton::kDead;
        State &known = matched[static_cast<std::size_t>(expected)];
        if (known == GrammarAutomaton::kDead)
            known = found;
        return known == found;
    };
    for (unsigned byte = 0x80; byte < 0x100; ++byte) {
        if (!matches(0, byte))
            return false;
    }
    for (const int within : {7, 6, 5, 4, 3, 2, 1}) { // those that others lead to come later
        for (unsigned byte = 0; byte < 0x100; ++byte) {
            if (!matches(within, byte))
                return false;
        }
    }
    return true;
}

const TokenMasks::Loop &TokenMasks::loop(const LoopKey &key)
{
    const auto [found, isNew] = m_loops.try_emplace(key);
    Loop &loop = found->second;
    if (!isNew)
        return loop;
    loop.mask.resize(m_trie->maskWords());
    const std::span<const TokenTrie::Node> nodes = m_trie->nodes();
    std::vector<int> within(m_path.size()); // UTF-8 states by depth
    for (std::uint32_t i = 0; i < nodes.size();) {
        const TokenTrie::Node &node = nodes[i];
        const int before = within[node.depth - 1U];
        const bool staysAscii = node.byte < 0x80 && ((key.ascii[node.byte / 64] >> (node.byte % 64)) & 1U) != 0;
        const int next = utf8Next(before, node.byte);
        const bool stays = before != 0 ? next >= 0 : staysAscii || (key.others && node.byte >= 0x80 && next >= 0);
        if (!stays) {
            if (before == 0)
                loop.exits.push_back(i);
            i = node.end;
            continue;
        }
        within[node.depth] = next;
        setBits(loop.mask, m_trie->tokensAt(node));
        ++i;
    }
    return loop;
}

} // namespace conclave::engine
