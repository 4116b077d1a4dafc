#include "ui/chart/chart_words.h"

#include "app/chart/claim_trust.h"
#include "ui/view_models/chart_answer.h"

#include <QLocale>
#include <QStringList>

namespace conclave::ui
{

namespace
{

constexpr double kSurelyRead = 0.6;    // least probability of a digit or a name that says nothing
constexpr double kLowConfidence = 0.6; // of a number whose place says another
constexpr double kColourSeen = 0.3;    // least that a series' colour is seen at a mark of it

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

QString percentText(double share)
{
    return ChartAnswer::tr("%1 %").arg(QLocale().toString(100 * share, 'f', 0));
}

QString cellNames(const app::ChartTable &table, const app::Citation &citation)
{
    QStringList names;
    for (const QPoint &cell : citation.cells) {
        const QString name = cellName(table, cell.x(), cell.y());
        if (!name.isEmpty() && !names.contains(name)) {
            names.append(name);
        }
    }
    return names.isEmpty() ? ChartAnswer::tr("the table") : names.join(QStringLiteral("; "));
}

/// Digits and place apart, or a digit that was guessed. Router margins tell nothing here: of right numbers they are as small as of wrong
/// ones.
QStringList doubtsOf(const app::ChartCell &cell)
{
    QStringList out;
    if (cell.text.isEmpty()) {
        return out; // it was found at its place
    }
    const QString placed = cell.placed ? QLocale().toString(*cell.placed, 'g', 4) : QString();
    if (app::shownNumber(cell) != cell.text) {
        out.append(ChartAnswer::tr("Uncertain: the digits were read as %1, but the mark stands at %2. The place was taken.")
                       .arg(cell.text, placed));
    } else if (cell.placed && cell.confidence < kLowConfidence && cell.probability >= kSurelyRead) {
        out.append(ChartAnswer::tr("Uncertain: the mark stands at %1, beside the number.").arg(placed));
    }
    if (cell.probability < kSurelyRead) {
        out.append(ChartAnswer::tr("Uncertain: the model gave its least sure digit only %1.").arg(percentText(cell.probability)));
    }
    return out;
}

/// That it is the number of another series or row.
QStringList doubtsOfPlace(const app::ChartTable &table, int series, int row)
{
    QStringList out;
    if (table.cell(series, row)->matched < kColourSeen) {
        out.append(ChartAnswer::tr("Uncertain: the picture does not show that the mark belongs to %1.").arg(table.series[series]));
    }
    const auto addName = [&](const QString &name, double probability) {
        if (probability < kSurelyRead) {
            out.append(ChartAnswer::tr("Uncertain: the name %1 was read with %2.").arg(name, percentText(probability)));
        }
    };
    addName(table.series[series], table.traitsOf(series).probability);
    addName(table.rows[row].name, table.rows[row].probability);
    return out;
}

} // namespace

QString cellText(const app::ChartCell &cell)
{
    return cell.value ? app::shownNumber(cell) : QStringLiteral("–");
}

QString cellName(const app::ChartTable &table, int seriesIndex, int rowIndex)
{
    const QString series = seriesIndex >= 0 && seriesIndex < table.series.size() ? table.series[seriesIndex] : QString();
    const QString row = rowIndex >= 0 && rowIndex < table.rows.size() ? table.rows[rowIndex].name : QString();
    if (series.isEmpty() || row.isEmpty()) {
        return series + row;
    }
    return table.series.size() > 1 ? ChartAnswer::tr("%1, %2", "series, category").arg(series, row) : row;
}

QString residualText(const app::PlottedCell *plotted)
{
    if (plotted && plotted->turned) {
        return ChartAnswer::tr("%1 %").arg(QLocale().toString(100 * *plotted->turned, 'f', 1));
    }
    if (!plotted || !plotted->residual) {
        return {};
    }
    return ChartAnswer::tr("%1 px", "pixels").arg(QLocale().toString(*plotted->residual, 'f', *plotted->residual < 10 ? 1 : 0));
}

QString cellNote(const app::ChartTable &table, int series, int row, const app::PlottedCell *plotted)
{
    QStringList lines;
    const app::ChartCell &cell = *table.cell(series, row);
    if (cell.edited) {
        lines.append(cell.read.isEmpty() ? ChartAnswer::tr("Added by you") : ChartAnswer::tr("Changed by you; read as %1").arg(cell.read));
    } else if (app::isDoubtful(table, series, row)) {
        lines = doubtsOf(cell) + doubtsOfPlace(table, series, row);
        if (lines.isEmpty()) {
            lines.append(ChartAnswer::tr("Uncertain"));
        }
    }
    if (const QString residual = residualText(plotted); !residual.isEmpty()) {
        lines.append((plotted->turned ? ChartAnswer::tr("%1 of the circle from the mark that was seen to where the number belongs")
                                      : ChartAnswer::tr("%1 from the mark that was seen to where the number belongs"))
                         .arg(residual));
    }
    return lines.join(u'\n');
}

QString citationNote(const app::ChartTable &table, const app::Citation &cited)
{
    if (!cited.supported) {
        return cited.tableSays.isEmpty() ? ChartAnswer::tr("This number is not in the table")
                                         : ChartAnswer::tr("The table says: %1").arg(cited.tableSays);
    }
    QString name = cellName(table, cited.series, -1);
    if (cited.operation == QLatin1String("cell") || cited.operation == QLatin1String("text")) {
        name = cellName(table, cited.series, cited.row);
    } else if (cited.operation == QLatin1String("maxof") || cited.operation == QLatin1String("minof")) {
        name = cellName(table, -1, cited.row);
    } else if (cited.operation == QLatin1String("calc") || !cited.expression.isEmpty()) {
        name = cellNames(table, cited);
    }
    const QString pattern = operationPattern(cited.operation);
    const QString note = pattern.contains(QLatin1String("%2")) ? pattern.arg(name, QString::number(cited.value)) : pattern.arg(name);
    return app::trustIn(table, cited) < app::kDoubted ? note + u'\n' + ChartAnswer::tr("Uncertain") : note;
}

} // namespace conclave::ui
