#pragma once

#include "ui/view_models/chart_answer.h"

#include <QPointer>
#include <QQuickPaintedItem>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

/// The table of a chart drawn over its picture, as large as the picture is shown. GUI thread only.
namespace conclave::ui
{

class ChartOverlay : public QQuickPaintedItem
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(conclave::ui::ChartAnswer *chart READ chart WRITE setChart NOTIFY changed)
    Q_PROPERTY(qreal scaling READ scaling WRITE setScaling NOTIFY changed) ///< of the picture
    Q_PROPERTY(QVariantList inks READ inks WRITE setInks NOTIFY changed)   ///< of the series

public:
    explicit ChartOverlay(QQuickItem *parent = nullptr);

    ChartAnswer *chart() const { return m_chart; }
    void setChart(ChartAnswer *chart);
    qreal scaling() const { return m_scaling; }
    void setScaling(qreal scaling);
    QVariantList inks() const { return m_inks; }
    void setInks(const QVariantList &inks);

    void paint(QPainter *painter) override;

Q_SIGNALS:
    void changed();

private:
    void redraw();

    QPointer<ChartAnswer> m_chart;
    qreal m_scaling = 1;
    QVariantList m_inks;
};

/// Colours as QML lists them.
QVector<QColor> colorsOf(const QVariantList &inks);

} // namespace conclave::ui
