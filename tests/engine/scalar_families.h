#pragma once

#include "engine/format/gguf_writer.h"
#include "tests/engine/rewritten_model.h"
#include "tests/engine/scalar_decoder.h"

#include <map>
#include <string>
#include <vector>

/// Small models of the families that no reference file exists for: what they are (for the equations), what their files say (for the
/// engine), and random weights for both.
namespace conclave::test
{

struct ScalarFamily
{
    std::string name; ///< of the test row
    std::string architecture;
    ScalarSpec spec;
    std::map<std::string, engine::StoredValue> keys; ///< without the architecture's prefix
    std::map<std::string, std::vector<std::int64_t>> shapes;

    /// Random weights, the same for every call.
    ScalarWeights weights() const;
    /// A file with these weights; tensors without shape are left out.
    RewrittenModel file(const ScalarWeights &weights) const;
};

/// One or more variants of each family.
std::vector<ScalarFamily> scalarFamilies();
/// GLM with a block that foretells further tokens; `own`: with an embedding, norm and output matrix of its own.
ScalarFamily foretellingGlm(bool own);
/// Gemma 3 with the depth of its largest model, which scales attention in a way of its own.
ScalarFamily deepGemma3();

} // namespace conclave::test
