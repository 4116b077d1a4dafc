#pragma once

#include "engine/api/types.h"

#include <QByteArray>
#include <QString>

/// How a conversation is to be answered. Kept with it as JSON; only what differs from the program's own values is written.
namespace conclave::app
{

struct ChatSettings
{
    QString systemPrompt; ///< empty: none
    QString model;        ///< path of the model file that is to answer here; empty: the one that is loaded
    engine::Sampling sampling;
    bool fixedSeed = false; ///< else every answer takes a seed of its own
    int maxTokens = 4096;

    /// Numbers out of range are brought into it, unknown keys left out: the file is not trusted.
    static ChatSettings fromJson(const QByteArray &json);
    QByteArray toJson() const;
    bool operator==(const ChatSettings &other) const { return toJson() == other.toJson(); }
};

} // namespace conclave::app
