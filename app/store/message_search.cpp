#include "app/store/message_search.h"

#include "app/store/search_text.h"

#include <QCoreApplication>
#include <QHash>
#include <QStringList>

namespace conclave::app
{

using engine::Done;
using engine::Result;

namespace
{

constexpr int kSnippetWords = 10;
constexpr int kMaxTitles = 8;

QString cannotSearch()
{
    return QCoreApplication::translate("ConversationStore", "The conversations could not be searched");
}

} // namespace

Result<QVector<SearchHit>> MessageSearch::find(const QString &typed, int limit) const
{
    const QString query = searchQuery(typed);
    if (query.isEmpty())
        return QVector<SearchHit>();
    auto hits = findTitles(typed, std::min(limit, kMaxTitles));
    if (!hits)
        return hits;
    auto messages = rank(query, limit - int(hits->size()));
    if (!messages)
        return messages;
    if (auto added = addSnippets(query, *messages); !added)
        return added.takeError();
    hits->append(*messages);
    return hits;
}

Result<QVector<SearchHit>> MessageSearch::findTitles(const QString &typed, int limit) const
{
    auto query = m_file.run(cannotSearch(), QStringLiteral("SELECT id, title, changed, archived FROM conversations WHERE deleted IS NULL "
                                                           "ORDER BY changed DESC"));
    if (!query)
        return query.takeError();
    QVector<SearchHit> hits;
    while (hits.size() < limit && query->next()) {
        const QString title = query->value(1).toString();
        if (titleMatches(title, typed))
            hits.append({query->value(0).toLongLong(), 0, title, {}, timeOf(query->value(2)), query->value(3).toBool()});
    }
    return hits;
}

/// bm25 looks at every match. Walking back from the newest only reads their numbers, which is some twenty times quicker.
Result<qint64> MessageSearch::oldestRanked(const QString &query) const
{
    auto oldest = m_file.run(cannotSearch(),
                             QStringLiteral("SELECT min(rowid) FROM (SELECT rowid FROM message_search WHERE message_search MATCH ? "
                                            "ORDER BY rowid DESC LIMIT %1)")
                                 .arg(kRanked),
                             {query});
    if (!oldest)
        return oldest.takeError();
    return oldest->next() ? oldest->value(0).toLongLong() : 0;
}

Result<QVector<SearchHit>> MessageSearch::rank(const QString &query, int limit) const
{
    QVector<SearchHit> hits;
    auto oldest = oldestRanked(query);
    if (!oldest)
        return oldest.takeError();
    auto found = m_file.run(cannotSearch(),
                            QStringLiteral("SELECT c.id, m.id, c.title, m.created, c.archived FROM message_search s "
                                           "JOIN messages m ON m.id = s.rowid JOIN conversations c ON c.id = m.conversation "
                                           "WHERE s.message_search MATCH ? AND s.rowid >= ? AND c.deleted IS NULL "
                                           "ORDER BY bm25(message_search), s.rowid DESC LIMIT %1")
                                .arg(limit),
                            {query, *oldest});
    if (!found)
        return found.takeError();
    while (found->next())
        hits.append({found->value(0).toLongLong(),
                     found->value(1).toLongLong(),
                     found->value(2).toString(),
                     {},
                     timeOf(found->value(3)),
                     found->value(4).toBool()});
    return hits;
}

/// Only for what is shown: a snippet costs more than the ranking of its message.
Result<Done> MessageSearch::addSnippets(const QString &query, QVector<SearchHit> &hits) const
{
    if (hits.isEmpty())
        return Done{};
    QStringList ids;
    for (const SearchHit &hit : hits)
        ids.append(QString::number(hit.message));
    auto found = m_file.run(cannotSearch(),
                            QStringLiteral("SELECT rowid, snippet(message_search, 0, ?, ?, '…', %1) FROM message_search "
                                           "WHERE message_search MATCH ? AND rowid IN (%2)")
                                .arg(kSnippetWords)
                                .arg(ids.join(u',')),
                            {QString(kMatchBegin), QString(kMatchEnd), query});
    if (!found)
        return found.takeError();
    QHash<qint64, QString> snippets;
    while (found->next())
        snippets.insert(found->value(0).toLongLong(), unspacedText(found->value(1).toString()).simplified());
    for (SearchHit &hit : hits)
        hit.snippet = snippets.value(hit.message);
    return Done{};
}

} // namespace conclave::app
