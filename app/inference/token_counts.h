#pragma once

#include "engine/api/engine.h"

#include <QByteArray>
#include <QHash>

#include <vector>

namespace conclave::app
{

/// Tokens of prompts. While a question is typed the same history and attachments are asked for again and again: those counted last are
/// remembered. Engine thread only.
class TokenCounts
{
public:
    engine::Result<int> of(const std::vector<engine::Message> &prompt, engine::Engine &engine);
    void clear() { m_known.clear(); }

private:
    static constexpr qsizetype kMaxKnown = 256;

    QHash<QByteArray, int> m_known; ///< by a hash of the prompt
};

} // namespace conclave::app
