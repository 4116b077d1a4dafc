#include "app/console/arguments.h"

#include <QCoreApplication>

#include <utility>

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
    constexpr std::pair<const char *, Command> kCommands[] = {
        {"read", Command::kRead}, {"chat", Command::kChat}, {"bench", Command::kBench}, {"synth", Command::kSynth}};
    for (const auto &[name, command] : kCommands) {
        if (words.front() == QLatin1String(name)) {
            words.removeFirst();
            return command;
        }
    }
    if (words.front() == QLatin1String("models")) {
        words.removeFirst();
        if (words.isEmpty() || words.takeFirst() != QLatin1String("describe"))
            return Command::kWrong;
        return Command::kDescribe;
    }
    return Command::kWindow;
}

/// The value of `--name VALUE` or `--name=VALUE`; false: another option, or one without its value.
bool takeValue(const QString &name, const QString &word, QStringList &rest, QString &value)
{
    if (word == name && !rest.isEmpty())
        value = rest.takeFirst();
    else if (word.startsWith(name + u'='))
        value = word.mid(name.size() + 1);
    else
        return false;
    return !value.isEmpty();
}

/// A whole number from `low` on, off the front of the list.
bool takeNumber(QStringList &rest, int low, int &out)
{
    bool ok = false;
    const int value = rest.isEmpty() ? 0 : rest.takeFirst().toInt(&ok);
    if (ok && value >= low)
        out = value;
    return ok && value >= low;
}

/// Whole numbers with commas between.
bool takeNumbers(QStringList &rest, int low, std::vector<int> &out)
{
    if (rest.isEmpty())
        return false;
    for (QStringList parts = rest.takeFirst().split(u','); !parts.isEmpty();) {
        int value = 0;
        if (!takeNumber(parts, low, value))
            return false;
        out.push_back(value);
    }
    return true;
}

bool takeBenchOption(const QString &word, QStringList &rest, BenchArguments &out)
{
    if (word == QLatin1String("--prefill"))
        return takeNumbers(rest, 1, out.prefill);
    if (word == QLatin1String("--depth"))
        return takeNumbers(rest, 0, out.depths);
    if (word == QLatin1String("--tokens"))
        return takeNumber(rest, 1, out.answerTokens);
    if (word == QLatin1String("--repeats"))
        return takeNumber(rest, 1, out.repeats);
    if (word == QLatin1String("--threads"))
        return takeNumber(rest, 1, out.threads);
    if (word == QLatin1String("--kv8"))
        return out.eightBitContext = true;
    return false;
}

bool takeSynthOption(const QString &word, QStringList &rest, SynthArguments &out)
{
    if (word == QLatin1String("--layers"))
        return takeNumber(rest, 1, out.layers);
    const bool shape = word == QLatin1String("--shape");
    if ((!shape && word != QLatin1String("--type")) || rest.isEmpty())
        return false;
    (shape ? out.shape : out.type) = rest.takeFirst();
    return true;
}

/// One option; false: it is none of ours, or does not belong to the command.
bool takeOption(const QString &word, QStringList &rest, Arguments &out)
{
    if (out.command == Command::kSynth)
        return takeSynthOption(word, rest, out.synth);
    const bool reads = out.command == Command::kRead;
    const bool benches = out.command == Command::kBench;
    if (word == QLatin1String("--json") && (reads || benches))
        return out.json = true;
    if (benches && takeBenchOption(word, rest, out.bench))
        return true;
    if (word == QLatin1String("--csv") && reads)
        return out.csv = true;
    const bool pairs = out.command == Command::kChat || out.command == Command::kDescribe;
    if (pairs && takeValue(QStringLiteral("--projector"), word, rest, out.projector))
        return true;
    return out.command != Command::kDescribe && takeValue(QStringLiteral("--model"), word, rest, out.model);
}

QString whatIsWrong(const Arguments &out)
{
    if (out.command == Command::kRead && out.files.isEmpty())
        return QCoreApplication::translate("Console", "read: name at least one picture");
    if (out.command == Command::kDescribe && out.files.size() != 1)
        return QCoreApplication::translate("Console", "models describe: name one model file");
    if (out.command == Command::kChat && !out.files.isEmpty())
        return QCoreApplication::translate("Console", "chat: unexpected argument %1").arg(out.files.front());
    if (out.command == Command::kBench && !out.files.isEmpty())
        return QCoreApplication::translate("Console", "bench: unexpected argument %1; name the model with --model FILE")
            .arg(out.files.front());
    if (out.command == Command::kSynth && (out.files.size() != 1 || out.synth.shape.isEmpty()))
        return QCoreApplication::translate("Console", "synth: name a --shape and one file to write");
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
        "Console",
        "Usage: conclave [--model FILE] [PICTURE]            open the window\n"
        "       conclave read [--model FILE] [--json|--csv] PICTURE...\n"
        "       conclave chat [--model FILE [--projector FILE]]\n"
        "                                                     a question a line; /picture FILE [question], /new, /quit\n"
        "       conclave models describe [--projector FILE] FILE\n"
        "       conclave bench [--model FILE] [--prefill N,...] [--depth N,...] [--tokens N] [--repeats N] [--threads N] [--kv8] "
        "[--json]\n"
        "       conclave synth --shape NAME [--type NAME] [--layers N] FILE\n"
        "       conclave --help | --version\n"
        "\n"
        "read prints the table behind each chart and a summary. With --json: one object, for several pictures one a line.\n"
        "The built-in model reads charts; --model loads a GGUF file instead. A model that sees has its eyes in a projector\n"
        "file: mmproj*.gguf beside it, or --projector.\n"
        "bench measures a model on this machine; synth writes a model file with random weights in the shape of a known model.\n"
        "Conversations are kept in $CONCLAVE_HOME or the platform's data folder.\n"
        "Exit status: 0 done, 1 something failed (said on stderr), 2 wrong usage.\n");
}

} // namespace conclave::app
