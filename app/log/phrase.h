#pragma once

#include <QByteArray>
#include <QJsonArray>
#include <QString>
#include <QStringList>
#include <QVector>

/// What is said to the user later, or again: sentences that are kept with their names and numbers, and told in the language of the moment.
namespace conclave::app
{

class Phrase
{
public:
    Phrase() = default;
    /// `sentence` marked with QT_TRANSLATE_NOOP, its names and numbers as %1 to %9.
    Phrase(const char *context, const char *sentence) : m_sentences{{context, sentence, {}}} {}
    /// A sentence of the engine's, or of an older version: told as engineWords does.
    explicit Phrase(const QString &sentence) : m_sentences{{{}, sentence.toUtf8(), {}}} {}

    /// Fills the next place of the last sentence.
    template <typename... Value>
    Phrase arg(const Value &...values) const
    {
        Phrase out = *this;
        (out.m_sentences.last().values.append(QStringLiteral("%1").arg(values)), ...);
        return out;
    }
    friend Phrase operator+(Phrase first, const Phrase &second)
    {
        first.m_sentences += second.m_sentences;
        return first;
    }

    bool isEmpty() const { return m_sentences.isEmpty(); }
    QString text() const;

    QJsonArray toJson() const;
    static Phrase fromJson(const QJsonValue &json); ///< also a plain text, as earlier versions kept it

    bool operator==(const Phrase &) const = default;

private:
    struct Sentence
    {
        QByteArray context; ///< of translations; empty: the engine's
        QByteArray words;
        QStringList values;

        bool operator==(const Sentence &) const = default;
    };

    QVector<Sentence> m_sentences;
};

/// `sentence` with `values` in its places %1 to %9. A value may itself hold a "%1": all places are filled at once.
QString filled(const QString &sentence, const QStringList &values);

} // namespace conclave::app
