#pragma once

#include "engine/model/model.h"

/// The Qwen families without recurrent layers.
namespace conclave::engine
{

/// `qwen2`: Qwen2, Qwen2.5 and what was distilled into them; biases of query, key and value.
Result<std::unique_ptr<Model>> loadQwen2(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info);
/// `qwen2moe`: Qwen1.5-MoE, Qwen2-57B-A14B; weights of experts as the softmax gives them, a gated shared expert.
Result<std::unique_ptr<Model>> loadQwen2Moe(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info);
/// `qwen3`: Qwen3 0.6B to 32B; normalised heads instead of biases.
Result<std::unique_ptr<Model>> loadQwen3(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info);
/// `qwen3moe`: Qwen3-30B-A3B, Qwen3-235B-A22B and their kin.
Result<std::unique_ptr<Model>> loadQwen3Moe(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info);

/// `qwen3vl` and `qwen3vlmoe`: Qwen3's layers with interleaved M-RoPE; with a projector file pictures in the sequence and DeepStack
/// (Qwen3-VL report, 2025; Meng et al. 2024).
Result<std::unique_ptr<Model>> loadQwen3Vl(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info);

} // namespace conclave::engine
