#pragma once

#include "app/chart/chart_table.h"
#include "app/inference/answer_meter.h"
#include "engine/api/engine.h"

#include <QByteArray>
#include <QImage>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QVector>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

/// The engine's thread. All public methods may be called from any thread: they post to it and return at once.
namespace conclave::app
{

using RequestId = quint64;

/// How an answer stands, sent at most once a display frame (16 ms).
struct AnswerUpdate
{
    RequestId request = 0;
    QString text;      ///< the whole answer so far, ready to show (a chart answer: its summary)
    QString reasoning; ///< what the model wrote for itself before
    qint64 reasoningMilliseconds = 0;
    std::vector<engine::ToolCall> toolCalls; ///< that the model asked for; none is run
    bool isChart = false;                    ///< `chart` holds what was read, or what is asked about
    ChartReading chart;                      ///< as read so far
    int prefillDone = 0;
    int prefillTotal = 0; ///< 0: not started
    int generatedTokens = 0;
    QByteArray answerHash; ///< SHA-256 of the pieces, hexadecimal; set at the end
    QByteArray exactHash;  ///< the same with their tokens and probabilities, bit for bit
    double tokensPerSecond = 0;
    double firstTokenSeconds = 0; ///< from the question's turn to the first piece, all that had to be read included; 0: not yet
    quint64 memoryBytes = 0;
};

struct AnswerEnd
{
    RequestId request = 0;
    bool failed = false;
    QString error; ///< for the user, when failed
    engine::StopReason reason = engine::StopReason::kEndOfAnswer;
    engine::Statistics statistics;
    AnswerEnergy energy;
    AnswerUpdate last; ///< the complete state
};

/// What is loaded, or why nothing is.
struct ModelStatus
{
    bool loaded = false;
    bool loading = false;
    engine::ModelInfo info;
    QString file; ///< of the loaded model, as it was asked for
    QString device;
    QString deviceNote;          ///< why it is not the device asked for, or not all of it; empty: it is
    engine::Placement placement; ///< known before the model is loaded
    QString error;
    int contextTokens = 0;   ///< that a conversation holds
    quint64 fingerprint = 0; ///< Engine::fingerprint
};

/// Prompts whose tokens are to be counted. Their pictures need a size and no pixels.
struct CountRequest
{
    quint64 request = 0;
    quint64 asker = 0; ///< of each only the last request is done
    std::vector<std::vector<engine::Message>> prompts;
    int limit = 0; ///< when the first prompt takes more, it is also found out how many of its oldest turns must go; 0: no limit
};

struct CountResult
{
    quint64 request = 0;
    QVector<int> tokens; ///< of each prompt; -1: it cannot be counted
    QString error;       ///< why, of the first such
    int leaveOut = 0;    ///< oldest turns without which the first prompt keeps to the limit; -1: not even its question alone does
};

/// What a model is shown of pictures.
struct SightRequest
{
    quint64 request = 0;
    QStringList files;
};

struct Sight
{
    QImage picture;
    int tokens = 0;
    bool inPrompt = false;
    QString error; ///< why there is none
};

struct SightResult
{
    quint64 request = 0;
    QVector<Sight> sights; ///< in the order of the files
};

/// How the experts work on a conversation's answer.
struct ExpertSight
{
    qint64 conversation = 0;
    std::shared_ptr<const engine::ExpertView> view; ///< null: the conversation has no answer of this run, or the model no experts
};

struct AnswerRequest
{
    RequestId request = 0;
    qint64 conversation = 0; ///< sessions are kept by conversation, so that a follow-up reuses the cache
    std::vector<engine::Message> messages;
    engine::Sampling sampling;
    int maxTokens = 1024;
    QString language;                                  ///< of a chart reader's words: "en", "de", "zh"; empty: its choice
    int looks = engine::GenerationRequest::kMostLooks; ///< of a chart reader at a new picture
    std::optional<ChartTable>
        asked;          ///< of a chart reader: the table that the question is about; nothing: it is yet to be read, or there is none
    bool fresh = false; ///< computes everything anew: no session is reused, and none is kept
    std::vector<engine::PassRun> passes; ///< in which the prompt is computed, see engine::GenerationRequest
};

/// What to load.
struct ModelRequest
{
    QString file;
    int contextTokens = 0;                                       ///< 0: the engine's usual
    std::function<void(const engine::Placement &)> placing = {}; ///< see EngineOptions

    operator const QString &() const { return file; } ///< many a factory asks for nothing else
};

/// Makes an engine of a model file, on the worker's thread. Tests give a scripted one.
using EngineFactory = std::function<engine::Result<std::unique_ptr<engine::Engine>>(const ModelRequest &request)>;

/// What the user wants of the engine beside a model: see engine::EngineOptions.
struct EngineWishes
{
    QString projector; ///< the vision part of the model; empty: the one beside it
    std::uint64_t memoryBytes = 0;
    bool speculates = false; ///< in every answer: such answers are the same, but not to the last bit of what they are drawn from
    QString device;
    int cardLayers = -1;
    std::uint64_t cardBytes = 0;
};

/// The real engine (default_engine.cpp: the one file that links it).
EngineFactory defaultEngineFactory(const EngineWishes &wishes = {});
/// The same, with wishes that are asked for anew whenever a model is loaded, on the worker's thread.
EngineFactory defaultEngineFactory(std::function<EngineWishes()> wishes);

class InferenceWorker : public QObject
{
    Q_OBJECT

public:
    /// With defaultEngineFactory().
    explicit InferenceWorker(QObject *parent = nullptr);
    /// `places`: where energy is counted, others in tests.
    explicit InferenceWorker(EngineFactory factory, QObject *parent = nullptr, const engine::PowerPlaces &places = {});
    /// Stops the running answer, waits for the thread.
    ~InferenceWorker() override;

    /// Loads `file` in place of the present model, with room for so many tokens (0: the engine's usual); modelChanged tells the outcome.
    void loadModel(const QString &file, int contextTokens = 0);
    /// Posts a request; at most kMaxQueued wait, more fail at once with answerEnded. Ids come from nextRequest().
    /// Of several updates that come faster than they are taken, the last is delivered; answerEnded always is.
    void ask(const AnswerRequest &request);
    /// Counts when nothing is being answered. Of several requests of one asker that wait only the last one is done; `counted` tells its
    /// outcome.
    void count(const CountRequest &request);
    /// Decodes and scales the pictures as the model would; `seen` tells.
    void look(const SightRequest &request);
    /// From now on somebody watches the experts: while an answer is written `expertsSeen` tells every kExpertMilliseconds, and at its end.
    /// Several may watch; each ends it with false.
    void watchExperts(bool watch);
    /// Asks how the experts worked on the last answer of the conversation; `expertsSeen` tells.
    void showExperts(qint64 conversation);
    /// Ends the answer with StopReason::kCancelled within one layer of work; other ids are ignored.
    void stop(RequestId request);
    RequestId nextRequest();

    static constexpr int kMaxQueued = 8;
    static constexpr int kUpdateMilliseconds = 16;
    static constexpr int kExpertMilliseconds = 125;
    static constexpr int kIdleLookMilliseconds = 5000; ///< between two looks at what the machine takes when nothing is computed

Q_SIGNALS:
    void modelChanged(const conclave::app::ModelStatus &status);
    void answerUpdated(const conclave::app::AnswerUpdate &update);
    void answerEnded(const conclave::app::AnswerEnd &end);
    void counted(const conclave::app::CountResult &result);
    void seen(const conclave::app::SightResult &result);
    void expertsSeen(const conclave::app::ExpertSight &sight);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace conclave::app

Q_DECLARE_METATYPE(conclave::app::ModelStatus)
Q_DECLARE_METATYPE(conclave::app::AnswerUpdate)
Q_DECLARE_METATYPE(conclave::app::AnswerEnd)
Q_DECLARE_METATYPE(conclave::app::CountResult)
Q_DECLARE_METATYPE(conclave::app::SightResult)
Q_DECLARE_METATYPE(conclave::app::ExpertSight)
