#include "app/documents/office_xml.h"

#include <QCoreApplication>
#include <QDir>

namespace conclave::app
{

using engine::Done;
using engine::Result;

namespace
{

constexpr int kStepsBetweenLooks = 512; // tokens between two looks at the stop token

/// "word/document.xml" -> "word/_rels/document.xml.rels"
QString relationshipsFile(const QString &entry)
{
    const qsizetype slash = entry.lastIndexOf(u'/') + 1;
    return entry.left(slash) + QStringLiteral("_rels/") + entry.mid(slash) + QStringLiteral(".rels");
}

/// A target is relative to the folder of its source, or to the archive when it begins with a slash.
QString resolved(const QString &entry, const QString &target)
{
    const QString folder = entry.left(entry.lastIndexOf(u'/') + 1);
    return QDir::cleanPath(target.startsWith(u'/') ? target.mid(1) : folder + target);
}

} // namespace

OfficeXml::OfficeXml(const QByteArray &xml, const QString &fileName, const ReadControl &control)
    : m_xml(xml), m_fileName(fileName), m_token(control.token), m_size(xml.size())
{
}

bool OfficeXml::next()
{
    while (!m_xml.atEnd() && !m_hasEntities) {
        if (++m_steps % kStepsBetweenLooks == 0 && m_token.stop_requested()) {
            m_cancelled = true;
            return false;
        }
        switch (m_xml.readNext()) {
        case QXmlStreamReader::DTD:
        case QXmlStreamReader::EntityReference:
            m_hasEntities = true;
            return false;
        case QXmlStreamReader::StartElement:
        case QXmlStreamReader::EndElement:
        case QXmlStreamReader::Characters:
            return true;
        default:
            break;
        }
    }
    return false;
}

Result<Done> OfficeXml::outcome() const
{
    if (m_cancelled)
        return documentCancelled();
    if (m_hasEntities)
        return badDocument(QCoreApplication::translate(
                               "Documents", "%1 was refused: it defines abbreviations (XML entities), which office documents never "
                                            "do and harmful files use.")
                               .arg(m_fileName));
    if (m_xml.hasError())
        return badDocument(
            QCoreApplication::translate("Documents", "%1 cannot be read: the file is damaged or cut off (%2). Save or download it again.")
                .arg(m_fileName, m_xml.errorString()));
    return Done{};
}

QString OfficeXml::attribute(QLatin1String name) const
{
    const QXmlStreamAttributes attributes = m_xml.attributes();
    for (const QXmlStreamAttribute &attribute : attributes) {
        if (attribute.name() == name)
            return attribute.value().toString();
    }
    return {};
}

double OfficeXml::progress() const
{
    return m_size > 0 ? double(m_xml.characterOffset()) / double(m_size) : 1;
}

Result<QHash<QString, QString>> relationshipsOf(ZipArchive &archive, const QString &entry, const QString &fileName,
                                                const ReadControl &control)
{
    QHash<QString, QString> out;
    if (!archive.holds(relationshipsFile(entry)))
        return out;
    auto bytes = archive.read(relationshipsFile(entry));
    if (!bytes)
        return bytes.takeError();
    OfficeXml xml(*bytes, fileName, control);
    while (xml.next()) {
        if (!xml.starts(QLatin1String("Relationship")) || xml.attribute(QLatin1String("TargetMode")) == QLatin1String("External"))
            continue;
        const QString target = resolved(entry, xml.attribute(QLatin1String("Target")));
        if (target.startsWith(QLatin1String("../")) || target == QLatin1String(".."))
            return badDocument(
                QCoreApplication::translate("Documents", "%1 was refused: it points to a file outside of itself (%2), as harmful files do.")
                    .arg(fileName, target.left(80)));
        out.insert(xml.attribute(QLatin1String("Id")), target);
    }
    if (auto read = xml.outcome(); !read)
        return read.takeError();
    return out;
}

} // namespace conclave::app
