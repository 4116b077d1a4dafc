#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

/// Decoders written once more, straight from the papers' equations: float64, one loop inside the other, no cache, no batches, nothing
/// shared with engine/model. What the families without a reference file are held to.
namespace conclave::test
{

/// Weights by the names that GGUF files give them, row-major.
using ScalarWeights = std::map<std::string, std::vector<float>>;

struct ScalarLayer
{
    int kvHeads = 1;
    int headDim = 8;

    // Rotary positions
    int ropeDims = 8;
    double ropeBase = 10000;
    std::vector<double> ropeDivisors; ///< of each pair's frequency, or empty
    bool ownFrequencies = false;      ///< divisors are rope_freqs.weight
    double ropeMagnitude = 1;
    bool neighbours = false; ///< pairs are (2i, 2i + 1); otherwise (i, i + n/2)

    // Attention
    double scale = 1;
    int window = 0; ///< 0: all positions before
    bool normaliseValues = false;
    int keysOf = -1; ///< an earlier layer whose keys and values are used

    // Feed-forward
    std::string feedForwardNorm = "ffn_norm";
    bool gelu = false; ///< else SiLU
    int experts = 0;   ///< 0: dense
    int used = 0;
    bool sigmoid = false; ///< router's scores; else softmax
    bool normalise = true;
    double weightScale = 1;
};

struct ScalarSpec
{
    int width = 32;
    int vocabulary = 64;
    int heads = 4;
    double epsilon = 1e-6;
    double embeddingScale = 1;
    double logitCap = 0;   ///< 0: none
    int perLayerWidth = 0; ///< Gemma's per-layer embeddings; 0: none
    std::vector<ScalarLayer> layers;
    int predictionLayers = 0; ///< of the layers: blocks at the end that predict further tokens, 0 or 1
};

/// Logits [T, V] of all tokens. A bias, a norm, a shared expert or a scale is used where `weights` has its tensor.
std::vector<double> scalarLogits(const ScalarSpec &spec, const ScalarWeights &weights, std::span<const std::int32_t> tokens);
/// Logits [count, V] of what the block for further tokens says behind the last of `tokens`: of the token after it, and, each with the most
/// likely token before, of those after that.
std::vector<double> scalarForetold(const ScalarSpec &spec, const ScalarWeights &weights, std::span<const std::int32_t> tokens, int count);

} // namespace conclave::test
