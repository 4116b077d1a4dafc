#include "engine/api/engine.h"
#include "engine/generate/draft_policy.h"
#include "engine/generate/speculation.h"
#include "kernels/core/quantise.h"
#include "tests/engine/foretelling.h"
#include "tests/engine/model_fixture.h"

#include <QObject>
#include <QTemporaryDir>

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

constexpr float kTemperatures[] = {0.3F, 0.0F, 1.0F};

const std::string kRepeating = "one two three four five six, one two three four five six, one two three four five six, one two";

} // namespace

#define OPEN(engineName, path)                                                                                                             \
    auto engineName##Result = openTested(dataPath(path).toStdString());                                                                    \
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
    void foretellsWhatFollowedLastTime();
    void prefersTheLongerRunAndTheLatest();
    void proposesAsMuchAsPays_data();
    void proposesAsMuchAsPays();
    void proposesNothingBeforeItKnows();
    void oneSlowPassIsForgotten();
    void theModelIsAskedWhereItPays();
    void theModelIsLeftAloneWhereItDoesNotPay();
    void foretellsInSilenceFirst();
    void answersAreTheSame_data();
    void answersAreTheSame();
    void constrainedAnswersAreTheSame();
    void theContextIsTheSameAfterwards();
    void statesThatCannotGoBackAreNotSpeculatedOn();
    void answersEndAtTheSameLimits();
    void foretoldAnswersAreTheSame_data();
    void foretoldAnswersAreTheSame();
};

void TestSpeculation::foretellsWhatFollowedLastTime()
{
    PromptLookup lookup;
    const std::vector<TokenId> history = {1, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3};
    const auto told = lookup.foretell(history, 4);
    QCOMPARE(std::vector<TokenId>(told.begin(), told.end()), (std::vector<TokenId>{4, 5, 6, 7}));
    QCOMPARE(lookup.foretell(history, 100).size(), std::size_t{8});
    const std::vector<TokenId> fresh = {1, 2, 3, 4};
    QVERIFY(PromptLookup().foretell(fresh, 100).empty());
    QVERIFY(PromptLookup().foretell(std::vector<TokenId>{1}, 100).empty());
}

void TestSpeculation::prefersTheLongerRunAndTheLatest()
{
    PromptLookup lookup;
    // Behind "3 4": 10, later 11, later 12; behind "1 2 3 4" only 10.
    std::vector<TokenId> history = {1, 2, 3, 4, 10, 8, 3, 4, 11, 8, 3, 4, 12, 1, 2, 3, 4};
    QCOMPARE(lookup.foretell(history, 1).front(), 10);
    history = {1, 2, 3, 4, 10, 8, 3, 4, 11, 8, 3, 4, 12, 7, 3, 4};
    QCOMPARE(PromptLookup().foretell(history, 1).front(), 12);
}

namespace
{

/// A policy that has seen passes of one token and of three, and so many foretold tokens, `right` of 10 of which came true.
SpeculationPolicy policy(double extraCost, int right)
{
    SpeculationPolicy out;
    for (int i = 0; i < 200; ++i)
        out.foretold(i % 10 < right);
    for (int i = 0; i < 50; ++i) {
        out.passed(1, 0.010);
        out.passed(3, 0.010 * (1 + 2 * extraCost));
    }
    return out;
}

} // namespace

void TestSpeculation::proposesAsMuchAsPays_data()
{
    QTest::addColumn<double>("extraCost");
    QTest::addColumn<int>("right");
    QTest::addColumn<int>("least");
    QTest::addColumn<int>("most");
    const int all = SpeculationPolicy::kMostProposed;
    QTest::newRow("nearly free and always right: as many as possible") << 0.02 << 10 << all << all;
    QTest::newRow("nearly free and often right") << 0.02 << 7 << 4 << all;
    QTest::newRow("nearly free and never right: nothing") << 0.05 << 0 << 0 << 0;
    QTest::newRow("a fifth of a pass, half right: few") << 0.2 << 5 << 1 << 3;
    QTest::newRow("experts of its own for each token, half right: nothing") << 0.7 << 5 << 0 << 0;
    QTest::newRow("experts of its own for each token, always right") << 0.7 << 10 << 2 << all;
    QTest::newRow("a whole pass each: nothing, however right") << 1.0 << 10 << 0 << 0;
}

void TestSpeculation::proposesAsMuchAsPays()
{
    QFETCH(double, extraCost);
    QFETCH(int, right);
    QFETCH(int, least);
    QFETCH(int, most);
    const SpeculationPolicy made = policy(extraCost, right);
    const int length = static_cast<int>(made.length());
    QVERIFY2(length >= least && length <= most,
             qPrintable(QString("%1 at a %2, r %3").arg(length).arg(made.acceptance()).arg(made.extraCost())));
}

void TestSpeculation::proposesNothingBeforeItKnows()
{
    SpeculationPolicy fresh;
    QCOMPARE(fresh.length(), std::size_t{0});
    fresh.passed(1, 0.01);
    for (int i = 0; i < 7; ++i)
        fresh.foretold(true);
    QCOMPARE(fresh.length(), std::size_t{0});
    for (int i = 0; i < 3; ++i)
        fresh.foretold(true);
    QVERIFY(fresh.length() > 0);
}

/// One slow pass, as when the machine did something else, must not end it for the whole answer.
void TestSpeculation::oneSlowPassIsForgotten()
{
    SpeculationPolicy made = policy(0.1, 9);
    QVERIFY(made.length() > 0);
    for (int i = 0; i < 20; ++i)
        made.passed(3, 1.0);
    QCOMPARE(made.length(), std::size_t{0});
    int plain = 0;
    for (; made.length() == 0 && plain < 1000; ++plain)
        made.passed(1, 0.010);
    QVERIFY2(plain > 20 && plain < 300, qPrintable(QString::number(plain)));
}

/// Asked in silence first; then as many tokens as pay.
void TestSpeculation::theModelIsAskedWhereItPays()
{
    const SpeculationPolicy costs = policy(0.2, 0);
    DraftPolicy drafts;
    for (int i = 0; i < 10; ++i) {
        const DraftPolicy::Plan silent = drafts.plan(costs, 100);
        QCOMPARE(silent.count, std::size_t{1});
        QCOMPARE(silent.rate, 0.0);
        drafts.took(1, 0.001);
        drafts.foretold(0, true);
    }
    DraftPolicy::Plan plan = drafts.plan(costs, 100);
    QCOMPARE(plan.count, DraftPolicy::kMostDrafted);
    QVERIFY2(plan.rate > 1.8 && plan.rate < 2.2, qPrintable(QString::number(plan.rate)));
    QCOMPARE(drafts.plan(costs, 1).count, std::size_t{1});
    QCOMPARE(drafts.plan(costs, 0).count, std::size_t{0});
    QVERIFY(std::abs(drafts.breakEven(costs) - 0.3) < 0.02);
    for (int i = 0; i < 20; ++i)
        drafts.foretold(1, false); // the second never comes true
    plan = drafts.plan(costs, 100);
    QCOMPARE(plan.count, std::size_t{1});
}

/// Too slow, or wrong too often: it is asked again after a while, in silence.
void TestSpeculation::theModelIsLeftAloneWhereItDoesNotPay()
{
    for (const double share : {0.0, 0.6}) {
        const SpeculationPolicy costs = policy(share > 0 ? 0.7 : 0.2, 0);
        DraftPolicy drafts;
        int asked = 0;
        for (int i = 0; i < 1000; ++i) {
            const DraftPolicy::Plan plan = drafts.plan(costs, 100);
            if (plan.count == 0)
                continue;
            QCOMPARE(plan.rate, 0.0);
            ++asked;
            drafts.took(1, 0.002);
            drafts.foretold(0, asked % 10 < 10 * share);
        }
        QVERIFY2(asked >= 48 && asked <= 120, qPrintable(QString::number(asked)));
    }
    QCOMPARE(DraftPolicy().plan(SpeculationPolicy(), 100).count, std::size_t{0}); // no pass was measured yet
}

/// A text that repeats itself, then one that does not: proposals come when it is known to repeat, and end.
void TestSpeculation::foretellsInSilenceFirst()
{
    Speculation speculation;
    std::vector<TokenId> history;
    const auto write = [&](auto next, int count) {
        int proposed = 0;
        for (int i = 0; i < count; ++i) {
            history.push_back(next(i));
            proposed += static_cast<int>(speculation.propose(history, 100).size());
            speculation.passed(1, 0.010);
        }
        return proposed;
    };
    QCOMPARE(write([](int i) { return i % 12; }, 16), 0);
    QVERIFY(write([](int i) { return (i + 4) % 12; }, 24) > 24);
    // Every pair of tokens has been seen, and something else follows it now.
    std::uint32_t state = 7;
    write([&](int) { return static_cast<TokenId>((state = state * 1664525U + 1013904223U) >> 29); }, 100);
    const int wrong = write([&](int) { return static_cast<TokenId>((state = state * 1664525U + 1013904223U) >> 29); }, 100);
    QVERIFY2(wrong < 20, qPrintable(QString::number(wrong)));
    QVERIFY(speculation.propose(history, 0).empty());
}

void TestSpeculation::answersAreTheSame_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<float>("temperature");
    for (const char *model : modelsFor({"llama", "mixtral", "qwen3moe", "olmoe", "qwen2moe", "qwen35moe"}, {"qwen35moe"})) {
        for (const float temperature : std::span(kTemperatures).first(static_cast<std::size_t>(countFor("temperatures", 3, 1))))
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
        GenerationRequest request = ask(kRepeating, countFor("tokens", 96, 40));
        request.sampling.temperature = temperature;
        request.sampling.seed = seed;
        request.sampling.repetitionPenalty = seed == 2 ? 1.1F : 1.0F;
        request.sampling.dryMultiplier = seed == 3 ? 0.2F : 0.0F;
        request.sampling.xtcProbability = seed == 3 ? 0.5F : 0.0F;
        if (seed == 2) // so that much comes true; random weights repeat little
            request.constraint = GbnfGrammar{"root ::= (\"alpha beta gamma delta, \" | \"one two three, \"){90}"};
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
    const int items = countFor("items of a list", 12, 8);
    const std::string count = std::to_string(items);
    request.constraint = JsonSchema{R"({"type": "array", "items": {"enum": ["alpha beta gamma", "delta"]}, "minItems": )" + count +
                                    R"(, "maxItems": )" + count + "}"};
    int accepted = 0;
    const int seeds = countFor("seeds", 4, 1);
    for (int seed = 1; seed <= seeds; ++seed) {
        request.sampling.seed = static_cast<std::uint64_t>(seed);
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
        QVERIFY2(list.is_array() && static_cast<int>(list.size()) == items, told.text.c_str());
        accepted += told.end.statistics.acceptedTokens;
    }
    QVERIFY(accepted > 0);
}

void TestSpeculation::theContextIsTheSameAfterwards()
{
    OPEN(engine, QStringLiteral("models/mixtral/model.gguf"));
    OPEN(other, QStringLiteral("models/mixtral/model.gguf"));
    GenerationRequest request = ask(kRepeating, 250);
    const std::string times = std::to_string(countFor("times the same words", 12, 6));
    request.constraint = GbnfGrammar{"root ::= \"alpha beta gamma delta, \"{" + times + "}"}; // random weights repeat nothing by themselves
    SESSION(plain, engine);
    SESSION(ahead, other);
    Told expected = answered(plain, request);
    request.speculate = true;
    Told told = answered(ahead, request);
    QVERIFY(told.end.statistics.proposedTokens > 0);
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
    const QString path = QStringLiteral("models/deepseek4/model.gguf");
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

void TestSpeculation::foretoldAnswersAreTheSame_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("architecture");
    QTest::addColumn<int>("from");
    QTest::addColumn<bool>("perfect");
    QTest::newRow("latent attention, a block that knows nothing") << "deepseek2_v3"
                                                                  << "deepseek2" << 2 << false;
    QTest::newRow("latent attention, a perfect block") << "deepseek2_v3"
                                                       << "deepseek2" << 2 << true;
    QTest::newRow("delta networks, a block that knows nothing") << "qwen35moe"
                                                                << "qwen35moe" << 3 << false;
    QTest::newRow("delta networks, a perfect block") << "qwen35moe"
                                                     << "qwen35moe" << 3 << true;
}

/// A model with its own block for further tokens: it is asked, and the answer, the next one, and one from a saved context are the same.
void TestSpeculation::foretoldAnswersAreTheSame()
{
    QFETCH(QString, model);
    QFETCH(QString, architecture);
    QFETCH(int, from);
    QFETCH(bool, perfect);
    const std::string arch = architecture.toStdString();
    auto file = GgufFile::open(dataPath("models/" + model + "/model.gguf").toStdString());
    QVERIFY(file.ok());
    RewrittenModel rewritten = RewrittenModel::of(*file, metadataNames(arch));
    const int layers = blockCount(*file, arch);
    addForetelling(rewritten, arch, layers, static_cast<int>(rewritten.tensor("token_embd.weight").shape[1]), from);
    if (perfect)
        silenceLayers(rewritten);
    const QTemporaryDir folder;
    const QString path = folder.filePath("foretelling.gguf");
    QFile out(path);
    QVERIFY(out.open(QIODevice::WriteOnly));
    const std::string bytes = rewritten.bytes();
    QCOMPARE(out.write(bytes.data(), static_cast<qint64>(bytes.size())), static_cast<qint64>(bytes.size()));
    out.close();

    EngineOptions options;
    options.precision = MatmulPrecision::kFloat; // so that no rounding decides between tokens that are nearly alike
    auto plainEngine = openTested(path.toStdString(), options);
    options.foretell = options.speculate = true;
    auto aheadEngine = openTested(path.toStdString(), options);
    QVERIFY2(aheadEngine.ok(), aheadEngine.ok() ? "" : aheadEngine.error().message.c_str());
    QCOMPARE((*aheadEngine)->model().predictionLayers, 1);
    SESSION(plain, **plainEngine);
    SESSION(ahead, **aheadEngine);
    constexpr float kBoth[] = {0.0F, 0.8F};
    for (const float temperature : std::span(kBoth).first(static_cast<std::size_t>(countFor("temperatures", 2, 1)))) {
        GenerationRequest request = ask("Tell me.", countFor("tokens", 90, 30));
        request.sampling.temperature = temperature;
        Told expected = answered(plain, request);
        Told told = answered(ahead, request);
        QVERIFY(!expected.tokens.empty());
        QCOMPARE(told.tokens, expected.tokens);
        QCOMPARE(told.text, expected.text);
        QCOMPARE(expected.end.statistics.foretoldTokens, 0);
        QVERIFY(told.end.statistics.generatedTokens < 10 || told.end.statistics.foretoldTokens >= 8);
        qInfo("%d tokens, %d foretold, %d proposed, %d accepted", told.end.statistics.generatedTokens, told.end.statistics.foretoldTokens,
              told.end.statistics.proposedTokens, told.end.statistics.acceptedTokens);
        request.messages.push_back({Role::kAssistant, told.text, {}});
        request.messages.push_back({Role::kUser, "And then?", {}});
        const std::string saved = folder.filePath("context").toStdString();
        for (Session *session : {&plain, &ahead}) {
            QVERIFY(session->saveContext(saved).ok());
            QVERIFY(session->loadContext(saved).ok());
        }
        expected = answered(plain, request);
        told = answered(ahead, request);
        QCOMPARE(told.tokens, expected.tokens);
        QCOMPARE(told.end.statistics.cachedTokens, expected.end.statistics.cachedTokens);
    }
}

QTEST_GUILESS_MAIN(TestSpeculation)
#include "test_speculation.moc"
