#include "ui/chart/overlay_painter.h"

#include <QImageReader>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace conclave::ui
{

namespace
{

constexpr qreal kHalo = 2.4;          // pens: a light edge that parts the line from what it lies on
constexpr int kHaloAlpha = 210;       // of 255
constexpr qreal kCross = 4;           // pens
constexpr qreal kPlainWidth = 900;    // of a picture, for which a pen is as on the screen
constexpr qreal kSmallResidual = 1.5; // pens: less is not worth a line

QColor inkOf(const OverlayLook &look, int series)
{
    return look.inks[std::max(0, series) % look.inks.size()];
}

void stroke(QPainter &painter, const QPainterPath &path, const QColor &ink, const OverlayLook &look, Qt::PenStyle style = Qt::SolidLine)
{
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(255, 255, 255, kHaloAlpha), look.pen * kHalo, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(path);
    painter.setPen(QPen(ink, look.pen, style, Qt::FlatCap, Qt::RoundJoin));
    painter.drawPath(path);
}

QPainterPath barOf(const app::Replot &plot, const app::PlottedCell &cell, qreal scaling)
{
    const QPointF half = plot.horizontal ? QPointF(0, plot.barWidth / 2) : QPointF(plot.barWidth / 2, 0);
    QPainterPath path;
    path.addRect(QRectF((cell.base - half) * scaling, (cell.belongs + half) * scaling).normalized());
    return path;
}

QPainterPath crossAt(QPointF at, qreal size)
{
    QPainterPath path;
    path.moveTo(at - QPointF(size, size));
    path.lineTo(at + QPointF(size, size));
    path.moveTo(at + QPointF(-size, size));
    path.lineTo(at + QPointF(size, -size));
    return path;
}

QPainterPath lineOf(const app::Replot &plot, int series, qreal scaling)
{
    QPainterPath path;
    for (const app::PlottedCell &cell : plot.cells) {
        if (cell.series != series) {
            continue;
        }
        if (path.elementCount() == 0) {
            path.moveTo(cell.belongs * scaling);
        } else {
            path.lineTo(cell.belongs * scaling);
        }
    }
    return path;
}

/// From the mark that was seen to where its value belongs.
void paintResidual(QPainter &painter, const app::Replot &plot, const app::PlottedCell &cell, const OverlayLook &look)
{
    if (!cell.seen || *cell.residual * look.scaling < kSmallResidual * look.pen) {
        return;
    }
    const QPointF seen = *cell.seen * look.scaling;
    const QPointF belongs = cell.belongs * look.scaling;
    QPainterPath path(seen);
    path.lineTo(plot.horizontal ? QPointF(belongs.x(), seen.y()) : QPointF(seen.x(), belongs.y()));
    stroke(painter, path, inkOf(look, cell.series), look, Qt::DotLine);
}

} // namespace

void paintOverlay(QPainter &painter, const app::Replot &plot, const OverlayLook &look)
{
    painter.setRenderHint(QPainter::Antialiasing);
    int series = 0;
    for (const app::PlottedCell &cell : plot.cells) {
        series = std::max(series, cell.series + 1);
        if (plot.shape == app::PlotShape::kBars) {
            stroke(painter, barOf(plot, cell, look.scaling), inkOf(look, cell.series), look);
        }
    }
    for (int i = 0; plot.shape == app::PlotShape::kLine && i < series; ++i) {
        stroke(painter, lineOf(plot, i, look.scaling), inkOf(look, i), look);
    }
    for (const app::PlottedCell &cell : plot.cells) {
        if (plot.shape != app::PlotShape::kBars) {
            stroke(painter, crossAt(cell.belongs * look.scaling, kCross * look.pen), inkOf(look, cell.series), look);
        }
        paintResidual(painter, plot, cell, look);
    }
}

QImage pictureWithOverlay(const QString &file, const app::Replot &plot, const QVector<QColor> &inks)
{
    QImageReader reader(file);
    reader.setAutoTransform(true);
    QImage picture = reader.read();
    if (picture.isNull()) {
        return {};
    }
    picture = picture.convertToFormat(QImage::Format_ARGB32_Premultiplied);
    QPainter painter(&picture);
    paintOverlay(painter, plot, {1, OverlayLook().pen * std::max(1.0, picture.width() / kPlainWidth), inks});
    return picture;
}

} // namespace conclave::ui
