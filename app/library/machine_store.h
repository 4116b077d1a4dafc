#pragma once

#include "engine/api/forecast.h"

#include <QString>

/// What was measured of this machine, kept in machine.json of the data folder.
namespace conclave::app
{

class MachineStore
{
public:
    explicit MachineStore(const QString &folder);

    const engine::MachineSpeed &speed() const { return m_speed; }
    double diskBytes() const { return m_diskBytes; } ///< a second; 0: not measured

    /// Measures what is missing for these types: nothing, if it is all known for this device. About half a second a type.
    engine::Result<engine::Done> learn(const std::vector<std::string> &types);
    /// Reads a part of `file` past the system's cache, once.
    void learnDisk(const QString &file);

private:
    void save() const;

    QString m_file;
    engine::MachineSpeed m_speed;
    double m_diskBytes = 0;
};

} // namespace conclave::app
