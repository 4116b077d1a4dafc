#include "engine/model/hyper_parameters.h"

#include <algorithm>
#include <cmath>

namespace conclave::engine
{
namespace
{

// Far beyond any model, and small enough that products of a few of them stay within 64 bits.
constexpr int kMostLayers = 1024;
constexpr int kMostWidth = 1 << 17;
constexpr int kMostHeads = 1024;
constexpr int kMostHeadDim = 1024;
constexpr int kMostExperts = 1024;
constexpr int kMostVocabulary = 1 << 22;

int vocabularySize(MetadataKeys &keys, const GgufFile &file)
{
    const TensorInfo *embedding = file.findTensor("token_embd.weight");
    // Its absence is reported with all other tensors; here a valid size is enough.
    const std::int64_t rows = embedding != nullptr && embedding->rank == 2 ? embedding->shape[0] : 1;
    if (rows > kMostVocabulary)
        keys.refuse("vocab_size", "would be " + std::to_string(rows) + ", too many");
    const int declared = keys.optional("vocab_size", 1, kMostVocabulary, static_cast<int>(std::min<std::int64_t>(rows, kMostVocabulary)));
    const auto *tokens = file.find("tokenizer.ggml.tokens");
    const auto *names = tokens != nullptr ? std::get_if<std::vector<std::string>>(tokens) : nullptr;
    return names != nullptr && !names->empty() && names->size() <= static_cast<std::size_t>(kMostVocabulary)
               ? static_cast<int>(names->size())
               : declared;
}

void readEqualWidths(MetadataKeys &keys, HyperParameters &hp)
{
    if (!keys.has("attention.key_length") && hp.width % hp.heads != 0)
        keys.refuse("attention.head_count", "does not divide the width " + std::to_string(hp.width));
    hp.headDim = keys.optional("attention.key_length", 1, kMostHeadDim, hp.width / hp.heads);
    if (keys.optional("attention.value_length", 1, kMostHeadDim, hp.headDim) != hp.headDim)
        keys.refuse("attention.value_length", "differs from that of the keys, which this architecture does not allow");
    if (hp.headDim > kMostHeadDim)
        keys.refuse("attention.head_count", "makes heads of " + std::to_string(hp.headDim) + " values, too many");
    hp.valueDim = hp.headDim;
}

void readHeads(MetadataKeys &keys, HyperParameters &hp, HeadWidths widths)
{
    hp.heads = keys.sameInAllLayers("attention.head_count", hp.layers, 1, kMostHeads, 0);
    if (hp.heads == 0)
        hp.heads = keys.required("attention.head_count", 1, kMostHeads);
    hp.layerKvHeads = keys.perLayer("attention.head_count_kv", hp.layers, 1, kMostHeads, hp.heads);
    for (const int kvHeads : hp.layerKvHeads) {
        if (hp.heads % kvHeads != 0)
            keys.refuse("attention.head_count_kv", "does not divide the " + std::to_string(hp.heads) + " attention heads");
        hp.kvHeads = std::max(hp.kvHeads, kvHeads);
    }
    if (widths == HeadWidths::kLatent) {
        // Files that hold the projections in absorbed form call the width of the row that is kept attention.key_length.
        const bool absorbed = keys.has("attention.key_length_mla");
        hp.headDim = keys.required(absorbed ? "attention.key_length_mla" : "attention.key_length", 1, kMostHeadDim);
        hp.valueDim = keys.required(absorbed ? "attention.value_length_mla" : "attention.value_length", 1, kMostHeadDim);
        for (const char *key : {"attention.key_length", "attention.value_length"})
            keys.optional(key, 1, 1 << 14, 1);
    } else {
        readEqualWidths(keys, hp);
    }
    hp.attentionScale = keys.optionalNumber("attention.scale", 1e-6, 1e6, 1.0F / std::sqrt(static_cast<float>(hp.headDim)));
}

void readRope(MetadataKeys &keys, HyperParameters &hp)
{
    hp.ropeDims = keys.optional("rope.dimension_count", 2, kMostHeadDim, hp.headDim);
    if (hp.ropeDims % 2 != 0 || hp.ropeDims > hp.headDim)
        keys.refuse("rope.dimension_count", "does not fit heads of " + std::to_string(hp.headDim) + " values");
    hp.ropeBase = keys.optionalNumber("rope.freq_base", 1.0, 1e12, 10000.0F);
    hp.ropeScaling = readRopeScaling(keys, hp.contextTokens);
}

void readFeedForward(MetadataKeys &keys, HyperParameters &hp)
{
    hp.layerFeedForward = keys.perLayer("feed_forward_length", hp.layers, 1, kMostWidth, 0);
    hp.feedForward = *std::max_element(hp.layerFeedForward.begin(), hp.layerFeedForward.end());
    if (hp.experts == 0 && hp.feedForward == 0)
        hp.feedForward = keys.required("feed_forward_length", 1, kMostWidth);
    hp.expertFeedForward = keys.optional("expert_feed_forward_length", 1, kMostWidth, hp.feedForward);
    if (hp.experts > 0 && hp.expertFeedForward == 0)
        hp.expertFeedForward = keys.required("expert_feed_forward_length", 1, kMostWidth);
}

} // namespace

HyperParameters readHyperParameters(MetadataKeys &keys, const GgufFile &file, HeadWidths widths)
{
    HyperParameters hp;
    const int blocks = keys.required("block_count", 1, kMostLayers);
    hp.predictionLayers = keys.optional("nextn_predict_layers", 0, blocks - 1, 0);
    hp.layers = blocks - hp.predictionLayers;
    hp.width = keys.required("embedding_length", 1, kMostWidth);
    hp.contextTokens = keys.required("context_length", 1, 1 << 30);
    hp.epsilon = keys.requiredNumber("attention.layer_norm_rms_epsilon", 1e-12, 1e-2);
    readHeads(keys, hp, widths);
    readRope(keys, hp);
    hp.experts = keys.optional("expert_count", 0, kMostExperts, 0);
    if (hp.experts > 0)
        hp.expertsUsed = keys.optional("expert_used_count", 1, hp.experts, 1);
    readFeedForward(keys, hp);
    hp.vocabulary = vocabularySize(keys, file);
    return hp;
}

HyperParameters withPredictionLayer(HyperParameters hp)
{
    ++hp.layers;
    hp.layerKvHeads.push_back(hp.layerKvHeads.back());
    hp.layerFeedForward.push_back(hp.layerFeedForward.back());
    return hp;
}

void refuseUnknownVariants(MetadataKeys &keys)
{
    for (const char *key : {"logit_scale", "residual_scale", "embedding_scale"})
        keys.refuseUnless(key, 1.0);
    for (const char *key : {"attn_logit_softcapping", "attention.clamp_kqv", "attention.temperature_scale", "router_logit_softcapping"})
        keys.refuseUnless(key, 0.0);
    if (!keys.optionalFlag("attention.causal", true))
        keys.refuse("attention.causal", "asks for attention to later tokens, which only models that do not answer have");
    if (keys.optionalFlag("use_parallel_residual", false))
        keys.refuse("use_parallel_residual", "asks for parallel blocks, which this architecture does not have");
}

std::vector<int> readWindows(MetadataKeys &keys, const HyperParameters &hp, int period)
{
    const int window = keys.optional("attention.sliding_window", 0, 1 << 30, 0);
    std::vector<int> pattern{period};
    if (keys.has("attention.sliding_window_pattern"))
        pattern = keys.someIntegers("attention.sliding_window_pattern", 2 * kMostLayers, 0, kMostLayers);
    const auto layers = static_cast<std::size_t>(hp.layers);
    if (keys.ok() && pattern.size() != 1 && pattern.size() < layers)
        keys.refuse("attention.sliding_window_pattern", "says less than one thing for each of " + std::to_string(layers) + " layers");
    std::vector<int> windows(layers, 0);
    for (std::size_t i = 0; i < layers && keys.ok(); ++i) {
        // A period of 0 or 1 has no layer with a window.
        const auto length = static_cast<std::size_t>(pattern.front());
        const bool narrow = pattern.size() == 1 ? length > 1 && i % length + 1 < length : pattern[i] != 0;
        windows[i] = narrow ? window : 0;
    }
    return windows;
}

RouterConfig readRouting(MetadataKeys &keys, const HyperParameters &hp, kernels::GatingScore score, bool normalise)
{
    using kernels::GatingScore;
    constexpr GatingScore kScores[] = {GatingScore::kSoftmax, GatingScore::kSigmoid, GatingScore::kSoftmaxOfChosen,
                                       GatingScore::kSqrtSoftplus};
    const int id = keys.optional("expert_gating_func", 0, 4, 0);
    RouterConfig config = RouterConfig::fixed(id > 0 ? kScores[id - 1] : score, keys.optionalFlag("expert_weights_norm", normalise),
                                              hp.experts, hp.expertsUsed);
    config.leastSum = 6.103515625e-5F; // the least normal half-precision number, as other engines have it
    const float scale = keys.optionalNumber("expert_weights_scale", -1e6, 1e6, 0.0F);
    config.weightScale = scale == 0.0F ? 1.0F : scale; // 0: not set
    const int groups = keys.optional("expert_group_count", 0, hp.experts, 0);
    if (groups <= 1)
        return config;
    config.groups = {groups, keys.required("expert_group_used_count", 1, groups)};
    if (hp.experts % groups != 0 || hp.experts / groups < 2)
        keys.refuse("expert_group_count", "does not divide the " + std::to_string(hp.experts) + " experts into groups");
    else if (hp.expertsUsed > hp.experts / groups * config.groups.used)
        keys.refuse("expert_group_used_count", "leaves fewer experts than the " + std::to_string(hp.expertsUsed) + " that a token gets");
    return config;
}

} // namespace conclave::engine
