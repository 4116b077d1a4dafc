#pragma once

#include "engine/generate/candidates.h"

/// The filters of sampling. Each takes the candidates that the one before left, normalises them anew in thought, and drops some; the ones
/// named after the most likely tokens always keep the best. None allocates.
namespace conclave::engine
{

/// The `count` best; 0 or less: off. One pass over the candidates for the usual small counts.
void keepTopK(Candidates &candidates, int count);

/// Locally typical sampling (Meister et al. 2022): the tokens whose surprise -log p is closest to the entropy, up to `mass` of the
/// probability. 1 or more, or not above 0: off.
void keepTypical(Candidates &candidates, float mass);

/// Nucleus sampling (Holtzman et al. 2019): the most likely tokens, up to `mass` of the probability. 1 or more: off.
void keepTopP(Candidates &candidates, float mass);

/// Tokens at least `share` times as likely as the best. 0 or less: off; above 1 counts as 1.
void keepMinP(Candidates &candidates, float share);

/// XTC, "exclude top choices": of the tokens with a probability of at least `threshold` only the least likely stays. Does nothing
/// where fewer than two reach it. Not above 0, or above 0.5 (where two never reach it): off.
void excludeTopChoices(Candidates &candidates, float threshold);

} // namespace conclave::engine
