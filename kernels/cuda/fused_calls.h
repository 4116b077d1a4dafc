#pragma once

#include "kernels/plugin/op_calls.h"

#include <cstdint>

/// What kernels receive that compute several ops of decoding one token.
namespace conclave::kernels
{

/// One matrix of FusedProducts: out = act(W x + bias) (+ out).
struct FusedProduct
{
    DeviceAddress weight, bias, out; ///< bias may be 0
    std::uint64_t weightStride;
    std::uint32_t rows, type; ///< a DType
    std::uint32_t activation, accumulate;
};

/// x = in, or its rmsNorm, which is also written to `normed`; then one product after the other with x in 8 bits.
struct FusedProducts
{
    static constexpr std::uint32_t kMost = 4;

    DeviceAddress in, normWeight, normed; ///< normed 0: no norm; normWeight may be 0: all ones
    std::uint32_t width, count, rows;     ///< rows of all products
    float epsilon;
    FusedProduct products[kMost];
};

/// What becomes of the heads of q, k or v of one token: rmsNorm, rope, kvStore, each or not, in this order.
struct FusedHeadSet
{
    DeviceAddress inout, normWeight, rotations, cache; ///< rotations 0: no rope; cache 0: no kvStore; normWeight may be 0: all ones
    std::uint32_t headStride, slotStride, slotHeadStride;
    std::uint32_t heads, width, pairs, interleaved;
    std::uint32_t norm, cacheType; ///< a DType
    float epsilon;
};

struct FusedHeads
{
    static constexpr std::uint32_t kMost = 3, kMostWidth = 256;

    DeviceAddress pages;
    std::uint32_t position, pageTokens, count, heads; ///< heads of all sets
    FusedHeadSet sets[kMost];
};

/// The same and the attention of the token: which of the sets are the queries, the keys and the values.
struct FusedAttention
{
    FusedHeads heads;
    AttentionCall attention;
    std::uint32_t query, key, value, reserved;
};

/// rmsNorm, the router's product with F32 weights and its choice.
struct FusedRouting
{
    DeviceAddress in, normWeight, normed, weight; ///< normWeight may be 0
    std::uint64_t weightStride;
    std::uint32_t width;
    float epsilon;
    DeviceAddress counter; ///< a zero, left as a zero
    RouterCall router;
};

} // namespace conclave::kernels
