#include "ui/view_models/model_list_model.h"

#include "app/size_text.h"

#include <QLocale>

namespace conclave::ui
{

QString gigabytesText(double bytes)
{
    const QLocale locale;
    if (bytes < 1e6) { // less than a model's, as of a download that broke off
        return app::sizeText(quint64(bytes));
    }
    if (bytes < 1e9) {
        return ModelListModel::tr("%1 MB").arg(locale.toString(bytes / 1e6, 'f', 0));
    }
    return ModelListModel::tr("%1 GB").arg(locale.toString(bytes / 1e9, 'f', bytes < 1e11 ? 1 : 0));
}

QString ModelListModel::figures(const app::ModelEntry &entry)
{
    QStringList parts{gigabytesText(double(entry.bytes))};
    if (!entry.quantisation.isEmpty()) {
        parts << entry.quantisation;
    }
    if (entry.kind == app::ModelEntry::Kind::kModel && entry.contextTokens > 0) {
        parts << tr("%1 tokens").arg(QLocale().toString(entry.contextTokens));
    }
    return parts.join(QStringLiteral(" · "));
}

QString ModelListModel::abilities(const app::ModelEntry &entry)
{
    if (entry.kind == app::ModelEntry::Kind::kProjector) {
        return tr("Vision part of a model");
    }
    if (!entry.problem.isEmpty()) {
        return tr("Cannot be run");
    }
    QStringList parts;
    if (entry.readsCharts) {
        parts << tr("reads charts");
    }
    if (entry.chats) {
        parts << tr("chats");
    }
    if (entry.sees && !entry.readsCharts) {
        parts << tr("sees pictures");
    }
    return parts.isEmpty() ? tr("continues text") : parts.join(QStringLiteral(", "));
}

QVariant ModelListModel::data(const QModelIndex &index, int role) const
{
    if (!holds(index)) {
        return {};
    }
    const app::ModelEntry &entry = values()[index.row()];
    switch (role) {
    case kFileRole:
        return entry.file;
    case kNameRole:
        return entry.name;
    case kFiguresRole:
        return figures(entry);
    case kAbilitiesRole:
        return abilities(entry);
    case kBrokenRole:
        return !entry.problem.isEmpty();
    default:
        return {};
    }
}

QHash<int, QByteArray> ModelListModel::roleNames() const
{
    return {{kFileRole, "file"}, {kNameRole, "name"}, {kFiguresRole, "figures"}, {kAbilitiesRole, "abilities"}, {kBrokenRole, "broken"}};
}

void ModelListModel::show(const QVector<app::ModelEntry> &entries)
{
    const int before = count();
    sync(entries);
    if (count() != before) {
        Q_EMIT countChanged();
    }
}

} // namespace conclave::ui
