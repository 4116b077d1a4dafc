#include "app/documents/document_text.h"

#include <QStringList>

namespace conclave::app
{
namespace
{

/// A file's name cannot end the mark that it stands in.
QString quotedName(QString name)
{
    for (QChar &c : name) {
        if (c == u'"' || c == u'<' || c == u'>' || c < u' ')
            c = u'_';
    }
    return u'"' + name + u'"';
}

QString headOf(const Document &document, qsizetype part)
{
    if (document.kind == DocumentKind::kSpreadsheet)
        return QStringLiteral("[Sheet %1]\n").arg(document.parts[part].name);
    return QStringLiteral("[Page %1]\n").arg(part + 1);
}

} // namespace

QString partsInWords(const QVector<bool> &chosen)
{
    if (!chosen.contains(false))
        return {};
    QStringList ranges;
    for (qsizetype first = chosen.indexOf(true); first >= 0;) {
        qsizetype end = chosen.indexOf(false, first);
        if (end < 0)
            end = chosen.size();
        ranges.append(end - first == 1 ? QString::number(first + 1) : QStringLiteral("%1-%2").arg(first + 1).arg(end));
        first = chosen.indexOf(true, end);
    }
    return ranges.join(QStringLiteral(", "));
}

QString textOfParts(const Document &document, const QVector<bool> &chosen)
{
    if (document.parts.size() == 1 && document.parts.front().name.isEmpty())
        return document.parts.front().text;
    QString out;
    for (qsizetype i = 0; i < document.parts.size(); ++i) {
        if (i < chosen.size() && !chosen[i])
            continue;
        out += headOf(document, i) + document.parts[i].text;
        out += document.parts[i].text.endsWith(u'\n') ? QStringLiteral("\n") : QStringLiteral("\n\n");
    }
    return out;
}

QString promptOf(const StoredDocument &document)
{
    QString text = document.text;
    text.replace(QLatin1String("</file>"), QLatin1String("< /file>")); // it must not end here
    const QString parts = document.parts.isEmpty() ? QString() : QStringLiteral(" parts=\"%1\"").arg(document.parts);
    return QStringLiteral("<file name=%1%2>\n%3\n</file>").arg(quotedName(document.name), parts, text.trimmed());
}

} // namespace conclave::app
