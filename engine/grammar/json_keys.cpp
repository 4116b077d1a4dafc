#include "engine/grammar/json_keys.h"

#include "engine/grammar/json_text.h"
#include "engine/text/utf8.h"

#include <map>

namespace conclave::engine
{
namespace
{

/// Names by their characters.
struct Prefix
{
    std::map<char32_t, Prefix> longer;
    bool isName = false;
};

void insert(Prefix &root, std::string_view name)
{
    Prefix *at = &root;
    while (!name.empty()) {
        const utf8::Character next = utf8::first(name);
        if (next.form != utf8::Form::kWhole)
            return;
        const char32_t c = utf8::decode(name.substr(0, next.size));
        if (!jsonPlainCharacters().contains(c)) // can't be written without an escape
            return;
        at = &at->longer[c];
        name.remove_prefix(next.size);
    }
    at->isName = true;
}

/// What may follow a beginning that is shared with names: anything that ends up as none of them.
ExpressionPtr restOf(const Prefix &prefix, const ExpressionPtr &anything)
{
    std::vector<ExpressionPtr> ways;
    CodePointSet others = jsonPlainCharacters();
    for (const auto &[c, longer] : prefix.longer) {
        CodePointSet one;
        one.add(c);
        others = others.without(one);
        ways.push_back(sequence({oneOf(one), restOf(longer, anything)}));
    }
    ways.push_back(sequence({oneOf(others), anything}));
    if (!prefix.isName)
        ways.push_back(textOf("\""));
    return choice(std::move(ways));
}

} // namespace

ExpressionPtr jsonKeyExcept(const std::vector<std::string> &names, const std::function<int()> &newRule,
                            const std::function<void(int, const ExpressionPtr &)> &define)
{
    Prefix root;
    for (const std::string &name : names)
        insert(root, name);
    const int anything = newRule();
    define(anything, sequence({repeat(oneOf(jsonPlainCharacters()), 0, -1), textOf("\"")}));
    return sequence({textOf("\""), restOf(root, referenceTo(anything))});
}

} // namespace conclave::engine
