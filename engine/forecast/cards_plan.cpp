#include "engine/forecast/cards_plan.h"

#include <algorithm>

namespace conclave::engine
{
namespace
{

/// One way to fill cards; the same cards are filled again when there may be room for more.
class CardFilling
{
public:
    CardFilling(const ModelBytes &model, const CardNeeds &needs, std::span<const std::uint64_t> budgets, int wanted)
        : m_model(model), m_needs(needs), m_budgets(budgets), m_wanted(wanted),
          m_context(needs.context / std::max<std::size_t>(model.layers.size(), 1) + 1), m_first(budgets.size())
    {
        for (std::size_t i = 0; i < budgets.size(); ++i)
            m_first[i].card = static_cast<int>(i);
        if (CardPart *part = reserve(m_first, model.output))
            part->output = true;
    }

    /// Layers that have all but their routed experts on the cards, the last `experts` of those with routed experts these as well.
    int fill(int experts)
    {
        m_parts = m_first;
        const int layers = static_cast<int>(m_model.layers.size());
        std::size_t at = 0;
        for (int layer = layers - 1; layer >= layers - m_wanted; --layer) {
            const ModelBytes::Layer &bytes = m_model.layers[static_cast<std::size_t>(layer)];
            const bool whole = bytes.experts > 0 && experts > 0;
            experts -= whole ? 1 : 0;
            const std::uint64_t size = bytes.other + m_context + (whole ? bytes.experts : 0);
            while (at < m_parts.size() && !fits(m_parts[at], size))
                ++at;
            if (at == m_parts.size())
                return layers - 1 - layer;
            add(m_parts[at], layer, size, whole);
        }
        return m_wanted;
    }

    /// Room for what reads pictures beside what was filled last; fills that come later keep it.
    bool addPictures(std::uint64_t bytes)
    {
        const std::vector<CardPart> filled = m_parts;
        CardPart *part = reserve(m_parts, bytes);
        if (part == nullptr)
            return false;
        CardPart &first = m_first[static_cast<std::size_t>(part->card)];
        first.pictures = part->pictures = true;
        first.bytes = std::max(first.bytes, m_needs.work) + bytes;
        return true;
    }

    const std::vector<CardPart> &parts() const { return m_parts; }

private:
    std::uint64_t with(const CardPart &part, std::uint64_t bytes) const { return std::max(part.bytes, m_needs.work) + bytes; }
    bool fits(const CardPart &part, std::uint64_t bytes) const
    {
        return with(part, bytes) <= m_budgets[static_cast<std::size_t>(part.card)];
    }

    /// Bytes on the first card that has room for them.
    CardPart *reserve(std::vector<CardPart> &parts, std::uint64_t bytes) const
    {
        const auto part = std::find_if(parts.begin(), parts.end(), [&](const CardPart &one) { return fits(one, bytes); });
        if (part == parts.end())
            return nullptr;
        part->bytes = with(*part, bytes);
        return &*part;
    }

    void add(CardPart &part, int layer, std::uint64_t bytes, bool experts) const
    {
        if (part.begin == part.end)
            part.begin = part.end = part.expertsFrom = layer + 1;
        part.begin = layer;
        part.expertsFrom = experts ? layer : part.expertsFrom;
        part.bytes = with(part, bytes);
    }

    const ModelBytes &m_model;
    const CardNeeds &m_needs;
    std::span<const std::uint64_t> m_budgets;
    int m_wanted;
    std::uint64_t m_context;       ///< of a layer
    std::vector<CardPart> m_first; ///< what cards have before there are layers
    std::vector<CardPart> m_parts;
};

CardsPlan planOf(const ModelBytes &model, const CardShare &share, int card)
{
    CardsPlan plan{share, {}};
    if (!share.empty()) {
        plan.parts.push_back(onlyPart(model, share));
        plan.parts.back().card = card;
    }
    return plan;
}

CardsPlan planOf(const ModelBytes &model, const std::vector<CardPart> &parts)
{
    CardsPlan plan;
    for (const CardPart &part : parts) {
        if (part.bytes == 0)
            continue;
        plan.parts.push_back(part);
        plan.share.layers += part.end - part.begin;
        plan.share.expertLayers += expertLayers(model, part);
        plan.share.output = plan.share.output || part.output;
        plan.share.pictures = plan.share.pictures || part.pictures;
        plan.share.bytes += part.bytes;
    }
    return plan.share.empty() ? CardsPlan() : plan;
}

} // namespace

CardsPlan planCards(const ModelBytes &model, CardNeeds needs, std::span<const std::uint64_t> budgets, int mostLayers, bool mayBeWhole)
{
    const auto usable = std::count_if(budgets.begin(), budgets.end(), [](std::uint64_t bytes) { return bytes > 0; });
    for (std::size_t i = 0; i < budgets.size(); ++i) {
        needs.budget = budgets[i];
        const CardShare alone = budgets[i] > 0 ? planCard(model, needs, mostLayers, mayBeWhole) : CardShare();
        if (alone.whole || (budgets[i] > 0 && usable == 1))
            return planOf(model, alone, static_cast<int>(i));
    }
    const int wanted = wantedLayers(model, mostLayers);
    CardFilling filling(model, needs, budgets, wanted);
    if (filling.fill(0) == wanted) {
        if (const std::uint64_t pictures = model.vision + needs.pictures; pictures > 0)
            filling.addPictures(pictures);
        int experts = 0;
        while (experts < expertLayers(model) && filling.fill(experts + 1) == wanted)
            ++experts;
        filling.fill(experts);
    }
    return planOf(model, filling.parts());
}

double joinedSpeed(const ModelBytes &model, const CardsPlan &plan, std::span<const double> speeds)
{
    double all = 0;
    double seconds = 0;
    for (const CardPart &part : plan.parts) {
        double bytes = part.output ? static_cast<double>(model.output) : 0;
        for (int i = part.begin; i < part.end; ++i) {
            const ModelBytes::Layer &layer = model.layers[static_cast<std::size_t>(i)];
            bytes += static_cast<double>(layer.other);
            bytes += i >= part.expertsFrom ? static_cast<double>(layer.experts) * model.expertsUsed : 0;
        }
        const double speed = speeds[static_cast<std::size_t>(part.card)];
        if (speed <= 0)
            return 0;
        all += bytes;
        seconds += bytes / speed;
    }
    return seconds > 0 ? all / seconds : 0;
}

} // namespace conclave::engine
