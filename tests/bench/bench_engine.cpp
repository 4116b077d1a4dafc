#include "engine/api/engine.h"
#include "engine/api/synthesis.h"
#include "engine/cache/kv_cache.h"
#include "engine/generate/engine_setup.h"
#include "engine/model/model.h"
#include "engine/text/tokenizer.h"
#include "tests/bench/engine_tools.h"
#include "tests/bench/expert_bench.h"
#include "tests/bench/hot_bench.h"
#include "tests/bench/stream_bench.h"
#include "tests/engine/divergence.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

/// What one engine option or way of answering costs and brings, on a model file: loading, answers together, fewer experts, speculation,
/// looking at the experts.
namespace
{

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::bench;

std::vector<double> numbers(const char *text)
{
    std::vector<double> out;
    for (char *end = nullptr; *text != '\0'; text = *end == ',' ? end + 1 : end) {
        out.push_back(std::strtod(text, &end));
        if (end == text)
            break;
    }
    return out;
}

/// Opening, and from there to the first token of an answer to a short question.
void load(const std::string &file)
{
    for (int round = 0; round < 5; ++round) {
        const auto start = Clock::now();
        const auto engine = need(openEngine(file));
        const double opened = secondsSince(start);
        const auto session = need(engine->createSession());
        double first = 0;
        const GenerationEnd end = need(session->generate(ask("What is the capital of France?", 1),
                                                         [&](const Event &event) {
                                                             if (!std::holds_alternative<PrefillProgress>(event) && first == 0)
                                                                 first = secondsSince(start);
                                                         },
                                                         {}));
        const double all = secondsSince(start);
        std::printf("open %.3f s; all until the first token %.3f s, of it prefill of %d tokens %.3f s; opened and not prefill: %.3f s\n",
                    opened, first > 0 ? first : all, end.statistics.promptTokens, end.statistics.prefillTime.count(),
                    (first > 0 ? first : all) - end.statistics.prefillTime.count());
    }
}

/// Answers of 64 tokens to as many questions, one by one and together.
void batch(const std::string &file, const std::vector<double> &sizes)
{
    const auto engine = need(openEngine(file));
    std::printf("%-10s %12s %12s %14s\n", "together", "tokens/s", "seconds", "prompt tokens");
    for (const double size : sizes) {
        const auto jobs = static_cast<int>(std::max(size, 8.0));
        const auto run = need(engine->createBatch({static_cast<int>(size), 128}));
        int tokens = 0;
        int prompts = 0;
        for (int i = 0; i < jobs; ++i) {
            BatchJob job;
            job.request = ask("Question " + std::to_string(i * 7919) + ": what follows?", 64);
            job.ended = [&](Result<GenerationEnd> end) {
                const GenerationEnd done = need(std::move(end));
                tokens += done.statistics.generatedTokens;
                prompts += done.statistics.promptTokens - done.statistics.cachedTokens;
            };
            run->add(std::move(job));
        }
        const auto start = Clock::now();
        while (run->step()) {
        }
        const double seconds = secondsSince(start);
        std::printf("%-10d %12.1f %12.2f %14d\n", static_cast<int>(size), tokens / seconds, seconds, prompts);
    }
}

/// A model with its options, and what it says of some tokens.
struct Scored
{
    std::vector<float> logits; ///< [T, V]
    double meanExperts = 0;
    double decodeRate = 0;
};

Scored score(const std::string &path, float share, std::span<const std::int32_t> tokens)
{
    EngineOptions options;
    options.expertShare = share;
    const auto device = processorFor(options);
    auto file = need(GgufFile::open(path));
    const auto model = need(loadModel(file, *device, modelOptionsFor(options)));
    const auto cache = need(model->createCache(2048));
    ExpertTelemetry telemetry;
    Batch all;
    all.tokens = tokens;
    all.cache = cache.get();
    all.logitRows = static_cast<int>(tokens.size());
    all.telemetry = &telemetry;
    Scored out;
    const auto logits = need(model->forward(all));
    out.logits.assign(logits.begin(), logits.end());
    out.meanExperts = telemetry.meanExperts();
    std::vector<double> rates;
    for (int round = 0; round < 5; ++round) {
        const auto start = Clock::now();
        for (int i = 0; i < 16; ++i) {
            Batch one;
            one.tokens = tokens.subspan(static_cast<std::size_t>(i + 16 * round) % tokens.size(), 1);
            one.cache = cache.get();
            (void)need(model->forward(one));
        }
        rates.push_back(16 / secondsSince(start));
    }
    out.decodeRate = median(rates);
    return out;
}

std::ptrdiff_t best(std::span<const float> row)
{
    return std::max_element(row.begin(), row.end()) - row.begin();
}

/// Adaptive k at several shares beside the model as it was made.
void experts(const std::string &path, const std::vector<double> &shares)
{
    auto file = need(GgufFile::open(path));
    const ModelInfo info = need(describeFile(file));
    const auto tokenizer = need(loadTokenizer(file));
    std::vector<std::int32_t> tokens = tokenizer->encode(
        "The ship left the harbour at dawn. Of 120 passengers 34 were children; most of them slept until the coast was out of sight. "
        "In 2019 revenue rose by 12.5 percent to 4.1 million, while costs fell: see the table below. def area(r): return 3.14159 * r * r",
        true);
    if (tokens.size() < 16)
        for (std::int32_t i = 1; i < 64; ++i)
            tokens.push_back(i * 37 % tokenizer->size());
    const auto vocabulary = static_cast<std::size_t>(tokenizer->size());
    const Scored full = score(path, 1.0F, tokens);
    std::printf("%s, %d of %d experts, %zu tokens\n", info.architecture.c_str(), info.expertsUsed, info.experts, tokens.size());
    std::printf("%-8s %10s %12s %12s %12s %12s\n", "share", "experts", "mean KL", "max |dlogit|", "same best", "decode t/s");
    std::printf("%-8s %10.2f %12s %12s %12s %12.1f\n", "1", full.meanExperts, "-", "-", "-", full.decodeRate);
    for (const double share : shares) {
        const Scored part = score(path, static_cast<float>(share), tokens);
        double lost = 0;
        double largest = 0;
        int same = 0;
        for (std::size_t t = 0; t < tokens.size(); ++t) {
            const auto before = std::span(full.logits).subspan(t * vocabulary, vocabulary);
            const auto after = std::span(part.logits).subspan(t * vocabulary, vocabulary);
            lost += test::divergence(before, after);
            for (std::size_t v = 0; v < vocabulary; ++v)
                largest = std::max(largest, std::abs(static_cast<double>(before[v]) - static_cast<double>(after[v])));
            same += best(before) == best(after) ? 1 : 0;
        }
        const auto count = static_cast<double>(tokens.size());
        std::printf("%-8g %10.2f %12.5f %12.4f %11.0f%% %12.1f\n", share, part.meanExperts, lost / count, largest, 100 * same / count,
                    part.decodeRate);
    }
}

/// Answers with and without speculation: where they repeat themselves (greedy), and where nothing can be foretold (temperature 1.5). A
/// model with a block for it is asked as well.
void speculate(const std::string &file)
{
    EngineOptions options;
    options.foretell = true;
    const auto engine = need(openEngine(file, options));
    std::printf("%-34s %12s %12s %10s %10s %10s\n", "answer of 192 tokens", "plain t/s", "ahead t/s", "foretold", "proposed", "accepted");
    const std::string list = "one two three four five six, one two three four five six, one two three four five six, one two";
    for (const float temperature : {0.0F, 0.7F, 1.5F}) {
        std::vector<double> plain;
        std::vector<double> ahead;
        int foretold = 0;
        int proposed = 0;
        int accepted = 0;
        for (int round = 0; round < 3; ++round) {
            for (const bool speculates : {false, true}) {
                const auto session = need(engine->createSession());
                GenerationRequest request = ask(list, 192);
                request.sampling.temperature = temperature;
                request.sampling.seed = static_cast<std::uint64_t>(round);
                request.speculate = speculates;
                const Statistics statistics = need(session->generate(request, [](const Event &) {}, {})).statistics;
                (speculates ? ahead : plain).push_back(statistics.decodeRate());
                foretold += statistics.foretoldTokens;
                proposed += statistics.proposedTokens;
                accepted += statistics.acceptedTokens;
            }
        }
        const std::string label = "temperature " + std::to_string(temperature);
        std::printf("%-34s %12.1f %12.1f %10d %10d %10d\n", label.c_str(), median(plain), median(ahead), foretold, proposed, accepted);
    }
}

} // namespace

int main(int count, char **words)
{
    const auto word = [&](int i) { return i < count ? words[i] : ""; };
    const std::string what = word(1);
    const std::string file = word(2);
    if (what == "load") {
        load(file);
    } else if (what == "batch") {
        batch(file, numbers(count > 3 ? word(3) : "1,2,4,8,16"));
    } else if (what == "experts") {
        experts(file, numbers(count > 3 ? word(3) : "0.99,0.95,0.9,0.8,0.7,0.5"));
    } else if (what == "speculate") {
        speculate(file);
    } else if (what == "panel") {
        watchExperts(file, count > 3 ? std::atoi(word(3)) : 15);
    } else if (what == "stream") {
        streamExperts(file, count > 3 ? std::atof(word(3)) : 0, count > 4 ? std::atof(word(4)) : 15);
    } else if (what == "hot" && count > 4) {
        compareCardExperts(file, word(3), std::filesystem::absolute(word(0)).parent_path().string(), numbers(word(4)),
                           count > 5 ? std::atof(word(5)) : 0, count > 6 ? std::atof(word(6)) : 15);
    } else if (what == "warm") {
        startWarm(file, count > 3 ? std::atof(word(3)) : 0, count > 4 ? std::atoi(word(4)) : 300);
    } else if (what == "trial") {
        tryStreaming(file);
    } else if (what == "collapse" && count > 3) {
        findCollapses(file, std::vector<std::string>(words + 3, words + count));
    } else if (what == "synth" && count == 6) {
        SynthesisRequest request;
        request.shape = word(3);
        request.quantisation = word(4);
        request.layers = std::atoi(word(5));
        request.foretells = request.shape == "qwen3.5-35b-a3b" || request.shape == "glm-4.7-flash" || request.shape == "deepseek-v3";
        (void)need(synthesise(file, request));
    } else {
        std::fprintf(stderr,
                     "bench_engine load|batch|experts|speculate FILE [NUMBERS]\nbench_engine panel FILE [ROUNDS]\nbench_engine stream FILE "
                     "[GB [SECONDS]]\nbench_engine warm FILE [GB [TOKENS]]\nbench_engine trial FILE\n"
                     "bench_engine hot FILE vulkan|cuda CARDGB,… [GB [SECONDS]]\nbench_engine "
                     "collapse FILE CHART.ppm…\nbench_engine synth FILE SHAPE TYPE LAYERS\n");
        return 2;
    }
    return 0;
}
