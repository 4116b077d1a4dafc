#pragma once

#include "app/log/engine_words.h"
#include "app/text_of.h"

#include <QtGlobal>

/// An error on its way to the user: its sentence is shown, translated where it can be, and the log keeps what stands behind it.
namespace conclave::app
{

inline QString errorText(const engine::Error &error)
{
    qWarning("conclave: %s [%d] %s", error.message.c_str(), int(error.code), error.context.c_str());
    return engineWords(textOf(error.message));
}

} // namespace conclave::app
