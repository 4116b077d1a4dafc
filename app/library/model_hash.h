#pragma once

#include <QHash>
#include <QObject>
#include <QString>
#include <QThreadPool>

#include <functional>
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

    enum class Check
    {
        kAsBefore, ///< the same bytes as when it was read first
        kChanged,  ///< other bytes, though size and date are the same: it, or its disk, is damaged
        kFirst,    ///< nothing was known of it, or it is another file now
        kUnreadable,
    };
    /// Reads all of it again, whether its hash is known or not; `checked` tells.
    void check(const QString &file);

Q_SIGNALS:
    void hashed(const QString &file);
    void checked(const QString &file, conclave::app::ModelHashes::Check outcome);

private:
    struct Entry
    {
        QString stamp; ///< sizes and dates of its files
        QString hash;
    };

    void take(const QString &file, const Entry &entry);
    void read(const QString &file, std::function<void(const Entry &)> taken);

    QString m_path;
    QHash<QString, Entry> m_entries;
    std::stop_source m_stop;
    QThreadPool m_threads; ///< last member: its thread ends before anything it uses
};

} // namespace conclave::app
