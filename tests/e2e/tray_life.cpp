#include "tests/e2e/tray_life.h"

#include "tests/ui/window_fixture.h"
#include "ui/desktop/windows.h"

#include <QGuiApplication>
#include <QSocketNotifier>

#include <cstdio>
#include <iostream>
#include <string>

namespace conclave::tests
{
namespace
{

void obey(ui::Windows &windows, const QString &line)
{
    const ui::ChatWindow &first = *windows.first();
    const QString words = line.section(u' ', 1);
    if (line.startsWith(QLatin1String("ask ")))
        first.chat().send(words);
    else if (line == QLatin1String("close"))
        first.window()->close();
    else if (line == QLatin1String("another"))
        windows.openAnother();
    else if (line == QLatin1String("close another"))
        windows.at(1)->window()->close();
    else if (line.startsWith(QLatin1String("language ")))
        first.preferences().setLanguage(words);
}

void tellState(const ui::Windows &windows)
{
    const ui::ChatWindow &first = *windows.first();
    std::printf("visible %d, windows %d, busy %d, tray %d\n", int(first.window()->isVisible()), int(windows.count()),
                int(first.chat().busy()), int(first.window()->property("staysInTray").toBool()));
    std::fflush(stdout);
}

} // namespace

int liveInTheTray(const QString &folder)
{
    QCoreApplication::setApplicationName(QStringLiteral("conclave"));
    auto store = app::ConversationStore::open(folder);
    if (!store)
        return 3;
    Script script = chatScript(kTrayAnswer);
    script.delay = std::chrono::milliseconds(40);
    app::InferenceWorker worker([&](const app::ModelRequest &) { return makeScriptedEngine(script); });
    app::ChatController controller(**store, worker);
    controller.loadModel(QStringLiteral("scripted.gguf"));
    ui::WindowOptions options;
    options.settingsFolder = folder;
    options.locale = QLocale(QLocale::English);
    ui::Windows windows(**store, worker, controller, options);
    if (!waitFor([&] { return windows.first()->chat().idle(); }))
        return 4;
    windows.first()->preferences().setStaysInTray(true);
    QSocketNotifier hands(0, QSocketNotifier::Read);
    QObject::connect(&hands, &QSocketNotifier::activated, &windows, [&] {
        std::string line;
        std::getline(std::cin, line); // one at a time: each is answered before the next
        obey(windows, QString::fromStdString(line));
        tellState(windows);
    });
    return QGuiApplication::exec();
}

} // namespace conclave::tests
