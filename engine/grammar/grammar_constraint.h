#pragma once

#include "engine/generate/token_constraint.h"
#include "engine/grammar/token_masks.h"

#include <memory>

namespace conclave::engine
{

/// Lets only text through that a grammar derives, whatever tokens it is cut into. Ends with a token that ends answers, or by itself where
/// nothing may follow. In a vocabulary that lacks the bytes which the grammar needs (no byte tokens), `allowed` may be all zero: the caller
/// reports it.
class GrammarConstraint final : public TokenConstraint
{
public:
    /// `masks` may be used by one constraint at a time; they keep what earlier answers taught them. `tokenizer` outlives this.
    GrammarConstraint(std::shared_ptr<TokenMasks> masks, const Tokenizer &tokenizer);

    std::span<const std::uint64_t> allowed() const override { return *m_mask; }
    bool accept(TokenId token) override;
    bool finished() const override { return m_finished; }

private:
    std::shared_ptr<TokenMasks> m_masks;
    const Tokenizer &m_tokenizer;
    TokenMasks::State m_state;
    const std::vector<std::uint64_t> *m_mask;
    bool m_finished = false;
};

} // namespace conclave::engine
