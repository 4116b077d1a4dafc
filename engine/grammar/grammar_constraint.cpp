#include "engine/grammar/grammar_constraint.h"

namespace conclave::engine
{

GrammarConstraint::GrammarConstraint(std::shared_ptr<TokenMasks> masks, const Tokenizer &tokenizer)
    : m_masks(std::move(masks)), m_tokenizer(tokenizer), m_state(m_masks->trim(m_masks->start())), m_mask(&m_masks->mask(m_state))
{
}

bool GrammarConstraint::accept(TokenId token)
{
    if (m_finished || !isAllowed(*m_mask, token))
        return false;
    if (m_tokenizer.endsGeneration(token)) {
        m_finished = true;
        return true;
    }
    const TokenMasks::State next = m_masks->after(m_state, m_tokenizer.piece(token));
    if (next == GrammarAutomaton::kDead)
        return false;
    m_state = m_masks->trim(next);
    m_mask = &m_masks->mask(m_state);
    m_finished = !m_masks->mayGoOn(m_state);
    return true;
}

} // namespace conclave::engine
