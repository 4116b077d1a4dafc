#pragma once

#include <QObject>
#include <QTextObjectInterface>

/// The room of a formula within a line of text.
namespace conclave::ui
{

class FormulaObject : public QObject, public QTextObjectInterface
{
    Q_OBJECT
    Q_INTERFACES(QTextObjectInterface)

public:
    static constexpr int kType = QTextFormat::UserObject + 1;
    static constexpr int kWidthProperty = QTextFormat::UserProperty + 1;
    static constexpr int kHeightProperty = QTextFormat::UserProperty + 2;

    using QObject::QObject;

    QSizeF intrinsicSize(QTextDocument *document, int position, const QTextFormat &format) override;
    /// Nothing: the formula is an item of its own, sharp at every scale.
    void drawObject(QPainter *painter, const QRectF &place, QTextDocument *document, int position, const QTextFormat &format) override;
};

} // namespace conclave::ui
