#include "engine/moe/held_experts.h"

#include <algorithm>

namespace conclave::engine
{

HeldExperts::HeldExperts(const std::vector<int> &experts, int chosen, int slots) : m_use(experts, chosen)
{
    for (const int count : experts)
        m_holds.emplace_back(static_cast<std::size_t>(std::max(count, 0)));
    const int most = experts.empty() ? 0 : *std::max_element(experts.begin(), experts.end());
    for (std::int32_t expert = 0; expert < most; ++expert) {
        for (std::size_t layer = 0; layer < experts.size(); ++layer) {
            if (expert >= experts[layer] || static_cast<int>(m_slots.size()) >= slots)
                continue;
            m_slots.push_back({static_cast<int>(layer), expert});
            m_holds[layer][static_cast<std::size_t>(expert)] = 1;
        }
    }
}

/// Missing ones take their places in the order in which they were chosen, as in the cache: places decide where waits are equal.
void HeldExperts::choose(int layer, std::span<const std::int32_t> chosen)
{
    m_wanted.clear();
    std::vector<std::int32_t> missing;
    for (const std::int32_t expert : chosen) {
        const auto at = std::lower_bound(m_wanted.begin(), m_wanted.end(), expert);
        if (expert < 0 || (at != m_wanted.end() && *at == expert))
            continue;
        m_wanted.insert(at, expert);
        m_use.note(layer, expert);
        if (m_holds[static_cast<std::size_t>(layer)][static_cast<std::size_t>(expert)] == 0)
            missing.push_back(expert);
    }
    m_called += m_wanted.size();
    m_missed += missing.size();
    if (!missing.empty())
        makeRoom(layer, missing);
}

/// The experts whose next use is furthest go; none of those wanted now. Where all wanted take more than there is, the rest is not kept.
void HeldExperts::makeRoom(int layer, std::span<const std::int32_t> missing)
{
    m_order.clear();
    for (std::size_t i = 0; i < m_slots.size(); ++i) {
        const Expert &one = m_slots[i];
        if (one.layer != layer || !std::binary_search(m_wanted.begin(), m_wanted.end(), one.expert))
            m_order.emplace_back(-m_use.wait(one.layer, one.expert, layer), i);
    }
    const std::size_t count = std::min(missing.size(), m_order.size());
    std::partial_sort(m_order.begin(), m_order.begin() + static_cast<std::ptrdiff_t>(count), m_order.end());
    for (std::size_t i = 0; i < count; ++i) {
        Expert &slot = m_slots[m_order[i].second];
        m_holds[static_cast<std::size_t>(slot.layer)][static_cast<std::size_t>(slot.expert)] = 0;
        slot = {layer, missing[i]};
        m_holds[static_cast<std::size_t>(layer)][static_cast<std::size_t>(missing[i])] = 1;
    }
}

} // namespace conclave::engine
