#pragma once

#include "app/chat/chat_settings.h"
#include "app/transfer/conversation_json.h"

#include <QJsonArray>
#include <QJsonObject>

#include <optional>

/// Conversations of other programs. Each returns nothing for what is not of its kind.
namespace conclave::app
{

/// An element of ChatGPT's conversations.json: messages as a tree of nodes.
std::optional<PortableConversation> fromChatGpt(const QJsonObject &json);
/// A *.conversation.json of LM Studio: turns with versions, answers in steps.
std::optional<PortableConversation> fromLmStudio(const QJsonObject &json);
/// {"messages": [{"role", "content"}]} as servers take it.
std::optional<PortableConversation> fromMessages(const QJsonObject &json);

} // namespace conclave::app
