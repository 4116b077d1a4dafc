#pragma once

#include "ui/math/math_layout.h"

#include <QColor>
#include <QQuickPaintedItem>
#include <QtQml/qqmlregistration.h>

/// A LaTeX formula. What cannot be read has no size and is not `readable`: it is to be shown as it was written. GUI thread only.
namespace conclave::ui
{

class FormulaItem : public QQuickPaintedItem
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Formula)
    Q_PROPERTY(QString latex READ latex WRITE setLatex NOTIFY changed)
    Q_PROPERTY(bool display READ display WRITE setDisplay NOTIFY changed) ///< on lines of its own, larger
    Q_PROPERTY(int pixelSize READ pixelSize WRITE setPixelSize NOTIFY changed)
    Q_PROPERTY(QColor color READ color WRITE setColor NOTIFY colorChanged)
    Q_PROPERTY(bool readable READ readable NOTIFY changed)
    Q_PROPERTY(qreal ascent READ ascent NOTIFY changed) ///< of the baseline, from the top of the item

public:
    explicit FormulaItem(QQuickItem *parent = nullptr);

    QString latex() const { return m_latex; }
    void setLatex(const QString &latex);
    bool display() const { return m_display; }
    void setDisplay(bool display);
    int pixelSize() const { return m_pixelSize; }
    void setPixelSize(int pixelSize);
    QColor color() const { return m_color; }
    void setColor(const QColor &color);
    bool readable() const { return m_readable; }
    qreal ascent() const { return m_box.ascent + kMargin; }

    void paint(QPainter *painter) override;

    static constexpr qreal kMargin = 1; ///< around the ink

Q_SIGNALS:
    void changed();
    void colorChanged();

private:
    void layOut();

    QString m_latex;
    QColor m_color = Qt::black;
    MathBox m_box;
    int m_pixelSize = 14;
    bool m_display = false;
    bool m_readable = false;
};

} // namespace conclave::ui
