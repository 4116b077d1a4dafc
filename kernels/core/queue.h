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
    kFast,  ///< activations may be quantised to 8 bits once a matmul when the weights are quantised; and be halves unless these are F32
};

enum class Activation
{
    kNone,
    kSilu,
    kGeluTanh,
    kSigmoid,
    kGptOss, ///< gated ops only: g sigmoid(1.702 g) (up + 1), the gate of gpt-oss
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

/// out[t, g] = weight[g] in[t, g]: one matrix for each group, as heads have in MLA's absorbed form and groups in a grouped projection.
struct GroupedMatmulArgs
{
    Tensor weight; ///< [G, n, m] any type
    Tensor in;     ///< [T, G, m]; outer axes may have any stride
    Tensor out;    ///< [T, G, n]; likewise
    Precision precision = Precision::kFast;
};

/// out = weight * in / sqrt(mean(in^2) + eps) over the last axis; in and out may be the same tensor.
/// For per-head norms pass [T * H, hd] views.
struct RmsNormArgs
{
    Tensor in;     ///< [T, d]
    Tensor weight; ///< [d] F32; empty: all ones
    Tensor out;    ///< [T, d]
    float epsilon = 1e-6F;
};

/// out = weight * (in - mean(in)) / sqrt(variance(in) + eps) + bias over the last axis (Ba et al. 2016); in and out may be the same.
struct LayerNormArgs
{
    Tensor in;     ///< [T, d]
    Tensor weight; ///< [d] F32
    Tensor bias;   ///< [d] F32
    Tensor out;    ///< [T, d]
    float epsilon = 1e-6F;
};

enum class RopePairing
{
    kNorm, ///< (2i, 2i + 1)
    kNeox, ///< (i, i + n/2)
};

/// Rotates the first `dims` values of each head in place (RoPE, Su et al. 2021). angle_i = position * base^(-2i/dims) / factors[i].
/// To rotate the last values of a head, pass a view of them (Tensor::columns).
struct RopeArgs
{
    Tensor inout;                            ///< [T, H, hd]
    std::span<const std::int32_t> positions; ///< [T]; with `streams` [S, T], S = 1 + the largest stream
    RopePairing pairing = RopePairing::kNeox;
    int dims = 0;
    float base = 10000.0F;
    std::span<const float> factors;        ///< [dims/2] frequency divisors (Llama 3; YaRN's blend is one too), or empty
    std::span<const std::uint8_t> streams; ///< [dims/2] which stream of positions turns a pair (M-RoPE: time, row, column), or empty
    float magnitude = 1.0F;                ///< cosine and sine are multiplied by it (YaRN)
    bool inverse = false;                  ///< turn back, by -angle
};

/// Where a sequence's keys and values lie: position p is in slot pages[p / pageTokens] * pageTokens + p % pageTokens.
/// Values may be a view of the keys' first columns (MLA: the latent row is both).
struct KvView
{
    Tensor keys;                         ///< [slots, Hkv, hd] F32, F16 or Q8_0 (then hd is a multiple of 32)
    Tensor values;                       ///< [slots, Hkv, hv], of the same type; hv may differ from hd
    std::span<const std::int32_t> pages; ///< empty: slot = position
    int pageTokens = 0;
};

/// Writes K and V rows of T new tokens at positions first .. first + T - 1, rounded to the cache's type.
struct KvStoreArgs
{
    Tensor keys;   ///< [T, Hkv, hd]
    Tensor values; ///< [T, Hkv, hv]; empty: the cache's values are a view of its keys, and only these are written
    KvView cache;
    std::int64_t first = 0;
};

/// More keys for causal attention: one row stands for `ratio` positions (DeepSeek V4's compressed attention). Query t at position p sees
/// rows b < (p + 1) / ratio; of these only the chosen ones where `chosen` is given.
struct CompressedKeys
{
    KvView cache;  ///< [rows, 1, hd]; empty tensors: none
    int ratio = 0; ///< positions a row stands for
    Tensor chosen; ///< [T, K] I32 distinct row indices, -1 for none; empty: all visible rows
};

/// out_t = softmax(scale q_t K^T) V, grouped-query. Causal: query t sees positions 0 .. first + t; otherwise all `length`.
struct AttentionArgs
{
    Tensor query; ///< [T, H, hd]
    KvView cache;
    Tensor out;              ///< [T, H, hv]
    std::int64_t first = 0;  ///< position of query 0 (causal)
    std::int64_t length = 0; ///< keys visible when not causal
    bool causal = true;
    float scale = 1.0F;
    int window =
        0;        ///< causal only: the key at k is seen from p when p - k < window; 0: all. Pages of keys that no query sees are not read.
    Tensor sinks; ///< [H] F32: one more logit of each head, not scaled, whose value is zero (Xiao et al. 2023; gpt-oss); or empty
    CompressedKeys compressed; ///< joins the same softmax; causal only
};

enum class GatingScore
{
    kSoftmax,         ///< over all experts
    kSigmoid,         ///< of each logit
    kSoftmaxOfChosen, ///< selection by logit, then softmax over the chosen alone (gpt-oss); adaptive k goes by e^logit
    kSqrtSoftplus,    ///< sqrt(ln(1 + e^x)) of each logit (DeepSeek V4)
};

/// Experts in equal groups: only the `used` groups with the best score, the sum of their two best selection scores, take part
/// (DeepSeek V3). count 1: no groups.
struct ExpertGroups
{
    int count = 1;
    int used = 1;
};

/// Scores, selects and weighs experts; one router serves all families (engine/moe/router.h fills this in).
/// Adaptive k as in training/MODEL.md: kMin..kMax by cumulated share `tau`, kWide below `calibration`. Fixed k: kMin = kMax = kWide.
struct RouterArgs
{
    Tensor logits;   ///< [T, E]
    Tensor loadBias; ///< [E] F32 added for selection only, or empty
    GatingScore score = GatingScore::kSoftmax;
    bool normalise = true;    ///< weights of the chosen sum to 1
    float leastSum = 0.0F;    ///< normalise divides by max(sum, leastSum)
    float weightScale = 1.0F; ///< every weight is multiplied by it, last
    Tensor expertScale;       ///< [E] F32: and each by that of its expert (Gemma 4), or empty
    ExpertGroups groups;
    /// Hash routing (DeepSeek V4): token t takes the experts fixedExperts[tokens[t]], in that order; scores only weigh them; margins are
    /// +inf. Fixed k = fixedExperts.shape[1]. Empty: experts are selected by score.
    Tensor fixedExperts;                  ///< [V, k] I32
    std::span<const std::int32_t> tokens; ///< [T], each in [0, V)
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
    Tensor in;       ///< [T, d]
    Tensor gate;     ///< [E, f, d] any type
    Tensor up;       ///< [E, f, d]
    Tensor down;     ///< [E, d, f]
    Tensor experts;  ///< [T, kMost] I32, -1 for none
    Tensor weights;  ///< [T, kMost]
    Tensor out;      ///< [T, d] accumulated into
    Tensor gateBias; ///< [E, f] F32 added to gate_e x, or empty
    Tensor upBias;   ///< [E, f], or empty
    Tensor downBias; ///< [E, d] added before the weight is applied, or empty
    Activation activation = Activation::kSilu;
    float limit = 0.0F; ///< as in GatedActivationArgs
    Precision precision = Precision::kFast;
};

/// out = act(gate) * up, elementwise; out may be gate or up.
struct GatedActivationArgs
{
    Tensor gate; ///< [..., f], any rank from 2 and any outer strides
    Tensor up;   ///< [..., f], the same shape
    Tensor out;  ///< [..., f]
    Activation activation = Activation::kSilu;
    float limit = 0.0F; ///< above 0: first gate = min(gate, limit), up = clamp(up, -limit, limit)
};

/// out = in; shapes are equal, outer strides are free.
struct CopyArgs
{
    Tensor in;
    Tensor out;
};

/// inout *= factor.
struct ScaleArgs
{
    Tensor inout; ///< any shape
    float factor = 1.0F;
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

/// A block's input from S parallel streams, and how its output will return to them (manifold-constrained hyper-connections, Xie et al.
/// 2025). With p = projection[t], b = base, c = scale and e = epsilon:
///   pre_s = sigmoid(p_s c_0 + b_s) + e,  out = sum over s of pre_s streams_s
///   post_s = 2 sigmoid(p_(S+s) c_1 + b_(S+s))
///   mix = the logits p_(2S + S i + j) c_2 + b_(2S + S i + j) made nearly doubly stochastic (Sinkhorn): softmax over j, plus e, each
///     column j divided by (its sum + e); then `iterations` - 1 times each row and after it each column divided likewise
/// Without post and mix (the end of the model) p and b have only the first S values, c only the first.
struct GatherStreamsArgs
{
    Tensor streams;    ///< [T, S, d], S at most kMostStreams
    Tensor projection; ///< [T, S (S + 2)]; [T, S] without post and mix
    Tensor base;       ///< [S (S + 2)] F32, or [S]
    Tensor scale;      ///< [3] F32, or [1]
    Tensor post;       ///< [T, S], or empty
    Tensor mix;        ///< [T, S, S] from stream i to stream j, or empty
    Tensor out;        ///< [T, d]
    int iterations = 20;
    float epsilon = 1e-6F;

    static constexpr std::int64_t kMostStreams = 16;
};

/// streams_j = post_j in + sum over i of mix_ij streams_i, in place.
struct SpreadStreamsArgs
{
    Tensor in;      ///< [T, d] the block's output
    Tensor post;    ///< [T, S]
    Tensor mix;     ///< [T, S, S]
    Tensor streams; ///< [T, S, d]
};

/// Pools each `ratio` positions of a sequence into one row (DeepSeek V4's compressor): column by column
///   out_b = sum over p of softmax over p of (gates_p + bias_(p % ratio)) values_p,  p = ratio b .. ratio (b + 1) - 1.
/// With `overlap` rows have two halves, and a block pools 2 ratio positions: those of the block before it by their first half and its own
/// by their second; block 0 has none before it. Blocks may be finished by later tokens: `state` keeps what they need.
struct PoolBlocksArgs
{
    Tensor values; ///< [T, c w], c = 2 with overlap, else 1
    Tensor gates;  ///< [T, c w]
    Tensor bias;   ///< [ratio, c w] F32
    Tensor state;  ///< [2, c ratio, c w] values and gates + bias of the last positions, p in row p % (c ratio); updated
    Tensor out;    ///< [n, w], n = (first + T) / ratio - first / ratio: the blocks that these tokens finish; may be empty when n is 0
    std::int64_t first = 0; ///< position of token 0
    int ratio = 1;
    bool overlap = false;
};

/// Which of the compressed rows each query attends to (DeepSeek's lightning indexer): the K best by
///   score(b) = sum over h of weights[t, h] max(0, query[t, h] . keys[b])
/// of the visible ones, b < (first + t + 1) / ratio; all of these when they are at most K. Of equal scores any may win: with few heads
/// many are 0. (On the host it is what std::partial_sort leaves, as in the engine that made tests/data/models.)
struct ChooseRowsArgs
{
    Tensor query;           ///< [T, H, w]
    Tensor weights;         ///< [T, H]
    Tensor keys;            ///< [R, w] F32
    Tensor chosen;          ///< [T, K] I32, ascending, then -1
    std::int64_t first = 0; ///< position of token 0
    int ratio = 1;          ///< positions a row stands for
};

/// Depthwise convolution over a sequence: out[t, c] = act(sum over k of weight[c, k] in[t + k - (K - 1), c]). The inputs before token 0
/// are in `state`.
struct CausalConvArgs
{
    Tensor in;     ///< [T, C]
    Tensor weight; ///< [C, K] F32
    Tensor state;  ///< [K - 1, C] the last inputs, oldest first; updated
    Tensor out;    ///< [T, C]
    Activation activation = Activation::kNone;
};

/// Linear attention whose state forgets and corrects itself (Gated DeltaNet, Yang et al. 2024). For value head j, i = j % Hk, token by
/// token, with q and k divided by their length, sqrt(sum of squares + epsilon), and q by sqrt(S):
///   M = exp(rate_j softplus(alpha_j + bias_j)) M_before
///   M = M + sigmoid(beta_j) (value_j - M k_i) k_i^T,  out_j = M q_i
struct GatedDeltaRuleArgs
{
    Tensor query; ///< [T, Hk, S]; query, key and value may be columns of one matrix
    Tensor key;   ///< [T, Hk, S]
    Tensor value; ///< [T, Hv, S], Hv a multiple of Hk
    Tensor alpha; ///< [T, Hv]
    Tensor beta;  ///< [T, Hv]
    Tensor rate;  ///< [Hv] F32, not positive
    Tensor bias;  ///< [Hv] F32
    Tensor state; ///< [Hv, S, S] M, a row for each value of the head; updated
    Tensor out;   ///< [T, Hv, S]
    float epsilon = 1e-6F;
};

/// One device's command queue. Not thread-safe. After a failed op the outputs are unspecified.
/// Ops with a body here are those that only some families need: a device may leave them out.
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

    virtual Status groupedMatmul(const GroupedMatmulArgs &) { return Status::unsupported("groupedMatmul: not on this device yet"); }
    virtual Status layerNorm(const LayerNormArgs &) { return Status::unsupported("layerNorm: not on this device yet"); }
    virtual Status copy(const CopyArgs &) { return Status::unsupported("copy: not on this device yet"); }
    virtual Status scale(const ScaleArgs &) { return Status::unsupported("scale: not on this device yet"); }
    virtual Status gatherStreams(const GatherStreamsArgs &) { return Status::unsupported("gatherStreams: not on this device yet"); }
    virtual Status spreadStreams(const SpreadStreamsArgs &) { return Status::unsupported("spreadStreams: not on this device yet"); }
    virtual Status poolBlocks(const PoolBlocksArgs &) { return Status::unsupported("poolBlocks: not on this device yet"); }
    virtual Status chooseRows(const ChooseRowsArgs &) { return Status::unsupported("chooseRows: not on this device yet"); }
    virtual Status causalConv(const CausalConvArgs &) { return Status::unsupported("causalConv: not on this device yet"); }
    virtual Status gatedDeltaRule(const GatedDeltaRuleArgs &) { return Status::unsupported("gatedDeltaRule: not on this device yet"); }

    /// Begins what is queued without waiting for it, on devices that gather work until they are asked.
    virtual Status submit() { return Status::success(); }
    /// Blocks until all queued work is done.
    virtual Status finish() = 0;
};

} // namespace conclave::kernels
