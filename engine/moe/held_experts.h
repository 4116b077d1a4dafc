#pragma once

#include "engine/moe/expert_use.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace conclave::engine
{

/// What an ExpertCache of so many slots would hold and find, told from routers' choices alone: it gives up the same experts, reads nothing
/// and guesses nothing.
class HeldExperts
{
public:
    /// `experts` of each layer, 0 for those without; a token gets `chosen` at most. At first those of all layers are held alike.
    HeldExperts(const std::vector<int> &experts, int chosen, int slots);

    void beginPass() { m_use.beginPass(); }
    /// The experts that the tokens of a pass chose in a layer, in any order, -1 for none. Layers come in ascending order.
    void choose(int layer, std::span<const std::int32_t> chosen);

    bool holds(int layer, std::int32_t expert) const
    {
        return m_holds[static_cast<std::size_t>(layer)][static_cast<std::size_t>(expert)] != 0;
    }
    std::size_t room() const { return m_slots.size(); }
    std::uint64_t called() const { return m_called; } ///< experts that layers asked for, each once a pass
    std::uint64_t missed() const { return m_missed; } ///< of these, not held

private:
    struct Expert
    {
        int layer = 0;
        std::int32_t expert = 0;
    };
    using Holds = std::vector<char>;

    void makeRoom(int layer, std::span<const std::int32_t> missing);

    ExpertUse m_use;
    std::vector<Holds> m_holds; ///< [L, E]
    std::vector<Expert> m_slots;
    std::vector<std::int32_t> m_wanted;                  ///< distinct, ascending
    std::vector<std::pair<double, std::size_t>> m_order; ///< slots, the one to be given up first in front
    std::uint64_t m_called = 0;
    std::uint64_t m_missed = 0;
};

} // namespace conclave::engine
