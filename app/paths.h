#pragma once

#include <QString>

/// Where things lie on this machine.
namespace conclave::app
{

/// User data: $CONCLAVE_HOME, or the platform's application data folder.
QString dataFolder();
/// What the user chose, of everything below `folder` (the data folder).
QString settingsFile(const QString &folder);
/// Where drivers of cards may keep what they compiled: the platform's folder for what can be made again.
QString cardCacheFolder();
/// Where it is kept which experts of models were used: in the same folder.
QString usedExpertsFolder();
/// The built-in chart model: beside the program, in the install prefix, or in the source tree; empty when it is nowhere.
QString builtInModelPath();
/// The list of models worth fetching, found the same way.
QString cataloguePath();
/// The bundled sample chart, found the same way.
QString samplePath();

} // namespace conclave::app
