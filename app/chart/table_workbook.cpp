#include "app/chart/table_workbook.h"

#include "app/chart/number_text.h"
#include "app/chart/xml_text.h"
#include "app/text_of.h"

#include <QCoreApplication>
#include <QXmlStreamWriter>

#include <memory>
#include <zip.h>

namespace conclave::app
{

using engine::Result;

namespace
{

constexpr int kHeadStyle = 1; // of kStyles
constexpr int kEditedStyle = 2;
constexpr time_t kTime = 315'619'200; // 1980-01-02: the same table gives the same bytes

const QString kSheetMain = QStringLiteral("http://schemas.openxmlformats.org/spreadsheetml/2006/main");
const QString kRelations = QStringLiteral("http://schemas.openxmlformats.org/officeDocument/2006/relationships");

constexpr auto kStyles = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFFFF2CC"/></patternFill></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/><xf fillId="2" applyFill="1"/></cellXfs></styleSheet>)";

constexpr auto kRootRelations = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>)";

struct Sheet
{
    QString name;
    const ChartTable *table;
};

/// 0 -> "A", 27 -> "AB".
QString columnName(int column)
{
    QString out;
    for (++column; column > 0; column = (column - 1) / 26)
        out.prepend(QChar(u'A' + (column - 1) % 26));
    return out;
}

class SheetWriter
{
public:
    QByteArray write(const ChartTable &table);

private:
    void begin(const QString &reference, int style);
    void text(int column, int row, const QString &value, int style);
    void cell(int column, int row, const ChartCell &cell);
    void head(const ChartTable &table);

    QByteArray m_bytes;
    QXmlStreamWriter m_xml{&m_bytes};
};

void SheetWriter::begin(const QString &reference, int style)
{
    m_xml.writeStartElement(QStringLiteral("c"));
    m_xml.writeAttribute(QStringLiteral("r"), reference);
    if (style != 0)
        m_xml.writeAttribute(QStringLiteral("s"), QString::number(style));
}

void SheetWriter::text(int column, int row, const QString &value, int style)
{
    begin(columnName(column) + QString::number(row), style);
    m_xml.writeAttribute(QStringLiteral("t"), QStringLiteral("inlineStr"));
    m_xml.writeStartElement(QStringLiteral("is"));
    m_xml.writeStartElement(QStringLiteral("t"));
    m_xml.writeAttribute(QStringLiteral("xml:space"), QStringLiteral("preserve"));
    m_xml.writeCharacters(xmlText(value));
    m_xml.writeEndElement();
    m_xml.writeEndElement();
    m_xml.writeEndElement();
}

void SheetWriter::cell(int column, int row, const ChartCell &cell)
{
    if (!cell.value && !cell.edited)
        return;
    begin(columnName(column) + QString::number(row), cell.edited ? kEditedStyle : 0);
    if (cell.value)
        m_xml.writeTextElement(QStringLiteral("v"), numberText(*cell.value));
    m_xml.writeEndElement();
}

void SheetWriter::head(const ChartTable &table)
{
    m_xml.writeStartElement(QStringLiteral("row"));
    m_xml.writeAttribute(QStringLiteral("r"), QStringLiteral("1"));
    text(0, 1, table.xLabel, kHeadStyle);
    for (int series = 0; series < table.series.size(); ++series) {
        const QString unit = table.unitOf(series);
        text(series + 1, 1, unit.isEmpty() ? table.series[series] : QStringLiteral("%1 (%2)").arg(table.series[series], unit), kHeadStyle);
    }
    m_xml.writeEndElement();
}

QByteArray SheetWriter::write(const ChartTable &table)
{
    m_xml.writeStartDocument();
    m_xml.writeStartElement(QStringLiteral("worksheet"));
    m_xml.writeDefaultNamespace(kSheetMain);
    m_xml.writeStartElement(QStringLiteral("sheetData"));
    head(table);
    for (int row = 0; row < table.rows.size(); ++row) {
        m_xml.writeStartElement(QStringLiteral("row"));
        m_xml.writeAttribute(QStringLiteral("r"), QString::number(row + 2));
        text(0, row + 2, table.rows[row].name, table.rows[row].renamed ? kEditedStyle : 0);
        for (int series = 0; series < table.series.size(); ++series) {
            if (const ChartCell *found = table.cell(series, row))
                cell(series + 1, row + 2, *found);
        }
        m_xml.writeEndElement();
    }
    m_xml.writeEndDocument();
    return m_bytes;
}

QByteArray bookXml(const QVector<Sheet> &sheets)
{
    QByteArray bytes;
    QXmlStreamWriter xml(&bytes);
    xml.writeStartDocument();
    xml.writeStartElement(QStringLiteral("workbook"));
    xml.writeDefaultNamespace(kSheetMain);
    xml.writeNamespace(kRelations, QStringLiteral("r"));
    xml.writeStartElement(QStringLiteral("sheets"));
    for (int i = 1; i <= sheets.size(); ++i) {
        xml.writeEmptyElement(QStringLiteral("sheet"));
        xml.writeAttribute(QStringLiteral("name"), sheets[i - 1].name);
        xml.writeAttribute(QStringLiteral("sheetId"), QString::number(i));
        xml.writeAttribute(kRelations, QStringLiteral("id"), QStringLiteral("rId%1").arg(i));
    }
    xml.writeEndDocument();
    return bytes;
}

QByteArray bookRelations(int sheets)
{
    QString out = QStringLiteral("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
                                 "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">");
    for (int i = 1; i <= sheets; ++i)
        out +=
            QStringLiteral("<Relationship Id=\"rId%1\" Type=\"%2/worksheet\" Target=\"worksheets/sheet%1.xml\"/>").arg(i).arg(kRelations);
    return (out + QStringLiteral("<Relationship Id=\"rId%1\" Type=\"%2/styles\" Target=\"styles.xml\"/></Relationships>")
                      .arg(sheets + 1)
                      .arg(kRelations))
        .toUtf8();
}

QByteArray contentTypes(int sheets)
{
    const QString type = QStringLiteral("application/vnd.openxmlformats-officedocument.spreadsheetml.");
    QString out = QStringLiteral("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
                                 "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                                 "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                                 "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
                                 "<Override PartName=\"/xl/workbook.xml\" ContentType=\"%1sheet.main+xml\"/>"
                                 "<Override PartName=\"/xl/styles.xml\" ContentType=\"%1styles+xml\"/>")
                      .arg(type);
    for (int i = 1; i <= sheets; ++i)
        out += QStringLiteral("<Override PartName=\"/xl/worksheets/sheet%1.xml\" ContentType=\"%2worksheet+xml\"/>").arg(i).arg(type);
    return (out + QStringLiteral("</Types>")).toUtf8();
}

struct SourceFreer
{
    void operator()(zip_source_t *source) const { zip_source_free(source); }
};
using Source = std::unique_ptr<zip_source_t, SourceFreer>;

/// The bytes of a closed archive.
QByteArray bytesOf(zip_source_t *source)
{
    zip_stat_t about;
    zip_stat_init(&about);
    if (zip_source_open(source) < 0 || zip_source_stat(source, &about) < 0)
        return {};
    QByteArray out(qsizetype(about.size), Qt::Uninitialized);
    const zip_int64_t got = zip_source_read(source, out.data(), about.size);
    zip_source_close(source);
    return got == zip_int64_t(about.size) ? out : QByteArray();
}

/// Empty when memory runs out: nothing else can go wrong with an archive in memory.
QByteArray zipped(const QVector<QPair<QByteArray, QByteArray>> &files)
{
    const Source source(zip_source_buffer_create(nullptr, 0, 0, nullptr));
    if (!source)
        return {};
    zip_source_keep(source.get()); // the archive lets go of one hold when it is closed
    zip_t *archive = zip_open_from_source(source.get(), ZIP_TRUNCATE, nullptr);
    if (!archive) {
        zip_source_free(source.get());
        return {};
    }
    bool good = true;
    for (const auto &[name, content] : files) {
        zip_source_t *file = zip_source_buffer(archive, content.constData(), zip_uint64_t(content.size()), 0);
        const zip_int64_t index = file ? zip_file_add(archive, name.constData(), file, ZIP_FL_ENC_UTF_8) : -1;
        if (index < 0)
            zip_source_free(file);
        good = good && index >= 0 && zip_file_set_mtime(archive, zip_uint64_t(index), kTime, 0) == 0;
    }
    if (!good || zip_close(archive) != 0) {
        zip_discard(archive);
        return {};
    }
    return bytesOf(source.get());
}

} // namespace

Result<QByteArray> tableWorkbook(const ChartReading &reading)
{
    QVector<Sheet> sheets{{QCoreApplication::translate("Chart", "Table", "name of a sheet"), &reading.table}};
    if (reading.asRead)
        sheets.append({QCoreApplication::translate("Chart", "As read", "name of a sheet"), &*reading.asRead});
    const int count = int(sheets.size());
    QVector<QPair<QByteArray, QByteArray>> files{{"[Content_Types].xml", contentTypes(count)},
                                                 {"_rels/.rels", kRootRelations},
                                                 {"xl/workbook.xml", bookXml(sheets)},
                                                 {"xl/_rels/workbook.xml.rels", bookRelations(count)},
                                                 {"xl/styles.xml", kStyles}};
    for (int i = 0; i < count; ++i)
        files.append({QByteArray("xl/worksheets/sheet") + QByteArray::number(i + 1) + ".xml", SheetWriter().write(*sheets[i].table)});
    QByteArray bytes = zipped(files);
    if (bytes.isEmpty())
        return failure(engine::ErrorCode::kOutOfMemory,
                       QCoreApplication::translate("Chart", "There is not enough memory to write the workbook. Close other programs."));
    return bytes;
}

} // namespace conclave::app
