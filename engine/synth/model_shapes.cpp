#include "engine/synth/model_shapes.h"

#include <algorithm>
#include <functional>

/// Sizes are those of the models' published configurations; names and layouts of tensors those of their GGUF conversions.
namespace conclave::engine
{
namespace
{

/// Collects tensors of one model; names are given without ".weight".
class Plan
{
public:
    /// `foretells`: a block more stands behind the layers.
    Plan(std::string architecture, int layers, std::int64_t width, std::int64_t vocabulary, bool foretells = false) : m_width(width)
    {
        m_model.architecture = std::move(architecture);
        m_model.layers = layers;
        m_model.vocabulary = vocabulary;
        key(".block_count", static_cast<std::uint32_t>(layers + (foretells ? 1 : 0)));
        if (foretells)
            count(".nextn_predict_layers", 1);
        key(".embedding_length", static_cast<std::uint32_t>(width));
        key(".vocab_size", static_cast<std::uint32_t>(vocabulary));
        add("token_embd", {vocabulary, width}, TensorRole::kEmbedding);
        norm("output_norm", width);
        add("output", {vocabulary, width}, TensorRole::kOutput);
    }

    void key(std::string name, StoredValue value) { m_model.keys.emplace_back(std::move(name), std::move(value)); }
    void count(std::string name, std::int64_t value) { key(std::move(name), static_cast<std::uint32_t>(value)); }
    void number(std::string name, double value) { key(std::move(name), static_cast<float>(value)); }

    void layer(int index)
    {
        m_layer = index;
        m_prefix = "blk." + std::to_string(index) + ".";
    }
    void add(const std::string &name, std::vector<std::int64_t> shape, TensorRole role = TensorRole::kMatrix)
    {
        m_model.tensors.push_back({m_prefix + name + ".weight", std::move(shape), role, m_layer, 0, 0});
    }
    void norm(const std::string &name, std::int64_t size)
    {
        m_model.tensors.push_back({m_prefix + name + ".weight", {size}, TensorRole::kFloats, m_layer, 1.0F, 0});
    }
    void floats(const std::string &name, std::vector<std::int64_t> shape)
    {
        m_model.tensors.push_back({m_prefix + name, std::move(shape), TensorRole::kFloats, m_layer, 0, 0});
    }
    /// Around -1: how fast a state is forgotten.
    void rates(const std::string &name, std::int64_t size)
    {
        m_model.tensors.push_back({m_prefix + name, {size}, TensorRole::kFloats, m_layer, -1.0F, 0});
    }
    void ids(const std::string &name, std::vector<std::int64_t> shape, std::int64_t limit)
    {
        m_model.tensors.push_back({m_prefix + name + ".weight", std::move(shape), TensorRole::kIds, m_layer, 0, limit});
    }

    void feedForward(const std::string &suffix, std::int64_t hidden)
    {
        add("ffn_gate" + suffix, {hidden, m_width});
        add("ffn_up" + suffix, {hidden, m_width});
        add("ffn_down" + suffix, {m_width, hidden}, TensorRole::kSensitive);
    }
    void experts(std::int64_t count, std::int64_t hidden)
    {
        floats("ffn_gate_inp.weight", {count, m_width});
        add("ffn_gate_exps", {count, hidden, m_width}, TensorRole::kExperts);
        add("ffn_up_exps", {count, hidden, m_width}, TensorRole::kExperts);
        add("ffn_down_exps", {count, m_width, hidden}, TensorRole::kExperts);
    }
    void attention(std::int64_t heads, std::int64_t kvHeads, std::int64_t headDim)
    {
        add("attn_q", {heads * headDim, m_width});
        add("attn_k", {kvHeads * headDim, m_width});
        add("attn_v", {kvHeads * headDim, m_width}, TensorRole::kSensitive);
        add("attn_output", {m_width, heads * headDim});
    }
    void attentionKeys(std::int64_t heads, std::int64_t kvHeads, std::int64_t headDim)
    {
        count(".attention.head_count", heads);
        count(".attention.head_count_kv", kvHeads);
        count(".attention.key_length", headDim);
        count(".attention.value_length", headDim);
    }
    void expertKeys(std::int64_t experts, std::int64_t used, std::int64_t hidden)
    {
        count(".expert_count", experts);
        count(".expert_used_count", used);
        count(".expert_feed_forward_length", hidden);
    }

    /// What stands around the layer that foretells a further token; block_count counts it.
    void prediction()
    {
        add("nextn.eh_proj", {m_width, 2 * m_width});
        norm("nextn.enorm", m_width);
        norm("nextn.hnorm", m_width);
        norm("nextn.shared_head_norm", m_width);
    }

    PlannedModel take() { return std::move(m_model); }

private:
    PlannedModel m_model;
    std::int64_t m_width;
    std::string m_prefix;
    int m_layer = -1;
};

PlannedModel qwen3Moe(int layers, bool)
{
    constexpr std::int64_t kWidth = 2048;
    Plan plan("qwen3moe", layers, kWidth, 102400); // the vocabulary of the published measurements, not Qwen's 151,936
    plan.count(".context_length", 40960);
    plan.count(".feed_forward_length", 6144);
    plan.number(".attention.layer_norm_rms_epsilon", 1e-6);
    plan.number(".rope.freq_base", 1e6);
    plan.attentionKeys(32, 4, 128);
    plan.expertKeys(128, 8, 768);
    for (int i = 0; i < layers; ++i) {
        plan.layer(i);
        plan.norm("attn_norm", kWidth);
        plan.attention(32, 4, 128);
        plan.norm("attn_q_norm", 128);
        plan.norm("attn_k_norm", 128);
        plan.norm("ffn_norm", kWidth);
        plan.experts(128, 768);
    }
    return plan.take();
}

PlannedModel mixtral(int layers, bool)
{
    constexpr std::int64_t kWidth = 4096;
    Plan plan("llama", layers, kWidth, 32000);
    plan.count(".context_length", 32768);
    plan.count(".feed_forward_length", 14336);
    plan.number(".attention.layer_norm_rms_epsilon", 1e-5);
    plan.number(".rope.freq_base", 1e6);
    plan.count(".rope.dimension_count", 128);
    plan.attentionKeys(32, 8, 128);
    plan.count(".expert_count", 8);
    plan.count(".expert_used_count", 2);
    for (int i = 0; i < layers; ++i) {
        plan.layer(i);
        plan.norm("attn_norm", kWidth);
        plan.attention(32, 8, 128);
        plan.norm("ffn_norm", kWidth);
        plan.experts(8, 14336);
    }
    return plan.take();
}

PlannedModel deepSeekV2Lite(int layers, bool)
{
    constexpr std::int64_t kWidth = 2048, kHeads = 16, kLatent = 512, kRope = 64, kNope = 128, kValue = 128;
    Plan plan("deepseek2", layers, kWidth, 102400);
    plan.count(".context_length", 163840);
    plan.count(".feed_forward_length", 10944);
    plan.number(".attention.layer_norm_rms_epsilon", 1e-6);
    plan.number(".rope.freq_base", 1e4);
    plan.count(".rope.dimension_count", kRope);
    plan.key(".rope.scaling.type", std::string("yarn"));
    plan.number(".rope.scaling.factor", 40.0);
    plan.count(".rope.scaling.original_context_length", 4096);
    plan.number(".rope.scaling.yarn_log_multiplier", 0.0707);
    plan.count(".attention.head_count", kHeads);
    plan.count(".attention.head_count_kv", 1);
    plan.count(".attention.kv_lora_rank", kLatent);
    plan.count(".attention.key_length", kLatent + kRope);
    plan.count(".attention.value_length", kLatent);
    plan.count(".attention.key_length_mla", kNope + kRope);
    plan.count(".attention.value_length_mla", kValue);
    plan.count(".leading_dense_block_count", 1);
    plan.count(".expert_shared_count", 2);
    plan.expertKeys(64, 6, 1408);
    plan.number(".expert_weights_scale", 1.0);
    for (int i = 0; i < layers; ++i) {
        plan.layer(i);
        plan.norm("attn_norm", kWidth);
        plan.add("attn_q", {kHeads * (kNope + kRope), kWidth});
        plan.add("attn_kv_a_mqa", {kLatent + kRope, kWidth});
        plan.norm("attn_kv_a_norm", kLatent);
        plan.add("attn_k_b", {kHeads, kLatent, kNope});
        plan.add("attn_v_b", {kHeads, kValue, kLatent});
        plan.add("attn_output", {kWidth, kHeads * kValue});
        plan.norm("ffn_norm", kWidth);
        if (i == 0) {
            plan.feedForward("", 10944);
        } else {
            plan.experts(64, 1408);
            plan.feedForward("_shexp", 2 * 1408);
        }
    }
    return plan.take();
}

/// Sizes of a model with latent attention whose queries have a low rank too (DeepSeek-V3 and its kin).
struct LatentShape
{
    std::int64_t width, vocabulary, context;
    std::int64_t heads, queryRank, latent, rope, nope, value;
    int denseLayers;
    std::int64_t feedForward, experts, used, hidden;
    double weightScale, ropeBase;
};

PlannedModel latentModel(const LatentShape &shape, int layers, bool foretells, const std::function<void(Plan &)> &more)
{
    Plan plan("deepseek2", layers, shape.width, shape.vocabulary, foretells);
    plan.count(".context_length", shape.context);
    plan.count(".feed_forward_length", shape.feedForward);
    plan.number(".attention.layer_norm_rms_epsilon", 1e-6);
    plan.number(".rope.freq_base", shape.ropeBase);
    plan.count(".rope.dimension_count", shape.rope);
    plan.count(".attention.head_count", shape.heads);
    plan.count(".attention.head_count_kv", 1);
    plan.count(".attention.q_lora_rank", shape.queryRank);
    plan.count(".attention.kv_lora_rank", shape.latent);
    plan.count(".attention.key_length", shape.latent + shape.rope);
    plan.count(".attention.value_length", shape.latent);
    plan.count(".attention.key_length_mla", shape.nope + shape.rope);
    plan.count(".attention.value_length_mla", shape.value);
    plan.count(".leading_dense_block_count", std::min(shape.denseLayers, layers));
    plan.count(".expert_shared_count", 1);
    plan.count(".expert_gating_func", 2);
    plan.key(".expert_weights_norm", true);
    plan.expertKeys(shape.experts, shape.used, shape.hidden);
    plan.number(".expert_weights_scale", shape.weightScale);
    more(plan);
    for (int i = 0; i < layers + (foretells ? 1 : 0); ++i) {
        plan.layer(i);
        plan.norm("attn_norm", shape.width);
        plan.add("attn_q_a", {shape.queryRank, shape.width});
        plan.norm("attn_q_a_norm", shape.queryRank);
        plan.add("attn_q_b", {shape.heads * (shape.nope + shape.rope), shape.queryRank});
        plan.add("attn_kv_a_mqa", {shape.latent + shape.rope, shape.width});
        plan.norm("attn_kv_a_norm", shape.latent);
        plan.add("attn_k_b", {shape.heads, shape.latent, shape.nope});
        plan.add("attn_v_b", {shape.heads, shape.value, shape.latent});
        plan.add("attn_output", {shape.width, shape.heads * shape.value});
        plan.norm("ffn_norm", shape.width);
        if (i < std::min(shape.denseLayers, layers)) {
            plan.feedForward("", shape.feedForward);
            continue;
        }
        plan.experts(shape.experts, shape.hidden);
        plan.floats("exp_probs_b.bias", {shape.experts});
        plan.feedForward("_shexp", shape.hidden);
        if (i == layers)
            plan.prediction();
    }
    return plan.take();
}

PlannedModel deepSeekV3(int layers, bool foretells)
{
    constexpr LatentShape kShape{7168, 129280, 163840, 128, 1536, 512, 64, 128, 128, 3, 18432, 256, 8, 2048, 2.5, 1e4};
    return latentModel(kShape, layers, foretells, [](Plan &plan) {
        plan.count(".expert_group_count", 8);
        plan.count(".expert_group_used_count", 4);
        plan.key(".rope.scaling.type", std::string("yarn"));
        plan.number(".rope.scaling.factor", 40.0);
        plan.count(".rope.scaling.original_context_length", 4096);
        plan.number(".rope.scaling.yarn_log_multiplier", 0.1);
    });
}

PlannedModel glm47Flash(int layers, bool foretells)
{
    constexpr LatentShape kShape{2048, 154880, 202752, 20, 768, 512, 64, 192, 256, 1, 10240, 64, 4, 1536, 1.8, 1e6};
    return latentModel(kShape, layers, foretells, [](Plan &) {});
}

/// Three layers of gated delta networks, then one that attends; the block that foretells attends.
PlannedModel qwen35Moe(int layers, bool foretells)
{
    constexpr std::int64_t kWidth = 2048, kHeads = 16, kKvHeads = 2, kHead = 256, kKeyHeads = 16, kValueHeads = 32, kState = 128;
    constexpr std::int64_t kTaps = 4, kExperts = 256, kUsed = 8, kHidden = 512, kPeriod = 4;
    constexpr std::int64_t kValues = kValueHeads * kState, kMixed = 2 * kKeyHeads * kState + kValues;
    Plan plan("qwen35moe", layers, kWidth, 248320, foretells);
    plan.count(".context_length", 262144);
    plan.number(".attention.layer_norm_rms_epsilon", 1e-6);
    plan.number(".rope.freq_base", 1e7);
    plan.count(".rope.dimension_count", kHead / 4);
    plan.attentionKeys(kHeads, kKvHeads, kHead);
    plan.expertKeys(kExperts, kUsed, kHidden);
    plan.count(".expert_shared_feed_forward_length", kHidden);
    plan.count(".full_attention_interval", std::min<std::int64_t>(kPeriod, layers));
    plan.count(".ssm.conv_kernel", kTaps);
    plan.count(".ssm.inner_size", kValues);
    plan.count(".ssm.state_size", kState);
    plan.count(".ssm.time_step_rank", kValueHeads);
    plan.count(".ssm.group_count", kKeyHeads);
    for (int i = 0; i < layers + (foretells ? 1 : 0); ++i) {
        plan.layer(i);
        plan.norm("attn_norm", kWidth);
        if (i == layers || (i + 1) % std::min<std::int64_t>(kPeriod, layers) == 0) {
            plan.add("attn_q", {2 * kHeads * kHead, kWidth});
            plan.add("attn_k", {kKvHeads * kHead, kWidth});
            plan.add("attn_v", {kKvHeads * kHead, kWidth}, TensorRole::kSensitive);
            plan.add("attn_output", {kWidth, kHeads * kHead});
            plan.norm("attn_q_norm", kHead);
            plan.norm("attn_k_norm", kHead);
        } else {
            plan.add("attn_qkv", {kMixed, kWidth});
            plan.add("attn_gate", {kValues, kWidth});
            plan.floats("ssm_conv1d.weight", {kMixed, kTaps});
            plan.floats("ssm_alpha.weight", {kValueHeads, kWidth});
            plan.floats("ssm_beta.weight", {kValueHeads, kWidth});
            plan.rates("ssm_a", kValueHeads);
            plan.floats("ssm_dt.bias", {kValueHeads});
            plan.norm("ssm_norm", kState);
            plan.add("ssm_out", {kWidth, kValues});
        }
        plan.norm("post_attention_norm", kWidth);
        plan.experts(kExperts, kHidden);
        plan.feedForward("_shexp", kHidden);
        plan.floats("ffn_gate_inp_shexp.weight", {kWidth});
        if (i == layers)
            plan.prediction();
    }
    return plan.take();
}

PlannedModel gptOss(int layers, bool)
{
    constexpr std::int64_t kWidth = 2880, kHeads = 64, kKvHeads = 8, kHeadDim = 64, kExperts = 32, kHidden = 2880;
    Plan plan("gpt-oss", layers, kWidth, 201088);
    plan.count(".context_length", 131072);
    plan.count(".feed_forward_length", kHidden);
    plan.number(".attention.layer_norm_rms_epsilon", 1e-5);
    plan.count(".attention.sliding_window", 128);
    plan.number(".rope.freq_base", 150000.0);
    plan.key(".rope.scaling.type", std::string("yarn"));
    plan.number(".rope.scaling.factor", 32.0);
    plan.count(".rope.scaling.original_context_length", 4096);
    plan.attentionKeys(kHeads, kKvHeads, kHeadDim);
    plan.expertKeys(kExperts, 4, kHidden);
    for (int i = 0; i < layers; ++i) {
        plan.layer(i);
        plan.norm("attn_norm", kWidth);
        plan.attention(kHeads, kKvHeads, kHeadDim);
        plan.floats("attn_q.bias", {kHeads * kHeadDim});
        plan.floats("attn_k.bias", {kKvHeads * kHeadDim});
        plan.floats("attn_v.bias", {kKvHeads * kHeadDim});
        plan.floats("attn_output.bias", {kWidth});
        plan.floats("attn_sinks.weight", {kHeads});
        plan.norm("post_attention_norm", kWidth);
        plan.experts(kExperts, kHidden);
        plan.floats("ffn_gate_inp.bias", {kExperts});
        plan.floats("ffn_gate_exps.bias", {kExperts, kHidden});
        plan.floats("ffn_up_exps.bias", {kExperts, kHidden});
        plan.floats("ffn_down_exps.bias", {kExperts, kWidth});
    }
    return plan.take();
}

/// One sub-block's hyper-connection of four streams.
void hyperConnection(Plan &plan, const std::string &name, std::int64_t width)
{
    constexpr std::int64_t kStreams = 4;
    plan.floats(name + "_fn.weight", {kStreams * (2 + kStreams), kStreams * width});
    plan.floats(name + "_base.weight", {kStreams * (2 + kStreams)});
    plan.floats(name + "_scale.weight", {3});
}

PlannedModel deepSeekV4Flash(int layers, bool)
{
    constexpr std::int64_t kWidth = 4096, kHeads = 64, kHead = 512, kQueryRank = 1024, kGroups = 8, kGroupRank = 1024;
    constexpr std::int64_t kExperts = 256, kUsed = 6, kHidden = 2048, kVocabulary = 129280, kHashLayers = 3, kIndexHeads = 64, kIndex = 128;
    Plan plan("deepseek4", layers, kWidth, kVocabulary);
    plan.count(".context_length", 1048576);
    plan.count(".feed_forward_length", kHidden);
    plan.number(".attention.layer_norm_rms_epsilon", 1e-6);
    plan.attentionKeys(kHeads, 1, kHead);
    plan.count(".attention.q_lora_rank", kQueryRank);
    plan.count(".attention.sliding_window", 128);
    plan.count(".attention.output_group_count", kGroups);
    plan.count(".attention.output_lora_rank", kGroupRank);
    std::vector<std::int32_t> ratios;
    for (int i = 0; i < layers; ++i)
        ratios.push_back(i < 2 ? 0 : i % 2 == 0 ? 4 : 128);
    plan.key(".attention.compress_ratios", ratios);
    plan.number(".attention.compress_rope_freq_base", 160000.0);
    plan.count(".attention.indexer.head_count", kIndexHeads);
    plan.count(".attention.indexer.key_length", kIndex);
    plan.count(".attention.indexer.top_k", 512);
    plan.count(".hyper_connection.count", 4);
    plan.count(".hyper_connection.sinkhorn_iterations", 20);
    plan.number(".hyper_connection.epsilon", 1e-6);
    plan.count(".hash_layer_count", std::min<std::int64_t>(kHashLayers, layers));
    plan.count(".expert_gating_func", 4);
    plan.number(".expert_weights_scale", 1.5);
    plan.key(".expert_weights_norm", true);
    plan.count(".expert_shared_count", 1);
    plan.expertKeys(kExperts, kUsed, kHidden);
    plan.number(".swiglu_clamp_exp", 10.0);
    plan.number(".swiglu_clamp_shexp", 10.0);
    plan.count(".rope.dimension_count", 64);
    plan.number(".rope.freq_base", 1e4);
    plan.key(".rope.scaling.type", std::string("yarn"));
    plan.number(".rope.scaling.factor", 16.0);
    plan.count(".rope.scaling.original_context_length", 65536);
    plan.floats("output_hc_fn.weight", {4, 4 * kWidth});
    plan.floats("output_hc_base.weight", {4});
    plan.floats("output_hc_scale.weight", {1});
    for (int i = 0; i < layers; ++i) {
        plan.layer(i);
        hyperConnection(plan, "hc_attn", kWidth);
        plan.norm("attn_norm", kWidth);
        plan.floats("attn_sinks.weight", {kHeads});
        plan.add("attn_q_a", {kQueryRank, kWidth});
        plan.norm("attn_q_a_norm", kQueryRank);
        plan.add("attn_q_b", {kHeads * kHead, kQueryRank});
        plan.add("attn_kv", {kHead, kWidth});
        plan.norm("attn_kv_a_norm", kHead);
        plan.add("attn_output_a", {kGroups * kGroupRank, kHeads * kHead / kGroups});
        plan.add("attn_output_b", {kWidth, kGroups * kGroupRank});
        const std::int64_t ratio = ratios[static_cast<std::size_t>(i)];
        const std::int64_t overlap = ratio == 4 ? 2 : 1;
        if (ratio > 0) {
            plan.add("attn_compressor_kv", {overlap * kHead, kWidth});
            plan.add("attn_compressor_gate", {overlap * kHead, kWidth});
            plan.floats("attn_compressor_ape.weight", {ratio, overlap * kHead});
            plan.norm("attn_compressor_norm", kHead);
        }
        if (ratio == 4) {
            plan.add("indexer.proj", {kIndexHeads, kWidth});
            plan.add("indexer.attn_q_b", {kIndexHeads * kIndex, kQueryRank});
            plan.add("indexer_compressor_kv", {2 * kIndex, kWidth});
            plan.add("indexer_compressor_gate", {2 * kIndex, kWidth});
            plan.floats("indexer_compressor_ape.weight", {4, 2 * kIndex});
            plan.norm("indexer_compressor_norm", kIndex);
        }
        hyperConnection(plan, "hc_ffn", kWidth);
        plan.norm("ffn_norm", kWidth);
        plan.experts(kExperts, kHidden);
        plan.feedForward("_shexp", kHidden);
        if (i < kHashLayers)
            plan.ids("ffn_gate_tid2eid", {kVocabulary, kUsed}, kExperts);
        else
            plan.floats("exp_probs_b.bias", {kExperts});
    }
    return plan.take();
}

} // namespace

const std::vector<ModelShape> &modelShapes()
{
    static const std::vector<ModelShape> kShapes = {
        {"qwen3-30b-a3b", 48, qwen3Moe, "Q4_K_M"},           {"qwen3.5-35b-a3b", 40, qwen35Moe, "Q4_K_M", true},
        {"glm-4.7-flash", 47, glm47Flash, "Q4_K_M", true},   {"mixtral-8x7b", 32, mixtral, "Q4_K_M"},
        {"deepseek-v2-lite", 27, deepSeekV2Lite, "Q4_K_M"},  {"deepseek-v3", 61, deepSeekV3, "Q4_K_M", true},
        {"deepseek-v4-flash", 43, deepSeekV4Flash, "MXFP4"}, {"gpt-oss-20b", 24, gptOss, "MXFP4"},
    };
    return kShapes;
}

const ModelShape *findModelShape(std::string_view name)
{
    const auto &shapes = modelShapes();
    const auto found = std::find_if(shapes.begin(), shapes.end(), [&](const ModelShape &shape) { return shape.name == name; });
    return found == shapes.end() ? nullptr : &*found;
}

} // namespace conclave::engine
