#include "ui/math/latex_symbols.h"

#include <QHash>
#include <QStringList>

namespace conclave::ui
{
namespace
{

struct Row
{
    const char *name;
    char16_t character;
};

constexpr Row kItalic[] = {
    {"alpha", 0x3B1},   {"beta", 0x3B2}, {"gamma", 0x3B3},  {"delta", 0x3B4},    {"epsilon", 0x3F5},  {"varepsilon", 0x3B5},
    {"zeta", 0x3B6},    {"eta", 0x3B7},  {"theta", 0x3B8},  {"vartheta", 0x3D1}, {"iota", 0x3B9},     {"kappa", 0x3BA},
    {"lambda", 0x3BB},  {"mu", 0x3BC},   {"nu", 0x3BD},     {"xi", 0x3BE},       {"omicron", 0x3BF},  {"pi", 0x3C0},
    {"varpi", 0x3D6},   {"rho", 0x3C1},  {"varrho", 0x3F1}, {"sigma", 0x3C3},    {"varsigma", 0x3C2}, {"tau", 0x3C4},
    {"upsilon", 0x3C5}, {"phi", 0x3D5},  {"varphi", 0x3C6}, {"chi", 0x3C7},      {"psi", 0x3C8},      {"omega", 0x3C9},
};

constexpr Row kOrdinary[] = {
    {"Gamma", 0x393},
    {"Delta", 0x394},
    {"Theta", 0x398},
    {"Lambda", 0x39B},
    {"Xi", 0x39E},
    {"Pi", 0x3A0},
    {"Sigma", 0x3A3},
    {"Upsilon", 0x3A5},
    {"Phi", 0x3A6},
    {"Psi", 0x3A8},
    {"Omega", 0x3A9},
    {"infty", 0x221E},
    {"partial", 0x2202},
    {"nabla", 0x2207},
    {"forall", 0x2200},
    {"exists", 0x2203},
    {"nexists", 0x2204},
    {"emptyset", 0x2205},
    {"varnothing", 0x2205},
    {"neg", 0xAC},
    {"lnot", 0xAC},
    {"top", 0x22A4},
    {"bot", 0x22A5},
    {"angle", 0x2220},
    {"triangle", 0x25B3},
    {"hbar", 0x210F},
    {"ell", 0x2113},
    {"Re", 0x211C},
    {"Im", 0x2111},
    {"aleph", 0x2135},
    {"wp", 0x2118},
    {"imath", 0x131},
    {"jmath", 0x237},
    {"prime", 0x2032},
    {"ldots", 0x2026},
    {"dots", 0x2026},
    {"cdots", 0x22EF},
    {"vdots", 0x22EE},
    {"ddots", 0x22F1},
    {"dotsc", 0x2026},
    {"dotsb", 0x22EF},
    {"degree", 0xB0},
    {"square", 0x25A1},
    {"Box", 0x25A1},
    {"blacksquare", 0x25A0},
    {"checkmark", 0x2713},
    {"S", 0xA7},
    {"dagger", 0x2020},
    {"%", u'%'},
    {"$", u'$'},
    {"#", u'#'},
    {"&", u'&'},
    {"_", u'_'},
    {"backslash", u'\\'},
    {"pounds", 0xA3},
    {"euro", 0x20AC},
    {"colon", u':'},
    {"lbrack", u'['},
    {"rbrack", u']'},
    {"star", 0x22C6},
};

constexpr Row kBinary[] = {
    {"pm", 0xB1},         {"mp", 0x2213},     {"times", 0xD7},   {"div", 0xF7},      {"cdot", 0x22C5},    {"ast", 0x2217},
    {"circ", 0x2218},     {"bullet", 0x2219}, {"oplus", 0x2295}, {"ominus", 0x2296}, {"otimes", 0x2297},  {"odot", 0x2299},
    {"wedge", 0x2227},    {"land", 0x2227},   {"vee", 0x2228},   {"lor", 0x2228},    {"cap", 0x2229},     {"cup", 0x222A},
    {"setminus", 0x2216}, {"uplus", 0x228E},  {"sqcup", 0x2294}, {"sqcap", 0x2293},  {"diamond", 0x22C4},
};

constexpr Row kRelation[] = {
    {"le", 0x2264},
    {"leq", 0x2264},
    {"ge", 0x2265},
    {"geq", 0x2265},
    {"ne", 0x2260},
    {"neq", 0x2260},
    {"ll", 0x226A},
    {"gg", 0x226B},
    {"approx", 0x2248},
    {"equiv", 0x2261},
    {"sim", 0x223C},
    {"simeq", 0x2243},
    {"cong", 0x2245},
    {"propto", 0x221D},
    {"in", 0x2208},
    {"notin", 0x2209},
    {"ni", 0x220B},
    {"subset", 0x2282},
    {"subseteq", 0x2286},
    {"supset", 0x2283},
    {"supseteq", 0x2287},
    {"subsetneq", 0x228A},
    {"to", 0x2192},
    {"rightarrow", 0x2192},
    {"leftarrow", 0x2190},
    {"gets", 0x2190},
    {"leftrightarrow", 0x2194},
    {"Rightarrow", 0x21D2},
    {"Leftarrow", 0x21D0},
    {"Leftrightarrow", 0x21D4},
    {"implies", 0x27F9},
    {"impliedby", 0x27F8},
    {"iff", 0x27FA},
    {"mapsto", 0x21A6},
    {"longrightarrow", 0x27F6},
    {"longleftarrow", 0x27F5},
    {"longmapsto", 0x27FC},
    {"uparrow", 0x2191},
    {"downarrow", 0x2193},
    {"hookrightarrow", 0x21AA},
    {"perp", 0x22A5},
    {"parallel", 0x2225},
    {"mid", 0x2223},
    {"nmid", 0x2224},
    {"vdash", 0x22A2},
    {"models", 0x22A8},
    {"prec", 0x227A},
    {"succ", 0x227B},
    {"preceq", 0x2AAF},
    {"succeq", 0x2AB0},
    {"doteq", 0x2250},
    {"triangleq", 0x225C},
    {"coloneqq", 0x2254},
    {"lesssim", 0x2272},
    {"gtrsim", 0x2273},
    {"rightleftharpoons", 0x21CC},
    {"leqslant", 0x2A7D},
    {"geqslant", 0x2A7E},
    {"nearrow", 0x2197},
    {"searrow", 0x2198},
    {"lt", u'<'},
    {"gt", u'>'},
};

constexpr Row kLarge[] = {
    {"sum", 0x2211},    {"prod", 0x220F},     {"coprod", 0x2210},   {"bigcup", 0x22C3},    {"bigcap", 0x22C2},
    {"bigvee", 0x22C1}, {"bigwedge", 0x22C0}, {"bigoplus", 0x2A01}, {"bigotimes", 0x2A02}, {"bigsqcup", 0x2A06},
};

constexpr Row kIntegral[] = {
    {"int", 0x222B},
    {"iint", 0x222C},
    {"iiint", 0x222D},
    {"oint", 0x222E},
};

constexpr Row kOpening[] = {
    {"langle", 0x27E8}, {"lfloor", 0x230A}, {"lceil", 0x2308}, {"lvert", u'|'}, {"lVert", 0x2016}, {"{", u'{'}, {"lbrace", u'{'},
};

constexpr Row kClosing[] = {
    {"rangle", 0x27E9}, {"rfloor", 0x230B}, {"rceil", 0x2309}, {"rvert", u'|'}, {"rVert", 0x2016}, {"}", u'}'}, {"rbrace", u'}'},
};

constexpr Row kBars[] = {{"|", 0x2016}, {"Vert", 0x2016}, {"vert", u'|'}};

template <std::size_t Size>
void add(QHash<QString, MathSymbol> &out, const Row (&rows)[Size], const MathSymbol &like)
{
    for (const Row &row : rows) {
        MathSymbol symbol = like;
        symbol.text = QChar(row.character);
        out.insert(QString::fromLatin1(row.name), symbol);
    }
}

QHash<QString, MathSymbol> allSymbols()
{
    QHash<QString, MathSymbol> out;
    add(out, kItalic, {{}, MathClass::kOrdinary, true});
    add(out, kOrdinary, {{}, MathClass::kOrdinary});
    add(out, kBinary, {{}, MathClass::kBinary});
    add(out, kRelation, {{}, MathClass::kRelation});
    add(out, kLarge, {{}, MathClass::kOperator, false, true, true});
    add(out, kIntegral, {{}, MathClass::kOperator, false, false, true});
    add(out, kOpening, {{}, MathClass::kOpening});
    add(out, kClosing, {{}, MathClass::kClosing});
    add(out, kBars, {{}, MathClass::kOrdinary});
    return out;
}

constexpr char32_t kDoubleStruck = 0x1D538;
constexpr char32_t kScript = 0x1D49C;
constexpr char32_t kFraktur = 0x1D504;

/// Letters that Unicode had before it had the alphabets.
char32_t earlier(char32_t base, QChar letter)
{
    static const QHash<QChar, char32_t> kBb{{u'C', 0x2102}, {u'H', 0x210D}, {u'N', 0x2115}, {u'P', 0x2119},
                                            {u'Q', 0x211A}, {u'R', 0x211D}, {u'Z', 0x2124}};
    static const QHash<QChar, char32_t> kCal{{u'B', 0x212C}, {u'E', 0x2130}, {u'F', 0x2131}, {u'H', 0x210B},
                                             {u'I', 0x2110}, {u'L', 0x2112}, {u'M', 0x2133}, {u'R', 0x211B}};
    static const QHash<QChar, char32_t> kFrak{{u'C', 0x212D}, {u'H', 0x210C}, {u'I', 0x2111}, {u'R', 0x211C}, {u'Z', 0x2128}};
    return (base == kDoubleStruck ? kBb : base == kScript ? kCal : kFrak).value(letter, 0);
}

} // namespace

std::optional<MathSymbol> symbolOf(QStringView name)
{
    static const QHash<QString, MathSymbol> kAll = allSymbols();
    const auto found = kAll.constFind(name.toString());
    if (found == kAll.constEnd())
        return std::nullopt;
    return *found;
}

MathSymbol symbolOf(QChar character)
{
    MathSymbol out{QString(character)};
    switch (character.unicode()) {
    case u'-':
        return {QString(QChar(0x2212)), MathClass::kBinary};
    case u'*':
        return {QString(QChar(0x2217)), MathClass::kBinary};
    case u'+':
        out.kind = MathClass::kBinary;
        break;
    case u'=':
    case u'<':
    case u'>':
    case u':':
        out.kind = MathClass::kRelation;
        break;
    case u'(':
    case u'[':
        out.kind = MathClass::kOpening;
        break;
    case u')':
    case u']':
    case u'!':
        out.kind = MathClass::kClosing;
        break;
    case u',':
    case u';':
        out.kind = MathClass::kPunctuation;
        break;
    default:
        out.italic = character.isLetter() && character.script() != QChar::Script_Han;
    }
    return out;
}

std::optional<MathSymbol> functionOf(QStringView name)
{
    static const QStringList kPlain{
        QStringLiteral("sin"),  QStringLiteral("cos"),    QStringLiteral("tan"),    QStringLiteral("cot"),    QStringLiteral("sec"),
        QStringLiteral("csc"),  QStringLiteral("arcsin"), QStringLiteral("arccos"), QStringLiteral("arctan"), QStringLiteral("sinh"),
        QStringLiteral("cosh"), QStringLiteral("tanh"),   QStringLiteral("coth"),   QStringLiteral("log"),    QStringLiteral("ln"),
        QStringLiteral("lg"),   QStringLiteral("exp"),    QStringLiteral("deg"),    QStringLiteral("dim"),    QStringLiteral("ker"),
        QStringLiteral("hom"),  QStringLiteral("arg"),
    };
    static const QStringList kWithLimits{
        QStringLiteral("lim"), QStringLiteral("max"),    QStringLiteral("min"),    QStringLiteral("sup"), QStringLiteral("inf"),
        QStringLiteral("det"), QStringLiteral("limsup"), QStringLiteral("liminf"), QStringLiteral("gcd"), QStringLiteral("Pr"),
    };
    const QString word = name.toString();
    if (kPlain.contains(word))
        return MathSymbol{word, MathClass::kOperator};
    if (kWithLimits.contains(word))
        return MathSymbol{word, MathClass::kOperator, false, true};
    return std::nullopt;
}

QString alphabet(QStringView command, const QString &text)
{
    const char32_t base = command == QLatin1String("mathbb") ? kDoubleStruck : command == QLatin1String("mathfrak") ? kFraktur : kScript;
    QString out;
    for (const QChar letter : text) {
        const bool upper = letter >= u'A' && letter <= u'Z';
        const bool lower = letter >= u'a' && letter <= u'z';
        const char32_t known = earlier(base, letter);
        const char32_t shifted = base + (upper ? letter.unicode() - u'A' : 26 + letter.unicode() - u'a');
        const char32_t character = known ? known : upper || (lower && base != kScript) ? shifted : letter.unicode();
        out += QString::fromUcs4(&character, 1);
    }
    return out;
}

} // namespace conclave::ui
