#include "app/chart/chart_kind.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace conclave::app
{
namespace
{

struct Kind
{
    ChartType type;
    const char *name;
    const char *text; ///< nullptr: there is none
};

constexpr std::array kKinds{
    Kind{ChartType::kUnknown, "unknown", nullptr},
    Kind{ChartType::kBar, "bar", QT_TRANSLATE_NOOP("Chart", "Bar chart")},
    Kind{ChartType::kStacked, "stacked", QT_TRANSLATE_NOOP("Chart", "Stacked bar chart")},
    Kind{ChartType::kStacked100, "stacked100", QT_TRANSLATE_NOOP("Chart", "Bar chart of shares")},
    Kind{ChartType::kHorizontalBar, "hbar", QT_TRANSLATE_NOOP("Chart", "Bar chart")},
    Kind{ChartType::kHorizontalStacked, "hstacked", QT_TRANSLATE_NOOP("Chart", "Stacked bar chart")},
    Kind{ChartType::kHorizontalStacked100, "hstacked100", QT_TRANSLATE_NOOP("Chart", "Bar chart of shares")},
    Kind{ChartType::kLine, "line", QT_TRANSLATE_NOOP("Chart", "Line chart")},
    Kind{ChartType::kArea, "area", QT_TRANSLATE_NOOP("Chart", "Area chart")},
    Kind{ChartType::kStackedArea, "stackedarea", QT_TRANSLATE_NOOP("Chart", "Stacked area chart")},
    Kind{ChartType::kStackedArea100, "stacked100area", QT_TRANSLATE_NOOP("Chart", "Area chart of shares")},
    Kind{ChartType::kStep, "step", QT_TRANSLATE_NOOP("Chart", "Step chart")},
    Kind{ChartType::kScatter, "scatter", QT_TRANSLATE_NOOP("Chart", "Scatter plot")},
    Kind{ChartType::kPie, "pie", QT_TRANSLATE_NOOP("Chart", "Pie chart")},
    Kind{ChartType::kDonut, "donut", QT_TRANSLATE_NOOP("Chart", "Donut chart")},
    Kind{ChartType::kHistogram, "histogram", QT_TRANSLATE_NOOP("Chart", "Histogram")},
    Kind{ChartType::kBox, "box", QT_TRANSLATE_NOOP("Chart", "Box plot")},
    Kind{ChartType::kHorizontalBox, "hbox", QT_TRANSLATE_NOOP("Chart", "Box plot")},
    Kind{ChartType::kHeatmap, "heatmap", QT_TRANSLATE_NOOP("Chart", "Heatmap")},
    Kind{ChartType::kCombo, "combo", QT_TRANSLATE_NOOP("Chart", "Chart of bars and lines")},
    Kind{ChartType::kMultiples, "multiples", QT_TRANSLATE_NOOP("Chart", "Small multiples")},
    Kind{ChartType::kNoChart, "nochart", nullptr},
};

const Kind &kindOf(ChartType type)
{
    const auto found = std::find_if(kKinds.begin(), kKinds.end(), [type](const Kind &kind) { return kind.type == type; });
    return found == kKinds.end() ? kKinds.front() : *found;
}

} // namespace

QString chartTypeName(ChartType type)
{
    return QString::fromLatin1(kindOf(type).name);
}

ChartType chartTypeFromName(QStringView name)
{
    const auto found = std::find_if(kKinds.begin(), kKinds.end(), [name](const Kind &kind) { return name == QLatin1String(kind.name); });
    return found == kKinds.end() ? ChartType::kUnknown : found->type;
}

QString chartKindText(ChartType type)
{
    const char *text = kindOf(type).text;
    return text ? QCoreApplication::translate("Chart", text) : QString();
}

bool isStacked(ChartType type)
{
    switch (type) {
    case ChartType::kStacked:
    case ChartType::kStacked100:
    case ChartType::kHorizontalStacked:
    case ChartType::kHorizontalStacked100:
    case ChartType::kStackedArea:
    case ChartType::kStackedArea100:
        return true;
    default:
        return false;
    }
}

bool liesOnItsSide(ChartType type)
{
    return type == ChartType::kHorizontalBar || type == ChartType::kHorizontalStacked || type == ChartType::kHorizontalStacked100 ||
           type == ChartType::kHorizontalBox;
}

} // namespace conclave::app
