#pragma once

#include "app/chat_controller.h"
#include "app/transfer/conversation_transfer.h"
#include "ui/find/transcript_find.h"
#include "ui/view_models/answer_receipt.h"
#include "ui/view_models/attachment_preview.h"
#include "ui/view_models/chat_settings_model.h"
#include "ui/view_models/context_meter.h"
#include "ui/view_models/conversation_list_model.h"
#include "ui/view_models/draft_attachments.h"
#include "ui/view_models/expert_panel.h"
#include "ui/view_models/search_model.h"
#include "ui/view_models/transcript_rows.h"

#include <QObject>
#include <QTimer>
#include <QUrl>

#include <optional>

/// What the window shows and what its controls do. GUI thread only.
namespace conclave::ui
{

class ChatViewModel : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatWindow")
    Q_PROPERTY(conclave::ui::TranscriptModel *transcript READ transcript CONSTANT)
    Q_PROPERTY(conclave::ui::TranscriptRows *rows READ rows CONSTANT) ///< the transcript, piece by piece
    Q_PROPERTY(conclave::ui::ConversationListModel *conversations READ conversations CONSTANT)
    Q_PROPERTY(conclave::ui::DraftAttachments *attachments READ attachments CONSTANT)
    Q_PROPERTY(conclave::ui::AttachmentPreview *preview READ preview CONSTANT)
    Q_PROPERTY(conclave::ui::ContextMeter *context READ context CONSTANT)
    Q_PROPERTY(conclave::ui::AnswerReceipt *receipt READ receipt CONSTANT)
    Q_PROPERTY(conclave::ui::ExpertPanel *experts READ experts CONSTANT)
    Q_PROPERTY(bool busy READ busy NOTIFY stateChanged) ///< an answer is on its way
    Q_PROPERTY(bool stopping READ stopping NOTIFY stateChanged)
    Q_PROPERTY(bool idle READ idle NOTIFY stateChanged)               ///< a question can be sent
    Q_PROPERTY(bool attaching READ attaching NOTIFY attachingChanged) ///< files are still being read
    Q_PROPERTY(QString stateText READ stateText NOTIFY stateTextChanged)
    Q_PROPERTY(bool modelLoaded READ modelLoaded NOTIFY modelChanged)
    Q_PROPERTY(bool modelLoading READ modelLoading NOTIFY modelChanged)
    Q_PROPERTY(bool chartsOnly READ chartsOnly NOTIFY modelChanged)   ///< the model reads charts and does not chat
    Q_PROPERTY(bool answersText READ answersText NOTIFY modelChanged) ///< also without a picture
    Q_PROPERTY(QString modelName READ modelName NOTIFY modelChanged)
    Q_PROPERTY(QString deviceName READ deviceName NOTIFY modelChanged)
    Q_PROPERTY(QString speedText READ speedText NOTIFY figuresChanged)
    Q_PROPERTY(QString memoryText READ memoryText NOTIFY figuresChanged)
    Q_PROPERTY(QString problem READ problem NOTIFY problemChanged) ///< what went wrong, for the user; empty: nothing
    Q_PROPERTY(qint64 currentConversation READ currentConversation NOTIFY currentConversationChanged)
    Q_PROPERTY(QString currentTitle READ currentTitle NOTIFY currentTitleChanged)
    Q_PROPERTY(conclave::ui::SearchModel *search READ search CONSTANT)
    Q_PROPERTY(conclave::ui::TranscriptFind *find READ find CONSTANT) ///< in the open conversation
    Q_PROPERTY(conclave::ui::ChatSettingsModel *settings READ settings CONSTANT)
    Q_PROPERTY(QString draft READ draft NOTIFY draftChanged)                        ///< of the conversation that was just opened
    Q_PROPERTY(QString removedTitle READ removedTitle NOTIFY removedTitleChanged)   ///< what undoRemoval would bring back; empty: nothing
    Q_PROPERTY(QVariantList folders READ folders NOTIFY foldersChanged)             ///< of {"id", "name"}
    Q_PROPERTY(bool transferring READ transferring NOTIFY transferringChanged)      ///< conversations are being written to a file or read
    Q_PROPERTY(double transferShare READ transferShare NOTIFY transferShareChanged) ///< done of it, 0 to 1
    Q_PROPERTY(bool sampleAvailable READ sampleAvailable CONSTANT)
    Q_PROPERTY(int lastAnswer READ lastAnswer NOTIFY lastAnswerChanged) ///< row of a finished answer that ends the conversation; -1: none

public:
    explicit ChatViewModel(app::ChatController &controller, QObject *parent = nullptr);
    ~ChatViewModel() override;

    TranscriptModel *transcript() { return &m_transcript; }
    TranscriptRows *rows() { return &m_rows; }
    ConversationListModel *conversations() { return &m_conversations; }
    DraftAttachments *attachments() { return &m_attachments; }
    AttachmentPreview *preview() { return &m_preview; }
    ContextMeter *context() { return &m_context; }
    AnswerReceipt *receipt() { return &m_receipt; }
    ExpertPanel *experts() { return &m_experts; }
    SearchModel *search() { return &m_search; }
    TranscriptFind *find() { return &m_find; }
    ChatSettingsModel *settings() { return &m_settings; }
    QString draft() const { return m_draft; }
    QString removedTitle() const { return m_removedTitle; }
    QVariantList folders() const;
    bool busy() const;
    bool stopping() const;
    bool idle() const;
    bool attaching() const { return m_attachments.reading(); }
    QString stateText() const;
    bool modelLoaded() const;
    bool modelLoading() const;
    bool chartsOnly() const;
    bool answersText() const;
    QString modelName() const;
    QString deviceName() const;
    QString speedText() const;
    QString memoryText() const;
    QString problem() const { return m_problem; }
    qint64 currentConversation() const;
    QString currentTitle() const;
    bool sampleAvailable() const;
    bool transferring() const { return m_transfer.busy(); }
    double transferShare() const { return m_transfer.share(); }
    int lastAnswer() const;

    /// Sends `text` with what is attached. False: nothing was sent and the draft is to be kept; `problem` says why if it was an error.
    Q_INVOKABLE bool send(const QString &text);
    Q_INVOKABLE void stop();
    Q_INVOKABLE void newConversation();
    Q_INVOKABLE void openConversation(qint64 id);
    Q_INVOKABLE void renameConversation(qint64 id, const QString &title);
    /// Goes at once; undoRemoval brings it back.
    Q_INVOKABLE void removeConversation(qint64 id);
    Q_INVOKABLE void undoRemoval();
    Q_INVOKABLE void forgetRemoval();
    Q_INVOKABLE void pinConversation(qint64 id, bool pinned);
    Q_INVOKABLE void archiveConversation(qint64 id, bool archived);
    Q_INVOKABLE void moveToFolder(qint64 id, qint64 folder); ///< 0: out of its folder
    Q_INVOKABLE qint64 createFolder();                       ///< 0: failed; the name is to be typed
    Q_INVOKABLE void renameFolder(qint64 folder, const QString &name);
    Q_INVOKABLE void removeFolder(qint64 folder);
    /// Opens what a search found. Returns the row of the message, or -1.
    Q_INVOKABLE int openMessage(qint64 conversation, qint64 message);

    Q_INVOKABLE bool editQuestion(int row, const QString &text);
    Q_INVOKABLE bool editAnswer(int row, const QString &text);
    Q_INVOKABLE bool regenerate(int row);
    Q_INVOKABLE bool continueAnswer(int row);
    Q_INVOKABLE void showVersion(int row, int step);
    Q_INVOKABLE void copyAnswer(int row) const;
    /// At most `most` conversations, latest first, whose titles hold all of `words` (lower case): of {"id", "title"}.
    Q_INVOKABLE QVariantList conversationsNamed(const QStringList &words, int most) const;
    /// Asks the composer to take `text` as a Markdown quotation.
    Q_INVOKABLE void quote(const QString &text);
    /// What stands in the composer now; kept a moment later.
    Q_INVOKABLE void keepDraft(const QString &text);

    Q_INVOKABLE void loadModel(const QUrl &file);

    Q_INVOKABLE void attachFiles(const QList<QUrl> &files);
    /// What was dropped on the window. A chart model reads a single picture at once when nothing else is being written.
    Q_INVOKABLE void receiveDrop(const QList<QUrl> &files, bool composerEmpty);
    /// False when the clipboard holds neither a picture nor picture files: then it is text, and the composer's own.
    Q_INVOKABLE bool attachClipboard();
    Q_INVOKABLE void removeAttachment(int row); ///< gives up reading it, if it is still read
    /// Attaches a part of a picture, given in shares of its width and height.
    Q_INVOKABLE void attachRegion(const QUrl &picture, const QRectF &region);
    /// What can be done with a question that does not fit into the context.
    Q_INVOKABLE void leaveOutOldest();
    Q_INVOKABLE void tellAll();
    Q_INVOKABLE void enlargeContext();
    Q_INVOKABLE void moveToNewChat(); ///< with its attachments
    /// Shows what the model was told of a document of the message at `row`.
    Q_INVOKABLE void openDocument(int row, int document);
    Q_INVOKABLE void trySample();

    /// A file for a conversation, with an ending that tells the format: md, json, html, pdf. Conversation 0: all of them, as json.
    Q_INVOKABLE QUrl exportFile(qint64 conversation, const QString &ending) const;
    Q_INVOKABLE void exportConversation(qint64 conversation, const QUrl &file);
    Q_INVOKABLE void importConversations(const QList<QUrl> &files);
    Q_INVOKABLE void cancelTransfer();

    Q_INVOKABLE void copy(const QString &text) const;
    /// Writes `text` into a file. False: it could not be, and `problem` says why.
    Q_INVOKABLE bool saveText(const QUrl &file, const QString &text);
    /// Where to save the code of a block, if nothing else is chosen: "code.cpp" among the documents.
    Q_INVOKABLE QUrl codeFile(const QString &language) const;
    /// A file for a chart, with an ending that tells the form: csv, tsv, md, xlsx, svg (drawn anew), png (the picture with the table).
    Q_INVOKABLE QUrl chartFile(conclave::ui::ChartAnswer *chart, const QString &ending) const;
    /// Writes it in the form of the file's ending; `inks` are the colours of the series on a picture. False as saveText.
    Q_INVOKABLE bool saveChart(conclave::ui::ChartAnswer *chart, const QUrl &file, const QVariantList &inks);
    /// A PNG of the panel of experts, and where to save it if nothing else is chosen. `inks` as ExpertMap's. False as saveText.
    Q_INVOKABLE bool saveExperts(const QUrl &file, const QVariantMap &inks);
    Q_INVOKABLE QUrl expertsFile() const;
    Q_INVOKABLE void report(const QString &problem);
    Q_INVOKABLE void dismissProblem();
    Q_INVOKABLE void saveNow();
    /// The language of the interface has changed.
    void retranslate();

Q_SIGNALS:
    void stateChanged();
    void stateTextChanged();
    void attachingChanged();
    void modelChanged();
    void figuresChanged();
    void problemChanged();
    void currentConversationChanged();
    void currentTitleChanged();
    void draftChanged();
    void removedTitleChanged();
    void foldersChanged();
    void transferringChanged();
    void transferShareChanged();
    void imported(int conversations);
    void lastAnswerChanged();
    void quoted(const QString &quotation);

private:
    bool saveBytes(const QUrl &file, const QByteArray &bytes);
    void drawFormulasOfExports();
    bool readsAtOnce() const;
    void sendDeferred();
    void followModel();
    void followConversation();
    void saveDraft();

    app::ChatController &m_controller;
    TranscriptModel m_transcript;
    TranscriptRows m_rows;
    TranscriptFind m_find{m_rows};
    ConversationListModel m_conversations;
    DraftAttachments m_attachments;
    AttachmentPreview m_preview;
    ContextMeter m_context;
    AnswerReceipt m_receipt;
    ExpertPanel m_experts;
    SearchModel m_search;
    ChatSettingsModel m_settings;
    app::ConversationTransfer m_transfer;
    QString m_draft;
    bool m_draftKept = true;
    bool m_filesKept = true;
    bool m_sending = false;
    bool m_moving = false; ///< the draft goes along to another conversation
    QTimer m_draftTimer;
    qint64 m_removed = 0;
    QString m_removedTitle;
    QString m_problem;
    QString m_deviceNote;              ///< that was told last
    std::optional<QString> m_deferred; ///< to be sent once its files are read and it is counted; it may be empty
};

} // namespace conclave::ui
