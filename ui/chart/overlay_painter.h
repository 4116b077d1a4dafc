#pragma once

#include "app/chart/replot.h"

#include <QColor>
#include <QImage>
#include <QVector>

class QPainter;

/// Draws the table of a chart over the picture that it was read from.
namespace conclave::ui
{

struct OverlayLook
{
    qreal scaling = 1; ///< pixels of the painter for one of the picture
    qreal pen = 1.6;
    QVector<QColor> inks; ///< of the series, by turns; not empty
};

void paintOverlay(QPainter &painter, const app::Replot &plot, const OverlayLook &look);

/// The picture in `file` with the table over it; null where it cannot be read.
QImage pictureWithOverlay(const QString &file, const app::Replot &plot, const QVector<QColor> &inks);

} // namespace conclave::ui
