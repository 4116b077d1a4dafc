#pragma once

#include <QString>

namespace conclave::tests
{

/// The program's windows on a desktop with a tray, on a scripted engine, until it is quit. A line on stdin is what hands do:
/// "ask WORDS", "close", "another", "close another", "language CODE", or nothing at all; to each it answers "visible V, windows W, busy B,
/// tray T".
int liveInTheTray(const QString &folder);

/// What it answers to every question.
inline constexpr auto kTrayAnswer = "The answer is <here>, and it took a while to be written.";

} // namespace conclave::tests
