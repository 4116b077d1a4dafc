#include "engine/api/engine.h"
#include "engine/generate/prompt_lookup.h"
#include "tests/engine/model_fixture.h"

#include <QObject>

#include <nlohmann/json.hpp>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;

namespace
{

/// What one answer sent and how it ended.
struct Told
{
    std::vector<int> tokens;
    std::vector<float> probabilities;
    std::vector<float> margins;
    std::string text;
    GenerationEnd end;
};

Told answered(Session &session, const GenerationRequest &request)
{
    Told told;
    const auto end = session.generate(request,
                                      [&](const Event &event) {
                                          if (const auto *piece = std::get_if<TextPiece>(&event)) {
                                              told.tokens.push_back(piece->token);
                                              told.probabilities.push_back(piece->probability);
                                              told.margins.push_back(piece->routerMargin);
                                              told.text += piece->text;
                                          }
                                      },
                                      {});
    if (end)
        told.end = *end;
    else
        qWarning("%s", end.error().message.c_str());
    return told;
}

GenerationRequest ask(std::string text, int maxTokens = 96)
{
    GenerationRequest request;
    request.messages.push_back({Role::kUser, std::move(text), {}});
    request.maxTokens = maxTokens;
    request.sampling.temperature = 0;
    return request;
}

const std::string kRepeating = "one two three four five six, one two three four five six, one two three four five six, one two";

} // namespace

#define OPEN(engineName, path)                                                                                                             \
    auto engineName##Result = openEngine(dataPath(path).toStdString());                                                                    \
    QVERIFY2(engineName##Result.ok(), engineName##Result.ok() ? "" : engineName##Result.error().message.c_str());                          \
    Engine &engineName = **engineName##Result

#define SESSION(name, engineName)                                                                                                          \
    auto name##Result = (engineName).createSession();                                                                                      \
    QVERIFY(name##Result.ok());                                                                                                            \
    Session &name = **name##Result

/// Prompt look-up: how it proposes, and that an answer is the same with it.
class TestSpeculation : public QObject
{
    Q_OBJECT

private slots:
    void proposesWhatFollowedLastTime();
    void prefersTheLongerRunAndTheLatest();
    void proposesLessWhenRefusedAndStopsWhenItDoesNotPay();
    void answersAreTheSame_data();
    void answersAreTheSame();
    void constrainedAnswersAreTheSame();
    void theContextIsTheSameAfterwards();
    void statesThatCannotGoBackAreNotSpeculatedOn();
    void answersEndAtTheSameLimits();
};

void TestSpeculation::proposesWhatFollowedLastTime()
{
    PromptLookup lookup;
    const std::vector<TokenId> history = {1, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3};
    const auto proposed = lookup.propose(history, 100);
    QCOMPARE(std::vector<TokenId>(proposed.begin(), proposed.end()), (std::vector<TokenId>{4, 5, 6, 7}));
    QCOMPARE(lookup.propose(history, 2).size(), std::size_t{2});
    QVERIFY(lookup.propose(history, 0).empty());
    const std::vector<TokenId> fresh = {1, 2, 3, 4};
    QVERIFY(PromptLookup().propose(fresh, 100).empty());
    QVERIFY(PromptLookup().propose(std::vector<TokenId>{1}, 100).empty());
}

void TestSpeculation::prefersTheLongerRunAndTheLatest()
{
    PromptLookup lookup;
    // Behind "3 4": 10, later 11, later 12; behind "1 2 3 4" only 10.
    std::vector<TokenId> history = {1, 2, 3, 4, 10, 8, 3, 4, 11, 8, 3, 4, 12, 1, 2, 3, 4};
    QCOMPARE(lookup.propose(history, 1).front(), 10);
    history = {1, 2, 3, 4, 10, 8, 3, 4, 11, 8, 3, 4, 12, 7, 3, 4};
    QCOMPARE(PromptLookup().propose(history, 1).front(), 12);
}

void TestSpeculation::proposesLessWhenRefusedAndStopsWhenItDoesNotPay()
{
    std::vector<TokenId> history;
    for (int i = 0; i < 60; ++i)
        history.push_back(i % 30);
    PromptLookup good;
    good.learn(4, 4);
    QCOMPARE(good.propose(history, 100).size(), PromptLookup::kMostProposed);
    for (int i = 0; i < 100; ++i)
        good.learn(8, 4);
    QVERIFY(good.pays());
    PromptLookup bad;
    bad.learn(4, 0);
    QCOMPARE(bad.propose(history, 100).size(), std::size_t{2});
    for (int i = 0; i < 40; ++i)
        bad.learn(2, 0);
    QVERIFY(!bad.pays());
    QVERIFY(bad.propose(history, 100).empty());
    PromptLookup turned; // a good beginning does not excuse what comes after for long
    for (int i = 0; i < 50; ++i)
        turned.learn(8, 8);
    int more = 0;
    for (; turned.pays() && more < 200; ++more)
        turned.learn(2, 0);
    QVERIFY2(more < 100, qPrintable(QString::number(more)));
}

void TestSpeculation::answersAreTheSame_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<float>("temperature");
    for (const char *model : {"llama", "mixtral", "qwen3moe", "olmoe", "qwen2moe"}) {
        for (const float temperature : {0.0F, 0.3F, 1.0F})
            QTest::newRow(qPrintable(QStringLiteral("%1 at temperature %2").arg(model).arg(temperature))) << QString(model) << temperature;
    }
}

void TestSpeculation::answersAreTheSame()
{
    QFETCH(QString, model);
    QFETCH(float, temperature);
    OPEN(engine, "models/" + model + "/model.gguf");
    OPEN(other, "models/" + model + "/model.gguf"); // so that neither takes over what the other computed
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        GenerationRequest request = ask(kRepeating);
        request.sampling.temperature = temperature;
        request.sampling.seed = seed;
        request.sampling.repetitionPenalty = seed == 2 ? 1.1F : 1.0F;
        request.sampling.dryMultiplier = seed == 3 ? 0.2F : 0.0F;
        request.sampling.xtcProbability = seed == 3 ? 0.5F : 0.0F;
        SESSION(plain, engine);
        const Told expected = answered(plain, request);
        request.speculate = true;
        SESSION(ahead, other);
        const Told told = answered(ahead, request);
        QVERIFY(!expected.tokens.empty());
        QCOMPARE(told.tokens, expected.tokens);
        QCOMPARE(told.text, expected.text);
        // Several tokens at once are summed in another order: the last digits of what is shown may differ.
        QVERIFY(largestDifference(told.margins, expected.margins) < 1e-4);
        QVERIFY(largestDifference(told.probabilities, expected.probabilities) < 1e-4);
        QCOMPARE(told.end.statistics.generatedTokens, expected.end.statistics.generatedTokens);
        QCOMPARE(expected.end.statistics.proposedTokens, 0);
        if (model == "llama" && temperature == 0.0F && seed == 1)
            QVERIFY(told.end.statistics.acceptedTokens > 0);
        QVERIFY(told.end.statistics.acceptedTokens <= told.end.statistics.proposedTokens);
        qInfo("%d tokens, %d proposed, %d accepted", told.end.statistics.generatedTokens, told.end.statistics.proposedTokens,
              told.end.statistics.acceptedTokens);
    }
}

void TestSpeculation::constrainedAnswersAreTheSame()
{
    OPEN(engine, QStringLiteral("models/qwen3moe/model.gguf"));
    GenerationRequest request = ask("Give me a list.", 300);
    request.sampling.temperature = 1;
    request.sampling.topK = 0;
    request.constraint =
        JsonSchema{R"({"type": "array", "items": {"enum": ["alpha beta gamma", "delta"]}, "minItems": 12, "maxItems": 12})"};
    int accepted = 0;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        request.sampling.seed = seed;
        request.speculate = false;
        SESSION(plain, engine);
        const Told expected = answered(plain, request);
        request.speculate = true;
        SESSION(ahead, engine);
        const Told told = answered(ahead, request);
        QCOMPARE(told.text, expected.text);
        QCOMPARE(told.tokens, expected.tokens);
        QCOMPARE(told.end.reason, StopReason::kEndOfAnswer);
        const auto list = nlohmann::json::parse(told.text, nullptr, false);
        QVERIFY2(list.is_array() && list.size() == 12, told.text.c_str());
        accepted += told.end.statistics.acceptedTokens;
    }
    QVERIFY(accepted > 0);
}

void TestSpeculation::theContextIsTheSameAfterwards()
{
    OPEN(engine, QStringLiteral("models/mixtral/model.gguf"));
    OPEN(other, QStringLiteral("models/mixtral/model.gguf"));
    GenerationRequest request = ask(kRepeating, 40);
    SESSION(plain, engine);
    SESSION(ahead, other);
    Told expected = answered(plain, request);
    request.speculate = true;
    Told told = answered(ahead, request);
    QVERIFY(told.end.statistics.proposedTokens > told.end.statistics.acceptedTokens); // some were taken back
    request.messages.push_back({Role::kAssistant, told.text, {}});
    request.messages.push_back({Role::kUser, "And then?", {}});
    told = answered(ahead, request);
    request.speculate = false;
    expected = answered(plain, request);
    QCOMPARE(told.tokens, expected.tokens);
    QCOMPARE(told.end.statistics.cachedTokens, expected.end.statistics.cachedTokens);
}

void TestSpeculation::statesThatCannotGoBackAreNotSpeculatedOn()
{
    const QString path = QStringLiteral("models/qwen35moe/model.gguf");
    if (!QFile::exists(dataPath(path)))
        QSKIP("NOT TESTED: there is no model with states");
    OPEN(engine, path);
    GenerationRequest request = ask(kRepeating, 40);
    request.speculate = true;
    SESSION(session, engine);
    const Told told = answered(session, request);
    QVERIFY(told.end.statistics.generatedTokens > 0);
    QCOMPARE(told.end.statistics.proposedTokens, 0);
}

void TestSpeculation::answersEndAtTheSameLimits()
{
    OPEN(engine, QStringLiteral("models/llama/model.gguf"));
    for (const int most : {1, 2, 3, 7}) {
        GenerationRequest request = ask(kRepeating, most);
        SESSION(plain, engine);
        const Told expected = answered(plain, request);
        request.speculate = true;
        SESSION(ahead, engine);
        const Told told = answered(ahead, request);
        QCOMPARE(told.tokens, expected.tokens);
        QCOMPARE(told.end.reason, expected.end.reason);
    }
}

QTEST_GUILESS_MAIN(TestSpeculation)
#include "test_speculation.moc"
