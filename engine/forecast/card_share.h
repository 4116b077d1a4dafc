#pragma once

#include "engine/api/types.h"
#include "engine/format/gguf_reader.h"

#include <cstdint>
#include <span>
#include <vector>

/// How a model is divided between a card and the machine's memory.
namespace conclave::engine
{

/// Where the bytes of a model's file are.
struct ModelBytes
{
    struct Layer
    {
        std::uint64_t experts = 0; ///< routed ones
        std::uint64_t other = 0;
    };
    std::vector<Layer> layers;
    std::uint64_t output = 0;                   ///< output matrix (the embedding, where that serves as one) and its norm
    std::uint64_t all = 0;                      ///< of the file
    double expertsUsed = 1;                     ///< share of a layer's routed experts that a token uses
    kernels::DType type = kernels::DType::kF32; ///< that most of them have
};

ModelBytes modelBytes(const GgufFile &file, const ModelInfo &info);

/// What there is, and what a model takes beside its weights. Bytes.
struct CardNeeds
{
    std::uint64_t budget = 0;    ///< of the card
    std::uint64_t context = 0;   ///< of all layers
    std::uint64_t work = 0;      ///< activations and logits
    std::uint64_t projector = 0; ///< of a model that sees; only a whole model has it on the card
};

/// See Placement.
struct CardShare
{
    int layers = 0;
    int expertLayers = 0;
    bool output = false;
    bool whole = false;
    std::uint64_t bytes = 0;

    bool empty() const { return layers == 0; }
};

/// As much as fits, of `mostLayers` (-1: all). `mayBeWhole` false: never the whole model as one.
CardShare planCard(const ModelBytes &model, const CardNeeds &needs, int mostLayers, bool mayBeWhole = true);

/// Layers that have routed experts.
int expertLayers(const ModelBytes &model);

/// The tensors that lie on the card.
std::vector<std::span<const std::byte>> cardStretches(const GgufFile &file, const ModelBytes &model, const CardShare &share);

/// Tokens/s when weights are read with these bytes a second; 0 when a speed that is needed is not known (0).
double splitDecodeRate(const ModelBytes &model, const CardShare &share, double cardSpeed, double hostSpeed);

} // namespace conclave::engine
