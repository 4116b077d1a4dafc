#pragma once

#include <QString>
#include <QStringView>

namespace conclave::app
{

/// What kind of chart a table was read from. In the order of the model's tokens.
enum class ChartType
{
    kUnknown,
    kBar,
    kStacked,
    kStacked100,
    kHorizontalBar,
    kHorizontalStacked,
    kHorizontalStacked100,
    kLine,
    kArea,
    kStackedArea,
    kStackedArea100,
    kStep,
    kScatter,
    kPie,
    kDonut,
    kHistogram,
    kBox,
    kHorizontalBox,
    kHeatmap,
    kCombo,
    kMultiples,
    kNoChart, ///< a picture of something else
};

/// "bar", "hbar", "stacked100area", "unknown": as the model writes it and in the JSON output.
QString chartTypeName(ChartType type);
ChartType chartTypeFromName(QStringView name);

/// "Bar chart", translated; empty for what is not known or no chart.
QString chartKindText(ChartType type);

/// A part's mark stands on that of the series before it.
bool isStacked(ChartType type);

/// Rows lie above each other, values go from left to right.
bool liesOnItsSide(ChartType type);

} // namespace conclave::app
