#include "app/chart/chart_parser.h"
#include "app/chart/legend.h"
#include "app/chart/mark_colours.h"
#include "app/chart/series_match.h"
#include "tests/app/test_chart_parser.h"

#include <QImage>
#include <QPainter>
#include <QPolygonF>
#include <QTest>

#include <algorithm>
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

/// Of what was read: how well the colour of its series is seen at a mark.
void TestChartParser::coloursOfMarksAreNoted()
{
    const auto least = [](const ChartReading &reading) {
        double out = 1;
        for (const ChartRow &row : reading.table.rows) {
            for (const ChartCell &cell : row.cells)
                out = std::min(out, cell.matched);
        }
        return out;
    };
    QVERIFY(least(readFrom(twoLines({kRed, kBlue}), crossedAnswer())) > 0.7);
    QCOMPARE(least(readFrom(twoLines({}), crossedAnswer())), 0.0);                             // nothing tells the colours
    QCOMPARE(least(readAlone(crossedAnswer())), 1.0);                                          // there is no picture
    QString elsewhere = crossedAnswer().replace(QLatin1String("line"), QLatin1String("area")); // points of areas are not looked for
    elsewhere.replace(QStringLiteral("<y:%1>").arg(kRedAt[0]), QStringLiteral("<y:10>"));      // where nothing is drawn
    const ChartReading moved = readFrom(twoLines({kRed, kBlue}), elsewhere);
    QVERIFY(moved.table.rows[0].cells[0].matched < 0.1);
    QVERIFY(moved.table.rows[0].cells[1].matched > 0.3); // of an area the colour is looked for below its edge
}

void TestChartParser::seriesFollowTheLegendsOrder()
{
    const ChartReading reading = readFrom(twoLines({kBlue, kRed}), crossedAnswer());
    QCOMPARE(valuesOf(reading, 0), values(kBlueAt));
    QCOMPARE(valuesOf(reading, 1), values(kRedAt));
}

/// Names may have been read from the foot of a legend: long names take more room there.
void TestChartParser::namesReadFromTheFootOfALegendAreKnown()
{
    QImage picture = twoLines({kBlue, kRed});
    QPainter painter(&picture);
    for (int x = 570; x < 630; x += 6) { // "Potatoes, sweet", and "Oats" above it
        painter.fillRect(x, 134, 3, 8, Qt::black);
        painter.fillRect(x, 104, x < 588 ? 3 : 0, 8, Qt::black);
    }
    painter.end();
    const auto read = [&](const QString &first, const QString &second) {
        QString answer = crossedAnswer();
        return readFrom(picture, answer.replace(QStringLiteral(" Red"), first).replace(QStringLiteral(" Blue"), second));
    };
    const ChartReading fromTheFoot = read(QStringLiteral(" Potatoes, sweet"), QStringLiteral(" Oats"));
    QCOMPARE(valuesOf(fromTheFoot, 0), values(kRedAt));
    QCOMPARE(valuesOf(fromTheFoot, 1), values(kBlueAt));
    for (const QString &asLong : {QStringLiteral(" Rye"), QStringLiteral(" Oats and rye")}) { // no telling: the legend's order
        const ChartReading reading = read(asLong, asLong + u'.');
        QCOMPARE(valuesOf(reading, 0), values(kBlueAt));
        QCOMPARE(valuesOf(reading, 1), values(kRedAt));
    }
}

/// A model that writes the point of the red line for the blue one as well.
void TestChartParser::pointsOfAnotherLineAreLookedFor_data()
{
    QTest::addColumn<int>("row");
    QTest::addColumn<bool>("covered"); // the blue line, around the point
    QTest::addColumn<QColor>("blue");
    QTest::addColumn<bool>("steps");
    QTest::newRow("between others") << 2 << false << kBlue << false;
    QTest::newRow("the first") << 0 << false << kBlue << false;
    QTest::newRow("the last") << 3 << false << kBlue << false;
    QTest::newRow("that nobody can see") << 2 << true << kBlue << false;
    QTest::newRow("grey as an axis") << 2 << false << QColor(90, 90, 96) << false;
    QTest::newRow("in steps") << 1 << false << kBlue << true;
}

void TestChartParser::pointsOfAnotherLineAreLookedFor()
{
    QFETCH(int, row);
    QFETCH(bool, covered);
    QFETCH(QColor, blue);
    QFETCH(bool, steps);
    QImage picture = twoLines({kRed, blue});
    QPainter painter(&picture);
    painter.fillRect(0, 0, 520, kPicture.height(), Qt::white); // all but the legend
    painter.setRenderHint(QPainter::Antialiasing);
    for (const auto &[at, colour] : {std::pair(kRedAt, kRed), std::pair(kBlueAt, blue)}) {
        painter.setPen(QPen(colour, 3));
        for (int to = 1; to < kRows; ++to) {
            const QPointF from = middle(acrossOf(to - 1), at[to - 1]), end = middle(acrossOf(to), at[to]);
            const QPointF corner = steps ? QPointF(end.x(), from.y()) : from;
            painter.drawPolyline(QPolygonF({from, corner, end}));
        }
    }
    if (covered)
        painter.fillRect(QRectF(middle(acrossOf(row) - 12, 25), middle(acrossOf(row) + 12, 60)), Qt::white);
    painter.end();
    QString answer = QStringLiteral("<chart:%1><title><xlabel><ylabel><unit><cal><y:100>0<y:20>100<series> Red<series> Blue")
                         .arg(QLatin1String(steps ? "step" : "line"));
    for (int at = 0; at < kRows; ++at) {
        answer += QStringLiteral("<row> r%1").arg(at);
        for (const int down : {kRedAt[at], at == row ? kRedAt[at] : kBlueAt[at]})
            answer += QStringLiteral("<x:%1><y:%2>%3").arg(acrossOf(at)).arg(down).arg(valueAt(down));
    }
    const ChartReading reading = readFrom(picture, answer + QStringLiteral("<end><summary><eos>"));
    const ChartCell &cell = reading.table.rows[row].cells[1];
    const bool found = !covered && blue == kBlue;
    QVERIFY(std::abs(*cell.value - valueAt(found ? kBlueAt[row] : kRedAt[row])) < 1.3);
    QCOMPARE(cell.confidence < 0.7, found); // it was not read
    QVERIFY(!found || std::abs(cell.place.y() - middle(0, kBlueAt[row]).y()) < 4);
    QVERIFY(!found || reading.written.contains(shownNumber(cell) + u'<')); // and can be asked about
    QCOMPARE(valuesOf(reading, 0), values(kRedAt));
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
        QVERIFY(colourDistance(legend->signs[i].colour, {colours[i].red(), colours[i].green(), colours[i].blue()}) < 10);
    QVERIFY(!findLegend(*pixelsOf(picture), marks, 4, kStep));
}

/// Signs of line charts are drawn in many ways.
void TestChartParser::signsOfLinesAreFound_data()
{
    QTest::addColumn<QColor>("ground");
    QTest::addColumn<double>("width");
    QTest::addColumn<bool>("dashed");
    QTest::addColumn<bool>("symbol");
    QTest::addColumn<bool>("outlined");
    QTest::newRow("thick") << QColor(Qt::white) << 6.0 << false << false << false;
    QTest::newRow("thinner than a pixel") << QColor(Qt::white) << 0.8 << false << false << false;
    QTest::newRow("with a symbol on one") << QColor(Qt::white) << 3.0 << false << true << false;
    QTest::newRow("in dashes") << QColor(Qt::white) << 3.0 << true << false << false;
    QTest::newRow("on a dark ground") << QColor(30, 30, 34) << 2.0 << false << false << false;
    QTest::newRow("fields with an outline") << QColor(Qt::white) << 10.0 << false << false << true;
}

void TestChartParser::signsOfLinesAreFound()
{
    QFETCH(QColor, ground);
    QFETCH(double, width);
    QFETCH(bool, dashed);
    QFETCH(bool, symbol);
    QFETCH(bool, outlined);
    const QVector<QColor> colours{kRed, kBlue, kGreen};
    QImage picture(kPicture, QImage::Format_RGB888);
    picture.fill(ground);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    QVector<QVector<QPointF>> marks(kRows);
    for (int i = 0; i < colours.size(); ++i) {
        QPen pen(colours[i], width, Qt::SolidLine, Qt::FlatCap);
        painter.setPen(pen);
        for (int row = 0; row < kRows; ++row)
            marks[row].append(middle(acrossOf(row), 30 + 20 * i + 3 * row));
        for (int row = 1; row < kRows; ++row)
            painter.drawLine(marks[row - 1][i], marks[row][i]);
        const double down = 100.3 + 24.4 * i; // between pixels
        if (outlined)
            painter.fillRect(QRectF(538, down - 7, 28, 14), ground.value() > 128 ? Qt::black : Qt::white);
        if (dashed)
            pen.setDashPattern({3, 2});
        painter.setPen(pen);
        painter.drawLine(QPointF(540, down), QPointF(564, down));
        if (symbol && i == 1)
            painter.fillRect(QRectF(548, down - 4, 8, 8), colours[i]);
    }
    painter.end();
    const auto legend = findLegend(*pixelsOf(picture), marks, 3, kStep);
    QVERIFY(legend);
    for (int i = 0; i < colours.size(); ++i) {
        const Colour drawn{colours[i].red(), colours[i].green(), colours[i].blue()};
        for (int other = 0; other < colours.size(); ++other)
            QVERIFY(colourDistance(legend->signs[i].colour, drawn) <= colourDistance(legend->signs[other].colour, drawn));
        QVERIFY(std::abs(legend->signs[i].middle().y() - (100.3 + 24.4 * i)) < 1.5);
    }
}

/// Colours that have faded to greys: a piece of a line is no letter.
void TestChartParser::greyPiecesOfLinesAreSigns()
{
    const QVector<QColor> colours{QColor(167, 136, 152), QColor(228, 207, 103), QColor(183, 180, 180)};
    QImage picture(kPicture, QImage::Format_RGB888);
    picture.fill(Qt::white);
    QPainter painter(&picture);
    QVector<QVector<QPointF>> marks(kRows);
    for (int i = 0; i < colours.size(); ++i) {
        for (int row = 0; row < kRows; ++row)
            marks[row].append(middle(acrossOf(row), 30 + 20 * i + 3 * row));
        painter.setPen(QPen(colours[i], 3));
        for (int row = 1; row < kRows; ++row)
            painter.drawLine(marks[row - 1][i], marks[row][i]);
        painter.fillRect(40 + 110 * i, 49, 28, 6, colours[i]);
        painter.fillRect(80 + 110 * i, 44, 8, 12, QColor(130, 130, 130)); // letters
        painter.fillRect(92 + 110 * i, 44, 8, 12, QColor(130, 130, 130));
    }
    painter.end();
    const auto legend = findLegend(*pixelsOf(picture), marks, 3, kStep);
    QVERIFY(legend);
    for (int i = 0; i < colours.size(); ++i)
        QVERIFY(std::abs(legend->signs[i].box.left() - (40 + 110 * i)) <= 1);
}

/// Pieces of lines that cross can stand in line as the signs of a legend do, and even better.
void TestChartParser::signsBesideThePlotComeFirst()
{
    const QVector<QColor> colours{kRed, kBlue, kGreen};
    QImage picture(kPicture, QImage::Format_RGB888);
    picture.fill(Qt::white);
    QPainter painter(&picture);
    QVector<QVector<QPointF>> marks(kRows);
    for (int i = 0; i < colours.size(); ++i) {
        for (int row = 0; row < kRows; ++row) {
            marks[row].append(middle(acrossOf(row), 30 + 30 * i));
            painter.fillRect(QRectF(marks[row].back() - QPointF(6, 6), QSizeF(12, 12)), colours[i]);
        }
        painter.fillRect(170, 160 + 30 * i, 16, 16, colours[i]); // between the marks, as like each other as can be
        painter.fillRect(560, 160 + 30 * i, 16 + i, 16 + i, colours[colours.size() - 1 - i]); // the legend
    }
    painter.end();
    const auto legend = findLegend(*pixelsOf(picture), marks, 3, kStep);
    QVERIFY(legend);
    QCOMPARE(legend->signs.front().box.left(), 560);
}

/// A line thinner than a pixel has nowhere the colour that its sign has.
void TestChartParser::blendsOfAColourAndTheGroundAreSeen()
{
    QImage picture(kPicture, QImage::Format_RGB888);
    picture.fill(Qt::white);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(kRed, 0.7));
    painter.drawLine(QPointF(100, 100), QPointF(300, 130));
    painter.end();
    const MarkColours mark(*pixelsOf(picture), QPointF(200, 115), {255, 255, 255}, kStep);
    const auto seen = [&](const QColor &colour) { return mark.seen({colour.red(), colour.green(), colour.blue()}); };
    QVERIFY(seen(kRed) > 0.5);
    QVERIFY(seen(kBlue) < 0.05);
    QVERIFY(seen(kGreen) < 0.05);
    const MarkColours nothing(*pixelsOf(picture), QPointF(500, 300), {255, 255, 255}, kStep);
    QCOMPARE(nothing.seen({214, 39, 40}), 0.0);
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

/// Parts are listed from the foot; names that were read off such a legend from the top are known by the room that they take there.
void TestChartParser::namesOfAStackFollowItsReversedLegend_data()
{
    QTest::addColumn<QString>("first");
    QTest::addColumn<QString>("second");
    QTest::addColumn<QString>("atTheFoot");
    QTest::newRow("read from the top") << "Oats"
                                       << "Sugar beet and potatoes"
                                       << "Sugar beet and potatoes";
    QTest::newRow("read from the foot") << "Sugar beet and potatoes"
                                        << "Oats"
                                        << "Sugar beet and potatoes";
    QTest::newRow("as long as each other") << "Oats"
                                           << "Corn"
                                           << "Oats";
}

void TestChartParser::namesOfAStackFollowItsReversedLegend()
{
    QFETCH(QString, first);
    QFETCH(QString, second);
    QFETCH(QString, atTheFoot);
    QImage picture(kPicture, QImage::Format_RGB888);
    picture.fill(Qt::white);
    QPainter painter(&picture);
    QString answer =
        QStringLiteral("<chart:stacked><title><xlabel><ylabel><unit><cal><y:100>0<y:20>100<series> %1<series> %2").arg(first, second);
    for (int row = 0; row < 3; ++row) {
        painter.fillRect(QRectF(middle(acrossOf(row) - 4, 60), middle(acrossOf(row) + 4, 100)), kRed);
        painter.fillRect(QRectF(middle(acrossOf(row) - 4, 30), middle(acrossOf(row) + 4, 60)), kBlue);
        answer += QStringLiteral("<row> r%1<x:%2><y:60>50<x:%2><y:30>37.5").arg(row).arg(acrossOf(row));
    }
    painter.fillRect(440, 100, 16, 16, kBlue); // "Oats"
    painter.fillRect(470, 104, 30, 8, Qt::black);
    painter.fillRect(440, 130, 16, 16, kRed); // "Sugar beet and potatoes"
    painter.fillRect(470, 134, 140, 8, Qt::black);
    painter.end();
    const ChartReading reading = readFrom(picture, answer + QStringLiteral("<end><summary><eos>"));
    QCOMPARE(reading.table.series.front(), atTheFoot);
    QCOMPARE(valuesOf(reading, 0), QVector<double>(3, 50));
}

/// Some programs list the names of a legend that has several lines down its columns.
void TestChartParser::namesMayRunDownTheColumnsOfALegend_data()
{
    QTest::addColumn<QVector<int>>("widths"); // pixels of the words behind the signs of each series; 0: there are none
    QTest::addColumn<QVector<int>>("listed"); // the series of each row's parts as the model lists them
    QTest::addColumn<bool>("lined");          // a line stands close behind each sign
    QTest::newRow("told by the words") << QVector<int>{24, 120, 60, 90} << QVector<int>{0, 1, 2, 3} << false;
    QTest::newRow("told by the words behind a line, parts listed in another order")
        << QVector<int>{24, 120, 60, 90} << QVector<int>{0, 2, 1, 3} << true;
    QTest::newRow("told by the words, parts listed in another order") << QVector<int>{24, 120, 60, 90} << QVector<int>{0, 2, 1, 3} << false;
    QTest::newRow("told by the parts") << QVector<int>{0, 0, 0, 0} << QVector<int>{0, 1, 2, 3} << false;
}

void TestChartParser::namesMayRunDownTheColumnsOfALegend()
{
    QFETCH(QVector<int>, widths);
    QFETCH(QVector<int>, listed);
    QFETCH(bool, lined);
    const QVector<QColor> colours{kRed, kBlue, kGreen, QColor(255, 127, 14)};
    QImage picture(kPicture, QImage::Format_RGB888);
    picture.fill(Qt::white);
    QPainter painter(&picture);
    const QVector<QString> names{"Rye", "Sugar beet and hops", "Soybeans", "Sweet potatoes"};
    QString answer = QStringLiteral("<chart:bar><title><xlabel><ylabel><unit><cal><y:100>0<y:20>100");
    for (const QString &name : names)
        answer += QStringLiteral("<series> ") + name;
    for (int row = 0; row < 3; ++row) {
        answer += QStringLiteral("<row> r%1").arg(row);
        for (int bar = 0; bar < 4; ++bar) {
            const int across = acrossOf(row) + 6 * bar, top = 40 + 10 * bar;
            painter.fillRect(QRectF(middle(across - 2, top), middle(across + 2, 100)), colours[listed[bar]]);
            answer += QStringLiteral("<x:%1><y:%2>%3").arg(across).arg(top).arg(valueAt(top));
        }
    }
    for (int i = 0; i < 4; ++i) {
        const QPoint sign(60 + 240 * (i / 2), 20 + 30 * (i % 2));
        painter.fillRect(QRect(sign, QSize(16, 16)), colours[i]);
        painter.fillRect(QRect(sign + QPoint(30, 4), QSize(widths[i], 8)), Qt::black);
        painter.fillRect(QRect(sign + QPoint(18, 0), QSize(lined ? 1 : 0, 16)), Qt::black);
    }
    painter.end();
    const ChartReading reading = readFrom(picture, answer + QStringLiteral("<end><summary><eos>"));
    for (int bar = 0; bar < 4; ++bar)
        QCOMPARE(valuesOf(reading, listed[bar]), QVector<double>(3, valueAt(40 + 10 * bar)));
}

/// Three slices whose legend runs the other way; a label hides the middle of each. Names in a colour of their own are no further signs.
void TestChartParser::slicesFollowTheLegend()
{
    const QVector<QColor> colours{kRed, kBlue, kGreen};
    const QVector<QPoint> at{{100, 40}, {60, 40}, {80, 78}}; // steps, of the slices in the order of the legend
    const QVector<int> from{0, 120, 240};
    QImage picture(kPicture, QImage::Format_RGB888);
    picture.fill(Qt::white);
    QPainter painter(&picture);
    painter.setPen(Qt::NoPen);
    for (int i = 0; i < 3; ++i) {
        painter.setBrush(colours[i]);
        painter.drawPie(QRectF(middle(80, 50) - QPointF(160, 160), QSizeF(320, 320)), from[i] * 16 - 30 * 16, 120 * 16);
        painter.fillRect(580, 100 + 30 * i, 16, 16, colours[i]);
        painter.fillRect(QRectF(middle(at[i].x(), at[i].y()) - QPointF(9, 5), QSizeF(18, 10)), Qt::white);
    }
    painter.end();
    const auto answer = [&](const QVector<int> &order) {
        QString out = QStringLiteral("<chart:pie><title><xlabel><ylabel><unit><series> Share");
        for (int i = 0; i < 3; ++i)
            out += QStringLiteral("<row> r%1<x:%2><y:%3>%4").arg(i).arg(at[order[i]].x()).arg(at[order[i]].y()).arg(10 * order[i] + 10);
        return out + QStringLiteral("<end><summary><eos>");
    };
    for (const bool named : {false, true}) {
        painter.begin(&picture);
        for (int letter = 0; named && letter < 9; ++letter) // of a title, and of names
            painter.fillRect(letter < 6 ? QRect(60 + 30 * letter, 10, 12, 12) : QRect(604, 102 + 30 * (letter - 6), 12, 12),
                             QColor(0x2a, 0x3f, 0x5f));
        painter.end();
        for (const QVector<int> &order : {QVector<int>{0, 1, 2}, QVector<int>{2, 1, 0}, QVector<int>{1, 2, 0}}) {
            const ChartReading reading = readFrom(picture, answer(order));
            QCOMPARE(valuesOf(reading, 0), (QVector<double>{10, 20, 30}));
            QCOMPARE(reading.table.rows[1].name, QStringLiteral("r1"));
        }
    }
    painter.begin(&picture);
    painter.fillRect(580, 100, 16, 16, Qt::white); // a legend of two names is not that of three slices
    painter.end();
    QCOMPARE(valuesOf(readFrom(picture, answer({2, 1, 0})), 0), (QVector<double>{30, 20, 10}));
}
