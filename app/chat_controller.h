#pragma once

#include "app/chat/chat_settings.h"
#include "app/chat/context_use.h"
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

/// How far a question is read, while it is: first its pictures, then its tokens.
struct ReadingProgress
{
    int pictures = 0; ///< of the question
    int done = 0;     ///< tokens, those that were known before included
    int total = 0;    ///< 0: the pictures are still looked at

    bool operator==(const ReadingProgress &) const = default;
};

/// A document to be sent: what of it the model is told, and the file to be kept.
struct OutgoingDocument
{
    StoredDocument told; ///< its hash comes with keeping
    QByteArray fileBytes;
};

/// How an answer came out when it was asked for again.
struct ReplayResult
{
    enum Outcome
    {
        kIdentical, ///< every token, and every probability bit for bit
        kSameWords, ///< the same text; numbers behind it differ
        kDiffers,
        kStopped,
        kFailed,
    };
    qint64 message = 0;
    Outcome outcome = kFailed;
    int tokens = 0;
    bool samePasses = true; ///< its prompt was computed in the passes of then, without which numbers may differ in their last digits
    QString text;           ///< that was written now
    QString error;          ///< when it failed
};

class ChatController : public QObject
{
    Q_OBJECT

public:
    /// Store and worker are owned elsewhere and outlive the controller.
    ChatController(ConversationStore &store, InferenceWorker &worker, QObject *parent = nullptr);
    ~ChatController() override;

    ChatState state() const;
    /// Of the answer that is prepared; told anew with figuresChanged().
    ReadingProgress reading() const;
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
    /// The files attached to it, kept in the data folder. Those of any conversation can be saved: files may still be read for one that is
    /// no longer open.
    QVector<DraftFile> draftFiles() const;
    void saveDraftFiles(qint64 conversation, const QVector<DraftFile> &files);

    /// Counts what `draft` would take of the context if it were sent now; `measured` tells, when no answer is being written.
    void measure(const DraftTurn &draft);

    /// Saves the turn, then asks. A picture or a document with or without a question; the first turn makes the conversation and its
    /// title. Returns false (and emits failed) when nothing could be saved or an answer is still running; the caller keeps its draft then.
    bool send(const QString &text, const QVector<LoadedImage> &images, const QVector<OutgoingDocument> &documents = {});
    /// A new version of the question at `index`, with its pictures and documents; the old one stays as a sibling. False as send().
    bool edit(int index, const QString &text);
    /// A version of the text answer at `index` in the user's own words, which the model is told of from then on; the old one stays as a
    /// sibling, with what followed it. False as send(), and for charts.
    bool editAnswer(int index, const QString &text);
    /// Another answer in place of the one at `index`; the old one stays as a sibling. False as send().
    bool regenerate(int index);
    /// Goes on with the last answer where it was broken off. False when it cannot be: not the last, or a chart.
    bool continueAnswer(int index);
    /// Shows the version `step` after (before) the present one of the message at `index`, and what followed it.
    void showSibling(int index, int step);
    /// Asks for the finished answer at `index` again, with the prompt, the seed and the settings of its receipt, computing everything
    /// anew; `replayed` tells. Nothing is saved. False (and failed is emitted) when it cannot be: another model is loaded, the prompt is
    /// no longer what it was, or there is no receipt.
    bool replay(int index);
    bool replaying() const;
    /// Puts `table` in place of the one that the finished answer at `index` read off a chart: its summary follows, and the table as it was
    /// read is kept beside it. False when it holds none that can be edited, or it could not be saved (failed is emitted).
    bool editChart(int index, const ChartTable &table);
    /// The SHA-256 of a model's file has become known: it goes into the receipts of the answers of this run.
    void setModelHash(const QString &file, const QString &sha256);
    /// The message from which on the model is told the open conversation; 0: from its beginning.
    qint64 toldFrom() const;
    /// The model is no longer told the oldest `turns` of those that it is told now. They stay where they are, marked.
    void leaveOutOldest(int turns);
    void tellAll();
    void stop();
    /// Loads the present model again with room for `tokens` in a conversation.
    void reloadWithContext(int tokens);
    /// Shows pictures (by hash) as the loaded model sees them; `seen` tells, under the number that is returned.
    quint64 look(const QVector<QString> &images);
    /// Whether somebody watches how the experts work: then `expertsSeen` tells while answers are written. Each call with true is ended
    /// by one with false.
    void watchExperts(bool watch);
    /// Asks for the open conversation's last answer; `expertsSeen` tells.
    void showExperts();
    void loadModel(const QString &file);
    /// What the worker has loaded already, for a controller that comes later.
    void adoptModel(const ModelStatus &model);

    /// Another controller over the same store has changed a conversation (0: only their list): what is shown here follows.
    void reload(qint64 conversation);
    /// An answer that another controller is writing, as it stands.
    void mirror(const StoredMessage &answer);

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
    void measured(const conclave::app::ContextUse &use);
    void toldFromChanged();
    void replayed(const conclave::app::ReplayResult &result);
    void seen(const conclave::app::SightResult &result);
    /// Of whatever conversation.
    void expertsSeen(const conclave::app::ExpertSight &sight);
    /// What other controllers over the same store do not know yet: see reload and mirror.
    void touched(qint64 conversation);
    void answerShown(const conclave::app::StoredMessage &answer);
    /// The answer to a question has come to its end, in whatever conversation.
    void answered(const conclave::app::StoredMessage &answer);
    /// Something went wrong; `message` is for the user and says what was kept.
    void failed(const QString &message);

private:
    struct Impl; ///< app/chat_controller_impl.h
    std::unique_ptr<Impl> m_impl;
};

} // namespace conclave::app
