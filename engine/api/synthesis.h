#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

/// Model files with random weights in the shapes of known models: for benchmarks and for trying what a machine can hold, without a
/// download. What they answer means nothing.
namespace conclave::engine
{

struct SynthesisRequest
{
    std::string shape;        ///< one of synthesisShapes()
    std::string quantisation; ///< one of synthesisQuantisations(); empty: the shape's own
    int layers = 0;           ///< 0: all that the model has
    std::uint64_t seed = 1;
    bool foretells = false; ///< with the block that foretells further tokens (MTP), where the model has one
    bool hole = false;      ///< all weights are zero and take no disk: for forecasts and layouts in full size
};

/// "qwen3-30b-a3b", ...
std::vector<std::string> synthesisShapes();
/// "F16", "Q8_0", "Q4_0", "Q4_K_M", "MXFP4"
std::vector<std::string> synthesisQuantisations();

/// Bytes that the file will have, about (its header aside). kInvalidRequest for an unknown shape or type, or layers out of range.
Result<std::uint64_t> synthesisBytes(const SynthesisRequest &request);

/// Writes the file front to back through a small buffer, whatever its size; `progress` hears the share done, 0 to 1. An unfinished file
/// is removed. kInvalidRequest, kWriteFailed, kCancelled.
Result<Done> synthesise(const std::filesystem::path &file, const SynthesisRequest &request,
                        const std::function<void(double)> &progress = {}, std::stop_token stop = {});

} // namespace conclave::engine
