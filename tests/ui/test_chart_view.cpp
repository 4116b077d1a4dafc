#include "app/documents/document.h"
#include "tests/ui/test_answers.h"
#include "tests/ui/window_fixture.h"

#include <QAccessible>
#include <QClipboard>
#include <QGuiApplication>
#include <QRegularExpression>
#include <QXmlStreamReader>

using namespace conclave;
using namespace conclave::tests;
using ui::TranscriptModel;

namespace
{

/// A window in which chartAnswer() was read off a picture.
std::unique_ptr<WindowFixture> withAChart(const Script &script = chartScript())
{
    auto fixture = std::make_unique<WindowFixture>(script);
    fixture->window().resize(1160, 900);
    fixture->drop({fixture->chartFile()});
    waitFor([&] { return fixture->chat().transcript()->count() == 2 && !fixture->shown(1, TranscriptModel::kStreamingRole).toBool(); });
    waitFor([&] { return fixture->item("mark") != nullptr; });
    return fixture;
}

ui::ChartAnswer *chartOf(const WindowFixture &fixture)
{
    return fixture.shown(1, TranscriptModel::kChartRole).value<ui::ChartAnswer *>();
}

QList<QQuickItem *> named(const WindowFixture &fixture, const char *name, const char *property = nullptr)
{
    return findItems(fixture.window().contentItem(), [&](QQuickItem *item) {
        return item->objectName() == QLatin1String(name) && (!property || item->property(property).toBool());
    });
}

/// What of the summary is underlined.
QStringList litWords(const WindowFixture &fixture)
{
    static const QRegularExpression lit(QStringLiteral("<b><u>([^<]*)</u></b>"));
    QStringList out;
    for (auto match = lit.globalMatch(fixture.item("summaryText")->property("text").toString()); match.hasNext();) {
        out.append(match.next().captured(1));
    }
    return out;
}

QString spokenName(QQuickItem *item)
{
    QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(item);
    return spoken ? spoken->text(QAccessible::Name) : QString();
}

void editCell(const WindowFixture &fixture, const QString &typed)
{
    fixture.key(Qt::Key_F2);
    QVERIFY(waitFor([&] { return fixture.item("cellEditor") != nullptr; }));
    fixture.type(typed);
    fixture.key(Qt::Key_Return);
}

QByteArray saved(const QUrl &file)
{
    QFile in(file.toLocalFile());
    return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
}

} // namespace

void TestAnswers::marksCellsAndCitationsLightEachOther()
{
    const auto fixture = withAChart();
    QVERIFY(litWords(*fixture).isEmpty());
    fixture->item("chartPicture")->forceActiveFocus(Qt::TabFocusReason); // Berlin, 2023: the largest of its series, and part of its sum
    QCOMPARE(named(*fixture, "mark", "lit").size(), 1);
    QCOMPARE(litWords(*fixture), QStringList({"Berlin (44 kg)", "86.5 kg"}));
    fixture->key(Qt::Key_Right); // the next row
    QCOMPARE(litWords(*fixture), QStringList({QString::fromUtf8("Köln (12.5 kg)"), "86.5 kg"}));
    fixture->key(Qt::Key_Down); // the mark of the other series is missing there
    QCOMPARE(litWords(*fixture).size(), 2);
    fixture->key(Qt::Key_Left);
    fixture->key(Qt::Key_Down);
    QCOMPARE(litWords(*fixture), QStringList("50 kg"));
    QVERIFY(spokenName(fixture->item("chartPicture")).startsWith(QLatin1String("2024, Berlin: 50")));
    // And from the words to the mark and the cell.
    fixture->item("summary")->forceActiveFocus(Qt::TabFocusReason);
    fixture->key(Qt::Key_Right);
    QCOMPARE(litWords(*fixture), QStringList("Berlin (44 kg)"));
    QCOMPARE(named(*fixture, "mark", "lit").size(), 1);
    QCOMPARE(named(*fixture, "mark", "lit").front()->property("markSeries").toInt(), 0);
}

void TestAnswers::aCellIsEditedByKeyboard()
{
    auto fixture = withAChart();
    fixture->item("chartTable")->forceActiveFocus(Qt::TabFocusReason);
    fixture->key(Qt::Key_Down); // Köln, 2023
    editCell(*fixture, QStringLiteral("90"));
    const ui::ChartAnswer *chart = chartOf(*fixture);
    QVERIFY(waitFor([&] { return chart->summary().contains(QString::fromUtf8("Köln (90 kg)")); }));
    QVERIFY(chart->edited() && fixture->item("editedMark"));
    QVERIFY(fixture->item("summaryText")->property("text").toString().contains(QLatin1String("164 kg")));
    QCOMPARE(chart->cellNote(0, 1).section(u'\n', 0, 0), QStringLiteral("Changed by you; read as 12.5"));
    QVERIFY(fixture->item("chartTable")->hasActiveFocus()); // and has gone down
    editCell(*fixture, QStringLiteral("31"));
    QVERIFY(waitFor([&] { return chart->csv().contains(QLatin1String("31")); }));
    fixture->key(Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(!chart->csv().contains(QLatin1String("31")) && chart->csv().contains(QLatin1String("90")));

    // The store has both tables, and the words are found.
    const auto folder = fixture->folder();
    const qint64 conversation = fixture->chat().currentConversation();
    fixture.reset();
    const WindowFixture again(chartScript(), folder);
    again.chat().openConversation(conversation);
    ui::ChartAnswer *kept = chartOf(again);
    QVERIFY(kept && kept->edited() && kept->csv().contains(QLatin1String("90")));
    QVERIFY(again.shown(1, TranscriptModel::kBodyRole).toString().contains(QLatin1String("164 kg")));
    kept->restore();
    QVERIFY(!kept->edited());
    QVERIFY(kept->summary().contains(QLatin1String("86.5 kg")));
    QVERIFY(kept->canUndo());
}

void TestAnswers::whatIsNoNumberStaysInItsField()
{
    const auto fixture = withAChart();
    fixture->item("chartTable")->forceActiveFocus(Qt::TabFocusReason);
    editCell(*fixture, QStringLiteral("many"));
    QVERIFY(fixture->item("cellEditor") && fixture->item("cellEditor")->property("refused").toBool());
    fixture->key(Qt::Key_Escape);
    QVERIFY(waitFor([&] { return fixture->item("cellEditor") == nullptr; }));
    QVERIFY(!chartOf(*fixture)->edited());
    QVERIFY(fixture->item("chartTable")->hasActiveFocus());
}

void TestAnswers::rowsAndSeriesAreAddedNamedAndRemoved()
{
    const auto fixture = withAChart();
    ui::ChartAnswer *chart = chartOf(*fixture);
    fixture->press("editTable");
    QVERIFY(waitFor([&] { return fixture->item("addRow") != nullptr; }));
    fixture->item("chartTable")->forceActiveFocus(Qt::TabFocusReason);
    fixture->press("addRow"); // below Berlin, where the table was left
    QCOMPARE(chart->rowCount(), 4);
    fixture->item("chartTable")->forceActiveFocus(Qt::TabFocusReason);
    fixture->key(Qt::Key_Down);
    fixture->key(Qt::Key_Left); // its name
    editCell(*fixture, QStringLiteral("Paris"));
    QVERIFY(chart->csv().contains(QLatin1String("Paris,,")));
    fixture->press("addSeries");
    QCOMPARE(chart->series().size(), 3);
    fixture->item("chartTable")->forceActiveFocus(Qt::TabFocusReason);
    fixture->key(Qt::Key_Up); // the name of the first series
    fixture->press("removeSeries");
    QCOMPARE(chart->series(), QStringList({"2024", "New series"}));
    for (int i = 0; i < 4; ++i) {
        fixture->press("undoEdit");
    }
    QVERIFY(!chart->edited() && !chart->canUndo());
    QVERIFY(!fixture->item("undoEdit")->isEnabled() && !fixture->item("restoreTable")->isEnabled());
}

void TestAnswers::theTableLiesOverThePicture()
{
    const auto fixture = withAChart();
    QVERIFY(!fixture->item("chartOverlay") && !fixture->item("residual"));
    const QImage before = fixture->window().grabWindow();
    fixture->press("overlayToggle");
    QVERIFY(waitFor([&] { return fixture->item("chartOverlay") != nullptr; }));
    QCOMPARE(named(*fixture, "residual").size(), 5);
    QCOMPARE(fixture->item("residual")->property("text").toString(), QStringLiteral("0.0 px"));
    QVERIFY(fixture->window().grabWindow() != before);
    // The fixture draws Berlin's bar of 2023 from x 65 to 79 and its top at 142: there lies the outline.
    const app::PlottedCell *berlin = chartOf(*fixture)->replot().at(0, 0);
    QVERIFY2(qAbs(berlin->belongs.y() - 142) < 4 && qAbs(berlin->belongs.x() - 72) < 4, qPrintable(QString::number(berlin->belongs.y())));
    QVERIFY2(qAbs(berlin->base.y() - 297) < 4, qPrintable(QString::number(berlin->base.y())));
    QVERIFY(chartOf(*fixture)->cellNote(0, 0).contains(QLatin1String("0.0 px")));
}

void TestAnswers::doubtsAreExplained()
{
    QVERIFY(named(*withAChart(), "mark", "doubtful").isEmpty());
    const auto other = withAChart(doubtfulChartScript());
    QCOMPARE(named(*other, "mark", "doubtful").size(), 1);
    const QString note = chartOf(*other)->cellNote(0, 0);
    QVERIFY2(note.contains(QLatin1String("44")) && note.contains(QLatin1String("34")), qPrintable(note));
    QVERIFY(named(*other, "mark", "doubtful").front()->property("note").toString() == note);
    QVERIFY(chartOf(*other)->cellWords(0, 0).contains(note));
}

void TestAnswers::whatIsTooUncertainIsLeftOut()
{
    const auto certain = withAChart();
    QVERIFY(!chartOf(*certain)->summary().isEmpty() && !certain->item("leftOut"));
    Script script = chartScript();
    script.probability = 0.4F; // of names as well: digits that agree with their place do not outweigh that
    const auto fixture = withAChart(script);
    QCOMPARE(named(*fixture, "mark", "doubtful").size(), 5);
    QVERIFY(chartOf(*fixture)->cellNote(0, 0).contains(QStringLiteral("Uncertain: the name Berlin was read with 16")));
    QVERIFY(!chartOf(*fixture)->summary().contains(QLatin1String("44")));
    QVERIFY(fixture->item("leftOut") && !fixture->item("leftOutText"));
    fixture->press("leftOutHead");
    QVERIFY(waitFor([&] { return fixture->item("leftOutText") != nullptr; }));
    const QString statements = fixture->item("leftOutText")->property("text").toString();
    QVERIFY2(statements.contains(QLatin1String("Berlin (44 kg)")), qPrintable(statements));
    // What the user says is certain.
    ui::ChartAnswer *chart = chartOf(*fixture);
    for (int series = 0; series < 2; ++series) {
        QVERIFY(chart->put(series, -1, QStringLiteral("Year %1").arg(series)));
        for (int row = 0; row < 3; ++row) {
            QVERIFY(series > 0 || chart->put(-1, row, QStringLiteral("Town %1").arg(row)));
            QVERIFY(chart->put(series, row, QString::number(10 * row + series + 20)));
        }
    }
    QVERIFY2(chart->summary().contains(QLatin1String("Town 2 (40 kg)")), qPrintable(chart->summary()));
    QVERIFY(waitFor([&] { return !fixture->item("leftOut"); }));
}

void TestAnswers::whatTheSummarySaysIsHeldAgainstTheTable()
{
    Script script = chartScript();
    std::string answer = chartAnswer();
    answer.replace(answer.find("<summary>"), std::string::npos, "<summary> In 2023 the total is 90. The line of 2024 rises.<eos>");
    script.pieces = cutIntoPieces(answer);
    const auto fixture = withAChart(script);
    const QString words = fixture->item("summaryText")->property("text").toString();
    QVERIFY2(words.contains(QLatin1String("[table: 86.5 kg]")) && words.contains(QLatin1String("[table: falls]")), qPrintable(words));
    QCOMPARE(chartOf(*fixture)->spokenSummary(),
             QStringLiteral("In 2023 the total is 90 [table: 86.5 kg]. The line of 2024 rises [table: falls]."));
    QCOMPARE(chartOf(*fixture)->citationNote(chartOf(*fixture)->nextCitation(-1, 1)), QStringLiteral("The table says: 86.5 kg"));
}

void TestAnswers::aChartIsCopiedAndSaved()
{
    const auto fixture = withAChart();
    ui::ChartAnswer *chart = chartOf(*fixture);
    fixture->press("copyTable");
    QVERIFY(waitFor([&] { return fixture->item("copyTsv") != nullptr; }));
    fixture->click("copyTsv");
    QCOMPARE(QGuiApplication::clipboard()->text().section(u'\n', 1, 1), QStringLiteral("Berlin\t44\t50"));
    const auto file = [&](const char *ending) {
        return QUrl::fromLocalFile(fixture->folder()->filePath(QStringLiteral("chart.") + QLatin1String(ending)));
    };
    const QVariantList inks{QColor(Qt::darkCyan), QColor(Qt::red)};
    for (const char *ending : {"csv", "xlsx", "svg", "png"}) {
        QVERIFY(fixture->chat().saveChart(chart, file(ending), inks));
    }
    QCOMPARE(QString::fromUtf8(saved(file("csv"))), chart->csv());
    const auto book = app::readDocument(saved(file("xlsx")), QStringLiteral("chart.xlsx"), {});
    QVERIFY(book && book->parts[0].text.contains(QLatin1String("Berlin,44,50")));
    QXmlStreamReader svg(saved(file("svg")));
    QVERIFY(svg.readNextStartElement() && svg.name() == QLatin1String("svg"));
    const QImage picture(file("png").toLocalFile());
    const QImage sent(chart->picture().toLocalFile());
    QCOMPARE(picture.size(), sent.size());
    QVERIFY(picture.convertToFormat(QImage::Format_RGB32) != sent.convertToFormat(QImage::Format_RGB32));
    QVERIFY(fixture->chat().chartFile(chart, QStringLiteral("xlsx")).toString().endsWith(QLatin1String("/Sales by town.xlsx")));
    QVERIFY(!fixture->chat().saveChart(chart, QUrl::fromLocalFile(fixture->folder()->filePath(QStringLiteral("nowhere/x.svg"))), inks));
    QVERIFY(fixture->chat().problem().contains(QLatin1String("x.svg")));
}

void TestAnswers::aWindowWithAChartClosesQuietly()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral("TypeError|ReferenceError|Unable to assign")));
    auto fixture = withAChart();
    fixture->press("overlayToggle");
    fixture->press("editTable");
    QTest::qWait(30);
    fixture.reset();
    auto left = withAChart();
    left->chat().newConversation();
    QTest::qWait(30);
}

/// Of a version that kept no more of the summary than its text and citations.
void TestAnswers::anOlderReadingIsEditedToo()
{
    const auto fixture = withAChart();
    app::ChartReading old = chartOf(*fixture)->reading();
    old.said.clear();
    old.written.clear();
    chartOf(*fixture)->setReading(old);
    QVERIFY(chartOf(*fixture)->editable() && fixture->item("editTable"));
    QVERIFY(chartOf(*fixture)->put(0, 1, QStringLiteral("90")));
    QVERIFY(chartOf(*fixture)->summary().contains(QStringLiteral("highest sales were in Köln (90 kg)")));
}

/// What the program itself says of a chart follows the language, what the chart says does not.
void TestAnswers::aChartIsToldInTheLanguageOfTheWindow()
{
    const auto fixture = withAChart();
    QCOMPARE(fixture->item("chartKind")->property("text").toString(), QStringLiteral("Bar chart · kg"));
    fixture->preferences().setLanguage(QStringLiteral("de"));
    QCOMPARE(fixture->item("chartKind")->property("text").toString(), QStringLiteral("Balkendiagramm · kg"));
    QCOMPARE(fixture->item("chartTitle")->property("text").toString(), QStringLiteral("Sales by town"));
}
