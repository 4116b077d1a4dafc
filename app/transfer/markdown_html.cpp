#include "app/transfer/markdown_html.h"

#include "app/markdown/markdown_rows.h"
#include "app/markdown/markdown_tree.h"

#include <QBuffer>
#include <QUrl>

namespace conclave::app
{
namespace
{

QString formulaHtml(const QString &latex, bool display, const FormulaDrawer &drawFormula)
{
    const FormulaPicture drawn = drawFormula ? drawFormula(latex, display) : FormulaPicture();
    if (drawn.picture.isNull())
        return QStringLiteral("<code>%1</code>").arg(latex.toHtmlEscaped());
    QByteArray png;
    QBuffer buffer(&png);
    buffer.open(QIODevice::WriteOnly);
    drawn.picture.save(&buffer, "PNG");
    return QStringLiteral(
               "<img class=\"math\" alt=\"%1\" width=\"%2\" height=\"%3\" style=\"vertical-align:-%4px\" src=\"data:image/png;base64,%5\">")
        .arg(latex.toHtmlEscaped(), QString::number(drawn.picture.width() / 2), QString::number(drawn.picture.height() / 2),
             QString::number(drawn.below, 'f', 1), QString::fromLatin1(png.toBase64()));
}

bool isFollowable(const QString &url)
{
    const QString scheme = QUrl(url).scheme().toLower();
    return scheme == QLatin1String("http") || scheme == QLatin1String("https") || scheme == QLatin1String("mailto");
}

class HtmlWriter
{
public:
    explicit HtmlWriter(const FormulaDrawer &drawFormula) : m_drawFormula(drawFormula) {}

    QString children(const MarkdownNode &node) const
    {
        QString out;
        for (const MarkdownNode &child : node.children)
            out += html(child);
        return out;
    }

private:
    QString element(const char *name, const MarkdownNode &node, const QString &attributes = {}) const
    {
        return QStringLiteral("<%1%2>%3</%1>").arg(QLatin1String(name), attributes, children(node));
    }

    QString cell(const char *name, const MarkdownNode &node) const
    {
        const char *align = node.number == Qt::AlignRight ? "right" : node.number == Qt::AlignHCenter ? "center" : "left";
        return element(name, node, QStringLiteral(" align=\"%1\"").arg(QLatin1String(align)));
    }

    QString link(const MarkdownNode &node) const
    {
        QString shown = children(node);
        if (shown.isEmpty())
            shown = node.url.toHtmlEscaped();
        return isFollowable(node.url) ? QStringLiteral("<a href=\"%1\">%2</a>").arg(node.url.toHtmlEscaped(), shown) : shown;
    }

    QString html(const MarkdownNode &node) const
    {
        switch (node.type) {
        case MarkdownNode::kDocument:
            return children(node);
        case MarkdownNode::kParagraph:
            return element("p", node) + u'\n';
        case MarkdownNode::kHeading:
            return QStringLiteral("<h%1>%2</h%1>\n").arg(qBound(3, node.number + 2, 6)).arg(children(node));
        case MarkdownNode::kQuote:
            return element("blockquote", node) + u'\n';
        case MarkdownNode::kBullets:
            return element("ul", node) + u'\n';
        case MarkdownNode::kNumbers:
            return element("ol", node, QStringLiteral(" start=\"%1\"").arg(node.number)) + u'\n';
        case MarkdownNode::kItem:
            return QStringLiteral("<li>%1%2</li>\n")
                .arg(node.number < 0 ? QString() : QString(QChar(node.number > 0 ? 0x2611 : 0x2610)) + u' ', children(node));
        case MarkdownNode::kCodeBlock:
            return QStringLiteral("<pre><code>%1</code></pre>\n").arg(plainText(node).toHtmlEscaped());
        case MarkdownNode::kRule:
            return QStringLiteral("<hr>\n");
        case MarkdownNode::kTable:
            return element("table", node, QStringLiteral(" border=\"1\" cellspacing=\"0\"")) + u'\n';
        case MarkdownNode::kTableRow:
            return element("tr", node) + u'\n';
        case MarkdownNode::kHeadCell:
            return cell("th", node);
        case MarkdownNode::kCell:
            return cell("td", node);
        case MarkdownNode::kText:
            return node.text.toHtmlEscaped();
        case MarkdownNode::kBreak:
            return QStringLiteral("<br>");
        case MarkdownNode::kEmphasis:
            return element("em", node);
        case MarkdownNode::kStrong:
            return element("strong", node);
        case MarkdownNode::kStruck:
            return element("s", node);
        case MarkdownNode::kCode:
            return element("code", node);
        case MarkdownNode::kLink:
        case MarkdownNode::kPicture:
            return link(node);
        case MarkdownNode::kFormula:
            return formulaHtml(node.text, node.number > 0, m_drawFormula);
        }
        return {};
    }

    const FormulaDrawer &m_drawFormula;
};

} // namespace

QString markdownToHtml(const QString &markdown, const FormulaDrawer &drawFormula)
{
    MarkdownRows rows;
    rows.setText(markdown);
    const HtmlWriter writer(drawFormula);
    QString out;
    for (const MarkdownRow &row : rows.rows()) {
        switch (row.kind) {
        case MarkdownRow::kProse:
        case MarkdownRow::kTable:
            out += writer.children(readMarkdown(row.text));
            break;
        case MarkdownRow::kCode:
            out += QStringLiteral("%1%2%3").arg(row.begins ? QStringLiteral("<pre><code>") : QStringLiteral("\n"), row.text.toHtmlEscaped(),
                                                row.ends ? QStringLiteral("</code></pre>\n") : QString());
            break;
        case MarkdownRow::kMath:
            out += QStringLiteral("<p class=\"display\" align=\"center\">%1</p>\n").arg(formulaHtml(row.text, true, drawFormula));
            break;
        }
    }
    return out;
}

} // namespace conclave::app
