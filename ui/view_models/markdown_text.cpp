#include "ui/view_models/markdown_text.h"

#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextList>
#include <QTextTable>

namespace conclave::ui
{

namespace
{

/// A zero-width space keeps "![" from being read as a picture and is not seen.
QString withoutPictures(const QString &markdown)
{
    QString safe = markdown;
    return safe.replace(QStringLiteral("!["), QStringLiteral("!\u200B["));
}

bool isCode(const QTextBlock &block)
{
    return block.blockFormat().hasProperty(QTextFormat::BlockCodeFence);
}

bool followsItem(const QTextBlock &block)
{
    return block.textList() && block.next().textList() == block.textList();
}

} // namespace

MarkdownText::MarkdownText(QObject *parent) : QObject(parent)
{
    connect(this, &MarkdownText::lookChanged, this, &MarkdownText::show);
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
        Q_EMIT markdownChanged();
        show();
    }
}

void MarkdownText::fill(QTextDocument &document, const QString &markdown)
{
    const QTextDocument::MarkdownFeatures features = QTextDocument::MarkdownDialectGitHub;
    document.setMarkdown(withoutPictures(markdown), features | QTextDocument::MarkdownNoHTML);
}

void MarkdownText::show()
{
    if (!m_target) {
        return;
    }
    QTextDocument &document = *m_target->textDocument();
    document.setUndoRedoEnabled(false);
    fill(document, m_markdown);
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        const bool inTable = QTextCursor(block).currentTable() != nullptr;
        setBlock(block, inTable);
    }
    setFrames(document.rootFrame());
}

void MarkdownText::setBlock(const QTextBlock &block, bool inTable) const
{
    QTextBlockFormat format = block.blockFormat();
    const bool sameCode = isCode(block) && isCode(block.next());
    const bool last = !block.next().isValid();
    format.setTopMargin(0);
    format.setBottomMargin(inTable || last || sameCode ? 0 : followsItem(block) ? m_spacing / 2 : m_spacing);
    QTextCursor cursor(block);
    cursor.setBlockFormat(format);
    if (isCode(block)) { // Qt Quick paints the ground of characters, not of blocks
        QTextCharFormat ground;
        ground.setBackground(m_codeGround);
        cursor.select(QTextCursor::BlockUnderCursor);
        cursor.mergeCharFormat(ground);
    }
}

void MarkdownText::setFrames(QTextFrame *frame) const
{
    for (QTextFrame *child : frame->childFrames()) {
        if (auto *table = qobject_cast<QTextTable *>(child)) {
            QTextTableFormat format = table->format();
            format.setBorderCollapse(true);
            format.setBorder(1);
            format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
            format.setBorderBrush(m_line);
            format.setCellPadding(m_spacing / 2);
            format.setCellSpacing(0);
            format.setTopMargin(m_spacing);
            format.setBottomMargin(m_spacing);
            table->setFormat(format);
        }
        setFrames(child);
    }
}

} // namespace conclave::ui
