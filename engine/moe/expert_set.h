#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace conclave::engine
{

/// Some experts of each layer. A value.
class ExpertSet
{
public:
    void add(int layer, std::int32_t expert)
    {
        const auto index = static_cast<std::size_t>(layer);
        if (m_layers.size() <= index)
            m_layers.resize(index + 1);
        std::vector<std::int32_t> &all = m_layers[index];
        const auto at = std::lower_bound(all.begin(), all.end(), expert);
        if (at == all.end() || *at != expert)
            all.insert(at, expert);
    }

    bool has(int layer, std::int32_t expert) const
    {
        const auto all = of(layer);
        return std::binary_search(all.begin(), all.end(), expert);
    }

    /// Those of a layer, ascending.
    std::span<const std::int32_t> of(int layer) const
    {
        const auto index = static_cast<std::size_t>(layer);
        return layer >= 0 && index < m_layers.size() ? std::span<const std::int32_t>(m_layers[index]) : std::span<const std::int32_t>();
    }

    /// Of all layers.
    int count() const
    {
        std::size_t all = 0;
        for (const auto &layer : m_layers)
            all += layer.size();
        return static_cast<int>(all);
    }

    bool empty() const { return count() == 0; }

private:
    std::vector<std::vector<std::int32_t>> m_layers;
};

} // namespace conclave::engine
