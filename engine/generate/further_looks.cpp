#include "engine/generate/further_looks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace conclave::engine
{
namespace
{

/// Places of one axis, `places[i]` being pixels i * step to (i + 1) * step of the first look.
void translatePlaces(std::span<const TokenId> places, int step, double scale, int moved, std::vector<TokenId> &translated)
{
    for (std::size_t i = 0; i < places.size(); ++i) {
        const double pixel = (static_cast<double>(i) + 0.5) * step * scale + moved;
        const auto at = static_cast<std::size_t>(std::max(0.0, pixel / step));
        translated[static_cast<std::size_t>(places[i])] = places[std::min(at, places.size() - 1)];
    }
}

/// log sum exp.
float logSum(std::span<const float> logits)
{
    const float most = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (const float logit : logits)
        sum += std::exp(logit - most);
    return most + static_cast<float>(std::log(sum));
}

} // namespace

PictureLook furtherLook(int index)
{
    static constexpr std::array<PictureLook, GenerationRequest::kMostLooks> kLooks = {{{0, 0, 1.0}, {8, 8, 1.0}, {20, 4, 0.96}}};
    return kLooks[static_cast<std::size_t>(std::clamp(index, 0, static_cast<int>(kLooks.size()) - 1))];
}

void FurtherLooks::add(const PictureLook &look, double scale, int vocabulary, std::shared_ptr<const ImageMemory> image,
                       std::unique_ptr<KvCache> cache)
{
    Look added{std::move(image), std::move(cache), std::vector<TokenId>(static_cast<std::size_t>(vocabulary)), {}};
    std::iota(added.translated.begin(), added.translated.end(), 0);
    translatePlaces(m_tokens.xs, m_locStep, scale, look.left, added.translated);
    translatePlaces(m_tokens.ys, m_locStep, scale, look.top, added.translated);
    m_looks.push_back(std::move(added));
}

void FurtherLooks::join(std::vector<Batch> &batches, int computed)
{
    const Batch first = batches.back();
    for (Look &look : m_looks) {
        look.cache->truncate(computed);
        look.step.clear();
        for (const TokenId token : first.tokens)
            look.step.push_back(look.translated[static_cast<std::size_t>(token)]);
        Batch batch = first;
        batch.tokens = look.step;
        batch.cache = look.cache.get();
        batch.image = look.image.get();
        batch.telemetry = nullptr; // the first look's tokens stand for all
        batches.push_back(batch);
    }
}

std::span<const float> FurtherLooks::merge(std::span<const BatchOutcome> outcomes)
{
    const std::size_t vocabulary = m_looks.front().translated.size();
    const float share = 1.0F / static_cast<float>(outcomes.size());
    m_merged.assign(outcomes.front().logits.size(), 0.0F);
    for (std::size_t row = 0; row < m_merged.size(); row += vocabulary) {
        for (std::size_t i = 0; i < outcomes.size(); ++i) {
            const auto logits = outcomes[i].logits.subspan(row, vocabulary);
            const float total = logSum(logits);
            for (std::size_t token = 0; token < vocabulary; ++token) {
                const std::size_t said = i == 0 ? token : static_cast<std::size_t>(m_looks[i - 1].translated[token]);
                m_merged[row + token] += share * (logits[said] - total);
            }
        }
    }
    return m_merged;
}

} // namespace conclave::engine
