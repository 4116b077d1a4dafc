#pragma once

#include "engine/api/engine.h"

#include <cstdint>
#include <filesystem>
#include <memory>
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
    double outputBytes = 0;      ///< of denseBytes, the output matrix: a prompt reads it once
};

/// Context that layers of one window read at each position.
struct ContextWork
{
    int window = 0; ///< positions seen at most; 0: all
    double bytes = 0;
    double operations = 0;
};

/// What a pass does beside matrices and context, counted op by op.
struct SmallWork
{
    double ops = 0;           ///< of a pass, all of them, however many tokens it has
    double values = 0;        ///< a token, that norms, rotations, gates and sums go over
    double routerLogits = 0;  ///< a token
    double streamValues = 0;  ///< a token, of hyper-connections: gathered and spread
    double rowOperations = 0; ///< a token and position, of choosing compressed rows
};

/// What a model takes: told by its own loading code, which is run on a device that only counts. Bytes.
struct ModelFootprint
{
    ModelInfo model;
    std::uint64_t weightBytes = 0;     ///< of the mapped file: everything but experts
    std::uint64_t tableBytes = 0;      ///< of these, tables of which a token reads one row: they become resident bit by bit
    std::uint64_t expertBytes = 0;     ///< of the mapped file
    std::uint64_t slotBytes = 0;       ///< that an expert takes where only some are in memory: as much as the largest of any layer
    int expertCount = 0;               ///< of all layers
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
    std::string contextType = "F16"; ///< of keys and values
    SmallWork small;
    int layers = 0;

    /// Memory of a conversation of `tokens`.
    std::uint64_t contextBytes(int tokens) const;
    /// What a conversation really holds whose first prompt had `prompt` tokens and which then grew to `tokens`: memory comes by doubling.
    std::uint64_t grownContextBytes(int prompt, int tokens) const;
    /// Everything that is in memory with a context of `tokens`, apart from mapped files.
    std::uint64_t ownBytes(int tokens) const;
    /// Experts that there is room for in `bytes`.
    int expertsIn(std::uint64_t bytes) const;
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
        double denseBytes = 0;          ///< of weights a second, one token at a time
        double expertBytes = 0;         ///< the same of experts chosen for a token
        double denseOperations = 0;     ///< a second, kProbeTokens at a time
        double expertOperations = 0;    ///< the same of experts that share them, kProbeTokensOfExpert for each
        double fewExpertOperations = 0; ///< and kFewTokensOfExpert
    };
    /// Attention over keys and values of one type.
    struct Context
    {
        std::string type;
        double operations = 0;       ///< a second, one token against a long context
        double promptOperations = 0; ///< and many tokens against the context before them
    };
    std::string device;
    std::uint64_t memoryBytes = 0;
    std::uint64_t limitBytes = 0; ///< that this process may fill at most, of these; 0: no limit
    double readBytes = 0;         ///< a second, of the type that is read fastest; 0: not known
    double opSeconds = 0;         ///< that an op takes however small it is
    /// What SmallWork takes, a second, many tokens at a time; 0: not known.
    double smallValues = 0, routerLogits = 0, streamValues = 0;
    /// A file's pages lie all over the memory, and finding them takes longer the more there are: what is read a second of `narrowSpan`
    /// bytes of a mapped file, over and over, and of `wideSpan` bytes in no order. Both 0: not known.
    double narrowBytes = 0, wideBytes = 0;
    double wideSpan = 0;
    /// Seconds that a byte of a mapped file takes longer than in `types`, which are measured in memory of the program's own (or, below 0,
    /// shorter): of experts, already of a narrow span, and of all other weights. 0: not known.
    double mappedExpertSeconds = 0, mappedDenseSeconds = 0;
    std::vector<Type> types;
    std::vector<Context> contexts;

    static constexpr int kProbeTokens = 256;
    static constexpr int kProbeTokensOfExpert = 32;
    static constexpr int kFewTokensOfExpert = 8;
    static constexpr double kNarrowSpan = 192e6;

    const Type *find(const std::string &type) const;
    const Context *findContext(const std::string &type) const;
    /// Seconds that a byte takes longer than in `types` when all of `span` bytes are read before it is again.
    double scatterSeconds(double span) const;
};

/// What has to be measured to forecast a model.
struct MachineNeeds
{
    std::vector<std::string> types;    ///< of weights
    std::vector<std::string> contexts; ///< of keys and values
    std::filesystem::path file;        ///< what of it is in memory tells how mapped files are read; or empty
};
/// Types that decide its speed, and its file.
MachineNeeds needsOf(const ModelFootprint &footprint, const std::filesystem::path &file = {});

/// What a machine is measured for.
enum class MachineWork
{
    kAll,
    kPrompts, ///< many tokens at a time
    kAnswers, ///< one token at a time
};

/// Measures a machine as often as asked: what it needs for that it keeps, half a gigabyte.
class MachineProbe
{
public:
    virtual ~MachineProbe() = default;
    /// About half a second a type. What `work` does not need is told as it was measured last. kCancelled, kOutOfMemory.
    virtual Result<MachineSpeed> measure(std::stop_token stop = {}, MachineWork work = MachineWork::kAll) = 0;
};
Result<std::unique_ptr<MachineProbe>> createMachineProbe(const EngineOptions &options, const MachineNeeds &needs);

/// Measures once.
Result<MachineSpeed> measureMachine(const EngineOptions &options, const MachineNeeds &needs, std::stop_token stop = {});

/// How weights come from disk.
struct DiskSpeed
{
    double bytes = 0;       ///< a second; 0: not known
    double waitSeconds = 0; ///< that it takes besides, each time that something is waited for, however little
};

/// How experts of `file` come while they are streamed, those of a token in a layer together, past the page cache: one of them and as many
/// as a token chooses are read by turns, for about `seconds`.
DiskSpeed expertDiskSpeed(const std::filesystem::path &file, const ModelFootprint &footprint, double seconds = 0.5);

/// Name of the device that models are computed on.
std::string machineName(const EngineOptions &options = {});
/// Memory that this machine has, in bytes.
std::uint64_t machineMemory();
/// Memory that this process may fill at most, as containers and services are told (control groups); 0: as much as there is.
std::uint64_t memoryLimit();

/// Seconds for one token at `position`, all weights in memory; 0: not known.
double decodeSeconds(const ModelFootprint &footprint, const MachineSpeed &machine, int position);
/// Seconds for a prompt of `tokens`; 0: not known.
double prefillSeconds(const ModelFootprint &footprint, const MachineSpeed &machine, int tokens);

} // namespace conclave::engine
