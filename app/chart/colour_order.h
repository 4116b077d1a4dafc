#pragma once

#include "app/chart/legend.h"

/// Which sign of a legend each of as many marks belongs to.
namespace conclave::app
{

/// fits[mark][sign]: how well a mark has the colour of a sign, as a logarithm.
using Fits = QVector<QVector<double>>;
using Order = QVector<int>; ///< the sign of each mark

/// Of the mark at a place.
QVector<double> colourFits(const engine::Image &picture, QPointF place, const Legend &legend, double step);

/// Each mark with the sign of its own number.
Order orderAsRead(qsizetype count);

/// The sum over all marks.
double fitOf(const Fits &fits, const Order &order);

/// The order that fits best, or nearly so: signs change places as long as that is better.
Order bestOrder(const Fits &fits);

} // namespace conclave::app
