#pragma once

#include "engine/cache/kv_cache.h"
#include "engine/model/model.h"
#include "tests/bench/engine_tools.h"

#include <cmath>
#include <cstdint>

namespace conclave::bench
{

/// One token after another.
class TokenStream
{
public:
    TokenStream(bool frequent, int vocabulary, std::uint64_t seed = 88172645463325252ULL)
        : m_frequent(frequent), m_vocabulary(static_cast<std::uint64_t>(vocabulary)), m_state(seed)
    {
    }

    /// Frequent: the one of rank r comes with 1 / r, as words do (Zipf); in random models too, what experts a token gets depends on the
    /// token above all, so that some experts are wanted more than others.
    std::int32_t next()
    {
        m_state ^= m_state << 13;
        m_state ^= m_state >> 7;
        m_state ^= m_state << 17;
        if (!m_frequent)
            return static_cast<std::int32_t>(m_state % m_vocabulary);
        const double share = static_cast<double>(m_state >> 11) / 9007199254740992.0; // 2^53
        const auto rank = static_cast<std::uint64_t>(std::exp(share * std::log(static_cast<double>(m_vocabulary))));
        return static_cast<std::int32_t>(rank * 2654435761U % m_vocabulary);
    }

private:
    bool m_frequent;
    std::uint64_t m_vocabulary;
    std::uint64_t m_state;
};

inline void computeOne(engine::Model &model, engine::KvCache &cache, std::int32_t token, engine::ExpertTelemetry *telemetry = nullptr)
{
    if (cache.length() == cache.capacity())
        cache.truncate(0);
    engine::Batch batch;
    batch.tokens = std::span(&token, 1);
    batch.cache = &cache;
    batch.telemetry = telemetry;
    (void)need(model.forward(batch));
}

/// How many in so many seconds.
inline int compute(engine::Model &model, engine::KvCache &cache, TokenStream &tokens, double seconds,
                   engine::ExpertTelemetry *telemetry = nullptr)
{
    int count = 0;
    for (const auto start = Clock::now(); secondsSince(start) < seconds; ++count)
        computeOne(model, cache, tokens.next(), telemetry);
    return count;
}

} // namespace conclave::bench
