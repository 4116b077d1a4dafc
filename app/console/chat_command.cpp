#include "app/chat/figures_json.h"
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
#include <QJsonArray>
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
    ChatDialog(ChatController &controller, bool json);

    void run();
    bool failed() const { return m_failed; }

private:
    bool take(const QString &line); ///< false: the end
    void ask(const QString &text, const QVector<LoadedImage> &images);
    void askWithPicture(const QString &rest);
    void printGrowth(int index);
    void printEnd();
    void printJson(const StoredMessage &message) const;

    ChatController &m_controller;
    bool m_json;
    QObject m_context;       ///< connections end with the dialog
    qsizetype m_printed = 0; ///< characters of the answer
    bool m_failed = false;
};

ChatDialog::ChatDialog(ChatController &controller, bool json) : m_controller(controller), m_json(json)
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
        if (isInteractive() && !m_json)
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
    if (m_json || !message.chart.isEmpty() || message.text.size() <= m_printed)
        return;
    printOut(printable(message.text.mid(m_printed)));
    m_printed = message.text.size();
}

void ChatDialog::printEnd()
{
    if (m_controller.messages().isEmpty())
        return;
    const StoredMessage &last = m_controller.messages().back();
    if (m_json)
        return printJson(last);
    if (last.role == MessageRole::kNotice)
        return printOut(printable(last.text) + u'\n');
    if (!last.chart.isEmpty())
        printOut(chartText(ChartReading::fromJson(QJsonDocument::fromJson(last.chart).object())));
    else
        printOut(QStringLiteral("\n"));
    if (last.state == MessageState::kStopped)
        printError(QCoreApplication::translate("Console", "stopped"));
}

/// One line: {"text", and where there are any "reasoning", "toolCalls", "chart"; "state", "model", "figures"}, or {"notice"}.
void ChatDialog::printJson(const StoredMessage &message) const
{
    QJsonObject out;
    if (message.role == MessageRole::kNotice) {
        out["notice"] = message.text;
    } else {
        out["text"] = message.text;
        if (!message.reasoning.isEmpty())
            out["reasoning"] = message.reasoning;
        if (!message.toolCalls.isEmpty())
            out["toolCalls"] = QJsonDocument::fromJson(message.toolCalls).array();
        if (!message.chart.isEmpty())
            out["chart"] = ChartReading::fromJson(QJsonDocument::fromJson(message.chart).object()).toJson();
        out["state"] = messageStateNames().value(int(message.state));
        out["model"] = message.model;
        out["figures"] = pricedFigures(message.statistics, electricityPrice(dataFolder()));
    }
    printOut(QString::fromUtf8(QJsonDocument(out).toJson(QJsonDocument::Compact)) + u'\n');
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
    QObject::connect(&worker, &InferenceWorker::modelChanged, &worker, [note = status.deviceNote](const ModelStatus &changed) mutable {
        if (changed.deviceNote != note && !changed.deviceNote.isEmpty())
            printError(changed.deviceNote); // a card failed
        note = changed.deviceNote;
    });
    ChatDialog dialog(controller, arguments.json);
    dialog.run();
    return dialog.failed() ? kExitFailed : kExitDone;
}

} // namespace conclave::app
