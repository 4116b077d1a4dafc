#include "app/chart/edited_reading.h"

#include "app/chart/answer_words.h"
#include "app/chart/chart_lexer.h"
#include "app/chart/number_text.h"
#include "app/chart/replot.h"
#include "app/chart/summary_writer.h"
#include "app/chart/table_edit.h"

#include <algorithm>
#include <cmath>

namespace conclave::app
{
namespace
{

constexpr int kMostSteps = 9999; // that a place may be written with

/// Names come from whoever typed them: no mark may begin in one.
QString field(const QString &mark, QString text)
{
    text.replace(u'<', QChar(0x2039)).replace(u'>', QChar(0x203A));
    return u'<' + mark + (text.isEmpty() ? QStringLiteral(">") : QStringLiteral("> ") + text);
}

QString place(QLatin1Char side, double pixels, double pixelsPerStep)
{
    return QStringLiteral("<%1:%2>").arg(side).arg(std::clamp(int(std::floor(pixels / pixelsPerStep)), 0, kMostSteps));
}

QString calibration(const PictureAxis *axis, double pixelsPerStep)
{
    QString out = QStringLiteral("<cal>");
    if (!axis)
        return out;
    if (axis->logarithmic)
        out += QStringLiteral("<log>");
    for (const engine::ChartTick &tick : {axis->first, axis->second})
        out += place(QLatin1Char(axis->horizontal ? 'x' : 'y'), tick.place, pixelsPerStep) + numberText(tick.value);
    return out;
}

/// The head of the table: series stand under the calibration of their axis, a further one with the name and the unit of its first series.
QString writtenHead(const ChartTable &table, double pixelsPerStep)
{
    QString out = QStringLiteral("<chart:%1>").arg(chartTypeName(table.type));
    out += field(QStringLiteral("title"), table.title) + field(QStringLiteral("xlabel"), table.xLabel);
    out += field(QStringLiteral("ylabel"), table.yLabel) + field(QStringLiteral("unit"), table.unit);
    for (int series = 0; series < table.series.size(); ++series) {
        const int axis = table.traitsOf(series).axis;
        if (series > 0 && axis != table.traitsOf(series - 1).axis)
            out += field(QStringLiteral("ylabel"), table.series[series]) + field(QStringLiteral("unit"), table.unitOf(series));
        if (series == 0 || axis != table.traitsOf(series - 1).axis)
            out += calibration(table.axisOf(series), pixelsPerStep);
        out += field(QStringLiteral("series"), table.series[series]);
    }
    if (table.rowAxis >= 0 && table.rowAxis < table.axes.size())
        out.insert(out.indexOf(QLatin1String("<series>")), calibration(&table.axes[table.rowAxis], pixelsPerStep));
    return out;
}

QString writtenCell(const ChartCell *cell, const PlottedCell *plotted, double pixelsPerStep)
{
    if (!cell || !cell->value)
        return QStringLiteral("<na>");
    const bool moved = plotted && (cell->edited || cell->place.isNull());
    const QPointF at = moved ? plotted->belongs : cell->place;
    return place(QLatin1Char('x'), at.x(), pixelsPerStep) + place(QLatin1Char('y'), at.y(), pixelsPerStep) + shownNumber(*cell);
}

/// The marks that a citation is made of; empty: it is the model's own words.
QString marksOf(const Citation &citation)
{
    static const QStringList kOfSeries{QStringLiteral("max"),   QStringLiteral("min"),  QStringLiteral("first"), QStringLiteral("last"),
                                       QStringLiteral("total"), QStringLiteral("mean"), QStringLiteral("range"), QStringLiteral("trend")};
    if (!citation.expression.isEmpty())
        return citation.expression;
    if (citation.operation == QLatin1String("cell"))
        return QStringLiteral("<pt><s:%1><r:%2>").arg(citation.series).arg(citation.row);
    return kOfSeries.contains(citation.operation) ? QStringLiteral("<%1><s:%2>").arg(citation.operation).arg(citation.series) : QString();
}

/// Older versions of the program kept a summary's text and citations alone, which is what the model said but for the marks.
QString saidBy(const ChartSummary &summary)
{
    const auto words = [&](qsizetype from, qsizetype to) { return summary.text.mid(from, to - from).replace(u'<', QChar(0x2039)); };
    const QString language = languageOfQuestion(summary.text);
    QString out = language.isEmpty() ? QString() : QStringLiteral("<lang:%1>").arg(language);
    qsizetype end = 0;
    for (const Citation &citation : summary.citations) {
        const QString marks = marksOf(citation);
        if (marks.isEmpty() || citation.start < end)
            continue;
        out += words(end, citation.start) + marks;
        end = citation.start + citation.length;
    }
    return out + words(end, summary.text.size());
}

} // namespace

ChartSummary summaryOf(const QString &said, const ChartTable &table)
{
    ChartSummary out;
    SummaryWriter writer(table, out);
    bool ended = false;
    ChartLexer lexer(
        [&](QStringView text, double) {
            if (!ended)
                writer.text(text);
        },
        [&](const ChartMark &mark) {
            ended = ended || mark.name == QLatin1String("eos") || mark.name == QLatin1String("ask");
            if (mark.name == QLatin1String("answer"))
                writer.keepFirst();
            else if (!ended)
                writer.mark(mark);
        });
    lexer.push(said, 1);
    lexer.finish();
    writer.finish();
    return out;
}

bool canBeEdited(const ChartReading &reading)
{
    return !reading.isAnswer && !reading.table.rows.isEmpty();
}

ChartReading withTable(const ChartReading &reading, const ChartTable &table)
{
    ChartReading out = reading;
    const ChartTable asRead = reading.asRead.value_or(reading.table);
    const bool same = saySame(table, asRead);
    out.table = same ? asRead : table;
    out.asRead = same ? std::nullopt : std::optional(asRead);
    if (out.said.isEmpty())
        out.said = saidBy(reading.summary);
    out.summary = summaryOf(out.said, out.table);
    return out;
}

QString writtenTable(const ChartTable &table, double pixelsPerStep)
{
    const Replot plot = replotted(table);
    QString out = writtenHead(table, pixelsPerStep);
    for (int row = 0; row < table.rows.size(); ++row) {
        out += field(QStringLiteral("row"), table.rows[row].name);
        for (int series = 0; series < table.series.size(); ++series)
            out += writtenCell(table.cell(series, row), plot.at(series, row), pixelsPerStep);
    }
    return out + QStringLiteral("<end>");
}

QString writtenTable(const ChartReading &reading)
{
    const bool asWritten = !reading.asRead || reading.pixelsPerStep <= 0 || reading.written.isEmpty();
    return asWritten ? reading.written : writtenTable(reading.table, reading.pixelsPerStep);
}

} // namespace conclave::app
