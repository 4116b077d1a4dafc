#include "app/chart/chart_table.h"

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

QJsonObject cellToJson(const ChartTable &table, int series, int row)
{
    QJsonObject out{{"series", table.series[series]}, {"x", table.rows[row].name}, {"value", QJsonValue::Null}};
    const ChartCell *cell = table.cell(series, row);
    if (!cell)
        return out;
    if (!cell->text.isEmpty())
        out["text"] = cell->text;
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
    return cell;
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
    if (!citation.expression.isEmpty()) {
        out["expression"] = citation.expression;
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

} // namespace

QJsonObject ChartReading::toJson() const
{
    QJsonArray names;
    QJsonArray cells;
    for (int row = 0; row < table.rows.size(); ++row) {
        names.append(table.rows[row].name);
        for (int series = 0; series < table.series.size(); ++series)
            cells.append(cellToJson(table, series, row));
    }
    QJsonArray citations;
    for (const Citation &citation : summary.citations)
        citations.append(citationToJson(citation));
    QJsonObject chart{{"type", chartTypeName(table.type)},
                      {"title", table.title},
                      {"xLabel", table.xLabel},
                      {"yLabel", table.yLabel},
                      {"unit", table.unit},
                      {"rows", names},
                      {"series", stringsToJson(table.series)},
                      {"complete", complete}};
    if (!table.units.isEmpty() && table.units != QVector<QString>(table.series.size(), table.unit))
        chart["units"] = stringsToJson(table.units);
    return {{"chart", chart}, {"table", cells}, {"summary", summary.text}, {"citations", citations}};
}

QJsonObject ChartReading::toStoredJson() const
{
    QJsonObject out = toJson();
    if (isAnswer)
        out["isAnswer"] = true;
    else if (!written.isEmpty())
        out["written"] = written;
    return out;
}

ChartReading ChartReading::fromJson(const QJsonObject &json)
{
    ChartReading out;
    const QJsonObject chart = json["chart"].toObject();
    out.table.type = chartTypeFromName(chart["type"].toString());
    out.table.title = chart["title"].toString();
    out.table.xLabel = chart["xLabel"].toString();
    out.table.yLabel = chart["yLabel"].toString();
    out.table.unit = chart["unit"].toString();
    out.table.series = stringsFromJson(chart["series"]);
    out.table.units = stringsFromJson(chart["units"]);
    for (const QString &name : stringsFromJson(chart["rows"]))
        out.table.rows.append({name, {}});
    tableFromJson(json["table"].toArray(), out.table);
    out.complete = chart["complete"].toBool();
    out.isAnswer = json["isAnswer"].toBool();
    out.written = json["written"].toString();
    out.summary.text = json["summary"].toString();
    for (const QJsonValue &value : json["citations"].toArray()) {
        Citation citation;
        if (citationFromJson(value.toObject(), out.summary.text.size(), citation))
            out.summary.citations.append(citation);
    }
    return out;
}

} // namespace conclave::app
