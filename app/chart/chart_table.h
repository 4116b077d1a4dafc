#pragma once

#include <QJsonObject>
#include <QPointF>
#include <QString>
#include <QVector>

#include <optional>

/// What was read off a chart: the table with the place of every mark, and a summary that cites its cells.
namespace conclave::app
{

enum class ChartType
{
    kUnknown,
    kBar,
    kHorizontalBar,
    kLine,
    kPie,
};

QString chartTypeName(ChartType type); ///< "bar", "hbar", "line", "pie", "unknown": as in the JSON output
ChartType chartTypeFromName(QStringView name);

struct ChartCell
{
    std::optional<double> value; ///< nothing: the mark is missing from the chart
    QString text;                ///< the number as the model wrote it
    QPointF place;               ///< of the mark, in pixels of the user's image
    double confidence = 1.0;     ///< 0..1: least token probability of the number, or its agreement with the place
};

struct ChartRow
{
    QString name;             ///< category or x value
    QVector<ChartCell> cells; ///< one a series
};

/// A number in the summary and the cell or computation it stands for. `start` and `length` are in QChar units of ChartSummary::text.
struct Citation
{
    int start = 0;
    int length = 0;
    int series = 0;
    int row = -1;          ///< -1: computed over the whole series
    QString operation;     ///< "cell", "max", "min", "first", "last", "total", "mean", "range", "trend"; "text": written, not cited
    double value = 0;      ///< the cited or computed number
    bool supported = true; ///< the cited cell exists and holds a number
};

struct ChartSummary
{
    QString text;
    QVector<Citation> citations;
};

struct ChartTable
{
    ChartType type = ChartType::kUnknown;
    QString title;
    QString xLabel;
    QString yLabel;
    QString unit;
    QVector<QString> series;
    QVector<ChartRow> rows;

    /// The cell of a series in a row, or nothing where either does not exist.
    const ChartCell *cell(int series, int row) const;
};

struct ChartReading
{
    ChartTable table;
    ChartSummary summary;
    bool complete = false; ///< the model reached the end of its answer

    /// {"chart": {...}, "table": [{"series", "x", "value", "place": [x, y], "confidence"}, ...], "summary": "...", "citations": [...]}
    /// The table has one entry for each series of each row, row by row; "value" is null where the mark is missing.
    QJsonObject toJson() const;
    static ChartReading fromJson(const QJsonObject &json);
    /// Header row of series names, a line a row; RFC 4180 quoting.
    QString toCsv() const;
    /// GitHub table.
    QString toMarkdown() const;
};

} // namespace conclave::app
