#include "app/chat/search_worker.h"

#include "app/log/error_text.h"
#include "app/store/conversation_store.h"

namespace conclave::app
{

/// Search thread only.
class SearchWorker::Searcher : public QObject
{
public:
    explicit Searcher(const QString &folder) : m_folder(folder) {}

    Result<QVector<SearchHit>> search(const QString &typed)
    {
        if (!m_store) {
            auto opened = ConversationStore::open(m_folder);
            if (!opened)
                return opened.takeError();
            m_store = std::move(*opened);
        }
        return m_store->search(typed);
    }

private:
    QString m_folder;
    std::unique_ptr<ConversationStore> m_store;
};

SearchWorker::SearchWorker(const QString &folder, QObject *parent) : QObject(parent), m_searcher(new Searcher(folder))
{
    m_thread.setObjectName(QStringLiteral("search"));
    m_searcher->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_searcher, &QObject::deleteLater);
    m_thread.start();
}

SearchWorker::~SearchWorker()
{
    ++m_latest; // what waits is not made
    m_thread.quit();
    m_thread.wait();
}

void SearchWorker::search(const QString &typed)
{
    const quint64 number = ++m_latest;
    QMetaObject::invokeMethod(
        m_searcher,
        [this, number, typed] {
            if (number != m_latest)
                return;
            const auto hits = m_searcher->search(typed);
            if (hits)
                Q_EMIT found(typed, *hits);
            else
                Q_EMIT failed(errorText(hits.error()));
        },
        Qt::QueuedConnection);
}

} // namespace conclave::app
