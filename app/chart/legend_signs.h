#pragma once

#include "app/chart/picture_colours.h"

#include <QPointF>
#include <QRect>
#include <QVector>

/// What in a picture may be a sign of a legend.
namespace conclave::app
{

inline constexpr double kSameColour = 42; ///< of pixels of one sign: noise, compression

/// The sign in front of a name.
struct Swatch
{
    QRect box; ///< in pixels of the picture
    Colour colour{};

    QPointF middle() const { return QRectF(box).center(); }
};

/// What a chart stands on: the colour that covers most of the picture first, and greys that cover much of it.
QVector<Colour> groundsOf(const engine::Image &picture);

/// Whether a sign has the colour of letters: grey, or hardly more than that for all that it differs from the ground.
bool isGrey(const Swatch &sign, const Colour &ground);

/// The parts of a picture that have one colour and the size of a sign; touching ones are one. `step`: as findLegend's. Signs of legends
/// with a ground or an outline of their own are among them. Looks at every pixel once, as does inkedSigns.
QVector<Swatch> evenSigns(const engine::Image &picture, const QVector<Colour> &grounds, double step);

/// What stands free on a ground and has the size of a sign: a line however thin, with a symbol on it or not, whole or in dashes.
QVector<Swatch> inkedSigns(const engine::Image &picture, const QVector<Colour> &grounds, double step);

} // namespace conclave::app
