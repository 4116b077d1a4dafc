#include "engine/generate/answer_constraint.h"

#include "engine/grammar/gbnf.h"
#include "engine/grammar/grammar_constraint.h"
#include "engine/grammar/json_schema.h"

namespace conclave::engine
{

Result<std::unique_ptr<TokenConstraint>> AnswerConstraints::make(const OutputConstraint &asked, const Tokenizer &tokenizer,
                                                                 std::shared_ptr<const TokenTrie> &trie)
{
    const auto *gbnf = std::get_if<GbnfGrammar>(&asked);
    const auto *schema = std::get_if<JsonSchema>(&asked);
    if (gbnf == nullptr && schema == nullptr)
        return std::unique_ptr<TokenConstraint>();
    const std::string &text = gbnf != nullptr ? gbnf->text : schema->text;
    if (!m_masks || m_kind != asked.index() || m_text != text) {
        auto grammar = gbnf != nullptr ? parseGbnf(text) : parseJsonSchema(text);
        if (!grammar)
            return grammar.takeError();
        if (!trie)
            trie = std::make_shared<const TokenTrie>(tokenizer);
        m_masks = std::make_shared<TokenMasks>(trie, std::make_shared<const Grammar>(std::move(*grammar)));
        m_kind = asked.index();
        m_text = text;
    }
    return std::unique_ptr<TokenConstraint>(std::make_unique<GrammarConstraint>(m_masks, tokenizer));
}

} // namespace conclave::engine
