#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace conclave::engine
{

/// What of a model lies on one of the cards that it is divided among: neighbouring layers.
struct PlacedCard
{
    std::string name;
    int layers = 0;           ///< apart from their routed experts
    int expertLayers = 0;     ///< of these, with their routed experts
    bool output = false;      ///< the output matrix
    bool pictures = false;    ///< of a model that sees, what does
    std::uint64_t bytes = 0;  ///< that this takes there, with a full context and working memory
    std::uint64_t budget = 0; ///< that the card has for it
    double speed = 0;         ///< bytes of weights a second, as measured; 0: not known
};

/// What of a model lies on cards and what in the machine's memory. The cards have the model's end: layers are counted from the last one
/// back, and the first card has the last ones. What every token needs goes there first: the output matrix, then attention, context, dense
/// parts and shared experts of as many layers as fit; when all layers have those, what reads pictures, and then routed experts: of whole
/// layers, and one by one those that were used most in earlier sessions.
struct Placement
{
    std::vector<PlacedCard> cards; ///< that something lies on; none: the processor computes all of it
    std::string note;              ///< why it is not as it was asked for, in a sentence; empty: it is
    int layers = 0;                ///< of the model
    int expertLayers = 0;          ///< of these, with routed experts
    int cardLayers = 0;            ///< the last so many lie on cards, apart from their routed experts
    int cardExpertLayers = 0;      ///< the last so many of expertLayers have these there too
    int cardExperts = 0;           ///< besides, single experts of the other layers
    bool cardExpertsByUse = false; ///< these were used most in earlier sessions; false: nothing is known of them
    double cardChoices = 0;        ///< share of all choices of routed experts that cards compute, as far as it is known
    bool outputOnCard = false;     ///< the output matrix
    bool picturesOnCard = false;   ///< of a model that sees, what does
    bool whole = false;            ///< on one card, and nothing at all is left to the processor
    bool streams = false;          ///< memory is too small for the experts that are not on a card: they come from disk when chosen
    double expertsHeld = 1;        ///< share of these that there is memory for
    double decodeRate = 0;         ///< tokens/s to expect at the start of a context, by measured speeds of cards and memory; 0: not known

    bool onCards() const { return !cards.empty(); }
    /// "NAME", or "NAME + NAME"; empty without cards.
    std::string cardNames() const
    {
        std::string names;
        for (const PlacedCard &card : cards)
            names += (names.empty() ? "" : " + ") + card.name;
        return names;
    }
    std::uint64_t cardBytes() const ///< that it takes on all of them
    {
        std::uint64_t bytes = 0;
        for (const PlacedCard &card : cards)
            bytes += card.bytes;
        return bytes;
    }
};

} // namespace conclave::engine
