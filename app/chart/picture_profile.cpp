#include "app/chart/picture_profile.h"

#include <algorithm>
#include <cmath>

namespace conclave::app
{
namespace
{

constexpr double kLeastContrast = 45; // of a stroke or an edge with what is beside it
constexpr double kLineContrast = 0.6; // of an edge's: the other side of a line between two parts
constexpr double kWidestLine = 2;     // steps
constexpr double kInStroke = 0.35;    // of the way from the ground to its colour

/// Pixels that are compared on either side of an edge of a thin line.
qsizetype sideOfLine(double step)
{
    return std::clamp<qsizetype>(std::lround(0.5 * step), 1, 3);
}

} // namespace

PictureProfile::PictureProfile(const engine::Image &picture, bool horizontal, double along, double reach, double across, double breadth)
    : m_along(along)
{
    const int longest = (horizontal ? picture.width : picture.height) - 1;
    const int widest = (horizontal ? picture.height : picture.width) - 1;
    m_first = std::max(0, int(std::floor(along - reach)));
    const int last = std::min(longest, int(std::ceil(along + reach)));
    const int left = std::clamp(int(std::floor(across - breadth)), 0, widest);
    const int right = std::clamp(int(std::floor(across + breadth)), left, widest);
    for (int at = m_first; at <= last; ++at) {
        Colour sum{};
        for (int aside = left; aside <= right; ++aside) {
            const Colour colour = pixelOf(picture, horizontal, at, aside);
            for (std::size_t i = 0; i < 3; ++i)
                sum[i] += colour[i];
        }
        for (int &part : sum)
            part /= right - left + 1;
        m_colours.append(sum);
    }
}

Colour PictureProfile::mean(qsizetype from, qsizetype to) const
{
    from = std::clamp<qsizetype>(from, 0, m_colours.size() - 1);
    to = std::clamp<qsizetype>(to, from + 1, m_colours.size());
    Colour sum{};
    for (qsizetype i = from; i < to; ++i) {
        for (std::size_t part = 0; part < 3; ++part)
            sum[part] += m_colours[i][part];
    }
    for (int &part : sum)
        part /= int(to - from);
    return sum;
}

std::optional<Colour> PictureProfile::strokeColour(double step) const
{
    if (m_colours.size() < 5)
        return std::nullopt;
    const Colour before = mean(0, 2), behind = mean(m_colours.size() - 2, m_colours.size());
    std::optional<Colour> best;
    double most = kLeastContrast;
    for (qsizetype i = 0; i < m_colours.size(); ++i) {
        if (std::abs(middleOf(i) - m_along) > 1.5 * step + 0.5)
            continue;
        const double contrast = std::min(colourDistance(m_colours[i], before), colourDistance(m_colours[i], behind));
        if (contrast > most) {
            most = contrast;
            best = m_colours[i];
        }
    }
    return best;
}

std::optional<double> PictureProfile::strokeNear(double along, const Colour &colour) const
{
    if (m_colours.size() < 5)
        return std::nullopt;
    const Colour before = mean(0, 2), behind = mean(m_colours.size() - 2, m_colours.size());
    const double contrast = std::min(colourDistance(colour, before), colourDistance(colour, behind));
    if (contrast < kLeastContrast)
        return std::nullopt;
    std::optional<double> best;
    double sum = 0, moment = 0, most = 0;
    const auto endRun = [&] {
        if (most >= kInStroke && (!best || std::abs(moment / sum - along) < std::abs(*best - along)))
            best = moment / sum;
        sum = moment = most = 0;
    };
    for (qsizetype i = 0; i < m_colours.size(); ++i) {
        const double weight = std::max(0.0, 1 - colourDistance(m_colours[i], colour) / contrast);
        if (weight < 0.1) {
            endRun();
            continue;
        }
        sum += weight;
        moment += weight * middleOf(i);
        most = std::max(most, weight);
    }
    endRun();
    return best;
}

double PictureProfile::contrastAt(qsizetype k, qsizetype side) const
{
    return colourDistance(mean(k - side, k), mean(k, k + side));
}

double PictureProfile::edgeAt(qsizetype k, qsizetype side) const
{
    const Colour before = mean(k - 1 - side, k - 1), behind = mean(k + 1, k + 1 + side);
    const double whole = colourDistance(before, behind);
    double at = double(m_first + k) - 1; // the near side of pixel k - 1
    for (const qsizetype pixel : {k - 1, k})
        at += whole > 0 ? std::clamp(colourDistance(m_colours[pixel], behind) / whole, 0.0, 1.0) : 0.5;
    return at;
}

std::optional<double> PictureProfile::edgeNear(double along, double step, bool lines) const
{
    const auto side = std::clamp<qsizetype>(std::lround(1.2 * step), 2, 6);
    const qsizetype lineSide = sideOfLine(step);
    qsizetype best = 0;
    double most = 0;
    for (qsizetype k = 2; k + 2 <= m_colours.size(); ++k) { // between pixel k - 1 and pixel k
        const double off = (double(m_first + k) - along) / step;
        const double contrast = contrastAt(k, side);
        const double weighed = contrast * std::exp(-0.25 * off * off);
        if (contrast < kLeastContrast || weighed <= most)
            continue;
        most = weighed;
        best = k;
    }
    if (best == 0)
        return std::nullopt;
    const qsizetype other = lines ? otherSideOfLine(best, step) : 0;
    if (other == 0)
        return edgeAt(best, side);
    return 0.5 * (edgeAt(best, lineSide) + edgeAt(other, lineSide));
}

qsizetype PictureProfile::otherSideOfLine(qsizetype edge, double step) const
{
    const qsizetype side = sideOfLine(step);
    const double sharp = contrastAt(edge, side);
    qsizetype other = 0;
    double second = kLineContrast * sharp;
    for (qsizetype k = std::max<qsizetype>(2, edge - qsizetype(kWidestLine * step)); k + 2 <= m_colours.size(); ++k) {
        if (std::abs(k - edge) < 2 || double(std::abs(k - edge)) > kWidestLine * step)
            continue;
        if (const double contrast = contrastAt(k, side); contrast > second) {
            second = contrast;
            other = k;
        }
    }
    return other;
}

} // namespace conclave::app
