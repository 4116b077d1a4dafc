#include "app/chat/turns_told.h"

#include <algorithm>

namespace conclave::app
{
namespace
{

bool isQuestion(const engine::Message &message)
{
    return message.role == engine::Role::kUser;
}

} // namespace

int turnsOf(const std::vector<engine::Message> &prompt)
{
    return int(std::count_if(prompt.begin(), prompt.end(), isQuestion));
}

std::vector<engine::Message> withoutTurns(const std::vector<engine::Message> &prompt, int turns)
{
    const auto system =
        std::find_if(prompt.begin(), prompt.end(), [](const engine::Message &m) { return m.role != engine::Role::kSystem; });
    auto first = std::find_if(system, prompt.end(), isQuestion);
    for (int gone = 0; gone < turns && first != prompt.end(); ++gone)
        first = std::find_if(std::next(first), prompt.end(), isQuestion);
    std::vector<engine::Message> out(prompt.begin(), system);
    out.insert(out.end(), first, prompt.end());
    return out;
}

QVector<StoredMessage> toldMessages(const QVector<StoredMessage> &messages, qint64 first)
{
    QVector<StoredMessage> out;
    std::copy_if(messages.begin(), messages.end(), std::back_inserter(out),
                 [first](const StoredMessage &message) { return message.id == 0 || message.id >= first; });
    return out;
}

qint64 beginOfTurn(const QVector<StoredMessage> &messages, int turn)
{
    bool afterQuestion = false;
    for (const StoredMessage &message : messages) {
        const bool question = message.role == MessageRole::kUser;
        if (question && !afterQuestion && turn-- == 0)
            return message.id;
        const bool told = message.role != MessageRole::kNotice && (question || !message.text.isEmpty() || !message.chart.isEmpty());
        afterQuestion = told ? question : afterQuestion;
    }
    return 0;
}

} // namespace conclave::app
