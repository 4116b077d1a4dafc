#include "app/chat/figures_json.h"
#include "app/chat/history.h"
#include "app/chat/turns_told.h"
#include "app/chat_controller_impl.h"

#include <QRandomGenerator>

#include <algorithm>

namespace conclave::app
{
namespace
{

/// The title of a conversation that begins without words.
QString titleWithout(const Attached &attached)
{
    return attached.documents.isEmpty() ? ChatController::tr("Picture") : attached.documents.front().name;
}

int picturesOfQuestion(const AnswerRequest &request)
{
    const auto &messages = request.messages;
    return messages.empty() ? 0 : static_cast<int>(messages.back().images.size());
}

} // namespace

bool ChatController::send(const QString &text, const QVector<LoadedImage> &images, const QVector<OutgoingDocument> &documents)
{
    if (text.trimmed().isEmpty() && images.isEmpty() && documents.isEmpty())
        return false;
    if (m_impl->isAnswering())
        return false;
    saveNow();
    const auto attached = m_impl->keep(images, documents);
    if (!attached)
        return false;
    const qint64 draftOf = m_impl->current;
    if (!m_impl->ask(text, *attached, 0))
        return false;
    if (auto taken = m_impl->store.saveDraft(draftOf, {}); !taken)
        m_impl->fail(taken.error());
    saveDraftFiles(draftOf, {});
    return true;
}

void ChatController::measure(const DraftTurn &draft)
{
    if (!m_impl->status.loaded)
        return;
    const auto sized = [&](const QString &hash) {
        const engine::ImagePtr own = draft.imageOf(hash);
        return own ? own : imageOfSize(m_impl->pictures.sizeOf(hash));
    };
    QVector<StoredMessage> turns = toldMessages(m_impl->messages, m_impl->toldFrom);
    turns.append(draft.question());
    CountRequest request;
    request.request = m_impl->counts = m_impl->worker.nextRequest();
    request.asker = m_impl->asker;
    request.prompts = promptsToCount(draft, m_impl->promptFor(turns, m_impl->settings, sized), m_impl->status.info);
    if (m_impl->status.info.chats)
        request.limit = m_impl->status.contextTokens - ContextUse::kLeastAnswer;
    m_impl->measuring = draft;
    m_impl->worker.count(request);
}

bool ChatController::edit(int index, const QString &text)
{
    const StoredMessage *found = m_impl->messageAt(index, MessageRole::kUser);
    if (!found || m_impl->isAnswering() || (text.trimmed().isEmpty() && found->images.isEmpty() && found->documents.isEmpty()))
        return false;
    saveNow();
    const StoredMessage question = *found; // the messages are read anew
    return m_impl->ask(text, {question.images, question.documents}, question.id);
}

bool ChatController::editAnswer(int index, const QString &text)
{
    const StoredMessage *found = m_impl->messageAt(index, MessageRole::kAssistant);
    if (!found || !found->chart.isEmpty() || text.trimmed().isEmpty() || text == found->text || m_impl->isAnswering())
        return false;
    saveNow();
    const StoredMessage answer = *found; // the messages are read anew
    auto version = m_impl->store.beginAnswer(answer.conversation, answer.model, answer.id);
    if (!version) {
        m_impl->fail(version.error());
        return false;
    }
    version->text = text;
    version->state = MessageState::kComplete;
    version->statistics = editedFiguresJson();
    const auto saved = m_impl->store.updateAnswer(*version);
    if (!saved)
        m_impl->fail(saved.error());
    m_impl->show(answer.conversation);
    Q_EMIT touched(answer.conversation);
    return saved.ok();
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
    if (const QString why = m_impl->whyNoAnswer(answer.conversation, {}); m_impl->status.loading || !why.isEmpty()) {
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
    const bool elsewhere = std::any_of(messages.begin(), messages.end(),
                                       [](const StoredMessage &message) { return message.state == MessageState::kStreaming; });
    if (!running && !waiting && !replaying && !elsewhere)
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
QString ChatController::Impl::whyNoAnswer(qint64 conversation, const Attached &attached) const
{
    if (!status.loaded)
        return ChatController::tr("No model is loaded, so there is no answer. Your message is kept. %1").arg(status.error).trimmed();
    if (!hasModelFor(conversation))
        return ChatController::tr("This conversation is bound to the model %1, which is not loaded. Your message is kept. %2")
            .arg(settingsOf(conversation).model, status.error)
            .trimmed();
    return whyNotAnswered(status.info, attached.images.size(), attached.documents.size());
}

/// Saves the files. Nothing: one could not be saved, and the user was told.
std::optional<Attached> ChatController::Impl::keep(const QVector<LoadedImage> &images, const QVector<OutgoingDocument> &documents)
{
    auto hashes = pictures.keep(images);
    if (!hashes) {
        fail(hashes.error());
        return {};
    }
    Attached out{*hashes, {}};
    for (const OutgoingDocument &document : documents) {
        auto hash = store.keepDocument(document.fileBytes);
        if (!hash) {
            fail(hash.error());
            return {};
        }
        out.documents.append(document.told);
        out.documents.back().hash = *hash;
    }
    return out;
}

bool ChatController::Impl::ask(const QString &text, const Attached &attached, qint64 insteadOf)
{
    loadModelFor(current);
    const bool answers = !status.loading && whyNoAnswer(current, attached).isEmpty();
    return answers ? saveAndAsk(text, attached, insteadOf) : saveAndWait(text, attached, insteadOf);
}

/// A new version of a turn takes the place of what was shown from there on; anything else comes at the end.
void ChatController::Impl::added(const StoredMessage &message, qint64 insteadOf)
{
    if (insteadOf != 0 && message.conversation == current) {
        show(current);
        Q_EMIT owner.touched(current);
    } else {
        append(message);
    }
}

bool ChatController::Impl::saveAndAsk(const QString &text, const Attached &attached, qint64 insteadOf)
{
    const bool isNew = startsConversation();
    auto turn = store.beginTurn(current, text, attached.images, textOf(status.info.name), titleOf(text, titleWithout(attached)), insteadOf,
                                attached.documents);
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
bool ChatController::Impl::saveAndWait(const QString &text, const Attached &attached, qint64 insteadOf)
{
    const bool isNew = startsConversation();
    auto question = store.addQuestion(current, text, attached.images, titleOf(text, titleWithout(attached)), insteadOf, attached.documents);
    if (!question) {
        fail(question.error());
        return false;
    }
    begun(question->conversation, isNew);
    added(*question, insteadOf);
    if (status.loading)
        waiting = Waiting{question->conversation, attached, isNew, 0};
    else
        addNotice(question->conversation, whyNoAnswer(question->conversation, attached));
    updateState();
    return true;
}

bool ChatController::Impl::answerAgain(const StoredMessage &answer)
{
    Attached attached;
    for (const StoredMessage &message : std::as_const(messages)) {
        if (message.id == answer.parent)
            attached = {message.images, message.documents};
    }
    loadModelFor(answer.conversation);
    if (status.loading) {
        waiting = Waiting{answer.conversation, attached, false, answer.id};
        updateState();
        return true;
    }
    if (const QString why = whyNoAnswer(answer.conversation, attached); !why.isEmpty()) {
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

std::vector<engine::Message> ChatController::Impl::promptFor(const QVector<StoredMessage> &stored, const ChatSettings &chosen,
                                                             const ImageOf &imageOf) const
{
    std::vector<engine::Message> prompt = messagesForModel(stored, status.info, imageOf);
    if (!chosen.systemPrompt.trimmed().isEmpty() && status.info.chats)
        prompt.insert(prompt.begin(), {engine::Role::kSystem, chosen.systemPrompt.toStdString(), {}});
    return prompt;
}

void ChatController::Impl::askNow(const StoredMessage &answer, bool titleFromChart, const QString &before)
{
    ChatSettings chosen = settingsOf(answer.conversation);
    if (!chosen.fixedSeed)
        chosen.sampling.seed = QRandomGenerator::global()->generate64();
    Receipt receipt;
    const auto told = store.toldFrom(answer.conversation);
    receipt.firstTold = told ? *told : 0;
    receipt.goesOnFrom = before.size();
    const auto stored = store.messages(answer.conversation);
    AnswerRequest request = requestFor(stored ? *stored : QVector<StoredMessage>(), chosen, answer.conversation, receipt);
    running = Running{
        request.request, answer, before, !before.isEmpty(), false, false, titleFromChart, receipt, {picturesOfQuestion(request), 0, 0}};
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
    if (const QString why = whyNoAnswer(question.conversation, question.attached); !why.isEmpty())
        return question.insteadOf == 0 ? addNotice(question.conversation, why) : fail(why);
    auto answer = store.beginAnswer(question.conversation, textOf(status.info.name), question.insteadOf);
    if (!answer)
        return fail(answer.error());
    added(*answer, question.insteadOf);
    askNow(*answer, question.titleFromChart);
}

} // namespace conclave::app
