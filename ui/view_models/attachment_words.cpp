#include "ui/view_models/attachment_words.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace conclave::ui
{

namespace
{

constexpr int kQuickPng = 90; // little compression: it is decoded at once

} // namespace

QString kindInWords(app::DocumentKind kind)
{
    switch (kind) {
    case app::DocumentKind::kMarkdown:
        return QCoreApplication::translate("Attachments", "Markdown");
    case app::DocumentKind::kCsv:
        return QCoreApplication::translate("Attachments", "CSV");
    case app::DocumentKind::kWord:
        return QCoreApplication::translate("Attachments", "Word");
    case app::DocumentKind::kSpreadsheet:
        return QCoreApplication::translate("Attachments", "Table");
    case app::DocumentKind::kPdf:
        return QCoreApplication::translate("Attachments", "PDF");
    case app::DocumentKind::kText:
        break;
    }
    return QCoreApplication::translate("Attachments", "Text");
}

QString partsInWords(app::DocumentKind kind, qsizetype count, const QString &chosen)
{
    const bool sheets = kind == app::DocumentKind::kSpreadsheet;
    const auto number = QLocale().toString(count);
    if (!chosen.isEmpty()) {
        const QString words = sheets ? QCoreApplication::translate("Attachments", "sheets %1 of %2")
                                     : QCoreApplication::translate("Attachments", "pages %1 of %2");
        return words.arg(chosen, number);
    }
    if (count == 1) {
        return sheets ? QCoreApplication::translate("Attachments", "1 sheet") : QCoreApplication::translate("Attachments", "1 page");
    }
    return (sheets ? QCoreApplication::translate("Attachments", "%1 sheets") : QCoreApplication::translate("Attachments", "%1 pages"))
        .arg(number);
}

QString tokensInWords(int tokens)
{
    return QCoreApplication::translate("Attachments", "%1 tokens").arg(QLocale().toString(tokens));
}

QString pictureUrl(const QImage &picture, int side)
{
    const bool smaller = std::max(picture.width(), picture.height()) > side;
    const QImage shown = smaller ? picture.scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation) : picture;
    QByteArray png;
    QBuffer buffer(&png);
    buffer.open(QIODevice::WriteOnly);
    shown.save(&buffer, "PNG", kQuickPng);
    return QStringLiteral("data:image/png;base64,") + QString::fromLatin1(png.toBase64());
}

} // namespace conclave::ui
