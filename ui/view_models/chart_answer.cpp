#include "ui/view_models/chart_answer.h"

#include <QFileInfo>
#include <QImageReader>

namespace conclave::ui
{

namespace
{

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
    return citation.operation != QLatin1String("text") || !citation.supported;
}

bool sameSummary(const app::ChartSummary &one, const app::ChartSummary &other)
{
    return one.text == other.text && one.citations.size() == other.citations.size();
}

QString linkTo(int citation, const QString &text, const QColor &color, bool active)
{
    const QString shown = active ? QStringLiteral("<b><u>%1</u></b>").arg(text.toHtmlEscaped()) : text.toHtmlEscaped();
    return QStringLiteral("<a href=\"cite:%1\"><font color=\"%2\">%3</font></a>").arg(QString::number(citation), color.name(), shown);
}

QString escapedText(const QString &text)
{
    return text.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>"));
}

QString operationPattern(const QString &operation)
{
    if (operation == QLatin1String("max")) {
        return ChartAnswer::tr("Largest value of %1: %2");
    }
    if (operation == QLatin1String("min")) {
        return ChartAnswer::tr("Smallest value of %1: %2");
    }
    if (operation == QLatin1String("first")) {
        return ChartAnswer::tr("First value of %1: %2");
    }
    if (operation == QLatin1String("last")) {
        return ChartAnswer::tr("Last value of %1: %2");
    }
    if (operation == QLatin1String("total")) {
        return ChartAnswer::tr("Total of %1: %2");
    }
    if (operation == QLatin1String("mean")) {
        return ChartAnswer::tr("Mean of %1: %2");
    }
    if (operation == QLatin1String("range")) {
        return ChartAnswer::tr("Range of %1: %2");
    }
    if (operation == QLatin1String("trend")) {
        return ChartAnswer::tr("First to last value of %1");
    }
    if (operation == QLatin1String("calc")) {
        return ChartAnswer::tr("Calculated from %1");
    }
    if (operation == QLatin1String("yesno") || operation == QLatin1String("larger") || operation == QLatin1String("smaller")) {
        return ChartAnswer::tr("Compared: %1");
    }
    if (operation == QLatin1String("maxof")) {
        return ChartAnswer::tr("Largest in %1: %2");
    }
    if (operation == QLatin1String("minof")) {
        return ChartAnswer::tr("Smallest in %1: %2");
    }
    return ChartAnswer::tr("Value of %1: %2");
}

} // namespace

ChartAnswer::ChartAnswer(QObject *parent) : QObject(parent) {}

void ChartAnswer::setReading(const app::ChartReading &reading)
{
    const bool headDiffers = !sameHead(m_reading.table, reading.table) || m_reading.isAnswer != reading.isAnswer;
    const bool summaryDiffers = !sameSummary(m_reading.summary, reading.summary);
    const bool completeDiffers = m_reading.complete != reading.complete;
    m_reading = reading;
    m_table.setTable(reading.table);
    m_marks.setTable(reading.table);
    if (headDiffers) {
        Q_EMIT headChanged();
    }
    if (summaryDiffers) {
        Q_EMIT summaryChanged();
    }
    if (completeDiffers) {
        Q_EMIT completeChanged();
    }
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

QString ChartAnswer::richSummary(const QString &plain, int active, const QColor &link, const QColor &warning) const
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
        html += linkTo(i, plain.mid(citation.start, citation.length), citation.supported ? link : warning, i == active);
        end = citation.start + citation.length;
    }
    return html + escapedText(plain.mid(end));
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

/// "Apples, 2021"; the row alone in a table of one series, the series or the row where all of it is meant.
QString ChartAnswer::cellName(const QPoint &cell) const
{
    const app::ChartTable &table = m_reading.table;
    const QString series = cell.x() >= 0 && cell.x() < table.series.size() ? table.series[cell.x()] : QString();
    const QString row = cell.y() >= 0 && cell.y() < table.rows.size() ? table.rows[cell.y()].name : QString();
    if (series.isEmpty() || row.isEmpty()) {
        return series + row;
    }
    return table.series.size() > 1 ? tr("%1, %2", "series, category").arg(series, row) : row;
}

QString ChartAnswer::cellNames(const app::Citation &citation) const
{
    QStringList names;
    for (const QPoint &cell : citation.cells) {
        const QString name = cellName(cell);
        if (!name.isEmpty() && !names.contains(name)) {
            names.append(name);
        }
    }
    return names.isEmpty() ? tr("the table") : names.join(QStringLiteral("; "));
}

QString ChartAnswer::citationNote(int citation) const
{
    if (!hasCitation(citation)) {
        return {};
    }
    const app::Citation &cited = m_reading.summary.citations[citation];
    if (!cited.supported) {
        return tr("This number is not in the table");
    }
    const app::ChartTable &table = m_reading.table;
    QString name = cited.series >= 0 && cited.series < table.series.size() ? table.series[cited.series] : QString();
    if (cited.operation == QLatin1String("cell")) {
        name = cellName({cited.series, cited.row});
    } else if (cited.operation == QLatin1String("maxof") || cited.operation == QLatin1String("minof")) {
        name = cellName({-1, cited.row});
    } else if (!cited.expression.isEmpty()) {
        name = cellNames(cited);
    }
    const QString pattern = operationPattern(cited.operation);
    return pattern.contains(QLatin1String("%2")) ? pattern.arg(name, QString::number(cited.value)) : pattern.arg(name);
}

} // namespace conclave::ui
