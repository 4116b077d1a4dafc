#include "engine/vision/text_lines.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace conclave::engine
{
namespace
{

constexpr double kWordGap = 0.8;     ///< of the height between words of a label
constexpr double kTickStretch = 1.5; ///< length over breadth of a tick of an axis
constexpr double kBefore = 0.4;      ///< of the height above a label's upper end, where it may begin

} // namespace

TextLines::TextLines(const InkMask &mask, double angle, double height)
    : m_mask(mask), m_angle(angle), m_height(height), m_c(std::cos(angle)), m_s(std::sin(angle)), m_down(m_s > 0 ? 1 : -1)
{
}

TextEnd TextLines::upperEnd(const InkGroup &group) const
{
    const InkSpan along = spanOf(group, m_mask.width, m_angle), across = spanOf(group, m_mask.width, m_angle + std::numbers::pi / 2);
    const double u = m_s > 0 ? along.low : along.high, v = (across.low + across.high) / 2;
    return {u * m_c - v * m_s, u * m_s + v * m_c};
}

/// Pixels of ink across the text, `down` pixels along it from its upper end.
int TextLines::inkAt(const TextEnd &end, double down) const
{
    const double x = end.x + m_down * down * m_c, y = end.y + m_down * down * m_s;
    const int half = static_cast<int>(m_height / 2) + 1;
    int ink = 0;
    for (int v = -half; v <= half; ++v) {
        const double px = x - v * m_s, py = y + v * m_c;
        const bool inside = px >= 0 && py >= 0 && px < m_mask.width && py < m_mask.height;
        ink += inside && m_mask.at(static_cast<int>(px), static_cast<int>(py)) ? 1 : 0;
    }
    return ink;
}

TextRun TextLines::run(const TextEnd &end) const
{
    double first = -1, last = -1;
    const double most = m_mask.width + m_mask.height;
    for (double down = behindTick(end); down < (last < 0 ? m_height : std::min(most, last + kWordGap * m_height)); ++down) {
        if (inkAt(end, down) > 0) {
            first = last < 0 ? down : first;
            last = down;
        }
    }
    const double middle = m_down * (first + last) / 2;
    return {end.x + middle * m_c, end.y + middle * m_s, last < 0 ? 0 : last - first + 1};
}

int TextLines::inkAlong(const TextEnd &end, double length) const
{
    int ink = 0;
    for (double down = 0; down < length; ++down)
        ink += inkAt(end, down);
    return ink;
}

/// Where a label may begin: behind a stroke towards the axis that is longer than a dot, and as narrow.
double TextLines::behindTick(const TextEnd &end) const
{
    const double begin = -kBefore * m_height;
    double down = begin;
    while (down < m_height && inkAt(end, down) == 0)
        ++down;
    const double first = down;
    int widest = 0;
    for (int ink = inkAt(end, down); ink > 0 && down < m_height; ink = inkAt(end, ++down))
        widest = std::max(widest, ink);
    return down - first > kTickStretch * widest && inkAt(end, down) == 0 ? down : begin;
}

} // namespace conclave::engine
