#include "ui/markdown/markdown_builder.h"

#include "ui/markdown/formula_object.h"
#include "ui/math/formula_item.h"
#include "ui/math/math_layout.h"

#include <QAbstractTextDocumentLayout>
#include <QFontMetricsF>
#include <QTextDocument>
#include <QTextTable>
#include <QUrl>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace conclave::ui
{

using app::MarkdownNode;

namespace
{

constexpr std::array<double, 6> kHeadingSizes{1.5, 1.3, 1.15, 1.05, 1, 1};
constexpr int kMostColumns = 40;

bool isInline(const MarkdownNode &node)
{
    return node.type >= MarkdownNode::kText;
}

class Builder
{
public:
    Builder(QTextDocument &document, const MarkdownLook &look) : m_document(document), m_look(look), m_cursor(&document) {}

    BuiltMarkdown build(const MarkdownNode &tree)
    {
        m_document.clear();
        m_document.setDocumentMargin(0);
        registerFormulas();
        m_cursor.beginEditBlock();
        blocks(tree.children, {});
        closeLast();
        m_cursor.endEditBlock();
        return std::move(m_out);
    }

private:
    struct Around
    {
        int left = 0; ///< pixels
        int quotes = 0;
        bool tight = false;
    };

    void registerFormulas()
    {
        QAbstractTextDocumentLayout *layout = m_document.documentLayout();
        if (!layout->handlerForObject(FormulaObject::kType))
            layout->registerHandler(FormulaObject::kType, new FormulaObject(layout));
    }

    /// The last block needs no distance to what is not there.
    void closeLast()
    {
        QTextCursor last(&m_document);
        last.movePosition(QTextCursor::End);
        QTextBlockFormat format = last.blockFormat();
        format.setBottomMargin(0);
        last.setBlockFormat(format);
    }

    QTextCharFormat plain(const Around &around) const
    {
        QTextCharFormat format;
        if (around.quotes > 0)
            format.setForeground(m_look.quiet);
        return format;
    }

    QTextBlockFormat blockFormat(const Around &around, int bottom) const
    {
        QTextBlockFormat format;
        format.setLeftMargin(around.left);
        format.setTopMargin(0);
        format.setBottomMargin(bottom);
        return format;
    }

    void begin(const QTextBlockFormat &format, const QTextCharFormat &characters)
    {
        if (m_first) {
            m_cursor.setBlockFormat(format);
            m_cursor.setBlockCharFormat(characters);
            m_first = false;
        } else {
            m_cursor.insertBlock(format, characters);
        }
        m_cursor.setCharFormat(characters);
    }

    /// Blocks, and what stands between them without a paragraph (the text of a tight list).
    void blocks(std::span<const MarkdownNode> nodes, const Around &around)
    {
        for (std::size_t i = 0; i < nodes.size();) {
            if (!isInline(nodes[i])) {
                block(nodes[i++], around);
                continue;
            }
            begin(blockFormat(around, around.tight ? m_look.spacing / 2 : m_look.spacing), plain(around));
            while (i < nodes.size() && isInline(nodes[i]))
                word(nodes[i++], plain(around));
        }
    }

    void block(const MarkdownNode &node, const Around &around)
    {
        switch (node.type) {
        case MarkdownNode::kHeading:
            return heading(node, around);
        case MarkdownNode::kQuote:
            return quote(node, around);
        case MarkdownNode::kBullets:
        case MarkdownNode::kNumbers:
            return list(node, around);
        case MarkdownNode::kCodeBlock:
            return code(node, around);
        case MarkdownNode::kRule:
            begin(blockFormat(around, m_look.spacing), plain(around));
            m_out.rules.append(m_cursor.block().blockNumber());
            return;
        case MarkdownNode::kTable:
            return table(node, around);
        default:
            begin(blockFormat(around, around.tight ? m_look.spacing / 2 : m_look.spacing), plain(around));
            words(node, plain(around));
        }
    }

    void heading(const MarkdownNode &node, const Around &around)
    {
        QTextCharFormat characters = plain(around);
        const double size = kHeadingSizes[std::size_t(std::clamp(node.number, 1, 6) - 1)];
        characters.setProperty(QTextFormat::FontPixelSize, int(std::lround(m_look.pixelSize * size)));
        characters.setFontWeight(QFont::DemiBold);
        QTextBlockFormat format = blockFormat(around, m_look.spacing / 2 + 2);
        format.setTopMargin(m_first ? 0 : m_look.spacing);
        format.setHeadingLevel(node.number);
        begin(format, characters);
        words(node, characters);
    }

    void quote(const MarkdownNode &node, const Around &around)
    {
        Around inside = around;
        inside.left += 2 * m_look.spacing;
        ++inside.quotes;
        const int first = m_first ? 0 : m_cursor.block().blockNumber() + 1;
        blocks(node.children, inside);
        if (!m_first && m_cursor.block().blockNumber() >= first)
            m_out.quotes.append({first, m_cursor.block().blockNumber(), around.left});
    }

    void list(const MarkdownNode &node, const Around &around)
    {
        const bool numbered = node.type == MarkdownNode::kNumbers;
        const QFontMetricsF metrics(font());
        const int last = node.number + int(node.children.size()) - 1;
        const QString widest = numbered ? QString::number(last) + QLatin1String(".") : QStringLiteral("•");
        const int hang = int(std::ceil(metrics.horizontalAdvance(widest))) + m_look.spacing;
        int number = node.number;
        for (const MarkdownNode &item : node.children) {
            const QString marker = item.number >= 0 ? QString(QChar(item.number > 0 ? 0x2611 : 0x2610))
                                   : numbered       ? QString::number(number) + u'.'
                                                    : QStringLiteral("•");
            listItem(item, marker, std::max(hang, item.number >= 0 ? int(1.6 * m_look.pixelSize) : 0), around);
            ++number;
        }
        if (!around.tight || around.left == 0)
            setBottom(m_look.spacing);
    }

    void setBottom(int margin)
    {
        QTextBlockFormat format = m_cursor.blockFormat();
        format.setBottomMargin(margin);
        m_cursor.setBlockFormat(format);
    }

    void listItem(const MarkdownNode &item, const QString &marker, int hang, const Around &around)
    {
        Around inside = around;
        inside.left += hang + m_look.spacing;
        inside.tight = std::none_of(item.children.begin(), item.children.end(),
                                    [](const MarkdownNode &child) { return child.type == MarkdownNode::kParagraph; });
        QTextBlockFormat format = blockFormat(inside, inside.tight ? m_look.spacing / 2 : m_look.spacing);
        format.setTextIndent(-hang);
        format.setTabPositions({QTextOption::Tab(hang, QTextOption::LeftTab)});
        begin(format, plain(around));
        QTextCharFormat quiet = plain(around);
        quiet.setForeground(m_look.quiet);
        m_cursor.insertText(marker + u'\t', quiet);
        // The first words stand beside the marker, all else below them.
        std::size_t i = 0;
        if (!item.children.empty() && item.children[0].type == MarkdownNode::kParagraph)
            words(item.children[i++], plain(around));
        else
            while (i < item.children.size() && isInline(item.children[i]))
                word(item.children[i++], plain(around));
        blocks(std::span(item.children).subspan(i), inside);
    }

    QFont font() const
    {
        QFont font = m_document.defaultFont();
        font.setPixelSize(m_look.pixelSize);
        return font;
    }

    QTextCharFormat codeFormat(QTextCharFormat format) const
    {
        format.setFontFamilies({m_look.codeFamily});
        format.setFontFixedPitch(true);
        format.setProperty(QTextFormat::FontPixelSize, int(std::lround(m_look.pixelSize * 0.93)));
        format.setBackground(m_look.codeGround);
        return format;
    }

    void code(const MarkdownNode &node, const Around &around)
    {
        QString text = app::plainText(node);
        while (text.endsWith(u'\n'))
            text.chop(1);
        const QTextCharFormat characters = codeFormat(plain(around));
        for (const QString &line : text.split(u'\n')) {
            begin(blockFormat(around, 0), characters);
            m_cursor.insertText(line, characters);
        }
        setBottom(m_look.spacing);
    }

    void table(const MarkdownNode &node, const Around &around)
    {
        const int rows = int(node.children.size());
        int columns = 0;
        for (const MarkdownNode &row : node.children)
            columns = std::max(columns, int(row.children.size()));
        columns = std::min(columns, kMostColumns);
        if (rows == 0 || columns == 0)
            return;
        QTextTableFormat format;
        format.setBorderCollapse(true);
        format.setBorder(1);
        format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
        format.setBorderBrush(m_look.line);
        format.setCellPadding(m_look.spacing / 2 + 1);
        format.setCellSpacing(0);
        format.setLeftMargin(around.left);
        format.setBottomMargin(m_first ? 0 : m_look.spacing);
        format.setHeaderRowCount(1);
        if (m_first) // a document begins with a block, whatever comes: it takes no room
            shrinkBlock();
        m_first = false;
        QTextTable *table = m_cursor.insertTable(rows, columns, format);
        for (int row = 0; row < rows; ++row) {
            for (int column = 0; column < columns && column < int(node.children[std::size_t(row)].children.size()); ++column)
                cell(*table, row, column, node.children[std::size_t(row)].children[std::size_t(column)], around);
        }
        m_cursor.movePosition(QTextCursor::End);
        shrinkBlock();
    }

    void shrinkBlock()
    {
        QTextBlockFormat nothing;
        nothing.setLineHeight(1, QTextBlockFormat::FixedHeight);
        QTextCharFormat small;
        small.setProperty(QTextFormat::FontPixelSize, 1);
        m_cursor.setBlockFormat(nothing);
        m_cursor.setBlockCharFormat(small);
    }

    void cell(QTextTable &table, int row, int column, const MarkdownNode &node, const Around &around)
    {
        QTextCharFormat characters = plain(around);
        if (node.type == MarkdownNode::kHeadCell)
            characters.setFontWeight(QFont::DemiBold);
        QTextTableCell place = table.cellAt(row, column);
        QTextCharFormat middle = place.format();
        middle.setVerticalAlignment(QTextCharFormat::AlignMiddle);
        place.setFormat(middle);
        const QTextCursor outside = m_cursor;
        m_cursor = place.firstCursorPosition();
        QTextBlockFormat format;
        format.setAlignment(Qt::Alignment(node.number));
        m_cursor.setBlockFormat(format);
        words(node, characters);
        m_cursor = outside;
    }

    void words(const MarkdownNode &node, const QTextCharFormat &format)
    {
        for (const MarkdownNode &child : node.children)
            word(child, format);
    }

    void word(const MarkdownNode &node, QTextCharFormat format)
    {
        switch (node.type) {
        case MarkdownNode::kText:
            m_cursor.insertText(node.text, format);
            return;
        case MarkdownNode::kBreak:
            m_cursor.insertText(QString(QChar(QChar::LineSeparator)), format);
            return;
        case MarkdownNode::kEmphasis:
            format.setFontItalic(true);
            break;
        case MarkdownNode::kStrong:
            format.setFontWeight(QFont::DemiBold);
            break;
        case MarkdownNode::kStruck:
            format.setFontStrikeOut(true);
            break;
        case MarkdownNode::kCode:
            format = codeFormat(format);
            break;
        case MarkdownNode::kLink:
            if (isFollowable(node.url)) {
                format.setAnchor(true);
                format.setAnchorHref(node.url);
                format.setForeground(m_look.link);
                format.setFontUnderline(true);
            }
            break;
        case MarkdownNode::kPicture:
            return picture(node, format);
        case MarkdownNode::kFormula:
            return formula(node, format);
        default:
            break;
        }
        words(node, format);
    }

    /// What it is said to show; following the link is the reader's decision.
    void picture(const MarkdownNode &node, QTextCharFormat format)
    {
        const QString shown = app::plainText(node).trimmed();
        if (isFollowable(node.url)) {
            format.setAnchor(true);
            format.setAnchorHref(node.url);
            format.setForeground(m_look.link);
        }
        format.setFontItalic(true);
        m_cursor.insertText(shown.isEmpty() ? node.url : shown, format);
    }

    void formula(const MarkdownNode &node, const QTextCharFormat &format)
    {
        const QString written = node.number > 0 ? QStringLiteral("$$%1$$").arg(node.text) : QStringLiteral("$%1$").arg(node.text);
        const auto parsed = parseLatex(node.text);
        if (!parsed) {
            m_cursor.insertText(written, codeFormat(format));
            return;
        }
        const MathBox box = layOutMath(*parsed, m_look.pixelSize, node.number > 0);
        // Qt places an object in the middle of the x-height: made as high on both sides as the larger one, it has room for the formula.
        const double middle = QFontMetricsF(font()).xHeight() / 4;
        const double half = std::max({box.ascent - middle, box.descent + middle, 1.0}) + FormulaItem::kMargin;
        QTextCharFormat object = format;
        object.setObjectType(FormulaObject::kType);
        object.setVerticalAlignment(QTextCharFormat::AlignMiddle);
        object.setProperty(FormulaObject::kWidthProperty, std::ceil(box.width + 2 * FormulaItem::kMargin));
        object.setProperty(FormulaObject::kHeightProperty, std::ceil(2 * half));
        m_out.formulas.append({m_cursor.position(), node.text, written, node.number > 0});
        m_cursor.insertText(QString(QChar(QChar::ObjectReplacementCharacter)), object);
    }

    QTextDocument &m_document;
    const MarkdownLook &m_look;
    QTextCursor m_cursor;
    BuiltMarkdown m_out;
    bool m_first = true; ///< the document's one block is not used yet
};

} // namespace

BuiltMarkdown buildMarkdown(QTextDocument &document, const MarkdownNode &tree, const MarkdownLook &look)
{
    return Builder(document, look).build(tree);
}

bool isFollowable(const QString &url)
{
    const QString scheme = QUrl(url).scheme().toLower();
    return scheme == QLatin1String("http") || scheme == QLatin1String("https") || scheme == QLatin1String("mailto");
}

} // namespace conclave::ui
