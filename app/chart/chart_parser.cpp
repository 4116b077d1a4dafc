#include "app/chart/chart_parser.h"

#include "app/chart/answer_words.h"
#include "app/chart/chart_axes.h"
#include "app/chart/chart_lexer.h"
#include "app/chart/edited_reading.h"
#include "app/chart/mark_places.h"
#include "app/chart/number_text.h"
#include "app/chart/repeated_names.h"
#include "app/chart/row_gaps.h"
#include "app/chart/series_match.h"
#include "app/chart/slice_match.h"
#include "app/chart/summary_writer.h"
#include "app/chart/table_edit.h"
#include "app/chart/tick_places.h"
#include "app/chart/unnamed_series.h"

#include <algorithm>

namespace conclave::app
{
namespace
{

// A hostile answer is cut here, and at what a table may hold.
constexpr qsizetype kMaxWritten = 100'000;
constexpr qsizetype kMaxSaid = 40'000;
const QLatin1String kTableEnd("<end>");
const QLatin1String kSummaryMark("<summary>");
const QLatin1String kAnswerMark("<answer>");

/// Where the text that comes next belongs.
enum class Field
{
    kNone,
    kTitle,
    kXLabel,
    kYLabel,
    kUnit,
    kOwnUnit, ///< of a further axis
    kTick,    ///< between the ticks of an axis
    kTickNumber,
    kSeries,
    kRowName,
    kNumber,
    kQuestion, ///< repeated, to be passed over
    kSummary,  ///< or an answer
    kDone,
};

void lower(double &probability, double other)
{
    probability = std::min(probability, other);
}

} // namespace

struct ChartParser::Impl
{
    Impl(QSize image, QSize model, int step, engine::ImagePtr shown)
        : imageSize(image), modelSize(model), locStep(step), picture(std::move(shown)), summary(reading.table, reading.summary)
    {
    }

    void onText(QStringView text, double probability);
    void onMark(const ChartMark &mark);
    bool onHeadMark(const ChartMark &mark);
    void onTableMark(const ChartMark &mark);
    void onTextMark(const ChartMark &mark);
    void onAxisMark(const ChartMark &mark);
    void startUnit();
    void startSeries();
    void startRow(double probability);
    void endRow(double probability);
    void startCell(int x);
    void startNumber(int y);
    void missingCell();
    void endNumber();
    void endTable();
    void nameGuessed(QStringView language);
    void keepWritten();
    QString *target();
    bool newCell();
    void keepSaid();
    ChartCell &openCell() { return reading.table.rows.back().cells.back(); }
    QPointF place() const;
    double pixelsPerStep() const;

    QSize imageSize;
    QSize modelSize;
    int locStep;
    engine::ImagePtr picture; ///< until series were matched; nullptr: there is none
    bool corrected = false;   ///< by what the picture shows
    ChartReading reading;
    SummaryWriter summary;
    Field field = Field::kNone;
    int placeX = 0;
    int placeY = 0;
    ChartAxes axes;
    std::optional<QString> ownUnit; ///< of the series that come now
    double rowBegun = 1;            ///< probability of the mark that began the last row
    bool guessedName = false;       ///< the only series has one (unnamed_series.h)
    QString written;                ///< all so far
    bool inRows = false;
    bool tableEnded = false;
    bool dropRow = false;  ///< beyond kMostRows
    bool inNumber = false; ///< the last cell's; no pointer to it is kept, as copies of `reading` share its rows until one writes
    ChartLexer lexer{[this](QStringView text, double probability) { onText(text, probability); },
                     [this](const ChartMark &mark) { onMark(mark); }};
};

ChartParser::ChartParser(QSize imageSize, QSize modelSize, int locStep, engine::ImagePtr picture)
    : m_impl(std::make_unique<Impl>(imageSize, modelSize, std::max(1, locStep), std::move(picture)))
{
}

ChartParser::ChartParser(const ChartTable &asked) : m_impl(std::make_unique<Impl>(QSize(), QSize(), 1, nullptr))
{
    m_impl->reading.table = asked;
    m_impl->reading.isAnswer = true;
    m_impl->summary.keepFirst();
    m_impl->field = Field::kSummary;
}

ChartParser::~ChartParser() = default;

void ChartParser::push(QStringView piece, double probability)
{
    if (m_impl->written.size() < kMaxWritten)
        m_impl->written += piece;
    m_impl->lexer.push(piece, std::clamp(probability, 0.0, 1.0));
}

void ChartParser::finish(bool endedByModel)
{
    m_impl->lexer.finish();
    if (endedByModel && m_impl->field == Field::kSummary)
        m_impl->reading.complete = true;
    m_impl->summary.finish();
    m_impl->keepSaid();
}

/// Behind the mark that begins it; an answer to a question about an earlier table is nothing else.
void ChartParser::Impl::keepSaid()
{
    qsizetype begin = 0;
    if (!reading.isAnswer) {
        const qsizetype table = std::max<qsizetype>(0, written.indexOf(kTableEnd));
        const qsizetype answer = written.indexOf(kAnswerMark, table);
        const qsizetype summaryAt = written.indexOf(kSummaryMark, table);
        if (answer < 0 && summaryAt < 0)
            return;
        begin = answer >= 0 ? answer : summaryAt + kSummaryMark.size(); // an answer is known by its mark
    }
    if (written.size() < kMaxWritten && written.size() - begin <= kMaxSaid)
        reading.said = written.mid(begin);
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
    case Field::kOwnUnit:
        return &*ownUnit;
    case Field::kTickNumber:
        return axes.tickText();
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
    if (field == Field::kNumber) {
        ChartCell &cell = openCell();
        lower(cell.probability, probability);
        cell.confidence = cell.probability;
    }
    if (field == Field::kSeries)
        lower(reading.table.traits.back().probability, probability);
    if (field == Field::kRowName)
        lower(reading.table.rows.back().probability, probability);
    // Fields begin with the space that the tokenizer puts in front.
    if (to->isEmpty())
        while (!text.isEmpty() && text.front().isSpace())
            text = text.mid(1);
    *to += text.left(std::max<qsizetype>(0, kLongestName - to->size()));
}

void ChartParser::Impl::onMark(const ChartMark &mark)
{
    if (field == Field::kDone)
        return;
    endNumber();
    const bool end = mark.name == QLatin1String("eos") || mark.name == QLatin1String("ask");
    if (field == Field::kSummary && !end) {
        if (guessedName && mark.name == QLatin1String("lang"))
            nameGuessed(mark.word);
        summary.mark(mark);
    } else if (end || mark.name == QLatin1String("summary") || mark.name == QLatin1String("answer")) {
        onTextMark(mark);
    } else if (!onHeadMark(mark)) {
        onTableMark(mark);
    }
}

/// What parts the table, a question and the text about it.
void ChartParser::Impl::onTextMark(const ChartMark &mark)
{
    if (mark.name == QLatin1String("eos") || field == Field::kSummary) {
        reading.complete = field == Field::kSummary;
        field = Field::kDone;
        return;
    }
    endTable();
    if (mark.name == QLatin1String("answer"))
        summary.keepFirst();
    field = mark.name == QLatin1String("ask") ? Field::kQuestion : Field::kSummary;
}

bool ChartParser::Impl::onHeadMark(const ChartMark &mark)
{
    if (inRows)
        return false;
    const bool further = !reading.table.series.isEmpty();
    if (mark.name == QLatin1String("chart"))
        reading.table.type = chartTypeFromName(mark.word);
    else if (mark.name == QLatin1String("title"))
        field = Field::kTitle;
    else if (mark.name == QLatin1String("xlabel"))
        field = Field::kXLabel;
    else if (mark.name == QLatin1String("ylabel"))
        field = further ? Field::kNone : Field::kYLabel; // the name of a further axis is that of its series
    else if (mark.name == QLatin1String("unit"))
        startUnit();
    else if (mark.name == QLatin1String("series"))
        startSeries();
    else if (mark.name == QLatin1String("cal") || field == Field::kTick || field == Field::kTickNumber)
        onAxisMark(mark);
    else
        return false;
    return true;
}

/// Of the table, or of the series that come behind.
void ChartParser::Impl::startUnit()
{
    const bool further = !reading.table.series.isEmpty();
    if (further)
        ownUnit = QString();
    field = further ? Field::kOwnUnit : Field::kUnit;
}

void ChartParser::Impl::onAxisMark(const ChartMark &mark)
{
    if (mark.name == QLatin1String("cal")) {
        axes.begin();
    } else if (mark.name == QLatin1String("log")) {
        axes.setLogarithmic();
    } else if (mark.name == QLatin1String("x") || mark.name == QLatin1String("y")) {
        field = axes.addTick(mark.name, mark.index) ? Field::kTickNumber : Field::kTick;
        return;
    } else {
        return onTableMark(mark);
    }
    field = Field::kTick;
}

void ChartParser::Impl::onTableMark(const ChartMark &mark)
{
    if (mark.name == QLatin1String("row")) {
        startRow(mark.probability);
    } else if (mark.name == QLatin1String("end")) {
        endRow(mark.probability);
        endTable();
    } else if (!inRows) {
        return;
    } else if (mark.name == QLatin1String("x")) {
        startCell(mark.index);
    } else if (mark.name == QLatin1String("y")) {
        startNumber(mark.index);
    } else if (mark.name == QLatin1String("na")) {
        missingCell();
    }
}

void ChartParser::Impl::startSeries()
{
    field = Field::kNone;
    if (reading.table.series.size() >= kMostSeries)
        return;
    axes.addSeries(reading.table.type);
    reading.table.series.append(QString());
    reading.table.traits.append(SeriesTraits());
    reading.table.units.append(ownUnit.value_or(reading.table.unit));
    field = Field::kSeries;
}

void ChartParser::Impl::startRow(double probability)
{
    ChartTable &table = reading.table;
    if (!inRows && table.series.isEmpty()) {
        table.series.append(table.yLabel.isEmpty() ? answerWord(AnswerWord::kValue, {}) : table.yLabel);
        table.traits.append(SeriesTraits());
    }
    endRow(probability);
    rowBegun = probability;
    inRows = true;
    axes.startRow();
    dropRow = table.rows.size() >= kMostRows;
    field = Field::kNone;
    if (dropRow)
        return;
    table.rows.append(ChartRow());
    field = Field::kRowName;
}

/// `probability` of the mark that ends it. A mark that was doubted may have come too early or too late: then the row is none of the
/// chart's.
void ChartParser::Impl::endRow(double probability)
{
    if (inRows && !tableEnded && !dropRow && !reading.table.rows.isEmpty())
        reading.table.rows.back().probability *= std::min(rowBegun, probability);
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
    if (!inNumber)
        return;
    openCell().place = place();
    QString &name = reading.table.rows.back().name;
    name = axes.settledName(reading.table.type, name, placeX);
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
    axes.settle(reading.table.type, int(reading.table.rows.back().cells.size()) - 1, placeX, placeY, cell);
}

/// Once: <end> is followed by what begins a text, and may be missing.
void ChartParser::Impl::endTable()
{
    field = Field::kNone;
    if (std::exchange(tableEnded, true))
        return;
    inRows = true;
    for (ChartRow &row : reading.table.rows)
        row.cells.resize(reading.table.series.size());
    if (!reading.isAnswer) {
        reading.pixelsPerStep = pixelsPerStep();
        axes.describe(reading.table, reading.pixelsPerStep);
    }
    if (const engine::ImagePtr shown = std::exchange(picture, nullptr)) {
        corrected = matchSeries(reading.table, *shown, reading.pixelsPerStep) || matchSlices(reading.table, *shown, reading.pixelsPerStep);
        corrected = fillRowGaps(reading.table, *shown, reading.pixelsPerStep) || corrected;
        refineTicks(reading.table, *shown, reading.pixelsPerStep);
        corrected = refineMarks(reading.table, *shown, reading.pixelsPerStep) || corrected;
    }
    doubtRepeatedNames(reading.table);
    guessedName = !reading.isAnswer && isGuessedName(reading.table);
    if (guessedName)
        nameGuessed({});
    else
        keepWritten();
    if (reading.table.type == ChartType::kNoChart) { // nothing follows
        reading.complete = true;
        field = Field::kDone;
    }
}

/// By a word that every chart bears. The language is that of what is said about the chart, which comes behind the table.
void ChartParser::Impl::nameGuessed(QStringView language)
{
    reading.table.series.front() = answerWord(AnswerWord::kValue, language);
    reading.table.traits.front().probability = 1; // it says nothing that could be wrong
    corrected = true;
    keepWritten();
}

/// The table as the model wrote it, or as it would have written what the program made of it.
void ChartParser::Impl::keepWritten()
{
    const qsizetype from = written.indexOf(QLatin1String("<chart:"));
    const qsizetype end = written.indexOf(kTableEnd);
    if (corrected)
        reading.written = writtenTable(reading.table, reading.pixelsPerStep);
    else if (from >= 0 && end > from)
        reading.written = written.mid(from, end + kTableEnd.size() - from);
}

/// The model sees the picture scaled to fit its input, at the top left; a place is the middle of its step.
QPointF ChartParser::Impl::place() const
{
    const QPointF at = QPointF(placeX + 0.5, placeY + 0.5) * pixelsPerStep();
    if (imageSize.isEmpty() || modelSize.isEmpty())
        return at;
    return {std::clamp(at.x(), 0.0, imageSize.width() - 1.0), std::clamp(at.y(), 0.0, imageSize.height() - 1.0)};
}

double ChartParser::Impl::pixelsPerStep() const
{
    if (imageSize.isEmpty() || modelSize.isEmpty())
        return locStep;
    return locStep / std::min(double(modelSize.width()) / imageSize.width(), double(modelSize.height()) / imageSize.height());
}

} // namespace conclave::app
