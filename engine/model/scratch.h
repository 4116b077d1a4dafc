#pragma once

#include "engine/base/result.h"
#include "engine/moe/router.h"
#include "kernels/core/device.h"

#include <memory>
#include <vector>

namespace conclave::engine
{

/// Most of each size over a model's layers; 0 where there is none.
struct ScratchSizes
{
    int layers = 0;
    int width = 0;
    int heads = 0;
    int kvHeads = 0;
    int headDim = 0;
    int feedForward = 0;     ///< dense or shared expert
    int blockOutputs = 0;    ///< outputs that wait for a norm of their own before they join the stream: 0, 1 or 2
    int latent = 0;          ///< of latent attention: width of the latent,
    int latentRow = 0;       ///< of the row that is kept,
    int lowRank = 0;         ///< and of the queries' low rank (of compressed attention too)
    int layerEmbeddings = 0; ///< of all layers' own embeddings together
    int experts = 0;
    int mostExperts = 0;   ///< places in a routing
    int streams = 0;       ///< of hyper-connections
    int groupedOutput = 0; ///< of compressed attention: width of outputs before they are projected up,
    int compressed = 0;    ///< columns that are pooled, the most of all layers,
    int indexQueries = 0;  ///< values of the indexer's queries, all heads,
    int indexHeads = 0;    ///< its heads,
    int indexTop = 0;      ///< and the rows it chooses
    int deltaMixed = 0;    ///< of gated delta networks: queries, keys and values side by side,
    int deltaValues = 0;   ///< values of all heads,
    int deltaHeads = 0;    ///< and heads
    bool predicts = false; ///< a block for further tokens
};

/// Activations of one chunk, allocated once for `kChunk` tokens and used through `first(T)` views. Nothing else is allocated while
/// answering.
class Scratch
{
public:
    /// Tokens computed at once: enough for matmuls to be bound by arithmetic, few enough for a stop to be honoured soon.
    static constexpr int kChunk = 512;

    static Result<std::unique_ptr<Scratch>> create(kernels::Device &device, const ScratchSizes &sizes);

    kernels::Tensor x;               ///< [T, d] residual stream
    kernels::Tensor h;               ///< [T, d] normalised
    kernels::Tensor y;               ///< [T, d] a block's output before its own norm; empty where no family needs it
    kernels::Tensor z;               ///< [T, d] a second one
    kernels::Tensor query;           ///< [T, H, hd]
    kernels::Tensor key;             ///< [T, Hkv, hd]
    kernels::Tensor value;           ///< [T, Hkv, hd]
    kernels::Tensor attended;        ///< [T, H, hd]
    kernels::Tensor headGates;       ///< [T, H]
    kernels::Tensor gate;            ///< [T, f]
    kernels::Tensor up;              ///< [T, f]
    kernels::Tensor lowRank;         ///< [T, q] queries before they are projected up
    kernels::Tensor latentRow;       ///< [T, c+r]
    kernels::Tensor latentQueries;   ///< [T, H, c+r]
    kernels::Tensor latentValues;    ///< [T, H, c]
    kernels::Tensor layerEmbeddings; ///< [T, L*p]
    kernels::Tensor layerTable;      ///< [T, L*p] the table's part of them
    kernels::Tensor zeros;           ///< [T, d] zeros, one row in memory; with `z`
    kernels::Tensor routerLogits;    ///< [T, E]
    /// One routing a layer, so that telemetry reads them all after the pass without stopping the queue between layers.
    std::vector<Routing> routings;

    /// Of hyper-connections.
    struct Streams
    {
        kernels::Tensor all;        ///< [T, S, d]
        kernels::Tensor normalised; ///< [T, S*d]
        kernels::Tensor logits;     ///< [T, S(S+2)]
        kernels::Tensor post;       ///< [T, S]
        kernels::Tensor mix;        ///< [T, S, S]
    } streams;

    /// Of compressed attention.
    struct Compressed
    {
        kernels::Tensor grouped;      ///< [T, G*r]
        kernels::Tensor values;       ///< [T, c*w]
        kernels::Tensor gates;        ///< [T, c*w]
        kernels::Tensor indexQueries; ///< [T, Hi*wi]
        kernels::Tensor indexWeights; ///< [T, Hi]
        kernels::Tensor chosen;       ///< [T, K] I32
    } compressed;

    /// Of gated delta networks.
    struct Delta
    {
        kernels::Tensor mixed;     ///< [T, 2*Hk*S + Hv*S]
        kernels::Tensor convolved; ///< [T, 2*Hk*S + Hv*S]
        kernels::Tensor out;       ///< [T, Hv*S]
        kernels::Tensor gate;      ///< [T, Hv*S]
        kernels::Tensor alpha;     ///< [T, Hv]
        kernels::Tensor beta;      ///< [T, Hv]
    } delta;

    /// Of a block that predicts further tokens.
    struct Prediction
    {
        kernels::Tensor hidden; ///< [T, d] what the output matrix reads
        kernels::Tensor pairs;  ///< [T, 2d] the next token's embedding, then the hidden row
    } prediction;

private:
    kernels::Tensor make(kernels::Device &device, kernels::DType type, std::initializer_list<std::int64_t> shape);

    std::vector<std::unique_ptr<kernels::Buffer>> m_buffers;
    bool m_failed = false;
};

} // namespace conclave::engine
