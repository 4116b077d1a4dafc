#include "ui/chart/overlay_painter.h"

#include <QImageReader>
#include <QLineF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace conclave::ui
{

namespace
{

constexpr qreal kHalo = 2.4;          // pens: a light edge that parts the line from what it lies on
constexpr int kHaloAlpha = 210;       // of 255
constexpr qreal kCross = 4;           // pens
constexpr qreal kPlainWidth = 900;    // of a picture, for which a pen is as on the screen
constexpr qreal kSmallResidual = 1.5; // pens: less is not worth a line
constexpr qreal kRingHalf = 0.3;      // of a donut's radius, on both sides of it: how wide its ring is, nobody told
constexpr qreal kDot = 0.36;          // of a heatmap's cell: radius of the dot of the largest value
constexpr qreal kLeastDot = 0.06;

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

QRectF circleAround(QPointF centre, qreal radius)
{
    return {centre - QPointF(radius, radius), centre + QPointF(radius, radius)};
}

/// Qt counts angles the other way round.
QPainterPath sliceOf(const app::Replot &plot, const app::PlottedCell &cell, qreal scaling)
{
    QPainterPath path(cell.base * scaling);
    path.arcTo(circleAround(cell.base * scaling, plot.radius * scaling), -cell.from, -cell.sweep);
    path.closeSubpath();
    return path;
}

/// Where it begins and ends, and the middle of the ring between.
QPainterPath ringPartOf(const app::Replot &plot, const app::PlottedCell &cell, qreal scaling)
{
    const QPointF centre = cell.base * scaling;
    const qreal radius = plot.radius * scaling;
    QPainterPath path;
    for (const double degrees : {cell.from, cell.from + cell.sweep}) {
        const QPointF outwards = QLineF::fromPolar(radius, -degrees).p2();
        path.moveTo(centre + outwards * (1 - kRingHalf));
        path.lineTo(centre + outwards * (1 + kRingHalf));
    }
    path.arcMoveTo(circleAround(centre, radius), -cell.from);
    path.arcTo(circleAround(centre, radius), -cell.from, -cell.sweep);
    return path;
}

/// The cell, and a dot that is larger the larger its value: to be held against the colours of the picture.
QPainterPath gridCellOf(const app::Replot &plot, const app::PlottedCell &cell, qreal scaling)
{
    const QPointF half = plot.cellSize / 2 * scaling;
    const qreal dot = 2 * std::min(half.x(), half.y()) * (kLeastDot + (kDot - kLeastDot) * std::sqrt(std::clamp(cell.level, 0.0, 1.0)));
    QPainterPath path;
    path.addRect(QRectF(cell.belongs * scaling - half, cell.belongs * scaling + half));
    path.addEllipse(cell.belongs * scaling, dot, dot);
    return path;
}

/// What stands for a cell by itself; empty where a line or a cross does.
QPainterPath shapeOf(const app::Replot &plot, const app::PlottedCell &cell, qreal scaling)
{
    switch (plot.shape) {
    case app::PlotShape::kBars:
        return barOf(plot, cell, scaling);
    case app::PlotShape::kSlices:
        return sliceOf(plot, cell, scaling);
    case app::PlotShape::kRing:
        return ringPartOf(plot, cell, scaling);
    case app::PlotShape::kCells:
        return gridCellOf(plot, cell, scaling);
    default:
        return {};
    }
}

bool isRound(const app::Replot &plot)
{
    return plot.shape == app::PlotShape::kSlices || plot.shape == app::PlotShape::kRing;
}

/// Slices are told apart by their rows.
int inkNumber(const app::Replot &plot, const app::PlottedCell &cell)
{
    return isRound(plot) ? cell.row : cell.series;
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
    if (isRound(plot) || plot.shape == app::PlotShape::kCells) {
        path.lineTo(belongs);
    } else {
        path.lineTo(plot.horizontal ? QPointF(belongs.x(), seen.y()) : QPointF(seen.x(), belongs.y()));
    }
    stroke(painter, path, inkOf(look, inkNumber(plot, cell)), look, Qt::DotLine);
}

} // namespace

void paintOverlay(QPainter &painter, const app::Replot &plot, const OverlayLook &look)
{
    painter.setRenderHint(QPainter::Antialiasing);
    int series = 0;
    for (const app::PlottedCell &cell : plot.cells) {
        series = std::max(series, cell.series + 1);
        if (const QPainterPath shape = shapeOf(plot, cell, look.scaling); !shape.isEmpty()) {
            stroke(painter, shape, inkOf(look, inkNumber(plot, cell)), look);
        }
    }
    for (int i = 0; plot.shape == app::PlotShape::kLine && i < series; ++i) {
        stroke(painter, lineOf(plot, i, look.scaling), inkOf(look, i), look);
    }
    for (const app::PlottedCell &cell : plot.cells) {
        if (plot.shape != app::PlotShape::kBars && plot.shape != app::PlotShape::kCells) {
            stroke(painter, crossAt(cell.belongs * look.scaling, kCross * look.pen), inkOf(look, inkNumber(plot, cell)), look);
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
