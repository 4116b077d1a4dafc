#pragma once

#include <QString>

/// What computes, as the user chose it; kept with the program's settings. It counts from the next model on that is loaded.
namespace conclave::app
{

struct ComputeChoice
{
    QString device;      ///< "cpu", "cuda" or "vulkan"
    int cardLayers = -1; ///< see engine::EngineOptions
    QString cards = {};  ///< "1,0": these cards of the driver's list; empty: as many as are needed

    bool operator==(const ComputeChoice &) const = default;
};

inline constexpr int kMostCardLayers = 9999;

/// EngineOptions::device: what computes, with the cards that were named.
QString deviceOf(const ComputeChoice &choice);
/// Whether cards can be named so: numbers with commas between them.
bool namesCards(const QString &cards);

/// Of the settings in `folder`. What cannot be is left out: then the processor computes, with as many layers on a card as fit.
ComputeChoice computeChoice(const QString &folder);
void setComputeChoice(const QString &folder, const ComputeChoice &choice);

} // namespace conclave::app
