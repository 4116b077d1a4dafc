#pragma once

#include "app/chart/chart_table.h"
#include "app/store/conversation_store.h"
#include "engine/api/types.h"

#include <functional>
#include <optional>
#include <vector>

/// What a model is told of a conversation.
namespace conclave::app
{

/// The picture kept under a hash, or nothing when it is lost.
using ImageOf = std::function<engine::ImagePtr(const QString &hash)>;

/// Messages for a request that answers the last question of `messages`, or goes on with the answer that they end with. A chart reader gets
/// that question alone, behind the last chart with what was read of it where the question has no picture; a model that chats gets the whole
/// conversation, roles alternating: notices and empty answers are left out, questions in a row are joined.
std::vector<engine::Message> messagesForModel(const QVector<StoredMessage> &messages, const engine::ModelInfo &model,
                                              const ImageOf &imageOf);

/// The table that the last question of `messages` is about: the last one that was read to its end of a picture before it, when the question
/// has none of its own and `model` answers questions about charts.
std::optional<ChartTable> tableAskedAbout(const QVector<StoredMessage> &messages, const engine::ModelInfo &model);

/// Why `model` cannot answer a question with so many pictures and documents, as a notice for the user; empty: it can.
QString whyNotAnswered(const engine::ModelInfo &model, qsizetype images, qsizetype documents = 0);

/// First words of a question, as a title; `otherwise` when it has none.
QString titleOf(const QString &question, const QString &otherwise);

} // namespace conclave::app
