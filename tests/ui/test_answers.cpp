#include "tests/ui/test_answers.h"

#include "tests/ui/window_fixture.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QSignalSpy>

using namespace conclave;
using namespace conclave::tests;
using ui::TranscriptModel;
using ui::TranscriptRows;

namespace
{

Script thinking()
{
    Script script = chatScript("The answer is *four*.");
    script.reasoning = {"Two and ", "two make ", "four."};
    return script;
}

/// Asks, and waits for the answer. The question goes out at once, or when its tokens are counted.
void ask(const WindowFixture &fixture, const QString &question = QStringLiteral("Well?"))
{
    const qsizetype before = fixture.controller().messages().size();
    fixture.chat().send(question);
    QVERIFY(waitFor([&] { return fixture.controller().messages().size() > before; }));
    QVERIFY(fixture.waitUntilIdle());
    QTest::qWait(60);
}

QString clipboard()
{
    return QGuiApplication::clipboard()->text();
}

QString text(const WindowFixture &fixture, const char *name)
{
    const QQuickItem *item = fixture.item(name);
    return item ? item->property("text").toString() : QString();
}

QStringList parts(const WindowFixture &fixture)
{
    QStringList out;
    const TranscriptRows &rows = *fixture.chat().rows();
    for (int row = 0; row < rows.count(); ++row) {
        const int part = rows.data(rows.index(row), TranscriptRows::kPartRole).toInt();
        out.append(QString::fromLatin1(QMetaEnum::fromType<TranscriptRows::Part>().valueToKey(part)));
    }
    return out;
}

} // namespace

void TestAnswers::reasoningIsFolded()
{
    const WindowFixture fixture(thinking());
    ask(fixture);
    QCOMPARE(parts(fixture), QStringList({"Whole", "ReasoningHead", "Prose", "Foot"}));
    QVERIFY(text(fixture, "reasoningTitle").startsWith(QLatin1String("Thought for 1 s")));
    QVERIFY(!fixture.item("reasoningText"));
    fixture.click("reasoningHead");
    QVERIFY(waitFor([&] { return fixture.item("reasoningText") != nullptr; }));
    fixture.press("reasoningHead"); // and by the keyboard
    QVERIFY(waitFor([&] { return fixture.item("reasoningText") == nullptr; }));
    QVERIFY(fixture.item("reasoningHead")->activeFocusOnTab());
}

void TestAnswers::reasoningStreamsWhileItIsOpen()
{
    Script script = thinking();
    script.reasoning.assign(40, "more and more thoughts, ");
    script.delay = std::chrono::milliseconds(10);
    const WindowFixture fixture(script);
    QVERIFY(fixture.chat().send(QStringLiteral("Well?")));
    QVERIFY(waitFor([&] { return fixture.item("reasoningHead") != nullptr; }));
    QCOMPARE(text(fixture, "reasoningTitle"), QStringLiteral("Thinking…"));
    fixture.press("reasoningHead");
    QVERIFY(waitFor([&] { return fixture.item("reasoningText") != nullptr; }));
    const qreal height = fixture.item("reasoningText")->height();
    QVERIFY(waitFor([&] { return fixture.item("reasoningText")->height() > height; }));
    QVERIFY(fixture.waitUntilIdle());
    QVERIFY(fixture.item("reasoningText")); // stays as it was left
}

void TestAnswers::reasoningIsCopiedApart()
{
    const WindowFixture fixture(thinking());
    ask(fixture);
    fixture.press("copyReasoning");
    QCOMPARE(clipboard(), QStringLiteral("Two and two make four."));
    fixture.press("copyText");
    QCOMPARE(clipboard(), QStringLiteral("The answer is *four*."));
}

void TestAnswers::toolCallsAreShown()
{
    Script script = chatScript("");
    script.toolCalls = {{"", "get_weather", "{\"city\":\"Köln\"}"}};
    const WindowFixture fixture(script);
    ask(fixture);
    QCOMPARE(parts(fixture), QStringList({"Whole", "ToolCall", "Foot"}));
    QVERIFY(fixture.item("toolCall"));
}

void TestAnswers::codeIsCopiedAsAWhole()
{
    const WindowFixture fixture(chatScript("So:\n\n1. First\n   ```py\n   def f():\n       return 1\n   ```\n2. Then\n"));
    ask(fixture);
    QCOMPARE(parts(fixture), QStringList({"Whole", "Prose", "Code", "Prose", "Foot"}));
    QCOMPARE(text(fixture, "codeLanguage"), QStringLiteral("Python"));
    QCOMPARE(text(fixture, "codeText"), QStringLiteral("def f():\n    return 1"));
    fixture.press("copyCode");
    QCOMPARE(clipboard(), QStringLiteral("def f():\n    return 1\n"));
}

void TestAnswers::codeIsSaved()
{
    const WindowFixture fixture(chatScript("```cpp\nint x;\n```"));
    ask(fixture);
    QVERIFY(fixture.chat().codeFile(QStringLiteral("cpp")).toString().endsWith(QLatin1String("/code.cpp")));
    const QUrl file = QUrl::fromLocalFile(fixture.folder()->filePath(QStringLiteral("saved.cpp")));
    QVERIFY(fixture.chat().saveText(file, fixture.chat().rows()->codeAt(1)));
    QFile saved(file.toLocalFile());
    QVERIFY(saved.open(QIODevice::ReadOnly));
    QCOMPARE(saved.readAll(), QByteArray("int x;\n"));
}

void TestAnswers::codeThatCannotBeSavedIsTold()
{
    const WindowFixture fixture(chatScript("x"));
    const QString path = fixture.folder()->filePath(QStringLiteral("no such folder/x.cpp"));
    QVERIFY(!fixture.chat().saveText(QUrl::fromLocalFile(path), QStringLiteral("x")));
    QVERIFY(fixture.chat().problem().contains(QLatin1String("x.cpp")));
}

void TestAnswers::formulasAreDrawn()
{
    const WindowFixture fixture(chatScript("Since $\\frac{a}{b}$ holds:\n\n$$\\sum_{i=1}^n i$$\n\n$$\\nonsense$$\n"));
    ask(fixture);
    QCOMPARE(parts(fixture), QStringList({"Whole", "Prose", "Math", "Math", "Foot"}));
    const QList<QQuickItem *> formulas = findItems(fixture.window().contentItem(), [](QQuickItem *item) {
        return item->objectName() == QLatin1String("formula") && item->width() > 0;
    });
    QCOMPARE(formulas.size(), 2);
    for (const QQuickItem *formula : formulas) {
        QVERIFY(formula->height() > 10);
    }
    // Among the words, on their line.
    const QQuickItem *words = fixture.item("answerText");
    const QRectF place = formulas[0]->mapRectToItem(words, formulas[0]->boundingRect());
    QVERIFY(place.left() > 20 && place.right() < words->width() && place.top() >= -1 && place.bottom() <= words->height() + 1);
    QCOMPARE(text(fixture, "formulaSource"), QStringLiteral("\\nonsense")); // as it was written
}

void TestAnswers::formulasThatGrowAreShownAsWritten()
{
    Script script = chatScript("$$\\frac{a}{b}");
    script.pieces = {"$$\\frac{a}", "{b}", "$$"};
    script.hangAt = 2;
    const WindowFixture fixture(script);
    QVERIFY(fixture.chat().send(QStringLiteral("Well?")));
    QVERIFY(waitFor([&] { return text(fixture, "formulaSource") == QLatin1String("\\frac{a}{b}"); }));
    fixture.controller().stop();
    QVERIFY(fixture.waitUntilIdle());
}

void TestAnswers::selectedTextIsCopiedWithItsFormulas()
{
    const WindowFixture fixture(chatScript("Here is $x^2$ for you."));
    ask(fixture);
    QQuickItem *words = fixture.item("answerText");
    words->forceActiveFocus();
    QMetaObject::invokeMethod(words, "selectAll");
    fixture.key(Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(clipboard(), QStringLiteral("Here is $x^2$ for you."));
}

void TestAnswers::selectedTextIsQuoted()
{
    const WindowFixture fixture(chatScript("First words.\n\n```\ncode\n```\n\nLast words."));
    ask(fixture);
    QQuickItem *words = fixture.item("answerText");
    QMetaObject::invokeMethod(words, "select", Q_ARG(int, 0), Q_ARG(int, 5));
    fixture.press("quoteAnswer");
    QVERIFY(text(fixture, "composer").startsWith(QLatin1String("> First\n")));
    QVERIFY(!text(fixture, "composer").contains(QLatin1String("Last")));
}

void TestAnswers::onlyTheLastBlockChanges()
{
    Script script = chatScript("");
    script.pieces = {"# Head\n\n", "```c\nint a;\n```\n\n", "Some ", "more ", "words ", "come."};
    script.delay = std::chrono::milliseconds(40);
    const WindowFixture fixture(script);
    QVERIFY(fixture.chat().send(QStringLiteral("Well?")));
    QVERIFY(waitFor([&] { return fixture.item("codeBlock") != nullptr && fixture.chat().rows()->count() == 5; }));
    const QQuickItem *code = fixture.item("codeBlock");
    QSignalSpy changed(fixture.chat().rows(), &QAbstractItemModel::dataChanged);
    QSignalSpy reset(fixture.chat().rows(), &QAbstractItemModel::modelReset);
    QVERIFY(fixture.waitUntilIdle());
    QVERIFY(!changed.isEmpty());
    for (const QList<QVariant> &change : changed) {
        const int row = change[0].toModelIndex().row();
        const bool ofMessage = !change[2].value<QList<int>>().isEmpty(); // its state, not its text
        QVERIFY2(row >= 3 || ofMessage, qPrintable(QString::number(row)));
    }
    QCOMPARE(reset.size(), 0);
    QCOMPARE(fixture.item("codeBlock"), code);
}

void TestAnswers::aFoundAnswerIsShown()
{
    const WindowFixture fixture(
        chatScript(std::string("Some words to fill the page.\n\n```\nx\n```\n\n") + std::string(400, 'w') + "\n\nneedle\n"));
    for (int i = 0; i < 6; ++i) {
        ask(fixture);
    }
    const qint64 first = fixture.controller().messages()[1].id;
    const int row = fixture.chat().openMessage(fixture.chat().currentConversation(), first);
    QCOMPARE(row, 1);
    QQuickItem *list = fixture.item("transcript");
    const auto fromTop = [&] { return list->property("contentY").toReal() - list->property("originY").toReal(); };
    QVERIFY(waitFor([&] { return fromTop() > 400; }));
    QVERIFY(QMetaObject::invokeMethod(list, "reveal", Q_ARG(int, row)));
    QVERIFY(waitFor([&] { return fromTop() < 200; }));
}

void TestAnswers::pictureLinksAreNotFetched()
{
    const WindowFixture fixture(chatScript("Look: ![a chart](http://example.org/a.png) <img src=\"http://example.org/b.png\">"));
    ask(fixture);
    QVERIFY(findItems(fixture.window().contentItem(), [](QQuickItem *item) {
                return item->property("source").toUrl().scheme().startsWith(QLatin1String("http"));
            }).isEmpty());
    QVERIFY(text(fixture, "answerText").contains(QLatin1String("a chart")));
}

void TestAnswers::aPictureIsLookedAtAndARegionAskedAbout()
{
    const WindowFixture fixture(chatScript("Bars."));
    fixture.chat().attachFiles({fixture.chartFile()});
    QVERIFY(waitFor([&] { return fixture.item("attachment") != nullptr; }));
    ask(fixture);
    fixture.press("sentPicture");
    QVERIFY(waitFor([&] { return fixture.item("viewedPicture") && fixture.item("viewedPicture")->width() > 100; }));
    const qreal fits = fixture.item("viewedPicture")->width();
    fixture.key(Qt::Key_Plus);
    QVERIFY(fixture.item("viewedPicture")->width() > 1.2 * fits);
    fixture.key(Qt::Key_0);
    QCOMPARE(fixture.item("viewedPicture")->width(), fits);
    QVERIFY(!fixture.item("askRegion")->isEnabled());
    fixture.click("selectRegion");
    const QQuickItem *picture = fixture.item("viewedPicture");
    const auto at = [&](qreal x, qreal y) { return picture->mapToScene(QPointF(x * picture->width(), y * picture->height())).toPoint(); };
    QTest::mousePress(&fixture.window(), Qt::LeftButton, {}, at(0.25, 0.25));
    QTest::mouseMove(&fixture.window(), at(0.5, 0.5));
    QTest::mouseMove(&fixture.window(), at(0.75, 0.5));
    QTest::mouseRelease(&fixture.window(), Qt::LeftButton, {}, at(0.75, 0.5));
    QVERIFY(waitFor([&] { return fixture.item("askRegion")->isEnabled(); }));
    fixture.click("askRegion");
    QVERIFY(waitFor([&] { return fixture.item("attachment") != nullptr && fixture.item("viewedPicture") == nullptr; }));
    ask(fixture, QStringLiteral("And this part?"));
    const QString hash = fixture.controller().messages()[2].images.value(0);
    const QSize size = QImage(fixture.controller().store().imagePath(hash)).size();
    QVERIFY2(qAbs(size.width() - 280) < 8 && qAbs(size.height() - 98) < 8,
             qPrintable(QStringLiteral("%1×%2").arg(size.width()).arg(size.height())));
}

void TestAnswers::conversationsAreExportedAndImported()
{
    const WindowFixture fixture(chatScript("Yes."));
    ask(fixture);
    const QUrl file = QUrl::fromLocalFile(fixture.folder()->filePath(QStringLiteral("all.json")));
    QVERIFY(fixture.chat()
                .exportFile(fixture.chat().currentConversation(), QStringLiteral("md"))
                .toString()
                .endsWith(QLatin1String("Well_.md")));
    fixture.chat().exportConversation(0, file);
    QVERIFY(waitFor([&] { return !fixture.chat().transferring() && QFile::exists(file.toLocalFile()); }));
    fixture.chat().importConversations({file});
    QVERIFY(waitFor([&] { return fixture.controller().conversations().size() == 2; }));
    fixture.chat().importConversations({QUrl::fromLocalFile(QStringLiteral("/nowhere.json"))});
    QVERIFY(waitFor([&] { return fixture.chat().problem().contains(QLatin1String("nowhere.json")); }));
}

void TestAnswers::hostileAnswersAreShown_data()
{
    QTest::addColumn<QString>("answer");
    QTest::newRow("a line without end") << QString(300'000, u'x');
    QTest::newRow("quotations in quotations") << QStringLiteral("> ").repeated(100'000);
    QTest::newRow("lists in lists") << QStringLiteral("- ").repeated(100'000);
    QTest::newRow("a line of code") << QStringLiteral("```\n") + QString(100'000, u'y');
    QTest::newRow("a wide table") << QStringLiteral("|a").repeated(900) + QStringLiteral("|\n") + QStringLiteral("|-").repeated(900) +
                                         QStringLiteral("|\n");
    QTest::newRow("formulas") << QStringLiteral("$x^{y_{z}}$ ").repeated(5'000);
    QTest::newRow("deep formulas") << QStringLiteral("$$") + QStringLiteral("\\frac{1}{").repeated(300) + QStringLiteral("$$");
    QTest::newRow("right to left and combining") << QString(QChar(0x202E)) + QStringLiteral("a\u0301\u0302").repeated(5'000);
}

void TestAnswers::hostileAnswersAreShown()
{
    QFETCH(QString, answer);
    Script script = chatScript("");
    script.pieces = {answer.toStdString(), "\n\nend"};
    const WindowFixture fixture(script);
    QElapsedTimer timer;
    timer.start();
    ask(fixture);
    QVERIFY(!fixture.window().grabWindow().isNull());
    QMetaObject::invokeMethod(fixture.item("transcript"), "reveal", Q_ARG(int, 1));
    QTest::qWait(50);
    QVERIFY(!fixture.window().grabWindow().isNull());
    QVERIFY2(timer.elapsed() < 15'000, qPrintable(QString::number(timer.elapsed())));
}

QTEST_MAIN(TestAnswers)
