#pragma once

#include "engine/model/blocks/rope.h"
#include "engine/model/hyper_parameters.h"
#include "engine/model/step.h"
#include "engine/model/weight_loader.h"

#include <memory>

/// Multi-head latent attention (DeepSeek-V2, 2024) in its absorbed form: of a token the cache keeps one row for all heads, the latent of
/// which keys and values are projections, and the rotated part that all keys share. Queries are projected into the latent's space
/// instead of keys out of it, so that attention runs over the rows as they are.
namespace conclave::engine
{

/// c latent width, r rotated width, n unrotated width of a head, v value width, q rank of the queries.
struct LatentSizes
{
    int queryRank = 0; ///< q; 0: queries are projected at once
    int latent = 0;    ///< c
    int plain = 0;     ///< n
    int rotated = 0;   ///< r
    int value = 0;     ///< v

    /// Keys attention.{q,kv}_lora_rank; of `hp` the widths of heads and of their rotated part.
    static LatentSizes read(MetadataKeys &keys, const HyperParameters &hp);
    int row() const { return latent + rotated; }
    KvLayerShape cacheShape() const;
    void addScratch(ScratchSizes &sizes) const;
};

struct LatentAttention
{
    LatentSizes sizes;
    int layer = 0;
    int heads = 0; ///< H
    Rope rope;
    float epsilon = 1e-6F;
    float scale = 1.0F;

    kernels::Tensor norm;       ///< [d]
    kernels::Tensor queryDown;  ///< [q, d]; empty without a rank
    kernels::Tensor queryNorm;  ///< [q]
    kernels::Tensor query;      ///< [H*(n+r), q or d], of a head the unrotated part first
    kernels::Tensor keyDown;    ///< [c+r, d]
    kernels::Tensor latentNorm; ///< [c]
    kernels::Tensor keyUp;      ///< [H, c, n]
    kernels::Tensor valueUp;    ///< [H, v, c]
    kernels::Tensor output;     ///< [d, H*v]

    /// Reads attn_* of `layer`. Older files hold keyUp and valueUp as one matrix attn_kv_b, whose key rows lie the other way: these are
    /// turned into memory of the block's own on `device`. Null when there is not enough.
    static std::optional<LatentAttention> load(WeightLoader &weights, kernels::Device &device, const HyperParameters &hp,
                                               const LatentSizes &sizes, int layer);
    /// x += attention(RMS(x)); stores the step's rows.
    void apply(Step &step) const;

private:
    bool loadJoined(WeightLoader &weights, kernels::Device &device, const std::string &name);
    void projectQueries(Step &step, const kernels::Tensor &h) const;
    void storeRows(Step &step, const kernels::Tensor &h) const;

    std::shared_ptr<kernels::Buffer> m_turned; ///< keyUp's memory, when it is the block's own
};

} // namespace conclave::engine
