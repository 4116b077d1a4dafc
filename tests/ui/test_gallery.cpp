#include "app/paths.h"
#include "engine/api/synthesis.h"
#include "tests/support/http_server.h"
#include "tests/ui/attachment_scenes.h"
#include "tests/ui/expert_scenes.h"
#include "tests/ui/window_fixture.h"
#include "ui/view_models/chart_answer.h"

#include <QDir>
#include <QSet>

using namespace conclave;
using namespace conclave::tests;

/// Renders the window as people will see it into CONCLAVE_GALLERY, and checks what a program can check of looks:
/// nothing blank, nothing cut off, nothing on top of something else.
class TestGallery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(QDir().mkpath(QStringLiteral(CONCLAVE_GALLERY))); }
    void scene_data();
    void scene();
    void overlay_data();
    void overlay();
    void conversations_data();
    void conversations();
    void library_data();
    void library();
    void answers_data();
    void answers();
    void attachments_data();
    void attachments();
    void program_data();
    void program();
    void experts_data();
    void experts();
    void expertsOfARealAnswer();

private:
    static void checkEveryLook(const WindowFixture &fixture, const QString &name, const QList<QSize> &sizes);
    /// Light and dark by turns over the sizes and languages.
    static void checkHalfOfLooks(const WindowFixture &fixture, const QString &name, const QString &language, const QList<QSize> &sizes);
    static void checkLook(const WindowFixture &fixture, const QString &name, bool dark, QSize size);
    static void check(const WindowFixture &fixture, const QString &name);
};

namespace
{

constexpr int kSettleMilliseconds = 250; // menus and colours move
constexpr int kResizeMilliseconds = 90;  // a new size alone moves hardly anything

/// Titles, file and device names are the user's and may be long: those alone may be cut, with an ellipsis.
bool mayBeCut(const QQuickItem *text)
{
    static const QSet<QString> kElided{
        QStringLiteral("conversationList"), QStringLiteral("conversationTitle"), QStringLiteral("statusLine"),
        QStringLiteral("attachment"),       QStringLiteral("searchHits"),        QStringLiteral("undoText"),
        QStringLiteral("answerFigures"),    QStringLiteral("modelRow"),          QStringLiteral("modelFolder"),
        QStringLiteral("downloadName"),     QStringLiteral("document"),          QStringLiteral("previewName")};
    for (const QQuickItem *item = text; item; item = item->parentItem()) {
        if (kElided.contains(item->objectName())) {
            return true;
        }
    }
    return false;
}

QList<QQuickItem *> texts(const WindowFixture &fixture)
{
    return findItems(fixture.window().contentItem(), [](QQuickItem *item) {
        return item->inherits("QQuickText") && !item->property("text").toString().isEmpty() && item->width() > 0 && item->opacity() > 0;
    });
}

QRectF sceneRect(const QQuickItem *item)
{
    return item->mapRectToScene(QRectF(0, 0, item->width(), item->height()));
}

constexpr int kQuickPng = 91; // least compression: a large picture takes a quarter of a second at Qt's usual one

bool hasMoreColors(const QImage &picture, int than)
{
    QSet<QRgb> colors;
    for (int y = 0; y < picture.height(); y += 3) {
        for (int x = 0; x < picture.width(); x += 3) {
            colors.insert(picture.pixel(x, y));
            if (colors.size() > than) {
                return true;
            }
        }
    }
    return false;
}

Script sceneScript(const QString &scene)
{
    Script script = chartScript();
    if (scene == QLatin1String("streaming")) {
        script.hangAt = static_cast<int>(script.pieces.size()) * 3 / 5;
    }
    return script;
}

void arrange(const WindowFixture &fixture, const QString &scene)
{
    if (scene == QLatin1String("empty")) {
        return;
    }
    fixture.drop({fixture.chartFile()});
    QVERIFY(waitFor([&] { return fixture.item("tableRow") != nullptr; }));
    if (scene == QLatin1String("streaming")) {
        QTest::qWait(200);
        return;
    }
    QVERIFY(fixture.waitUntilIdle());
    if (scene == QLatin1String("error")) {
        fixture.drop({fixture.written(QStringLiteral("notes.png"), "not a picture")});
        QVERIFY(waitFor([&] { return fixture.item("banner") != nullptr; }));
        fixture.chat().attachFiles({fixture.chartFile()});
        QVERIFY(waitFor([&] { return fixture.item("attachment") != nullptr; }));
    }
}

/// The table over the picture, a cell changed and another one being so.
void editChart(const WindowFixture &fixture)
{
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

constexpr auto kMarkdown = "The **mean** adds all values and divides by their number; the **median** is the one in the middle.\n\n"
                           "1. Sort the values.\n2. Take the middle one.\n\n"
                           "| values | mean | median |\n|---|---|---|\n| 1, 2, 9 | 4 | 2 |\n| 2, 2, 2 | 2 | 2 |\n\n"
                           "```\nmedian = sorted(values)[len(values) // 2]\n```\n\nOne large value moves the mean, *not* the median.";

/// The words of an answer about a chart that was read before, or nothing.
QQuickItem *answerWords(const WindowFixture &fixture)
{
    const auto found = findItems(fixture.window().contentItem(), [](QQuickItem *item) {
        const auto *chart = item->property("chart").value<ui::ChartAnswer *>();
        return item->objectName() == QLatin1String("summary") && chart && chart->isAnswer();
    });
    return found.isEmpty() ? nullptr : found.front();
}

void show(const WindowFixture &fixture, const QString &overlay)
{
    if (overlay == QLatin1String("drop")) {
        QVERIFY(fixture.hover({fixture.chartFile()}));
    } else if (overlay == QLatin1String("menu")) {
        fixture.click("appearanceButton");
    } else if (overlay == QLatin1String("undo")) {
        fixture.click("removeConversation");
    } else if (overlay == QLatin1String("sidebar")) {
        fixture.key(Qt::Key_B, Qt::ControlModifier);
    } else if (overlay == QLatin1String("rename")) {
        fixture.key(Qt::Key_F2);
    } else {
        if (overlay == QLatin1String("asked")) {
            fixture.controller().send(QStringLiteral("How far apart are Berlin and Köln?"), {});
            QVERIFY(fixture.waitUntilIdle());
            QVERIFY(waitFor([&] { return answerWords(fixture) != nullptr; }));
        }
        QQuickItem *words = overlay == QLatin1String("asked") ? answerWords(fixture) : fixture.item("summary");
        words->forceActiveFocus(Qt::TabFocusReason);
        fixture.key(Qt::Key_Right);
    }
}

/// A window for each view and language; checkEveryLook changes the rest, which is quicker than another window.
void addViews(const QStringList &views)
{
    QTest::addColumn<QString>("view");
    QTest::addColumn<QString>("language");
    for (const QString &view : views) {
        for (const char *language : {"en", "de", "zh_CN"}) {
            QTest::addRow("%s-%s", qPrintable(view), language) << view << QString::fromLatin1(language);
        }
    }
}

} // namespace

void TestGallery::scene_data()
{
    addViews({"empty", "streaming", "answered", "error"});
}

void TestGallery::scene()
{
    QFETCH(QString, view);
    QFETCH(QString, language);
    const WindowFixture fixture(sceneScript(view), QLocale(language));
    arrange(fixture, view);
    checkEveryLook(fixture, view + u'-' + language, {QSize(960, 640), QSize(1440, 900), QSize(480, 700)});
    if (view == QLatin1String("answered")) {
        editChart(fixture);
        checkHalfOfLooks(fixture, QStringLiteral("edited"), language, {QSize(1440, 900), QSize(480, 900)});
    }
    fixture.controller().stop();
}

void TestGallery::overlay_data()
{
    QTest::addColumn<QString>("overlay");
    QTest::addColumn<bool>("dark");
    for (const char *overlay : {"drop", "menu", "undo", "sidebar", "rename", "lit", "text", "asked"}) {
        for (const bool dark : {false, true}) {
            QTest::addRow("%s-%s", overlay, dark ? "dark" : "light") << QString::fromLatin1(overlay) << dark;
        }
    }
}

void TestGallery::overlay()
{
    QFETCH(QString, overlay);
    QFETCH(bool, dark);
    const bool narrow = overlay == QLatin1String("sidebar");
    const WindowFixture fixture(overlay == QLatin1String("text") ? chatScript(kMarkdown) : readerScript());
    fixture.appearance().setMode(dark ? ui::Appearance::Dark : ui::Appearance::Light);
    fixture.window().resize(narrow ? QSize(520, 700) : QSize(1160, 780));
    if (overlay == QLatin1String("text")) {
        fixture.type(QStringLiteral("Explain the difference between a mean and a median, please."));
        fixture.key(Qt::Key_Return);
        QVERIFY(waitFor([&] { return fixture.item("copyText") != nullptr; }));
    } else {
        arrange(fixture, QStringLiteral("answered"));
        show(fixture, overlay);
    }
    QTest::qWait(400);
    check(fixture, QString::fromLatin1(QTest::currentDataTag()));
}

namespace
{

void ask(const WindowFixture &fixture, const QString &question)
{
    const int before = fixture.chat().transcript()->count();
    fixture.chat().send(question); // or a moment later, when it is counted
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() > before; }) && fixture.waitUntilIdle());
}

/// Conversations with everything that the sidebar knows; the last one has two versions of its question.
void fillSidebar(const WindowFixture &fixture)
{
    for (const char *title : {"Why is the median robust?", "Einkaufsliste für Samstag", "上海的销售额", "An old experiment with weights"}) {
        fixture.chat().newConversation();
        ask(fixture, QString::fromUtf8(title));
    }
    const QVector<app::Conversation> all = fixture.controller().conversations();
    app::ConversationShelf &shelf = fixture.controller().shelf();
    shelf.setArchived(all[0].id, true);
    shelf.setPinned(all[1].id, true);
    shelf.moveToFolder(all[2].id, shelf.createFolder(QStringLiteral("Haushalt")));
    fixture.chat().openConversation(all[3].id);
    QVERIFY(fixture.chat().editQuestion(0, QStringLiteral("Explain the difference between a mean and a median, please.")));
    QVERIFY(fixture.waitUntilIdle());
}

void showConversations(const WindowFixture &fixture, const QString &view)
{
    if (view == QLatin1String("search")) {
        fixture.key(Qt::Key_F, Qt::ControlModifier);
        fixture.type(QStringLiteral("median"));
        QVERIFY(waitFor([&] { return fixture.chat().search()->count() > 2; }));
    } else if (view == QLatin1String("settings")) {
        fixture.click("settingsButton");
    } else if (view == QLatin1String("actions")) {
        fixture.click("conversationMenu");
    } else if (view == QLatin1String("edit")) {
        fixture.item("editQuestion")->forceActiveFocus(Qt::TabFocusReason);
        fixture.key(Qt::Key_Space);
        QVERIFY(waitFor([&] { return fixture.item("questionEditor") != nullptr; }));
    } else {
        fixture.item("regenerate")->forceActiveFocus(Qt::TabFocusReason);
    }
}

} // namespace

void TestGallery::conversations_data()
{
    addViews({"sidebar", "search", "settings", "actions", "edit"});
}

void TestGallery::conversations()
{
    QFETCH(QString, view);
    QFETCH(QString, language);
    const WindowFixture fixture(chatScript(kMarkdown), QLocale(language));
    fixture.window().resize(960, 640);
    fillSidebar(fixture);
    QTest::qWait(100);
    showConversations(fixture, view);
    checkEveryLook(fixture, QStringLiteral("chats-") + view + u'-' + language, {QSize(960, 640), QSize(1920, 1200)});
}

namespace
{

/// Models of full size, which take no disk, beside small real ones and a broken file.
void fillLibrary(const WindowFixture &fixture)
{
    const QString folder = fixture.folder()->filePath(QStringLiteral("models"));
    QVERIFY(QDir().mkpath(folder));
    for (const char *shape : {"qwen3-30b-a3b", "gpt-oss-20b", "deepseek-v4-flash"}) {
        engine::SynthesisRequest request;
        request.shape = shape;
        request.hole = true;
        const QString file = folder + u'/' + QString::fromLatin1(shape) + QStringLiteral(".gguf");
        QVERIFY(engine::synthesise(std::filesystem::path(file.toStdU16String()), request).ok());
    }
    QFile broken(folder + QStringLiteral("/unfinished download.gguf"));
    QVERIFY(broken.open(QIODevice::WriteOnly) && broken.write("GGUF") == 4);
    // As measured on some machine: pictures must not depend on this one.
    QFile machine(fixture.folder()->filePath(QStringLiteral("machine.json")));
    QVERIFY(machine.open(QIODevice::WriteOnly));
    machine.write(R"({"format": 1, "device": "CPU", "memoryBytes": 34359738368, "readBytes": 4e10, "attentionBytes": 4e10,
        "attentionOperations": 2e10, "opSeconds": 5e-6, "diskBytes": 2e9, "types": [
        {"type": "Q4_K", "denseBytes": 3e10, "expertBytes": 2.5e10, "denseOperations": 8e11, "expertOperations": 6e11},
        {"type": "MXFP4", "denseBytes": 3e10, "expertBytes": 2.5e10, "denseOperations": 8e11, "expertOperations": 6e11}]})");
}

void showLibrary(const WindowFixture &fixture, const QString &view, HttpServer &server)
{
    fixture.key(Qt::Key_L, Qt::ControlModifier);
    ui::LibraryViewModel &library = fixture.library();
    QVERIFY(waitFor([&] { return !library.scanning() && library.models()->count() > 4; }));
    if (view == QLatin1String("fetch")) {
        Served stalls;
        stalls.body = "GGUF" + QByteArray(4'000'000, 'x');
        stalls.stallAfter = 2'600'000;
        server.serve("/m/Qwen3-VL-4B-Instruct-Q4_K_M.gguf", stalls);
        QVERIFY(library.fetch(server.url("/m/gone.gguf").toString()));
        QVERIFY(
            waitFor([&] { return library.downloads()->data(library.downloads()->index(0), ui::DownloadListModel::kFailedRole).toBool(); }));
        QVERIFY(library.fetch(server.url("/m/Qwen3-VL-4B-Instruct-Q4_K_M.gguf").toString()));
        QVERIFY(waitFor(
            [&] { return library.downloads()->data(library.downloads()->index(0), ui::DownloadListModel::kShareRole).toDouble() > 0.5; }));
        fixture.click("fetchTab");
        return;
    }
    const QString file = view == QLatin1String("broken") ? QStringLiteral("unfinished download") : view;
    library.choose(fixture.folder()->filePath(QStringLiteral("models/") + file + QStringLiteral(".gguf")));
    fixture.item("libraryPage")->setProperty("detailsOpen", true);
    QVERIFY(waitFor([&] { return view == QLatin1String("broken") || library.forecast()->ready(); }));
}

} // namespace

void TestGallery::library_data()
{
    addViews({"qwen3-30b-a3b", "deepseek-v4-flash", "broken", "fetch"});
}

void TestGallery::library()
{
    QFETCH(QString, view);
    QFETCH(QString, language);
    HttpServer server;
    const WindowFixture fixture(chatScript("Hello."), QLocale(language));
    fixture.window().resize(1160, 780);
    fillLibrary(fixture);
    showLibrary(fixture, view, server);
    checkHalfOfLooks(fixture, QStringLiteral("library-") + view, language, {QSize(1160, 780), QSize(480, 700)});
}

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

Script richScript()
{
    Script script = chatScript(kRichAnswer);
    script.reasoning = {"The user asks for the roots. I should give the formula $x = -\\frac{p}{2}$ first, ", "then code, then a table."};
    return script;
}

void showAnswer(const WindowFixture &fixture, const QString &view)
{
    QQuickItem *list = fixture.item("transcript");
    if (view == QLatin1String("viewer")) {
        fixture.item("sentPicture")->forceActiveFocus(Qt::TabFocusReason);
        fixture.key(Qt::Key_Return);
        QVERIFY(waitFor([&] { return fixture.item("viewedPicture") != nullptr; }));
        fixture.click("selectRegion");
        fixture.key(Qt::Key_Right);
        return;
    }
    QMetaObject::invokeMethod(list, "reveal", Q_ARG(int, 0));
    if (view == QLatin1String("reasoning")) {
        fixture.item("reasoningHead")->forceActiveFocus(Qt::TabFocusReason);
        fixture.key(Qt::Key_Space);
        QVERIFY(waitFor([&] { return fixture.item("reasoningText") != nullptr; }));
    }
}

} // namespace

void TestGallery::answers_data()
{
    addViews({"folded", "reasoning", "viewer"});
}

void TestGallery::answers()
{
    QFETCH(QString, view);
    QFETCH(QString, language);
    const WindowFixture fixture(richScript(), QLocale(language));
    fixture.window().resize(960, 640);
    if (view == QLatin1String("viewer")) {
        fixture.chat().attachFiles({fixture.chartFile()});
        QVERIFY(waitFor([&] { return fixture.item("attachment") != nullptr; }));
    }
    ask(fixture, QStringLiteral("How do I solve a quadratic equation?"));
    QTest::qWait(50);
    showAnswer(fixture, view);
    checkHalfOfLooks(fixture, QStringLiteral("answer-") + view, language, {QSize(1920, 1200), QSize(960, 640)});
}

void TestGallery::attachments_data()
{
    addViews(attachmentScenes());
}

void TestGallery::attachments()
{
    QFETCH(QString, view);
    QFETCH(QString, language);
    const WindowFixture fixture(attachmentScript(view), QLocale(language));
    showAttachmentScene(fixture, view);
    checkEveryLook(fixture, QStringLiteral("attached-") + view + u'-' + language, {QSize(960, 640), QSize(1920, 1200), QSize(480, 700)});
}

void TestGallery::program_data()
{
    addViews({"program"});
}

/// Settings, palette, shortcuts, tour and report: one window for each language.
void TestGallery::program()
{
    QFETCH(QString, language);
    const WindowFixture fixture(chartScript(), QLocale(language));
    const auto shot = [&](const char *view) {
        QTest::qWait(kSettleMilliseconds);
        check(fixture, QStringLiteral("program-%1-%2").arg(QLatin1String(view), language));
    };
    fixture.library().setOffline(true);
    fixture.library().fetch(QStringLiteral("https://example.org/models/some-model-Q4_K_M.gguf"));
    QVERIFY(waitFor([&] { return !fixture.library().connections().isEmpty(); }));
    fixture.key(Qt::Key_Period, Qt::ControlModifier);
    checkEveryLook(fixture, QStringLiteral("program-settings-") + language, {QSize(960, 640), QSize(480, 700)});
    fixture.window().resize(960, 640);
    fixture.appearance().setMode(ui::Appearance::HighContrast);
    fixture.appearance().setTextPercent(150);
    shot("settings-large");
    fixture.key(Qt::Key_Escape);
    shot("empty-large");
    fixture.appearance().setTextPercent(100);
    fixture.appearance().setCompact(true);
    fixture.key(Qt::Key_K, Qt::ControlModifier);
    shot("palette");
    fixture.key(Qt::Key_Escape);
    fixture.appearance().setMode(ui::Appearance::Light);
    fixture.appearance().setCompact(false);
    fixture.key(Qt::Key_F1);
    shot("keys");
    fixture.key(Qt::Key_Escape);
    QMetaObject::invokeMethod(&fixture.window(), "openReport", Q_ARG(QString, QStringLiteral("notes.png is not a picture.")));
    shot("report");
    fixture.key(Qt::Key_Escape);
    QMetaObject::invokeMethod(&fixture.window(), "beginTour");
    for (const char *step : {"tour-1", "tour-2", "tour-3"}) {
        shot(step);
        fixture.key(Qt::Key_Space);
    }
    QVERIFY(waitFor([&] { return fixture.item("chartTable") != nullptr; }) && fixture.waitUntilIdle());
}

void TestGallery::experts_data()
{
    addViews({"experts", "collapse"});
}

void TestGallery::experts()
{
    QFETCH(QString, view);
    QFETCH(QString, language);
    const WindowFixture fixture(view == QLatin1String("experts") ? expertScript() : collapsedScript(), QLocale(language));
    fixture.appearance().setExpertsOpen(true);
    fixture.window().resize(1440, 900);
    ask(fixture, QStringLiteral("What is in the picture?"));
    QVERIFY(waitFor([&] { return fixture.item("expertMap") != nullptr; }));
    checkHalfOfLooks(fixture, view, language, {QSize(1440, 900), QSize(1160, 640)});
    fixture.window().resize(520, 700);
    QVERIFY(waitFor([&] { return !fixture.item("expertMap"); }));
    fixture.key(Qt::Key_E, Qt::ControlModifier);
    QVERIFY(waitFor([&] { return fixture.item("expertMap") != nullptr; }));
    checkHalfOfLooks(fixture, view, language, {QSize(520, 700)});
    if (view == QLatin1String("experts")) {
        const QVariantMap inks = fixture.item("expertsPane")->property("inks").toMap();
        const QString page = QStringLiteral(CONCLAVE_GALLERY "/experts-saved-%1.png").arg(language);
        QVERIFY(fixture.chat().saveExperts(QUrl::fromLocalFile(page), inks));
    }
}

/// The built-in model at work on a chart, in the middle of its answer; then with a cell pointed at, in high contrast.
void TestGallery::expertsOfARealAnswer()
{
    QVERIFY2(!app::builtInModelPath().isEmpty(), "the built-in model is missing");
    const WindowFixture fixture(std::chrono::milliseconds(6));
    fixture.appearance().setExpertsOpen(true);
    bool dark = false;
    for (const QSize size : {QSize(1440, 900), QSize(1160, 780)}) {
        fixture.appearance().setMode(dark ? ui::Appearance::Dark : ui::Appearance::Light);
        fixture.window().resize(size);
        fixture.chat().newConversation();
        fixture.drop({QUrl::fromLocalFile(QStringLiteral(CONCLAVE_SOURCE_DIR "/resources/samples/sales.png"))});
        const ui::ExpertPanel &panel = *fixture.chat().experts();
        QVERIFY(waitFor([&] { return panel.known() && panel.view()->textTokens > 40 && fixture.item("expertMap"); }));
        QVERIFY(fixture.chat().busy());
        check(fixture, QStringLiteral("experts-real-%1-%2").arg(dark ? QStringLiteral("dark") : QStringLiteral("light")).arg(size.width()));
        QVERIFY(fixture.waitUntilIdle());
        dark = true;
    }
    fixture.appearance().setMode(ui::Appearance::HighContrast);
    fixture.item("expertMap")->forceActiveFocus(Qt::TabFocusReason);
    fixture.key(Qt::Key_Down);
    fixture.key(Qt::Key_Right);
    QTest::qWait(kSettleMilliseconds);
    check(fixture, QStringLiteral("experts-real-pointed"));
}

void TestGallery::checkEveryLook(const WindowFixture &fixture, const QString &name, const QList<QSize> &sizes)
{
    for (const bool dark : {false, true}) {
        for (const QSize size : sizes) {
            checkLook(fixture, name, dark, size);
            if (QTest::currentTestFailed()) {
                return;
            }
        }
    }
}

void TestGallery::checkHalfOfLooks(const WindowFixture &fixture, const QString &name, const QString &language, const QList<QSize> &sizes)
{
    bool dark = language == QLatin1String("de");
    for (const QSize size : sizes) {
        checkLook(fixture, name + u'-' + language, dark, size);
        if (QTest::currentTestFailed()) {
            return;
        }
        dark = !dark;
    }
}

void TestGallery::checkLook(const WindowFixture &fixture, const QString &name, bool dark, QSize size)
{
    const auto mode = dark ? ui::Appearance::Dark : ui::Appearance::Light;
    const bool recoloured = fixture.appearance().mode() != mode;
    fixture.appearance().setMode(mode);
    fixture.window().resize(size);
    fixture.window().grabWindow(); // lays out what the new size moves
    QTest::qWait(recoloured ? kSettleMilliseconds : kResizeMilliseconds);
    check(fixture, QStringLiteral("%1-%2-%3").arg(name, dark ? QStringLiteral("dark") : QStringLiteral("light")).arg(size.width()));
}

void TestGallery::check(const WindowFixture &fixture, const QString &name)
{
    const QImage picture = fixture.window().grabWindow();
    QVERIFY(picture.save(QStringLiteral(CONCLAVE_GALLERY "/") + name + QStringLiteral(".png"), "PNG", kQuickPng));
    QVERIFY2(hasMoreColors(picture, 24), "the window is blank");

    const QRectF window(0, 0, fixture.window().width(), fixture.window().height());
    for (const QQuickItem *text : texts(fixture)) {
        const QString words = text->property("text").toString();
        QVERIFY2(mayBeCut(text) || !text->property("truncated").toBool(), qPrintable(words + QStringLiteral(" is cut off")));
        QVERIFY2(text->property("contentWidth").toReal() <= text->width() + 1,
                 qPrintable(words + QStringLiteral(" is wider than its place")));
        const QRectF place = sceneRect(text);
        QVERIFY2(place.left() >= window.left() - 1 && place.right() <= window.right() + 1,
                 qPrintable(words + QStringLiteral(" leaves the window")));
    }
    QHash<const QQuickItem *, QList<QQuickItem *>> siblings;
    for (QQuickItem *text : texts(fixture)) {
        for (const QQuickItem *other : siblings[text->parentItem()]) {
            const QRectF shared = sceneRect(text).intersected(sceneRect(other));
            QVERIFY2(shared.width() < 2 || shared.height() < 2,
                     qPrintable(text->property("text").toString() + QStringLiteral(" overlaps ") + other->property("text").toString()));
        }
        siblings[text->parentItem()].append(text);
    }
}

QTEST_MAIN(TestGallery)
#include "test_gallery.moc"
