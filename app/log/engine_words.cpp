#include "app/log/engine_words.h"

#include "app/log/phrase.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QVector>

#include <array>

namespace conclave::app
{
namespace
{

/// As the engine writes them; a test holds them against what it says. %1, %2: names and numbers, in this order.
constexpr std::array kEngineSentences{
    QT_TRANSLATE_NOOP("Engine", "The file \"%1\" does not exist. Check where it was moved, or download it again."),
    QT_TRANSLATE_NOOP("Engine", "The file \"%1\" is a folder. Choose a model file inside it."),
    QT_TRANSLATE_NOOP("Engine", "The file \"%1\" cannot be read. Check its permissions."),
    QT_TRANSLATE_NOOP("Engine", "The file \"%1\" is empty. The download did not finish; download it again."),
    QT_TRANSLATE_NOOP("Engine", "The model file \"%1\" ends early, at %2. The download is incomplete; download it again."),
    QT_TRANSLATE_NOOP("Engine", "\"%1\" is not a GGUF model file. %2 Choose a .gguf file, or download it again."),
    QT_TRANSLATE_NOOP("Engine", "The model file \"%1\" cannot be used: it is the first of %2 files, and \"%3\" is missing. Put all of them "
                                "into one folder."),
    QT_TRANSLATE_NOOP("Engine", "The model file \"%1\" has the architecture \"%2\", which this version cannot run. It runs %3."),
    QT_TRANSLATE_NOOP("Engine", "There is not enough memory to load the model. Close other programs or choose a smaller one."),
    QT_TRANSLATE_NOOP("Engine", "There is not enough memory %1."),
    QT_TRANSLATE_NOOP("Engine",
                      "The conversation is too long for the model: it takes %1 tokens and the answer at least one, and the context "
                      "holds %2. Nothing was cut. Shorten it, or start a new conversation."),
    QT_TRANSLATE_NOOP("Engine", "The context is full: %1 more tokens are needed and %2 are available."),
    QT_TRANSLATE_NOOP("Engine", "There is no question to answer."),
    QT_TRANSLATE_NOOP("Engine", "The answer was stopped."),
    QT_TRANSLATE_NOOP("Engine", "The processor computes, not \"%1\": %2."),
    QT_TRANSLATE_NOOP("Engine", "The processor computes since \"%1\" had no memory left: %2."),
    QT_TRANSLATE_NOOP("Engine", "The processor computes since \"%1\" failed: %2."),
    QT_TRANSLATE_NOOP("Engine", "The card has less memory than it said: %1 of %2 layers lie there."),
    QT_TRANSLATE_NOOP("Engine", "A card has less memory than it said: %1 of %2 layers lie on cards."),
    QT_TRANSLATE_NOOP("Engine", "\"%1\" is left out: %2."),
    QT_TRANSLATE_NOOP("Engine", "%1 layers were wanted on the card, which has room for %2 of %3."),
    QT_TRANSLATE_NOOP("Engine",
                      "The card \"%1\" has no memory left for this answer. The answer ends here and the conversation is kept; the "
                      "processor computes the next one."),
    QT_TRANSLATE_NOOP("Engine",
                      "The card \"%1\" does not answer any more. The answer ends here and the conversation is kept; the processor "
                      "computes the next one."),
    QT_TRANSLATE_NOOP("Engine", "The card \"%1\" has no memory left for this answer. The processor cannot take over: %2"),
    QT_TRANSLATE_NOOP("Engine", "The card \"%1\" does not answer any more. The processor cannot take over: %2"),
    QT_TRANSLATE_NOOP("Engine", "The card failed while this answer was made. The processor computes from now on; ask again."),
};

QRegularExpression expressionOf(const char *sentence)
{
    QString pattern = QRegularExpression::escape(QLatin1String(sentence));
    for (int i = 1; i <= 3; ++i)
        pattern.replace(QRegularExpression::escape(QStringLiteral("%%1").arg(i)), QStringLiteral("(.+?)"));
    return QRegularExpression(QRegularExpression::anchoredPattern(pattern), QRegularExpression::DotMatchesEverythingOption);
}

} // namespace

QString engineWords(const QString &message)
{
    static const QVector<QRegularExpression> kExpressions = [] {
        QVector<QRegularExpression> out;
        for (const char *sentence : kEngineSentences)
            out.append(expressionOf(sentence));
        return out;
    }();
    for (qsizetype i = 0; i < kExpressions.size(); ++i) {
        if (const auto match = kExpressions[i].match(message); match.hasMatch()) {
            QStringList values = match.capturedTexts().mid(1);
            for (QString &value : values)
                value = engineWords(value); // it may itself be a sentence of the engine
            return filled(QCoreApplication::translate("Engine", kEngineSentences[std::size_t(i)]), values);
        }
    }
    return message;
}

} // namespace conclave::app
