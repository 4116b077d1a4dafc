#include "app/chat_controller_impl.h"

#include "app/chat/figures_json.h"
#include "app/chat/history.h"
#include "app/text_of.h"

#include <QJsonDocument>

#include <algorithm>

namespace conclave::app
{

ChatController::ChatController(ConversationStore &store, InferenceWorker &worker, QObject *parent)
    : QObject(parent), m_impl(std::make_unique<Impl>(*this, store, worker))
{
    connect(&worker, &InferenceWorker::modelChanged, this, [this](const ModelStatus &status) { m_impl->onModel(status); });
    connect(&worker, &InferenceWorker::answerUpdated, this, [this](const AnswerUpdate &update) { m_impl->onUpdate(update); });
    connect(&worker, &InferenceWorker::answerEnded, this, [this](const AnswerEnd &end) { m_impl->onEnd(end); });
    connect(&worker, &InferenceWorker::counted, this, [this](const CountResult &result) {
        if (result.request == m_impl->counts)
            Q_EMIT measured(contextUse(result, m_impl->measuring, m_impl->status));
    });
    connect(&worker, &InferenceWorker::seen, this, &ChatController::seen);
    connect(&worker, &InferenceWorker::expertsSeen, this, &ChatController::expertsSeen);
    m_impl->saveTimer.setInterval(kSaveMilliseconds);
    connect(&m_impl->saveTimer, &QTimer::timeout, this, &ChatController::saveNow);
    connect(&m_impl->shelf, &ConversationShelf::changed, this, [this] { m_impl->refreshConversations(); });
    connect(&m_impl->shelf, &ConversationShelf::failed, this, &ChatController::failed);
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

ReadingProgress ChatController::reading() const
{
    return m_impl->running ? m_impl->running->reading : ReadingProgress{};
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

ConversationShelf &ChatController::shelf()
{
    return m_impl->shelf;
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

void ChatController::watchExperts(bool watch)
{
    m_impl->worker.watchExperts(watch);
}

void ChatController::showExperts()
{
    m_impl->worker.showExperts(m_impl->current);
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
    if (auto removed = m_impl->store.deleteConversation(id); !removed)
        return m_impl->fail(removed.error());
    if (m_impl->waiting && m_impl->waiting->conversation == id)
        m_impl->waiting.reset();
    if (m_impl->running && m_impl->running->answer.conversation == id) {
        m_impl->worker.stop(m_impl->running->request);
        m_impl->running->answer.state = MessageState::kStopped;
        m_impl->unsaved = m_impl->running->answer; // it may be brought back
        m_impl->running.reset();
    }
    m_impl->save();
    m_impl->refreshConversations();
    if (m_impl->current == id)
        m_impl->show(0);
    m_impl->updateState();
}

void ChatController::restoreConversation(qint64 id)
{
    if (auto restored = m_impl->store.restoreConversation(id); !restored)
        return m_impl->fail(restored.error());
    m_impl->refreshConversations();
}

int ChatController::openMessage(qint64 conversation, qint64 message)
{
    if (message != 0) {
        if (auto revealed = m_impl->store.revealMessage(message); !revealed && !m_impl->store.isReadOnly())
            m_impl->fail(revealed.error());
    }
    m_impl->show(conversation);
    for (int i = 0; i < m_impl->messages.size(); ++i) {
        if (m_impl->messages[i].id == message)
            return i;
    }
    return -1;
}

const ChatSettings &ChatController::settings() const
{
    return m_impl->settings;
}

void ChatController::setSettings(const ChatSettings &settings)
{
    if (settings == m_impl->settings)
        return;
    if (m_impl->current != 0) {
        if (auto saved = m_impl->store.saveSettings(m_impl->current, settings.toJson()); !saved)
            return m_impl->fail(saved.error());
    }
    m_impl->settings = settings;
    Q_EMIT settingsChanged();
}

QVector<DraftFile> ChatController::draftFiles() const
{
    auto files = m_impl->store.draftFiles(m_impl->current);
    if (files)
        return *files;
    m_impl->fail(files.error());
    return {};
}

void ChatController::saveDraftFiles(qint64 conversation, const QVector<DraftFile> &files)
{
    if (m_impl->store.isReadOnly())
        return;
    if (auto saved = m_impl->store.saveDraftFiles(conversation, files); !saved)
        m_impl->fail(saved.error());
}

QString ChatController::draft() const
{
    const auto draft = m_impl->store.draft(m_impl->current);
    return draft ? *draft : QString();
}

void ChatController::saveDraft(const QString &text)
{
    if (m_impl->store.isReadOnly())
        return;
    if (auto saved = m_impl->store.saveDraft(m_impl->current, text); !saved)
        m_impl->fail(saved.error());
}

void ChatController::stop()
{
    if (m_impl->replaying) {
        m_impl->replaying->stopping = true;
        m_impl->worker.stop(m_impl->replaying->request);
        return m_impl->updateState();
    }
    if (!m_impl->running)
        return;
    m_impl->running->stopping = true;
    m_impl->worker.stop(m_impl->running->request);
    m_impl->updateState();
}

void ChatController::loadModel(const QString &file)
{
    m_impl->load(file, 0);
}

void ChatController::adoptModel(const ModelStatus &model)
{
    m_impl->onModel(model);
}

void ChatController::reloadWithContext(int tokens)
{
    if (m_impl->status.loaded)
        m_impl->load(m_impl->status.file, tokens);
}

void ChatController::Impl::load(const QString &file, int contextTokens)
{
    owner.stop();
    status.loading = true; // from now on, not only when the worker gets to it: questions wait for the new model
    status.error.clear();
    worker.loadModel(file, contextTokens);
    Q_EMIT owner.modelChanged();
    updateState();
}

void ChatController::saveNow()
{
    m_impl->save();
}

void ChatController::Impl::readConversations()
{
    auto read = store.conversations();
    if (!read)
        return fail(read.error());
    conversations = *read;
    Q_EMIT owner.conversationsChanged();
}

/// Something here has changed them: others are to read them too.
void ChatController::Impl::refreshConversations()
{
    readConversations();
    if (!reloading)
        Q_EMIT owner.touched(0);
}

void ChatController::reload(qint64 conversation)
{
    m_impl->reloading = true;
    m_impl->shelf.refresh(); // folders, and with them the conversations
    m_impl->reloading = false;
    const QVector<Conversation> &all = m_impl->conversations;
    const qint64 current = m_impl->current;
    const bool there = std::any_of(all.begin(), all.end(), [&](const Conversation &one) { return one.id == current; });
    if (current != 0 && !there)
        return m_impl->show(0);
    if (current != 0 && conversation == current)
        m_impl->readMessages();
}

void ChatController::mirror(const StoredMessage &answer)
{
    for (int i = int(m_impl->messages.size()) - 1; i >= 0; --i) {
        StoredMessage &shown = m_impl->messages[i];
        if (shown.id != answer.id)
            continue;
        const QVector<qint64> siblings = shown.siblings;
        shown = answer;
        shown.siblings = siblings;
        Q_EMIT messageChanged(i);
        return;
    }
}

/// The open conversation, as it is now.
void ChatController::Impl::readMessages()
{
    auto read = store.messages(current);
    if (!read)
        return fail(read.error());
    messages = *read;
    takeUnsaved();
    Q_EMIT owner.messagesReset();
}

/// What grew since the last save is not on disk yet.
void ChatController::Impl::takeUnsaved()
{
    for (StoredMessage &message : messages) {
        if (running && message.id == running->answer.id)
            message = running->answer;
        else if (unsaved && message.id == unsaved->id)
            message = *unsaved;
    }
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
    takeUnsaved();
    settings = conversation == 0 ? ChatSettings() : settingsOf(conversation);
    const auto told = store.toldFrom(conversation);
    toldFrom = told ? *told : 0;
    Q_EMIT owner.currentConversationChanged();
    Q_EMIT owner.messagesReset();
    Q_EMIT owner.settingsChanged();
}

void ChatController::Impl::append(const StoredMessage &message)
{
    if (message.conversation != current)
        return;
    messages.append(message);
    Q_EMIT owner.messageAdded(int(messages.size()) - 1);
    Q_EMIT owner.touched(message.conversation);
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
    if (!(settings == ChatSettings())) {
        if (auto saved = store.saveSettings(conversation, settings.toJson()); !saved)
            fail(saved.error());
    }
    Q_EMIT owner.currentConversationChanged();
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
    answer.text = running->before + update.text;
    if (!running->goesOn) { // what was thought before stays
        answer.reasoning = update.reasoning;
        answer.reasoningTime = update.reasoningMilliseconds;
    }
    if (!update.toolCalls.empty())
        answer.toolCalls = toolCallsJson(update.toolCalls);
    answer.chart = update.isChart ? QJsonDocument(update.chart.toStoredJson()).toJson(QJsonDocument::Compact) : QByteArray();
    tokensPerSecond = update.tokensPerSecond;
    memoryBytes = update.memoryBytes;
}

void ChatController::Impl::showAnswer()
{
    const StoredMessage &answer = running->answer;
    Q_EMIT owner.answerShown(answer);
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
    if (replaying && update.request == replaying->request)
        return onReplayUpdate(update);
    if (!running || update.request != running->request)
        return;
    running->hasPiece = running->hasPiece || update.generatedTokens > 0;
    running->reading.done = update.prefillDone;
    running->reading.total = update.prefillTotal;
    take(update);
    unsaved = running->answer;
    showAnswer();
    updateState();
    Q_EMIT owner.figuresChanged();
}

void ChatController::Impl::onEnd(const AnswerEnd &end)
{
    if (replaying && end.request == replaying->request)
        return onReplayEnd(end);
    if (!running || end.request != running->request)
        return;
    take(end.last);
    if (end.statistics.decodeRate() > 0)
        tokensPerSecond = end.statistics.decodeRate();
    StoredMessage &answer = running->answer;
    answer.statistics = figuresJson(end);
    Receipt &receipt = running->receipt;
    receipt.promptTokens = end.statistics.promptTokens;
    receipt.cachedTokens = end.statistics.cachedTokens;
    receipt.passes = end.statistics.passes;
    receipt.answerTokens = end.statistics.generatedTokens;
    receipt.answerHash = end.last.answerHash;
    receipt.exactHash = end.last.exactHash;
    if (receipt.modelHash.isEmpty())
        receipt.modelHash = modelHashes.value(receipt.modelFile); // it may have become known meanwhile
    answer.receipt = receipt.toJson();
    answer.state = end.failed                                     ? MessageState::kFailed
                   : end.reason == engine::StopReason::kCancelled ? MessageState::kStopped
                                                                  : MessageState::kComplete;
    unsaved = answer;
    showAnswer();
    if (running->titleFromChart)
        titleFromChart(end.last, answer.conversation);
    const StoredMessage ended = answer;
    if (receipt.modelHash.isEmpty() && withoutHash.size() < kMostWithoutHash)
        withoutHash.append(ended);
    running.reset();
    save();
    refreshConversations();
    updateState();
    Q_EMIT owner.figuresChanged();
    if (end.failed)
        fail(end.error);
    Q_EMIT owner.answered(ended);
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
    if (replaying) {
        if (replaying->stopping)
            return ChatState::kStopping;
        return replaying->hasPiece ? ChatState::kGenerating : ChatState::kPrefilling;
    }
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
