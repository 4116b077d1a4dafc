#include "engine/generate/sampler_penalties.h"

#include <algorithm>
#include <cmath>

namespace conclave::engine
{
namespace
{

float orIfNotFinite(float value, float fallback)
{
    return std::isfinite(value) ? value : fallback;
}

} // namespace

void addLogitBias(std::span<float> logits, std::span<const LogitBias> biases)
{
    for (const LogitBias &bias : biases) {
        const bool known = bias.token >= 0 && static_cast<std::size_t>(bias.token) < logits.size();
        if (!known || std::isnan(bias.bias))
            continue;
        float &logit = logits[static_cast<std::size_t>(bias.token)];
        // What was impossible stays so, even with an infinite bias.
        if (std::isfinite(logit))
            logit = std::min(logit + bias.bias, std::numeric_limits<float>::max());
    }
}

RepetitionPenalties::RepetitionPenalties(const Sampling &sampling)
    : m_repetition(sampling.repetitionPenalty > 0 ? orIfNotFinite(sampling.repetitionPenalty, 1) : 1),
      m_frequency(orIfNotFinite(sampling.frequencyPenalty, 0)), m_presence(orIfNotFinite(sampling.presencePenalty, 0)),
      m_window(static_cast<std::size_t>(std::max(sampling.repetitionWindow, 0)))
{
    if (m_repetition == 1 && m_frequency == 0 && m_presence == 0)
        m_window = 0;
}

void RepetitionPenalties::apply(std::span<float> logits, std::span<const TokenId> history)
{
    const std::span<const TokenId> recent = history.last(std::min(history.size(), m_window));
    if (recent.empty())
        return;
    m_counts.resize(logits.size());
    const auto countOf = [this](TokenId id) {
        return id >= 0 && static_cast<std::size_t>(id) < m_counts.size() ? &m_counts[static_cast<std::size_t>(id)] : nullptr;
    };
    for (const TokenId id : recent) {
        if (int *count = countOf(id))
            ++*count;
    }
    for (const TokenId id : recent) {
        int *count = countOf(id);
        if (count == nullptr || *count == 0) // outside, or done
            continue;
        float &logit = logits[static_cast<std::size_t>(id)];
        logit = logit > 0 ? logit / m_repetition : logit * m_repetition;
        logit -= m_presence + m_frequency * static_cast<float>(*count);
        *count = 0;
    }
}

} // namespace conclave::engine
