#include "app/inference/placement_text.h"
#include "app/log/error_text.h"
#include "engine/api/engine.h"
#include "tests/ui/window_fixture.h"
#include "ui/markdown/markdown_builder.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTextDocument>

using namespace conclave;
using namespace conclave::tests;
using ui::ChartAnswer;
using ui::TranscriptModel;

/// What the models tell their views, without hands or eyes.
class TestViewModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void markdownNeverFetchesAnything_data();
    void markdownNeverFetchesAnything();
    void plainMarkdownStaysAsItIs();
    void citationsBecomeLinks();
    void citationsBeyondTheTextAreDropped();
    void numbersOfTheTitleAreNoLinks();
    void aGrowingTableOnlyInserts();
    void uncertainNumbersAreMarked();
    void theModelsKeepTheRules();
    void filesFromElsewhereAreRefused();
    void whatTheEngineOftenSaysIsTranslated();
    void theTranslationsAreComplete_data();
    void theTranslationsAreComplete();
};

namespace
{

app::ChartReading towns(int rows)
{
    app::ChartReading reading;
    reading.table.type = app::ChartType::kBar;
    reading.table.series = {QStringLiteral("Rain")};
    for (int row = 0; row < rows; ++row) {
        app::ChartCell cell;
        cell.value = 10 * row;
        cell.text = QString::number(10 * row);
        cell.place = QPointF(5 * row, 7);
        cell.confidence = row == 1 ? 0.3 : 0.95;
        reading.table.rows.append({QStringLiteral("Town %1").arg(row), {cell}});
    }
    return reading;
}

app::Citation citation(int start, int length, bool supported = true)
{
    app::Citation cited;
    cited.start = start;
    cited.length = length;
    cited.row = 1;
    cited.operation = QStringLiteral("cell");
    cited.value = 10;
    cited.supported = supported;
    return cited;
}

} // namespace

void TestViewModels::markdownNeverFetchesAnything_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("a Markdown picture") << "look ![x](http://example.org/a.png) here";
    QTest::newRow("a referenced picture") << "![x][1]\n\n[1]: http://example.org/a.png";
    QTest::newRow("an HTML picture") << "text <img src='http://example.org/a.png'> text";
    QTest::newRow("an HTML picture in capitals") << "<IMG SRC=\"http://example.org/a.png\"/>";
    QTest::newRow("a block with a background") << "<table background=\"http://example.org/a.png\"><tr><td>x</td></tr></table>";
}

void TestViewModels::markdownNeverFetchesAnything()
{
    QFETCH(QString, text);
    QTextDocument document;
    ui::buildMarkdown(document, app::readMarkdown(text), {});
    const QString html = document.toHtml();
    QVERIFY2(!html.contains(QLatin1String("<img")), qPrintable(html));
    QVERIFY2(!html.contains(QLatin1String("background=\"")), qPrintable(html)); // as an attribute; quoted text has &quot;
    QVERIFY(!document.toPlainText().contains(QChar::ObjectReplacementCharacter));
}

void TestViewModels::plainMarkdownStaysAsItIs()
{
    QTextDocument document;
    ui::buildMarkdown(document, app::readMarkdown(QStringLiteral("# Head\n\n- 3 < 4 and **5 > 4!**\n\n`code[1] <b>`")), {});
    QCOMPARE(document.toPlainText(), QStringLiteral("Head\n•\t3 < 4 and 5 > 4!\ncode[1] <b>"));
}

void TestViewModels::citationsBecomeLinks()
{
    app::ChartReading reading = towns(3);
    reading.summary.text = QStringLiteral("A < 10 & 99");
    reading.summary.citations = {citation(4, 2), citation(9, 2, false)};
    ChartAnswer chart;
    chart.setReading(reading);
    const QString html = chart.richSummary(chart.summary(), {1}, QColor(0x11, 0x22, 0x33), QColor(0x99, 0, 0));
    QCOMPARE(html, QStringLiteral("A &lt; <a href=\"cite:0\"><font color=\"#112233\">10</font></a> &amp; "
                                  "<a href=\"cite:1\"><font color=\"#990000\"><b><u>99</u></b></font></a>"));
    QCOMPARE(chart.citationRow(0), 1);
    QCOMPARE(chart.citationSeries(7), -1);
    QVERIFY(chart.citationNote(0).contains(QLatin1String("Town 1")));
    QVERIFY(chart.citationNote(1) != chart.citationNote(0));
}

void TestViewModels::citationsBeyondTheTextAreDropped()
{
    app::ChartReading reading = towns(1);
    reading.summary.text = QStringLiteral("short");
    reading.summary.citations = {citation(3, 40), citation(-1, 2), citation(0, 3), citation(1, 2)};
    ChartAnswer chart;
    chart.setReading(reading);
    const QString html = chart.richSummary(chart.summary(), {}, Qt::black, Qt::red);
    QCOMPARE(html.count(QLatin1String("<a ")), 1);
    QVERIFY(html.endsWith(QLatin1String("rt")));
}

void TestViewModels::numbersOfTheTitleAreNoLinks()
{
    app::ChartReading reading = towns(3);
    reading.summary.text = QStringLiteral("In 2023 it was 10.");
    app::Citation title = citation(3, 4);
    title.operation = QStringLiteral("text");
    title.series = -1;
    title.row = -1;
    reading.summary.citations = {title, citation(15, 2)};
    ChartAnswer chart;
    chart.setReading(reading);
    const QString html = chart.richSummary(chart.summary(), {}, Qt::black, Qt::red);
    QVERIFY(!html.contains(QLatin1String("cite:0")) && html.contains(QLatin1String("cite:1")));
    QCOMPARE(chart.nextCitation(-1, 1), 1);
    QCOMPARE(chart.nextCitation(1, 1), 1);
    QCOMPARE(chart.nextCitation(1, -1), 1);
}

void TestViewModels::aGrowingTableOnlyInserts()
{
    ChartAnswer chart;
    chart.setReading(towns(2));
    QSignalSpy inserted(chart.table(), &QAbstractItemModel::rowsInserted);
    QSignalSpy changed(chart.table(), &QAbstractItemModel::dataChanged);
    QSignalSpy reset(chart.table(), &QAbstractItemModel::modelReset);
    chart.setReading(towns(4));
    QCOMPARE(inserted.size(), 1);
    QCOMPARE(changed.size(), 0);
    QCOMPARE(reset.size(), 0);
    QCOMPARE(chart.marks()->rowCount(), 4);
    chart.setReading(towns(1));
    QCOMPARE(chart.table()->rowCount(), 1);
}

void TestViewModels::uncertainNumbersAreMarked()
{
    ChartAnswer chart;
    chart.setReading(towns(3));
    const ui::ChartMarksModel &marks = *chart.marks();
    QCOMPARE(marks.data(marks.index(0), ui::ChartMarksModel::kDoubtfulRole).toBool(), false);
    QCOMPARE(marks.data(marks.index(1), ui::ChartMarksModel::kDoubtfulRole).toBool(), true);
    QCOMPARE(marks.data(marks.index(2), ui::ChartMarksModel::kPlaceRole).toPointF(), QPointF(10, 7));
}

void TestViewModels::theModelsKeepTheRules()
{
    const WindowFixture fixture(chartScript());
    const QAbstractItemModelTester transcript(fixture.chat().transcript(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    const QAbstractItemModelTester list(fixture.chat().conversations(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    const QAbstractItemModelTester drafts(fixture.chat().attachments(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    fixture.chat().attachFiles({fixture.chartFile(), fixture.chartFile(QStringLiteral("b.png"))});
    QVERIFY(waitFor([&] { return fixture.chat().attachments()->count() == 2; }));
    fixture.chat().removeAttachment(1);
    fixture.chat().send({}); // at once, or when the other is read
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == 2; }) && fixture.waitUntilIdle());
    fixture.chat().newConversation();
    QCOMPARE(fixture.chat().transcript()->count(), 0);
    fixture.chat().openConversation(fixture.controller().conversations().first().id);
    QCOMPARE(fixture.chat().transcript()->count(), 2);
}

void TestViewModels::filesFromElsewhereAreRefused()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.chat().attachFiles({QUrl(QStringLiteral("https://example.org/a.png"))});
    QVERIFY(fixture.chat().problem().contains(QLatin1String("example.org")));
    QVERIFY(!fixture.chat().attaching());
}

/// What it really says: a sentence that was changed there is found here.
void TestViewModels::whatTheEngineOftenSaysIsTranslated()
{
    const WindowFixture fixture(chatScript("Yes."), QLocale(QStringLiteral("de")));
    const auto said = [](const QString &file) {
        const auto described = engine::describeModel(std::filesystem::path(file.toStdU16String()));
        return described ? QString() : app::errorText(described.error());
    };
    const QString folder = fixture.folder()->path();
    QCOMPARE(said(folder + QStringLiteral("/gone %1.gguf")),
             QStringLiteral("Die Datei „%1/gone %1.gguf“ gibt es nicht. Prüfen Sie, wohin sie verschoben wurde, oder laden Sie sie erneut "
                            "herunter.")
                 .replace(QStringLiteral("%1/"), folder + u'/'));
    QVERIFY(said(folder).contains(QStringLiteral("ist ein Ordner")));
    const auto written = [&](const char *name, const QByteArray &bytes) {
        return said(fixture.written(QString::fromLatin1(name), bytes).toLocalFile());
    };
    QVERIFY2(written("empty.gguf", "").contains(QStringLiteral("ist leer")), qPrintable(written("empty.gguf", "")));
    QVERIFY2(written("short.gguf", "GGUF").contains(QStringLiteral("endet zu früh")), qPrintable(written("short.gguf", "GGUF")));
    QVERIFY2(written("zip.gguf", "PK\3\4 and what an archive holds").contains(QStringLiteral("keine GGUF-Modelldatei")),
             qPrintable(written("zip.gguf", "PK\3\4 and what an archive holds")));
    QCOMPARE(app::engineWords(QStringLiteral("The context is full: 12 more tokens are needed and 3 are available.")),
             QStringLiteral("Der Kontext ist voll: 12 weitere Token werden gebraucht, 3 sind frei."));
    QCOMPARE(app::engineWords(QStringLiteral("The processor computes, not \"vulkan\": its plugin is not installed.")),
             QStringLiteral("Es rechnet der Prozessor, nicht „vulkan“: its plugin is not installed."));
    QCOMPARE(app::engineWords(QStringLiteral("The card \"Card\" does not answer any more. The processor cannot take over: There is not "
                                             "enough memory to load the model. Close other programs or choose a smaller one.")),
             QStringLiteral("Die Karte „Card“ antwortet nicht mehr. Der Prozessor kann nicht übernehmen: ") +
                 app::engineWords(
                     QStringLiteral("There is not enough memory to load the model. Close other programs or choose a smaller one.")));
    engine::Placement placement;
    placement.cards = {{"Vulkan (Card (a, b), 1.3)"}};
    placement.layers = placement.expertLayers = 48;
    placement.cardLayers = 26;
    placement.decodeRate = 31.2;
    QCOMPARE(app::placementText(placement),
             QStringLiteral("26 von 48 Schichten auf der Karte; Experten im Arbeitsspeicher; 31 Tokens/s erwartet"));
    placement.cardLayers = 48;
    placement.cardExpertLayers = 3;
    placement.picturesOnCard = placement.streams = true;
    placement.expertsHeld = 0.4;
    QCOMPARE(app::placementText(placement),
             QStringLiteral("48 von 48 Schichten und das Sehen auf der Karte; auch die Experten von 3 von 48 Schichten; die anderen "
                            "Experten von der Platte, davon 40 % im Arbeitsspeicher; 31 Tokens/s erwartet"));
    placement.cardExperts = 212;
    placement.cardExpertsByUse = true;
    placement.cardChoices = 0.318;
    placement.picturesOnCard = placement.streams = false;
    QCOMPARE(app::placementText(placement),
             QStringLiteral("48 von 48 Schichten auf der Karte; auch die Experten von 3 von 48 Schichten und die 212 meistgenutzten der "
                            "anderen: 31 % aller Aufrufe; 31 Tokens/s erwartet"));
    placement.cardExpertLayers = 0;
    placement.streams = true;
    QCOMPARE(app::placementText(placement),
             QStringLiteral("48 von 48 Schichten auf der Karte; auch die 212 meistgenutzten Experten: 31 % aller Aufrufe; die anderen "
                            "Experten von der Platte, davon 40 % im Arbeitsspeicher; 31 Tokens/s erwartet"));
    placement.cardExpertsByUse = placement.streams = false;
    QCOMPARE(app::placementText(placement), QStringLiteral("48 von 48 Schichten auf der Karte; auch 212 Experten; 31 Tokens/s erwartet"));
    // Of several cards, each is named; two of a kind are told apart.
    placement.picturesOnCard = placement.streams = false;
    placement.cardExpertLayers = 48;
    placement.cardExperts = 0;
    placement.cards = {{"Vulkan (Card (a, b), 1.3)", 28}, {"Vulkan (Card (a, b), 1.3)", 16}, {"Vulkan (Other, 1.3)", 4}};
    placement.cards[0].bytes = 17'240'000'000;
    placement.cards[1].bytes = 9'960'000'000;
    placement.cards[2].bytes = 612'000'000;
    QCOMPARE(app::placementText(placement),
             QStringLiteral("48 von 48 Schichten auf Karten, 28 auf Card (a, b) #1 (17,2 GB), 16 auf Card (a, b) #2 "
                            "(10,0 GB), 4 auf Other (612,0 MB); auch die Experten; 31 Tokens/s erwartet"));
    QCOMPARE(app::engineWords(QStringLiteral("\"Card\" is left out: it has no memory for its part.")),
             QStringLiteral("„Card“ bleibt außen vor: it has no memory for its part."));
    QCOMPARE(app::engineWords(QStringLiteral("Nobody has said that before.")), QStringLiteral("Nobody has said that before."));
}

void TestViewModels::theTranslationsAreComplete_data()
{
    QTest::addColumn<QString>("file");
    QTest::newRow("German") << "conclave_de.ts";
    QTest::newRow("Chinese (Simplified)") << "conclave_zh_CN.ts";
}

void TestViewModels::theTranslationsAreComplete()
{
    QFETCH(QString, file);
    QFile ts(QStringLiteral(CONCLAVE_SOURCE_DIR "/resources/i18n/") + file);
    QVERIFY(ts.open(QIODevice::ReadOnly));
    const QString text = QString::fromUtf8(ts.readAll());
    QVERIFY(text.count(QLatin1String("<message>")) > 80);
    QVERIFY(!text.contains(QLatin1String("type=\"unfinished\"")));
    QVERIFY(!text.contains(QLatin1String("<translation />")) && !text.contains(QLatin1String("<translation></translation>")));
}

QTEST_MAIN(TestViewModels)
#include "test_view_models.moc"
