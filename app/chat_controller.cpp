#include "app/chat_controller.h"

#include "app/chat/figures_json.h"
#include "app/chat/history.h"
#include "app/chat/known_images.h"
#include "app/text_of.h"

#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTimer>

#include <algorithm>
#include <optional>

namespace conclave::app
{
namespace
{

constexpr int kMaxAnswerTokens = 4096;

/// The answer that the worker is writing.
struct Running
{
    RequestId request = 0;
    StoredMessage answer;
    bool hasPiece = false;
    bool stopping = false;
    bool titleFromChart = false; ///< its turn began the conversation
};

/// A question that was saved while the model was still loading.
struct Waiting
{
    qint64 conversation = 0;
    qsizetype images = 0;
    bool titleFromChart = false;
};

} // namespace

struct ChatController::Impl
{
    Impl(ChatController &controller, ConversationStore &conversationStore, InferenceWorker &inferenceWorker)
        : owner(controller), store(conversationStore), worker(inferenceWorker)
    {
    }

    void refreshConversations();
    void show(qint64 conversation);
    void append(const StoredMessage &message);
    void addNotice(qint64 conversation, const QString &text);
    void begun(qint64 conversation, bool isNew);
    bool saveAndAsk(const QString &text, const QVector<QString> &images);
    bool saveAndWait(const QString &text, const QVector<QString> &images);
    void askNow(const StoredMessage &answer, bool titleFromChart);
    void answerWaiting();
    void onModel(const ModelStatus &changed);
    void onUpdate(const AnswerUpdate &update);
    void onEnd(const AnswerEnd &end);
    void take(const AnswerUpdate &update);
    void showAnswer();
    void titleFromChart(const AnswerUpdate &update, qint64 conversation);
    void save();
    void updateState();
    ChatState computeState() const;
    void fail(const QString &message) { Q_EMIT owner.failed(message); }
    void fail(const engine::Error &error) { fail(textOf(error.message)); }
    bool startsConversation() const { return current == 0; }

    ChatController &owner;
    ConversationStore &store;
    InferenceWorker &worker;
    ChatState state = ChatState::kNoModel;
    ModelStatus status;
    QVector<Conversation> conversations;
    qint64 current = 0;
    QVector<StoredMessage> messages;
    std::optional<Running> running;
    std::optional<Waiting> waiting;
    std::optional<StoredMessage> unsaved; ///< the answer as it is, not on disk yet
    bool saveFailed = false;              ///< told already
    KnownImages pictures{store};
    QTimer saveTimer;
    double tokensPerSecond = 0;
    quint64 memoryBytes = 0;
};

ChatController::ChatController(ConversationStore &store, InferenceWorker &worker, QObject *parent)
    : QObject(parent), m_impl(std::make_unique<Impl>(*this, store, worker))
{
    connect(&worker, &InferenceWorker::modelChanged, this, [this](const ModelStatus &status) { m_impl->onModel(status); });
    connect(&worker, &InferenceWorker::answerUpdated, this, [this](const AnswerUpdate &update) { m_impl->onUpdate(update); });
    connect(&worker, &InferenceWorker::answerEnded, this, [this](const AnswerEnd &end) { m_impl->onEnd(end); });
    m_impl->saveTimer.setInterval(kSaveMilliseconds);
    connect(&m_impl->saveTimer, &QTimer::timeout, this, &ChatController::saveNow);
    m_impl->refreshConversations();
    if (!store.notice().isEmpty())
        announce(store.notice());
}

/// The program ends: what was written of the answer stays, marked as interrupted.
ChatController::~ChatController()
{
    blockSignals(true);
    if (m_impl->running) {
        m_impl->worker.stop(m_impl->running->request);
        m_impl->running->answer.state = MessageState::kInterrupted;
        m_impl->unsaved = m_impl->running->answer;
    }
    saveNow();
}

ChatState ChatController::state() const
{
    return m_impl->state;
}

const ModelStatus &ChatController::model() const
{
    return m_impl->status;
}

ConversationStore &ChatController::store()
{
    return m_impl->store;
}

QVector<Conversation> ChatController::conversations() const
{
    return m_impl->conversations;
}

qint64 ChatController::currentConversation() const
{
    return m_impl->current;
}

const QVector<StoredMessage> &ChatController::messages() const
{
    return m_impl->messages;
}

double ChatController::tokensPerSecond() const
{
    return m_impl->tokensPerSecond;
}

quint64 ChatController::memoryBytes() const
{
    return m_impl->memoryBytes;
}

void ChatController::announce(const QString &message)
{
    QTimer::singleShot(0, this, [this, message] { Q_EMIT failed(message); });
}

void ChatController::openConversation(qint64 id)
{
    if (id != m_impl->current)
        m_impl->show(id);
}

void ChatController::newConversation()
{
    if (m_impl->current != 0)
        m_impl->show(0);
}

void ChatController::renameConversation(qint64 id, const QString &title)
{
    if (title.trimmed().isEmpty())
        return;
    if (auto renamed = m_impl->store.renameConversation(id, title.trimmed()); !renamed)
        return m_impl->fail(renamed.error());
    if (m_impl->running && m_impl->running->answer.conversation == id)
        m_impl->running->titleFromChart = false;
    m_impl->refreshConversations();
}

void ChatController::removeConversation(qint64 id)
{
    if (auto removed = m_impl->store.removeConversation(id); !removed)
        return m_impl->fail(removed.error());
    if (m_impl->unsaved && m_impl->unsaved->conversation == id)
        m_impl->unsaved.reset();
    if (m_impl->waiting && m_impl->waiting->conversation == id)
        m_impl->waiting.reset();
    if (m_impl->running && m_impl->running->answer.conversation == id) {
        m_impl->worker.stop(m_impl->running->request);
        m_impl->running.reset();
    }
    m_impl->refreshConversations();
    if (m_impl->current == id)
        m_impl->show(0);
    m_impl->updateState();
}

bool ChatController::send(const QString &text, const QVector<LoadedImage> &images)
{
    if (text.trimmed().isEmpty() && images.isEmpty())
        return false;
    if (m_impl->running || m_impl->waiting) {
        m_impl->fail(tr("An answer is still being written. Stop it or wait, then send; your text is kept."));
        return false;
    }
    saveNow();
    const auto hashes = m_impl->pictures.keep(images);
    if (!hashes) {
        m_impl->fail(hashes.error());
        return false;
    }
    const bool answers = m_impl->status.loaded && !m_impl->status.loading && whyNotAnswered(m_impl->status.info, images.size()).isEmpty();
    return answers ? m_impl->saveAndAsk(text, *hashes) : m_impl->saveAndWait(text, *hashes);
}

void ChatController::stop()
{
    if (!m_impl->running)
        return;
    m_impl->running->stopping = true;
    m_impl->worker.stop(m_impl->running->request);
    m_impl->updateState();
}

void ChatController::loadModel(const QString &file)
{
    stop();
    m_impl->status.loading = true; // from now on, not only when the worker gets to it: questions wait for the new model
    m_impl->status.error.clear();
    m_impl->worker.loadModel(file);
    Q_EMIT modelChanged();
    m_impl->updateState();
}

void ChatController::saveNow()
{
    m_impl->save();
}

void ChatController::Impl::refreshConversations()
{
    auto read = store.conversations();
    if (!read)
        return fail(read.error());
    conversations = *read;
    Q_EMIT owner.conversationsChanged();
}

void ChatController::Impl::show(qint64 conversation)
{
    QVector<StoredMessage> found;
    if (conversation != 0) {
        auto read = store.messages(conversation);
        if (!read)
            return fail(read.error());
        found = *read;
    }
    current = conversation;
    messages = found;
    // What grew since the last save is not on disk yet.
    for (StoredMessage &message : messages) {
        if (running && message.id == running->answer.id)
            message = running->answer;
        else if (unsaved && message.id == unsaved->id)
            message = *unsaved;
    }
    Q_EMIT owner.currentConversationChanged();
    Q_EMIT owner.messagesReset();
}

void ChatController::Impl::append(const StoredMessage &message)
{
    if (message.conversation != current)
        return;
    messages.append(message);
    Q_EMIT owner.messageAdded(int(messages.size()) - 1);
}

void ChatController::Impl::addNotice(qint64 conversation, const QString &text)
{
    auto notice = store.addNotice(conversation, text);
    if (!notice)
        return fail(notice.error());
    append(*notice);
}

/// The conversation that a new one's first message made becomes the current one.
void ChatController::Impl::begun(qint64 conversation, bool isNew)
{
    refreshConversations();
    if (!isNew)
        return;
    current = conversation;
    Q_EMIT owner.currentConversationChanged();
}

bool ChatController::Impl::saveAndAsk(const QString &text, const QVector<QString> &images)
{
    const bool isNew = startsConversation();
    auto turn = store.beginTurn(current, text, images, textOf(status.info.name), titleOf(text, ChatController::tr("Picture")));
    if (!turn) {
        fail(turn.error());
        return false;
    }
    begun(turn->question.conversation, isNew);
    append(turn->question);
    append(turn->answer);
    askNow(turn->answer, isNew);
    return true;
}

/// Nothing can answer now, or not this: the question is kept all the same, and the user told why.
bool ChatController::Impl::saveAndWait(const QString &text, const QVector<QString> &images)
{
    const bool isNew = startsConversation();
    auto question = store.addQuestion(current, text, images, titleOf(text, ChatController::tr("Picture")));
    if (!question) {
        fail(question.error());
        return false;
    }
    begun(question->conversation, isNew);
    append(*question);
    if (status.loading)
        waiting = Waiting{question->conversation, images.size(), isNew};
    else if (status.loaded)
        addNotice(question->conversation, whyNotAnswered(status.info, images.size()));
    else
        addNotice(question->conversation,
                  ChatController::tr("No model is loaded, so there is no answer. Your message is kept. %1").arg(status.error).trimmed());
    updateState();
    return true;
}

void ChatController::Impl::askNow(const StoredMessage &answer, bool titleFromChart)
{
    AnswerRequest request;
    request.request = worker.nextRequest();
    request.conversation = answer.conversation;
    request.maxTokens = kMaxAnswerTokens;
    request.sampling.seed = QRandomGenerator::global()->generate64();
    auto stored = store.messages(answer.conversation);
    if (stored)
        request.messages = messagesForModel(*stored, status.info, [this](const QString &hash) { return pictures.imageOf(hash); });
    running = Running{request.request, answer, false, false, titleFromChart};
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
    if (!status.loaded)
        return addNotice(
            question.conversation,
            ChatController::tr("No model is loaded, so there is no answer. Your message is kept. %1").arg(status.error).trimmed());
    if (const QString why = whyNotAnswered(status.info, question.images); !why.isEmpty())
        return addNotice(question.conversation, why);
    auto answer = store.beginAnswer(question.conversation, textOf(status.info.name));
    if (!answer)
        return fail(answer.error());
    append(*answer);
    askNow(*answer, question.titleFromChart);
}

void ChatController::Impl::onModel(const ModelStatus &changed)
{
    status = changed;
    Q_EMIT owner.modelChanged();
    if (!status.loading && !status.error.isEmpty())
        fail(status.error);
    if (!status.loading && waiting)
        answerWaiting();
    updateState();
}

void ChatController::Impl::take(const AnswerUpdate &update)
{
    StoredMessage &answer = running->answer;
    answer.text = update.text;
    if (update.isChart)
        answer.chart = QJsonDocument(update.chart.toJson()).toJson(QJsonDocument::Compact);
    tokensPerSecond = update.tokensPerSecond;
    memoryBytes = update.memoryBytes;
}

void ChatController::Impl::showAnswer()
{
    const StoredMessage &answer = running->answer;
    if (answer.conversation != current)
        return;
    for (int i = int(messages.size()) - 1; i >= 0; --i) {
        if (messages[i].id != answer.id)
            continue;
        messages[i] = answer;
        Q_EMIT owner.messageChanged(i);
        return;
    }
}

void ChatController::Impl::onUpdate(const AnswerUpdate &update)
{
    if (!running || update.request != running->request)
        return;
    running->hasPiece = running->hasPiece || update.generatedTokens > 0;
    take(update);
    unsaved = running->answer;
    showAnswer();
    updateState();
    Q_EMIT owner.figuresChanged();
}

void ChatController::Impl::onEnd(const AnswerEnd &end)
{
    if (!running || end.request != running->request)
        return;
    take(end.last);
    if (end.statistics.decodeRate() > 0)
        tokensPerSecond = end.statistics.decodeRate();
    StoredMessage &answer = running->answer;
    answer.statistics = figuresJson(end);
    answer.state = end.failed                                     ? MessageState::kFailed
                   : end.reason == engine::StopReason::kCancelled ? MessageState::kStopped
                                                                  : MessageState::kComplete;
    unsaved = answer;
    showAnswer();
    if (running->titleFromChart)
        titleFromChart(end.last, answer.conversation);
    running.reset();
    save();
    refreshConversations();
    updateState();
    Q_EMIT owner.figuresChanged();
    if (end.failed)
        fail(end.error);
}

void ChatController::Impl::titleFromChart(const AnswerUpdate &update, qint64 conversation)
{
    if (!update.isChart || update.chart.table.title.trimmed().isEmpty())
        return;
    if (auto renamed = store.renameConversation(conversation, titleOf(update.chart.table.title, {})); !renamed)
        fail(renamed.error());
}

/// Tried again at each tick until it succeeds; the user is told once.
void ChatController::Impl::save()
{
    if (unsaved) {
        auto saved = store.updateAnswer(*unsaved);
        if (saved) {
            unsaved.reset();
            saveFailed = false;
        } else if (saved.error().code == engine::ErrorCode::kInvalidRequest) {
            unsaved.reset(); // removed by another program
        } else if (!saveFailed) {
            saveFailed = true;
            fail(saved.error());
        }
    }
    if (!unsaved && !running)
        saveTimer.stop();
}

ChatState ChatController::Impl::computeState() const
{
    if (running) {
        if (running->stopping)
            return ChatState::kStopping;
        return running->hasPiece ? ChatState::kGenerating : ChatState::kPrefilling;
    }
    if (status.loading)
        return ChatState::kLoading;
    return status.loaded ? ChatState::kIdle : ChatState::kNoModel;
}

void ChatController::Impl::updateState()
{
    const ChatState now = computeState();
    if (now == state)
        return;
    state = now;
    Q_EMIT owner.stateChanged();
}

} // namespace conclave::app
