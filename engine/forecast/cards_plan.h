#pragma once

#include "engine/forecast/card_share.h"

#include <cstdint>
#include <span>
#include <vector>

/// How a model is divided between several cards and the machine's memory.
namespace conclave::engine
{

/// What of a model lies where. The parts are those of cards that have any, the model's end first: neighbouring layers, each layer with its
/// experts on one card or its experts in memory. `share` is all of them together.
struct CardsPlan
{
    CardShare share;
    std::vector<CardPart> parts;
};

/// A card that has room for the whole model gets it alone, the first such card. Else the cards are filled one after the other, from the
/// model's last layer back: with the output matrix and all but the routed experts of as many layers as fit, and when all layers have those,
/// with what reads pictures and with the routed experts of as many of the last layers as all cards together have room for.
/// `budgets`: bytes of each card; that of `needs` is not looked at. Each card in use takes the working memory for itself.
CardsPlan planCards(const ModelBytes &model, CardNeeds needs, std::span<const std::uint64_t> budgets, int mostLayers,
                    bool mayBeWhole = true);

/// The speed that parts at `speeds` (bytes a second, by card) come to together, as a token passes one after the other; 0: one is unknown.
double joinedSpeed(const ModelBytes &model, const CardsPlan &plan, std::span<const double> speeds);

} // namespace conclave::engine
