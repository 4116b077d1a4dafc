#include "app/library/trial_store.h"

#include "app/library/json_file.h"
#include "app/library/model_entry.h"

#include <QDateTime>
#include <QFileInfo>
#include <QJsonArray>

namespace conclave::app
{
namespace
{

constexpr int kTrialFormat = 2;

QString nameOf(const QFileInfo &file)
{
    return QStringLiteral("%1 %2 %3").arg(spelled(file.filePath())).arg(file.size()).arg(file.lastModified().toMSecsSinceEpoch());
}

QJsonArray roomsJson(const engine::ExpertTrial &trial)
{
    QJsonArray rooms;
    for (const engine::ExpertShares &one : trial.rooms)
        rooms.append(QJsonArray{one.held, one.found, one.prompt});
    return rooms;
}

/// Of a file of the user's: shares, in ascending order of rooms, or nothing.
engine::ExpertTrial trialIn(const QJsonArray &rooms)
{
    engine::ExpertTrial out;
    double last = 0;
    for (const QJsonValue &room : rooms) {
        const QJsonArray numbers = room.toArray();
        const engine::ExpertShares one{numbers.at(0).toDouble(-1), numbers.at(1).toDouble(-1), numbers.at(2).toDouble(-1)};
        const auto isShare = [](double share) { return share >= 0 && share <= 1; };
        if (!isShare(one.found) || !isShare(one.prompt) || one.held <= last || one.held >= 1)
            return {};
        last = one.held;
        out.rooms.push_back(one);
    }
    return out;
}

} // namespace

TrialStore::TrialStore(const QString &folder) : m_file(folder + QStringLiteral("/trials.json")) {}

engine::ExpertTrial TrialStore::find(const QString &file) const
{
    const QJsonObject json = readJsonFile(m_file);
    const QString name = nameOf(QFileInfo(file));
    for (const QJsonValue &trial : json.value(QStringLiteral("trials")).toArray()) {
        if (json.value(QStringLiteral("format")).toInt() == kTrialFormat &&
            trial.toObject().value(QStringLiteral("file")).toString() == name)
            return trialIn(trial.toObject().value(QStringLiteral("rooms")).toArray());
    }
    return {};
}

engine::Result<engine::ExpertTrial> TrialStore::learn(const QString &file, const engine::ModelFootprint &footprint)
{
    if (engine::ExpertTrial known = find(file); !known.rooms.empty())
        return known;
    auto trial = engine::tryExperts(std::filesystem::path(file.toStdU16String()), {}, footprint);
    if (!trial)
        return trial;
    const QJsonObject json = readJsonFile(m_file);
    QJsonArray trials;
    if (json.value(QStringLiteral("format")).toInt() == kTrialFormat)
        trials = json.value(QStringLiteral("trials")).toArray();
    trials.append(QJsonObject{{"file", nameOf(QFileInfo(file))}, {"rooms", roomsJson(*trial)}});
    while (trials.size() > kMostKept)
        trials.removeFirst();
    if (const auto written = writeJsonFile(m_file, {{"format", kTrialFormat}, {"trials", trials}}); !written)
        qWarning("conclave: %s", written.error().message.c_str());
    return trial;
}

} // namespace conclave::app
