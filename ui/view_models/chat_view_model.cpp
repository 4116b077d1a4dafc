#include "ui/view_models/chat_view_model.h"

#include "app/inference/placement_text.h"
#include "app/paths.h"
#include "ui/desktop/language.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLocale>
#include <QMimeData>

#include <utility>

namespace conclave::ui
{

namespace
{

constexpr int kDraftMilliseconds = 400; // after the last letter

/// "Looking at 2 pictures…", then "Reading… 45 %".
QString readingText(const app::ReadingProgress &reading)
{
    if (reading.total == 0 && reading.pictures > 0) {
        return reading.pictures == 1 ? ChatViewModel::tr("Looking at the picture…")
                                     : ChatViewModel::tr("Looking at %1 pictures…").arg(QLocale().toString(reading.pictures));
    }
    const int percent = reading.total > 0 ? 100 * reading.done / reading.total : 0;
    return percent > 0 && percent < 100 ? ChatViewModel::tr("Reading… %1 %").arg(percent) : ChatViewModel::tr("Reading…");
}

} // namespace

using app::ChatController;
using app::ChatState;

ChatViewModel::ChatViewModel(ChatController &controller, QObject *parent)
    : QObject(parent), m_controller(controller), m_transcript(controller), m_rows(m_transcript, controller), m_conversations(controller),
      m_attachments(controller.store().isReadOnly() ? QString() : controller.store().folder()), m_preview(m_attachments),
      m_context(controller, m_attachments), m_receipt(controller), m_experts(controller), m_search(controller.store().folder()),
      m_settings(controller), m_transfer(controller.store().folder())
{
    connect(&controller, &ChatController::stateChanged, this, &ChatViewModel::stateChanged);
    connect(&controller, &ChatController::modelChanged, this, &ChatViewModel::followModel);
    connect(&controller, &ChatController::figuresChanged, this, &ChatViewModel::figuresChanged);
    connect(this, &ChatViewModel::stateChanged, this, &ChatViewModel::stateTextChanged);
    connect(this, &ChatViewModel::figuresChanged, this, [this] {
        if (m_controller.state() == ChatState::kPrefilling) {
            Q_EMIT stateTextChanged();
        }
    });
    connect(&controller, &ChatController::failed, this, &ChatViewModel::report);
    connect(&controller, &ChatController::currentConversationChanged, this, &ChatViewModel::currentConversationChanged);
    connect(&controller, &ChatController::currentConversationChanged, this, &ChatViewModel::currentTitleChanged);
    connect(&controller, &ChatController::conversationsChanged, this, &ChatViewModel::currentTitleChanged);
    connect(&controller, &ChatController::currentConversationChanged, this, &ChatViewModel::followConversation);
    connect(&controller, &ChatController::currentConversationChanged, &m_find, &TranscriptFind::close);
    connect(&controller, &ChatController::stateChanged, this, &ChatViewModel::lastAnswerChanged);
    connect(&m_transcript, &TranscriptModel::countChanged, this, &ChatViewModel::lastAnswerChanged);
    connect(&controller.shelf(), &app::ConversationShelf::changed, this, &ChatViewModel::foldersChanged);
    connect(&m_search, &SearchModel::failed, this, &ChatViewModel::report);
    drawFormulasOfExports();
    connect(&m_transfer, &app::ConversationTransfer::busyChanged, this, &ChatViewModel::transferringChanged);
    connect(&m_transfer, &app::ConversationTransfer::failed, this, &ChatViewModel::report);
    connect(&m_transfer, &app::ConversationTransfer::imported, this, [this](int conversations) {
        m_controller.shelf().refresh();
        Q_EMIT imported(conversations);
    });
    connect(&m_attachments, &DraftAttachments::readingChanged, this, &ChatViewModel::attachingChanged);
    connect(&m_attachments, &DraftAttachments::failed, this, [this](const QString &message) {
        m_deferred.reset();
        report(message);
    });
    connect(&m_attachments, &DraftAttachments::readingChanged, this, &ChatViewModel::sendDeferred);
    connect(&m_context, &ContextMeter::changed, this, &ChatViewModel::sendDeferred);
    m_draftTimer.setSingleShot(true);
    m_draftTimer.setInterval(kDraftMilliseconds);
    connect(&m_draftTimer, &QTimer::timeout, this, &ChatViewModel::saveDraft);
    connect(&m_transfer, &app::ConversationTransfer::shareChanged, this, &ChatViewModel::transferShareChanged);
    connect(&m_attachments, &DraftAttachments::contentChanged, this, [this] {
        m_filesKept = false;
        m_draftTimer.start();
    });
    connect(&m_attachments, &DraftAttachments::lateContent, this,
            [this](qint64 conversation) { m_controller.saveDraftFiles(conversation, m_attachments.files(conversation)); });
    m_draft = controller.draft();
    m_attachments.showConversation(controller.currentConversation(), controller.draftFiles());
    m_problem = !controller.store().notice().isEmpty() ? controller.store().notice() : controller.model().error;
}

ChatViewModel::~ChatViewModel()
{
    saveDraft();
}

bool ChatViewModel::busy() const
{
    const ChatState state = m_controller.state();
    return state == ChatState::kPrefilling || state == ChatState::kGenerating || state == ChatState::kStopping;
}

bool ChatViewModel::stopping() const
{
    return m_controller.state() == ChatState::kStopping;
}

bool ChatViewModel::idle() const
{
    return m_controller.state() == ChatState::kIdle;
}

QString ChatViewModel::stateText() const
{
    switch (m_controller.state()) {
    case ChatState::kNoModel:
        return tr("No model");
    case ChatState::kLoading:
        return tr("Loading the model…");
    case ChatState::kIdle:
        return tr("Ready");
    case ChatState::kPrefilling:
        return readingText(m_controller.reading());
    case ChatState::kGenerating:
        return tr("Answering…");
    case ChatState::kStopping:
        return tr("Stopping…");
    }
    return {};
}

bool ChatViewModel::modelLoaded() const
{
    return m_controller.model().loaded;
}

bool ChatViewModel::modelLoading() const
{
    return m_controller.model().loading;
}

bool ChatViewModel::chartsOnly() const
{
    const app::ModelStatus &model = m_controller.model();
    return model.loaded && model.info.readsCharts && !model.info.chats;
}

bool ChatViewModel::answersText() const
{
    return !chartsOnly() || m_controller.model().info.answersOnCharts;
}

QString ChatViewModel::modelName() const
{
    return QString::fromStdString(m_controller.model().info.name);
}

QString ChatViewModel::deviceName() const
{
    const app::ModelStatus &model = m_controller.model();
    const QString places = app::placementText(model.placement);
    if (places.isEmpty())
        return model.device;
    const bool several = model.placement.cards.size() > 1; // then they are named in the text
    return several ? places : tr("%1 · %2").arg(QString::fromStdString(model.placement.cardNames()), places);
}

QString ChatViewModel::speedText() const
{
    const double rate = m_controller.tokensPerSecond();
    return rate > 0 ? tr("%1 tokens/s").arg(QLocale().toString(rate, 'f', rate < 100 ? 1 : 0)) : QString();
}

QString ChatViewModel::memoryText() const
{
    const quint64 bytes = m_controller.memoryBytes();
    return bytes > 0 ? QLocale().formattedDataSize(static_cast<qint64>(bytes), 0, QLocale::DataSizeTraditionalFormat) : QString();
}

qint64 ChatViewModel::currentConversation() const
{
    return m_controller.currentConversation();
}

QString ChatViewModel::currentTitle() const
{
    return m_conversations.titleOf(m_controller.currentConversation());
}

bool ChatViewModel::sampleAvailable() const
{
    return !app::samplePath().isEmpty();
}

bool ChatViewModel::send(const QString &text)
{
    const QString question = text.trimmed();
    const bool something = !question.isEmpty() || m_attachments.count() > 0;
    if (!something || !idle() || (!answersText() && m_attachments.count() == 0)) {
        return false;
    }
    if (attaching()) {
        m_deferred = text;
        return false;
    }
    if (!m_context.known() && !chartsOnly() && !m_context.surelyFits(question)) {
        m_deferred = text; // a moment, until it is counted
        m_context.setText(text);
        m_context.measure();
        return false;
    }
    if (m_context.known() && !m_context.fits()) {
        return false;
    }
    m_sending = true;
    const bool sent = m_controller.send(question, m_attachments.images(), m_attachments.documents());
    m_sending = false;
    if (!sent) {
        return false;
    }
    forgetRemoval();
    m_attachments.clear();
    dismissProblem();
    return true;
}

/// Enter was pressed before all files were read, or before it was known whether the question fits; or a file goes as soon as it is read.
void ChatViewModel::sendDeferred()
{
    if (!m_deferred || attaching() || (!m_context.known() && !chartsOnly())) {
        return;
    }
    const QString text = *std::exchange(m_deferred, std::nullopt);
    if (send(text) && m_draft == text) {
        m_draft.clear();
        m_draftKept = true;
        m_draftTimer.stop();
        Q_EMIT draftChanged();
    }
}

void ChatViewModel::stop()
{
    m_controller.stop();
}

void ChatViewModel::newConversation()
{
    saveDraft();
    m_controller.newConversation();
}

void ChatViewModel::openConversation(qint64 id)
{
    saveDraft();
    m_controller.openConversation(id);
}

int ChatViewModel::openMessage(qint64 conversation, qint64 message)
{
    saveDraft();
    return m_controller.openMessage(conversation, message);
}

void ChatViewModel::renameConversation(qint64 id, const QString &title)
{
    if (!title.trimmed().isEmpty()) {
        m_controller.renameConversation(id, title.trimmed());
    }
}

void ChatViewModel::removeConversation(qint64 id)
{
    saveDraft();
    const QString title = m_conversations.titleOf(id);
    m_controller.removeConversation(id);
    if (!m_conversations.titleOf(id).isEmpty() || title.isEmpty()) {
        return; // it could not be removed; the controller has said why
    }
    m_removed = id;
    m_removedTitle = title;
    Q_EMIT removedTitleChanged();
}

void ChatViewModel::undoRemoval()
{
    const qint64 id = m_removed;
    forgetRemoval();
    if (id != 0) {
        m_controller.restoreConversation(id);
        openConversation(id);
    }
}

void ChatViewModel::forgetRemoval()
{
    m_removed = 0;
    m_removedTitle.clear();
    Q_EMIT removedTitleChanged();
}

void ChatViewModel::pinConversation(qint64 id, bool pinned)
{
    m_controller.shelf().setPinned(id, pinned);
}

void ChatViewModel::archiveConversation(qint64 id, bool archived)
{
    m_controller.shelf().setArchived(id, archived);
}

void ChatViewModel::moveToFolder(qint64 id, qint64 folder)
{
    m_controller.shelf().moveToFolder(id, folder);
    m_conversations.unfold(folder);
}

qint64 ChatViewModel::createFolder()
{
    return m_controller.shelf().createFolder(tr("New folder"));
}

void ChatViewModel::renameFolder(qint64 folder, const QString &name)
{
    m_controller.shelf().renameFolder(folder, name);
}

void ChatViewModel::removeFolder(qint64 folder)
{
    m_controller.shelf().removeFolder(folder);
}

QVariantList ChatViewModel::folders() const
{
    QVariantList out;
    for (const app::Folder &folder : m_controller.shelf().folders()) {
        out.append(QVariantMap{{QStringLiteral("id"), folder.id}, {QStringLiteral("name"), folder.name}});
    }
    return out;
}

bool ChatViewModel::editQuestion(int row, const QString &text)
{
    return m_controller.edit(row, text.trimmed());
}

bool ChatViewModel::editAnswer(int row, const QString &text)
{
    return m_controller.editAnswer(row, text.trimmed());
}

bool ChatViewModel::regenerate(int row)
{
    return m_controller.regenerate(row);
}

bool ChatViewModel::continueAnswer(int row)
{
    return m_controller.continueAnswer(row);
}

void ChatViewModel::showVersion(int row, int step)
{
    m_controller.showSibling(row, step);
}

int ChatViewModel::lastAnswer() const
{
    const QVector<app::StoredMessage> &messages = m_controller.messages();
    const bool there = !messages.isEmpty() && messages.last().role == app::MessageRole::kAssistant &&
                       messages.last().state != app::MessageState::kStreaming;
    return there ? static_cast<int>(messages.size()) - 1 : -1;
}

void ChatViewModel::copyAnswer(int row) const
{
    copy(m_transcript.data(m_transcript.index(row), TranscriptModel::kBodyRole).toString());
}

QVariantList ChatViewModel::conversationsNamed(const QStringList &words, int most) const
{
    QVariantList out;
    for (const app::Conversation &one : m_controller.conversations()) {
        const QString title = one.title.toLower();
        const bool fits = std::all_of(words.begin(), words.end(), [&](const QString &word) { return title.contains(word); });
        if (fits && out.size() < most) {
            out.append(QVariantMap{{QStringLiteral("id"), one.id}, {QStringLiteral("title"), one.title}});
        }
    }
    return out;
}

void ChatViewModel::quote(const QString &text)
{
    QStringList lines = text.trimmed().split(u'\n');
    for (QString &line : lines) {
        line.prepend(QLatin1String("> "));
    }
    Q_EMIT quoted(lines.join(u'\n'));
}

void ChatViewModel::keepDraft(const QString &text)
{
    m_context.setText(text);
    if (text == m_draft) {
        return;
    }
    m_deferred.reset();
    m_draft = text;
    m_draftKept = false;
    m_draftTimer.start();
}

void ChatViewModel::saveDraft()
{
    m_draftTimer.stop();
    if (!m_draftKept) {
        m_draftKept = true;
        m_controller.saveDraft(m_draft);
    }
    if (!m_filesKept) {
        m_filesKept = true;
        m_controller.saveDraftFiles(m_attachments.conversation(), m_attachments.files(m_attachments.conversation()));
    }
}

/// What stands in the composer stays there when a question begins a conversation: it may be the next one.
void ChatViewModel::followConversation()
{
    m_deferred.reset();
    if (m_sending || m_moving) {
        m_attachments.moveTo(m_controller.currentConversation());
        m_draftKept = false;
        m_filesKept = false;
        m_draftTimer.start();
        return;
    }
    m_attachments.showConversation(m_controller.currentConversation(), m_controller.draftFiles());
    m_draft = m_controller.draft();
    m_draftKept = true;
    Q_EMIT draftChanged();
}

void ChatViewModel::loadModel(const QUrl &file)
{
    m_controller.loadModel(file.toLocalFile());
}

void ChatViewModel::attachFiles(const QList<QUrl> &files)
{
    for (const QUrl &file : files) {
        if (!file.isLocalFile()) {
            report(tr("Only files on this machine can be attached, not %1. Save it first.").arg(file.toDisplayString()));
            continue;
        }
        m_attachments.addFile(file.toLocalFile());
    }
}

void ChatViewModel::receiveDrop(const QList<QUrl> &files, bool composerEmpty)
{
    if (composerEmpty && files.size() == 1 && readsAtOnce()) {
        m_deferred = QString();
    }
    attachFiles(files);
}

bool ChatViewModel::attachClipboard()
{
    const QMimeData *data = QGuiApplication::clipboard()->mimeData();
    if (!data) {
        return false;
    }
    if (data->hasImage()) {
        m_attachments.addPicture(qvariant_cast<QImage>(data->imageData()), tr("Pasted picture"));
        return true;
    }
    const QList<QUrl> urls = data->urls();
    const bool files = !urls.isEmpty() && std::all_of(urls.begin(), urls.end(), [](const QUrl &url) { return url.isLocalFile(); });
    if (files) {
        attachFiles(urls);
    }
    return files;
}

void ChatViewModel::attachRegion(const QUrl &picture, const QRectF &region)
{
    m_attachments.addRegion(picture.toLocalFile(), region);
}

void ChatViewModel::removeAttachment(int row)
{
    m_attachments.removeAt(row);
}

void ChatViewModel::leaveOutOldest()
{
    m_controller.leaveOutOldest(m_context.leaveOut());
}

void ChatViewModel::tellAll()
{
    m_controller.tellAll();
}

void ChatViewModel::enlargeContext()
{
    m_controller.reloadWithContext(m_context.larger());
}

void ChatViewModel::moveToNewChat()
{
    m_controller.saveDraft({});
    m_controller.saveDraftFiles(m_attachments.conversation(), {});
    m_moving = true;
    m_controller.newConversation();
    m_moving = false;
}

void ChatViewModel::openDocument(int row, int document)
{
    const QVector<app::StoredMessage> &messages = m_controller.messages();
    if (row >= 0 && row < messages.size() && document >= 0 && document < messages[row].documents.size()) {
        m_preview.openSent(messages[row].documents[document]);
    }
}

void ChatViewModel::trySample()
{
    if (idle()) {
        m_attachments.clear();
        m_deferred = QString();
        attachFiles({QUrl::fromLocalFile(app::samplePath())});
    }
}

void ChatViewModel::report(const QString &problem)
{
    m_problem = problem;
    Q_EMIT problemChanged();
}

void ChatViewModel::dismissProblem()
{
    if (!m_problem.isEmpty()) {
        report({});
    }
}

void ChatViewModel::saveNow()
{
    saveDraft();
    m_controller.saveNow();
}

void ChatViewModel::retranslate()
{
    m_conversations.refresh();
    m_transcript.retranslate();
    m_preview.retranslate();
    m_receipt.retranslate();
    for (QObject *model : std::initializer_list<QObject *>{&m_transcript, &m_rows, &m_attachments, &m_preview, &m_context, &m_receipt,
                                                           &m_experts, &m_search, &m_settings, this}) {
        readAgain(*model);
    }
}

bool ChatViewModel::readsAtOnce() const
{
    return chartsOnly() && idle() && m_attachments.count() == 0 && !attaching();
}

void ChatViewModel::followModel()
{
    const app::ModelStatus &status = m_controller.model();
    if (!status.error.isEmpty()) {
        report(status.error);
    } else if (!status.loading && !status.deviceNote.isEmpty() && status.deviceNote != m_deviceNote) {
        report(status.deviceNote); // a card that is not there, has too little memory, or failed
    }
    if (!status.loading) {
        m_deviceNote = status.deviceNote;
    }
    const engine::ModelInfo &model = m_controller.model().info;
    m_attachments.setModel(model.readsImages || model.readsCharts, chartsOnly());
    Q_EMIT modelChanged();
    Q_EMIT stateChanged();
}

} // namespace conclave::ui
