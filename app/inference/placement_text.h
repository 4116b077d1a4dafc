#pragma once

#include "engine/api/placement.h"

#include <QString>

namespace conclave::app
{

/// "26 of 48 layers on the card; experts in memory; expected 31 tokens/s"; of several cards, "26 of 48 layers on cards, 20 on A (17.2 GB),
/// 6 on B (5.1 GB); ...". Empty when no card takes part.
QString placementText(const engine::Placement &placement);

} // namespace conclave::app
