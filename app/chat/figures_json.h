#pragma once

#include "app/inference/inference_worker.h"

#include <QByteArray>

namespace conclave::app
{

/// [{"id", "name", "arguments"}]; empty without calls.
QByteArray toolCallsJson(const std::vector<engine::ToolCall> &calls);

/// An answer's figures as they are kept with it: times in seconds, sizes in bytes, "reason", and "error" when it failed.
QByteArray figuresJson(const AnswerEnd &end);

QString stopReasonName(engine::StopReason reason); ///< "end", "stop string", "length", "cancelled"

} // namespace conclave::app
