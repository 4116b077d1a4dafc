#include "app/chart/answer_words.h"
#include "app/chat/figures_json.h"
#include "app/console/chart_text.h"
#include "app/console/commands.h"
#include "app/console/terminal.h"
#include "app/images/image_loader.h"
#include "app/paths.h"
#include "app/text_of.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QJsonDocument>

namespace conclave::app
{
namespace
{

AnswerEnd askAndWait(InferenceWorker &worker, const engine::ImagePtr &image, int looks)
{
    AnswerRequest request;
    request.request = worker.nextRequest();
    request.messages.push_back({engine::Role::kUser, {}, {image}});
    request.looks = looks;
    AnswerEnd result;
    QEventLoop loop;
    QObject::connect(&worker, &InferenceWorker::answerEnded, &loop, [&](const AnswerEnd &end) {
        if (end.request != request.request)
            return;
        result = end;
        loop.quit();
    });
    worker.ask(request);
    loop.exec();
    return result;
}

void printReading(const AnswerEnd &end, const QString &file, const Arguments &arguments)
{
    const ChartReading &reading = end.last.chart;
    const bool several = arguments.files.size() > 1;
    if (arguments.json) {
        QJsonObject json = reading.toJson();
        json["disagreements"] = disagreements(reading.summary);
        json["figures"] = pricedFigures(figuresJson(end), electricityPrice(dataFolder()));
        if (several)
            json["file"] = file;
        printOut(QString::fromUtf8(QJsonDocument(json).toJson(several ? QJsonDocument::Compact : QJsonDocument::Indented)));
        if (several)
            printOut(QStringLiteral("\n"));
        return;
    }
    if (several)
        printOut(QStringLiteral("# ") + printable(file) + u'\n');
    if (arguments.csv)
        printOut(reading.toCsv());
    else
        printOut(chartText(reading) + u'\n' + figuresText(end) + u'\n');
    if (several)
        printOut(QStringLiteral("\n"));
}

/// Says on stderr why a file was not, or not wholly, read.
bool readFile(InferenceWorker &worker, const QString &file, const Arguments &arguments)
{
    const auto image = loadImageFile(file);
    if (!image) {
        printError(textOf(image.error().message));
        return false;
    }
    const AnswerEnd end = askAndWait(worker, image->pixels, arguments.looks);
    if (end.failed) {
        printError(QStringLiteral("%1: %2").arg(file, end.error));
        return false;
    }
    if (end.last.chart.table.type == ChartType::kNoChart) {
        printError(QStringLiteral("%1: %2").arg(file, noChartText()));
        return false;
    }
    if (end.last.chart.table.rows.isEmpty()) {
        printError(QCoreApplication::translate("Console", "%1: no chart was found in the picture.").arg(file));
        return false;
    }
    printReading(end, file, arguments);
    if (!end.last.chart.complete)
        printError(QCoreApplication::translate("Console", "%1: the answer did not come to its end; what was read is printed.").arg(file));
    return end.last.chart.complete;
}

} // namespace

int readCommand(const Arguments &arguments, const ConsoleEngine &engine)
{
    const QString model = modelFileFor(arguments);
    if (model.isEmpty())
        return kExitFailed;
    InferenceWorker worker(engine.open);
    ModelStatus status;
    if (!loadAndWait(worker, model, status))
        return kExitFailed;
    if (!status.info.readsCharts) {
        printError(QCoreApplication::translate("Console", "The model %1 does not read charts. Leave out --model to use the built-in one.")
                       .arg(textOf(status.info.name)));
        return kExitFailed;
    }
    bool allRead = true;
    for (const QString &file : arguments.files)
        allRead = readFile(worker, file, arguments) && allRead;
    return allRead ? kExitDone : kExitFailed;
}

} // namespace conclave::app
