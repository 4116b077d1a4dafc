#include "engine/api/engine.h"
#include "tests/engine/model_fixture.h"

#include <QObject>

#include <nlohmann/json.hpp>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;

namespace
{

/// What one job heard.
struct Heard
{
    std::string text;
    std::vector<int> tokens;
    std::vector<PrefillProgress> progress;
    int pieces = 0;
    int endings = 0;
    std::optional<GenerationEnd> end;
    std::optional<Error> error;

    EventSink sink()
    {
        return [this](const Event &event) {
            if (const auto *piece = std::get_if<TextPiece>(&event)) {
                text += piece->text;
                tokens.push_back(piece->token);
                ++pieces;
            } else if (const auto *part = std::get_if<PrefillProgress>(&event)) {
                progress.push_back(*part);
            }
        };
    }
    void ended(Result<GenerationEnd> result)
    {
        ++endings;
        if (result)
            end = *result;
        else
            error = result.takeError();
    }
    BatchJob job(const GenerationRequest &request, std::stop_token stop = {})
    {
        return {request, sink(), [this](Result<GenerationEnd> result) { ended(std::move(result)); }, std::move(stop)};
    }
};

GenerationRequest ask(std::string text, int maxTokens = 24)
{
    GenerationRequest request;
    request.messages.push_back({Role::kUser, std::move(text), {}});
    request.maxTokens = maxTokens;
    request.sampling.temperature = 0;
    return request;
}

/// Without rounding of activations answers are the same in any company; with it they nearly always are (test_forward_together measures).
EngineOptions exact()
{
    EngineOptions options;
    options.precision = MatmulPrecision::kFloat;
    return options;
}

Heard alone(Engine &engine, const GenerationRequest &request)
{
    Heard heard;
    auto session = engine.createSession();
    if (session)
        heard.ended((*session)->generate(request, heard.sink(), {}));
    return heard;
}

void finish(BatchSession &batch)
{
    int steps = 0;
    while (batch.step() && ++steps < 10000) {
    }
}

const std::string kLong = [] {
    std::string text;
    for (int i = 0; i < 40; ++i)
        text += "Sales in town number " + std::to_string(i) + " rose again. ";
    return text;
}();

} // namespace

#define OPEN(engineName, path, ...)                                                                                                        \
    auto engineName##Result = openTested(dataPath(path).toStdString(), ##__VA_ARGS__);                                                     \
    QVERIFY2(engineName##Result.ok(), engineName##Result.ok() ? "" : engineName##Result.error().message.c_str());                          \
    Engine &engineName = **engineName##Result

#define BATCH(name, engineName, ...)                                                                                                       \
    auto name##Result = (engineName).createBatch(BatchOptions{__VA_ARGS__});                                                               \
    QVERIFY(name##Result.ok());                                                                                                            \
    BatchSession &name = **name##Result

/// Several answers at a time, as the program sees them.
class TestBatch : public QObject
{
    Q_OBJECT

private slots:
    void answersAreThoseOfASession_data();
    void answersAreThoseOfASession();
    void drawnAnswersAreThoseOfASession();
    void constrainedAnswersKeepTheirForms();
    void chartsAreRead();
    void longPromptsDoNotStallAnswers();
    void sharedBeginningsAreComputedOnce();
    void stopsEndTheirOwnAnswer();
    void errorsEndTheirOwnAnswer();
    void jobsMayBeAddedAtAnEnd();
    void sessionsWorkBesideABatch();
    void nothingToDo();
    void unfinishedJobsHearNothing();
};

void TestBatch::answersAreThoseOfASession_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("together");
    QTest::addColumn<int>("promptTokens");
    for (const char *model : modelsFor({"llama", "mixtral", "qwen3moe", "deepseek2_lite", "deepseek4", "gptoss", "gemma4moe", "qwen35moe"},
                                       {"gptoss", "qwen35moe"}))
        QTest::newRow(model) << QString(model) << 3 << 16;
    if (testsImitatedCard())
        return;
    QTest::newRow("one at a time") << QString("llama") << 1 << 128;
    QTest::newRow("many at a time") << QString("mixtral") << 32 << 512;
}

void TestBatch::answersAreThoseOfASession()
{
    QFETCH(QString, model);
    QFETCH(int, together);
    QFETCH(int, promptTokens);
    OPEN(engine, "models/" + model + "/model.gguf", exact());
    OPEN(other, "models/" + model + "/model.gguf", exact()); // so that neither takes over what the other computed
    std::vector<GenerationRequest> requests;
    for (int i = 0; i < 7; ++i) // of many lengths, so that they join and leave at different steps
        requests.push_back(ask(kLong.substr(static_cast<std::size_t>(31 * i), static_cast<std::size_t>(10 + 23 * (i % 3))), 4 + 5 * i));
    BATCH(batch, engine, together, promptTokens);
    std::vector<Heard> heard(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i)
        batch.add(heard[i].job(requests[i]));
    QCOMPARE(batch.waiting(), 7);
    QCOMPARE(batch.running(), 0);
    QVERIFY(batch.step());
    QCOMPARE(batch.running(), std::min(together, 7));
    finish(batch);
    QCOMPARE(batch.running() + batch.waiting(), 0);
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const Heard expected = alone(other, requests[i]);
        QCOMPARE(heard[i].endings, 1);
        QVERIFY(heard[i].end && expected.end);
        QCOMPARE(heard[i].tokens, expected.tokens);
        QCOMPARE(heard[i].text, expected.text);
        QCOMPARE(heard[i].end->reason, expected.end->reason);
        QCOMPARE(heard[i].end->statistics.promptTokens, expected.end->statistics.promptTokens);
        QCOMPARE(heard[i].end->statistics.generatedTokens, expected.end->statistics.generatedTokens);
        QCOMPARE(heard[i].progress.back().done, heard[i].progress.back().total);
    }
}

void TestBatch::drawnAnswersAreThoseOfASession()
{
    OPEN(engine, QStringLiteral("models/qwen3moe/model.gguf"), exact());
    OPEN(other, QStringLiteral("models/qwen3moe/model.gguf"), exact());
    BATCH(batch, engine, 4, 64);
    std::vector<GenerationRequest> requests;
    for (int i = 0; i < 5; ++i) {
        requests.push_back(ask("The quick brown fox", 20));
        requests.back().sampling.temperature = 1.0F;
        requests.back().sampling.seed = static_cast<std::uint64_t>(i / 2); // some alike
        requests.back().sampling.repetitionPenalty = 1.2F;
        requests.back().speculate = true; // not looked at
    }
    std::vector<Heard> heard(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i)
        batch.add(heard[i].job(requests[i]));
    finish(batch);
    for (std::size_t i = 0; i < requests.size(); ++i) {
        requests[i].speculate = false;
        QCOMPARE(heard[i].tokens, alone(other, requests[i]).tokens);
        QCOMPARE(heard[i].end->statistics.proposedTokens, 0);
    }
    QVERIFY(heard[0].tokens == heard[1].tokens);
    QVERIFY(heard[0].tokens != heard[2].tokens);
}

void TestBatch::constrainedAnswersKeepTheirForms()
{
    OPEN(engine, QStringLiteral("models/qwen3moe/model.gguf"));
    BATCH(batch, engine, 3, 64);
    std::vector<Heard> heard(6);
    for (std::size_t i = 0; i < heard.size(); ++i) {
        GenerationRequest request = ask("Give me a list.", 300);
        request.sampling.temperature = 1;
        request.sampling.seed = i;
        if (i % 3 == 2)
            request.constraint = GbnfGrammar{"root ::= \"yes\" | \"no\""};
        else
            request.constraint = JsonSchema{R"({"type": "array", "items": {"enum": ["alpha", "beta"]}, "minItems": 6, "maxItems": 6})"};
        batch.add(heard[i].job(request));
    }
    finish(batch);
    for (std::size_t i = 0; i < heard.size(); ++i) {
        QVERIFY(heard[i].end && heard[i].end->reason == StopReason::kEndOfAnswer);
        const auto list = nlohmann::json::parse(heard[i].text, nullptr, false);
        if (i % 3 == 2)
            QVERIFY2(heard[i].text == "yes" || heard[i].text == "no", heard[i].text.c_str());
        else
            QVERIFY2(list.is_array() && list.size() == 6, heard[i].text.c_str());
    }
}

void TestBatch::chartsAreRead()
{
    OPEN(engine, QStringLiteral("conclave/tiny.gguf"), exact());
    OPEN(other, QStringLiteral("conclave/tiny.gguf"), exact());
    BATCH(batch, engine, 3, 64);
    std::vector<GenerationRequest> requests;
    for (const char *name : {"tiny.image.png", "shipped.0.png", "shipped.1.png", "tiny.image.png"}) {
        requests.push_back(ask({}, 60));
        requests.back().messages.back().images.push_back(
            std::make_shared<const Image>(readImage(dataPath(QStringLiteral("conclave/") + name))));
    }
    std::vector<Heard> heard(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i)
        batch.add(heard[i].job(requests[i]));
    finish(batch);
    int encoded = 0;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        QVERIFY(heard[i].end);
        QCOMPARE(heard[i].tokens, alone(other, requests[i]).tokens);
        encoded += heard[i].end->statistics.imagesEncoded;
    }
    QCOMPARE(encoded, 3 * GenerationRequest::kMostLooks); // one came twice
}

/// While a prompt of many pieces is read, the answers beside it get a token with every step.
void TestBatch::longPromptsDoNotStallAnswers()
{
    OPEN(engine, QStringLiteral("models/llama/model.gguf"));
    BATCH(batch, engine, 2, 32);
    Heard answer;
    Heard reader;
    GenerationRequest letters = ask("Hello", 200);
    letters.constraint = GbnfGrammar{"root ::= [a-z]{2000}"}; // so that it goes on, and no token's text is held back
    batch.add(answer.job(letters));
    QVERIFY(batch.step());
    batch.add(reader.job(ask(kLong, 4)));
    int steps = 0;
    while (reader.pieces == 0 && ++steps < 100) {
        const auto before = answer.tokens.size();
        const auto read = reader.progress.size();
        QVERIFY(batch.step());
        QCOMPARE(answer.tokens.size(), before + 1);
        QVERIFY(reader.progress.size() > read);
        const int done = reader.progress.back().done - (read > 0 ? reader.progress[read - 1].done : 0);
        QVERIFY2(done <= 32, qPrintable(QString::number(done)));
    }
    QVERIFY2(steps > 10, qPrintable(QString::number(steps)));
    finish(batch);
    QVERIFY(answer.end && reader.end);
}

/// The same instructions before each document are read once, also when all of them begin together.
void TestBatch::sharedBeginningsAreComputedOnce()
{
    OPEN(engine, QStringLiteral("models/llama/model.gguf"));
    BATCH(batch, engine, 3, 128);
    std::vector<Heard> heard(6);
    for (std::size_t i = 0; i < heard.size(); ++i)
        batch.add(heard[i].job(ask(kLong + "Document " + std::to_string(i) + ": summarise it.", 4)));
    finish(batch);
    for (std::size_t i = 0; i < heard.size(); ++i) {
        QVERIFY(heard[i].end);
        const Statistics &statistics = heard[i].end->statistics;
        const int fresh = statistics.promptTokens - statistics.cachedTokens;
        QVERIFY2(i == 0 ? fresh > 400 : fresh < 150, qPrintable(QString::number(fresh)));
    }
}

void TestBatch::stopsEndTheirOwnAnswer()
{
    for (const char *model : {"llama", "qwen35moe"}) {
        OPEN(engine, QStringLiteral("models/%1/model.gguf").arg(model), exact());
        OPEN(other, QStringLiteral("models/%1/model.gguf").arg(model), exact());
        BATCH(batch, engine, 2, 64);
        std::stop_source early;
        std::stop_source late;
        std::vector<Heard> heard(4);
        batch.add(heard[0].job(ask("One two three", 40), late.get_token()));
        batch.add(heard[1].job(ask("Four five six", 40)));
        early.request_stop();
        batch.add(heard[2].job(ask("Seven", 40), early.get_token()));
        batch.add(heard[3].job(ask("Eight nine", 12)));
        for (int i = 0; i < 6; ++i)
            QVERIFY(batch.step());
        late.request_stop();
        const auto said = heard[0].tokens.size();
        finish(batch);
        QVERIFY(heard[0].end && heard[0].end->reason == StopReason::kCancelled);
        QVERIFY(said > 0 && heard[0].tokens.size() == said);
        QVERIFY(heard[2].end && heard[2].end->reason == StopReason::kCancelled);
        QVERIFY(heard[2].tokens.empty());
        QCOMPARE(heard[1].tokens, alone(other, ask("Four five six", 40)).tokens);
        QCOMPARE(heard[3].tokens, alone(other, ask("Eight nine", 12)).tokens); // in the place of the one that was stopped
    }
}

void TestBatch::errorsEndTheirOwnAnswer()
{
    EngineOptions small = exact();
    small.contextTokens = 128;
    OPEN(engine, QStringLiteral("models/llama/model.gguf"), small);
    BATCH(batch, engine, 3, 64);
    std::vector<Heard> heard(5);
    GenerationRequest pictured = ask("What is this?");
    pictured.messages.back().images.push_back(std::make_shared<const Image>(readImage(dataPath("conclave/tiny.image.png"))));
    GenerationRequest spoilt = ask("List");
    spoilt.constraint = GbnfGrammar{"root ::= ("};
    batch.add(heard[0].job(ask(kLong)));
    batch.add(heard[1].job(ask("Hello", 12)));
    batch.add(heard[2].job(pictured));
    batch.add(heard[3].job(spoilt));
    GenerationRequest endless = ask("Hello", 500);
    endless.constraint = GbnfGrammar{"root ::= [a-z]{2000}"};
    batch.add(heard[4].job(endless)); // until the context is full
    finish(batch);
    QVERIFY(heard[0].error && heard[0].error->code == ErrorCode::kContextFull);
    QVERIFY(heard[2].error && heard[2].error->code == ErrorCode::kInvalidRequest);
    QVERIFY(heard[3].error && heard[3].error->code == ErrorCode::kInvalidRequest);
    QVERIFY(heard[1].end && heard[1].end->statistics.generatedTokens == 12);
    QVERIFY(heard[4].end && heard[4].end->reason == StopReason::kLength);
    for (const Heard &each : heard)
        QCOMPARE(each.endings, 1);
    const Heard expected = alone(engine, endless);
    QCOMPARE(heard[4].tokens, expected.tokens);
}

void TestBatch::jobsMayBeAddedAtAnEnd()
{
    OPEN(engine, QStringLiteral("models/mixtral/model.gguf"));
    BATCH(batch, engine, 2, 64);
    std::vector<Heard> heard(4);
    std::size_t next = 1;
    std::function<void(std::size_t)> start = [&](std::size_t i) {
        BatchJob job = heard[i].job(ask("Hello again", 3));
        job.ended = [&, i](Result<GenerationEnd> end) {
            heard[i].ended(std::move(end));
            if (next < heard.size())
                start(next++);
        };
        batch.add(std::move(job));
    };
    start(0);
    finish(batch);
    for (const Heard &each : heard)
        QVERIFY(each.end && each.end->statistics.generatedTokens == 3);
    BatchJob silent; // hears nothing, and is answered all the same
    silent.request = ask("Hello", 2);
    batch.add(std::move(silent));
    finish(batch);
    QCOMPARE(batch.running() + batch.waiting(), 0);
}

void TestBatch::sessionsWorkBesideABatch()
{
    OPEN(engine, QStringLiteral("models/llama/model.gguf"), exact());
    OPEN(other, QStringLiteral("models/llama/model.gguf"), exact());
    BATCH(batch, engine, 2, 16);
    std::vector<Heard> heard(2);
    batch.add(heard[0].job(ask(kLong, 10)));
    batch.add(heard[1].job(ask("Four five six", 20)));
    for (int i = 0; i < 5; ++i)
        QVERIFY(batch.step());
    const Heard between = alone(engine, ask("A question between", 8));
    QCOMPARE(between.tokens, alone(other, ask("A question between", 8)).tokens);
    finish(batch);
    QCOMPARE(heard[0].tokens, alone(other, ask(kLong, 10)).tokens);
    QCOMPARE(heard[1].tokens, alone(other, ask("Four five six", 20)).tokens);
}

void TestBatch::nothingToDo()
{
    OPEN(engine, QStringLiteral("models/llama/model.gguf"));
    BATCH(batch, engine, 0, 0); // out of range: one at a time
    QVERIFY(!batch.step());
    Heard heard;
    batch.add(heard.job(ask("Hi", 0)));
    finish(batch);
    QVERIFY(heard.end && heard.end->statistics.generatedTokens == 0);
    QVERIFY(!batch.step());
}

void TestBatch::unfinishedJobsHearNothing()
{
    OPEN(engine, QStringLiteral("models/llama/model.gguf"));
    Heard heard[2];
    {
        BATCH(batch, engine, 1, 64);
        batch.add(heard[0].job(ask("Hello", 50)));
        batch.add(heard[1].job(ask("Hello", 50)));
        QVERIFY(batch.step());
    }
    QCOMPARE(heard[0].endings + heard[1].endings, 0);
}

QTEST_GUILESS_MAIN(TestBatch)
#include "test_batch.moc"
