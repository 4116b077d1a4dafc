#pragma once

#include "engine/api/types.h"
#include "engine/generate/token_constraint.h"
#include "engine/grammar/token_masks.h"
#include "engine/text/tokenizer.h"

#include <memory>
#include <string>

namespace conclave::engine
{

/// Makes what keeps an answer to a request's grammar or JSON schema. Keeps the last grammar with all that answers taught about it, so that
/// asking for the same form again costs nothing. Engine thread only.
class AnswerConstraints
{
public:
    /// nullptr for a request without constraint. `trie`: the vocabulary's, made here when first needed and shared by the sessions of a
    /// model. kInvalidRequest as parseGbnf and parseJsonSchema.
    Result<std::unique_ptr<TokenConstraint>> make(const OutputConstraint &asked, const Tokenizer &tokenizer,
                                                  std::shared_ptr<const TokenTrie> &trie);

private:
    std::shared_ptr<TokenMasks> m_masks;
    std::size_t m_kind = 0; ///< of m_text
    std::string m_text;
};

} // namespace conclave::engine
