#include "app/inference/inference_worker.h"

#include "app/inference/engine_host.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QHash>
#include <QMutex>
#include <QThread>
#include <QTimer>

#include <atomic>
#include <optional>
#include <stop_token>

namespace conclave::app
{

struct InferenceWorker::Impl
{
    Impl(InferenceWorker &owner, EngineFactory factory, const engine::PowerPlaces &places);

    void run(const AnswerRequest &request, const std::stop_source &stop);
    void putUpdate(const AnswerUpdate &update);
    void putEnd(const AnswerEnd &end);
    void deliver(quint64 round);
    void countLatest(quint64 asker);
    void load(const ModelRequest &request);

    InferenceWorker &worker;
    EngineHost host; ///< engine thread only
    QThread thread;
    QObject *onThread; ///< lives on the thread, so that work can be posted to it
    QTimer *idle;      ///< its child: fires while nothing is computed, if energy can be measured
    std::atomic<RequestId> lastRequest{0};
    std::atomic<int> expertWatchers{0};

    QMutex mutex;                                ///< for what follows
    QHash<RequestId, std::stop_source> requests; ///< waiting and running
    std::optional<AnswerUpdate> latest;          ///< not delivered yet
    QHash<quint64, CountRequest> toCount;        ///< by asker
    bool scheduled = false;
    quint64 round = 0; ///< goes up with each answer's end: a delivery of an earlier answer finds nothing to do

    QElapsedTimer sinceDelivery; ///< the worker object's thread only
};

InferenceWorker::Impl::Impl(InferenceWorker &owner, EngineFactory factory, const engine::PowerPlaces &places)
    : worker(owner), host(std::move(factory),
                          {[this](const ModelStatus &status) {
                               QMetaObject::invokeMethod(
                                   &worker, [this, status] { Q_EMIT worker.modelChanged(status); }, Qt::QueuedConnection);
                           },
                           [this](const AnswerUpdate &update) { putUpdate(update); },
                           [this] { return expertWatchers.load(std::memory_order_relaxed) > 0; },
                           [this](const ExpertSight &sight) {
                               QMetaObject::invokeMethod(
                                   &worker, [this, sight] { Q_EMIT worker.expertsSeen(sight); }, Qt::QueuedConnection);
                           }},
                          places),
      onThread(new QObject), idle(new QTimer(onThread))
{
    thread.setObjectName(QStringLiteral("inference"));
    idle->setTimerType(Qt::VeryCoarseTimer);
    QObject::connect(idle, &QTimer::timeout, onThread, [this] { host.lookWhileIdle(); });
    onThread->moveToThread(&thread);
    QObject::connect(&thread, &QThread::finished, onThread, &QObject::deleteLater);
    thread.start();
}

InferenceWorker::InferenceWorker(EngineFactory factory, QObject *parent, const engine::PowerPlaces &places)
    : QObject(parent), m_impl(std::make_unique<Impl>(*this, std::move(factory), places))
{
}

InferenceWorker::~InferenceWorker()
{
    {
        const QMutexLocker lock(&m_impl->mutex);
        for (std::stop_source &stop : m_impl->requests)
            stop.request_stop();
    }
    m_impl->thread.quit();
    m_impl->thread.wait();
}

RequestId InferenceWorker::nextRequest()
{
    return ++m_impl->lastRequest;
}

void InferenceWorker::loadModel(const QString &file, int contextTokens)
{
    QMetaObject::invokeMethod(
        m_impl->onThread,
        [impl = m_impl.get(), file, contextTokens] {
            impl->load({file, contextTokens});
        },
        Qt::QueuedConnection);
}

void InferenceWorker::ask(const AnswerRequest &request)
{
    std::stop_source stop;
    {
        const QMutexLocker lock(&m_impl->mutex);
        if (m_impl->requests.size() <= kMaxQueued) { // one of them runs
            m_impl->requests.insert(request.request, stop);
            QMetaObject::invokeMethod(
                m_impl->onThread, [impl = m_impl.get(), request, stop] { impl->run(request, stop); }, Qt::QueuedConnection);
            return;
        }
    }
    AnswerEnd end;
    end.request = request.request;
    end.last.request = request.request;
    end.failed = true;
    end.error = QCoreApplication::translate("InferenceWorker", "Too many questions are waiting for their answers. Wait, then ask again.");
    QMetaObject::invokeMethod(
        this, [this, end] { Q_EMIT answerEnded(end); }, Qt::QueuedConnection);
}

void InferenceWorker::count(const CountRequest &request)
{
    const QMutexLocker lock(&m_impl->mutex);
    m_impl->toCount.insert(request.asker, request);
    QMetaObject::invokeMethod(
        m_impl->onThread, [impl = m_impl.get(), asker = request.asker] { impl->countLatest(asker); }, Qt::QueuedConnection);
}

void InferenceWorker::look(const SightRequest &request)
{
    QMetaObject::invokeMethod(
        m_impl->onThread,
        [impl = m_impl.get(), request] {
            const SightResult result = impl->host.look(request);
            QMetaObject::invokeMethod(
                &impl->worker, [impl, result] { Q_EMIT impl->worker.seen(result); }, Qt::QueuedConnection);
        },
        Qt::QueuedConnection);
}

void InferenceWorker::watchExperts(bool watch)
{
    m_impl->expertWatchers += watch ? 1 : -1;
}

void InferenceWorker::showExperts(qint64 conversation)
{
    QMetaObject::invokeMethod(
        m_impl->onThread, [impl = m_impl.get(), conversation] { impl->host.showExperts(conversation); }, Qt::QueuedConnection);
}

void InferenceWorker::Impl::countLatest(quint64 asker)
{
    std::optional<CountRequest> request;
    {
        const QMutexLocker lock(&mutex);
        if (const auto found = toCount.find(asker); found != toCount.end()) {
            request = *found;
            toCount.erase(found);
        }
    }
    if (!request)
        return; // done by an earlier call
    const CountResult result = host.count(*request);
    QMetaObject::invokeMethod(
        &worker, [this, result] { Q_EMIT worker.counted(result); }, Qt::QueuedConnection);
}

void InferenceWorker::stop(RequestId request)
{
    const QMutexLocker lock(&m_impl->mutex);
    const auto found = m_impl->requests.find(request);
    if (found != m_impl->requests.end())
        found->request_stop();
}

void InferenceWorker::Impl::load(const ModelRequest &request)
{
    host.load(request);
    if (host.measuresEnergy())
        idle->start(kIdleLookMilliseconds);
}

void InferenceWorker::Impl::run(const AnswerRequest &request, const std::stop_source &stop)
{
    putEnd(host.answer(request, stop));
}

void InferenceWorker::Impl::putUpdate(const AnswerUpdate &update)
{
    const QMutexLocker lock(&mutex);
    latest = update;
    if (scheduled)
        return;
    scheduled = true;
    QMetaObject::invokeMethod(
        &worker, [this, now = round] { deliver(now); }, Qt::QueuedConnection);
}

void InferenceWorker::Impl::putEnd(const AnswerEnd &end)
{
    const QMutexLocker lock(&mutex);
    requests.remove(end.request);
    latest.reset();
    scheduled = false;
    ++round;
    QMetaObject::invokeMethod(
        &worker, [this, end] { Q_EMIT worker.answerEnded(end); }, Qt::QueuedConnection);
}

void InferenceWorker::Impl::deliver(quint64 ofRound)
{
    const qint64 wait = sinceDelivery.isValid() ? kUpdateMilliseconds - sinceDelivery.elapsed() : 0;
    if (wait > 0) {
        QTimer::singleShot(int(wait), Qt::PreciseTimer, &worker, [this, ofRound] { deliver(ofRound); });
        return;
    }
    AnswerUpdate update;
    {
        const QMutexLocker lock(&mutex);
        if (ofRound != round || !latest)
            return;
        update = *latest;
        latest.reset();
        scheduled = false;
    }
    sinceDelivery.restart();
    Q_EMIT worker.answerUpdated(update);
}

} // namespace conclave::app
