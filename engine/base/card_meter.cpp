#include "engine/base/card_meter.h"

#include "kernels/plugin/shared_library.h"

#include <string>
#include <vector>

namespace conclave::engine
{
namespace
{

#ifdef _WIN32
constexpr auto kDriversLibrary = "nvml.dll";
#else
constexpr auto kDriversLibrary = "libnvidia-ml.so.1";
#endif

} // namespace

/// The few functions of nvml.h that are needed; 0 is success, a card is an opaque pointer.
struct CardMeter::Cards
{
    using Plain = int (*)();
    using Count = int (*)(unsigned int *count);
    using ByIndex = int (*)(unsigned int index, void **card);
    using Energy = int (*)(void *card, unsigned long long *millijoules);

    struct Card
    {
        void *handle = nullptr;
        unsigned long long last = 0; ///< millijoules
    };

    /// nullptr: no library, no driver, or no card that counts.
    static std::unique_ptr<Cards> open(const std::filesystem::path &file)
    {
        std::string reason;
        auto cards = std::make_unique<Cards>();
        cards->library = kernels::SharedLibrary::open(file, reason);
        if (!cards->library)
            return nullptr;
        const auto begin = cards->library->function<Plain>("nvmlInit_v2");
        const auto count = cards->library->function<Count>("nvmlDeviceGetCount_v2");
        const auto byIndex = cards->library->function<ByIndex>("nvmlDeviceGetHandleByIndex_v2");
        cards->energy = cards->library->function<Energy>("nvmlDeviceGetTotalEnergyConsumption");
        const auto end = cards->library->function<Plain>("nvmlShutdown");
        if (!begin || !count || !byIndex || !cards->energy || !end || begin() != 0)
            return nullptr;
        cards->end = end;
        unsigned int number = 0;
        if (count(&number) != 0)
            return nullptr;
        for (unsigned int i = 0; i < number; ++i) {
            Card card;
            if (byIndex(i, &card.handle) == 0 && cards->energy(card.handle, &card.last) == 0)
                cards->list.push_back(card);
        }
        return cards->list.empty() ? nullptr : std::move(cards);
    }

    ~Cards()
    {
        if (end != nullptr)
            end();
    }

    std::unique_ptr<kernels::SharedLibrary> library;
    Energy energy = nullptr;
    Plain end = nullptr; ///< set once the library was begun with
    std::vector<Card> list;
};

CardMeter::CardMeter(const std::filesystem::path &library)
    : m_cards(Cards::open(library.empty() ? std::filesystem::path(kDriversLibrary) : library))
{
}

CardMeter::~CardMeter() = default;
CardMeter::CardMeter(CardMeter &&) noexcept = default;
CardMeter &CardMeter::operator=(CardMeter &&) noexcept = default;

std::optional<double> CardMeter::joules()
{
    if (!m_cards)
        return std::nullopt;
    double sum = 0;
    for (Cards::Card &card : m_cards->list) {
        unsigned long long now = 0;
        if (m_cards->energy(card.handle, &now) != 0)
            return std::nullopt;
        sum += now >= card.last ? static_cast<double>(now - card.last) * 1e-3 : 0; // the driver was loaded anew: nothing is known
        card.last = now;
    }
    return sum;
}

} // namespace conclave::engine
