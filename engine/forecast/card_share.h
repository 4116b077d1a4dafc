#pragma once

#include "engine/api/forecast.h"
#include "engine/api/types.h"
#include "engine/forecast/placement.h"
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
    std::uint64_t vision = 0;                   ///< what sees, where it is in the same file
    bool tied = false;                          ///< the output matrix is the embedding, which memory has in any case
    std::uint64_t all = 0;                      ///< of the file
    double expertsUsed = 1;                     ///< share of a layer's routed experts that a token uses
    kernels::DType type = kernels::DType::kF32; ///< that most of them have
};

ModelBytes modelBytes(const GgufFile &file, const ModelInfo &info);

/// What there is, and what a model takes beside its weights. Bytes.
struct CardNeeds
{
    std::uint64_t budget = 0;   ///< of the card
    std::uint64_t context = 0;  ///< of all layers
    std::uint64_t work = 0;     ///< activations and logits
    std::uint64_t pictures = 0; ///< projector and working memory of a model that sees
};

/// See Placement.
struct CardShare
{
    int layers = 0;
    int expertLayers = 0;
    bool output = false;
    bool whole = false;
    std::uint64_t bytes = 0;
    bool pictures = false; ///< are read there

    bool empty() const { return layers == 0; }
};

/// As much as fits, of `mostLayers` (-1: all). `mayBeWhole` false: never the whole model as one.
CardShare planCard(const ModelBytes &model, const CardNeeds &needs, int mostLayers, bool mayBeWhole = true);

/// Layers that have routed experts.
int expertLayers(const ModelBytes &model);

/// Layers before this one have their experts, if any, in memory.
int firstExpertLayer(const ModelBytes &model, const CardShare &share);

/// The tensors that lie on the card, those of `projector` among them where pictures are read there; nullptr: the model has none.
std::vector<std::span<const std::byte>> cardStretches(const GgufFile &file, const ModelBytes &model, const CardShare &share,
                                                      const GgufFile *projector = nullptr);

/// What of this takes no memory of the machine. `projector`: bytes of its file.
OnCard onCard(const ModelBytes &model, const CardShare &share, const CardNeeds &needs, std::uint64_t projector);

/// Bytes a second.
struct SplitSpeeds
{
    double card = 0;
    double host = 0;
    double found = 1;    ///< share of the choices of experts that are not on the card which is found in memory,
    DiskSpeed disk = {}; ///< and what the others come with
};

/// Tokens/s when weights are read with these speeds; 0 when a speed that is needed is not known (0).
double splitDecodeRate(const ModelBytes &model, const CardShare &share, const SplitSpeeds &speeds);

} // namespace conclave::engine
