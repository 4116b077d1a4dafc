#pragma once

#include <cstdint>
#include <vector>

namespace conclave::engine
{

/// Tokens that mean nothing, others for another seed; every one of them differs from its neighbours, as in text, so that experts are chosen
/// variously.
inline std::vector<std::int32_t> someTokens(int count, int vocabulary, std::uint64_t seed = 0)
{
    std::vector<std::int32_t> tokens;
    std::uint64_t state = 88172645463325252ULL + seed;
    for (int i = 0; i < count; ++i) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        tokens.push_back(static_cast<std::int32_t>(state % static_cast<std::uint64_t>(vocabulary)));
    }
    return tokens;
}

} // namespace conclave::engine
