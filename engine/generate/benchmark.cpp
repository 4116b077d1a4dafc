#include "engine/api/benchmark.h"

#include "engine/base/power_meter.h"
#include "engine/base/process_memory.h"
#include "engine/cache/kv_cache.h"
#include "engine/format/gguf_reader.h"
#include "engine/generate/device_choice.h"
#include "engine/generate/engine_setup.h"
#include "engine/generate/read_speed.h"
#include "engine/generate/some_tokens.h"
#include "engine/model/model.h"
#include "engine/moe/expert_cache.h"
#include "engine/moe/expert_store.h"
#include "engine/text/tokenizer.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <new>
#include <thread>

namespace conclave::engine
{
namespace
{

using Clock = std::chrono::steady_clock;

constexpr int kMostAhead = 8;

class Benchmark
{
public:
    /// `memoryBefore`: what was resident before the model was loaded. `reading`: see readingOf.
    Benchmark(Model &model, const BenchmarkRequest &request, std::uint64_t memoryBefore, std::function<double()> reading,
              PowerMeter &energy, const std::function<void(const std::string &)> &progress, std::stop_token stop)
        : m_model(model), m_request(request), m_memoryBefore(memoryBefore), m_reading(std::move(reading)), m_energy(energy),
          m_progress(progress), m_stop(std::move(stop))
    {
    }

    Result<Done> run(std::vector<BenchmarkRow> &rows)
    {
        for (const int tokens : m_request.prefill) {
            addRow(rows, BenchmarkRow::Kind::kPrefill, tokens, 0).bytesPerToken = static_cast<double>(m_model.bytesPerToken(0));
            say("prompt of " + std::to_string(tokens) + " tokens");
            if (auto done = prefill(rows.back()); !done)
                return done;
        }
        for (const int depth : m_request.depths) {
            addRow(rows, BenchmarkRow::Kind::kDecode, m_request.answerTokens, depth).bytesPerToken =
                static_cast<double>(m_model.bytesPerToken(depth + m_request.answerTokens / 2));
            say("answer after " + std::to_string(depth) + " tokens");
            if (auto done = decode(rows.back()); !done)
                return done;
        }
        for (const int answers : m_request.batches) {
            for (const int depth : m_request.depths) {
                addRow(rows, BenchmarkRow::Kind::kBatch, answers * m_request.answerTokens, depth).answers = answers;
                say(std::to_string(answers) + " answers after " + std::to_string(depth) + " tokens");
                if (auto done = decodeTogether(rows.back()); !done)
                    return done;
            }
        }
        return computeAhead(rows);
    }

private:
    static BenchmarkRow &addRow(std::vector<BenchmarkRow> &rows, BenchmarkRow::Kind kind, int tokens, int depth)
    {
        BenchmarkRow &row = rows.emplace_back();
        row.kind = kind;
        row.tokens = tokens;
        row.depth = depth;
        return row;
    }

    Result<Done> computeAhead(std::vector<BenchmarkRow> &rows)
    {
        for (const int ahead : m_request.ahead) {
            for (const int depth : m_request.depths) {
                const int passes = std::max(1, m_request.answerTokens / (ahead + 1));
                addRow(rows, BenchmarkRow::Kind::kAhead, passes * (ahead + 1), depth).ahead = ahead;
                say(std::to_string(ahead) + " tokens ahead, after " + std::to_string(depth) + " tokens");
                if (auto done = decode(rows.back()); !done)
                    return done;
                if (!m_model.foretells())
                    continue;
                addRow(rows, BenchmarkRow::Kind::kForetell, m_request.answerTokens * ahead, depth).ahead = ahead;
                say(std::to_string(ahead) + " tokens foretold, after " + std::to_string(depth) + " tokens");
                if (auto done = foretell(rows.back()); !done)
                    return done;
            }
        }
        return Done{};
    }

    void say(const std::string &what) const
    {
        if (m_progress)
            m_progress(what);
    }

    /// A repeat has ended that began at `start`; the first warms up.
    void note(int repeat, Clock::time_point start, BenchmarkRow &row)
    {
        const ExpertTraffic traffic = m_model.experts().traffic();
        if (repeat == 0)
            m_trafficBefore = traffic;
        else
            row.seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
        row.traffic = traffic.since(m_trafficBefore);
        if (repeat > 0 && row.kind == BenchmarkRow::Kind::kDecode && m_reading)
            row.reads.push_back(m_reading());
        m_energy.look();
    }

    void pause() const
    {
        if (m_request.between)
            m_request.between();
    }

    std::uint64_t grownBy() const
    {
        const std::uint64_t now = residentMemoryBytes();
        return now > m_memoryBefore ? now - m_memoryBefore : 0;
    }

    /// `ahead` of the tokens are computed ahead, as speculation does it.
    Result<Done> compute(KvCache &cache, std::span<const std::int32_t> tokens, int ahead = 0)
    {
        Batch batch;
        batch.tokens = tokens;
        batch.cache = &cache;
        batch.logitRows = 1 + ahead;
        batch.keepStatesAfter = ahead > 0 ? 1 : 0;
        batch.stop = m_stop;
        auto logits = m_model.forward(batch);
        return logits ? Result<Done>(Done{}) : Result<Done>(logits.takeError());
    }

    Result<Done> prefill(BenchmarkRow &row)
    {
        auto cache = m_model.createCache(row.tokens);
        if (!cache)
            return cache.takeError();
        const auto tokens = someTokens(row.tokens, m_model.vocabularySize());
        for (int i = 0; i <= m_request.repeats; ++i) {
            (*cache)->truncate(0);
            if (i > 0)
                pause();
            const auto start = Clock::now();
            if (auto done = compute(**cache, tokens); !done)
                return done;
            note(i, start, row);
        }
        pause();
        row.memoryBytes = grownBy();
        return Done{};
    }

    /// A cache with room for `room` tokens, of which `context` are computed: truncating to them is always possible.
    Result<std::unique_ptr<KvCache>> cacheBehind(std::span<const std::int32_t> context, int room)
    {
        auto cache = m_model.createCache(room);
        if (!cache || context.empty())
            return cache;
        if (auto done = compute(**cache, context); !done)
            return done.takeError();
        (*cache)->checkpoint();
        return cache;
    }

    Result<Done> decode(BenchmarkRow &row)
    {
        // Other tokens in each repeat: the experts of the last one would be those that are quickest at hand.
        const auto tokens = someTokens(row.depth + (m_request.repeats + 1) * row.tokens, m_model.vocabularySize());
        auto cache = cacheBehind(std::span(tokens).first(static_cast<std::size_t>(row.depth)), row.depth + row.tokens + 1);
        if (!cache)
            return cache.takeError();
        for (int i = 0; i <= m_request.repeats; ++i) {
            (*cache)->truncate(row.depth);
            if (i > 0)
                pause();
            const auto start = Clock::now();
            for (int t = 0; t < row.tokens; t += row.ahead + 1) {
                const auto pass = std::span(tokens).subspan(static_cast<std::size_t>(row.depth + i * row.tokens + t),
                                                            static_cast<std::size_t>(row.ahead) + 1);
                if (auto done = compute(**cache, pass, row.ahead); !done)
                    return done;
            }
            note(i, start, row);
        }
        pause();
        row.memoryBytes = grownBy();
        return Done{};
    }

    /// Behind each token of an answer.
    Result<Done> foretell(BenchmarkRow &row)
    {
        const auto tokens = someTokens(row.depth + m_request.answerTokens + 1, m_model.vocabularySize());
        const auto at = [&](int i) { return std::span(tokens).subspan(static_cast<std::size_t>(i), 1); };
        auto cache =
            cacheBehind(std::span(tokens).first(static_cast<std::size_t>(row.depth)), row.depth + m_request.answerTokens + row.ahead + 1);
        if (!cache)
            return cache.takeError();
        for (int i = 0; i <= m_request.repeats; ++i) {
            (*cache)->truncate(row.depth);
            std::chrono::duration<double> spent{};
            for (int t = 0; t < m_request.answerTokens; ++t) {
                if (auto done = compute(**cache, at(row.depth + t)); !done)
                    return done;
                const auto start = Clock::now();
                if (auto foretold = m_model.foretell(**cache, at(row.depth + t + 1).front(), row.ahead); !foretold)
                    return foretold.takeError();
                spent += Clock::now() - start;
            }
            if (i > 0)
                row.seconds.push_back(spent.count());
            m_energy.look();
        }
        row.memoryBytes = grownBy();
        return Done{};
    }

    /// Sequences of their own, a token of each in every pass.
    Result<Done> decodeTogether(BenchmarkRow &row)
    {
        std::vector<std::unique_ptr<KvCache>> caches;
        std::vector<std::vector<std::int32_t>> tokens;
        for (int i = 0; i < row.answers; ++i) {
            const int room = row.depth + m_request.answerTokens + 1;
            tokens.push_back(someTokens(room, m_model.vocabularySize(), static_cast<std::uint64_t>(i)));
            auto cache = cacheBehind(std::span(tokens.back()).first(static_cast<std::size_t>(row.depth)), room);
            if (!cache)
                return cache.takeError();
            caches.push_back(std::move(*cache));
        }
        for (int i = 0; i <= m_request.repeats; ++i) {
            for (const auto &cache : caches)
                cache->truncate(row.depth);
            const auto start = Clock::now();
            for (int t = 0; t < m_request.answerTokens; ++t)
                if (auto done = stepTogether(caches, tokens, static_cast<std::size_t>(row.depth + t)); !done)
                    return done;
            note(i, start, row);
        }
        row.memoryBytes = grownBy();
        return Done{};
    }

    Result<Done> stepTogether(std::span<const std::unique_ptr<KvCache>> caches, std::span<const std::vector<std::int32_t>> tokens,
                              std::size_t place)
    {
        std::vector<Batch> batches(caches.size());
        for (std::size_t s = 0; s < caches.size(); ++s) {
            batches[s].tokens = std::span(tokens[s]).subspan(place, 1);
            batches[s].cache = caches[s].get();
            batches[s].stop = m_stop;
        }
        for (BatchOutcome &outcome : m_model.forwardTogether(batches)) {
            if (outcome.error)
                return std::move(*outcome.error);
        }
        return Done{};
    }

    Model &m_model;
    const BenchmarkRequest &m_request;
    std::uint64_t m_memoryBefore;
    ExpertTraffic m_trafficBefore;
    std::function<double()> m_reading;
    PowerMeter &m_energy;
    const std::function<void(const std::string &)> &m_progress;
    std::stop_token m_stop;
};

/// Touches every page of the mapped weights.
void readWeights(const GgufFile &file)
{
    constexpr std::size_t kPage = 4096;
    volatile std::byte seen{};
    for (const TensorInfo &tensor : file.tensors()) {
        for (std::size_t at = 0; at < tensor.data.size(); at += kPage)
            seen = tensor.data[at];
    }
    static_cast<void>(seen);
}

/// Reads the largest matrix that every token reads (the output matrix, as a rule), as many threads as compute with it; nothing where the
/// device does not read the mapping.
std::function<double()> readingOf(const GgufFile &file, const EngineOptions &options, bool mapped)
{
    std::span<const std::byte> largest;
    for (const TensorInfo &tensor : file.tensors())
        if (tensor.rank <= 2 && tensor.data.size() > largest.size()) // experts have three axes
            largest = tensor.data;
    if (!mapped || largest.empty())
        return {};
    const int threads = options.threads > 0 ? options.threads : static_cast<int>(std::thread::hardware_concurrency());
    return [largest, threads] {
        double best = 0;
        for (int pass = 0; pass < 3; ++pass) // page tables are warm after the first, and idle workers asleep
            best = std::max(best, readSpeed(largest, threads));
        return best;
    };
}

Result<Done> checkRequest(const BenchmarkRequest &request, const ModelInfo &model)
{
    const auto fits = [&](int tokens) { return tokens >= 1 && tokens <= model.contextTokens; };
    bool valid = request.repeats >= 1 && request.repeats <= 1000 && request.answerTokens >= 1;
    for (const int tokens : request.prefill)
        valid = valid && fits(tokens);
    for (const int depth : request.depths)
        valid = valid && depth >= 0 && fits(depth + request.answerTokens + 1);
    for (const int ahead : request.ahead)
        valid = valid && ahead >= 1 && ahead <= kMostAhead;
    for (const int answers : request.batches)
        valid = valid && answers >= 1 && answers <= BatchOptions::kMostTogether;
    if (valid)
        return Done{};
    return Error{ErrorCode::kContextFull,
                 "These lengths cannot be measured: the model \"" + model.name + "\" holds at most " + std::to_string(model.contextTokens) +
                     " tokens, at most " + std::to_string(BatchOptions::kMostTogether) + " answers decode together, at most " +
                     std::to_string(kMostAhead) + " tokens are computed ahead, and everything must be at least 1.",
                 "benchmark lengths"};
}

Result<BenchmarkReport> measure(const std::filesystem::path &path, const EngineOptions &options, const BenchmarkRequest &request,
                                const std::function<void(const std::string &)> &progress, const std::stop_token &stop)
{
    BenchmarkReport report;
    const std::uint64_t memoryBefore = residentMemoryBytes();
    const auto start = Clock::now();
    auto file = GgufFile::open(path);
    if (!file)
        return file.takeError();
    auto placed = placeModel(*file, options, modelOptionsFor(options));
    if (!placed)
        return placed.takeError();
    auto tokenizer = loadTokenizer(*file); // it is a part of loading, and of what is in memory
    if (!tokenizer)
        return tokenizer.takeError();
    Model &model = *placed->model;
    report.loadSeconds = std::chrono::duration<double>(Clock::now() - start).count();
    report.model = model.info();
    report.device = placed->device->info().name;
    report.deviceNote = placed->note;
    if (auto valid = checkRequest(request, report.model); !valid)
        return valid.takeError();
    if (request.weightsFirst)
        readWeights(*file);
    PowerMeter energy({}, !options.device.empty() && options.device != "cpu");
    const bool mapped = model.experts().cache() == nullptr && placed->device->info().kind == kernels::DeviceKind::kCpu;
    const auto begin = Clock::now();
    if (auto done = Benchmark(model, request, memoryBefore, readingOf(*file, options, mapped), energy, progress, stop).run(report.rows);
        !done)
        return done.takeError();
    report.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    report.joules = energy.joules().value_or(-1.0);
    report.peakMemoryBytes = peakMemoryBytes();
    if (ExpertCache *cache = model.experts().cache(); cache != nullptr) {
        if (progress)
            progress("the disk");
        constexpr int kLayersAtATime = 2; // the layer under way, and what is read ahead
        constexpr double kSeconds = 3;
        report.expertsHeld = cache->room();
        report.experts = cache->experts();
        report.diskBytes = cache->measureDisk(kLayersAtATime * report.model.expertsUsed, kSeconds);
        report.diskManner = cache->manner();
    }
    placed->model.reset(); // a model larger than memory leaves none for what follows
    if (progress)
        progress("the machine");
    const kernels::DeviceLimits limits = placed->device->measureLimits();
    report.readBytes = limits.readBytes;
    report.copyBytes = limits.copyBytes;
    report.int8Operations = limits.int8Operations;
    return report;
}

/// The value at that place of the sorted ones, 0 the smallest, 1 the largest; 0 of none.
double placeOf(std::vector<double> values, double share)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(values.size() - 1) + 0.5)];
}

} // namespace

double BenchmarkRow::rate(double share) const
{
    const double time = placeOf(seconds, 1 - share); // the slowest first
    return time > 0 ? tokens / time : 0;
}

double BenchmarkRow::readBytes() const
{
    return placeOf(reads, 0.5);
}

double BenchmarkRow::diskRate(double diskBytes) const
{
    const double computed = static_cast<double>(tokens) * static_cast<double>(seconds.size());
    return traffic.bytesRead > 0 ? diskBytes * computed / static_cast<double>(traffic.bytesRead) : 0;
}

std::optional<double> breakEven(const BenchmarkReport &report, int ahead, int depth, bool foretold)
{
    const auto secondsOf = [&](BenchmarkRow::Kind kind, int more) {
        for (const BenchmarkRow &row : report.rows)
            if (row.kind == kind && row.depth == depth && row.ahead == more && row.rate(0.5) > 0)
                return 1 / row.rate(0.5);
        return 0.0;
    };
    const double single = secondsOf(BenchmarkRow::Kind::kDecode, 0);
    const double pass = secondsOf(BenchmarkRow::Kind::kAhead, ahead) * (ahead + 1);
    const double each = secondsOf(BenchmarkRow::Kind::kForetell, ahead);
    if (single <= 0 || pass <= 0 || (foretold && each <= 0))
        return std::nullopt;
    const double cost = (pass + (foretold ? each * ahead : 0.0)) / single; // passes of one token
    double low = 0;
    double high = 10;
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        double gained = 1;
        double chance = 1;
        for (int n = 0; n < ahead; ++n)
            gained += chance *= middle;
        (gained < cost ? low : high) = middle;
    }
    return high;
}

Result<BenchmarkReport> benchmark(const std::filesystem::path &file, const EngineOptions &options, const BenchmarkRequest &request,
                                  const std::function<void(const std::string &)> &progress, std::stop_token stop)
{
    try {
        return measure(file, options, request, progress, stop);
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::kOutOfMemory, "There is not enough memory to measure this model. Close other programs.", "bad_alloc"};
    } catch (const std::exception &exception) {
        return Error{ErrorCode::kDeviceFailure, "The measurement failed unexpectedly.", exception.what()};
    }
}

} // namespace conclave::engine
