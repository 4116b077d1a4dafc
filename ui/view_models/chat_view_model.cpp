#include "ui/view_models/chat_view_model.h"

#include "app/paths.h"

#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLocale>
#include <QMimeData>

namespace conclave::ui
{

namespace
{

constexpr int kDraftMilliseconds = 400; // after the last letter

} // namespace

using app::ChatController;
using app::ChatState;

ChatViewModel::ChatViewModel(ChatController &controller, QObject *parent)
    : QObject(parent), m_controller(controller), m_transcript(controller), m_conversations(controller), m_search(controller.shelf()),
      m_settings(controller)
{
    connect(&controller, &ChatController::stateChanged, this, &ChatViewModel::stateChanged);
    connect(&controller, &ChatController::modelChanged, this, &ChatViewModel::followModel);
    connect(&controller, &ChatController::figuresChanged, this, &ChatViewModel::figuresChanged);
    connect(&controller, &ChatController::failed, this, &ChatViewModel::report);
    connect(&controller, &ChatController::currentConversationChanged, this, &ChatViewModel::currentConversationChanged);
    connect(&controller, &ChatController::currentConversationChanged, this, &ChatViewModel::currentTitleChanged);
    connect(&controller, &ChatController::conversationsChanged, this, &ChatViewModel::currentTitleChanged);
    connect(&controller, &ChatController::currentConversationChanged, this, &ChatViewModel::followConversation);
    connect(&controller.shelf(), &app::ConversationShelf::changed, this, &ChatViewModel::foldersChanged);
    m_draftTimer.setSingleShot(true);
    m_draftTimer.setInterval(kDraftMilliseconds);
    connect(&m_draftTimer, &QTimer::timeout, this, &ChatViewModel::saveDraft);
    m_draft = controller.draft();
    m_problem = !controller.store().notice().isEmpty() ? controller.store().notice() : controller.model().error;
}

ChatViewModel::~ChatViewModel()
{
    saveDraft();
    m_readers.clear();
    m_readers.waitForDone();
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
        return tr("Reading…");
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

QString ChatViewModel::modelName() const
{
    return QString::fromStdString(m_controller.model().info.name);
}

QString ChatViewModel::deviceName() const
{
    return m_controller.model().device;
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
    const bool something = !question.isEmpty() || m_draftImages.count() > 0;
    if (!something || !idle() || attaching() || (chartsOnly() && m_draftImages.count() == 0)) {
        return false;
    }
    m_sending = true;
    const bool sent = m_controller.send(question, m_draftImages.images());
    m_sending = false;
    if (!sent) {
        return false;
    }
    forgetRemoval();
    m_draftImages.clear();
    dismissProblem();
    return true;
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
    if (text == m_draft) {
        return;
    }
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
}

/// What stands in the composer stays there when a question begins a conversation: it may be the next one.
void ChatViewModel::followConversation()
{
    if (m_sending) {
        m_draftKept = false;
        m_draftTimer.start();
        return;
    }
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
            report(tr("Only files on this machine can be attached, not %1. Save the picture first.").arg(file.toDisplayString()));
            continue;
        }
        const QString path = file.toLocalFile();
        attachLater(QFileInfo(path).fileName(), [path] { return app::loadImageFile(path); });
    }
}

void ChatViewModel::receiveDrop(const QList<QUrl> &files, bool composerEmpty)
{
    if (composerEmpty && files.size() == 1 && readsAtOnce()) {
        m_sendWhenAttached = true;
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
        const QImage picture = qvariant_cast<QImage>(data->imageData());
        const QString name = tr("Pasted picture");
        attachLater(name, [picture, name] { return app::loadImagePicture(picture, name); });
        return true;
    }
    const QList<QUrl> urls = data->urls();
    const bool files = !urls.isEmpty() && std::all_of(urls.begin(), urls.end(), [](const QUrl &url) { return url.isLocalFile(); });
    if (files) {
        attachFiles(urls);
    }
    return files;
}

void ChatViewModel::removeDraftImage(int row)
{
    m_draftImages.removeAt(row);
}

void ChatViewModel::trySample()
{
    if (idle()) {
        m_draftImages.clear();
        m_sendWhenAttached = true;
        attachFiles({QUrl::fromLocalFile(app::samplePath())});
    }
}

void ChatViewModel::copy(const QString &text) const
{
    QGuiApplication::clipboard()->setText(text);
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

bool ChatViewModel::readsAtOnce() const
{
    return chartsOnly() && idle() && m_draftImages.count() == 0 && !attaching();
}

void ChatViewModel::attachLater(const QString &name, const Loader &load)
{
    ++m_attaching;
    Q_EMIT attachingChanged();
    m_readers.start([this, name, load] {
        const engine::Result<app::LoadedImage> image = load();
        QMetaObject::invokeMethod(
            this, [this, name, image] { attached(name, image); }, Qt::QueuedConnection);
    });
}

void ChatViewModel::attached(const QString &name, const engine::Result<app::LoadedImage> &image)
{
    --m_attaching;
    if (image.ok()) {
        m_draftImages.add(name, *image);
    } else {
        m_sendWhenAttached = false;
        report(QString::fromStdString(image.error().message));
    }
    Q_EMIT attachingChanged();
    sendWhenAttached();
}

void ChatViewModel::sendWhenAttached()
{
    if (!m_sendWhenAttached || attaching()) {
        return;
    }
    m_sendWhenAttached = false;
    if (send({})) {
        Q_EMIT sentByItself();
    }
}

void ChatViewModel::followModel()
{
    const QString error = m_controller.model().error;
    if (!error.isEmpty()) {
        report(error);
    }
    Q_EMIT modelChanged();
    Q_EMIT stateChanged();
}

} // namespace conclave::ui
