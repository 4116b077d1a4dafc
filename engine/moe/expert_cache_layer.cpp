#include "engine/moe/expert_cache.h"

#include <algorithm>
#include <chrono>

/// How a layer gets its experts; slots and reads are in expert_cache.cpp.
namespace conclave::engine
{

using kernels::Status;

ExpertCache::Slot &ExpertCache::slotOfWanted(std::size_t index)
{
    return slotOf(m_layers[static_cast<std::size_t>(m_layer)].where[static_cast<std::size_t>(m_wanted[index])]);
}

/// Layers of a pass come in ascending order.
void ExpertCache::begin(int layer, std::span<const std::int32_t> chosen)
{
    letGo();
    if (layer <= m_layer)
        m_use.beginPass();
    m_layer = layer;
    gatherWanted(chosen);
    holdThoseThere();
    const std::size_t all = m_wanted.size();
    const std::size_t there = m_begun;
    m_round = all <= m_slots.size() ? all : std::max<std::size_t>(m_slots.size() / 2, 1);
    m_from = 0;
    m_begun = m_end = fill(there, std::max(there, std::min(all, m_round)), true);
}

void ExpertCache::gatherWanted(std::span<const std::int32_t> chosen)
{
    const std::vector<std::int32_t> &where = m_layers[static_cast<std::size_t>(m_layer)].where;
    m_wanted.clear();
    std::fill(m_marks.begin(), m_marks.end(), 0);
    for (const std::int32_t expert : chosen) {
        if (expert < 0 || m_marks[static_cast<std::size_t>(expert)] != 0)
            continue;
        m_marks[static_cast<std::size_t>(expert)] = 1;
        m_wanted.push_back(expert);
        m_use.note(m_layer, expert);
    }
    const auto there = [&where](std::int32_t expert) { return where[static_cast<std::size_t>(expert)] != kNowhere; };
    const auto missing = std::stable_partition(m_wanted.begin(), m_wanted.end(), there);
    m_begun = static_cast<std::size_t>(missing - m_wanted.begin());
    m_traffic.called += m_wanted.size();
    m_traffic.found += m_begun;
}

/// What was read ahead for this layer and is not wanted is an expert like any other now.
void ExpertCache::holdThoseThere()
{
    for (std::size_t i = 0; i < m_begun; ++i) {
        Slot &slot = slotOfWanted(i);
        slot.held = true;
        if (!slot.ahead)
            continue;
        ++m_traffic.foretold;
        if (slot.guess)
            learn(true);
        slot.ahead = false;
    }
    std::erase_if(m_aheadSlots, [this](std::int32_t index) {
        Slot &slot = slotOf(index);
        if (slot.ahead && slot.layer == m_layer) {
            if (slot.guess)
                learn(false);
            slot.ahead = false;
        }
        return !slot.ahead;
    });
}

void ExpertCache::learn(bool cameTrue)
{
    constexpr double kWeight = 1.0 / 64;
    m_cameTrue += ((cameTrue ? 1.0 : 0.0) - m_cameTrue) * kWeight;
}

/// Slots for the wanted from `from` to `end`, as far as there are any; returns how far.
std::size_t ExpertCache::fill(std::size_t from, std::size_t end, bool forced)
{
    std::size_t at = from;
    for (; at < end; ++at) {
        const std::int32_t slot = slotToUse(forced);
        if (slot == kNowhere)
            break;
        read(slot, m_layer, m_wanted[at]);
        slotOf(slot).held = true;
    }
    m_files->reads().start();
    return at;
}

Status ExpertCache::load(std::span<const std::int32_t> chosen, std::span<std::int32_t> places)
{
    const auto reading = [this] {
        for (std::size_t i = m_from; i < m_end; ++i) {
            if (slotOfWanted(i).reading > 0)
                return true;
        }
        return false;
    };
    if (reading()) {
        const auto start = std::chrono::steady_clock::now();
        while (reading())
            collect(true);
        m_traffic.secondsWaited += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        m_files->dropCache();
    }
    for (std::size_t i = m_from; i < m_end; ++i) {
        if (slotOfWanted(i).error != 0)
            return fail(slotOfWanted(i));
    }
    if (m_end < m_wanted.size()) // the next round's are read while this one's are computed with
        m_begun = fill(m_end, std::min(m_wanted.size(), m_end + m_round), false);
    else
        readAhead();
    std::fill(m_marks.begin(), m_marks.end(), 0);
    for (std::size_t i = m_from; i < m_end; ++i)
        m_marks[static_cast<std::size_t>(m_wanted[i])] = 1;
    const std::vector<std::int32_t> &where = m_layers[static_cast<std::size_t>(m_layer)].where;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        const std::int32_t expert = chosen[i];
        places[i] = expert >= 0 && m_marks[static_cast<std::size_t>(expert)] != 0 ? where[static_cast<std::size_t>(expert)] : -1;
    }
    return Status::success();
}

bool ExpertCache::release()
{
    for (std::size_t i = m_from; i < m_end; ++i)
        slotOfWanted(i).held = false;
    m_from = m_end;
    if (m_from >= m_wanted.size())
        return false;
    if (m_begun == m_end)
        m_begun = fill(m_end, std::min(m_wanted.size(), m_end + m_round), true);
    m_end = m_begun;
    return true;
}

Error ExpertCache::failureOf(int layer, int matrix, int error) const
{
    return m_files->failure(m_layers[static_cast<std::size_t>(layer)].source.matrices[matrix].part, error);
}

Status ExpertCache::fail(const Slot &slot)
{
    m_failure = failureOf(slot.layer, slot.matrix, slot.error);
    letGo();
    return {kernels::StatusCode::kDeviceLost, "expert cache: an expert could not be read"};
}

/// What the layer before has left: an op that failed, or an answer that was stopped.
void ExpertCache::letGo()
{
    for (std::size_t i = m_from; i < m_begun; ++i) {
        const std::int32_t slot = m_layers[static_cast<std::size_t>(m_layer)].where[static_cast<std::size_t>(m_wanted[i])];
        if (slot == kNowhere)
            continue;
        slotOf(slot).held = false;
        if (slotOf(slot).reading == 0 && slotOf(slot).error != 0)
            empty(slot);
    }
    m_wanted.clear();
    m_expected.clear();
    m_from = m_end = m_begun = 0;
}

void ExpertCache::expect(int layer, std::span<const std::int32_t> likely, bool sure)
{
    if (!m_settings.ahead)
        return;
    m_expected.assign(likely.begin(), likely.end());
    m_expectedLayer = layer;
    m_expectedSurely = sure;
}

/// Reads that are under way together end together, whichever was asked for first: those of the layer under way have to be there by now.
void ExpertCache::readAhead()
{
    const int layer = m_expectedLayer;
    const bool sure = m_expectedSurely;
    if (m_expected.empty())
        return;
    const std::vector<std::int32_t> &where = m_layers[static_cast<std::size_t>(layer)].where;
    std::size_t most = m_expected.size();
    if (!sure && m_cameTrue < kWorthGuessing)
        most = m_unworthy++ % kTriedEvery == 0 ? 1 : 0;
    for (const std::int32_t expert : m_expected) {
        if (most == 0)
            break;
        if (expert < 0 || where[static_cast<std::size_t>(expert)] != kNowhere)
            continue;
        const std::int32_t slot = m_reading < m_slots.size() / 2 ? slotToUse(false) : kNowhere;
        if (slot == kNowhere)
            break;
        read(slot, layer, expert);
        slotOf(slot).ahead = true;
        slotOf(slot).guess = !sure;
        --most;
        m_aheadSlots.push_back(slot);
        ++m_traffic.readAhead;
    }
    m_expected.clear();
    m_files->reads().start();
}

} // namespace conclave::engine
