#include "tests/engine/model_fixture.h"

#include <QObject>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;
using kernels::Precision;

namespace
{

/// Every kind of attention and state that the engine has.
const char *const kModels[] = {"llama",        "mixtral", "qwen2moe",  "qwen3moe",  "olmoe",     "deepseek2_lite",
                               "deepseek2_v3", "gptoss",  "gemma4moe", "qwen35moe", "deepseek4", "qwen3vlmoe"};

/// Kernels with float activations sum few tokens in another order than many.
constexpr double kTolerance = 2e-4;

/// One sequence of a scene: its tokens, and how many of them each pass takes from the pass on in which it joins.
struct Part
{
    std::vector<std::int32_t> tokens;
    std::size_t joins = 0;
    std::vector<std::size_t> pieces; ///< the rest goes one by one

    std::size_t taken(std::size_t pass) const
    {
        std::size_t sum = 0;
        for (std::size_t i = joins; i < pass; ++i)
            sum += i - joins < pieces.size() ? pieces[i - joins] : 1;
        return std::min(sum, tokens.size());
    }
    std::span<const std::int32_t> piece(std::size_t pass) const
    {
        if (pass < joins)
            return {};
        const std::size_t from = taken(pass);
        return std::span(tokens).subspan(from, taken(pass + 1) - from);
    }
};

Batch batchOf(std::span<const std::int32_t> tokens, KvCache &cache, ExpertTelemetry *telemetry = nullptr)
{
    Batch batch;
    batch.tokens = tokens;
    batch.cache = &cache;
    batch.telemetry = telemetry;
    return batch;
}

/// A long prompt in pieces beside short ones that come and go: what a batch does.
std::vector<Part> scene(const Reference &shorter, const Reference &longer)
{
    std::vector<Part> parts(4);
    parts[0].tokens = longer.tokens;
    parts[0].pieces = {longer.tokens.size() / 3, longer.tokens.size() / 3, longer.tokens.size() / 3 - 3};
    parts[1].tokens = shorter.tokens;
    parts[1].pieces = {4};
    parts[2].tokens.assign(longer.tokens.begin() + 5, longer.tokens.begin() + 25);
    parts[2].joins = 1;
    parts[2].pieces = {13, 3};
    parts[3].tokens.assign(shorter.tokens.rbegin(), shorter.tokens.rend()); // joins when the second has left
    parts[3].joins = 4;
    parts[3].pieces = {5};
    return parts;
}

} // namespace

/// Model::forwardTogether: every sequence gets what it gets alone.
class TestForwardTogether : public QObject
{
    Q_OBJECT

private slots:
    void equalsEachAlone_data();
    void equalsEachAlone();
    void fastPrecisionStaysClose();
    void picturesBelongToTheirSequences();
    void telemetryIsEachOnesOwn();
    void errorsLeaveTheOthersAlone();
    void stopsWhenAllAreStopped();
    void refusesWhatDoesNotGoTogether();
    void manyLogitRowsAreInOrder();
    void cleanupTestCase();

private:
    QMap<QString, QStringList> m_table;
};

void TestForwardTogether::equalsEachAlone_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("device");
    for (const char *device : modelDevices()) {
        for (const char *name : kModels)
            QTest::newRow(qPrintable(QStringLiteral("%1 on %2").arg(name, device))) << QString(name) << QString(device);
    }
}

void TestForwardTogether::equalsEachAlone()
{
    QFETCH(QString, name);
    QFETCH(QString, device);
    const QString folder = dataPath("models/" + name + "/");
    const Reference shorter = Reference::load(folder, "short");
    const Reference longer = Reference::load(folder, "long");
    LOAD_OR_FAIL(loaded, folder + "model.gguf", device.toStdString(), Precision::kFloat);
    const std::vector<Part> parts = scene(shorter, longer);
    std::vector<std::unique_ptr<KvCache>> together;
    std::vector<std::unique_ptr<KvCache>> alone;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        together.push_back(loaded.cache(512));
        alone.push_back(loaded.cache(512));
    }
    double largest = 0;
    bool same = true;
    for (std::size_t pass = 0; pass < 12; ++pass) {
        std::vector<Batch> batches;
        std::vector<std::size_t> whose;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            if (parts[i].piece(pass).empty())
                continue;
            batches.push_back(batchOf(parts[i].piece(pass), *together[i]));
            whose.push_back(i);
        }
        std::vector<std::vector<float>> got;
        for (const BatchOutcome &outcome : loaded.model->forwardTogether(batches)) {
            QVERIFY2(!outcome.error, outcome.error ? outcome.error->context.c_str() : "");
            got.emplace_back(outcome.logits.begin(), outcome.logits.end());
        }
        for (std::size_t b = 0; b < batches.size(); ++b) {
            const auto expected = forward(*loaded.model, *alone[whose[b]], batches[b].tokens, 1);
            largest = std::max(largest, largestDifference(got[b], expected));
            same = same && got[b] == expected;
            QCOMPARE(std::max_element(got[b].begin(), got[b].end()) - got[b].begin(),
                     std::max_element(expected.begin(), expected.end()) - expected.begin());
        }
    }
    m_table[QTest::currentDataTag()] << (same ? QStringLiteral("the same bits") : QString::number(largest, 'e', 1));
    QVERIFY2(largest <= kTolerance, qPrintable(QString::number(largest)));
    if (device == "reference")
        QVERIFY(same); // every row by itself
}

/// With activations of 8 bits a sum in another order may round another way; what is compared is one step of four sequences, which all take
/// the same kernels as alone.
void TestForwardTogether::fastPrecisionStaysClose()
{
    for (const char *type : {"Q8_0", "Q4_K_M", "Q4_0", "MXFP4_MOE"}) {
        const QString stem = dataPath(QStringLiteral("models/qwen3moe_q/%1.").arg(type));
        const Reference longer = Reference::load(stem, "long");
        LOAD_OR_FAIL(loaded, stem + "gguf", "best", Precision::kFast);
        std::vector<std::unique_ptr<KvCache>> caches;
        std::vector<std::vector<float>> expected;
        std::vector<Batch> batches;
        for (std::size_t i = 0; i < 4; ++i) {
            caches.push_back(loaded.cache(128));
            const auto tokens = std::span(longer.tokens).subspan(10 * i, 8 + i);
            QVERIFY(!forward(*loaded.model, *caches.back(), tokens, 1).empty());
            expected.push_back(forward(*loaded.model, *caches.back(), std::span(longer.tokens).subspan(50 + i, 1), 1));
            QCOMPARE(caches.back()->truncate(static_cast<int>(tokens.size())), static_cast<int>(tokens.size()));
            batches.push_back(batchOf(std::span(longer.tokens).subspan(50 + i, 1), *caches.back()));
        }
        double largest = 0;
        std::size_t i = 0;
        for (const BatchOutcome &outcome : loaded.model->forwardTogether(batches))
            largest = std::max(largest, largestDifference(outcome.logits, expected[i++]));
        m_table[QStringLiteral("8-bit activations, %1").arg(type)]
            << (largest == 0 ? QStringLiteral("the same bits") : QString::number(largest, 'e', 1));
        QVERIFY2(largest <= 1e-2, qPrintable(QString::number(largest)));
    }
}

/// A picture over bridges, beside another one and beside none.
void TestForwardTogether::picturesBelongToTheirSequences()
{
    LOAD_OR_FAIL(loaded, dataPath("conclave/tiny.gguf"), "best", Precision::kFloat);
    const auto first = loaded.model->encodeImage(readImage(dataPath("conclave/tiny.image.png")), {});
    const auto second = loaded.model->encodeImage(readImage(dataPath("conclave/shipped.0.png")), {});
    QVERIFY(first.ok() && second.ok());
    const ImageMemory *images[] = {nullptr, first->get(), second->get(), nullptr, first->get()};
    std::vector<std::vector<float>> expected;
    std::vector<std::unique_ptr<KvCache>> caches;
    std::vector<Batch> batches;
    const std::vector<std::int32_t> tokens = {1, 4, 9, 16, 25};
    for (const ImageMemory *image : images) {
        expected.push_back(forward(*loaded.model, *loaded.cache(16), tokens, 5, nullptr, image));
        caches.push_back(loaded.cache(16));
        batches.push_back(batchOf(tokens, *caches.back()));
        batches.back().image = image;
        batches.back().logitRows = 5;
    }
    QVERIFY(largestDifference(expected[1], expected[2]) > 1e-3);
    std::size_t i = 0;
    for (const BatchOutcome &outcome : loaded.model->forwardTogether(batches)) {
        QVERIFY(!outcome.error);
        const double difference = largestDifference(outcome.logits, expected[i++]);
        QVERIFY2(difference <= kTolerance, qPrintable(QString::number(difference)));
    }
}

void TestForwardTogether::telemetryIsEachOnesOwn()
{
    LOAD_OR_FAIL(loaded, dataPath("models/qwen3moe/model.gguf"), "best", Precision::kFloat);
    const std::vector<std::int32_t> one = {5, 6, 7};
    const std::vector<std::int32_t> two = {100, 200};
    const auto choicesOf = [](const ExpertTelemetry &telemetry) {
        std::vector<std::vector<std::int32_t>> all;
        for (const auto &choice : telemetry.choices())
            all.push_back(choice.experts);
        return all;
    };
    ExpertTelemetry alone[2];
    ExpertTelemetry together[2];
    for (auto &telemetry : alone)
        telemetry.keepChoices(true);
    for (auto &telemetry : together)
        telemetry.keepChoices(true);
    QVERIFY(!forward(*loaded.model, *loaded.cache(8), one, 1, &alone[0]).empty());
    QVERIFY(!forward(*loaded.model, *loaded.cache(8), two, 1, &alone[1]).empty());
    const auto first = loaded.cache(8);
    const auto second = loaded.cache(8);
    const std::vector<Batch> batches = {batchOf(one, *first, &together[0]), batchOf(two, *second, &together[1])};
    for (const BatchOutcome &outcome : loaded.model->forwardTogether(batches))
        QVERIFY(!outcome.error);
    for (int i = 0; i < 2; ++i) {
        QVERIFY(!choicesOf(alone[i]).empty());
        QVERIFY(choicesOf(together[i]) == choicesOf(alone[i]));
    }
}

void TestForwardTogether::errorsLeaveTheOthersAlone()
{
    for (const char *name : {"llama", "qwen35moe"}) {
        LOAD_OR_FAIL(loaded, dataPath(QStringLiteral("models/%1/model.gguf").arg(name)), "best", Precision::kFloat);
        const std::vector<std::int32_t> tokens = {3, 1, 4, 1, 5};
        const std::vector<std::int32_t> wrong = {3, 1 << 20};
        const auto expected = forward(*loaded.model, *loaded.cache(64), tokens, 1);
        const auto good = loaded.cache(64);
        const auto bad = loaded.cache(64);
        const auto full = loaded.cache(64);
        const std::vector<std::int32_t> many(60, 7);
        QVERIFY(!forward(*loaded.model, *full, many, 1).empty());
        const std::vector<Batch> batches = {batchOf(wrong, *bad), batchOf(tokens, *good), batchOf(tokens, *full)};
        const auto outcomes = loaded.model->forwardTogether(batches);
        QCOMPARE(outcomes.size(), std::size_t{3});
        QVERIFY(outcomes[0].error && outcomes[0].error->code == ErrorCode::kInvalidRequest);
        QVERIFY(outcomes[2].error && outcomes[2].error->code == ErrorCode::kContextFull);
        QVERIFY(outcomes[0].logits.empty() && outcomes[2].logits.empty());
        QCOMPARE(bad->length(), 0);
        QCOMPARE(full->length(), 60);
        QVERIFY(!outcomes[1].error);
        QVERIFY(largestDifference(outcomes[1].logits, expected) <= kTolerance);
        QCOMPARE(good->length(), 5);
    }
}

void TestForwardTogether::stopsWhenAllAreStopped()
{
    LOAD_OR_FAIL(loaded, dataPath("models/llama/model.gguf"), "best", Precision::kFloat);
    const std::vector<std::int32_t> tokens = {3, 1, 4, 1, 5};
    const auto first = loaded.cache(64);
    const auto second = loaded.cache(64);
    std::vector<Batch> batches = {batchOf(tokens, *first), batchOf(tokens, *second)};
    std::stop_source stop;
    stop.request_stop();
    batches[0].stop = stop.get_token();
    for (const BatchOutcome &outcome : loaded.model->forwardTogether(batches))
        QVERIFY(!outcome.error); // the other one is computed, and so is this one
    QCOMPARE(first->length(), 5);
    batches[1].stop = stop.get_token();
    for (const BatchOutcome &outcome : loaded.model->forwardTogether(batches))
        QVERIFY(outcome.error && outcome.error->code == ErrorCode::kCancelled);
    QCOMPARE(first->length(), 5);
    QCOMPARE(second->length(), 5);
}

void TestForwardTogether::refusesWhatDoesNotGoTogether()
{
    LOAD_OR_FAIL(loaded, dataPath("models/llama/model.gguf"), "best", Precision::kFloat);
    const std::vector<std::int32_t> tokens(300, 3);
    const auto first = loaded.cache(1024);
    const auto second = loaded.cache(1024);
    QVERIFY(loaded.model->mostTogether() < 600);
    for (const std::vector<Batch> &batches :
         {std::vector<Batch>{batchOf(tokens, *first), batchOf(tokens, *second)},
          std::vector<Batch>{batchOf({tokens.data(), 1}, *first), batchOf({tokens.data(), 2}, *first)}}) {
        for (const BatchOutcome &outcome : loaded.model->forwardTogether(batches))
            QVERIFY(outcome.error && outcome.error->code == ErrorCode::kInvalidRequest);
    }
    QCOMPARE(first->length(), 0);
    QVERIFY(loaded.model->forwardTogether({}).empty());
}

/// More rows than the output matrix takes at once, of several sequences.
void TestForwardTogether::manyLogitRowsAreInOrder()
{
    LOAD_OR_FAIL(loaded, dataPath("models/llama/model.gguf"), "best", Precision::kFloat);
    std::vector<std::vector<std::int32_t>> tokens(3);
    for (int i = 0; i < 90; ++i)
        tokens[static_cast<std::size_t>(i % 3)].push_back(i);
    std::vector<std::vector<float>> expected;
    std::vector<std::unique_ptr<KvCache>> caches;
    std::vector<Batch> batches;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const int rows = 30 - 12 * static_cast<int>(i);
        expected.push_back(forward(*loaded.model, *loaded.cache(64), tokens[i], rows));
        caches.push_back(loaded.cache(64));
        batches.push_back(batchOf(tokens[i], *caches.back()));
        batches.back().logitRows = rows;
    }
    std::size_t i = 0;
    for (const BatchOutcome &outcome : loaded.model->forwardTogether(batches)) {
        QVERIFY(!outcome.error);
        QCOMPARE(outcome.logits.size(), expected[i].size());
        QVERIFY(largestDifference(outcome.logits, expected[i++]) <= kTolerance);
    }
}

void TestForwardTogether::cleanupTestCase()
{
    reportParity("together", "largest difference of logits, together against alone", m_table);
}

QTEST_GUILESS_MAIN(TestForwardTogether)
#include "test_forward_together.moc"
