#include "app/console/arguments.h"

#include <QCoreApplication>

namespace conclave::app
{
namespace
{

Arguments wrong(const QString &error)
{
    Arguments out;
    out.command = Command::kWrong;
    out.error = error;
    return out;
}

/// Takes the subcommand off the front of the list.
Command takeCommand(QStringList &words)
{
    if (words.isEmpty())
        return Command::kWindow;
    if (words.front() == QLatin1String("read")) {
        words.removeFirst();
        return Command::kRead;
    }
    if (words.front() == QLatin1String("chat")) {
        words.removeFirst();
        return Command::kChat;
    }
    if (words.front() == QLatin1String("models")) {
        words.removeFirst();
        if (words.isEmpty() || words.takeFirst() != QLatin1String("describe"))
            return Command::kWrong;
        return Command::kDescribe;
    }
    return Command::kWindow;
}

/// One option; false: it is none of ours, or does not belong to the command.
bool takeOption(const QString &word, QStringList &rest, Arguments &out)
{
    const bool reads = out.command == Command::kRead;
    if (word == QLatin1String("--json") && reads)
        return out.json = true;
    if (word == QLatin1String("--csv") && reads)
        return out.csv = true;
    if (out.command == Command::kDescribe)
        return false;
    if (word == QLatin1String("--model") && !rest.isEmpty()) {
        out.model = rest.takeFirst();
        return !out.model.isEmpty();
    }
    if (word.startsWith(QLatin1String("--model="))) {
        out.model = word.mid(8);
        return !out.model.isEmpty();
    }
    return false;
}

QString whatIsWrong(const Arguments &out)
{
    if (out.command == Command::kRead && out.files.isEmpty())
        return QCoreApplication::translate("Console", "read: name at least one picture");
    if (out.command == Command::kDescribe && out.files.size() != 1)
        return QCoreApplication::translate("Console", "models describe: name one model file");
    if (out.command == Command::kChat && !out.files.isEmpty())
        return QCoreApplication::translate("Console", "chat: unexpected argument %1").arg(out.files.front());
    if (out.json && out.csv)
        return QCoreApplication::translate("Console", "read: choose either --json or --csv");
    return {};
}

} // namespace

Arguments parseArguments(const QStringList &arguments)
{
    Arguments out;
    QStringList rest = arguments;
    out.command = takeCommand(rest);
    if (out.command == Command::kWrong)
        return wrong(QCoreApplication::translate("Console", "models: the only command is 'models describe FILE'"));
    bool onlyFiles = false;
    while (!rest.isEmpty()) {
        const QString word = rest.takeFirst();
        if (onlyFiles || !word.startsWith(u'-') || word == QLatin1String("-")) {
            out.files << word;
        } else if (word == QLatin1String("--")) {
            onlyFiles = true;
        } else if (word == QLatin1String("--help") || word == QLatin1String("-h")) {
            out.command = Command::kHelp;
            return out;
        } else if (word == QLatin1String("--version")) {
            out.command = Command::kVersion;
            return out;
        } else if (!takeOption(word, rest, out)) {
            return wrong(QCoreApplication::translate("Console", "unknown option %1, or one without its value").arg(word));
        }
    }
    const QString error = whatIsWrong(out);
    return error.isEmpty() ? out : wrong(error);
}

QString usageText()
{
    return QCoreApplication::translate(
        "Console", "Usage: conclave [--model FILE] [PICTURE]            open the window\n"
                   "       conclave read [--model FILE] [--json|--csv] PICTURE...\n"
                   "       conclave chat [--model FILE]                  a question a line; /picture FILE [question], /new, /quit\n"
                   "       conclave models describe FILE\n"
                   "       conclave --help | --version\n"
                   "\n"
                   "read prints the table behind each chart and a summary. With --json: one object, for several pictures one a line.\n"
                   "The built-in model reads charts; --model loads a GGUF file instead.\n"
                   "Conversations are kept in $CONCLAVE_HOME or the platform's data folder.\n"
                   "Exit status: 0 done, 1 something failed (said on stderr), 2 wrong usage.\n");
}

} // namespace conclave::app
