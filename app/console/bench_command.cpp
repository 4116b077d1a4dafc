#include "app/chart/number_text.h"
#include "app/chat/figures_json.h"
#include "app/console/commands.h"
#include "app/console/interrupt.h"
#include "app/console/terminal.h"
#include "app/inference/placement_text.h"
#include "app/text_of.h"
#include "engine/api/benchmark.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <filesystem>

namespace conclave::app
{
namespace
{

using engine::BenchmarkReport;
using engine::BenchmarkRow;

QString kindName(BenchmarkRow::Kind kind)
{
    switch (kind) {
    case BenchmarkRow::Kind::kPrefill:
        return QStringLiteral("prefill");
    case BenchmarkRow::Kind::kDecode:
        return QStringLiteral("decode");
    case BenchmarkRow::Kind::kBatch:
        return QStringLiteral("batch");
    case BenchmarkRow::Kind::kAhead:
        return QStringLiteral("ahead");
    case BenchmarkRow::Kind::kForetell:
        return QStringLiteral("foretell");
    }
    return {};
}

/// "batch 8", "ahead 1"
QString rowName(const BenchmarkRow &row)
{
    const int number = row.kind == BenchmarkRow::Kind::kBatch ? row.answers : row.ahead;
    return number > 0 ? kindName(row.kind) + u' ' + QString::number(number) : kindName(row.kind);
}

/// How often tokens computed ahead must come true.
QString breakEvenLines(const BenchmarkReport &report)
{
    QString out;
    const auto share = [](double value) {
        return value <= 1 ? QStringLiteral("from %1% right on").arg(roundedText(100 * value, 0)) : QStringLiteral("never");
    };
    for (const BenchmarkRow &row : report.rows) {
        const auto plain = engine::breakEven(report, row.ahead, row.depth, false);
        if (row.kind != BenchmarkRow::Kind::kAhead || !plain)
            continue;
        out += QStringLiteral("%1 ahead at depth %2: pays %3").arg(row.ahead).arg(row.depth).arg(share(*plain));
        if (const auto foretold = engine::breakEven(report, row.ahead, row.depth, true))
            out += QStringLiteral(", foretold by the model %1").arg(share(*foretold));
        out += u'\n';
    }
    return out.isEmpty() ? out : u'\n' + out;
}

QString cell(double value, int digits)
{
    return roundedText(value, digits).rightJustified(10);
}

QString orUnknown(double value, const QString &text)
{
    return value > 0 ? text : QCoreApplication::translate("Console", "not measurable here");
}

/// Bytes a second that a decode row moves, by what a token must read.
double bytesMoved(const BenchmarkRow &row)
{
    return row.kind == BenchmarkRow::Kind::kDecode ? row.rate(0.5) * row.bytesPerToken : 0;
}

/// What the disk did for experts that do not fit into memory; empty where they fit.
QString expertTable(const BenchmarkReport &report)
{
    if (report.experts == 0)
        return {};
    QString out = QStringLiteral("\nexperts: memory for %1 of %2; the disk gives %3 GB/s (%4)\n")
                      .arg(report.expertsHeld)
                      .arg(report.experts)
                      .arg(roundedText(report.diskBytes / 1e9, 2), textOf(report.diskManner));
    out += QStringLiteral("%1 %2 %3 %4 %5 %6 %7 %8\n")
               .arg(QStringLiteral("what").leftJustified(8), QStringLiteral("tokens").rightJustified(7),
                    QStringLiteral("depth").rightJustified(7), QStringLiteral("found").rightJustified(10),
                    QStringLiteral("foretold").rightJustified(10), QStringLiteral("MB/token").rightJustified(10),
                    QStringLiteral("disk t/s").rightJustified(10), QStringLiteral("of disk").rightJustified(10));
    for (const BenchmarkRow &row : report.rows) {
        const engine::ExpertTraffic &traffic = row.traffic;
        const double tokens = double(row.tokens) * double(row.seconds.size());
        const double limit = row.diskRate(report.diskBytes);
        const double found = traffic.found > 0 ? double(traffic.foretold) / double(traffic.called) : 0;
        const auto percent = [](double share) { return (roundedText(100 * share, 1) + u'%').rightJustified(10); };
        out += QStringLiteral("%1 %2 %3 %4 %5 %6 %7 %8\n")
                   .arg(rowName(row).leftJustified(8), QString::number(row.tokens).rightJustified(7),
                        QString::number(row.depth).rightJustified(7), percent(traffic.hitRate()), percent(found),
                        cell(tokens > 0 ? double(traffic.bytesRead) / tokens / 1e6 : 0, 1), cell(limit, 2),
                        limit > 0 ? percent(row.rate(0.5) / limit) : QStringLiteral("-").rightJustified(10));
    }
    return out;
}

QString tableOf(const BenchmarkReport &report)
{
    QString out =
        QStringLiteral("%1 (%2, %3), %4\n")
            .arg(textOf(report.model.name), textOf(report.model.architecture), textOf(report.model.quantisation), textOf(report.device));
    out += QStringLiteral("reads %1, copies %2, multiplies bytes at %3\n")
               .arg(orUnknown(report.readBytes, roundedText(report.readBytes / 1e9, 1) + QStringLiteral(" GB/s")),
                    orUnknown(report.copyBytes, roundedText(report.copyBytes / 1e9, 1) + QStringLiteral(" GB/s")),
                    orUnknown(report.int8Operations, roundedText(report.int8Operations / 1e9, 0) + QStringLiteral(" GOP/s")));
    out += QStringLiteral("loaded in %1 s; peak memory %2 MB; energy %3\n\n")
               .arg(roundedText(report.loadSeconds, 2), roundedText(double(report.peakMemoryBytes) / 1e6, 0),
                    orUnknown(report.joules, roundedText(report.joules, 1) + QStringLiteral(" J")));
    out += QStringLiteral("%1 %2 %3 %4 %5 %6 %7 %8\n")
               .arg(QStringLiteral("what").leftJustified(10), QStringLiteral("tokens").rightJustified(7),
                    QStringLiteral("depth").rightJustified(7), QStringLiteral("median t/s").rightJustified(10),
                    QStringLiteral("slowest").rightJustified(10), QStringLiteral("fastest").rightJustified(10),
                    QStringLiteral("GB/s").rightJustified(10), QStringLiteral("of reads").rightJustified(10));
    for (const BenchmarkRow &row : report.rows) {
        const double moved = bytesMoved(row);
        const double reads = row.readBytes() > 0 ? row.readBytes() : report.readBytes;
        const QString share = moved > 0 && reads > 0 ? (roundedText(100 * moved / reads, 0) + u'%').rightJustified(10)
                                                     : QStringLiteral("-").rightJustified(10);
        out += QStringLiteral("%1 %2 %3 %4 %5 %6 %7 %8\n")
                   .arg(rowName(row).leftJustified(10), QString::number(row.tokens).rightJustified(7),
                        QString::number(row.depth).rightJustified(7), cell(row.rate(0.5), 1), cell(row.rate(0), 1), cell(row.rate(1), 1),
                        moved > 0 ? cell(moved / 1e9, 1) : QStringLiteral("-").rightJustified(10), share);
    }
    return out + breakEvenLines(report) + expertTable(report);
}

QByteArray jsonOf(const BenchmarkReport &report)
{
    QJsonArray rows;
    for (const BenchmarkRow &row : report.rows) {
        QJsonArray seconds;
        for (const double each : row.seconds)
            seconds.append(each);
        const auto needed = engine::breakEven(report, row.ahead, row.depth, row.kind == BenchmarkRow::Kind::kForetell);
        rows.append(QJsonObject{{"kind", kindName(row.kind)},
                                {"tokens", row.tokens},
                                {"depth", row.depth},
                                {"answers", row.answers},
                                {"ahead", row.ahead},
                                {"median", row.rate(0.5)},
                                {"slowest", row.rate(0)},
                                {"fastest", row.rate(1)},
                                {"bytesPerToken", row.bytesPerToken},
                                {"readBytesPerSecond", row.readBytes() > 0 ? QJsonValue(row.readBytes()) : QJsonValue()},
                                {"experts", trafficJson(row.traffic)},
                                {"breakEven", row.ahead > 0 && needed ? QJsonValue(*needed) : QJsonValue()},
                                {"seconds", seconds}});
    }
    const auto known = [](double value) { return value > 0 ? QJsonValue(value) : QJsonValue(); };
    return QJsonDocument(QJsonObject{{"model", textOf(report.model.name)},
                                     {"architecture", textOf(report.model.architecture)},
                                     {"quantisation", textOf(report.model.quantisation)},
                                     {"device", textOf(report.device)},
                                     {"readBytesPerSecond", known(report.readBytes)},
                                     {"copyBytesPerSecond", known(report.copyBytes)},
                                     {"int8OperationsPerSecond", known(report.int8Operations)},
                                     {"loadSeconds", report.loadSeconds},
                                     {"peakMemoryBytes", double(report.peakMemoryBytes)},
                                     {"joules", known(report.joules)},
                                     {"diskBytesPerSecond", known(report.diskBytes)},
                                     {"expertsHeld", double(report.expertsHeld)},
                                     {"experts", double(report.experts)},
                                     {"rows", rows}})
        .toJson(QJsonDocument::Indented);
}

} // namespace

int benchCommand(const Arguments &arguments)
{
    const QString file = modelFileFor(arguments);
    if (file.isEmpty())
        return kExitFailed;
    engine::EngineOptions options;
    options.threads = arguments.bench.threads;
    options.device = arguments.device.toStdString();
    options.cardLayers = arguments.cardLayers;
    options.cardBytes = arguments.cardBytes();
    options.placing = [](const engine::Placement &placement) {
        if (placement.onCards())
            printError(placementText(placement));
    };
    options.plugins = std::filesystem::path(QCoreApplication::applicationDirPath().toStdU16String());
    if (arguments.bench.eightBitContext)
        options.context = engine::ContextPrecision::kEightBit;
    if (arguments.bench.expertShare > 0)
        options.expertShare = float(arguments.bench.expertShare);
    options.memoryBytes = arguments.memoryBytes();
    engine::BenchmarkRequest request;
    request.batches = arguments.bench.batches;
    request.ahead = arguments.bench.ahead;
    options.foretell = !request.ahead.empty();
    request.weightsFirst = options.foretell; // what is compared must not differ by who touched the weights first
    if (!arguments.bench.prefill.empty())
        request.prefill = arguments.bench.prefill;
    if (!arguments.bench.depths.empty())
        request.depths = arguments.bench.depths;
    if (arguments.bench.answerTokens > 0)
        request.answerTokens = arguments.bench.answerTokens;
    if (arguments.bench.repeats > 0)
        request.repeats = arguments.bench.repeats;
    const auto report = engine::benchmark(std::filesystem::path(file.toStdU16String()), options, request,
                                          [](const std::string &what) { std::fprintf(stderr, "%s\n", what.c_str()); });
    if (!report) {
        printError(textOf(report.error().message));
        return kExitFailed;
    }
    if (!report->deviceNote.empty())
        printError(textOf(report->deviceNote));
    printOut(arguments.json ? QString::fromUtf8(jsonOf(*report)) : tableOf(*report));
    return kExitDone;
}

} // namespace conclave::app
