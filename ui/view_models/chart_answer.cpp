#include "ui/view_models/chart_answer.h"

#include "app/chart/answer_words.h"
#include "app/chart/edited_reading.h"
#include "app/chart/table_edit.h"
#include "ui/chart/chart_words.h"

#include <QFileInfo>
#include <QImageReader>

#include <algorithm>

namespace conclave::ui
{

namespace
{

constexpr qsizetype kMostUndone = 100;

QSize uprightSize(const QString &file)
{
    const QImageReader reader(file);
    const QSize size = reader.size();
    return reader.transformation() & QImageIOHandler::TransformationRotate90 ? size.transposed() : size;
}

bool sameHead(const app::ChartTable &one, const app::ChartTable &other)
{
    return one.type == other.type && one.title == other.title && one.xLabel == other.xLabel && one.unit == other.unit &&
           one.series == other.series;
}

/// A number of the title or an axis repeated in the summary is neither looked up nor wrong: plain text.
bool pointsSomewhere(const app::Citation &citation)
{
    return citation.operation != QLatin1String("text") || !citation.supported || citation.series >= 0;
}

bool sameSummary(const app::ChartSummary &one, const app::ChartSummary &other)
{
    const auto same = [](const app::Citation &a, const app::Citation &b) {
        return a.start == b.start && a.length == b.length && a.supported == b.supported && a.tableSays == b.tableSays &&
               a.cells == b.cells && a.series == b.series && a.row == b.row;
    };
    return one.text == other.text && one.leftOut == other.leftOut && one.citations.size() == other.citations.size() &&
           std::equal(one.citations.begin(), one.citations.end(), other.citations.begin(), same);
}

QString linkTo(int citation, const QString &text, const QColor &color, bool lit)
{
    const QString shown = lit ? QStringLiteral("<b><u>%1</u></b>").arg(text.toHtmlEscaped()) : text.toHtmlEscaped();
    return QStringLiteral("<a href=\"cite:%1\"><font color=\"%2\">%3</font></a>").arg(QString::number(citation), color.name(), shown);
}

QString escapedText(const QString &text)
{
    return text.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>"));
}

bool covers(const QPoint &cell, int series, int row)
{
    const bool pointsNowhere = cell.x() < 0 && cell.y() < 0;
    return !pointsNowhere && (cell.x() < 0 || series < 0 || cell.x() == series) && (cell.y() < 0 || row < 0 || cell.y() == row);
}

} // namespace

ChartAnswer::ChartAnswer(QObject *parent) : QObject(parent) {}

void ChartAnswer::setReading(const app::ChartReading &reading)
{
    const bool headDiffers = !sameHead(m_reading.table, reading.table) || m_reading.isAnswer != reading.isAnswer;
    const bool summaryDiffers = !sameSummary(m_reading.summary, reading.summary);
    const bool completeDiffers = m_reading.complete != reading.complete;
    m_reading = reading;
    m_replot = app::replotted(reading.table);
    m_table.setTable(reading, m_replot);
    m_marks.setTable(reading.table, m_replot);
    if (headDiffers) {
        Q_EMIT headChanged();
    }
    if (summaryDiffers) {
        Q_EMIT summaryChanged();
    }
    if (completeDiffers) {
        Q_EMIT completeChanged();
    }
    Q_EMIT tableChanged();
}

void ChartAnswer::retranslate()
{
    m_table.setTable(m_reading, m_replot);
    m_marks.setTable(m_reading.table, m_replot);
    Q_EMIT headChanged();
    Q_EMIT summaryChanged();
    Q_EMIT tableChanged();
}

void ChartAnswer::setPicture(const QString &file)
{
    const QUrl url = file.isEmpty() ? QUrl() : QUrl::fromLocalFile(file);
    if (url == m_picture) {
        return;
    }
    m_picture = url;
    m_pictureSize = file.isEmpty() ? QSize() : uprightSize(file);
    Q_EMIT pictureChanged();
}

QString ChartAnswer::kind() const
{
    const QString name = app::chartKindText(m_reading.table.type);
    if (name.isEmpty()) {
        return {};
    }
    const QString unit = m_reading.table.unit;
    return unit.isEmpty() ? name : tr("%1 · %2", "kind of chart, unit").arg(name, unit);
}

bool ChartAnswer::editable() const
{
    return m_editor && app::canBeEdited(m_reading);
}

// ---- Summary and citations

QString ChartAnswer::richSummary(const QString &plain, const QVariantList &lit, const QColor &link, const QColor &warning) const
{
    QString html;
    int end = 0;
    const QVector<app::Citation> &citations = m_reading.summary.citations;
    for (int i = 0; i < citations.size(); ++i) {
        const app::Citation &citation = citations[i];
        if (!pointsSomewhere(citation) || citation.start < end || citation.length <= 0 || citation.start + citation.length > plain.size()) {
            continue; // overlapping or beyond the text: shown as plain text
        }
        html += escapedText(plain.mid(end, citation.start - end));
        end = citation.start + citation.length;
        html += linkTo(i, plain.mid(citation.start, citation.length), citation.supported ? link : warning, lit.contains(i));
        if (const QString correction = app::correctionText(citation); !correction.isEmpty()) {
            html += QStringLiteral("<font color=\"%1\"> %2</font>").arg(warning.name(), correction.toHtmlEscaped());
        }
    }
    return html + escapedText(plain.mid(end));
}

QString ChartAnswer::spokenSummary() const
{
    return app::correctedText(m_reading.summary);
}

int ChartAnswer::nextCitation(int citation, int step) const
{
    int next = citation + step;
    while (hasCitation(next) && !pointsSomewhere(m_reading.summary.citations[next])) {
        next += step;
    }
    return hasCitation(next) ? next : citation;
}

int ChartAnswer::citationSeries(int citation) const
{
    return hasCitation(citation) ? m_reading.summary.citations[citation].series : -1;
}

int ChartAnswer::citationRow(int citation) const
{
    return hasCitation(citation) ? m_reading.summary.citations[citation].row : -1;
}

QVariantList ChartAnswer::citationCells(int citation) const
{
    QVariantList out;
    if (hasCitation(citation)) {
        for (const QPoint &cell : m_reading.summary.citations[citation].cells) {
            out.append(cell);
        }
    }
    return out;
}

QVariantList ChartAnswer::citationsOf(int series, int row) const
{
    QVariantList out;
    const QVector<app::Citation> &citations = m_reading.summary.citations;
    for (int i = 0; (series >= 0 || row >= 0) && i < citations.size(); ++i) {
        const QVector<QPoint> &cells = citations[i].cells;
        if (std::any_of(cells.begin(), cells.end(), [&](const QPoint &cell) { return covers(cell, series, row); })) {
            out.append(i);
        }
    }
    return out;
}

QString ChartAnswer::citationNote(int citation) const
{
    return hasCitation(citation) ? ui::citationNote(m_reading.table, m_reading.summary.citations[citation]) : QString();
}

// ---- Cells

const app::ChartCell *ChartAnswer::cellAt(int series, int row) const
{
    return m_reading.table.cell(series, row);
}

QString ChartAnswer::cellNote(int series, int row) const
{
    const app::ChartCell *cell = cellAt(series, row);
    return cell ? ui::cellNote(m_reading.table, series, row, m_replot.at(series, row)) : QString();
}

QString ChartAnswer::cellWords(int series, int row) const
{
    const app::ChartCell *cell = cellAt(series, row);
    const QString name = cellName(m_reading.table, series, row);
    if (!cell) {
        return name;
    }
    const QString words = tr("%1: %2", "cell, number").arg(name, cell->value ? cellText(*cell) : tr("missing"));
    const QString note = cellNote(series, row);
    return note.isEmpty() ? words : words + QStringLiteral(". ") + note;
}

QPoint ChartAnswer::nextMark(int series, int row, int seriesStep, int rowStep) const
{
    const int rows = static_cast<int>(m_reading.table.rows.size());
    const int columns = static_cast<int>(m_reading.table.series.size());
    QPoint at(series, row);
    for (int i = 0; i < rows * columns; ++i) {
        at += QPoint(seriesStep, rowStep);
        const app::ChartCell *cell = cellAt(at.x(), at.y());
        if (!cell) {
            break;
        }
        if (cell->value && !cell->place.isNull()) {
            return at;
        }
    }
    if (cellAt(series, row)) {
        return {series, row};
    }
    const QVector<ChartMark> &marks = m_marks.values();
    return marks.isEmpty() ? QPoint(-1, -1) : QPoint(marks.first().series, marks.first().row);
}

QString ChartAnswer::typedText(int series, int row) const
{
    if (const app::ChartCell *cell = cellAt(series, row)) {
        return app::shownNumber(*cell);
    }
    return cellName(m_reading.table, series, row);
}

// ---- Editing

bool ChartAnswer::apply(const std::optional<app::ChartTable> &table)
{
    if (!table || !editable()) {
        return false;
    }
    const app::ChartTable before = m_reading.table;
    m_undone.append(before);
    if (m_undone.size() > kMostUndone) {
        m_undone.removeFirst();
    }
    if (m_editor(*table)) {
        return true;
    }
    m_undone.removeLast();
    return false;
}

bool ChartAnswer::put(int series, int row, const QString &typed)
{
    const app::ChartTable &table = m_reading.table;
    if (typed.trimmed() == typedText(series, row)) {
        return true;
    }
    if (row < 0) {
        return apply(app::withSeriesName(table, series, typed));
    }
    return apply(series < 0 ? app::withRowName(table, row, typed) : app::withCell(table, series, row, typed, QLocale()));
}

bool ChartAnswer::addRow(int at)
{
    return apply(app::withRow(m_reading.table, at, tr("New row")));
}

bool ChartAnswer::addSeries(int at)
{
    return apply(app::withSeries(m_reading.table, at, tr("New series")));
}

bool ChartAnswer::removeRow(int row)
{
    return apply(app::withoutRow(m_reading.table, row));
}

bool ChartAnswer::removeSeries(int series)
{
    return apply(app::withoutSeries(m_reading.table, series));
}

void ChartAnswer::undo()
{
    if (m_undone.isEmpty() || !editable()) {
        return;
    }
    const app::ChartTable before = m_undone.takeLast();
    if (!m_editor(before)) {
        m_undone.append(before);
    }
}

void ChartAnswer::restore()
{
    apply(m_reading.asRead);
}

} // namespace conclave::ui
