#include "app/inference/engine_host.h"

#include "app/chat/receipt.h"
#include "app/chat/turns_told.h"
#include "app/images/image_loader.h"
#include "app/inference/answer_writer.h"
#include "app/log/error_text.h"

#include <QCoreApplication>
#include <QDir>
#include <QThreadPool>

#include <exception>
#include <new>

namespace conclave::app
{

using engine::ErrorCode;
using engine::Result;

namespace
{

constexpr int kMaxChartTokens = 2048; // the largest table and its summary

/// Runs `work`; what it throws becomes an Error. `what` says what was being done.
template <typename Work>
auto guarded(const QString &what, Work work) -> decltype(work())
{
    try {
        return work();
    } catch (const std::bad_alloc &) {
        return failure(ErrorCode::kOutOfMemory,
                       QCoreApplication::translate("InferenceWorker",
                                                   "%1: there is not enough memory. Close other programs or choose a smaller model.")
                           .arg(what));
    } catch (const std::exception &error) {
        return failure(ErrorCode::kDeviceFailure,
                       QCoreApplication::translate("InferenceWorker", "%1: %2.").arg(what, QString::fromUtf8(error.what())));
    } catch (...) {
        return failure(ErrorCode::kDeviceFailure, QCoreApplication::translate("InferenceWorker", "%1: an unknown error.").arg(what));
    }
}

/// Every picture of the request, and not a broken one.
bool imagesAreWhole(const AnswerRequest &request)
{
    for (const engine::Message &message : request.messages) {
        for (const engine::ImagePtr &image : message.images) {
            if (!image || image->width <= 0 || image->height <= 0 ||
                image->pixels.size() != std::size_t(image->width) * std::size_t(image->height) * 3)
                return false;
        }
    }
    return true;
}

engine::GenerationRequest generationRequest(const AnswerRequest &request, bool chart)
{
    engine::GenerationRequest out;
    out.messages = request.messages;
    out.sampling = request.sampling;
    out.maxTokens = request.maxTokens;
    out.language = request.language.toStdString();
    out.passes = request.passes;
    out.looks = request.looks;
    if (chart) {
        out.sampling.temperature = 0; // a chart is read, not imagined
        out.maxTokens = std::max(request.maxTokens, kMaxChartTokens);
    }
    return out;
}

} // namespace

EngineHost::EngineHost(EngineFactory factory, Listener listener, const engine::PowerPlaces &places)
    : m_factory(std::move(factory)), m_listener(std::move(listener)), m_places(places)
{
}

/// Where the model will lie is told before it is loaded.
Result<std::unique_ptr<engine::Engine>> EngineHost::open(ModelRequest request)
{
    request.placing = [this](const engine::Placement &placement) {
        m_status.placement = placement;
        m_listener.modelChanged(m_status);
    };
    const QString what =
        QCoreApplication::translate("InferenceWorker", "The model %1 could not be loaded").arg(QDir::toNativeSeparators(request.file));
    return guarded(what, [&] { return m_factory(request); });
}

void EngineHost::load(const ModelRequest &request)
{
    QThreadPool::globalInstance()->start([] { buildName(); }); // reads the program's file once: beside the model it keeps nothing waiting
    m_status.loading = true;
    m_status.error.clear();
    m_status.placement = {};
    m_listener.modelChanged(m_status);
    auto opened = open(request);
    if (!opened && opened.error().code == ErrorCode::kOutOfMemory && m_engine) {
        m_sessions.clear();
        m_engine.reset();
        opened = open(request);
    }
    if (opened) {
        m_sessions.clear();
        m_counts.clear();
        m_engine = std::move(*opened);
        m_status.info = m_engine->model();
        m_status.contextTokens = m_engine->contextTokens();
        m_status.fingerprint = m_engine->fingerprint();
        m_status.file = request.file;
        noteDevice();
        // Cards that do not compute are not asked: that would wake them.
        m_meter.emplace(m_places, !m_status.device.startsWith(QLatin1String("CPU")));
    } else {
        m_status.error = errorText(opened.error());
        if (m_engine)
            noteDevice();
    }
    if (m_meter)
        m_meter->rest();
    m_status.loading = false;
    m_status.loaded = m_engine != nullptr;
    if (!m_engine) {
        m_status.info = {};
        m_status.file.clear();
    }
    m_listener.modelChanged(m_status);
}

/// What computes now; true when that has changed.
bool EngineHost::noteDevice()
{
    const double rate = m_status.placement.decodeRate; // told only before it was loaded
    const QString device = textOf(m_engine->deviceName());
    const QString note = engineWords(textOf(m_engine->deviceNote()));
    const bool changed = device != m_status.device || note != m_status.deviceNote;
    m_status.device = device;
    m_status.deviceNote = note;
    m_status.placement = m_engine->placement();
    if (m_status.placement.decodeRate == 0 && m_status.placement.onCards())
        m_status.placement.decodeRate = rate;
    return changed;
}

AnswerEnd EngineHost::answer(const AnswerRequest &request, std::stop_source stop)
{
    AnswerEnd end;
    end.request = request.request;
    end.last.request = request.request;
    if (stop.stop_requested()) {
        end.reason = engine::StopReason::kCancelled;
        return end;
    }
    if (request.fresh)
        m_sessions.clear();
    if (m_meter)
        m_meter->begin();
    const auto outcome = answerWith(request, stop, end);
    if (m_meter)
        end.energy = m_meter->end();
    if (request.fresh)
        m_sessions.clear();
    if (m_engine && noteDevice()) // a card that failed is no more asked
        m_listener.modelChanged(m_status);
    end.failed = !outcome;
    if (outcome) {
        end.reason = outcome->reason;
        end.statistics = outcome->statistics;
    } else {
        end.error = errorText(outcome.error());
        m_sessions.forget(request.conversation); // its cache may be in any state
    }
    return end;
}

Result<engine::GenerationEnd> EngineHost::answerWith(const AnswerRequest &request, std::stop_source stop, AnswerEnd &end)
{
    if (!m_engine)
        return failure(ErrorCode::kInvalidRequest,
                       QCoreApplication::translate("InferenceWorker", "No model is loaded. Load one, then ask again."));
    if (!imagesAreWhole(request))
        return failure(ErrorCode::kBadImage,
                       QCoreApplication::translate("InferenceWorker", "A picture of the question is broken. Attach it again."));
    return guarded(QCoreApplication::translate("InferenceWorker", "The answer was broken off"), [&]() -> Result<engine::GenerationEnd> {
        AnswerWriter writer(request, m_engine->model());
        auto generated = generate(request, writer, stop);
        writer.finish(generated.ok() && generated->reason == engine::StopReason::kEndOfAnswer);
        end.last = writer.state();
        return generated;
    });
}

void EngineHost::lookWhileIdle()
{
    if (m_meter)
        m_meter->lookWhileIdle();
}

CountResult EngineHost::count(const CountRequest &request)
{
    CountResult out{request.request, {}, {}};
    for (const std::vector<engine::Message> &prompt : request.prompts) {
        const auto tokens =
            guarded(QCoreApplication::translate("InferenceWorker", "The tokens could not be counted"), [&]() -> Result<int> {
                if (!m_engine)
                    return failure(ErrorCode::kInvalidRequest,
                                   QCoreApplication::translate("InferenceWorker", "No model is loaded. Load one, then ask again."));
                return m_counts.of(prompt, *m_engine);
            });
        if (!tokens && out.error.isEmpty())
            out.error = textOf(tokens.error().message);
        out.tokens.append(tokens ? *tokens : -1);
    }
    if (request.limit > 0 && !out.tokens.isEmpty() && out.tokens.front() > request.limit)
        out.leaveOut = turnsToLeaveOut(request.prompts.front(), request.limit);
    return out;
}

/// By bisection: the more turns go, the fewer tokens are left.
int EngineHost::turnsToLeaveOut(const std::vector<engine::Message> &prompt, int limit)
{
    int least = 1;
    int most = turnsOf(prompt) - 1;
    const auto fits = [&](int turns) {
        const auto tokens = guarded(QString(), [&] { return m_counts.of(withoutTurns(prompt, turns), *m_engine); });
        return tokens && *tokens <= limit;
    };
    if (most < least || !fits(most))
        return -1;
    while (least < most) {
        const int middle = (least + most) / 2;
        if (fits(middle))
            most = middle;
        else
            least = middle + 1;
    }
    return most;
}

SightResult EngineHost::look(const SightRequest &request)
{
    SightResult out{request.request, {}};
    for (const QString &file : request.files)
        out.sights.append(lookAt(file));
    return out;
}

Sight EngineHost::lookAt(const QString &file)
{
    Sight out;
    const auto seen =
        guarded(QCoreApplication::translate("InferenceWorker", "The picture could not be shown"), [&]() -> Result<engine::SeenImage> {
            if (!m_engine)
                return failure(ErrorCode::kInvalidRequest,
                               QCoreApplication::translate("InferenceWorker", "No model is loaded. Load one, then ask again."));
            auto image = loadImageFile(file);
            if (!image)
                return image.takeError();
            return m_engine->see(*image->pixels);
        });
    if (!seen) {
        out.error = textOf(seen.error().message);
        return out;
    }
    const engine::Image &image = seen->picture;
    out.picture = QImage(image.pixels.data(), image.width, image.height, image.width * 3, QImage::Format_RGB888).copy();
    out.tokens = seen->tokens;
    out.inPrompt = seen->inPrompt;
    return out;
}

void EngineHost::showExperts(qint64 conversation)
{
    tellExperts(conversation, m_sessions.find(conversation));
}

void EngineHost::tellExperts(qint64 conversation, const engine::Session *session)
{
    ExpertSight sight{conversation, nullptr};
    if (session && m_status.info.experts > 0) {
        session->viewExperts(m_experts);
        sight.view = std::make_shared<const engine::ExpertView>(m_experts);
    }
    m_listener.expertsSeen(sight);
}

/// What the sink throws must not pass through the engine: it is kept, the answer stopped, and the error told afterwards.
Result<engine::GenerationEnd> EngineHost::generate(const AnswerRequest &request, AnswerWriter &writer, std::stop_source stop)
{
    auto session = m_sessions.sessionFor(request.conversation, *m_engine);
    if (!session)
        return session.takeError();
    m_sinceExpertsSeen.start(); // a short answer is shown once, when it has ended
    const auto showExpertsNow = [&](int leastMilliseconds) {
        if (!m_listener.expertsWatched() || m_sinceExpertsSeen.elapsed() < leastMilliseconds)
            return;
        m_sinceExpertsSeen.start();
        tellExperts(request.conversation, *session);
    };
    std::exception_ptr thrown;
    const engine::EventSink sink = [&](const engine::Event &event) {
        try {
            writer.take(event);
            m_listener.answerUpdated(writer.state());
            showExpertsNow(InferenceWorker::kExpertMilliseconds);
            if (m_meter)
                m_meter->look();
        } catch (...) {
            thrown = std::current_exception();
            stop.request_stop();
        }
    };
    auto ended = (*session)->generate(generationRequest(request, m_engine->model().readsCharts), sink, stop.get_token());
    if (thrown)
        std::rethrow_exception(thrown);
    showExpertsNow(0);
    return ended;
}

} // namespace conclave::app
