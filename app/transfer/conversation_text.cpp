#include "app/transfer/conversation_text.h"

#include "app/chart/chart_table.h"
#include "app/chat/figures_json.h"
#include "app/markdown/markdown_rows.h"
#include "app/transfer/markdown_html.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QJsonDocument>
#include <QLocale>
#include <QMimeDatabase>
#include <QPageSize>
#include <QPdfWriter>
#include <QTextDocument>

namespace conclave::app
{
namespace
{

QString speaker(const StoredMessage &message)
{
    if (message.role == MessageRole::kUser)
        return QCoreApplication::translate("ConversationTransfer", "You");
    const QString name = message.model.isEmpty() ? QCoreApplication::translate("ConversationTransfer", "Answer") : message.model;
    return saysEdited(message.statistics) ? QCoreApplication::translate("ConversationTransfer", "%1 (edited)").arg(name) : name;
}

/// What an answer says as Markdown: a chart is its table and its summary, an answer about one its words.
QString bodyOf(const StoredMessage &message)
{
    if (message.chart.isEmpty())
        return message.text;
    const ChartReading reading = ChartReading::fromJson(QJsonDocument::fromJson(message.chart).object());
    if (reading.isAnswer)
        return reading.summary.text;
    return reading.table.title + QStringLiteral("\n\n") + reading.toMarkdown() + u'\n' + reading.summary.text;
}

QString timeOf(const ConversationTree &tree)
{
    return QLocale().toString(tree.conversation.created, QLocale::LongFormat);
}

QString quoted(const QString &text)
{
    return QStringLiteral("> ") + QString(text).replace(u'\n', QLatin1String("\n> "));
}

QString pictureHtml(const QByteArray &file)
{
    const QString type = QMimeDatabase().mimeTypeForData(file).name();
    if (!type.startsWith(QLatin1String("image/")))
        return {};
    return QStringLiteral("<p><img class=\"sent\" src=\"data:%1;base64,%2\" alt=\"\"></p>\n")
        .arg(type, QString::fromLatin1(file.toBase64()));
}

QString messageHtml(const StoredMessage &message, const ReadableConversation &conversation)
{
    if (message.role == MessageRole::kNotice)
        return QStringLiteral("<p class=\"notice\">%1</p>\n").arg(message.text.toHtmlEscaped());
    const bool user = message.role == MessageRole::kUser;
    QString out = QStringLiteral("<section class=\"%1\">\n<h2>%2</h2>\n")
                      .arg(user ? QStringLiteral("user") : QStringLiteral("answer"), speaker(message).toHtmlEscaped());
    for (const QString &hash : message.images)
        out += pictureHtml(conversation.images.value(hash));
    for (const StoredDocument &document : message.documents)
        out += QStringLiteral("<p class=\"notice\">%1</p>\n").arg(document.name.toHtmlEscaped());
    if (!message.reasoning.isEmpty())
        out += QStringLiteral("<details><summary>%1</summary>\n%2</details>\n")
                   .arg(QCoreApplication::translate("ConversationTransfer", "Reasoning").toHtmlEscaped(),
                        markdownToHtml(message.reasoning, conversation.drawFormula));
    out += user ? QStringLiteral("<p class=\"said\">%1</p>\n").arg(message.text.toHtmlEscaped().replace(u'\n', QLatin1String("<br>\n")))
                : markdownToHtml(bodyOf(message), conversation.drawFormula);
    return out + QStringLiteral("</section>\n");
}

constexpr auto kStyle =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;color:#1f2422;background:#faf9f6}"
    "h1{font-size:1.5rem}h2{font-size:.85rem;color:#62655f;margin:2rem 0 .3rem;font-weight:600}"
    ".user .said{background:#dfeeea;border-radius:12px;padding:.6rem .9rem;white-space:normal}"
    "pre{background:#f3f1ec;border-radius:8px;padding:.8rem;overflow-x:auto}code{font-family:monospace;background:#f3f1ec}"
    "table{border-collapse:collapse}td,th{border:1px solid #c9c5bb;padding:.3rem .6rem}"
    "blockquote{border-left:3px solid #c9c5bb;margin-left:0;padding-left:1rem;color:#62655f}"
    "img.sent{max-width:100%}.display{text-align:center}.notice{color:#62655f;text-align:center;font-size:.85rem}"
    "@media(prefers-color-scheme:dark){body{color:#eceae5;background:#17181a}.user .said{background:#24403c}"
    "pre,code{background:#1c1e20}h2,.notice,blockquote{color:#a9a8a2}img.math{filter:invert(1)}}";

} // namespace

QString conversationToMarkdown(const ReadableConversation &conversation)
{
    QString out = QStringLiteral("# %1\n\n%2\n").arg(conversation.tree.conversation.title, timeOf(conversation.tree));
    for (const StoredMessage &message : shownBranchOf(conversation.tree)) {
        if (message.role == MessageRole::kNotice) {
            out += QStringLiteral("\n*%1*\n").arg(message.text);
            continue;
        }
        out += QStringLiteral("\n## %1\n\n").arg(speaker(message));
        for (const QString &hash : message.images) {
            const QByteArray file = conversation.images.value(hash);
            if (!file.isEmpty())
                out += QStringLiteral("![](data:%1;base64,%2)\n\n")
                           .arg(QMimeDatabase().mimeTypeForData(file).name(), QString::fromLatin1(file.toBase64()));
        }
        for (const StoredDocument &document : message.documents)
            out += QStringLiteral("*%1*\n\n").arg(document.name);
        if (!message.reasoning.isEmpty())
            out += quoted(message.reasoning) + QStringLiteral("\n\n");
        out += bodyOf(message) + u'\n';
    }
    return out;
}

QString conversationToHtml(const ReadableConversation &conversation)
{
    const QString title = conversation.tree.conversation.title.toHtmlEscaped();
    QString out = QStringLiteral("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>%1</title>\n"
                                 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
                                 "'unsafe-inline'\">\n<style>%2</style></head>\n<body>\n<h1>%1</h1>\n<p class=\"notice\">%3</p>\n")
                      .arg(title, QString::fromLatin1(kStyle), timeOf(conversation.tree).toHtmlEscaped());
    for (const StoredMessage &message : shownBranchOf(conversation.tree))
        out += messageHtml(message, conversation);
    return out + QStringLiteral("</body></html>\n");
}

QByteArray conversationToPdf(const ReadableConversation &conversation)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setPageSize(QPageSize(QPageSize::A4));
    writer.setPageMargins({18, 18, 18, 18}, QPageLayout::Millimeter);
    writer.setResolution(96); // lengths of the text are CSS pixels; letters stay outlines
    writer.setTitle(conversation.tree.conversation.title);
    QTextDocument document;
    document.setDefaultStyleSheet(QStringLiteral("h1{font-size:18pt}h2{font-size:9pt;color:#62655f}pre,code{font-family:monospace;"
                                                 "background-color:#f3f1ec}blockquote,.notice{color:#62655f}td,th{padding:3px}"));
    QString html = conversationToHtml(conversation);
    const qsizetype begin = html.indexOf(QLatin1String("<body>"));
    html.remove(QStringLiteral("<details>"));
    html.remove(QStringLiteral("</details>"));
    document.setPageSize(QSizeF(writer.width(), writer.height()));
    document.setHtml(html.mid(begin));
    document.print(&writer);
    buffer.close();
    return bytes;
}

} // namespace conclave::app
