#include "engine/model/hyper_parameters.h"

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

void readHeads(MetadataKeys &keys, HyperParameters &hp)
{
    hp.heads = keys.required("attention.head_count", 1, kMostHeads);
    hp.kvHeads = keys.optional("attention.head_count_kv", 1, kMostHeads, hp.heads);
    if (hp.heads % hp.kvHeads != 0)
        keys.refuse("attention.head_count_kv", "does not divide the " + std::to_string(hp.heads) + " attention heads");
    if (!keys.has("attention.key_length") && hp.width % hp.heads != 0)
        keys.refuse("attention.head_count", "does not divide the width " + std::to_string(hp.width));
    hp.headDim = keys.optional("attention.key_length", 1, kMostHeadDim, hp.width / hp.heads);
    if (keys.optional("attention.value_length", 1, kMostHeadDim, hp.headDim) != hp.headDim)
        keys.refuse("attention.value_length", "differs from that of the keys, which this architecture does not allow");
    if (hp.headDim > kMostHeadDim)
        keys.refuse("attention.head_count", "makes heads of " + std::to_string(hp.headDim) + " values, too many");
}

void readRope(MetadataKeys &keys, HyperParameters &hp)
{
    hp.ropeDims = keys.optional("rope.dimension_count", 2, kMostHeadDim, hp.headDim);
    if (hp.ropeDims % 2 != 0 || hp.ropeDims > hp.headDim)
        keys.refuse("rope.dimension_count", "does not fit heads of " + std::to_string(hp.headDim) + " values");
    hp.ropeBase = keys.optionalNumber("rope.freq_base", 1.0, 1e12, 10000.0F);
    const std::string scaling = keys.optionalString("rope.scaling.type", "none");
    if (scaling == "linear")
        hp.ropeFactor = keys.optionalNumber("rope.scaling.factor", 0.01, 1e6, 1.0F);
    else if (scaling != "none")
        keys.refuse("rope.scaling.type", "is \"" + scaling + "\", which this version does not know");
}

} // namespace

HyperParameters readHyperParameters(MetadataKeys &keys, const GgufFile &file)
{
    HyperParameters hp;
    hp.layers = keys.required("block_count", 1, kMostLayers);
    hp.width = keys.required("embedding_length", 1, kMostWidth);
    hp.contextTokens = keys.required("context_length", 1, 1 << 30);
    hp.epsilon = keys.requiredNumber("attention.layer_norm_rms_epsilon", 1e-12, 1e-2);
    readHeads(keys, hp);
    readRope(keys, hp);
    hp.experts = keys.optional("expert_count", 0, kMostExperts, 0);
    if (hp.experts > 0)
        hp.expertsUsed = keys.optional("expert_used_count", 1, hp.experts, 1);
    hp.feedForward = keys.optional("feed_forward_length", 1, kMostWidth, 0);
    if (hp.experts == 0 && hp.feedForward == 0)
        hp.feedForward = keys.required("feed_forward_length", 1, kMostWidth);
    hp.expertFeedForward = keys.optional("expert_feed_forward_length", 1, kMostWidth, hp.feedForward);
    if (hp.experts > 0 && hp.expertFeedForward == 0)
        hp.expertFeedForward = keys.required("expert_feed_forward_length", 1, kMostWidth);
    hp.vocabulary = vocabularySize(keys, file);
    return hp;
}

void checkFixedRouting(MetadataKeys &keys)
{
    if (keys.optional("expert_gating_func", 0, 100, 1) > 1)
        keys.refuse("expert_gating_func", "asks for a router that this architecture does not have");
    const float scale = keys.optionalNumber("expert_weights_scale", -1e6, 1e6, 0.0F);
    if (scale != 0.0F && scale != 1.0F)
        keys.refuse("expert_weights_scale", "asks for scaled expert weights, which this architecture does not have");
    if (!keys.optionalFlag("expert_weights_norm", true))
        keys.refuse("expert_weights_norm", "asks for weights that are not normalised, which this architecture does not have");
    if (keys.optional("expert_group_count", 0, 1 << 16, 0) > 1)
        keys.refuse("expert_group_count", "asks for groups of experts, which this architecture does not have");
}

} // namespace conclave::engine
