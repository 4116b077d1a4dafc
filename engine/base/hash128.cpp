#include "engine/base/hash128.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace conclave::engine
{
namespace
{

/// Finaliser of SplitMix64 (Steele, Lea, Flood 2014): every input bit reaches every output bit.
std::uint64_t mix(std::uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

} // namespace

Hash128::Hash128(std::uint64_t seed) : m_low(mix(seed + 1)), m_high(mix(~seed)) {}

void Hash128::add(std::span<const std::byte> bytes)
{
    for (std::size_t at = 0; at < bytes.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, std::min<std::size_t>(8, bytes.size() - at));
        m_low = std::rotl((m_low ^ word) * 0x9e3779b97f4a7c15U, 29);
        m_high = std::rotl(m_high + mix(word), 17) * 0xd6e8feb86659fd93U;
    }
    m_low ^= bytes.size();
}

std::uint64_t Hash128::low() const
{
    return mix(m_low);
}

std::uint64_t Hash128::high() const
{
    return mix(m_high);
}

} // namespace conclave::engine
