#pragma once

#include "app/console/console.h"

namespace conclave::app
{

int readCommand(const Arguments &arguments, const ConsoleEngine &engine);
int chatCommand(const Arguments &arguments, const ConsoleEngine &engine);
int describeCommand(const Arguments &arguments, const ConsoleEngine &engine);
int benchCommand(const Arguments &arguments);
int synthCommand(const Arguments &arguments);

/// --model, or the built-in one; empty (and said on stderr) when there is none.
QString modelFileFor(const Arguments &arguments);

/// Loads the file and waits; false when it failed, which is said on stderr.
bool loadAndWait(InferenceWorker &worker, const QString &file, ModelStatus &status);

} // namespace conclave::app
