#include "ui/view_models/search_model.h"

#include <QRegularExpression>

namespace conclave::ui
{

namespace
{

/// Without the marks that Markdown sets around words.
QString plain(QString snippet)
{
    static const QRegularExpression kTableLine(QStringLiteral("\\|(?:\\s*:?-{3,}:?\\s*\\|)+")); // between the head and the rows
    snippet.replace(kTableLine, QStringLiteral(" "));
    for (const char *mark : {"**", "`", "| ", "|", "# "}) {
        snippet.remove(QLatin1String(mark));
    }
    return snippet;
}

/// The words of the user's messages are text, whatever they look like.
QString rich(const QString &snippet)
{
    return plain(snippet).toHtmlEscaped().replace(app::kMatchBegin, QLatin1String("<b>")).replace(app::kMatchEnd, QLatin1String("</b>"));
}

} // namespace

SearchModel::SearchModel(const QString &folder, QObject *parent) : ValueListModel<SearchEntry>(parent), m_worker(folder)
{
    connect(&m_worker, &app::SearchWorker::found, this, &SearchModel::take);
    connect(&m_worker, &app::SearchWorker::failed, this, &SearchModel::failed);
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMilliseconds);
    connect(&m_pause, &QTimer::timeout, this, &SearchModel::search);
}

QVariant SearchModel::data(const QModelIndex &index, int role) const
{
    if (!holds(index)) {
        return {};
    }
    const SearchEntry &entry = values()[index.row()];
    switch (role) {
    case kConversationRole:
        return entry.conversation;
    case kMessageRole:
        return entry.message;
    case kTitleRole:
        return entry.title;
    case kSnippetRole:
        return rich(entry.snippet);
    case kPlainRole:
        return plain(entry.snippet).remove(app::kMatchBegin).remove(app::kMatchEnd);
    default:
        return {};
    }
}

QHash<int, QByteArray> SearchModel::roleNames() const
{
    return {{kConversationRole, "conversationId"},
            {kMessageRole, "messageId"},
            {kTitleRole, "title"},
            {kSnippetRole, "snippet"},
            {kPlainRole, "plain"}};
}

void SearchModel::setTyped(const QString &typed)
{
    if (typed == m_typed) {
        return;
    }
    m_typed = typed;
    m_searched = false;
    Q_EMIT typedChanged();
    if (active()) {
        m_pause.start();
    } else {
        search();
    }
}

void SearchModel::search()
{
    m_pause.stop();
    if (active()) {
        m_worker.search(m_typed);
    } else {
        take(m_typed, {});
    }
}

/// What was found for something typed before is old.
void SearchModel::take(const QString &typed, const QVector<app::SearchHit> &hits)
{
    if (typed != m_typed) {
        return;
    }
    QVector<SearchEntry> entries;
    for (const app::SearchHit &hit : hits) {
        entries.append({hit.conversation, hit.message, hit.title, hit.snippet});
    }
    sync(entries);
    m_searched = true;
    Q_EMIT searchedChanged();
}

} // namespace conclave::ui
