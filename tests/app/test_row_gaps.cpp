#include "app/chart/chart_parser.h"
#include "app/chart/name_sequence.h"
#include "tests/app/test_chart_parser.h"

#include <QImage>
#include <QPainter>
#include <QTest>

#include <cmath>

using namespace conclave;
using namespace conclave::app;

namespace
{

const QSize kInput(320, 224);
const QSize kShown(640, 448);
constexpr double kPixels = 4; // of the picture, a step
constexpr double kZeroAt = 402, kHundredAt = 82;
const QVector<double> kRed{20, 47, 34, 82, 60, 12, 75, 40}, kBlue{90, 15, 70, 30, 20, 66, 25, 80};

double columnOf(int point)
{
    return 82 + 64 * point;
}

double pixelOf(double value)
{
    return kZeroAt + (kHundredAt - kZeroAt) * value / 100;
}

engine::ImagePtr twoLines(bool drawn = true)
{
    QImage picture(kShown, QImage::Format_RGB888);
    picture.fill(Qt::white);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const auto &[values, colour] : {std::pair(kRed, QColor(214, 39, 40)), std::pair(kBlue, QColor(31, 119, 180))}) {
        painter.setPen(QPen(colour, 3));
        for (int point = 1; drawn && point < values.size(); ++point)
            painter.drawLine(QPointF(columnOf(point - 1), pixelOf(values[point - 1])), QPointF(columnOf(point), pixelOf(values[point])));
    }
    painter.end();
    engine::Image image{picture.width(), picture.height(), {}};
    for (int y = 0; y < picture.height(); ++y)
        image.pixels.insert(image.pixels.end(), picture.constScanLine(y), picture.constScanLine(y) + picture.width() * 3);
    return std::make_shared<const engine::Image>(std::move(image));
}

/// What a model says that passes over some points; a row for each name.
QString answerOf(const QVector<QString> &names, const QVector<int> &passedOver)
{
    const auto step = [](double pixels) { return int(std::floor(pixels / kPixels)); };
    QString out = QStringLiteral("<chart:line><title> T<xlabel><ylabel><unit><cal><y:%1>0<y:%2>100<series> Red<series> Blue")
                      .arg(step(kZeroAt))
                      .arg(step(kHundredAt));
    int row = 0;
    for (int point = 0; point < kRed.size(); ++point) {
        if (passedOver.contains(point))
            continue;
        out += QStringLiteral("<row> %1").arg(names[row++]);
        for (const double value : {kRed[point], kBlue[point]})
            out += QStringLiteral("<x:%1><y:%2>%3").arg(step(columnOf(point))).arg(step(pixelOf(value))).arg(value);
    }
    return out + QStringLiteral("<end><answer> <pt><s:0><r:7><eos>");
}

ChartReading readingOf(const QString &answer, const engine::ImagePtr &picture)
{
    ChartParser parser(kShown, kInput, 2, picture);
    parser.push(answer, 0.9);
    parser.finish(true);
    return parser.reading();
}

QVector<QString> namesOf(const ChartReading &reading)
{
    QVector<QString> out;
    for (const ChartRow &row : reading.table.rows)
        out.append(row.name);
    return out;
}

double worstError(const ChartReading &reading)
{
    double worst = 0;
    for (int row = 0; row < kRed.size(); ++row) {
        const auto off = [&](int series, double truth) {
            return std::abs(reading.table.rows[row].cells[series].value.value_or(1e9) - truth);
        };
        worst = std::max({worst, off(0, kRed[row]), off(1, kBlue[row])});
    }
    return worst;
}

const QVector<QString> kYears{"2001", "2002", "2003", "2004", "2005", "2006", "2007", "2008"};

} // namespace

void TestChartParser::namesThatRun_data()
{
    QTest::addColumn<QVector<QString>>("names");
    QTest::addColumn<int>("row");
    QTest::addColumn<QString>("name"); // empty: these do not run
    const auto row = [](const char *what, const QVector<QString> &names, int at, const char *name) {
        QTest::newRow(what) << names << at << QString::fromUtf8(name);
    };
    row("years", {"1990", "1995", "2000"}, 4, "2010");
    row("numbers with decimals", {"0.8", "0.9", "1.0"}, 5, "1.3");
    row("negative numbers", {"-10", "-5", "0"}, 3, "5");
    row("clock times over midnight", {"20:00", "22:00", "00:00"}, 0, "");
    row("clock times", {"08:30", "09:00", "09:30"}, 5, "11:00");
    row("months", {"2019-11", "2019-12", "2020-01"}, 3, "2020-02");
    row("English months", {"Nov-81", "Dec-81", "Jan-82"}, 4, "Mar-82");
    row("German months", {"Oktober 1996", "November 1996", "Dezember 1996"}, 3, "Januar 1997");
    row("Chinese months", {"1983年9月", "1983年10月", "1983年11月"}, 4, "1984年1月");
    row("weeks", {"2019-12-27", "2020-01-03", "2020-01-10"}, 3, "2020-01-17");
    row("days", {"27.02.2020", "28.02.2020", "29.02.2020"}, 3, "01.03.2020");
    row("most steps alike", {"1", "2", "3", "4", "6", "7"}, 4, "5");
    row("too few", {"1", "2"}, 2, "");
    row("backwards", {"3", "2", "1"}, 3, "");
    row("no two steps alike", {"1", "2", "4", "8", "16"}, 5, "");
    row("written in two ways", {"1", "1.5", "2"}, 3, "");
    row("words", {"North", "East", "South"}, 3, "");
    row("codes", {"RF-5", "V43", "Run 4"}, 3, "");
}

void TestChartParser::namesThatRun()
{
    QFETCH(QVector<QString>, names);
    QFETCH(int, row);
    QFETCH(QString, name);
    const auto sequence = NameSequence::of(names);
    QCOMPARE(sequence.has_value(), !name.isEmpty());
    if (!sequence)
        return;
    QCOMPARE(sequence->at(0), names.front());
    QCOMPARE(sequence->at(row), name);
    QCOMPARE(sequence->isWhole(names), names.back() == sequence->at(int(names.size()) - 1));
}

void TestChartParser::pointsThatWerePassedOver_data()
{
    QTest::addColumn<QVector<QString>>("names");
    QTest::addColumn<QVector<int>>("passedOver");
    QTest::newRow("none") << kYears << QVector<int>{};
    QTest::newRow("one, names go on") << kYears.first(7) << QVector<int>{2};
    QTest::newRow("two, names go on") << kYears.first(6) << QVector<int>{2, 5};
    QTest::newRow("one, and its name left out later")
        << QVector<QString>{"2001", "2002", "2003", "2004", "2005", "2007", "2008"} << QVector<int>{2};
}

void TestChartParser::pointsThatWerePassedOver()
{
    QFETCH(QVector<QString>, names);
    QFETCH(QVector<int>, passedOver);
    const ChartReading reading = readingOf(answerOf(names, passedOver), twoLines());
    QCOMPARE(namesOf(reading), kYears);
    QVERIFY2(worstError(reading) < 1.5, qPrintable(QString::number(worstError(reading))));
    for (const int point : passedOver) {
        const ChartCell &cell = reading.table.rows[point].cells[0];
        QVERIFY(cell.confidence < 0.7); // the model has not read it
        QVERIFY(std::abs(cell.place.x() - columnOf(point)) < 3);
    }
    QCOMPARE(reading.summary.text, QStringLiteral("40"));
    QVERIFY(passedOver.isEmpty() || reading.written.contains(QStringLiteral("<row> 2008"))); // what is asked later is asked of this table
}

void TestChartParser::rowsStayWhereNothingWasPassedOver_data()
{
    QTest::addColumn<QVector<QString>>("names");
    QTest::addColumn<QVector<int>>("passedOver");
    QTest::newRow("names that do not run") << QVector<QString>{"Rye", "Oats", "Corn", "Hops", "Rice", "Peas", "Beet"} << QVector<int>{2};
    QTest::newRow("names that leave it out as well") << QVector<QString>{"1", "2", "4", "8", "16", "32", "64"} << QVector<int>{2};
    QTest::newRow("too many") << kYears.first(5) << QVector<int>{1, 3, 5};
}

void TestChartParser::rowsStayWhereNothingWasPassedOver()
{
    QFETCH(QVector<QString>, names);
    QFETCH(QVector<int>, passedOver);
    QCOMPARE(namesOf(readingOf(answerOf(names, passedOver), twoLines())), names);
}

/// The rows are right where the picture does not show the line; that point is then missing.
void TestChartParser::aPointThatIsNotFoundIsMissing()
{
    const ChartReading reading = readingOf(answerOf(kYears.first(7), {2}), twoLines(false));
    QCOMPARE(namesOf(reading), kYears);
    QVERIFY(!reading.table.rows[2].cells[0].value);
    QCOMPARE(reading.table.rows[3].cells[0].text, QStringLiteral("82"));
}
