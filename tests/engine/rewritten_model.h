#pragma once

#include "engine/format/gguf_reader.h"
#include "engine/format/gguf_writer.h"

#include <QByteArray>

#include <algorithm>
#include <map>
#include <span>
#include <sstream>
#include <string>
#include <vector>

/// A model file taken apart, so that tests can spoil it and put it together again.
namespace conclave::test
{

/// Every key that our architectures and tokenizers read.
inline std::vector<std::string> metadataNames(const std::string &architecture)
{
    const std::vector<std::string> own = {"block_count",
                                          "embedding_length",
                                          "context_length",
                                          "feed_forward_length",
                                          "attention.head_count",
                                          "attention.head_count_kv",
                                          "attention.key_length",
                                          "attention.value_length",
                                          "attention.layer_norm_rms_epsilon",
                                          "rope.freq_base",
                                          "rope.dimension_count",
                                          "rope.dimension_count_swa",
                                          "rope.freq_base_swa",
                                          "rope.scaling.type",
                                          "rope.scaling.factor",
                                          "rope.scaling.original_context_length",
                                          "rope.scaling.yarn_log_multiplier",
                                          "attention.q_lora_rank",
                                          "attention.kv_lora_rank",
                                          "attention.key_length_mla",
                                          "attention.value_length_mla",
                                          "attention.key_length_swa",
                                          "attention.value_length_swa",
                                          "attention.sliding_window",
                                          "attention.sliding_window_pattern",
                                          "attention.shared_kv_layers",
                                          "embedding_length_per_layer_input",
                                          "final_logit_softcapping",
                                          "expert_shared_count",
                                          "expert_group_count",
                                          "expert_group_used_count",
                                          "expert_gating_func",
                                          "expert_weights_norm",
                                          "expert_weights_scale",
                                          "rope.dimension_sections",
                                          "n_deepstack_layers",
                                          "vocab_size",
                                          "expert_count",
                                          "expert_used_count",
                                          "expert_feed_forward_length",
                                          "expert_shared_feed_forward_length",
                                          "leading_dense_block_count",
                                          "swiglu_clamp_exp",
                                          "swiglu_clamp_shexp",
                                          "attention.indexer.head_count",
                                          "attention.indexer.key_length",
                                          "attention.indexer.top_k",
                                          "attention.output_group_count",
                                          "attention.output_lora_rank",
                                          "attention.compress_ratios",
                                          "attention.compress_rope_freq_base",
                                          "hyper_connection.count",
                                          "hyper_connection.sinkhorn_iterations",
                                          "hyper_connection.epsilon",
                                          "hash_layer_count",
                                          "rope.scaling.yarn_beta_fast",
                                          "rope.scaling.yarn_beta_slow",
                                          "full_attention_interval",
                                          "ssm.conv_kernel",
                                          "ssm.inner_size",
                                          "ssm.state_size",
                                          "ssm.time_step_rank",
                                          "ssm.group_count",
                                          "gating.k_min",
                                          "gating.k_max",
                                          "gating.k_wide",
                                          "gating.tau",
                                          "gating.calibration",
                                          "bridge.tap",
                                          "vision.image_height",
                                          "vision.image_width",
                                          "vision.stem_channels",
                                          "vision.conv_block_count",
                                          "vision.conv_feed_forward_length",
                                          "vision.block_count",
                                          "vision.embedding_length",
                                          "vision.feed_forward_length",
                                          "vision.head_count",
                                          "vision.tap_blocks",
                                          "vision.loc_step"};
    std::vector<std::string> names = {"general.architecture", "general.name"};
    for (const char *key : {"model", "pre", "tokens", "token_type", "scores", "merges", "bos_token_id", "eos_token_id", "add_bos_token"})
        names.push_back(std::string("tokenizer.ggml.") + key);
    for (const std::string &key : own)
        names.push_back(architecture + "." + key);
    return names;
}

/// Every key that a projector file needs.
inline std::vector<std::string> projectorNames()
{
    std::vector<std::string> names = {"general.architecture", "general.name", "clip.has_vision_encoder", "clip.projector_type",
                                      "clip.use_gelu"};
    for (const char *key :
         {"projection_dim", "image_size", "patch_size", "embedding_length", "feed_forward_length", "block_count", "attention.head_count",
          "attention.layer_norm_epsilon", "image_mean", "image_std", "spatial_merge_size", "is_deepstack_layers"})
        names.push_back(std::string("clip.vision.") + key);
    return names;
}

struct RewrittenModel
{
    struct Part
    {
        std::string name;
        kernels::DType type = kernels::DType::kF32;
        std::vector<std::int64_t> shape;
        QByteArray data; ///< shared until it is changed: tests copy whole models to spoil one tensor

        void setShape(std::vector<std::int64_t> to)
        {
            shape = std::move(to);
            std::size_t rows = 1;
            for (std::size_t axis = 0; axis + 1 < shape.size(); ++axis)
                rows *= static_cast<std::size_t>(shape[axis]);
            data.resize(static_cast<qsizetype>(rows * kernels::rowBytes(type, static_cast<std::size_t>(shape.back()))), '\0');
        }
    };

    std::map<std::string, engine::StoredValue> keys;
    std::vector<Part> tensors;

    /// `keyNames`: metadata to keep, since a file's keys cannot be listed; absent ones are skipped.
    static RewrittenModel of(const engine::GgufFile &file, const std::vector<std::string> &keyNames)
    {
        RewrittenModel model;
        for (const std::string &name : keyNames) {
            if (const engine::MetadataValue *value = file.find(name))
                model.keys.emplace(name, stored(*value));
        }
        for (const engine::TensorInfo &info : file.tensors())
            model.tensors.push_back({info.name,
                                     info.dtype,
                                     {info.shape.begin(), info.shape.begin() + info.rank},
                                     {reinterpret_cast<const char *>(info.data.data()), static_cast<qsizetype>(info.data.size())}});
        return model;
    }

    Part &tensor(const std::string &name)
    {
        return *std::find_if(tensors.begin(), tensors.end(), [&](const Part &part) { return part.name == name; });
    }
    void remove(const std::string &name)
    {
        std::erase_if(tensors, [&](const Part &part) { return part.name == name; });
    }

    std::string bytes() const
    {
        std::size_t room = std::size_t{1} << 20; // a header; more is made where it is needed
        for (const Part &part : tensors)
            room += static_cast<std::size_t>(part.data.size()) + 64;
        std::string memory;
        memory.reserve(room);
        std::ostringstream stream(std::move(memory)); // grows no further: each growth would copy megabytes
        engine::GgufWriter writer(stream);
        bool ok = true;
        for (const auto &[key, value] : keys)
            writer.set(key, value);
        for (const Part &part : tensors)
            ok = writer.declare(part.name, part.type, part.shape).ok() && ok;
        ok = writer.begin().ok() && ok;
        for (const Part &part : tensors)
            ok = writer.writeTensor(std::as_bytes(std::span(part.data.constData(), static_cast<std::size_t>(part.data.size())))).ok() && ok;
        ok = writer.finish().ok() && ok;
        return ok ? std::move(stream).str() : std::string();
    }

private:
    static engine::StoredValue stored(const engine::MetadataValue &value)
    {
        using engine::StoredValue;
        if (const auto *number = std::get_if<std::int64_t>(&value))
            return static_cast<std::int32_t>(*number);
        if (const auto *number = std::get_if<std::uint64_t>(&value))
            return static_cast<std::uint32_t>(*number);
        if (const auto *number = std::get_if<double>(&value))
            return static_cast<float>(*number);
        if (const auto *flag = std::get_if<bool>(&value))
            return *flag;
        if (const auto *text = std::get_if<std::string>(&value))
            return *text;
        if (const auto *list = std::get_if<std::vector<std::int64_t>>(&value))
            return std::vector<std::int32_t>(list->begin(), list->end());
        if (const auto *list = std::get_if<std::vector<double>>(&value))
            return std::vector<float>(list->begin(), list->end());
        return std::get<std::vector<std::string>>(value);
    }
};

} // namespace conclave::test
