#include "tests/ui/window_fixture.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QSqlDatabase>
#include <QSqlQuery>

using namespace conclave;
using namespace conclave::tests;
using ui::TranscriptModel;

/// Nothing silent: what does not fit is said before it is sent, and behind each answer stands what made it.
class TestContextWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatDoesNotFitIsSaidAndNotSent();
    void enterWaitsForTheCount();
    void oldestTurnsGoAndComeBack();
    void theContextIsEnlarged();
    void theQuestionMovesToANewChat();
    void theAttachmentIsShortened();
    void aReceiptIsShownAndReplayed();
    void whatAnAnswerTookIsTold();
    void aDifferentReplayIsShown();
    void aReplayInOtherPiecesSaysSo();
    void picturesAreShownAsTheModelSawThem();
    void picturesAreShownInTheTilesOfTheModel();
};

namespace
{

Script smallContext(int tokens, int largest)
{
    Script script = chatScript("one two three four five six seven eight nine ten");
    script.model.contextTokens = largest;
    script.sessionTokens = tokens;
    return script;
}

const QString kTwentyWords = QStringLiteral("a b c d e f g h i j k l m n o p q r s t");

void ask(const WindowFixture &fixture, const QString &question)
{
    const int before = fixture.chat().transcript()->count();
    fixture.chat().send(question); // or a moment later, when it is counted
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == before + 2; }) && fixture.waitUntilIdle());
}

bool counted(const WindowFixture &fixture)
{
    return waitFor([&] { return fixture.chat().context()->known(); });
}

QString shownText(const WindowFixture &fixture, const char *name)
{
    QQuickItem *item = fixture.item(name);
    return item ? item->property("text").toString() : QString();
}

} // namespace

void TestContextWindow::whatDoesNotFitIsSaidAndNotSent()
{
    const WindowFixture fixture(smallContext(100, 100));
    fixture.type(QStringLiteral("short"));
    QVERIFY(counted(fixture));
    QVERIFY(!fixture.item("contextPanel") && fixture.item("send")->isEnabled());
    for (int i = 0; i < 2; ++i) {
        fixture.type(QLatin1Char(' ') + kTwentyWords);
    }
    QVERIFY(waitFor([&] { return fixture.item("contextPanel") != nullptr; }));
    QCOMPARE(shownText(fixture, "contextProblem"),
             QStringLiteral("This does not fit: it takes 46 tokens, and the model holds 100 with an answer of at least 64. Nothing is left "
                            "out unless you say so."));
    QVERIFY(!fixture.item("send")->isEnabled());
    QVERIFY(!fixture.item("leaveOutOldest") && !fixture.item("largerContext") && !fixture.item("moveToNewChat"));
    fixture.key(Qt::Key_Return);
    QTest::qWait(300);
    QCOMPARE(fixture.chat().transcript()->count(), 0);
    QVERIFY(shownText(fixture, "composer").startsWith(QLatin1String("short")));
}

/// Pasted and sent at once, before anything was counted: it waits for the count, then stays or goes.
void TestContextWindow::enterWaitsForTheCount()
{
    const WindowFixture fixture(smallContext(100, 100));
    QGuiApplication::clipboard()->setText(kTwentyWords + QLatin1Char(' ') + kTwentyWords);
    fixture.key(Qt::Key_V, Qt::ControlModifier);
    fixture.key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return fixture.item("contextPanel") != nullptr; }));
    QCOMPARE(fixture.chat().transcript()->count(), 0);
    QVERIFY(!shownText(fixture, "composer").isEmpty());

    fixture.item("composer")->setProperty("text", kTwentyWords); // fits, but not for certain
    fixture.key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == 2; }));
    QVERIFY(waitFor([&] { return shownText(fixture, "composer").isEmpty(); }));
}

void TestContextWindow::oldestTurnsGoAndComeBack()
{
    const WindowFixture fixture(smallContext(200, 200));
    for (int i = 0; i < 3; ++i) {
        ask(fixture, kTwentyWords);
    }
    QVERIFY(counted(fixture));
    fixture.type(kTwentyWords);
    QVERIFY(waitFor([&] { return fixture.item("leaveOutOldest") != nullptr; }));
    QCOMPARE(shownText(fixture, "leaveOutOldest"), QStringLiteral("Leave out the oldest turn"));
    fixture.click("leaveOutOldest");
    QVERIFY(waitFor([&] { return fixture.item("contextPanel") == nullptr; }));
    QVERIFY(waitFor([&] { return fixture.item("toldDivider") != nullptr; }));
    QVERIFY(fixture.shown(0, TranscriptModel::kLeftOutRole).toBool() && fixture.shown(1, TranscriptModel::kLeftOutRole).toBool());
    QVERIFY(!fixture.shown(2, TranscriptModel::kLeftOutRole).toBool());
    QVERIFY(fixture.shown(2, TranscriptModel::kToldFirstRole).toBool());
    fixture.click("tellAll");
    QVERIFY(waitFor([&] { return fixture.item("toldDivider") == nullptr && fixture.item("contextPanel") != nullptr; }));
}

void TestContextWindow::theContextIsEnlarged()
{
    const WindowFixture fixture(smallContext(100, 1000));
    fixture.type(kTwentyWords + QLatin1Char(' ') + kTwentyWords);
    QVERIFY(waitFor([&] { return fixture.item("largerContext") != nullptr; }));
    QCOMPARE(shownText(fixture, "largerContext"), QStringLiteral("Larger context: 200 tokens"));
    fixture.click("largerContext");
    QVERIFY(waitFor([&] { return fixture.item("contextPanel") == nullptr && fixture.chat().context()->capacity() == 200; }));
    QVERIFY(fixture.waitUntilIdle() && counted(fixture));
    fixture.item("composer")->forceActiveFocus();
    fixture.key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == 2; }));
}

void TestContextWindow::theQuestionMovesToANewChat()
{
    const WindowFixture fixture(smallContext(140, 140));
    ask(fixture, kTwentyWords);
    const qint64 first = fixture.chat().currentConversation();
    fixture.type(kTwentyWords + QLatin1Char(' ') + kTwentyWords);
    QVERIFY(waitFor([&] { return fixture.item("moveToNewChat") != nullptr; }));
    const QString text = shownText(fixture, "composer");
    fixture.click("moveToNewChat");
    QVERIFY(waitFor([&] { return fixture.item("contextPanel") == nullptr && fixture.chat().transcript()->count() == 0; }));
    QCOMPARE(shownText(fixture, "composer"), text);
    fixture.chat().openConversation(first);
    QCOMPARE(shownText(fixture, "composer"), QString());
}

void TestContextWindow::theAttachmentIsShortened()
{
    const WindowFixture fixture(smallContext(100, 100));
    fixture.drop({fixture.written(QStringLiteral("long.txt"), QByteArray("word ").repeated(200))});
    QVERIFY(waitFor([&] { return fixture.item("shorten") != nullptr; }));
    fixture.click("shorten");
    QVERIFY(waitFor([&] { return shownText(fixture, "previewName") == QLatin1String("long.txt"); }));
    fixture.key(Qt::Key_Escape);
    fixture.click("removeAttachment");
    QVERIFY(waitFor([&] { return fixture.item("contextPanel") == nullptr; }));
}

void TestContextWindow::aReceiptIsShownAndReplayed()
{
    Script script = chatScript("a short answer");
    script.statistics.promptTokens = 120;
    script.statistics.cachedTokens = 100;
    const WindowFixture fixture(script);
    ask(fixture, QStringLiteral("Why?"));
    fixture.item("openReceipt")->forceActiveFocus(Qt::TabFocusReason);
    fixture.key(Qt::Key_Space);
    QVERIFY(waitFor([&] { return fixture.item("promptWords") != nullptr; }));
    QCOMPARE(shownText(fixture, "promptWords"), QStringLiteral("120 tokens: 100 known from before, 20 new"));
    QVERIFY(fixture.item("replay")->isEnabled());
    fixture.click("replay");
    QVERIFY(waitFor([&] { return shownText(fixture, "replayOutcome").contains(QLatin1String("bit for bit")); }));
    QVERIFY(fixture.chat().receipt()->same());
    fixture.click("copyReceipt");
    QVERIFY(QGuiApplication::clipboard()->text().contains(QLatin1String("\"promptSha256\"")));
    QCOMPARE(fixture.chat().transcript()->count(), 2);
    fixture.key(Qt::Key_Escape);
    QVERIFY(waitFor([&] { return fixture.item("promptWords") == nullptr; }));
}

/// From the price on the settings page to what a million tokens cost.
void TestContextWindow::whatAnAnswerTookIsTold()
{
    std::shared_ptr<QTemporaryDir> folder;
    {
        const WindowFixture fixture(chatScript("Seven."));
        folder = fixture.folder();
        ask(fixture, QStringLiteral("Why?"));
        fixture.chat().receipt()->open(1);
        QVERIFY(!fixture.chat().receipt()->figures().isEmpty()); // whatever this machine can measure
    }
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("figures"));
        database.setDatabaseName(folder->filePath(QStringLiteral("conclave.db")));
        QVERIFY(database.open());
        QVERIFY(QSqlQuery(database).exec(QStringLiteral(
            "UPDATE messages SET statistics = '{\"tokensPerSecond\": 20, \"firstTokenSeconds\": 0.5, \"generatedTokens\": 40, "
            "\"promptTokens\": 100, \"cachedTokens\": 60, \"memoryBytes\": 2.0e9, \"energy\": {\"source\": \"processor\", \"joules\": 100, "
            "\"idleJoules\": 28, \"answerJoules\": 72, \"joulesPerToken\": 1.8}}' WHERE role = 1")));
        database.close();
    }
    QSqlDatabase::removeDatabase(QStringLiteral("figures"));
    const WindowFixture fixture(chatScript("Seven."), folder);
    fixture.key(Qt::Key_Period, Qt::ControlModifier);
    QVERIFY(waitFor([&] { return fixture.item("electricityPrice") != nullptr; }));
    fixture.item("electricityPrice")->forceActiveFocus(Qt::TabFocusReason);
    fixture.type(QStringLiteral("0.25"));
    fixture.item("currency")->forceActiveFocus(Qt::TabFocusReason);
    fixture.key(Qt::Key_A, Qt::ControlModifier);
    fixture.type(QStringLiteral("EUR"));
    fixture.key(Qt::Key_Return);
    fixture.key(Qt::Key_Escape);
    fixture.chat().openConversation(fixture.controller().conversations().front().id);
    QVERIFY(waitFor([&] { return fixture.item("openReceipt") != nullptr; }));
    fixture.item("openReceipt")->forceActiveFocus(Qt::TabFocusReason);
    fixture.key(Qt::Key_Space);
    QVERIFY(waitFor([&] { return fixture.item("figureLines") != nullptr; }));
    QStringList lines;
    for (const QVariant &line : fixture.chat().receipt()->figures())
        lines << line.toMap()[QStringLiteral("name")].toString() + QStringLiteral(": ") + line.toMap()[QStringLiteral("value")].toString();
    const QString all = lines.join(u'\n');
    for (const char *part : {"Speed: 20.0 tokens/s", "First token: after 0.500 s", "60 known from before", "Memory: 2.00 GB",
                             "Energy: 72.0 J, 1.80 J a token", "0.125 EUR of electricity; API prices of April 2026: $0.48"})
        QVERIFY2(all.contains(QLatin1String(part)), qPrintable(all));
}

void TestContextWindow::aDifferentReplayIsShown()
{
    std::shared_ptr<QTemporaryDir> folder;
    {
        const WindowFixture fixture(chatScript("The answer is seven."));
        folder = fixture.folder();
        ask(fixture, QStringLiteral("Why?"));
    }
    const WindowFixture fixture(chatScript("The answer is eight."), folder);
    fixture.chat().openConversation(fixture.controller().conversations().front().id);
    fixture.chat().receipt()->open(1);
    fixture.chat().receipt()->replay();
    QVERIFY(waitFor([&] { return !fixture.chat().receipt()->outcome().isEmpty(); }));
    QCOMPARE(fixture.chat().receipt()->outcome(), QStringLiteral("It differs from character 15 on: “eight.” instead of “seven.”."));
    QVERIFY(!fixture.chat().receipt()->same());
}

void TestContextWindow::aReplayInOtherPiecesSaysSo()
{
    std::shared_ptr<QTemporaryDir> folder;
    Script script = chatScript("The answer is seven.");
    script.statistics.cachedTokens = 100;
    script.statistics.passes = {{80, 1, {}}, {1, 20, {}}, {12, 1, {}}};
    {
        const WindowFixture fixture(script);
        folder = fixture.folder();
        ask(fixture, QStringLiteral("Why?"));
        fixture.chat().receipt()->open(1);
        const QVariantList lines = fixture.chat().receipt()->lines();
        QVERIFY(std::any_of(lines.begin(), lines.end(), [](const QVariant &line) {
            return line.toMap().value(QStringLiteral("value")) == QStringLiteral("80 + 20 × 1 + 12 tokens");
        }));
    }
    script.pieces = chatScript("The answer is eight.").pieces;
    script.statistics.passes = {{112, 1, {}}};
    const WindowFixture fixture(script, folder);
    fixture.chat().openConversation(fixture.controller().conversations().front().id);
    fixture.chat().receipt()->open(1);
    fixture.chat().receipt()->replay();
    QVERIFY(waitFor([&] { return !fixture.chat().receipt()->outcome().isEmpty(); }));
    QVERIFY2(fixture.chat().receipt()->outcome().endsWith(
                 QStringLiteral("“seven.”. The prompt was computed in other pieces than then. That alone changes last digits.")),
             qPrintable(fixture.chat().receipt()->outcome()));
}

void TestContextWindow::picturesAreShownAsTheModelSawThem()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.chat().attachFiles({fixture.chartFile()});
    QVERIFY(waitFor([&] { return fixture.chat().attachments()->count() == 1 && !fixture.chat().attaching(); }));
    ask(fixture, QStringLiteral("Look"));
    fixture.chat().receipt()->open(1);
    QVERIFY(waitFor([&] { return fixture.item("sight") != nullptr && fixture.item("sight")->property("status").toInt() == 1; }));
    QCOMPARE(shownText(fixture, "sightWords"), QStringLiteral("560 × 392 pixels, 64 tokens of the prompt"));
    QVERIFY(!fixture.item("tiles")); // 64 tokens are no whole tiles of it
}

/// As it was resized for the model, with the tiles that it was cut into.
void TestContextWindow::picturesAreShownInTheTilesOfTheModel()
{
    Script script = chatScript("Yes.");
    script.tile = 28;
    const WindowFixture fixture(script);
    fixture.chat().attachFiles({fixture.chartFile()});
    QVERIFY(waitFor([&] { return fixture.chat().attachments()->count() == 1 && !fixture.chat().attaching(); }));
    ask(fixture, QStringLiteral("Look"));
    fixture.chat().receipt()->open(1);
    QVERIFY(waitFor([&] { return fixture.item("tiles") != nullptr; }));
    QCOMPARE(shownText(fixture, "sightWords"), QStringLiteral("280 × 196 pixels, 70 tokens of the prompt"));
    const QQuickItem *tiles = fixture.item("tiles");
    QCOMPARE(QSize(tiles->property("columns").toInt(), tiles->property("rows").toInt()), QSize(10, 7));
    const QQuickItem *picture = fixture.item("sight");
    QVERIFY(
        waitFor([&] { return picture->property("status").toInt() == 1 && tiles->width() == picture->property("paintedWidth").toReal(); }));
    // Lines between columns and rows, over the picture.
    const auto lines = findItems(fixture.item("tiles"), [&](QQuickItem *item) { return item->parentItem() == tiles && item->width() > 0; });
    QCOMPARE(lines.size(), 9 + 6);
    for (const QQuickItem *line : lines)
        QVERIFY(line->x() >= 0 && line->x() < tiles->width() && line->y() >= 0 && line->y() < tiles->height());
}

QTEST_MAIN(TestContextWindow)
#include "test_context_window.moc"
