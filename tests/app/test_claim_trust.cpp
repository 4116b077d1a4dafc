#include "app/chart/chart_parser.h"
#include "app/chart/claim_trust.h"
#include "app/chart/edited_reading.h"
#include "app/chart/table_edit.h"
#include "tests/app/test_chart_parser.h"

#include <QTest>

#include <limits>

using namespace conclave;
using namespace conclave::app;

namespace
{

using Pieces = QVector<QPair<QString, double>>; ///< with the probability of each

const QSize kModelSize(320, 224);
constexpr double kSure = 0.999;
constexpr double kGuessed = 0.3;

/// Bars of Rain in the towns a to d: 10, 20, 5 and 15 mm. A piece that is `doubted` is the model's guess.
Pieces table(const QString &doubted)
{
    const QStringList pieces{
        QStringLiteral("<chart:bar>"), QStringLiteral("<title>"),     QStringLiteral(" Inc. 5"), QStringLiteral("<unit>"),
        QStringLiteral(" mm"),         QStringLiteral("<series>"),    QStringLiteral(" Rain"),   QStringLiteral("<row>"),
        QStringLiteral(" a"),          QStringLiteral("<x:9><y:9>"),  QStringLiteral("10"),      QStringLiteral("<row>"),
        QStringLiteral(" b"),          QStringLiteral("<x:19><y:9>"), QStringLiteral("20"),      QStringLiteral("<row>"),
        QStringLiteral(" c"),          QStringLiteral("<x:29><y:9>"), QStringLiteral("5"),       QStringLiteral("<row>"),
        QStringLiteral(" d"),          QStringLiteral("<x:39><y:9>"), QStringLiteral("15"),      QStringLiteral("<end>")};
    Pieces out;
    for (const QString &piece : pieces)
        out.append({piece, piece == doubted ? kGuessed : kSure});
    return out;
}

ChartReading read(const Pieces &pieces, const QString &said)
{
    ChartParser parser(kModelSize, kModelSize, 2);
    for (const auto &[piece, probability] : pieces)
        parser.push(piece, probability);
    for (const QChar c : said) // as they come, piece by piece
        parser.push(QString(c), kSure);
    parser.finish(true);
    return parser.reading();
}

const QString kSummary =
    QStringLiteral("<summary><lang:en> <title> is shown. The highest is <max><s:0>. The lowest is <min><s:0>! The mean is <mean><s:0>.");

double trustInCell(const ChartTable &table, int row)
{
    return trustIn(table, 0, row);
}

} // namespace

void TestChartParser::uncertainStatementsAreLeftOut_data()
{
    QTest::addColumn<QString>("doubted");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("leftOut");
    const QString title = QStringLiteral("Inc. 5 is shown."), highest = QStringLiteral("The highest is b (20 mm)."),
                  lowest = QStringLiteral("The lowest is c (5 mm)!"), mean = QStringLiteral("The mean is 12.5 mm.");
    const auto text = [](const QStringList &sentences) { return sentences.join(u' '); };
    QTest::newRow("nothing") << QString() << text({title, highest, lowest, mean}) << QStringList();
    QTest::newRow("a name of a row") << " b" << text({title, lowest, mean}) << QStringList{highest};
    QTest::newRow("a number") << "5" << text({title, highest, mean}) << QStringList{lowest};
    QTest::newRow("a number that is not cited") << "10" << text({title, highest, lowest, mean}) << QStringList();
    QTest::newRow("where rows begin and end") << "<row>" << text({title, mean}) << QStringList{highest, lowest};
    QTest::newRow("the name of the series") << " Rain" << title << QStringList{highest, lowest, mean};
}

void TestChartParser::uncertainStatementsAreLeftOut()
{
    QFETCH(QString, doubted);
    const ChartReading reading = read(table(doubted), kSummary + QStringLiteral("<eos>"));
    QTEST(reading.summary.text, "text");
    QTEST(reading.summary.leftOut, "leftOut");
    for (const Citation &citation : reading.summary.citations) {
        QVERIFY(citation.supported);
        const QString cited = reading.summary.text.mid(citation.start, citation.length);
        QVERIFY2(cited.contains(QStringLiteral(" mm")), qPrintable(cited));
    }
    const ChartReading stored = ChartReading::fromJson(reading.toStoredJson());
    QCOMPARE(stored.summary.leftOut, reading.summary.leftOut);
    QCOMPARE(summaryOf(stored.said, stored.table).text, reading.summary.text);
}

void TestChartParser::theFirstSentenceOfAnAnswerStays()
{
    const ChartReading reading = read(table(QStringLiteral(" b")), QStringLiteral("<ask> What?<answer><lang:en> <max><s:0>.<eos>"));
    QCOMPARE(reading.summary.text, QStringLiteral("b (20 mm)."));
    QVERIFY(reading.summary.leftOut.isEmpty());
    QCOMPARE(summaryOf(reading.said, reading.table).text, reading.summary.text);
    // A description is an answer of several sentences.
    const ChartReading described =
        read(table(QStringLiteral(" b")), QStringLiteral("<ask> What?<answer>") + kSummary.mid(9) + QStringLiteral("<eos>"));
    QCOMPARE(described.summary.text, QStringLiteral("Inc. 5 is shown. The lowest is c (5 mm)! The mean is 12.5 mm."));
    ChartParser follower(reading.table);
    for (const QChar c : QStringLiteral("<lang:en> It is <max><s:0>. The lowest is <min><s:0>, the highest <max><s:0>.<eos>"))
        follower.push(QString(c), kSure);
    follower.finish(true);
    QCOMPARE(follower.reading().summary.text, QStringLiteral("It is b (20 mm)."));
    QCOMPARE(follower.reading().summary.leftOut.size(), 1);
}

void TestChartParser::whereSentencesEnd_data()
{
    QTest::addColumn<QString>("unit");
    QTest::addColumn<QString>("said");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("leftOut");
    QTest::newRow("Chinese") << "mm"
                             << "<lang:zh>最高的是<max><s:0>。最低的是<min><s:0>。<eos>"
                             << "最低的是c (5 mm)。"
                             << "最高的是b (20 mm)。";
    QTest::newRow("a unit's point needs no second one")
        << "Mrd."
        << "<lang:de> Vorn liegt mit <pt><s:0><r:1>. Hinten liegt mit <pt><s:0><r:2>. Ende.<eos>"
        << "Hinten liegt mit 5 Mrd. Ende."
        << "Vorn liegt mit 20 Mrd.";
    QTest::newRow("cut off within a sentence") << "mm"
                                               << "<lang:en> The lowest is <min><s:0>. Above is <max><s:0>"
                                               << "The lowest is c (5 mm)."
                                               << "Above is b (20 mm)";
}

void TestChartParser::whereSentencesEnd()
{
    QFETCH(QString, unit);
    QFETCH(QString, said);
    Pieces pieces = table(QStringLiteral(" b"));
    pieces[4].first = u' ' + unit;
    const ChartReading reading = read(pieces, QStringLiteral("<summary>") + said);
    QTEST(reading.summary.text, "text");
    QCOMPARE(reading.summary.leftOut.size(), 1);
    QTEST(reading.summary.leftOut.front(), "leftOut");
}

void TestChartParser::whatTheUserTypedIsCertain()
{
    const ChartReading reading = read(table(QStringLiteral(" b")), kSummary + QStringLiteral("<eos>"));
    const ChartReading named = withTable(reading, *withRowName(reading.table, 1, QStringLiteral("Bonn")));
    QVERIFY2(named.summary.text.contains(QLatin1String("The highest is Bonn (20 mm).")), qPrintable(named.summary.text));
    QVERIFY(named.summary.leftOut.isEmpty());

    const ChartReading unsure = read(table(QStringLiteral("5")), kSummary + QStringLiteral("<eos>"));
    QCOMPARE(unsure.summary.leftOut.size(), 1);
    const ChartReading typed = withTable(unsure, *withCell(unsure.table, 0, 2, QStringLiteral("6"), QLocale::c()));
    QVERIFY2(typed.summary.text.contains(QLatin1String("The lowest is c (6 mm)!")), qPrintable(typed.summary.text));
}

void TestChartParser::trustFallsWithWhatIsDoubtful()
{
    const ChartTable sure = read(table({}), {}).table;
    QVERIFY(trustInCell(sure, 1) > 0.9);
    for (const char *doubted : {" b", "20", "<row>", " Rain"})
        QVERIFY2(trustInCell(read(table(QString::fromLatin1(doubted)), {}).table, 1) < kDoubted, doubted);
    QVERIFY(trustInCell(read(table(QStringLiteral(" a")), {}).table, 1) > 0.9); // another row's

    // Digits and place agree: that outweighs unsure digits.
    Pieces placed = table(QStringLiteral("20"));
    placed.insert(5, {QStringLiteral("<cal><y:100>0<y:50>50"), kSure});
    for (auto &piece : placed)
        piece.first.replace(QStringLiteral("<x:19><y:9>"), QStringLiteral("<x:19><y:80>"));
    QVERIFY(!isDoubtful(read(placed, {}).table, 0, 1));

    // Lines of several series are mixed up, the more so where their colours are not seen.
    ChartTable lines = sure;
    lines.type = ChartType::kLine;
    const double single = trustInCell(lines, 1);
    QCOMPARE(single, trustInCell(sure, 1));
    lines.series.append(QStringLiteral("Snow"));
    const double mixed = trustInCell(lines, 1);
    QVERIFY(mixed < single && mixed > kDoubted);
    lines.rows[1].cells[0].matched = 0.5;
    const double halfSeen = trustInCell(lines, 1);
    lines.rows[1].cells[0].matched = 0;
    QVERIFY(halfSeen < mixed && trustInCell(lines, 1) < halfSeen && trustInCell(lines, 1) < kDoubted);

    // A whole series evens out what a single mark of it leaves open.
    Citation mean;
    mean.cells = {{0, -1}};
    const ChartTable one = read(table(QStringLiteral("20")), {}).table;
    QVERIFY(trustIn(one, mean) > kTrusted && trustInCell(one, 1) < kDoubted);

    // What a database holds may point nowhere.
    Citation lost;
    lost.cells = {{std::numeric_limits<int>::max(), std::numeric_limits<int>::max()}, {std::numeric_limits<int>::min(), 1 << 30}};
    QVERIFY(trustIn(sure, lost) > 0.9 && trustIn(ChartTable(), lost) > 0.9);
}
