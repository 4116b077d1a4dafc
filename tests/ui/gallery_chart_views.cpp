#include "tests/ui/gallery_views.h"
#include "ui/view_models/chart_answer.h"

namespace conclave::tests
{
namespace
{

const QSize kPhone(480, 900);

Script streamingScript()
{
    Script script = chartScript();
    script.hangAt = static_cast<int>(script.pieces.size()) * 3 / 5;
    return script;
}

void readChart(const WindowFixture &fixture)
{
    fixture.drop({fixture.chartFile()});
    QVERIFY(waitFor([&] { return fixture.item("tableRow") != nullptr; }));
    QVERIFY(fixture.waitUntilIdle());
}

void showStreaming(const WindowFixture &fixture)
{
    fixture.drop({fixture.chartFile()});
    QVERIFY(waitFor([&] { return fixture.item("tableRow") != nullptr; }));
}

void dropNoPicture(const WindowFixture &fixture)
{
    fixture.drop({fixture.written(QStringLiteral("notes.png"), "not a picture")});
    QVERIFY(waitFor([&] { return fixture.item("banner") != nullptr; }));
}

void showError(const WindowFixture &fixture)
{
    readChart(fixture);
    dropNoPicture(fixture);
    fixture.chat().attachFiles({fixture.chartFile()});
    QVERIFY(waitFor([&] { return fixture.item("attachment") != nullptr; }));
}

/// The table over the picture, a cell changed and another one being so.
void showEdited(const WindowFixture &fixture)
{
    readChart(fixture);
    fixture.press("overlayToggle");
    fixture.press("editTable");
    fixture.item("chartTable")->forceActiveFocus(Qt::TabFocusReason);
    for (const char *number : {"38.25", "31"}) {
        fixture.key(Qt::Key_F2);
        QVERIFY(waitFor([&] { return fixture.item("cellEditor") != nullptr; }));
        fixture.type(QLatin1String(number));
        if (fixture.item("editedMark") == nullptr) {
            fixture.key(Qt::Key_Return);
        }
    }
}

void showDrop(const WindowFixture &fixture)
{
    readChart(fixture);
    QVERIFY(fixture.hover({fixture.chartFile()}));
}

void showUndo(const WindowFixture &fixture)
{
    readChart(fixture);
    fixture.click("removeConversation");
}

void showRenaming(const WindowFixture &fixture)
{
    readChart(fixture);
    fixture.key(Qt::Key_F2);
}

/// A citation of the summary with its mark.
void showLit(const WindowFixture &fixture)
{
    readChart(fixture);
    fixture.item("summary")->forceActiveFocus(Qt::TabFocusReason);
    fixture.key(Qt::Key_Right);
}

/// The words of an answer about a chart that was read before, or nothing.
QQuickItem *answerWords(const WindowFixture &fixture)
{
    const auto found = findItems(fixture.window().contentItem(), [](QQuickItem *item) {
        const auto *chart = item->property("chart").value<ui::ChartAnswer *>();
        return item->objectName() == QLatin1String("summary") && chart && chart->isAnswer();
    });
    return found.isEmpty() ? nullptr : found.front();
}

void showAsked(const WindowFixture &fixture)
{
    readChart(fixture);
    fixture.controller().send(QStringLiteral("How far apart are Berlin and Köln?"), {});
    QVERIFY(fixture.waitUntilIdle());
    QVERIFY(waitFor([&] { return answerWords(fixture) != nullptr; }));
    answerWords(fixture)->forceActiveFocus(Qt::TabFocusReason);
    fixture.key(Qt::Key_Right);
}

void showNarrowSidebar(const WindowFixture &fixture)
{
    readChart(fixture);
    fixture.window().resize(kNarrow);
    QVERIFY(waitFor([&] { return fixture.item("conversationList") == nullptr; }));
    fixture.key(Qt::Key_B, Qt::ControlModifier);
}

} // namespace

QList<GalleryView> chartViews()
{
    const auto nothing = [](const WindowFixture &) {};
    QList<GalleryView> out{
        {"empty", chartScript(), nothing},    {"streaming", streamingScript(), showStreaming}, {"answered", chartScript(), readChart},
        {"error", chartScript(), showError},  {"edited", chartScript(), showEdited},           {"drop", readerScript(), showDrop},
        {"undo", readerScript(), showUndo},   {"rename", readerScript(), showRenaming},        {"lit", readerScript(), showLit},
        {"asked", readerScript(), showAsked}, {"sidebar", readerScript(), showNarrowSidebar},
    };
    for (GalleryView &view : out) {
        if (QStringList{"empty", "streaming", "answered", "error"}.contains(view.name)) {
            view.narrow = {kNarrow};
        }
    }
    out[3].sayAgain = dropNoPicture;
    out[4].narrow = {kPhone};
    out.last().sizes = {kNarrow}; // elsewhere it stands beside the conversation
    return out;
}

} // namespace conclave::tests
