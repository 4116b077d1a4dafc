#include "app/documents/spreadsheet.h"

#include "app/documents/cell_format.h"
#include "app/documents/office_xml.h"

#include <QCoreApplication>

#include <algorithm>

namespace conclave::app
{

using engine::Done;
using engine::Result;

namespace
{

constexpr int kMaxColumn = 16'384; // "XFD"
constexpr int kMaxSheets = 1000;

struct Sheet
{
    QString name;
    QString entry;
};

struct Workbook
{
    QVector<Sheet> sheets;
    QVector<QString> strings;
    QVector<CellFormat> styles; ///< by the index that cells carry
    bool from1904 = false;
};

/// "BC12" -> 54, from 0; -1: no cell.
int columnOf(const QString &reference)
{
    int column = 0;
    for (const QChar c : reference) {
        if (c < u'A' || c > u'Z')
            break;
        column = column * 26 + (c.unicode() - u'A' + 1);
        if (column > kMaxColumn)
            return -1;
    }
    return column - 1;
}

QString quoted(const QString &text)
{
    const bool plain = !text.contains(u',') && !text.contains(u'"') && !text.contains(u'\n');
    return plain ? text : u'"' + QString(text).replace(u'"', QLatin1String("\"\"")) + u'"';
}

Result<Done> readSheetList(ZipArchive &archive, const QString &name, const ReadControl &control, Workbook &book)
{
    const QString entry = QStringLiteral("xl/workbook.xml");
    auto targets = relationshipsOf(archive, entry, name, control);
    if (!targets)
        return targets.takeError();
    auto bytes = archive.read(entry);
    if (!bytes)
        return bytes.takeError();
    OfficeXml xml(*bytes, name, control);
    while (xml.next()) {
        if (xml.starts(QLatin1String("workbookPr")))
            book.from1904 = xml.attribute(QLatin1String("date1904")) == QLatin1String("1") ||
                            xml.attribute(QLatin1String("date1904")) == QLatin1String("true");
        if (!xml.starts(QLatin1String("sheet")) || book.sheets.size() >= kMaxSheets)
            continue;
        const QString target = targets->value(xml.attribute(QLatin1String("id")));
        if (archive.holds(target) && target.contains(QLatin1String("worksheets/"))) // the others are charts and macros
            book.sheets.append({xml.attribute(QLatin1String("name")), target});
    }
    return xml.outcome();
}

/// Shows each token of an entry that not every book has to `visit`.
template <typename Visit>
Result<Done> walkWhereHeld(ZipArchive &archive, const QString &entry, const QString &name, const ReadControl &control, const Visit &visit)
{
    if (!archive.holds(entry))
        return Done{};
    auto bytes = archive.read(entry);
    if (!bytes)
        return bytes.takeError();
    OfficeXml xml(*bytes, name, control);
    while (xml.next())
        visit(xml);
    return xml.outcome();
}

/// Texts that cells point to. Phonetic guides (rPh) are not part of a text.
Result<Done> readStrings(ZipArchive &archive, const QString &name, const ReadControl &control, Workbook &book)
{
    QString text;
    bool inText = false;
    bool inGuide = false;
    return walkWhereHeld(archive, QStringLiteral("xl/sharedStrings.xml"), name, control, [&](OfficeXml &xml) {
        if (xml.starts(QLatin1String("si")))
            text.clear();
        else if (xml.ends(QLatin1String("si")))
            book.strings.append(text);
        else if (xml.starts(QLatin1String("rPh")) || xml.ends(QLatin1String("rPh")))
            inGuide = xml.starts(QLatin1String("rPh"));
        else if (xml.starts(QLatin1String("t")) || xml.ends(QLatin1String("t")))
            inText = xml.starts(QLatin1String("t"));
        else if (xml.reader().isCharacters() && inText && !inGuide)
            text += xml.reader().text();
    });
}

Result<Done> readStyles(ZipArchive &archive, const QString &name, const ReadControl &control, Workbook &book)
{
    QHash<int, CellFormat> own;
    bool inCells = false;
    return walkWhereHeld(archive, QStringLiteral("xl/styles.xml"), name, control, [&](OfficeXml &xml) {
        if (xml.starts(QLatin1String("numFmt")))
            own.insert(xml.attribute(QLatin1String("numFmtId")).toInt(), formatOfCode(xml.attribute(QLatin1String("formatCode"))));
        else if (xml.starts(QLatin1String("cellXfs")) || xml.ends(QLatin1String("cellXfs")))
            inCells = xml.starts(QLatin1String("cellXfs"));
        else if (inCells && xml.starts(QLatin1String("xf"))) {
            const int number = xml.attribute(QLatin1String("numFmtId")).toInt();
            book.styles.append(own.value(number, builtInFormat(number)));
        }
    });
}

/// Writes the cells of a sheet as lines of CSV.
class SheetText
{
public:
    SheetText(OfficeXml &xml, const Workbook &book, qsizetype limit) : m_xml(xml), m_book(book), m_limit(limit) {}

    /// False: there is more text than is allowed.
    bool walk();
    const QString &text() const { return m_out; }

private:
    void startCell();
    void endCell();
    void endRow();
    QString cellText() const;

    OfficeXml &m_xml;
    const Workbook &m_book;
    qsizetype m_limit;
    QString m_out;
    QStringList m_row;
    QString m_type;
    QString m_value;
    int m_style = 0;
    int m_column = -1;
    bool m_inValue = false;
    bool m_emptyBefore = false;
};

bool SheetText::walk()
{
    while (m_xml.next()) {
        if (m_xml.starts(QLatin1String("c")))
            startCell();
        else if (m_xml.ends(QLatin1String("c")))
            endCell();
        else if (m_xml.ends(QLatin1String("row")))
            endRow();
        else if (m_xml.starts(QLatin1String("v")) || m_xml.starts(QLatin1String("t")))
            m_inValue = true;
        else if (m_xml.ends(QLatin1String("v")) || m_xml.ends(QLatin1String("t")))
            m_inValue = false;
        else if (m_xml.reader().isCharacters() && m_inValue)
            m_value += m_xml.reader().text();
        if (m_out.size() + m_value.size() > m_limit)
            return false;
    }
    return true;
}

void SheetText::startCell()
{
    const QString reference = m_xml.attribute(QLatin1String("r"));
    m_column = reference.isEmpty() ? int(m_row.size()) : columnOf(reference);
    m_type = m_xml.attribute(QLatin1String("t"));
    m_style = m_xml.attribute(QLatin1String("s")).toInt();
    m_value.clear();
}

QString SheetText::cellText() const
{
    if (m_type == QLatin1String("s")) {
        bool isNumber = false;
        const int index = m_value.toInt(&isNumber);
        return isNumber && index >= 0 && index < m_book.strings.size() ? m_book.strings[index] : QString();
    }
    if (m_type == QLatin1String("b"))
        return m_value == QLatin1String("1") ? QStringLiteral("TRUE") : QStringLiteral("FALSE");
    if (!m_type.isEmpty() && m_type != QLatin1String("n"))
        return m_value;
    bool isNumber = false;
    const double number = m_value.toDouble(&isNumber);
    const CellFormat format = m_style >= 0 && m_style < m_book.styles.size() ? m_book.styles[m_style] : CellFormat::kNumber;
    return isNumber && format != CellFormat::kNumber ? formattedCell(number, format, m_book.from1904) : m_value;
}

void SheetText::endCell()
{
    const QString text = cellText();
    if (m_column < 0 || m_column < m_row.size() || text.isEmpty())
        return;
    while (m_row.size() < m_column)
        m_row.append(QString());
    m_row.append(quoted(text));
}

/// Of empty rows one stays: it parts the tables of a sheet.
void SheetText::endRow()
{
    if (!m_row.isEmpty())
        m_out += m_row.join(u',') + u'\n';
    else if (!m_out.isEmpty() && !m_emptyBefore)
        m_out += u'\n';
    m_emptyBefore = m_row.isEmpty();
    m_row.clear();
}

Result<DocumentPart> readSheet(ZipArchive &archive, const Sheet &sheet, const Workbook &book, const QString &name,
                               const ReadControl &control, qsizetype limit)
{
    auto bytes = archive.read(sheet.entry);
    if (!bytes)
        return bytes.takeError();
    OfficeXml xml(*bytes, name, control);
    SheetText text(xml, book, limit);
    if (!text.walk())
        return tooMuchText(name);
    if (auto read = xml.outcome(); !read)
        return read.takeError();
    return DocumentPart{sheet.name, text.text()};
}

} // namespace

Result<Document> readSpreadsheet(ZipArchive &archive, const QString &name, const ReadControl &control)
{
    Workbook book;
    for (const auto step : {readSheetList, readStrings, readStyles}) {
        if (auto read = step(archive, name, control, book); !read)
            return read.takeError();
    }
    Document document;
    document.kind = DocumentKind::kSpreadsheet;
    qsizetype left = kMaxDocumentText;
    bool hasText = false;
    for (const Sheet &sheet : std::as_const(book.sheets)) {
        auto part = readSheet(archive, sheet, book, name, control, left);
        if (!part)
            return part.takeError();
        left -= part->text.size();
        hasText = hasText || !part->text.isEmpty();
        document.parts.append(*part);
        control.progress(double(document.parts.size()) / double(book.sheets.size()));
    }
    if (!hasText)
        return badDocument(QCoreApplication::translate("Documents", "%1 holds no cells with content. Choose another file.").arg(name));
    return document;
}

} // namespace conclave::app
