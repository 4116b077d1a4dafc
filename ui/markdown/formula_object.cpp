#include "ui/markdown/formula_object.h"

namespace conclave::ui
{

QSizeF FormulaObject::intrinsicSize(QTextDocument * /*document*/, int /*position*/, const QTextFormat &format)
{
    return {format.doubleProperty(kWidthProperty), format.doubleProperty(kHeightProperty)};
}

void FormulaObject::drawObject(QPainter * /*painter*/, const QRectF & /*place*/, QTextDocument * /*document*/, int /*position*/,
                               const QTextFormat & /*format*/)
{
}

} // namespace conclave::ui
