#pragma once

#include "engine/api/engine.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

/// What benchmarks of the engine share.
namespace conclave::bench
{

using Clock = std::chrono::steady_clock;

inline double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

[[noreturn]] inline void fail(const engine::Error &error)
{
    std::fprintf(stderr, "%s (%s)\n", error.message.c_str(), error.context.c_str());
    std::exit(1);
}

template <typename T>
T need(engine::Result<T> result)
{
    if (!result)
        fail(result.error());
    return std::move(*result);
}

inline double median(std::vector<double> values)
{
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

inline engine::GenerationRequest ask(const std::string &text, int maxTokens)
{
    engine::GenerationRequest request;
    request.messages.push_back({engine::Role::kUser, text, {}});
    request.maxTokens = maxTokens;
    request.sampling.temperature = 0;
    return request;
}

} // namespace conclave::bench
