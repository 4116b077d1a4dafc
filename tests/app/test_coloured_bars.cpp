#include "app/chart/chart_parser.h"
#include "tests/app/test_chart_parser.h"

#include <QImage>
#include <QPainter>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <optional>

using namespace conclave;
using namespace conclave::app;

namespace
{

const QSize kModel(320, 224);
const QSize kDrawn(640, 448); // pixels; a step is two of them
constexpr int kBase = 190;    // steps along, of nought
constexpr int kUnit = 2;      // steps that one is long
constexpr int kSeriesCount = 3;
const QColor kColours[kSeriesCount] = {{214, 39, 40}, {31, 119, 180}, {44, 160, 44}};

using Numbers = QVector<QVector<std::optional<int>>>; ///< of each row

const Numbers kTrue{{40, 25, 60}, {55, {}, 30}, {20, 45, 35}, {65, 30, 50}};

struct Drawing
{
    bool sideways = false;
    bool stacked = false;
    bool line = false;     ///< across all bars
    bool upwards = false;  ///< rows are listed from the foot
    bool reversed = false; ///< the legend names the last series first
    QColor second = kColours[1];
};

int acrossOf(int row, int series, bool stacked)
{
    return 24 + 42 * row + (stacked ? 0 : 9 * (series - 1));
}

/// Steps from the base to both ends of a bar.
std::pair<int, int> endsOf(const QVector<std::optional<int>> &row, int series, bool stacked)
{
    int below = 0;
    for (int other = 0; stacked && other < series; ++other)
        below += row[other].value_or(0);
    return {below * kUnit / (stacked ? 2 : 1), (below + row[series].value_or(0)) * kUnit / (stacked ? 2 : 1)};
}

/// A bar or a part of a stack, in pixels.
QRectF rectangleOf(const Numbers &numbers, int row, int series, const Drawing &how)
{
    const auto [foot, end] = endsOf(numbers[row], series, how.stacked);
    const int across = acrossOf(row, series, how.stacked), half = how.stacked ? 12 : 4;
    const QRectF upright(QPointF(across - half, kBase - end) * 2, QPointF(across + half, kBase - foot) * 2);
    return how.sideways ? QRectF(2 * (20 + foot), upright.left(), upright.height(), upright.width()) : upright;
}

engine::ImagePtr drawn(const Drawing &how)
{
    QImage picture(kDrawn, QImage::Format_RGB888);
    picture.fill(Qt::white);
    QPainter painter(&picture);
    for (int series = 0; series < kSeriesCount; ++series) {
        const QColor colour = series == 1 ? how.second : kColours[series];
        for (int row = 0; row < kTrue.size(); ++row) {
            if (kTrue[row][series])
                painter.fillRect(rectangleOf(kTrue, row, series, how), colour);
        }
        painter.fillRect(580, 100 + 30 * (how.reversed ? kSeriesCount - 1 - series : series), 16, 16, colour);
    }
    if (how.line)
        painter.fillRect(how.sideways ? QRect(76, 0, 5, kDrawn.height()) : QRect(0, 2 * kBase - 41, 560, 5), QColor(90, 90, 90));
    painter.end();
    engine::Image image{picture.width(), picture.height(), {}};
    for (int y = 0; y < picture.height(); ++y)
        image.pixels.insert(image.pixels.end(), picture.constScanLine(y), picture.constScanLine(y) + picture.width() * 3);
    return std::make_shared<const engine::Image>(std::move(image));
}

/// What a model says that reads `numbers`, with marks where they would be.
QString answerOf(const Numbers &numbers, const Drawing &how)
{
    const int unit = how.stacked ? kUnit / 2 : kUnit;
    QString out = QStringLiteral("<chart:%1><title> T<xlabel><ylabel><unit><cal>")
                      .arg(QLatin1String(how.stacked    ? how.sideways ? "hstacked" : "stacked"
                                         : how.sideways ? "hbar"
                                                        : "bar"));
    out += how.sideways ? QStringLiteral("<x:20>0<x:%1>50").arg(20 + 50 * unit)
                        : QStringLiteral("<y:%1>0<y:%2>50").arg(kBase).arg(kBase - 50 * unit);
    out += QStringLiteral("<series> A<series> B<series> C");
    for (int i = 0; i < numbers.size(); ++i) {
        const int row = how.upwards ? int(numbers.size()) - 1 - i : i;
        out += QStringLiteral("<row> r%1").arg(row);
        for (int series = 0; series < kSeriesCount; ++series) {
            if (!numbers[row][series]) {
                out += QStringLiteral("<na>");
                continue;
            }
            const int across = acrossOf(row, series, how.stacked), end = endsOf(numbers[row], series, how.stacked).second;
            out += QStringLiteral("<x:%1><y:%2>%3")
                       .arg(how.sideways ? 20 + end : across)
                       .arg(how.sideways ? across : kBase - end)
                       .arg(*numbers[row][series]);
        }
    }
    return out + QStringLiteral("<end><summary><eos>");
}

Numbers readFrom(const Drawing &how, const Numbers &said)
{
    ChartParser parser(kDrawn, kModel, 1, drawn(how));
    parser.push(answerOf(said, how), 1.0);
    parser.finish(true);
    Numbers out;
    for (const ChartRow &row : parser.reading().table.rows) {
        out.append(QVector<std::optional<int>>());
        for (const ChartCell &cell : row.cells)
            out.back().append(cell.value ? std::optional(int(std::lround(*cell.value))) : std::nullopt);
    }
    if (how.upwards)
        std::reverse(out.begin(), out.end());
    return out;
}

/// The true numbers but for some cells.
Numbers with(std::initializer_list<std::tuple<int, int, std::optional<int>>> cells)
{
    Numbers out = kTrue;
    for (const auto &[row, series, number] : cells)
        out[row][series] = number;
    return out;
}

} // namespace

Q_DECLARE_METATYPE(Drawing)

void TestChartParser::barsAreReadByTheirColours_data()
{
    QTest::addColumn<Drawing>("how");
    QTest::addColumn<Numbers>("said");
    QTest::newRow("as they are") << Drawing() << kTrue;
    QTest::newRow("a neighbour's number") << Drawing() << with({{2, 1, 20}});
    QTest::newRow("one that is not there") << Drawing() << with({{1, 1, 30}});
    QTest::newRow("one passed over") << Drawing() << with({{3, 2, {}}});
    QTest::newRow("numbers in another order") << Drawing() << with({{0, 0, 25}, {0, 1, 40}});
    QTest::newRow("sideways") << Drawing{.sideways = true} << with({{2, 1, 20}, {1, 1, 30}});
    QTest::newRow("from the foot") << Drawing{.sideways = true, .upwards = true} << with({{2, 1, 20}, {1, 1, 30}});
    QTest::newRow("behind a line") << Drawing{.line = true} << with({{2, 1, 20}});
    QTest::newRow("a part of a stack passed over") << Drawing{.stacked = true} << with({{0, 0, 65}, {0, 1, 60}, {0, 2, 0}});
    QTest::newRow("a part taken for the next") << Drawing{.stacked = true} << with({{1, 1, 30}, {1, 2, {}}});
    QTest::newRow("of a stack on its side") << Drawing{.sideways = true, .stacked = true} << with({{2, 0, 65}, {2, 1, 35}, {2, 2, 0}});
    QTest::newRow("the legend from the top of the stack")
        << Drawing{.stacked = true, .reversed = true} << with({{0, 0, 65}, {0, 1, 60}, {0, 2, 0}});
}

void TestChartParser::barsAreReadByTheirColours()
{
    QFETCH(Drawing, how);
    QFETCH(Numbers, said);
    QCOMPARE(readFrom(how, said), kTrue);
}

/// Letters and axes are grey, and what is found of them is no bar.
void TestChartParser::greyBarsStayAsTheyWereRead()
{
    const Numbers said = with({{2, 1, 20}});
    QCOMPARE(readFrom({.second = QColor(110, 110, 112)}, said), said);
}

/// A number that was not read is doubted, and its bar is where it was found.
void TestChartParser::foundBarsAreDoubted()
{
    ChartParser parser(kDrawn, kModel, 1, drawn({}));
    parser.push(answerOf(with({{2, 1, 20}}), {}), 1.0);
    parser.finish(true);
    const ChartTable &table = parser.reading().table;
    QVERIFY(table.rows[2].cells[1].confidence < 0.7);
    QVERIFY(table.rows[2].cells[0].confidence > 0.9);
    QVERIFY(std::abs(table.rows[2].cells[1].place.y() - 2 * (kBase - 90)) < 3);
    QVERIFY(parser.reading().written.contains(QStringLiteral(">45<"))); // and can be asked about
}
