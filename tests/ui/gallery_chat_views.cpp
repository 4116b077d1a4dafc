#include "tests/ui/attachment_scenes.h"
#include "tests/ui/gallery_look.h"
#include "tests/ui/gallery_views.h"

namespace conclave::tests
{
namespace
{

constexpr auto kRichAnswer =
    "The **quadratic formula** solves $ax^2 + bx + c = 0$ for every $a \\neq 0$:\n\n"
    "$$x_{1,2} = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}$$\n\n"
    "1. Compute the discriminant $\\Delta = b^2 - 4ac$.\n   - negative: no real root\n   - zero: one root\n"
    "2. Put it into the formula, as here:\n\n"
    "   ```python\n   import math\n\n   def roots(a: float, b: float, c: float) -> list[float]:\n"
    "       delta = b * b - 4 * a * c  # the discriminant\n       if delta < 0:\n           return []\n"
    "       return [(-b + s * math.sqrt(delta)) / (2 * a) for s in (1, -1)]\n   ```\n\n"
    "> A quotation stands apart, with a bar beside it.\n\n"
    "| $\\Delta$ | roots | example |\n|---|--:|---|\n| $> 0$ | 2 | $x^2 - 1$ |\n| $= 0$ | 1 | $x^2$ |\n| $< 0$ | 0 | $x^2 + 1$ |\n\n"
    "Sums and matrices: $\\sum_{i=1}^{n} i = \\frac{n(n+1)}{2}$ and\n\n"
    "$$A = \\begin{pmatrix} \\cos\\varphi & -\\sin\\varphi \\\\ \\sin\\varphi & \\cos\\varphi \\end{pmatrix}, \\quad "
    "\\int_0^\\infty e^{-x^2}\\,dx = \\frac{\\sqrt{\\pi}}{2}$$\n";

/// Conversations with everything that the sidebar knows; the last one has two versions of its question.
void fillSidebar(const WindowFixture &fixture)
{
    for (const char *title : {"Why is the median robust?", "Einkaufsliste für Samstag", "上海的销售额", "An old experiment with weights"}) {
        fixture.chat().newConversation();
        askAndWait(fixture, QString::fromUtf8(title));
    }
    const QVector<app::Conversation> all = fixture.controller().conversations();
    app::ConversationShelf &shelf = fixture.controller().shelf();
    shelf.setArchived(all[0].id, true);
    shelf.setPinned(all[1].id, true);
    shelf.moveToFolder(all[2].id, shelf.createFolder(QStringLiteral("Haushalt")));
    fixture.chat().openConversation(all[3].id);
    QVERIFY(fixture.chat().editQuestion(0, QStringLiteral("Explain the difference between a mean and a median, please.")));
    QVERIFY(fixture.waitUntilIdle());
    settle(fixture);
}

void showText(const WindowFixture &fixture)
{
    fixture.type(QStringLiteral("Explain the difference between a mean and a median, please."));
    fixture.key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return fixture.item("copyText") != nullptr; }));
}

/// A version of its question beside it, and the button for another answer reached with the keyboard.
void showVersions(const WindowFixture &fixture)
{
    fillSidebar(fixture);
    fixture.item("regenerate")->forceActiveFocus(Qt::TabFocusReason);
}

void showSearch(const WindowFixture &fixture)
{
    fillSidebar(fixture);
    fixture.key(Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    fixture.type(QStringLiteral("median"));
    QVERIFY(waitFor([&] { return fixture.chat().search()->count() > 2; }));
}

void showFind(const WindowFixture &fixture)
{
    fillSidebar(fixture);
    fixture.key(Qt::Key_F, Qt::ControlModifier);
    fixture.type(QStringLiteral("median"));
    QVERIFY(waitFor([&] { return !fixture.chat().find()->searching() && fixture.item("foundCurrent"); }));
    fixture.key(Qt::Key_Return);
}

void showEditor(const WindowFixture &fixture)
{
    fillSidebar(fixture);
    fixture.item("editQuestion")->forceActiveFocus(Qt::TabFocusReason);
    fixture.key(Qt::Key_Space);
    QVERIFY(waitFor([&] { return fixture.item("questionEditor") != nullptr; }));
}

void showAnswerEditor(const WindowFixture &fixture)
{
    fillSidebar(fixture);
    fixture.press("editAnswer");
    QVERIFY(waitFor([&] { return fixture.item("answerEditor") != nullptr; }));
}

/// A filled sidebar with something opened by a click.
std::function<void(const WindowFixture &)> clicked(const char *button)
{
    return [button](const WindowFixture &fixture) {
        fillSidebar(fixture);
        fixture.click(button);
    };
}

Script richScript()
{
    Script script = chatScript(kRichAnswer);
    script.reasoning = {"The user asks for the roots. I should give the formula $x = -\\frac{p}{2}$ first, ", "then code, then a table."};
    return script;
}

void askForRoots(const WindowFixture &fixture)
{
    askAndWait(fixture, QStringLiteral("How do I solve a quadratic equation?"));
    settle(fixture);
}

void revealFirst(const WindowFixture &fixture)
{
    QMetaObject::invokeMethod(fixture.item("transcript"), "reveal", Q_ARG(int, 0));
}

void showReasoning(const WindowFixture &fixture)
{
    askForRoots(fixture);
    revealFirst(fixture);
    fixture.item("reasoningHead")->forceActiveFocus(Qt::TabFocusReason);
    fixture.key(Qt::Key_Space);
    QVERIFY(waitFor([&] { return fixture.item("reasoningText") != nullptr; }));
}

void showViewer(const WindowFixture &fixture)
{
    fixture.chat().attachFiles({fixture.chartFile()});
    QVERIFY(waitFor([&] { return fixture.item("attachment") != nullptr; }));
    askForRoots(fixture);
    fixture.item("sentPicture")->forceActiveFocus(Qt::TabFocusReason);
    fixture.key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return fixture.item("viewedPicture") != nullptr; }));
    fixture.click("selectRegion");
    fixture.key(Qt::Key_Right);
}

} // namespace

void askAndWait(const WindowFixture &fixture, const QString &question)
{
    const int before = fixture.chat().transcript()->count();
    fixture.chat().send(question); // or a moment later, when it is counted
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() > before; }) && fixture.waitUntilIdle());
}

QList<GalleryView> conversationViews()
{
    const Script script = chatScript(kMarkdown);
    return {
        {"text", script, showText},
        {"chats-sidebar", script, showVersions},
        {"chats-search", script, showSearch},
        {"chats-find", script, showFind, {{960, 640}, {1920, 1200}}, {kNarrow}},
        {"chats-settings", script, clicked("settingsButton")},
        {"chats-actions", script, clicked("conversationMenu")},
        {"chats-edit", script, showEditor},
        {"chats-edit-answer", script, showAnswerEditor},
    };
}

QList<GalleryView> answerViews()
{
    QList<GalleryView> out{
        {"answer-folded", richScript(), askForRoots},
        {"answer-reasoning", richScript(), showReasoning},
        {"answer-viewer", richScript(), showViewer},
        {"answer-end", richScript(), askForRoots},
    };
    out[0].again = out[1].again = revealFirst;
    return out;
}

QList<GalleryView> attachmentViews()
{
    QList<GalleryView> out;
    for (const QString &scene : attachmentScenes()) {
        out.append({QStringLiteral("attached-") + scene, attachmentScript(scene),
                    [scene](const WindowFixture &fixture) { showAttachmentScene(fixture, scene); }});
        out.back().narrow = {kNarrow};
    }
    return out;
}

} // namespace conclave::tests
