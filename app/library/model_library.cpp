#include "app/library/model_library.h"

#include "app/library/json_file.h"
#include "app/text_of.h"

#include <QCoreApplication>
#include <QDir>
#include <QEventLoop>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QStandardPaths>
#include <QThread>

#include <algorithm>

namespace conclave::app
{

using engine::Done;
using engine::ErrorCode;
using engine::Result;

namespace
{

constexpr int kLibraryFormat = 1; // of library.json: entries of another are read anew

QString libraryFile(const QString &folder)
{
    return folder + QStringLiteral("/library.json");
}

QStringList textsOf(const QJsonValue &array)
{
    QStringList out;
    for (const QJsonValue &value : array.toArray())
        out << value.toString();
    return out;
}

/// QFile::moveToTrash() of Qt 6.4 moves into the working directory where the home has no room for a waste bin.
bool moveToTrash(const QString &file)
{
#ifdef Q_OS_LINUX
    const QString data = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
    if (!QDir().mkpath(data) || (!QFileInfo(data + QStringLiteral("/Trash")).isDir() && !QFileInfo(data).isWritable()))
        return false;
#endif
    return QFile::moveToTrash(file);
}

QString quoted(const QString &path)
{
    return QDir::toNativeSeparators(path);
}

} // namespace

ModelLibrary::ModelLibrary(const QString &folder, const QString &builtIn, HeaderReader reader, QObject *parent)
    : QObject(parent), m_folder(QDir::cleanPath(folder)), m_builtIn(builtIn.isEmpty() ? QString() : spelled(builtIn)),
      m_reader(std::move(reader))
{
    m_pool.setMaxThreadCount(1);
    load();
}

ModelLibrary::~ModelLibrary()
{
    m_stop.request_stop();
    m_pool.clear();
    m_pool.waitForDone();
}

QString ModelLibrary::ownFolder() const
{
    return m_folder + QStringLiteral("/models");
}

QStringList ModelLibrary::folders() const
{
    return QStringList{ownFolder()} + m_folders;
}

void ModelLibrary::load()
{
    const QJsonObject json = readJsonFile(libraryFile(m_folder));
    m_folders = textsOf(json.value(QStringLiteral("folders")));
    m_files = textsOf(json.value(QStringLiteral("files")));
    if (json.value(QStringLiteral("format")).toInt() != kLibraryFormat)
        return;
    for (const QJsonValue &value : json.value(QStringLiteral("models")).toArray()) {
        if (auto entry = entryFromJson(value.toObject()))
            m_entries.append(*entry);
    }
}

void ModelLibrary::save()
{
    QJsonArray models;
    for (const ModelEntry &entry : std::as_const(m_entries))
        models.append(toJson(entry));
    // A cache and two lists: what cannot be written is found again by the next scan.
    const auto written = writeJsonFile(libraryFile(m_folder), {{"format", kLibraryFormat},
                                                               {"folders", QJsonArray::fromStringList(m_folders)},
                                                               {"files", QJsonArray::fromStringList(m_files)},
                                                               {"models", models}});
    if (!written)
        qWarning("conclave: %s", written.error().message.c_str());
}

void ModelLibrary::addFolder(const QString &folder)
{
    const QString path = spelled(folder);
    if (folders().contains(path) || !QFileInfo(path).isDir())
        return;
    m_folders << path;
    save();
    rescan();
}

void ModelLibrary::removeFolder(const QString &folder)
{
    if (m_folders.removeAll(spelled(folder)) == 0)
        return;
    save();
    rescan();
}

std::optional<ModelEntry> ModelLibrary::find(const QString &file) const
{
    const QString path = spelled(file);
    const auto found = std::find_if(m_entries.cbegin(), m_entries.cend(),
                                    [&](const ModelEntry &entry) { return entry.file == path || entry.files.contains(path); });
    return found == m_entries.cend() ? std::nullopt : std::optional(*found);
}

void ModelLibrary::rescan()
{
    m_again = m_scanning;
    if (m_scanning)
        return;
    m_scanning = true;
    Q_EMIT scanningChanged();
    startScan();
}

void ModelLibrary::startScan()
{
    ScanRequest request;
    request.folders = folders();
    request.files = m_files;
    if (!m_builtIn.isEmpty())
        request.files << m_builtIn;
    for (const ModelEntry &entry : std::as_const(m_entries))
        request.known.insert(entry.file, entry);
    m_stop = std::stop_source();
    m_pool.start([this, request, reader = m_reader, stop = m_stop.get_token()] {
        const auto found = [this](const ScanResult &result) {
            QMetaObject::invokeMethod(
                this, [this, result] { takeOver(result, false); }, Qt::QueuedConnection);
        };
        const ScanResult result = scanFiles(request, reader, found, stop);
        if (!stop.stop_requested())
            QMetaObject::invokeMethod(
                this, [this, result] { takeOver(result, true); }, Qt::QueuedConnection);
    });
}

void ModelLibrary::takeOver(const ScanResult &result, bool last)
{
    QVector<ModelEntry> entries = result.entries;
    for (ModelEntry &entry : entries)
        entry.builtIn = !m_builtIn.isEmpty() && entry.file == m_builtIn;
    const bool differs = entries != m_entries;
    // What was known stays on show while it is looked through again.
    if (differs && (last || entries.size() > m_entries.size())) {
        m_entries = entries;
        Q_EMIT changed();
    }
    if (!last)
        return;
    m_headersRead = result.headersRead;
    if (differs || result.headersRead > 0)
        save();
    if (m_again) {
        m_again = false;
        startScan();
        return;
    }
    m_scanning = false;
    Q_EMIT scanningChanged();
}

void ModelLibrary::waitForScan()
{
    if (!m_scanning)
        return;
    QEventLoop loop;
    connect(this, &ModelLibrary::scanningChanged, &loop, [&] {
        if (!m_scanning)
            loop.quit();
    });
    loop.exec();
}

Result<Done> ModelLibrary::import(const QStringList &paths)
{
    QStringList refused;
    bool taken = false;
    for (const QString &path : paths) {
        const QFileInfo info(path);
        if (info.isDir()) {
            addFolder(path);
        } else if (info.isFile() && info.suffix().compare(QLatin1String("gguf"), Qt::CaseInsensitive) == 0) {
            const QString first = spelled(partsOf(spelled(path)).front());
            if (!m_files.contains(first) && !find(first))
                m_files << first;
            taken = true;
        } else {
            refused << info.fileName();
        }
    }
    if (taken) {
        save();
        rescan();
    }
    if (refused.isEmpty())
        return Done{};
    return failure(
        ErrorCode::kInvalidRequest,
        QCoreApplication::translate("ModelLibrary", "No model file: %1. Models are .gguf files.").arg(refused.join(QStringLiteral(", "))));
}

ModelLibrary::Removal ModelLibrary::removalOf(const QString &file) const
{
    Removal removal;
    const auto entry = find(file);
    if (!entry || entry->builtIn)
        return removal;
    removal.files = entry->files;
    const auto usesIt = [&](const ModelEntry &other) { return other.file != entry->file && other.projector == entry->projector; };
    if (!entry->projector.isEmpty() && std::none_of(m_entries.cbegin(), m_entries.cend(), usesIt))
        removal.files << entry->projector;
    for (const QString &each : std::as_const(removal.files))
        removal.bytes += QFileInfo(each).size();
    return removal;
}

Result<qint64> ModelLibrary::remove(const QString &file, Way way)
{
    const Removal removal = removalOf(file);
    if (removal.files.isEmpty())
        return failure(ErrorCode::kInvalidRequest,
                       QCoreApplication::translate("ModelLibrary", "%1 is no model of the library that can be deleted.").arg(quoted(file)));
    qint64 bytes = 0;
    for (const QString &each : removal.files) {
        const qint64 size = QFileInfo(each).size();
        const bool gone = !QFileInfo::exists(each) || (way == Way::kTrash ? moveToTrash(each) : QFile::remove(each));
        if (gone) {
            bytes += size;
            continue;
        }
        if (bytes > 0)
            rescan();
        if (way == Way::kTrash && bytes == 0)
            return failure(ErrorCode::kInvalidRequest,
                           QCoreApplication::translate(
                               "ModelLibrary", "%1 cannot be moved to the waste bin: there is none for its disk. Nothing was deleted.")
                               .arg(quoted(each)));
        return failure(ErrorCode::kWriteFailed,
                       QCoreApplication::translate("ModelLibrary", "%1 could not be deleted. Is the folder read-only?").arg(quoted(each)));
    }
    m_files.removeAll(spelled(file));
    m_entries.removeIf([&](const ModelEntry &entry) { return removal.files.contains(entry.file); });
    save();
    Q_EMIT changed();
    rescan();
    return bytes;
}

} // namespace conclave::app
