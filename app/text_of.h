#pragma once

#include "engine/base/result.h"

#include <QString>

/// The engine speaks UTF-8 std::string, the program QString.
namespace conclave::app
{

inline QString textOf(const std::string &text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

inline engine::Error failure(engine::ErrorCode code, const QString &message, const QString &context = {})
{
    return {code, message.toStdString(), context.toStdString()};
}

} // namespace conclave::app
