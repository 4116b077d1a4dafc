#pragma once

#include "engine/api/types.h"

#include <QString>

#include <vector>

/// The passes of a prompt as a receipt keeps them.
namespace conclave::app
{

/// "512x2,37-198.271,1x250": two passes of 512 tokens; one of which 37 are left, and tokens 198 and 271 gave way to others; 250 of a single
/// token.
QString passText(const std::vector<engine::PassRun> &passes);
/// What `passText` wrote; empty for anything else. Nothing of it is trusted: the engine looks whether it makes up the prompt.
std::vector<engine::PassRun> passesOf(const QString &text);

} // namespace conclave::app
