#include "app/chart/chart_parser.h"

#include "app/chart/chart_lexer.h"
#include "app/chart/number_text.h"
#include "app/chart/summary_writer.h"
#include "engine/api/chart_axis.h"

#include <algorithm>

namespace conclave::app
{
namespace
{

// Far more than any chart has; a hostile answer is cut here.
constexpr qsizetype kMaxSeries = 64;
constexpr qsizetype kMaxRows = 1000;
constexpr qsizetype kMaxText = 500;
constexpr qsizetype kTicks = 2; ///< that calibrate an axis

/// Where the text that comes next belongs.
enum class Field
{
    kNone,
    kTitle,
    kXLabel,
    kYLabel,
    kUnit,
    kTick, ///< between the ticks of the axis
    kTickNumber,
    kSeries,
    kRowName,
    kNumber,
    kSummary,
    kDone,
};

} // namespace

struct ChartParser::Impl
{
    Impl(QSize image, QSize model, int step) : imageSize(image), modelSize(model), locStep(step), summary(reading.table, reading.summary) {}

    void onText(QStringView text, double probability);
    void onMark(const ChartMark &mark);
    bool onHeadMark(const ChartMark &mark);
    void onTableMark(const ChartMark &mark);
    void startTick(const ChartMark &mark);
    void endTicks();
    void startSeries();
    void startRow();
    void startCell(int x);
    void startNumber(int y);
    void missingCell();
    void endNumber();
    void endTable();
    QString *target();
    bool newCell();
    ChartCell &openCell() { return reading.table.rows.back().cells.back(); }
    QPointF place() const;

    QSize imageSize;
    QSize modelSize;
    int locStep;
    ChartReading reading;
    SummaryWriter summary;
    Field field = Field::kNone;
    int placeX = 0;
    int placeY = 0;
    QString tickSide; ///< "x" or "y": what the ticks of the value axis lie along
    QVector<QPair<int, QString>> ticks;
    std::optional<engine::ChartAxis> axis; ///< nothing: the numbers are as written
    bool inRows = false;
    bool dropRow = false;  ///< beyond kMaxRows
    bool inNumber = false; ///< the last cell's; no pointer to it is kept, as copies of `reading` share its rows until one writes
    ChartLexer lexer{[this](QStringView text, double probability) { onText(text, probability); },
                     [this](const ChartMark &mark) { onMark(mark); }};
};

ChartParser::ChartParser(QSize imageSize, QSize modelSize, int locStep)
    : m_impl(std::make_unique<Impl>(imageSize, modelSize, std::max(1, locStep)))
{
}

ChartParser::~ChartParser() = default;

void ChartParser::push(QStringView piece, double probability)
{
    m_impl->lexer.push(piece, std::clamp(probability, 0.0, 1.0));
}

void ChartParser::finish(bool endedByModel)
{
    m_impl->lexer.finish();
    if (endedByModel && m_impl->field == Field::kSummary)
        m_impl->reading.complete = true;
    m_impl->summary.finish();
}

const ChartReading &ChartParser::reading() const
{
    return m_impl->reading;
}

QString *ChartParser::Impl::target()
{
    ChartTable &table = reading.table;
    switch (field) {
    case Field::kTitle:
        return &table.title;
    case Field::kXLabel:
        return &table.xLabel;
    case Field::kYLabel:
        return &table.yLabel;
    case Field::kUnit:
        return &table.unit;
    case Field::kTickNumber:
        return &ticks.back().second;
    case Field::kSeries:
        return &table.series.back();
    case Field::kRowName:
        return &table.rows.back().name;
    case Field::kNumber:
        return inNumber ? &openCell().text : nullptr;
    default:
        return nullptr;
    }
}

void ChartParser::Impl::onText(QStringView text, double probability)
{
    if (field == Field::kSummary)
        return summary.text(text);
    QString *to = target();
    if (!to)
        return;
    if (field == Field::kNumber)
        openCell().confidence = std::min(openCell().confidence, probability);
    // Fields begin with the space that the tokenizer puts in front.
    if (to->isEmpty())
        while (!text.isEmpty() && text.front().isSpace())
            text = text.mid(1);
    *to += text.left(std::max<qsizetype>(0, kMaxText - to->size()));
}

void ChartParser::Impl::onMark(const ChartMark &mark)
{
    if (field == Field::kDone)
        return;
    endNumber();
    if (mark.name == QLatin1String("eos")) {
        reading.complete = field == Field::kSummary;
        field = Field::kDone;
    } else if (field == Field::kSummary) {
        summary.mark(mark);
    } else if (mark.name == QLatin1String("summary")) {
        endTable();
        field = Field::kSummary;
    } else if (!onHeadMark(mark)) {
        onTableMark(mark);
    }
}

bool ChartParser::Impl::onHeadMark(const ChartMark &mark)
{
    if (inRows)
        return false;
    if (mark.name == QLatin1String("chart"))
        reading.table.type = chartTypeFromName(mark.word);
    else if (mark.name == QLatin1String("title"))
        field = Field::kTitle;
    else if (mark.name == QLatin1String("xlabel"))
        field = Field::kXLabel;
    else if (mark.name == QLatin1String("ylabel"))
        field = Field::kYLabel;
    else if (mark.name == QLatin1String("unit"))
        field = Field::kUnit;
    else if (mark.name == QLatin1String("cal"))
        field = Field::kTick;
    else if (mark.name == QLatin1String("series"))
        startSeries();
    else if ((field == Field::kTick || field == Field::kTickNumber) && (mark.name == QLatin1String("x") || mark.name == QLatin1String("y")))
        startTick(mark);
    else
        return false;
    return true;
}

void ChartParser::Impl::onTableMark(const ChartMark &mark)
{
    if (mark.name == QLatin1String("row"))
        startRow();
    else if (mark.name == QLatin1String("end"))
        endTable();
    else if (!inRows)
        return;
    else if (mark.name == QLatin1String("x"))
        startCell(mark.index);
    else if (mark.name == QLatin1String("y"))
        startNumber(mark.index);
    else if (mark.name == QLatin1String("na"))
        missingCell();
}

void ChartParser::Impl::startTick(const ChartMark &mark)
{
    field = Field::kTick;
    if (ticks.size() >= kTicks || (!ticks.isEmpty() && mark.name != tickSide))
        return;
    tickSide = mark.name;
    ticks.append({mark.index, QString()});
    field = Field::kTickNumber;
}

/// The axis, if its ticks calibrate one.
void ChartParser::Impl::endTicks()
{
    if (ticks.size() != kTicks)
        return;
    const auto low = parseNumber(ticks[0].second);
    const auto high = parseNumber(ticks[1].second);
    if (low && high)
        axis = engine::ChartAxis::through({double(ticks[0].first), *low}, {double(ticks[1].first), *high});
}

void ChartParser::Impl::startSeries()
{
    if (reading.table.series.isEmpty())
        endTicks();
    field = Field::kNone;
    if (reading.table.series.size() >= kMaxSeries)
        return;
    reading.table.series.append(QString());
    field = Field::kSeries;
}

void ChartParser::Impl::startRow()
{
    ChartTable &table = reading.table;
    if (!inRows && table.series.isEmpty())
        table.series.append(table.yLabel.isEmpty() ? QStringLiteral("Value") : table.yLabel);
    inRows = true;
    dropRow = table.rows.size() >= kMaxRows;
    field = Field::kNone;
    if (dropRow)
        return;
    table.rows.append(ChartRow());
    field = Field::kRowName;
}

void ChartParser::Impl::startCell(int x)
{
    placeX = x;
    field = Field::kNone;
}

void ChartParser::Impl::startNumber(int y)
{
    placeY = y;
    inNumber = newCell();
    field = inNumber ? Field::kNumber : Field::kNone;
    if (inNumber)
        openCell().place = place();
}

bool ChartParser::Impl::newCell()
{
    if (dropRow || reading.table.rows.isEmpty())
        return false;
    auto &cells = reading.table.rows.back().cells;
    if (cells.size() >= reading.table.series.size())
        return false;
    cells.append(ChartCell());
    return true;
}

void ChartParser::Impl::missingCell()
{
    newCell();
    field = Field::kNone;
}

/// A number counts when the mark after it has come: half of one would be another number. Where the axis is known, the place of its mark
/// has a say.
void ChartParser::Impl::endNumber()
{
    if (!inNumber)
        return;
    inNumber = false;
    ChartCell &cell = openCell();
    cell.value = parseNumber(cell.text);
    if (!cell.value || !axis)
        return;
    const int place = tickSide == QLatin1String("x") ? placeX : placeY;
    const auto settled = axis->settle({*cell.value, decimalsOf(cell.text), cell.confidence}, place);
    cell.value = settled.value;
    cell.confidence = settled.confidence;
}

void ChartParser::Impl::endTable()
{
    inRows = true;
    for (ChartRow &row : reading.table.rows)
        row.cells.resize(reading.table.series.size());
    field = Field::kNone;
}

/// The model sees the picture scaled to fit its input, at the top left; a place is the middle of its step.
QPointF ChartParser::Impl::place() const
{
    const QPointF at((placeX + 0.5) * locStep, (placeY + 0.5) * locStep);
    if (imageSize.isEmpty() || modelSize.isEmpty())
        return at;
    const double scale = std::min(double(modelSize.width()) / imageSize.width(), double(modelSize.height()) / imageSize.height());
    return {std::clamp(at.x() / scale, 0.0, imageSize.width() - 1.0), std::clamp(at.y() / scale, 0.0, imageSize.height() - 1.0)};
}

} // namespace conclave::app
