#pragma once

#include "app/inference/inference_worker.h"
#include "app/inference/session_cache.h"
#include "app/inference/token_counts.h"

#include <QElapsedTimer>

#include <functional>
#include <optional>
#include <stop_token>

namespace conclave::app
{

/// Owns the engine and its sessions and runs one request after the other. Engine thread only; what the engine throws ends here.
class EngineHost
{
public:
    struct Listener
    {
        std::function<void(const ModelStatus &)> modelChanged;
        std::function<void(const AnswerUpdate &)> answerUpdated; ///< for every event; the listener thins them out
        std::function<bool()> expertsWatched;                    ///< asked at every event
        std::function<void(const ExpertSight &)> expertsSeen;
    };

    EngineHost(EngineFactory factory, Listener listener, const engine::PowerPlaces &places = {});

    /// A file that cannot be loaded leaves the present model in place.
    void load(const ModelRequest &request);
    AnswerEnd answer(const AnswerRequest &request, std::stop_source stop);
    CountResult count(const CountRequest &request);
    SightResult look(const SightRequest &request);
    /// Tells the listener how the experts worked on the conversation's last answer.
    void showExperts(qint64 conversation);

    bool measuresEnergy() const { return m_meter && m_meter->measures(); }
    /// Nothing was computed since the last load or answer: what the machine takes meanwhile is what it takes idly.
    void lookWhileIdle();

private:
    engine::Result<engine::GenerationEnd> answerWith(const AnswerRequest &request, std::stop_source stop, AnswerEnd &end);
    int turnsToLeaveOut(const std::vector<engine::Message> &prompt, int limit);
    Sight lookAt(const QString &file);
    void tellExperts(qint64 conversation, const engine::Session *session);
    engine::Result<std::unique_ptr<engine::Engine>> open(ModelRequest request);
    bool noteDevice();
    engine::Result<engine::GenerationEnd> generate(const AnswerRequest &request, class AnswerWriter &writer, std::stop_source stop);

    static constexpr std::size_t kMaxSessions = 3; // each may hold a KV cache of hundreds of MB

    EngineFactory m_factory;
    Listener m_listener;
    ModelStatus m_status;
    std::unique_ptr<engine::Engine> m_engine;
    SessionCache m_sessions{kMaxSessions}; ///< after the engine, so that it goes first
    TokenCounts m_counts;
    engine::ExpertView m_experts;     ///< as seen last
    QElapsedTimer m_sinceExpertsSeen; ///< in the answer under way
    engine::PowerPlaces m_places;
    std::optional<AnswerMeter> m_meter; ///< from the first model on
};

} // namespace conclave::app
