#include "app/console/arguments.h"

#include "app/inference/compute_choice.h"

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

Command takeModelsCommand(QStringList &words)
{
    constexpr std::pair<const char *, Command> kCommands[] = {{"list", Command::kModelsList},
                                                              {"describe", Command::kDescribe},
                                                              {"forecast", Command::kModelsForecast},
                                                              {"get", Command::kModelsGet},
                                                              {"verify", Command::kModelsVerify}};
    const QString word = words.isEmpty() ? QString() : words.takeFirst();
    for (const auto &[name, command] : kCommands) {
        if (word == QLatin1String(name))
            return command;
    }
    return Command::kWrong;
}

bool isModels(Command command)
{
    return command == Command::kModelsList || command == Command::kModelsForecast || command == Command::kModelsGet ||
           command == Command::kModelsVerify;
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
        return takeModelsCommand(words);
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

/// Above 0 and at most `most`.
bool takeAmount(QStringList &rest, double most, double &out)
{
    bool ok = false;
    const double value = rest.isEmpty() ? 0.0 : rest.takeFirst().toDouble(&ok);
    if (ok)
        out = value;
    return ok && value > 0 && value <= most;
}

bool takeBenchOption(const QString &word, QStringList &rest, BenchArguments &out)
{
    if (word == QLatin1String("--prefill"))
        return takeNumbers(rest, 1, out.prefill);
    if (word == QLatin1String("--depth"))
        return takeNumbers(rest, 0, out.depths);
    if (word == QLatin1String("--batch"))
        return takeNumbers(rest, 1, out.batches);
    if (word == QLatin1String("--ahead"))
        return takeNumbers(rest, 1, out.ahead);
    if (word == QLatin1String("--experts"))
        return takeAmount(rest, 1, out.expertShare);
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

/// What computes, and how much of it; false: another option, or a wrong value.
bool takeDeviceOption(const QString &word, QStringList &rest, Arguments &out)
{
    if (word == QLatin1String("--card-layers"))
        return takeNumber(rest, 0, out.cardLayers);
    if (word == QLatin1String("--card-memory"))
        return takeAmount(rest, 1e6, out.cardGigabytes);
    if (!takeValue(QStringLiteral("--device"), word, rest, out.device))
        return false;
    const QString kind = out.device.section(u':', 0, 0);
    if (out.device == QLatin1String("cpu"))
        return true;
    const bool cards = kind == QLatin1String("cuda") || kind == QLatin1String("vulkan");
    return cards && (out.device == kind || namesCards(out.device.section(u':', 1)));
}

bool takeSynthOption(const QString &word, QStringList &rest, SynthArguments &out)
{
    if (word == QLatin1String("--layers"))
        return takeNumber(rest, 1, out.layers);
    if (word == QLatin1String("--mtp"))
        return out.foretells = true;
    if (word == QLatin1String("--hole"))
        return out.hole = true;
    const bool shape = word == QLatin1String("--shape");
    if ((!shape && word != QLatin1String("--type")) || rest.isEmpty())
        return false;
    (shape ? out.shape : out.type) = rest.takeFirst();
    return true;
}

bool takeModelsOption(const QString &word, QStringList &rest, Arguments &out)
{
    ModelsArguments &models = out.models;
    if (out.command == Command::kModelsList)
        return word == QLatin1String("--catalogue") && (models.catalogue = true);
    if (out.command == Command::kModelsForecast) {
        if (word == QLatin1String("--context"))
            return takeNumber(rest, 1, models.contextTokens);
        if (word == QLatin1String("--memory"))
            return takeAmount(rest, 1e6, models.memoryGigabytes);
        if (word == QLatin1String("--check"))
            return models.check = true;
        if (word == QLatin1String("--kv8"))
            return out.bench.eightBitContext = true;
        return takeValue(QStringLiteral("--projector"), word, rest, out.projector);
    }
    return out.command == Command::kModelsGet && (takeValue(QStringLiteral("--to"), word, rest, models.folder) ||
                                                  takeValue(QStringLiteral("--proxy"), word, rest, models.proxy) ||
                                                  takeValue(QStringLiteral("--mirror"), word, rest, models.mirror));
}

/// One option; false: it is none of ours, or does not belong to the command.
bool takeOption(const QString &word, QStringList &rest, Arguments &out)
{
    if (out.command == Command::kSynth)
        return takeSynthOption(word, rest, out.synth);
    const bool reads = out.command == Command::kRead;
    const bool benches = out.command == Command::kBench;
    const bool describes = out.command == Command::kDescribe || isModels(out.command);
    const bool chats = out.command == Command::kChat;
    if (word == QLatin1String("--json") && (reads || chats || benches || describes))
        return out.json = true;
    if (isModels(out.command))
        return takeModelsOption(word, rest, out);
    if (benches && takeBenchOption(word, rest, out.bench))
        return true;
    if (word == QLatin1String("--csv") && reads)
        return out.csv = true;
    if (word == QLatin1String("--looks") && reads)
        return takeNumber(rest, 1, out.looks) && out.looks <= engine::GenerationRequest::kMostLooks;
    if ((benches || chats) && word == QLatin1String("--memory"))
        return takeAmount(rest, 1e6, out.memoryGigabytes);
    if (word == QLatin1String("--speculate") && chats)
        return out.speculate = true;
    if ((benches || chats) && (word.startsWith(QLatin1String("--device")) || word.startsWith(QLatin1String("--card-"))))
        return takeDeviceOption(word, rest, out);
    const bool pairs = chats || out.command == Command::kDescribe;
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
    if (out.command == Command::kModelsForecast && out.files.size() != 1)
        return QCoreApplication::translate("Console", "models forecast: name one model file");
    if (out.command == Command::kModelsGet && out.files.size() != 1)
        return QCoreApplication::translate("Console", "models get: name one model of the catalogue, a web address or a repository");
    if (out.command == Command::kModelsVerify && out.files.isEmpty())
        return QCoreApplication::translate("Console", "models verify: name at least one model file");
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
        return wrong(QCoreApplication::translate("Console", "models: the commands are list, describe, forecast, get and verify"));
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
        "       conclave read [--model FILE] [--looks N] [--json|--csv] PICTURE...\n"
        "       conclave chat [--model FILE [--projector FILE]] [--memory GB] [--speculate]\n"
        "                     [--device cpu|cuda|vulkan[:N,...]] [--card-layers N] [--card-memory GB] [--json]\n"
        "                                                     a question a line; /picture FILE [question], /new, /quit\n"
        "       conclave models list [--catalogue] [--json] [FOLDER...]\n"
        "       conclave models describe [--projector FILE] [--json] FILE\n"
        "       conclave models forecast [--context N] [--memory GB] [--kv8] [--projector FILE] [--check] [--json] FILE\n"
        "       conclave models get [--to FOLDER] [--proxy URL] [--mirror URL] [--json] NAME|URL|OWNER/REPOSITORY[:FILE]\n"
        "       conclave models verify [--json] FILE...\n"
        "       conclave bench [--model FILE] [--prefill N,...] [--depth N,...] [--batch N,...] [--ahead N,...]\n"
        "                      [--tokens N] [--repeats N] [--threads N] [--device cpu|cuda|vulkan[:N,...]] [--kv8] [--experts SHARE]\n"
        "                      [--memory GB] [--card-layers N] [--card-memory GB] [--json]\n"
        "       conclave synth --shape NAME [--type NAME] [--layers N] [--mtp] [--hole] FILE\n"
        "       conclave --help | --version\n"
        "\n"
        "read prints the table behind each chart and a summary. With --json: one object, for several pictures one a line;\n"
        "--looks 1 reads faster, and worse, than the three looks at each picture that it usually takes.\n"
        "chat --json prints an object for each answer; --speculate computes likely tokens ahead where that pays.\n"
        "The built-in model reads charts; --model loads a GGUF file instead. A model that sees has its eyes in a projector\n"
        "file: mmproj*.gguf beside it, or --projector.\n"
        "models list shows the models on this machine (folders named are remembered), with --catalogue those worth fetching; forecast "
        "tells\n"
        "what one will take and how fast it will be before it is loaded, with --check also what comes true; get fetches one and checks\n"
        "every byte; verify checks again.\n"
        "bench measures a model on this machine: prompts, answers after so much context, with --batch so many answers together,\n"
        "with --ahead passes that take so many tokens more, as speculation does, and how often they must come true to pay,\n"
        "with --experts only as many experts a token as have this share (0 to 1) of their router's scores.\n"
        "--memory is the most that a model may take: experts that do not fit are read from disk when they are chosen.\n"
        "--device names what computes, cuda:1,0 the cards of the driver's list in this order; else as many take part as are needed. Of a\n"
        "model that is larger than the cards (or than --card-memory of each) as many layers as fit lie there, or the last --card-layers "
        "of\n"
        "them, and the processor computes the others.\n"
        "synth writes a model file with random weights in the shape of a known model, with --mtp the block that foretells tokens too.\n"
        "Conversations are kept in $CONCLAVE_HOME or the platform's data folder.\n"
        "Exit status: 0 done, 1 something failed (said on stderr), 2 wrong usage.\n");
}

} // namespace conclave::app
