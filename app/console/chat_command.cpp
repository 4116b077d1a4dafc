#include "app/chat_controller.h"
#include "app/console/chart_text.h"
#include "app/console/commands.h"
#include "app/console/interrupt.h"
#include "app/console/terminal.h"
#include "app/paths.h"
#include "app/store/session_store.h"
#include "app/text_of.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QJsonDocument>

#include <iostream>
#include <string>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace conclave::app
{
namespace
{

bool isInteractive()
{
#ifdef Q_OS_UNIX
    return ::isatty(STDIN_FILENO) != 0;
#else
    return false;
#endif
}

/// A conversation over stdin and stdout; the controller keeps it like the window's.
class ChatDialog
{
public:
    explicit ChatDialog(ChatController &controller);

    void run();
    bool failed() const { return m_failed; }

private:
    bool take(const QString &line); ///< false: the end
    void ask(const QString &text, const QVector<LoadedImage> &images);
    void askWithPicture(const QString &rest);
    void printGrowth(int index);
    void printEnd();

    ChatController &m_controller;
    QObject m_context;       ///< connections end with the dialog
    qsizetype m_printed = 0; ///< characters of the answer
    int m_shown = 0;         ///< messages printed
    bool m_failed = false;
};

ChatDialog::ChatDialog(ChatController &controller) : m_controller(controller)
{
    QObject::connect(&controller, &ChatController::messageChanged, &m_context, [this](int index) { printGrowth(index); });
    QObject::connect(&controller, &ChatController::failed, &m_context, [this](const QString &message) {
        m_failed = true;
        printError(message);
    });
}

void ChatDialog::run()
{
    std::string line;
    for (;;) {
        if (isInteractive())
            printOut(QStringLiteral("> "));
        if (!std::getline(std::cin, line) || !take(textOf(line).trimmed()))
            return;
    }
}

bool ChatDialog::take(const QString &line)
{
    if (line == QLatin1String("/quit"))
        return false;
    if (line == QLatin1String("/new"))
        m_controller.newConversation();
    else if (line.startsWith(QLatin1String("/picture ")))
        askWithPicture(line.mid(9).trimmed());
    else if (!line.isEmpty())
        ask(line, {});
    return true;
}

/// The file's name ends at the first blank, or at the closing quote.
void ChatDialog::askWithPicture(const QString &rest)
{
    const bool quoted = rest.startsWith(u'"') && rest.indexOf(u'"', 1) > 0;
    const qsizetype end = quoted ? rest.indexOf(u'"', 1) : rest.indexOf(u' ');
    const QString file = quoted ? rest.mid(1, end - 1) : end < 0 ? rest : rest.left(end);
    const auto image = loadImageFile(file);
    if (!image) {
        m_failed = true;
        return printError(textOf(image.error().message));
    }
    ask(end < 0 ? QString() : rest.mid(end + 1).trimmed(), {*image});
}

void ChatDialog::ask(const QString &text, const QVector<LoadedImage> &images)
{
    m_printed = 0;
    QEventLoop loop;
    const Interrupt interrupt([this] { m_controller.stop(); });
    const auto checkEnd = [&] {
        if (m_controller.state() == ChatState::kIdle || m_controller.state() == ChatState::kNoModel)
            loop.quit();
    };
    QObject::connect(&m_controller, &ChatController::stateChanged, &loop, checkEnd);
    if (!m_controller.send(text, images))
        return;
    if (m_controller.state() != ChatState::kIdle && m_controller.state() != ChatState::kNoModel)
        loop.exec();
    printEnd();
}

void ChatDialog::printGrowth(int index)
{
    const StoredMessage &message = m_controller.messages()[index];
    if (!message.chart.isEmpty() || message.text.size() <= m_printed)
        return;
    printOut(printable(message.text.mid(m_printed)));
    m_printed = message.text.size();
}

void ChatDialog::printEnd()
{
    if (m_controller.messages().isEmpty())
        return;
    const StoredMessage &last = m_controller.messages().back();
    if (last.role == MessageRole::kNotice)
        return printOut(printable(last.text) + u'\n');
    if (!last.chart.isEmpty())
        printOut(chartText(ChartReading::fromJson(QJsonDocument::fromJson(last.chart).object())));
    else
        printOut(QStringLiteral("\n"));
    if (last.state == MessageState::kStopped)
        printError(QCoreApplication::translate("Console", "stopped"));
}

} // namespace

int chatCommand(const Arguments &arguments, const ConsoleEngine &engine)
{
    const QString model = modelFileFor(arguments);
    if (model.isEmpty())
        return kExitFailed;
    const SessionStore session = openSessionStore(dataFolder());
    if (!session.warning.isEmpty())
        printError(session.warning);
    if (!session.store)
        return kExitFailed;
    InferenceWorker worker(engine.open);
    ChatController controller(*session.store, worker);
    ModelStatus status;
    if (!loadAndWait(worker, model, status))
        return kExitFailed;
    ChatDialog dialog(controller);
    dialog.run();
    return dialog.failed() ? kExitFailed : kExitDone;
}

} // namespace conclave::app
