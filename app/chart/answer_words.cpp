#include "app/chart/answer_words.h"

#include <QCoreApplication>
#include <QSet>
#include <QStringList>

#include <algorithm>
#include <array>

namespace conclave::app
{
namespace
{

struct Saying
{
    const char *name;
    const char *text;
};

constexpr const char *kNoChart =
    QT_TRANSLATE_NOOP("Chart", "This is not a chart. I only read charts; load a general model for other pictures.");
constexpr std::array kSayings{
    Saying{"greet", QT_TRANSLATE_NOOP("Chart", "Hello! Show me a chart: drop, paste or attach a picture of one.")},
    Saying{"can", QT_TRANSLATE_NOOP("Chart", "I read charts: the table behind a picture, a summary, and answers to questions about it.")},
    Saying{"who", QT_TRANSLATE_NOOP("Chart", "I am the chart reader that comes with Conclave. I work on this machine alone.")},
    Saying{"how",
           QT_TRANSLATE_NOOP("Chart", "Drop, paste or attach a picture of a chart. Then ask about its values, changes, shares or trends.")},
    Saying{"thanks", QT_TRANSLATE_NOOP("Chart", "You are welcome.")},
    Saying{"bye", QT_TRANSLATE_NOOP("Chart", "Goodbye!")},
    Saying{"refuse", QT_TRANSLATE_NOOP("Chart", "I only read charts; load a general model for this.")},
    Saying{"absent", QT_TRANSLATE_NOOP("Chart", "The chart does not show that.")},
    Saying{"nochart", kNoChart},
};

/// Words that are frequent in questions of one language and rare in the other.
const QSet<QString> &commonWords(bool german)
{
    static const QSet<QString> kEnglish{QStringLiteral("the"),  QStringLiteral("what"), QStringLiteral("which"), QStringLiteral("how"),
                                        QStringLiteral("is"),   QStringLiteral("are"),  QStringLiteral("of"),    QStringLiteral("does"),
                                        QStringLiteral("did"),  QStringLiteral("many"), QStringLiteral("much"),  QStringLiteral("than"),
                                        QStringLiteral("when"), QStringLiteral("you"),  QStringLiteral("it"),    QStringLiteral("and"),
                                        QStringLiteral("has"),  QStringLiteral("hello")};
    static const QSet<QString> kGerman{
        QStringLiteral("der"),     QStringLiteral("die"),     QStringLiteral("das"),  QStringLiteral("wie"),  QStringLiteral("welche"),
        QStringLiteral("welcher"), QStringLiteral("welches"), QStringLiteral("ist"),  QStringLiteral("sind"), QStringLiteral("viel"),
        QStringLiteral("viele"),   QStringLiteral("wann"),    QStringLiteral("wo"),   QStringLiteral("und"),  QStringLiteral("im"),
        QStringLiteral("von"),     QStringLiteral("als"),     QStringLiteral("hoch"), QStringLiteral("hallo")};
    return german ? kGerman : kEnglish;
}

} // namespace

QString correctionText(const Citation &citation)
{
    return citation.tableSays.isEmpty()
               ? QString()
               : QCoreApplication::translate("Chart", "[table: %1]", "what the table says instead").arg(citation.tableSays);
}

QString correctedText(const ChartSummary &summary)
{
    QString out = summary.text;
    for (auto citation = summary.citations.crbegin(); citation != summary.citations.crend(); ++citation) {
        if (const QString correction = correctionText(*citation); !correction.isEmpty())
            out.insert(citation->start + citation->length, u' ' + correction);
    }
    return out;
}

bool isHan(QChar c)
{
    return c.script() == QChar::Script_Han;
}

QString answerWord(AnswerWord word, QStringView language)
{
    static const QStringList kEnglish{QStringLiteral("yes"),   QStringLiteral("no"),          QStringLiteral("rises"),
                                      QStringLiteral("falls"), QStringLiteral("stays level"), QStringLiteral("Value")};
    static const QStringList kGerman{QStringLiteral("ja"),    QStringLiteral("nein"),          QStringLiteral("steigt"),
                                     QStringLiteral("fällt"), QStringLiteral("bleibt gleich"), QStringLiteral("Wert")};
    static const QStringList kChinese{QStringLiteral("是"),   QStringLiteral("否"),       QStringLiteral("上升"),
                                      QStringLiteral("下降"), QStringLiteral("保持平稳"), QStringLiteral("数值")};
    const QStringList &words = language == QLatin1String("de") ? kGerman : language == QLatin1String("zh") ? kChinese : kEnglish;
    return words[int(word)];
}

QString sayingText(QStringView name)
{
    for (const Saying &saying : kSayings) {
        if (name == QLatin1String(saying.name))
            return QCoreApplication::translate("Chart", saying.text);
    }
    return {};
}

QString noChartText()
{
    return QCoreApplication::translate("Chart", kNoChart);
}

QString languageOfQuestion(const QString &question)
{
    if (std::any_of(question.begin(), question.end(), isHan))
        return QStringLiteral("zh");
    int english = 0;
    int german = 0;
    QString word;
    for (const QChar c : question.toLower() + u' ') {
        if (c.isLetter()) {
            word += c;
            continue;
        }
        english += commonWords(false).contains(word) ? 1 : 0;
        german += commonWords(true).contains(word) ? 1 : 0;
        word.clear();
    }
    return english == german ? QString() : german > english ? QStringLiteral("de") : QStringLiteral("en");
}

} // namespace conclave::app
