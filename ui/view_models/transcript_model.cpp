#include "ui/view_models/transcript_model.h"

#include "app/chat/figures_json.h"
#include "ui/view_models/attachment_words.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>

#include <utility>

namespace conclave::ui
{

namespace
{

TranscriptModel::Kind kindOf(app::MessageRole role)
{
    switch (role) {
    case app::MessageRole::kUser:
        return TranscriptModel::Question;
    case app::MessageRole::kAssistant:
        return TranscriptModel::Answer;
    case app::MessageRole::kNotice:
        break;
    }
    return TranscriptModel::Notice;
}

QString badgeOf(app::MessageState state)
{
    switch (state) {
    case app::MessageState::kStopped:
        return TranscriptModel::tr("Stopped");
    case app::MessageState::kInterrupted:
        return TranscriptModel::tr("Interrupted");
    case app::MessageState::kFailed:
        return TranscriptModel::tr("Failed");
    case app::MessageState::kComplete:
    case app::MessageState::kStreaming:
        break;
    }
    return {};
}

/// "Conclave Chart · 412 tokens/s", "Conclave Chart · edited by you"
QString figuresOf(const app::StoredMessage &message)
{
    if (app::saysEdited(message.statistics)) {
        return TranscriptModel::tr("%1 · edited by you").arg(message.model);
    }
    const double rate = QJsonDocument::fromJson(message.statistics).object().value(QLatin1String("tokensPerSecond")).toDouble();
    if (message.role != app::MessageRole::kAssistant || rate <= 0) {
        return message.model;
    }
    return TranscriptModel::tr("%1 · %2 tokens/s").arg(message.model, QLocale().toString(rate, 'f', rate < 100 ? 1 : 0));
}

/// Stopped, failed, cut by the program's end, or at the length that was allowed.
bool wasBrokenOff(const app::StoredMessage &message)
{
    if (message.role != app::MessageRole::kAssistant || !message.chart.isEmpty() || message.text.isEmpty()) {
        return false;
    }
    if (message.state == app::MessageState::kComplete) {
        return QJsonDocument::fromJson(message.statistics).object().value(QLatin1String("reason")) == QLatin1String("length");
    }
    return message.state != app::MessageState::kStreaming;
}

} // namespace

TranscriptModel::TranscriptModel(app::ChatController &controller, QObject *parent) : QAbstractListModel(parent), m_controller(controller)
{
    connect(&controller, &app::ChatController::messagesReset, this, &TranscriptModel::reset);
    connect(&controller, &app::ChatController::messageAdded, this, &TranscriptModel::append);
    connect(&controller, &app::ChatController::messageChanged, this, &TranscriptModel::update);
    connect(&controller, &app::ChatController::toldFromChanged, this, [this] {
        if (m_count > 0) {
            Q_EMIT dataChanged(index(0), index(m_count - 1), {kLeftOutRole, kToldFirstRole});
        }
    });
    reset();
}

int TranscriptModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_count;
}

QVariant TranscriptModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_count || index.row() >= m_controller.messages().size()) {
        return {};
    }
    const app::StoredMessage &message = m_controller.messages()[index.row()];
    switch (role) {
    case kKindRole:
        return kindOf(message.role);
    case kBodyRole:
        return message.text;
    case kPicturesRole:
        return QVariant::fromValue(pictures(message));
    case kDocumentsRole:
        return documents(message);
    case kChartRole:
        return QVariant::fromValue(m_charts.value(index.row()));
    case kStreamingRole:
        return message.state == app::MessageState::kStreaming;
    case kBadgeRole:
        return badgeOf(message.state);
    case kFiguresRole:
        return figuresOf(message);
    case kVersionRole:
        return static_cast<int>(message.siblings.indexOf(message.id)) + 1;
    case kVersionsRole:
        return static_cast<int>(message.siblings.size());
    case kContinuableRole:
        return index.row() == m_controller.messages().size() - 1 && wasBrokenOff(message);
    case kLeftOutRole:
        return message.id < m_controller.toldFrom();
    case kToldFirstRole:
        return index.row() > 0 && message.id >= m_controller.toldFrom() &&
               m_controller.messages()[index.row() - 1].id < m_controller.toldFrom();
    case kReasoningRole:
        return message.reasoning;
    default:
        return {};
    }
}

QHash<int, QByteArray> TranscriptModel::roleNames() const
{
    return {{kKindRole, "kind"},
            {kBodyRole, "body"},
            {kPicturesRole, "pictures"},
            {kDocumentsRole, "documents"},
            {kChartRole, "chart"},
            {kStreamingRole, "streaming"},
            {kBadgeRole, "badge"},
            {kFiguresRole, "figures"},
            {kVersionRole, "version"},
            {kVersionsRole, "versions"},
            {kContinuableRole, "continuable"},
            {kLeftOutRole, "leftOut"},
            {kToldFirstRole, "toldFirst"},
            {kReasoningRole, "reasoning"}};
}

void TranscriptModel::reset()
{
    beginResetModel();
    const QHash<int, ChartAnswer *> before = std::exchange(m_charts, {});
    m_count = static_cast<int>(m_controller.messages().size());
    for (int row = 0; row < m_count; ++row) {
        followChart(row);
    }
    endResetModel();
    for (ChartAnswer *chart : before) {
        chart->deleteLater(); // delegates of the old rows may still read it in this turn of the event loop
    }
    Q_EMIT countChanged();
}

void TranscriptModel::append(int row)
{
    if (row != m_count) { // announced out of order: start over rather than guess
        reset();
        return;
    }
    beginInsertRows({}, row, row);
    ++m_count;
    followChart(row);
    endInsertRows();
    if (row > 0 && wasBrokenOff(m_controller.messages()[row - 1])) { // no longer the last one
        Q_EMIT dataChanged(index(row - 1), index(row - 1), {kContinuableRole});
    }
    Q_EMIT countChanged();
}

void TranscriptModel::update(int row)
{
    if (row < 0 || row >= m_count) {
        return;
    }
    QVector<int> roles{kBodyRole, kReasoningRole, kStreamingRole, kBadgeRole, kFiguresRole, kContinuableRole};
    const bool hadChart = m_charts.contains(row);
    followChart(row);
    if (!hadChart && m_charts.contains(row)) {
        roles.append(kChartRole);
    }
    Q_EMIT dataChanged(index(row), index(row), roles);
}

void TranscriptModel::retranslate()
{
    for (ChartAnswer *chart : std::as_const(m_charts)) {
        chart->retranslate();
    }
}

void TranscriptModel::followChart(int row)
{
    const app::StoredMessage &message = m_controller.messages()[row];
    if (message.chart.isEmpty()) {
        return;
    }
    ChartAnswer *&chart = m_charts[row];
    if (!chart) {
        chart = new ChartAnswer(this);
        chart->setPicture(pictureFor(row));
        chart->setEditor([this, row](const app::ChartTable &table) { return m_controller.editChart(row, table); });
    }
    chart->setReading(app::ChartReading::fromJson(QJsonDocument::fromJson(message.chart).object()));
}

QString TranscriptModel::pictureFor(int row) const
{
    for (int before = row - 1; before >= 0; --before) {
        const app::StoredMessage &message = m_controller.messages()[before];
        if (message.role == app::MessageRole::kUser && !message.images.isEmpty()) {
            return m_controller.store().imagePath(message.images.first());
        }
    }
    return {};
}

QVariantList TranscriptModel::documents(const app::StoredMessage &message)
{
    QVariantList out;
    for (const app::StoredDocument &document : message.documents) {
        out.append(QVariantMap{{QStringLiteral("name"), document.name},
                               {QStringLiteral("kind"), kindInWords(document.kind)},
                               {QStringLiteral("parts"), document.parts}});
    }
    return out;
}

QList<QUrl> TranscriptModel::pictures(const app::StoredMessage &message) const
{
    QList<QUrl> urls;
    for (const QString &hash : message.images) {
        urls.append(QUrl::fromLocalFile(m_controller.store().imagePath(hash)));
    }
    return urls;
}

} // namespace conclave::ui
