#pragma once

#include "app/chart/chart_kind.h"
#include "app/chart/picture_axis.h"

#include <QJsonObject>
#include <QPoint>
#include <QPointF>
#include <QString>
#include <QStringList>
#include <QVector>

#include <optional>

/// What was read off a chart: the table with the place of every mark, and a summary that cites its cells.
namespace conclave::app
{

struct ChartCell
{
    std::optional<double> value;  ///< nothing: the mark is missing from the chart
    QString text;                 ///< the number as the model wrote it
    QPointF place;                ///< of the mark, in pixels of the user's image
    double confidence = 1.0;      ///< 0..1: least token probability of the number, or its agreement with the place
    double probability = 1.0;     ///< of the least likely of the number's tokens
    double matched = 1.0;         ///< 0..1: how well the colour of its series is seen at the mark; 1: the chart has no such colours
    std::optional<double> placed; ///< the value at the place, by the axis; nothing: there is none
    bool edited = false;          ///< by the user
    QString read;                 ///< of an edited cell: the number as it was read; empty: there was none
};

/// The number of a cell as it is shown: as the model or the user wrote it where that is its value; empty: it is missing.
QString shownNumber(const ChartCell &cell);

struct ChartRow
{
    QString name;             ///< category or x value
    QVector<ChartCell> cells; ///< one a series
    bool renamed = false;     ///< by the user, as are rows that were added
    double probability = 1.0; ///< that the row is there and has this name
};

/// Which axes a series stands on, and whether the user gave it its name.
struct SeriesTraits
{
    int axis = -1; ///< among ChartTable::axes, of its values; -1: not known
    bool renamed = false;
    double probability = 1.0; ///< of the least likely of its name's tokens
};

/// What a number or a name in a summary or answer was made of. `start` and `length` are in QChar units of ChartSummary::text.
struct Citation
{
    int start = 0;
    int length = 0;
    int series = 0;
    int row = -1;      ///< -1: computed over the whole series, or over several cells
    QString operation; ///< "cell", "max", "min", "first", "last", "total", "mean", "range", "trend", "calc", "yesno", "larger", "smaller",
                       ///< "maxof", "minof"; "text": written, not cited
    double value = 0;  ///< the cited or computed number
    bool supported = true; ///< the cited cell exists and holds a number; what is written agrees with the table
    QString tableSays;     ///< of what is written and does not agree: what the table says instead, if that is known
    QVector<QPoint> cells; ///< (series, row) of every mark it is made of; -1: all of them
    QString expression;    ///< as the model wrote it, of the operations that are more than a series or a cell
};

struct ChartSummary
{
    QString text;
    QVector<Citation> citations;
    QStringList leftOut; ///< sentences that would cite what is too uncertain (claim_trust.h)
};

struct ChartTable
{
    ChartType type = ChartType::kUnknown;
    QString title;
    QString xLabel;
    QString yLabel;
    QString unit;
    QVector<QString> series;
    QVector<QString> units; ///< of each series; fewer: `unit` for the others
    QVector<ChartRow> rows;
    QVector<PictureAxis> axes;    ///< that could be calibrated
    QVector<SeriesTraits> traits; ///< of each series; fewer: the usual ones for the others
    int rowAxis = -1;             ///< among `axes`, that the names of a scatter's rows lie along; -1: none

    /// The cell of a series in a row, or nothing where either does not exist.
    const ChartCell *cell(int series, int row) const;
    QString unitOf(int series) const;
    SeriesTraits traitsOf(int series) const { return traits.value(series); }
    /// The axis that a series stands on, or nothing.
    const PictureAxis *axisOf(int series) const;
    /// Of values of several series; empty where they differ.
    QString commonUnit() const;
};

struct ChartReading
{
    ChartTable table;
    ChartSummary summary;
    bool complete = false;            ///< the model reached the end of its answer
    bool isAnswer = false;            ///< `summary` answers a question about a table that was read before
    QString written;                  ///< the table as the model wrote it, to its <end>, so that it can be asked about; empty: unfinished
    QString said;                     ///< the summary or the answer as the model wrote it, so that it can follow a table that is edited
    double pixelsPerStep = 0;         ///< of the places in `written`; 0: not known
    std::optional<ChartTable> asRead; ///< the table before the user edited it; nothing: it was not

    /// {"chart": {...}, "table": [{"series", "x", "value", "place": [x, y], "confidence", "trust"}, ...], "summary": "...", "citations":
    /// [...], "leftOut": [...]}; trust as in claim_trust.h.
    /// The table has one entry for each series of each row, row by row; "value" is null where the mark is missing.
    QJsonObject toJson() const;
    /// The same with what only the program needs.
    QJsonObject toStoredJson() const;
    /// Of either.
    static ChartReading fromJson(const QJsonObject &json);
    /// Header row of series names, a line a row; RFC 4180 quoting.
    QString toCsv() const;
    /// As spreadsheets take it from the clipboard.
    QString toTsv() const;
    /// GitHub table.
    QString toMarkdown() const;
};

} // namespace conclave::app
