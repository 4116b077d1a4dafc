#pragma once

#include "engine/model/hyper_parameters.h"
#include "engine/model/step.h"
#include "engine/model/weight_loader.h"

namespace conclave::engine
{

/// Cross-Modal Attention Bridge of one layer (training/MODEL.md, "Bridge"): each text token attends to the image's memory; a gate for
/// each head and token decides how much of it enters the stream.
struct Bridge
{
    kernels::Tensor norm;      ///< [d]
    kernels::Tensor query;     ///< [H*hd, d]
    kernels::Tensor key;       ///< [Hkv*hd, D]
    kernels::Tensor value;     ///< [Hkv*hd, D]
    kernels::Tensor output;    ///< [d, H*hd]
    kernels::Tensor queryNorm; ///< [hd]
    kernels::Tensor keyNorm;   ///< [hd]
    kernels::Tensor gate;      ///< [H, d]
    kernels::Tensor gateBias;  ///< [H]
    float epsilon = 1e-6F;
    float scale = 1.0F;

    /// `memoryWidth`: D of the vision encoder.
    static Bridge load(WeightLoader &weights, const HyperParameters &hp, int layer, int memoryWidth);
    /// Keys and values [N, Hkv, hd] of an image's memory [N, D]; once an image.
    void remember(Ops &ops, const kernels::Tensor &memory, const ImageMemory::LayerKv &out) const;
    /// x += output(gate * attention(RMS(x), image)) of the sequences that see an image.
    void apply(Step &step, int layer) const;

private:
    void look(Step &step, std::span<const StepSequence> sequences, int layer) const;
};

} // namespace conclave::engine
