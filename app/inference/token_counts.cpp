#include "app/inference/token_counts.h"

#include <QCryptographicHash>

#include <string>

namespace conclave::app
{
namespace
{

QByteArray keyOf(const std::vector<engine::Message> &prompt)
{
    QCryptographicHash hash(QCryptographicHash::Sha1);
    for (const engine::Message &message : prompt) {
        std::string head = std::to_string(int(message.role)) + ':' + std::to_string(message.text.size()) + ':';
        for (const engine::ImagePtr &image : message.images)
            head += std::to_string(image->width) + 'x' + std::to_string(image->height) + ':';
        hash.addData(QByteArrayView(head));
        hash.addData(QByteArrayView(message.text));
    }
    return hash.result();
}

} // namespace

engine::Result<int> TokenCounts::of(const std::vector<engine::Message> &prompt, engine::Engine &engine)
{
    const QByteArray key = keyOf(prompt);
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
