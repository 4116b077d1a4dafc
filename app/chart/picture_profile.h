#pragma once

#include "app/chart/picture_colours.h"

#include <QVector>

#include <optional>

namespace conclave::app
{

/// The colours along an axis on either side of a place. Places are in pixels of the picture; the middle of pixel i is i + 0.5.
class PictureProfile
{
public:
    /// From `along` - `reach` to `along` + `reach`, the mean over `across` - `breadth` to `across` + `breadth`. `horizontal`: along x.
    /// Empty where nothing of it lies in the picture.
    PictureProfile(const engine::Image &picture, bool horizontal, double along, double reach, double across, double breadth);

    /// The colour within a step of the middle that differs most from both ends; nothing where none differs much.
    std::optional<Colour> strokeColour(double step) const;
    /// The middle of the stroke of a colour that is nearest to `along`.
    std::optional<double> strokeNear(double along, const Colour &colour) const;
    /// Where one colour ends and another begins, near `along`. With `lines` there may be a line of its own between two parts: then its
    /// middle is where they meet.
    std::optional<double> edgeNear(double along, double step, bool lines) const;

private:
    double middleOf(qsizetype i) const { return m_first + double(i) + 0.5; }
    /// What the `side` pixels before pixel `k` and from it on differ by.
    double contrastAt(qsizetype k, qsizetype side) const;
    /// The place of the edge between the pixels before and behind `k`, which may be blends of both.
    double edgeAt(qsizetype k, qsizetype side) const;
    /// Another edge, so near that both are sides of one line; 0: none.
    qsizetype otherSideOfLine(qsizetype edge, double step) const;
    Colour mean(qsizetype from, qsizetype to) const;

    QVector<Colour> m_colours;
    int m_first = 0; ///< the pixel of the first colour
    double m_along;
};

} // namespace conclave::app
