#include "app/reader/reader.h"

#include <QBuffer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPdfDocument>
#include <QPdfSelection>

#include <algorithm>

namespace conclave::app::reader
{
namespace
{

/// What the reader makes of ends of lines, of words parted there, and of what has no letter.
QString cleaned(QString text)
{
    text.replace(QLatin1String("\r\n"), QLatin1String("\n"));
    text.replace(u'\r', u'\n');
    QString out;
    out.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        const bool parted = c == QChar(0xfffe) || c == QChar(0x2);
        if (parted && i + 1 < text.size() && text[i + 1] == u'\n')
            ++i; // a word parted at the end of a line is put together
        else if (!parted && (c >= u' ' || c == u'\n' || c == u'\t'))
            out += c;
    }
    return out;
}

int writeText(QPdfDocument &document, QFile &out)
{
    if (!write(out, QByteArray::number(document.pageCount()) + '\n'))
        return kDamaged;
    for (int page = 0; page < document.pageCount(); ++page) {
        const QJsonObject line{{QStringLiteral("text"), cleaned(document.getAllText(page).text())}};
        if (!write(out, QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n'))
            return kDamaged;
    }
    return kDone;
}

int writePicture(QPdfDocument &document, int page, int pixels, QFile &out)
{
    if (page < 0 || page >= document.pageCount() || pixels < 1 || pixels > kMaxPixels)
        return kNoPage;
    const QSizeF points = document.pagePointSize(page);
    const double longer = std::max(points.width(), points.height());
    const double shorter = std::min(points.width(), points.height());
    if (!(shorter > 0) || longer / shorter > kMostAspect)
        return kNoPage;
    const QSize size = (points * (pixels / longer)).toSize().expandedTo(QSize(1, 1));
    const QImage drawn = document.render(page, size);
    if (drawn.isNull())
        return kNoPage;
    return writePng(drawn, out);
}

int load(QPdfDocument &document, QBuffer &bytes)
{
    document.load(&bytes);
    switch (document.error()) {
    case QPdfDocument::Error::None:
        return document.pageCount() > 0 ? kDone : kDamaged;
    case QPdfDocument::Error::IncorrectPassword:
    case QPdfDocument::Error::UnsupportedSecurityScheme:
        return kLocked;
    default:
        return kDamaged;
    }
}

} // namespace

int readPdf(const QByteArray &pdf, const QStringList &arguments, QFile &out)
{
    QBuffer bytes;
    bytes.setData(pdf);
    bytes.open(QIODevice::ReadOnly);
    QPdfDocument document;
    if (const int failed = load(document, bytes); failed != kDone)
        return failed;
    if (arguments.value(1) == QLatin1String("pdf-text"))
        return writeText(document, out);
    return writePicture(document, arguments.value(2).toInt(), arguments.value(3).toInt(), out);
}

} // namespace conclave::app::reader
