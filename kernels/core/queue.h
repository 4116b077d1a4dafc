#pragma once

#include "kernels/core/status.h"
#include "kernels/core/tensor.h"

#include <cstdint>
#include <span>

/// The ops. A queue runs them in order: at once on the CPU, later on a stream or in a command buffer elsewhere.
/// Activations are F32 unless said otherwise; weights have any DType. An output never overlaps an input unless the op says so.
/// Letters: T tokens, d model width, H query heads, Hkv KV heads, hd head width, E experts, k experts chosen, f hidden width.
namespace conclave::kernels
{

enum class Precision
{
    kFloat, ///< activations stay float32: the path compared with exact references
    kFast,  ///< activations may be quantised to 8 bits once a matmul when the weights are quantised
};

enum class Activation
{
    kNone,
    kSilu,
    kGeluTanh,
    kSigmoid,
};

/// y[t] = row ids[t] of table, dequantised.
struct EmbedRowsArgs
{
    Tensor table;                      ///< [V, d] any type
    std::span<const std::int32_t> ids; ///< [T], each in [0, V)
    Tensor out;                        ///< [T, d]
};

/// out = act(in W^T + bias) (+ out when accumulate).
struct MatmulArgs
{
    Tensor weight; ///< [n, m] any type
    Tensor in;     ///< [T, m]
    Tensor bias;   ///< [n] F32, or empty
    Tensor out;    ///< [T, n]
    Activation activation = Activation::kNone;
    bool accumulate = false;
    Precision precision = Precision::kFast;
};

/// out = weight * in / sqrt(mean(in^2) + eps) over the last axis; in and out may be the same tensor.
/// For per-head norms pass [T * H, hd] views.
struct RmsNormArgs
{
    Tensor in;     ///< [T, d]
    Tensor weight; ///< [d] F32
    Tensor out;    ///< [T, d]
    float epsilon = 1e-6F;
};

enum class RopePairing
{
    kNorm, ///< (2i, 2i + 1)
    kNeox, ///< (i, i + n/2)
};

/// Rotates the first `dims` values of each head in place (RoPE, Su et al. 2021). angle_i = position * base^(-2i/dims) / factors[i].
struct RopeArgs
{
    Tensor inout;                            ///< [T, H, hd]
    std::span<const std::int32_t> positions; ///< [T]
    RopePairing pairing = RopePairing::kNeox;
    int dims = 0;
    float base = 10000.0F;
    std::span<const float> factors; ///< [dims/2] frequency divisors (Llama 3), or empty
};

/// Where a sequence's keys and values lie: position p is in slot pages[p / pageTokens] * pageTokens + p % pageTokens.
struct KvView
{
    Tensor keys;                         ///< [slots, Hkv, hd] F32 or F16
    Tensor values;                       ///< [slots, Hkv, hd]
    std::span<const std::int32_t> pages; ///< empty: slot = position
    int pageTokens = 0;
};

/// Writes K and V rows of T new tokens at positions first .. first + T - 1.
struct KvStoreArgs
{
    Tensor keys;   ///< [T, Hkv, hd]
    Tensor values; ///< [T, Hkv, hd]
    KvView cache;
    std::int64_t first = 0;
};

/// out_t = softmax(scale q_t K^T) V, grouped-query. Causal: query t sees positions 0 .. first + t; otherwise all `length`.
struct AttentionArgs
{
    Tensor query; ///< [T, H, hd]
    KvView cache;
    Tensor out;              ///< [T, H, hd]
    std::int64_t first = 0;  ///< position of query 0 (causal)
    std::int64_t length = 0; ///< keys visible when not causal
    bool causal = true;
    float scale = 1.0F;
};

enum class GatingScore
{
    kSoftmax,
    kSigmoid,
};

/// Scores, selects and weighs experts; one router serves all families (engine/moe/router.h fills this in).
/// Adaptive k as in training/MODEL.md: kMin..kMax by cumulated share `tau`, kWide below `calibration`. Fixed k: kMin = kMax = kWide.
struct RouterArgs
{
    Tensor logits;   ///< [T, E]
    Tensor loadBias; ///< [E] F32 added for selection only, or empty
    GatingScore score = GatingScore::kSoftmax;
    bool normalise = true; ///< weights of the chosen sum to 1
    int kMin = 1;
    int kMax = 1;
    int kWide = 1;
    float tau = 1.0F;
    float calibration = 0.0F;
    Tensor experts; ///< [T, kMost] I32, kMost = max(kMax, kWide); unused places hold -1
    Tensor weights; ///< [T, kMost]; unused places hold 0
    Tensor margins; ///< [T] selection score of the last chosen minus the first rejected expert; +inf when none is rejected
};

/// out[t] += sum_j weights[t,j] down_e(act(gate_e x_t) * up_e x_t), e = experts[t,j]. Tokens are grouped by expert.
struct MoeFeedForwardArgs
{
    Tensor in;      ///< [T, d]
    Tensor gate;    ///< [E, f, d] any type
    Tensor up;      ///< [E, f, d]
    Tensor down;    ///< [E, d, f]
    Tensor experts; ///< [T, kMost] I32, -1 for none
    Tensor weights; ///< [T, kMost]
    Tensor out;     ///< [T, d] accumulated into
    Activation activation = Activation::kSilu;
    Precision precision = Precision::kFast;
};

/// out = act(gate) * up, elementwise; out may be gate or up.
struct GatedActivationArgs
{
    Tensor gate; ///< [T, f]
    Tensor up;   ///< [T, f]
    Tensor out;  ///< [T, f]
    Activation activation = Activation::kSilu;
};

/// out += in, elementwise.
struct AddArgs
{
    Tensor in;  ///< [T, d]; or [R, d] with T a multiple of R: repeated
    Tensor out; ///< [T, d]
};

/// inout[t, h, :] *= sigmoid(gate[t, h]): the bridge's gate, one for each head and token.
struct HeadGateArgs
{
    Tensor gate;  ///< [T, H], before the sigmoid
    Tensor inout; ///< [T, H, hd]
};

/// 3x3 convolution over channels-last images with zero padding 1: out = act(conv(in) + bias).
struct Conv3x3Args
{
    Tensor in;     ///< [h, w, cin]
    Tensor weight; ///< [cout, cin, 3, 3] F32 or F16
    Tensor bias;   ///< [cout]
    Tensor out;    ///< [ceil(h/stride), ceil(w/stride), cout]
    int stride = 1;
    Activation activation = Activation::kNone;
};

/// Depthwise 3x3, stride 1, zero padding 1: out = dwconv(in) + bias (+ in when residual).
struct DepthwiseConv3x3Args
{
    Tensor in;     ///< [h, w, c]
    Tensor weight; ///< [c, 3, 3] F32
    Tensor bias;   ///< [c]
    Tensor out;    ///< [h, w, c]
    bool residual = false;
};

/// Concatenates each 2x2 cell of [h, w, c] to [h/2, w/2, 4c], order (0,0) (0,1) (1,0) (1,1) as (dy, dx).
struct MergePatchesArgs
{
    Tensor in;
    Tensor out;
};

/// One device's command queue. Not thread-safe. After a failed op the outputs are unspecified.
class Queue
{
public:
    virtual ~Queue() = default;

    virtual Status embedRows(const EmbedRowsArgs &args) = 0;
    virtual Status matmul(const MatmulArgs &args) = 0;
    virtual Status rmsNorm(const RmsNormArgs &args) = 0;
    virtual Status rope(const RopeArgs &args) = 0;
    virtual Status kvStore(const KvStoreArgs &args) = 0;
    virtual Status attention(const AttentionArgs &args) = 0;
    virtual Status router(const RouterArgs &args) = 0;
    virtual Status moeFeedForward(const MoeFeedForwardArgs &args) = 0;
    virtual Status gatedActivation(const GatedActivationArgs &args) = 0;
    virtual Status add(const AddArgs &args) = 0;
    virtual Status headGate(const HeadGateArgs &args) = 0;
    virtual Status conv3x3(const Conv3x3Args &args) = 0;
    virtual Status depthwiseConv3x3(const DepthwiseConv3x3Args &args) = 0;
    virtual Status mergePatches(const MergePatchesArgs &args) = 0;

    /// Blocks until all queued work is done.
    virtual Status finish() = 0;
};

} // namespace conclave::kernels
