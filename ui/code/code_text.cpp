#include "ui/code/code_text.h"

#include <QTextCursor>
#include <QTextDocument>

namespace conclave::ui
{

void CodeHighlighter::setLook(const CodeLanguage &language, const CodeColors &colors)
{
    m_language = &language;
    m_colors = colors;
    rehighlight();
}

void CodeHighlighter::highlightBlock(const QString &text)
{
    if (!m_language)
        return;
    CodeState state = std::max(0, previousBlockState());
    for (const CodeSpan &span : partsOf(text, *m_language, state)) {
        QTextCharFormat format;
        switch (span.part) {
        case CodePart::kKeyword:
            format.setForeground(m_colors.keyword);
            break;
        case CodePart::kType:
            format.setForeground(m_colors.type);
            break;
        case CodePart::kString:
            format.setForeground(m_colors.string);
            break;
        case CodePart::kNumber:
            format.setForeground(m_colors.number);
            break;
        case CodePart::kComment:
            format.setForeground(m_colors.comment);
            format.setFontItalic(true);
            break;
        case CodePart::kName:
            format.setForeground(m_colors.name);
            break;
        case CodePart::kPlain:
            continue;
        }
        setFormat(span.begin, span.length, format);
    }
    setCurrentBlockState(state);
}

CodeText::CodeText(QObject *parent) : QObject(parent)
{
    // Six colours change together with the theme: the code is coloured once for them.
    connect(this, &CodeText::lookChanged, this, [this] {
        if (m_highlighter)
            m_newLook.ask();
    });
}

void CodeText::setTarget(QQuickTextDocument *target)
{
    if (target == m_target)
        return;
    m_target = target;
    delete m_highlighter;
    if (m_target) {
        m_target->textDocument()->setUndoRedoEnabled(false);
        fill({});
        m_highlighter = new CodeHighlighter(m_target->textDocument());
        applyLook();
    }
    Q_EMIT targetChanged();
}

void CodeText::setCode(const QString &code)
{
    if (code == m_code)
        return;
    const QString before = std::exchange(m_code, code);
    fill(before);
    Q_EMIT codeChanged();
}

void CodeText::fill(const QString &before)
{
    if (!m_target)
        return;
    QTextCursor cursor(m_target->textDocument());
    if (!before.isEmpty() && m_code.startsWith(before)) {
        cursor.movePosition(QTextCursor::End);
        cursor.insertText(m_code.mid(before.size()));
        return;
    }
    cursor.select(QTextCursor::Document);
    cursor.insertText(m_code);
}

QString CodeText::languageName() const
{
    const QString known = languageOf(m_language).name;
    return known.isEmpty() ? m_language : known;
}

void CodeText::applyLook()
{
    if (m_highlighter)
        m_highlighter->setLook(languageOf(m_language), {m_keyword, m_type, m_string, m_number, m_comment, m_name});
}

} // namespace conclave::ui
