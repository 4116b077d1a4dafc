#include "app/chart/number_text.h"
#include "app/console/models_command.h"
#include "app/console/terminal.h"
#include "app/downloads/catalogue.h"
#include "app/library/model_library.h"
#include "app/paths.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace conclave::app
{
namespace
{

QString gigabytes(qint64 bytes)
{
    return roundedText(double(bytes) / 1e9, bytes < 1'000'000'000 ? 3 : 1) + QStringLiteral(" GB");
}

/// Columns as wide as their widest cell; the last one is left as it is.
QString table(const QVector<QStringList> &rows)
{
    QVector<int> widths(rows.isEmpty() ? 0 : rows.front().size(), 0);
    for (const QStringList &row : rows) {
        for (qsizetype i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], displayWidth(row[i]));
    }
    QString out;
    for (const QStringList &row : rows) {
        for (qsizetype i = 0; i < row.size(); ++i) {
            const bool last = i + 1 == row.size();
            out += printable(row[i]) + (last ? QString(u'\n') : QString(widths[i] - displayWidth(row[i]) + 2, u' '));
        }
    }
    return out;
}

QString abilities(const ModelEntry &entry)
{
    QStringList out;
    if (entry.readsCharts)
        out << QStringLiteral("charts");
    if (entry.chats)
        out << QStringLiteral("chat");
    if (entry.sees && !entry.readsCharts)
        out << QStringLiteral("pictures");
    if (entry.wantsProjector && !entry.sees)
        out << QStringLiteral("pictures with a projector");
    return out.join(QStringLiteral(", "));
}

QString lastCell(const ModelEntry &entry)
{
    if (!entry.problem.isEmpty())
        return entry.problem;
    return entry.kind == ModelEntry::Kind::kProjector ? QStringLiteral("projector (%1)").arg(entry.projectorType) : abilities(entry);
}

int listCatalogue(bool json)
{
    const Catalogue catalogue = Catalogue::own();
    if (json) {
        QJsonArray models;
        for (const CatalogueModel &model : catalogue.models()) {
            QJsonArray files;
            for (const CatalogueFile &file : model.files)
                files.append(QJsonObject{{"path", file.path}, {"sha256", file.sha256}, {"bytes", double(file.size)}});
            models.append(QJsonObject{{"id", model.id},
                                      {"name", model.name},
                                      {"size", model.sizeLabel},
                                      {"quantisation", model.quantisation},
                                      {"licence", model.licence},
                                      {"repository", model.repository},
                                      {"gigabytes", model.gigabytes},
                                      {"vision", model.vision},
                                      {"files", files}});
        }
        printOut(QString::fromUtf8(QJsonDocument(models).toJson()));
        return kExitDone;
    }
    QVector<QStringList> rows;
    for (const CatalogueModel &model : catalogue.models())
        rows.append({model.id, QStringLiteral("%1 GB").arg(model.gigabytes), model.licence, model.strengths});
    printOut(table(rows));
    return kExitDone;
}

} // namespace

int modelsListCommand(const Arguments &arguments)
{
    if (arguments.models.catalogue)
        return listCatalogue(arguments.json);
    ModelLibrary library(dataFolder(), builtInModelPath());
    for (const QString &folder : arguments.files)
        library.addFolder(folder);
    library.rescan();
    library.waitForScan();
    if (arguments.json) {
        QJsonArray entries;
        for (const ModelEntry &entry : library.entries())
            entries.append(toJson(entry));
        printOut(QString::fromUtf8(QJsonDocument(entries).toJson()));
        return kExitDone;
    }
    QVector<QStringList> rows;
    for (const ModelEntry &entry : library.entries())
        rows.append({entry.name, gigabytes(entry.bytes), entry.quantisation, QDir::toNativeSeparators(entry.file), lastCell(entry)});
    printOut(table(rows));
    return kExitDone;
}

} // namespace conclave::app
