#pragma once

#include "app/log/phrase.h"
#include "engine/base/result.h"

#include <QByteArray>
#include <QString>
#include <QVector>

#include <functional>
#include <stop_token>

/// Documents as a model is told of them: their words, page by page or sheet by sheet. Files are not trusted: every reader has limits,
/// refuses what goes beyond them with a message that names the file, and cuts nothing off unseen.
namespace conclave::app
{

/// Kept in the database: numbers stay as they are.
enum class DocumentKind
{
    kText = 0,
    kMarkdown = 1,
    kCsv = 2,
    kWord = 3,        ///< DOCX
    kSpreadsheet = 4, ///< XLSX
    kPdf = 5,
};

/// A page, a sheet, or the whole of a document that has neither.
struct DocumentPart
{
    QString name; ///< of a sheet; empty: pages go by their number
    QString text;
};

struct Document
{
    DocumentKind kind = DocumentKind::kText;
    QByteArray fileBytes; ///< as they were on disk
    QVector<DocumentPart> parts;
    Phrase notes; ///< what of it is not told ("3 pictures"), for the user
};

inline constexpr qint64 kMaxDocumentBytes = 64'000'000;
inline constexpr qsizetype kMaxDocumentText = 4'000'000; ///< characters of all parts: more than any context holds
inline constexpr int kMaxPages = 2000;

/// Ends early with kCancelled when `token` is stopped; `progress` hears the share done, 0 to 1, from the calling thread.
struct ReadControl
{
    std::stop_token token;
    std::function<void(double)> progress = [](double) {};
};

/// Whether readDocument takes these bytes, or has a better message than that they are no picture.
bool isDocument(const QByteArray &bytes, const QString &name);
/// Reads `bytes` as what they are; only text goes by the ending of `name`. kBadFormat, kCancelled, kOutOfMemory, kFileUnreadable.
engine::Result<Document> readDocument(const QByteArray &bytes, const QString &name, const ReadControl &control);

/// Errors that several readers have.
engine::Error badDocument(const QString &message);
engine::Error documentCancelled();
engine::Error tooMuchText(const QString &name);

} // namespace conclave::app
