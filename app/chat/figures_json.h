#pragma once

#include "app/chat/electricity.h"
#include "app/inference/inference_worker.h"

#include <QByteArray>
#include <QJsonObject>

namespace conclave::app
{

/// [{"id", "name", "arguments"}]; empty without calls.
QByteArray toolCallsJson(const std::vector<engine::ToolCall> &calls);

/// An answer's figures as they are kept with it: times in seconds, sizes in bytes, "energy" ({"source", and where it could be measured
/// "joules", "idleJoules", "answerJoules", "joulesPerToken"}), "experts" where some had to be read from disk or single ones lie on a card,
/// "reason", and "error" when it failed.
QByteArray figuresJson(const AnswerEnd &end);
/// Of a version that the user wrote: no figures, and "reason" says so.
QByteArray editedFiguresJson();
bool saysEdited(const QByteArray &figures);
/// {"called", "found", "foretold", "readAhead", "bytesRead", "secondsWaited", "divided", "onCard"}: see engine::ExpertTraffic
QJsonObject trafficJson(const engine::ExpertTraffic &traffic);

/// The same for other programs: with "cost" ({"perMillionTokens", "currency", "perKilowattHour", "apiDollars"}) where energy and price are
/// known.
QJsonObject pricedFigures(const QByteArray &figures, const ElectricityPrice &price);

QString stopReasonName(engine::StopReason reason); ///< "end", "stop string", "length", "cancelled"

} // namespace conclave::app
