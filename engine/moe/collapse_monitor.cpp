#include "engine/moe/collapse_monitor.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace conclave::engine
{
void LayerMonitor::Mean::add(double value)
{
    m_count += 1;
    m_value += (value - m_value) / m_count;
}

void LayerMonitor::note(std::span<const std::int32_t> experts, int expertCount, float margin)
{
    const auto count = static_cast<std::size_t>(expertCount);
    if (m_window.size() != count) {
        m_window.assign(count, 0);
        m_history.assign(count * kWindow, 0);
    }
    std::uint16_t *block = m_history.data() + static_cast<std::size_t>(m_blocks % kWindow) * count;
    for (const std::int32_t expert : experts) {
        if (expert >= 0 && expert < expertCount) {
            ++m_window[static_cast<std::size_t>(expert)];
            ++block[expert];
        }
    }
    if (std::isfinite(margin)) {
        m_blockMargin += static_cast<double>(margin);
        ++m_blockMargins;
    }
    if (++m_blockTokens == kBlock)
        endBlock();
}

int LayerMonitor::learnt() const
{
    return static_cast<int>(std::min<std::int64_t>(kCalibration, m_blocks * kBlock + m_blockTokens));
}

void LayerMonitor::endBlock()
{
    const double mean = m_blockMargins > 0 ? m_blockMargin / m_blockMargins : m_usualMargin.value();
    m_margins[m_blocks % kWindow] = mean;
    const bool learning = !calibrated();
    ++m_blocks;
    m_blockMargin = 0;
    m_blockMargins = m_blockTokens = 0;
    if (learning)
        m_usualMargin.add(mean);
    if (m_blocks >= kWindow) {
        measureWindow();
        if (learning)
            m_usualUtilisation.add(m_utilisation);
        else
            judge();
    }
    // The oldest block makes room.
    const std::size_t count = m_window.size();
    std::uint16_t *oldest = m_history.data() + static_cast<std::size_t>(m_blocks % kWindow) * count;
    for (std::size_t e = 0; e < count; ++e) {
        m_window[e] -= oldest[e];
        oldest[e] = 0;
    }
}

void LayerMonitor::measureWindow()
{
    m_margin = std::accumulate(std::begin(m_margins), std::end(m_margins), 0.0) / kWindow;
    const double total = std::accumulate(m_window.begin(), m_window.end(), 0.0);
    double entropy = 0;
    for (const std::uint32_t load : m_window) {
        if (load > 0)
            entropy -= load / total * std::log(load / total);
    }
    m_utilisation = m_window.size() > 1 && total > 0 ? entropy / std::log(static_cast<double>(m_window.size())) : 1;
}

void LayerMonitor::judge()
{
    const double usual = m_usualMargin.value();
    const double drop = 1 - m_utilisation / std::max(m_usualUtilisation.value(), std::numeric_limits<double>::min());
    const auto within = [&](double factor, double mostDrop) {
        const bool margin = usual <= 0 || (m_margin * factor > usual && m_margin < usual * factor);
        return margin && drop < mostDrop;
    };
    m_outside = within(kFactor, kDrop) ? 0 : m_outside + 1;
    m_inside = within(kCalmFactor, kCalmDrop) ? m_inside + 1 : 0;
    if (m_warning ? m_inside >= 2 : m_outside >= 2)
        m_warning = !m_warning;
}

void CollapseMonitor::note(int layer, int expertCount, std::span<const std::int32_t> experts, int k, std::span<const float> margins)
{
    const auto index = static_cast<std::size_t>(layer);
    const auto places = static_cast<std::size_t>(k);
    if (m_layers.size() <= index)
        m_layers.resize(index + 1);
    for (std::size_t t = 0; t * places + places <= experts.size(); ++t)
        m_layers[index].note(experts.subspan(t * places, places), expertCount, t < margins.size() ? margins[t] : INFINITY);
}

int CollapseMonitor::learnt() const
{
    int least = -1;
    for (const LayerMonitor &layer : m_layers) {
        if (layer.learnt() > 0)
            least = least < 0 ? layer.learnt() : std::min(least, layer.learnt());
    }
    return std::max(0, least);
}

std::vector<ExpertWarning> CollapseMonitor::warnings() const
{
    std::vector<ExpertWarning> out;
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        const LayerMonitor &layer = m_layers[i];
        if (layer.warning())
            out.push_back({static_cast<int>(i), layer.margin(), layer.usualMargin(), layer.utilisation(), layer.usualUtilisation()});
    }
    return out;
}

} // namespace conclave::engine
