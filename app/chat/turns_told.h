#pragma once

#include "app/store/records.h"
#include "engine/api/types.h"

#include <vector>

/// Which of a conversation's turns a model is told. A turn is a question and what was answered; the oldest ones can be left out.
namespace conclave::app
{

/// Turns of a prompt, the last question included.
int turnsOf(const std::vector<engine::Message> &prompt);
/// The prompt without its `turns` oldest turns; a system prompt stays.
std::vector<engine::Message> withoutTurns(const std::vector<engine::Message> &prompt, int turns);

/// Messages from `first` on; 0: all.
QVector<StoredMessage> toldMessages(const QVector<StoredMessage> &messages, qint64 first);
/// The message with which turn `turn` (from 0) of `messages` begins; 0: there is none. Questions in a row are one turn, as in a prompt.
qint64 beginOfTurn(const QVector<StoredMessage> &messages, int turn);

} // namespace conclave::app
