#include "tests/support/paced_engine.h"

#include <thread>

namespace conclave::tests
{
namespace
{

class PacedSession : public engine::Session
{
public:
    PacedSession(std::unique_ptr<engine::Session> session, std::chrono::milliseconds pace) : m_session(std::move(session)), m_pace(pace) {}

    engine::Result<engine::GenerationEnd> generate(const engine::GenerationRequest &request, const engine::EventSink &sink,
                                                   std::stop_token stop) override
    {
        return m_session->generate(
            request,
            [&](const engine::Event &event) {
                std::this_thread::sleep_for(m_pace);
                sink(event);
            },
            stop);
    }
    engine::Result<int> countTokens(std::span<const engine::Message> messages) override { return m_session->countTokens(messages); }
    engine::Result<engine::Done> saveContext(const std::filesystem::path &file) override { return m_session->saveContext(file); }
    engine::Result<int> loadContext(const std::filesystem::path &file) override { return m_session->loadContext(file); }
    void viewExperts(engine::ExpertView &out) const override { m_session->viewExperts(out); }

private:
    std::unique_ptr<engine::Session> m_session;
    std::chrono::milliseconds m_pace;
};

class PacedEngine : public engine::Engine
{
public:
    PacedEngine(std::unique_ptr<engine::Engine> engine, std::chrono::milliseconds pace) : m_engine(std::move(engine)), m_pace(pace) {}

    const engine::ModelInfo &model() const override { return m_engine->model(); }
    std::string deviceName() const override { return m_engine->deviceName(); }
    std::string deviceNote() const override { return m_engine->deviceNote(); }
    std::uint64_t fingerprint() const override { return m_engine->fingerprint(); }
    int contextTokens() const override { return m_engine->contextTokens(); }
    engine::Result<int> countTokens(std::span<const engine::Message> messages) override { return m_engine->countTokens(messages); }
    engine::Result<engine::SeenImage> see(const engine::Image &image) override { return m_engine->see(image); }
    engine::Result<std::unique_ptr<engine::BatchSession>> createBatch(const engine::BatchOptions &options) override
    {
        return m_engine->createBatch(options);
    }
    engine::Result<std::unique_ptr<engine::Session>> createSession() override
    {
        auto session = m_engine->createSession();
        if (!session)
            return session.takeError();
        return std::unique_ptr<engine::Session>(std::make_unique<PacedSession>(std::move(*session), m_pace));
    }

private:
    std::unique_ptr<engine::Engine> m_engine;
    std::chrono::milliseconds m_pace;
};

} // namespace

std::unique_ptr<engine::Engine> makePacedEngine(std::unique_ptr<engine::Engine> engine, std::chrono::milliseconds pace)
{
    return std::make_unique<PacedEngine>(std::move(engine), pace);
}

} // namespace conclave::tests
