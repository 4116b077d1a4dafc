#pragma once

#include "app/console/arguments.h"
#include "app/inference/inference_worker.h"

#include <functional>

/// The program without a window. Results go to stdout, errors to stderr.
namespace conclave::app
{

/// What the console needs of the engine; tests give scripted ones.
struct ConsoleEngine
{
    EngineFactory open;
    std::function<engine::Result<engine::ModelInfo>(const QString &file)> describe;
};

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;

/// Runs a command other than kWindow; needs a QCoreApplication. Returns the exit status.
int runConsole(const Arguments &arguments, const ConsoleEngine &engine);

} // namespace conclave::app
