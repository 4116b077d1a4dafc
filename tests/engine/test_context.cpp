#include "engine/api/engine.h"
#include "engine/format/fingerprint.h"
#include "engine/generate/timeline_file.h"
#include "tests/engine/model_fixture.h"

#include <QObject>
#include <QTemporaryDir>

#include <fstream>
#include <limits>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;

namespace
{

const QString kMixtral = QStringLiteral("models/mixtral/model.gguf");
const QString kQwen = QStringLiteral("models/qwen3moe/model.gguf");

GenerationRequest ask(std::vector<std::string> turns, int maxTokens = 12)
{
    GenerationRequest request;
    for (std::size_t i = 0; i < turns.size(); ++i)
        request.messages.push_back({i % 2 == 0 ? Role::kUser : Role::kAssistant, std::move(turns[i]), {}});
    request.maxTokens = maxTokens;
    request.sampling.temperature = 0;
    return request;
}

std::string words(int count, const std::string &word)
{
    std::string text;
    for (int i = 0; i < count; ++i)
        text += word + " " + std::to_string(i) + " ";
    return text;
}

struct Answered
{
    std::string text;
    Statistics statistics;

    std::vector<std::pair<int, float>> tokens; ///< and how probable each was, to be compared bit for bit

    static Answered to(Session &session, const GenerationRequest &request)
    {
        Answered answered;
        const auto end = session.generate(request,
                                          [&](const Event &event) {
                                              if (const auto *piece = std::get_if<TextPiece>(&event)) {
                                                  answered.text += piece->text;
                                                  answered.tokens.emplace_back(piece->token, piece->probability);
                                              } else if (const auto *thought = std::get_if<ReasoningPiece>(&event)) {
                                                  answered.tokens.emplace_back(thought->token, thought->probability);
                                              }
                                          },
                                          {});
        if (end)
            answered.statistics = end->statistics;
        else
            answered.text = "failed: " + end.error().message;
        return answered;
    }
    int computed() const { return statistics.promptTokens - statistics.cachedTokens; }
    int passesTell() const
    {
        int tokens = 0;
        for (const PassRun &run : statistics.passes)
            tokens += run.tokens * run.times;
        return tokens;
    }
};

/// How many of the answers come out otherwise when their prompts are computed anew, in the passes that were told or as is fastest.
int countDifferent(Engine &engine, const std::vector<std::pair<GenerationRequest, Answered>> &answers, bool inTheirPasses)
{
    int different = 0;
    for (auto [request, before] : answers) {
        if (inTheirPasses)
            request.passes = before.statistics.passes;
        const auto session = engine.createSession();
        const auto now = Answered::to(**session, request);
        different += now.tokens != before.tokens || now.statistics.cachedTokens != 0 ? 1 : 0;
    }
    return different;
}

/// A model without the engine around it, with timelines of its own.
struct Bench
{
    LoadedModel loaded;
    Timeline::Peers peers;

    std::unique_ptr<Timeline> timeline(int capacity = 512) { return std::make_unique<Timeline>(loaded.cache(capacity), peers, capacity); }
    std::vector<float> run(Timeline &timeline, std::span<const std::int32_t> tokens)
    {
        auto logits = forward(*loaded.model, timeline.cache(), tokens, 1);
        timeline.append(tokens);
        return logits;
    }
};

std::vector<std::int32_t> someTokens(std::size_t count)
{
    std::vector<std::int32_t> tokens(count);
    for (std::size_t i = 0; i < count; ++i)
        tokens[i] = static_cast<std::int32_t>((i * 37 + i * i % 101) % 490);
    return tokens;
}

} // namespace

#define OPEN(engineName, path, ...)                                                                                                        \
    auto engineName##Result = openTested(dataPath(path).toStdString(), ##__VA_ARGS__);                                                     \
    QVERIFY2(engineName##Result.ok(), engineName##Result.ok() ? "" : engineName##Result.error().message.c_str());                          \
    Engine &engineName = **engineName##Result

/// What is not computed twice: edited turns, chats that begin alike, contexts kept in files, and contexts in 8 bits.
class TestContext : public QObject
{
    Q_OBJECT

private slots:
    void anEditComputesOnlyWhatFollowsIt();
    void sessionsThatBeginAlikeShareTheBeginning();
    void sharingChangesNoAnswer();
    void theSamePassesGiveTheSameBits_data();
    void theSamePassesGiveTheSameBits();
    void passesThatDoNotFitAreNotTaken();
    void savedContextGivesIdenticalLogits_data();
    void savedContextGivesIdenticalLogits();
    void savedContextGoesOnAfterARestart();
    void anEmptyContextIsSavedToo();
    void savedContextOfAnotherModelIsRefused();
    void damagedContextsAreRefused();
    void aFailedSaveKeepsTheOlderFile();
    void eightBitContextStaysClose();
    void eightBitContextNeedsHeadsOfWholeBlocks();
    void fullContextIsRefusedNotCut();
};

void TestContext::anEditComputesOnlyWhatFollowsIt()
{
    OPEN(engine, kMixtral);
    const auto session = engine.createSession();
    const std::string start = words(60, "alpha");
    const std::string end = words(20, "omega");
    const auto first = Answered::to(**session, ask({start + "one", "two", end + "three"}));
    QCOMPARE(first.statistics.cachedTokens, 0);
    // The last turn edited: only it and what frames it.
    const auto last = Answered::to(**session, ask({start + "one", "two", "four"}));
    QVERIFY2(last.computed() < 20, qPrintable(QString::number(last.computed())));
    // The first turn edited at its end: everything from there on, nothing before.
    const int before = *(*session)->countTokens(ask({start}).messages);
    const auto early = Answered::to(**session, ask({start + "uno", "two", "four"}));
    QVERIFY(std::abs(early.statistics.cachedTokens - before) < 30); // but for the words that frame a turn
    QVERIFY(before > 150 && early.computed() < 60);
}

void TestContext::sessionsThatBeginAlikeShareTheBeginning()
{
    OPEN(engine, kMixtral);
    const std::string document = words(120, "page");
    const auto first = engine.createSession();
    const auto one = Answered::to(**first, ask({document + "What is one?"}));
    QCOMPARE(one.statistics.cachedTokens, 0);
    const auto second = engine.createSession();
    const auto two = Answered::to(**second, ask({document + "What is two?"}));
    // Whole passes are shared, so that each conversation can tell its own; the second one ends a pass where the two part,
    QVERIFY2(two.computed() <= 512, qPrintable(QString::number(two.computed())));
    const auto third = engine.createSession();
    const auto three = Answered::to(**third, ask({document + "What is three?"}));
    QVERIFY2(three.computed() < 30, qPrintable(QString::number(three.computed()))); // for those who come after.
    // The first one is unharmed, and the others live on without it.
    const auto again = Answered::to(**first, ask({document + "What is one?"}));
    QCOMPARE(again.text, one.text);
    QCOMPARE(again.computed(), 1);
}

void TestContext::sharingChangesNoAnswer()
{
    EngineOptions options;
    options.precision = MatmulPrecision::kFloat;
    const std::string document = words(countFor("numbered words", 120, 45), "page");
    const GenerationRequest question = ask({document + "What is two?"}, 20);
    OPEN(alone, kMixtral, options);
    const auto expected = Answered::to(**alone.createSession(), question);
    OPEN(engine, kMixtral, options);
    auto first = std::move(*engine.createSession());
    (void)Answered::to(*first, ask({document + document + "What is one?"}, 20));
    const auto between = engine.createSession();
    (void)Answered::to(**between, ask({document + "What is one?"}, 20));
    const auto second = engine.createSession();
    const auto shared = Answered::to(**second, question);
    QVERIFY(shared.statistics.cachedTokens > 100);
    QCOMPARE(shared.text, expected.text);
    first.reset(); // the pages that both used must stay
    QCOMPARE(Answered::to(**second, question).text, expected.text);
}

void TestContext::theSamePassesGiveTheSameBits_data()
{
    QTest::addColumn<QString>("gguf");
    for (const char *name :
         modelsFor({"llama", "mixtral", "qwen3moe", "olmoe", "gptoss", "gemma4moe", "deepseek2_v3", "deepseek4", "qwen35moe"}, {"gptoss"}))
        QTest::addRow("%s", name) << QStringLiteral("models/%1/model.gguf").arg(name);
}

/// Answers that went on from what was there: after an answer, asked again, a question edited in its middle, back to an earlier branch,
/// from another conversation's beginning, and from a file.
void TestContext::theSamePassesGiveTheSameBits()
{
    QFETCH(QString, gguf);
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("context.kv").toStdString();
    std::vector<std::pair<GenerationRequest, Answered>> answers;
    int cached = 0;
    OPEN(engine, gguf);
    const auto answer = [&](Session &session, std::vector<std::string> turns) {
        GenerationRequest request = ask(std::move(turns), 10);
        request.sampling.temperature = 0.8F;
        request.sampling.seed = answers.size();
        answers.emplace_back(request, Answered::to(session, request));
        cached += answers.back().second.statistics.cachedTokens;
        return answers.back().second.text;
    };
    {
        auto session = std::move(*engine.createSession());
        const std::string start = words(countFor("numbered words", 40, 12), "alpha");
        const std::string first = answer(*session, {start + "one"});
        const std::string second = answer(*session, {start + "one", first, "and then?"});
        answer(*session, {start + "one", first, "and then?"});
        answer(*session, {start + "two, if you please"});
        answer(*session, {start + "one", first, "and then?", second, words(8, "omega")});
        answer(*session, {start + "one", first, "and then?", second, words(8, "omega") + "again"});
        const auto saved = session->saveContext(file);
        QVERIFY2(saved.ok(), saved.ok() ? "" : saved.error().context.c_str());
        auto other = std::move(*engine.createSession());
        answer(*other, {start + "one", first, "and why?"});
        auto third = std::move(*engine.createSession());
        answer(*third, {start + "one", first, "and where?"});
        QVERIFY(third->loadContext(file).ok());
        answer(*third, {start + "one", first, "and then?", second, words(8, "omega") + "at last"});
    }
    std::size_t written = 0;
    for (const auto &[request, answered] : answers) {
        QVERIFY2(answered.statistics.promptTokens > 0, answered.text.c_str());
        QCOMPARE(answered.passesTell(), answered.statistics.promptTokens);
        written += answered.tokens.size();
    }
    QVERIFY2(cached > countFor("tokens taken over, at least", 500, 200) && written > 20,
             qPrintable(QString("%1, %2").arg(cached).arg(written)));
    QCOMPARE(countDifferent(engine, answers, true), 0);
    if (testsImitatedCard())
        return;
    qInfo("%d of %d differ in other passes", countDifferent(engine, answers, false), static_cast<int>(answers.size()));
}

void TestContext::passesThatDoNotFitAreNotTaken()
{
    OPEN(engine, kMixtral);
    const auto session = engine.createSession();
    GenerationRequest request = ask({"Hello"}, 3);
    const int tokens = Answered::to(**session, request).statistics.promptTokens;
    const std::vector<PassRun> whole{{tokens, 1, {}}};
    const int half = tokens / 2;
    const int huge = std::numeric_limits<int>::max();
    const PassRun rest{tokens - half, 1, {}};
    const std::vector<std::int32_t> many(5000);
    const std::vector<std::vector<PassRun>> wrong{
        {{tokens + 1, 1, {}}},   {{tokens - 1, 1, {}}},  {{0, 1, {}}, whole[0]}, {{-1, 1, {}}, {tokens + 1, 1, {}}},
        {{1, huge, {}}},         {{huge, huge, {}}},     {{tokens, 1, {7}}},     {{half, 1, {1'000'000}}, rest},
        {{half, 1, {-1}}, rest}, {{1, half, {7}}, rest}, {{half, 1, many}, rest}};
    for (const std::vector<PassRun> &passes : wrong) {
        request.passes = passes;
        QVERIFY((*session)->loadContext("absent").error().code == ErrorCode::kFileNotFound); // empties it
        QVERIFY(Answered::to(**session, request).statistics.passes == whole);
    }
    request.passes = {{half, 1, {7, 8}}, {1, tokens - half, {}}};
    QVERIFY(Answered::to(**session, request).statistics.passes == request.passes);
}

void TestContext::savedContextGivesIdenticalLogits_data()
{
    QTest::addColumn<QString>("gguf");
    QTest::addRow("mixtral") << kMixtral;
    QTest::addRow("qwen3moe") << kQwen;
}

void TestContext::savedContextGivesIdenticalLogits()
{
    QFETCH(QString, gguf);
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("context.kv").toStdString();
    const auto tokens = someTokens(150);
    const auto next = std::span(tokens).last(3);
    LOAD_OR_FAIL(loaded, dataPath(gguf), "best", kernels::Precision::kFloat, kernels::DType::kF16);
    Bench bench{std::move(loaded), {}};
    const std::uint64_t model = modelFingerprint(*bench.loaded.file);
    auto timeline = bench.timeline();
    QVERIFY(!bench.run(*timeline, std::span(tokens).first(147)).empty());
    QVERIFY(saveTimeline(*timeline, model, file).ok());
    const auto expected = bench.run(*timeline, next);

    auto restored = bench.timeline();
    const auto done = loadTimeline(*restored, model, bench.loaded.model->vocabularySize(), file);
    QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
    QCOMPARE(restored->length(), 147);
    const auto logits = bench.run(*restored, next);
    QVERIFY(logits == expected); // every bit
}

void TestContext::savedContextGoesOnAfterARestart()
{
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("context.kv").toStdString();
    const std::string start = words(80, "alpha");
    const GenerationRequest follow = ask({start, "answer", "and then?"});
    std::string expected;
    {
        OPEN(engine, kMixtral);
        const auto session = engine.createSession();
        (void)Answered::to(**session, ask({start}, 4));
        QVERIFY((*session)->saveContext(file).ok());
        expected = Answered::to(**session, follow).text;
    }
    OPEN(engine, kMixtral);
    const auto session = engine.createSession();
    const auto tokens = (*session)->loadContext(file);
    QVERIFY2(tokens.ok(), tokens.ok() ? "" : tokens.error().message.c_str());
    const auto answered = Answered::to(**session, follow);
    QCOMPARE(answered.text, expected);
    QVERIFY(answered.statistics.cachedTokens > *tokens - 10);
}

void TestContext::anEmptyContextIsSavedToo()
{
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("context.kv").toStdString();
    for (const QString &gguf : {kMixtral, QStringLiteral("models/qwen35moe/model.gguf")}) { // with states, too
        OPEN(engine, gguf);
        const auto session = engine.createSession();
        QVERIFY((*session)->saveContext(file).ok());
        const auto loaded = (*session)->loadContext(file);
        QVERIFY2(loaded.ok() && *loaded == 0, loaded.ok() ? "" : loaded.error().context.c_str());
        QVERIFY(!Answered::to(**session, ask({"Hello"}, 3)).statistics.passes.empty());
    }
}

void TestContext::savedContextOfAnotherModelIsRefused()
{
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("context.kv").toStdString();
    OPEN(mixtral, kMixtral);
    const auto saved = mixtral.createSession();
    (void)Answered::to(**saved, ask({"Hello"}));
    QVERIFY((*saved)->saveContext(file).ok());
    OPEN(qwen, kQwen);
    const auto other = (*qwen.createSession())->loadContext(file);
    QVERIFY(!other.ok());
    QCOMPARE(other.error().code, ErrorCode::kInvalidRequest);
    EngineOptions small;
    small.context = ContextPrecision::kEightBit;
    OPEN(eight, kMixtral, small);
    const auto otherType = (*eight.createSession())->loadContext(file);
    QCOMPARE(otherType.error().code, ErrorCode::kInvalidRequest);
    const auto missing = (*saved)->loadContext(folder.filePath("absent.kv").toStdString());
    QCOMPARE(missing.error().code, ErrorCode::kFileNotFound);
    QVERIFY(missing.error().message.find("absent.kv") != std::string::npos);
}

void TestContext::damagedContextsAreRefused()
{
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("context.kv").toStdString();
    OPEN(engine, kMixtral);
    const auto session = engine.createSession();
    const GenerationRequest question = ask({words(40, "word")});
    const auto expected = Answered::to(**session, question);
    QVERIFY((*session)->saveContext(file).ok());
    QByteArray good = readFile(QString::fromStdString(file.string()));
    QVERIFY(good.size() > 1000);
    const auto write = [&](const QByteArray &bytes) { std::ofstream(file, std::ios::binary).write(bytes.constData(), bytes.size()); };
    for (qsizetype at = 0; at < good.size(); at += 1 + good.size() / 40) { // a flipped bit anywhere
        QByteArray bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 0x10);
        write(bad);
        const auto loaded = (*session)->loadContext(file);
        QVERIFY2(!loaded.ok(), qPrintable(QString("byte %1").arg(at)));
        QVERIFY(!loaded.error().message.empty());
    }
    for (const qsizetype size : {qsizetype{0}, qsizetype{20}, qsizetype{60}, good.size() / 2, good.size() - 1}) {
        write(good.left(size));
        QVERIFY(!(*session)->loadContext(file).ok());
    }
    // The session goes on, from nothing.
    const auto after = Answered::to(**session, question);
    QCOMPARE(after.statistics.cachedTokens, 0);
    QCOMPARE(after.text, expected.text);
}

void TestContext::aFailedSaveKeepsTheOlderFile()
{
    const QTemporaryDir folder;
    OPEN(engine, kMixtral);
    const auto session = engine.createSession();
    (void)Answered::to(**session, ask({"Hello"}));
    const auto refused = (*session)->saveContext(folder.filePath("absent/context.kv").toStdString());
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().code, ErrorCode::kWriteFailed);
    QVERIFY(refused.error().message.find("absent/context.kv") != std::string::npos);
    const std::filesystem::path file = folder.filePath("context.kv").toStdString();
    QVERIFY((*session)->saveContext(file).ok());
    QVERIFY((*session)->saveContext(file).ok()); // over itself
    QVERIFY((*session)->loadContext(file).ok());
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), qsizetype{1}); // nothing half written lies about
}

void TestContext::eightBitContextStaysClose()
{
    const Reference reference = Reference::load(dataPath("models/llama/"), "long");
    LOAD_OR_FAIL(loaded, dataPath("models/llama/model.gguf"), "best", kernels::Precision::kFloat, kernels::DType::kQ8_0);
    auto cache = loaded.cache(128);
    QCOMPARE(cache->shape().type, kernels::DType::kQ8_0);
    const auto logits = forward(*loaded.model, *cache, reference.tokens, static_cast<int>(reference.positions.size()));
    double squares = 0;
    for (std::size_t i = 0; i < logits.size(); ++i)
        squares += std::pow(static_cast<double>(logits[i] - reference.exact[i]), 2);
    const double rms = std::sqrt(squares / static_cast<double>(std::max<std::size_t>(logits.size(), 1)));
    QVERIFY2(logits.size() == reference.exact.size() && rms > 0 && rms < 0.05, qPrintable(QString::number(rms))); // of std 2.5
    LOAD_OR_FAIL(half, dataPath("models/llama/model.gguf"), "best", kernels::Precision::kFloat, kernels::DType::kF16);
    QVERIFY(cache->shape().bytesPerToken() * 100 < half.cache(128)->shape().bytesPerToken() * 54);
}

void TestContext::eightBitContextNeedsHeadsOfWholeBlocks()
{
    EngineOptions options;
    options.context = ContextPrecision::kEightBit;
    const auto refused = openTested(dataPath("conclave/tiny.gguf").toStdString(), options); // heads of 16 values
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().code, ErrorCode::kInvalidRequest);
    QVERIFY2(refused.error().message.find("multiple of 32") != std::string::npos, refused.error().message.c_str());
}

void TestContext::fullContextIsRefusedNotCut()
{
    EngineOptions options;
    options.contextTokens = 64;
    OPEN(engine, kMixtral, options);
    const auto session = engine.createSession();
    const auto refused = (*session)->generate(ask({words(60, "word")}), [](const Event &) {}, {});
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().code, ErrorCode::kContextFull);
    QVERIFY(refused.error().message.find("Nothing was cut") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestContext)
#include "test_context.moc"
