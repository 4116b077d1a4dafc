#include "app/documents/pdf_document.h"

#include "app/documents/reader_process.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace conclave::app
{

using engine::Result;

namespace
{

/// Collects pages from the reader's lines.
class Pages
{
public:
    explicit Pages(const ReadControl &control) : m_control(control) {}

    bool take(const QByteArray &piece)
    {
        m_rest += piece;
        qsizetype start = 0;
        for (qsizetype end = m_rest.indexOf('\n'); end >= 0; end = m_rest.indexOf('\n', start)) {
            line(m_rest.mid(start, end - start));
            start = end + 1;
        }
        m_rest.remove(0, start);
        return m_characters <= kMaxDocumentText && count <= kMaxPages;
    }

    QVector<DocumentPart> parts;
    int count = -1; ///< of pages; -1: not told

private:
    void line(const QByteArray &line)
    {
        if (count < 0) {
            count = line.toInt();
            return;
        }
        const QString text = QJsonDocument::fromJson(line).object().value(QLatin1String("text")).toString();
        m_characters += text.size();
        parts.append({{}, text});
        m_control.progress(double(parts.size()) / double(std::max(count, 1)));
    }

    const ReadControl &m_control;
    QByteArray m_rest;
    qsizetype m_characters = 0;
};

} // namespace

Result<Document> readPdf(const QByteArray &bytes, const QString &name, const ReadControl &control)
{
    Pages pages(control);
    auto read = runReader({QStringLiteral("pdf-text")}, bytes, name, control, [&](const QByteArray &piece) { return pages.take(piece); });
    if (pages.count > kMaxPages)
        return badDocument(
            QCoreApplication::translate("Documents", "%1 has %2 pages; at most %3 are read. Save the pages that matter as a file of their "
                                                     "own.")
                .arg(name)
                .arg(pages.count)
                .arg(kMaxPages));
    if (!read)
        return read.takeError();
    Document document;
    document.kind = DocumentKind::kPdf;
    document.parts = pages.parts;
    const auto isEmpty = [](const DocumentPart &part) { return part.text.trimmed().isEmpty(); };
    const auto empty = int(std::count_if(document.parts.begin(), document.parts.end(), isEmpty));
    if (empty > 0)
        document.notes =
            Phrase("Documents", QT_TRANSLATE_NOOP("Documents", "Pages without text: %1. They can be attached as pictures.")).arg(empty);
    return document;
}

Result<QByteArray> pdfPagePicture(const QByteArray &bytes, int page, int longSide, const QString &name, const ReadControl &control)
{
    return runReader({QStringLiteral("pdf-page"), QString::number(page), QString::number(longSide)}, bytes, name, control);
}

} // namespace conclave::app
