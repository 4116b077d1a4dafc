#include "app/chart/number_text.h"
#include "app/console/commands.h"
#include "app/console/terminal.h"
#include "app/text_of.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QStringList>

namespace conclave::app
{
namespace
{

QString abilities(const engine::ModelInfo &model)
{
    QStringList out;
    if (model.readsCharts)
        out << QStringLiteral("reads charts");
    if (model.chats)
        out << QStringLiteral("chats");
    if (model.readsImages && !model.readsCharts)
        out << QStringLiteral("reads pictures");
    return out.isEmpty() ? QStringLiteral("continues text") : out.join(QStringLiteral(", "));
}

QString line(const char *name, const QString &value)
{
    return QString::fromLatin1(name).leftJustified(14) + printable(value) + u'\n';
}

QString description(const engine::ModelInfo &model)
{
    const QString experts = model.experts == 0 ? QStringLiteral("none (dense)")
                                               : QStringLiteral("%1, at most %2 for a token").arg(model.experts).arg(model.expertsUsed);
    return line("name", textOf(model.name)) + line("architecture", textOf(model.architecture)) + line("can", abilities(model)) +
           line("parameters", QString::number(model.parameters)) + line("weights", textOf(model.quantisation)) +
           line("file", QStringLiteral("%1 MB").arg(roundedText(double(model.fileBytes) / 1e6, 1))) +
           line("layers", QString::number(model.layers)) + line("experts", experts) +
           line("context", QStringLiteral("%1 tokens").arg(model.contextTokens)) +
           (model.projector.empty() ? QString() : line("projector", textOf(model.projector)));
}

QByteArray jsonOf(const engine::ModelInfo &model)
{
    return QJsonDocument(QJsonObject{{"name", textOf(model.name)},
                                     {"architecture", textOf(model.architecture)},
                                     {"file", textOf(model.path)},
                                     {"quantisation", textOf(model.quantisation)},
                                     {"bytes", double(model.fileBytes)},
                                     {"parameters", double(model.parameters)},
                                     {"layers", model.layers},
                                     {"contextTokens", model.contextTokens},
                                     {"experts", model.experts},
                                     {"expertsUsed", model.expertsUsed},
                                     {"chats", model.chats},
                                     {"readsImages", model.readsImages},
                                     {"readsCharts", model.readsCharts},
                                     {"projector", textOf(model.projector)}})
        .toJson();
}

} // namespace

int describeCommand(const Arguments &arguments, const ConsoleEngine &engine)
{
    const auto described = engine.describe(arguments.files.front());
    if (!described) {
        printError(textOf(described.error().message));
        return kExitFailed;
    }
    printOut(arguments.json ? QString::fromUtf8(jsonOf(*described)) : description(*described));
    return kExitDone;
}

} // namespace conclave::app
