#pragma once

#include "engine/api/expert_trial.h"

#include <QString>

/// What trials of models' routers said, kept in trials.json of the data folder.
namespace conclave::app
{

class TrialStore
{
public:
    explicit TrialStore(const QString &folder);

    /// Of a model file as it is now; no rooms: it was not tried.
    engine::ExpertTrial find(const QString &file) const;
    /// Tries it, unless that was done, and keeps what it says.
    engine::Result<engine::ExpertTrial> learn(const QString &file, const engine::ModelFootprint &footprint);

    static constexpr int kMostKept = 100;

private:
    QString m_file;
};

} // namespace conclave::app
