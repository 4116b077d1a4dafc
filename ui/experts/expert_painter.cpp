#include "ui/experts/expert_painter.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QtMath>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace conclave::ui
{

namespace
{

constexpr qreal kLargestCell = 24;
constexpr qreal kLongest = 1.6; ///< sides of a cell, to each other
constexpr qreal kRagged = 0.75; ///< what cells are worth whose last line is not full
constexpr qreal kDenseBand = 5;
constexpr qreal kMostBetween = 10;
constexpr qreal kGutter = 44;     ///< bars of utilisation, right of the cells
constexpr qreal kFaintest = 0.16; ///< of the colour of an expert with the least work
constexpr qreal kRing = 1.5;

QColor mixed(const QColor &from, const QColor &to, qreal share)
{
    const auto part = [share](float a, float b) { return static_cast<float>(a + (b - a) * share); };
    return QColor::fromRgbF(part(from.redF(), to.redF()), part(from.greenF(), to.greenF()), part(from.blueF(), to.blueF()));
}

/// At most so wide and high. Whole lengths, so that all are alike, unless they are tiny.
QSizeF cellWithin(qreal wide, qreal high)
{
    const qreal width = std::min({wide, kLongest * high, kLargestCell});
    const qreal height = std::min({high, kLongest * wide, kLargestCell});
    return {width < 3 ? width : std::floor(width), height < 3 ? height : std::floor(height)};
}

qreal bandGap(qreal height, int layers)
{
    return std::clamp(std::round(height / std::max(1, layers) * 0.16), 1.0, 8.0);
}

/// How much one layer's experts work: text and pictures weigh alike, however many tokens each has.
struct Work
{
    Work(const engine::ExpertLayerView &layer)
    {
        const auto sum = [](const std::vector<std::uint32_t> &loads) { return std::accumulate(loads.begin(), loads.end(), 0.0); };
        const double text = sum(layer.text);
        const double image = sum(layer.image);
        for (std::size_t e = 0; e < layer.text.size(); ++e) {
            const double read = text > 0 ? layer.text[e] / text : 0;
            const double seen = image > 0 ? layer.image[e] / image : 0;
            amount.append(read + seen);
            pictures.append(read + seen > 0 ? seen / (read + seen) : 0);
        }
        most = amount.isEmpty() ? 0 : *std::max_element(amount.begin(), amount.end());
    }

    QRgb color(int expert, const ExpertLook &look) const
    {
        if (amount[expert] <= 0) {
            return look.empty.rgb();
        }
        const qreal strength = kFaintest + (1 - kFaintest) * std::pow(amount[expert] / most, 0.75);
        const double one = std::clamp(2 * pictures[expert] - 0.5, 0.0, 1.0); // mostly one of them: its colour, clear
        return mixed(look.empty, mixed(look.text, look.image, one), strength).rgb();
    }

    QVector<double> amount;
    QVector<double> pictures; ///< share of them
    double most = 0;
};

/// Thousands of rectangles, several times a second: QPainter takes ten times as long for them.
class Raster
{
public:
    Raster(QSizeF size, const ExpertLook &look)
        : m_ratio(look.ratio), m_ground(look.ground.rgb()),
          m_image(QSize(qCeil(size.width() * m_ratio), qCeil(size.height() * m_ratio)), QImage::Format_RGB32)
    {
        m_image.fill(m_ground);
        m_image.setDevicePixelRatio(m_ratio);
    }

    /// With a gap on its right and below, and corners taken off where it is large enough.
    void fill(const QRectF &place, QRgb color)
    {
        const int left = std::max(0, qRound(place.left() * m_ratio));
        const int top = std::max(0, qRound(place.top() * m_ratio));
        const int right = std::min(m_image.width(), qRound(place.right() * m_ratio));
        const int bottom = std::min(m_image.height(), qRound(place.bottom() * m_ratio));
        const int beside = gap(right - left);
        const int below = gap(bottom - top);
        const int corner = right - left >= 8 && bottom - top >= 8 ? 1 : 0;
        for (int y = top; y < bottom - below; ++y) {
            auto *line = reinterpret_cast<QRgb *>(m_image.scanLine(y));
            const int inset = y == top || y == bottom - below - 1 ? corner : 0;
            std::fill(line + left + inset, line + std::max(left + inset, right - beside - inset), color);
        }
    }

    const QImage &image() const { return m_image; }

private:
    static int gap(int length) { return length >= 10 ? 2 : length >= 4 ? 1 : 0; }

    qreal m_ratio;
    QRgb m_ground;
    QImage m_image;
};

/// Around the cell as Raster::fill leaves it.
QRectF ringOf(const QRectF &cell)
{
    return std::min(cell.width(), cell.height()) >= 6 ? cell.adjusted(-0.5, -0.5, -1.5, -1.5) : cell;
}

void paintNumbers(QPainter &painter, const engine::ExpertView &view, const ExpertGrid &grid, const ExpertLook &look)
{
    const qreal least = QFontMetricsF(look.font).height();
    qreal free = 0;
    painter.setPen(look.quiet);
    for (int layer = 0; layer < static_cast<int>(view.layers.size()); ++layer) {
        const QRectF band = grid.band(layer);
        const qreal middle = band.center().y();
        if (middle - least / 2 >= free - 1) {
            const QRectF place(0, middle - least / 2, grid.cellOf(layer, 0).left() - 8, least);
            painter.drawText(place, Qt::AlignRight | Qt::AlignVCenter, QString::number(layer + 1));
            free = middle + least / 2;
        }
    }
}

void paintUtilisation(QPainter &painter, const engine::ExpertLayerView &layer, const QRectF &band, const ExpertLook &look)
{
    const qreal high = std::clamp(band.height() * 0.4, 1.0, 5.0);
    const QRectF whole(band.right() - kGutter + 8, band.center().y() - high / 2, kGutter - 10, high);
    painter.fillRect(whole, look.empty);
    painter.fillRect(QRectF(whole.topLeft(), QSizeF(whole.width() * std::clamp(layer.utilisation, 0.0, 1.0), high)),
                     layer.warning ? look.warning : look.quiet);
    if (layer.warning) {
        painter.fillRect(QRectF(band.left() + 1, band.top(), 3, band.height() - 1), look.warning);
    }
}

void paintLast(QPainter &painter, const engine::ExpertLayerView &layer, int index, const ExpertGrid &grid, const ExpertLook &look)
{
    for (const std::int32_t expert : layer.last) {
        const QRectF cell = grid.cellOf(index, expert);
        if (std::min(cell.width(), cell.height()) < 6) {
            painter.fillRect(cell, look.words);
            continue;
        }
        painter.setPen(QPen(look.words, kRing));
        painter.drawRoundedRect(ringOf(cell), 2, 2);
    }
}

} // namespace

ExpertGrid::ExpertGrid(const engine::ExpertView &view, QSizeF size, qreal label, qreal gutter) : m_left(label), m_width(size.width())
{
    const int layers = static_cast<int>(view.layers.size());
    const int routed = static_cast<int>(
        std::count_if(view.layers.begin(), view.layers.end(), [](const engine::ExpertLayerView &layer) { return !layer.text.empty(); }));
    if (layers == 0 || routed == 0) {
        return;
    }
    qreal gap = bandGap(size.height(), layers);
    const qreal high = (size.height() - (layers - 1) * gap - (layers - routed) * kDenseBand) / routed;
    const qreal wide = size.width() - label - gutter;
    int lines = 1;
    qreal best = 0;
    for (int n = 1; n <= view.experts; ++n) {
        const int columns = (view.experts + n - 1) / n;
        const QSizeF cell = cellWithin(wide / columns, high / n);
        const qreal worth = cell.width() * cell.height() * (columns * n == view.experts ? 1 : kRagged);
        if (worth > best) {
            best = worth;
            m_cell = cell;
            m_columns = columns;
            lines = n;
        }
    }
    const qreal left = routed * (high - lines * m_cell.height()); // goes between the bands
    gap += std::clamp(std::floor(left / std::max(1, layers - 1)), 0.0, kMostBetween);
    qreal top = 0;
    for (const engine::ExpertLayerView &layer : view.layers) {
        const qreal height = layer.text.empty() ? kDenseBand : lines * m_cell.height();
        m_bands.append({top, height, static_cast<int>(layer.text.size())});
        top += height + gap;
    }
}

QRectF ExpertGrid::band(int layer) const
{
    return layer < 0 || layer >= m_bands.size() ? QRectF() : QRectF(0, m_bands[layer].top, m_width, m_bands[layer].height);
}

QRectF ExpertGrid::cellOf(int layer, int expert) const
{
    if (layer < 0 || layer >= m_bands.size()) {
        return {};
    }
    const int column = std::max(0, expert) % m_columns;
    const int line = std::max(0, expert) / m_columns;
    return {m_left + column * m_cell.width(), m_bands[layer].top + line * m_cell.height(), m_cell.width(), m_cell.height()};
}

QPoint ExpertGrid::at(QPointF place) const
{
    for (int layer = 0; layer < m_bands.size(); ++layer) {
        const Band &band = m_bands[layer];
        if (band.experts == 0 || place.y() < band.top || place.y() >= band.top + band.height) {
            continue;
        }
        const int column = qFloor((place.x() - m_left) / m_cell.width());
        const int expert = qFloor((place.y() - band.top) / m_cell.height()) * m_columns + column;
        const bool onCell = column >= 0 && column < m_columns && expert < band.experts;
        return {onCell ? expert : -1, layer};
    }
    return {-1, -1};
}

ExpertGrid expertGrid(const engine::ExpertView &view, QSizeF size, const ExpertLook &look)
{
    const qreal label = QFontMetricsF(look.font).horizontalAdvance(QString::number(view.layers.size())) + 12;
    return {view, size, label, kGutter};
}

void paintExperts(QPainter &painter, const engine::ExpertView &view, const ExpertGrid &grid, QSizeF size, const ExpertLook &look,
                  QPoint pointed)
{
    Raster raster(size, look);
    for (int layer = 0; layer < static_cast<int>(view.layers.size()); ++layer) {
        const engine::ExpertLayerView &one = view.layers[static_cast<std::size_t>(layer)];
        const Work work(one);
        for (int expert = 0; expert < static_cast<int>(one.text.size()); ++expert) {
            raster.fill(grid.cellOf(layer, expert), work.color(expert, look));
        }
    }
    painter.drawImage(QPointF(0, 0), raster.image());
    painter.setFont(look.font);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    paintNumbers(painter, view, grid, look);
    for (int layer = 0; layer < static_cast<int>(view.layers.size()); ++layer) {
        const engine::ExpertLayerView &one = view.layers[static_cast<std::size_t>(layer)];
        const QRectF band = grid.band(layer);
        if (one.text.empty()) { // a dense layer: all of it works on every token
            painter.fillRect(QRectF(grid.cellOf(layer, 0).left(), band.top() + 1, band.width() - grid.cellOf(layer, 0).left() - kGutter,
                                    band.height() - 2),
                             look.empty);
            continue;
        }
        paintUtilisation(painter, one, band, look);
        paintLast(painter, one, layer, grid, look);
    }
    if (pointed.y() >= 0) {
        const QRectF place =
            pointed.x() >= 0 ? ringOf(grid.cellOf(pointed.y(), pointed.x())) : grid.band(pointed.y()).adjusted(0.5, -1, -0.5, 1);
        painter.setPen(QPen(look.lit, 2));
        painter.drawRoundedRect(place.adjusted(-1, -1, 1, 1), 3, 3);
    }
}

QImage expertPage(const engine::ExpertView &view, const ExpertLook &look, const QString &heading, const QStringList &lines)
{
    constexpr QSizeF kPage(1280, 720); // a slide
    constexpr qreal kMargin = 48;
    constexpr qreal kHeading = 30;
    constexpr qreal kLine = 16;
    constexpr qreal kRatio = 2;
    QImage page((kPage * kRatio).toSize(), QImage::Format_RGB32);
    page.setDevicePixelRatio(kRatio);
    page.fill(look.ground);
    QPainter painter(&page);
    painter.setRenderHint(QPainter::TextAntialiasing);
    ExpertLook large = look;
    large.ratio = kRatio;
    QFont font = look.font;
    font.setPixelSize(static_cast<int>(kHeading));
    painter.setFont(font);
    painter.setPen(look.words);
    const qreal width = kPage.width() - 2 * kMargin;
    painter.drawText(QRectF(kMargin, kMargin, width, kHeading * 1.5), Qt::AlignLeft | Qt::AlignVCenter, heading);
    font.setPixelSize(static_cast<int>(kLine));
    painter.setFont(font);
    painter.setPen(look.quiet);
    qreal bottom = kPage.height() - kMargin;
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        painter.drawText(QRectF(kMargin, bottom - kLine * 1.5, width, kLine * 1.5), Qt::AlignLeft | Qt::AlignVCenter, *line);
        bottom -= kLine * 1.7;
    }
    const qreal top = kMargin + kHeading * 2;
    const QSizeF size(width, bottom - kLine - top);
    painter.translate(kMargin, top);
    paintExperts(painter, view, expertGrid(view, size, large), size, large);
    return page;
}

} // namespace conclave::ui
