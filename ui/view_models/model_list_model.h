#pragma once

#include "app/library/model_entry.h"
#include "ui/view_models/value_list_model.h"

#include <QtQml/qqmlregistration.h>

/// The models of this machine as rows. GUI thread only.
namespace conclave::ui
{

class ModelListModel : public ValueListModel<app::ModelEntry>
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by LibraryViewModel")
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    enum Role
    {
        kFileRole = Qt::UserRole, ///< QString
        kNameRole,                ///< QString
        kFiguresRole,             ///< QString: size, type, context
        kAbilitiesRole,           ///< QString: "chat, pictures", or what is wrong with it
        kBrokenRole,              ///< bool: it cannot be run as it is
    };

    using ValueListModel::ValueListModel;

    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    int count() const { return rowCount(); }
    void show(const QVector<app::ModelEntry> &entries);

    static QString figures(const app::ModelEntry &entry);
    static QString abilities(const app::ModelEntry &entry);

Q_SIGNALS:
    void countChanged();
};

/// "4.1 GB", as sizes of models are known.
QString gigabytesText(double bytes);

} // namespace conclave::ui
