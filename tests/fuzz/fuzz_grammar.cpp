#include "engine/grammar/automaton.h"
#include "engine/grammar/gbnf.h"
#include "engine/grammar/json_schema.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace
{

using namespace conclave::engine;

/// From every state that a text leads to, the text can go on or end; the bytes that steer are those of the input.
void follow(const Grammar &grammar, std::string_view steering)
{
    GrammarAutomaton automaton(std::make_shared<Grammar>(grammar));
    GrammarAutomaton::State state = automaton.start();
    for (const char byte : steering.substr(0, 64)) {
        if (!automaton.mayEnd(state) && !automaton.mayGoOn(state))
            std::abort();
        GrammarAutomaton::State next = GrammarAutomaton::kDead;
        for (unsigned tried = 0; tried < 256 && next == GrammarAutomaton::kDead; ++tried)
            next = automaton.next(state, static_cast<unsigned char>(static_cast<unsigned char>(byte) + tried));
        if (next == GrammarAutomaton::kDead) {
            if (!automaton.mayEnd(state) && !automaton.crowded())
                std::abort();
            return;
        }
        state = automaton.crowded() ? automaton.compact(next) : next;
    }
}

} // namespace

/// A grammar of arbitrary bytes: in GBNF, or, where it begins with '{', a JSON schema. Then a walk through it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    const auto grammar = text.starts_with('{') ? parseJsonSchema(text) : parseGbnf(text);
    if (!grammar) {
        if (grammar.error().message.empty())
            std::abort();
        return 0;
    }
    follow(*grammar, text);
    return 0;
}
