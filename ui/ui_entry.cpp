#include "ui/ui_entry.h"

#include "app/chat_controller.h"
#include "app/net/closed_network.h"
#include "app/paths.h"
#include "ui/desktop/background_news.h"
#include "ui/desktop/common.h"
#include "ui/desktop/text_shortcuts.h"
#include "ui/desktop/window_keeper.h"
#include "ui/view_models/chat_view_model.h"
#include "ui/view_models/diagnostics.h"
#include "ui/view_models/library_view_model.h"

#include <QCoreApplication>
#include <QGuiApplication>
#include <QIcon>
#include <QQmlApplicationEngine>
#include <QQmlNetworkAccessManagerFactory>
#include <QQuickStyle>
#include <QQuickWindow>

#include <algorithm>

// Made by qt_add_qml_module; named here so that the linker keeps the registration in the static library.
void qml_register_types_Conclave_Ui();

namespace conclave::ui
{

namespace
{

/// The interface itself fetches nothing, whatever address stands in a text.
class NoNetwork : public QQmlNetworkAccessManagerFactory
{
public:
    QNetworkAccessManager *create(QObject *parent) override { return app::makeClosedNetwork(parent); }
};

} // namespace

QString WindowOptions::folder() const
{
    return settingsFolder.isEmpty() ? app::dataFolder() : settingsFolder;
}

struct ChatWindow::Impl
{
    Impl(app::ChatController &chatController, const WindowOptions &options)
        : controller(chatController), common(options.common ? options.common : std::make_shared<Common>(options)),
          ownModels(options.models ? nullptr : std::make_unique<app::ModelServices>(options.folder(), app::builtInModelPath())),
          library(options.models ? *options.models : *ownModels, chatController), chat(chatController),
          diagnostics(chatController, options.log)
    {
    }

    void load(bool first);
    void follow(const WindowOptions &options);
    void openFiles(const QStringList &files);
    void openOnceLoaded(const QStringList &files);
    bool remembers(qint64 conversation) const;

    app::ChatController &controller;
    std::shared_ptr<Common> common;                ///< before the view models: they ask for words
    std::unique_ptr<app::ModelServices> ownModels; ///< null: they are the caller's
    LibraryViewModel library;
    ChatViewModel chat;
    Diagnostics diagnostics;
    NoNetwork noNetwork;
    QQmlApplicationEngine engine; ///< the window goes before what it shows
    QQuickWindow *window = nullptr;
    std::unique_ptr<WindowKeeper> keeper;
    std::unique_ptr<BackgroundNews> news;
};

void ChatWindow::Impl::load(bool first)
{
    engine.setNetworkAccessManagerFactory(&noNetwork);
    engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    engine.setInitialProperties({{QStringLiteral("chat"), QVariant::fromValue(&chat)},
                                 {QStringLiteral("library"), QVariant::fromValue(&library)},
                                 {QStringLiteral("appearance"), QVariant::fromValue(&common->appearance)},
                                 {QStringLiteral("preferences"), QVariant::fromValue(&common->preferences)},
                                 {QStringLiteral("diagnostics"), QVariant::fromValue(&diagnostics)},
                                 {QStringLiteral("first"), first}});
    engine.load(QUrl(QStringLiteral("qrc:/qt/qml/Conclave/Ui/Main.qml")));
    if (!engine.rootObjects().isEmpty()) {
        window = qobject_cast<QQuickWindow *>(engine.rootObjects().first());
    }
}

void ChatWindow::Impl::follow(const WindowOptions &options)
{
    new TextShortcuts(*window); // the window's
    keeper = std::make_unique<WindowKeeper>(*window, common->preferences);
    news = std::make_unique<BackgroundNews>(controller, common->preferences, *window);
    QObject::connect(&common->language, &Language::changed, window, [this] {
        engine.retranslate();
        chat.retranslate();
        library.retranslate();
    });
    QObject::connect(&controller, &app::ChatController::currentConversationChanged, window,
                     [this] { common->preferences.keepConversation(controller.currentConversation()); });
    QObject::connect(window, SIGNAL(quitAsked()), qApp, SLOT(quit()));
    if (options.tour && options.files.isEmpty() && !common->preferences.tourTaken() && controller.conversations().isEmpty()) {
        QMetaObject::invokeMethod(window, "beginTour", Qt::QueuedConnection);
    }
}

bool ChatWindow::Impl::remembers(qint64 conversation) const
{
    const QVector<app::Conversation> all = controller.conversations();
    return std::any_of(all.begin(), all.end(), [&](const app::Conversation &one) { return one.id == conversation; });
}

void ChatWindow::Impl::openFiles(const QStringList &files)
{
    QVariantList urls;
    for (const QString &file : files) {
        urls.append(QUrl::fromLocalFile(file));
    }
    QMetaObject::invokeMethod(window, "takeFiles", Q_ARG(QVariant, urls));
}

/// A picture is read once there is a model for it; without one it is attached.
void ChatWindow::Impl::openOnceLoaded(const QStringList &files)
{
    if (!controller.model().loading) {
        return openFiles(files);
    }
    auto *once = new QObject(window);
    QObject::connect(&controller, &app::ChatController::stateChanged, once, [this, once, files] {
        if (!controller.model().loading) {
            once->deleteLater();
            QObject::disconnect(&controller, nullptr, once, nullptr);
            openFiles(files);
        }
    });
}

ChatWindow::ChatWindow(app::ChatController &controller, const WindowOptions &options)
{
    if (QQuickStyle::name().isEmpty() || QQuickStyle::name() != QLatin1String("Basic")) {
        QQuickStyle::setStyle(QStringLiteral("Basic"));
    }
    qml_register_types_Conclave_Ui();
    m_impl = std::make_unique<Impl>(controller, options);
    QGuiApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/conclave.svg")));
    const qint64 last = m_impl->common->preferences.conversation();
    if (controller.currentConversation() == 0 && options.files.isEmpty() && !options.further && m_impl->remembers(last)) {
        m_impl->chat.openConversation(last);
    }
    m_impl->load(!options.further);
    if (!m_impl->window) {
        return;
    }
    m_impl->follow(options);
    if (!options.files.isEmpty()) {
        m_impl->openOnceLoaded(options.files);
    }
    QObject::connect(m_impl->news.get(), &BackgroundNews::opened, m_impl->window, [this](qint64 conversation) {
        raise();
        m_impl->chat.openConversation(conversation);
    });
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
    return m_impl->common->appearance;
}

Preferences &ChatWindow::preferences() const
{
    return m_impl->common->preferences;
}

app::ChatController &ChatWindow::controller() const
{
    return m_impl->controller;
}

void ChatWindow::raise()
{
    QMetaObject::invokeMethod(m_impl->window, "showAgain");
}

void ChatWindow::open(const QStringList &files)
{
    m_impl->openFiles(files);
}

} // namespace conclave::ui
