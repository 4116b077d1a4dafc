#pragma once

#include "engine/base/result.h"

#include <QJsonObject>
#include <QString>

/// Small JSON files of the program's own.
namespace conclave::app
{

/// An absent, damaged or too large file is an empty object: what lies here can be made anew.
QJsonObject readJsonFile(const QString &path);
/// Whole or not at all. kWriteFailed.
engine::Result<engine::Done> writeJsonFile(const QString &path, const QJsonObject &json);

} // namespace conclave::app
