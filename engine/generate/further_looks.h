#pragma once

#include "engine/cache/image_memory.h"
#include "engine/cache/kv_cache.h"
#include "engine/generate/chart_tokens.h"
#include "engine/model/model.h"
#include "engine/vision/picture_look.h"

#include <memory>
#include <span>
#include <vector>

namespace conclave::engine
{

/// How a chart reader looks at a picture a second time, a third time, ...: half a cell of its encoder (16 pixels) aside, then smaller.
/// `index` from 1; 0 is the plain look. At most GenerationRequest::kMostLooks - 1.
PictureLook furtherLook(int index);

/// Several looks at one chart that write one table together. What lies unluckily on the encoder's cells in one look lies better in the
/// next; each token is the one that has the largest product of all looks' probabilities (a product of experts, Hinton 2002), so what most
/// of them see well decides. The looks after the first are kept here, each with a cache and an encoded picture of its own; they are given
/// the answer's tokens, with places translated to where the picture lies for them.
class FurtherLooks
{
public:
    /// `tokens` outlive it; `locStep` is the pixels of a place token.
    FurtherLooks(const ChartTokens &tokens, int locStep) : m_tokens(tokens), m_locStep(locStep) {}

    /// `vocabulary` is the model's; `scale` as of lookAt.
    void add(const PictureLook &look, double scale, int vocabulary, std::shared_ptr<const ImageMemory> image,
             std::unique_ptr<KvCache> cache);
    int count() const { return static_cast<int>(m_looks.size()); }

    /// Appends to `batches`, whose last one is the first look's, the same of all other looks. Valid until the next call. What their caches
    /// hold beyond `computed` tokens is forgotten.
    void join(std::vector<Batch> &batches, int computed);
    /// Logits [rows, V] for the first look's tokens: the mean over all looks of their log-probabilities. `outcomes` of the batches, without
    /// errors; valid until the next call.
    std::span<const float> merge(std::span<const BatchOutcome> outcomes);

private:
    struct Look
    {
        std::shared_ptr<const ImageMemory> image;
        std::unique_ptr<KvCache> cache;
        std::vector<TokenId> translated; ///< [V] the token that says here what a token says to the first look
        std::vector<TokenId> step;
    };

    const ChartTokens &m_tokens;
    int m_locStep;
    std::vector<Look> m_looks;
    std::vector<float> m_merged;
};

} // namespace conclave::engine
