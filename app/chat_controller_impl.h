#pragma once

#include "app/chat/history.h"
#include "app/chat/known_images.h"
#include "app/chat/receipt.h"
#include "app/chat_controller.h"
#include "app/log/error_text.h"

#include <QHash>
#include <QTimer>

#include <optional>

/// Inside of ChatController: chat_controller.cpp follows conversations and answers, chat_turns.cpp asks.
namespace conclave::app
{

/// The answer that the worker is writing.
struct Running
{
    RequestId request = 0;
    StoredMessage answer;
    QString before;      ///< what the answer held when it was continued
    bool goesOn = false; ///< it was continued
    bool hasPiece = false;
    bool stopping = false;
    bool titleFromChart = false; ///< its turn began the conversation
    Receipt receipt;
    ReadingProgress reading;
};

/// What goes with a question.
struct Attached
{
    QVector<QString> images; ///< hashes
    QVector<StoredDocument> documents;
};

/// An answer that is asked for again, to be compared.
struct Replaying
{
    RequestId request = 0;
    qint64 message = 0;
    Receipt before;
    bool hasPiece = false;
    bool stopping = false;
};

/// A question that was saved while the model was still loading.
struct Waiting
{
    qint64 conversation = 0;
    Attached attached;
    bool titleFromChart = false;
    qint64 insteadOf = 0; ///< the answer that is to get a sibling; 0: the question has none yet
};

struct ChatController::Impl
{
    Impl(ChatController &controller, ConversationStore &conversationStore, InferenceWorker &inferenceWorker)
        : owner(controller), store(conversationStore), worker(inferenceWorker)
    {
    }

    void load(const QString &file, int contextTokens);
    void readConversations();
    void refreshConversations();
    void readMessages();
    void takeUnsaved();
    void show(qint64 conversation);
    void append(const StoredMessage &message);
    void addNotice(qint64 conversation, const QString &text);
    void begun(qint64 conversation, bool isNew);
    bool isAnswering();
    std::optional<Attached> keep(const QVector<LoadedImage> &images, const QVector<OutgoingDocument> &documents);
    bool ask(const QString &text, const Attached &attached, qint64 insteadOf);
    bool saveAndAsk(const QString &text, const Attached &attached, qint64 insteadOf);
    bool saveAndWait(const QString &text, const Attached &attached, qint64 insteadOf);
    void added(const StoredMessage &message, qint64 insteadOf);
    bool answerAgain(const StoredMessage &answer);
    void askNow(const StoredMessage &answer, bool titleFromChart, const QString &before = {});
    void answerWaiting();
    AnswerRequest requestFor(const QVector<StoredMessage> &stored, const ChatSettings &chosen, qint64 conversation, Receipt &receipt);
    QString whyNoReplay(const StoredMessage &answer, const Receipt &receipt) const;
    void onReplayUpdate(const AnswerUpdate &update);
    void onReplayEnd(const AnswerEnd &end);
    void setToldFrom(qint64 message);
    QString whyNoAnswer(qint64 conversation, const Attached &attached) const;
    std::vector<engine::Message> promptFor(const QVector<StoredMessage> &stored, const ChatSettings &chosen, const ImageOf &imageOf) const;
    ChatSettings settingsOf(qint64 conversation) const;
    bool hasModelFor(qint64 conversation) const;
    void loadModelFor(qint64 conversation);
    const StoredMessage *messageAt(int index, MessageRole role) const;
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
    void fail(const engine::Error &error) { fail(errorText(error)); }
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
    ConversationShelf shelf{store};
    ChatSettings settings; ///< of the open conversation
    QTimer saveTimer;
    std::optional<Replaying> replaying;
    qint64 toldFrom = 0;
    bool reloading = false; ///< because of another controller, which need not hear of it
    quint64 looks = 0;
    QHash<QString, QString> modelHashes; ///< SHA-256 by file
    QVector<StoredMessage> withoutHash;  ///< answers of this run whose model's hash is not known yet
    static constexpr int kMostWithoutHash = 100;
    DraftTurn measuring; ///< what the last count was asked for
    quint64 counts = 0;  ///< the last that was asked for
    const quint64 asker = worker.nextRequest();
    double tokensPerSecond = 0;
    quint64 memoryBytes = 0;
};

} // namespace conclave::app
