#include "app/inference/token_counts.h"

#include "app/chat/receipt.h"

namespace conclave::app
{

engine::Result<int> TokenCounts::of(const std::vector<engine::Message> &prompt, engine::Engine &engine)
{
    const auto sizeOf = [](const engine::ImagePtr &image) { return QStringLiteral("%1x%2").arg(image->width).arg(image->height); };
    const QByteArray key = promptHash(prompt, sizeOf);
    if (const auto known = m_known.constFind(key); known != m_known.constEnd())
        return *known;
    auto tokens = engine.countTokens(prompt);
    if (!tokens)
        return tokens;
    if (m_known.size() >= kMaxKnown)
        m_known.clear();
    m_known.insert(key, *tokens);
    return tokens;
}

} // namespace conclave::app
