#pragma once

#include "engine/api/engine.h"

#include <chrono>
#include <memory>

namespace conclave::tests
{

/// `engine` with a rest before each event of an answer, so that a small model on a fast machine can be watched at work.
std::unique_ptr<engine::Engine> makePacedEngine(std::unique_ptr<engine::Engine> engine, std::chrono::milliseconds pace);

} // namespace conclave::tests
