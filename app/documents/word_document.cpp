#include "app/documents/word_document.h"

#include "app/documents/office_xml.h"

#include <QCoreApplication>

#include <algorithm>

namespace conclave::app
{

using engine::Done;
using engine::Result;

namespace
{

/// Collects text while the body is walked over.
class BodyText
{
public:
    BodyText(OfficeXml &xml, const ReadControl &control, QString &out) : m_xml(xml), m_control(control), m_out(out) {}

    /// False: there is more text than is allowed.
    bool walk();
    int pictures() const { return m_pictures; }

private:
    void start(QStringView name);
    void end(QStringView name);
    void startParagraph();
    void endParagraph();
    void endCell();
    bool inTable() const { return m_tables > 0; }

    OfficeXml &m_xml;
    const ReadControl &m_control;
    QString &m_out;
    QString m_paragraph;
    QString m_prefix; ///< "## ", "- "
    QStringList m_row;
    QString m_cell;
    int m_tables = 0;  ///< nested ones are written into their cell
    int m_skipped = 0; ///< depth inside of what is not told
    bool m_inText = false;
    bool m_firstRow = false;
    int m_pictures = 0;
};

/// The second telling of what stands in mc:Choice, and text that was replaced.
bool isNotTold(QStringView name)
{
    return name == QLatin1String("Fallback") || name == QLatin1String("del") || name == QLatin1String("moveFrom") ||
           name == QLatin1String("instrText");
}

/// "Heading2" or "heading 2" is a second-level heading; other styles are none.
QString headingMark(const QString &style)
{
    if (style.compare(QLatin1String("Title"), Qt::CaseInsensitive) == 0)
        return QStringLiteral("# ");
    if (!style.startsWith(QLatin1String("heading"), Qt::CaseInsensitive))
        return {};
    const int level = style.mid(7).trimmed().toInt();
    return level >= 1 && level <= 9 ? QString(std::min(level, 6), u'#') + u' ' : QString();
}

bool BodyText::walk()
{
    int steps = 0;
    while (m_xml.next()) {
        if (++steps % 4096 == 0)
            m_control.progress(m_xml.progress());
        const QStringView name = m_xml.reader().name();
        if (m_xml.reader().isCharacters()) {
            if (m_inText && m_skipped == 0)
                m_paragraph += m_xml.reader().text();
        } else if (m_xml.reader().isStartElement()) {
            if (m_skipped > 0 || isNotTold(name))
                ++m_skipped;
            else
                start(name);
        } else if (m_skipped > 0) {
            --m_skipped;
        } else {
            end(name);
        }
        if (m_out.size() + m_cell.size() + m_paragraph.size() > kMaxDocumentText)
            return false;
    }
    return true;
}

void BodyText::start(QStringView name)
{
    if (name == QLatin1String("t"))
        m_inText = true;
    else if (name == QLatin1String("p"))
        startParagraph();
    else if (name == QLatin1String("pStyle"))
        m_prefix = headingMark(m_xml.attribute(QLatin1String("val")));
    else if (name == QLatin1String("numPr") && m_prefix.isEmpty())
        m_prefix = QStringLiteral("- ");
    else if (name == QLatin1String("tab"))
        m_paragraph += m_xml.attribute(QLatin1String("pos")).isEmpty() ? QStringLiteral("\t") : QString(); // with one: a tab stop
    else if (name == QLatin1String("br") || name == QLatin1String("cr"))
        m_paragraph += u'\n';
    else if (name == QLatin1String("noBreakHyphen"))
        m_paragraph += u'-';
    else if (name == QLatin1String("drawing") || name == QLatin1String("pict"))
        ++m_pictures;
    else if (name == QLatin1String("tbl"))
        m_firstRow = ++m_tables == 1;
    else if (name == QLatin1String("tc") && m_tables == 1)
        m_cell.clear();
}

void BodyText::end(QStringView name)
{
    if (name == QLatin1String("t"))
        m_inText = false;
    else if (name == QLatin1String("p"))
        endParagraph();
    else if (name == QLatin1String("tc"))
        endCell();
    else if (name == QLatin1String("tr") && m_tables == 1) {
        m_out += QStringLiteral("| ") + m_row.join(QStringLiteral(" | ")) + QStringLiteral(" |\n");
        if (m_firstRow)
            m_out += u'|' + QStringLiteral("---|").repeated(m_row.size()) + u'\n';
        m_firstRow = false;
        m_row.clear();
    } else if (name == QLatin1String("tbl") && inTable()) {
        if (--m_tables == 0)
            m_out += u'\n';
    }
}

void BodyText::startParagraph()
{
    // A text box is a paragraph within a paragraph: what came before it is told first.
    if (!m_paragraph.isEmpty())
        endParagraph();
    m_prefix.clear();
}

void BodyText::endParagraph()
{
    const QString text = m_paragraph.trimmed();
    m_paragraph.clear();
    if (inTable()) {
        if (!text.isEmpty())
            m_cell += (m_cell.isEmpty() ? QString() : QStringLiteral(" ")) + text;
        return;
    }
    if (!text.isEmpty())
        m_out += m_prefix + text + (m_prefix == QLatin1String("- ") ? QStringLiteral("\n") : QStringLiteral("\n\n"));
    m_prefix.clear();
}

void BodyText::endCell()
{
    if (m_tables != 1)
        return;
    m_row.append(m_cell.simplified().replace(u'|', QLatin1String("\\|")));
    m_cell.clear();
}

} // namespace

Result<Document> readWordDocument(ZipArchive &archive, const QString &name, const ReadControl &control)
{
    auto bytes = archive.read(QStringLiteral("word/document.xml"));
    if (!bytes)
        return bytes.takeError();
    Document document;
    document.kind = DocumentKind::kWord;
    QString text;
    OfficeXml xml(*bytes, name, control);
    BodyText body(xml, control, text);
    if (!body.walk())
        return tooMuchText(name);
    if (auto read = xml.outcome(); !read)
        return read.takeError();
    if (text.trimmed().isEmpty())
        return badDocument(
            QCoreApplication::translate("Documents", "%1 holds no text. If its pages are pictures, save it as PDF and attach its pages as "
                                                     "pictures.")
                .arg(name));
    if (body.pictures() > 0)
        document.notes = Phrase("Documents", QT_TRANSLATE_NOOP("Documents", "Pictures in it that are not read: %1.")).arg(body.pictures());
    document.parts.append({{}, text.trimmed() + u'\n'});
    return document;
}

} // namespace conclave::app
