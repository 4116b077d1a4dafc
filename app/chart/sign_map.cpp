#include "app/chart/sign_map.h"

#include <algorithm>

namespace conclave::app
{
namespace
{

constexpr double kPartColour = 60; // of pixels of what has a sign's colour: noise, compression

/// The nearest colour of a sign, if that is nearer than the ground's.
int signOf(const Colour &colour, const Legend &legend)
{
    int best = -1;
    double least = std::min(kPartColour, colourDistance(colour, legend.ground));
    for (int sign = 0; sign < legend.signs.size(); ++sign) {
        const double distance = colourDistance(colour, legend.signs[sign].colour);
        if (distance < least) {
            least = distance;
            best = sign;
        }
    }
    return best;
}

} // namespace

SignMap::SignMap(const engine::Image &picture, const Legend &legend, bool sideways, int low, int high)
    : m_low(low), m_high(high), m_breadth(sideways ? picture.height : picture.width)
{
    m_map.reserve(std::size_t(m_breadth) * std::size_t(high - low + 1));
    for (int across = 0; across < m_breadth; ++across) {
        for (int along = low; along <= high; ++along) {
            const int sign = signOf(pixelOf(picture, sideways, along, across), legend);
            const QPoint at = sideways ? QPoint(along, across) : QPoint(across, along);
            const bool isSign = sign >= 0 && legend.signs[sign].box.adjusted(-2, -2, 2, 2).contains(at);
            m_map.push_back(std::int8_t(isSign ? -1 : sign));
        }
    }
}

} // namespace conclave::app
