#include "app/downloads/hub_listing.h"

#include "app/library/file_scan.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

#include <algorithm>

namespace conclave::app
{
namespace
{

constexpr int kMostFiles = 10'000;

bool isProjector(const HubFile &file)
{
    return file.path.section(u'/', -1).startsWith(QLatin1String("mmproj"), Qt::CaseInsensitive);
}

bool isModel(const HubFile &file)
{
    return file.path.endsWith(QLatin1String(".gguf")) && !isProjector(file) && partsOf(file.path).front() == file.path;
}

const HubFile *firstWith(const QVector<HubFile> &files, const QString &mark, bool (*is)(const HubFile &))
{
    const auto found = std::find_if(files.cbegin(), files.cend(), [&](const HubFile &file) {
        return is(file) && file.path.section(u'/', -1).contains(mark, Qt::CaseInsensitive);
    });
    return found == files.cend() ? nullptr : &*found;
}

const HubFile *usualModel(const QVector<HubFile> &files)
{
    for (const char *type : {"Q4_K_M", "MXFP4", "Q4_0", "Q8_0", ""}) {
        if (const HubFile *found = firstWith(files, QLatin1String(type), isModel))
            return found;
    }
    return nullptr;
}

const HubFile *usualProjector(const QVector<HubFile> &files)
{
    for (const char *type : {"F16", "Q8_0", ""}) {
        if (const HubFile *found = firstWith(files, QLatin1String(type), isProjector))
            return found;
    }
    return nullptr;
}

} // namespace

QVector<HubFile> parseListing(const QByteArray &json)
{
    QVector<HubFile> files;
    for (const QJsonValue &value : QJsonDocument::fromJson(json).array()) {
        const QJsonObject object = value.toObject();
        const QJsonObject stored = object.value(QStringLiteral("lfs")).toObject();
        HubFile file;
        file.path = object.value(QStringLiteral("path")).toString();
        file.size = qint64((stored.isEmpty() ? object : stored).value(QStringLiteral("size")).toDouble());
        file.sha256 = stored.value(QStringLiteral("oid")).toString().toLower();
        if (file.sha256.size() != 64)
            file.sha256.clear();
        const bool named = !file.path.isEmpty() && !file.path.contains(QLatin1String("..")) && !file.path.startsWith(u'/');
        if (object.value(QStringLiteral("type")).toString() == QLatin1String("file") && named && file.size >= 0 &&
            files.size() < kMostFiles)
            files.append(file);
    }
    return files;
}

QVector<HubFile> chooseFiles(const QVector<HubFile> &files, const QString &wanted)
{
    const HubFile *model = wanted.isEmpty() ? usualModel(files) : firstWith(files, wanted, isModel);
    const HubFile *projector = usualProjector(files);
    if (!model && !wanted.isEmpty())
        model = firstWith(files, wanted, isProjector); // the vision part alone was asked for
    if (!model)
        return {};
    QVector<HubFile> chosen;
    for (const QString &part : partsOf(model->path)) {
        const auto found = std::find_if(files.cbegin(), files.cend(), [&](const HubFile &file) { return file.path == part; });
        if (found == files.cend())
            return {};
        chosen.append(*found);
    }
    if (projector && projector != model)
        chosen.append(*projector);
    return chosen;
}

} // namespace conclave::app
