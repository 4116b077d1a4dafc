#include "ui/math/formula_item.h"

#include <QPainter>

#include <cmath>

namespace conclave::ui
{

FormulaItem::FormulaItem(QQuickItem *parent) : QQuickPaintedItem(parent)
{
    setAntialiasing(true);
}

void FormulaItem::setLatex(const QString &latex)
{
    if (latex != m_latex) {
        m_latex = latex;
        layOut();
    }
}

void FormulaItem::setDisplay(bool display)
{
    if (display != m_display) {
        m_display = display;
        layOut();
    }
}

void FormulaItem::setPixelSize(int pixelSize)
{
    if (pixelSize != m_pixelSize) {
        m_pixelSize = pixelSize;
        layOut();
    }
}

void FormulaItem::setColor(const QColor &color)
{
    if (color != m_color) {
        m_color = color;
        Q_EMIT colorChanged();
        update();
    }
}

void FormulaItem::layOut()
{
    const auto formula = parseLatex(m_latex);
    m_readable = formula.has_value();
    m_box = formula ? layOutMath(*formula, m_pixelSize, m_display) : MathBox();
    setImplicitSize(m_readable ? std::ceil(m_box.width + 2 * kMargin) : 0, m_readable ? std::ceil(m_box.height() + 2 * kMargin) : 0);
    Q_EMIT changed();
    update();
}

void FormulaItem::paint(QPainter *painter)
{
    painter->setPen(m_color);
    m_box.paint(*painter, {kMargin, m_box.ascent + kMargin});
}

} // namespace conclave::ui
