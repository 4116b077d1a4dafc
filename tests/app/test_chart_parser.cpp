#include "tests/app/test_chart_parser.h"

#include "app/chart/answer_words.h"
#include "app/chart/chart_parser.h"
#include "app/chart/citation_reader.h"
#include "app/chart/number_text.h"
#include "tests/support/scripted_engine.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

using namespace conclave;
using namespace conclave::app;

namespace
{

const QSize kModelSize(320, 224);

ChartReading read(const QString &text, QSize image = kModelSize)
{
    ChartParser parser(image, kModelSize, 2);
    parser.push(text, 1.0);
    parser.finish();
    return parser.reading();
}

/// One series over three rows: 10, 20.5, none, 15.
QString table(const QString &summary, const QString &unit = {})
{
    return QStringLiteral("<bos><chart:line><title> T 2019<xlabel> Year<ylabel> Y<unit>%1<cal><series> Rain"
                          "<row> a<x:1><y:1>10<row> b<x:2><y:2>20.5<row> c<na><row> d<x:4><y:4>15<end><summary>%2<eos>")
        .arg(unit, summary);
}

/// Strings of training/conclave/targets.py.
QJsonArray recipe()
{
    QFile file(QStringLiteral(CONCLAVE_TEST_DATA "/conclave/written.json"));
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).array() : QJsonArray();
}

QByteArray bytesOf(const ChartReading &reading)
{
    return QJsonDocument(reading.toJson()).toJson();
}

} // namespace

void TestChartParser::readsAWholeAnswer()
{
    const ChartReading reading = read(QString::fromStdString(tests::chartAnswer()));
    const ChartTable &table = reading.table;
    QVERIFY(reading.complete);
    QCOMPARE(table.type, ChartType::kBar);
    QCOMPARE(table.title, "Sales by town");
    QCOMPARE(table.xLabel, "Town");
    QCOMPARE(table.yLabel, "Sales");
    QCOMPARE(table.unit, "kg");
    QCOMPARE(table.series, QVector<QString>({"2023", "2024"}));
    QCOMPARE(table.rows.size(), 3);
    QCOMPARE(table.rows[2].name, QString::fromUtf8("上海"));
    QCOMPARE(*table.cell(0, 1)->value, 12.5);
    QVERIFY(!table.cell(1, 1)->value);
    QCOMPARE(*table.cell(1, 2)->value, 25.0);
    QVERIFY(!table.cell(2, 0));
    QCOMPARE(reading.summary.text, QString::fromUtf8("In 2023 the highest sales were in Berlin (44 kg), the lowest in Köln (12.5 kg); "
                                                     "together 86.5 kg. Berlin reached 50 kg."));
    QCOMPARE(reading.summary.citations.size(), 4); // "2023" is a name
    for (const Citation &citation : reading.summary.citations)
        QVERIFY(citation.supported);
    const Citation &most = reading.summary.citations[0];
    QCOMPARE(reading.summary.text.mid(most.start, most.length), "Berlin (44 kg)");
    QCOMPARE(most.operation, "max");
    QCOMPARE(most.row, 0);
}

void TestChartParser::anEndWithoutItsMarkIsCompleteOnlyWhenTheModelEnded()
{
    const QString answer = QString::fromStdString(tests::chartAnswer()).remove("<eos>");
    for (const bool ended : {false, true}) {
        ChartParser parser(kModelSize, kModelSize, 2);
        parser.push(answer, 1.0);
        parser.finish(ended);
        QCOMPARE(parser.reading().complete, ended);
    }
    ChartParser inTable(kModelSize, kModelSize, 2);
    inTable.push(answer.left(answer.indexOf("<end>")), 1.0);
    inTable.finish(true);
    QVERIFY(!inTable.reading().complete);
}

void TestChartParser::everySplitGivesTheSameReading()
{
    const QString text = QString::fromStdString(tests::chartAnswer());
    const QByteArray whole = bytesOf(read(text));
    for (qsizetype split = 0; split <= text.size(); ++split) {
        ChartParser parser(kModelSize, kModelSize, 2);
        parser.push(QStringView(text).left(split), 1.0);
        parser.push(QStringView(text).mid(split), 1.0);
        parser.finish();
        QCOMPARE(bytesOf(parser.reading()), whole);
    }
    ChartParser single(kModelSize, kModelSize, 2);
    for (const QChar c : text)
        single.push(QString(c), 1.0);
    single.finish();
    QCOMPARE(bytesOf(single.reading()), whole);
}

void TestChartParser::placesAreInTheUsersPixels()
{
    const QString text = table({});
    // As large as the model's input: the middle of the step.
    QCOMPARE(read(text).table.cell(0, 0)->place, QPointF(3, 3));
    // Twice as large.
    QCOMPARE(read(text, QSize(640, 448)).table.cell(0, 3)->place, QPointF(18, 18));
    // Higher than wide: the height decides the scale.
    QCOMPARE(read(text, QSize(100, 448)).table.cell(0, 0)->place, QPointF(6, 6));
    // A place beyond the picture (in the white beside it) is drawn to its edge.
    const ChartReading outside = read(QStringLiteral("<chart:bar><series> s<row> a<x:159><y:111>1<end>"), QSize(100, 448));
    QCOMPARE(outside.table.cell(0, 0)->place, QPointF(99, 446));
}

void TestChartParser::confidenceIsTheLeastOfTheNumber()
{
    ChartParser parser(kModelSize, kModelSize, 2);
    parser.push(u"<chart:bar><series> s<row> a<x:1><y:1>", 0.1);
    parser.push(u"4", 0.9);
    parser.push(u"2", 0.6);
    parser.push(u"<row> b<x:1><y:1>", 0.2);
    parser.push(u"7", 0.8);
    parser.push(u"<end>", 0.3);
    QCOMPARE(parser.reading().table.cell(0, 0)->confidence, 0.6);
    QCOMPARE(parser.reading().table.cell(0, 1)->confidence, 0.8);
}

/// The axis runs from 0 at y:100 to 50 at y:50, so a step is worth 1.
void TestChartParser::placesCorrectNumbers()
{
    const ChartReading reading =
        read(QStringLiteral("<chart:bar><title><xlabel><ylabel><unit><cal><y:100>0<y:50>50<series> a<series> b"
                            "<row> r<x:9><y:80>20.5<x:9><y:70>3<row> s<na><x:9><y:60>4.0<end><answer><max><s:1><eos>"));
    QCOMPARE(*reading.table.cell(0, 0)->value, 20.5); // agrees
    QCOMPARE(*reading.table.cell(1, 0)->value, 30.0); // a digit was lost: the place decides
    QCOMPARE(*reading.table.cell(1, 1)->value, 40.0);
    QVERIFY(!reading.table.cell(0, 1)->value);
    QCOMPARE(reading.table.cell(1, 0)->text, "3"); // as the model wrote it
    QVERIFY(reading.table.cell(0, 0)->confidence > 0.8);
    QVERIFY(reading.table.cell(1, 0)->confidence < 0.2);
    QCOMPARE(reading.summary.text, "s (40)");

    const ChartReading sideways = read(QStringLiteral("<chart:hbar><cal><x:10>0<x:60>50<series> a<row> r<x:40><y:1>3<end>"));
    QCOMPARE(*sideways.table.cell(0, 0)->value, 30.0);
}

void TestChartParser::axesThatCorrectNothing_data()
{
    QTest::addColumn<QString>("ticks");
    QTest::newRow("no ticks") << QString();
    QTest::newRow("one tick") << QStringLiteral("<y:100>0");
    QTest::newRow("one place twice") << QStringLiteral("<y:100>0<y:100>50");
    QTest::newRow("one value twice") << QStringLiteral("<y:100>5<y:50>5");
    QTest::newRow("ticks along different sides") << QStringLiteral("<x:100>0<y:50>50");
    QTest::newRow("no number") << QStringLiteral("<y:100>-<y:50>50");
}

void TestChartParser::axesThatCorrectNothing()
{
    QFETCH(QString, ticks);
    const ChartReading reading = read(QStringLiteral("<chart:bar><cal>%1<series> a<row> r<x:9><y:70>3<end>").arg(ticks));
    QCOMPARE(*reading.table.cell(0, 0)->value, 3.0);
    QCOMPARE(reading.table.cell(0, 0)->confidence, 1.0);
}

void TestChartParser::unfinishedNumbersDoNotCount()
{
    ChartParser parser(kModelSize, kModelSize, 2);
    parser.push(u"<chart:bar><series> s<row> a<x:1><y:1>4", 1.0);
    QCOMPARE(parser.reading().table.cell(0, 0)->text, "4");
    QVERIFY(!parser.reading().table.cell(0, 0)->value);
    parser.finish();
    QVERIFY(!parser.reading().table.cell(0, 0)->value);
    QVERIFY(!parser.reading().complete);
}

void TestChartParser::copiesOfAReadingDoNotChange()
{
    ChartParser parser(kModelSize, kModelSize, 2);
    parser.push(u"<chart:bar><series> s<row> a<x:1><y:1>4", 1.0);
    const ChartReading before = parser.reading();
    parser.push(u"2<row> b", 0.5);
    QCOMPARE(before.table.cell(0, 0)->text, "4");
    QCOMPARE(before.table.rows.size(), 1);
    QCOMPARE(parser.reading().table.cell(0, 0)->text, "42");
}

void TestChartParser::hostileText_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("series");
    QTest::newRow("nothing") << QString() << 0 << 0;
    QTest::newRow("prose instead of a chart") << QStringLiteral("Hello, I am 5 < 6 a model.") << 0 << 0;
    QTest::newRow("only the end") << QStringLiteral("<eos>") << 0 << 0;
    QTest::newRow("a row before any series gets one") << QStringLiteral("<row> a<x:1><y:1>3<end>") << 1 << 1;
    QTest::newRow("more cells than series are dropped") << QStringLiteral("<series> s<row> a<x:1><y:1>3<x:1><y:1>4<end>") << 1 << 1;
    QTest::newRow("series after the first row are dropped") << QStringLiteral("<series> s<row> a<series> t<end>") << 1 << 1;
    QTest::newRow("a million rows are cut") << QStringLiteral("<series> s") + QStringLiteral("<row>").repeated(1'000'000) << 1000 << 1;
    QTest::newRow("a million series are cut") << QStringLiteral("<series>").repeated(1'000'000) << 0 << 64;
    QTest::newRow("indices beyond everything")
        << QStringLiteral("<series> s<row> a<x:9999><y:99999999999999999999>3<end><summary><pt><s:9999><r:9999>") << 1 << 1;
    QTest::newRow("a mark that never closes") << QString(100'000, u'<') << 0 << 0;
    QTest::newRow("text after the end") << QStringLiteral("<summary>x<eos><row> a<row> b") << 0 << 0;
}

void TestChartParser::hostileText()
{
    QFETCH(QString, text);
    QFETCH(int, rows);
    QFETCH(int, series);
    const ChartReading reading = read(text);
    QCOMPARE(reading.table.rows.size(), rows);
    QCOMPARE(reading.table.series.size(), series);
    QVERIFY(!reading.toCsv().isEmpty());
}

/// Random bytes, and random sequences of the format's own marks, in random pieces: any reading must stand being written out.
void TestChartParser::randomBytesNeverCrash()
{
    static const QStringList parts = {"<bos>",  "<chart:bar>", "<title>", "<xlabel>",  "<ylabel>", "<unit>",  "<cal>", "<series>",
                                      "<row>",  "<na>",        "<end>",   "<summary>", "<pt>",     "<max>",   "<min>", "<first>",
                                      "<last>", "<total>",     "<mean>",  "<range>",   "<name>",   "<trend>", "<s:0>", "<s:1>",
                                      "<s:7>",  "<r:0>",       "<r:3>",   "<r:23>",    "<x:5>",    "<y:9>",   "-1",    "2.5",
                                      " word ", "<",           ">",       "9e9",       "\u4e0a",   "%",       "<eo"};
    QRandomGenerator random(20240607);
    for (int round = 0; round < 3000; ++round) {
        const QSize image(random.bounded(3) ? random.bounded(1, 5000) : 0, random.bounded(1, 5000));
        ChartParser parser(image, random.bounded(5) ? kModelSize : QSize(), random.bounded(-2, 5));
        const int pieces = random.bounded(1, 200);
        for (int i = 0; i < pieces; ++i) {
            QString piece = parts[random.bounded(parts.size())];
            if (round % 3 == 0) {
                QByteArray noise(random.bounded(0, 40), 0);
                for (char &c : noise)
                    c = char(random.bounded(256));
                piece = QString::fromUtf8(noise);
            } else if (random.bounded(4) == 0) {
                piece = piece.left(random.bounded(piece.size() + 1));
            }
            parser.push(piece, random.generateDouble() * 3 - 1);
        }
        parser.finish();
        const ChartReading &reading = parser.reading();
        for (const ChartRow &row : reading.table.rows)
            QVERIFY(row.cells.size() <= reading.table.series.size());
        for (const Citation &citation : reading.summary.citations)
            QVERIFY(citation.start >= 0 && citation.length >= 0 && citation.start + citation.length <= reading.summary.text.size());
        QVERIFY(!reading.toCsv().isEmpty() && !reading.toMarkdown().isEmpty());
        const ChartReading again = ChartReading::fromJson(QJsonDocument::fromJson(bytesOf(reading)).object());
        QCOMPARE(again.table.rows.size(), reading.table.rows.size());
    }
}

void TestChartParser::citations_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("unit");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("operation");
    QTest::addColumn<double>("value");
    QTest::addColumn<int>("row");
    QTest::addColumn<bool>("supported");
    const auto row = [](const char *name, const char *written, const char *text, const char *operation, double value, int at,
                        bool good = true, const char *unit = "") {
        QTest::newRow(name) << QString(written) << QString(unit) << QString::fromUtf8(text) << QString(operation) << value << at << good;
    };
    row("a cell", "<pt><s:0><r:1>", "20.5", "cell", 20.5, 1);
    row("the largest", "<max><s:0>", "b (20.5)", "max", 20.5, 1);
    row("the smallest", "<min><s:0>", "a (10)", "min", 10, 0);
    row("the first", "<first><s:0>", "a (10)", "first", 10, 0);
    row("the last", "<last><s:0>", "d (15)", "last", 15, 3);
    row("the total leaves out what is missing", "<total><s:0>", "45.5", "total", 45.5, -1);
    row("the mean has one decimal more", "<mean><s:0>", "15.17", "mean", 45.5 / 3, -1);
    row("the range", "<range><s:0>", "10.5", "range", 10.5, -1);
    row("percent is glued", "<pt><s:0><r:0>", "10%", "cell", 10, 0, true, "%");
    row("a currency stands in front", "<pt><s:0><r:0>", "$10", "cell", 10, 0, true, "$");
    row("other units stand behind", "<total><s:0>", "45.5 mm", "total", 45.5, -1, true, "mm");
    row("a missing mark is marked", "<pt><s:0><r:2>", "[?]", "cell", 0, 2, false);
    row("a row that is not there", "<pt><s:0><r:9>", "[?]", "cell", 0, 9, false);
    row("a series that is not there", "<max><s:5>", "[?]", "max", 0, -1, false);
}

void TestChartParser::citations()
{
    QFETCH(QString, written);
    QFETCH(QString, unit);
    const ChartReading reading = read(table(QStringLiteral(" It is ") + written + u'.', unit));
    QTEST(reading.summary.text.mid(6).chopped(1), "text");
    QCOMPARE(reading.summary.citations.size(), 1);
    const Citation &citation = reading.summary.citations.front();
    QCOMPARE(citation.start, 6);
    QTEST(citation.operation, "operation");
    QTEST(citation.value, "value");
    QTEST(citation.row, "row");
    QTEST(citation.supported, "supported");
}

void TestChartParser::numbersThatAreNotCited()
{
    const ChartReading reading = read(table(QStringLiteral(" Since 2019, <name><s:0> <trend><s:0> to 15, not 99 or 1<trend><s:3>")));
    QCOMPARE(reading.summary.text, "Since 2019, Rain rises to 15, not 99 or 1[?]");
    const auto &citations = reading.summary.citations;
    QCOMPARE(citations.size(), 5);
    QVERIFY(citations[0].supported); // of the title
    QCOMPARE(citations[1].row, 3);   // a value of the table
    QVERIFY(citations[1].supported);
    QVERIFY(!citations[2].supported); // 99 is nowhere
    QVERIFY(!citations[3].supported); // nor is 1, though 2019 has the digit
    QVERIFY(!citations[4].supported);
    const QString level =
        QStringLiteral("<chart:line><series> s<row> a<x:1><y:1>10<row> b<x:1><y:1>0<row> c<x:1><y:1>10.2<end><summary><trend><s:0><eos>");
    QCOMPARE(read(level).summary.text, "stays level");
}

void TestChartParser::wordsOfTheLanguage()
{
    QCOMPARE(read(table(QStringLiteral("<lang:de><trend><s:0>"))).summary.text, "steigt");
    QCOMPARE(read(table(QStringLiteral("<lang:zh><yesno><gt><pt><s:0><r:0><num>3.5<end>"))).summary.text, QStringLiteral("是"));
    QCOMPARE(read(table(QStringLiteral("<lang:en><say:absent>"))).summary.text, "The chart does not show that.");
    QCOMPARE(read(table(QStringLiteral("<lang:en><kind>"))).summary.text, "Line chart");
}

/// Summaries, answers and expressions at random, as training/conclave/tasks/expressions.py prints them.
void TestChartParser::printsWhatTheReferencePrints()
{
    // Numbers as written: what places make of them is not the reference's business.
    static const QRegularExpression ticks(QStringLiteral("<cal>(<log>)?(<[xy]:\\d+>[-0-9.]+)+"));
    int expressions = 0;
    for (const auto &chart : recipe()) {
        const QString table = chart.toObject()["table"].toString().replace(ticks, QStringLiteral("<cal>"));
        for (const auto &value : chart.toObject()["answers"].toArray()) {
            const QJsonObject answer = value.toObject();
            const QString written = answer["written"].toString();
            if (written.contains(QLatin1String("<kind>")) || written.contains(QLatin1String("<say:")))
                continue; // the program's own words
            const ChartReading reading = read(table + QStringLiteral("<summary>") + written + QStringLiteral("<eos>"));
            QVERIFY(reading.complete);
            const QByteArray where = (table + u'\n' + written).toUtf8();
            QVERIFY2(reading.summary.text == answer["shown"].toString(),
                     (reading.summary.text.toUtf8() + " is not " + answer["shown"].toString().toUtf8() + "\n" + where).constData());
            for (const Citation &citation : reading.summary.citations) {
                expressions += citation.expression.isEmpty() ? 0 : 1;
                if (citation.operation == QLatin1String("text"))
                    continue;
                QVERIFY2(citation.supported != (reading.summary.text.mid(citation.start, citation.length) == unsupportedText()),
                         where.constData());
                QVERIFY2(!citation.cells.isEmpty() || written.contains(QLatin1String("<num>")) ||
                             written.contains(QLatin1String("<rows>")) || written.contains(QLatin1String("<columns>")),
                         where.constData());
            }
        }
    }
    QVERIFY(expressions > 200);
}

/// Values recomputed from the marks' places, of stacks and boxes, logarithmic and second axes too.
void TestChartParser::placesAgreeWithTheRecipe()
{
    int cells = 0;
    int agreeing = 0;
    for (const auto &chart : recipe()) {
        const ChartReading reading = read(chart.toObject()["table"].toString(), QSize(640, 448));
        QCOMPARE(chartTypeName(reading.table.type), chart.toObject()["chart"].toString());
        QCOMPARE(reading.written, chart.toObject()["table"].toString());
        QVERIFY(!chartKindText(reading.table.type).isEmpty());
        for (const ChartRow &row : reading.table.rows) {
            for (const ChartCell &cell : row.cells) {
                cells += cell.value ? 1 : 0;
                agreeing += cell.value && cell.text.toDouble() == *cell.value ? 1 : 0;
            }
        }
    }
    QVERIFY2(cells > 300 && agreeing > 0.97 * cells, qPrintable(QStringLiteral("%1 of %2").arg(agreeing).arg(cells)));
}

void TestChartParser::logarithmicAxes()
{
    const ChartReading reading = read(QStringLiteral("<chart:line><cal><log><y:100>1<y:70>1000<series> a<row> r<x:9><y:90>10"
                                                     "<row> s<x:9><y:80>7<row> t<x:9><y:80>93<end>"));
    QCOMPARE(*reading.table.cell(0, 0)->value, 10.0);
    QCOMPARE(*reading.table.cell(0, 1)->value, 100.0); // two digits were lost
    QCOMPARE(*reading.table.cell(0, 2)->value, 93.0);  // within a step
    QVERIFY(reading.table.cell(0, 1)->confidence < 0.9);
}

void TestChartParser::partsOfStacks()
{
    const QString cells = QStringLiteral("<cal><y:100>0<y:50>50<series> a<series> b<series> c<row> r<x:9><y:80>20<x:9><y:60>2<x:9><y:55>5"
                                         "<row> s<x:9><y:90>10<na><x:9><y:70>20<end>");
    const ChartReading stacked = read(QStringLiteral("<chart:stacked>") + cells);
    QCOMPARE(*stacked.table.cell(0, 0)->value, 20.0);
    QCOMPARE(*stacked.table.cell(1, 0)->value, 20.0); // a digit was lost: 40 at the mark, less the 20 before
    QCOMPARE(*stacked.table.cell(2, 0)->value, 5.0);
    QCOMPARE(*stacked.table.cell(2, 1)->value, 20.0); // on the last one that is there
    QCOMPARE(*read(QStringLiteral("<chart:bar>") + cells).table.cell(2, 0)->value, 45.0);
}

void TestChartParser::severalAxes()
{
    const ChartReading reading =
        read(QStringLiteral("<chart:combo><title><xlabel><ylabel> Sales<unit> t<cal><y:100>0<y:50>50<series> a<ylabel> Share<unit>%"
                            "<cal><y:100>0<y:50>5<series> b<row> r<x:9><y:80>2<x:9><y:80>20<row> s<x:9><y:60>40<x:9><y:60>4<end>"
                            "<answer><lang:en><pt><s:0><r:0>, <pt><s:1><r:0>, <calc><sum><r:0>, <max><s:1><eos>"));
    QCOMPARE(*reading.table.cell(0, 0)->value, 20.0);
    QCOMPARE(*reading.table.cell(1, 0)->value, 2.0);
    QCOMPARE(reading.table.yLabel, "Sales");
    QCOMPARE(reading.summary.text, "20 t, 2%, 22, s (4%)");
    QCOMPARE(bytesOf(ChartReading::fromJson(reading.toJson())), bytesOf(reading));
}

void TestChartParser::namesOfPoints()
{
    const ChartReading reading = read(QStringLiteral("<chart:scatter><cal><y:100>0<y:50>50<cal><x:0>0<x:100>10<series> a"
                                                     "<row> 2.5<x:25><y:80>20<row> 3.0<x:80><y:70>30<row> A<x:90><y:60>40<end>"));
    QCOMPARE(reading.table.rows[0].name, "2.5");
    QCOMPARE(reading.table.rows[1].name, "8"); // the place decides
    QCOMPARE(reading.table.rows[2].name, "A");
    QCOMPARE(*reading.table.cell(0, 1)->value, 30.0);
}

/// A model guesses a name where there is none, and is not sure of it.
void TestChartParser::seriesThatNothingNames_data()
{
    QTest::addColumn<QString>("head");
    QTest::addColumn<double>("probability");
    QTest::addColumn<QString>("language");
    QTest::addColumn<QString>("name");
    const QString bare = QStringLiteral("<chart:bar><title><xlabel> Year<ylabel><unit><series>");
    QTest::newRow("guessed") << bare << 0.3 << "en"
                             << "Value";
    QTest::newRow("in German") << bare << 0.3 << "de"
                               << "Wert";
    QTest::newRow("in Chinese") << bare << 0.3 << "zh" << QStringLiteral("数值");
    QTest::newRow("on its side") << QStringLiteral("<chart:hbar><title><xlabel><ylabel> Year<unit><series>") << 0.3 << "en"
                                 << "Value";
    QTest::newRow("read off a legend") << bare << 0.9 << "en"
                                       << "Growth";
    QTest::newRow("named by the axis") << QStringLiteral("<chart:bar><title><xlabel><ylabel> Growth<unit><series>") << 0.3 << "en"
                                       << "Growth";
    QTest::newRow("named by the axis, on its side")
        << QStringLiteral("<chart:hbar><title><xlabel> Growth<ylabel><unit><series>") << 0.3 << "en"
        << "Growth";
    QTest::newRow("perhaps named by the title")
        << QStringLiteral("<chart:bar><title> How it went<xlabel><ylabel><unit><series>") << 0.3 << "en"
        << "Growth";
    QTest::newRow("one of two") << QStringLiteral("<chart:bar><title><xlabel><ylabel><unit><series> Loss<series>") << 0.3 << "en"
                                << "Loss";
}

void TestChartParser::seriesThatNothingNames()
{
    QFETCH(QString, head);
    QFETCH(double, probability);
    QFETCH(QString, language);
    QFETCH(QString, name);
    ChartParser parser({640, 448}, {320, 224}, 2);
    parser.push(head, 1.0);
    parser.push(u" Growth", probability);
    parser.push(u"<row> 2001<x:10><y:20>5<end>", 1.0);
    parser.push(QStringLiteral("<summary><lang:%1><max><s:0><eos>").arg(language), 1.0);
    parser.finish(true);
    QCOMPARE(parser.reading().table.series.front(), name);
    QVERIFY2(parser.reading().written.contains(QStringLiteral("<series> ") + name), qPrintable(parser.reading().written));
}

void TestChartParser::aPictureOfSomethingElse()
{
    const ChartReading reading = read(QStringLiteral("<bos><chart:nochart><end>"));
    QCOMPARE(reading.table.type, ChartType::kNoChart);
    QVERIFY(reading.complete && reading.table.rows.isEmpty());
}

void TestChartParser::answersAboutATable()
{
    const ChartTable asked = read(table({}, QStringLiteral("mm"))).table;
    ChartParser parser(asked);
    parser.push(u"<lang:en> It is <calc><diff><pt><s:0><r:1><pt><s:0><r:0>, <larger><pt><s:0><r:1><pt><s:0><r:3>.<ask>", 1.0);
    parser.finish(true);
    const ChartReading &reading = parser.reading();
    QVERIFY(reading.complete && reading.isAnswer && reading.written.isEmpty());
    QCOMPARE(reading.summary.text, "It is 10.5 mm, b.");
    QCOMPARE(reading.summary.citations.size(), 2);
    const Citation &difference = reading.summary.citations[0];
    QCOMPARE(difference.operation, "calc");
    QCOMPARE(difference.value, 10.5);
    QCOMPARE(difference.cells, QVector<QPoint>({{0, 1}, {0, 0}}));
    QCOMPARE(difference.expression, "<calc><diff><pt><s:0><r:1><pt><s:0><r:0>");

    // The question behind the table of a new picture is passed over.
    const ChartReading whole = read(table({}).replace(QLatin1String("<summary><eos>"), QLatin1String("<ask> How much 7?<answer><lang:en>"
                                                                                                     "<pt><s:0><r:0><eos>")));
    QVERIFY(whole.complete && !whole.isAnswer);
    QCOMPARE(whole.summary.text, "10");

    ChartParser talk{ChartTable()};
    talk.push(u"<lang:en><say:refuse>", 1.0);
    talk.finish(true);
    QCOMPARE(talk.reading().summary.text, "I only read charts; load a general model for this.");
}

void TestChartParser::storedJson()
{
    ChartReading reading = read(table(QStringLiteral("<lang:en><calc><add><first><s:0><last><s:0>")));
    QVERIFY(reading.written.startsWith(QLatin1String("<chart:line>")) && reading.written.endsWith(QLatin1String("<end>")));
    QVERIFY(!reading.toJson().contains("written"));
    ChartReading stored = ChartReading::fromJson(reading.toStoredJson());
    QCOMPARE(stored.written, reading.written);
    QCOMPARE(stored.summary.citations[0].cells, QVector<QPoint>({{0, 0}, {0, 3}}));
    stored.isAnswer = true;
    QVERIFY(ChartReading::fromJson(stored.toStoredJson()).isAnswer);
}

void TestChartParser::languagesOfQuestions()
{
    QCOMPARE(languageOfQuestion(QStringLiteral("Wie hoch ist der Wert für 2019?")), "de");
    QCOMPARE(languageOfQuestion(QStringLiteral("What is the value for Straßen?")), "en");
    QCOMPARE(languageOfQuestion(QStringLiteral("2019年的数值是多少？")), "zh");
    QCOMPARE(languageOfQuestion(QStringLiteral("2019?")), QString());
}

void TestChartParser::jsonComesBack()
{
    const ChartReading reading = read(QString::fromStdString(tests::chartAnswer()));
    const QJsonObject json = QJsonDocument::fromJson(bytesOf(reading)).object();
    QCOMPARE(json["table"].toArray().size(), 6);
    const QJsonObject first = json["table"].toArray()[0].toObject();
    QCOMPARE(first["series"].toString(), "2023");
    QCOMPARE(first["x"].toString(), "Berlin");
    QCOMPARE(first["value"].toDouble(), 44.0);
    QVERIFY(json["table"].toArray()[3].toObject()["value"].isNull());
    QVERIFY(json["chart"].isObject() && json["summary"].isString());
    QCOMPARE(bytesOf(ChartReading::fromJson(json)), bytesOf(reading));
}

void TestChartParser::hostileJson()
{
    const char *texts[] = {
        "{}", R"({"table": 5, "chart": [], "summary": {}, "citations": "x"})",
        R"({"chart": {"series": ["a"], "rows": ["b"]}, "table": [1, 2, 3, {"value": "x"}]})",
        R"({"summary": "abc", "citations": [{"start": 2, "length": 2147483647}, {"start": -1, "length": 1}, {"start": 1, "length": 2}]})"};
    for (const char *text : texts) {
        const ChartReading reading = ChartReading::fromJson(QJsonDocument::fromJson(text).object());
        for (const Citation &citation : reading.summary.citations)
            QVERIFY(citation.start >= 0 && citation.start + citation.length <= reading.summary.text.size());
        QVERIFY(!reading.toMarkdown().isEmpty());
    }
    QCOMPARE(ChartReading::fromJson(QJsonDocument::fromJson(texts[3]).object()).summary.citations.size(), 1);
}

void TestChartParser::csvAndMarkdown()
{
    ChartReading reading = read(QString::fromStdString(tests::chartAnswer()));
    QCOMPARE(reading.toCsv(), QString::fromUtf8("Town,2023,2024\r\nBerlin,44,50\r\nKöln,12.5,\r\n上海,30,25\r\n"));
    QCOMPARE(reading.toMarkdown(),
             QString::fromUtf8("| Town | 2023 | 2024 |\n| --- | ---: | ---: |\n| Berlin | 44 | 50 |\n| Köln | 12.5 |  |\n"
                               "| 上海 | 30 | 25 |\n"));
    reading.table.rows[0].name = QStringLiteral("a, \"b\"\n|c");
    QVERIFY(reading.toCsv().contains(QStringLiteral("\"a, \"\"b\"\"\n|c\",44,50")));
    QVERIFY(reading.toMarkdown().contains(QStringLiteral("| a, \"b\" \\|c | 44 |")));
}

void TestChartParser::numbers_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("text");
    QTest::newRow("whole") << 44.0 << "44";
    QTest::newRow("no exponent") << 1200000.0 << "1200000";
    QTest::newRow("a tenth") << 0.1 << "0.1";
    QTest::newRow("shortest that is faithful") << 0.1 + 0.2 << "0.30000000000000004";
    QTest::newRow("negative") << -3.25 << "-3.25";
    QTest::newRow("never minus nothing") << -0.0 << "0";
}

void TestChartParser::numbers()
{
    QFETCH(double, value);
    QTEST(numberText(value), "text");
    QCOMPARE(numberText(value).toDouble(), value);
}

void TestChartParser::numberParsing()
{
    QCOMPARE(*parseNumber(u"-12.50"), -12.5);
    QCOMPARE(*parseNumber(u".5"), 0.5);
    for (const char16_t *text : {u"", u"-", u".", u"1.2.3", u"1e9", u"nan", u"inf", u"0x10", u"1-2", u"12 kg", u"١", u"1,200"})
        QVERIFY2(!parseNumber(QStringView(text)), qPrintable(QString::fromUtf16(text)));
    QVERIFY(!parseNumber(QString(33, u'9')));
    QCOMPARE(roundedText(2.50001, 1), "2.5");
    QCOMPARE(roundedText(-0.001, 1), "0");
    QCOMPARE(roundedText(100, 2), "100");
    QCOMPARE(roundedText(0.125, 2), "0.12");
    QCOMPARE(withUnit("-5", "$"), "-$5");
    QCOMPARE(withUnit("5", QStringLiteral("万元")), QStringLiteral("5万元"));
}

QTEST_GUILESS_MAIN(TestChartParser)
