#include "app/chart/chart_parser.h"
#include "app/chart/legend.h"
#include "app/chart/series_match.h"
#include "tests/app/test_chart_parser.h"

#include <QImage>
#include <QPainter>
#include <QTest>

#include <cmath>

using namespace conclave;
using namespace conclave::app;

namespace
{

const QSize kModelSize(320, 224);
const QSize kPicture(640, 448);
constexpr double kStep = 4; // pixels of the picture
constexpr int kRows = 4;

const QColor kRed(214, 39, 40), kBlue(31, 119, 180), kGreen(44, 160, 44);
const int kRedAt[kRows] = {30, 50, 70, 90}; // steps down the picture: the lines cross between the second and the third row
const int kBlueAt[kRows] = {90, 70, 52, 30};

int acrossOf(int row)
{
    return 20 + 30 * row;
}

QPointF middle(int across, int down)
{
    return QPointF(across + 0.5, down + 0.5) * kStep;
}

double valueAt(int down)
{
    return (100 - down) * 1.25;
}

engine::ImagePtr pixelsOf(const QImage &picture)
{
    engine::Image image{picture.width(), picture.height(), {}};
    const QImage rgb = picture.convertToFormat(QImage::Format_RGB888);
    for (int y = 0; y < rgb.height(); ++y)
        image.pixels.insert(image.pixels.end(), rgb.constScanLine(y), rgb.constScanLine(y) + rgb.width() * 3);
    return std::make_shared<const engine::Image>(std::move(image));
}

/// Two lines that cross, and a legend with a sign of each of `signs` on the right, from above.
QImage twoLines(const QVector<QColor> &signs)
{
    QImage picture(kPicture, QImage::Format_RGB888);
    picture.fill(Qt::white);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const auto &[at, colour] : {std::pair(kRedAt, kRed), std::pair(kBlueAt, kBlue)}) {
        painter.setPen(QPen(colour, 3));
        for (int row = 1; row < kRows; ++row)
            painter.drawLine(middle(acrossOf(row - 1), at[row - 1]), middle(acrossOf(row), at[row]));
    }
    for (int i = 0; i < signs.size(); ++i)
        painter.fillRect(540, 100 + 30 * i, 16, 16, signs[i]);
    return picture;
}

/// What a model says that takes the lines for each other from the third row on.
QString crossedAnswer()
{
    QString out = QStringLiteral("<chart:line><title> T<xlabel><ylabel><unit><cal><y:100>0<y:20>100<series> Red<series> Blue");
    for (int row = 0; row < kRows; ++row) {
        out += QStringLiteral("<row> r%1").arg(row);
        for (const bool red : {row < 2, row >= 2}) {
            const int down = (red ? kRedAt : kBlueAt)[row];
            out += QStringLiteral("<x:%1><y:%2>%3").arg(acrossOf(row)).arg(down).arg(valueAt(down));
        }
    }
    return out + QStringLiteral("<end><summary> <max><s:0><eos>");
}

ChartReading readFrom(const QImage &picture, const QString &answer)
{
    ChartParser parser(kPicture, kModelSize, 2, pixelsOf(picture));
    parser.push(answer, 1.0);
    parser.finish(true);
    return parser.reading();
}

ChartReading readAlone(const QString &answer)
{
    ChartParser parser(kPicture, kModelSize, 2);
    parser.push(answer, 1.0);
    parser.finish(true);
    return parser.reading();
}

QVector<double> valuesOf(const ChartReading &reading, int series)
{
    QVector<double> out;
    for (const ChartRow &row : reading.table.rows)
        out.append(row.cells[series].value.value_or(-1));
    return out;
}

QVector<double> values(const int (&at)[kRows])
{
    QVector<double> out;
    for (const int down : at)
        out.append(valueAt(down));
    return out;
}

} // namespace

void TestChartParser::linesThatCrossKeepTheirColours()
{
    QVERIFY(valuesOf(readAlone(crossedAnswer()), 0) != values(kRedAt));
    const ChartReading reading = readFrom(twoLines({kRed, kBlue}), crossedAnswer());
    QCOMPARE(valuesOf(reading, 0), values(kRedAt));
    QCOMPARE(valuesOf(reading, 1), values(kBlueAt));
    QVERIFY((reading.table.rows[3].cells[0].place - middle(acrossOf(3), kRedAt[3])).manhattanLength() < 0.5);
    QCOMPARE(reading.summary.text, QStringLiteral("r0 (87.5)"));
    // What is asked later is asked of the table that is shown.
    const ChartReading again = readAlone(reading.written + QStringLiteral("<summary><eos>"));
    QCOMPARE(valuesOf(again, 0), values(kRedAt));
    QCOMPARE(again.table.rows[3].name, QStringLiteral("r3"));
}

void TestChartParser::seriesFollowTheLegendsOrder()
{
    const ChartReading reading = readFrom(twoLines({kBlue, kRed}), crossedAnswer());
    QCOMPARE(valuesOf(reading, 0), values(kBlueAt));
    QCOMPARE(valuesOf(reading, 1), values(kRedAt));
}

void TestChartParser::withoutALegendMarksStay_data()
{
    QTest::addColumn<QVector<QColor>>("signs");
    QTest::newRow("no sign") << QVector<QColor>{};
    QTest::newRow("one sign") << QVector<QColor>{kRed};
    QTest::newRow("colours that no mark has") << QVector<QColor>{kGreen, QColor(255, 200, 0)};
    QTest::newRow("greys, as letters are") << QVector<QColor>{QColor(40, 40, 40), QColor(150, 150, 150)};
    QTest::newRow("more names than the table has series") << QVector<QColor>{kRed, kBlue, kRed.darker(250)};
}

void TestChartParser::withoutALegendMarksStay()
{
    QFETCH(QVector<QColor>, signs);
    const ChartReading reading = readFrom(twoLines(signs), crossedAnswer());
    QCOMPARE(valuesOf(reading, 0), valuesOf(readAlone(crossedAnswer()), 0));
    QVERIFY(reading.written.startsWith(QStringLiteral("<chart:line>")) && crossedAnswer().startsWith(reading.written));
}

void TestChartParser::legendsInLinesAreFound()
{
    QImage picture(kPicture, QImage::Format_RGB888);
    picture.fill(Qt::white);
    QPainter painter(&picture);
    const QVector<QColor> colours{kRed, kBlue, kGreen, QColor(255, 127, 14), QColor(148, 103, 189)};
    QVector<QVector<QPointF>> marks(1);
    for (int i = 0; i < colours.size(); ++i) {
        painter.fillRect(60 + 100 * i, 200, 60, 150, colours[i]);
        marks[0].append(QPointF(90 + 100 * i, 206));
        painter.fillRect(i < 3 ? 100 + 110 * i + 7 * i * i : 100 + 120 * (i - 3), i < 3 ? 20 : 50, 14, 14, colours[i]);
    }
    painter.end();
    const auto legend = findLegend(*pixelsOf(picture), marks, 5, kStep);
    QVERIFY(legend);
    for (int i = 0; i < colours.size(); ++i)
        QVERIFY(colourDistance((*legend)[i].colour, {colours[i].red(), colours[i].green(), colours[i].blue()}) < 10);
    QVERIFY(!findLegend(*pixelsOf(picture), marks, 4, kStep));
}

/// Names of a stack's legend may stand in either order.
void TestChartParser::stacksWithAReversedLegendStay()
{
    QImage picture = twoLines({kBlue, kRed});
    picture.fill(Qt::white);
    QPainter painter(&picture);
    QString answer = QStringLiteral("<chart:stacked><title><xlabel><ylabel><unit><cal><y:100>0<y:20>100<series> Red<series> Blue");
    for (int row = 0; row < 3; ++row) {
        painter.fillRect(QRectF(middle(acrossOf(row) - 4, 60), middle(acrossOf(row) + 4, 100)), kRed);
        painter.fillRect(QRectF(middle(acrossOf(row) - 4, 30), middle(acrossOf(row) + 4, 60)), kBlue);
        answer += QStringLiteral("<row> r%1<x:%2><y:60>50<x:%2><y:30>37.5").arg(row).arg(acrossOf(row));
    }
    painter.fillRect(540, 100, 16, 16, kBlue);
    painter.fillRect(540, 130, 16, 16, kRed);
    painter.end();
    const ChartReading reading = readFrom(picture, answer + QStringLiteral("<end><summary><eos>"));
    QCOMPARE(valuesOf(reading, 0), QVector<double>(3, 50));
}
