#pragma once

#include "app/inference/inference_worker.h"

#include <QColor>
#include <QFont>
#include <QImage>
#include <QPoint>
#include <QRectF>
#include <QVector>

class QPainter;

/// The picture of what a mixture of experts does: a band for each layer, a cell for each of its experts, the brighter the more tokens it
/// got, in the colour of the tokens that it got.
namespace conclave::ui
{

struct ExpertLook
{
    QColor ground; ///< behind the cells
    QColor empty;  ///< an expert without work
    QColor text;   ///< worked on text,
    QColor image;  ///< on pictures
    QColor words;  ///< numbers of layers, and the ring around the experts of the last token
    QColor quiet;
    QColor lit; ///< around the cell that is pointed at
    QColor warning;
    QFont font;
    qreal ratio = 1; ///< device pixels for one of the place
};

/// Where the cells are: the experts of a layer stand in as many lines as make the cells largest. Lengths as those of `size`.
class ExpertGrid
{
public:
    ExpertGrid() = default;
    ExpertGrid(const engine::ExpertView &view, QSizeF size, qreal label, qreal gutter);

    QRectF band(int layer) const;
    QRectF cellOf(int layer, int expert) const;
    /// What lies at `place`: x the expert, -1 beside the cells; y the layer, -1 in none that has experts.
    QPoint at(QPointF place) const;

private:
    struct Band
    {
        qreal top = 0;
        qreal height = 0;
        int experts = 0;
    };

    qreal m_left = 0;
    qreal m_width = 0; ///< of the whole
    QSizeF m_cell;
    int m_columns = 1;
    QVector<Band> m_bands;
};

/// The grid for a place of that size with the look's font.
ExpertGrid expertGrid(const engine::ExpertView &view, QSizeF size, const ExpertLook &look);

/// `pointed`: as ExpertGrid::at.
void paintExperts(QPainter &painter, const engine::ExpertView &view, const ExpertGrid &grid, QSizeF size, const ExpertLook &look,
                  QPoint pointed = {-1, -1});

/// The same as a page to be shown, with a heading and lines of figures below.
QImage expertPage(const engine::ExpertView &view, const ExpertLook &look, const QString &heading, const QStringList &lines);

} // namespace conclave::ui
