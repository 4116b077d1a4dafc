#include "tests/bench/stream_bench.h"

#include "engine/api/expert_trial.h"
#include "engine/base/process_memory.h"
#include "engine/forecast/placement.h"
#include "engine/generate/engine_setup.h"
#include "engine/moe/expert_cache.h"
#include "engine/moe/expert_store.h"
#include "tests/bench/token_stream.h"

#include <algorithm>

namespace conclave::bench
{
namespace
{

using namespace conclave::engine;

struct Way
{
    const char *name;
    bool frequent;
    bool ahead;
    bool ring;
};

constexpr Way kWays[] = {{"all different", false, false, true},
                         {"all different, ahead", false, true, true},
                         {"as in text", true, false, true},
                         {"as in text, ahead", true, true, true},
                         {"as in text, ahead, threads", true, true, false}};

/// Tokens/s of one token again and again, whose experts are all found: what memory and arithmetic allow.
double memoryRate(Model &model, KvCache &cache, double seconds)
{
    computeOne(model, cache, 0);
    int count = 0;
    const auto start = Clock::now();
    for (; secondsSince(start) < seconds; ++count)
        computeOne(model, cache, 0);
    return count / secondsSince(start);
}

/// What the first 100 tokens of a model just loaded find in memory, other tokens than those that `used` was counted from. Counts them.
double foundAtFirst(const GgufFile &file, const EngineOptions &options, ExpertStreaming streaming, UsedExperts &used, std::uint64_t seed,
                    int count)
{
    constexpr int kFirst = 100;
    streaming.used = used;
    const auto device = processorFor(options);
    ModelOptions modelOptions = modelOptionsFor(options);
    modelOptions.streaming = streaming;
    const auto model = need(loadModel(file, *device, modelOptions));
    const auto cache = need(model->createCache(256));
    TokenStream tokens(true, model->vocabularySize(), seed);
    ExpertTelemetry telemetry;
    double found = 0;
    for (int i = 0; i < std::max(count, kFirst); ++i) {
        computeOne(*model, *cache, tokens.next(), &telemetry);
        if (i + 1 == kFirst)
            found = model->experts().traffic().hitRate();
    }
    used.add(telemetry);
    return found;
}

void run(const GgufFile &file, const EngineOptions &options, ExpertStreaming streaming, const Way &way, double seconds)
{
    streaming.ahead = way.ahead;
    streaming.ring = way.ring;
    const auto device = processorFor(options);
    ModelOptions modelOptions = modelOptionsFor(options);
    modelOptions.streaming = streaming;
    const auto start = Clock::now();
    const auto model = need(loadModel(file, *device, modelOptions));
    const double loaded = secondsSince(start);
    const auto cache = need(model->createCache(256));
    ExpertCache &experts = *model->experts().cache();
    TokenStream tokens(way.frequent, model->vocabularySize());
    compute(*model, *cache, tokens, seconds);
    const ExpertTraffic before = experts.traffic();
    const auto begun = Clock::now();
    const int count = compute(*model, *cache, tokens, seconds);
    const double took = secondsSince(begun);
    const ExpertTraffic traffic = experts.traffic().since(before);
    const double memory = memoryRate(*model, *cache, 2);
    const double disk = experts.measureDisk(2 * model->info().expertsUsed, 3);
    const double limit = disk * count / static_cast<double>(std::max<std::uint64_t>(traffic.bytesRead, 1));
    const double rate = count / took;
    std::printf("%-28s %6zu/%-6zu %7.1f%% %7.1f%% %9.1f %9.2f %9.2f %9.2f %9.2f %7.1f%% %7.1f%% %7.0f%% %7.1f %8.0f\n", way.name,
                experts.room(), experts.experts(), 100 * traffic.hitRate(),
                100 * static_cast<double>(traffic.foretold) / static_cast<double>(std::max<std::uint64_t>(traffic.readAhead, 1)),
                static_cast<double>(traffic.bytesRead) / count / 1e6, disk / 1e9, limit, memory, rate, 100 * rate / limit,
                100 * rate / std::min(limit, memory), 100 * traffic.secondsWaited / took, loaded,
                static_cast<double>(residentMemoryBytes()) / 1e6);
    std::fflush(stdout);
}

} // namespace

void streamExperts(const std::string &path, double gigabytes, double seconds)
{
    const auto file = need(GgufFile::open(path));
    EngineOptions options;
    options.contextTokens = 512;
    options.memoryBytes = static_cast<std::uint64_t>(gigabytes * 1e9);
    const auto streaming = streamingFor(file, options);
    if (!streaming) {
        std::printf("all of it fits into memory, of which %.2f GB may be taken\n", static_cast<double>(memoryFor(options)) / 1e9);
        return;
    }
    std::printf("%-28s %13s %8s %8s %9s %9s %9s %9s %9s %8s %8s %8s %7s %8s\n", "tokens", "room", "found", "came true", "MB/token",
                "disk GB/s", "disk t/s", "found t/s", "tokens/s", "of disk", "of both", "waited", "load s", "MB");
    for (const Way &way : kWays)
        run(file, options, *streaming, way, seconds);
}

void startWarm(const std::string &path, double gigabytes, int tokens)
{
    const auto file = need(GgufFile::open(path));
    EngineOptions options;
    options.memoryBytes = static_cast<std::uint64_t>(gigabytes * 1e9);
    const auto streaming = streamingFor(file, options);
    if (!streaming) {
        std::printf("all of it fits into memory\n");
        return;
    }
    UsedExperts used;
    std::printf("%16s %22s\n", "tokens before", "first 100 tokens find");
    for (int session = 0; session < 4; ++session) {
        const double found = foundAtFirst(file, options, *streaming, used, 1000003ULL * static_cast<unsigned>(session + 1), tokens);
        std::printf("%16d %21.1f%%\n", session * tokens, 100 * found);
        std::fflush(stdout);
    }
}

void tryStreaming(const std::string &path)
{
    const auto footprint = need(modelFootprint(path));
    const auto start = Clock::now();
    const ExpertTrial trial = need(tryExperts(path, {}, footprint));
    std::printf("%.2f s\n%8s %8s %14s\n", secondsSince(start), "held", "found", "a prompt reads");
    for (const ExpertShares &one : trial.rooms)
        std::printf("%7.1f%% %7.1f%% %13.1f%%\n", 100 * one.held, 100 * one.found, 100 * one.prompt);
}

} // namespace conclave::bench
