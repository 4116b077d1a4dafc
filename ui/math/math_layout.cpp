#include "ui/math/math_layout.h"

#include <QFontDatabase>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace conclave::ui
{
namespace
{

constexpr double kScriptScale = 0.72;
constexpr double kSmallest = 0.5; // of scripts of scripts
constexpr double kAxis = 0.26;    // height of the middle of a fraction above the baseline, in ems
constexpr double kRule = 0.05;    // thickness of lines, in ems

const QString &family()
{
    static const QString kFamily = [] {
        const QStringList known = QFontDatabase::families();
        for (const char *name :
             {"STIX Two Text", "Latin Modern Roman", "Cambria", "TeX Gyre Termes", "Times New Roman", "Liberation Serif", "DejaVu Serif"}) {
            if (known.contains(QString::fromLatin1(name)))
                return QString::fromLatin1(name);
        }
        return QStringLiteral("serif");
    }();
    return kFamily;
}

struct Style
{
    double size = 14; ///< pixels of an em
    double scale = 1; ///< against the outermost
    bool display = false;

    Style script() const
    {
        Style out = *this;
        out.scale = std::max(kSmallest, scale * kScriptScale);
        out.size = size * out.scale / scale;
        out.display = false;
        return out;
    }
    Style text() const
    {
        Style out = *this;
        out.display = false;
        return out;
    }
    bool isScript() const { return scale < 1; }
    double axis() const { return kAxis * size; }
    double rule() const { return std::max(1.0, kRule * size); }
};

QFont fontFor(const Style &style, bool italic, bool bold, double factor = 1)
{
    QFont font(family());
    font.setPixelSize(std::max(1, int(std::lround(style.size * factor))));
    font.setItalic(italic);
    font.setBold(bold);
    return font;
}

MathBox glyphs(const QString &text, const QFont &font)
{
    const QFontMetricsF metrics(font);
    const QRectF ink = metrics.tightBoundingRect(text);
    MathBox box;
    box.putText(text, font, {});
    box.width = metrics.horizontalAdvance(text);
    box.ascent = std::max(0.0, -ink.top());
    box.descent = std::max(0.0, ink.bottom());
    if (font.italic()) // slanted letters lean over what follows
        box.width = std::max(box.width, ink.right() + 0.5);
    return box;
}

MathBox layOut(const MathNode &node, const Style &style);

MathBox centredOnAxis(const MathBox &box, const Style &style)
{
    MathBox out;
    out.put(box, {0, (box.ascent - box.descent) / 2 - style.axis()});
    out.width = box.width;
    return out;
}

/// A bracket stretched to reach `half` above and below the axis.
MathBox bracket(const QString &character, double half, const Style &style)
{
    MathBox out;
    if (character.isEmpty())
        return out;
    const QFont font = fontFor(style, false, false);
    const MathBox plain = glyphs(character, font);
    if (plain.height() >= 2 * half * 0.95)
        return centredOnAxis(plain, style);
    if (character == QLatin1String("|") || character == QLatin1String("‖")) {
        const double gap = character == QLatin1String("|") ? 0 : 0.2 * style.size;
        const double x = 0.12 * style.size;
        out.putRule({x, -style.axis() - half, style.rule(), 2 * half});
        if (gap > 0)
            out.putRule({x + gap, -style.axis() - half, style.rule(), 2 * half});
        out.width = 2 * x + gap + style.rule();
        return out;
    }
    QPainterPath path;
    path.addText({}, font, character);
    const QRectF ink = path.boundingRect();
    if (ink.height() <= 0)
        return centredOnAxis(plain, style);
    QTransform stretch;
    const double wider = std::min(1.5, std::sqrt(2 * half / ink.height()));
    stretch.translate(0, -style.axis());
    stretch.scale(std::min(wider, 1.25), 2 * half / ink.height());
    stretch.translate(0, -ink.center().y());
    out.putPath(stretch.map(path), 0);
    out.width = plain.width * std::min(wider, 1.25);
    return out;
}

MathBox symbolBox(const MathNode &node, const Style &style)
{
    const MathSymbol &symbol = node.symbol;
    if (!symbol.large)
        return glyphs(symbol.text, fontFor(style, symbol.italic, node.bold));
    const bool integral = !symbol.limits;
    const double factor = style.display ? (integral ? 1.9 : 1.5) : 1.15;
    return centredOnAxis(glyphs(symbol.text, fontFor(style, false, false, factor)), style);
}

MathClass classOf(const MathNode &node)
{
    switch (node.type) {
    case MathNode::kSymbol:
        return node.symbol.kind;
    case MathNode::kScripts:
    case MathNode::kStacked:
        return node.children.empty() ? MathClass::kOrdinary : classOf(node.children[0]);
    case MathNode::kRow:
        return node.children.size() == 1 ? classOf(node.children[0]) : MathClass::kOrdinary;
    case MathNode::kFenced:
        return node.children.empty() ? node.symbol.kind : MathClass::kOrdinary;
    default:
        return MathClass::kOrdinary;
    }
}

/// TeX's table of distances, in ems.
double between(MathClass left, MathClass right, const Style &style)
{
    using enum MathClass;
    if (left == kPunctuation)
        return style.isScript() ? 0 : 0.167;
    if (left == kOperator || right == kOperator)
        return left == kOpening || right == kClosing || right == kPunctuation || (left == kOperator && right == kOpening) ? 0 : 0.167;
    if (style.isScript())
        return 0;
    if (left == kRelation || right == kRelation)
        return left == right || left == kOpening || right == kClosing || right == kPunctuation ? 0 : 0.278;
    if (left == kBinary || right == kBinary)
        return 0.222;
    return 0;
}

MathBox rowBox(const MathNode &row, const Style &style)
{
    MathBox out;
    bool first = true;
    MathClass before = MathClass::kOpening;
    for (std::size_t i = 0; i < row.children.size(); ++i) {
        const MathNode &child = row.children[i];
        if (child.type == MathNode::kSpace) {
            out.width += child.number * style.size;
            continue;
        }
        MathClass kind = classOf(child);
        const bool last = i + 1 == row.children.size();
        const bool nothingBefore = first || before == MathClass::kBinary || before == MathClass::kRelation ||
                                   before == MathClass::kOpening || before == MathClass::kPunctuation || before == MathClass::kOperator;
        if (kind == MathClass::kBinary && (nothingBefore || last)) // a sign, not an operation
            kind = MathClass::kOrdinary;
        if (!first)
            out.width += between(before, kind, style) * style.size;
        const MathBox box = layOut(child, style);
        const double at = out.width;
        out.put(box, {at, 0});
        out.width = at + box.width;
        before = kind;
        first = false;
    }
    return out;
}

MathBox fractionBox(const MathNode &node, const Style &style)
{
    Style inner = style.display ? style.text() : style.script();
    const MathBox above = layOut(node.children[0], inner);
    const MathBox below = layOut(node.children[1], inner);
    const double padding = 0.1 * style.size;
    const double gap = (style.display ? 0.22 : 0.12) * style.size;
    const double line = node.number > 0 ? style.rule() : 0;
    MathBox out;
    const double width = std::max(above.width, below.width) + 2 * padding;
    out.put(above, {(width - above.width) / 2, -style.axis() - line / 2 - gap - above.descent});
    out.put(below, {(width - below.width) / 2, -style.axis() + line / 2 + gap + below.ascent});
    if (line > 0)
        out.putRule({0, -style.axis() - line / 2, width, line});
    out.width = width;
    return out;
}

MathBox rootBox(const MathNode &node, const Style &style)
{
    const MathBox inside = layOut(node.children[0], style);
    const double line = style.rule();
    const double gap = 0.12 * style.size;
    const double top = -std::max(inside.ascent, 0.55 * style.size) - gap;
    const double bottom = std::max(inside.descent, 0.05 * style.size) + 0.05 * style.size;
    const double sign = 0.55 * style.size;
    MathBox out;
    double left = 0;
    if (node.children.size() > 1 && !node.children[1].children.empty()) {
        const MathBox degree = layOut(node.children[1], style.script().script());
        left = std::max(0.0, degree.width - 0.28 * style.size);
        out.put(degree, {left + 0.28 * style.size - degree.width, (top + bottom) / 2 - 0.1 * style.size});
    }
    QPainterPath path;
    path.moveTo(left + 0.06 * style.size, (top + bottom) / 2 + 0.06 * style.size);
    path.lineTo(left + 0.17 * style.size, (top + bottom) / 2);
    path.lineTo(left + 0.32 * style.size, bottom);
    path.lineTo(left + sign, top - line / 2);
    path.lineTo(left + sign + inside.width + 0.08 * style.size, top - line / 2);
    out.putPath(path, line);
    out.put(inside, {left + sign + 0.02 * style.size, 0});
    out.width = left + sign + inside.width + 0.12 * style.size;
    return out;
}

/// Scripts above and below: sums in displayed formulas, limits, braces.
MathBox stacked(const MathBox &base, const MathBox &above, const MathBox &below, const Style &style)
{
    const double gap = 0.14 * style.size;
    const double width = std::max({base.width, above.width, below.width});
    MathBox out;
    out.put(base, {(width - base.width) / 2, 0});
    if (above.width > 0)
        out.put(above, {(width - above.width) / 2, -base.ascent - gap - above.descent});
    if (below.width > 0)
        out.put(below, {(width - below.width) / 2, base.descent + gap + below.ascent});
    out.width = width;
    return out;
}

bool hasLimits(const MathNode &base, const Style &style)
{
    if (base.type == MathNode::kAccent)
        return base.symbol.limits;
    return base.type == MathNode::kSymbol && base.symbol.limits && style.display;
}

MathBox scriptsBox(const MathNode &node, const Style &style)
{
    const MathNode &base = node.children[0];
    const MathBox body = layOut(base, style);
    const MathBox below = layOut(node.children[1], style.script());
    const MathBox above = layOut(node.children[2], style.script());
    if (hasLimits(base, style))
        return stacked(body, above, below, style);
    const bool tall = base.type != MathNode::kSymbol || base.symbol.large;
    double up = above.width > 0 ? std::max(0.4 * style.size, tall ? body.ascent - 0.32 * style.size : 0.0) : 0;
    double down = below.width > 0 ? std::max(0.18 * style.size, tall ? body.descent + 0.12 * style.size : 0.0) : 0;
    if (above.width > 0)
        up = std::max(up, above.descent + 0.25 * style.size);
    if (below.width > 0)
        down = std::max(down, below.ascent - 0.36 * style.size);
    if (above.width > 0 && below.width > 0) {
        const double clearance = (up - above.descent) - (below.ascent - down) - 0.12 * style.size;
        if (clearance < 0)
            down -= clearance;
    }
    MathBox out;
    out.put(body, {});
    const double right = body.width + 0.03 * style.size;
    const bool integral = base.type == MathNode::kSymbol && base.symbol.large && !base.symbol.limits;
    if (above.width > 0)
        out.put(above, {right, -up});
    if (below.width > 0)
        out.put(below, {integral ? right - 0.25 * style.size : right, down});
    out.width = right + std::max(above.width, below.width) + 0.04 * style.size;
    return out;
}

MathBox fencedBox(const MathNode &node, const Style &style)
{
    if (node.children.empty()) { // \big( and its like
        MathBox out = bracket(node.open, node.number * style.size / 2, style);
        return out;
    }
    const MathBox inside = layOut(node.children[0], style);
    const double half = std::max({inside.ascent - style.axis(), inside.descent + style.axis(), 0.42 * style.size}) + 0.04 * style.size;
    const MathBox open = bracket(node.open, half, style);
    const MathBox close = bracket(node.close, half, style);
    MathBox out;
    out.put(open, {});
    out.put(inside, {open.width + 0.03 * style.size, 0});
    out.put(close, {open.width + inside.width + 0.06 * style.size, 0});
    out.width = open.width + inside.width + close.width + 0.06 * style.size;
    return out;
}

MathBox tableBox(const MathNode &node, const Style &style)
{
    Style inner = style;
    inner.display = node.number > 0;
    const double columnGap = (node.number > 0 ? 0.0 : 0.9) * style.size;
    const double rowGap = (node.number > 0 ? 0.45 : 0.3) * style.size;
    std::vector<std::vector<MathBox>> boxes;
    std::vector<double> widths;
    for (const auto &row : node.rows) {
        boxes.emplace_back();
        for (std::size_t column = 0; column < row.size(); ++column) {
            boxes.back().push_back(layOut(row[column], inner));
            if (widths.size() <= column)
                widths.push_back(0);
            widths[column] = std::max(widths[column], boxes.back().back().width);
        }
    }
    MathBox lines;
    double y = 0;
    for (const auto &row : boxes) {
        double ascent = 0.7 * style.size;
        double descent = 0.25 * style.size;
        for (const MathBox &cell : row) {
            ascent = std::max(ascent, cell.ascent);
            descent = std::max(descent, cell.descent);
        }
        y += ascent + (y > 0 ? rowGap : 0);
        double x = 0;
        for (std::size_t column = 0; column < row.size(); ++column) {
            const QChar align = qsizetype(column) < node.alignment.size() ? node.alignment[qsizetype(column)] : QChar(u'c');
            const double room = widths[column] - row[column].width;
            // Aligned lines meet at their relation sign, which keeps its distance.
            const double lead = node.number > 0 && align == u'l' && column > 0 ? 0.278 * style.size : 0;
            lines.put(row[column], {x + lead + (align == u'l' ? 0 : align == u'r' ? room : room / 2), y});
            x += widths[column] + columnGap + lead;
        }
        lines.width = std::max(lines.width, x - (x > 0 ? columnGap : 0));
        y += descent;
    }
    lines.ascent = std::max(0.0, lines.ascent);
    lines.descent = std::max(lines.descent, y);
    return centredOnAxis(lines, style);
}

MathBox braceBox(double width, const Style &style, bool under)
{
    const double high = 0.24 * style.size;
    QPainterPath path;
    const double middle = width / 2;
    const double sign = under ? 1 : -1;
    path.moveTo(0, 0);
    path.quadTo(0.02 * width, sign * high / 2, std::min(0.12 * width, high), sign * high / 2);
    path.lineTo(middle - high / 2, sign * high / 2);
    path.quadTo(middle, sign * high / 2, middle, sign * high);
    path.quadTo(middle, sign * high / 2, middle + high / 2, sign * high / 2);
    path.lineTo(width - std::min(0.12 * width, high), sign * high / 2);
    path.quadTo(0.98 * width, sign * high / 2, width, 0);
    MathBox out;
    out.putPath(path, style.rule());
    out.width = width;
    return out;
}

MathBox accentBox(const MathNode &node, const Style &style)
{
    const MathBox inside = layOut(node.children[0], style);
    const QString &mark = node.symbol.text;
    const double gap = 0.1 * style.size;
    MathBox out;
    out.put(inside, {});
    out.width = inside.width;
    if (mark == QLatin1String("over"))
        out.putRule({0, -inside.ascent - gap - style.rule(), inside.width, style.rule()});
    else if (mark == QLatin1String("under"))
        out.putRule({0, inside.descent + gap, inside.width, style.rule()});
    else if (mark == QLatin1String("brace"))
        out.put(braceBox(inside.width, style, false), {0, -inside.ascent - gap / 2});
    else if (mark == QLatin1String("underbrace"))
        out.put(braceBox(inside.width, style, true), {0, inside.descent + gap / 2});
    else if (mark == QLatin1String("→")) {
        const double y = -inside.ascent - 1.6 * gap;
        const double head = 0.14 * style.size;
        const double width = std::max(inside.width, 0.4 * style.size);
        QPainterPath path;
        path.moveTo(0, y);
        path.lineTo(width, y);
        path.moveTo(width - head, y - head * 0.7);
        path.lineTo(width, y);
        path.lineTo(width - head, y + head * 0.7);
        out.putPath(path, style.rule());
    } else {
        const MathBox accent = glyphs(mark, fontFor(style, false, false));
        // An accent's ink hangs high above the baseline of its own glyph.
        const QRectF ink = QFontMetricsF(fontFor(style, false, false)).tightBoundingRect(mark);
        out.put(accent, {(inside.width - ink.width()) / 2 - ink.left() + 0.06 * style.size, -inside.ascent - gap - ink.bottom()});
    }
    out.width = std::max(out.width, inside.width);
    return out;
}

MathBox layOut(const MathNode &node, const Style &style)
{
    switch (node.type) {
    case MathNode::kRow:
        return rowBox(node, style);
    case MathNode::kSymbol:
        return symbolBox(node, style);
    case MathNode::kText:
        return glyphs(node.symbol.text, fontFor(style, node.symbol.italic, node.bold));
    case MathNode::kSpace: {
        MathBox out;
        out.width = node.number * style.size;
        return out;
    }
    case MathNode::kFraction:
        return fractionBox(node, style);
    case MathNode::kRoot:
        return rootBox(node, style);
    case MathNode::kScripts:
        return scriptsBox(node, style);
    case MathNode::kFenced:
        return fencedBox(node, style);
    case MathNode::kTable:
        return tableBox(node, style);
    case MathNode::kAccent:
        return accentBox(node, style);
    case MathNode::kStacked:
        return stacked(layOut(node.children[0], style), layOut(node.children[1], style.script()), layOut(node.children[2], style.script()),
                       style);
    case MathNode::kStyled: {
        Style inner = style;
        inner.display = node.number > 0;
        return node.children.empty() ? MathBox() : layOut(node.children[0], inner);
    }
    }
    return {};
}

} // namespace

void MathBox::put(const MathBox &other, QPointF at)
{
    for (const Text &text : other.m_texts)
        m_texts.push_back({text.text, text.font, text.at + at});
    for (const QRectF &rule : other.m_rules)
        m_rules.push_back(rule.translated(at));
    for (const Path &path : other.m_paths)
        m_paths.push_back({path.path.translated(at), path.penWidth});
    ascent = std::max(ascent, other.ascent - at.y());
    descent = std::max(descent, other.descent + at.y());
    width = std::max(width, at.x() + other.width);
}

void MathBox::putText(const QString &text, const QFont &font, QPointF at)
{
    m_texts.push_back({text, font, at});
}

void MathBox::putRule(const QRectF &rule)
{
    m_rules.push_back(rule);
    ascent = std::max(ascent, -rule.top());
    descent = std::max(descent, rule.bottom());
    width = std::max(width, rule.right());
}

void MathBox::putPath(const QPainterPath &path, double penWidth)
{
    m_paths.push_back({path, penWidth});
    const QRectF ink = path.boundingRect();
    ascent = std::max(ascent, -ink.top() + penWidth / 2);
    descent = std::max(descent, ink.bottom() + penWidth / 2);
    width = std::max(width, ink.right());
}

void MathBox::paint(QPainter &painter, QPointF at) const
{
    painter.save();
    painter.translate(at);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor ink = painter.pen().color();
    for (const Text &text : m_texts) {
        painter.setFont(text.font);
        painter.drawText(text.at, text.text);
    }
    for (const QRectF &rule : m_rules)
        painter.fillRect(rule, ink);
    for (const Path &path : m_paths) {
        if (path.penWidth > 0)
            painter.strokePath(path.path, QPen(ink, path.penWidth, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        else
            painter.fillPath(path.path, ink);
    }
    painter.restore();
}

MathBox layOutMath(const MathNode &formula, double pixelSize, bool display)
{
    return layOut(formula, {pixelSize * 1.08, 1, display}); // serif letters look smaller than the sans-serif ones around them
}

} // namespace conclave::ui
