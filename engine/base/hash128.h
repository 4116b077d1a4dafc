#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace conclave::engine
{

/// 128 bits over bytes: equal inputs give equal values on every (little-endian) machine, different ones practically never. Not
/// cryptographic. Each `add` counts by itself: adding "ab" is not adding "a" and "b".
class Hash128
{
public:
    explicit Hash128(std::uint64_t seed = 0);

    void add(std::span<const std::byte> bytes);
    std::uint64_t low() const;
    std::uint64_t high() const;

private:
    std::uint64_t m_low;
    std::uint64_t m_high;
};

} // namespace conclave::engine
