#pragma once

#include "engine/base/result.h"
#include "engine/grammar/expression.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// A grammar over bytes, ready to be followed.
namespace conclave::engine
{

/// Rules with alternatives, each a run of elements that ends with kEnd. Every rule can derive some finite text, and none is
/// left-recursive. Immutable.
struct Grammar
{
    enum class Kind : std::uint8_t
    {
        kEnd,
        kBytes, ///< one byte of byteSets[index]
        kRule,  ///< rules[index]
    };
    struct Element
    {
        Kind kind = Kind::kEnd;
        std::uint32_t index = 0;
    };
    struct Rule
    {
        std::vector<std::uint32_t> alternatives; ///< places of their first elements
        std::uint32_t shortest = 0;              ///< the alternative that ends with the least nesting
    };
    std::vector<Element> elements;
    std::vector<Rule> rules;
    std::vector<ByteSet> byteSets;
    std::uint32_t root = 0;
};

/// Makes a Grammar out of expressions: named rules first, then what they say, in any order.
class GrammarBuilder
{
public:
    /// Bounds of what a text may ask for; beyond them `finish` fails.
    static constexpr std::size_t kMostRules = 1U << 16;
    static constexpr std::size_t kMostElements = 1U << 18;
    static constexpr int kMostRepetitions = 10000;

    /// The number of a new rule. The name is for messages.
    int addRule(std::string name);
    const std::string &name(int rule) const { return m_rules[static_cast<std::size_t>(rule)].name; }
    /// Once for each rule.
    void define(int rule, const ExpressionPtr &expression);

    /// kInvalidRequest naming the rule: left recursion, a rule that can never end; too large. `what` names the text it came from
    /// ("The grammar", "The JSON schema").
    Result<Grammar> finish(int root, const std::string &what) const;

private:
    using Elements = std::vector<Grammar::Element>;
    struct Rule
    {
        std::string name; ///< empty: made here
        std::vector<Elements> alternatives;
    };

    int addHelper();
    void addAlternative(int rule, Elements elements);
    void append(Elements &out, const Expression &expression);
    void appendText(Elements &out, const std::string &text);
    void appendCharacters(Elements &out, const CodePointSet &set);
    void appendTail(Elements &out, int bytes);
    void appendChoice(Elements &out, const std::vector<ExpressionPtr> &parts);
    void appendRepeat(Elements &out, const Expression &expression);
    Grammar::Element single(const Expression &expression);
    Grammar::Element bytes(const ByteSet &set);
    bool tooLarge() const { return m_rules.size() > kMostRules || m_elements > kMostElements; }

    Grammar flattened(int root) const;
    std::string leftRecursive() const;
    std::vector<bool> nullable() const;
    bool findShortest(Grammar &grammar, std::string &endless) const;
    std::string nameOfEndless(std::uint32_t rule, const std::vector<bool> &settled) const;

    std::vector<Rule> m_rules;
    std::vector<ByteSet> m_byteSets;
    std::map<std::string, std::uint32_t> m_byteSetIndex;
    std::map<std::string, int> m_characterRules; ///< equal classes share a rule
    std::vector<int> m_tails;                    ///< rules of 1, 2, 3 continuation bytes
    std::size_t m_elements = 0;
};

} // namespace conclave::engine
