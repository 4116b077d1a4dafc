#pragma once

#include "app/documents/document.h"
#include "app/documents/zip_archive.h"

#include <QHash>
#include <QXmlStreamReader>

/// What DOCX and XLSX have in common (ECMA-376): XML files in a ZIP archive that point to each other by relationships.
namespace conclave::app
{

/// Walks over one XML file. A document type with its entities never occurs in office documents: it is refused, bombs with it.
class OfficeXml
{
public:
    OfficeXml(const QByteArray &xml, const QString &fileName, const ReadControl &control);

    /// The next start, end or text token; false at the end, at an error, or when cancelled: outcome() tells which.
    bool next();
    engine::Result<engine::Done> outcome() const;

    bool starts(QLatin1String name) const { return m_xml.isStartElement() && m_xml.name() == name; }
    bool ends(QLatin1String name) const { return m_xml.isEndElement() && m_xml.name() == name; }
    /// Of the present start element, by its name without a namespace; empty: it has none.
    QString attribute(QLatin1String name) const;
    QXmlStreamReader &reader() { return m_xml; }
    /// Share of the file that was walked over.
    double progress() const;

private:
    QXmlStreamReader m_xml;
    QString m_fileName;
    std::stop_token m_token;
    qint64 m_size;
    int m_steps = 0;
    bool m_hasEntities = false;
    bool m_cancelled = false;
};

/// Id to target of the relationships of `entry`, as names in the archive. Targets outside of it (links) are left out; a target that
/// leads out of the archive is an error. None: an empty table.
engine::Result<QHash<QString, QString>> relationshipsOf(ZipArchive &archive, const QString &entry, const QString &fileName,
                                                        const ReadControl &control);

} // namespace conclave::app
