#include "app/documents/document.h"

#include "app/documents/pdf_document.h"
#include "app/documents/spreadsheet.h"
#include "app/documents/text_file.h"
#include "app/documents/word_document.h"
#include "app/documents/zip_archive.h"
#include "app/text_of.h"

#include <QCoreApplication>

#include <new>

namespace conclave::app
{

using engine::ErrorCode;
using engine::Result;

namespace
{

constexpr auto kZip = "PK\x03\x04";
constexpr auto kOldOffice = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"; // OLE2: .doc, .xls, .ppt; also DOCX with a password
constexpr auto kRichText = "{\\rtf";

bool isPdf(const QByteArray &bytes)
{
    return bytes.left(1024).contains("%PDF-"); // as PDF readers do: some files have a few bytes before it
}

Result<Document> readOffice(const QByteArray &bytes, const QString &name, const ReadControl &control)
{
    auto archive = ZipArchive::open(bytes, name);
    if (!archive)
        return archive.takeError();
    if (archive->holds(QStringLiteral("word/document.xml")))
        return readWordDocument(*archive, name, control);
    if (archive->holds(QStringLiteral("xl/workbook.xml")))
        return readSpreadsheet(*archive, name, control);
    return badDocument(QCoreApplication::translate("Documents",
                                                   "%1 is an archive or an office document of a kind that is not read here. Save it as "
                                                   "DOCX, XLSX or PDF, or unpack it and attach the files.")
                           .arg(name));
}

Result<Document> read(const QByteArray &bytes, const QString &name, const ReadControl &control)
{
    if (bytes.isEmpty())
        return badDocument(QCoreApplication::translate("Documents", "%1 is empty. Save or download it again.").arg(name));
    if (isPdf(bytes))
        return readPdf(bytes, name, control);
    if (bytes.startsWith(kZip))
        return readOffice(bytes, name, control);
    if (bytes.startsWith(kOldOffice))
        return badDocument(QCoreApplication::translate("Documents",
                                                       "%1 is in an old Office format or locked with a password. Open it in an office "
                                                       "program and save it as DOCX, XLSX or PDF without a password.")
                               .arg(name));
    if (bytes.startsWith(kRichText))
        return badDocument(
            QCoreApplication::translate("Documents", "%1 is rich text (RTF), which is not read here. Save it as DOCX or PDF.").arg(name));
    return readTextFile(bytes, name);
}

} // namespace

engine::Error badDocument(const QString &message)
{
    return failure(ErrorCode::kBadFormat, message);
}

engine::Error documentCancelled()
{
    return failure(ErrorCode::kCancelled, QCoreApplication::translate("Documents", "Reading was cancelled."));
}

engine::Error tooMuchText(const QString &name)
{
    return badDocument(QCoreApplication::translate("Documents",
                                                   "%1 holds more than %2 million characters of text, which no model takes in at once. "
                                                   "Attach the part that matters as a file of its own.")
                           .arg(name)
                           .arg(kMaxDocumentText / 1'000'000));
}

bool isDocument(const QByteArray &bytes, const QString &name)
{
    return isPdf(bytes) || bytes.startsWith(kZip) || bytes.startsWith(kOldOffice) || bytes.startsWith(kRichText) ||
           looksLikeText(bytes, name);
}

Result<Document> readDocument(const QByteArray &bytes, const QString &name, const ReadControl &control)
{
    try {
        if (bytes.size() > kMaxDocumentBytes)
            return badDocument(QCoreApplication::translate("Documents",
                                                           "%1 is too large: %2 MB. Documents of at most %3 MB are read. Attach the part "
                                                           "that matters as a file of its own.")
                                   .arg(name)
                                   .arg(bytes.size() / 1'000'000)
                                   .arg(kMaxDocumentBytes / 1'000'000));
        auto document = read(bytes, name, control);
        if (document)
            document->fileBytes = bytes;
        return document;
    } catch (const std::bad_alloc &) {
        return failure(
            ErrorCode::kOutOfMemory,
            QCoreApplication::translate("Documents", "There is not enough memory to read %1. Close other programs, then try again.")
                .arg(name));
    }
}

} // namespace conclave::app
