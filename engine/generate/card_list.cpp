#include "engine/generate/card_list.h"

#include "kernels/plugin/plugin_loader.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace conclave::engine
{
namespace
{

/// Of a card's free memory this share is left to its driver and to other programs.
constexpr std::uint64_t kSpareShare = 16;

/// "vulkan:1,0" in its parts.
struct CardWish
{
    std::string plugin;
    std::vector<std::size_t> places = {}; ///< none: all
};

std::optional<CardWish> readWish(std::string_view text)
{
    const std::size_t colon = text.find(':');
    CardWish wish{std::string(text.substr(0, colon))};
    if (colon == std::string_view::npos)
        return wish;
    const char *at = text.data() + colon + 1;
    const char *const end = text.data() + text.size();
    while (true) {
        std::size_t place = 0;
        const auto read = std::from_chars(at, end, place);
        if (read.ec != std::errc())
            return std::nullopt;
        wish.places.push_back(place);
        if (read.ptr == end)
            return wish;
        if (*read.ptr != ',')
            return std::nullopt;
        at = read.ptr + 1;
    }
}

/// Cards of different kinds do not share a model: the slower ones would only hold it up.
enum CardKind
{
    kOwnMemory,
    kIntegrated,
    kImitated,
};

CardKind kindOf(const kernels::PluginDevice &device)
{
    return device.software != 0 ? kImitated : device.integrated != 0 ? kIntegrated : kOwnMemory;
}

} // namespace

CardList::CardList(const EngineOptions &options)
{
    const auto wish = readWish(options.device);
    if (!wish) {
        m_why = "cards are named by their places in the list, as in \"vulkan:0,1\"";
        return;
    }
    const std::u8string folder = options.cardCache.u8string();
    kernels::PluginOptions wanted;
    wanted.mostBytes = options.cardBytes;
    wanted.cacheFolder = folder.empty() ? nullptr : reinterpret_cast<const char *>(folder.c_str());
    m_loader = std::make_unique<kernels::PluginLoader>(options.plugins, wanted, std::vector<std::string>{"conclave_" + wish->plugin});
    const kernels::PluginReport &report = m_loader->reports().front();
    if (report.devices.empty())
        m_why = report.state == kernels::PluginState::kAbsent ? "its plugin is not installed" : report.reason;
    else
        list(report.devices, wish->places, options);
}

CardList::~CardList() = default;

void CardList::list(const std::vector<kernels::PluginDevice> &found, std::vector<std::size_t> wanted, const EngineOptions &options)
{
    const bool named = !wanted.empty();
    for (std::size_t i = 0; !named && i < found.size(); ++i)
        wanted.push_back(i);
    CardKind best = kImitated;
    for (const std::size_t place : wanted) {
        if (place >= found.size()) {
            m_why = "it has no card " + std::to_string(place) + ", the first being 0 and the last " + std::to_string(found.size() - 1);
            return;
        }
        best = std::min(best, kindOf(found[place]));
    }
    for (const std::size_t place : wanted) {
        const kernels::PluginDevice &device = found[place];
        const bool again = std::find(m_places.begin(), m_places.end(), place) != m_places.end();
        const bool fits = kindOf(device) == best || (named && device.software == 0);
        if (again || !fits)
            continue;
        const std::uint64_t free = device.freeBytes > 0 ? device.freeBytes : device.memoryBytes;
        const std::uint64_t budget = free - free / kSpareShare;
        m_cards.push_back({device.name, options.cardBytes > 0 ? std::min(budget, options.cardBytes) : budget});
        m_places.push_back(place);
    }
}

std::unique_ptr<kernels::Device> CardList::open(std::size_t card, std::string &why) const
{
    return m_loader->createDevice(0, m_places[card], why);
}

} // namespace conclave::engine
