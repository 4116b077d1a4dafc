#pragma once

#include <cstdint>
#include <string>

namespace conclave::engine
{

/// What of a model lies on a card and what in the machine's memory. The card has the model's end: layers are counted from the last one
/// back. What every token needs goes there first: the output matrix, then attention, context, dense parts and shared experts of as many
/// layers as fit; when all layers have those, what reads pictures, and then routed experts.
struct Placement
{
    std::string card;             ///< its name; empty: the processor computes all of it
    std::string note;             ///< why it is not as it was asked for, in a sentence; empty: it is
    int layers = 0;               ///< of the model
    int expertLayers = 0;         ///< of these, with routed experts
    int cardLayers = 0;           ///< the last so many lie on the card, apart from their routed experts
    int cardExpertLayers = 0;     ///< the last so many of expertLayers have these there too
    bool outputOnCard = false;    ///< the output matrix
    bool picturesOnCard = false;  ///< of a model that sees, what does
    bool whole = false;           ///< nothing at all is left to the processor
    bool streams = false;         ///< memory is too small for the experts that are not on the card: they come from disk when chosen
    double expertsHeld = 1;       ///< share of these that there is memory for
    std::uint64_t cardBytes = 0;  ///< that this takes there, with a full context and working memory
    std::uint64_t cardBudget = 0; ///< that the card has for it
    double decodeRate = 0;        ///< tokens/s to expect at the start of a context, by measured speeds of card and memory; 0: not known
};

} // namespace conclave::engine
