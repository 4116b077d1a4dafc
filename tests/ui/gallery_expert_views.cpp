#include "tests/ui/expert_scenes.h"
#include "tests/ui/gallery_views.h"

namespace conclave::tests
{
namespace
{

void showExperts(const WindowFixture &fixture)
{
    fixture.appearance().setExpertsOpen(true);
    askAndWait(fixture, QStringLiteral("What is in the picture?"));
    QVERIFY(waitFor([&] { return fixture.item("expertMap") != nullptr; }));
}

/// Over the chat, where there is no room beside it.
void showExpertsOverTheChat(const WindowFixture &fixture)
{
    askAndWait(fixture, QStringLiteral("What is in the picture?"));
    fixture.key(Qt::Key_E, Qt::ControlModifier);
    QVERIFY(waitFor([&] { return fixture.item("expertMap") != nullptr; }));
}

/// As the button saves it.
void savePicture(const WindowFixture &fixture)
{
    const QVariantMap inks = fixture.item("expertsPane")->property("inks").toMap();
    QVERIFY(fixture.chat().saveExperts(QUrl::fromLocalFile(QStringLiteral(CONCLAVE_GALLERY "/experts-saved.png")), inks));
}

} // namespace

QList<GalleryView> expertViews()
{
    const QList<QSize> beside{{1160, 640}, {1920, 1200}};
    const auto showAndSave = [](const WindowFixture &fixture) {
        showExperts(fixture);
        savePicture(fixture);
    };
    return {{QStringLiteral("experts"), expertScript(), showAndSave, beside},
            {QStringLiteral("experts-card"), cardExpertScript(), showExperts, {{1160, 640}}},
            {QStringLiteral("collapse"), collapsedScript(), showExperts, beside},
            {QStringLiteral("experts-over"), expertScript(), showExpertsOverTheChat, {{520, 700}}}};
}

} // namespace conclave::tests
