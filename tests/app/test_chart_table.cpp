#include "app/chart/answer_words.h"
#include "app/chart/chart_parser.h"
#include "app/chart/chart_svg.h"
#include "app/chart/edited_reading.h"
#include "app/chart/replot.h"
#include "app/chart/table_edit.h"
#include "app/chart/table_workbook.h"
#include "app/documents/document.h"
#include "tests/app/test_chart_parser.h"
#include "tests/support/scripted_engine.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineF>
#include <QRegularExpression>
#include <QTest>
#include <QXmlStreamReader>

#include <cmath>

using namespace conclave;
using namespace conclave::app;

namespace
{

const QSize kModelSize(320, 224);
const QSize kPicture(640, 448); // twice as large: a step of two pixels for the model is four of the picture
constexpr double kStep = 4;

ChartReading read(const QString &text)
{
    ChartParser parser(kPicture, kModelSize, 2);
    parser.push(text, 1.0);
    parser.finish(true);
    return parser.reading();
}

/// Berlin 44 and 50, Köln 12.5 and none, Shanghai 30 and 25.
ChartReading towns()
{
    return read(QString::fromStdString(tests::chartAnswer()));
}

ChartReading edited(const ChartReading &reading, const std::optional<ChartTable> &table)
{
    return table ? withTable(reading, *table) : reading;
}

ChartReading fromStore(const ChartReading &reading)
{
    return ChartReading::fromJson(QJsonDocument::fromJson(QJsonDocument(reading.toStoredJson()).toJson()).object());
}

double middleOf(int step)
{
    return (step + 0.5) * kStep;
}

const QLocale kEnglish(QLocale::English);

} // namespace

void TestChartParser::axesLieOnThePicture()
{
    const ChartReading reading = towns();
    QCOMPARE(reading.pixelsPerStep, kStep);
    QCOMPARE(reading.table.axes.size(), 1);
    const PictureAxis *axis = reading.table.axisOf(1);
    QVERIFY(axis && !axis->horizontal && !axis->logarithmic);
    QCOMPARE(axis->first.place, middleOf(84));
    QCOMPARE(axis->calibrated()->placeOf(50), middleOf(34));
    QCOMPARE(axis->calibrated()->valueAt(axis->calibrated()->placeOf(12.5)), 12.5);
    QCOMPARE(*reading.table.cell(0, 0)->placed, 44.0);
    QVERIFY(!read(QStringLiteral("<chart:pie><cal><series> s<row> a<x:1><y:1>3<end><summary>x<eos>")).table.axisOf(0));
}

void TestChartParser::tablesArePlottedOverTheirPicture()
{
    const ChartReading reading = towns();
    const Replot plot = replotted(reading.table);
    QCOMPARE(plot.cells.size(), 5); // one is missing
    QVERIFY(plot.shape == PlotShape::kBars && !plot.horizontal);
    const PlottedCell *berlin = plot.at(0, 0);
    QCOMPARE(berlin->belongs, QPointF(middleOf(20), middleOf(40)));
    QCOMPARE(berlin->base.y(), middleOf(84));
    QVERIFY(*berlin->residual < 1e-9);
    QVERIFY(!plot.at(1, 1));
    // Köln's mark stands half a step from 12.5.
    QVERIFY(qAbs(*plot.at(0, 1)->residual - kStep / 2) < 1e-9);
    // Ten kilograms more lie forty pixels higher, and so far is the mark from it.
    const auto more = withCell(reading.table, 0, 0, QStringLiteral("54"), kEnglish);
    QVERIFY(qAbs(*replotted(*more).at(0, 0)->residual - 10 * kStep) < 1e-9);
    const auto absurd = withCell(reading.table, 0, 0, QStringLiteral("99999999999999"), kEnglish);
    QVERIFY(qAbs(replotted(*absurd).at(0, 0)->belongs.y()) <= 1e5);
}

void TestChartParser::stacksArePlottedOnOneAnother()
{
    const ChartReading reading = read(QStringLiteral("<chart:stacked><title><xlabel><ylabel><unit><cal><y:90>0<y:10>80<series> a<series> b"
                                                     "<row> r<x:10><y:60>30<x:10><y:40>20<end><summary>x<eos>"));
    const Replot plot = replotted(reading.table);
    QCOMPARE(plot.at(1, 0)->base, plot.at(0, 0)->belongs);
    QCOMPARE(plot.at(1, 0)->belongs.y(), middleOf(40));
    QCOMPARE(*reading.table.cell(1, 0)->placed, 20.0);
}

void TestChartParser::slicesArePlottedRoundTheirPie_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<double>("sense");
    QTest::addColumn<QList<int>>("values");
    QTest::newRow("clockwise from the top") << "pie" << 1.0 << QList<int>{40, 25, 20, 15};
    QTest::newRow("the other way round") << "pie" << -1.0 << QList<int>{40, 25, 20, 15};
    QTest::newRow("a donut") << "donut" << 1.0 << QList<int>{40, 25, 20, 15};
    QTest::newRow("two slices face each other") << "pie" << 1.0 << QList<int>{70, 30};
    QTest::newRow("one is most of it") << "pie" << -1.0 << QList<int>{90, 4, 3, 3};
}

namespace
{

constexpr double kPieX = 80; // steps
constexpr double kPieY = 56;
constexpr double kMarkArm = 30;

QString pieOf(const QString &kind, const QList<int> &values, double sense)
{
    QString out = QStringLiteral("<chart:%1><title> t<xlabel><ylabel><unit> %<cal><series> share").arg(kind);
    double before = 0;
    for (int i = 0; i < values.size(); ++i) {
        const double angle = sense * 2 * M_PI * (before + values[i] / 2.0) / 100 - M_PI / 2;
        out += QStringLiteral("<row> r%1<x:%2><y:%3>%4")
                   .arg(i)
                   .arg(int(kPieX + kMarkArm * std::cos(angle)))
                   .arg(int(kPieY + kMarkArm * std::sin(angle)))
                   .arg(values[i]);
        before += values[i];
    }
    return out + QStringLiteral("<end><summary>x<eos>");
}

} // namespace

void TestChartParser::slicesArePlottedRoundTheirPie()
{
    QFETCH(QString, kind);
    QFETCH(double, sense);
    QFETCH(QList<int>, values);
    const ChartReading reading = read(pieOf(kind, values, sense));
    const Replot plot = replotted(reading.table);
    QCOMPARE(plot.cells.size(), values.size());
    QCOMPARE(plot.shape, kind == QLatin1String("pie") ? PlotShape::kSlices : PlotShape::kRing);
    const double radius = kMarkArm * kStep / (kind == QLatin1String("pie") ? 0.6 : 1);
    QVERIFY2(qAbs(plot.radius - radius) < 2 * kStep, qPrintable(QString::number(plot.radius)));
    for (const PlottedCell &cell : plot.cells) {
        QVERIFY(QLineF(cell.base, QPointF(kPieX, kPieY) * kStep).length() < 1.5 * kStep);
        QVERIFY(qAbs(cell.sweep - sense * 3.6 * values[cell.row]) < 1e-9);
        QVERIFY2(*cell.turned < 0.01, qPrintable(QString::number(*cell.turned)));
    }
    QVERIFY2(qAbs(plot.at(0, 0)->from + 90) < 4, qPrintable(QString::number(plot.at(0, 0)->from)));
    // A number that is wrong turns what lies behind it away from its marks.
    const auto wrong = withCell(reading.table, 0, 0, QString::number(values[0] / 2), kEnglish);
    const Replot turned = replotted(*wrong);
    QVERIFY(values.size() == 2 ||
            std::any_of(turned.cells.begin(), turned.cells.end(), [](const auto &cell) { return *cell.turned > 0.02; }));
}

void TestChartParser::slicesThatLieOnNoCircle_data()
{
    QTest::addColumn<QString>("rows");
    QTest::newRow("one slice") << "<row> a<x:20><y:20>5";
    QTest::newRow("all of them in one place") << "<row> a<x:20><y:20>5<row> b<x:20><y:20>3<row> c<x:20><y:20>3";
    QTest::newRow("along a line") << "<row> a<x:20><y:20>1<row> b<x:90><y:20>1<row> c<x:22><y:20>1<row> d<x:91><y:20>1";
    QTest::newRow("less than nothing") << "<row> a<x:20><y:20>5<row> b<x:40><y:20>-3<row> c<x:40><y:60>3";
    QTest::newRow("nothing") << "<row> a<x:20><y:20>0<row> b<x:40><y:20>0<row> c<x:40><y:60>0";
    QTest::newRow("too much") << "<row> a<x:20><y:20>1e308<row> b<x:40><y:20>1e308<row> c<x:40><y:60>1e308";
}

void TestChartParser::slicesThatLieOnNoCircle()
{
    QFETCH(QString, rows);
    const ChartReading reading =
        read(QStringLiteral("<chart:pie><title><xlabel><ylabel><unit><cal><series> s") + rows + QStringLiteral("<end><summary>x<eos>"));
    QVERIFY(reading.table.rows.size() >= 1);
    QVERIFY(replotted(reading.table).cells.isEmpty());
}

void TestChartParser::cellsOfAHeatmapArePlotted()
{
    const QString text = QStringLiteral("<chart:heatmap><title><xlabel><ylabel><unit><cal><series> a<series> b"
                                        "<row> r<x:20><y:30>1<x:60><y:30>5<row> q<x:20><y:50>9<x:60><y:50>3<end><summary>x<eos>");
    const Replot plot = replotted(read(text).table);
    QVERIFY(plot.shape == PlotShape::kCells);
    QCOMPARE(plot.cells.size(), 4);
    QCOMPARE(plot.cellSize, QPointF(40, 20) * kStep);
    QCOMPARE(plot.at(1, 0)->belongs, QPointF(middleOf(60), middleOf(30)));
    QCOMPARE(*plot.at(1, 0)->residual, 0.0);
    QCOMPARE(plot.at(0, 0)->level, 0.0);
    QCOMPARE(plot.at(1, 0)->level, 0.5);
    QCOMPARE(plot.at(0, 1)->level, 1.0);
    // A mark in the wrong column stands out.
    const Replot apart = replotted(read(QString(text).replace(QLatin1String("<x:60><y:50>"), QLatin1String("<x:30><y:50>"))).table);
    QVERIFY(*apart.at(1, 1)->residual > 10 * kStep);
    QVERIFY(
        replotted(read(QStringLiteral("<chart:heatmap><cal><series> a<row> r<x:20><y:30>1<end><summary>x<eos>")).table).cells.isEmpty());
}

void TestChartParser::whatWasAddedFindsItsPlace()
{
    auto table = withRow(towns().table, 3, QStringLiteral("Paris"));
    table = withCell(*table, 1, 3, QStringLiteral("40"), kEnglish);
    table = withCell(*table, 1, 1, QStringLiteral("10"), kEnglish); // was missing
    const Replot plot = replotted(*table);
    const PlottedCell *paris = plot.at(1, 3);
    QVERIFY(paris && !paris->residual);
    QVERIFY(paris->belongs.x() > plot.at(1, 2)->belongs.x() + 80);
    QCOMPARE(paris->belongs.y(), middleOf(44));
    const PlottedCell *koeln = plot.at(1, 1);
    QVERIFY(koeln->belongs.x() > plot.at(0, 0)->belongs.x() && koeln->belongs.x() < plot.at(0, 2)->belongs.x());
}

void TestChartParser::cellsAreEdited()
{
    const ChartTable before = towns().table;
    const auto once = withCell(before, 0, 1, QStringLiteral(" 13.50 "), kEnglish);
    QVERIFY(once);
    QCOMPARE(*once->cell(0, 1)->value, 13.5);
    QCOMPARE(shownNumber(*once->cell(0, 1)), "13.50"); // as it was typed
    QVERIFY(once->cell(0, 1)->edited);
    QCOMPARE(once->cell(0, 1)->read, "12.5");
    const auto twice = withCell(*once, 0, 1, {}, kEnglish);
    QVERIFY(!twice->cell(0, 1)->value);
    QCOMPARE(twice->cell(0, 1)->read, "12.5"); // not what was typed in between
    const auto back = withCell(*twice, 0, 1, QStringLiteral("12.5"), kEnglish);
    QVERIFY(!back->cell(0, 1)->edited);
    QVERIFY(saySame(*back, before) && !saySame(*once, before));
    const auto named = withRowName(before, 1, QStringLiteral("  Cologne "));
    QCOMPARE(named->rows[1].name, "Cologne");
    QVERIFY(named->rows[1].renamed && !named->rows[0].renamed);
    const auto series = withSeriesName(before, 1, QStringLiteral("2025"));
    QVERIFY(series->traitsOf(1).renamed && series->axisOf(1));
}

void TestChartParser::rowsAndSeriesComeAndGo()
{
    const ChartTable before = towns().table;
    const auto wider = withSeries(before, 1, QStringLiteral("middle"));
    QCOMPARE(wider->series, QVector<QString>({"2023", "middle", "2024"}));
    QVERIFY(!wider->cell(1, 0)->value);
    QCOMPARE(*wider->cell(2, 0)->value, 50.0);
    QCOMPARE(wider->unitOf(1), "kg");
    QVERIFY(wider->axisOf(1) && wider->axisOf(2));
    QVERIFY(saySame(*withoutSeries(*wider, 1), before));
    const auto longer = withRow(before, 0, QStringLiteral("first"));
    QCOMPARE(longer->rows.size(), 4);
    QCOMPARE(longer->rows[0].cells.size(), 2);
    QVERIFY(saySame(*withoutRow(*longer, 0), before));
}

void TestChartParser::whatCannotBeEdited()
{
    const ChartTable table = towns().table;
    QVERIFY(!withCell(table, 2, 0, QStringLiteral("1"), kEnglish));
    QVERIFY(!withCell(table, 0, 3, QStringLiteral("1"), kEnglish));
    QVERIFY(!withCell(table, -1, -1, QStringLiteral("1"), kEnglish));
    QVERIFY(!withCell(table, 0, 0, QStringLiteral("many"), kEnglish));
    QVERIFY(!withRowName(table, 0, QStringLiteral("   ")));
    QVERIFY(!withRowName(table, 3, QStringLiteral("x")));
    QVERIFY(!withSeriesName(table, -1, QStringLiteral("x")));
    QVERIFY(!withRow(table, 5, QStringLiteral("x")) && !withoutRow(table, 3) && !withoutSeries(table, 2));
    QVERIFY(!withoutSeries(*withoutSeries(table, 0), 0)); // the last one
    ChartTable full = table;
    full.rows.resize(kMostRows);
    QVERIFY(!withRow(full, 0, QStringLiteral("x")));
    ChartTable ragged; // from a database that others wrote to
    ragged.series = {"a", "b"};
    ragged.rows = {{"r", {}, false}};
    QCOMPARE(*withCell(ragged, 1, 0, QStringLiteral("3"), kEnglish)->cell(1, 0)->value, 3.0);
}

void TestChartParser::typedNumbers_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("language");
    QTest::addColumn<double>("number"); // not a number: none
    QTest::newRow("plain") << "12.5"
                           << "de" << 12.5;
    QTest::newRow("negative") << "-3"
                              << "en" << -3.0;
    QTest::newRow("true minus") << QString::fromUtf8("−3") << "en" << -3.0;
    QTest::newRow("German") << "1.234,5"
                            << "de" << 1234.5;
    QTest::newRow("English") << "1,234.5"
                             << "en" << 1234.5;
    QTest::newRow("a comma in English") << "12,5"
                                        << "en" << 12.5;
    QTest::newRow("words") << "twelve"
                           << "en" << qQNaN();
    QTest::newRow("two points") << "1.2.3.4"
                                << "en" << qQNaN();
    QTest::newRow("infinite") << "inf"
                              << "en" << qQNaN();
    QTest::newRow("too large") << "1e999"
                               << "en" << qQNaN();
}

void TestChartParser::typedNumbers()
{
    QFETCH(QString, typed);
    QFETCH(QString, language);
    QFETCH(double, number);
    const auto got = typedNumber(typed, QLocale(language));
    QCOMPARE(got.has_value(), !qIsNaN(number));
    QVERIFY(!got || *got == number);
}

void TestChartParser::theSummaryFollowsTheTable()
{
    const ChartReading reading = towns();
    QCOMPARE(summaryOf(reading.said, reading.table).text, reading.summary.text);
    const ChartReading after = edited(reading, withCell(reading.table, 0, 1, QStringLiteral("90"), kEnglish));
    QCOMPARE(after.summary.text, QString::fromUtf8("In 2023 the highest sales were in Köln (90 kg), the lowest in 上海 (30 kg); "
                                                   "together 164 kg. Berlin reached 50 kg."));
    QVERIFY(after.asRead && saySame(*after.asRead, reading.table));
    const ChartReading shorter = edited(after, withoutSeries(after.table, 1));
    QVERIFY(shorter.summary.text.endsWith(QLatin1String("Berlin reached [?].")));
    QVERIFY(!shorter.summary.citations.back().supported);
    QVERIFY(saySame(*shorter.asRead, reading.table)); // not the first edit
    const ChartReading back = withTable(shorter, *shorter.asRead);
    QVERIFY(!back.asRead);
    QCOMPARE(back.toStoredJson(), reading.toStoredJson());
}

void TestChartParser::theEditedTableIsKeptBesideTheOther()
{
    const ChartReading reading = towns();
    auto table = withCell(reading.table, 0, 1, QStringLiteral("90"), kEnglish);
    table = withRowName(*table, 0, QStringLiteral("Bonn"));
    table = withSeriesName(*table, 1, QStringLiteral("later"));
    const ChartReading after = withTable(reading, *table);
    const ChartReading kept = fromStore(after);
    QCOMPARE(kept.toStoredJson(), after.toStoredJson());
    QVERIFY(saySame(kept.table, *table) && saySame(*kept.asRead, reading.table));
    QVERIFY(kept.table.rows[0].renamed && kept.table.traitsOf(1).renamed && kept.table.cell(0, 1)->edited);
    QVERIFY(canBeEdited(kept));
    QCOMPARE(replotted(kept.table).cells.size(), replotted(after.table).cells.size());
    // As others see it there is one table: the edited one.
    QVERIFY(!after.toJson().contains(QLatin1String("asRead")));
    QVERIFY(after.toCsv().contains(QLatin1String("90")));
    QCOMPARE(after.toTsv().split(u'\n')[1], "Bonn\t44\t50");
    QJsonObject hostile = after.toStoredJson();
    hostile[QLatin1String("traits")] =
        QJsonObject{{"axes", "x"}, {"series", QJsonArray{QJsonArray{77, true}}}, {"renamedRows", QJsonArray{99, -1}}, {"rowAxis", 12}};
    QVERIFY(replotted(ChartReading::fromJson(hostile).table).cells.isEmpty());
}

/// They kept a summary's text and citations, and nothing of axes.
void TestChartParser::whatOlderVersionsReadCanBeEdited()
{
    const ChartReading reading = towns();
    QJsonObject stored = reading.toStoredJson();
    for (const char *key : {"said", "written", "traits", "pixelsPerStep"})
        stored.remove(QLatin1String(key));
    const ChartReading old = ChartReading::fromJson(stored);
    QVERIFY(old.said.isEmpty() && canBeEdited(old));
    const ChartReading after = edited(old, withCell(old.table, 0, 1, QStringLiteral("90"), kEnglish));
    QCOMPARE(after.summary.text, QString::fromUtf8("In 2023 the highest sales were in Köln (90 kg), the lowest in 上海 (30 kg); "
                                                   "together 164 kg. Berlin reached 50 kg."));
    QVERIFY(writtenTable(after).isEmpty()); // it cannot be asked about
    const ChartReading kept = fromStore(after);
    QVERIFY(kept.asRead && canBeEdited(kept));
    const ChartReading back = withTable(kept, *kept.asRead);
    QVERIFY(!back.asRead);
    QCOMPARE(back.summary.text, old.summary.text);
    // What it computed of several cells follows as well.
    ChartReading computed = read(QString::fromStdString(tests::chartAnswer())
                                     .replace(QRegularExpression(QStringLiteral("<summary>.*")),
                                              QStringLiteral("<summary> 1 < 2: <calc><diff><pt><s:0><r:0><pt><s:0><r:1>.<eos>")));
    QVERIFY2(computed.summary.text.contains(QLatin1String("31.5")), qPrintable(computed.summary.text));
    computed.said.clear();
    const ChartReading other = edited(computed, withCell(computed.table, 0, 1, QStringLiteral("14"), kEnglish));
    QVERIFY2(other.summary.text.contains(QLatin1String(": 30")), qPrintable(other.summary.text));
}

void TestChartParser::disagreementsStandBehindTheirWords()
{
    const QString table = QString::fromStdString(tests::chartAnswer()).section(QStringLiteral("<summary>"), 0, 0);
    const ChartReading reading = read(table + QStringLiteral("<summary> In 2023 the total is 90. The line of 2024 rises.<eos>"));
    QCOMPARE(correctedText(reading.summary), "In 2023 the total is 90 [table: 86.5 kg]. The line of 2024 rises [table: falls].");
    QCOMPARE(correctedText(towns().summary), towns().summary.text);
}

void TestChartParser::anEditedTableIsToldToTheReader()
{
    const ChartReading reading = towns();
    QCOMPARE(writtenTable(reading), reading.written);
    auto table = withCell(reading.table, 0, 0, QStringLiteral("45"), kEnglish);
    table = withRow(*table, 3, QStringLiteral("<end>")); // a name is no mark
    table = withCell(*table, 0, 3, QStringLiteral("20"), kEnglish);
    const ChartReading after = withTable(reading, *table);
    const ChartReading again = read(writtenTable(after) + QStringLiteral("<summary>x<eos>"));
    QVERIFY(again.complete);
    QCOMPARE(again.table.series, after.table.series);
    QCOMPARE(again.table.rows.size(), 4);
    QCOMPARE(again.table.rows[3].name, QString::fromUtf8("‹end›"));
    QCOMPARE(*again.table.cell(0, 0)->value, 45.0);
    QCOMPARE(*again.table.cell(0, 3)->value, 20.0);
    QVERIFY(!again.table.cell(1, 3)->value);
    QCOMPARE(again.table.unit, "kg");
    QCOMPARE(again.table.axes.size(), 1);
    // Untouched, it is what the model wrote, mark by mark.
    ChartReading same = reading;
    same.asRead = reading.table;
    QCOMPARE(writtenTable(same), reading.written);
}

void TestChartParser::claims_data()
{
    QTest::addColumn<QString>("summary");
    QTest::addColumn<QString>("says");      // what the table says instead
    QTest::addColumn<QString>("operation"); // of a claim that agrees; "-": it is flagged
    QTest::newRow("a sum") << "In 2023 the total is 86.5."
                           << ""
                           << "total";
    QTest::newRow("a wrong sum") << "In 2023 the total is 90."
                                 << "86.5 kg"
                                 << "-";
    QTest::newRow("the digits that were written count") << "In 2023 the mean is 28.8."
                                                        << ""
                                                        << "mean";
    QTest::newRow("a wrong mean") << "2023: the mean is 31.5."
                                  << "28.83 kg"
                                  << "-";
    QTest::newRow("an extreme") << "The highest value of 2024 is 50."
                                << ""
                                << "max";
    QTest::newRow("a cell that is no extreme") << "The highest value of 2023 is 30."
                                               << "44 kg"
                                               << "-";
    QTest::newRow("German") << QString::fromUtf8("Der niedrigste Wert 2023 ist 14.") << "12.5 kg"
                            << "-";
    QTest::newRow("Chinese") << QString::fromUtf8("2023 总计 80 公斤") << "86.5 kg"
                             << "-";
    QTest::newRow("how many times") << QString::fromUtf8("In 2023 Berlin sold 3.5 times as much as Köln.") << ""
                                    << "calc";
    QTest::newRow("how many times, wrong") << QString::fromUtf8("In 2023 Berlin sold 5 times as much as Köln.") << "3.52"
                                           << "-";
    QTest::newRow("a difference") << QString::fromUtf8("In 2023 Berlin and Köln are 31.5 apart.") << ""
                                  << "calc";
    QTest::newRow("a named cell") << "In 2023 Berlin had 44."
                                  << ""
                                  << "text";
    QTest::newRow("a wrong cell") << "In 2023 Berlin had 40."
                                  << "44 kg"
                                  << "-";
    QTest::newRow("how many rows") << "The lowest of the 3 towns."
                                   << ""
                                   << "text";
    QTest::newRow("nothing to hold it against") << "About 77 of them."
                                                << ""
                                                << "-";
}

void TestChartParser::claims()
{
    QFETCH(QString, summary);
    QFETCH(QString, says);
    QFETCH(QString, operation);
    const ChartReading reading = towns();
    const ChartSummary checked = summaryOf(summary, reading.table);
    const auto claim = std::find_if(checked.citations.begin(), checked.citations.end(),
                                    [](const Citation &citation) { return citation.value < 2023 || citation.value > 2024; });
    QVERIFY(claim != checked.citations.end());
    QCOMPARE(claim->supported, operation != QLatin1String("-"));
    QCOMPARE(claim->tableSays, says);
    QVERIFY(!claim->supported || claim->operation == operation);
}

void TestChartParser::trendsThatTheTableContradicts()
{
    const ChartTable table = towns().table;
    const auto flagged = [&](const char *text) {
        QStringList out;
        for (const Citation &citation : summaryOf(QString::fromUtf8(text), table).citations) {
            if (!citation.supported)
                out.append(citation.tableSays);
        }
        return out;
    };
    QCOMPARE(flagged("The line of 2023 rises."), QStringList("falls"));
    QCOMPARE(flagged("<lang:de>Die Reihe 2023 steigt."), QStringList(QString::fromUtf8("fällt")));
    QCOMPARE(flagged("<lang:zh>2023 上升。"), QStringList(QString::fromUtf8("下降")));
    QVERIFY(flagged("The line of 2024 falls.").isEmpty());
    QVERIFY(flagged("In 2023 it rises from Köln to 上海.").isEmpty()); // between the two it does
    QVERIFY(flagged("It rises.").isEmpty());                           // which of them is not said
}

/// Numbers and words without end, on the largest table there may be: a moment, and no more.
void TestChartParser::hostileClaims()
{
    ChartTable table = towns().table;
    while (table.rows.size() < kMostRows)
        table.rows.append({QString::number(table.rows.size()), table.rows[0].cells, false});
    QElapsedTimer timer;
    timer.start();
    const ChartSummary checked = summaryOf(QStringLiteral("1 rises ").repeated(2500), table);
    QVERIFY(checked.citations.size() > 100);
    QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
}

void TestChartParser::workbooksAreReadAgain()
{
    const ChartReading reading = towns();
    auto table = withCell(reading.table, 0, 0, QStringLiteral("45.25"), kEnglish);
    table = withRowName(*table, 1, QStringLiteral("A, \"quoted\" <name> & more"));
    const ChartReading after = withTable(reading, *table);
    const auto book = tableWorkbook(after);
    QVERIFY(book);
    const auto document = readDocument(*book, QStringLiteral("table.xlsx"), {});
    QVERIFY2(document, document ? "" : document.error().message.c_str());
    QCOMPARE(document->kind, DocumentKind::kSpreadsheet);
    QCOMPARE(document->parts.size(), 2);
    QCOMPARE(document->parts[0].name, "Table");
    QCOMPARE(document->parts[0].text,
             QString::fromUtf8("Town,2023 (kg),2024 (kg)\nBerlin,45.25,50\n\"A, \"\"quoted\"\" <name> & more\",12.5\n上海,30,25\n"));
    QCOMPARE(document->parts[1].text, QString::fromUtf8("Town,2023 (kg),2024 (kg)\nBerlin,44,50\nKöln,12.5\n上海,30,25\n"));
    QCOMPARE(*tableWorkbook(after), *book); // the same bytes
    ChartReading controls = reading;
    controls.table.title = QStringLiteral("t");
    controls.table.rows[0].name = QStringLiteral("a\u0001b");
    QVERIFY(readDocument(*tableWorkbook(controls), QStringLiteral("c.xlsx"), {}));
}

void TestChartParser::chartsAreDrawnAnew_data()
{
    QTest::addColumn<int>("type");
    for (int type = int(ChartType::kBar); type < int(ChartType::kNoChart); ++type)
        QTest::newRow(qPrintable(chartTypeName(ChartType(type)))) << type;
}

void TestChartParser::chartsAreDrawnAnew()
{
    QFETCH(int, type);
    ChartTable table = towns().table;
    table.type = ChartType(type);
    if (table.type == ChartType::kBox || table.type == ChartType::kHorizontalBox) {
        table.series = {"min", "q1", "median", "q3", "max"};
        for (ChartRow &row : table.rows) {
            row.cells.clear();
            for (int i = 1; i <= 5; ++i) {
                row.cells.append(ChartCell());
                row.cells.back().value = 10 * i;
            }
        }
    }
    const QByteArray svg = chartSvg(table);
    QXmlStreamReader xml(svg);
    int named = 0;
    while (!xml.atEnd()) {
        xml.readNext();
        for (const QXmlStreamAttribute &attribute : xml.attributes())
            QVERIFY2(!attribute.value().contains(QLatin1String("nan")) && !attribute.value().contains(QLatin1String("inf")),
                     qPrintable(attribute.value().toString()));
        named += xml.isStartElement() && xml.name() == QLatin1String("title") ? 1 : 0;
    }
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    QVERIFY2(named >= 3, "the marks say what they are");
    ChartTable empty = table;
    for (ChartRow &row : empty.rows)
        row.cells.clear();
    QVERIFY(chartSvg(empty).isEmpty());
}
