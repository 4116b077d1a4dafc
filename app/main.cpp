#include "app/chat_controller.h"
#include "app/console/console.h"
#include "app/console/terminal.h"
#include "app/inference/compute_choice.h"
#include "app/library/model_services.h"
#include "app/log/log_book.h"
#include "app/net/single_instance.h"
#include "app/paths.h"
#include "app/store/session_store.h"

#ifdef CONCLAVE_HAS_WINDOW
#include "ui/desktop/windows.h"

#include <QQuickWindow>
#endif

#include <QFileInfo>
#include <QGuiApplication>
#include <QLocale>
#include <QTranslator>

/// The composition root: chooses between window and console, makes the parts and passes them to each other.

namespace
{

using namespace conclave;

bool hasDisplay()
{
#ifdef Q_OS_LINUX
    return !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") ||
           !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM");
#else
    return true;
#endif
}

app::Arguments argumentsOf(int argc, char **argv)
{
    QStringList words;
    for (int i = 1; i < argc; ++i)
        words << QString::fromLocal8Bit(argv[i]);
    return app::parseArguments(words);
}

app::ConsoleEngine realEngine(const app::Arguments &arguments)
{
    const QString projector = arguments.projector;
    app::EngineWishes wishes;
    wishes.projector = projector;
    wishes.memoryBytes = arguments.memoryBytes();
    wishes.speculates = arguments.speculate;
    wishes.device = arguments.device;
    wishes.cardLayers = arguments.cardLayers;
    wishes.cardBytes = arguments.cardBytes();
    return {app::defaultEngineFactory(wishes), [projector](const QString &file) {
                return engine::describeModel(std::filesystem::path(file.toStdU16String()),
                                             std::filesystem::path(projector.toStdU16String()));
            }};
}

/// Every failure is told in our own words; what Qt warns of beside would stand between them.
void onlySevere(QtMsgType type, const QMessageLogContext &, const QString &message)
{
    if (type == QtCriticalMsg || type == QtFatalMsg)
        app::printError(message);
}

/// Pictures still need a platform (SVG text), but none that is seen.
/// Errors and the help are in the system's language; the words of tables stay, as those of JSON do, for scripts.
int runOnConsole(int argc, char **argv, const app::Arguments &arguments)
{
    qInstallMessageHandler(onlySevere);
    qputenv("QT_QPA_PLATFORM", "offscreen;minimal");
    const QGuiApplication application(argc, argv);
    QTranslator words;
    if (words.load(QLocale::system(), QStringLiteral("conclave"), QStringLiteral("_"), QStringLiteral(":/i18n")))
        QCoreApplication::installTranslator(&words);
    if (arguments.command == app::Command::kWrong) // its error was put into words before there was a language
        return app::runConsole(argumentsOf(argc, argv), realEngine({}));
    return app::runConsole(arguments, realEngine(arguments));
}

#ifdef CONCLAVE_HAS_WINDOW
QStringList absolutePaths(const QStringList &files)
{
    QStringList out;
    for (const QString &file : files)
        out << QFileInfo(file).absoluteFilePath();
    return out;
}

app::EngineWishes chosenInSettings()
{
    const app::ComputeChoice choice = app::computeChoice(app::dataFolder());
    app::EngineWishes wishes;
    wishes.device = app::deviceOf(choice);
    wishes.cardLayers = choice.cardLayers;
    return wishes;
}

int runInWindow(int argc, char **argv, const app::Arguments &arguments)
{
    QGuiApplication application(argc, argv);
    QGuiApplication::setDesktopFileName(QStringLiteral("conclave"));
    app::SingleInstance instance(app::dataFolder());
    const QStringList files = absolutePaths(arguments.files);
    if (!instance.begin(arguments.model.isEmpty() ? files : files + absolutePaths({arguments.model})))
        return EXIT_SUCCESS; // the program that runs already has taken them
    app::LogBook log(app::dataFolder());
    log.install();
    const app::SessionStore session = app::openSessionStore(app::dataFolder());
    if (!session.store) {
        app::printError(session.warning);
        return app::kExitFailed;
    }
    app::InferenceWorker worker(app::defaultEngineFactory(chosenInSettings));
    app::ChatController controller(*session.store, worker);
    if (!session.warning.isEmpty())
        controller.announce(session.warning);
    app::ModelServices models(app::dataFolder(), app::builtInModelPath());
    models.log.follow(worker);
    const QString model = arguments.model.isEmpty() ? app::builtInModelPath() : arguments.model;
    if (!model.isEmpty())
        controller.loadModel(model);
    ui::WindowOptions options;
    options.models = &models;
    options.log = &log;
    options.files = files;
    options.tour = true;
    ui::Windows windows(*session.store, worker, controller, options);
    QQuickWindow *window = windows.first()->window();
    if (!window) {
        app::printError(QStringLiteral("the window could not be loaded; please reinstall the program and its Qt Quick modules"));
        return app::kExitFailed;
    }
    const auto shown = [&log] { log.add(QtInfoMsg, QStringLiteral("The window shows its first frame.")); };
    QObject::connect(window, &QQuickWindow::frameSwapped, &log, shown, Qt::SingleShotConnection);
    QObject::connect(&instance, &app::SingleInstance::startedAgain, &windows, [&windows](const QStringList &more) {
        windows.first()->raise();
        windows.first()->open(more);
    });
    return QGuiApplication::exec();
}
#endif

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication::setApplicationName(QStringLiteral("conclave"));
    QCoreApplication::setApplicationVersion(QStringLiteral(CONCLAVE_VERSION));
    app::Arguments arguments = argumentsOf(argc, argv);
    if (arguments.command != app::Command::kWindow)
        return runOnConsole(argc, argv, arguments);
#ifdef CONCLAVE_HAS_WINDOW
    if (hasDisplay())
        return runInWindow(argc, argv, arguments);
#endif
    // Without a display the same pictures, or the bundled sample, are read on the console.
    arguments.command = app::Command::kRead;
    if (arguments.files.isEmpty() && !app::samplePath().isEmpty())
        arguments.files << app::samplePath();
    if (arguments.files.isEmpty())
        arguments.command = app::Command::kHelp;
    return runOnConsole(argc, argv, arguments);
}
