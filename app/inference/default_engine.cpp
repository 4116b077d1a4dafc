#include "app/inference/inference_worker.h"

/// The one place that links the real engine: programs and tests that bring their own factory do without it.
namespace conclave::app
{

EngineFactory defaultEngineFactory(const QString &projector, std::uint64_t memoryBytes, bool speculates)
{
    engine::EngineOptions options;
    options.memoryBytes = memoryBytes;
    options.projector = std::filesystem::path(projector.toStdU16String());
    options.foretell = options.speculate = speculates;
    return [options](const ModelRequest &request) {
        engine::EngineOptions chosen = options;
        chosen.contextTokens = request.contextTokens;
        return engine::openEngine(std::filesystem::path(request.file.toStdU16String()), chosen);
    };
}

InferenceWorker::InferenceWorker(QObject *parent) : InferenceWorker(defaultEngineFactory(), parent) {}

} // namespace conclave::app
