#include "ui/code/code_lexer.h"

namespace conclave::ui
{
namespace
{

enum Open : CodeState
{
    kNothing,
    kBlockComment,
    kTripleDouble,
    kTripleSingle,
    kBackQuoted,
    kTag, ///< between < and > of markup
};

bool isWord(QChar character)
{
    return character.isLetterOrNumber() || character == u'_';
}

class Lexer
{
public:
    Lexer(QStringView line, const CodeLanguage &language, CodeState &state) : m_line(line), m_language(language), m_state(state) {}

    QVector<CodeSpan> run()
    {
        finishOpen();
        while (m_at < m_line.size()) {
            if (m_language.markup)
                markup();
            else
                code();
        }
        return std::move(m_spans);
    }

private:
    bool starts(QStringView text) const { return !text.isEmpty() && m_line.sliced(m_at).startsWith(text); }

    void put(qsizetype begin, CodePart part)
    {
        if (m_at > begin)
            m_spans.append({int(begin), int(m_at - begin), part});
    }

    /// What an earlier line left open goes on, maybe to its end.
    void finishOpen()
    {
        switch (m_state) {
        case kBlockComment:
            return upTo(m_language.blockClose, CodePart::kComment, 0);
        case kTripleDouble:
            return upTo(QStringLiteral("\"\"\""), CodePart::kString, 0);
        case kTripleSingle:
            return upTo(QStringLiteral("'''"), CodePart::kString, 0);
        case kBackQuoted:
            return upTo(QStringLiteral("`"), CodePart::kString, 0);
        default:
            return;
        }
    }

    void upTo(const QString &close, CodePart part, qsizetype open)
    {
        const qsizetype begin = m_at;
        const qsizetype end = m_line.indexOf(close, m_at + open);
        m_at = end < 0 ? m_line.size() : end + close.size();
        if (end >= 0)
            m_state = kNothing;
        put(begin, part);
    }

    void open(CodeState state, const QString &close, CodePart part, qsizetype length)
    {
        m_state = state;
        upTo(close, part, length);
    }

    void code()
    {
        const QChar character = m_line[m_at];
        const qsizetype begin = m_at;
        if (starts(m_language.blockOpen)) {
            open(kBlockComment, m_language.blockClose, CodePart::kComment, m_language.blockOpen.size());
        } else if (starts(m_language.lineComment) && commentMayStart()) {
            m_at = m_line.size();
            put(begin, CodePart::kComment);
        } else if (m_language.tripleQuotes && starts(u"\"\"\"")) {
            open(kTripleDouble, QStringLiteral("\"\"\""), CodePart::kString, 3);
        } else if (m_language.tripleQuotes && starts(u"'''")) {
            open(kTripleSingle, QStringLiteral("'''"), CodePart::kString, 3);
        } else if (m_language.backQuotes && character == u'`') {
            open(kBackQuoted, QStringLiteral("`"), CodePart::kString, 1);
        } else if (m_language.quotes.contains(character)) {
            quoted(character);
        } else if (character.isDigit()) {
            number();
        } else if (isWord(character)) {
            word();
        } else if (m_language.dollars && character == u'$') {
            variable();
        } else {
            ++m_at;
        }
    }

    /// In shell and YAML a '#' within a word is no comment.
    bool commentMayStart() const
    {
        return m_language.lineComment != QLatin1String("#") || m_at == 0 || m_line[m_at - 1].isSpace() || m_line[m_at - 1] == u';' ||
               (!m_language.dollars && !m_language.keys);
    }

    void quoted(QChar quote)
    {
        const qsizetype begin = m_at++;
        if (m_language.lifetimes && quote == u'\'' && !(m_at + 1 < m_line.size() && (m_line[m_at] == u'\\' || m_line[m_at + 1] == u'\''))) {
            while (m_at < m_line.size() && isWord(m_line[m_at]))
                ++m_at;
            return put(begin, CodePart::kType);
        }
        while (m_at < m_line.size() && m_line[m_at] != quote)
            m_at += m_line[m_at] == u'\\' ? 2 : 1;
        m_at = std::min(m_at + 1, m_line.size());
        const QStringView after = m_line.sliced(m_at).trimmed();
        const bool key = (m_language.name == QLatin1String("JSON") || m_language.keys) && after.startsWith(u':');
        put(begin, key ? CodePart::kName : CodePart::kString);
    }

    void number()
    {
        const qsizetype begin = m_at;
        while (m_at < m_line.size() && (isWord(m_line[m_at]) || m_line[m_at] == u'.' || m_line[m_at] == u'\''))
            ++m_at;
        put(begin, CodePart::kNumber);
    }

    void variable()
    {
        const qsizetype begin = m_at++;
        if (m_at < m_line.size() && m_line[m_at] == u'{') {
            const qsizetype end = m_line.indexOf(u'}', m_at);
            m_at = end < 0 ? m_line.size() : end + 1;
        } else {
            while (m_at < m_line.size() && isWord(m_line[m_at]))
                ++m_at;
        }
        put(begin, CodePart::kName);
    }

    void word()
    {
        const qsizetype begin = m_at;
        while (m_at < m_line.size() && (isWord(m_line[m_at]) || (m_language.keys && m_line[m_at] == u'-')))
            ++m_at;
        QString text = m_line.sliced(begin, m_at - begin).toString();
        if (m_language.foldsCase)
            text = text.toLower();
        const QStringView after = m_line.sliced(m_at);
        if (m_language.keywords.contains(text))
            put(begin, CodePart::kKeyword);
        else if (m_language.types.contains(text))
            put(begin, CodePart::kType);
        else if (m_language.keys ? after.trimmed().startsWith(u':') || after.trimmed().startsWith(u'=')
                                 : after.startsWith(u'(') && !m_language.keywords.isEmpty())
            put(begin, CodePart::kName);
    }

    void markup()
    {
        const qsizetype begin = m_at;
        if (starts(m_language.blockOpen))
            return open(kBlockComment, m_language.blockClose, CodePart::kComment, m_language.blockOpen.size());
        const QChar character = m_line[m_at];
        if (m_state != kTag) {
            if (character == u'<' && m_at + 1 < m_line.size() &&
                (m_line[m_at + 1].isLetter() || m_line[m_at + 1] == u'/' || m_line[m_at + 1] == u'!')) {
                m_state = kTag;
                m_at += 2;
                while (m_at < m_line.size() && (isWord(m_line[m_at]) || m_line[m_at] == u'-' || m_line[m_at] == u':'))
                    ++m_at;
                return put(begin, CodePart::kKeyword);
            }
            const qsizetype next = m_line.indexOf(u'<', m_at + 1);
            m_at = next < 0 ? m_line.size() : next;
            return;
        }
        if (character == u'>') {
            m_state = kNothing;
            ++m_at;
            put(begin, CodePart::kKeyword);
        } else if (character == u'"' || character == u'\'') {
            quoted(character);
        } else if (isWord(character)) {
            while (m_at < m_line.size() && (isWord(m_line[m_at]) || m_line[m_at] == u'-' || m_line[m_at] == u':'))
                ++m_at;
            put(begin, CodePart::kName);
        } else {
            ++m_at;
        }
    }

    QStringView m_line;
    const CodeLanguage &m_language;
    CodeState &m_state;
    qsizetype m_at = 0;
    QVector<CodeSpan> m_spans;
};

} // namespace

QVector<CodeSpan> partsOf(QStringView line, const CodeLanguage &language, CodeState &state)
{
    if (language.name.isEmpty())
        return {};
    return Lexer(line, language, state).run();
}

} // namespace conclave::ui
