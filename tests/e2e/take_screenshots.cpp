#include "app/chat_controller.h"
#include "app/paths.h"
#include "tests/support/paced_engine.h"
#include "ui/ui_entry.h"
#include "ui/view_models/appearance.h"
#include "ui/view_models/chat_view_model.h"

#include <QDir>
#include <QGuiApplication>
#include <QQuickWindow>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>

/// Reads the sample chart with the built-in model in the real window and keeps pictures of it: take_screenshots FOLDER

namespace
{

using namespace conclave;

constexpr QSize kSize(1160, 880);
constexpr QSize kPanelSize(1440, 880);
constexpr unsigned kTokensAtWork = 60;
constexpr std::chrono::milliseconds kPace(5);
constexpr int kPatienceMilliseconds = 60'000;
constexpr int kSettleMilliseconds = 600;

bool readSample(ui::ChatWindow &window, app::ChatController &controller)
{
    const auto idle = [&] { return controller.state() == app::ChatState::kIdle; };
    if (!QTest::qWaitFor(idle, kPatienceMilliseconds)) {
        return false;
    }
    window.chat().trySample();
    const auto answered = [&] { return window.chat().transcript()->count() == 2 && idle(); };
    return QTest::qWaitFor(answered, kPatienceMilliseconds);
}

bool keep(const ui::ChatWindow &window, ui::Appearance::Mode mode, const QString &file)
{
    window.appearance().setMode(mode);
    QTest::qWait(kSettleMilliseconds);
    return window.window()->grabWindow().save(file, "PNG", 0); // 0: compressed most
}

ui::WindowOptions optionsIn(const QString &folder)
{
    ui::WindowOptions options;
    options.settingsFolder = folder;
    options.locale = QLocale(QLocale::English, QLocale::UnitedStates);
    return options;
}

/// The panel of experts in the middle of an answer, which is slowed down for that.
bool keepPanel(ui::Appearance::Mode mode, const QString &file)
{
    const QTemporaryDir folder;
    auto store = app::ConversationStore::open(folder.path());
    if (!store) {
        return false;
    }
    app::InferenceWorker worker(tests::pacedFactory(app::defaultEngineFactory(), kPace));
    app::ChatController controller(**store, worker);
    controller.loadModel(app::builtInModelPath());
    const ui::ChatWindow window(controller, optionsIn(folder.path()));
    if (!QTest::qWaitFor([&] { return controller.state() == app::ChatState::kIdle; }, kPatienceMilliseconds)) {
        return false;
    }
    window.appearance().setExpertsOpen(true);
    window.appearance().setMode(mode);
    window.window()->resize(kPanelSize);
    QTest::qWait(kSettleMilliseconds);
    window.chat().trySample();
    const ui::ExpertPanel &panel = *window.chat().experts();
    const auto atWork = [&] { return panel.known() && panel.view()->textTokens > kTokensAtWork; };
    return QTest::qWaitFor(atWork, kPatienceMilliseconds) && window.window()->grabWindow().save(file, "PNG", 0);
}

} // namespace

int main(int argc, char **argv)
{
    const QGuiApplication application(argc, argv);
    const QTemporaryDir folder;
    auto store = app::ConversationStore::open(folder.path());
    if (argc < 2 || !store || app::builtInModelPath().isEmpty() || app::samplePath().isEmpty()) {
        std::fputs("take_screenshots: needs a folder to write to, the built-in model and the sample chart\n", stderr);
        return 2;
    }
    app::InferenceWorker worker;
    app::ChatController controller(**store, worker);
    controller.loadModel(app::builtInModelPath());
    ui::ChatWindow window(controller, optionsIn(folder.path()));
    window.window()->resize(kSize);
    const QDir target(QString::fromLocal8Bit(argv[1]));
    const bool done = readSample(window, controller) &&
                      keep(window, ui::Appearance::Light, target.filePath(QStringLiteral("main-light.png"))) &&
                      keep(window, ui::Appearance::Dark, target.filePath(QStringLiteral("main-dark.png"))) &&
                      keepPanel(ui::Appearance::Light, target.filePath(QStringLiteral("panel-light.png"))) &&
                      keepPanel(ui::Appearance::Dark, target.filePath(QStringLiteral("panel-dark.png")));
    if (!done) {
        std::fputs("take_screenshots: the sample chart could not be read or the pictures not written\n", stderr);
    }
    return done ? 0 : 1;
}
