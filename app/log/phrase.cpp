#include "app/log/phrase.h"

#include "app/log/engine_words.h"

#include <QCoreApplication>
#include <QJsonObject>

namespace conclave::app
{

QString filled(const QString &sentence, const QStringList &values)
{
    QString out;
    for (qsizetype i = 0; i < sentence.size(); ++i) {
        const int number = sentence[i] == u'%' && i + 1 < sentence.size() ? sentence[i + 1].digitValue() : -1;
        if (number > 0 && number <= values.size()) {
            out += values[number - 1];
            ++i;
        } else {
            out += sentence[i];
        }
    }
    return out;
}

QString Phrase::text() const
{
    QString out;
    for (const Sentence &sentence : m_sentences) {
        if (!out.isEmpty() && !out.endsWith(QChar(0x3002))) // no space follows the ideographic full stop
            out += u' ';
        out += sentence.context.isEmpty() ? engineWords(QString::fromUtf8(sentence.words))
                                          : filled(QCoreApplication::translate(sentence.context, sentence.words), sentence.values);
    }
    return out;
}

QJsonArray Phrase::toJson() const
{
    QJsonArray out;
    for (const Sentence &sentence : m_sentences)
        out.append(QJsonObject{{"context", QString::fromUtf8(sentence.context)},
                               {"words", QString::fromUtf8(sentence.words)},
                               {"values", QJsonArray::fromStringList(sentence.values)}});
    return out;
}

Phrase Phrase::fromJson(const QJsonValue &json)
{
    Phrase out;
    if (json.isString() && !json.toString().isEmpty())
        out.m_sentences.append({{}, json.toString().toUtf8(), {}});
    for (const QJsonValue &sentence : json.toArray()) {
        if (sentence[QLatin1String("words")].toString().isEmpty())
            continue;
        out.m_sentences.append({sentence[QLatin1String("context")].toString().toUtf8(),
                                sentence[QLatin1String("words")].toString().toUtf8(),
                                sentence[QLatin1String("values")].toVariant().toStringList()});
    }
    return out;
}

} // namespace conclave::app
