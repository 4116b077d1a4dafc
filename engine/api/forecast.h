#pragma once

#include "engine/api/engine.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

/// What a model will take and how fast it will be, told before it is loaded.
namespace conclave::engine
{

/// Weights of one type that a token must read: what a decode step costs is their bytes over the speed of that type.
struct WeightWork
{
    std::string type;            ///< "Q4_K"
    double denseBytes = 0;       ///< a token, all matrices but the experts'
    double expertBytes = 0;      ///< a token, of the experts chosen for it
    double denseParameters = 0;  ///< multiplied for each token of a prompt: all matrices but the output's
    double expertParameters = 0; ///< likewise
};

/// Context that layers of one window read at each position.
struct ContextWork
{
    int window = 0; ///< positions seen at most; 0: all
    double bytes = 0;
    double operations = 0;
};

/// What a model takes: told by its own loading code, which is run on a device that only counts. Bytes.
struct ModelFootprint
{
    ModelInfo model;
    std::uint64_t weightBytes = 0;     ///< of the mapped file: everything but experts
    std::uint64_t tableBytes = 0;      ///< of these, tables of which a token reads one row: they become resident bit by bit
    std::uint64_t expertBytes = 0;     ///< of the mapped file
    std::uint64_t projectorBytes = 0;  ///< mapped file of the vision part
    std::uint64_t pictureBytes = 0;    ///< working memory from the first picture on
    std::uint64_t workBytes = 0;       ///< working memory of text: activations, logits, what the device's queue keeps
    std::uint64_t vocabularyBytes = 0; ///< header, tokens and merges as tables
    std::uint64_t stateBytes = 0;      ///< of one conversation, whatever its length
    std::uint64_t pageBytes = 0;       ///< of the context: keys and values come by whole pages,
    int pageTokens = 64;               ///< each for so many tokens
    double rowBytes = 0;               ///< of rows that stand for several tokens, for each token
    std::vector<WeightWork> weights;
    std::vector<ContextWork> context;
    int layers = 0;

    /// Memory of a conversation of `tokens`.
    std::uint64_t contextBytes(int tokens) const;
    /// What a conversation really holds whose first prompt had `prompt` tokens and which then grew to `tokens`: memory comes by doubling.
    std::uint64_t grownContextBytes(int prompt, int tokens) const;
    /// Everything that is in memory with a context of `tokens`, apart from mapped files.
    std::uint64_t ownBytes(int tokens) const;
    std::uint64_t mappedBytes() const { return weightBytes + expertBytes + projectorBytes; }
    /// That a decode step reads at `position`.
    double bytesRead(int position) const;
};

/// Runs all of the model's loading but its allocations. Refuses what openEngine would refuse, with the same error.
Result<ModelFootprint> modelFootprint(const std::filesystem::path &file, const EngineOptions &options = {});

/// What this machine can do, measured with the ops that models are computed with.
struct MachineSpeed
{
    struct Type
    {
        std::string type;
        double denseBytes = 0;       ///< of weights a second, one token at a time
        double expertBytes = 0;      ///< the same of experts chosen for a token
        double denseOperations = 0;  ///< a second, kProbeTokens at a time
        double expertOperations = 0; ///< the same of experts that share them, kProbeTokensOfExpert for each
    };
    std::string device;
    std::uint64_t memoryBytes = 0;
    double readBytes = 0; ///< a second, at best; 0: not known
    double copyBytes = 0;
    double attentionOperations = 0; ///< a second, one token against a long context
    double attentionBytes = 0;      ///< of context a second
    double promptAttention = 0;     ///< operations a second, many tokens against the context before them
    double opSeconds = 0;           ///< that an op takes however small it is
    std::vector<Type> types;

    static constexpr int kProbeTokens = 256;
    static constexpr int kProbeTokensOfExpert = 32;

    const Type *find(const std::string &type) const;
};

/// Measures the weight types named (those that carry weight: about half a second each) and the device itself. kCancelled, kOutOfMemory.
Result<MachineSpeed> measureMachine(const EngineOptions &options, const std::vector<std::string> &types, std::stop_token stop = {});

/// Name of the device that models are computed on.
std::string machineName(const EngineOptions &options = {});
/// Memory that this machine has, in bytes.
std::uint64_t machineMemory();

/// Types of `footprint` that decide its speed: what measureMachine should know.
std::vector<std::string> decisiveTypes(const ModelFootprint &footprint);

/// Seconds for one token at `position`, all weights in memory; 0: not known.
double decodeSeconds(const ModelFootprint &footprint, const MachineSpeed &machine, int position);
/// Seconds for a prompt of `tokens`; 0: not known.
double prefillSeconds(const ModelFootprint &footprint, const MachineSpeed &machine, int tokens);

} // namespace conclave::engine
