#include "ui/math/latex_parser_impl.h"

#include <QHash>
#include <QStringList>

#include <algorithm>
#include <utility>

namespace conclave::ui
{

MathNode LatexParser::fromCommand(const QString &name)
{
    if (const auto known = symbolOf(QStringView(name)))
        return symbol(*known);
    if (const auto known = functionOf(name)) {
        MathNode out = symbol(*known);
        out.symbol.italic = false;
        return out;
    }
    static const QHash<QString, double> kSpaces{
        {QStringLiteral(","), 0.167},     {QStringLiteral(":"), 0.222},         {QStringLiteral(">"), 0.222}, {QStringLiteral(";"), 0.278},
        {QStringLiteral("!"), -0.167},    {QStringLiteral(" "), 0.333},         {QStringLiteral("quad"), 1},  {QStringLiteral("qquad"), 2},
        {QStringLiteral("enspace"), 0.5}, {QStringLiteral("thinspace"), 0.167},
    };
    if (const auto width = kSpaces.constFind(name); width != kSpaces.constEnd())
        return space(*width);
    return structure(name);
}

MathNode LatexParser::structure(const QString &name)
{
    if (name == QLatin1String("frac") || name == QLatin1String("dfrac") || name == QLatin1String("tfrac") || name == QLatin1String("cfrac"))
        return fraction(name);
    if (name == QLatin1String("binom") || name == QLatin1String("dbinom") || name == QLatin1String("tbinom")) {
        MathNode above = argument();
        std::vector<MathNode> inside;
        inside.push_back(std::move(above));
        inside.push_back(argument());
        std::vector<MathNode> fenced;
        fenced.push_back(made(MathNode::kFraction, std::move(inside), 0));
        MathNode out = made(MathNode::kFenced, std::move(fenced));
        out.open = QStringLiteral("(");
        out.close = QStringLiteral(")");
        return out;
    }
    if (name == QLatin1String("sqrt"))
        return root();
    if (name == QLatin1String("left"))
        return fenced();
    if (name == QLatin1String("begin"))
        return environment();
    if (name == QLatin1String("displaystyle") || name == QLatin1String("textstyle"))
        return made(MathNode::kStyled, {}, name == QLatin1String("displaystyle") ? 1 : 0);
    if (name == QLatin1String("not")) {
        MathNode out = argument();
        out.symbol.text = (out.symbol.text + QChar(0x338)).normalized(QString::NormalizationForm_C);
        if (out.symbol.text.size() != 1) // there is no such sign
            throw LatexFailure();
        return out;
    }
    if (auto out = bigBracket(name))
        return std::move(*out);
    if (auto out = accent(name))
        return std::move(*out);
    if (auto out = letters(name))
        return std::move(*out);
    return rest(name);
}

MathNode LatexParser::fraction(const QString &name)
{
    std::vector<MathNode> parts;
    parts.push_back(argument());
    parts.push_back(argument());
    MathNode out = made(MathNode::kFraction, std::move(parts), 1);
    if (name.startsWith(u'f') || name.startsWith(u'c'))
        return out;
    std::vector<MathNode> inside;
    inside.push_back(std::move(out));
    return made(MathNode::kStyled, std::move(inside), name.startsWith(u'd') ? 1 : 0);
}

MathNode LatexParser::root()
{
    std::vector<MathNode> parts;
    MathNode degree;
    skipSpace();
    if (take(QLatin1String("["))) {
        const bool inOptional = std::exchange(m_inOptional, true);
        degree = row();
        m_inOptional = inOptional;
        if (!take(QLatin1String("]")))
            throw LatexFailure();
    }
    parts.push_back(argument());
    parts.push_back(std::move(degree));
    return made(MathNode::kRoot, std::move(parts));
}

QString LatexParser::bracket()
{
    skipSpace();
    if (m_at >= m_text.size())
        throw LatexFailure();
    if (peek() != u'\\') {
        const QChar character = m_text[m_at++];
        if (character == u'.')
            return {};
        if (character == u'<')
            return QString(QChar(0x27E8));
        if (character == u'>')
            return QString(QChar(0x27E9));
        return QString(character);
    }
    const auto known = symbolOf(QStringView(command()));
    if (!known)
        throw LatexFailure();
    return known->text;
}

MathNode LatexParser::fenced()
{
    const bool inOptional = std::exchange(m_inOptional, false);
    const QString open = bracket();
    std::vector<MathNode> inside;
    inside.push_back(row());
    while (take(QLatin1String("\\middle"))) {
        const QString middle = bracket();
        inside[0].children.push_back(symbol({middle, MathClass::kRelation}));
        MathNode more = row();
        for (MathNode &child : more.children)
            inside[0].children.push_back(std::move(child));
    }
    m_inOptional = inOptional;
    if (!take(QLatin1String("\\right")))
        throw LatexFailure();
    MathNode out = made(MathNode::kFenced, std::move(inside));
    out.open = open;
    out.close = bracket();
    return out;
}

std::optional<MathNode> LatexParser::bigBracket(const QString &name)
{
    static const QHash<QString, double> kSizes{
        {QStringLiteral("big"), 1.2}, {QStringLiteral("Big"), 1.8}, {QStringLiteral("bigg"), 2.4}, {QStringLiteral("Bigg"), 3.0}};
    QString stem = name;
    MathClass kind = MathClass::kOrdinary;
    if (stem.endsWith(u'l') || stem.endsWith(u'r') || stem.endsWith(u'm')) {
        kind = stem.endsWith(u'l') ? MathClass::kOpening : stem.endsWith(u'r') ? MathClass::kClosing : MathClass::kRelation;
        stem.chop(1);
    }
    const auto size = kSizes.constFind(stem);
    if (size == kSizes.constEnd())
        return std::nullopt;
    MathNode out = made(MathNode::kFenced, {}, *size);
    out.symbol.kind = kind;
    out.open = bracket();
    return out;
}

std::optional<MathNode> LatexParser::accent(const QString &name)
{
    static const QHash<QString, QString> kAccents{
        {QStringLiteral("hat"), QStringLiteral("ˆ")},
        {QStringLiteral("widehat"), QStringLiteral("ˆ")},
        {QStringLiteral("tilde"), QStringLiteral("˜")},
        {QStringLiteral("widetilde"), QStringLiteral("˜")},
        {QStringLiteral("bar"), QStringLiteral("over")},
        {QStringLiteral("overline"), QStringLiteral("over")},
        {QStringLiteral("underline"), QStringLiteral("under")},
        {QStringLiteral("vec"), QStringLiteral("→")},
        {QStringLiteral("overrightarrow"), QStringLiteral("→")},
        {QStringLiteral("dot"), QStringLiteral("˙")},
        {QStringLiteral("ddot"), QStringLiteral("¨")},
        {QStringLiteral("check"), QStringLiteral("ˇ")},
        {QStringLiteral("breve"), QStringLiteral("˘")},
        {QStringLiteral("acute"), QStringLiteral("´")},
        {QStringLiteral("grave"), QStringLiteral("`")},
        {QStringLiteral("mathring"), QStringLiteral("˚")},
        {QStringLiteral("overbrace"), QStringLiteral("brace")},
        {QStringLiteral("underbrace"), QStringLiteral("underbrace")},
    };
    const auto mark = kAccents.constFind(name);
    if (mark == kAccents.constEnd())
        return std::nullopt;
    std::vector<MathNode> below;
    below.push_back(argument());
    MathNode out = made(MathNode::kAccent, std::move(below));
    out.symbol.text = *mark;
    out.symbol.limits = mark->endsWith(QLatin1String("brace"));
    return out;
}

std::optional<MathNode> LatexParser::letters(const QString &name)
{
    if (name == QLatin1String("mathbb") || name == QLatin1String("mathcal") || name == QLatin1String("mathfrak") ||
        name == QLatin1String("mathscr")) {
        skipSpace();
        const QString text = peek() == u'{' ? raw() : QString(m_at < m_text.size() ? m_text[m_at++] : throw LatexFailure());
        return symbol({alphabet(name, text)});
    }
    if (name == QLatin1String("text") || name == QLatin1String("mbox") || name == QLatin1String("textrm") ||
        name == QLatin1String("textbf") || name == QLatin1String("textit") || name == QLatin1String("texttt")) {
        QString text = raw();
        text.remove(u'$');
        MathNode out = symbol({text.remove(u'\\')});
        out.type = MathNode::kText;
        out.bold = name == QLatin1String("textbf");
        out.symbol.italic = name == QLatin1String("textit");
        return out;
    }
    if (name == QLatin1String("operatorname")) {
        const bool star = take(QLatin1String("*"));
        MathNode out = symbol({raw().remove(u'\\'), MathClass::kOperator, false, star});
        out.symbol.italic = false;
        return out;
    }
    const bool bold = name == QLatin1String("mathbf") || name == QLatin1String("boldsymbol") || name == QLatin1String("bm");
    const bool upright = name == QLatin1String("mathrm") || name == QLatin1String("mathbf") || name == QLatin1String("mathsf") ||
                         name == QLatin1String("mathtt") || name == QLatin1String("rm");
    if (!bold && !upright && name != QLatin1String("mathit"))
        return std::nullopt;
    const bool boldBefore = std::exchange(m_bold, m_bold || bold);
    const bool uprightBefore = std::exchange(m_upright, upright);
    MathNode out = name == QLatin1String("rm") ? row() : argument();
    m_bold = boldBefore;
    m_upright = uprightBefore;
    return out;
}

MathNode LatexParser::rest(const QString &name)
{
    if (name == QLatin1String("overset") || name == QLatin1String("stackrel") || name == QLatin1String("underset")) {
        MathNode script = argument();
        MathNode base = argument();
        const bool below = name == QLatin1String("underset");
        std::vector<MathNode> parts;
        parts.push_back(std::move(base));
        parts.push_back(below ? MathNode() : std::move(script));
        parts.push_back(below ? std::move(script) : MathNode());
        return made(MathNode::kStacked, std::move(parts));
    }
    if (name == QLatin1String("xrightarrow") || name == QLatin1String("xleftarrow")) {
        std::vector<MathNode> parts;
        parts.push_back(symbol({QString(QChar(name[1] == u'r' ? 0x27F6 : 0x27F5)), MathClass::kRelation}));
        parts.push_back(argument());
        parts.emplace_back();
        return made(MathNode::kStacked, std::move(parts));
    }
    if (name == QLatin1String("pmod")) {
        MathNode out;
        out.children.push_back(space(0.5));
        out.children.push_back(symbol(symbolOf(QChar(u'('))));
        out.children.push_back(symbol({QStringLiteral("mod")}));
        out.children.push_back(space(0.25));
        out.children.push_back(argument());
        out.children.push_back(symbol(symbolOf(QChar(u')'))));
        return out;
    }
    if (name == QLatin1String("bmod") || name == QLatin1String("mod"))
        return symbol({QStringLiteral("mod"), MathClass::kBinary});
    if (name == QLatin1String("tag")) { // "(1)" behind the formula
        MathNode out = symbol({QStringLiteral("  (") + raw() + u')'});
        out.type = MathNode::kText;
        return out;
    }
    if (name == QLatin1String("label") || name == QLatin1String("hspace") || name == QLatin1String("vspace") ||
        name == QLatin1String("color")) {
        raw();
        return {};
    }
    if (name == QLatin1String("boxed") || name == QLatin1String("phantom") || name == QLatin1String("mathop") ||
        name == QLatin1String("mathrel") || name == QLatin1String("mathbin"))
        return argument();
    if (name == QLatin1String("nonumber") || name == QLatin1String("notag") || name == QLatin1String("hline") ||
        name == QLatin1String("limits") || name == QLatin1String("mathstrut"))
        return {};
    throw LatexFailure();
}

std::vector<std::vector<MathNode>> LatexParser::cells(const QString &environment)
{
    std::vector<std::vector<MathNode>> out(1);
    for (;;) {
        out.back().push_back(row());
        if (take(QLatin1String("&")))
            continue;
        const QString name = peekCommand();
        if (name != QLatin1String("\\") && name != QLatin1String("cr"))
            break;
        command();
        skipSpace();
        if (peek() == u'[') // an extra distance
            m_at = std::max(m_text.indexOf(u']', m_at) + 1, m_at);
        out.emplace_back();
    }
    if (out.size() > 1 && out.back().size() == 1 && out.back()[0].children.empty())
        out.pop_back();
    if (!environment.isEmpty() && !take(QLatin1String("\\end")))
        throw LatexFailure();
    if (!environment.isEmpty() && raw() != environment)
        throw LatexFailure();
    return out;
}

MathNode LatexParser::table(std::vector<std::vector<MathNode>> rows, const QString &alignment, double lines)
{
    MathNode out;
    out.type = MathNode::kTable;
    out.rows = std::move(rows);
    out.alignment = alignment;
    out.number = lines;
    return out;
}

MathNode LatexParser::environment()
{
    const QString name = raw();
    QString stem = name;
    if (stem.endsWith(u'*'))
        stem.chop(1);
    static const QHash<QString, QString> kBrackets{
        {QStringLiteral("pmatrix"), QStringLiteral("()")}, {QStringLiteral("bmatrix"), QStringLiteral("[]")},
        {QStringLiteral("vmatrix"), QStringLiteral("||")}, {QStringLiteral("Bmatrix"), QStringLiteral("{}")},
        {QStringLiteral("Vmatrix"), QStringLiteral("‖‖")}, {QStringLiteral("matrix"), QString()},
        {QStringLiteral("smallmatrix"), QString()},        {QStringLiteral("array"), QString()},
        {QStringLiteral("cases"), QStringLiteral("{ ")},
    };
    const auto brackets = kBrackets.constFind(stem);
    if (brackets == kBrackets.constEnd())
        return displayedLines(name, stem);
    QString alignment = stem == QLatin1String("cases") ? QStringLiteral("ll") : QString();
    if (stem == QLatin1String("array")) {
        for (const QChar column : raw()) {
            if (column == u'l' || column == u'c' || column == u'r')
                alignment += column;
        }
    }
    MathNode inside = table(cells(name), alignment, 0);
    if (brackets->isEmpty())
        return inside;
    std::vector<MathNode> fenced;
    fenced.push_back(std::move(inside));
    MathNode out = made(MathNode::kFenced, std::move(fenced));
    out.open = brackets->left(1);
    out.close = brackets->mid(1).trimmed();
    return out;
}

MathNode LatexParser::displayedLines(const QString &name, const QString &stem)
{
    static const QStringList kAligned{QStringLiteral("aligned"), QStringLiteral("align"),    QStringLiteral("split"),
                                      QStringLiteral("alignat"), QStringLiteral("eqnarray"), QStringLiteral("alignedat")};
    static const QStringList kCentred{QStringLiteral("equation"), QStringLiteral("gather"), QStringLiteral("gathered"),
                                      QStringLiteral("multline"), QStringLiteral("displaymath")};
    if (kCentred.contains(stem))
        return table(cells(name), QStringLiteral("c"), 1);
    if (!kAligned.contains(stem))
        throw LatexFailure();
    if (stem.startsWith(QLatin1String("alignat")) || stem == QLatin1String("alignedat"))
        raw();
    return table(cells(name), QStringLiteral("rlrlrlrlrlrl"), 1);
}

} // namespace conclave::ui
