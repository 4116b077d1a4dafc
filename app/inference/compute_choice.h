#pragma once

#include <QString>

/// What computes, as the user chose it; kept with the program's settings. It counts from the next model on that is loaded.
namespace conclave::app
{

struct ComputeChoice
{
    QString device;      ///< "cpu", "cuda" or "vulkan"
    int cardLayers = -1; ///< see engine::EngineOptions

    bool operator==(const ComputeChoice &) const = default;
};

inline constexpr int kMostCardLayers = 9999;

/// Of the settings in `folder`. What cannot be is left out: then the processor computes, with as many layers on a card as fit.
ComputeChoice computeChoice(const QString &folder);
void setComputeChoice(const QString &folder, const ComputeChoice &choice);

} // namespace conclave::app
