#include "tests/support/scripted_engine.h"

#include <condition_variable>
#include <deque>
#include <iterator>
#include <new>
#include <sstream>
#include <thread>

namespace conclave::tests
{
namespace
{

using namespace std::chrono_literals;

/// Waits, but no longer than until the stop. False: stopped.
bool pause(std::chrono::milliseconds time, const std::stop_token &stop)
{
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, time, [] { return false; });
    return !stop.stop_requested();
}

int scriptedTokens(std::span<const engine::Message> messages)
{
    int tokens = 1;
    for (const engine::Message &message : messages) {
        std::istringstream words(message.text);
        tokens += kTurnTokens + kPictureTokens * int(message.images.size()) +
                  int(std::distance(std::istream_iterator<std::string>(words), std::istream_iterator<std::string>()));
    }
    return tokens;
}

class ScriptedSession : public engine::Session
{
public:
    ScriptedSession(Script script, std::shared_ptr<Record> record) : m_script(std::move(script)), m_record(std::move(record)) {}

    engine::Result<engine::GenerationEnd> generate(const engine::GenerationRequest &request, const engine::EventSink &sink,
                                                   std::stop_token stop) override
    {
        {
            const std::lock_guard lock(m_record->mutex);
            m_record->requests.push_back(request);
        }
        engine::GenerationEnd end;
        end.statistics = m_script.statistics;
        for (int i = 1; i <= m_script.prefillSteps; ++i) {
            if (!pause(m_script.delay, stop))
                return cancelled(end);
            sink(engine::PrefillProgress{i, m_script.prefillSteps});
        }
        for (const std::string &thought : m_script.reasoning) {
            if (!pause(m_script.delay, stop))
                return cancelled(end);
            sink(engine::ReasoningPiece{thought, 0, m_script.probability, 0});
        }
        const bool reply = !m_script.replyPieces.empty() && request.messages.back().images.empty();
        const std::vector<std::string> &pieces = reply ? m_script.replyPieces : m_script.pieces;
        for (int i = 0; i < int(pieces.size()); ++i) {
            if (i == m_script.throwAt)
                throw std::bad_alloc();
            if (i == m_script.failAt)
                return m_script.failure;
            if (!pause(i == m_script.hangAt ? 1h : m_script.delay, stop))
                return cancelled(end);
            if (end.statistics.generatedTokens >= request.maxTokens) {
                end.reason = engine::StopReason::kLength;
                return end;
            }
            ++end.statistics.generatedTokens;
            sink(engine::TextPiece{pieces[std::size_t(i)], i, m_script.probability, 0});
        }
        for (const engine::ToolCall &call : m_script.toolCalls)
            sink(call);
        return end;
    }

    engine::Result<int> countTokens(std::span<const engine::Message> messages) override { return scriptedTokens(messages); }

    engine::Result<engine::Done> saveContext(const std::filesystem::path &) override { return engine::Done{}; }
    engine::Result<int> loadContext(const std::filesystem::path &file) override
    {
        return engine::Error{engine::ErrorCode::kFileNotFound, "There is no saved context.", file.string()};
    }
    void viewExperts(engine::ExpertView &out) const override { out = m_script.experts; }

private:
    static engine::GenerationEnd cancelled(engine::GenerationEnd end)
    {
        end.reason = engine::StopReason::kCancelled;
        return end;
    }

    Script m_script;
    std::shared_ptr<Record> m_record;
};

/// Plays the script for one job a step.
class ScriptedBatch : public engine::BatchSession
{
public:
    explicit ScriptedBatch(std::unique_ptr<engine::Session> session) : m_session(std::move(session)) {}

    void add(engine::BatchJob job) override { m_jobs.push_back(std::move(job)); }
    bool step() override
    {
        if (m_jobs.empty())
            return false;
        const engine::BatchJob job = std::move(m_jobs.front());
        m_jobs.pop_front();
        auto end = m_session->generate(
            job.request, job.sink ? job.sink : [](const engine::Event &) {}, job.stop);
        if (job.ended)
            job.ended(std::move(end));
        return !m_jobs.empty();
    }
    int waiting() const override { return int(m_jobs.size()); }
    int running() const override { return 0; }

private:
    std::unique_ptr<engine::Session> m_session;
    std::deque<engine::BatchJob> m_jobs;
};

/// Every second pixel of every second line.
engine::Image halved(const engine::Image &image)
{
    engine::Image out{image.width / 2, image.height / 2, {}};
    for (int y = 0; y < out.height; ++y) {
        for (int x = 0; x < out.width; ++x) {
            const auto pixel = image.pixels.begin() + 3 * (std::ptrdiff_t(2 * y) * image.width + 2 * x);
            out.pixels.insert(out.pixels.end(), pixel, pixel + 3);
        }
    }
    return out;
}

class ScriptedEngine : public engine::Engine
{
public:
    ScriptedEngine(const Script &script, std::shared_ptr<Record> record) : m_script(script), m_record(std::move(record)) {}

    const engine::ModelInfo &model() const override { return m_script.model; }
    std::string deviceName() const override { return m_script.device; }
    std::uint64_t fingerprint() const override { return 0x5c81f7ed; }
    int contextTokens() const override { return m_script.sessionTokens > 0 ? m_script.sessionTokens : m_script.model.contextTokens; }
    engine::Result<int> countTokens(std::span<const engine::Message> messages) override { return scriptedTokens(messages); }
    engine::Result<engine::SeenImage> see(const engine::Image &image) override
    {
        if (m_script.tile <= 0)
            return engine::SeenImage{image, kPictureTokens, true};
        const engine::Image half = halved(image);
        return engine::SeenImage{half, half.width / m_script.tile * (half.height / m_script.tile), true};
    }
    engine::Result<std::unique_ptr<engine::Session>> createSession() override
    {
        ++m_record->sessions;
        return std::unique_ptr<engine::Session>(std::make_unique<ScriptedSession>(m_script, m_record));
    }
    engine::Result<std::unique_ptr<engine::BatchSession>> createBatch(const engine::BatchOptions &) override
    {
        return std::unique_ptr<engine::BatchSession>(
            std::make_unique<ScriptedBatch>(std::make_unique<ScriptedSession>(m_script, m_record)));
    }

private:
    Script m_script;
    std::shared_ptr<Record> m_record;
};

bool isContinuation(char c)
{
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

} // namespace

std::vector<std::string> cutIntoPieces(const std::string &text, std::size_t length)
{
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        if (text[at] == '<') {
            end = std::min(text.find('>', at), text.size() - 1) + 1;
        } else {
            while (end < text.size() && text[end] != '<' && (end - at < length || isContinuation(text[end])))
                ++end;
        }
        out.push_back(text.substr(at, end - at));
        at = end;
    }
    return out;
}

Script chatScript(const std::string &answer)
{
    Script script;
    script.model.name = "scripted-chat";
    script.model.architecture = "scripted";
    script.model.contextTokens = 4096;
    script.model.chats = true;
    script.model.readsImages = true;
    script.prefillSteps = 1;
    script.pieces = cutIntoPieces(answer);
    return script;
}

std::string chartAnswer()
{
    return "<chart:bar><title> Sales by town<xlabel> Town<ylabel> Sales<unit> kg<cal><y:84>0<y:34>50<series> 2023<series> 2024"
           "<row> Berlin<x:20><y:40>44<x:24><y:34>50<row> Köln<x:50><y:71>12.5<na><row> 上海<x:80><y:54>30<x:84><y:59>25"
           "<end><summary> In <name><s:0> the highest sales were in <max><s:0>, the lowest in <min><s:0>; together <total><s:0>."
           " Berlin reached <pt><s:1><r:0>.<eos>";
}

Script chartScript()
{
    Script script;
    script.model.name = "scripted-chart";
    script.model.architecture = "conclave";
    script.model.contextTokens = 1024;
    script.model.readsImages = true;
    script.model.readsCharts = true;
    script.model.chartInputWidth = 320;
    script.model.chartInputHeight = 224;
    script.model.chartLocStep = 2;
    script.prefillSteps = 2;
    script.pieces = cutIntoPieces(chartAnswer());
    return script;
}

Script doubtfulChartScript()
{
    Script script = chartScript();
    for (std::string &piece : script.pieces) {
        piece = piece == "<y:40>" ? "<y:50>" : piece;
    }
    return script;
}

Script readerScript()
{
    Script script = chartScript();
    script.model.answersOnCharts = true;
    script.replyPieces =
        cutIntoPieces("<lang:en>From <rowname><r:1> to <rowname><r:0> in <name><s:0> it is <calc><diff><pt><s:0><r:0><pt><s:0>"
                      "<r:1>: <pt><s:0><r:0> and <pt><s:0><r:1>.<eos>");
    return script;
}

std::unique_ptr<engine::Engine> makeScriptedEngine(const Script &script, std::shared_ptr<Record> record)
{
    return std::make_unique<ScriptedEngine>(script, record ? std::move(record) : std::make_shared<Record>());
}

} // namespace conclave::tests
