#include "tests/ui/window_fixture.h"

#include <QAbstractItemModelTester>
#include <QAccessible>
#include <QClipboard>
#include <QGuiApplication>

using namespace conclave;
using namespace conclave::tests;
using ui::ConversationListModel;
using ui::TranscriptModel;

/// Hands on conversations in the real window: sidebar, search, versions of turns, settings; mostly by keyboard.
class TestConversations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aQuestionIsEditedInItsPlace();
    void anEditIsDropped();
    void versionsAreSwitchedByTheirArrows();
    void anAnswerIsGivenAgain();
    void anAnswerIsEdited();
    void aStoppedAnswerIsContinued();
    void anAnswerIsQuoted();
    void toolsShowForTheKeyboard();
    void draftsStayWithTheirConversations();
    void draftsSurviveARestart();
    void theSampleLeavesTheDraftAlone();
    void theSearchFindsAndOpens();
    void theSearchFindsChinese();
    void markupInMessagesIsText();
    void aSearchThatFindsNothing();
    void theSidebarHasSections();
    void theMenuOpensByKeyboard();
    void aNewFolderIsNamedInPlace();
    void settingsAreKeptWithTheConversation();
    void presets();
    void everyControlHasAName();
};

namespace
{

QString shownText(const WindowFixture &fixture, int row)
{
    return fixture.shown(row, TranscriptModel::kBodyRole).toString();
}

QStringList sidebar(const WindowFixture &fixture)
{
    const ConversationListModel &list = *fixture.chat().conversations();
    QStringList rows;
    for (int row = 0; row < list.rowCount(); ++row) {
        const QModelIndex index = list.index(row);
        const bool section = index.data(ConversationListModel::kSectionRole).toBool();
        const QString heading = index.data(ConversationListModel::kHeadingRole).toString();
        rows.append((heading.isEmpty() ? QString() : heading + QStringLiteral(": ")) +
                    (section ? u'[' + index.data(ConversationListModel::kTitleRole).toString() + u']'
                             : index.data(ConversationListModel::kTitleRole).toString()));
    }
    return rows;
}

} // namespace

void TestConversations::aQuestionIsEditedInItsPlace()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.ask(QStringLiteral("Is it so"));
    fixture.press("editQuestion");
    QVERIFY(waitFor([&] { return fixture.item("questionEditor") != nullptr; }));
    QCOMPARE(fixture.text("questionEditor"), QStringLiteral("Is it so"));
    fixture.type(QStringLiteral(" now?"));
    fixture.key(Qt::Key_Return);
    QVERIFY(fixture.waitUntilIdle());
    QVERIFY(waitFor([&] { return fixture.item("questionEditor") == nullptr; }));
    QCOMPARE(shownText(fixture, 0), QStringLiteral("Is it so now?"));
    QCOMPARE(fixture.chat().transcript()->count(), 2);
    QCOMPARE(fixture.text("versionText"), QStringLiteral("2 / 2"));
}

void TestConversations::anEditIsDropped()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.ask(QStringLiteral("Is it so?"));
    fixture.press("editQuestion");
    fixture.type(QStringLiteral(" not this"));
    fixture.key(Qt::Key_Escape);
    QVERIFY(waitFor([&] { return fixture.item("questionEditor") == nullptr; }));
    QCOMPARE(shownText(fixture, 0), QStringLiteral("Is it so?"));
    QVERIFY(!fixture.item("versionText"));
    QVERIFY(fixture.item("editQuestion")->hasActiveFocus());
}

void TestConversations::versionsAreSwitchedByTheirArrows()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.ask(QStringLiteral("one"));
    QVERIFY(fixture.chat().editQuestion(0, QStringLiteral("two")) && fixture.waitUntilIdle());
    QVERIFY(waitFor([&] { return fixture.item("versionBefore") != nullptr; }));
    QVERIFY(!fixture.item("versionAfter")->isEnabled());
    fixture.click("versionBefore");
    QCOMPARE(shownText(fixture, 0), QStringLiteral("one"));
    QVERIFY(waitFor([&] { return fixture.text("versionText") == QLatin1String("1 / 2"); }));
    fixture.press("versionAfter");
    QCOMPARE(shownText(fixture, 0), QStringLiteral("two"));
}

void TestConversations::anAnswerIsGivenAgain()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.ask(QStringLiteral("Is it so?"));
    fixture.press("regenerate");
    QVERIFY(fixture.waitUntilIdle());
    QVERIFY(waitFor([&] { return fixture.text("versionText") == QLatin1String("2 / 2"); }));
    QCOMPARE(fixture.shown(1, TranscriptModel::kVersionsRole).toInt(), 2);
    QCOMPARE(fixture.chat().transcript()->count(), 2);
}

void TestConversations::anAnswerIsEdited()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.ask(QStringLiteral("Is it so?"));
    fixture.press("editAnswer");
    QVERIFY(waitFor([&] { return fixture.item("answerEditor") && fixture.item("answerEditor")->hasActiveFocus(); }));
    QCOMPARE(fixture.text("answerEditor"), QStringLiteral("Yes."));
    fixture.key(Qt::Key_End, Qt::ControlModifier);
    fixture.type(QStringLiteral(" Or no."));
    fixture.press("answerSave");
    QVERIFY(waitFor([&] { return !fixture.item("answerEditor"); }));
    QCOMPARE(shownText(fixture, 1), QStringLiteral("Yes. Or no."));
    QVERIFY(waitFor([&] { return fixture.text("versionText") == QLatin1String("2 / 2"); }));
    QVERIFY2(fixture.text("answerFigures").endsWith(QStringLiteral(" · edited by you")), qPrintable(fixture.text("answerFigures")));
    fixture.press("editAnswer");
    QVERIFY(waitFor([&] { return fixture.item("answerEditor") != nullptr; }));
    fixture.key(Qt::Key_Escape);
    QVERIFY(waitFor([&] { return !fixture.item("answerEditor"); }));
    QCOMPARE(fixture.shown(1, TranscriptModel::kVersionsRole).toInt(), 2);
}

void TestConversations::aStoppedAnswerIsContinued()
{
    Script script = chatScript("one two three");
    script.hangAt = 2;
    const WindowFixture fixture(script);
    fixture.type(QStringLiteral("Count"));
    fixture.key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == 2 && shownText(fixture, 1) == QLatin1String("one tw"); }));
    QVERIFY(!fixture.item("continueAnswer"));
    fixture.key(Qt::Key_Escape);
    QVERIFY(fixture.waitUntilIdle());
    QVERIFY(waitFor([&] { return fixture.item("continueAnswer") != nullptr; }));
    fixture.press("continueAnswer");
    QVERIFY(waitFor([&] { return shownText(fixture, 1) == QLatin1String("one twone tw"); }));
    QCOMPARE(fixture.chat().transcript()->count(), 2);
    fixture.controller().stop();
    QVERIFY(fixture.waitUntilIdle());
}

void TestConversations::anAnswerIsQuoted()
{
    const WindowFixture fixture(chatScript("first line\n\nsecond line"));
    fixture.ask(QStringLiteral("Say it"));
    fixture.type(QStringLiteral("begun"));
    fixture.press("quoteAnswer");
    QCOMPARE(fixture.text("composer"), QStringLiteral("begun\n\n> first line\n> \n> second line\n\n"));
    QVERIFY(fixture.item("composer")->hasActiveFocus());
    fixture.press("copyQuestion");
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("Say it"));
}

void TestConversations::toolsShowForTheKeyboard()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.ask(QStringLiteral("Is it so?"));
    QTest::mouseMove(&fixture.window(), QPoint(5, 5));
    QVERIFY(waitFor([&] { return fixture.item("regenerate")->opacity() == 0; }));
    fixture.item("regenerate")->forceActiveFocus(Qt::TabFocusReason);
    QVERIFY(waitFor([&] { return fixture.item("regenerate")->opacity() == 1; }));
    QVERIFY(fixture.item("regenerate")->activeFocusOnTab());
    fixture.item("composer")->forceActiveFocus();
    QVERIFY(waitFor([&] { return fixture.item("regenerate")->opacity() == 0; }));
    QQuickItem *answer = fixture.item("answerText");
    QTest::mouseMove(&fixture.window(), answer->mapToScene(QPointF(20, 5)).toPoint());
    QVERIFY(waitFor([&] { return fixture.item("regenerate")->opacity() == 1; }));
}

void TestConversations::draftsStayWithTheirConversations()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.ask(QStringLiteral("First"));
    const qint64 first = fixture.chat().currentConversation();
    fixture.type(QStringLiteral("half a follow-up"));
    fixture.key(Qt::Key_N, Qt::ControlModifier);
    QCOMPARE(fixture.text("composer"), QString());
    fixture.type(QStringLiteral("new"));
    fixture.chat().openConversation(first);
    QCOMPARE(fixture.text("composer"), QStringLiteral("half a follow-up"));
    fixture.chat().newConversation();
    QCOMPARE(fixture.text("composer"), QStringLiteral("new"));
    fixture.key(Qt::Key_Return);
    QVERIFY(fixture.waitUntilIdle());
    QCOMPARE(fixture.text("composer"), QString());
    fixture.chat().newConversation();
    QCOMPARE(fixture.text("composer"), QString());
}

void TestConversations::draftsSurviveARestart()
{
    auto fixture = std::make_unique<WindowFixture>(chatScript("Yes."));
    fixture->type(QStringLiteral("not sent yet"));
    QTest::qWait(600); // no ending of the program saves it: the time since the last letter does
    const auto store = app::ConversationStore::open(fixture->folder()->path());
    QCOMPARE(*(*store)->draft(0), QStringLiteral("not sent yet"));
    fixture->type(QStringLiteral("!"));
    fixture->window().close();
    const auto folder = fixture->folder();
    fixture.reset();
    const WindowFixture again(chatScript("Yes."), folder);
    QCOMPARE(again.text("composer"), QStringLiteral("not sent yet!"));
}

void TestConversations::theSampleLeavesTheDraftAlone()
{
    const WindowFixture fixture(chartScript());
    if (!fixture.chat().sampleAvailable()) {
        QSKIP("there is no sample chart beside this build");
    }
    fixture.type(QStringLiteral("what I wanted to say"));
    fixture.chat().trySample();
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == 2; }) && fixture.waitUntilIdle());
    QCOMPARE(fixture.text("composer"), QStringLiteral("what I wanted to say"));
}

void TestConversations::theSearchFindsAndOpens()
{
    const WindowFixture fixture(chatScript("The answer speaks of Größe."));
    fixture.ask(QStringLiteral("A question"));
    const qint64 id = fixture.chat().currentConversation();
    fixture.key(Qt::Key_N, Qt::ControlModifier);
    fixture.key(Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(fixture.item("searchField")->hasActiveFocus());
    fixture.type(QStringLiteral("GROSSE")); // ß is a letter of its own: not found
    QVERIFY(waitFor([&] { return fixture.item("nothingFound") != nullptr; }));
    fixture.key(Qt::Key_A, Qt::ControlModifier);
    fixture.type(QStringLiteral("größ"));
    QVERIFY(waitFor([&] { return fixture.item("searchHit") != nullptr; }));
    QVERIFY(fixture.text("snippet").contains(QStringLiteral("<b>Größe</b>")));
    fixture.key(Qt::Key_Down);
    fixture.key(Qt::Key_Return);
    QCOMPARE(fixture.chat().currentConversation(), id);
    QCOMPARE(fixture.chat().transcript()->count(), 2);
    fixture.key(Qt::Key_Escape);
    QVERIFY(waitFor([&] { return fixture.item("conversationList") != nullptr; }));
}

void TestConversations::theSearchFindsChinese()
{
    const WindowFixture fixture(chatScript("上海的销售额最高。"));
    fixture.ask(QStringLiteral("哪里最高?"));
    fixture.key(Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    fixture.type(QStringLiteral("销售"));
    QVERIFY(waitFor([&] { return fixture.item("searchHit") != nullptr; }));
    QCOMPARE(fixture.text("snippet"), QStringLiteral("上海的<b>销售</b>额最高。"));
}

void TestConversations::markupInMessagesIsText()
{
    const WindowFixture fixture(chatScript("a <img src='http://example.org/a.png'> needle <b>x</b>"));
    fixture.ask(QStringLiteral("q"));
    fixture.key(Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    fixture.type(QStringLiteral("needle"));
    QVERIFY(waitFor([&] { return fixture.item("searchHit") != nullptr; }));
    QVERIFY(!fixture.text("snippet").contains(QLatin1String("<img")));
    QVERIFY(fixture.text("snippet").contains(QLatin1String("&lt;img")));
}

void TestConversations::aSearchThatFindsNothing()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.key(Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    fixture.type(QStringLiteral("nowhere"));
    QVERIFY(waitFor([&] { return fixture.item("nothingFound") != nullptr; }));
    fixture.click("searchClear");
    QVERIFY(waitFor([&] { return fixture.item("searchHits") == nullptr; }));
}

void TestConversations::theSidebarHasSections()
{
    const WindowFixture fixture(chatScript("Yes."));
    const QAbstractItemModelTester rules(fixture.chat().conversations(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVector<qint64> ids;
    for (const char *name : {"A", "B", "C", "D"}) {
        fixture.chat().newConversation();
        fixture.ask(QString::fromLatin1(name));
        ids.append(fixture.chat().currentConversation());
    }
    QCOMPARE(sidebar(fixture), QStringList({"Today: D", "C", "B", "A"}));
    fixture.chat().pinConversation(ids[0], true);
    fixture.chat().archiveConversation(ids[1], true);
    fixture.controller().shelf().createFolder(QStringLiteral("Work"));
    fixture.chat().moveToFolder(ids[2], fixture.controller().shelf().folders().front().id);
    QCOMPARE(sidebar(fixture), QStringList({"Pinned: A", "[Work]", "C", "Today: D", "[Archive]"}));
    fixture.chat().conversations()->toggleFolded(0);
    QCOMPARE(sidebar(fixture).last(), QStringLiteral("B"));
    QTest::qWait(50);
    fixture.click("section");
    QCOMPARE(sidebar(fixture), QStringList({"Pinned: A", "[Work]", "Today: D", "[Archive]", "B"}));
    fixture.chat().openConversation(ids[1]);
    QCOMPARE(fixture.chat().currentTitle(), QStringLiteral("B"));
}

void TestConversations::theMenuOpensByKeyboard()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.ask(QStringLiteral("First"));
    fixture.item("conversationList")->forceActiveFocus();
    fixture.key(Qt::Key_F10, Qt::ShiftModifier);
    QVERIFY(waitFor([&] { return fixture.item("menuPin") != nullptr; }));
    QTest::qWait(100);
    fixture.key(Qt::Key_Down);
    fixture.key(Qt::Key_Down); // Rename, Pin
    fixture.key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return sidebar(fixture) == QStringList({"Pinned: First"}); }));
    fixture.item("conversationList")->forceActiveFocus();
    fixture.key(Qt::Key_F2);
    QVERIFY(waitFor([&] { return fixture.item("renameEditor") != nullptr; }));
}

void TestConversations::aNewFolderIsNamedInPlace()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.ask(QStringLiteral("First"));
    fixture.click("conversationMenu");
    QVERIFY(waitFor([&] { return fixture.item("menuPin") != nullptr; }));
    QTest::qWait(100);
    for (int i = 0; i < 3; ++i) {
        fixture.key(Qt::Key_Down); // Rename, Pin, Move to folder
    }
    fixture.key(Qt::Key_Right);
    QVERIFY(waitFor([&] { return fixture.item("menuNewFolder") != nullptr; }));
    fixture.click("menuNewFolder");
    QVERIFY(waitFor([&] { return fixture.item("folderEditor") != nullptr; }));
    QTest::qWait(100);
    fixture.item("folderEditor")->forceActiveFocus();
    fixture.type(QStringLiteral("Work"));
    fixture.key(Qt::Key_Return);
    const bool named = waitFor([&] { return sidebar(fixture) == QStringList({"[Work]", "First"}); });
    QVERIFY2(named, qPrintable(sidebar(fixture).join(QLatin1String(", "))));
}

void TestConversations::settingsAreKeptWithTheConversation()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.ask(QStringLiteral("First"));
    const qint64 id = fixture.chat().currentConversation();
    fixture.key(Qt::Key_Comma, Qt::ControlModifier);
    QVERIFY(waitFor([&] { return fixture.item("systemPrompt") != nullptr; }));
    QTest::qWait(200);
    QVERIFY(fixture.item("systemPrompt")->hasActiveFocus());
    fixture.type(QStringLiteral("Be brief."));
    fixture.key(Qt::Key_Escape);
    QVERIFY(waitFor([&] { return fixture.item("systemPrompt") == nullptr; }));
    QCOMPARE(fixture.chat().settings()->systemPrompt(), QStringLiteral("Be brief."));
    fixture.chat().newConversation();
    QVERIFY(fixture.chat().settings()->usual());
    fixture.chat().openConversation(id);
    QCOMPARE(fixture.chat().settings()->systemPrompt(), QStringLiteral("Be brief."));
    fixture.chat().settings()->setTemperature(99);
    QCOMPARE(fixture.chat().settings()->temperature(), 2.0);
}

void TestConversations::presets()
{
    const WindowFixture fixture(chatScript("Yes."));
    ui::ChatSettingsModel &settings = *fixture.chat().settings();
    QCOMPARE(settings.currentPreset(), 0);
    settings.usePreset(1);
    QCOMPARE(settings.temperature(), 0.2);
    QCOMPARE(settings.currentPreset(), 1);
    settings.setSystemPrompt(QStringLiteral("Speak like a lawyer."));
    QCOMPARE(settings.currentPreset(), -1);
    settings.saveAsPreset(QStringLiteral("Lawyer"));
    QCOMPARE(settings.presets().last(), QStringLiteral("Lawyer"));
    QCOMPARE(settings.currentPreset(), 3);
    settings.reset();
    settings.usePreset(3);
    QCOMPARE(settings.systemPrompt(), QStringLiteral("Speak like a lawyer."));
    settings.removePreset(3);
    QCOMPARE(settings.ownPresets(), 0);
    settings.removePreset(0);
    QCOMPARE(settings.presets().size(), 3);
}

void TestConversations::everyControlHasAName()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.ask(QStringLiteral("First"));
    QVERIFY(fixture.chat().editQuestion(0, QStringLiteral("Second")) && fixture.waitUntilIdle());
    fixture.controller().shelf().createFolder(QStringLiteral("Work"));
    fixture.key(Qt::Key_Comma, Qt::ControlModifier);
    QVERIFY(waitFor([&] { return fixture.item("systemPrompt") != nullptr; }));
    const auto controls = findItems(fixture.window().contentItem(), [](QQuickItem *item) {
        return item->activeFocusOnTab() || item->inherits("QQuickAbstractButton") || item->inherits("QQuickTextArea");
    });
    QVERIFY2(controls.size() >= 25, qPrintable(QString::number(controls.size())));
    for (QQuickItem *control : controls) {
        QAccessibleInterface *accessible = QAccessible::queryAccessibleInterface(control);
        const QString who = QString::fromLatin1(control->metaObject()->className()) + QLatin1Char(' ') + control->objectName();
        QVERIFY2(accessible, qPrintable(who + QStringLiteral(" is not accessible")));
        QVERIFY2(!accessible->text(QAccessible::Name).isEmpty(), qPrintable(who + QStringLiteral(" has no name")));
    }
}

QTEST_MAIN(TestConversations)
#include "test_conversations.moc"
