#pragma once

#include "app/chart/legend.h"

#include <cstdint>
#include <vector>

namespace conclave::app
{

/// Which sign of a legend the pixels of a picture have the colour of, in a band across it. Places are in pixels along an axis of values
/// and across it. Looks at every pixel of the band once.
class SignMap
{
public:
    /// From `low` to `high` along, both within the picture; `sideways`: values lie along x.
    SignMap(const engine::Image &picture, const Legend &legend, bool sideways, int low, int high);

    int low() const { return m_low; }
    int high() const { return m_high; }
    int breadth() const { return m_breadth; } ///< of the picture
    /// -1: none. The legend's own pixels are none.
    int at(int along, int across) const
    {
        return m_map[std::size_t(across) * std::size_t(m_high - m_low + 1) + std::size_t(along - m_low)];
    }

private:
    int m_low;
    int m_high;
    int m_breadth;
    std::vector<std::int8_t> m_map;
};

} // namespace conclave::app
