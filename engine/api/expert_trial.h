#pragma once

#include "engine/api/forecast.h"

/// How much of what the routers of a model choose is in memory, found out before a single expert is read.
namespace conclave::engine
{

/// Experts that have to come from disk where memory holds only some of all.
struct ExpertShares
{
    double held = 0;   ///< share of all experts that memory has room for,
    double found = 0;  ///< share of those chosen for an answer that are there,
    double prompt = 0; ///< and share of all that is read for each 512 tokens of a prompt
    bool operator==(const ExpertShares &) const = default;
};

/// Some experts are chosen more often than others, and a token wants much of what those before it wanted: what is found follows from the
/// choices, not from the room alone.
struct ExpertTrial
{
    std::vector<ExpertShares> rooms; ///< for some rooms, ascending

    /// For any room: between two that were tried on a straight line.
    ExpertShares at(double held) const;
};

/// Has the model compute 128 to 2048 tokens with few of its routed experts: as many of each layer as come in some seconds, at least as many
/// as one token gets, stand in for all, the others stay on disk. Everything else is there, routers included, and what they choose is noted,
/// then played through for rooms of several sizes by the rules of the ExpertCache. An estimate, for with other experts the residual stream
/// is another one, and the tokens mean nothing; how good, says engine/README.md. `footprint` is that of the file. Reads all weights but
/// those experts. Errors as openEngine's; kCancelled; kInvalidRequest for a model without experts, with too short a context, or of which a
/// token takes so much (4 GB, 31 billion operations) that it would be more than some seconds' work: there experts are taken to be chosen
/// alike.
Result<ExpertTrial> tryExperts(const std::filesystem::path &file, const EngineOptions &options, const ModelFootprint &footprint,
                               std::stop_token stop = {});

} // namespace conclave::engine
