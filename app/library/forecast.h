#pragma once

#include "engine/api/expert_trial.h"

#include <QString>
#include <QStringList>
#include <QVector>

/// What loading a model would mean on this machine, in words and numbers. Plain values and pure functions.
namespace conclave::app
{

/// A part of what a model takes, and where it will lie.
struct ForecastPart
{
    enum class Kind
    {
        kWeights,
        kExperts,
        kContext,
        kVision,
        kWork,
    };
    enum class Place
    {
        kMemory, ///< its own
        kMapped, ///< the file's pages in memory, given back when others need it
        kDisk,   ///< does not fit: read again and again
    };
    Kind kind = Kind::kWeights;
    Place place = Place::kMemory;
    quint64 bytes = 0;
    bool operator==(const ForecastPart &) const = default;
};

struct ModelForecast
{
    enum class Verdict
    {
        kRuns,
        kSlow, ///< not all of it fits: the rest comes from disk for each token
        kTooLarge,
        kRefused, ///< this version cannot run the file
    };
    Verdict verdict = Verdict::kRefused;
    QString reason;       ///< why it does not run, or slowly; for the user
    QStringList remedies; ///< what would help
    QString device;
    int contextTokens = 0;
    int mostContext = 0;     ///< longest context that would fit with all weights
    quint64 memoryBytes = 0; ///< with a full context
    quint64 budgetBytes = 0; ///< what this machine has for it
    QVector<ForecastPart> parts;
    double tokensPerSecond = 0;     ///< answering at a short context; 0: not known
    double fullTokensPerSecond = 0; ///< and at a full one
    double promptPerSecond = 0;     ///< reading a prompt of 512
    engine::ModelFootprint footprint;
};

struct ForecastRequest
{
    int contextTokens = 8192;
    quint64 budgetBytes = 0;   ///< 0: what this machine has, less what it needs itself
    engine::DiskSpeed disk;    ///< with which such a model's weights come from disk
    engine::ExpertTrial trial; ///< of its routers; without rooms each expert is taken to be as likely chosen as another
};

/// Memory that a program may fill on a machine of so much, limited to `limitBytes` (0: not at all).
quint64 usualBudget(quint64 memoryBytes, quint64 limitBytes);

/// What has to be read from disk again and again where a model does not fit.
struct DiskReads
{
    bool fits = true;                       ///< nothing has
    int held = 0;                           ///< experts that there is room for, and
    double found = 1;                       ///< share of those chosen for an answer that are among them
    double token = 0;                       ///< bytes for each token of an answer,
    double prompt = 0;                      ///< and for each 512 tokens of a prompt;
    double tokenWaits = 0, promptWaits = 0; ///< layers that wait for some of these
};
/// `missingBytes`: by how much it does not fit. `trial`: see ForecastRequest.
DiskReads diskReads(const engine::ModelFootprint &footprint, quint64 missingBytes, const engine::ExpertTrial &trial = {});

/// Memory of a model that takes `wholeBytes` with all experts, when only those of `reads` are held: whole ones fill what is left.
quint64 heldBytes(const engine::ModelFootprint &footprint, quint64 wholeBytes, const DiskReads &reads);

/// How fast a model is, with what lacks room read from disk.
class ModelPace
{
public:
    ModelPace(const engine::ModelFootprint &footprint, const engine::MachineSpeed &machine, const DiskReads &reads, engine::DiskSpeed disk);

    double answerSeconds(int position) const; ///< of a token; 0: not known
    double promptSeconds(int tokens) const;   ///< of all; 0: not known

private:
    double withDisk(double seconds, double bytes, double waits) const;

    const engine::ModelFootprint &m_footprint;
    engine::MachineSpeed m_machine;
    DiskReads m_reads;
    engine::DiskSpeed m_disk;
};

ModelForecast forecastOf(const engine::ModelFootprint &footprint, const engine::MachineSpeed &machine, const ForecastRequest &request);
/// Of a file that cannot be loaded at all.
ModelForecast refusedForecast(const engine::Error &error);

QString partName(ForecastPart::Kind kind);           ///< translated
QString placeName(ForecastPart::Place place);        ///< translated
QString verdictName(ModelForecast::Verdict verdict); ///< "runs", "slow", "too large", "refused": for JSON

} // namespace conclave::app
