#include "app/markdown/markdown_tree.h"

#include "app/markdown/inline_math.h"

#include <QHash>

#include <md4c.h>

namespace conclave::app
{
namespace
{

QString attribute(const MD_ATTRIBUTE &value)
{
    return QString::fromUtf8(value.text, qsizetype(value.size));
}

int alignmentOf(MD_ALIGN align)
{
    switch (align) {
    case MD_ALIGN_CENTER:
        return Qt::AlignHCenter;
    case MD_ALIGN_RIGHT:
        return Qt::AlignRight;
    case MD_ALIGN_LEFT:
    case MD_ALIGN_DEFAULT:
        break;
    }
    return Qt::AlignLeft;
}

/// The few entities that people write, and numbers.
QString entity(QStringView name)
{
    static const QHash<QString, char16_t> kNamed{
        {QStringLiteral("&amp;"), u'&'},     {QStringLiteral("&lt;"), u'<'},      {QStringLiteral("&gt;"), u'>'},
        {QStringLiteral("&quot;"), u'"'},    {QStringLiteral("&apos;"), u'\''},   {QStringLiteral("&nbsp;"), 0xA0},
        {QStringLiteral("&ndash;"), 0x2013}, {QStringLiteral("&mdash;"), 0x2014}, {QStringLiteral("&hellip;"), 0x2026},
        {QStringLiteral("&times;"), 0xD7},   {QStringLiteral("&deg;"), 0xB0},     {QStringLiteral("&euro;"), 0x20AC},
        {QStringLiteral("&copy;"), 0xA9},    {QStringLiteral("&rarr;"), 0x2192},  {QStringLiteral("&larr;"), 0x2190},
        {QStringLiteral("&le;"), 0x2264},    {QStringLiteral("&ge;"), 0x2265},    {QStringLiteral("&ne;"), 0x2260},
        {QStringLiteral("&plusmn;"), 0xB1},  {QStringLiteral("&middot;"), 0xB7},  {QStringLiteral("&auml;"), 0xE4},
        {QStringLiteral("&ouml;"), 0xF6},    {QStringLiteral("&uuml;"), 0xFC},    {QStringLiteral("&szlig;"), 0xDF},
    };
    if (name.startsWith(QLatin1String("&#"))) {
        const bool hex = name.size() > 3 && name[2].toLower() == u'x';
        bool ok = false;
        const uint code = name.sliced(hex ? 3 : 2).chopped(1).toUInt(&ok, hex ? 16 : 10);
        const bool valid = ok && code > 0 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
        const char32_t character = valid ? code : 0xFFFD;
        return QString::fromUcs4(&character, 1);
    }
    const auto known = kNamed.constFind(name.toString());
    return known == kNamed.constEnd() ? name.toString() : QString(QChar(*known));
}

/// Takes md4c's events; the open nodes are a stack of owned values, so that no depth of the text is a depth of calls.
class TreeBuilder
{
public:
    explicit TreeBuilder(const QVector<InlineFormula> &formulas) : m_formulas(formulas) { m_open.emplace_back(); }

    MarkdownNode take()
    {
        while (m_open.size() > 1)
            close();
        return std::move(m_open.front());
    }

    void open(MarkdownNode::Type type, int number = 0, const QString &url = {})
    {
        if (m_open.size() >= std::size_t(kMostMarkdownDepth)) {
            ++m_flattened;
            return;
        }
        MarkdownNode node;
        node.type = type;
        node.number = number;
        node.url = url;
        m_open.push_back(std::move(node));
    }

    void close()
    {
        if (m_flattened > 0) {
            --m_flattened;
            return;
        }
        if (m_open.size() < 2)
            return;
        MarkdownNode done = std::move(m_open.back());
        m_open.pop_back();
        m_open.back().children.push_back(std::move(done));
    }

    void add(MarkdownNode node) { m_open.back().children.push_back(std::move(node)); }

    /// Text of any kind, its formulas put back.
    void text(const QString &said)
    {
        const bool verbatim = m_open.back().type == MarkdownNode::kCode || m_open.back().type == MarkdownNode::kCodeBlock;
        QString run;
        for (const QChar character : said) {
            const int formula = formulaAt(character);
            if (formula < 0 || formula >= m_formulas.size()) {
                run += character;
            } else if (verbatim) {
                run += m_formulas[formula].written;
            } else {
                flush(run);
                MarkdownNode node;
                node.type = MarkdownNode::kFormula;
                node.text = m_formulas[formula].latex;
                node.number = m_formulas[formula].display ? 1 : 0;
                add(std::move(node));
            }
        }
        flush(run);
    }

    QString withFormulas(const QString &said) const
    {
        QString out;
        for (const QChar character : said) {
            const int formula = formulaAt(character);
            out += formula < 0 || formula >= m_formulas.size() ? QString(character) : m_formulas[formula].written;
        }
        return out;
    }

private:
    void flush(QString &run)
    {
        if (run.isEmpty())
            return;
        std::vector<MarkdownNode> &siblings = m_open.back().children;
        if (!siblings.empty() && siblings.back().type == MarkdownNode::kText) {
            siblings.back().text += run;
        } else {
            MarkdownNode node;
            node.type = MarkdownNode::kText;
            node.text = run;
            siblings.push_back(std::move(node));
        }
        run.clear();
    }

    const QVector<InlineFormula> &m_formulas;
    std::vector<MarkdownNode> m_open;
    int m_flattened = 0;
};

TreeBuilder &builder(void *userdata)
{
    return *static_cast<TreeBuilder *>(userdata);
}

int enterBlock(MD_BLOCKTYPE type, void *detail, void *userdata)
{
    TreeBuilder &tree = builder(userdata);
    switch (type) {
    case MD_BLOCK_DOC:
        break;
    case MD_BLOCK_QUOTE:
        tree.open(MarkdownNode::kQuote);
        break;
    case MD_BLOCK_UL:
        tree.open(MarkdownNode::kBullets);
        break;
    case MD_BLOCK_OL:
        tree.open(MarkdownNode::kNumbers, int(static_cast<MD_BLOCK_OL_DETAIL *>(detail)->start));
        break;
    case MD_BLOCK_LI: {
        const auto *item = static_cast<MD_BLOCK_LI_DETAIL *>(detail);
        tree.open(MarkdownNode::kItem, item->is_task ? (item->task_mark == ' ' ? 0 : 1) : -1);
        break;
    }
    case MD_BLOCK_HR:
        tree.open(MarkdownNode::kRule);
        break;
    case MD_BLOCK_H:
        tree.open(MarkdownNode::kHeading, int(static_cast<MD_BLOCK_H_DETAIL *>(detail)->level));
        break;
    case MD_BLOCK_CODE:
        tree.open(MarkdownNode::kCodeBlock, 0, attribute(static_cast<MD_BLOCK_CODE_DETAIL *>(detail)->lang));
        break;
    case MD_BLOCK_HTML:
    case MD_BLOCK_P:
        tree.open(MarkdownNode::kParagraph);
        break;
    case MD_BLOCK_TABLE:
        tree.open(MarkdownNode::kTable);
        break;
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
        break;
    case MD_BLOCK_TR:
        tree.open(MarkdownNode::kTableRow);
        break;
    case MD_BLOCK_TH:
        tree.open(MarkdownNode::kHeadCell, alignmentOf(static_cast<MD_BLOCK_TD_DETAIL *>(detail)->align));
        break;
    case MD_BLOCK_TD:
        tree.open(MarkdownNode::kCell, alignmentOf(static_cast<MD_BLOCK_TD_DETAIL *>(detail)->align));
        break;
    }
    return 0;
}

int leaveBlock(MD_BLOCKTYPE type, void * /*detail*/, void *userdata)
{
    if (type != MD_BLOCK_DOC && type != MD_BLOCK_THEAD && type != MD_BLOCK_TBODY)
        builder(userdata).close();
    return 0;
}

int enterSpan(MD_SPANTYPE type, void *detail, void *userdata)
{
    TreeBuilder &tree = builder(userdata);
    switch (type) {
    case MD_SPAN_STRONG:
        tree.open(MarkdownNode::kStrong);
        break;
    case MD_SPAN_A:
        tree.open(MarkdownNode::kLink, 0, tree.withFormulas(attribute(static_cast<MD_SPAN_A_DETAIL *>(detail)->href)));
        break;
    case MD_SPAN_IMG:
        tree.open(MarkdownNode::kPicture, 0, tree.withFormulas(attribute(static_cast<MD_SPAN_IMG_DETAIL *>(detail)->src)));
        break;
    case MD_SPAN_CODE:
        tree.open(MarkdownNode::kCode);
        break;
    case MD_SPAN_DEL:
        tree.open(MarkdownNode::kStruck);
        break;
    case MD_SPAN_EM:
    case MD_SPAN_LATEXMATH:
    case MD_SPAN_LATEXMATH_DISPLAY:
    case MD_SPAN_WIKILINK:
    case MD_SPAN_U:
        tree.open(MarkdownNode::kEmphasis);
        break;
    }
    return 0;
}

int leaveSpan(MD_SPANTYPE /*type*/, void * /*detail*/, void *userdata)
{
    builder(userdata).close();
    return 0;
}

int text(MD_TEXTTYPE type, const MD_CHAR *characters, MD_SIZE size, void *userdata)
{
    TreeBuilder &tree = builder(userdata);
    const QString said = QString::fromUtf8(characters, qsizetype(size));
    switch (type) {
    case MD_TEXT_NULLCHAR:
        tree.text(QString(QChar(QChar::ReplacementCharacter)));
        break;
    case MD_TEXT_BR: {
        MarkdownNode node;
        node.type = MarkdownNode::kBreak;
        tree.add(std::move(node));
        break;
    }
    case MD_TEXT_SOFTBR:
        tree.text(QStringLiteral(" "));
        break;
    case MD_TEXT_ENTITY:
        tree.text(entity(said));
        break;
    case MD_TEXT_NORMAL:
    case MD_TEXT_CODE:
    case MD_TEXT_HTML:
    case MD_TEXT_LATEXMATH:
        tree.text(said);
        break;
    }
    return 0;
}

} // namespace

MarkdownNode readMarkdown(const QString &markdown)
{
    const TextWithFormulas source = takeFormulas(markdown);
    TreeBuilder tree(source.formulas);
    MD_PARSER parser{};
    parser.flags = MD_DIALECT_GITHUB | MD_FLAG_NOHTML;
    parser.enter_block = enterBlock;
    parser.leave_block = leaveBlock;
    parser.enter_span = enterSpan;
    parser.leave_span = leaveSpan;
    parser.text = text;
    const QByteArray utf8 = source.text.toUtf8();
    if (md_parse(utf8.constData(), MD_SIZE(utf8.size()), &parser, &tree) != 0) { // out of memory: what it says stays readable
        MarkdownNode plain;
        MarkdownNode said;
        said.type = MarkdownNode::kText;
        said.text = markdown;
        plain.children.push_back(std::move(said));
        return plain;
    }
    return tree.take();
}

QString plainText(const MarkdownNode &node)
{
    if (node.type == MarkdownNode::kBreak)
        return QStringLiteral("\n");
    QString out = node.text;
    for (const MarkdownNode &child : node.children)
        out += plainText(child);
    return node.type >= MarkdownNode::kText || node.type == MarkdownNode::kDocument ? out : out + u'\n';
}

} // namespace conclave::app
