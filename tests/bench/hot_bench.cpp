#include "tests/bench/hot_bench.h"

#include "engine/format/fingerprint.h"
#include "engine/generate/device_choice.h"
#include "engine/generate/engine_setup.h"
#include "engine/moe/expert_store.h"
#include "tests/bench/token_stream.h"

#include <filesystem>

namespace conclave::bench
{
namespace
{

using namespace conclave::engine;

/// A folder for as long as it lives.
class Folder
{
public:
    Folder() : m_path(std::filesystem::temp_directory_path() / ("conclave-hot-" + std::to_string(Clock::now().time_since_epoch().count())))
    {
    }
    ~Folder()
    {
        std::error_code error;
        std::filesystem::remove_all(m_path, error);
    }
    const std::filesystem::path &path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

/// Share of the counted calls whose experts lie on the card.
double callsOnCard(const ExpertTelemetry &telemetry, const ExpertStore &store)
{
    double all = 0;
    double there = 0;
    for (std::size_t layer = 0; layer < telemetry.layers().size(); ++layer) {
        const auto &tokens = telemetry.layers()[layer].tokens;
        for (std::size_t expert = 0; expert < tokens.size(); ++expert) {
            all += static_cast<double>(tokens[expert]);
            if (store.isOnCard(static_cast<int>(layer), static_cast<int>(expert)))
                there += static_cast<double>(tokens[expert]);
        }
    }
    return all > 0 ? there / all : 0;
}

void run(const GgufFile &file, const EngineOptions &options, std::uint64_t seed, double seconds)
{
    const auto placed = need(placeModel(file, options, modelOptionsFor(options)));
    const Placement &placement = placed.placement;
    Model &model = *placed.model;
    const auto cache = need(model.createCache(256));
    TokenStream tokens(true, model.vocabularySize(), seed);
    compute(model, *cache, tokens, seconds / 4);
    ExpertTelemetry telemetry;
    const auto start = Clock::now();
    const int count = compute(model, *cache, tokens, seconds, &telemetry);
    const double took = secondsSince(start);
    std::printf("%8.2f %13d/%-4d %8d %8.1f%% %8.1f%% %9.2f %8d %9.2f  %s\n", static_cast<double>(placement.cardBytes()) / 1e9,
                placement.cardExpertLayers, placement.expertLayers, placement.cardExperts, 100 * placement.cardChoices,
                100 * callsOnCard(telemetry, model.experts()), placement.decodeRate, count, count / took, placed.note.c_str());
    std::fflush(stdout);
    UsedExperts used = usedExperts(file, options);
    used.add(telemetry);
    if (!used.write(options.usedExperts, modelFingerprint(file)))
        std::printf("what was used could not be kept\n");
}

} // namespace

void compareCardExperts(const std::string &path, const std::string &device, const std::string &plugins,
                        const std::vector<double> &gigabytes, double memory, double seconds)
{
    const auto file = need(GgufFile::open(path));
    EngineOptions options;
    options.contextTokens = 512;
    options.device = device;
    options.plugins = plugins;
    options.memoryBytes = static_cast<std::uint64_t>(memory * 1e9);
    options.placing = [](const Placement &) {}; // so that speeds are measured
    std::printf("%8s %18s %8s %9s %9s %9s %8s %9s\n", "card GB", "layers of experts", "single", "expected", "calls", "forecast", "tokens",
                "tokens/s");
    for (const double one : gigabytes) {
        const Folder folder;
        options.cardBytes = static_cast<std::uint64_t>(one * 1e9);
        options.usedExperts = folder.path();
        for (const std::uint64_t seed : {1000003ULL, 2000003ULL}) // the second time with what the first one has shown
            run(file, options, seed, seconds);
    }
}

} // namespace conclave::bench
