#pragma once

#include "engine/api/engine.h"

#include <chrono>
#include <memory>
#include <utility>

namespace conclave::tests
{

/// `engine` with a rest before each event of an answer, so that a small model on a fast machine can be watched at work.
std::unique_ptr<engine::Engine> makePacedEngine(std::unique_ptr<engine::Engine> engine, std::chrono::milliseconds pace);

/// Makes engines as `factory` does, with rests.
template <typename Factory>
auto pacedFactory(Factory factory, std::chrono::milliseconds pace)
{
    return [factory = std::move(factory), pace](const auto &request) -> engine::Result<std::unique_ptr<engine::Engine>> {
        auto engine = factory(request);
        if (!engine)
            return engine.takeError();
        return makePacedEngine(std::move(*engine), pace);
    };
}

} // namespace conclave::tests
