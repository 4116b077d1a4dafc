#include "ui/find/text_marks.h"

#include "ui/find/found_text.h"

#include <QAbstractTextDocumentLayout>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextLayout>

#include <algorithm>

namespace conclave::ui
{

TextMarks::TextMarks(QObject *parent) : QObject(parent)
{
    connect(this, &TextMarks::wantedChanged, this, &TextMarks::place);
}

void TextMarks::setTarget(QQuickTextDocument *target)
{
    if (target == m_target) {
        return;
    }
    if (m_target) {
        m_target->textDocument()->disconnect(this);
    }
    m_target = target;
    if (m_target) {
        connect(m_target->textDocument(), &QTextDocument::contentsChange, this, [this] {
            if (!m_needle.isEmpty()) {
                m_again.ask();
            }
        });
    }
    Q_EMIT targetChanged();
    place();
}

void TextMarks::place()
{
    if (m_needle.isEmpty() && m_places.isEmpty()) {
        return;
    }
    m_places.clear();
    m_currentPlace = {};
    if (m_target && !m_needle.isEmpty()) {
        int number = 0;
        // Block by block, as what is shown in lines of their own is no text of one line.
        for (QTextBlock block = m_target->textDocument()->begin(); block.isValid(); block = block.next()) {
            for (const FoundPlace &found : foundIn(block.text(), m_needle)) {
                add(block.position() + static_cast<int>(found.begin), static_cast<int>(found.length), number == m_current);
                ++number;
            }
        }
    }
    Q_EMIT placed();
}

void TextMarks::add(int begin, int length, bool current)
{
    const QTextDocument &document = *m_target->textDocument();
    const QTextBlock block = document.findBlock(begin);
    const QPointF origin = document.documentLayout()->blockBoundingRect(block).topLeft();
    const int first = begin - block.position();
    for (int at = first; at < first + length;) {
        const QTextLine line = block.layout()->lineForTextPosition(at);
        if (!line.isValid()) {
            return;
        }
        const int end = std::min(first + length, std::max(line.textStart() + line.textLength(), at + 1));
        const double left = line.cursorToX(at);
        const double right = line.cursorToX(end);
        const QRectF place(origin.x() + std::min(left, right), origin.y() + line.y(), std::abs(right - left), line.height());
        m_places.append(QVariantMap{{QStringLiteral("place"), place}, {QStringLiteral("current"), current}});
        if (current && m_currentPlace.isEmpty()) {
            m_currentPlace = place;
        }
        at = end;
    }
}

} // namespace conclave::ui
