#include "ui/view_models/download_list_model.h"

#include "ui/view_models/model_list_model.h"

#include <QLocale>

#include <algorithm>

namespace conclave::ui
{

using State = app::Download::State;

namespace
{

QString progressText(const app::Download &download)
{
    const QString received = gigabytesText(double(download.received));
    return download.size > 0 ? DownloadListModel::tr("%1 of %2").arg(received, gigabytesText(double(download.size))) : received;
}

QString remainingText(const app::Download &download)
{
    if (download.bytesPerSecond < 1 || download.size <= download.received) {
        return {};
    }
    const double minutes = double(download.size - download.received) / download.bytesPerSecond / 60;
    return minutes < 1.5 ? DownloadListModel::tr("about a minute left")
                         : DownloadListModel::tr("%1 minutes left").arg(QLocale().toString(qRound(minutes)));
}

QString doneText(const app::Download &download)
{
    const QString size = gigabytesText(double(download.received));
    switch (download.proof) {
    case app::Proof::kExpected:
        return DownloadListModel::tr("%1 · every byte as listed (SHA-256)").arg(size);
    case app::Proof::kServer:
        return DownloadListModel::tr("%1 · every byte as the server states (SHA-256)").arg(size);
    case app::Proof::kNothing:
        break;
    }
    return DownloadListModel::tr("%1 · whole; nobody states a checksum to compare with").arg(size);
}

QString stateText(const app::Download &download)
{
    switch (download.state) {
    case State::kQueued:
        return DownloadListModel::tr("Waiting");
    case State::kLooking:
        return DownloadListModel::tr("Asking for its files…");
    case State::kRunning: {
        QStringList parts{progressText(download)};
        if (download.bytesPerSecond > 0) {
            parts << DownloadListModel::tr("%1 MB/s").arg(QLocale().toString(download.bytesPerSecond / 1e6, 'f', 1));
        }
        if (const QString remaining = remainingText(download); !remaining.isEmpty()) {
            parts << remaining;
        }
        return parts.join(QStringLiteral(" · "));
    }
    case State::kPaused:
        return DownloadListModel::tr("Paused at %1").arg(progressText(download));
    case State::kDone:
        return doneText(download);
    case State::kFailed:
        break;
    }
    return download.message.text();
}

} // namespace

DownloadListModel::DownloadListModel(app::DownloadQueue &queue, QObject *parent) : ValueListModel<app::Download>(parent), m_queue(queue)
{
    connect(&queue, &app::DownloadQueue::changed, this, &DownloadListModel::refresh);
    connect(&queue, &app::DownloadQueue::progressed, this, &DownloadListModel::refresh);
    refresh();
}

void DownloadListModel::refresh()
{
    const int before = count();
    QVector<app::Download> latestFirst = m_queue.downloads();
    std::reverse(latestFirst.begin(), latestFirst.end());
    sync(latestFirst);
    if (count() != before) {
        Q_EMIT countChanged();
    }
}

QVariant DownloadListModel::data(const QModelIndex &index, int role) const
{
    if (!holds(index)) {
        return {};
    }
    const app::Download &download = values()[index.row()];
    switch (role) {
    case kIdRole:
        return download.id;
    case kNameRole:
        return download.name;
    case kStateTextRole:
        return stateText(download);
    case kShareRole:
        return download.size > 0 ? std::min(1.0, double(download.received) / double(download.size)) : -1.0;
    case kRunsRole:
        return download.state == State::kRunning || download.state == State::kLooking || download.state == State::kQueued;
    case kRestsRole:
        return download.state == State::kPaused || download.state == State::kFailed;
    case kDoneRole:
        return download.state == State::kDone;
    case kFailedRole:
        return download.state == State::kFailed;
    default:
        return {};
    }
}

QHash<int, QByteArray> DownloadListModel::roleNames() const
{
    return {{kIdRole, "downloadId"}, {kNameRole, "name"},   {kStateTextRole, "stateText"}, {kShareRole, "share"},
            {kRunsRole, "runs"},     {kRestsRole, "rests"}, {kDoneRole, "done"},           {kFailedRole, "failed"}};
}

} // namespace conclave::ui
