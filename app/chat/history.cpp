#include "app/chat/history.h"

#include "app/chart/edited_reading.h"
#include "app/documents/document_text.h"
#include "app/text_of.h"

#include <QCoreApplication>
#include <QJsonDocument>

namespace conclave::app
{
namespace
{

constexpr qsizetype kTitleLength = 48;

bool onlyReadsCharts(const engine::ModelInfo &model)
{
    return model.readsCharts && !model.chats;
}

ChartReading readingOf(const StoredMessage &answer)
{
    return ChartReading::fromJson(QJsonDocument::fromJson(answer.chart).object());
}

/// A chart answer is told with its table, so that a follow-up can ask about it; what answers such a question, without.
QString answerText(const StoredMessage &answer)
{
    if (answer.chart.isEmpty())
        return answer.text;
    const ChartReading reading = readingOf(answer);
    if (reading.isAnswer)
        return reading.summary.text;
    return reading.table.title + QStringLiteral("\n\n") + reading.toMarkdown() + u'\n' + reading.summary.text;
}

engine::Message questionFor(const StoredMessage &question, const engine::ModelInfo &model, const ImageOf &imageOf)
{
    engine::Message out;
    QStringList texts;
    for (const StoredDocument &document : question.documents)
        texts.append(promptOf(document));
    if (!question.text.isEmpty() || texts.isEmpty())
        texts.append(question.text);
    out.text = texts.join(QStringLiteral("\n\n")).toStdString();
    if (!model.readsImages && !model.readsCharts)
        return out;
    for (const QString &hash : question.images) {
        if (engine::ImagePtr image = imageOf(hash))
            out.images.push_back(std::move(image));
    }
    return out;
}

void append(std::vector<engine::Message> &messages, engine::Message message)
{
    if (messages.empty() || messages.back().role != message.role) {
        messages.push_back(std::move(message));
        return;
    }
    engine::Message &last = messages.back();
    if (!last.text.empty() && !message.text.empty())
        last.text += "\n\n";
    last.text += message.text;
    last.images.insert(last.images.end(), message.images.begin(), message.images.end());
}

/// Whether the reader found no chart in the picture that it was given.
bool saidNoChart(const StoredMessage &message, const engine::ModelInfo &model)
{
    return message.role == MessageRole::kAssistant && message.state == MessageState::kComplete && message.chart.isEmpty() &&
           message.model == textOf(model.name);
}

/// The last question, and the chart that it is about if its picture came earlier.
struct ChartTurn
{
    const StoredMessage *question = nullptr;
    const StoredMessage *picture = nullptr; ///< the message that holds it; nullptr: there is none
    ChartReading reading;                   ///< of an answer behind the picture; nothing written: none that can be asked about
};

ChartTurn chartTurnOf(const QVector<StoredMessage> &messages, const engine::ModelInfo &model)
{
    ChartTurn turn;
    for (const StoredMessage &message : messages) {
        if (message.role == MessageRole::kUser) {
            turn.question = &message;
            if (!message.images.isEmpty())
                turn = {&message, &message, {}};
        } else if (turn.picture && turn.picture == turn.question && saidNoChart(message, model)) {
            turn.picture = nullptr;
        } else if (ChartReading reading = readingOf(message); !reading.written.isEmpty()) {
            turn.reading = std::move(reading);
        }
    }
    if (turn.question == turn.picture || !model.answersOnCharts)
        turn.reading = {};
    if (!model.answersOnCharts && turn.picture != turn.question)
        turn.picture = nullptr;
    return turn;
}

std::vector<engine::Message> messagesForReader(const QVector<StoredMessage> &messages, const engine::ModelInfo &model,
                                               const ImageOf &imageOf)
{
    const ChartTurn turn = chartTurnOf(messages, model);
    std::vector<engine::Message> out;
    if (turn.picture && turn.picture != turn.question) {
        out.push_back(questionFor(*turn.picture, model, imageOf));
        out.back().text.clear();
        if (!turn.reading.written.isEmpty())
            out.push_back({engine::Role::kAssistant, writtenTable(turn.reading).toStdString(), {}});
    }
    if (turn.question)
        out.push_back(questionFor(*turn.question, model, imageOf));
    return out;
}

} // namespace

std::optional<ChartTable> tableAskedAbout(const QVector<StoredMessage> &messages, const engine::ModelInfo &model)
{
    if (!onlyReadsCharts(model))
        return std::nullopt;
    const ChartTurn turn = chartTurnOf(messages, model);
    return turn.picture && !turn.reading.written.isEmpty() ? std::optional(turn.reading.table) : std::nullopt;
}

std::vector<engine::Message> messagesForModel(const QVector<StoredMessage> &messages, const engine::ModelInfo &model,
                                              const ImageOf &imageOf)
{
    if (onlyReadsCharts(model))
        return messagesForReader(messages, model, imageOf);
    std::vector<engine::Message> out;
    for (const StoredMessage &message : messages) {
        if (message.role == MessageRole::kUser)
            append(out, questionFor(message, model, imageOf));
        else if (message.role == MessageRole::kAssistant && !answerText(message).isEmpty())
            append(out, {engine::Role::kAssistant, answerText(message).toStdString(), {}});
    }
    return out;
}

QString whyNotAnswered(const engine::ModelInfo &model, qsizetype images, qsizetype documents)
{
    const QString name = textOf(model.name);
    if (onlyReadsCharts(model) && documents > 0)
        return QCoreApplication::translate(
                   "ChatController", "The model %1 reads charts only, not documents: attach a page as a picture, or load a model that "
                                     "chats (a GGUF file).")
            .arg(name);
    if (onlyReadsCharts(model) && images == 0 && !model.answersOnCharts)
        return QCoreApplication::translate(
                   "ChatController",
                   "The model %1 reads charts and cannot chat: attach a picture of a chart, or load a model that chats (a GGUF file).")
            .arg(name);
    if (onlyReadsCharts(model) && images > 1)
        return QCoreApplication::translate("ChatController",
                                           "The model %1 reads one chart at a time: send the pictures one after the other.")
            .arg(name);
    if (images > 0 && !model.readsImages && !model.readsCharts)
        return QCoreApplication::translate("ChatController",
                                           "The model %1 reads text only. Ask without the picture, or load a model that reads pictures.")
            .arg(name);
    return {};
}

QString titleOf(const QString &question, const QString &otherwise)
{
    const QString text = question.simplified();
    if (text.isEmpty())
        return otherwise;
    if (text.size() <= kTitleLength)
        return text;
    const qsizetype space = text.lastIndexOf(u' ', kTitleLength);
    qsizetype end = space > kTitleLength / 2 ? space : kTitleLength;
    if (text[end - 1].isHighSurrogate())
        --end;
    return text.left(end) + u'…';
}

} // namespace conclave::app
