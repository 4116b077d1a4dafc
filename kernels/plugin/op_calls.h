#pragma once

#include <cstdint>

/// What device kernels receive: addresses in device memory, counts and strides. One layout for CUDA (kernel parameter) and Vulkan (push
/// constants; the same members in the same order at the top of each shader). At most 128 bytes, the least that Vulkan promises.
/// Strides are bytes between rows. Members are placed so that no padding is needed.
namespace conclave::kernels
{

using DeviceAddress = std::uint64_t;

struct EmbedCall
{
    DeviceAddress table, ids, out;
    std::uint64_t tableStride, outStride;
    std::uint32_t tokens, width;
};

struct MatmulCall
{
    DeviceAddress weight, in, bias, out; ///< bias may be 0: none
    std::uint64_t weightStride, inStride, outStride;
    std::uint32_t rows, width, tokens; ///< n, m, T
    std::uint32_t activation, accumulate;
    std::uint32_t fast; ///< 1: Precision::kFast
};

struct RmsNormCall
{
    DeviceAddress in, weight, out; ///< weight may be 0: all ones
    std::uint64_t inStride, outStride;
    std::uint32_t rows, width;
    float epsilon;
    std::uint32_t reserved;
};

/// Rotations come as (cos, sin) pairs computed on the host in float64: [T, dims/2, 2].
struct RopeCall
{
    DeviceAddress inout, rotations;
    std::uint64_t tokenStride, headStride;
    std::uint32_t tokens, heads, pairs;
    std::uint32_t interleaved; ///< 1: pair i is (2i, 2i + 1); 0: (i, i + pairs)
};

struct AddCall
{
    DeviceAddress in, out;
    std::uint64_t inStride, outStride;
    std::uint32_t rows, width, inRows, reserved;
};

struct GatedActivationCall
{
    DeviceAddress gate, up, out;
    std::uint64_t gateStride, upStride, outStride;
    std::uint32_t rows, width, activation;
    float limit; ///< 0: none
};

/// out = factor in; out may be in.
struct CopyCall
{
    DeviceAddress in, out;
    std::uint64_t inStride, outStride;
    std::uint32_t rows, width;
    float factor;
    std::uint32_t reserved;
};

struct LayerNormCall
{
    DeviceAddress in, weight, bias, out;
    std::uint64_t inStride, outStride;
    std::uint32_t rows, width;
    float epsilon;
    std::uint32_t reserved;
};

/// 3x3, zero padding 1; weights are packed and of the launch's type.
struct Conv3x3Call
{
    DeviceAddress in, weight, bias, out;
    std::uint32_t inLine, inPixel, outLine, outPixel; ///< strides
    std::uint32_t height, width, channels, outHeight, outWidth, outChannels;
    std::uint32_t stride, activation;
};

struct DepthwiseConv3x3Call
{
    DeviceAddress in, weight, bias, out;
    std::uint32_t inLine, inPixel, outLine, outPixel;
    std::uint32_t height, width, channels, residual;
};

/// `update` 0: the products. 1: the state, which the products read before.
struct CausalConvCall
{
    DeviceAddress in, weight, state, out;
    std::uint32_t inStride, weightStride, outStride;
    std::uint32_t tokens, channels, taps, activation, update;
};

/// The state is packed. A group a value head.
struct GatedDeltaRuleCall
{
    DeviceAddress query, key, value, alpha, beta, rate, bias, state, out;
    std::uint32_t queryTokenStride, queryHeadStride, keyTokenStride, keyHeadStride, valueTokenStride, valueHeadStride;
    std::uint32_t alphaStride, betaStride, outTokenStride, outHeadStride;
    std::uint32_t tokens, keyHeads, width;
    float epsilon;
};

struct HeadGateCall
{
    DeviceAddress gate, inout;
    std::uint64_t gateStride, tokenStride, headStride;
    std::uint32_t tokens, heads, width, reserved;
};

/// Rows of new keys (or values) to a cache of the launch's type. Position p is in slot pages[p / pageTokens] * pageTokens + p % pageTokens.
struct KvStoreCall
{
    DeviceAddress in, cache, pages; ///< pages may be 0: slot = position
    std::uint32_t tokenStride, headStride, slotStride, slotHeadStride;
    std::uint32_t tokens, heads, width, first, pageTokens, reserved;
};

/// `keyCount` 0: causal. The cache is of the launch's type.
struct AttentionCall
{
    DeviceAddress query, keys, values, pages, sinks, out; ///< pages and sinks may be 0
    std::uint32_t queryTokenStride, queryHeadStride, keySlotStride, keyHeadStride;
    std::uint32_t valueSlotStride, valueHeadStride, outTokenStride, outHeadStride;
    std::uint32_t tokens, heads, kvHeads, width, valueWidth;
    std::uint32_t first, keyCount, pageTokens, window;
    float scale;
};

struct RouterCall
{
    DeviceAddress logits, loadBias, expertScale, experts, weights, margins; ///< loadBias and expertScale may be 0
    std::uint32_t logitsStride, expertsStride, weightsStride;
    std::uint32_t tokens, count, most;
    std::uint32_t score, normalise; ///< a GatingScore
    std::uint32_t kMin, kMax, kWide;
    float leastSum, weightScale, tau, calibration;
    std::uint16_t groups, groupsUsed;
};

/// hidden[t * most + j] = act(gate_e x_t) * up_e x_t, e = experts[t, j]; 0 where there is no expert. Devices that take gate and up apart
/// (AddressedQueue::takesHalves): without up (0) hidden is gate_e x_t; without gate it is in hidden.
struct ExpertsHiddenCall
{
    DeviceAddress in, gate, up, gateBias, upBias, experts, hidden; ///< biases may be 0, their rows are packed; hidden is packed
    std::uint64_t gateStride, upStride, inStride;                  ///< between rows
    std::uint32_t expertsStride, rows, width, tokens, most, count;
    std::uint32_t activation, fast;
    float limit;              ///< 0: none
    std::uint32_t expertRows; ///< rows from one expert to the next in gate, and in up
};

/// out[t] += sum over j of weights[t, j] (down_e hidden[t * most + j] + downBias_e).
struct ExpertsOutCall
{
    DeviceAddress hidden, down, downBias, experts, weights, out;
    std::uint64_t downStride, outStride;
    std::uint32_t expertsStride, weightsStride, rows, width, tokens, most, count, fast;
};

/// More keys for causal attention (CompressedKeys), too many to fit a call: staged in memory.
struct CompressedKeysCall
{
    DeviceAddress keys, values, pages, chosen; ///< pages and chosen may be 0
    std::uint32_t keySlotStride, keyHeadStride, valueSlotStride, valueHeadStride;
    std::uint32_t chosenStride, most, ratio, pageTokens; ///< `most` columns of chosen
    std::uint32_t floats;                                ///< 1: F32; 0: as the other keys
    std::uint32_t reserved;
};

struct CompressedAttentionCall
{
    AttentionCall attention;
    DeviceAddress compressed; ///< a CompressedKeysCall
};

/// Token t takes the experts fixedExperts[tokens[t]], whose rows are packed.
struct FixedRouterCall
{
    DeviceAddress logits, fixedExperts, tokens, expertScale, experts, weights, margins; ///< expertScale may be 0
    std::uint32_t logitsStride, expertsStride, weightsStride;
    std::uint32_t tokenCount, count, most; ///< most: columns of fixedExperts and of the outputs
    std::uint32_t score, normalise;        ///< a GatingScore
    float leastSum, weightScale;
};

/// The streams' shares of a block's input, and how its output returns. post and mix may be 0. A group a token.
struct GatherStreamsCall
{
    DeviceAddress streams, projection, base, scale, post, mix, out;
    std::uint32_t tokenStride, streamStride, projectionStride, postStride, mixTokenStride, mixRowStride, outStride;
    std::uint32_t tokens, count, width, iterations;
    float epsilon;
};

struct SpreadStreamsCall
{
    DeviceAddress in, post, mix, streams;
    std::uint32_t inStride, postStride, mixTokenStride, mixRowStride, tokenStride, streamStride;
    std::uint32_t tokens, count, width, reserved;
};

/// `update` 0: the blocks that are finished. 1: the state, which the blocks read before; it is packed.
struct PoolBlocksCall
{
    DeviceAddress values, gates, bias, state, out;
    std::uint32_t valuesStride, gatesStride, biasStride, outStride;
    std::uint32_t tokens, first, ratio, width, halves, blocks, update, reserved; ///< width: of a block's row
};

/// `scores` [tokens, capacity] is working memory. A group a token.
struct ChooseRowsCall
{
    DeviceAddress query, weights, keys, chosen, scores;
    std::uint32_t tokenStride, headStride, weightsStride, keysStride, chosenStride;
    std::uint32_t tokens, heads, width, most, first, ratio, capacity;
};

enum class KernelId : std::uint32_t
{
    kEmbedRows,
    kMatmul,
    kRmsNorm,
    kRope,
    kAdd,
    kGatedActivation,
    kHeadGate,
    kCopy,
    kKvStore,
    kAttention,
    kRouter,
    kExpertsHidden,
    kExpertsOut,
    kLayerNorm,
    kConv3x3,
    kDepthwiseConv3x3,
    kCausalConv,
    kGatedDeltaRule,
    kCompressedAttention,
    kFixedRouter,
    kGatherStreams,
    kSpreadStreams,
    kPoolBlocks,
    kChooseRows,
    kCount,
};

/// Threads of a group in the element-wise kernels and rmsNorm; matmul uses one row of weights for each group of 32.
inline constexpr std::uint32_t kGroupThreads = 256;
inline constexpr std::uint32_t kMatmulThreads = 32;
/// Tokens that one group of the matmul computes at a time: each weight is dequantised once for so many.
inline constexpr std::uint32_t kMatmulTokens = 8;

/// Threads of a group of kvStore where a thread stores 32 values.
inline constexpr std::uint32_t kKvStoreThreads = 64;
/// Widest head of gatedDeltaRule.
inline constexpr std::uint32_t kMostDeltaWidth = 256;
/// One dimension of a grid holds them on every device.
inline constexpr std::uint32_t kMostDeltaHeads = 16384;
/// What the attention and router kernels hold in registers and shared memory.
inline constexpr std::uint32_t kMostHeadWidth = 640; // DeepSeek's latent rows have 576
inline constexpr std::uint32_t kMostExperts = 1024;

inline constexpr std::uint32_t kLargestCall = 128;
static_assert(sizeof(EmbedCall) == 48 && sizeof(MatmulCall) == 80 && sizeof(RmsNormCall) == 56 && sizeof(RopeCall) == 48 &&
              sizeof(AddCall) == 48 && sizeof(GatedActivationCall) == 64 && sizeof(HeadGateCall) == 56 && sizeof(CopyCall) == 48 &&
              sizeof(KvStoreCall) == 64 && sizeof(AttentionCall) == 120 && sizeof(RouterCall) == 112 && sizeof(ExpertsHiddenCall) == 120 &&
              sizeof(ExpertsOutCall) == 96 && sizeof(LayerNormCall) == 64 && sizeof(Conv3x3Call) == 80 &&
              sizeof(DepthwiseConv3x3Call) == 64 && sizeof(CausalConvCall) == 64 && sizeof(GatedDeltaRuleCall) == 128 &&
              sizeof(CompressedKeysCall) == 72 && sizeof(CompressedAttentionCall) == 128 && sizeof(FixedRouterCall) == 96 &&
              sizeof(GatherStreamsCall) == 104 && sizeof(SpreadStreamsCall) == 72 && sizeof(PoolBlocksCall) == 88 &&
              sizeof(ChooseRowsCall) == 88);

} // namespace conclave::kernels
