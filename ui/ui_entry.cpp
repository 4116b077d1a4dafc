#include "ui/ui_entry.h"

#include "app/chat_controller.h"
#include "app/paths.h"
#include "ui/view_models/appearance.h"
#include "ui/view_models/chat_view_model.h"
#include "ui/view_models/library_view_model.h"

#include <QGuiApplication>
#include <QIcon>
#include <QQmlApplicationEngine>
#include <QQuickStyle>
#include <QQuickWindow>
#include <QTranslator>

// Made by qt_add_qml_module; named here so that the linker keeps the registration in the static library.
void qml_register_types_Conclave_Ui();

namespace conclave::ui
{

struct ChatWindow::Impl
{
    Impl(app::ChatController &controller, const WindowOptions &options)
        : ownModels(options.models ? nullptr : std::make_unique<app::ModelServices>(folderOf(options), app::builtInModelPath())),
          library(options.models ? *options.models : *ownModels, controller), chat(controller), appearance(folderOf(options))
    {
    }

    static QString folderOf(const WindowOptions &options)
    {
        return options.settingsFolder.isEmpty() ? app::dataFolder() : options.settingsFolder;
    }

    std::unique_ptr<app::ModelServices> ownModels; ///< null: they are the caller's
    LibraryViewModel library;
    ChatViewModel chat;
    Appearance appearance;
    QTranslator translator;
    QQmlApplicationEngine engine; ///< last: the window goes before what it shows
    QQuickWindow *window = nullptr;
};

namespace
{

void useTranslation(QTranslator &translator, const QLocale &locale)
{
    if (translator.load(locale, QStringLiteral("conclave"), QStringLiteral("_"), QStringLiteral(":/i18n"))) {
        QCoreApplication::installTranslator(&translator);
    }
}

} // namespace

ChatWindow::ChatWindow(app::ChatController &controller, const WindowOptions &options)
{
    if (QQuickStyle::name().isEmpty() || QQuickStyle::name() != QLatin1String("Basic")) {
        QQuickStyle::setStyle(QStringLiteral("Basic"));
    }
    qml_register_types_Conclave_Ui();
    m_impl = std::make_unique<Impl>(controller, options);
    QLocale::setDefault(options.locale); // numbers as the texts around them
    useTranslation(m_impl->translator, options.locale);
    QGuiApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/conclave.svg")));

    QQmlApplicationEngine &engine = m_impl->engine;
    engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    engine.setInitialProperties({{QStringLiteral("chat"), QVariant::fromValue(&m_impl->chat)},
                                 {QStringLiteral("library"), QVariant::fromValue(&m_impl->library)},
                                 {QStringLiteral("appearance"), QVariant::fromValue(&m_impl->appearance)}});
    engine.load(QUrl(QStringLiteral("qrc:/qt/qml/Conclave/Ui/Main.qml")));
    if (!engine.rootObjects().isEmpty()) {
        m_impl->window = qobject_cast<QQuickWindow *>(engine.rootObjects().first());
    }
}

ChatWindow::~ChatWindow() = default;

QQuickWindow *ChatWindow::window() const
{
    return m_impl->window;
}

ChatViewModel &ChatWindow::chat() const
{
    return m_impl->chat;
}

LibraryViewModel &ChatWindow::library() const
{
    return m_impl->library;
}

Appearance &ChatWindow::appearance() const
{
    return m_impl->appearance;
}

int runWindow(QGuiApplication &application, app::ChatController &controller, const WindowOptions &options)
{
    const ChatWindow window(controller, options);
    if (!window.window()) {
        qCritical("conclave: the window could not be loaded; please reinstall the program and its Qt Quick modules");
        return EXIT_FAILURE;
    }
    return application.exec();
}

} // namespace conclave::ui
