#include "app/reader/reader.h"

#include <QPainter>
#include <QSvgRenderer>
#include <QXmlStreamReader>
#include <QXmlStreamWriter>

#include <algorithm>
#include <optional>

namespace conclave::app::reader
{
namespace
{

/// A reference may point into the file or hold its data; everything else would have the renderer open other files.
bool staysInside(const QXmlStreamAttribute &attribute)
{
    const QStringView value = attribute.value().trimmed();
    return !attribute.qualifiedName().endsWith(QLatin1String("href")) || value.startsWith(u'#') ||
           value.startsWith(QLatin1String("data:image/"));
}

void copyStart(const QXmlStreamReader &in, QXmlStreamWriter &out)
{
    out.writeStartElement(in.qualifiedName().toString());
    const QXmlStreamAttributes attributes = in.attributes();
    for (const QXmlStreamAttribute &attribute : attributes) {
        if (staysInside(attribute))
            out.writeAttribute(attribute.qualifiedName().toString(), attribute.value().toString());
    }
}

/// Abbreviations of the file's own are common and have a limit; those of other files are not asked for.
bool namesOtherFiles(const QXmlStreamReader &in)
{
    const QXmlStreamEntityDeclarations entities = in.entityDeclarations();
    return std::any_of(entities.begin(), entities.end(),
                       [](const QXmlStreamEntityDeclaration &entity) { return !entity.systemId().isEmpty(); });
}

/// The picture alone: no document type with entities, no style sheets of other files, no pictures of other files. Nothing: no whole XML.
std::optional<QByteArray> harmless(const QByteArray &svg)
{
    QByteArray bytes;
    QXmlStreamReader in(svg);
    in.setNamespaceProcessing(false); // prefixes stay as they are
    QXmlStreamWriter out(&bytes);
    while (!in.atEnd()) {
        switch (in.readNext()) {
        case QXmlStreamReader::StartElement:
            copyStart(in, out);
            break;
        case QXmlStreamReader::EndElement:
            out.writeEndElement();
            break;
        case QXmlStreamReader::Characters:
            out.writeCharacters(in.text().toString());
            break;
        case QXmlStreamReader::DTD:
            if (namesOtherFiles(in))
                return {};
            break;
        case QXmlStreamReader::EntityReference:
            return {};
        default:
            break;
        }
    }
    if (in.hasError())
        return {};
    return bytes;
}

} // namespace

int drawSvg(const QByteArray &svg, QFile &out)
{
    const auto cleaned = harmless(svg);
    QSvgRenderer renderer;
    if (!cleaned || !renderer.load(*cleaned))
        return kDamaged;
    const QSizeF own = renderer.viewBoxF().isEmpty() ? QSizeF(renderer.defaultSize()) : renderer.viewBoxF().size();
    const double longer = std::max(own.width(), own.height());
    const double shorter = std::min(own.width(), own.height());
    if (!(shorter > 0) || longer / shorter > kMostAspect)
        return kNoPage;
    const double pixels = std::clamp(double(std::max(renderer.defaultSize().width(), renderer.defaultSize().height())), double(kMinPixels),
                                     double(kMaxPixels));
    QImage picture((own * (pixels / longer)).toSize().expandedTo(QSize(1, 1)), QImage::Format_ARGB32_Premultiplied);
    if (picture.isNull())
        return kMemory;
    picture.fill(Qt::white);
    QPainter painter(&picture);
    renderer.render(&painter);
    painter.end();
    return writePng(picture, out);
}

} // namespace conclave::app::reader
