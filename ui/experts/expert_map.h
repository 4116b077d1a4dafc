#pragma once

#include "ui/experts/expert_painter.h"
#include "ui/view_models/expert_panel.h"

#include <QPointer>
#include <QQuickPaintedItem>
#include <QVariantMap>
#include <QtQml/qqmlregistration.h>

/// The experts of all layers, as they work. GUI thread only.
namespace conclave::ui
{

class ExpertMap : public QQuickPaintedItem
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(conclave::ui::ExpertPanel *panel READ panel WRITE setPanel NOTIFY looksChanged)
    Q_PROPERTY(QVariantMap inks READ inks WRITE setInks NOTIFY looksChanged) ///< fields of ExpertLook by name
    Q_PROPERTY(int pixelSize READ pixelSize WRITE setPixelSize NOTIFY looksChanged)
    Q_PROPERTY(QPoint pointed READ pointed WRITE setPointed NOTIFY pointedChanged) ///< x: expert, y: layer; -1: none

public:
    explicit ExpertMap(QQuickItem *parent = nullptr);

    ExpertPanel *panel() const { return m_panel; }
    void setPanel(ExpertPanel *panel);
    QVariantMap inks() const { return m_inks; }
    void setInks(const QVariantMap &inks);
    int pixelSize() const { return m_pixelSize; }
    void setPixelSize(int size);
    QPoint pointed() const { return m_pointed; }
    void setPointed(QPoint pointed);

    Q_INVOKABLE QPoint cellAt(qreal x, qreal y) const;
    /// The middle of a cell, for a hand or a hint.
    Q_INVOKABLE QRectF placeOf(QPoint cell) const;
    /// Moves `pointed` by so many experts and layers; to the first cell when none is pointed at.
    Q_INVOKABLE void walk(int experts, int layers);
    Q_INVOKABLE void leave() { setPointed({-1, -1}); }

    void paint(QPainter *painter) override;

Q_SIGNALS:
    void looksChanged();
    void pointedChanged();

private:
    ExpertLook look() const;
    ExpertGrid grid() const;

    QPointer<ExpertPanel> m_panel;
    QVariantMap m_inks;
    int m_pixelSize = 12;
    QPoint m_pointed{-1, -1};
};

/// As QML lists them.
ExpertLook expertLookOf(const QVariantMap &inks, int pixelSize);

} // namespace conclave::ui
