#include "engine/api/engine.h"
#include "engine/format/fingerprint.h"
#include "engine/generate/timeline_file.h"
#include "tests/engine/model_fixture.h"

#include <QObject>
#include <QTemporaryDir>

#include <fstream>

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

    static Answered to(Session &session, const GenerationRequest &request)
    {
        Answered answered;
        const auto end = session.generate(request,
                                          [&](const Event &event) {
                                              if (const auto *piece = std::get_if<TextPiece>(&event))
                                                  answered.text += piece->text;
                                          },
                                          {});
        if (end)
            answered.statistics = end->statistics;
        else
            answered.text = "failed: " + end.error().message;
        return answered;
    }
    int computed() const { return statistics.promptTokens - statistics.cachedTokens; }
};

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
    auto engineName##Result = openEngine(dataPath(path).toStdString(), ##__VA_ARGS__);                                                     \
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
    void savedContextGivesIdenticalLogits_data();
    void savedContextGivesIdenticalLogits();
    void savedContextGoesOnAfterARestart();
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
    QVERIFY2(two.computed() < 30, qPrintable(QString::number(two.computed())));
    // The first one is unharmed, and the second one lives on without it.
    const auto again = Answered::to(**first, ask({document + "What is one?"}));
    QCOMPARE(again.text, one.text);
    QCOMPARE(again.computed(), 1);
}

void TestContext::sharingChangesNoAnswer()
{
    EngineOptions options;
    options.precision = MatmulPrecision::kFloat;
    const std::string document = words(120, "page");
    const GenerationRequest question = ask({document + "What is two?"}, 20);
    OPEN(alone, kMixtral, options);
    const auto expected = Answered::to(**alone.createSession(), question);
    OPEN(engine, kMixtral, options);
    auto first = std::move(*engine.createSession());
    (void)Answered::to(*first, ask({document + "What is one?"}, 20));
    const auto second = engine.createSession();
    const auto shared = Answered::to(**second, question);
    QVERIFY(shared.statistics.cachedTokens > 100);
    QCOMPARE(shared.text, expected.text);
    first.reset(); // the pages that both used must stay
    QCOMPARE(Answered::to(**second, question).text, expected.text);
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
    const auto refused = openEngine(dataPath("conclave/tiny.gguf").toStdString(), options); // heads of 16 values
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
