#pragma once

#include "engine/grammar/grammar.h"

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace conclave::engine
{

/// Follows a grammar byte by byte. A state is the set of all stacks of unfinished rules that the bytes so far allow; states, stacks and
/// steps between states are made when they are first needed and kept, so that later a step is one look into a table. From every state
/// that is not dead the text can be finished. Not thread-safe.
///
/// Bounds: stacks deeper than kMostDepth go on with the alternatives that end soonest; of more than kMostStacks at once only the first are
/// followed. Both make what may be written smaller, never wrong.
class GrammarAutomaton
{
public:
    using State = std::int32_t;
    static constexpr State kDead = -1;
    static constexpr int kMostDepth = 256;
    static constexpr std::size_t kMostStacks = 512;
    /// States kept; a step to a new one beyond is refused (dead) until `compact`.
    static constexpr std::size_t kMostStates = 1U << 16;

    explicit GrammarAutomaton(std::shared_ptr<const Grammar> grammar);

    State start() const { return m_start; }
    State next(State state, unsigned char byte)
    {
        const State known = m_steps[static_cast<std::size_t>(state) * m_classes + m_classOf[byte]];
        return known != kUnknown ? known : step(state, byte);
    }
    /// The text may end here.
    bool mayEnd(State state) const { return m_states[static_cast<std::size_t>(state)].mayEnd; }
    /// Some byte may follow.
    bool mayGoOn(State state) const { return !m_states[static_cast<std::size_t>(state)].stacks.empty(); }
    /// So much is kept that `compact` should be called.
    bool crowded() const { return m_states.size() > kMostStates / 2 || m_stacks.size() > kMostKept / 2; }
    /// Forgets all states but the start and `state`; returns its new number.
    State compact(State state);

private:
    static constexpr State kUnknown = -2;
    static constexpr std::size_t kMostKept = 1U << 21;   ///< stacks
    static constexpr std::size_t kMostPlaces = 1U << 14; ///< looked at in one step; beyond, alternatives that end soonest

    /// What comes next, and the stack below it: the elements to go on with when this run of elements ends. 0: nothing.
    struct Stack
    {
        std::uint32_t element = 0;
        std::uint32_t below = 0;
        std::uint32_t depth = 0;
    };
    struct Known
    {
        std::vector<std::uint32_t> stacks; ///< ascending
        bool mayEnd = false;
    };

    void clear();
    void classifyBytes();
    State step(State state, unsigned char byte);
    void follow(std::uint32_t element, std::uint32_t below);
    void followRule(std::uint32_t element, std::uint32_t below);
    std::uint32_t stack(std::uint32_t element, std::uint32_t below);
    State intern();
    std::uint32_t copied(const std::vector<Stack> &from, std::uint32_t stack);

    std::shared_ptr<const Grammar> m_grammar;
    std::array<std::uint8_t, 256> m_classOf{};
    std::size_t m_classes = 0;
    std::vector<Stack> m_stacks;
    std::unordered_map<std::uint64_t, std::uint32_t> m_stackIndex;
    std::vector<Known> m_states;
    std::unordered_multimap<std::size_t, State> m_stateIndex;
    std::vector<State> m_steps; ///< [states, classes]
    State m_start = kDead;

    // Of the step under way.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> m_open; ///< places to follow
    std::unordered_set<std::uint64_t> m_seen;
    Known m_next;
};

} // namespace conclave::engine
