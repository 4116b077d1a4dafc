#pragma once

#include <QHash>
#include <QObject>
#include <QString>
#include <QThreadPool>

#include <stop_token>

/// SHA-256 of model files: which file an answer came from, beyond doubt. A large file takes its time: hashes are made one at a time, behind
/// everything else, and kept with the file's size and date, so that each file is read once. GUI thread only.
namespace conclave::app
{

class ModelHashes : public QObject
{
    Q_OBJECT

public:
    /// Hashes are kept in model-hashes.json of `folder`.
    explicit ModelHashes(const QString &folder, QObject *parent = nullptr);
    ~ModelHashes() override; ///< gives up what is being read

    /// In lower-case hexadecimal; of a model in several files the hash of all their bytes, one file after the other. Empty: not known, or
    /// the file has changed since.
    QString known(const QString &file) const;
    /// `hashed` tells once it is known, unless the file cannot be read or changes meanwhile.
    void make(const QString &file);

Q_SIGNALS:
    void hashed(const QString &file);

private:
    struct Entry
    {
        QString stamp; ///< sizes and dates of its files
        QString hash;
    };

    void take(const QString &file, const Entry &entry);

    QString m_path;
    QHash<QString, Entry> m_entries;
    std::stop_source m_stop;
    QThreadPool m_threads; ///< last member: its thread ends before anything it uses
};

} // namespace conclave::app
