#pragma once

#include "app/store/database_file.h"

#include <QDateTime>
#include <QString>
#include <QVector>

/// Full-text search over all messages: SQLite FTS5, ranked by bm25 (Robertson and Zaragoza 2009), best first.
namespace conclave::app
{

/// Marks the words found in a snippet: between these two characters, which occur in no text (private use).
inline constexpr QChar kMatchBegin = QChar(0xf8f0);
inline constexpr QChar kMatchEnd = QChar(0xf8f1);

struct SearchHit
{
    qint64 conversation = 0;
    qint64 message = 0; ///< 0: the title matches
    QString title;
    QString snippet; ///< some words around the match, it marked; empty for a title
    QDateTime created;
    bool archived = false;
};

/// Works on a connection of its own thread. Conversations that were deleted are left out.
class MessageSearch
{
public:
    explicit MessageSearch(const DatabaseFile &file) : m_file(file) {}

    /// Titles first, then messages. Words that occur in more than kRanked messages are ranked among the latest so many, so that a search
    /// takes no longer for common words.
    engine::Result<QVector<SearchHit>> find(const QString &typed, int limit = 50) const;

    static constexpr int kRanked = 2000;

private:
    engine::Result<QVector<SearchHit>> findTitles(const QString &typed, int limit) const;
    engine::Result<qint64> oldestRanked(const QString &query) const;
    engine::Result<QVector<SearchHit>> rank(const QString &query, int limit) const;
    engine::Result<engine::Done> addSnippets(const QString &query, QVector<SearchHit> &hits) const;

    const DatabaseFile &m_file;
};

} // namespace conclave::app
