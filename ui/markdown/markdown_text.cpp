#include "ui/markdown/markdown_text.h"

#include "ui/math/formula_item.h"

#include <QAbstractTextDocumentLayout>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextLayout>

namespace conclave::ui
{

namespace
{

/// Where a block's lines begin, in the coordinates of the document.
QPointF originOf(const QTextBlock &block)
{
    return block.document()->documentLayout()->blockBoundingRect(block).topLeft(); // its size is that of the lines, its place the block's
}

} // namespace

MarkdownText::MarkdownText(QObject *parent) : QObject(parent)
{
    // The colours change together with the theme: the text is set once for them.
    connect(this, &MarkdownText::lookChanged, this, [this] {
        if (m_target) {
            m_newLook.ask();
        }
    });
}

void MarkdownText::setTarget(QQuickTextDocument *target)
{
    if (target != m_target) {
        m_target = target;
        Q_EMIT targetChanged();
        show();
    }
}

void MarkdownText::setMarkdown(const QString &markdown)
{
    if (markdown != m_markdown) {
        m_markdown = markdown;
        show();
        Q_EMIT markdownChanged();
    }
}

QString MarkdownText::plain() const
{
    return app::plainText(app::readMarkdown(m_markdown)).trimmed();
}

void MarkdownText::show()
{
    if (!m_target) {
        return;
    }
    QTextDocument &document = *m_target->textDocument();
    document.setUndoRedoEnabled(false);
    m_showing = true; // its size changes on the way
    m_built = buildMarkdown(document, app::readMarkdown(m_markdown),
                            {m_pixelSize, m_spacing, m_codeFamily, m_line, m_codeGround, m_quiet, m_link});
    m_showing = false;
    place();
}

void MarkdownText::place()
{
    if (!m_target || m_showing ||
        (m_built.formulas.isEmpty() && m_built.quotes.isEmpty() && m_built.rules.isEmpty() && m_formulas.isEmpty() && m_bars.isEmpty() &&
         m_rules.isEmpty())) {
        return;
    }
    const QTextDocument &document = *m_target->textDocument();
    const QAbstractTextDocumentLayout &layout = *document.documentLayout();
    QVariantList formulas;
    for (const FormulaPlace &formula : m_built.formulas) {
        formulas.append(formulaAt(formula));
    }
    QVariantList bars;
    for (const QuotePlace &quote : m_built.quotes) {
        const QRectF first = layout.blockBoundingRect(document.findBlockByNumber(quote.firstBlock));
        const QRectF last = layout.blockBoundingRect(document.findBlockByNumber(quote.lastBlock));
        bars.append(QRectF(quote.left, first.top(), 0, last.bottom() - first.top()));
    }
    QVariantList rules;
    for (const int block : m_built.rules) {
        rules.append(layout.blockBoundingRect(document.findBlockByNumber(block)).center().y());
    }
    if (formulas != m_formulas || bars != m_bars || rules != m_rules) {
        m_formulas = formulas;
        m_bars = bars;
        m_rules = rules;
        Q_EMIT placed();
    }
}

QVariantMap MarkdownText::formulaAt(const FormulaPlace &formula) const
{
    const QTextBlock block = m_target->textDocument()->findBlock(formula.position);
    const QPointF origin = originOf(block);
    const int inBlock = formula.position - block.position();
    const QTextLine line = block.layout()->lineForTextPosition(inBlock);
    const double x = line.isValid() ? origin.x() + line.cursorToX(inBlock) : 0;
    const double baseline = line.isValid() ? origin.y() + line.y() + line.ascent() : 0;
    return {{QStringLiteral("x"), x},
            {QStringLiteral("baseline"), baseline},
            {QStringLiteral("latex"), formula.latex},
            {QStringLiteral("display"), formula.display}};
}

QString MarkdownText::textBetween(int begin, int end) const
{
    if (!m_target) {
        return {};
    }
    QTextCursor cursor(m_target->textDocument());
    cursor.setPosition(begin);
    cursor.setPosition(end, QTextCursor::KeepAnchor);
    const QString selected = cursor.selectedText();
    QString out;
    int position = cursor.selectionStart();
    for (const QChar character : selected) {
        if (character == QChar::ObjectReplacementCharacter) {
            for (const FormulaPlace &formula : m_built.formulas) {
                if (formula.position == position) {
                    out += formula.written;
                }
            }
        } else {
            const bool newLine = character == QChar::ParagraphSeparator || character == QChar::LineSeparator;
            out += newLine ? QChar(u'\n') : character;
        }
        ++position;
    }
    return out;
}

} // namespace conclave::ui
