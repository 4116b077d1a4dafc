#pragma once

#include "ui/math/latex_parser.h"

#include <QFont>
#include <QPainterPath>
#include <QPointF>
#include <QRectF>

#include <vector>

class QPainter;

/// Places a formula: TeX's rules in a simplified form, measured with the fonts of the system.
namespace conclave::ui
{

/// A laid-out formula. Its origin is at the left end of the baseline; y goes down.
class MathBox
{
public:
    double width = 0;
    double ascent = 0;  ///< above the baseline
    double descent = 0; ///< below

    double height() const { return ascent + descent; }
    /// Draws with the painter's pen colour, the origin at `at`.
    void paint(QPainter &painter, QPointF at) const;

    /// Places `other` with its origin at `at` and grows to hold it.
    void put(const MathBox &other, QPointF at);
    void putText(const QString &text, const QFont &font, QPointF at);
    void putRule(const QRectF &rule);
    void putPath(const QPainterPath &path, double penWidth); ///< penWidth 0: filled

private:
    struct Text
    {
        QString text;
        QFont font;
        QPointF at;
    };
    struct Path
    {
        QPainterPath path;
        double penWidth = 0;
    };

    std::vector<Text> m_texts;
    std::vector<QRectF> m_rules;
    std::vector<Path> m_paths;
};

/// `pixelSize` of the words around it. `display`: a formula on lines of its own.
MathBox layOutMath(const MathNode &formula, double pixelSize, bool display);

} // namespace conclave::ui
