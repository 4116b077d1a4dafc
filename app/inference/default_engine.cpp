#include "app/inference/inference_worker.h"
#include "app/paths.h"

#include <QCoreApplication>
#include <QDir>

/// The one place that links the real engine: programs and tests that bring their own factory do without it.
namespace conclave::app
{
namespace
{

std::filesystem::path pathOf(const QString &path)
{
    return std::filesystem::path(path.toStdU16String());
}

engine::EngineOptions optionsFor(const EngineWishes &wishes)
{
    engine::EngineOptions options;
    options.memoryBytes = wishes.memoryBytes;
    options.projector = pathOf(wishes.projector);
    options.foretell = options.speculate = wishes.speculates;
    options.device = wishes.device.toStdString();
    options.cardLayers = wishes.cardLayers;
    options.cardBytes = wishes.cardBytes;
    options.plugins = pathOf(QCoreApplication::applicationDirPath());
    options.cardCache = pathOf(cardCacheFolder());
    options.usedExperts = pathOf(usedExpertsFolder());
    return options;
}

} // namespace

EngineFactory defaultEngineFactory(std::function<EngineWishes()> wishes)
{
    return [wishes = std::move(wishes)](const ModelRequest &request) {
        engine::EngineOptions options = optionsFor(wishes());
        options.contextTokens = request.contextTokens;
        options.placing = request.placing;
        return engine::openEngine(pathOf(request.file), options);
    };
}

EngineFactory defaultEngineFactory(const EngineWishes &wishes)
{
    return defaultEngineFactory([wishes] { return wishes; });
}

InferenceWorker::InferenceWorker(QObject *parent) : InferenceWorker(defaultEngineFactory(), parent) {}

} // namespace conclave::app
