#include "app/chart/svg_canvas.h"

#include "app/chart/xml_text.h"

#include <QtMath>

#include <algorithm>
#include <cmath>

namespace conclave::app
{
namespace
{

constexpr double kWhole = 0.9999; // of a turn: an arc from a point to itself is none

QString shortNumber(double value)
{
    return QString::number(std::round(value * 100) / 100, 'g', 8);
}

QString pointText(QPointF point)
{
    return shortNumber(point.x()) + u',' + shortNumber(point.y());
}

QString pointsText(const QVector<QPointF> &points)
{
    QStringList out;
    for (const QPointF point : points)
        out.append(pointText(point));
    return out.join(u' ');
}

QPointF onCircle(QPointF centre, double radius, double turn)
{
    const double angle = 2 * M_PI * turn - M_PI / 2;
    return centre + QPointF(std::cos(angle), std::sin(angle)) * radius;
}

QString attribute(const char *name)
{
    return QString::fromLatin1(name);
}

} // namespace

SvgCanvas::SvgCanvas(QSizeF size, const QString &title)
{
    m_xml.writeStartDocument();
    m_xml.writeStartElement(attribute("svg"));
    m_xml.writeDefaultNamespace(attribute("http://www.w3.org/2000/svg"));
    put("width", size.width());
    put("height", size.height());
    m_xml.writeAttribute(attribute("viewBox"), QStringLiteral("0 0 %1 %2").arg(size.width()).arg(size.height()));
    m_xml.writeAttribute(attribute("role"), attribute("img"));
    m_xml.writeAttribute(attribute("font-family"), attribute("sans-serif"));
    m_xml.writeTextElement(attribute("title"), xmlText(title));
    rect(QRectF(QPointF(0, 0), size), attribute("#ffffff"));
}

void SvgCanvas::put(const char *name, double value)
{
    m_xml.writeAttribute(attribute(name), shortNumber(value));
}

void SvgCanvas::end(const QString &words)
{
    if (!words.isEmpty())
        m_xml.writeTextElement(attribute("title"), xmlText(words));
    m_xml.writeEndElement();
}

void SvgCanvas::rect(QRectF rect, const QString &color, const QString &words)
{
    m_xml.writeStartElement(attribute("rect"));
    put("x", rect.x());
    put("y", rect.y());
    put("width", std::max(0.0, rect.width()));
    put("height", std::max(0.0, rect.height()));
    m_xml.writeAttribute(attribute("fill"), color);
    end(words);
}

void SvgCanvas::line(QPointF from, QPointF to, const QString &color, double width)
{
    m_xml.writeStartElement(attribute("line"));
    put("x1", from.x());
    put("y1", from.y());
    put("x2", to.x());
    put("y2", to.y());
    m_xml.writeAttribute(attribute("stroke"), color);
    put("stroke-width", width);
    end({});
}

void SvgCanvas::polyline(const QVector<QPointF> &points, const QString &color, double width)
{
    m_xml.writeStartElement(attribute("polyline"));
    m_xml.writeAttribute(attribute("points"), pointsText(points));
    m_xml.writeAttribute(attribute("fill"), attribute("none"));
    m_xml.writeAttribute(attribute("stroke"), color);
    put("stroke-width", width);
    m_xml.writeAttribute(attribute("stroke-linejoin"), attribute("round"));
    end({});
}

void SvgCanvas::polygon(const QVector<QPointF> &points, const QString &color, double opacity)
{
    m_xml.writeStartElement(attribute("polygon"));
    m_xml.writeAttribute(attribute("points"), pointsText(points));
    m_xml.writeAttribute(attribute("fill"), color);
    put("fill-opacity", opacity);
    end({});
}

void SvgCanvas::circle(QPointF centre, double radius, const QString &color, const QString &words)
{
    m_xml.writeStartElement(attribute("circle"));
    put("cx", centre.x());
    put("cy", centre.y());
    put("r", radius);
    m_xml.writeAttribute(attribute("fill"), color);
    end(words);
}

void SvgCanvas::slice(QPointF centre, double inner, double outer, double from, double to, const QString &color, const QString &words)
{
    const double until = std::min(to, from + kWhole);
    const int large = until - from > 0.5 ? 1 : 0;
    const auto arc = [&](double radius, double turn, int sweep) {
        return QStringLiteral(" A%1,%1 0 %2 %3 %4")
            .arg(shortNumber(radius))
            .arg(large)
            .arg(sweep)
            .arg(pointText(onCircle(centre, radius, turn)));
    };
    QString path = u'M' + pointText(onCircle(centre, outer, from)) + arc(outer, until, 1);
    path += inner > 0 ? QStringLiteral(" L") + pointText(onCircle(centre, inner, until)) + arc(inner, from, 0)
                      : QStringLiteral(" L") + pointText(centre);
    m_xml.writeStartElement(attribute("path"));
    m_xml.writeAttribute(attribute("d"), path + QStringLiteral(" Z"));
    m_xml.writeAttribute(attribute("fill"), color);
    m_xml.writeAttribute(attribute("stroke"), attribute("#ffffff"));
    end(words);
}

void SvgCanvas::text(QPointF at, const QString &text, Anchor anchor, const Font &font, const QString &color)
{
    m_xml.writeStartElement(attribute("text"));
    put("x", at.x());
    put("y", at.y());
    put("font-size", font.size);
    m_xml.writeAttribute(attribute("fill"), color);
    if (anchor != Anchor::kStart)
        m_xml.writeAttribute(attribute("text-anchor"), attribute(anchor == Anchor::kMiddle ? "middle" : "end"));
    if (font.bold)
        m_xml.writeAttribute(attribute("font-weight"), attribute("bold"));
    if (font.vertical)
        m_xml.writeAttribute(attribute("transform"), QStringLiteral("rotate(-90 %1)").arg(pointText(at)));
    m_xml.writeCharacters(xmlText(text));
    m_xml.writeEndElement();
}

QByteArray SvgCanvas::finish()
{
    m_xml.writeEndDocument();
    return m_bytes;
}

double SvgCanvas::widthOf(const QString &text, double size)
{
    double width = 0;
    for (const QChar c : text)
        width += c.unicode() >= 0x2E80 ? size : size * 0.58;
    return width;
}

} // namespace conclave::app
