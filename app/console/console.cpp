#include "app/console/console.h"

#include "app/console/commands.h"
#include "app/console/models_command.h"
#include "app/console/terminal.h"
#include "app/inference/placement_text.h"
#include "app/paths.h"

#include <QCoreApplication>
#include <QEventLoop>

namespace conclave::app
{

QString modelFileFor(const Arguments &arguments)
{
    if (!arguments.model.isEmpty())
        return arguments.model;
    const QString builtIn = builtInModelPath();
    if (builtIn.isEmpty())
        printError(QCoreApplication::translate(
            "Console",
            "The built-in model is missing from this installation. Install the program again, or name a model with --model FILE."));
    return builtIn;
}

bool loadAndWait(InferenceWorker &worker, const QString &file, ModelStatus &status)
{
    QEventLoop loop;
    QString told;
    QObject::connect(&worker, &InferenceWorker::modelChanged, &loop, [&](const ModelStatus &changed) {
        status = changed;
        const QString places = changed.loading ? placementText(changed.placement) : changed.deviceNote;
        if (!places.isEmpty() && places != told)
            printError(told = places);
        if (!changed.loading)
            loop.quit();
    });
    worker.loadModel(file);
    loop.exec();
    if (!status.loaded)
        printError(status.error);
    return status.loaded;
}

int runConsole(const Arguments &arguments, const ConsoleEngine &engine)
{
    switch (arguments.command) {
    case Command::kRead:
        return readCommand(arguments, engine);
    case Command::kChat:
        return chatCommand(arguments, engine);
    case Command::kDescribe:
        return describeCommand(arguments, engine);
    case Command::kModelsList:
        return modelsListCommand(arguments);
    case Command::kModelsForecast:
        return modelsForecastCommand(arguments);
    case Command::kModelsGet:
        return modelsGetCommand(arguments);
    case Command::kModelsVerify:
        return modelsVerifyCommand(arguments);
    case Command::kBench:
        return benchCommand(arguments);
    case Command::kSynth:
        return synthCommand(arguments);
    case Command::kVersion:
        printOut(QStringLiteral("conclave " CONCLAVE_VERSION "\n"));
        return kExitDone;
    case Command::kHelp:
        printOut(usageText());
        return kExitDone;
    case Command::kWrong:
        printError(arguments.error);
        break;
    case Command::kWindow:
        break;
    }
    std::fputs(usageText().toUtf8().constData(), stderr);
    return kExitUsage;
}

} // namespace conclave::app
