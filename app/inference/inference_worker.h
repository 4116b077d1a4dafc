#pragma once

#include "app/chart/chart_table.h"
#include "engine/api/engine.h"

#include <QObject>
#include <QString>

#include <functional>
#include <memory>
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
    bool isChart = false;
    ChartReading chart; ///< as read so far
    int prefillDone = 0;
    int prefillTotal = 0; ///< 0: not started
    int generatedTokens = 0;
    double tokensPerSecond = 0;
    quint64 memoryBytes = 0;
};

struct AnswerEnd
{
    RequestId request = 0;
    bool failed = false;
    QString error; ///< for the user, when failed
    engine::StopReason reason = engine::StopReason::kEndOfAnswer;
    engine::Statistics statistics;
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
    QString error;
};

struct AnswerRequest
{
    RequestId request = 0;
    qint64 conversation = 0; ///< sessions are kept by conversation, so that a follow-up reuses the cache
    std::vector<engine::Message> messages;
    engine::Sampling sampling;
    int maxTokens = 1024;
};

/// Makes an engine of a model file, on the worker's thread. Tests give a scripted one.
using EngineFactory = std::function<engine::Result<std::unique_ptr<engine::Engine>>(const QString &file)>;

/// The real engine (default_engine.cpp: the one file that links it). `projector`: the vision part of the model; empty: the one beside it.
EngineFactory defaultEngineFactory(const QString &projector = {});

class InferenceWorker : public QObject
{
    Q_OBJECT

public:
    /// With defaultEngineFactory().
    explicit InferenceWorker(QObject *parent = nullptr);
    explicit InferenceWorker(EngineFactory factory, QObject *parent = nullptr);
    /// Stops the running answer, waits for the thread.
    ~InferenceWorker() override;

    /// Loads `file` in place of the present model; modelChanged tells the outcome.
    void loadModel(const QString &file);
    /// Posts a request; at most kMaxQueued wait, more fail at once with answerEnded. Ids come from nextRequest().
    /// Of several updates that come faster than they are taken, the last is delivered; answerEnded always is.
    void ask(const AnswerRequest &request);
    /// Ends the answer with StopReason::kCancelled within one layer of work; other ids are ignored.
    void stop(RequestId request);
    RequestId nextRequest();

    static constexpr int kMaxQueued = 8;
    static constexpr int kUpdateMilliseconds = 16;

Q_SIGNALS:
    void modelChanged(const conclave::app::ModelStatus &status);
    void answerUpdated(const conclave::app::AnswerUpdate &update);
    void answerEnded(const conclave::app::AnswerEnd &end);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace conclave::app

Q_DECLARE_METATYPE(conclave::app::ModelStatus)
Q_DECLARE_METATYPE(conclave::app::AnswerUpdate)
Q_DECLARE_METATYPE(conclave::app::AnswerEnd)
