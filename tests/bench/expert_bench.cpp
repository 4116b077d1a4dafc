#include "tests/bench/expert_bench.h"

#include "engine/cache/kv_cache.h"
#include "engine/generate/engine_setup.h"
#include "engine/model/model.h"
#include "engine/moe/expert_snapshot.h"
#include "tests/bench/engine_tools.h"

#include <fstream>
#include <random>

namespace conclave::bench
{

using namespace conclave::engine;

namespace
{

/// How often the program looks at the experts while the panel is open (InferenceWorker::kExpertMilliseconds).
constexpr double kLookSeconds = 0.125;

/// Looks as the program does, and copies what it saw to hand it to its window.
class Onlooker
{
public:
    template <typename View>
    void lookWhenDue(View view)
    {
        if (secondsSince(m_last) < kLookSeconds)
            return;
        m_last = Clock::now();
        look(view);
    }
    template <typename View>
    void look(View view)
    {
        view(m_view);
        m_shown = std::make_shared<const ExpertView>(m_view);
    }

private:
    ExpertView m_view;
    std::shared_ptr<const ExpertView> m_shown;
    Clock::time_point m_last = Clock::now();
};

/// Bars on white.
ImagePtr bars()
{
    Image image{560, 392, std::vector<std::uint8_t>(std::size_t{560} * 392 * 3, 255)};
    for (int bar = 0; bar < 6; ++bar)
        for (int y = 300 - 40 * bar; y < 340; ++y)
            std::fill_n(image.pixels.begin() + (y * 560 + 60 + bar * 80) * 3, 40 * 3, std::uint8_t{90});
    return std::make_shared<const Image>(std::move(image));
}

/// What counting the experts' work costs a decode step, and what a look at it takes. Steps with and without take turns (a machine's speed
/// wanders by more than what is looked for), each pair the other way round.
void stepsWatched(const std::string &path, int rounds)
{
    constexpr int kSteps = 96;
    const EngineOptions options;
    const auto device = processorFor(options);
    auto file = need(GgufFile::open(path));
    const auto model = need(loadModel(file, *device, modelOptionsFor(options)));
    const auto cache = need(model->createCache(kSteps));
    ExpertTelemetry telemetry;
    Onlooker onlooker;
    std::vector<double> times[3];                   // not counted, counted, a look
    for (int round = -1; round < rounds; ++round) { // the first one warms up
        cache->truncate(0);
        for (int step = 0; step < kSteps; ++step) {
            const int way = (step % 4 == 1 || step % 4 == 2) ? 1 : 0;
            const std::int32_t token = 5 + (step * 7919 + (round + 1) * 31) % 200;
            Batch one;
            one.tokens = std::span(&token, 1);
            one.cache = cache.get();
            one.telemetry = way == 1 ? &telemetry : nullptr;
            const auto start = Clock::now();
            (void)need(model->forward(one));
            if (round >= 0)
                times[way].push_back(secondsSince(start));
        }
        const auto start = Clock::now();
        onlooker.look([&](ExpertView &view) { viewExperts(telemetry, model->experts(), model->info().layers, view); });
        if (round >= 0)
            times[2].push_back(secondsSince(start));
    }
    const double plain = median(times[0]);
    const double counted = median(times[1]);
    const double look = median(times[2]);
    std::printf("decode step, medians of %zu: not counted %.1f us, counted %.1f us: %+.2f %%\n", times[0].size(), plain * 1e6,
                counted * 1e6, (counted / plain - 1) * 100);
    std::printf("a look takes %.1f us, every %.0f ms: %.3f %%\n", look * 1e6, kLookSeconds * 1e3, look / kLookSeconds * 100);
}

/// Whole answers, where counting is always on, looked at and not, by turns.
void answersWatched(const std::string &path, int rounds)
{
    const auto engine = need(openEngine(path));
    GenerationRequest request = ask("Once upon a time", 96);
    if (engine->model().readsCharts)
        request.messages.back() = {Role::kUser, "", {bars()}};
    std::vector<double> rates[2];
    std::vector<double> ratios;
    for (int round = -1; round < rounds; ++round) {
        for (int turn = 0; turn < 2; ++turn) {
            const bool watched = (turn + round) % 2 != 0;
            const auto session = need(engine->createSession());
            Onlooker onlooker;
            const auto sink = [&](const Event &) {
                if (watched)
                    onlooker.lookWhenDue([&](ExpertView &view) { session->viewExperts(view); });
            };
            const Statistics statistics = need(session->generate(request, sink, {})).statistics;
            if (round >= 0)
                rates[watched ? 1 : 0].push_back(statistics.decodeRate());
        }
        if (round >= 0)
            ratios.push_back(rates[1].back() / rates[0].back());
    }
    std::printf("answers, medians of %d: nobody looks %.1f tokens/s, looked at %.1f tokens/s, ratio %.4f\n", rounds, median(rates[0]),
                median(rates[1]), median(ratios));
}

/// One token as a layer's router chose for it.
struct Choice
{
    std::vector<std::int32_t> experts;
    float margin = 0;
};
/// [token][layer]; no experts: a dense layer.
using Stream = std::vector<std::vector<Choice>>;

ImagePtr readPpm(const std::string &path)
{
    std::ifstream in(path, std::ios::binary);
    std::string mark;
    Image image;
    int most = 0;
    in >> mark >> image.width >> image.height >> most;
    in.get();
    if (!in || mark != "P6" || most != 255 || image.width < 1 || image.height < 1 || image.width > 8192 || image.height > 8192)
        fail({ErrorCode::kBadImage, path + " is no PPM picture of 8 bits.", "P6"});
    image.pixels.resize(static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * 3);
    in.read(reinterpret_cast<char *>(image.pixels.data()), static_cast<std::streamsize>(image.pixels.size()));
    return std::make_shared<const Image>(std::move(image));
}

/// What the router chose for each token of an answer, from what can be seen of it from outside.
Stream choicesOf(Engine &engine, const ImagePtr &chart)
{
    const auto session = need(engine.createSession());
    GenerationRequest request = ask("", 2048);
    request.messages.back().images.push_back(chart);
    Stream stream;
    ExpertView view;
    std::vector<double> sums(static_cast<std::size_t>(engine.model().layers));
    std::vector<std::uint64_t> tokens(sums.size());
    (void)need(session->generate(request,
                                 [&](const Event &event) {
                                     if (!std::holds_alternative<TextPiece>(event))
                                         return;
                                     session->viewExperts(view);
                                     std::vector<Choice> token(sums.size());
                                     bool one = true;
                                     for (std::size_t i = 0; i < sums.size(); ++i) {
                                         const ExpertLayerView &layer = view.layers[i];
                                         const double sum = layer.margin * static_cast<double>(layer.tokens);
                                         token[i] = {layer.last, static_cast<float>(sum - sums[i])};
                                         one = one && (layer.text.empty() || layer.tokens == tokens[i] + 1);
                                         sums[i] = sum;
                                         tokens[i] = layer.tokens;
                                     }
                                     if (one)
                                         stream.push_back(std::move(token));
                                 },
                                 {}));
    return stream;
}

enum class Planted
{
    kNothing,
    kUndecided,
    kAlwaysTheSame,
    kNarrow,
};

/// As tests/engine/test_collapse.cpp plants them, in one layer.
Choice planted(Choice choice, Planted what, std::mt19937 &random)
{
    if (what == Planted::kUndecided)
        choice.margin *= 0.25F;
    if (what == Planted::kAlwaysTheSame || (what == Planted::kNarrow && random() % 2 == 0)) {
        for (std::size_t i = 0; i < choice.experts.size(); ++i)
            choice.experts[i] = static_cast<std::int32_t>(i);
    }
    return choice;
}

/// Tokens until the first alarm of any layer (of `layer` alone once a collapse is planted there, at token `from`); 0: none.
int alarmIn(const std::vector<Stream> &charts, int experts, Planted what, std::size_t layer, int from, int tokens, std::mt19937 &random)
{
    std::vector<LayerMonitor> monitors(charts.front().front().size());
    const Stream *chart = nullptr;
    std::size_t at = 0;
    for (int t = 0; t < tokens; ++t) {
        if (chart == nullptr || at == chart->size()) {
            chart = &charts[random() % charts.size()];
            at = 0;
        }
        const auto &token = (*chart)[at++];
        for (std::size_t i = 0; i < monitors.size(); ++i) {
            if (token[i].experts.empty())
                continue;
            const bool here = i == layer && t >= from;
            const Choice choice = here ? planted(token[i], what, random) : token[i];
            monitors[i].note(choice.experts, experts, choice.margin);
            if (monitors[i].warning() && (what == Planted::kNothing || here))
                return t;
        }
    }
    return 0;
}

} // namespace

void watchExperts(const std::string &file, int rounds)
{
    stepsWatched(file, rounds);
    answersWatched(file, rounds);
}

void findCollapses(const std::string &file, const std::vector<std::string> &charts)
{
    constexpr int kSessions = 1000;
    constexpr int kTokens = 2500;
    constexpr int kFrom = 1400;
    const auto engine = need(openEngine(file));
    std::vector<Stream> streams;
    std::size_t tokens = 0;
    for (const std::string &chart : charts) {
        Stream stream = choicesOf(*engine, readPpm(chart));
        tokens += stream.size();
        if (!stream.empty())
            streams.push_back(std::move(stream));
    }
    if (streams.empty())
        fail({ErrorCode::kInvalidRequest, "No chart was answered.", "collapse"});
    std::printf("%zu answers, %zu tokens\n", streams.size(), tokens);
    std::mt19937 random(1);
    int alarms = 0;
    for (int session = 0; session < kSessions; ++session)
        alarms += alarmIn(streams, engine->model().experts, Planted::kNothing, 0, kTokens, kTokens, random) > 0 ? 1 : 0;
    std::printf("%-36s %5.1f %% of sessions of %d tokens\n", "false alarms", 100.0 * alarms / kSessions, kTokens);
    const std::pair<Planted, const char *> plants[] = {{Planted::kUndecided, "margins shrink to a quarter"},
                                                       {Planted::kAlwaysTheSame, "always the same experts"},
                                                       {Planted::kNarrow, "half of the tokens to the same"}};
    for (const auto &[what, name] : plants) {
        int found = 0;
        double late = 0;
        for (int session = 0; session < kSessions; ++session) {
            std::size_t layer = random() % streams.front().front().size();
            while (streams.front().front()[layer].experts.empty())
                layer = random() % streams.front().front().size();
            const int alarm = alarmIn(streams, engine->model().experts, what, layer, kFrom, kTokens, random);
            found += alarm > 0 ? 1 : 0;
            late += alarm > 0 ? alarm - kFrom : 0;
        }
        std::printf("%-36s %5.1f %% found, after %.0f tokens on average\n", name, 100.0 * found / kSessions, found > 0 ? late / found : 0);
    }
}

} // namespace conclave::bench
