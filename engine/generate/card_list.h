#pragma once

#include "engine/api/engine.h"
#include "kernels/core/device.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace conclave::kernels
{
class PluginLoader;
struct PluginDevice;
} // namespace conclave::kernels

namespace conclave::engine
{

/// The cards that a model may lie on, in the order in which they are filled. None is opened before it is asked for.
class CardList
{
public:
    struct Card
    {
        std::string name;
        std::uint64_t budget = 0; ///< bytes that a model may take
    };

    /// Of the plugin that `options` name: all its cards, or those named. Cards that share the processor's memory only where there are no
    /// others or they were named, devices that only imitate a card only where there is no card.
    explicit CardList(const EngineOptions &options);
    ~CardList();

    const std::vector<Card> &cards() const { return m_cards; }
    /// Without cards, why there are none.
    const std::string &why() const { return m_why; }
    /// nullptr, with a sentence in `why`, when the driver refuses. The device may outlive the list.
    std::unique_ptr<kernels::Device> open(std::size_t card, std::string &why) const;

private:
    void list(const std::vector<kernels::PluginDevice> &found, std::vector<std::size_t> wanted, const EngineOptions &options);

    std::unique_ptr<kernels::PluginLoader> m_loader;
    std::vector<Card> m_cards;
    std::vector<std::size_t> m_places; ///< of m_cards in the plugin's list
    std::string m_why;
};

} // namespace conclave::engine
