#pragma once

#include "kernels/core/dtype.h"
#include "kernels/plugin/op_calls.h"

#include <cuda_runtime_api.h>

/// Starts one kernel each on `stream`. cudaErrorNotSupported for a weight type without a variant. Called from the host's C++.
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

/// A part of the keys of one query and head: its values not yet divided [hv], then largest logit and sum. Splits of one head follow each
/// other.
struct AttentionSplits
{
    DeviceAddress partials = 0; ///< floats [T, H, count, hv + 2]; 0 when count is 1
    std::uint32_t count = 1;
};

cudaError_t launchEmbedRows(const EmbedCall &call, DType type, std::uint32_t groups, cudaStream_t stream);
cudaError_t launchMatmul(const MatmulCall &call, DType type, std::uint32_t tiles, cudaStream_t stream);
cudaError_t launchRmsNorm(const RmsNormCall &call, cudaStream_t stream);
cudaError_t launchRope(const RopeCall &call, std::uint32_t groups, cudaStream_t stream);
cudaError_t launchAdd(const AddCall &call, std::uint32_t groups, cudaStream_t stream);
cudaError_t launchGatedActivation(const GatedActivationCall &call, std::uint32_t groups, cudaStream_t stream);
cudaError_t launchCopy(const CopyCall &call, std::uint32_t groups, cudaStream_t stream);
cudaError_t launchHeadGate(const HeadGateCall &call, std::uint32_t groups, cudaStream_t stream);

/// The experts' products in float32, wherever weights lie; slow.
cudaError_t launchPlainExpertsHidden(const ExpertsHiddenCall &call, DType type, cudaStream_t stream);
cudaError_t launchPlainExpertsOut(const ExpertsOutCall &call, DType type, cudaStream_t stream);

/// Decoding: a few tokens; what chunkShape() asks must be given.
cudaError_t launchQuantiseTokens(DeviceAddress in, std::uint64_t stride, std::uint32_t tokens, std::uint32_t width, QuantisedTokens to,
                                 cudaStream_t stream);
cudaError_t launchMatvec(const MatmulCall &call, DType type, const QuantisedTokens &tokens, std::uint32_t rowsAWarp, cudaStream_t stream);
cudaError_t launchExpertsHidden(const ExpertsHiddenCall &call, DType type, const QuantisedTokens &tokens, cudaStream_t stream);
cudaError_t launchExpertsOut(const ExpertsOutCall &call, DType type, const QuantisedTokens &tokens, cudaStream_t stream);

/// Many tokens, on tensor cores.
cudaError_t launchToHalves(DeviceAddress in, std::uint64_t stride, std::uint32_t tokens, std::uint32_t width, const HalfTokens &to,
                           cudaStream_t stream);
cudaError_t launchPrefill(const MatmulCall &call, DType type, const HalfTokens &halves, cudaStream_t stream);
cudaError_t launchSortSlots(DeviceAddress experts, std::uint32_t stride, std::uint32_t tokens, std::uint32_t most, std::uint32_t count,
                            const ExpertOrder &order, cudaStream_t stream);
/// `gateProducts`: floats [T * most, rows] to use. `halves` are of the tokens.
cudaError_t launchPrefillHidden(const ExpertsHiddenCall &call, DType type, const HalfTokens &halves, const ExpertOrder &order,
                                DeviceAddress gateProducts, cudaStream_t stream);
/// `products`: floats [T * most, rows] to use. `halves` are of the hidden rows.
cudaError_t launchPrefillOut(const ExpertsOutCall &call, DType type, const HalfTokens &halves, const ExpertOrder &order,
                             DeviceAddress products, cudaStream_t stream);

cudaError_t launchKvStore(const KvStoreCall &call, DType type, cudaStream_t stream);
cudaError_t launchAttention(const AttentionCall &call, DType type, const AttentionSplits &splits, cudaStream_t stream);
/// Blocks that launchAttention starts for each split.
std::uint32_t attentionBlocks(const AttentionCall &call);
cudaError_t launchRouter(const RouterCall &call, cudaStream_t stream);

} // namespace conclave::kernels
