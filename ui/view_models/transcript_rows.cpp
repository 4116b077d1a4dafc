#include "ui/view_models/transcript_rows.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace conclave::ui
{

namespace
{

TranscriptRows::Part partOf(app::MarkdownRow::Kind kind)
{
    switch (kind) {
    case app::MarkdownRow::kTable:
        return TranscriptRows::Table;
    case app::MarkdownRow::kCode:
        return TranscriptRows::Code;
    case app::MarkdownRow::kMath:
        return TranscriptRows::Math;
    case app::MarkdownRow::kProse:
        break;
    }
    return TranscriptRows::Prose;
}

bool hasRows(const app::StoredMessage &message)
{
    return message.role == app::MessageRole::kAssistant && message.chart.isEmpty();
}

} // namespace

TranscriptRows::TranscriptRows(TranscriptModel &messages, app::ChatController &controller, QObject *parent)
    : QAbstractListModel(parent), m_messages(messages), m_controller(controller)
{
    connect(&messages, &QAbstractItemModel::modelReset, this, &TranscriptRows::reset);
    connect(&messages, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex & /*parent*/, int first) { append(first); });
    connect(&messages, &QAbstractItemModel::dataChanged, this, &TranscriptRows::follow);
    reset();
}

int TranscriptRows::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_count;
}

QVariant TranscriptRows::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_count) {
        return {};
    }
    const Place place = placeOf(index.row());
    const Piece &piece = m_entries[static_cast<std::size_t>(place.message)].pieces[place.piece];
    switch (role) {
    case kMessageRole:
        return place.message;
    case kPartRole:
        return piece.part;
    case kFirstRole:
        return place.piece == 0;
    case kTextRole:
        return piece.block.text;
    case kLanguageRole:
        return piece.block.language;
    case kIndentRole:
        return piece.block.indent;
    case kBeginsRole:
        return piece.block.begins;
    case kEndsRole:
        return piece.block.ends;
    case kClosedRole:
        return piece.block.closed;
    case kOpenRole:
        return isOpen(m_controller.messages()[place.message]);
    case kThoughtRole:
        return thought(m_controller.messages()[place.message]);
    default:
        return m_messages.data(m_messages.index(place.message), role);
    }
}

QHash<int, QByteArray> TranscriptRows::roleNames() const
{
    QHash<int, QByteArray> names = m_messages.roleNames();
    names.insert({{kMessageRole, "message"},
                  {kPartRole, "part"},
                  {kFirstRole, "first"},
                  {kTextRole, "words"},
                  {kLanguageRole, "language"},
                  {kIndentRole, "indent"},
                  {kBeginsRole, "begins"},
                  {kEndsRole, "ends"},
                  {kClosedRole, "closed"},
                  {kOpenRole, "open"},
                  {kThoughtRole, "thought"}});
    return names;
}

int TranscriptRows::rowOf(int message) const
{
    return message >= 0 && message < static_cast<int>(m_starts.size()) ? m_starts[static_cast<std::size_t>(message)] : -1;
}

TranscriptRows::Place TranscriptRows::placeOf(int row) const
{
    const auto after = std::upper_bound(m_starts.begin(), m_starts.end(), row);
    const int message = static_cast<int>(after - m_starts.begin()) - 1;
    return {message, row - m_starts[static_cast<std::size_t>(message)]};
}

QString TranscriptRows::thought(const app::StoredMessage &message) const
{
    if (message.state == app::MessageState::kStreaming && message.text.isEmpty()) {
        return tr("Thinking…");
    }
    const qint64 seconds = std::max<qint64>(1, (message.reasoningTime + 500) / 1000);
    if (message.reasoningTime == 0) { // imported: nobody knows
        return tr("Thoughts");
    }
    return seconds < 60 ? tr("Thought for %1 s").arg(seconds) : tr("Thought for %1 min %2 s").arg(seconds / 60).arg(seconds % 60);
}

QVector<TranscriptRows::Piece> TranscriptRows::piecesOf(const app::StoredMessage &message, Entry &entry) const
{
    if (!hasRows(message)) {
        return {Piece{}};
    }
    QVector<Piece> pieces;
    if (!message.reasoning.isEmpty()) {
        pieces.append(Piece{ReasoningHead, {}});
        if (isOpen(message)) {
            entry.reasoning.setText(message.reasoning);
            for (const app::MarkdownRow &row : entry.reasoning.rows()) {
                pieces.append(Piece{row.kind == app::MarkdownRow::kProse ? ReasoningText : partOf(row.kind), row});
            }
        }
    }
    for (const QJsonValue &call : QJsonDocument::fromJson(message.toolCalls).array()) {
        Piece piece{ToolCall, {}};
        piece.block.language = call[QLatin1String("name")].toString();
        piece.block.text = call[QLatin1String("arguments")].toString();
        pieces.append(piece);
    }
    entry.answer.setText(message.text);
    entry.answerAt = static_cast<int>(pieces.size());
    for (const app::MarkdownRow &row : entry.answer.rows()) {
        pieces.append(Piece{partOf(row.kind), row});
    }
    pieces.append(Piece{Foot, {}});
    return pieces;
}

void TranscriptRows::reset()
{
    beginResetModel();
    m_entries.clear();
    m_starts.clear();
    m_count = 0;
    for (const app::StoredMessage &message : m_controller.messages()) {
        Entry entry;
        entry.pieces = piecesOf(message, entry);
        m_starts.push_back(m_count);
        m_count += static_cast<int>(entry.pieces.size());
        m_entries.push_back(std::move(entry));
    }
    endResetModel();
    Q_EMIT countChanged();
}

void TranscriptRows::append(int message)
{
    if (message != static_cast<int>(m_entries.size()) || message >= m_controller.messages().size()) {
        reset();
        return;
    }
    Entry entry;
    entry.pieces = piecesOf(m_controller.messages()[message], entry);
    const int added = static_cast<int>(entry.pieces.size());
    beginInsertRows({}, m_count, m_count + added - 1);
    m_starts.push_back(m_count);
    m_count += added;
    m_entries.push_back(std::move(entry));
    endInsertRows();
    Q_EMIT countChanged();
}

void TranscriptRows::follow(const QModelIndex &first, const QModelIndex &last, const QVector<int> &roles)
{
    if (roles.contains(TranscriptModel::kLeftOutRole)) { // of all rows of all these messages
        const int end = last.row() + 1 < static_cast<int>(m_starts.size()) ? rowOf(last.row() + 1) : m_count;
        Q_EMIT dataChanged(index(rowOf(first.row())), index(end - 1), roles);
        return;
    }
    for (int message = first.row(); message <= last.row(); ++message) {
        update(message);
    }
}

/// Tells the view what differs, from the first row that does to the last.
void TranscriptRows::update(int message)
{
    if (message < 0 || message >= static_cast<int>(m_entries.size()) || message >= m_controller.messages().size()) {
        return;
    }
    Entry &entry = m_entries[static_cast<std::size_t>(message)];
    const QVector<Piece> fresh = piecesOf(m_controller.messages()[message], entry);
    const int start = m_starts[static_cast<std::size_t>(message)];
    const int before = static_cast<int>(entry.pieces.size());
    const int after = static_cast<int>(fresh.size());
    // Rows come and go before the foot, which stays; an answer that turns out to be a chart becomes another row.
    const int kept = std::min(before, after);
    int same = 0;
    while (same < kept && entry.pieces[same] == fresh[same]) {
        ++same;
    }
    int tail = 0;
    while (tail < kept - same && entry.pieces[before - 1 - tail] == fresh[after - 1 - tail]) {
        ++tail;
    }
    const int changed = kept - same - tail;
    const int moved = after - before;
    const int at = start + same + changed;
    if (moved > 0) {
        beginInsertRows({}, at, at + moved - 1);
    } else if (moved < 0) {
        beginRemoveRows({}, at, at - moved - 1);
    }
    entry.pieces = fresh;
    for (std::size_t next = static_cast<std::size_t>(message) + 1; next < m_starts.size(); ++next) {
        m_starts[next] += moved;
    }
    m_count += moved;
    if (moved > 0) {
        endInsertRows();
    } else if (moved < 0) {
        endRemoveRows();
    }
    if (changed > 0) {
        Q_EMIT dataChanged(index(start + same), index(start + same + changed - 1));
    }
    // What all rows of the message show of it: its state, the time that it thought.
    static const QVector<int> kOfMessage{TranscriptModel::kStreamingRole,
                                         TranscriptModel::kBadgeRole,
                                         TranscriptModel::kFiguresRole,
                                         TranscriptModel::kChartRole,
                                         TranscriptModel::kContinuableRole,
                                         TranscriptModel::kBodyRole,
                                         TranscriptModel::kReasoningRole,
                                         kOpenRole,
                                         kThoughtRole};
    Q_EMIT dataChanged(index(start), index(start), kOfMessage);
    if (after > 1) {
        Q_EMIT dataChanged(index(start + after - 1), index(start + after - 1), kOfMessage);
    }
    if (moved != 0) {
        Q_EMIT countChanged();
    }
}

void TranscriptRows::setReasoningOpen(int message, bool open)
{
    if (message < 0 || message >= m_controller.messages().size()) {
        return;
    }
    m_open[m_controller.messages()[message].id] = open;
    update(message);
}

QString TranscriptRows::codeAt(int row) const
{
    if (row < 0 || row >= m_count) {
        return {};
    }
    const Place place = placeOf(row);
    const Entry &entry = m_entries[static_cast<std::size_t>(place.message)];
    if (place.piece >= entry.answerAt) {
        const int block = place.piece - entry.answerAt;
        return block < entry.answer.rows().size() ? entry.answer.codeOf(block) : QString();
    }
    const int block = place.piece - 1; // behind the reasoning's head
    return block >= 0 && block < entry.reasoning.rows().size() ? entry.reasoning.codeOf(block) : QString();
}

} // namespace conclave::ui
