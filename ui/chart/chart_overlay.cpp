#include "ui/chart/chart_overlay.h"

#include "ui/chart/overlay_painter.h"

#include <QPainter>

namespace conclave::ui
{

ChartOverlay::ChartOverlay(QQuickItem *parent) : QQuickPaintedItem(parent)
{
    setAntialiasing(true);
}

void ChartOverlay::redraw()
{
    Q_EMIT changed();
    update();
}

void ChartOverlay::setChart(ChartAnswer *chart)
{
    if (chart == m_chart) {
        return;
    }
    if (m_chart) {
        disconnect(m_chart, nullptr, this, nullptr);
    }
    m_chart = chart;
    if (chart) {
        connect(chart, &ChartAnswer::tableChanged, this, [this] { update(); });
    }
    redraw();
}

void ChartOverlay::setScaling(qreal scaling)
{
    if (scaling != m_scaling) {
        m_scaling = scaling;
        redraw();
    }
}

void ChartOverlay::setInks(const QVariantList &inks)
{
    if (inks != m_inks) {
        m_inks = inks;
        redraw();
    }
}

void ChartOverlay::paint(QPainter *painter)
{
    const QVector<QColor> inks = colorsOf(m_inks);
    if (m_chart && !inks.isEmpty()) {
        paintOverlay(*painter, m_chart->replot(), {m_scaling, OverlayLook().pen, inks});
    }
}

QVector<QColor> colorsOf(const QVariantList &inks)
{
    QVector<QColor> out;
    for (const QVariant &ink : inks) {
        out.append(ink.value<QColor>());
    }
    return out;
}

} // namespace conclave::ui
