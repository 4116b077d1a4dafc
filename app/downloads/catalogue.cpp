#include "app/downloads/catalogue.h"

#include "app/paths.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace conclave::app
{
namespace
{

CatalogueModel modelOf(const QJsonObject &json)
{
    const auto text = [&](const char *key) { return json.value(QLatin1String(key)).toString(); };
    CatalogueModel model;
    model.id = text("id");
    model.name = text("name");
    model.family = text("family");
    model.sizeLabel = text("size");
    model.quantisation = text("quantisation");
    model.licence = text("licence");
    model.repository = text("repository");
    model.strengths = text("strengths");
    model.wanted = text("wanted");
    model.vision = json.value(QStringLiteral("vision")).toBool();
    model.gigabytes = json.value(QStringLiteral("gigabytes")).toDouble();
    for (const QJsonValue &language : json.value(QStringLiteral("languages")).toArray())
        model.languages << language.toString();
    for (const QJsonValue &value : json.value(QStringLiteral("files")).toArray()) {
        const QJsonObject file = value.toObject();
        model.files.append({file.value(QStringLiteral("path")).toString(), file.value(QStringLiteral("sha256")).toString().toLower(),
                            qint64(file.value(QStringLiteral("bytes")).toDouble())});
    }
    return model;
}

bool isWellFormed(const CatalogueModel &model)
{
    const auto sound = [](const CatalogueFile &file) {
        return file.path.endsWith(QLatin1String(".gguf")) && !file.path.contains(QLatin1String("..")) && file.size >= 0 &&
               (file.sha256.isEmpty() || file.sha256.size() == 64);
    };
    return !model.id.isEmpty() && !model.name.isEmpty() && model.repository.count(u'/') == 1 &&
           model.files.isEmpty() != model.wanted.isEmpty() && std::all_of(model.files.cbegin(), model.files.cend(), sound);
}

} // namespace

qint64 CatalogueModel::bytes() const
{
    qint64 all = 0;
    for (const CatalogueFile &file : files) {
        if (file.size == 0)
            return 0;
        all += file.size;
    }
    return all;
}

Catalogue Catalogue::parse(const QByteArray &json)
{
    Catalogue catalogue;
    for (const QJsonValue &value : QJsonDocument::fromJson(json).object().value(QStringLiteral("models")).toArray()) {
        CatalogueModel model = modelOf(value.toObject());
        if (isWellFormed(model))
            catalogue.m_models.append(std::move(model));
    }
    return catalogue;
}

Catalogue Catalogue::own()
{
    QFile file(cataloguePath());
    return file.open(QIODevice::ReadOnly) ? parse(file.readAll()) : Catalogue();
}

const CatalogueModel *Catalogue::find(const QString &id) const
{
    const auto found = std::find_if(m_models.cbegin(), m_models.cend(), [&](const CatalogueModel &model) { return model.id == id; });
    return found == m_models.cend() ? nullptr : &*found;
}

QString Catalogue::knownHash(const QString &fileName) const
{
    for (const CatalogueModel &model : m_models) {
        for (const CatalogueFile &file : model.files) {
            if (file.path.section(u'/', -1) == fileName && !file.sha256.isEmpty())
                return file.sha256;
        }
    }
    return {};
}

} // namespace conclave::app
