#pragma once

#include "app/chat/chat_settings.h"
#include "app/chat/conversation_shelf.h"
#include "app/images/image_loader.h"
#include "app/inference/inference_worker.h"
#include "app/store/conversation_store.h"

#include <QObject>
#include <QVector>

/// What the program does with conversations, without a window: sends turns, keeps answers as they grow. GUI thread only.
namespace conclave::app
{

enum class ChatState
{
    kNoModel, ///< none could be loaded
    kLoading,
    kIdle,
    kPrefilling, ///< reading the question and its pictures
    kGenerating,
    kStopping,
};

class ChatController : public QObject
{
    Q_OBJECT

public:
    /// Store and worker are owned elsewhere and outlive the controller.
    ChatController(ConversationStore &store, InferenceWorker &worker, QObject *parent = nullptr);
    ~ChatController() override;

    ChatState state() const;
    const ModelStatus &model() const;
    ConversationStore &store();
    /// Folders, pins, archive, presets, search.
    ConversationShelf &shelf();

    QVector<Conversation> conversations() const;
    qint64 currentConversation() const; ///< 0: a new, still unsaved one
    const QVector<StoredMessage> &messages() const;

    void openConversation(qint64 id);
    void newConversation();
    void renameConversation(qint64 id, const QString &title);
    /// Hides it, an answer in progress is stopped; restoreConversation brings it back.
    void removeConversation(qint64 id);
    void restoreConversation(qint64 id);
    /// Opens the branch that a message is on (what a search found). Returns its index, or -1.
    int openMessage(qint64 conversation, qint64 message);

    /// How the open conversation is answered. Those of a new one are saved with its first turn.
    const ChatSettings &settings() const;
    void setSettings(const ChatSettings &settings);

    /// What was typed and not sent in the open conversation; a turn that is sent takes it away.
    QString draft() const;
    void saveDraft(const QString &text);

    /// Saves the turn, then asks. A picture with or without a question; the first turn makes the conversation and its title.
    /// Returns false (and emits failed) when nothing could be saved or an answer is still running; the caller keeps its draft then.
    bool send(const QString &text, const QVector<LoadedImage> &images);
    /// A new version of the question at `index`, with its pictures; the old one stays as a sibling. False as send().
    bool edit(int index, const QString &text);
    /// Another answer in place of the one at `index`; the old one stays as a sibling. False as send().
    bool regenerate(int index);
    /// Goes on with the last answer where it was broken off. False when it cannot be: not the last, or a chart.
    bool continueAnswer(int index);
    /// Shows the version `step` after (before) the present one of the message at `index`, and what followed it.
    void showSibling(int index, int step);
    void stop();
    void loadModel(const QString &file);

    /// Writes the answer in progress now (the window is closing).
    void saveNow();
    /// Emits failed(message) once the event loop runs: for what went wrong before there was a window.
    void announce(const QString &message);

    /// Answers are saved this often while they grow; a crash loses no more than this.
    static constexpr int kSaveMilliseconds = 500;

    /// Live figures of the answer in progress or the last one.
    double tokensPerSecond() const;
    quint64 memoryBytes() const;

Q_SIGNALS:
    void stateChanged();
    void modelChanged();
    void conversationsChanged();
    void currentConversationChanged();
    void messagesReset();
    void messageAdded(int index);
    void messageChanged(int index); ///< at most once a display frame while an answer streams
    void settingsChanged();
    void figuresChanged();
    /// Something went wrong; `message` is for the user and says what was kept.
    void failed(const QString &message);

private:
    struct Impl; ///< app/chat_controller_impl.h
    std::unique_ptr<Impl> m_impl;
};

} // namespace conclave::app
