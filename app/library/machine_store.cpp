#include "app/library/machine_store.h"

#include "app/library/json_file.h"
#include "app/text_of.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>

#include <algorithm>

#ifdef Q_OS_LINUX
#include <fcntl.h>
#endif

namespace conclave::app
{
namespace
{

constexpr int kMachineFormat = 2;

QJsonObject toJson(const engine::MachineSpeed::Type &type)
{
    return {{"type", textOf(type.type)},
            {"denseBytes", type.denseBytes},
            {"expertBytes", type.expertBytes},
            {"denseOperations", type.denseOperations},
            {"expertOperations", type.expertOperations}};
}

/// Speeds out of a file of the user's: finite and not negative, or unknown.
double speedAt(const QJsonObject &json, const char *key)
{
    const double value = json.value(QLatin1String(key)).toDouble();
    return value > 0 && value < 1e18 ? value : 0;
}

} // namespace

MachineStore::MachineStore(const QString &folder) : m_file(folder + QStringLiteral("/machine.json"))
{
    const QJsonObject json = readJsonFile(m_file);
    if (json.value(QStringLiteral("format")).toInt() != kMachineFormat)
        return;
    m_speed.device = json.value(QStringLiteral("device")).toString().toStdString();
    m_speed.memoryBytes = std::uint64_t(speedAt(json, "memoryBytes"));
    m_speed.readBytes = speedAt(json, "readBytes");
    m_speed.copyBytes = speedAt(json, "copyBytes");
    m_speed.attentionOperations = speedAt(json, "attentionOperations");
    m_speed.attentionBytes = speedAt(json, "attentionBytes");
    m_speed.promptAttention = speedAt(json, "promptAttention");
    m_speed.opSeconds = speedAt(json, "opSeconds");
    m_diskBytes = speedAt(json, "diskBytes");
    for (const QJsonValue &value : json.value(QStringLiteral("types")).toArray()) {
        const QJsonObject type = value.toObject();
        m_speed.types.push_back({type.value(QStringLiteral("type")).toString().toStdString(), speedAt(type, "denseBytes"),
                                 speedAt(type, "expertBytes"), speedAt(type, "denseOperations"), speedAt(type, "expertOperations")});
    }
}

void MachineStore::save() const
{
    QJsonArray types;
    for (const engine::MachineSpeed::Type &type : m_speed.types)
        types.append(toJson(type));
    const auto written = writeJsonFile(m_file, {{"format", kMachineFormat},
                                                {"device", textOf(m_speed.device)},
                                                {"memoryBytes", double(m_speed.memoryBytes)},
                                                {"readBytes", m_speed.readBytes},
                                                {"copyBytes", m_speed.copyBytes},
                                                {"attentionOperations", m_speed.attentionOperations},
                                                {"attentionBytes", m_speed.attentionBytes},
                                                {"promptAttention", m_speed.promptAttention},
                                                {"opSeconds", m_speed.opSeconds},
                                                {"diskBytes", m_diskBytes},
                                                {"types", types}});
    if (!written)
        qWarning("conclave: %s", written.error().message.c_str());
}

engine::Result<engine::Done> MachineStore::learn(const std::vector<std::string> &types)
{
    const std::string device = engine::machineName();
    const bool same = m_speed.device == device && m_speed.readBytes > 0;
    std::vector<std::string> missing;
    std::copy_if(types.begin(), types.end(), std::back_inserter(missing),
                 [&](const std::string &type) { return !same || m_speed.find(type) == nullptr; });
    if (same && missing.empty())
        return engine::Done{};
    auto measured = engine::measureMachine({}, missing);
    if (!measured)
        return measured.takeError();
    if (same) // what was known of other types stays
        measured->types.insert(measured->types.end(), m_speed.types.begin(), m_speed.types.end());
    m_speed = std::move(*measured);
    save();
    return engine::Done{};
}

void MachineStore::learnDisk(const QString &file)
{
    constexpr qint64 kBytes = qint64(256) << 20;
    constexpr qint64 kChunk = qint64(4) << 20;
    QFile model(file);
    if (m_diskBytes > 0 || !model.open(QIODevice::ReadOnly | QIODevice::Unbuffered) || model.size() < kBytes)
        return;
    const qint64 start = model.size() / 2; // where headers and what was just used are not
#ifdef Q_OS_LINUX
    if (::posix_fadvise(model.handle(), start, kBytes / 2, POSIX_FADV_DONTNEED) != 0)
        return;
#endif
    model.seek(start);
    QElapsedTimer timer;
    timer.start();
    qint64 done = 0;
    while (done < kBytes / 2) {
        const QByteArray bytes = model.read(kChunk);
        if (bytes.isEmpty())
            break;
        done += bytes.size();
    }
    const double seconds = double(timer.nsecsElapsed()) / 1e9;
    if (done == 0 || seconds <= 0)
        return;
    m_diskBytes = double(done) / seconds;
    save();
}

} // namespace conclave::app
