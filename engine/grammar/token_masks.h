#pragma once

#include "engine/grammar/automaton.h"
#include "engine/grammar/token_trie.h"

#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

namespace conclave::engine
{

/// Which tokens a grammar allows in each state. Masks are made when first asked for and kept. Not thread-safe.
///
/// Inside a text, nearly all tokens lead back to the state they came from: those that consist of characters which do so are found once
/// for each set of such characters ("loop"), and only tokens that leave it are followed through the automaton.
class TokenMasks
{
public:
    using State = GrammarAutomaton::State;

    TokenMasks(std::shared_ptr<const TokenTrie> trie, std::shared_ptr<const Grammar> grammar);

    State start() const { return m_automaton.start(); }
    /// Bits as in TokenConstraint; end tokens are set where the text may end. Valid until the next call.
    const std::vector<std::uint64_t> &mask(State state);
    /// The state behind a text, or kDead.
    State after(State state, std::string_view bytes);
    bool mayEnd(State state) const { return m_automaton.mayEnd(state); }
    bool mayGoOn(State state) const { return m_automaton.mayGoOn(state); }
    /// Forgets what is kept when it has become too much; returns the state's new number. Call between tokens.
    State trim(State state);
    const TokenTrie &trie() const { return *m_trie; }

private:
    static constexpr std::size_t kMostMasks = 512;
    static constexpr std::size_t kMostLoops = 32;

    /// Characters that lead back to a state, and what they mean for the vocabulary.
    struct LoopKey
    {
        std::array<std::uint64_t, 2> ascii{};
        bool others = false; ///< all characters beyond ASCII
        auto operator<=>(const LoopKey &) const = default;
    };
    struct Loop
    {
        std::vector<std::uint64_t> mask;  ///< tokens inside of it, or that end within a character
        std::vector<std::uint32_t> exits; ///< nodes whose byte leaves it, after a whole character
    };

    LoopKey loopOf(State state);
    bool loopsOverOthers(State state);
    const Loop &loop(const LoopKey &key);
    void followFrom(State state, std::uint32_t first, std::vector<std::uint64_t> &mask);

    std::shared_ptr<const TokenTrie> m_trie;
    GrammarAutomaton m_automaton;
    std::unordered_map<State, std::vector<std::uint64_t>> m_masks;
    std::map<LoopKey, Loop> m_loops;
    std::vector<State> m_path; ///< [depth + 1] of the walk under way
};

} // namespace conclave::engine
