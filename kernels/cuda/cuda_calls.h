#pragma once

#include "kernels/core/dtype.h"
#include "kernels/cuda/fused_calls.h"
#include "kernels/cuda/kernel_list.h"
#include "kernels/plugin/op_calls.h"

#include <cuda_runtime_api.h>

/// Adds what an op needs to `kernels`. cudaErrorNotSupported for a weight type without a variant. Called from the host's C++.
namespace conclave::kernels
{

/// Tokens in 8 bits, in device memory: values [T, m], and for each run of 16 a pair of floats [T, m / 16].
struct QuantisedTokens
{
    DeviceAddress values = 0, runs = 0;
};

/// What decoding's kernels ask of weights: a row of a multiple of `values` values, at multiples of `alignment` bytes.
struct ChunkShape
{
    std::uint32_t values = 0, alignment = 0;
    bool eightBits = false; ///< takes QuantisedTokens; otherwise floats at multiples of 16 bytes
};
ChunkShape chunkShape(DType type);

/// Rows and tokens of a block of prefill's products.
inline constexpr std::uint32_t kPrefillTile = 128;

/// Tokens as halves, each divided by its largest value: values [T, pitch], pitch a multiple of 64, and the largest values [T].
struct HalfTokens
{
    DeviceAddress values = 0, scales = 0;
    std::uint32_t pitch = 0;
};

/// Slots slots[first] .. slots[first + count - 1] go to `expert`; count 0: nothing to do.
struct ExpertTile
{
    std::uint32_t expert, first, count, reserved;
};

/// Slots [T * most] sorted by expert, and the tiles: at most one for each kPrefillTile slots and one more an expert.
struct ExpertOrder
{
    DeviceAddress slots = 0, tiles = 0;
    std::uint32_t mostTiles = 0;
};

inline constexpr std::uint32_t kMostSplits = 64;
/// Zeros that a queue keeps for kernels that count which of their blocks ends last.
inline constexpr std::uint32_t kMostCounters = 64;

/// A part of the keys of one query and head: its values not yet divided [hv], then largest logit and sum. Splits of one head follow each
/// other.
struct AttentionSplits
{
    DeviceAddress partials = 0; ///< floats [T, H, count, hv + 2]; 0 when count is 1
    std::uint32_t count = 1;
};

/// Time passes, for CudaTrace.
cudaError_t launchWaste(std::uint32_t microseconds, KernelList &kernels);

cudaError_t launchEmbedRows(const EmbedCall &call, DType type, std::uint32_t groups, KernelList &kernels);
cudaError_t launchMatmul(const MatmulCall &call, DType type, std::uint32_t tiles, KernelList &kernels);
cudaError_t launchRmsNorm(const RmsNormCall &call, KernelList &kernels);
cudaError_t launchRope(const RopeCall &call, std::uint32_t groups, KernelList &kernels);
cudaError_t launchAdd(const AddCall &call, std::uint32_t groups, KernelList &kernels);
cudaError_t launchGatedActivation(const GatedActivationCall &call, std::uint32_t groups, KernelList &kernels);
cudaError_t launchCopy(const CopyCall &call, std::uint32_t groups, KernelList &kernels);
cudaError_t launchHeadGate(const HeadGateCall &call, std::uint32_t groups, KernelList &kernels);

/// The experts' products in float32, wherever weights lie; slow.
cudaError_t launchPlainExpertsHidden(const ExpertsHiddenCall &call, DType type, KernelList &kernels);
cudaError_t launchPlainExpertsOut(const ExpertsOutCall &call, DType type, KernelList &kernels);

/// Decoding: a few tokens; what chunkShape() asks must be given.
cudaError_t launchQuantiseTokens(DeviceAddress in, std::uint64_t stride, std::uint32_t tokens, std::uint32_t width, QuantisedTokens to,
                                 KernelList &kernels);
cudaError_t launchMatvec(const MatmulCall &call, DType type, const QuantisedTokens &tokens, std::uint32_t rowsAWarp, KernelList &kernels);
cudaError_t launchExpertsHidden(const ExpertsHiddenCall &call, DType type, const QuantisedTokens &tokens, KernelList &kernels);
cudaError_t launchExpertsOut(const ExpertsOutCall &call, DType type, const QuantisedTokens &tokens, KernelList &kernels);

/// Many tokens, on tensor cores.
cudaError_t launchToHalves(DeviceAddress in, std::uint64_t stride, std::uint32_t tokens, std::uint32_t width, const HalfTokens &to,
                           KernelList &kernels);
cudaError_t launchPrefill(const MatmulCall &call, DType type, const HalfTokens &halves, KernelList &kernels);
/// F32 weights, in float32, for calls that fit.
bool fitsFloatGemm(const MatmulCall &call);
cudaError_t launchFloatGemm(const MatmulCall &call, KernelList &kernels);
cudaError_t launchSortSlots(DeviceAddress experts, std::uint32_t stride, std::uint32_t tokens, std::uint32_t most, std::uint32_t count,
                            const ExpertOrder &order, KernelList &kernels);
/// `gateProducts`: floats [T * most, rows] to use. `halves` are of the tokens.
cudaError_t launchPrefillHidden(const ExpertsHiddenCall &call, DType type, const HalfTokens &halves, const ExpertOrder &order,
                                DeviceAddress gateProducts, KernelList &kernels);
/// `products`: floats [T * most, rows] to use. `halves` are of the hidden rows.
cudaError_t launchPrefillOut(const ExpertsOutCall &call, DType type, const HalfTokens &halves, const ExpertOrder &order,
                             DeviceAddress products, KernelList &kernels);

cudaError_t launchKvStore(const KvStoreCall &call, DType type, KernelList &kernels);
cudaError_t launchAttention(const AttentionCall &call, DType type, const AttentionSplits &splits, KernelList &kernels);
/// Blocks that launchAttention starts for each split.
std::uint32_t attentionBlocks(const AttentionCall &call);
/// Its second half, where splits.count > 1. `query` has no heads, or those that fusedAttention prepared.
cudaError_t launchJoinSplits(const AttentionCall &call, const AttentionSplits &splits, const FusedHeadSet &query, KernelList &kernels);
cudaError_t launchRouter(const RouterCall &call, KernelList &kernels);

/// Attention on tensor cores, for calls that fit.
bool fitsFlash(const AttentionCall &call, DType type);
std::uint32_t flashBlocks(const AttentionCall &call);
cudaError_t launchFlash(const AttentionCall &call, const AttentionSplits &splits, KernelList &kernels);

/// Decoding one token: several ops a kernel (fusion.h).
cudaError_t launchFusedProducts(const FusedProducts &call, std::uint32_t multiprocessors, KernelList &kernels);
cudaError_t launchFusedAttention(const FusedAttention &fused, const AttentionSplits &splits, KernelList &kernels);
cudaError_t launchFusedHeads(const FusedHeads &call, KernelList &kernels);
cudaError_t launchFusedRouting(const FusedRouting &call, KernelList &kernels);
/// The hidden layer in 8 bits, [most, rows]; rows a multiple of 32, types that meet tokens in 8 bits.
cudaError_t launchFusedHidden(const ExpertsHiddenCall &call, DType type, const QuantisedTokens &to, KernelList &kernels);
cudaError_t launchFusedOut(const ExpertsOutCall &call, DType type, const QuantisedTokens &tokens, KernelList &kernels);

} // namespace conclave::kernels
