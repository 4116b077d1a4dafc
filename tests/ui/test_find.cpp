#include "tests/ui/window_fixture.h"
#include "ui/find/found_text.h"

#include <QAccessible>
#include <QElapsedTimer>

using namespace conclave;
using namespace conclave::tests;
using ui::FoundPlace;

/// Words that are looked for in the open conversation, in the real window, by keyboard.
class TestFind : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wordsAreFoundWhateverTheirCase_data();
    void wordsAreFoundWhateverTheirCase();
    void placesAreMarkedAndWalkedThrough();
    void placesFarAwayAreBroughtIntoSight();
    void whatIsCountedIsWhatIsMarked();
    void formulasAreMarkedAsAWhole();
    void chartsAreMarkedAsAWhole();
    void anAnswerThatGrowsIsLookedThroughAgain();
    void anotherConversationClosesIt();
    void withNothingToLookInAllConversationsAreSearched();
    void theSelectedWordsAreLookedFor();
    void itReadsAsItLooks();
};

namespace
{

/// Ctrl+F and the words, until all were counted.
void find(const WindowFixture &fixture, const QString &words)
{
    fixture.key(Qt::Key_F, Qt::ControlModifier);
    QVERIFY(waitFor([&] { return fixture.item("findField") && fixture.item("findField")->hasActiveFocus(); }));
    fixture.type(words);
    QVERIFY(waitFor([&] { return !fixture.chat().find()->searching(); }));
    QTest::qWait(50);
}

QList<QQuickItem *> marks(const WindowFixture &fixture)
{
    return findItems(fixture.window().contentItem(), [](QQuickItem *item) {
        return item->objectName() == QLatin1String("foundMark") || item->objectName() == QLatin1String("foundCurrent");
    });
}

/// The place that is meant, in the window.
QRectF current(const WindowFixture &fixture)
{
    const QQuickItem *mark = fixture.item("foundCurrent");
    return mark ? mark->mapRectToScene(QRectF(0, 0, mark->width(), mark->height())) : QRectF();
}

bool isInSight(const WindowFixture &fixture)
{
    const QQuickItem *list = fixture.item("transcript");
    const QRectF mark = current(fixture);
    return !mark.isEmpty() && list->mapRectToScene(QRectF(0, 0, list->width(), list->height())).contains(mark);
}

} // namespace

void TestFind::wordsAreFoundWhateverTheirCase_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QVector<FoundPlace>>("places");
    const auto row = [](const char *name, const QString &text, const QString &typed, const QVector<FoundPlace> &places) {
        QTest::newRow(name) << text << typed << places;
    };
    row("capitals", QStringLiteral("Mean and MEAN"), QStringLiteral("mean"), {{0, 4}, {9, 4}});
    row("accents of the text", QStringLiteral("a Résumé"), QStringLiteral("resume"), {{2, 6}});
    row("accents of what is typed", QStringLiteral("a resume"), QStringLiteral("Résumé"), {{2, 6}});
    row("an accent as a character of its own", QStringLiteral("cafe\u0301 au lait"), QStringLiteral("café "), {{0, 6}});
    row("two accents on a letter", QStringLiteral("nǚ"), QStringLiteral("nu"), {{0, 2}});
    row("Chinese", QStringLiteral("上海的销售额"), QStringLiteral("销售"), {{3, 2}});
    row("Korean, whose syllables are letters", QStringLiteral("한국"), QStringLiteral("하"), {});
    row("a part of a word", QStringLiteral("median"), QStringLiteral("dia"), {{2, 3}});
    row("one after the other", QStringLiteral("aaaa"), QStringLiteral("aa"), {{0, 2}, {2, 2}});
    row("a space that does not break", QStringLiteral("5\u00a0kg"), QStringLiteral("5 kg"), {{0, 4}});
    row("nothing typed", QStringLiteral("text"), QString(), {});
    row("not there", QStringLiteral("text"), QStringLiteral("word"), {});
}

void TestFind::wordsAreFoundWhateverTheirCase()
{
    QFETCH(QString, text);
    QFETCH(QString, typed);
    QFETCH(QVector<FoundPlace>, places);
    QCOMPARE(ui::foundIn(text, ui::foldedForFind(typed).text), places);
}

void TestFind::placesAreMarkedAndWalkedThrough()
{
    const WindowFixture fixture(chatScript("The **median** is robust.\n\nThe mean is not.\n\n```\nmedian(values)\n```\n"));
    fixture.ask(QStringLiteral("What is a median?"));
    find(fixture, QStringLiteral("MEDIAN"));
    QCOMPARE(fixture.text("findCount"), QStringLiteral("1 of 3"));
    QCOMPARE(marks(fixture).size(), 3);
    QCOMPARE(fixture.chat().find()->row(), 0); // the question
    const QRectF first = current(fixture);
    fixture.key(Qt::Key_Return);
    QCOMPARE(fixture.text("findCount"), QStringLiteral("2 of 3"));
    QTest::qWait(50);
    QVERIFY(current(fixture).top() > first.top());
    fixture.key(Qt::Key_F3);
    QCOMPARE(fixture.text("findCount"), QStringLiteral("3 of 3"));
    fixture.key(Qt::Key_Return); // round again
    QCOMPARE(fixture.text("findCount"), QStringLiteral("1 of 3"));
    fixture.key(Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(fixture.text("findCount"), QStringLiteral("3 of 3"));
    fixture.press("findPrevious");
    QCOMPARE(fixture.text("findCount"), QStringLiteral("2 of 3"));
    fixture.item("findField")->forceActiveFocus();
    fixture.key(Qt::Key_Escape);
    QVERIFY(waitFor([&] { return fixture.item("findBar") == nullptr; }));
    QVERIFY(marks(fixture).isEmpty());
    QVERIFY(fixture.item("composer")->hasActiveFocus());
}

void TestFind::placesFarAwayAreBroughtIntoSight()
{
    std::string answer;
    for (int i = 0; i < 99; ++i)
        answer +=
            (i % 33 == 16 ? "Here is a needle, number " : "Here is a paragraph like all others, number ") + std::to_string(i) + ".\n\n";
    const WindowFixture fixture(chatScript(answer));
    fixture.ask(QStringLiteral("Tell me all"));
    find(fixture, QStringLiteral("needle"));
    QCOMPARE(fixture.chat().find()->count(), 3);
    for (int i = 0; i < 4; ++i) {
        QVERIFY2(waitFor([&] { return isInSight(fixture); }), qPrintable(fixture.text("findCount")));
        fixture.key(Qt::Key_Return);
        QTest::qWait(50);
    }
    fixture.type(QStringLiteral(" that is not there"));
    QVERIFY(waitFor([&] { return fixture.text("findCount") == QLatin1String("Nothing found"); }));
}

/// Counted from Markdown without a view, marked in the documents of the views.
void TestFind::whatIsCountedIsWhatIsMarked()
{
    const WindowFixture fixture(
        chatScript("# One e\n\n- *e* and `e`\n- [e](https://example.org), $e^2$\n\n> e\n\n1. e\n   - e  \n     e\n\n"
                   "| e | f |\n|---|---|\n| e | e |\n\n```\ne = 1\n```\n\n$$e$$\n"));
    fixture.window().resize(1160, 1400);
    fixture.ask(QStringLiteral("e"));
    find(fixture, QStringLiteral("e"));
    QTest::qWait(100);
    const int wholes = 1; // the formula on a line of its own
    QCOMPARE(static_cast<int>(marks(fixture).size()), fixture.chat().find()->count() - wholes);
    for (int i = 0; i < fixture.chat().find()->count(); ++i) {
        QVERIFY2(fixture.item("foundCurrent") || fixture.item("foundWhole"), qPrintable(fixture.text("findCount")));
        fixture.key(Qt::Key_Return);
        QTest::qWait(20);
    }
}

void TestFind::formulasAreMarkedAsAWhole()
{
    const WindowFixture fixture(chatScript("So it is:\n\n$$\\frac{a}{b}$$\n"));
    fixture.ask(QStringLiteral("How?"));
    find(fixture, QStringLiteral("frac"));
    QCOMPARE(fixture.text("findCount"), QStringLiteral("1 of 1"));
    QVERIFY(fixture.item("foundWhole"));
}

void TestFind::chartsAreMarkedAsAWhole()
{
    const WindowFixture fixture(chartScript());
    fixture.drop({fixture.chartFile()});
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == 2; }) && fixture.waitUntilIdle());
    find(fixture, QStringLiteral("koln")); // in the table, and twice in the summary
    QCOMPARE(fixture.text("findCount"), QStringLiteral("1 of 1"));
    QVERIFY(waitFor([&] { return fixture.item("foundWhole") != nullptr; }));
}

void TestFind::anAnswerThatGrowsIsLookedThroughAgain()
{
    Script script = chatScript("");
    script.pieces = {"One word", " and"};
    for (int i = 0; i < 40; ++i)
        script.pieces.push_back(" more");
    script.pieces.push_back(" word.");
    script.delay = std::chrono::milliseconds(20);
    const WindowFixture fixture(script);
    fixture.type(QStringLiteral("Go"));
    fixture.key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return fixture.chat().rows()->count() >= 3; }));
    fixture.key(Qt::Key_F, Qt::ControlModifier);
    fixture.type(QStringLiteral("word"));
    QVERIFY(waitFor([&] { return fixture.text("findCount") == QLatin1String("1 of 1"); }));
    QVERIFY(fixture.chat().busy());
    QVERIFY(waitFor([&] { return fixture.text("findCount") == QLatin1String("1 of 2"); })); // the place that is shown stays
    fixture.key(Qt::Key_Escape);
    QVERIFY(waitFor([&] { return fixture.item("findBar") == nullptr; }));
    QVERIFY(fixture.waitUntilIdle());
    QVERIFY(fixture.shown(1, ui::TranscriptModel::kBodyRole).toString().endsWith(QLatin1String("word."))); // Esc did not stop it
}

void TestFind::anotherConversationClosesIt()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.ask(QStringLiteral("Is it so?"));
    find(fixture, QStringLiteral("yes"));
    fixture.chat().newConversation();
    QVERIFY(waitFor([&] { return fixture.item("findBar") == nullptr; }));
    QVERIFY(!fixture.chat().find()->isOpen());
}

void TestFind::withNothingToLookInAllConversationsAreSearched()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.key(Qt::Key_F, Qt::ControlModifier);
    QVERIFY(!fixture.item("findBar"));
    QVERIFY(fixture.item("searchField")->hasActiveFocus());
}

void TestFind::theSelectedWordsAreLookedFor()
{
    const WindowFixture fixture(chatScript("The median is robust, the mean is not. A median!"));
    fixture.ask(QStringLiteral("Which?"));
    QQuickItem *words = fixture.item("answerText");
    words->forceActiveFocus();
    QMetaObject::invokeMethod(words, "select", Q_ARG(int, 4), Q_ARG(int, 10));
    fixture.key(Qt::Key_F, Qt::ControlModifier);
    QCOMPARE(fixture.text("findField"), QStringLiteral("median"));
    QVERIFY(waitFor([&] { return fixture.text("findCount") == QLatin1String("1 of 2"); }));
}

void TestFind::itReadsAsItLooks()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.ask(QStringLiteral("Is it so?"));
    find(fixture, QStringLiteral("s"));
    for (const char *name : {"findField", "findCount", "findPrevious", "findNext", "findClose", "findButton"}) {
        QQuickItem *item = fixture.item(name);
        QVERIFY2(item, name);
        QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(item);
        QVERIFY2(spoken && !spoken->text(QAccessible::Name).isEmpty(), name);
    }
    fixture.preferences().setLanguage(QStringLiteral("de"));
    QCOMPARE(fixture.text("findCount"), QStringLiteral("1 von 3"));
}

QTEST_MAIN(TestFind)
#include "test_find.moc"
