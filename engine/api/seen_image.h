#pragma once

#include "engine/api/types.h"

namespace conclave::engine
{

/// A picture as a model is shown it: scaled, and framed where the model needs it.
struct SeenImage
{
    Image picture;
    int tokens = 0;        ///< rows that the model has of it
    bool inPrompt = false; ///< each of them takes the place of a token; else they are read beside the text
};

} // namespace conclave::engine
