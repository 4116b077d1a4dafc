#include "app/inference/session_cache.h"

#include <algorithm>

namespace conclave::app
{

engine::Result<engine::Session *> SessionCache::sessionFor(qint64 conversation, engine::Engine &engine)
{
    const auto found =
        std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry &entry) { return entry.conversation == conversation; });
    if (found != m_entries.end()) {
        m_entries.splice(m_entries.begin(), m_entries, found);
        return m_entries.front().session.get();
    }
    while (m_entries.size() >= m_limit)
        m_entries.pop_back();
    auto session = engine.createSession();
    if (!session && session.error().code == engine::ErrorCode::kOutOfMemory && !m_entries.empty()) {
        m_entries.clear();
        session = engine.createSession();
    }
    if (!session)
        return session.takeError();
    m_entries.push_front({conversation, std::move(*session)});
    return m_entries.front().session.get();
}

engine::Session *SessionCache::find(qint64 conversation)
{
    const auto found =
        std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry &entry) { return entry.conversation == conversation; });
    return found == m_entries.end() ? nullptr : found->session.get();
}

void SessionCache::forget(qint64 conversation)
{
    m_entries.remove_if([&](const Entry &entry) { return entry.conversation == conversation; });
}

} // namespace conclave::app
