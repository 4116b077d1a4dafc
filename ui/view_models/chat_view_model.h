#pragma once

#include "app/chat_controller.h"
#include "ui/view_models/conversation_list_model.h"
#include "ui/view_models/draft_images_model.h"
#include "ui/view_models/transcript_model.h"

#include <QObject>
#include <QThreadPool>
#include <QUrl>

#include <functional>

/// What the window shows and what its controls do. Files are read on a pool thread; everything else is GUI thread only.
namespace conclave::ui
{

class ChatViewModel : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatWindow")
    Q_PROPERTY(conclave::ui::TranscriptModel *transcript READ transcript CONSTANT)
    Q_PROPERTY(conclave::ui::ConversationListModel *conversations READ conversations CONSTANT)
    Q_PROPERTY(conclave::ui::DraftImagesModel *draftImages READ draftImages CONSTANT)
    Q_PROPERTY(bool busy READ busy NOTIFY stateChanged) ///< an answer is on its way
    Q_PROPERTY(bool stopping READ stopping NOTIFY stateChanged)
    Q_PROPERTY(bool idle READ idle NOTIFY stateChanged)               ///< a question can be sent
    Q_PROPERTY(bool attaching READ attaching NOTIFY attachingChanged) ///< pictures are still being read from disk
    Q_PROPERTY(QString stateText READ stateText NOTIFY stateChanged)
    Q_PROPERTY(bool modelLoaded READ modelLoaded NOTIFY modelChanged)
    Q_PROPERTY(bool modelLoading READ modelLoading NOTIFY modelChanged)
    Q_PROPERTY(bool chartsOnly READ chartsOnly NOTIFY modelChanged) ///< the model reads charts and does not chat
    Q_PROPERTY(QString modelName READ modelName NOTIFY modelChanged)
    Q_PROPERTY(QString deviceName READ deviceName NOTIFY modelChanged)
    Q_PROPERTY(QString speedText READ speedText NOTIFY figuresChanged)
    Q_PROPERTY(QString memoryText READ memoryText NOTIFY figuresChanged)
    Q_PROPERTY(QString problem READ problem NOTIFY problemChanged) ///< what went wrong, for the user; empty: nothing
    Q_PROPERTY(qint64 currentConversation READ currentConversation NOTIFY currentConversationChanged)
    Q_PROPERTY(QString currentTitle READ currentTitle NOTIFY currentTitleChanged)
    Q_PROPERTY(bool sampleAvailable READ sampleAvailable CONSTANT)

public:
    explicit ChatViewModel(app::ChatController &controller, QObject *parent = nullptr);
    ~ChatViewModel() override;

    TranscriptModel *transcript() { return &m_transcript; }
    ConversationListModel *conversations() { return &m_conversations; }
    DraftImagesModel *draftImages() { return &m_draftImages; }
    bool busy() const;
    bool stopping() const;
    bool idle() const;
    bool attaching() const { return m_attaching > 0; }
    QString stateText() const;
    bool modelLoaded() const;
    bool modelLoading() const;
    bool chartsOnly() const;
    QString modelName() const;
    QString deviceName() const;
    QString speedText() const;
    QString memoryText() const;
    QString problem() const { return m_problem; }
    qint64 currentConversation() const;
    QString currentTitle() const;
    bool sampleAvailable() const;

    /// Sends `text` with the attached pictures. False: nothing was sent and the draft is to be kept; `problem` says why if it was an error.
    Q_INVOKABLE bool send(const QString &text);
    Q_INVOKABLE void stop();
    Q_INVOKABLE void newConversation();
    Q_INVOKABLE void openConversation(qint64 id);
    Q_INVOKABLE void renameConversation(qint64 id, const QString &title);
    Q_INVOKABLE void removeConversation(qint64 id);
    Q_INVOKABLE void loadModel(const QUrl &file);

    Q_INVOKABLE void attachFiles(const QList<QUrl> &files);
    /// What was dropped on the window. A chart model reads a single picture at once when nothing else is being written.
    Q_INVOKABLE void receiveDrop(const QList<QUrl> &files, bool composerEmpty);
    /// False when the clipboard holds neither a picture nor picture files: then it is text, and the composer's own.
    Q_INVOKABLE bool attachClipboard();
    Q_INVOKABLE void removeDraftImage(int row);
    Q_INVOKABLE void trySample();

    Q_INVOKABLE void copy(const QString &text) const;
    Q_INVOKABLE void report(const QString &problem);
    Q_INVOKABLE void dismissProblem();
    Q_INVOKABLE void saveNow();

Q_SIGNALS:
    void stateChanged();
    void attachingChanged();
    void modelChanged();
    void figuresChanged();
    void problemChanged();
    void currentConversationChanged();
    void currentTitleChanged();
    /// The question went out by itself (a drop, the sample): the composer has nothing to keep.
    void sentByItself();

private:
    using Loader = std::function<engine::Result<app::LoadedImage>()>;

    bool readsAtOnce() const;
    void attachLater(const QString &name, const Loader &load);
    void attached(const QString &name, const engine::Result<app::LoadedImage> &image);
    void sendWhenAttached();
    void followModel();

    app::ChatController &m_controller;
    TranscriptModel m_transcript;
    ConversationListModel m_conversations;
    DraftImagesModel m_draftImages;
    QString m_problem;
    int m_attaching = 0;
    bool m_sendWhenAttached = false;
    QThreadPool m_readers; ///< last member: its threads end before anything they use
};

} // namespace conclave::ui
