#pragma once

#include "engine/api/engine.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

/// Measures a model on this machine: how fast it reads a prompt and how fast it answers, beside what the machine can do at best.
namespace conclave::engine
{

struct BenchmarkRequest
{
    std::vector<int> prefill = {512}; ///< prompts of so many tokens
    std::vector<int> depths = {0};    ///< answers after so many tokens of context
    std::vector<int> batches;         ///< so many answers decoding together, 1 to BatchOptions::kMostTogether, at each depth
    std::vector<int> ahead;           ///< so many tokens computed ahead in each pass of an answer, and foretold if the model can
    int answerTokens = 64;            ///< of each answer
    int repeats = 5;
    bool weightsFirst = false; ///< all weights are read into memory before, as a forecast of memory has it; else as they are needed
    /// Called before each repeat of a prompt or an answer that counts, and after the last: what the machine does meanwhile can be measured.
    std::function<void()> between;
};

/// One thing measured, repeated.
struct BenchmarkRow
{
    enum class Kind
    {
        kPrefill,
        kDecode,
        kBatch,    ///< several answers together
        kAhead,    ///< one answer whose passes take `ahead` tokens more; all are counted, as if all came true
        kForetell, ///< `ahead` tokens foretold by the model behind each token of an answer; only that is timed
    };
    Kind kind = Kind::kPrefill;
    int tokens = 0;                ///< computed in each repeat, by all answers
    int depth = 0;                 ///< context before them
    int answers = 1;               ///< decoding together
    std::vector<double> seconds;   ///< of each repeat
    double bytesPerToken = 0;      ///< that one token must move by itself: weights and context
    std::uint64_t memoryBytes = 0; ///< resident at the end, more than before the model was loaded
    int ahead = 0;                 ///< tokens more in a pass, or foretold
    ExpertTraffic traffic;         ///< of all repeats
    /// Bytes a second that plain reading of the model's own weights gave behind each repeat: memory's speed wanders on shared machines.
    /// Only of answers on the processor whose weights are mapped.
    std::vector<double> reads;
    double readBytes() const; ///< the median of `reads`; 0: none
    /// Tokens a second that the disk allows at most for what had to be read from it; 0: nothing had to.
    double diskRate(double diskBytes) const;
    double rate(double share) const; ///< tokens a second at that place of the sorted repeats: 0 slowest, 0.5 median, 1 fastest
};

struct BenchmarkReport
{
    ModelInfo model;
    std::string device;
    std::string deviceNote; ///< see Engine::deviceNote
    double readBytes = 0;   ///< of memory, a second, measured now; 0: not known
    double copyBytes = 0;
    double int8Operations = 0; ///< a second
    double loadSeconds = 0;
    std::uint64_t peakMemoryBytes = 0;
    /// Where not all experts fit into memory: bytes a second that the disk gives when experts are read as they are for an answer, and how
    /// many there is room for. 0 where they fit.
    double diskBytes = 0;
    std::string diskManner; ///< "io_uring, past the page cache"
    std::uint64_t expertsHeld = 0;
    std::uint64_t experts = 0; ///< of all layers
    double joules = -1;        ///< taken while measuring, by what can count (base/power_meter.h); below 0: not measurable here
    double seconds = 0;        ///< of measuring
    std::vector<BenchmarkRow> rows;
};

/// How often tokens computed ahead must come true, each behind the other, so that `ahead` of them in a pass pay, by the rows of a report;
/// with `foretold` ones the model's time for them counts too. Above 1: they never do. Nothing when it was not measured.
std::optional<double> breakEven(const BenchmarkReport &report, int ahead, int depth, bool foretold);

/// Loads `file` and measures. `progress` hears what is being measured. Errors as openEngine's, and kContextFull when a prompt or depth does
/// not fit the model, kCancelled.
Result<BenchmarkReport> benchmark(const std::filesystem::path &file, const EngineOptions &options, const BenchmarkRequest &request,
                                  const std::function<void(const std::string &)> &progress = {}, std::stop_token stop = {});

} // namespace conclave::engine
