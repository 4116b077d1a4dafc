#include "ui/experts/expert_map.h"

#include <QGuiApplication>
#include <QPainter>
#include <QQuickWindow>

#include <algorithm>

namespace conclave::ui
{

ExpertMap::ExpertMap(QQuickItem *parent) : QQuickPaintedItem(parent)
{
    setOpaquePainting(true);
    connect(this, &ExpertMap::looksChanged, this, [this] { update(); });
}

void ExpertMap::setPanel(ExpertPanel *panel)
{
    if (panel == m_panel) {
        return;
    }
    if (m_panel) {
        disconnect(m_panel, nullptr, this, nullptr);
    }
    m_panel = panel;
    if (panel) {
        connect(panel, &ExpertPanel::changed, this, [this] { update(); });
    }
    Q_EMIT looksChanged();
}

void ExpertMap::setInks(const QVariantMap &inks)
{
    if (inks != m_inks) {
        m_inks = inks;
        Q_EMIT looksChanged();
    }
}

void ExpertMap::setPixelSize(int size)
{
    if (size != m_pixelSize) {
        m_pixelSize = size;
        Q_EMIT looksChanged();
    }
}

void ExpertMap::setPointed(QPoint pointed)
{
    if (pointed != m_pointed) {
        m_pointed = pointed;
        Q_EMIT pointedChanged();
        update();
    }
}

ExpertLook expertLookOf(const QVariantMap &inks, int pixelSize)
{
    const auto ink = [&](const char *name) { return inks.value(QLatin1String(name)).value<QColor>(); };
    ExpertLook look{ink("ground"), ink("empty"), ink("text"),    ink("image"),           ink("words"),
                    ink("quiet"),  ink("lit"),   ink("warning"), QGuiApplication::font()};
    look.font.setPixelSize(std::max(1, pixelSize));
    return look;
}

ExpertLook ExpertMap::look() const
{
    ExpertLook look = expertLookOf(m_inks, m_pixelSize);
    look.ratio = window() ? window()->effectiveDevicePixelRatio() : 1;
    return look;
}

ExpertGrid ExpertMap::grid() const
{
    return m_panel && m_panel->view() ? expertGrid(*m_panel->view(), size(), look()) : ExpertGrid();
}

QPoint ExpertMap::cellAt(qreal x, qreal y) const
{
    return grid().at({x, y});
}

QRectF ExpertMap::placeOf(QPoint cell) const
{
    return cell.x() < 0 ? grid().band(cell.y()) : grid().cellOf(cell.y(), cell.x());
}

void ExpertMap::walk(int experts, int layers)
{
    if (!m_panel || !m_panel->view() || m_panel->view()->experts == 0) {
        return;
    }
    const auto &all = m_panel->view()->layers;
    const auto hasExperts = [&](int layer) {
        return layer >= 0 && layer < static_cast<int>(all.size()) && !all[std::size_t(layer)].text.empty();
    };
    QPoint next = m_pointed;
    if (!hasExperts(next.y())) {
        next = {0, 0};
        while (!hasExperts(next.y())) {
            ++next.ry();
        }
    } else if (hasExperts(next.y() + layers)) {
        next.ry() += layers;
    }
    const int last = static_cast<int>(all[std::size_t(next.y())].text.size()) - 1;
    next.setX(std::clamp(next.x() + experts, 0, last));
    setPointed(next);
}

void ExpertMap::paint(QPainter *painter)
{
    const ExpertLook now = look();
    if (m_panel && m_panel->view()) {
        paintExperts(*painter, *m_panel->view(), grid(), size(), now, m_pointed);
    } else {
        painter->fillRect(boundingRect(), now.ground);
    }
}

} // namespace conclave::ui
