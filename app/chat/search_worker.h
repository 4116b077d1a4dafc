#pragma once

#include "app/store/message_search.h"

#include <QObject>
#include <QThread>

#include <atomic>

/// Searches on a thread of its own, with its own connection to the database: typing never waits for it.
namespace conclave::app
{

class SearchWorker : public QObject
{
    Q_OBJECT

public:
    /// `folder`: of conclave.db. Opened with the first search.
    explicit SearchWorker(const QString &folder, QObject *parent = nullptr);
    /// Waits for the search under way.
    ~SearchWorker() override;

    /// Looks `typed` up; of searches that wait, only the last is made.
    void search(const QString &typed);

Q_SIGNALS:
    void found(const QString &typed, const QVector<conclave::app::SearchHit> &hits);
    void failed(const QString &message);

private:
    class Searcher;

    QThread m_thread;
    Searcher *m_searcher; ///< lives on the thread
    std::atomic<quint64> m_latest{0};
};

} // namespace conclave::app
