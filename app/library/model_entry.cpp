#include "app/library/model_entry.h"

#include "app/text_of.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>

namespace conclave::app
{
namespace
{

constexpr ModelEntry::Kind kKinds[] = {ModelEntry::Kind::kModel, ModelEntry::Kind::kProjector, ModelEntry::Kind::kOther,
                                       ModelEntry::Kind::kBroken};

QString pathText(const std::filesystem::path &path)
{
    return QString::fromStdU16String(path.u16string());
}

ModelEntry::Kind kindOf(engine::FileKind kind)
{
    switch (kind) {
    case engine::FileKind::kModel:
        return ModelEntry::Kind::kModel;
    case engine::FileKind::kProjector:
        return ModelEntry::Kind::kProjector;
    case engine::FileKind::kOther:
        break;
    }
    return ModelEntry::Kind::kOther;
}

} // namespace

QString kindName(ModelEntry::Kind kind)
{
    switch (kind) {
    case ModelEntry::Kind::kModel:
        return QStringLiteral("model");
    case ModelEntry::Kind::kProjector:
        return QStringLiteral("projector");
    case ModelEntry::Kind::kOther:
        return QStringLiteral("other");
    case ModelEntry::Kind::kBroken:
        break;
    }
    return QStringLiteral("broken");
}

ModelEntry entryOf(const engine::ModelHeader &header)
{
    ModelEntry entry;
    for (const std::filesystem::path &file : header.files)
        entry.files << pathText(file);
    entry.file = entry.files.value(0);
    entry.bytes = qint64(header.info.fileBytes);
    entry.kind = kindOf(header.kind);
    entry.name = textOf(header.info.name);
    entry.architecture = textOf(header.info.architecture);
    entry.family = textOf(header.family);
    entry.sizeLabel = textOf(header.sizeLabel);
    entry.quantisation = textOf(header.info.quantisation);
    entry.licence = textOf(header.licence);
    entry.author = textOf(header.author);
    for (const std::string &language : header.languages)
        entry.languages << textOf(language);
    entry.parameters = qint64(header.info.parameters);
    entry.contextTokens = header.info.contextTokens;
    entry.layers = header.info.layers;
    entry.experts = header.info.experts;
    entry.expertsUsed = header.info.expertsUsed;
    entry.chats = header.info.chats;
    entry.sees = header.info.readsImages;
    entry.readsCharts = header.info.readsCharts;
    entry.wantsProjector = header.wantsProjector;
    entry.projector = textOf(header.info.projector);
    entry.projectorType = textOf(header.projectorType);
    if (header.problem)
        entry.problem = textOf(header.problem->message);
    return entry;
}

ModelEntry brokenEntry(const QString &file, const engine::Error &error)
{
    ModelEntry entry;
    entry.file = file;
    entry.files = {file};
    entry.kind = ModelEntry::Kind::kBroken;
    entry.name = QFileInfo(file).completeBaseName();
    entry.bytes = QFileInfo(file).size();
    entry.problem = textOf(error.message);
    return entry;
}

QJsonObject toJson(const ModelEntry &entry)
{
    return {{"file", entry.file},
            {"files", QJsonArray::fromStringList(entry.files)},
            {"stamp", entry.stamp},
            {"bytes", double(entry.bytes)},
            {"kind", kindName(entry.kind)},
            {"name", entry.name},
            {"architecture", entry.architecture},
            {"family", entry.family},
            {"sizeLabel", entry.sizeLabel},
            {"quantisation", entry.quantisation},
            {"licence", entry.licence},
            {"author", entry.author},
            {"languages", QJsonArray::fromStringList(entry.languages)},
            {"parameters", double(entry.parameters)},
            {"contextTokens", entry.contextTokens},
            {"layers", entry.layers},
            {"experts", entry.experts},
            {"expertsUsed", entry.expertsUsed},
            {"chats", entry.chats},
            {"sees", entry.sees},
            {"readsCharts", entry.readsCharts},
            {"wantsProjector", entry.wantsProjector},
            {"projector", entry.projector},
            {"projectorType", entry.projectorType},
            {"problem", entry.problem},
            {"builtIn", entry.builtIn}};
}

std::optional<ModelEntry> entryFromJson(const QJsonObject &json)
{
    const auto texts = [&](const char *key) {
        QStringList out;
        for (const QJsonValue &value : json.value(QLatin1String(key)).toArray())
            out << value.toString();
        return out;
    };
    const auto text = [&](const char *key) { return json.value(QLatin1String(key)).toString(); };
    const auto number = [&](const char *key) { return json.value(QLatin1String(key)).toInt(); };
    const auto truth = [&](const char *key) { return json.value(QLatin1String(key)).toBool(); };
    ModelEntry entry;
    bool known = false;
    for (const ModelEntry::Kind kind : kKinds) {
        if (text("kind") == kindName(kind)) {
            entry.kind = kind;
            known = true;
        }
    }
    entry.file = text("file");
    entry.files = texts("files");
    entry.stamp = text("stamp");
    if (!known || entry.file.isEmpty() || entry.files.isEmpty() || entry.stamp.isEmpty())
        return std::nullopt;
    entry.bytes = qint64(json.value(QStringLiteral("bytes")).toDouble());
    entry.name = text("name");
    entry.architecture = text("architecture");
    entry.family = text("family");
    entry.sizeLabel = text("sizeLabel");
    entry.quantisation = text("quantisation");
    entry.licence = text("licence");
    entry.author = text("author");
    entry.languages = texts("languages");
    entry.parameters = qint64(json.value(QStringLiteral("parameters")).toDouble());
    entry.contextTokens = number("contextTokens");
    entry.layers = number("layers");
    entry.experts = number("experts");
    entry.expertsUsed = number("expertsUsed");
    entry.chats = truth("chats");
    entry.sees = truth("sees");
    entry.readsCharts = truth("readsCharts");
    entry.wantsProjector = truth("wantsProjector");
    entry.projector = text("projector");
    entry.projectorType = text("projectorType");
    entry.problem = text("problem");
    entry.builtIn = truth("builtIn");
    return entry;
}

QString spelled(const QString &path)
{
    return QDir::cleanPath(QFileInfo(path).absoluteFilePath());
}

} // namespace conclave::app
