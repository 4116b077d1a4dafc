#include "app/chart/number_text.h"
#include "app/console/models_command.h"
#include "app/console/terminal.h"
#include "app/library/forecast.h"
#include "app/text_of.h"
#include "engine/api/benchmark.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace conclave::app
{
namespace
{

constexpr int kPromptTokens = 512;
constexpr int kAnswerTokens = 32;
constexpr int kUsualContext = 8192;

/// One number of a forecast beside what came true.
struct Told
{
    QString name;
    double forecast = 0; ///< 0: not known
    double truth = 0;

    double error() const { return truth > 0 ? forecast / truth - 1 : 0; }
};

struct Check
{
    ModelForecast forecast;
    engine::MachineSpeed machine;
    engine::BenchmarkReport report;
    Told memory, prompt, answer;
};

/// What a machine did on average whose speed wanders, as that of a virtual machine does.
engine::MachineSpeed between(const engine::MachineSpeed &before, const engine::MachineSpeed &after)
{
    using engine::MachineSpeed;
    engine::MachineSpeed out = before;
    for (double MachineSpeed::*rate : {&MachineSpeed::readBytes, &MachineSpeed::copyBytes, &MachineSpeed::attentionOperations,
                                       &MachineSpeed::attentionBytes, &MachineSpeed::promptAttention, &MachineSpeed::opSeconds})
        out.*rate = (before.*rate + after.*rate) / 2;
    for (MachineSpeed::Type &type : out.types) {
        const MachineSpeed::Type *later = after.find(type.type);
        for (double MachineSpeed::Type::*rate : {&MachineSpeed::Type::denseBytes, &MachineSpeed::Type::expertBytes,
                                                 &MachineSpeed::Type::denseOperations, &MachineSpeed::Type::expertOperations})
            type.*rate = later != nullptr ? (type.*rate + later->*rate) / 2 : type.*rate;
    }
    return out;
}

/// Loads the model and computes: a prompt, and an answer at the end of a context of `tokens`.
engine::Result<Check> check(const std::filesystem::path &file, const engine::EngineOptions &options, const ModelsArguments &asked)
{
    auto footprint = engine::modelFootprint(file, options);
    if (!footprint)
        return footprint.takeError();
    const std::vector<std::string> types = engine::decisiveTypes(*footprint);
    auto before = engine::measureMachine(options, types); // anew: it is not as fast now as it was when it was measured first
    if (!before)
        return before.takeError();
    ForecastRequest request;
    const int usual = asked.contextTokens > 0 ? asked.contextTokens : kUsualContext;
    request.contextTokens = std::clamp(usual, 2 * kAnswerTokens, std::max(2 * kAnswerTokens, footprint->model.contextTokens - 1));
    request.budgetBytes = quint64(asked.memoryGigabytes * 1e9);

    engine::BenchmarkRequest bench;
    const int depth = request.contextTokens - kAnswerTokens;
    const int prompt = std::min(kPromptTokens, depth);
    bench.prefill = {prompt};
    bench.depths = {depth};
    bench.answerTokens = kAnswerTokens;
    bench.repeats = 3;
    bench.weightsFirst = true;
    auto report = engine::benchmark(file, options, bench);
    if (!report)
        return report.takeError();
    auto after = engine::measureMachine(options, types);
    if (!after)
        return after.takeError();
    Check out;
    out.machine = between(*before, *after);
    out.forecast = forecastOf(*footprint, out.machine, request);
    out.report = std::move(*report);
    const double prefill = engine::prefillSeconds(*footprint, out.machine, prompt);
    const double decode = engine::decodeSeconds(*footprint, out.machine, depth + kAnswerTokens / 2);
    // Pictures were not shown, so that their memory was not taken.
    out.memory = {QStringLiteral("memory"), double(out.forecast.memoryBytes - footprint->pictureBytes - footprint->projectorBytes),
                  double(out.report.rows.back().memoryBytes)};
    out.prompt = {QStringLiteral("prompt"), prefill > 0 ? prompt / prefill : 0, out.report.rows.front().rate(0.5)};
    out.answer = {QStringLiteral("answer"), decode > 0 ? 1 / decode : 0, out.report.rows.back().rate(0.5)};
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
    return row(told.name, text(told.forecast), text(told.truth), QString::asprintf("%+.1f %%", 100 * told.error()));
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
    return out;
}

QByteArray jsonOf(const Check &check)
{
    QJsonObject out{{"model", textOf(check.report.model.name)},
                    {"device", check.forecast.device},
                    {"contextTokens", check.forecast.contextTokens},
                    {"verdict", verdictName(check.forecast.verdict)}};
    for (const Told *told : {&check.memory, &check.prompt, &check.answer})
        out[told->name] = QJsonObject{{"forecast", told->forecast}, {"truth", told->truth}, {"error", told->error()}};
    QJsonArray types;
    for (const engine::MachineSpeed::Type &type : check.machine.types)
        types.append(QJsonObject{{"type", textOf(type.type)},
                                 {"denseBytes", type.denseBytes},
                                 {"expertBytes", type.expertBytes},
                                 {"denseOperations", type.denseOperations},
                                 {"expertOperations", type.expertOperations}});
    out["machine"] = QJsonObject{{"readBytes", check.machine.readBytes},
                                 {"attentionBytes", check.machine.attentionBytes},
                                 {"attentionOperations", check.machine.attentionOperations},
                                 {"promptAttention", check.machine.promptAttention},
                                 {"opSeconds", check.machine.opSeconds},
                                 {"types", types}};
    return QJsonDocument(out).toJson();
}

} // namespace

int modelsCheckCommand(const Arguments &arguments)
{
    engine::EngineOptions options;
    options.projector = std::filesystem::path(arguments.projector.toStdU16String());
    if (arguments.bench.eightBitContext)
        options.context = engine::ContextPrecision::kEightBit;
    const auto checked = check(std::filesystem::path(arguments.files.front().toStdU16String()), options, arguments.models);
    if (!checked) {
        printError(textOf(checked.error().message));
        return kExitFailed;
    }
    printOut(arguments.json ? QString::fromUtf8(jsonOf(*checked)) : tableOf(*checked));
    return kExitDone;
}

} // namespace conclave::app
