#pragma once

#include "engine/api/engine.h"

#include <QtGlobal>

#include <list>
#include <memory>

namespace conclave::app
{

/// The sessions of the conversations answered last, so that a follow-up reuses what is computed; the oldest make room.
class SessionCache
{
public:
    explicit SessionCache(std::size_t limit) : m_limit(limit) {}

    /// The conversation's session, made when there is none. When memory does not suffice, the others are given up first.
    engine::Result<engine::Session *> sessionFor(qint64 conversation, engine::Engine &engine);
    /// The conversation's session, if there is one.
    engine::Session *find(qint64 conversation);
    void forget(qint64 conversation);
    void clear() { m_entries.clear(); }

private:
    struct Entry
    {
        qint64 conversation;
        std::unique_ptr<engine::Session> session;
    };

    std::size_t m_limit;
    std::list<Entry> m_entries; ///< last used first
};

} // namespace conclave::app
