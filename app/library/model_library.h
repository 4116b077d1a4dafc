#pragma once

#include "app/library/file_scan.h"

#include <QObject>
#include <QStringList>
#include <QThreadPool>
#include <QVector>

#include <optional>
#include <stop_token>

/// The model files of this machine that the user has shown to the program: folders, and single files. GUI thread only; headers are read
/// on a thread of its own, and what was read is kept in library.json.
namespace conclave::app
{

class ModelLibrary : public QObject
{
    Q_OBJECT

public:
    /// `folder`: the program's data folder; models that the program fetches lie in its "models". `builtIn`: a model that is part of the
    /// program, or empty.
    explicit ModelLibrary(const QString &folder, const QString &builtIn = {}, HeaderReader reader = readHeader, QObject *parent = nullptr);
    ~ModelLibrary() override;

    /// Where downloads go; always among folders().
    QString ownFolder() const;
    QStringList folders() const;
    void addFolder(const QString &folder);
    void removeFolder(const QString &folder); ///< nothing on disk is touched; the own folder stays

    const QVector<ModelEntry> &entries() const { return m_entries; }
    std::optional<ModelEntry> find(const QString &file) const;
    bool isScanning() const { return m_scanning; }
    int headersRead() const { return m_headersRead; } ///< in the last scan

    /// Looks again; changed() tells. While a scan runs, another follows it.
    void rescan();
    /// Blocks until all scans are done (console, tests).
    void waitForScan();

    /// Takes files in where they lie: nothing is copied or moved. Folders among them are added as folders. kInvalidRequest, naming what
    /// is no model file; the others are taken.
    engine::Result<engine::Done> import(const QStringList &paths);

    /// What deleting a model would remove: all its parts, and its projector when no other model here uses it.
    struct Removal
    {
        QStringList files;
        qint64 bytes = 0;
    };
    Removal removalOf(const QString &file) const;
    enum class Way
    {
        kTrash,   ///< to the system's waste bin: kInvalidRequest, and nothing is gone, where there is none
        kForGood, ///< freed at once
    };
    /// Returns the bytes that were removed. kInvalidRequest: the built-in model, or one that is not here; kWriteFailed: some file stayed.
    engine::Result<qint64> remove(const QString &file, Way way);

Q_SIGNALS:
    void changed();
    void scanningChanged();

private:
    void startScan();
    void takeOver(const ScanResult &result, bool last);
    void load();
    void save();

    QString m_folder;
    QString m_builtIn;
    HeaderReader m_reader;
    QStringList m_folders; ///< without the own
    QStringList m_files;
    QVector<ModelEntry> m_entries;
    bool m_scanning = false;
    bool m_again = false;
    int m_headersRead = 0;
    std::stop_source m_stop;
    QThreadPool m_pool; ///< last: its thread ends before anything it uses
};

} // namespace conclave::app
