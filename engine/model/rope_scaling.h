#pragma once

#include "engine/model/metadata_keys.h"

#include <vector>

/// How rotary positions are stretched beyond the context that a model was trained with. No kernel knows of it: every way is a divisor of
/// each pair's frequency, and a magnitude of cosine and sine.
namespace conclave::engine
{

struct RopeScaling
{
    enum class Kind
    {
        kNone,
        kLinear, ///< positions are divided by the factor (Chen et al. 2023)
        kYarn,   ///< fast pairs stay, slow ones are divided, a ramp between (Peng et al. 2023)
    };

    Kind kind = Kind::kNone;
    float factor = 1.0F;
    float trainedContext = 4096.0F; ///< YaRN: tokens that the pairs were trained with
    float fastTurns = 32.0F;        ///< YaRN: pairs that turn more often than this within the trained context stay
    float slowTurns = 1.0F;         ///< YaRN: pairs that turn less often are divided
    float blend = 1.0F;             ///< YaRN: share of the blend; 0 is plain division
    float magnitude = 1.0F;         ///< the file's own factor of cosine and sine
    float latentScale = 0.0F;       ///< DeepSeek: mscale_all_dim, in the softmax instead of in the rotation; 0: the file has none

    /// YaRN's temperature sqrt(1/t) = 1 + 0.1 weight ln(factor); 1 when nothing is stretched.
    float temperature(float weight) const;
    /// What cosine and sine are multiplied by where attention has no scale of its own for it.
    float rotationMagnitude() const;
};

/// Keys `rope.scaling.*`, or the older `rope.scale_linear`. Unknown kinds are refused.
RopeScaling readRopeScaling(MetadataKeys &keys, int contextTokens);

/// Divisor of each of the dims / 2 frequencies base^(-2i / dims); empty when all are 1. `ownDivisors` [dims / 2] are those that a file
/// gives by itself (Llama 3, Gemma 4), or empty.
std::vector<float> ropeDivisors(const RopeScaling &scaling, int dims, float base, const std::vector<float> &ownDivisors = {});

} // namespace conclave::engine
