#pragma once

#include "kernels/core/dtype.h"

#include <cstddef>
#include <cstdint>

/// What a quantised block means, the same for all types: integers with integer scales. In portable code; the specification of every
/// quantised type, and the way of those that have no faster one.
namespace conclave::kernels
{

/// Value i = d * scale[i / 16] * q[i] - dmin * min[i / 16]; without the second product where the type has no min. Both products are
/// exact in float32, so that a value is rounded once at most. Blocks of 32 values use the first 32 and 2 entries.
struct UnpackedBlock
{
    std::int8_t q[256];
    std::int16_t scale[16];
    std::int16_t min[16]; ///< unspecified where the type has none
    float d;
    float dmin;
};

/// `block` lies at any address and has blockLayout(type).bytes bytes. False, with `out` untouched, if the type is not quantised.
bool unpackBlock(DType type, const std::byte *block, UnpackedBlock &out);

/// The part of unpackBlock for types whose values come from grids or base-3 digits (IQ1, IQ2, IQ3, TQ); false for others.
bool unpackGridBlock(DType type, const std::byte *block, UnpackedBlock &out);

} // namespace conclave::kernels
