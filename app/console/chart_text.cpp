#include "app/console/chart_text.h"

#include "app/chart/answer_words.h"
#include "app/chart/claim_trust.h"
#include "app/chart/number_text.h"
#include "app/console/terminal.h"

#include <QCoreApplication>
#include <QJsonObject>
#include <QStringList>

#include <algorithm>

namespace conclave::app
{
namespace
{

using Lines = QVector<QStringList>; ///< rows of fields

bool hasDoubts(const ChartTable &table)
{
    for (int row = 0; row < table.rows.size(); ++row) {
        for (int series = 0; series < table.series.size(); ++series) {
            if (isDoubtful(table, series, row))
                return true;
        }
    }
    return false;
}

/// Where there are doubtful numbers they have a question mark, and the others its room.
Lines fieldsOf(const ChartTable &table, bool doubts)
{
    Lines out;
    const auto markOf = [&](int series, int row) { return QLatin1String(!doubts ? "" : isDoubtful(table, series, row) ? "?" : " "); };
    QStringList header{table.xLabel};
    for (const QString &name : table.series)
        header << name + QLatin1String(doubts ? " " : "");
    out.append(header);
    for (int row = 0; row < table.rows.size(); ++row) {
        QStringList fields{table.rows[row].name};
        for (int series = 0; series < table.series.size(); ++series) {
            const ChartCell *cell = table.cell(series, row);
            fields << (cell && cell->value ? numberText(*cell->value) : QStringLiteral("–")) + markOf(series, row);
        }
        out.append(fields);
    }
    for (QStringList &fields : out) {
        for (QString &field : fields)
            field = printable(field).replace(u'\n', u' ').replace(u'\t', u' ');
    }
    return out;
}

QVector<int> widthsOf(const Lines &lines)
{
    QVector<int> widths(lines.front().size(), 0);
    for (const QStringList &fields : lines) {
        for (int column = 0; column < fields.size(); ++column)
            widths[column] = std::max(widths[column], displayWidth(fields[column]));
    }
    return widths;
}

/// The first column to the left, numbers to the right.
QString lineText(const QStringList &fields, const QVector<int> &widths)
{
    QString line;
    for (int column = 0; column < fields.size(); ++column) {
        const QString space(widths[column] - displayWidth(fields[column]), u' ');
        line += column == 0 ? fields[column] + space : QStringLiteral("  ") + space + fields[column];
    }
    while (line.endsWith(u' '))
        line.chop(1);
    return line + u'\n';
}

QString tableText(const ChartTable &table)
{
    const bool doubts = hasDoubts(table);
    const Lines lines = fieldsOf(table, doubts);
    const QVector<int> widths = widthsOf(lines);
    int total = 2 * int(widths.size() - 1);
    for (const int width : widths)
        total += width;
    QString out = lineText(lines.front(), widths) + QString(total, u'─') + u'\n';
    for (qsizetype i = 1; i < lines.size(); ++i)
        out += lineText(lines[i], widths);
    if (doubts)
        out += u'\n' + QCoreApplication::translate("Console", "? uncertain") + u'\n';
    return out;
}

QString saidText(const ChartSummary &summary)
{
    QString out;
    if (!summary.text.isEmpty())
        out += printable(correctedText(summary)) + u'\n';
    if (summary.leftOut.isEmpty())
        return out;
    out += (out.isEmpty() ? QString() : QStringLiteral("\n")) + QCoreApplication::translate("Console", "Left out as uncertain:") + u'\n';
    for (const QString &statement : summary.leftOut)
        out += QStringLiteral("  ") + printable(statement) + u'\n';
    return out;
}

} // namespace

QString chartText(const ChartReading &reading)
{
    const ChartTable &table = reading.table;
    if (reading.isAnswer)
        return saidText(reading.summary);
    QString out;
    if (!table.title.isEmpty())
        out += printable(table.title) + u'\n';
    QStringList about{chartTypeName(table.type)};
    if (!table.yLabel.isEmpty())
        about << printable(table.yLabel);
    if (!table.unit.isEmpty())
        about << printable(table.unit);
    out += QStringLiteral("[") + about.join(QStringLiteral(", ")) + QStringLiteral("]\n\n") + tableText(table);
    const QString said = saidText(reading.summary);
    return said.isEmpty() ? out : out + u'\n' + said;
}

QJsonArray disagreements(const ChartSummary &summary)
{
    QJsonArray out;
    for (const Citation &citation : summary.citations) {
        if (!citation.supported)
            out.append(QJsonObject{{"said", summary.text.mid(citation.start, citation.length)},
                                   {"table", citation.tableSays.isEmpty() ? QJsonValue::Null : QJsonValue(citation.tableSays)}});
    }
    return out;
}

QString figuresText(const AnswerEnd &end)
{
    const engine::Statistics &statistics = end.statistics;
    QStringList out;
    if (statistics.imageTime.count() > 0)
        out << QStringLiteral("image %1 ms").arg(qRound(statistics.imageTime.count() * 1000));
    if (end.last.firstTokenSeconds > 0)
        out << QStringLiteral("first token %1 s").arg(end.last.firstTokenSeconds, 0, 'f', 2);
    out << QStringLiteral("%1 tokens").arg(statistics.generatedTokens);
    if (statistics.decodeRate() > 0)
        out << QStringLiteral("%1 tokens/s").arg(statistics.decodeRate(), 0, 'f', 1);
    if (statistics.expertUtilisation > 0)
        out << QStringLiteral("experts %1 %").arg(qRound(statistics.expertUtilisation * 100));
    const quint64 memory = statistics.memoryBytes ? statistics.memoryBytes : end.last.memoryBytes;
    if (memory)
        out << QStringLiteral("memory %1 MB").arg(memory / 1'000'000);
    if (end.energy.known())
        out << QStringLiteral("energy %1 J").arg(end.energy.answerJoules(), 0, 'f', 1);
    return out.join(QStringLiteral(" · "));
}

} // namespace conclave::app
