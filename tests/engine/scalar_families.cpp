#include "tests/engine/scalar_families.h"

#include <cmath>
#include <cstring>
#include <numbers>
#include <random>

namespace conclave::test
{
namespace
{

constexpr int kWidth = 32;
constexpr int kVocabulary = 64;
constexpr int kHidden = 48;

std::string block(int layer)
{
    return "blk." + std::to_string(layer) + ".";
}

/// A dense decoder of `layers` layers: 4 heads of 16, 2 of keys, so that heads * 16 is not the width.
ScalarFamily plain(const std::string &name, const std::string &architecture, int layers)
{
    ScalarFamily family;
    family.name = name;
    family.architecture = architecture;
    family.spec.width = kWidth;
    family.spec.vocabulary = kVocabulary;
    ScalarLayer layer;
    layer.kvHeads = 2;
    layer.headDim = 16;
    layer.ropeDims = 16;
    layer.scale = 1 / std::sqrt(16.0);
    family.spec.layers.assign(static_cast<std::size_t>(layers), layer);
    family.keys = {{"block_count", std::int32_t{layers}},       {"embedding_length", std::int32_t{kWidth}},
                   {"context_length", std::int32_t{512}},       {"feed_forward_length", std::int32_t{kHidden}},
                   {"attention.head_count", std::int32_t{4}},   {"attention.head_count_kv", std::int32_t{2}},
                   {"attention.key_length", std::int32_t{16}},  {"attention.value_length", std::int32_t{16}},
                   {"attention.layer_norm_rms_epsilon", 1e-6F}, {"rope.freq_base", 10000.0F}};
    family.shapes = {
        {"token_embd.weight", {kVocabulary, kWidth}}, {"output_norm.weight", {kWidth}}, {"output.weight", {kVocabulary, kWidth}}};
    for (int i = 0; i < layers; ++i) {
        family.shapes[block(i) + "attn_norm.weight"] = {kWidth};
        family.shapes[block(i) + "attn_q.weight"] = {64, kWidth};
        family.shapes[block(i) + "attn_k.weight"] = {32, kWidth};
        family.shapes[block(i) + "attn_v.weight"] = {32, kWidth};
        family.shapes[block(i) + "attn_output.weight"] = {kWidth, 64};
        family.shapes[block(i) + "ffn_norm.weight"] = {kWidth};
        family.shapes[block(i) + "ffn_gate.weight"] = {kHidden, kWidth};
        family.shapes[block(i) + "ffn_up.weight"] = {kHidden, kWidth};
        family.shapes[block(i) + "ffn_down.weight"] = {kWidth, kHidden};
    }
    return family;
}

int layerCount(const ScalarFamily &family)
{
    return static_cast<int>(family.spec.layers.size());
}

void addProjectionBiases(ScalarFamily &family)
{
    for (int i = 0; i < layerCount(family); ++i) {
        family.shapes[block(i) + "attn_q.bias"] = {64};
        family.shapes[block(i) + "attn_k.bias"] = {32};
        family.shapes[block(i) + "attn_v.bias"] = {32};
    }
}

void addHeadNorms(ScalarFamily &family)
{
    for (int i = 0; i < layerCount(family); ++i) {
        family.shapes[block(i) + "attn_q_norm.weight"] = {16};
        family.shapes[block(i) + "attn_k_norm.weight"] = {16};
    }
}

/// Experts in place of the feed-forward of layers from `first` on: 8 of 24, 3 used, with load bias and a shared expert of `shared`.
void addExperts(ScalarFamily &family, int first, int step, int shared)
{
    family.keys["expert_count"] = std::int32_t{8};
    family.keys["expert_used_count"] = std::int32_t{3};
    family.keys["expert_feed_forward_length"] = std::int32_t{24};
    family.keys["leading_dense_block_count"] = std::int32_t{first};
    for (int i = first; i < layerCount(family); ++i) {
        if ((i + 1) % step != 0)
            continue;
        for (const char *part : {"gate", "up", "down"})
            family.shapes.erase(block(i) + "ffn_" + part + ".weight");
        family.shapes[block(i) + "ffn_gate_inp.weight"] = {8, kWidth};
        family.shapes[block(i) + "exp_probs_b.bias"] = {8};
        family.shapes[block(i) + "ffn_gate_exps.weight"] = {8, 24, kWidth};
        family.shapes[block(i) + "ffn_up_exps.weight"] = {8, 24, kWidth};
        family.shapes[block(i) + "ffn_down_exps.weight"] = {8, kWidth, 24};
        family.shapes[block(i) + "ffn_gate_shexp.weight"] = {shared, kWidth};
        family.shapes[block(i) + "ffn_up_shexp.weight"] = {shared, kWidth};
        family.shapes[block(i) + "ffn_down_shexp.weight"] = {kWidth, shared};
        ScalarLayer &layer = family.spec.layers[static_cast<std::size_t>(i)];
        layer.experts = 8;
        layer.used = 3;
    }
}

ScalarFamily qwen2()
{
    ScalarFamily family = plain("qwen2, biases, tied output", "qwen2", 3);
    addProjectionBiases(family);
    family.shapes.erase("output.weight");
    family.keys["rope.freq_base"] = 1000000.0F;
    for (ScalarLayer &layer : family.spec.layers)
        layer.ropeBase = 1000000;
    return family;
}

/// As the first files of the family: no key tells the widths of experts (feed_forward_length / 3) and of the shared one.
ScalarFamily qwen2Moe()
{
    ScalarFamily family = plain("qwen2moe, widths not told", "qwen2moe", 2);
    addProjectionBiases(family);
    addExperts(family, 0, 1, 72);
    family.keys.erase("expert_feed_forward_length");
    family.keys.erase("leading_dense_block_count");
    family.keys["feed_forward_length"] = std::int32_t{72};
    for (int i = 0; i < 2; ++i) {
        family.shapes.erase(block(i) + "exp_probs_b.bias");
        family.shapes[block(i) + "ffn_gate_inp_shexp.weight"] = {kWidth};
        family.spec.layers[static_cast<std::size_t>(i)].normalise = false;
    }
    return family;
}

ScalarFamily qwen3(bool stretched)
{
    ScalarFamily family = plain(stretched ? "qwen3, YaRN" : "qwen3", "qwen3", 3);
    addHeadNorms(family);
    if (!stretched)
        return family;
    // 16 rotated values, base 10000, 64 trained tokens, factor 4: pair i turns 64 * 10000^(-i / 8) / 2 pi times. The first turns 10 times:
    // less than 32, so the ramp begins at pair 0 and ends at pair ceil(2.016) = 3, the first to turn less than once.
    family.keys["rope.scaling.type"] = std::string("yarn");
    family.keys["rope.scaling.factor"] = 4.0F;
    family.keys["rope.scaling.original_context_length"] = std::int32_t{64};
    for (ScalarLayer &layer : family.spec.layers) {
        for (int i = 0; i < 8; ++i) {
            const double kept = std::max(0.0, 1 - i / 3.0);
            layer.ropeDivisors.push_back(1 / (kept + (1 - kept) / 4));
        }
        layer.ropeMagnitude = 1 + 0.1 * std::log(4.0);
    }
    return family;
}

ScalarFamily llama()
{
    ScalarFamily family = plain("llama, all biases, own scale, linear RoPE", "llama", 2);
    addProjectionBiases(family);
    for (int i = 0; i < 2; ++i) {
        family.shapes[block(i) + "attn_output.bias"] = {kWidth};
        family.shapes[block(i) + "ffn_gate.bias"] = {kHidden};
        family.shapes[block(i) + "ffn_up.bias"] = {kHidden};
        family.shapes[block(i) + "ffn_down.bias"] = {kWidth};
    }
    family.keys["attention.scale"] = 0.3F;
    family.keys["attention.head_count_kv"] = std::vector<std::int32_t>{2, 2};
    family.keys["rope.scaling.type"] = std::string("linear");
    family.keys["rope.scaling.factor"] = 2.0F;
    for (ScalarLayer &layer : family.spec.layers) {
        layer.scale = 0.3F;
        layer.neighbours = true;
        layer.ropeDivisors.assign(8, 2.0);
    }
    return family;
}

/// The larger has normalised heads and scaled weights of experts; the smaller, Air, neither.
ScalarFamily glm(bool large)
{
    ScalarFamily family = plain(large ? "glm4moe" : "glm4moe (Air)", "glm4moe", 3);
    addProjectionBiases(family);
    if (large)
        addHeadNorms(family);
    addExperts(family, 1, 1, 48);
    family.keys["expert_shared_count"] = std::int32_t{2};
    family.keys["expert_weights_scale"] = large ? 2.5F : 1.0F;
    family.keys["expert_weights_norm"] = true;
    family.keys["rope.dimension_count"] = std::int32_t{8};
    if (!large)
        family.keys["expert_gating_func"] = std::int32_t{2}; // what the family has anyway
    for (int i = 0; i < 3; ++i) {
        family.shapes.erase(block(i) + "ffn_norm.weight");
        family.shapes[block(i) + "post_attention_norm.weight"] = {kWidth};
        ScalarLayer &layer = family.spec.layers[static_cast<std::size_t>(i)];
        layer.feedForwardNorm = "post_attention_norm";
        layer.ropeDims = 8;
        layer.sigmoid = true;
        layer.weightScale = large ? 2.5 : 1.0;
    }
    return family;
}

/// A fourth layer, and what stands around it.
void addPrediction(ScalarFamily &family, bool own)
{
    const std::string last = block(layerCount(family) - 1);
    const std::string added = block(layerCount(family));
    std::map<std::string, std::vector<std::int64_t>> more;
    for (const auto &[tensor, shape] : family.shapes) {
        if (tensor.starts_with(last))
            more[added + tensor.substr(last.size())] = shape;
    }
    family.shapes.merge(more);
    family.spec.layers.push_back(family.spec.layers.back());
    family.spec.predictionLayers = 1;
    family.keys["block_count"] = std::int32_t{layerCount(family)};
    family.keys["nextn_predict_layers"] = std::int32_t{1};
    family.shapes[added + "nextn.eh_proj.weight"] = {kWidth, 2 * kWidth};
    family.shapes[added + "nextn.enorm.weight"] = {kWidth};
    family.shapes[added + "nextn.hnorm.weight"] = {kWidth};
    if (!own)
        return;
    family.shapes[added + "nextn.embed_tokens.weight"] = {kVocabulary, kWidth};
    family.shapes[added + "nextn.shared_head_norm.weight"] = {kWidth};
    family.shapes[added + "nextn.shared_head_head.weight"] = {kVocabulary, kWidth};
}

ScalarFamily ernie(bool experts)
{
    ScalarFamily family = plain(experts ? "ernie4_5-moe" : "ernie4_5 (dense)", experts ? "ernie4_5-moe" : "ernie4_5", 4);
    for (ScalarLayer &layer : family.spec.layers)
        layer.neighbours = true;
    if (experts) {
        addExperts(family, 1, 2, 40); // layers 1 and 3
        family.keys["interleave_moe_layer_step"] = std::int32_t{2};
        family.keys["expert_shared_feed_forward_length"] = std::int32_t{40};
    }
    return family;
}

/// Attention and feed-forward with a norm behind each, GELU, a scaled embedding, tied output.
void makeGemma(ScalarFamily &family, int window)
{
    addHeadNorms(family);
    family.shapes.erase("output.weight");
    family.spec.embeddingScale = std::sqrt(static_cast<double>(kWidth));
    family.keys["attention.sliding_window"] = std::int32_t{window};
    for (int i = 0; i < layerCount(family); ++i) {
        family.shapes[block(i) + "post_attention_norm.weight"] = {kWidth};
        family.shapes[block(i) + "post_ffw_norm.weight"] = {kWidth};
        family.spec.layers[static_cast<std::size_t>(i)].gelu = true;
    }
}

/// Of six layers the last sees all, with another base and a stretched context.
ScalarFamily gemma3(int layers)
{
    ScalarFamily family = plain("gemma3, windows, linear RoPE", "gemma3", layers);
    makeGemma(family, 8);
    family.keys["rope.freq_base"] = 1000000.0F;
    family.keys["rope.scaling.type"] = std::string("linear");
    family.keys["rope.scaling.factor"] = 8.0F;
    for (int i = 0; i < layers; ++i) {
        ScalarLayer &layer = family.spec.layers[static_cast<std::size_t>(i)];
        const bool wide = i % 6 == 5;
        layer.window = wide ? 0 : 8;
        layer.ropeBase = wide ? 1000000 : 10000;
        if (wide)
            layer.ropeDivisors.assign(8, 8.0);
    }
    return family;
}

/// As E2B and E4B: embeddings of each layer's own, the last two of six layers without keys, wider feed-forwards there; layers 2 and 5 see
/// all, with wider heads, fewer of them for keys, and frequencies of their own.
ScalarFamily gemma4()
{
    ScalarFamily family = plain("gemma4, dense, own embeddings, shared keys", "gemma4", 6);
    makeGemma(family, 8);
    family.spec.logitCap = 30;
    family.spec.perLayerWidth = 8;
    family.keys["final_logit_softcapping"] = 30.0F;
    family.keys["embedding_length_per_layer_input"] = std::int32_t{8};
    family.keys["attention.shared_kv_layers"] = std::int32_t{3};
    family.keys["attention.sliding_window_pattern"] = std::vector<std::int32_t>{1, 1, 0, 1, 1, 0};
    family.keys["attention.head_count_kv"] = std::vector<std::int32_t>{2, 2, 1, 2, 2, 1};
    family.keys["attention.key_length"] = std::int32_t{32};
    family.keys["attention.value_length"] = std::int32_t{32};
    family.keys["attention.key_length_swa"] = std::int32_t{16};
    family.keys["attention.value_length_swa"] = std::int32_t{16};
    family.keys["rope.dimension_count"] = std::int32_t{32};
    family.keys["rope.dimension_count_swa"] = std::int32_t{16};
    family.keys["rope.freq_base"] = 1000000.0F;
    family.keys["rope.freq_base_swa"] = 10000.0F;
    family.keys["feed_forward_length"] = std::vector<std::int32_t>{48, 48, 48, 64, 64, 64};
    family.shapes["per_layer_token_embd.weight"] = {kVocabulary, 48};
    family.shapes["per_layer_model_proj.weight"] = {48, kWidth};
    family.shapes["per_layer_proj_norm.weight"] = {8};
    family.shapes["rope_freqs.weight"] = {16};
    for (int i = 0; i < 6; ++i) {
        ScalarLayer &layer = family.spec.layers[static_cast<std::size_t>(i)];
        const bool wide = i % 3 == 2;
        const int hidden = i < 3 ? 48 : 64;
        layer.scale = 1;
        layer.normaliseValues = true;
        layer.window = wide ? 0 : 8;
        layer.keysOf = i < 3 ? -1 : wide ? 2 : 1;
        if (wide) {
            layer.kvHeads = 1;
            layer.ownFrequencies = true;
            layer.headDim = layer.ropeDims = 32;
            layer.ropeBase = 1000000;
            family.shapes[block(i) + "attn_q.weight"] = {128, kWidth};
            family.shapes[block(i) + "attn_output.weight"] = {kWidth, 128};
            family.shapes[block(i) + "attn_q_norm.weight"] = family.shapes[block(i) + "attn_k_norm.weight"] = {32};
            family.shapes.erase(block(i) + "attn_v.weight");
        }
        if (layer.keysOf >= 0) {
            for (const char *name : {"attn_k.weight", "attn_v.weight", "attn_k_norm.weight"})
                family.shapes.erase(block(i) + name);
        }
        family.shapes[block(i) + "ffn_gate.weight"] = family.shapes[block(i) + "ffn_up.weight"] = {hidden, kWidth};
        family.shapes[block(i) + "ffn_down.weight"] = {kWidth, hidden};
        family.shapes[block(i) + "inp_gate.weight"] = {8, kWidth};
        family.shapes[block(i) + "proj.weight"] = {kWidth, 8};
        family.shapes[block(i) + "post_norm.weight"] = {kWidth};
        family.shapes[block(i) + "layer_output_scale.weight"] = {1};
    }
    return family;
}

/// What a kind of tensor looks like in trained models: norms near 1, small biases, matrices that keep the stream's size.
float scaleOf(const std::string &name, const std::vector<std::int64_t> &shape)
{
    if (name.ends_with("embd.weight") || name.ends_with("embed_tokens.weight"))
        return 1.0F;
    if (shape.size() == 1)
        return 0.3F;
    return 1.5F / std::sqrt(static_cast<float>(shape.back()));
}

float centreOf(const std::string &name, const std::vector<std::int64_t> &shape)
{
    if (name == "rope_freqs.weight") // divisors
        return 2.0F;
    return name.ends_with("output_scale.weight") || (shape.size() == 1 && name.find("norm") != std::string::npos) ? 1.0F : 0.0F;
}

} // namespace

ScalarWeights ScalarFamily::weights() const
{
    ScalarWeights weights;
    std::mt19937 random(7);
    const auto uniform = [&] { return (static_cast<double>(random()) + 0.5) / 4294967296.0; };
    for (const auto &[tensor, shape] : shapes) {
        std::int64_t count = 1;
        for (const std::int64_t extent : shape)
            count *= extent;
        const float centre = centreOf(tensor, shape);
        std::vector<float> &values = weights[tensor];
        for (std::int64_t i = 0; i < count; ++i) {
            const double normal = std::sqrt(-2 * std::log(uniform())) * std::cos(2 * std::numbers::pi * uniform());
            values.push_back(centre + scaleOf(tensor, shape) * static_cast<float>(normal));
        }
    }
    return weights;
}

RewrittenModel ScalarFamily::file(const ScalarWeights &weights) const
{
    RewrittenModel model;
    model.keys["general.architecture"] = architecture;
    for (const auto &[key, value] : keys)
        model.keys[architecture + "." + key] = value;
    for (const auto &[tensor, shape] : shapes) {
        const std::vector<float> &values = weights.at(tensor);
        RewrittenModel::Part part{tensor, kernels::DType::kF32, shape, {}};
        part.data.resize(static_cast<qsizetype>(values.size() * sizeof(float)));
        std::memcpy(part.data.data(), values.data(), values.size() * sizeof(float));
        model.tensors.push_back(std::move(part));
    }
    return model;
}

ScalarFamily foretellingGlm(bool own)
{
    ScalarFamily family = glm(own);
    addPrediction(family, own);
    return family;
}

ScalarFamily deepGemma3()
{
    ScalarFamily family = gemma3(62);
    for (ScalarLayer &layer : family.spec.layers)
        layer.scale = 1 / std::sqrt(kWidth / 4.0);
    return family;
}

std::vector<ScalarFamily> scalarFamilies()
{
    return {llama(), qwen2(), qwen2Moe(), qwen3(false), qwen3(true), glm(false), glm(true), ernie(false), ernie(true), gemma3(7), gemma4()};
}

} // namespace conclave::test
