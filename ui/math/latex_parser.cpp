#include "ui/math/latex_parser_impl.h"

#include <algorithm>
#include <utility>

namespace conclave::ui
{

MathNode LatexParser::formula()
{
    // Lines at the top level are a table of one formula.
    std::vector<std::vector<MathNode>> rows = cells(QString());
    if (m_at < m_text.size())
        throw LatexFailure();
    if (rows.size() == 1 && rows[0].size() == 1)
        return std::move(rows[0][0]);
    return table(std::move(rows), QString(), 1);
}

void LatexParser::skipSpace()
{
    while (m_at < m_text.size() && m_text[m_at].isSpace())
        ++m_at;
    if (peek() == u'%') { // a comment, to the end of its line
        while (m_at < m_text.size() && m_text[m_at] != u'\n')
            ++m_at;
        skipSpaceAgain();
    }
}

void LatexParser::skipSpaceAgain()
{
    while (m_at < m_text.size() && m_text[m_at].isSpace())
        ++m_at;
}

bool LatexParser::take(QLatin1String word)
{
    if (!QStringView(m_text).sliced(m_at).startsWith(word))
        return false;
    m_at += word.size();
    return true;
}

QString LatexParser::command()
{
    qsizetype end = m_at + 1;
    while (end < m_text.size() && m_text[end].isLetter() && m_text[end].unicode() < 0x80)
        ++end;
    if (end == m_at + 1)
        end = std::min(end + 1, m_text.size());
    const QString name = m_text.mid(m_at + 1, end - m_at - 1);
    m_at = end;
    return name;
}

QString LatexParser::peekCommand()
{
    const qsizetype at = m_at;
    const QString name = peek() == u'\\' ? command() : QString();
    m_at = at;
    return name;
}

bool LatexParser::atEndOfRow()
{
    skipSpace();
    if (m_at >= m_text.size() || peek() == u'}' || peek() == u'&')
        return true;
    const QString name = peekCommand();
    return name == QLatin1String("\\") || name == QLatin1String("end") || name == QLatin1String("right") || name == QLatin1String("cr") ||
           name == QLatin1String("middle");
}

MathNode LatexParser::row()
{
    const Depth depth(m_depth);
    MathNode out;
    while (!atEndOfRow()) {
        if (m_inOptional && peek() == u']')
            break;
        MathNode next = scripted();
        if (next.type == MathNode::kStyled && next.children.empty()) { // \displaystyle: for all that follows
            next.children.push_back(row());
            out.children.push_back(std::move(next));
            break;
        }
        out.children.push_back(std::move(next));
    }
    return out;
}

MathNode LatexParser::scripted()
{
    MathNode base;
    if (peek() != u'^' && peek() != u'_')
        base = atom();
    MathNode below;
    MathNode above;
    bool found = false;
    for (;;) {
        skipSpace();
        if (take(QLatin1String("\\limits"))) {
            base.symbol.limits = true;
        } else if (take(QLatin1String("\\nolimits"))) {
            base.symbol.limits = false;
        } else if (peek() == u'^' || peek() == u'_') {
            MathNode &script = peek() == u'^' ? above : below;
            ++m_at;
            script.children.push_back(argument());
            found = true;
        } else if (peek() == u'\'') {
            ++m_at;
            above.children.push_back(symbol({QString(QChar(0x2032))}));
            found = true;
        } else {
            break;
        }
    }
    if (!found)
        return base;
    MathNode out;
    out.type = MathNode::kScripts;
    out.children.push_back(std::move(base));
    out.children.push_back(std::move(below));
    out.children.push_back(std::move(above));
    return out;
}

MathNode LatexParser::symbol(const MathSymbol &what)
{
    if (++m_nodes > kMostNodes)
        throw LatexFailure();
    MathNode out;
    out.type = MathNode::kSymbol;
    out.symbol = what;
    out.bold = m_bold;
    if (m_upright)
        out.symbol.italic = false;
    return out;
}

MathNode LatexParser::argument()
{
    skipSpace();
    if (m_at >= m_text.size())
        throw LatexFailure();
    return atom();
}

MathNode LatexParser::group()
{
    if (!take(QLatin1String("{")))
        throw LatexFailure();
    const bool inOptional = std::exchange(m_inOptional, false);
    MathNode out = row();
    m_inOptional = inOptional;
    if (!take(QLatin1String("}")))
        throw LatexFailure();
    return out;
}

QString LatexParser::raw()
{
    skipSpace();
    if (!take(QLatin1String("{")))
        throw LatexFailure();
    int level = 1;
    const qsizetype begin = m_at;
    for (; m_at < m_text.size(); ++m_at) {
        if (m_text[m_at] == u'\\')
            ++m_at;
        else if (m_text[m_at] == u'{')
            ++level;
        else if (m_text[m_at] == u'}' && --level == 0)
            break;
    }
    if (m_at >= m_text.size())
        throw LatexFailure();
    return m_text.mid(begin, m_at++ - begin);
}

MathNode LatexParser::atom()
{
    const Depth depth(m_depth);
    skipSpace();
    if (m_at >= m_text.size())
        throw LatexFailure();
    const QChar character = peek();
    if (character == u'{')
        return group();
    if (character == u'\\')
        return fromCommand(command());
    if (character == u'}' || character == u'&' || character == u'^' || character == u'_')
        throw LatexFailure();
    ++m_at;
    if (character == u'~')
        return space(0.333);
    if (character.isHighSurrogate() && m_at < m_text.size())
        return symbol({QString(character) + m_text[m_at++]});
    return symbol(symbolOf(character));
}

MathNode LatexParser::space(double ems)
{
    if (++m_nodes > kMostNodes)
        throw LatexFailure();
    MathNode out;
    out.type = MathNode::kSpace;
    out.number = ems;
    return out;
}

MathNode LatexParser::made(MathNode::Type type, std::vector<MathNode> children, double number)
{
    MathNode out;
    out.type = type;
    out.children = std::move(children);
    out.number = number;
    return out;
}

std::optional<MathNode> parseLatex(const QString &latex)
{
    if (latex.size() > kMostLatexCharacters || latex.trimmed().isEmpty())
        return std::nullopt;
    try {
        return LatexParser(latex.trimmed()).formula();
    } catch (const LatexFailure &) {
        return std::nullopt;
    }
}

} // namespace conclave::ui
