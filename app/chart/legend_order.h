#pragma once

#include "app/chart/legend.h"

#include <QString>

namespace conclave::app
{

/// The legend with its signs down the columns instead of along the lines, as some programs list names; the same where it has one column or
/// line.
Legend byColumns(const Legend &legend, double step);

/// Whether names stand in the order of a legend's signs, and not in the opposite one, by how much room the words behind the signs take:
/// long names are wide. False where that does not tell. `step` as findLegend's.
bool standInLegendsOrder(const QVector<QString> &names, const engine::Image &picture, const Legend &legend, double step);

/// Whether names stand in the opposite order beyond doubt: they fit it well, and the legend's not at all.
bool standInTurnedOrder(const QVector<QString> &names, const engine::Image &picture, const Legend &legend, double step);

/// How much better names fit the room of the words of one legend than of another with the same signs in another order: above 1 where they
/// do. 1 where there is no telling.
double betterOrder(const QVector<QString> &names, const engine::Image &picture, const Legend &one, const Legend &other, double step);

} // namespace conclave::app
