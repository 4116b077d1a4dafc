#pragma once

#include "engine/base/result.h"
#include "kernels/core/dtype.h"

#include <cstdint>
#include <span>

namespace conclave::engine
{

/// Random numbers as quantised blocks: integers are uniform, scales are set so that the values have mean 0 (K-quants with mins: nearly)
/// and about the standard deviation asked for. Deterministic for a seed, on every machine.
class RandomBlocks
{
public:
    explicit RandomBlocks(std::uint64_t seed) : m_state(seed) {}

    /// True for the types that `fill` knows.
    static bool knows(kernels::DType type);
    /// Fills whole blocks. `out` is a multiple of the type's block.
    void fill(kernels::DType type, float deviation, std::span<std::byte> out);

private:
    std::uint64_t next();
    void randomBytes(std::span<std::byte> out);

    std::uint64_t m_state;
};

} // namespace conclave::engine
