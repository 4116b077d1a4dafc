#include "app/inference/inference_worker.h"

/// The one place that links the real engine: programs and tests that bring their own factory do without it.
namespace conclave::app
{

EngineFactory defaultEngineFactory(const QString &projector)
{
    engine::EngineOptions options;
    options.projector = std::filesystem::path(projector.toStdU16String());
    return [options](const QString &file) { return engine::openEngine(std::filesystem::path(file.toStdU16String()), options); };
}

InferenceWorker::InferenceWorker(QObject *parent) : InferenceWorker(defaultEngineFactory(), parent) {}

} // namespace conclave::app
