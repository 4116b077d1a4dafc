#include "app/images/file_kind.h"

#include <QCoreApplication>
#include <QStringDecoder>

#include <array>

namespace conclave::app
{
namespace
{

struct Signature
{
    QByteArrayView start;
    const char *name;
};

constexpr int kTextHead = 4096; // bytes that decide whether a file is text

const std::array<Signature, 7> &signatures()
{
    static const std::array<Signature, 7> list = {{
        {"%PDF-", QT_TRANSLATE_NOOP("ImageLoader", "a PDF document")},
        {"PK\x03\x04", QT_TRANSLATE_NOOP("ImageLoader", "an archive or office document")},
        {"GGUF", QT_TRANSLATE_NOOP("ImageLoader", "a model in GGUF format")},
        {"\x7f"
         "ELF",
         QT_TRANSLATE_NOOP("ImageLoader", "a program")},
        {"MZ", QT_TRANSLATE_NOOP("ImageLoader", "a program")},
        {"\x1f\x8b", QT_TRANSLATE_NOOP("ImageLoader", "compressed data")},
        {"SQLite format 3", QT_TRANSLATE_NOOP("ImageLoader", "a database")},
    }};
    return list;
}

bool isText(const QByteArray &bytes)
{
    const QByteArray head = bytes.left(kTextHead);
    for (const char c : head) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f')
            return false;
    }
    // A character cut in half at the end is no error: the decoder keeps it.
    QStringDecoder decoder(QStringDecoder::Utf8);
    const QString text = decoder(head);
    Q_UNUSED(text)
    return !decoder.hasError();
}

} // namespace

QString describeContent(const QByteArray &bytes)
{
    for (const Signature &signature : signatures()) {
        if (bytes.startsWith(signature.start))
            return QCoreApplication::translate("ImageLoader", signature.name);
    }
    return !bytes.isEmpty() && isText(bytes) ? QCoreApplication::translate("ImageLoader", "text") : QString();
}

} // namespace conclave::app
