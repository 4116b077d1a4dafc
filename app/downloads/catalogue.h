#pragma once

#include <QString>
#include <QStringList>
#include <QVector>

#include <optional>

/// Models worth fetching, as resources/catalogue.json lists them.
namespace conclave::app
{

struct CatalogueFile
{
    QString path;    ///< in the repository
    QString sha256;  ///< empty: could not be established, and the download says so
    qint64 size = 0; ///< 0: likewise
};

struct CatalogueModel
{
    QString id; ///< for the console: "qwen3-vl-4b"
    QString name;
    QString family;
    QString sizeLabel; ///< "30B-A3B"
    QString quantisation;
    QString licence;
    QString repository;
    QStringList languages;
    QString strengths; ///< what it is good at, in English; the interface translates
    bool vision = false;
    double gigabytes = 0; ///< about, as people know it; exact sizes are with the files
    QVector<CatalogueFile> files;
    QString wanted; ///< where files are not listed: what their names contain; the hub is asked for them

    qint64 bytes() const; ///< of all files; 0: not known exactly
};

class Catalogue
{
public:
    /// Entries that are not well formed are left out.
    static Catalogue parse(const QByteArray &json);
    /// The one that the program brings; empty when it is missing.
    static Catalogue own();

    const QVector<CatalogueModel> &models() const { return m_models; }
    const CatalogueModel *find(const QString &id) const;
    /// SHA-256 that some entry states for a file of that name; empty: none.
    QString knownHash(const QString &fileName) const;

private:
    QVector<CatalogueModel> m_models;
};

} // namespace conclave::app
