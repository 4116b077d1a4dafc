#include "app/paths.h"
#include "tests/ui/gallery_look.h"
#include "tests/ui/gallery_views.h"

#include <QDir>

using namespace conclave;
using namespace conclave::tests;

namespace
{

const QStringList kLanguages{QStringLiteral("en"), QStringLiteral("de"), QStringLiteral("zh_CN")};

struct Look
{
    QString language;
    bool dark = false;
    QSize size;
};

QList<GalleryView> everyView()
{
    return chartViews() + conversationViews() + answerViews() + attachmentViews() + libraryViews() + programViews() + expertViews();
}

/// Every language with every theme and size.
QList<Look> allLooks(const GalleryView &view)
{
    QList<Look> out;
    for (const QString &language : kLanguages) {
        for (const bool dark : {false, true}) {
            for (const QSize size : view.sizes + view.narrow) {
                out.append({language, dark, size});
            }
        }
    }
    return out;
}

/// Every language, every theme and every size at least once; which go together changes from view to view. German, whose words are the
/// longest, has the smallest windows.
QList<Look> someLooks(const GalleryView &view, int number)
{
    QList<Look> out;
    for (int i = 0; i < kLanguages.size(); ++i) {
        const bool large = i != 1 && (i == 0) == (number % 2 == 0);
        out.append({kLanguages[i], (number / 2 + i) % 2 == 1, large ? view.sizes.last() : view.sizes.first()});
    }
    for (const QSize size : view.narrow) {
        out.insert(2, {kLanguages[1], number % 2 == 1, size});
    }
    return out;
}

} // namespace

/// Renders the window as people will see it into CONCLAVE_GALLERY, and checks what a program can check of looks. With the environment's
/// CONCLAVE_EVERY_LOOK each view is shown in every language, theme and size together.
class TestGallery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(QDir().mkpath(QStringLiteral(CONCLAVE_GALLERY))); }
    void view_data();
    void view();
    void expertsOfARealAnswer();
    void cleanupTestCase() { QVERIFY2(m_photographer.finish(), "a picture could not be written"); }

private:
    void takeLook(const WindowFixture &fixture, const GalleryView &view, const Look &look);

    QList<GalleryView> m_views = everyView();
    Photographer m_photographer{QStringLiteral(CONCLAVE_GALLERY)};
};

void TestGallery::view_data()
{
    QTest::addColumn<int>("number");
    for (int i = 0; i < m_views.size(); ++i) {
        QTest::addRow("%s", qPrintable(m_views[i].name)) << i;
    }
}

/// One window for each view: another language, theme or size is quicker than another window.
void TestGallery::view()
{
    QFETCH(int, number);
    const GalleryView &view = m_views[number];
    const WindowFixture fixture(view.script);
    fixture.window().resize(view.sizes.first());
    view.show(fixture);
    const bool every = qEnvironmentVariableIsSet("CONCLAVE_EVERY_LOOK");
    for (const Look &look : every ? allLooks(view) : someLooks(view, number)) {
        if (QTest::currentTestFailed()) {
            break;
        }
        takeLook(fixture, view, look);
    }
    fixture.controller().stop();
}

void TestGallery::takeLook(const WindowFixture &fixture, const GalleryView &view, const Look &look)
{
    const auto mode = view.contrast ? ui::Appearance::HighContrast : look.dark ? ui::Appearance::Dark : ui::Appearance::Light;
    fixture.appearance().setMode(mode);
    fixture.window().resize(look.size);
    fixture.preferences().setLanguage(look.language);
    if (view.again) {
        settle(fixture);
        view.again(fixture);
    }
    const char *theme = view.contrast ? "contrast" : look.dark ? "dark" : "light";
    m_photographer.take(fixture, QStringLiteral("%1-%2-%3-%4").arg(view.name, look.language, QLatin1String(theme)).arg(look.size.width()));
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
        m_photographer.takeNow(fixture, QStringLiteral("experts-real-%1-%2").arg(dark ? "dark" : "light").arg(size.width()));
        QVERIFY(fixture.waitUntilIdle());
        dark = true;
    }
    fixture.appearance().setMode(ui::Appearance::HighContrast);
    fixture.item("expertMap")->forceActiveFocus(Qt::TabFocusReason);
    fixture.key(Qt::Key_Down);
    fixture.key(Qt::Key_Right);
    m_photographer.take(fixture, QStringLiteral("experts-real-pointed"));
}

QTEST_MAIN(TestGallery)
#include "test_gallery.moc"
