#include "tests/ui/expert_scenes.h"
#include "tests/ui/window_fixture.h"
#include "ui/desktop/background_news.h"
#include "ui/desktop/windows.h"

#include <QAccessible>
#include <QClipboard>
#include <QGuiApplication>
#include <QRegularExpression>
#include <QSet>
#include <QSignalSpy>

using namespace conclave;
using namespace conclave::tests;
using ui::TranscriptModel;

/// Hands on the real window: keyboard, mouse, drag and drop, clipboard; eyes on its items.
class TestWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void enterSendsAndTheAnswerAppears();
    void shiftEnterMakesANewLine();
    void theHeaderMakesRoomForItsButtons();
    void anEmptyQuestionIsNotSent();
    void hoveringFilesShowsTheOverlay();
    void aDroppedChartIsReadAtOnce();
    void howFarAQuestionIsReadIsShown();
    void aDropBesideTextIsAttached();
    void aPictureIsPastedAndCanBeRemoved();
    void textIsPastedAsText();
    void aBadPictureIsABannerAndTheDraftStays();
    void stopEndsTheAnswer_data();
    void stopEndsTheAnswer();
    void newChatByKeyboard();
    void streamingTouchesOnlyTheLastMessage();
    void aReaderWhoScrolledUpIsLeftThere();
    void aCitationLightsItsMark();
    void theKeyboardWalksOverTheTable();
    void pointingAtTheTableLightsTheMark();
    void theFileDialogOpensByKeyboard();
    void theThemeIsSwitchedAndKept();
    void aNarrowWindowHidesTheSidebar();
    void aModelThatCannotBeLoadedIsABanner();
    void aConversationIsRenamedInPlace();
    void aRemovedConversationComesBack();
    void closingInMidAnswerLosesNothing();
    void everyControlHasAName();
    void tabReachesEveryControl();
    void f6GoesFromPaneToPane();
    void commandsAreFoundByTheirNames();
    void theSheetShowsEveryKey();
    void theLanguageIsSwitchedAtOnce();
    void withoutATrayTheWindowIsNotHidden();
    void theFocusOfTheSettingsIsScrolledIntoSight();
    void looksAreSetOnTheSettingsPage();
    void whatComputesIsSetOnTheSettingsPage();
    void theWindowComesBackAsItWasLeft();
    void theTourEndsWithAChartRead();
    void anErrorHasDetailsAndAReport();
    void anAnswerThatEndsInTheBackgroundIsTold();
    void filesOfASecondStartAreTaken();
    void connectionsAreListed();
    void twoWindowsShareWhatIsSaid();
    void thePanelOfExpertsIsOpenedAndKept();
    void thePanelTellsPicturesApart();
    void thePanelTellsWhatTheCardHas();
    void thePanelWarnsOfACollapse();
    void aDenseModelHasNoPanel();

private:
    static QString editorText(const WindowFixture &fixture) { return fixture.item("composer")->property("text").toString(); }
};

namespace
{

/// Slow enough that hands can get in between.
Script slowly(Script script, int milliseconds = 30)
{
    script.delay = std::chrono::milliseconds(milliseconds);
    return script;
}

Script longAnswer()
{
    std::string text;
    for (int i = 0; i < 60; ++i) {
        text += "Paragraph " + std::to_string(i) + " of a long answer.\n\n";
    }
    return chatScript(text);
}

QList<QQuickItem *> litMarks(const WindowFixture &fixture)
{
    return findItems(fixture.window().contentItem(),
                     [](QQuickItem *item) { return item->objectName() == QLatin1String("mark") && item->property("lit").toBool(); });
}

/// A fixture with chartScript's chart read.
std::unique_ptr<WindowFixture> withAReadChart()
{
    auto fixture = std::make_unique<WindowFixture>(chartScript());
    fixture->drop({fixture->chartFile()});
    waitFor([&] { return fixture->chat().transcript()->count() == 2 && !fixture->shown(1, TranscriptModel::kStreamingRole).toBool(); });
    waitFor([&] { return fixture->item("mark") != nullptr; });
    return fixture;
}

} // namespace

void TestWindow::enterSendsAndTheAnswerAppears()
{
    constexpr auto kAnswer = "The answer grows word by word, slowly enough that a loaded machine sees it grow, too.";
    const WindowFixture fixture(slowly(chatScript(kAnswer), 60));
    fixture.type(QStringLiteral("What is it?"));
    QCOMPARE(editorText(fixture), QStringLiteral("What is it?"));
    fixture.key(Qt::Key_Return);
    QCOMPARE(editorText(fixture), QString());
    QVERIFY(waitFor([&] { return fixture.item("answerText") != nullptr; }));
    QVERIFY2(fixture.chat().busy(), "the text is to be seen while it grows");
    QVERIFY(fixture.waitUntilIdle());
    QCOMPARE(fixture.shown(0, TranscriptModel::kBodyRole).toString(), QStringLiteral("What is it?"));
    QCOMPARE(fixture.shown(1, TranscriptModel::kBodyRole).toString(), QString::fromLatin1(kAnswer));
    QVERIFY(fixture.item("answerText")->property("text").toString().contains(QLatin1String("word by word")));
}

void TestWindow::shiftEnterMakesANewLine()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.type(QStringLiteral("one"));
    fixture.key(Qt::Key_Return, Qt::ShiftModifier);
    fixture.type(QStringLiteral("two"));
    QCOMPARE(editorText(fixture), QStringLiteral("one\ntwo"));
    QCOMPARE(fixture.chat().transcript()->count(), 0);
}

/// Also when the window changes its width by a leap, as when it is no longer maximised.
void TestWindow::theHeaderMakesRoomForItsButtons()
{
    const WindowFixture fixture(chatScript("Yes."));
    for (const int width : {960, 480, 1200, 480, 960}) {
        fixture.window().resize(width, 700);
        const bool narrow = width == 480;
        QVERIFY(waitFor([&] { return (fixture.item("sidebarShow") != nullptr) == narrow; }));
        QVERIFY(waitFor([&] { return (fixture.item("conversationTitle")->x() > 60) == narrow; }));
    }
}

void TestWindow::anEmptyQuestionIsNotSent()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.type(QStringLiteral("  "));
    fixture.key(Qt::Key_Return);
    QTest::qWait(50);
    QCOMPARE(fixture.chat().transcript()->count(), 0);
    QVERIFY(!fixture.item("send")->isEnabled());
}

void TestWindow::hoveringFilesShowsTheOverlay()
{
    const WindowFixture fixture(chartScript());
    QVERIFY(!fixture.item("dropOverlay"));
    QVERIFY(fixture.hover({fixture.chartFile()}));
    QVERIFY(fixture.item("dropOverlay"));
    QDragLeaveEvent leave;
    QCoreApplication::sendEvent(&fixture.window(), &leave);
    QVERIFY(!fixture.item("dropOverlay"));
}

void TestWindow::aDroppedChartIsReadAtOnce()
{
    const auto fixture = withAReadChart();
    QCOMPARE(fixture->shown(0, TranscriptModel::kPicturesRole).value<QList<QUrl>>().size(), 1);
    QVERIFY(fixture->item("chartTable"));
    QVERIFY(fixture->item("chartPicture"));
    QVERIFY(fixture->item("summaryText"));
    const auto rows =
        findItems(fixture->window().contentItem(), [](QQuickItem *item) { return item->objectName() == QLatin1String("tableRow"); });
    QCOMPARE(rows.size(), 3);
}

/// First its picture, then its tokens.
void TestWindow::howFarAQuestionIsReadIsShown()
{
    Script script = slowly(chartScript(), 150);
    script.prefillSteps = 4;
    const WindowFixture fixture(script);
    QStringList told;
    QObject::connect(&fixture.chat(), &ui::ChatViewModel::stateTextChanged, &fixture.chat(),
                     [&] { told.append(fixture.item("stateText")->property("text").toString()); });
    fixture.drop({fixture.chartFile()});
    QVERIFY(waitFor([&] { return told.contains(QStringLiteral("Answering…")); }));
    told.removeDuplicates();
    const QStringList wanted{QStringLiteral("Looking at the picture…"), QStringLiteral("Reading… 25 %"), QStringLiteral("Reading… 50 %"),
                             QStringLiteral("Reading… 75 %")};
    QVERIFY2(told.size() > 4 && told.mid(told.indexOf(wanted.first()), 4) == wanted, qPrintable(told.join(QStringLiteral(", "))));
    fixture.controller().stop();
}

void TestWindow::aDropBesideTextIsAttached()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.type(QStringLiteral("Which town?"));
    fixture.drop({fixture.chartFile()});
    QVERIFY(waitFor([&] { return fixture.item("attachment") != nullptr; }));
    QCOMPARE(editorText(fixture), QStringLiteral("Which town?"));
    QCOMPARE(fixture.chat().transcript()->count(), 0);
    fixture.key(Qt::Key_Return); // perhaps before the picture is read: then it is sent once it is
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == 2; }) && fixture.waitUntilIdle());
    QCOMPARE(fixture.shown(0, TranscriptModel::kPicturesRole).value<QList<QUrl>>().size(), 1);
    QVERIFY(!fixture.item("attachment"));
    QVERIFY(waitFor([&] { return editorText(fixture).isEmpty(); }));
}

void TestWindow::aPictureIsPastedAndCanBeRemoved()
{
    const WindowFixture fixture(chatScript("Yes."));
    QGuiApplication::clipboard()->setImage(QImage(fixture.chartFile().toLocalFile()));
    fixture.key(Qt::Key_V, Qt::ControlModifier);
    QVERIFY(waitFor([&] { return fixture.item("attachment") != nullptr; }));
    fixture.click("removeAttachment");
    QVERIFY(waitFor([&] { return fixture.item("attachment") == nullptr; }));
}

void TestWindow::textIsPastedAsText()
{
    const WindowFixture fixture(chatScript("Yes."));
    QGuiApplication::clipboard()->setText(QStringLiteral("from elsewhere"));
    fixture.key(Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(editorText(fixture), QStringLiteral("from elsewhere"));
    QVERIFY(!fixture.item("attachment"));
}

void TestWindow::aBadPictureIsABannerAndTheDraftStays()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.type(QStringLiteral("Look"));
    fixture.drop({fixture.written(QStringLiteral("notes.png"), "not a picture")});
    QVERIFY(waitFor([&] { return fixture.item("banner") != nullptr; }));
    QVERIFY(fixture.item("bannerText")->property("text").toString().contains(QLatin1String("notes.png")));
    QCOMPARE(editorText(fixture), QStringLiteral("Look"));
    fixture.click("bannerClose");
    QVERIFY(waitFor([&] { return fixture.item("banner") == nullptr; }));
}

void TestWindow::stopEndsTheAnswer_data()
{
    QTest::addColumn<bool>("byKey");
    QTest::newRow("by the Stop button") << false;
    QTest::newRow("by Esc") << true;
}

void TestWindow::stopEndsTheAnswer()
{
    QFETCH(bool, byKey);
    const WindowFixture fixture(slowly(longAnswer()));
    fixture.type(QStringLiteral("Go on"));
    fixture.key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return fixture.item("answerText") != nullptr && fixture.item("stop") != nullptr; }));
    QVERIFY(!fixture.item("send"));
    byKey ? fixture.key(Qt::Key_Escape) : fixture.click("stop");
    QVERIFY(fixture.waitUntilIdle());
    QCOMPARE(fixture.shown(1, TranscriptModel::kBadgeRole).toString(), QStringLiteral("Stopped"));
    QVERIFY(fixture.item("send"));
}

void TestWindow::newChatByKeyboard()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.type(QStringLiteral("First"));
    fixture.key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == 2; }));
    QVERIFY(fixture.waitUntilIdle());
    fixture.key(Qt::Key_N, Qt::ControlModifier);
    QCOMPARE(fixture.chat().transcript()->count(), 0);
    QVERIFY(fixture.item("welcome"));
    QCOMPARE(fixture.chat().conversations()->rowCount(), 1);
    fixture.type(QStringLiteral("x"));
    QCOMPARE(editorText(fixture), QStringLiteral("x"));
}

void TestWindow::streamingTouchesOnlyTheLastMessage()
{
    const WindowFixture fixture(slowly(chatScript("One two three four five six seven eight."), 15));
    fixture.type(QStringLiteral("First"));
    fixture.key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == 2; }) && fixture.waitUntilIdle());
    const QQuickItem *first = fixture.item("answerText");
    QSignalSpy changed(fixture.chat().transcript(), &QAbstractItemModel::dataChanged);
    QSignalSpy reset(fixture.chat().transcript(), &QAbstractItemModel::modelReset);
    QSignalSpy firstLaidOut(const_cast<QQuickItem *>(first), &QQuickItem::heightChanged);
    fixture.type(QStringLiteral("Second"));
    fixture.key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == 4; }) && fixture.waitUntilIdle());
    QVERIFY(changed.size() >= 3);
    for (const QList<QVariant> &change : changed) {
        QVERIFY(change[0].toModelIndex().row() >= 2);
    }
    QCOMPARE(reset.size(), 0);
    QCOMPARE(firstLaidOut.size(), 0);
    QCOMPARE(fixture.item("answerText"), first);
}

void TestWindow::aReaderWhoScrolledUpIsLeftThere()
{
    const WindowFixture fixture(slowly(longAnswer(), 25));
    fixture.type(QStringLiteral("Go on"));
    fixture.key(Qt::Key_Return);
    QQuickItem *list = nullptr;
    QVERIFY(waitFor([&] {
        list = fixture.item("transcript");
        return list && list->property("contentHeight").toReal() > 1.5 * list->height();
    }));
    QVERIFY2(waitFor([&] { return list->property("atYEnd").toBool(); }), "the end is followed");
    const QPoint middle = list->mapToScene(QPointF(list->width() / 2, list->height() / 2)).toPoint();
    QWheelEvent wheel(middle, middle, QPoint(), QPoint(0, 360), Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&fixture.window(), &wheel);
    QVERIFY(waitFor([&] { return !list->property("moving").toBool() && !list->property("atYEnd").toBool(); }));
    const qreal place = list->property("contentY").toReal();
    const qreal height = list->property("contentHeight").toReal();
    QVERIFY(waitFor([&] { return list->property("contentHeight").toReal() > height + 50; }));
    QCOMPARE(list->property("contentY").toReal(), place);
    fixture.click("jumpToEnd");
    QVERIFY(waitFor([&] { return list->property("atYEnd").toBool(); }));
}

void TestWindow::aCitationLightsItsMark()
{
    const auto fixture = withAReadChart();
    QVERIFY(litMarks(*fixture).isEmpty());
    fixture->item("summary")->forceActiveFocus();
    fixture->key(Qt::Key_Right);
    QVERIFY(waitFor([&] { return !litMarks(*fixture).isEmpty(); }));
    const ui::ChartAnswer *chart = fixture->shown(1, TranscriptModel::kChartRole).value<ui::ChartAnswer *>();
    const int active = fixture->item("summary")->property("active").toInt();
    for (const QQuickItem *mark : litMarks(*fixture)) {
        QCOMPARE(mark->property("markSeries").toInt(), chart->citationSeries(active));
        QVERIFY(chart->citationRow(active) < 0 || mark->property("markRow").toInt() == chart->citationRow(active));
    }
    fixture->item("composer")->forceActiveFocus();
    QVERIFY(waitFor([&] { return litMarks(*fixture).isEmpty(); }));
}

void TestWindow::theKeyboardWalksOverTheTable()
{
    const auto fixture = withAReadChart();
    fixture->item("chartTable")->forceActiveFocus();
    QCOMPARE(litMarks(*fixture).size(), 1);
    fixture->key(Qt::Key_Down);
    fixture->key(Qt::Key_Down);
    fixture->key(Qt::Key_Right);
    QCOMPARE(litMarks(*fixture).size(), 1);
    QCOMPARE(litMarks(*fixture).first()->property("markRow").toInt(), 2);
    QCOMPARE(litMarks(*fixture).first()->property("markSeries").toInt(), 1);
}

void TestWindow::pointingAtTheTableLightsTheMark()
{
    const auto fixture = withAReadChart();
    QQuickItem *row = nullptr; // of Berlin; a list may hold its rows in any order
    for (QQuickItem *one : fixture->item("tableRow")->parentItem()->childItems()) {
        if (one->objectName() == QLatin1String("tableRow") && one->property("name").toString() == QLatin1String("Berlin"))
            row = one;
    }
    QVERIFY(row);
    const qreal cell = row->property("cellWidth").toReal();
    const auto pointAt = [&](qreal x) { QTest::mouseMove(&fixture->window(), row->mapToScene(QPointF(x, row->height() / 2)).toPoint()); };
    // The card may still be growing: the pointer follows its row, as a person's does.
    QVERIFY(waitFor([&] {
        pointAt(row->width() - cell / 2); // Berlin, 2024
        return litMarks(*fixture).size() == 1 &&
               litMarks(*fixture).first()->property("label").toString() == QLatin1String("2024, Berlin: 50");
    }));
    QVERIFY(waitFor([&] {
        pointAt(cell / 4); // the name: the whole row
        return litMarks(*fixture).size() == 2;
    }));
    QTest::mouseMove(&fixture->window(), QPoint(5, 5));
    QVERIFY(waitFor([&] { return litMarks(*fixture).isEmpty(); }));
}

void TestWindow::theFileDialogOpensByKeyboard()
{
    const WindowFixture fixture(chatScript("Yes."));
    QTest::failOnWarning(QRegularExpression(QStringLiteral("qrc:/qt/qml/Conclave|is not installed")));
    const auto before = QGuiApplication::allWindows().size();
    QQuickItem *root = fixture.window().contentItem();
    const auto isDialog = [](QQuickItem *item) { return QByteArray(item->metaObject()->className()).contains("FileDialog"); };
    const auto opened = [&] { return QGuiApplication::allWindows().size() > before || !findItems(root, isDialog).isEmpty(); };
    QVERIFY(!opened());
    fixture.key(Qt::Key_O, Qt::ControlModifier);
    QVERIFY(waitFor(opened));
}

void TestWindow::theThemeIsSwitchedAndKept()
{
    WindowFixture fixture(chatScript("Yes."));
    QVERIFY(fixture.window().color().lightness() > 200);
    fixture.click("appearanceButton");
    QVERIFY(waitFor([&] { return fixture.item("darkMode") != nullptr; }));
    fixture.click("darkMode");
    QVERIFY(waitFor([&] { return fixture.window().color().lightness() < 60; }));
    const ui::Appearance again(fixture.folder()->path());
    QVERIFY(again.dark());
}

void TestWindow::aNarrowWindowHidesTheSidebar()
{
    const WindowFixture fixture(chatScript("Yes."));
    QVERIFY(fixture.item("newChat"));
    fixture.window().resize(520, 640);
    QVERIFY(waitFor([&] { return fixture.item("newChat") == nullptr; }));
    fixture.key(Qt::Key_B, Qt::ControlModifier);
    QVERIFY(fixture.item("newChat"));
    fixture.click("sidebarHide");
    QVERIFY(!fixture.item("newChat"));
    fixture.window().resize(1100, 700);
    QVERIFY(waitFor([&] { return fixture.item("newChat") != nullptr; }));
}

void TestWindow::aModelThatCannotBeLoadedIsABanner()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.chat().loadModel(QUrl::fromLocalFile(QStringLiteral("/models/broken.gguf")));
    QVERIFY(waitFor([&] { return fixture.item("banner") != nullptr; }));
    QVERIFY(fixture.item("bannerText")->property("text").toString().contains(QLatin1String("broken.gguf")));
}

void TestWindow::aConversationIsRenamedInPlace()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.type(QStringLiteral("First"));
    fixture.key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return fixture.chat().currentConversation() != 0; }) && fixture.waitUntilIdle());
    fixture.key(Qt::Key_F2);
    QVERIFY(waitFor([&] { return fixture.item("renameEditor") != nullptr; }));
    fixture.type(QStringLiteral("Better name"));
    fixture.key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return fixture.item("renameEditor") == nullptr; }));
    QCOMPARE(fixture.chat().currentTitle(), QStringLiteral("Better name"));
    QVERIFY(fixture.window().title().startsWith(QLatin1String("Better name")));
}

void TestWindow::aRemovedConversationComesBack()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.type(QStringLiteral("First"));
    fixture.key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return fixture.item("removeConversation") != nullptr; }) && fixture.waitUntilIdle());
    fixture.click("removeConversation");
    QVERIFY(waitFor([&] { return fixture.item("undoBar") != nullptr; }));
    QCOMPARE(fixture.chat().conversations()->rowCount(), 0);
    QCOMPARE(fixture.chat().transcript()->count(), 0);
    fixture.click("undoRemoval");
    QVERIFY(waitFor([&] { return fixture.item("undoBar") == nullptr; }));
    QCOMPARE(fixture.chat().conversations()->rowCount(), 1);
    QCOMPARE(fixture.chat().transcript()->count(), 2);
    // And by keyboard alone.
    fixture.item("conversationList")->forceActiveFocus();
    fixture.key(Qt::Key_Delete);
    QCOMPARE(fixture.chat().conversations()->rowCount(), 0);
    fixture.key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(fixture.chat().conversations()->rowCount(), 1);
}

void TestWindow::closingInMidAnswerLosesNothing()
{
    auto fixture = std::make_unique<WindowFixture>(slowly(longAnswer(), 15));
    fixture->type(QStringLiteral("Go on"));
    fixture->key(Qt::Key_Return);
    QVERIFY(waitFor([&] {
        return fixture->chat().transcript()->count() == 2 && fixture->shown(1, TranscriptModel::kBodyRole).toString().size() > 40;
    }));
    const QString seen = fixture->shown(1, TranscriptModel::kBodyRole).toString();
    const qint64 conversation = fixture->chat().currentConversation();
    fixture->window().close();
    const auto folder = fixture->folder();
    fixture.reset();

    const WindowFixture again(chatScript("Yes."), folder);
    again.chat().openConversation(conversation);
    QVERIFY(again.shown(1, TranscriptModel::kBodyRole).toString().startsWith(seen));
    QVERIFY(!again.shown(1, TranscriptModel::kBadgeRole).toString().isEmpty());
}

void TestWindow::everyControlHasAName()
{
    const auto fixture = withAReadChart();
    const auto check = [&](const char *place) {
        const auto controls = findItems(fixture->window().contentItem(), [](QQuickItem *item) {
            return item->activeFocusOnTab() || item->inherits("QQuickAbstractButton") || item->inherits("QQuickTextArea");
        });
        QVERIFY2(controls.size() >= 12, qPrintable(QString::number(controls.size())));
        for (QQuickItem *control : controls) {
            QAccessibleInterface *accessible = QAccessible::queryAccessibleInterface(control);
            const QString who =
                QString::fromLatin1(place) + u' ' + QString::fromLatin1(control->metaObject()->className()) + u' ' + control->objectName();
            QVERIFY2(accessible, qPrintable(who + QStringLiteral(" is not accessible")));
            QVERIFY2(!accessible->text(QAccessible::Name).isEmpty(), qPrintable(who + QStringLiteral(" has no name")));
        }
    };
    check("conversation");
    for (const char *overlay : {"openSettings", "openPalette", "openShortcuts", "beginTour"}) {
        QMetaObject::invokeMethod(&fixture->window(), overlay);
        QTest::qWait(50);
        check(overlay);
        if (QTest::currentTestFailed()) {
            return;
        }
    }
    QMetaObject::invokeMethod(&fixture->window(), "openReport", Q_ARG(QString, QStringLiteral("It failed.")));
    check("report");
}

/// From the question on and round: nothing that can be pressed is left out, and nothing holds the keyboard fast.
void TestWindow::tabReachesEveryControl()
{
    const auto fixture = withAReadChart();
    QQuickItem *first = fixture->item("composer");
    first->forceActiveFocus(Qt::TabFocusReason);
    QSet<QQuickItem *> reached;
    QQuickItem *here = nullptr;
    for (int step = 0; step < 200 && here != first; ++step) {
        fixture->key(Qt::Key_Tab);
        here = fixture->window().activeFocusItem();
        QVERIFY(here);
        QVERIFY2(here == first || !reached.contains(here), qPrintable(here->objectName() + QStringLiteral(" holds the keyboard")));
        reached.insert(here);
    }
    QVERIFY(here == first && reached.size() > 12);
    const auto controls = findItems(fixture->window().contentItem(), [](QQuickItem *item) {
        return item->isEnabled() && (item->activeFocusOnTab() || item->inherits("QQuickAbstractButton")) &&
               item->property("focusPolicy").toInt() != Qt::NoFocus;
    });
    for (QQuickItem *control : controls) {
        QVERIFY2(reached.contains(control), qPrintable(control->objectName() + QStringLiteral(" is not reached: ") +
                                                       QString::fromLatin1(control->metaObject()->className())));
    }
}

void TestWindow::f6GoesFromPaneToPane()
{
    const auto fixture = withAReadChart();
    fixture->item("composer")->forceActiveFocus();
    for (const char *pane : {"conversationList", "transcript", "composer", "conversationList"}) {
        fixture->key(Qt::Key_F6);
        QVERIFY2(fixture->item(pane)->hasActiveFocus(), pane);
    }
}

void TestWindow::commandsAreFoundByTheirNames()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.key(Qt::Key_K, Qt::ControlModifier);
    QVERIFY(waitFor([&] { return fixture.item("paletteField") && fixture.item("paletteField")->hasActiveFocus(); }));
    fixture.type(QStringLiteral("ark the"));
    QVERIFY(waitFor([&] { return fixture.item("paletteList")->property("count").toInt() == 1; }));
    fixture.key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return fixture.window().color().lightness() < 60; }));
    QVERIFY(waitFor([&] { return !fixture.item("paletteField"); }));
}

void TestWindow::theSheetShowsEveryKey()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.key(Qt::Key_F1);
    QVERIFY(waitFor([&] { return fixture.item("shortcutList") && fixture.item("shortcutList")->property("count").toInt() > 25; }));
    fixture.key(Qt::Key_Escape);
    QVERIFY(waitFor([&] { return !fixture.item("shortcutList"); }));
}

void TestWindow::theLanguageIsSwitchedAtOnce()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.type(QStringLiteral("First"));
    fixture.key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == 2; }) && fixture.waitUntilIdle());
    const auto words = [&](const char *name) { return fixture.item(name)->property("text").toString(); };
    const auto heading = [&] {
        const auto *list = fixture.chat().conversations();
        return list->data(list->index(0, 0), ui::ConversationListModel::kHeadingRole).toString();
    };
    QCOMPARE(words("newChat"), QStringLiteral("New chat"));
    fixture.preferences().setLanguage(QStringLiteral("de"));
    QCOMPARE(words("newChat"), QStringLiteral("Neuer Chat"));
    QCOMPARE(words("stateText"), QStringLiteral("Bereit"));
    QCOMPARE(heading(), QStringLiteral("Heute"));
    fixture.preferences().setLanguage(QStringLiteral("zh_CN"));
    QVERIFY(words("newChat") != QLatin1String("New chat") && words("newChat") != QLatin1String("Neuer Chat"));
    fixture.preferences().setLanguage(QStringLiteral("en"));
    QCOMPARE(words("newChat"), QStringLiteral("New chat"));
    QCOMPARE(ui::Preferences(fixture.folder()->path()).language(), QStringLiteral("en"));
}

/// Without a tray a hidden window could not be found again: it is closed as ever.
void TestWindow::withoutATrayTheWindowIsNotHidden()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.preferences().setStaysInTray(true);
    fixture.key(Qt::Key_Period, Qt::ControlModifier);
    QVERIFY(waitFor([&] { return fixture.item("settingsPage") != nullptr; }));
    QVERIFY(fixture.item("settingsPage")->property("trayMissing").toBool()); // and that is said there
    QVERIFY(fixture.window().close());
    QVERIFY(ui::Preferences(fixture.folder()->path()).staysInTray()); // for a desktop that has one
}

void TestWindow::whatComputesIsSetOnTheSettingsPage()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.key(Qt::Key_Period, Qt::ControlModifier);
    QVERIFY(waitFor([&] { return fixture.item("choice-vulkan") != nullptr; }));
    QVERIFY(!fixture.item("cardLayers") || !fixture.item("cardLayers")->isVisible());
    fixture.item("choice-vulkan")->forceActiveFocus(Qt::TabFocusReason);
    fixture.key(Qt::Key_Space);
    QVERIFY(waitFor([&] { return fixture.item("cardLayers") && fixture.item("cardLayers")->isVisible(); }));
    const auto write = [&](const char *text, const char *field = "cardLayers") {
        fixture.item(field)->forceActiveFocus(Qt::TabFocusReason);
        fixture.key(Qt::Key_A, Qt::ControlModifier);
        fixture.type(QString::fromLatin1(text));
        fixture.key(Qt::Key_Return);
    };
    write("26");
    const QString folder = fixture.folder()->path();
    QCOMPARE(app::computeChoice(folder), (app::ComputeChoice{QStringLiteral("vulkan"), 26}));
    write("many"); // is not taken
    QCOMPARE(app::computeChoice(folder).cardLayers, 26);
    QCOMPARE(fixture.item("cardLayers")->property("text").toString(), QStringLiteral("26"));
    write("1, 0", "cards");
    QCOMPARE(app::deviceOf(app::computeChoice(folder)), QStringLiteral("vulkan:1,0"));
    write("both", "cards"); // is not taken
    QCOMPARE(fixture.item("cards")->property("text").toString(), QStringLiteral("1,0"));
    fixture.preferences().setCards({});
    QCOMPARE(app::deviceOf(app::computeChoice(folder)), QStringLiteral("vulkan"));
    fixture.preferences().setCardLayers({});
    QCOMPARE(app::computeChoice(folder).cardLayers, -1);
    app::setComputeChoice(folder, {QStringLiteral("abacus"), 100'000, QStringLiteral("0,")}); // as a damaged file might say
    QCOMPARE(app::computeChoice(folder), (app::ComputeChoice{QStringLiteral("cpu"), -1}));
}

/// Who goes through the settings by the keyboard sees where they are.
void TestWindow::theFocusOfTheSettingsIsScrolledIntoSight()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.window().resize(700, 360);
    fixture.key(Qt::Key_Period, Qt::ControlModifier);
    QVERIFY(waitFor([&] { return fixture.item("showLog") != nullptr; }));
    const QQuickItem *page = fixture.item("settingsPage");
    const auto isInSight = [&](const char *name) {
        const QQuickItem *item = fixture.item(name);
        const qreal top = item->mapToItem(page, QPointF()).y();
        return top > fixture.item("settingsBack")->height() && top + item->height() <= page->height();
    };
    QVERIFY(!isInSight("showLog"));
    for (int i = 0; i < 40 && !fixture.item("showLog")->hasActiveFocus(); ++i) {
        fixture.key(Qt::Key_Tab);
    }
    QVERIFY(fixture.item("showLog")->hasActiveFocus());
    QVERIFY(isInSight("showLog"));
    fixture.item("notifies")->forceActiveFocus(Qt::BacktabFocusReason);
    QVERIFY(isInSight("notifies") && !isInSight("showLog"));
}

void TestWindow::looksAreSetOnTheSettingsPage()
{
    const WindowFixture fixture(chatScript("Yes."));
    const auto size = [&] { return fixture.item("welcome")->property("font").value<QFont>().pixelSize(); };
    const auto height = [&] { return fixture.item("newChat")->height(); };
    const int usual = size();
    const qreal tall = height();
    fixture.key(Qt::Key_Period, Qt::ControlModifier);
    QVERIFY(waitFor([&] { return fixture.item("choice-125") != nullptr; }));
    fixture.click("choice-125");
    fixture.click("choice-3");
    QVERIFY(waitFor([&] { return fixture.window().color() == QColor(Qt::black); }));
    fixture.item("choice-true")->forceActiveFocus(Qt::TabFocusReason);
    fixture.key(Qt::Key_Space);
    fixture.key(Qt::Key_Escape);
    QVERIFY(waitFor([&] { return !fixture.item("settingsPage"); }));
    QCOMPARE(size(), qRound(usual * 1.25));
    QVERIFY(height() > tall && height() < tall * 1.25);
    fixture.key(Qt::Key_Minus, Qt::ControlModifier);
    QCOMPARE(size(), qRound(usual * 1.1));
    const ui::Appearance again(fixture.folder()->path());
    QVERIFY(again.contrast() && again.dark() && again.compact());
    QCOMPARE(again.textPercent(), 110);
}

void TestWindow::theWindowComesBackAsItWasLeft()
{
    auto fixture = std::make_unique<WindowFixture>(chatScript("Yes."));
    fixture->type(QStringLiteral("First"));
    fixture->key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return fixture->chat().transcript()->count() == 2; }) && fixture->waitUntilIdle());
    fixture->window().setGeometry(20, 30, 640, 500);
    const qint64 conversation = fixture->chat().currentConversation();
    fixture->window().close();
    const auto folder = fixture->folder();
    fixture.reset();

    const WindowFixture again(chatScript("Yes."), folder);
    QCOMPARE(again.window().geometry(), QRect(20, 30, 640, 500));
    QCOMPARE(again.chat().currentConversation(), conversation);
    QCOMPARE(again.chat().transcript()->count(), 2);
}

void TestWindow::theTourEndsWithAChartRead()
{
    const WindowFixture fixture(chartScript());
    QMetaObject::invokeMethod(&fixture.window(), "beginTour");
    QVERIFY(fixture.item("tour"));
    QStringList said;
    for (int step = 0; step < 3; ++step) {
        QVERIFY(fixture.item("tourNext")->hasActiveFocus());
        said.append(fixture.item("tourWords")->property("text").toString());
        fixture.key(Qt::Key_Space);
    }
    QCOMPARE(QSet<QString>(said.begin(), said.end()).size(), 3);
    QVERIFY(!fixture.item("tour"));
    QVERIFY(fixture.preferences().tourTaken());
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == 2; }) && fixture.waitUntilIdle());
    QVERIFY(fixture.item("chartTable"));
}

void TestWindow::anErrorHasDetailsAndAReport()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.drop({fixture.written(QStringLiteral("notes.png"), "not a picture")});
    QVERIFY(waitFor([&] { return fixture.item("bannerDetails") != nullptr; }));
    fixture.press("bannerDetails");
    QVERIFY(waitFor([&] { return fixture.item("copyReport") != nullptr; }));
    QVERIFY(fixture.item("reportProblem")->property("text").toString().contains(QLatin1String("notes.png")));
    fixture.press("copyReport");
    const QString report = QGuiApplication::clipboard()->text();
    QVERIFY2(report.contains(QLatin1String("notes.png")) && report.contains(QLatin1String("Program: ")), qPrintable(report));
}

void TestWindow::anAnswerThatEndsInTheBackgroundIsTold()
{
    const WindowFixture fixture(slowly(chatScript("The answer is here."), 20));
    ui::BackgroundNews news(fixture.controller(), fixture.preferences(), fixture.window());
    QSignalSpy told(&news, &ui::BackgroundNews::told);
    fixture.chat().send(QStringLiteral("In front"));
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == 2; }) && fixture.waitUntilIdle());
    QCOMPARE(told.size(), 0);
    QWindow other;
    other.show();
    other.requestActivate();
    QVERIFY(QTest::qWaitForWindowActive(&other));
    fixture.chat().send(QStringLiteral("Behind"));
    QVERIFY(waitFor([&] { return told.size() == 1; }));
    QCOMPARE(told[0][0].toString(), QStringLiteral("In front"));
    QCOMPARE(told[0][1].toString(), QStringLiteral("The answer is here."));
    fixture.preferences().setNotifies(false);
    QVERIFY(fixture.waitUntilIdle());
    fixture.chat().send(QStringLiteral("Quietly"));
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == 6; }) && fixture.waitUntilIdle());
    QCOMPARE(told.size(), 1);
}

void TestWindow::filesOfASecondStartAreTaken()
{
    const WindowFixture fixture(chartScript());
    fixture.program().open({fixture.chartFile().toLocalFile()});
    fixture.program().raise();
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == 2; }) && fixture.waitUntilIdle());
}

void TestWindow::connectionsAreListed()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.library().setOffline(true);
    QVERIFY(fixture.library().fetch(QStringLiteral("https://example.org/model.gguf")));
    QVERIFY(waitFor([&] { return fixture.library().connections().size() == 1; }));
    fixture.key(Qt::Key_Period, Qt::ControlModifier);
    QVERIFY(waitFor([&] { return fixture.item("connection") != nullptr; }));
    QVERIFY(fixture.library().connections()[0].toMap()[QStringLiteral("refused")].toBool());
    fixture.press("offline");
    QVERIFY(!fixture.library().offline());
}

void TestWindow::twoWindowsShareWhatIsSaid()
{
    const QTemporaryDir folder;
    const auto store = std::move(*app::ConversationStore::open(folder.path()));
    app::InferenceWorker worker(
        [](const app::ModelRequest &) { return makeScriptedEngine(slowly(chatScript("Said in one, read in both."), 20)); });
    app::ChatController controller(*store, worker);
    controller.loadModel(QStringLiteral("scripted.gguf"));
    ui::WindowOptions options;
    options.settingsFolder = folder.path();
    options.locale = QLocale(QLocale::English);
    ui::Windows windows(*store, worker, controller, options);
    ui::ChatViewModel &first = windows.first()->chat();
    const auto ended = [&](int messages) {
        return waitFor([&] { return first.transcript()->count() == messages && !first.busy() && !windows.at(1)->chat().busy(); });
    };
    QVERIFY(waitFor([&] { return first.idle(); }));
    QMetaObject::invokeMethod(windows.first()->window(), "windowAsked");
    QCOMPARE(windows.count(), 2U);
    ui::ChatViewModel &second = windows.at(1)->chat();
    QVERIFY(second.idle());
    QCOMPARE(&windows.at(1)->appearance(), &windows.first()->appearance());

    first.send(QStringLiteral("Hello"));
    QVERIFY(ended(2));
    QCOMPARE(second.conversations()->rowCount(), 1);
    QCOMPARE(second.transcript()->count(), 0);
    second.openConversation(first.currentConversation());
    first.send(QStringLiteral("Again"));
    const auto body = [](ui::ChatViewModel &chat, int row) {
        return chat.transcript()->data(chat.transcript()->index(row), TranscriptModel::kBodyRole).toString();
    };
    QVERIFY2(waitFor([&] { return body(second, 3).startsWith(QLatin1String("Said")) && first.busy(); }), "it grows in both");
    QVERIFY2(!windows.at(1)->controller().send(QStringLiteral("Too early"), {}), "one answer at a time in a conversation");
    QVERIFY(ended(4));
    QCOMPARE(body(second, 3), QStringLiteral("Said in one, read in both."));
    second.send(QStringLiteral("From the other"));
    QVERIFY(ended(6));
    QCOMPARE(body(first, 4), QStringLiteral("From the other"));
    second.removeConversation(second.currentConversation());
    QCOMPARE(first.transcript()->count(), 0);
    QCOMPARE(first.conversations()->rowCount(), 0);
    windows.at(1)->window()->close();
    QVERIFY(waitFor([&] { return windows.count() == 1; }));
}

namespace
{

QString said(const WindowFixture &fixture, const char *name)
{
    const QQuickItem *item = fixture.item(name);
    return item ? item->property("text").toString() : QString();
}

/// A question of a conversation answered.
void answered(const WindowFixture &fixture, const QString &question)
{
    const int before = fixture.chat().transcript()->count();
    fixture.chat().send(question);
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == before + 2; }) && fixture.waitUntilIdle());
}

} // namespace

/// By button, shortcut and palette; beside the conversation where there is room, else over it; and it is there again after a restart.
void TestWindow::thePanelOfExpertsIsOpenedAndKept()
{
    std::shared_ptr<QTemporaryDir> folder;
    {
        const WindowFixture fixture(expertScript());
        folder = fixture.folder();
        QVERIFY(!fixture.item("expertsPane"));
        fixture.click("expertsButton");
        QVERIFY(waitFor([&] { return fixture.item("expertsPane") != nullptr; }));
        QVERIFY(fixture.chat().experts()->watching());
        QVERIFY(said(fixture, "expertsExplanation").contains(QLatin1String("Ask something")));
        fixture.key(Qt::Key_E, Qt::ControlModifier);
        QVERIFY(waitFor([&] { return !fixture.item("expertsPane"); }));
        QVERIFY(!fixture.chat().experts()->watching());
        answered(fixture, QStringLiteral("What is it?"));
        QVERIFY(!fixture.chat().experts()->known()); // nobody looked
        fixture.key(Qt::Key_K, Qt::ControlModifier);
        QVERIFY(waitFor([&] { return fixture.item("paletteField") && fixture.item("paletteField")->hasActiveFocus(); }));
        fixture.type(QStringLiteral("panel of experts"));
        QVERIFY(waitFor([&] { return fixture.item("paletteList")->property("count").toInt() == 1; }));
        fixture.key(Qt::Key_Return);
        QVERIFY2(waitFor([&] { return fixture.item("expertMap") != nullptr; }), "the last answer is shown afterwards, too");
        QVERIFY(fixture.item("composer")->mapToScene(QPointF(fixture.item("composer")->width(), 0)).x() <
                fixture.item("expertsPane")->mapToScene(QPointF()).x());
        fixture.window().resize(700, 700);
        QVERIFY2(waitFor([&] { return !fixture.item("expertsPane"); }), "it does not cover a conversation by itself");
        fixture.click("expertsButton");
        QVERIFY(waitFor([&] { return fixture.item("expertsPane") && fixture.item("expertsPane")->width() == 700; }));
        fixture.click("closeExperts");
        QVERIFY(waitFor([&] { return !fixture.item("expertsPane"); }));
        fixture.chat().newConversation();
        QVERIFY(!fixture.chat().experts()->known());
    }
    const WindowFixture again(expertScript(), folder);
    QVERIFY(waitFor([&] { return again.item("expertsPane") != nullptr; }));
}

void TestWindow::thePanelTellsPicturesApart()
{
    const WindowFixture fixture(slowly(expertScript(), 20));
    fixture.window().resize(1300, 900);
    fixture.key(Qt::Key_E, Qt::ControlModifier);
    fixture.chat().send(QStringLiteral("What is it?"));
    QVERIFY(waitFor([&] { return fixture.item("expertMap") != nullptr; }));
    QVERIFY2(fixture.chat().busy(), "it is live");
    QCOMPARE(said(fixture, "expertTokens"), QStringLiteral("Text tokens: 312 · Picture tokens: 1,024"));
    QCOMPARE(said(fixture, "expertsShape"), QStringLiteral("47 layers of 128 experts; a token uses at most 8"));
    QCOMPARE(fixture.item("expertUtilisation")->property("value").toString(), QStringLiteral("82 %"));
    const QVariantList places = fixture.chat().experts()->places();
    QCOMPARE(places.size(), 2); // memory and disk
    QVERIFY(places[0].toMap().value(QStringLiteral("share")).toDouble() > 0.8);

    QQuickItem *map = fixture.item("expertMap");
    map->forceActiveFocus(Qt::TabFocusReason);
    QTRY_COMPARE(map->property("pointed").toPoint(), QPoint(0, 1)); // the first layer is dense
    fixture.key(Qt::Key_Down);
    fixture.key(Qt::Key_Right);
    QCOMPARE(map->property("pointed").toPoint(), QPoint(1, 2));
    QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(map);
    QVERIFY(spoken);
    const QString words = spoken->text(QAccessible::Name);
    QVERIFY2(words.startsWith(QLatin1String("Layer 3, expert 2\nText tokens: ")) && words.contains(QLatin1String("Picture tokens: ")),
             qPrintable(words));
    QCOMPARE(said(fixture, "expertScope"), QStringLiteral("Layer 3"));
    QRectF cell;
    QMetaObject::invokeMethod(map, "placeOf", Q_RETURN_ARG(QRectF, cell), Q_ARG(QPoint, QPoint(40, 30)));
    QTest::mouseMove(&fixture.window(), map->mapToScene(cell.center()).toPoint());
    QTRY_COMPARE(map->property("pointed").toPoint(), QPoint(40, 30));
    QVERIFY(fixture.waitUntilIdle());
    const QUrl file = QUrl::fromLocalFile(fixture.folder()->filePath(QStringLiteral("panel.png")));
    QVERIFY(fixture.chat().saveExperts(file, fixture.item("expertsPane")->property("inks").toMap()));
    const QImage page(file.toLocalFile());
    QCOMPARE(page.size(), QSize(2560, 1440));
    fixture.chat().saveExperts(QUrl::fromLocalFile(QStringLiteral("/no/such/folder/panel.png")), {});
    QVERIFY(fixture.chat().problem().contains(QLatin1String("panel.png")));
}

void TestWindow::thePanelTellsWhatTheCardHas()
{
    const WindowFixture fixture(cardExpertScript());
    fixture.window().resize(1300, 900);
    fixture.key(Qt::Key_E, Qt::ControlModifier);
    answered(fixture, QStringLiteral("What is it?"));
    QVERIFY(waitFor([&] { return fixture.item("expertMap") != nullptr; }));
    const ui::ExpertPanel *panel = fixture.chat().experts();
    const QVariantList places = panel->places();
    QCOMPARE(places.size(), 3); // card, memory and disk
    QCOMPARE(places[0].toMap().value(QStringLiteral("share")).toDouble(), 0.25);
    const QString words = places[0].toMap().value(QStringLiteral("words")).toString();
    QVERIFY2(words.startsWith(QLatin1String("On the card: ")) && words.contains(QLatin1String("share of the work: ")), qPrintable(words));
    QVERIFY(panel->cellWords({31, 2}).contains(QLatin1String("Lies on the card")));
    QVERIFY(!panel->cellWords({32, 2}).contains(QLatin1String("card")));
    QVERIFY2(panel->cellWords({-1, 2}).contains(QLatin1String("On the card: 25 % of its experts\nIn memory: 100 % of the others")),
             qPrintable(panel->cellWords({-1, 2})));
}

void TestWindow::thePanelWarnsOfACollapse()
{
    const WindowFixture fixture(collapsedScript());
    fixture.window().resize(1300, 900);
    fixture.key(Qt::Key_E, Qt::ControlModifier);
    answered(fixture, QStringLiteral("What is it?"));
    QVERIFY(waitFor([&] { return fixture.item("expertAlarm") != nullptr; }));
    QVERIFY(fixture.chat().experts()->alarm());
    QVERIFY2(said(fixture, "expertAlarm").startsWith(QLatin1String("Collapse in layer 18, 19:")), qPrintable(said(fixture, "expertAlarm")));
}

void TestWindow::aDenseModelHasNoPanel()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.key(Qt::Key_E, Qt::ControlModifier);
    answered(fixture, QStringLiteral("What is it?"));
    QVERIFY(waitFor([&] { return said(fixture, "expertsExplanation").contains(QLatin1String("dense model")); }));
    QVERIFY(!fixture.item("expertMap"));
}

QTEST_MAIN(TestWindow)
#include "test_window.moc"
