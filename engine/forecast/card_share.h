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
    int width = 0;                              ///< of the stream
    int experts = 0;                            ///< routed ones of each layer that has any
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
    std::uint64_t divided = 0;  ///< working memory where the card has single experts
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

/// Of the model's layers, when at most so many are wanted on cards (-1: all).
int wantedLayers(const ModelBytes &model, int mostLayers);

/// As much as fits, of `mostLayers` (-1: all). `mayBeWhole` false: never the whole model as one.
CardShare planCard(const ModelBytes &model, const CardNeeds &needs, int mostLayers, bool mayBeWhole = true);

/// Layers that have routed experts.
int expertLayers(const ModelBytes &model);

/// Layers before this one have their experts, if any, in memory.
int firstExpertLayer(const ModelBytes &model, const CardShare &share);

/// What of a model lies on one card, which may be one of several: neighbouring layers.
struct CardPart
{
    int card = 0;        ///< of several
    int begin = 0;       ///< the first layer, and
    int end = 0;         ///< the one behind the last
    int expertsFrom = 0; ///< from this one on they have their experts there, if any
    bool output = false;
    bool pictures = false;
    std::uint64_t bytes = 0; ///< with working memory and context
};

/// All of `share`, on one card.
CardPart onlyPart(const ModelBytes &model, const CardShare &share);
/// Layers of the part that have routed experts there.
int expertLayers(const ModelBytes &model, const CardPart &part);

/// The tensors that lie on a card, those of `projector` among them where pictures are read there; nullptr: the model has none.
std::vector<std::span<const std::byte>> cardStretches(const GgufFile &file, const CardPart &part, const GgufFile *projector = nullptr);
/// The tensors that lie on the card, those of `projector` among them where pictures are read there; nullptr: the model has none.
std::vector<std::span<const std::byte>> cardStretches(const GgufFile &file, const ModelBytes &model, const CardShare &share,
                                                      const GgufFile *projector = nullptr);

/// What of this takes no memory of the machine, single experts apart. `projector`: bytes of its file.
OnCard onCard(const ModelBytes &model, const CardShare &share, const CardNeeds &needs, std::uint64_t projector);

/// Bytes a second.
struct SplitSpeeds
{
    double card = 0;
    double host = 0;
    double found = 1;    ///< share of the choices of experts that are not on the card which is found in memory,
    DiskSpeed disk = {}; ///< and what the others come with
};

/// Tokens/s when weights are read with these speeds; 0 when a speed that is needed is not known (0). `onCard` [L]: share of each layer's
/// choices that the card computes, while the host does the others; empty: all of the layers whose experts are there whole.
double splitDecodeRate(const ModelBytes &model, const CardShare &share, const SplitSpeeds &speeds, std::span<const double> onCard = {});

} // namespace conclave::engine
