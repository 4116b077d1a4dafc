#include "tests/engine/model_fixture.h"

#include <QObject>

#include <thread>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;
using kernels::Precision;

namespace
{

struct Fixture
{
    const char *name;
    const char *gguf; ///< relative to tests/data/models
    const char *stem; ///< of the reference
    bool quantised;
};

constexpr Fixture kFixtures[] = {
    {"llama F16", "llama/model.gguf", "llama/", false},
    {"mixtral F16", "mixtral/model.gguf", "mixtral/", false},
    {"qwen2moe F16", "qwen2moe/model.gguf", "qwen2moe/", false},
    {"olmoe F16", "olmoe/model.gguf", "olmoe/", false},
    {"deepseek2 V2-Lite F16", "deepseek2_lite/model.gguf", "deepseek2_lite/", false},
    {"deepseek2 V3 F16", "deepseek2_v3/model.gguf", "deepseek2_v3/", false},
    {"deepseek4 MXFP4", "deepseek4/model.gguf", "deepseek4/", false},
    {"gemma4 experts F16", "gemma4moe/model.gguf", "gemma4moe/", false},
    {"gpt-oss MXFP4", "gptoss/model.gguf", "gptoss/", true},
    {"qwen3moe F16", "qwen3moe/model.gguf", "qwen3moe/", false},
    {"qwen35moe F16", "qwen35moe/model.gguf", "qwen35moe/", false},
    {"qwen3moe, long rows, F16", "qwen3moe_q/model.gguf", "qwen3moe_q/", false},
    {"qwen3vlmoe F16", "qwen3vlmoe/model.gguf", "qwen3vlmoe/", false},
    {"qwen3moe Q8_0", "qwen3moe_q/Q8_0.gguf", "qwen3moe_q/Q8_0.", true},
    {"qwen3moe Q4_0", "qwen3moe_q/Q4_0.gguf", "qwen3moe_q/Q4_0.", true},
    {"qwen3moe Q4_K_M", "qwen3moe_q/Q4_K_M.gguf", "qwen3moe_q/Q4_K_M.", true},
    {"qwen3moe Q6_K", "qwen3moe_q/Q6_K.gguf", "qwen3moe_q/Q6_K.", true},
    {"qwen3moe Q5_K_M", "qwen3moe_q/Q5_K_M.gguf", "qwen3moe_q/Q5_K_M.", true},
    {"qwen3moe Q3_K_M", "qwen3moe_q/Q3_K_M.gguf", "qwen3moe_q/Q3_K_M.", true},
    {"qwen3moe Q2_K", "qwen3moe_q/Q2_K.gguf", "qwen3moe_q/Q2_K.", true},
    {"qwen3moe IQ4_XS", "qwen3moe_q/IQ4_XS.gguf", "qwen3moe_q/IQ4_XS.", true},
    {"qwen3moe IQ4_NL", "qwen3moe_q/IQ4_NL.gguf", "qwen3moe_q/IQ4_NL.", true},
    {"qwen3moe MXFP4_MOE", "qwen3moe_q/MXFP4_MOE.gguf", "qwen3moe_q/MXFP4_MOE.", true},
};

QString modelPath(const QString &relative)
{
    return dataPath("models/" + relative);
}

constexpr double kTolerance = 1e-3; // logits of std 2.5; float32 noise is below 1e-4
constexpr double kGreedyTie = 1e-3; // margins below are ties, as the references say
constexpr double kRoutingTie = 1e-5;

/// Ids for prompts that no reference exists for.
std::vector<std::int32_t> someTokens(std::size_t count)
{
    std::vector<std::int32_t> tokens(count);
    std::uint32_t state = 12345;
    for (std::int32_t &token : tokens) {
        state = state * 1664525U + 1013904223U;
        token = static_cast<std::int32_t>((state >> 16) % 490U);
    }
    return tokens;
}

} // namespace

/// Parity of llama and qwen3moe with an independent engine, and the cache's promises.
class TestModel : public QObject
{
    Q_OBJECT

private slots:
    void everyReferenceFileHasARow();
    void logitsEqualTheReference_data() { fixtureRows(false); }
    void logitsEqualTheReference();
    void expertsEqualTheReference_data() { fixtureRows(false); }
    void expertsEqualTheReference();
    void greedyAnswerEqualsTheReference_data() { fixtureRows(false); }
    void greedyAnswerEqualsTheReference();
    void fastPathIsAsCloseAsTheOtherEngines_data() { fixtureRows(true); }
    void fastPathIsAsCloseAsTheOtherEngines();
    void halfPrecisionCacheStaysClose_data();
    void halfPrecisionCacheStaysClose();
    void prefillInPiecesEqualsOneBatch_data();
    void prefillInPiecesEqualsOneBatch();
    void longPromptCrossesChunks();
    void truncatedCacheAnswersLikeANewOne();
    void cacheWithStatesGoesBackToACheckpoint_data();
    void cacheWithStatesGoesBackToACheckpoint();
    void stoppedPassLeavesTheCache();
    void stopIsHonouredWithinAPass();
    void refusesWhatDoesNotFit();
    void telemetryCountsEveryToken();
    void cleanupTestCase();

private:
    void fixtureRows(bool quantisedOnly);
    QMap<QString, QStringList> m_table;
};

void TestModel::fixtureRows(bool quantisedOnly)
{
    QTest::addColumn<QString>("gguf");
    QTest::addColumn<QString>("stem");
    QTest::addColumn<QString>("prompt");
    QTest::addColumn<QString>("device");
    std::vector<const char *> devices = modelDevices();
    for (const char *level : lesserLevels())
        if (quantisedOnly) // in float they differ in the length of their vectors alone
            devices.push_back(level);
    for (const Fixture &fixture : kFixtures) {
        if (quantisedOnly && !fixture.quantised)
            continue;
        for (const char *prompt : {"short", "long"}) {
            if (std::strcmp(prompt, "long") == 0 && testsImitatedCard())
                continue; // minutes
            for (const char *device : devices) {
                if (quantisedOnly && std::strcmp(device, "reference") == 0)
                    continue; // computes in float64 whatever the precision
                QTest::addRow("%s, %s prompt, %s", fixture.name, prompt, device)
                    << QString(fixture.gguf) << QString(fixture.stem) << QString(prompt) << QString(device);
            }
        }
    }
}

/// Nothing that the independent engine computed is left out of the rows above.
void TestModel::everyReferenceFileHasARow()
{
    const QDir folder(QStringLiteral(CONCLAVE_SHARED_REFERENCE "/models"));
    if (!folder.exists())
        QSKIP("the reference folder is not on this machine; the copies in tests/data are all that is checked");
    QStringList stems;
    for (const QString &name : folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        stems << name + u'/';
        for (const QString &file : QDir(folder.filePath(name + "/quants")).entryList({"*.reference.json"}))
            stems << name + u'/' + file.chopped(int(qstrlen("reference.json")));
    }
    QVERIFY(stems.size() >= 23);
    for (const QString &stem : stems) {
        const bool has = std::any_of(std::begin(kFixtures), std::end(kFixtures), [&](const Fixture &f) { return stem == f.stem; });
        QVERIFY2(has, qPrintable(stem));
        for (const char *prompt : {"short", "long"})
            QVERIFY2(!Reference::load(modelPath(stem), prompt).exact.empty(), qPrintable(stem));
    }
}

void TestModel::logitsEqualTheReference()
{
    QFETCH(QString, gguf);
    QFETCH(QString, stem);
    QFETCH(QString, prompt);
    QFETCH(QString, device);
    const Reference reference = Reference::load(modelPath(stem), prompt);
    QVERIFY(!reference.exact.empty());
    LOAD_OR_FAIL(loaded, modelPath(gguf), device.toStdString(), Precision::kFloat);
    QCOMPARE(loaded.model->vocabularySize(), reference.vocabulary);
    auto cache = loaded.cache(static_cast<int>(reference.tokens.size()) + 32);
    QVERIFY(cache);
    const auto logits = forward(*loaded.model, *cache, reference.tokens, static_cast<int>(reference.positions.size()));
    const double error = largestDifference(logits, reference.exact);
    m_table[QTest::currentDataTag()] << relativeText(error, reference.exact);
    QVERIFY2(error <= kTolerance, qPrintable(QString("largest error %1").arg(error)));
}

void TestModel::expertsEqualTheReference()
{
    QFETCH(QString, gguf);
    QFETCH(QString, stem);
    QFETCH(QString, prompt);
    QFETCH(QString, device);
    const Reference reference = Reference::load(modelPath(stem), prompt);
    LOAD_OR_FAIL(loaded, modelPath(gguf), device.toStdString(), Precision::kFloat);
    auto cache = loaded.cache(static_cast<int>(reference.tokens.size()) + 32);
    ExpertTelemetry telemetry;
    telemetry.keepChoices(true);
    QVERIFY(!forward(*loaded.model, *cache, reference.tokens, 1, &telemetry).empty());
    std::size_t expectedChoices = 0;
    for (const auto &positions : reference.routing)
        expectedChoices += positions.size();
    QCOMPARE(telemetry.choices().size(), expectedChoices);
    std::vector<std::size_t> next(reference.routing.size());
    for (const ExpertTelemetry::Choice &choice : telemetry.choices()) {
        const auto layer = static_cast<std::size_t>(choice.layer);
        const Reference::Routed &expected = reference.routing[layer][next[layer]++];
        if (expected.margin < kRoutingTie)
            continue;
        QCOMPARE(choice.experts, expected.experts);
        const auto margin = static_cast<double>(choice.margin); // infinite where nothing competes
        QVERIFY(margin == expected.margin || std::abs(margin - expected.margin) < 1e-4);
    }
}

void TestModel::greedyAnswerEqualsTheReference()
{
    QFETCH(QString, gguf);
    QFETCH(QString, stem);
    QFETCH(QString, prompt);
    QFETCH(QString, device);
    const Reference reference = Reference::load(modelPath(stem), prompt);
    LOAD_OR_FAIL(loaded, modelPath(gguf), device.toStdString(), Precision::kFloat);
    auto cache = loaded.cache(static_cast<int>(reference.tokens.size()) + 32);
    QCOMPARE(reference.greedy.size(), std::size_t{24});
    const auto vocabulary = static_cast<std::size_t>(reference.vocabulary);
    std::vector<float> logits = forward(*loaded.model, *cache, reference.tokens, 1);
    int matches = 0;
    for (std::size_t step = 0; step < reference.greedy.size(); ++step) {
        const auto expected = std::span(reference.greedyLogits).subspan(step * vocabulary, vocabulary);
        const double error = largestDifference(logits, expected);
        QVERIFY2(error <= kTolerance, qPrintable(QString("step %1: largest error %2").arg(step).arg(error)));
        const auto best = static_cast<std::int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
        if (best == reference.greedy[step].id)
            ++matches;
        else
            QVERIFY2(reference.greedy[step].margin < kGreedyTie, qPrintable(QString("step %1: token %2").arg(step).arg(best)));
        logits = forward(*loaded.model, *cache, std::span(&reference.greedy[step].id, 1), 1); // along the reference's answer
    }
    m_table[QTest::currentDataTag()] << QString("%1/24").arg(matches);
}

/// Rounded activations cost accuracy; how much is allowed is measured on the other engine's rounding of the same file. Where rounding
/// flips an expert choice at a listed position, in either engine, the logits of that position differ by whole units whichever way the
/// kernels round: such positions are left out of the comparison and counted.
void TestModel::fastPathIsAsCloseAsTheOtherEngines()
{
    QFETCH(QString, gguf);
    QFETCH(QString, stem);
    QFETCH(QString, prompt);
    QFETCH(QString, device);
    const Reference reference = Reference::load(modelPath(stem), prompt);
    LOAD_OR_FAIL(loaded, modelPath(gguf), device.toStdString(), Precision::kFast);
    auto cache = loaded.cache(128);
    ExpertTelemetry telemetry;
    telemetry.keepChoices(true);
    const auto logits = forward(*loaded.model, *cache, reference.tokens, static_cast<int>(reference.positions.size()), &telemetry);
    QCOMPARE(logits.size(), reference.exact.size());

    std::set<std::pair<int, int>> flips;
    std::vector<int> next(reference.routing.size());
    for (const ExpertTelemetry::Choice &choice : telemetry.choices()) {
        const int position = next[static_cast<std::size_t>(choice.layer)]++;
        const auto &expected = reference.routing[static_cast<std::size_t>(choice.layer)][static_cast<std::size_t>(position)].experts;
        if (std::set(choice.experts.begin(), choice.experts.end()) != std::set(expected.begin(), expected.end()))
            flips.insert({choice.layer, position});
    }
    const auto flipped = [&](int position) {
        for (int layer = 0; layer < static_cast<int>(reference.routing.size()); ++layer) {
            if (flips.count({layer, position}) != 0 || reference.nativeDiffers.count({layer, position}) != 0)
                return true;
        }
        return false;
    };
    const auto vocabulary = static_cast<std::size_t>(reference.vocabulary);
    double ours = 0, theirs = 0, ourLargest = 0, theirLargest = 0;
    std::size_t rows = 0;
    for (std::size_t r = 0; r < reference.positions.size(); ++r) {
        if (flipped(reference.positions[r]))
            continue;
        ++rows;
        for (std::size_t i = r * vocabulary; i < (r + 1) * vocabulary; ++i) {
            const double our = std::abs(static_cast<double>(logits[i] - reference.exact[i]));
            const double their = std::abs(static_cast<double>(reference.native[i] - reference.exact[i]));
            ours += our * our;
            theirs += their * their;
            ourLargest = std::max(ourLargest, our);
            theirLargest = std::max(theirLargest, their);
        }
    }
    QVERIFY(rows > 0);
    const auto count = static_cast<double>(rows * vocabulary);
    ours = std::sqrt(ours / count);
    theirs = std::sqrt(theirs / count);
    const QString text = QString("fast: rms %1 (other engine %2), max %3 (%4), %5 of %6 positions, flips %7 (%8)")
                             .arg(ours, 0, 'f', 4)
                             .arg(theirs, 0, 'f', 4)
                             .arg(ourLargest, 0, 'f', 3)
                             .arg(theirLargest, 0, 'f', 3)
                             .arg(rows)
                             .arg(reference.positions.size())
                             .arg(flips.size())
                             .arg(reference.nativeDiffers.size());
    m_table[QTest::currentDataTag()] << text;
    QVERIFY2(ours <= 1.2 * theirs, qPrintable(text));
}

void TestModel::halfPrecisionCacheStaysClose_data()
{
    QTest::addColumn<QString>("folder");
    for (const char *folder : {"llama/", "deepseek2_v3/", "gemma4moe/", "gptoss/"}) // plain, latent rows, layers that differ, windows
        QTest::newRow(folder) << folder;
}

void TestModel::halfPrecisionCacheStaysClose()
{
    QFETCH(QString, folder);
    const Reference reference = Reference::load(modelPath(folder), "long");
    LOAD_OR_FAIL(loaded, modelPath(folder + "model.gguf"), "best", Precision::kFloat, kernels::DType::kF16);
    auto cache = loaded.cache(128);
    QCOMPARE(cache->shape().type, kernels::DType::kF16);
    const auto logits = forward(*loaded.model, *cache, reference.tokens, static_cast<int>(reference.positions.size()));
    const double error = largestDifference(logits, reference.exact);
    QVERIFY2(error < 2e-2, qPrintable(QString::number(error)));
}

void TestModel::prefillInPiecesEqualsOneBatch_data()
{
    QTest::addColumn<QString>("gguf");
    QTest::addColumn<int>("piece");
    for (const Fixture &fixture : kFixtures) {
        for (const int piece : kSanitized ? std::vector{7} : std::vector{1, 7, 64})
            QTest::addRow("%s, %d tokens at once", fixture.name, piece) << QString(fixture.gguf) << piece;
    }
}

void TestModel::prefillInPiecesEqualsOneBatch()
{
    QFETCH(QString, gguf);
    QFETCH(int, piece);
    const auto tokens = someTokens(150);
    LOAD_OR_FAIL(loaded, modelPath(gguf), "best", Precision::kFloat);
    auto whole = loaded.cache(256);
    const auto expected = forward(*loaded.model, *whole, tokens, 1);
    auto cache = loaded.cache(256);
    std::vector<float> logits;
    for (std::size_t at = 0; at < tokens.size(); at += static_cast<std::size_t>(piece)) {
        const auto part = std::span(tokens).subspan(at, std::min(tokens.size() - at, static_cast<std::size_t>(piece)));
        logits = forward(*loaded.model, *cache, part, 1);
    }
    QCOMPARE(cache->length(), 150);
    const double error = largestDifference(logits, expected);
    QVERIFY2(error < 2e-4, qPrintable(QString::number(error)));
}

void TestModel::longPromptCrossesChunks()
{
    const auto tokens = someTokens(1100); // two whole chunks and a part
    LOAD_OR_FAIL(loaded, modelPath("qwen3moe/model.gguf"), "best", Precision::kFloat);
    auto whole = loaded.cache(1200);
    const auto all = forward(*loaded.model, *whole, tokens, 600); // logits from two chunks
    QCOMPARE(all.size(), std::size_t{600 * 512});
    auto cache = loaded.cache(1200);
    std::vector<float> joined;
    for (std::size_t at = 0; at < tokens.size(); at += 100) {
        const auto rows = forward(*loaded.model, *cache, std::span(tokens).subspan(at, 100), 100);
        if (at >= 500)
            joined.insert(joined.end(), rows.begin(), rows.end());
    }
    const double error = largestDifference(all, joined);
    QVERIFY2(error < 5e-4, qPrintable(QString::number(error)));
}

void TestModel::truncatedCacheAnswersLikeANewOne()
{
    const auto tokens = someTokens(400);
    const auto other = std::span(tokens).subspan(200, 150);
    LOAD_OR_FAIL(loaded, modelPath("mixtral/model.gguf"), "best", Precision::kFloat);
    auto used = loaded.cache(512);
    QVERIFY(!forward(*loaded.model, *used, tokens, 1).empty());
    used->truncate(100); // frees pages, which come back in another order
    QCOMPARE(used->length(), 100);
    const auto again = forward(*loaded.model, *used, other, 1);
    const auto pages = used->view(0).pages;
    QVERIFY(!std::is_sorted(pages.begin(), pages.end())); // else this shows nothing about the page table
    auto fresh = loaded.cache(512);
    QVERIFY(!forward(*loaded.model, *fresh, std::span(tokens).first(100), 1).empty());
    const auto expected = forward(*loaded.model, *fresh, other, 1);
    const double error = largestDifference(again, expected);
    QVERIFY2(error < 2e-4, qPrintable(QString::number(error)));
}

void TestModel::cacheWithStatesGoesBackToACheckpoint_data()
{
    QTest::addColumn<QString>("gguf");
    QTest::addRow("deepseek4") << "deepseek4/model.gguf";
    QTest::addRow("qwen35moe") << "qwen35moe/model.gguf";
}

/// Layers with states cannot forget single positions: the sequence goes back to the latest checkpoint, and answers on like a new one.
void TestModel::cacheWithStatesGoesBackToACheckpoint()
{
    QFETCH(QString, gguf);
    const auto tokens = someTokens(400);
    const auto other = std::span(tokens).subspan(200, 150);
    LOAD_OR_FAIL(loaded, modelPath(gguf), "best", Precision::kFloat);
    auto used = loaded.cache(512);
    QVERIFY(!used->truncatesAnywhere());
    QVERIFY(!forward(*loaded.model, *used, std::span(tokens).first(101), 1).empty());
    used->checkpoint();
    QVERIFY(!forward(*loaded.model, *used, std::span(tokens).subspan(101, 180), 1).empty());
    QCOMPARE(used->truncate(170), 101);
    const auto again = forward(*loaded.model, *used, other, 1);
    auto fresh = loaded.cache(512);
    QVERIFY(!forward(*loaded.model, *fresh, std::span(tokens).first(101), 1).empty());
    const auto expected = forward(*loaded.model, *fresh, other, 1);
    QCOMPARE(largestDifference(again, expected), 0.0);
    QCOMPARE(used->truncate(100), 0); // before any checkpoint
    QVERIFY(!forward(*loaded.model, *used, std::span(tokens).first(101), 1).empty());
    QCOMPARE(largestDifference(forward(*loaded.model, *used, other, 1), expected), 0.0);
}

void TestModel::stoppedPassLeavesTheCache()
{
    const auto tokens = someTokens(40);
    LOAD_OR_FAIL(loaded, modelPath("llama/model.gguf"), "best", Precision::kFloat);
    auto cache = loaded.cache(128);
    const auto first = forward(*loaded.model, *cache, std::span(tokens).first(30), 1);
    std::stop_source source;
    source.request_stop();
    Batch batch;
    batch.tokens = std::span(tokens).subspan(30);
    batch.cache = cache.get();
    batch.stop = source.get_token();
    const auto stopped = loaded.model->forward(batch);
    QVERIFY(!stopped.ok());
    QCOMPARE(stopped.error().code, ErrorCode::kCancelled);
    QCOMPARE(cache->length(), 30);
    const auto after = forward(*loaded.model, *cache, std::span(tokens).subspan(30), 1);
    auto fresh = loaded.cache(128);
    const auto expected = forward(*loaded.model, *fresh, tokens, 1);
    QVERIFY(largestDifference(after, expected) < 2e-4);
}

void TestModel::stopIsHonouredWithinAPass()
{
    // Slow enough on the reference device that the stop surely falls into the pass.
    const auto tokens = someTokens(1000);
    LOAD_OR_FAIL(loaded, modelPath("qwen3moe/model.gguf"), "reference", Precision::kFloat);
    auto cache = loaded.cache(1024);
    std::stop_source source;
    std::jthread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        source.request_stop();
    });
    Batch batch;
    batch.tokens = tokens;
    batch.cache = cache.get();
    batch.stop = source.get_token();
    const auto stopped = loaded.model->forward(batch);
    QVERIFY(!stopped.ok());
    QCOMPARE(stopped.error().code, ErrorCode::kCancelled);
    QCOMPARE(cache->length(), 0);
}

void TestModel::refusesWhatDoesNotFit()
{
    LOAD_OR_FAIL(loaded, modelPath("llama/model.gguf"), "best", Precision::kFloat);
    auto cache = loaded.cache(64);
    const auto code = [&](std::vector<std::int32_t> tokens) {
        Batch batch;
        batch.tokens = tokens;
        batch.cache = cache.get();
        const auto result = loaded.model->forward(batch);
        return result.ok() ? ErrorCode::kWriteFailed : result.error().code;
    };
    QCOMPARE(code({}), ErrorCode::kInvalidRequest);
    QCOMPARE(code({1, 512}), ErrorCode::kInvalidRequest);
    QCOMPARE(code({-1}), ErrorCode::kInvalidRequest);
    QCOMPARE(code(someTokens(65)), ErrorCode::kContextFull);
    QCOMPARE(cache->length(), 0);
    QCOMPARE(loaded.model->createCache(0).error().code, ErrorCode::kInvalidRequest);
    const auto image = loaded.model->encodeImage({1, 1, {0, 0, 0}}, {});
    QVERIFY(!image.ok());
    QCOMPARE(image.error().code, ErrorCode::kInvalidRequest);
}

void TestModel::telemetryCountsEveryToken()
{
    const auto tokens = someTokens(600);
    LOAD_OR_FAIL(loaded, modelPath("mixtral/model.gguf"), "best", Precision::kFloat);
    auto cache = loaded.cache(640);
    ExpertTelemetry telemetry;
    QVERIFY(!forward(*loaded.model, *cache, tokens, 1, &telemetry).empty());
    QCOMPARE(telemetry.layers().size(), std::size_t{2});
    for (const LayerLoad &load : telemetry.layers()) {
        QCOMPARE(load.routed, std::uint64_t{600});
        std::uint64_t sum = 0;
        for (const std::uint64_t tokensOfExpert : load.tokens)
            sum += tokensOfExpert;
        QCOMPARE(sum, std::uint64_t{1200}); // two experts a token
    }
    QCOMPARE(telemetry.meanExperts(), 2.0);
    QVERIFY(telemetry.utilisation() > 0.5 && telemetry.utilisation() <= 1.0);
    QVERIFY(telemetry.idleCompute() >= 0.0 && telemetry.idleCompute() < 1.0);
    QVERIFY(telemetry.lastMargin() > 0.0F);
}

void TestModel::cleanupTestCase()
{
    reportParity("models", "family and file, prompt, device: largest relative error | greedy tokens | rounded activations", m_table);
}

QTEST_GUILESS_MAIN(TestModel)
#include "test_model.moc"
