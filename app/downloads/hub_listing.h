#pragma once

#include <QByteArray>
#include <QString>
#include <QVector>

/// The files of a model repository, as its hub lists them.
namespace conclave::app
{

struct HubFile
{
    QString path;
    qint64 size = 0;
    QString sha256; ///< lower-case hex; empty: not stated
};

/// Files of a list in the hub's JSON; anything else in it is left out.
QVector<HubFile> parseListing(const QByteArray &json);

/// The files that make up one model: those whose name contains `wanted`; without it, the usual quantisation (Q4_K_M, MXFP4, Q4_0, Q8_0, or
/// what there is). All parts of a split model; and the projector, the smaller half-precision one, if there is any. Empty: no such model.
QVector<HubFile> chooseFiles(const QVector<HubFile> &files, const QString &wanted);

} // namespace conclave::app
