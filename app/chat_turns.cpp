#include "app/chat/history.h"
#include "app/chat_controller_impl.h"

#include <QRandomGenerator>

namespace conclave::app
{
bool ChatController::send(const QString &text, const QVector<LoadedImage> &images)
{
    if (text.trimmed().isEmpty() && images.isEmpty())
        return false;
    if (m_impl->isAnswering())
        return false;
    saveNow();
    const auto hashes = m_impl->pictures.keep(images);
    if (!hashes) {
        m_impl->fail(hashes.error());
        return false;
    }
    const qint64 draftOf = m_impl->current;
    if (!m_impl->ask(text, *hashes, 0))
        return false;
    if (auto taken = m_impl->store.saveDraft(draftOf, {}); !taken)
        m_impl->fail(taken.error());
    return true;
}

bool ChatController::edit(int index, const QString &text)
{
    const StoredMessage *found = m_impl->messageAt(index, MessageRole::kUser);
    if (!found || m_impl->isAnswering() || (text.trimmed().isEmpty() && found->images.isEmpty()))
        return false;
    saveNow();
    const StoredMessage question = *found; // the messages are read anew
    return m_impl->ask(text, question.images, question.id);
}

bool ChatController::regenerate(int index)
{
    const StoredMessage *found = m_impl->messageAt(index, MessageRole::kAssistant);
    if (!found || m_impl->isAnswering())
        return false;
    saveNow();
    const StoredMessage answer = *found; // the messages are read anew
    return m_impl->answerAgain(answer);
}

bool ChatController::continueAnswer(int index)
{
    const StoredMessage *found = m_impl->messageAt(index, MessageRole::kAssistant);
    if (!found || index != m_impl->messages.size() - 1 || !found->chart.isEmpty() || found->text.isEmpty() || m_impl->isAnswering())
        return false;
    StoredMessage answer = *found;
    saveNow();
    if (const QString why = m_impl->whyNoAnswer(answer.conversation, 0); m_impl->status.loading || !why.isEmpty()) {
        m_impl->fail(why.isEmpty() ? tr("The model is still being loaded. Wait, then go on.") : why);
        return false;
    }
    const QString before = answer.text;
    answer.state = MessageState::kStreaming;
    if (auto saved = m_impl->store.updateAnswer(answer); !saved) {
        m_impl->fail(saved.error());
        return false;
    }
    m_impl->messages[index] = answer;
    Q_EMIT messageChanged(index);
    m_impl->askNow(answer, false, before);
    return true;
}

void ChatController::showSibling(int index, int step)
{
    if (index < 0 || index >= m_impl->messages.size() || m_impl->isAnswering())
        return;
    saveNow();
    const StoredMessage &message = m_impl->messages[index];
    const qsizetype target = message.siblings.indexOf(message.id) + step;
    if (target < 0 || target >= message.siblings.size())
        return;
    if (auto shown = m_impl->store.showMessage(message.siblings[target]); !shown)
        return m_impl->fail(shown.error());
    m_impl->show(m_impl->current);
}

const StoredMessage *ChatController::Impl::messageAt(int index, MessageRole role) const
{
    const bool there = index >= 0 && index < messages.size() && messages[index].role == role;
    return there ? &messages[index] : nullptr;
}

bool ChatController::Impl::isAnswering()
{
    if (!running && !waiting)
        return false;
    fail(ChatController::tr("An answer is still being written. Stop it or wait, then send; your text is kept."));
    return true;
}

ChatSettings ChatController::Impl::settingsOf(qint64 conversation) const
{
    if (conversation == current && conversation == 0)
        return settings;
    const auto json = store.settings(conversation);
    return json ? ChatSettings::fromJson(*json) : ChatSettings();
}

bool ChatController::Impl::hasModelFor(qint64 conversation) const
{
    const QString wanted = settingsOf(conversation).model;
    return wanted.isEmpty() || (status.loaded && status.file == wanted);
}

/// A conversation may be bound to a model: it is loaded when the conversation asks for it, not before.
void ChatController::Impl::loadModelFor(qint64 conversation)
{
    if (!status.loading && !hasModelFor(conversation))
        owner.loadModel(settingsOf(conversation).model);
}

/// Why the loaded model, or none, cannot answer; empty: it can.
QString ChatController::Impl::whyNoAnswer(qint64 conversation, qsizetype images) const
{
    if (!status.loaded)
        return ChatController::tr("No model is loaded, so there is no answer. Your message is kept. %1").arg(status.error).trimmed();
    if (!hasModelFor(conversation))
        return ChatController::tr("This conversation is bound to the model %1, which is not loaded. Your message is kept. %2")
            .arg(settingsOf(conversation).model, status.error)
            .trimmed();
    return whyNotAnswered(status.info, images);
}

bool ChatController::Impl::ask(const QString &text, const QVector<QString> &images, qint64 insteadOf)
{
    loadModelFor(current);
    const bool answers = !status.loading && whyNoAnswer(current, images.size()).isEmpty();
    return answers ? saveAndAsk(text, images, insteadOf) : saveAndWait(text, images, insteadOf);
}

/// A new version of a turn takes the place of what was shown from there on; anything else comes at the end.
void ChatController::Impl::added(const StoredMessage &message, qint64 insteadOf)
{
    if (insteadOf != 0 && message.conversation == current)
        show(current);
    else
        append(message);
}

bool ChatController::Impl::saveAndAsk(const QString &text, const QVector<QString> &images, qint64 insteadOf)
{
    const bool isNew = startsConversation();
    auto turn = store.beginTurn(current, text, images, textOf(status.info.name), titleOf(text, ChatController::tr("Picture")), insteadOf);
    if (!turn) {
        fail(turn.error());
        return false;
    }
    begun(turn->question.conversation, isNew);
    added(turn->question, insteadOf);
    if (insteadOf == 0)
        append(turn->answer);
    askNow(turn->answer, isNew);
    return true;
}

/// Nothing can answer now, or not this: the question is kept all the same, and the user told why.
bool ChatController::Impl::saveAndWait(const QString &text, const QVector<QString> &images, qint64 insteadOf)
{
    const bool isNew = startsConversation();
    auto question = store.addQuestion(current, text, images, titleOf(text, ChatController::tr("Picture")), insteadOf);
    if (!question) {
        fail(question.error());
        return false;
    }
    begun(question->conversation, isNew);
    added(*question, insteadOf);
    if (status.loading)
        waiting = Waiting{question->conversation, images.size(), isNew, 0};
    else
        addNotice(question->conversation, whyNoAnswer(question->conversation, images.size()));
    updateState();
    return true;
}

bool ChatController::Impl::answerAgain(const StoredMessage &answer)
{
    qsizetype images = 0;
    for (const StoredMessage &message : messages) {
        if (message.id == answer.parent)
            images = message.images.size();
    }
    loadModelFor(answer.conversation);
    if (status.loading) {
        waiting = Waiting{answer.conversation, images, false, answer.id};
        updateState();
        return true;
    }
    if (const QString why = whyNoAnswer(answer.conversation, images); !why.isEmpty()) {
        fail(why);
        return false;
    }
    auto again = store.beginAnswer(answer.conversation, textOf(status.info.name), answer.id);
    if (!again) {
        fail(again.error());
        return false;
    }
    added(*again, answer.id);
    askNow(*again, false);
    return true;
}

void ChatController::Impl::askNow(const StoredMessage &answer, bool titleFromChart, const QString &before)
{
    const ChatSettings chosen = settingsOf(answer.conversation);
    AnswerRequest request;
    request.request = worker.nextRequest();
    request.conversation = answer.conversation;
    request.maxTokens = chosen.maxTokens;
    request.sampling = chosen.sampling;
    if (!chosen.fixedSeed)
        request.sampling.seed = QRandomGenerator::global()->generate64();
    auto stored = store.messages(answer.conversation);
    if (stored)
        request.messages = messagesForModel(*stored, status.info, [this](const QString &hash) { return pictures.imageOf(hash); });
    if (!chosen.systemPrompt.trimmed().isEmpty() && status.info.chats)
        request.messages.insert(request.messages.begin(), {engine::Role::kSystem, chosen.systemPrompt.toStdString(), {}});
    running = Running{request.request, answer, before, !before.isEmpty(), false, false, titleFromChart};
    tokensPerSecond = 0;
    worker.ask(request);
    saveTimer.start();
    updateState();
    Q_EMIT owner.figuresChanged();
}

void ChatController::Impl::answerWaiting()
{
    const Waiting question = *waiting;
    waiting.reset();
    if (const QString why = whyNoAnswer(question.conversation, question.images); !why.isEmpty())
        return question.insteadOf == 0 ? addNotice(question.conversation, why) : fail(why);
    auto answer = store.beginAnswer(question.conversation, textOf(status.info.name), question.insteadOf);
    if (!answer)
        return fail(answer.error());
    added(*answer, question.insteadOf);
    askNow(*answer, question.titleFromChart);
}

} // namespace conclave::app
