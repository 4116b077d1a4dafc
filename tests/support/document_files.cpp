#include "tests/support/document_files.h"

#include <QBuffer>
#include <QFont>
#include <QPainter>
#include <QPdfWriter>

#include <zip.h>

namespace conclave::tests
{
namespace
{

constexpr auto kWord = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
constexpr auto kSheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr auto kOffice = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr auto kPackage = "http://schemas.openxmlformats.org/package/2006/relationships";
constexpr auto kXml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

void add(zip *archive, const ZipFile &file, const QByteArray &password)
{
    zip_source_t *source = zip_source_buffer(archive, file.bytes.constData(), zip_uint64_t(file.bytes.size()), 0);
    const zip_int64_t index = zip_file_add(archive, file.name.toUtf8().constData(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0)
        qFatal("%s", zip_strerror(archive));
    zip_set_file_compression(archive, zip_uint64_t(index), ZIP_CM_DEFLATE, 1);
    if (!password.isEmpty())
        zip_file_set_encryption(archive, zip_uint64_t(index), ZIP_EM_AES_256, password.constData());
}

QByteArray object(int number, const QByteArray &content)
{
    return QByteArray::number(number) + " 0 obj\n" + content + "\nendobj\n";
}

/// A frame whose pixels all have colour `index`: LZW with a clear code before every second pixel, so that codes stay three bits long.
QByteArray gifFrame(int index)
{
    QByteArray bits;
    const auto put = [&bits](int code) {
        for (int bit = 0; bit < 3; ++bit)
            bits += char((code >> bit) & 1);
    };
    for (int pixel = 0; pixel < 256; ++pixel) {
        if (pixel % 2 == 0)
            put(4);
        put(index);
    }
    put(5);
    QByteArray bytes((bits.size() + 7) / 8, '\0');
    for (qsizetype i = 0; i < bits.size(); ++i)
        bytes[i / 8] = char(bytes[i / 8] | (bits[i] << (i % 8)));
    return QByteArray("\x21\xf9\x04\x00\x0a\x00\x00\x00\x2c\x00\x00\x00\x00\x10\x00\x10\x00\x00\x02", 19) + char(bytes.size()) + bytes +
           '\0';
}

} // namespace

QByteArray makeZip(const QVector<ZipFile> &files, const QByteArray &password)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *target = zip_source_buffer_create(nullptr, 0, 0, &error);
    zip *archive = zip_open_from_source(target, ZIP_TRUNCATE, &error);
    zip_source_keep(target);
    for (const ZipFile &file : files)
        add(archive, file, password);
    if (zip_close(archive) != 0)
        qFatal("%s", zip_strerror(archive));
    zip_source_open(target);
    zip_stat_t stat;
    zip_source_stat(target, &stat);
    QByteArray out(qsizetype(stat.size), Qt::Uninitialized);
    zip_source_read(target, out.data(), stat.size);
    zip_source_close(target);
    zip_source_free(target);
    return out;
}

QByteArray makeDocx(const QByteArray &body)
{
    return makeZip(
        {{"[Content_Types].xml", QByteArray(kXml) + "<Types/>"},
         {"word/document.xml", QByteArray(kXml) + "<w:document xmlns:w=\"" + kWord + "\"><w:body>" + body + "</w:body></w:document>"}});
}

QByteArray makeXlsx(const QVector<SheetXml> &sheets, const QByteArray &strings)
{
    QByteArray list;
    QByteArray relationships;
    QVector<ZipFile> files;
    for (int i = 0; i < sheets.size(); ++i) {
        const QByteArray number = QByteArray::number(i + 1);
        list += "<sheet name=\"" + sheets[i].name.toHtmlEscaped().toUtf8() + "\" sheetId=\"" + number + "\" r:id=\"r" + number + "\"/>";
        relationships += "<Relationship Id=\"r" + number + "\" Target=\"worksheets/sheet" + number + ".xml\"/>";
        files.append({"xl/worksheets/sheet" + QString::number(i + 1) + ".xml",
                      QByteArray(kXml) + "<worksheet xmlns=\"" + kSheet + "\"><sheetData>" + sheets[i].rows + "</sheetData></worksheet>"});
    }
    files.append({"xl/workbook.xml", QByteArray(kXml) + "<workbook xmlns=\"" + kSheet + "\" xmlns:r=\"" + kOffice + "\"><sheets>" + list +
                                         "</sheets></workbook>"});
    files.append({"xl/_rels/workbook.xml.rels",
                  QByteArray(kXml) + "<Relationships xmlns=\"" + kPackage + "\">" + relationships + "</Relationships>"});
    files.append({"xl/sharedStrings.xml", QByteArray(kXml) + "<sst xmlns=\"" + kSheet + "\">" + strings + "</sst>"});
    files.append({"xl/styles.xml", QByteArray(kXml) + "<styleSheet xmlns=\"" + kSheet +
                                       "\"><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd\\.mm\\.yyyy\"/></numFmts>"
                                       "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"2\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>"});
    return makeZip(files);
}

QByteArray makePdf(const QStringList &pages)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        writer.setPageSize(QPageSize(QPageSize::A5));
        writer.setResolution(100);
        QPainter painter(&writer);
        painter.setFont(QFont(QStringLiteral("DejaVu Sans"), 12));
        for (qsizetype i = 0; i < pages.size(); ++i) {
            if (i > 0)
                writer.newPage();
            if (pages[i].isEmpty())
                painter.fillRect(40, 40, 200, 200, Qt::red);
            else
                painter.drawText(QRect(20, 20, 400, 600), Qt::TextWordWrap, pages[i]);
        }
    }
    return bytes;
}

QByteArray makeEmptyPdf(int pages, const QByteArray &trailer, const QByteArray &objects)
{
    // No cross-reference table: readers rebuild it.
    return "%PDF-1.4\n" + object(1, "<< /Type /Catalog /Pages 2 0 R >>") +
           object(2, "<< /Type /Pages /Count " + QByteArray::number(pages) + " /Kids [" + QByteArray("3 0 R ").repeated(pages) + "] >>") +
           object(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 300] >>") + objects + "trailer\n<< /Root 1 0 R " + trailer +
           " >>\n%%EOF\n";
}

QByteArray makeGif()
{
    return QByteArray("GIF89a\x10\x00\x10\x00\x91\x00\x00\xff\x00\x00\x00\x00\xff\x00\xff\x00\xff\xff\xff", 25) + gifFrame(0) +
           gifFrame(1) + ';';
}

} // namespace conclave::tests
