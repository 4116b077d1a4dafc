#include "app/markdown/markdown_rows.h"

#include <QHash>
#include <QStringView>

#include <algorithm>

namespace conclave::app
{
namespace
{

constexpr qsizetype kEnoughCharacters = 1200; // prose is cut at the next good place behind these
constexpr int kMostMathLines = 60;
constexpr qsizetype kMostMath = 3000; // characters of a formula
constexpr int kMostIndent = 24;
constexpr int kTabColumns = 4;
constexpr qsizetype kMostLine = 1000; // of code, in one line of the view

struct Line
{
    QStringView text; ///< without the line break
    qsizetype next = 0;
    int indent = 0;      ///< columns
    QStringView content; ///< behind the indentation

    bool blank() const { return content.isEmpty(); }
};

Line lineAt(QStringView text, qsizetype at)
{
    Line line;
    const qsizetype end = text.indexOf(u'\n', at);
    line.next = end < 0 ? text.size() : end + 1;
    line.text = text.sliced(at, (end < 0 ? text.size() : end) - at);
    qsizetype first = 0;
    while (first < line.text.size() && (line.text[first] == u' ' || line.text[first] == u'\t')) {
        line.indent += line.text[first] == u'\t' ? kTabColumns - line.indent % kTabColumns : 1;
        ++first;
    }
    line.content = line.text.sliced(first).trimmed();
    return line;
}

/// The line without `columns` of its indentation.
QStringView dedented(QStringView line, int columns)
{
    int column = 0;
    qsizetype first = 0;
    while (first < line.size() && column < columns && (line[first] == u' ' || line[first] == u'\t')) {
        column += line[first] == u'\t' ? kTabColumns - column % kTabColumns : 1;
        ++first;
    }
    return line.sliced(first);
}

qsizetype runOf(QStringView text, QChar character)
{
    qsizetype length = 0;
    while (length < text.size() && text[length] == character)
        ++length;
    return length;
}

bool isListItem(QStringView content)
{
    if (content.isEmpty())
        return false;
    qsizetype marker = 0;
    if (content[0] == u'-' || content[0] == u'*' || content[0] == u'+') {
        marker = 1;
    } else {
        while (marker < content.size() && marker < 9 && content[marker].isDigit())
            ++marker;
        if (marker == 0 || marker >= content.size() || (content[marker] != u'.' && content[marker] != u')'))
            return false;
        ++marker;
    }
    return marker == content.size() || content[marker] == u' ' || content[marker] == u'\t';
}

bool isHeading(QStringView content)
{
    const qsizetype marks = runOf(content, u'#');
    return marks >= 1 && marks <= 6 && (marks == content.size() || content[marks] == u' ');
}

/// "|---|:-:|" under the head of a table.
bool isDelimiterRow(QStringView content)
{
    bool dash = false;
    bool pipe = false;
    for (const QChar character : content) {
        dash = dash || character == u'-';
        pipe = pipe || character == u'|';
        if (character != u'-' && character != u'|' && character != u':' && character != u' ' && character != u'\t')
            return false;
    }
    return dash && pipe;
}

/// With at least three dashes a column: md4c wants them, people write fewer.
QString delimiters(QStringView content)
{
    QString out;
    for (qsizetype i = 0; i < content.size(); ++i) {
        const bool begins = content[i] == u'-' && (i == 0 || content[i - 1] != u'-');
        out += begins ? QStringLiteral("---") : QString(content[i]);
    }
    return out;
}

/// A formula on lines of its own: what it begins with and what ends it; null: none.
struct MathMarks
{
    qsizetype open = 0; ///< characters to leave out; 0: the environment belongs to the formula
    QString close;
};

MathMarks mathMarks(QStringView content)
{
    if (content.startsWith(QLatin1String("$$")))
        return {2, QStringLiteral("$$")};
    if (content.startsWith(QLatin1String("\\[")))
        return {2, QStringLiteral("\\]")};
    for (const char *name : {"equation", "align", "gather", "multline", "eqnarray", "alignat"}) {
        for (const char *star : {"", "*"}) {
            const QString environment = QLatin1Char('{') + QLatin1String(name) + QLatin1String(star) + QLatin1Char('}');
            if (content.startsWith(QLatin1String("\\begin") + environment))
                return {0, QLatin1String("\\end") + environment};
        }
    }
    return {};
}

} // namespace

/// Goes through the lines from where a row began and makes rows of them.
class MarkdownRowScanner
{
public:
    explicit MarkdownRowScanner(MarkdownRows &rows) : m_out(rows), m_text(rows.m_text) {}

    void run(qsizetype at, const MarkdownRows::State &state)
    {
        m_state = state;
        begin(at);
        if (m_state.inCode) {
            m_row.begins = false;
            beginCode();
        } else if (!m_state.tableHead.isEmpty()) {
            at = tableLines(at);
        }
        while (at < m_text.size())
            at = m_state.inCode ? codeLine(at) : otherLine(at);
        if (m_state.inCode) {
            m_row.closed = false;
            finishCode();
        } else {
            finishProse(m_text.size());
        }
    }

private:
    void begin(qsizetype at)
    {
        m_row = {};
        m_row.source = at;
        m_begun = m_state;
        m_lines = 0;
        m_blank = false;
        m_itemFence = 0;
    }

    void put()
    {
        m_out.m_rows.append(m_row);
        m_out.m_states.append(m_begun);
    }

    void finishProse(qsizetype next)
    {
        while (m_row.text.endsWith(u'\n'))
            m_row.text.chop(1);
        if (!m_row.text.isEmpty())
            put();
        begin(next);
    }

    void beginCode()
    {
        m_row.kind = MarkdownRow::kCode;
        m_row.language = m_state.language;
        m_row.indent = std::min(m_state.fenceIndent, kMostIndent);
    }

    void finishCode()
    {
        if (m_row.text.endsWith(u'\n'))
            m_row.text.chop(1);
        put();
    }

    qsizetype codeLine(qsizetype at)
    {
        const Line line = lineAt(m_text, at);
        const qsizetype marks = runOf(line.content, m_state.fence);
        if (marks >= m_state.fenceLength && marks == line.content.size() && line.indent <= m_state.fenceIndent + 3) {
            finishCode();
            m_state.inCode = false;
            begin(line.next);
            return line.next;
        }
        QStringView code = dedented(line.text, m_state.fenceIndent);
        bool whole = true;
        do {
            const QStringView part = code.left(kMostLine); // longer lines are broken: laying them out takes long
            if (m_lines >= MarkdownRows::kMostCodeLines || m_row.text.size() + part.size() >= MarkdownRows::kMostCharacters)
                nextPart(whole ? at : code.constData() - m_text.constData());
            m_row.text += part;
            m_row.text += u'\n';
            ++m_lines;
            code = code.sliced(part.size());
            whole = false;
        } while (!code.isEmpty());
        return line.next;
    }

    void nextPart(qsizetype at)
    {
        m_row.ends = false;
        finishCode();
        begin(at);
        m_row.begins = false;
        beginCode();
    }

    qsizetype otherLine(qsizetype at)
    {
        const Line line = lineAt(m_text, at);
        if (line.blank()) {
            if (!m_row.text.isEmpty())
                m_row.text += u'\n';
            m_blank = true;
            return line.next;
        }
        if (m_itemFence > 0)
            followItemFence(line);
        else if (openFence(line, at) || openTable(line, at) || openMath(line, at))
            return m_next;
        proseLine(line, at);
        return line.next;
    }

    bool openFence(const Line &line, qsizetype at)
    {
        const QChar character = line.content[0];
        if ((character != u'`' && character != u'~') || (line.indent > 3 && !m_state.inList))
            return false;
        const qsizetype length = runOf(line.content, character);
        const QStringView info = line.content.sliced(length).trimmed();
        if (length < 3 || (character == u'`' && info.contains(u'`')))
            return false;
        finishProse(at);
        m_state.inCode = true;
        m_state.fence = character;
        m_state.fenceLength = int(length);
        m_state.fenceIndent = line.indent;
        m_state.language = info.left(info.indexOf(u' ') < 0 ? info.size() : info.indexOf(u' ')).left(32).toString();
        beginCode();
        m_next = line.next;
        return true;
    }

    /// "- ```" begins code on the line of the list item itself: it stays part of the prose.
    void followItemFence(const Line &line)
    {
        const qsizetype marks = runOf(line.content, m_itemMark);
        if (marks >= m_itemFence && marks == line.content.size())
            m_itemFence = 0;
    }

    void findItemFence(const Line &line)
    {
        const qsizetype space = line.content.indexOf(u' ');
        const QStringView item = space < 0 ? QStringView() : line.content.sliced(space).trimmed();
        if (item.isEmpty() || (item[0] != u'`' && item[0] != u'~'))
            return;
        const qsizetype length = runOf(item, item[0]);
        if (length < 3 || item.sliced(length).contains(u'`'))
            return;
        m_itemFence = length;
        m_itemMark = item[0];
    }

    bool openTable(const Line &line, qsizetype at)
    {
        if (!line.content.contains(u'|') || line.content[0] == u'>')
            return false;
        const Line under = lineAt(m_text, line.next);
        if (line.next >= m_text.size() || line.text.size() + under.text.size() > MarkdownRows::kMostCharacters / 2 ||
            !isDelimiterRow(under.content) || isListItem(line.content))
            return false;
        finishProse(at);
        m_row.indent = std::min(line.indent, kMostIndent);
        m_head = line.content.toString() + u'\n' + delimiters(under.content) + u'\n';
        m_row.text = m_head;
        m_next = tableLines(under.next);
        return true;
    }

    /// A long table goes on in a row of its own, under the same head.
    qsizetype tableLines(qsizetype at)
    {
        m_row.kind = MarkdownRow::kTable;
        if (!m_state.tableHead.isEmpty())
            m_head = m_row.text = m_state.tableHead;
        m_state.tableHead.clear();
        while (at < m_text.size()) {
            const Line row = lineAt(m_text, at);
            if (row.blank() || !row.content.contains(u'|') || m_head.size() + row.text.size() > MarkdownRows::kMostCharacters)
                break;
            if (m_row.text.size() + row.text.size() > MarkdownRows::kMostCharacters && m_row.text.size() > m_head.size()) {
                finishTable();
                m_state.tableHead = m_head;
                begin(at);
                m_state.tableHead.clear();
                m_row.kind = MarkdownRow::kTable;
                m_row.text = m_head;
            }
            m_row.text += row.content;
            m_row.text += u'\n';
            at = row.next;
        }
        finishTable();
        begin(at);
        return at;
    }

    void finishTable()
    {
        m_row.text.chop(1);
        put();
    }

    bool openMath(const Line &line, qsizetype at)
    {
        const MathMarks marks = mathMarks(line.content);
        if (marks.close.isEmpty() || (line.indent > 3 && !m_state.inList))
            return false;
        const qsizetype from = line.content.constData() - m_text.constData() + marks.open;
        const QStringView near = QStringView(m_text).sliced(from, std::min<qsizetype>(m_text.size() - from, kMostMath));
        const qsizetype next = nextClose(marks.close, from);
        const qsizetype found = next < 0 || next + marks.close.size() > from + near.size() ? -1 : next - from;
        const qsizetype end = found < 0 ? -1 : from + found;
        const Line behind = end >= 0 ? lineAt(m_text, end + marks.close.size()) : Line();
        const bool full = behind.content.size() == 1 && behind.content[0].isPunct(); // "\\]."
        const bool closed = end >= 0 && (behind.blank() || full);
        const QStringView inside = closed ? near.first(found + (marks.open > 0 ? 0 : marks.close.size())) : near;
        // Without an end it is a formula that is still being written, or no formula.
        if ((!closed && (end >= 0 || from + near.size() < m_text.size())) || inside.count(u'\n') > kMostMathLines ||
            inside.contains(QLatin1String("\n\n")))
            return false;
        finishProse(at);
        m_row.kind = MarkdownRow::kMath;
        m_row.indent = std::min(line.indent, kMostIndent);
        m_row.text = inside.trimmed().toString();
        if (closed && full)
            m_row.text += behind.content;
        m_row.closed = closed;
        put();
        m_next = closed ? behind.next : m_text.size();
        begin(m_next);
        return true;
    }

    /// Where `close` next stands; looked up once for all formulas that begin before it.
    qsizetype nextClose(const QString &close, qsizetype from)
    {
        const auto known = m_closes.constFind(close);
        if (known != m_closes.constEnd() && (*known < 0 || *known >= from))
            return *known;
        return m_closes[close] = m_text.indexOf(close, from);
    }

    /// A row ends where something new begins, or has to end because it is too long.
    bool endsBefore(const Line &line) const
    {
        if (m_row.indent > 0 && line.indent < m_row.indent)
            return true;
        const qsizetype size = m_row.text.size();
        const bool outside = line.indent == 0 && (m_blank || isHeading(line.content));
        if (size > kEnoughCharacters && (outside || (line.indent == 0 && isListItem(line.content))))
            return true;
        return size + line.text.size() >= MarkdownRows::kMostCharacters;
    }

    void proseLine(const Line &line, qsizetype at)
    {
        if (isListItem(line.content) && (line.indent <= 3 || m_state.inList))
            m_state.inList = true;
        else if (m_blank && line.indent == 0)
            m_state.inList = false;
        if (!m_row.text.isEmpty() && endsBefore(line))
            finishProse(at);
        if (m_row.text.isEmpty()) {
            m_row.source = at;
            m_row.indent = m_state.inList && !(line.indent <= 1 && isListItem(line.content)) ? std::min(line.indent, kMostIndent) : 0;
        }
        m_blank = false;
        QStringView text = m_row.indent > 0 ? dedented(line.text, m_row.indent) : line.text;
        while (text.size() >= MarkdownRows::kMostCharacters) { // a line without end: cut at a space, if it has one
            const QStringView most = text.left(MarkdownRows::kMostCharacters - 1);
            const qsizetype space = most.lastIndexOf(u' ');
            qsizetype cut = space > MarkdownRows::kMostCharacters / 2 ? space : most.size();
            if (most[cut - 1].isHighSurrogate())
                --cut;
            finishProse(text.constData() - m_text.constData());
            m_row.text = text.left(cut).toString();
            text = text.sliced(cut);
            finishProse(text.constData() - m_text.constData());
        }
        m_row.text += text;
        m_row.text += u'\n';
        if (m_itemFence == 0 && isListItem(line.content))
            findItemFence(line);
    }

    MarkdownRows &m_out;
    const QString &m_text;
    MarkdownRows::State m_state;
    MarkdownRows::State m_begun;
    MarkdownRow m_row;
    int m_lines = 0;
    bool m_blank = false; ///< the line before was
    qsizetype m_next = 0;
    QHash<QString, qsizetype> m_closes; ///< of formulas: where each next stands, -1: nowhere
    QString m_head;                     ///< of the table under way
    qsizetype m_itemFence = 0;          ///< length of the fence that a list item began with; 0: none is open
    QChar m_itemMark;
};

int MarkdownRows::setText(const QString &text)
{
    // What follows may still change the row before the last: a line under a paragraph makes it a heading or a table.
    constexpr qsizetype kUnsure = 2;
    const bool grew = m_rows.size() > kUnsure && text.startsWith(m_text);
    const int kept = grew ? int(m_rows.size() - kUnsure) : 0;
    const qsizetype from = kept > 0 ? m_rows[kept].source : 0;
    const State state = kept > 0 ? m_states[kept] : State();
    m_text = text;
    m_rows.resize(kept);
    m_states.resize(kept);
    MarkdownRowScanner(*this).run(from, state);
    return kept;
}

QString MarkdownRows::codeOf(int row) const
{
    int first = row;
    while (first > 0 && !m_rows[first].begins)
        --first;
    QString code;
    // From the source, where long lines are whole.
    const Line fence = lineAt(m_text, m_rows[first].source);
    const QChar mark = fence.content.isEmpty() ? QChar(u'`') : fence.content[0];
    const qsizetype length = runOf(fence.content, mark);
    for (qsizetype at = fence.next; at < m_text.size();) {
        const Line line = lineAt(m_text, at);
        const qsizetype marks = runOf(line.content, mark);
        if (marks >= length && marks == line.content.size() && line.indent <= fence.indent + 3)
            break;
        code += dedented(line.text, fence.indent);
        code += u'\n';
        at = line.next;
    }
    return code;
}

} // namespace conclave::app
