#include "ui/find/transcript_find.h"

#include "ui/find/found_text.h"
#include "ui/markdown/markdown_builder.h"

#include <QElapsedTimer>

#include <algorithm>

namespace conclave::ui
{

namespace
{

/// Title, names, numbers and summary of a chart, one below the other.
QString wordsOf(const ChartAnswer &chart)
{
    if (chart.isAnswer()) { // its table stands further up
        return chart.spokenSummary();
    }
    const app::ChartTable &table = chart.reading().table;
    QStringList lines{table.title, table.xLabel};
    lines += chart.series();
    for (int row = 0; row < chart.rowCount(); ++row) {
        lines.append(table.rows[row].name);
        for (int series = 0; series < table.series.size(); ++series) {
            lines.append(chart.typedText(series, row));
        }
    }
    lines.append(chart.spokenSummary());
    return lines.join(u'\n');
}

/// What has no text of its own to be marked in is marked as a whole, once.
bool isMarkedAsWhole(TranscriptRows::Part part, const ChartAnswer *chart)
{
    return chart || part == TranscriptRows::Math || part == TranscriptRows::ToolCall;
}

} // namespace

TranscriptFind::TranscriptFind(TranscriptRows &rows, QObject *parent) : QObject(parent), m_rows(rows)
{
    m_slices.setInterval(0);
    connect(&m_slices, &QTimer::timeout, this, &TranscriptFind::slice);
    m_changed.setSingleShot(true);
    m_changed.setInterval(kPauseMilliseconds);
    connect(&m_changed, &QTimer::timeout, this, [this] { restart(m_current < 0 ? m_from : m_hits[m_current], false); });
    const auto changed = [this] {
        if (!m_needle.isEmpty() && !m_changed.isActive()) {
            m_changed.start();
        }
    };
    connect(&rows, &QAbstractItemModel::dataChanged, this, changed);
    connect(&rows, &QAbstractItemModel::rowsInserted, this, changed);
    connect(&rows, &QAbstractItemModel::rowsRemoved, this, changed);
    connect(&rows, &QAbstractItemModel::modelReset, this, changed);
}

void TranscriptFind::begin(int from)
{
    m_from = {from, 0};
    if (!std::exchange(m_open, true)) {
        Q_EMIT openChanged();
    }
    m_needle = foldedForFind(m_typed).text;
    Q_EMIT typedChanged();
    restart(m_from, true);
}

void TranscriptFind::close()
{
    if (!std::exchange(m_open, false)) {
        return;
    }
    m_needle.clear();
    m_shown.clear();
    restart({}, false);
    Q_EMIT typedChanged();
    Q_EMIT openChanged();
}

void TranscriptFind::setTyped(const QString &typed)
{
    if (typed == m_typed) {
        return;
    }
    m_typed = typed;
    if (m_open) {
        m_needle = foldedForFind(typed).text;
        restart(m_current < 0 ? m_from : m_hits[m_current], true);
    }
    Q_EMIT typedChanged();
}

void TranscriptFind::step(int by)
{
    if (m_hits.isEmpty()) {
        return;
    }
    const int count = static_cast<int>(m_hits.size());
    m_current = m_current < 0 ? 0 : (m_current + by + count) % count;
    m_from = m_hits[m_current];
    Q_EMIT currentChanged();
    Q_EMIT shown();
}

void TranscriptFind::restart(Hit from, bool show)
{
    if (m_shown.size() > 2 * m_rows.count()) { // an answer that grows leaves its earlier states behind
        m_shown.clear();
    }
    m_from = from;
    m_show = show;
    m_hits.clear();
    m_next = 0;
    m_current = -1;
    if (m_needle.isEmpty()) {
        m_slices.stop();
    } else {
        m_slices.start();
    }
    // What was found is told anew with the first piece: a count that falls to nothing between two letters would flicker.
    if (m_needle.isEmpty() || show) {
        Q_EMIT currentChanged();
        Q_EMIT foundChanged();
    }
}

void TranscriptFind::slice()
{
    QElapsedTimer timer;
    timer.start();
    const int rows = m_rows.count();
    while (m_next < rows && timer.elapsed() < kSliceMilliseconds) {
        search(m_next++);
    }
    if (m_next >= rows) {
        m_slices.stop();
    }
    choose();
    if (m_current < 0 && m_next >= rows) {
        Q_EMIT currentChanged();
    }
    Q_EMIT foundChanged();
}

void TranscriptFind::search(int row)
{
    const QModelIndex index = m_rows.index(row);
    const auto part = static_cast<TranscriptRows::Part>(index.data(TranscriptRows::kPartRole).toInt());
    const auto *chart = index.data(TranscriptModel::kChartRole).value<ChartAnswer *>();
    int inRow = 0;
    for (const QString &line : textOf(row).split(u'\n')) {
        for (qsizetype n = foundIn(line, m_needle).size(); n > 0; --n) {
            m_hits.append({row, inRow++});
            if (isMarkedAsWhole(part, chart)) {
                return;
            }
        }
    }
}

/// The first one from where it was begun; when there is none, the first of all.
void TranscriptFind::choose()
{
    if (m_current >= 0 || m_hits.isEmpty()) {
        return;
    }
    const auto at = std::lower_bound(m_hits.cbegin(), m_hits.cend(), m_from);
    if (at == m_hits.cend() && m_next < m_rows.count()) {
        return;
    }
    m_current = at == m_hits.cend() ? 0 : static_cast<int>(at - m_hits.cbegin());
    Q_EMIT currentChanged();
    if (std::exchange(m_show, false)) {
        Q_EMIT shown();
    }
}

QString TranscriptFind::textOf(int row)
{
    const QModelIndex index = m_rows.index(row);
    const QString words = index.data(TranscriptRows::kTextRole).toString();
    switch (static_cast<TranscriptRows::Part>(index.data(TranscriptRows::kPartRole).toInt())) {
    case TranscriptRows::Whole:
        if (const auto *chart = index.data(TranscriptModel::kChartRole).value<ChartAnswer *>()) {
            return wordsOf(*chart);
        }
        return index.data(TranscriptModel::kBodyRole).toString();
    case TranscriptRows::ReasoningText:
    case TranscriptRows::Prose:
    case TranscriptRows::Table:
        return shownMarkdown(words);
    case TranscriptRows::Code:
    case TranscriptRows::Math:
        return words;
    case TranscriptRows::ToolCall:
        return index.data(TranscriptRows::kLanguageRole).toString() + u'\n' + words;
    case TranscriptRows::ReasoningHead:
    case TranscriptRows::Foot:
        break;
    }
    return {};
}

/// Set as the view sets it, so that both count the same.
QString TranscriptFind::shownMarkdown(const QString &markdown)
{
    QString &shown = m_shown[markdown];
    if (shown.isNull()) {
        buildMarkdown(m_scratch, app::readMarkdown(markdown), {});
        shown = m_scratch.toPlainText() + u'\n'; // never null
    }
    return shown;
}

} // namespace conclave::ui
