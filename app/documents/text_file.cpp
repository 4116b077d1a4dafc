#include "app/documents/text_file.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QSet>
#include <QStringDecoder>

#include <algorithm>
#include <array>
#include <optional>

namespace conclave::app
{
namespace
{

constexpr qsizetype kLooked = 65'536; // bytes that decide whether a file is text

/// Windows-1252 where it differs from Latin-1: 0x80 to 0x9f. Undefined ones are U+FFFD.
constexpr std::array<char16_t, 32> kWindows1252 = {
    0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd,
    0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178,
};

QString endingOf(const QString &name)
{
    return QFileInfo(name).suffix().toLower();
}

bool endsLikeText(const QString &name)
{
    static const QSet<QString> kEndings{"txt", "text", "md", "markdown", "csv", "tsv", "log", "ini", "srt", "tex"};
    return kEndings.contains(endingOf(name));
}

DocumentKind kindOf(const QString &name)
{
    const QString ending = endingOf(name);
    if (ending == QLatin1String("md") || ending == QLatin1String("markdown"))
        return DocumentKind::kMarkdown;
    return ending == QLatin1String("csv") || ending == QLatin1String("tsv") ? DocumentKind::kCsv : DocumentKind::kText;
}

bool hasControlBytes(const QByteArray &bytes)
{
    return std::any_of(bytes.begin(), bytes.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != '\x1b';
    });
}

/// Nothing when the bytes are not of that encoding. A character cut in half at the end is no error: the decoder waits for the rest.
std::optional<QString> decoded(const QByteArray &bytes, QStringDecoder::Encoding encoding)
{
    QStringDecoder decoder(encoding);
    QString text = decoder(bytes);
    if (decoder.hasError())
        return {};
    return text;
}

std::optional<QStringDecoder::Encoding> markedEncoding(const QByteArray &bytes)
{
    return QStringConverter::encodingForData(bytes.left(4));
}

QString fromOneByteLetters(const QByteArray &bytes)
{
    QString text = QString::fromLatin1(bytes);
    for (QChar &c : text) {
        if (c.unicode() >= 0x80 && c.unicode() < 0xa0)
            c = QChar(kWindows1252[c.unicode() - 0x80]);
    }
    return text;
}

engine::Error notText(const QString &name)
{
    return badDocument(QCoreApplication::translate("Documents",
                                                   "%1 is of a kind that is not read here. Pictures, PDF, DOCX, XLSX and text files "
                                                   "(Markdown, CSV, source code) can be attached.")
                           .arg(name));
}

} // namespace

bool looksLikeText(const QByteArray &bytes, const QString &name)
{
    const QByteArray head = bytes.left(kLooked);
    if (head.isEmpty())
        return endsLikeText(name);
    if (const auto marked = markedEncoding(head))
        return decoded(head, *marked).has_value();
    return !hasControlBytes(head) && (decoded(head, QStringDecoder::Utf8) || endsLikeText(name));
}

engine::Result<Document> readTextFile(const QByteArray &bytes, const QString &name)
{
    Document document;
    document.kind = kindOf(name);
    std::optional<QString> text;
    if (const auto marked = markedEncoding(bytes))
        text = decoded(bytes, *marked);
    else if (!hasControlBytes(bytes))
        text = decoded(bytes, QStringDecoder::Utf8);
    if (!text && !hasControlBytes(bytes) && endsLikeText(name)) {
        text = fromOneByteLetters(bytes);
        document.notes = Phrase("Documents", QT_TRANSLATE_NOOP("Documents", "Read as Western European text (Windows-1252)."));
    }
    if (!text)
        return notText(name);
    if (text->size() > kMaxDocumentText)
        return tooMuchText(name);
    text->replace(QLatin1String("\r\n"), QLatin1String("\n"));
    if (text->trimmed().isEmpty())
        return badDocument(QCoreApplication::translate("Documents", "%1 holds no text. Choose another file.").arg(name));
    document.parts.append({{}, *text});
    return document;
}

} // namespace conclave::app
