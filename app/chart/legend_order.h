#pragma once

#include "app/chart/legend.h"

#include <QString>

namespace conclave::app
{

/// Whether names stand in the order of a legend's signs, and not in the opposite one, by how much room the words behind the signs take:
/// long names are wide. False where that does not tell. `step` as findLegend's.
bool standInLegendsOrder(const QVector<QString> &names, const engine::Image &picture, const Legend &legend, double step);

} // namespace conclave::app
