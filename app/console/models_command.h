#pragma once

#include "app/console/console.h"

namespace conclave::app
{

/// models list, forecast, get and verify.
int modelsListCommand(const Arguments &arguments);
int modelsForecastCommand(const Arguments &arguments);
int modelsCheckCommand(const Arguments &arguments); ///< forecast --check
int modelsGetCommand(const Arguments &arguments);
int modelsVerifyCommand(const Arguments &arguments);

} // namespace conclave::app
