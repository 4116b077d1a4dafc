#include "app/chart/claim_trust.h"

#include <QJsonArray>

/// ChartReading to JSON and back. Reading takes whatever is there: the text may come from a database that others wrote to.
namespace conclave::app
{
namespace
{

QJsonArray stringsToJson(const QVector<QString> &strings)
{
    QJsonArray out;
    for (const QString &string : strings)
        out.append(string);
    return out;
}

QVector<QString> stringsFromJson(const QJsonValue &json)
{
    QVector<QString> out;
    for (const QJsonValue &value : json.toArray())
        out.append(value.toString());
    return out;
}

/// What only the program needs of a cell.
void storeCell(const ChartCell &cell, QJsonObject &out)
{
    if (cell.probability < 1)
        out["probability"] = cell.probability;
    if (cell.matched < 1)
        out["matched"] = cell.matched;
    if (cell.placed)
        out["placed"] = *cell.placed;
    if (!cell.edited)
        return;
    out["edited"] = true;
    out["read"] = cell.read;
}

QJsonObject cellToJson(const ChartTable &table, int series, int row, bool stored)
{
    QJsonObject out{{"series", table.series[series]}, {"x", table.rows[row].name}, {"value", QJsonValue::Null}};
    const ChartCell *cell = table.cell(series, row);
    if (!cell)
        return out;
    if (!cell->text.isEmpty())
        out["text"] = cell->text;
    if (stored)
        storeCell(*cell, out);
    else if (cell->value)
        out["trust"] = trustIn(table, series, row);
    if (!cell->value)
        return out;
    out["value"] = *cell->value;
    out["place"] = QJsonArray{cell->place.x(), cell->place.y()};
    out["confidence"] = cell->confidence;
    return out;
}

ChartCell cellFromJson(const QJsonObject &json)
{
    ChartCell cell;
    if (json["value"].isDouble())
        cell.value = json["value"].toDouble();
    cell.text = json["text"].toString();
    const QJsonArray place = json["place"].toArray();
    cell.place = QPointF(place.at(0).toDouble(), place.at(1).toDouble());
    cell.confidence = json["confidence"].toDouble(1.0);
    cell.probability = json["probability"].toDouble(1.0);
    cell.matched = json["matched"].toDouble(1.0);
    if (json["placed"].isDouble())
        cell.placed = json["placed"].toDouble();
    cell.edited = json["edited"].toBool();
    cell.read = json["read"].toString();
    return cell;
}

QJsonObject axisToJson(const PictureAxis &axis)
{
    return {{"side", axis.horizontal ? "x" : "y"},
            {"log", axis.logarithmic},
            {"ticks", QJsonArray{axis.first.place, axis.first.value, axis.second.place, axis.second.value}}};
}

PictureAxis axisFromJson(const QJsonObject &json)
{
    const QJsonArray ticks = json["ticks"].toArray();
    return {json["side"].toString() == QLatin1String("x"),
            json["log"].toBool(),
            {ticks.at(0).toDouble(), ticks.at(1).toDouble()},
            {ticks.at(2).toDouble(), ticks.at(3).toDouble()}};
}

/// Axes, and what belongs to whole series and rows.
QJsonObject traitsToJson(const ChartTable &table)
{
    QJsonArray axes;
    for (const PictureAxis &axis : table.axes)
        axes.append(axisToJson(axis));
    QJsonArray series;
    for (const SeriesTraits &traits : table.traits)
        series.append(QJsonArray{traits.axis, traits.renamed, traits.probability});
    QJsonArray renamed, probabilities;
    for (int row = 0; row < table.rows.size(); ++row) {
        if (table.rows[row].renamed)
            renamed.append(row);
        probabilities.append(table.rows[row].probability);
    }
    return {{"axes", axes}, {"series", series}, {"renamedRows", renamed}, {"rowProbabilities", probabilities}, {"rowAxis", table.rowAxis}};
}

void traitsFromJson(const QJsonObject &json, ChartTable &table)
{
    for (const QJsonValue &axis : json["axes"].toArray())
        table.axes.append(axisFromJson(axis.toObject()));
    for (const QJsonValue &traits : json["series"].toArray())
        table.traits.append({traits.toArray().at(0).toInt(-1), traits.toArray().at(1).toBool(), traits.toArray().at(2).toDouble(1.0)});
    for (const QJsonValue &row : json["renamedRows"].toArray()) {
        if (const int at = row.toInt(-1); at >= 0 && at < table.rows.size())
            table.rows[at].renamed = true;
    }
    const QJsonArray probabilities = json["rowProbabilities"].toArray();
    for (int row = 0; row < table.rows.size(); ++row)
        table.rows[row].probability = probabilities.at(row).toDouble(1.0);
    table.rowAxis = json["rowAxis"].toInt(-1);
}

QJsonArray pointsToJson(const QVector<QPoint> &points)
{
    QJsonArray out;
    for (const QPoint point : points)
        out.append(QJsonArray{point.x(), point.y()});
    return out;
}

QVector<QPoint> pointsFromJson(const QJsonValue &json)
{
    QVector<QPoint> out;
    for (const QJsonValue &value : json.toArray()) {
        const QJsonArray point = value.toArray();
        out.append({point.at(0).toInt(-1), point.at(1).toInt(-1)});
    }
    return out;
}

/// A plain citation needs no more than its series and row.
QJsonObject citationToJson(const Citation &citation)
{
    QJsonObject out{{"start", citation.start}, {"length", citation.length},       {"series", citation.series},      {"row", citation.row},
                    {"value", citation.value}, {"operation", citation.operation}, {"supported", citation.supported}};
    if (!citation.tableSays.isEmpty())
        out["tableSays"] = citation.tableSays;
    if (!citation.expression.isEmpty())
        out["expression"] = citation.expression;
    if (!citation.expression.isEmpty() || citation.cells.size() > 1) {
        out["cells"] = pointsToJson(citation.cells);
    }
    return out;
}

/// A citation that points outside of the text would break whoever highlights it.
bool citationFromJson(const QJsonObject &json, qsizetype textLength, Citation &citation)
{
    citation.start = json["start"].toInt(-1);
    citation.length = json["length"].toInt(-1);
    if (citation.start < 0 || citation.length < 0 || citation.start > textLength - citation.length)
        return false;
    citation.series = json["series"].toInt();
    citation.row = json["row"].toInt(-1);
    citation.operation = json["operation"].toString();
    citation.value = json["value"].toDouble();
    citation.supported = json["supported"].toBool();
    citation.tableSays = json["tableSays"].toString();
    citation.expression = json["expression"].toString();
    citation.cells = json.contains("cells") ? pointsFromJson(json["cells"]) : QVector<QPoint>{{citation.series, citation.row}};
    return true;
}

/// Entry i of the table belongs to row i / series, series i % series; fewer entries leave cells empty, more are dropped.
void tableFromJson(const QJsonArray &entries, ChartTable &table)
{
    const qsizetype series = table.series.size();
    for (ChartRow &row : table.rows)
        row.cells.resize(series);
    if (series == 0)
        return;
    for (qsizetype i = 0; i < entries.size() && i / series < table.rows.size(); ++i)
        table.rows[i / series].cells[i % series] = cellFromJson(entries.at(i).toObject());
}

QJsonArray cellsToJson(const ChartTable &table, bool stored)
{
    QJsonArray cells;
    for (int row = 0; row < table.rows.size(); ++row) {
        for (int series = 0; series < table.series.size(); ++series)
            cells.append(cellToJson(table, series, row, stored));
    }
    return cells;
}

QJsonObject headToJson(const ChartTable &table)
{
    QJsonArray names;
    for (const ChartRow &row : table.rows)
        names.append(row.name);
    QJsonObject chart{{"type", chartTypeName(table.type)},
                      {"title", table.title},
                      {"xLabel", table.xLabel},
                      {"yLabel", table.yLabel},
                      {"unit", table.unit},
                      {"rows", names},
                      {"series", stringsToJson(table.series)}};
    if (!table.units.isEmpty() && table.units != QVector<QString>(table.series.size(), table.unit))
        chart["units"] = stringsToJson(table.units);
    return chart;
}

QJsonObject storedTable(const ChartTable &table)
{
    return {{"chart", headToJson(table)}, {"table", cellsToJson(table, true)}, {"traits", traitsToJson(table)}};
}

ChartTable tableFrom(const QJsonObject &json)
{
    ChartTable table;
    const QJsonObject chart = json["chart"].toObject();
    table.type = chartTypeFromName(chart["type"].toString());
    table.title = chart["title"].toString();
    table.xLabel = chart["xLabel"].toString();
    table.yLabel = chart["yLabel"].toString();
    table.unit = chart["unit"].toString();
    table.series = stringsFromJson(chart["series"]);
    table.units = stringsFromJson(chart["units"]);
    for (const QString &name : stringsFromJson(chart["rows"]))
        table.rows.append({name, {}});
    tableFromJson(json["table"].toArray(), table);
    traitsFromJson(json["traits"].toObject(), table);
    return table;
}

/// What is told of a reading and what is kept of it have in common.
QJsonObject readingToJson(const ChartReading &reading, bool stored)
{
    const ChartSummary &summary = reading.summary;
    QJsonArray citations;
    for (const Citation &citation : summary.citations)
        citations.append(citationToJson(citation));
    QJsonObject chart = headToJson(reading.table);
    chart["complete"] = reading.complete;
    QJsonObject out{{"chart", chart}, {"table", cellsToJson(reading.table, stored)}, {"summary", summary.text}, {"citations", citations}};
    if (!summary.leftOut.isEmpty())
        out["leftOut"] = stringsToJson(summary.leftOut);
    return out;
}

} // namespace

QJsonObject ChartReading::toJson() const
{
    return readingToJson(*this, false);
}

QJsonObject ChartReading::toStoredJson() const
{
    QJsonObject out = readingToJson(*this, true);
    out["traits"] = traitsToJson(table);
    if (!said.isEmpty())
        out["said"] = said;
    if (isAnswer)
        out["isAnswer"] = true;
    else if (!written.isEmpty())
        out["written"] = written;
    if (pixelsPerStep > 0)
        out["pixelsPerStep"] = pixelsPerStep;
    if (asRead)
        out["asRead"] = storedTable(*asRead);
    return out;
}

ChartReading ChartReading::fromJson(const QJsonObject &json)
{
    ChartReading out;
    out.table = tableFrom(json);
    out.complete = json["chart"].toObject()["complete"].toBool();
    out.isAnswer = json["isAnswer"].toBool();
    out.written = json["written"].toString();
    out.said = json["said"].toString();
    out.pixelsPerStep = json["pixelsPerStep"].toDouble();
    if (json["asRead"].isObject())
        out.asRead = tableFrom(json["asRead"].toObject());
    out.summary.text = json["summary"].toString();
    out.summary.leftOut = stringsFromJson(json["leftOut"]);
    for (const QJsonValue &value : json["citations"].toArray()) {
        Citation citation;
        if (citationFromJson(value.toObject(), out.summary.text.size(), citation))
            out.summary.citations.append(citation);
    }
    return out;
}

} // namespace conclave::app
