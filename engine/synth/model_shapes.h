#pragma once

#include "engine/base/result.h"
#include "engine/format/gguf_writer.h"
#include "kernels/core/dtype.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What files of known models consist of, without their numbers.
namespace conclave::engine
{

/// How a tensor's type is chosen.
enum class TensorRole
{
    kFloats,    ///< norms, biases, routers: always F32
    kEmbedding, ///< token_embd
    kOutput,    ///< output.weight: a step finer than the others in Q4_K_M
    kMatrix,
    kSensitive, ///< attention values and down projections: a step finer in some layers in Q4_K_M
    kExperts,   ///< routed experts: MXFP4 where the file is of that type
    kIds,       ///< I32, values below `limit`
};

struct PlannedTensor
{
    std::string name;
    std::vector<std::int64_t> shape; ///< row-major, slowest first
    TensorRole role = TensorRole::kMatrix;
    int layer = -1;
    float mean = 0; ///< kFloats only: 1 for norms
    std::int64_t limit = 0;
};

struct PlannedModel
{
    std::string architecture;
    std::vector<std::pair<std::string, StoredValue>> keys; ///< without the architecture's prefix where they begin with '.'
    std::vector<PlannedTensor> tensors;
    int layers = 0;
    std::int64_t vocabulary = 0;
};

struct ModelShape
{
    std::string_view name;
    int layers;
    PlannedModel (*plan)(int layers, bool foretells);
    std::string_view quantisation; ///< the one that people download
    bool foretells = false;        ///< it can have a block that foretells further tokens (MTP)
};

/// nullptr for a name that is not known.
const ModelShape *findModelShape(std::string_view name);
const std::vector<ModelShape> &modelShapes();

} // namespace conclave::engine
