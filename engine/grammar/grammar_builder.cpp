#include "engine/grammar/grammar.h"

#include <algorithm>

namespace conclave::engine
{

int GrammarBuilder::addRule(std::string name)
{
    m_rules.push_back({std::move(name), {}});
    return static_cast<int>(m_rules.size()) - 1;
}

int GrammarBuilder::addHelper()
{
    return addRule({});
}

void GrammarBuilder::addAlternative(int rule, Elements elements)
{
    m_elements += elements.size() + 1;
    if (!tooLarge())
        m_rules[static_cast<std::size_t>(rule)].alternatives.push_back(std::move(elements));
}

void GrammarBuilder::define(int rule, const ExpressionPtr &expression)
{
    const bool isChoice = expression->kind == Expression::Kind::kChoice;
    const std::vector<ExpressionPtr> alternatives = isChoice ? expression->parts : std::vector<ExpressionPtr>{expression};
    for (const ExpressionPtr &alternative : alternatives) {
        Elements elements;
        append(elements, *alternative);
        addAlternative(rule, std::move(elements));
    }
}

void GrammarBuilder::append(Elements &out, const Expression &expression)
{
    if (tooLarge() || out.size() > kMostElements)
        return;
    switch (expression.kind) {
    case Expression::Kind::kText:
        return appendText(out, expression.text);
    case Expression::Kind::kCharacters:
        return appendCharacters(out, expression.characters);
    case Expression::Kind::kReference:
        out.push_back({Grammar::Kind::kRule, static_cast<std::uint32_t>(expression.rule)});
        return;
    case Expression::Kind::kSequence:
        for (const ExpressionPtr &part : expression.parts)
            append(out, *part);
        return;
    case Expression::Kind::kChoice:
        return appendChoice(out, expression.parts);
    case Expression::Kind::kRepeat:
        return appendRepeat(out, expression);
    }
}

void GrammarBuilder::appendText(Elements &out, const std::string &text)
{
    for (const char c : text) {
        ByteSet set;
        set.set(static_cast<unsigned char>(c));
        out.push_back(bytes(set));
    }
}

Grammar::Element GrammarBuilder::bytes(const ByteSet &set)
{
    const auto [found, isNew] = m_byteSetIndex.emplace(set.to_string(), static_cast<std::uint32_t>(m_byteSets.size()));
    if (isNew)
        m_byteSets.push_back(set);
    return {Grammar::Kind::kBytes, found->second};
}

/// Continuation bytes are rules that all characters share, so that states in the middle of different characters are the same state.
void GrammarBuilder::appendTail(Elements &out, int count)
{
    if (m_tails.empty()) {
        m_tails = {addHelper(), addHelper(), addHelper()};
        ByteSet continuation;
        for (std::size_t byte = 0x80; byte <= 0xBF; ++byte)
            continuation.set(byte);
        const Grammar::Element any = bytes(continuation);
        addAlternative(m_tails[0], {any});
        addAlternative(m_tails[1], {any, {Grammar::Kind::kRule, static_cast<std::uint32_t>(m_tails[0])}});
        addAlternative(m_tails[2], {any, {Grammar::Kind::kRule, static_cast<std::uint32_t>(m_tails[1])}});
    }
    if (count > 0)
        out.push_back({Grammar::Kind::kRule, static_cast<std::uint32_t>(m_tails[static_cast<std::size_t>(count - 1)])});
}

void GrammarBuilder::appendCharacters(Elements &out, const CodePointSet &set)
{
    const std::vector<Utf8Sequence> sequences = utf8Sequences(set);
    const auto appendSequence = [this](Elements &elements, const Utf8Sequence &sequence) {
        for (const ByteSet &byteSet : sequence.bytes)
            elements.push_back(bytes(byteSet));
        appendTail(elements, sequence.tail);
    };
    if (sequences.size() == 1)
        return appendSequence(out, sequences.front());
    std::string key;
    for (const CodePointSet::Range &range : set.ranges())
        key += std::to_string(range.first) + "-" + std::to_string(range.last) + ",";
    const auto [found, isNew] = m_characterRules.emplace(key, -1);
    if (isNew) {
        const int rule = addHelper();
        found->second = rule;
        for (const Utf8Sequence &sequence : sequences) {
            Elements elements;
            appendSequence(elements, sequence);
            addAlternative(rule, std::move(elements));
        }
    }
    out.push_back({Grammar::Kind::kRule, static_cast<std::uint32_t>(found->second)});
}

void GrammarBuilder::appendChoice(Elements &out, const std::vector<ExpressionPtr> &parts)
{
    const int rule = addHelper();
    for (const ExpressionPtr &part : parts) {
        Elements elements;
        append(elements, *part);
        addAlternative(rule, std::move(elements));
    }
    out.push_back({Grammar::Kind::kRule, static_cast<std::uint32_t>(rule)});
}

/// The expression as one element: itself, or a rule for it.
Grammar::Element GrammarBuilder::single(const Expression &expression)
{
    Elements elements;
    append(elements, expression);
    if (elements.size() == 1)
        return elements.front();
    const int rule = addHelper();
    addAlternative(rule, std::move(elements));
    return {Grammar::Kind::kRule, static_cast<std::uint32_t>(rule)};
}

/// x{2,4} becomes x x r2 with r2 ::= x r1 | "" and r1 ::= x | ""; x{2,} becomes x x r with r ::= x r | "". The rules call themselves at
/// their ends, which needs no room on the stack.
void GrammarBuilder::appendRepeat(Elements &out, const Expression &expression)
{
    const Grammar::Element part = single(*expression.parts.front());
    m_elements += static_cast<std::size_t>(expression.least); // before they are made
    if (tooLarge())
        return;
    for (int i = 0; i < expression.least; ++i)
        out.push_back(part);
    if (expression.most < 0) {
        const int rule = addHelper();
        const Grammar::Element again{Grammar::Kind::kRule, static_cast<std::uint32_t>(rule)};
        addAlternative(rule, {part, again});
        addAlternative(rule, {});
        out.push_back(again);
        return;
    }
    Elements rest;
    for (int i = expression.least; i < expression.most && !tooLarge(); ++i) {
        const int rule = addHelper();
        Elements more{part};
        more.insert(more.end(), rest.begin(), rest.end());
        addAlternative(rule, std::move(more));
        addAlternative(rule, {});
        rest = {{Grammar::Kind::kRule, static_cast<std::uint32_t>(rule)}};
    }
    out.insert(out.end(), rest.begin(), rest.end());
}

Grammar GrammarBuilder::flattened(int root) const
{
    Grammar grammar;
    grammar.byteSets = m_byteSets;
    grammar.root = static_cast<std::uint32_t>(root);
    for (const Rule &rule : m_rules) {
        Grammar::Rule flat;
        for (const Elements &alternative : rule.alternatives) {
            flat.alternatives.push_back(static_cast<std::uint32_t>(grammar.elements.size()));
            grammar.elements.insert(grammar.elements.end(), alternative.begin(), alternative.end());
            grammar.elements.push_back({});
        }
        grammar.rules.push_back(std::move(flat));
    }
    return grammar;
}

Result<Grammar> GrammarBuilder::finish(int root, const std::string &what) const
{
    if (tooLarge())
        return Error{ErrorCode::kInvalidRequest,
                     what + " is too large: written out it has more than " + std::to_string(kMostRules) + " rules or " +
                         std::to_string(kMostElements) + " elements. Use smaller repetitions.",
                     "grammar size"};
    if (const std::string recursive = leftRecursive(); !recursive.empty())
        return Error{ErrorCode::kInvalidRequest,
                     what + " cannot be followed: the rule \"" + recursive +
                         "\" is left-recursive, it begins with itself. Write the repetition with * or +.",
                     "left recursion: " + recursive};
    Grammar grammar = flattened(root);
    std::string endless;
    if (!findShortest(grammar, endless))
        return Error{ErrorCode::kInvalidRequest,
                     what + " cannot be followed: the rule \"" + endless + "\" never ends, it always needs itself again.",
                     "endless rule: " + endless};
    return grammar;
}

} // namespace conclave::engine
