#pragma once

#include "plugin_bench.h"

#include "kernels/core/queue.h"

#include <functional>
#include <string>
#include <vector>

/// Every op that a plugin has x weight types x odd shapes, as data.
namespace conclave::tests
{

/// Queues one op on a side and returns what it wrote. Both sides get the same operands: a case makes its own Random.
using OpCase = std::function<kernels::Status(Side &, kernels::Tensor &out)>;

inline constexpr kernels::DType kWeightTypes[] = {kernels::DType::kF32,  kernels::DType::kF16,  kernels::DType::kBF16,
                                                  kernels::DType::kQ8_0, kernels::DType::kQ4_0, kernels::DType::kQ4_K,
                                                  kernels::DType::kQ6_K};

/// Types of weights that a device may leave to others.
inline constexpr kernels::DType kMoreWeightTypes[] = {
    kernels::DType::kQ4_1,    kernels::DType::kQ5_0,   kernels::DType::kQ5_1,   kernels::DType::kQ2_K,    kernels::DType::kQ3_K,
    kernels::DType::kQ5_K,    kernels::DType::kIQ4_NL, kernels::DType::kIQ4_XS, kernels::DType::kMXFP4,   kernels::DType::kIQ3_S,
    kernels::DType::kIQ3_XXS, kernels::DType::kIQ2_S,  kernels::DType::kIQ2_XS, kernels::DType::kIQ2_XXS, kernels::DType::kIQ1_S,
    kernels::DType::kIQ1_M,   kernels::DType::kTQ1_0,  kernels::DType::kTQ2_0};

struct NamedCase
{
    std::string name;
    OpCase run;
    double tolerance = 2e-5;
    bool optional = false; ///< not every device has it yet
};

std::vector<NamedCase> allCases();
/// Among them those of a transformer's block: KV cache, attention, router, experts.
std::vector<NamedCase> blockCases();
/// Ops in the order of a decoding step, which a device may compute as one: for one token, fast, and again and again.
std::vector<NamedCase> decodeCases();
/// And those of some families alone, and of pictures.
std::vector<NamedCase> moreCases();

struct MatmulShape
{
    std::int64_t rows, width, tokens;
};

OpCase matmulCase(kernels::DType type, MatmulShape shape, kernels::Activation activation, bool bias, bool accumulate);

/// Precision::kFast over operands that lie as an engine's do.
OpCase fastMatmulCase(kernels::DType type, MatmulShape shape);
/// What 8-bit activations (Q types) or halves may lose in a sum of `width` products of values about 1.
double fastTolerance(kernels::DType type, std::int64_t width);

/// Queues a small feed-forward block, `times` in one go: norm, two matmuls, gate, a third matmul onto the residual, which is `out`.
kernels::Status queueBlock(Side &side, int times, kernels::Tensor &out);

} // namespace conclave::tests
