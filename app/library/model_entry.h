#pragma once

#include "engine/api/model_header.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>

/// A model file as the library keeps it. Plain values.
namespace conclave::app
{

struct ModelEntry
{
    enum class Kind
    {
        kModel,
        kProjector,
        kOther,
        kBroken, ///< nothing can be told of it; `problem` says why
    };

    QString file;      ///< the first part
    QStringList files; ///< all parts
    QString stamp;     ///< sizes and times of change: another stamp, another file
    qint64 bytes = 0;  ///< of all parts
    Kind kind = Kind::kModel;
    QString name;
    QString architecture;
    QString family;
    QString sizeLabel;
    QString quantisation;
    QString licence;
    QString author;
    QStringList languages;
    qint64 parameters = 0;
    int contextTokens = 0;
    int layers = 0;
    int experts = 0;
    int expertsUsed = 0;
    bool chats = false;
    bool sees = false;
    bool readsCharts = false;
    bool wantsProjector = false; ///< sees only with a projector
    QString projector;           ///< the one it is paired with
    QString projectorType;       ///< of a projector
    QString problem;             ///< for the user; empty: it can be run
    bool builtIn = false;        ///< part of the program: it stays

    bool runs() const { return kind == Kind::kModel && problem.isEmpty(); }
    bool operator==(const ModelEntry &) const = default;
};

ModelEntry entryOf(const engine::ModelHeader &header);
/// What is left to say of a file whose header cannot be read.
ModelEntry brokenEntry(const QString &file, const engine::Error &error);

QJsonObject toJson(const ModelEntry &entry);
/// nullopt: no entry that this version wrote.
std::optional<ModelEntry> entryFromJson(const QJsonObject &json);

/// As entries spell the path of a file or folder: absolute, without "..", links kept.
QString spelled(const QString &path);

/// "model", "projector", "other", "broken"
QString kindName(ModelEntry::Kind kind);

} // namespace conclave::app
