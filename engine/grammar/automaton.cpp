#include "engine/grammar/automaton.h"

#include <algorithm>

namespace conclave::engine
{
namespace
{

std::uint64_t pairKey(std::uint32_t a, std::uint32_t b)
{
    return std::uint64_t{a} << 32 | b;
}

} // namespace

GrammarAutomaton::GrammarAutomaton(std::shared_ptr<const Grammar> grammar) : m_grammar(std::move(grammar))
{
    classifyBytes();
    clear();
}

/// Bytes that no set of the grammar tells apart are one class: rows of the step table are short.
void GrammarAutomaton::classifyBytes()
{
    std::unordered_map<std::size_t, std::uint8_t> classes;
    m_classes = 1;
    for (const ByteSet &set : m_grammar->byteSets) {
        std::unordered_map<std::uint64_t, std::uint8_t> refined;
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const std::uint64_t key = pairKey(m_classOf[byte], set[byte] ? 1 : 0);
            m_classOf[byte] = refined.emplace(key, static_cast<std::uint8_t>(refined.size())).first->second;
        }
        m_classes = refined.size();
    }
}

void GrammarAutomaton::clear()
{
    m_stacks.assign(1, {});
    m_stackIndex.clear();
    m_states.clear();
    m_stateIndex.clear();
    m_steps.clear();
    m_seen.clear();
    m_next = {};
    // The root rule, as if an element had referred to it with nothing behind.
    for (const std::uint32_t alternative : m_grammar->rules[m_grammar->root].alternatives)
        m_open.emplace_back(alternative, 0);
    while (!m_open.empty()) {
        const auto [element, below] = m_open.back();
        m_open.pop_back();
        follow(element, below);
    }
    m_start = intern();
}

GrammarAutomaton::State GrammarAutomaton::step(State state, unsigned char byte)
{
    m_seen.clear();
    m_next = {};
    if (m_stacks.size() > kMostKept)
        return kDead;
    for (std::size_t i = 0; i < m_states[static_cast<std::size_t>(state)].stacks.size(); ++i) {
        const Stack at = m_stacks[m_states[static_cast<std::size_t>(state)].stacks[i]];
        if (!m_grammar->byteSets[m_grammar->elements[at.element].index][byte])
            continue;
        m_open.emplace_back(at.element + 1, at.below);
        while (!m_open.empty()) {
            const auto [element, below] = m_open.back();
            m_open.pop_back();
            follow(element, below);
        }
    }
    const State next = m_next.stacks.empty() && !m_next.mayEnd ? kDead : intern();
    m_steps[static_cast<std::size_t>(state) * m_classes + m_classOf[byte]] = next;
    return next;
}

void GrammarAutomaton::follow(std::uint32_t element, std::uint32_t below)
{
    while (m_grammar->elements[element].kind == Grammar::Kind::kEnd) {
        if (below == 0) {
            m_next.mayEnd = true;
            return;
        }
        element = m_stacks[below].element;
        below = m_stacks[below].below;
    }
    if (m_next.stacks.size() >= kMostStacks || !m_seen.insert(pairKey(element, below)).second)
        return;
    if (m_grammar->elements[element].kind == Grammar::Kind::kRule)
        return followRule(element, below);
    m_next.stacks.push_back(stack(element, below));
}

/// A rule in the last place takes over the stack: repetitions don't deepen it.
void GrammarAutomaton::followRule(std::uint32_t element, std::uint32_t below)
{
    const bool isLast = m_grammar->elements[element + 1].kind == Grammar::Kind::kEnd;
    const std::uint32_t under = isLast ? below : stack(element + 1, below);
    const Grammar::Rule &rule = m_grammar->rules[m_grammar->elements[element].index];
    if (m_stacks[under].depth >= kMostDepth || m_seen.size() > kMostPlaces) {
        m_open.emplace_back(rule.alternatives[rule.shortest], under);
        return;
    }
    for (const std::uint32_t alternative : rule.alternatives)
        m_open.emplace_back(alternative, under);
}

std::uint32_t GrammarAutomaton::stack(std::uint32_t element, std::uint32_t below)
{
    const auto [found, isNew] = m_stackIndex.emplace(pairKey(element, below), static_cast<std::uint32_t>(m_stacks.size()));
    if (isNew)
        m_stacks.push_back({element, below, m_stacks[below].depth + 1});
    return found->second;
}

/// The number of m_next.
GrammarAutomaton::State GrammarAutomaton::intern()
{
    std::sort(m_next.stacks.begin(), m_next.stacks.end());
    std::size_t hash = m_next.mayEnd ? 1 : 0;
    for (const std::uint32_t stack : m_next.stacks)
        hash = (hash ^ stack) * 0x9E3779B97F4A7C15U;
    const auto [first, last] = m_stateIndex.equal_range(hash);
    for (auto at = first; at != last; ++at) {
        const Known &known = m_states[static_cast<std::size_t>(at->second)];
        if (known.mayEnd == m_next.mayEnd && known.stacks == m_next.stacks)
            return at->second;
    }
    if (m_states.size() >= kMostStates)
        return kDead;
    const auto state = static_cast<State>(m_states.size());
    m_states.push_back(m_next);
    m_stateIndex.emplace(hash, state);
    m_steps.resize(m_steps.size() + m_classes, kUnknown);
    return state;
}

GrammarAutomaton::State GrammarAutomaton::compact(State state)
{
    const std::vector<Stack> stacks = std::move(m_stacks);
    const Known kept = m_states[static_cast<std::size_t>(state)];
    clear();
    m_next = {};
    m_next.mayEnd = kept.mayEnd;
    for (const std::uint32_t stack : kept.stacks)
        m_next.stacks.push_back(copied(stacks, stack));
    return intern();
}

std::uint32_t GrammarAutomaton::copied(const std::vector<Stack> &from, std::uint32_t top)
{
    std::vector<std::uint32_t> chain;
    for (std::uint32_t at = top; at != 0; at = from[at].below)
        chain.push_back(from[at].element);
    std::uint32_t out = 0;
    for (auto element = chain.rbegin(); element != chain.rend(); ++element)
        out = stack(*element, out);
    return out;
}

} // namespace conclave::engine
