#include "engine/model/rope_scaling.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace conclave::engine
{
namespace
{

/// The pair, counted from the fastest, that turns `turns` times within the trained context.
double pairOfTurns(const RopeScaling &scaling, int dims, double base, double turns)
{
    return dims * std::log(scaling.trainedContext / (turns * 2.0 * std::numbers::pi)) / (2.0 * std::log(base));
}

void readYarn(MetadataKeys &keys, RopeScaling &scaling, int contextTokens)
{
    const auto trained = keys.optional("rope.scaling.original_context_length", 1, 1 << 30, contextTokens);
    scaling.trainedContext = static_cast<float>(trained);
    scaling.fastTurns = keys.optionalNumber("rope.scaling.yarn_beta_fast", 1e-3, 1e6, 32.0F);
    scaling.slowTurns = keys.optionalNumber("rope.scaling.yarn_beta_slow", 1e-3, 1e6, 1.0F);
    const float blend = keys.optionalNumber("rope.scaling.yarn_ext_factor", -1.0, 1.0, -1.0F);
    scaling.blend = blend < 0.0F ? 1.0F : blend; // below 0: not set
    scaling.magnitude *= keys.optionalNumber("rope.scaling.yarn_attn_factor", 1e-3, 1e3, 1.0F);
    // The key holds 0.1 mscale_all_dim.
    scaling.latentScale = keys.optionalNumber("rope.scaling.yarn_log_multiplier", 0.0, 1e3, 0.0F) / 0.1F;
}

} // namespace

float RopeScaling::temperature(float weight) const
{
    return kind == Kind::kYarn && factor > 1.0F ? 1.0F + 0.1F * weight * std::log(factor) : 1.0F;
}

float RopeScaling::rotationMagnitude() const
{
    return magnitude * (blend > 0.0F ? temperature(1.0F) : 1.0F);
}

RopeScaling readRopeScaling(MetadataKeys &keys, int contextTokens)
{
    RopeScaling scaling;
    const std::string kind = keys.optionalString("rope.scaling.type", keys.has("rope.scale_linear") ? "linear" : "none");
    if (kind == "none")
        return scaling;
    if (kind != "linear" && kind != "yarn") {
        keys.refuse("rope.scaling.type", "is \"" + kind + "\", which this version does not know");
        return scaling;
    }
    scaling.kind = kind == "yarn" ? RopeScaling::Kind::kYarn : RopeScaling::Kind::kLinear;
    const char *factorKey = keys.has("rope.scaling.factor") ? "rope.scaling.factor" : "rope.scale_linear";
    scaling.factor = keys.optionalNumber(factorKey, 0.01, 1e6, 1.0F);
    scaling.magnitude = keys.optionalNumber("rope.scaling.attn_factor", 1e-3, 1e3, 1.0F);
    if (scaling.kind == RopeScaling::Kind::kYarn)
        readYarn(keys, scaling, contextTokens);
    return scaling;
}

std::vector<float> ropeDivisors(const RopeScaling &scaling, int dims, float base, const std::vector<float> &ownDivisors)
{
    std::vector<float> divisors = ownDivisors;
    if (scaling.kind == RopeScaling::Kind::kNone || scaling.factor == 1.0F)
        return divisors;
    divisors.resize(static_cast<std::size_t>(dims / 2), 1.0F);
    double fast = 0, slow = 0;
    if (scaling.kind == RopeScaling::Kind::kYarn) {
        fast = std::max(0.0, std::floor(pairOfTurns(scaling, dims, base, scaling.fastTurns)));
        slow = std::min(dims - 1.0, std::ceil(pairOfTurns(scaling, dims, base, scaling.slowTurns)));
    }
    for (std::size_t i = 0; i < divisors.size(); ++i) {
        double kept = 0; // share of the frequency as it was trained
        if (scaling.kind == RopeScaling::Kind::kYarn)
            kept = scaling.blend * (1.0 - std::clamp((static_cast<double>(i) - fast) / std::max(0.001, slow - fast), 0.0, 1.0));
        divisors[i] /= static_cast<float>(kept + (1.0 - kept) / scaling.factor);
    }
    return divisors;
}

} // namespace conclave::engine
