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
    /// Of weights of such a model that are not in memory; unknown: not measured.
    engine::DiskSpeed disk(const engine::ModelFootprint &footprint) const { return footprint.expertBytes > 0 ? m_expertDisk : m_disk; }

    /// Measures what is missing of these needs: nothing, if it is all known for this device. About half a second a type.
    engine::Result<engine::Done> learn(engine::MachineNeeds needs);
    /// Reads some of `file` past the system's cache, as weights are read that are not in memory: experts as streaming does, others by
    /// touching the mapped file. Once.
    void learnDisk(const QString &file, const engine::ModelFootprint &footprint);

    static constexpr int kFormat = 5; ///< of machine.json; others are not read

private:
    void save() const;

    QString m_file;
    engine::MachineSpeed m_speed;
    engine::DiskSpeed m_disk, m_expertDisk;
};

} // namespace conclave::app
