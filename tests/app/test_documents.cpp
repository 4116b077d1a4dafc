#include "app/documents/attachment.h"
#include "app/documents/cell_format.h"
#include "app/documents/document_text.h"
#include "app/documents/pdf_document.h"
#include "app/documents/zip_archive.h"
#include "tests/support/document_files.h"

#include <QElapsedTimer>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace conclave;
using namespace conclave::app;
using namespace conclave::tests;
using engine::ErrorCode;

namespace
{

Document read(const QByteArray &bytes, const QString &name)
{
    auto document = readDocument(bytes, name, {});
    if (!document) {
        QTest::qFail(document.error().message.c_str(), __FILE__, __LINE__);
        return {};
    }
    return *document;
}

/// The message that reading ends with; empty: it went well.
QString refusal(const QByteArray &bytes, const QString &name)
{
    const auto attachment = loadAttachmentBytes(bytes, name, {});
    return attachment ? QString() : QString::fromStdString(attachment.error().message);
}

QByteArray paragraph(const QByteArray &text, const QByteArray &properties = {})
{
    return "<w:p>" + (properties.isEmpty() ? QByteArray() : "<w:pPr>" + properties + "</w:pPr>") + "<w:r><w:t>" + text +
           "</w:t></w:r></w:p>";
}

QByteArray cell(const QByteArray &reference, const QByteArray &value, const QByteArray &attributes = {})
{
    return "<c r=\"" + reference + "\" " + attributes + "><v>" + value + "</v></c>";
}

/// The archive with the unpacked size of its first file changed, in both headers.
QByteArray withSize(QByteArray zip, quint32 size)
{
    const auto patch = [&](qsizetype place) {
        for (int i = 0; i < 4; ++i)
            zip[place + i] = char((size >> (8 * i)) & 0xff);
    };
    patch(zip.indexOf("PK\x03\x04") + 22);
    patch(zip.indexOf("PK\x01\x02") + 24);
    return zip;
}

constexpr auto kWordFile = "word/document.xml";

} // namespace

class TestDocuments : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsText_data();
    void readsText();
    void readsWord();
    void readsSheets();
    void writesDates_data();
    void writesDates();
    void readsPdf();
    void drawsPdf();
    void readsPictures_data();
    void readsPictures();
    void svgOpensNoOtherFile();
    void refuses_data();
    void refuses();
    void everyCutIsAMessage_data();
    void everyCutIsAMessage();
    void isCancelled_data();
    void isCancelled();
    void tellsChosenParts();
    void aNameCannotLeaveItsMark();
};

void TestDocuments::readsText_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("text");
    const QString german = QStringLiteral("Größe;5 µm\n");
    QTest::newRow("UTF-8") << german.toUtf8() << "a.csv" << int(DocumentKind::kCsv) << german;
    QTest::newRow("Windows-1252") << german.toLatin1() + "\x80\n"
                                  << "a.csv" << int(DocumentKind::kCsv) << german + "€\n";
    QTest::newRow("UTF-16 with its mark") << QByteArray("\xff\xfe") +
                                                 QByteArray(reinterpret_cast<const char *>(german.utf16()), german.size() * 2)
                                          << "a.txt" << int(DocumentKind::kText) << german;
    QTest::newRow("lines of Windows") << QByteArray("# One\r\nTwo\r\n") << "a.MD" << int(DocumentKind::kMarkdown) << "# One\nTwo\n";
    QTest::newRow("source code of any ending") << QByteArray("fn main() {}\n") << "main.rs" << int(DocumentKind::kText) << "fn main() {}\n";
    QTest::newRow("text that begins like a bitmap")
        << QByteArray("BMW and others\n") << "cars" << int(DocumentKind::kText) << "BMW and others\n";
}

void TestDocuments::readsText()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, name);
    const auto attachment = loadAttachmentBytes(bytes, name, {});
    QVERIFY2(attachment.ok(), attachment ? "" : attachment.error().message.c_str());
    QVERIFY(attachment->document && !attachment->image);
    QTEST(int(attachment->document->kind), "kind");
    QTEST(attachment->document->parts.front().text, "text");
    QCOMPARE(attachment->document->fileBytes, bytes);
}

void TestDocuments::readsWord()
{
    const QByteArray table = "<w:tbl><w:tr><w:tc>" + paragraph("Town") + "</w:tc><w:tc>" + paragraph("kg") + "</w:tc></w:tr><w:tr><w:tc>" +
                             paragraph("Köln") + "</w:tc><w:tc>" + paragraph("12") + "</w:tc></w:tr></w:tbl>";
    const Document document = read(makeDocx(paragraph("Report", "<w:pStyle w:val=\"Heading1\"/>") + paragraph("First &amp; second") +
                                            paragraph("point", "<w:numPr><w:ilvl w:val=\"0\"/></w:numPr>") +
                                            "<w:p><w:del><w:r><w:t>gone</w:t></w:r></w:del></w:p>" + table +
                                            "<w:p><w:r><w:drawing/></w:r></w:p>" + paragraph("End")),
                                   "report.docx");
    QCOMPARE(document.kind, DocumentKind::kWord);
    QCOMPARE(document.parts.front().text,
             QStringLiteral("# Report\n\nFirst & second\n\n- point\n| Town | kg |\n|---|---|\n| Köln | 12 |\n\nEnd\n"));
    QVERIFY(document.notes.text().contains("not read: 1"));
}

void TestDocuments::readsSheets()
{
    const QByteArray rows = "<row>" + cell("A1", "0", "t=\"s\"") + cell("C1", "1", "t=\"s\"") + "</row><row>" +
                            cell("A2", "45000", "s=\"2\"") + cell("B2", "1", "t=\"b\"") + cell("C2", "2.50") +
                            "</row><row/><row/><row><c r=\"A9\" t=\"inlineStr\"><is><t>a, \"b\"</t></is></c></row>";
    const Document document = read(makeXlsx({{"Sales & more", rows}, {"Empty", {}}},
                                            "<si><t>Town</t></si><si><r><t>k</t></r><r><t>g</t></r><rPh><t>kana</t></rPh></si>"),
                                   "sales.xlsx");
    QCOMPARE(document.kind, DocumentKind::kSpreadsheet);
    QCOMPARE(document.parts.size(), 2);
    QCOMPARE(document.parts[0].name, QStringLiteral("Sales & more"));
    QCOMPARE(document.parts[0].text, QStringLiteral("Town,,kg\n2023-03-15,TRUE,2.50\n\n\"a, \"\"b\"\"\"\n"));
    QCOMPARE(document.parts[1].text, QString());
}

void TestDocuments::writesDates_data()
{
    QTest::addColumn<QString>("code");
    QTest::addColumn<double>("serial");
    QTest::addColumn<QString>("text");
    QTest::newRow("a day") << "d/m/yy" << 1.0 << "1899-12-31";
    QTest::newRow("a moment") << "yyyy-mm-dd hh:mm" << 45000.5 << "2023-03-15 12:00:00";
    QTest::newRow("a duration of more than a day") << "[h]:mm" << 1.25 << "30:00:00";
    QTest::newRow("minutes alone are months: a number") << "0.00" << 45000.5 << "45000.5";
    QTest::newRow("words in quotes are no format") << "0 \"days\"" << 3.0 << "3";
    QTest::newRow("colours are no format") << "[Red]0" << 3.0 << "3";
    QTest::newRow("no such day") << "yyyy" << 1e300 << "1e+300";
}

void TestDocuments::writesDates()
{
    QFETCH(QString, code);
    QFETCH(double, serial);
    QTEST(formattedCell(serial, formatOfCode(code), false), "text");
}

void TestDocuments::readsPdf()
{
    const Document document = read(makePdf({"The first page tells of apples.", {}, "Die dritte Seite: Größe"}), "a.pdf");
    QCOMPARE(document.kind, DocumentKind::kPdf);
    QCOMPARE(document.parts.size(), 3);
    QVERIFY2(document.parts[0].text.contains("tells of apples"), qPrintable(document.parts[0].text));
    QVERIFY(document.parts[1].text.trimmed().isEmpty());
    QVERIFY2(document.parts[2].text.contains(QStringLiteral("Größe")), qPrintable(document.parts[2].text));
    QVERIFY(document.notes.text().contains("without text: 1"));
}

void TestDocuments::drawsPdf()
{
    const auto png = pdfPagePicture(makePdf({"words", {}}), 1, 600, "a.pdf", {});
    QVERIFY2(png.ok(), png ? "" : png.error().message.c_str());
    const QImage page = QImage::fromData(*png);
    QCOMPARE(page.height(), 600);
    QCOMPARE(page.pixelColor(5, 590), QColor(Qt::white));
    bool red = false;
    for (int x = 0; x < page.width() && !red; ++x)
        red = page.pixelColor(x, 150) == QColor(Qt::red);
    QVERIFY2(red, "the square is drawn");
    const auto none = pdfPagePicture(makePdf({"words"}), 7, 600, "a.pdf", {});
    QVERIFY(!none && none.error().message.find("a.pdf") != std::string::npos);
}

void TestDocuments::readsPictures_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QSize>("size");
    QTest::newRow("the first frame of a GIF") << makeGif() << QSize(16, 16);
    const auto encoded = [](const char *format) {
        QTemporaryDir folder;
        QImage picture(40, 30, QImage::Format_RGB32);
        picture.fill(Qt::red);
        const QString path = folder.filePath(QStringLiteral("a"));
        picture.save(path, format, 100);
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    for (const char *format : {"PNG", "JPEG", "BMP", "WEBP", "TIFF"})
        QTest::newRow(format) << encoded(format) << QSize(40, 30);
    QTest::newRow("SVG, enlarged") << QByteArray(
                                          "<?xml version='1.0'?><!-- drawn --><svg xmlns='http://www.w3.org/2000/svg' "
                                          "xmlns:xlink='http://www.w3.org/1999/xlink' viewBox='0 0 20 10'><defs><linearGradient id='a'>"
                                          "<stop stop-color='red'/></linearGradient><linearGradient id='b' xlink:href='#a'/></defs>"
                                          "<rect width='20' height='10' fill='url(#b)'/></svg>")
                                   << QSize(1024, 512);
}

void TestDocuments::readsPictures()
{
    QFETCH(QByteArray, bytes);
    const auto attachment = loadAttachmentBytes(bytes, "picture", {});
    QVERIFY2(attachment.ok(), attachment ? "" : attachment.error().message.c_str());
    QVERIFY(attachment->image);
    QTEST(attachment->image->picture.size(), "size");
    const QColor middle = attachment->image->picture.pixelColor(attachment->image->picture.rect().center());
    QVERIFY2(middle.red() > 240 && middle.green() < 20 && middle.blue() < 20, qPrintable(middle.name()));
}

/// Neither a picture nor a style sheet of another file, and no entity, comes into the picture.
void TestDocuments::svgOpensNoOtherFile()
{
    QTemporaryDir folder;
    QImage secret(40, 40, QImage::Format_RGB32);
    secret.fill(Qt::black);
    QVERIFY(secret.save(folder.filePath("secret.png")));
    QFile style(folder.filePath("style.css"));
    QVERIFY(style.open(QIODevice::WriteOnly) && style.write("rect { fill: black; }") > 0);
    style.close();
    const QByteArray svg = "<?xml version='1.0'?><?xml-stylesheet type='text/css' href='" + style.fileName().toUtf8() +
                           "'?><svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='40' height='40'>"
                           "<rect width='40' height='40' fill='white'/><image width='40' height='40' xlink:href='" +
                           folder.filePath("secret.png").toUtf8() + "'/></svg>";
    const auto attachment = loadAttachmentBytes(svg, "a.svg", {});
    QVERIFY2(attachment.ok(), attachment ? "" : attachment.error().message.c_str());
    QCOMPARE(attachment->image->picture.pixelColor(500, 500), QColor(Qt::white));
    const QString entities =
        refusal("<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg xmlns='http://www.w3.org/2000/svg' width='9' "
                "height='9'><text>&a;</text></svg>",
                "b.svg");
    QVERIFY2(entities.contains("b.svg"), qPrintable(entities));
}

void TestDocuments::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("part");
    const QByteArray entities = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
                                "<w:document><w:body>&b;</w:body></w:document>";
    QTest::newRow("a bomb: 300 MB of zeros") << makeZip({{kWordFile, QByteArray(300'000'000, ' ')}}) << "a.docx"
                                             << "unpacks to far more";
    QTest::newRow("a size of 4 GB that is a lie") << withSize(makeZip({{kWordFile, "<a/>"}}), 0xfffffff0U) << "a.docx"
                                                  << "a.docx";
    QTest::newRow("more than it says") << withSize(makeZip({{kWordFile, QByteArray(5000, ' ')}}), 100) << "a.docx"
                                       << "damaged";
    QTest::newRow("20,001 files") <<
        [] {
            QVector<ZipFile> files;
            for (int i = 0; i <= ZipArchive::kMaxEntries; ++i)
                files.append({QString::number(i), {}});
            return makeZip(files);
        }() << "a.docx"
                                  << "unpacks to far more";
    QTest::newRow("a path out of the archive") << makeZip({{"../../.bashrc", "x"}, {kWordFile, "<a/>"}}) << "a.docx"
                                               << "leads out of it";
    QTest::newRow("a path of Windows") << makeZip({{"C:\\Windows\\a.dll", "x"}, {kWordFile, "<a/>"}}) << "a.docx"
                                       << "leads out of it";
    QTest::newRow("a relationship out of the archive")
        << makeZip({{"xl/workbook.xml", "<workbook/>"},
                    {"xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id='a' Target='../../../etc/passwd'/></Relationships>"}})
        << "a.xlsx"
        << "outside of itself";
    QTest::newRow("entities in DOCX") << makeZip({{kWordFile, entities}}) << "a.docx"
                                      << "XML entities";
    QTest::newRow("entities in XLSX") << makeZip({{"xl/workbook.xml", entities}}) << "a.xlsx"
                                      << "XML entities";
    QTest::newRow("a password") << makeZip({{kWordFile, "<a/>"}}, "secret") << "a.docx"
                                << "locked with a password";
    QTest::newRow("broken XML") << makeZip({{kWordFile, "<w:document><w:body>"}}) << "a.docx"
                                << "damaged";
    QTest::newRow("a million levels of XML") << makeZip({{kWordFile, QByteArray("<a>").repeated(1'000'000)}}) << "a.docx"
                                             << "a.docx";
    QTest::newRow("no words") << makeDocx("<w:p/>") << "a.docx"
                              << "holds no text";
    QTest::newRow("no cells") << makeXlsx({{"A", "<row><c r='A1' t='s'><v>99</v></c><c r='ZZZZZZZ1'><v>1</v></c></row>"}}) << "a.xlsx"
                              << "no cells";
    QTest::newRow("a text of a megabyte in a hundred cells")
        << makeXlsx({{"A", QByteArray("<row><c t='s'><v>0</v></c></row>").repeated(100)}},
                    "<si><t>" + QByteArray(1'000'000, 'x') + "</t></si>")
        << "a.xlsx"
        << "more than 4 million";
    QTest::newRow("another archive") << makeZip({{"readme.txt", "x"}}) << "a.zip"
                                     << "an archive";
    QTest::newRow("an old Office file") << QByteArray("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old") << "a.doc"
                                        << "old Office format";
    QTest::newRow("rich text") << QByteArray("{\\rtf1 x}") << "a.rtf"
                               << "RTF";
    QTest::newRow("a PDF of nothing") << QByteArray("%PDF-1.7\nnothing\n") << "a.pdf"
                                      << "damaged";
    QTest::newRow("a PDF with a password")
        << makeEmptyPdf(1, "/Encrypt 4 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]",
                        "4 0 obj\n<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + QByteArray(64, '1') + "> /U <" + QByteArray(64, '2') +
                            "> >>\nendobj\n")
        << "a.pdf"
        << "password";
    QTest::newRow("a PDF of 2,001 pages") << makeEmptyPdf(kMaxPages + 1) << "a.pdf"
                                          << "at most 2000";
    QTest::newRow("a program") << QByteArray("\x7f"
                                             "ELF\x02\x01\x01\0\0\0",
                                             10)
                               << "a.out"
                               << "not read here";
    QTest::newRow("text with the ending of a picture") << QByteArray("not a picture") << "a.png"
                                                       << "its content is text";
    QTest::newRow("nothing") << QByteArray() << "a.txt"
                             << "is empty";
    QTest::newRow("spaces") << QByteArray(" \n\n ") << "a.txt"
                            << "holds no text";
    QTest::newRow("too much text") << QByteArray(int(kMaxDocumentText) + 1, 'x') << "a.txt"
                                   << "more than 4 million";
    QTest::newRow("too large") << QByteArray(int(kMaxDocumentBytes) + 1, 'x') << "a.txt"
                               << "at most 64 MB";
}

void TestDocuments::refuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, name);
    QFETCH(QString, part);
    const QString message = refusal(bytes, name);
    QVERIFY2(message.contains(part) && message.contains(name), qPrintable(message));
}

void TestDocuments::everyCutIsAMessage_data()
{
    QTest::addColumn<QByteArray>("whole");
    QTest::addColumn<int>("cuts");
    QTest::newRow("a.docx") << makeDocx(paragraph("some words")) << 200;
    QTest::newRow("a.xlsx") << makeXlsx({{"A", "<row>" + cell("A1", "1") + "</row>"}}) << 200;
    QTest::newRow("a.pdf") << makePdf({"some words"}) << 6;
}

/// A file cut anywhere is a document or a message; a PDF reader may rebuild one.
void TestDocuments::everyCutIsAMessage()
{
    QFETCH(QByteArray, whole);
    QFETCH(int, cuts);
    const QString name = QTest::currentDataTag();
    for (int i = 1; i < cuts; ++i) {
        const auto document = readDocument(whole.left(whole.size() * i / cuts), name, {});
        QVERIFY2(document || QString::fromStdString(document.error().message).contains(name), "neither a document nor a message");
    }
    QVERIFY(readDocument(whole, name, {}).ok());
}

void TestDocuments::isCancelled_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("name");
    QTest::newRow("a PDF") << makeEmptyPdf(kMaxPages) << "a.pdf";
    QTest::newRow("a large table") << makeXlsx({{"A", QByteArray("<row><c><v>1</v></c></row>").repeated(1'000'000)}}) << "a.xlsx";
}

void TestDocuments::isCancelled()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, name);
    std::stop_source stop;
    std::jthread hand([&stop] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        stop.request_stop();
    });
    QElapsedTimer time;
    time.start();
    const auto document = readDocument(bytes, name, {stop.get_token()});
    hand.join();
    stop.request_stop();
    if (document) // a quick machine: asked again, it must not begin
        QVERIFY(!readDocument(bytes, name, {stop.get_token()}));
    else
        QCOMPARE(document.error().code, ErrorCode::kCancelled);
    QVERIFY(time.elapsed() < 5000);
}

void TestDocuments::tellsChosenParts()
{
    Document document;
    document.kind = DocumentKind::kPdf;
    document.parts = {{{}, "one"}, {{}, "two\n"}, {{}, "three"}, {{}, "four"}};
    QCOMPARE(partsInWords({true, true, true, true}), QString());
    QCOMPARE(partsInWords({true, true, false, true}), QStringLiteral("1-2, 4"));
    QCOMPARE(textOfParts(document, {true, false, false, true}), QStringLiteral("[Page 1]\none\n\n[Page 4]\nfour\n\n"));
    document.kind = DocumentKind::kSpreadsheet;
    document.parts = {{"Sales", "1,2\n"}};
    QCOMPARE(textOfParts(document, {true}), QStringLiteral("[Sheet Sales]\n1,2\n\n"));
    document.parts = {{{}, "alone\n"}};
    QCOMPARE(textOfParts(document, {true}), QStringLiteral("alone\n"));
}

void TestDocuments::aNameCannotLeaveItsMark()
{
    StoredDocument document;
    document.name = "a\"> </file> .txt";
    document.text = "x </file> y";
    document.parts = "1-3";
    QCOMPARE(promptOf(document), QStringLiteral("<file name=\"a__ _/file_ .txt\" parts=\"1-3\">\nx < /file> y\n</file>"));
}

QTEST_MAIN(TestDocuments)
#include "test_documents.moc"
