#include "tests/app/test_inference_worker.h"

#include "app/inference/inference_worker.h"
#include "app/text_of.h"
#include "tests/support/scripted_engine.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

using namespace conclave;
using namespace conclave::app;
using engine::StopReason;

namespace
{

EngineFactory factoryOf(const tests::Script &script, std::shared_ptr<tests::Record> record = nullptr)
{
    if (!record)
        record = std::make_shared<tests::Record>();
    return [=](const QString &file) -> engine::Result<std::unique_ptr<engine::Engine>> {
        if (file == "missing.gguf")
            return failure(engine::ErrorCode::kFileNotFound, "missing.gguf was not found.");
        if (file == "huge.gguf")
            throw std::bad_alloc();
        return tests::makeScriptedEngine(script, record);
    };
}

/// A worker with what it said.
struct Watched
{
    explicit Watched(const EngineFactory &factory) : worker(factory)
    {
        QObject::connect(&worker, &InferenceWorker::answerEnded, &worker, [this](const AnswerEnd &end) { ends.append(end); });
        QObject::connect(&worker, &InferenceWorker::answerUpdated, &worker, [this](const AnswerUpdate &update) {
            gaps.append(clock.restart());
            updates.append(update);
        });
        QObject::connect(&worker, &InferenceWorker::modelChanged, &worker, [this](const ModelStatus &changed) {
            status = changed;
            ++modelChanges;
        });
        clock.start();
    }

    void load(const QString &file = "model.gguf")
    {
        const int before = modelChanges;
        worker.loadModel(file);
        QTRY_COMPARE(modelChanges, before + 2);
    }

    RequestId ask(const engine::ImagePtr &image = nullptr, qint64 conversation = 1)
    {
        AnswerRequest request;
        request.request = worker.nextRequest();
        request.conversation = conversation;
        request.messages.push_back({engine::Role::kUser, "hello", {}});
        if (image)
            request.messages.back().images.push_back(image);
        worker.ask(request);
        return request.request;
    }

    QVector<AnswerEnd> ends;
    QVector<AnswerUpdate> updates;
    QVector<qint64> gaps; ///< milliseconds between updates
    ModelStatus status;
    int modelChanges = 0;
    QElapsedTimer clock;
    InferenceWorker worker; ///< last: its end comes first
};

engine::ImagePtr picture(int width = 640, int height = 448)
{
    auto image = std::make_shared<engine::Image>();
    image->width = width;
    image->height = height;
    image->pixels.resize(std::size_t(width) * std::size_t(height) * 3);
    return image;
}

} // namespace

void TestInferenceWorker::answers()
{
    tests::Script script = tests::chatScript("Hello, Größe!");
    script.statistics.promptTokens = 7;
    Watched watched(factoryOf(script));
    watched.load();
    QVERIFY(watched.status.loaded && !watched.status.loading);
    QCOMPARE(watched.status.device, "Scripted");
    const RequestId id = watched.ask();
    QTRY_COMPARE(watched.ends.size(), 1);
    const AnswerEnd &end = watched.ends.front();
    QCOMPARE(end.request, id);
    QVERIFY(!end.failed);
    QCOMPARE(end.reason, StopReason::kEndOfAnswer);
    QCOMPARE(end.last.text, QString::fromUtf8("Hello, Größe!"));
    QCOMPARE(end.statistics.promptTokens, 7);
    QVERIFY(end.last.memoryBytes > 1'000'000);
    QVERIFY(!end.last.isChart);
}

void TestInferenceWorker::readsCharts()
{
    tests::Script script = tests::chartScript();
    script.delay = std::chrono::milliseconds(2);
    auto record = std::make_shared<tests::Record>();
    Watched watched(factoryOf(script, record));
    watched.load();
    watched.ask(picture());
    QTRY_COMPARE(watched.ends.size(), 1);
    const ChartReading &reading = watched.ends.front().last.chart;
    QVERIFY(watched.ends.front().last.isChart && reading.complete);
    QCOMPARE(reading.table.rows.size(), 3);
    QCOMPARE(reading.table.cell(0, 0)->place, QPointF(82, 162)); // (20 + ½) · 2 · 640 / 320, (40 + ½) · 2 · 448 / 224
    QCOMPARE(watched.ends.front().last.text, reading.summary.text);
    QCOMPARE(record->requests.front().sampling.temperature, 0.0F);
    // The table grows before the eyes.
    QSet<qsizetype> sizes;
    for (const AnswerUpdate &update : watched.updates)
        sizes.insert(update.chart.table.rows.size());
    QVERIFY(sizes.size() >= 3);
}

void TestInferenceWorker::updatesComeOncePerFrame()
{
    tests::Script script = tests::chatScript(std::string(3000, 'x'));
    script.delay = std::chrono::milliseconds(1);
    Watched watched(factoryOf(script));
    watched.load();
    watched.ask();
    QTRY_COMPARE_WITH_TIMEOUT(watched.ends.size(), 1, 20000);
    QVERIFY(watched.updates.size() > 5);
    QVERIFY2(watched.updates.size() < 400, qPrintable(QString::number(watched.updates.size()))); // of 1000 pieces
    for (qsizetype i = 1; i < watched.gaps.size(); ++i)
        QVERIFY2(watched.gaps[i] >= InferenceWorker::kUpdateMilliseconds - 1, qPrintable(QString::number(watched.gaps[i])));
    for (qsizetype i = 1; i < watched.updates.size(); ++i)
        QVERIFY(watched.updates[i].text.startsWith(watched.updates[i - 1].text));
    QCOMPARE(watched.ends.front().last.text.size(), 3000);
}

void TestInferenceWorker::stopEndsARunningAnswer()
{
    tests::Script script = tests::chatScript("one two three");
    script.hangAt = 2;
    Watched watched(factoryOf(script));
    watched.load();
    const RequestId id = watched.ask();
    QTRY_VERIFY(!watched.updates.isEmpty() && watched.updates.back().text.size() == 6);
    QElapsedTimer clock;
    clock.start();
    watched.worker.stop(id);
    QTRY_COMPARE(watched.ends.size(), 1);
    QVERIFY(clock.elapsed() < 1000);
    QCOMPARE(watched.ends.front().reason, StopReason::kCancelled);
    QVERIFY(!watched.ends.front().failed);
    QCOMPARE(watched.ends.front().last.text, "one tw");
}

void TestInferenceWorker::stopEndsAWaitingAnswer()
{
    tests::Script script = tests::chatScript("one two three");
    script.hangAt = 0;
    auto record = std::make_shared<tests::Record>();
    Watched watched(factoryOf(script, record));
    watched.load();
    const RequestId running = watched.ask();
    const RequestId waiting = watched.ask();
    watched.worker.stop(waiting);
    watched.worker.stop(running);
    QTRY_COMPARE(watched.ends.size(), 2);
    QCOMPARE(watched.ends[1].request, waiting);
    QCOMPARE(watched.ends[1].reason, StopReason::kCancelled);
    QVERIFY(record->requests.size() <= 1); // the waiting one never reached the engine
}

void TestInferenceWorker::otherIdsAreIgnored()
{
    Watched watched(factoryOf(tests::chatScript("fine")));
    watched.load();
    watched.worker.stop(12345);
    watched.ask();
    QTRY_COMPARE(watched.ends.size(), 1);
    QCOMPARE(watched.ends.front().reason, StopReason::kEndOfAnswer);
}

void TestInferenceWorker::endsComeInOrder()
{
    tests::Script script = tests::chatScript("some answer");
    Watched watched(factoryOf(script));
    watched.load();
    QVector<RequestId> asked;
    for (int i = 0; i < 5; ++i)
        asked.append(watched.ask());
    QTRY_COMPARE(watched.ends.size(), 5);
    for (int i = 0; i < 5; ++i)
        QCOMPARE(watched.ends[i].request, asked[i]);
}

void TestInferenceWorker::tooManyQuestionsFailAtOnce()
{
    tests::Script script = tests::chatScript("x");
    script.hangAt = 0;
    Watched watched(factoryOf(script));
    watched.load();
    QVector<RequestId> ids;
    for (int i = 0; i < InferenceWorker::kMaxQueued + 3; ++i)
        ids.append(watched.ask());
    QTRY_COMPARE(watched.ends.size(), 2);
    QVERIFY(watched.ends.front().failed);
    QVERIFY(watched.ends.front().error.contains("Too many"));
    QCOMPARE(watched.ends.front().request, ids[InferenceWorker::kMaxQueued + 1]);
}

void TestInferenceWorker::failuresAreMessages()
{
    tests::Script script = tests::chatScript("one two three");
    script.failAt = 2;
    auto record = std::make_shared<tests::Record>();
    Watched watched(factoryOf(script, record));
    watched.load();
    watched.ask();
    QTRY_COMPARE(watched.ends.size(), 1);
    QVERIFY(watched.ends.front().failed);
    QCOMPARE(watched.ends.front().error, "The scripted device failed.");
    QCOMPARE(watched.ends.front().last.text, "one tw"); // what came before is kept
    watched.ask();
    QTRY_COMPARE(watched.ends.size(), 2);
    QCOMPARE(record->sessions.load(), 2); // the failed session is not used again
}

void TestInferenceWorker::exceptionsAreMessages()
{
    tests::Script script = tests::chatScript("one two three");
    script.throwAt = 1;
    Watched watched(factoryOf(script));
    watched.load();
    watched.ask();
    QTRY_COMPARE(watched.ends.size(), 1);
    QVERIFY(watched.ends.front().failed);
    QVERIFY(watched.ends.front().error.contains("not enough memory"));
}

void TestInferenceWorker::brokenPicturesAreRefused()
{
    Watched watched(factoryOf(tests::chartScript()));
    watched.load();
    auto broken = std::make_shared<engine::Image>(*picture());
    broken->pixels.resize(10);
    watched.ask(broken);
    QTRY_COMPARE(watched.ends.size(), 1);
    QVERIFY(watched.ends.front().failed);
    QVERIFY(watched.ends.front().error.contains("picture"));
}

void TestInferenceWorker::withoutAModel()
{
    Watched watched(factoryOf(tests::chatScript("x")));
    watched.ask();
    QTRY_COMPARE(watched.ends.size(), 1);
    QVERIFY(watched.ends.front().failed);
    QVERIFY(watched.ends.front().error.contains("No model"));
}

void TestInferenceWorker::aFailedLoadKeepsThePresentModel()
{
    Watched watched(factoryOf(tests::chatScript("still here")));
    watched.load("missing.gguf");
    QVERIFY(!watched.status.loaded);
    QCOMPARE(watched.status.error, "missing.gguf was not found.");
    watched.load();
    QVERIFY(watched.status.loaded && watched.status.error.isEmpty());
    watched.load("missing.gguf");
    QVERIFY(watched.status.loaded && !watched.status.error.isEmpty());
    QCOMPARE(watched.status.info.name, "scripted-chat");
    watched.ask();
    QTRY_COMPARE(watched.ends.size(), 1);
    QCOMPARE(watched.ends.front().last.text, "still here");
}

void TestInferenceWorker::exceptionsWhileLoadingAreMessages()
{
    Watched watched(factoryOf(tests::chatScript("x")));
    watched.load("huge.gguf");
    QVERIFY(!watched.status.loaded);
    QVERIFY2(watched.status.error.contains("huge.gguf") && watched.status.error.contains("memory"), qPrintable(watched.status.error));
}

void TestInferenceWorker::sessionsAreKeptByConversation()
{
    auto record = std::make_shared<tests::Record>();
    Watched watched(factoryOf(tests::chatScript("x"), record));
    watched.load();
    const auto askAll = [&](std::initializer_list<int> conversations) {
        for (const int conversation : conversations) {
            const auto before = watched.ends.size();
            watched.ask(nullptr, conversation);
            QTRY_COMPARE(watched.ends.size(), before + 1);
        }
    };
    askAll({1, 1, 2, 1, 3});
    QCOMPARE(record->sessions.load(), 3);
    askAll({4}); // 2 was used longest ago
    askAll({1, 3, 4});
    QCOMPARE(record->sessions.load(), 4);
    askAll({2});
    QCOMPARE(record->sessions.load(), 5);
}

void TestInferenceWorker::theEndIsQuickInMidAnswer()
{
    tests::Script script = tests::chatScript("one two three");
    script.hangAt = 1;
    auto watched = std::make_unique<Watched>(factoryOf(script));
    watched->load();
    watched->ask();
    watched->ask();
    QTRY_VERIFY(!watched->updates.isEmpty());
    QElapsedTimer clock;
    clock.start();
    watched.reset();
    QVERIFY2(clock.elapsed() < 500, qPrintable(QString::number(clock.elapsed())));
}

void TestInferenceWorker::signalsComeOnTheOwnersThread()
{
    Watched watched(factoryOf(tests::chatScript("x")));
    QVector<QThread *> threads;
    QObject::connect(
        &watched.worker, &InferenceWorker::modelChanged, &watched.worker, [&] { threads.append(QThread::currentThread()); },
        Qt::DirectConnection);
    QObject::connect(
        &watched.worker, &InferenceWorker::answerEnded, &watched.worker, [&] { threads.append(QThread::currentThread()); },
        Qt::DirectConnection);
    watched.load();
    watched.ask();
    QTRY_COMPARE(watched.ends.size(), 1);
    QCOMPARE(threads.size(), 3);
    for (const QThread *thread : threads)
        QCOMPARE(thread, QThread::currentThread());
}

/// Only while somebody watches, not faster than promised, at the end of the answer in any case, and afterwards when asked for.
void TestInferenceWorker::expertsAreShownToWhoWatches()
{
    tests::Script script = tests::chatScript("One two three four five six seven eight nine ten.");
    script.delay = std::chrono::milliseconds(20);
    script.model.experts = 4;
    script.experts.experts = 4;
    script.experts.textTokens = 17;
    Watched watched(factoryOf(script));
    QVector<ExpertSight> sights;
    connect(&watched.worker, &InferenceWorker::expertsSeen, this, [&](const ExpertSight &sight) { sights.append(sight); });
    watched.load();
    watched.ask();
    QTRY_COMPARE(watched.ends.size(), 1);
    QVERIFY(sights.isEmpty());
    watched.worker.showExperts(1);
    QTRY_COMPARE(sights.size(), 1);
    QVERIFY(sights[0].conversation == 1 && sights[0].view && sights[0].view->textTokens == 17);
    watched.worker.showExperts(2);
    QTRY_COMPARE(sights.size(), 2);
    QVERIFY(!sights[1].view); // was not asked anything

    sights.clear();
    watched.worker.watchExperts(true);
    watched.worker.watchExperts(true);
    watched.worker.watchExperts(false); // one of the two goes on
    QElapsedTimer clock;
    clock.start();
    watched.ask();
    QTRY_COMPARE(watched.ends.size(), 2);
    const qint64 most = clock.elapsed() / InferenceWorker::kExpertMilliseconds + 2; // the first and the last one besides
    QVERIFY2(sights.size() >= 2 && sights.size() <= most, qPrintable(QString::number(sights.size())));
    watched.worker.watchExperts(false);
    sights.clear();
    watched.ask();
    QTRY_COMPARE(watched.ends.size(), 3);
    QVERIFY(sights.isEmpty());
}

QTEST_GUILESS_MAIN(TestInferenceWorker)
