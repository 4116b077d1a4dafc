#include "app/chart/number_text.h"
#include "app/console/models_command.h"
#include "app/console/terminal.h"
#include "app/library/forecast.h"
#include "app/library/machine_store.h"
#include "app/text_of.h"
#include "engine/api/benchmark.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace conclave::app
{
namespace
{

constexpr int kPromptTokens = 512;
constexpr int kAnswerTokens = 32;
constexpr int kUsualContext = 8192;
constexpr int kRepeats = 3;
constexpr double kDiskSeconds = 0.2;

/// One number of a forecast beside what came true.
struct Told
{
    QString name;
    double forecast = 0; ///< 0: not known
    double truth = 0;
    double error = 0;                      ///< of a number that was measured several times, the median
    std::vector<double> forecasts, truths; ///< of each time
};

/// What the machine did at one time.
struct Look
{
    engine::MachineSpeed machine;
    engine::DiskSpeed disk; ///< unknown: everything was in memory
};

struct Check
{
    ModelForecast forecast;
    Look look; ///< before the first answer
    engine::BenchmarkReport report;
    Told memory, prompt, answer;
    Told experts;                 ///< of those an answer chose, the share found in memory; truth 0: all were
    Told promptReads, tokenReads; ///< bytes from disk, of a prompt and of a token of an answer,
    Told promptWait, tokenWait;   ///< and seconds that nothing else was done meanwhile
};

double median(std::vector<double> values)
{
    if (values.empty())
        return 0;
    const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// Speeds forecast for each repeat, and what they came to. `seconds` forecasts from one look at the machine; a repeat lies between two of
/// them, for the speed of some machines wanders, as that of virtual ones does.
Told speedOf(const QString &name, const engine::BenchmarkRow &row, std::span<const Look> looks,
             const std::function<double(const Look &)> &seconds)
{
    std::vector<double> forecasts, truths, errors;
    const bool between = looks.size() > row.seconds.size(); // else only before and after all of them
    for (std::size_t i = 0; i < row.seconds.size() && !looks.empty(); ++i) {
        const std::size_t before = between ? i : 0;
        const std::size_t after = between ? i + 1 : looks.size() - 1;
        const double told = (seconds(looks[before]) + seconds(looks[after])) / 2;
        if (told <= 0 || row.seconds[i] <= 0)
            continue;
        forecasts.push_back(1 / told);
        truths.push_back(row.tokens / row.seconds[i]);
        errors.push_back(forecasts.back() / truths.back() - 1);
    }
    return {name, median(forecasts), row.rate(0.5), median(errors), forecasts, truths};
}

/// Measured now, not remembered.
engine::DiskSpeed diskSpeed(const QString &file, const engine::ModelFootprint &footprint)
{
    if (footprint.expertBytes > 0)
        return engine::expertDiskSpeed(std::filesystem::path(file.toStdU16String()), footprint, kDiskSeconds);
    const QTemporaryDir folder;
    MachineStore store(folder.path());
    store.learnDisk(file, footprint);
    return store.disk(footprint);
}

void readThrough(const QString &file)
{
    constexpr qint64 kPiece = qint64(4) << 20;
    QFile model(file);
    if (!model.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return;
    while (!model.read(kPiece).isEmpty()) {
    }
}

ForecastRequest requestOf(const engine::ModelFootprint &footprint, const ModelsArguments &asked)
{
    ForecastRequest request;
    const int usual = asked.contextTokens > 0 ? asked.contextTokens : kUsualContext;
    request.contextTokens = std::clamp(usual, 2 * kAnswerTokens, std::max(2 * kAnswerTokens, footprint.model.contextTokens - 1));
    request.budgetBytes = quint64(asked.memoryGigabytes * 1e9);
    return request;
}

/// A prompt, and an answer at the end of the context.
engine::BenchmarkRequest benchmarkOf(const ModelForecast &forecast)
{
    engine::BenchmarkRequest bench;
    const int depth = forecast.contextTokens - kAnswerTokens;
    bench.prefill = {std::min(kPromptTokens, depth)};
    bench.depths = {depth};
    bench.answerTokens = kAnswerTokens;
    bench.repeats = kRepeats;
    bench.weightsFirst = forecast.verdict == ModelForecast::Verdict::kRuns;
    return bench;
}

/// The speeds of this machine before, between and after the repeats.
class Watch
{
public:
    /// `disk` measures it, or is empty where nothing comes from it.
    Watch(std::unique_ptr<engine::MachineProbe> probe, std::function<engine::DiskSpeed()> disk)
        : m_probe(std::move(probe)), m_disk(std::move(disk))
    {
    }

    engine::Result<Look> look(engine::MachineWork work)
    {
        auto machine = m_probe->measure({}, work);
        if (!machine)
            return machine.takeError();
        return Look{std::move(*machine), m_disk ? m_disk() : engine::DiskSpeed{}};
    }

    /// Prompts come first, then as many answers.
    void watch(engine::BenchmarkRequest &bench)
    {
        bench.between = [this, prompts = bench.repeats + 1] {
            const bool prompt = std::ssize(m_looks) < prompts;
            if (auto now = look(prompt ? engine::MachineWork::kPrompts : engine::MachineWork::kAnswers))
                m_looks.push_back(std::move(*now));
        };
    }
    /// What the probe keeps would take room from the model: then `before` all and `after` have to do.
    void watchAround(Look before)
    {
        m_looks = {std::move(before)};
        m_probe.reset();
        m_around = true;
    }
    bool isAround() const { return m_around; }
    void after(Look after) { m_looks.push_back(std::move(after)); }

    std::span<const Look> ofPrompts() const { return std::span(m_looks).first(m_around ? m_looks.size() : m_looks.size() / 2); }
    std::span<const Look> ofAnswers() const { return std::span(m_looks).subspan(m_around ? 0 : m_looks.size() / 2); }

private:
    std::unique_ptr<engine::MachineProbe> m_probe;
    std::function<engine::DiskSpeed()> m_disk;
    std::vector<Look> m_looks;
    bool m_around = false;
};

Told toldOnce(const QString &name, double forecast, double truth)
{
    return {name, forecast, truth, truth > 0 ? forecast / truth - 1 : 0, {}, {}};
}

void compare(Check &out, const engine::ModelFootprint &footprint, const engine::ExpertTrial &trial, const Watch &watch)
{
    const quint64 budget = out.forecast.budgetBytes;
    const quint64 missing = out.forecast.memoryBytes > budget ? out.forecast.memoryBytes - budget : 0;
    const DiskReads reads = diskReads(footprint, missing, trial);
    const auto pace = [&](const Look &look) { return ModelPace(footprint, look.machine, reads, look.disk); };
    const engine::BenchmarkRow &prompt = out.report.rows.front();
    const engine::BenchmarkRow &answer = out.report.rows.back();
    out.prompt = speedOf(QStringLiteral("prompt"), prompt, watch.ofPrompts(),
                         [&](const Look &look) { return pace(look).promptSeconds(prompt.tokens) / prompt.tokens; });
    out.answer = speedOf(QStringLiteral("answer"), answer, watch.ofAnswers(),
                         [&](const Look &look) { return pace(look).answerSeconds(answer.depth + answer.tokens / 2); });
    if (answer.traffic.called > 0 && missing > 0) {
        const auto repeats = [](const engine::BenchmarkRow &row) { return double(std::max<std::size_t>(1, row.seconds.size())); };
        out.experts = toldOnce(QStringLiteral("experts"), reads.found, double(answer.traffic.found) / double(answer.traffic.called));
        out.promptReads = toldOnce(QStringLiteral("promptReads"), reads.prompt, double(prompt.traffic.bytesRead) / repeats(prompt));
        out.tokenReads =
            toldOnce(QStringLiteral("tokenReads"), reads.token, double(answer.traffic.bytesRead) / repeats(answer) / answer.tokens);
        const auto wait = [](const Look &look, double bytes, double waits) {
            return bytes / look.disk.bytes + waits * look.disk.waitSeconds;
        };
        out.promptWait = toldOnce(QStringLiteral("promptWait"), wait(watch.ofPrompts().front(), reads.prompt, reads.promptWaits),
                                  prompt.traffic.secondsWaited / repeats(prompt));
        out.tokenWait = toldOnce(QStringLiteral("tokenWait"), wait(watch.ofAnswers().front(), reads.token, reads.tokenWaits),
                                 answer.traffic.secondsWaited / repeats(answer) / answer.tokens);
    }
    // Pictures were not shown, so that their memory was not taken.
    const quint64 whole = out.forecast.memoryBytes - footprint.pictureBytes - footprint.projectorBytes;
    const bool streams = missing > 0 && footprint.expertCount > 0;
    const quint64 told = streams ? heldBytes(footprint, whole, reads) : std::min(whole, budget);
    out.memory = toldOnce(QStringLiteral("memory"), double(told), double(answer.memoryBytes));
}

engine::Result<Check> check(const QString &name, engine::EngineOptions options, const ModelsArguments &asked)
{
    const std::filesystem::path file(name.toStdU16String());
    auto footprint = engine::modelFootprint(file, options);
    if (!footprint)
        return footprint.takeError();
    ForecastRequest request = requestOf(*footprint, asked);
    engine::MachineSpeed machine;
    machine.memoryBytes = engine::machineMemory();
    machine.limitBytes = engine::memoryLimit();
    const bool fits = forecastOf(*footprint, machine, request).verdict == ModelForecast::Verdict::kRuns;
    if (fits)
        readThrough(name); // so that its pages lie where the model will find them
    if (!fits && footprint->expertCount > 0) {
        if (auto trial = engine::tryExperts(file, options, *footprint))
            request.trial = std::move(*trial);
    }
    const engine::MachineNeeds needs = engine::needsOf(*footprint, fits ? file : std::filesystem::path());
    auto probe = engine::createMachineProbe(options, needs);
    if (!probe)
        return probe.takeError();
    std::function<engine::DiskSpeed()> disk;
    if (!fits)
        disk = [&] { return diskSpeed(name, *footprint); };
    Watch watch(std::move(*probe), disk);
    auto first = watch.look(engine::MachineWork::kAll); // anew: it is not as fast now as it was when it was measured first
    if (!first)
        return first.takeError();
    Check out;
    out.look = *first;
    out.forecast = forecastOf(*footprint, out.look.machine, request);
    engine::BenchmarkRequest bench = benchmarkOf(out.forecast);
    if (fits || request.budgetBytes > 0)
        watch.watch(bench);
    else
        watch.watchAround(std::move(*first));
    options.contextTokens = request.contextTokens;
    options.memoryBytes = request.budgetBytes;
    auto report = engine::benchmark(file, options, bench);
    if (!report)
        return report.takeError();
    out.report = std::move(*report);
    if (watch.isAround()) {
        if (auto last = engine::measureMachine(options, needs))
            watch.after({std::move(*last), disk()});
    }
    compare(out, *footprint, request.trial, watch);
    return out;
}

QString row(const QString &name, const QString &forecast, const QString &truth, const QString &error)
{
    return name.leftJustified(8) + forecast.rightJustified(18) + truth.rightJustified(18) + error.rightJustified(10) + u'\n';
}

QString rowOf(const Told &told, double unit, int digits, const QString &unitName)
{
    const auto text = [&](double value) {
        return value > 0 ? roundedText(value / unit, digits) + u' ' + unitName : QStringLiteral("not known");
    };
    return row(told.name, text(told.forecast), text(told.truth), QString::asprintf("%+.1f %%", 100 * told.error));
}

QString tableOf(const Check &check)
{
    QString out = QStringLiteral("%1, %2, context of %3 tokens: %4\n\n")
                      .arg(printable(textOf(check.report.model.name)), printable(check.forecast.device))
                      .arg(check.forecast.contextTokens)
                      .arg(verdictName(check.forecast.verdict));
    out += row({}, QStringLiteral("forecast"), QStringLiteral("came true"), QStringLiteral("off by"));
    out += rowOf(check.memory, 1e9, 3, QStringLiteral("GB"));
    out += rowOf(check.prompt, 1, 1, QStringLiteral("tokens/s"));
    out += rowOf(check.answer, 1, 1, QStringLiteral("tokens/s"));
    if (check.experts.truth > 0) // streamed: of those that an answer chose
        out += rowOf(check.experts, 0.01, 0, QStringLiteral("% found"));
    return out;
}

QJsonArray numbers(const std::vector<double> &values)
{
    QJsonArray out;
    for (const double value : values)
        out.append(value);
    return out;
}

QByteArray jsonOf(const Check &check)
{
    QJsonObject out{{"model", textOf(check.report.model.name)},
                    {"device", check.forecast.device},
                    {"contextTokens", check.forecast.contextTokens},
                    {"verdict", verdictName(check.forecast.verdict)}};
    for (const Told *told : {&check.memory, &check.prompt, &check.answer, &check.experts, &check.promptReads, &check.tokenReads,
                             &check.promptWait, &check.tokenWait})
        out[told->name] = QJsonObject{{"forecast", told->forecast},
                                      {"truth", told->truth},
                                      {"error", told->error},
                                      {"forecasts", numbers(told->forecasts)},
                                      {"truths", numbers(told->truths)}};
    QJsonArray types;
    for (const engine::MachineSpeed::Type &type : check.look.machine.types)
        types.append(QJsonObject{{"type", textOf(type.type)},
                                 {"denseBytes", type.denseBytes},
                                 {"expertBytes", type.expertBytes},
                                 {"denseOperations", type.denseOperations},
                                 {"expertOperations", type.expertOperations},
                                 {"fewExpertOperations", type.fewExpertOperations}});
    QJsonArray contexts;
    for (const engine::MachineSpeed::Context &context : check.look.machine.contexts)
        contexts.append(QJsonObject{
            {"type", textOf(context.type)}, {"operations", context.operations}, {"promptOperations", context.promptOperations}});
    out["machine"] = QJsonObject{{"readBytes", check.look.machine.readBytes},
                                 {"opSeconds", check.look.machine.opSeconds},
                                 {"smallValues", check.look.machine.smallValues},
                                 {"routerLogits", check.look.machine.routerLogits},
                                 {"streamValues", check.look.machine.streamValues},
                                 {"narrowBytes", check.look.machine.narrowBytes},
                                 {"wideBytes", check.look.machine.wideBytes},
                                 {"mappedExpertSeconds", check.look.machine.mappedExpertSeconds},
                                 {"mappedDenseSeconds", check.look.machine.mappedDenseSeconds},
                                 {"diskBytes", check.look.disk.bytes},
                                 {"diskWaitSeconds", check.look.disk.waitSeconds},
                                 {"memoryLimit", double(check.look.machine.limitBytes)},
                                 {"budget", double(check.forecast.budgetBytes)},
                                 {"types", types},
                                 {"contexts", contexts}};
    return QJsonDocument(out).toJson();
}

} // namespace

int modelsCheckCommand(const Arguments &arguments)
{
    engine::EngineOptions options;
    options.projector = std::filesystem::path(arguments.projector.toStdU16String());
    if (arguments.bench.eightBitContext)
        options.context = engine::ContextPrecision::kEightBit;
    const auto checked = check(arguments.files.front(), options, arguments.models);
    if (!checked) {
        printError(textOf(checked.error().message));
        return kExitFailed;
    }
    printOut(arguments.json ? QString::fromUtf8(jsonOf(*checked)) : tableOf(*checked));
    return kExitDone;
}

} // namespace conclave::app
