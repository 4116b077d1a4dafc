#include "app/library/machine_store.h"

#include "app/library/json_file.h"
#include "app/text_of.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QThreadPool>
#include <QVector>

#include <algorithm>
#include <atomic>
#include <utility>

#ifdef Q_OS_LINUX
#include <fcntl.h>
#endif

namespace conclave::app
{
namespace
{

/// Numbers of a machine, by their names in the file.
constexpr std::pair<const char *, double engine::MachineSpeed::*> kMachineNumbers[] = {
    {"readBytes", &engine::MachineSpeed::readBytes},
    {"opSeconds", &engine::MachineSpeed::opSeconds},
    {"smallValues", &engine::MachineSpeed::smallValues},
    {"routerLogits", &engine::MachineSpeed::routerLogits},
    {"streamValues", &engine::MachineSpeed::streamValues},
    {"narrowBytes", &engine::MachineSpeed::narrowBytes},
    {"wideBytes", &engine::MachineSpeed::wideBytes},
    {"wideSpan", &engine::MachineSpeed::wideSpan},
    {"mappedExpertSeconds", &engine::MachineSpeed::mappedExpertSeconds},
    {"mappedDenseSeconds", &engine::MachineSpeed::mappedDenseSeconds},
};
constexpr std::pair<const char *, double engine::MachineSpeed::Type::*> kTypeNumbers[] = {
    {"denseBytes", &engine::MachineSpeed::Type::denseBytes},
    {"expertBytes", &engine::MachineSpeed::Type::expertBytes},
    {"denseOperations", &engine::MachineSpeed::Type::denseOperations},
    {"expertOperations", &engine::MachineSpeed::Type::expertOperations},
    {"fewExpertOperations", &engine::MachineSpeed::Type::fewExpertOperations},
};
constexpr std::pair<const char *, double engine::MachineSpeed::Context::*> kContextNumbers[] = {
    {"operations", &engine::MachineSpeed::Context::operations},
    {"promptOperations", &engine::MachineSpeed::Context::promptOperations},
};

template <class Value, std::size_t count>
void writeNumbers(const Value &value, const std::pair<const char *, double Value::*> (&numbers)[count], QJsonObject &json)
{
    for (const auto &[name, number] : numbers)
        json[QLatin1String(name)] = value.*number;
}

/// A speed out of a file of the user's: finite and not negative, or unknown.
double speedIn(const QJsonObject &json, const char *name)
{
    const double read = json.value(QLatin1String(name)).toDouble();
    return read > 0 && read < 1e18 ? read : 0;
}

template <class Value, std::size_t count>
void readNumbers(const QJsonObject &json, const std::pair<const char *, double Value::*> (&numbers)[count], Value &value)
{
    for (const auto &[name, number] : numbers)
        value.*number = speedIn(json, name);
}

template <class Value, std::size_t count>
QJsonArray toJson(const std::vector<Value> &values, const std::pair<const char *, double Value::*> (&numbers)[count])
{
    QJsonArray out;
    for (const Value &value : values) {
        QJsonObject json{{"type", textOf(value.type)}};
        writeNumbers(value, numbers, json);
        out.append(json);
    }
    return out;
}

template <class Value, std::size_t count>
std::vector<Value> fromJson(const QJsonValue &json, const std::pair<const char *, double Value::*> (&numbers)[count])
{
    std::vector<Value> out;
    for (const QJsonValue &each : json.toArray()) {
        Value &value = out.emplace_back();
        value.type = each.toObject().value(QStringLiteral("type")).toString().toStdString();
        readNumbers(each.toObject(), numbers, value);
    }
    return out;
}

/// What of `old` is not measured anew.
template <class Value>
void keep(const std::vector<Value> &old, std::vector<Value> &values)
{
    values.insert(values.end(), old.begin(), old.end());
}

/// Reads a byte of every page of `pieces` pieces on all cores, as the threads of an answer do. Seconds.
double readPages(const uchar *file, const QVector<qint64> &pieces, qint64 length)
{
    constexpr qint64 kPage = 4096;
    std::atomic<qsizetype> next{0};
    std::atomic<quint64> sum{0};
    const auto work = [&] {
        quint64 own = 0;
        for (qsizetype i = next++; i < pieces.size(); i = next++) {
            for (qint64 at = 0; at < length; at += kPage)
                own += file[pieces[i] + at];
        }
        sum += own;
    };
    QElapsedTimer timer;
    timer.start();
    QThreadPool threads;
    for (int i = 0; i < threads.maxThreadCount(); ++i)
        threads.start(work);
    threads.waitForDone();
    return double(timer.nsecsElapsed()) / 1e9;
}

/// Of pages that are touched for the first time; 0: not known.
double mappedDiskSpeed(const QString &file)
{
    constexpr qint64 kLeast = qint64(256) << 20;
    constexpr qint64 kPiece = qint64(1) << 20;
    constexpr int kPieces = 128;
    QFile model(file);
    if (!model.open(QIODevice::ReadOnly | QIODevice::Unbuffered) || model.size() < kLeast)
        return 0;
    const qint64 step = model.size() / kPieces / kPiece * kPiece;
    QVector<qint64> pieces;
    for (int i = 0; i < kPieces; ++i)
        pieces.append(i * step);
#ifdef Q_OS_LINUX
    for (const qint64 piece : pieces) {
        if (::posix_fadvise(model.handle(), piece, kPiece, POSIX_FADV_DONTNEED) != 0)
            return 0;
    }
#endif
    const uchar *bytes = model.map(0, model.size());
    const double seconds = bytes != nullptr ? readPages(bytes, pieces, kPiece) : 0;
    return seconds > 0 ? double(kPieces * kPiece) / seconds : 0;
}

} // namespace

MachineStore::MachineStore(const QString &folder) : m_file(folder + QStringLiteral("/machine.json"))
{
    m_speed.memoryBytes = engine::machineMemory();
    m_speed.limitBytes = engine::memoryLimit();
    const QJsonObject json = readJsonFile(m_file);
    if (json.value(QStringLiteral("format")).toInt() != kFormat)
        return;
    m_speed.device = json.value(QStringLiteral("device")).toString().toStdString();
    readNumbers(json, kMachineNumbers, m_speed);
    m_disk = {speedIn(json, "diskBytes"), 0};
    m_expertDisk = {speedIn(json, "expertDiskBytes"), speedIn(json, "expertDiskWait")};
    m_speed.types = fromJson(json.value(QStringLiteral("types")), kTypeNumbers);
    m_speed.contexts = fromJson(json.value(QStringLiteral("contexts")), kContextNumbers);
}

void MachineStore::save() const
{
    QJsonObject json{{"format", kFormat},
                     {"device", textOf(m_speed.device)},
                     {"diskBytes", m_disk.bytes},
                     {"expertDiskBytes", m_expertDisk.bytes},
                     {"expertDiskWait", m_expertDisk.waitSeconds}};
    writeNumbers(m_speed, kMachineNumbers, json);
    json["types"] = toJson(m_speed.types, kTypeNumbers);
    json["contexts"] = toJson(m_speed.contexts, kContextNumbers);
    if (const auto written = writeJsonFile(m_file, json); !written)
        qWarning("conclave: %s", written.error().message.c_str());
}

engine::Result<engine::Done> MachineStore::learn(engine::MachineNeeds needs)
{
    const bool same = m_speed.device == engine::machineName() && m_speed.readBytes > 0;
    const engine::MachineSpeed known = m_speed;
    if (same) {
        std::erase_if(needs.types, [&](const std::string &type) { return known.find(type) != nullptr; });
        std::erase_if(needs.contexts, [&](const std::string &type) { return known.findContext(type) != nullptr; });
        if (needs.types.empty() && needs.contexts.empty())
            return engine::Done{};
    }
    auto measured = engine::measureMachine({}, needs);
    if (!measured)
        return measured.takeError();
    m_speed = std::move(*measured);
    if (same) { // what was known of the rest stays
        keep(known.types, m_speed.types);
        keep(known.contexts, m_speed.contexts);
        m_speed.readBytes = std::max(m_speed.readBytes, known.readBytes);
        if (m_speed.wideBytes <= 0) {
            for (double engine::MachineSpeed::*number :
                 {&engine::MachineSpeed::narrowBytes, &engine::MachineSpeed::wideBytes, &engine::MachineSpeed::wideSpan,
                  &engine::MachineSpeed::mappedExpertSeconds, &engine::MachineSpeed::mappedDenseSeconds})
                m_speed.*number = known.*number;
        }
    }
    save();
    return engine::Done{};
}

void MachineStore::learnDisk(const QString &file, const engine::ModelFootprint &footprint)
{
    if (disk(footprint).bytes > 0)
        return;
    if (footprint.expertBytes > 0)
        m_expertDisk = engine::expertDiskSpeed(std::filesystem::path(file.toStdU16String()), footprint);
    else
        m_disk = {mappedDiskSpeed(file), 0};
    if (disk(footprint).bytes > 0)
        save();
}

} // namespace conclave::app
