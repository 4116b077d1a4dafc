#pragma once

#include <QByteArray>
#include <QPointF>
#include <QRectF>
#include <QString>
#include <QVector>
#include <QXmlStreamWriter>

namespace conclave::app
{

/// Draws into an SVG document. A mark may carry words that a reader of the screen says and a pointer shows.
class SvgCanvas
{
public:
    enum class Anchor
    {
        kStart,
        kMiddle,
        kEnd,
    };
    struct Font
    {
        double size = 13;
        bool bold = false;
        bool vertical = false; ///< reads upwards
    };

    SvgCanvas(QSizeF size, const QString &title);

    void rect(QRectF rect, const QString &color, const QString &words = {});
    void line(QPointF from, QPointF to, const QString &color, double width);
    void polyline(const QVector<QPointF> &points, const QString &color, double width);
    void polygon(const QVector<QPointF> &points, const QString &color, double opacity);
    void circle(QPointF centre, double radius, const QString &color, const QString &words = {});
    /// Part of a ring: angles in turns, from the top, clockwise.
    void slice(QPointF centre, double inner, double outer, double from, double to, const QString &color, const QString &words);
    void text(QPointF at, const QString &text, Anchor anchor, const Font &font, const QString &color);

    QByteArray finish();

    /// As wide as `text` may be, about.
    static double widthOf(const QString &text, double size);

private:
    void put(const char *name, double value);
    void end(const QString &words);

    QByteArray m_bytes;
    QXmlStreamWriter m_xml{&m_bytes};
};

} // namespace conclave::app
