#include "engine/cache/image_cache.h"
#include "engine/model/metadata_keys.h"
#include "engine/vision/chart_encoder.h"
#include "engine/vision/image_preprocessor.h"
#include "tests/engine/model_fixture.h"
#include "tests/support/sanitized.h"

#include <QObject>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;
using kernels::Precision;

namespace
{

QString golden(const QString &name)
{
    return dataPath("conclave/" + name);
}

} // namespace

/// The built-in architecture against PyTorch (tests/data/conclave, written by training/conclave/fixtures.py).
class TestModelConclave : public QObject
{
    Q_OBJECT

private slots:
    void picturesAreScaledAsInTraining();
    void framesAreFilledFromTheTopLeft();
    void badPicturesAreRefused();
    void memoriesEqualPyTorch_data() { deviceRows(); }
    void memoriesEqualPyTorch();
    void logitsWithPictureEqualPyTorch_data() { deviceRows(); }
    void logitsWithPictureEqualPyTorch();
    void logitsWithoutPictureEqualPyTorch_data() { deviceRows(); }
    void logitsWithoutPictureEqualPyTorch();
    void tokenByTokenEqualsOneBatch();
    void stoppedEncodingIsCancelled();
    void imageCacheKeepsTheNewest();
    void imageKeysTellPicturesApart();
    void shippedModelEqualsPyTorch_data();
    void shippedModelEqualsPyTorch();

private:
    static void deviceRows();
};

void TestModelConclave::deviceRows()
{
    QTest::addColumn<QString>("device");
    for (const char *device : modelDevices())
        QTest::newRow(device) << QString(device);
}

void TestModelConclave::picturesAreScaledAsInTraining()
{
    const Image source = readImage(golden("resize.source.png"));
    const Image expected = readImage(golden("resize.expected.png"));
    QVERIFY(source.width > 0 && expected.width > 0);
    const Image framed = frameImage(source, expected.width, expected.height);
    QCOMPARE(framed.pixels.size(), expected.pixels.size());
    int largest = 0;
    std::size_t differing = 0;
    for (std::size_t i = 0; i < framed.pixels.size(); ++i) {
        const int difference = std::abs(framed.pixels[i] - expected.pixels[i]);
        largest = std::max(largest, difference);
        differing += difference != 0 ? 1 : 0;
    }
    qInfo("resize: largest difference %d levels, %zu of %zu values differ", largest, differing, framed.pixels.size());
    QVERIFY(largest <= 1);
}

void TestModelConclave::framesAreFilledFromTheTopLeft()
{
    const Image black{3, 1, std::vector<std::uint8_t>(9, 0)};
    const Image framed = frameImage(black, 6, 8); // twice as wide and high: 6 x 2, then white
    QCOMPARE(framed.pixels.size(), std::size_t{6 * 8 * 3});
    QVERIFY(std::all_of(framed.pixels.begin(), framed.pixels.begin() + 36, [](std::uint8_t v) { return v == 0; }));
    QVERIFY(std::all_of(framed.pixels.begin() + 36, framed.pixels.end(), [](std::uint8_t v) { return v == 255; }));
    const FittedSize thin = fitInto(10000, 1, 640, 480);
    QCOMPARE(thin.width, 640);
    QCOMPARE(thin.height, 1); // never nothing
    QCOMPARE(normalisedPixels(framed).front(), -1.0F);
    QCOMPARE(normalisedPixels(framed).back(), 1.0F);
}

void TestModelConclave::badPicturesAreRefused()
{
    LOAD_OR_FAIL(loaded, golden("tiny.gguf"), "best", Precision::kFloat);
    for (const Image &image : {Image{}, Image{-4, 4, {}}, Image{4, 4, std::vector<std::uint8_t>(47)}, Image{40000, 1, {}},
                               Image{2'000'000'000, 2'000'000'000, {}}}) {
        const auto memory = loaded.model->encodeImage(image, {});
        QVERIFY(!memory.ok());
        QCOMPARE(memory.error().code, ErrorCode::kBadImage);
    }
}

void TestModelConclave::memoriesEqualPyTorch()
{
    QFETCH(QString, device);
    const std::vector<float> expected = readFloats(golden("tiny.memory.bin")); // [taps, N, D]
    auto opened = GgufFile::open(golden("tiny.gguf").toStdString());
    QVERIFY(opened.ok());
    const auto cpu = makeDevice(device.toStdString());
    const auto queue = cpu->createQueue();
    const auto memory = ModelMemory::import(*cpu, *opened);
    WeightLoader weights(*opened, **memory);
    MetadataKeys keys(*opened, "conclave");
    const ChartEncoderSizes sizes = readChartEncoderSizes(keys, 1e-6F);
    QVERIFY(keys.ok());
    auto encoder = ChartEncoder::create(*cpu, weights, sizes);
    QVERIFY(encoder.ok());
    Ops ops(*queue, Precision::kFloat);
    const auto taps = (*encoder)->encode(ops, readImage(golden("tiny.image.png")), {});
    QVERIFY(taps.ok());
    std::vector<float> values;
    for (const kernels::Tensor &tap : *taps) {
        std::vector<float> part(static_cast<std::size_t>(tap.elements()));
        QVERIFY(cpu->download(std::as_writable_bytes(std::span(part)), tap).ok());
        values.insert(values.end(), part.begin(), part.end());
    }
    const double error = largestDifference(values, expected);
    qInfo("taps: %zu values, largest error %.2e", values.size(), error);
    QVERIFY2(error <= 1e-4, qPrintable(QString::number(error)));
}

void TestModelConclave::logitsWithPictureEqualPyTorch()
{
    QFETCH(QString, device);
    const QJsonObject json = readJson(golden("tiny.tokens.json"));
    const auto tokens = toInts(json["tokens"]);
    const std::vector<float> expected = readFloats(golden("tiny.logits.bin"));
    LOAD_OR_FAIL(loaded, golden("tiny.gguf"), device.toStdString(), Precision::kFloat);
    QVERIFY(loaded.model->info().readsCharts);
    const auto memory = loaded.model->encodeImage(readImage(golden("tiny.image.png")), {});
    QVERIFY(memory.ok());
    auto cache = loaded.cache(64);
    ExpertTelemetry telemetry;
    telemetry.keepChoices(true);
    const auto logits = forward(*loaded.model, *cache, tokens, static_cast<int>(tokens.size()), &telemetry, memory->get());
    const double error = largestDifference(logits, expected);
    qInfo("logits with picture: %zu values, largest error %.2e", logits.size(), error);
    QVERIFY2(error <= 1e-3, qPrintable(QString::number(error)));

    // Experts and how many of them: every branch of the gating occurs in this fixture.
    std::size_t at = 0;
    std::set<std::size_t> counts;
    for (const QJsonValue &layer : json["routing"].toArray()) {
        for (const QJsonValue &experts : layer.toObject()["experts"].toArray()) {
            QVERIFY(at < telemetry.choices().size());
            const ExpertTelemetry::Choice &choice = telemetry.choices()[at++];
            QCOMPARE(choice.layer, layer.toObject()["layer"].toInt());
            QCOMPARE(choice.experts, toInts(experts));
            counts.insert(choice.experts.size());
        }
    }
    QCOMPARE(at, telemetry.choices().size());
    QVERIFY(counts.size() >= 3);
}

void TestModelConclave::logitsWithoutPictureEqualPyTorch()
{
    QFETCH(QString, device);
    const auto tokens = toInts(readJson(golden("tiny.tokens.json"))["tokens"]);
    LOAD_OR_FAIL(loaded, golden("tiny.gguf"), device.toStdString(), Precision::kFloat);
    auto cache = loaded.cache(64);
    const auto logits = forward(*loaded.model, *cache, tokens, static_cast<int>(tokens.size()));
    const double error = largestDifference(logits, readFloats(golden("tiny.text_logits.bin")));
    qInfo("logits without picture: largest error %.2e", error);
    QVERIFY2(error <= 1e-3, qPrintable(QString::number(error)));
}

void TestModelConclave::tokenByTokenEqualsOneBatch()
{
    const auto tokens = toInts(readJson(golden("tiny.tokens.json"))["tokens"]);
    const std::vector<float> expected = readFloats(golden("tiny.logits.bin"));
    LOAD_OR_FAIL(loaded, golden("tiny.gguf"), "best", Precision::kFloat);
    const auto memory = loaded.model->encodeImage(readImage(golden("tiny.image.png")), {});
    auto cache = loaded.cache(64);
    std::vector<float> joined;
    for (const std::int32_t &token : tokens) {
        const auto row = forward(*loaded.model, *cache, std::span(&token, 1), 1, nullptr, memory->get());
        joined.insert(joined.end(), row.begin(), row.end());
    }
    QVERIFY(largestDifference(joined, expected) <= 1e-3);
}

void TestModelConclave::stoppedEncodingIsCancelled()
{
    LOAD_OR_FAIL(loaded, golden("tiny.gguf"), "best", Precision::kFloat);
    std::stop_source source;
    source.request_stop();
    const auto memory = loaded.model->encodeImage(readImage(golden("tiny.image.png")), source.get_token());
    QVERIFY(!memory.ok());
    QCOMPARE(memory.error().code, ErrorCode::kCancelled);
}

void TestModelConclave::imageCacheKeepsTheNewest()
{
    const auto device = makeDevice("best");
    const auto make = [&] { return std::make_shared<ImageMemory>(device->allocate(1000), std::vector<ImageMemory::LayerKv>{}, 1); };
    ImageCache cache(2500);
    cache.insert({1, 1}, make());
    cache.insert({2, 2}, make());
    QVERIFY(cache.find({1, 1}) != nullptr); // now newer than 2
    cache.insert({3, 3}, make());
    QCOMPARE(cache.count(), std::size_t{2});
    QVERIFY(cache.find({2, 2}) == nullptr);
    QVERIFY(cache.find({1, 1}) != nullptr && cache.find({3, 3}) != nullptr);
    ImageCache small(10);
    small.insert({1, 1}, make());
    QVERIFY(small.find({1, 1}) != nullptr); // the newest is kept even if it is too large
    small.insert({2, 2}, make());
    QCOMPARE(small.count(), std::size_t{1});
}

void TestModelConclave::imageKeysTellPicturesApart()
{
    const Image image = readImage(golden("tiny.image.png"));
    QVERIFY(imageKey(image) == imageKey(Image(image)));
    for (const std::size_t at : {std::size_t{0}, image.pixels.size() / 2, image.pixels.size() - 1}) {
        Image changed = image;
        changed.pixels[at] ^= 1;
        QVERIFY(!(imageKey(changed) == imageKey(image)));
    }
    const Image wide{4, 2, std::vector<std::uint8_t>(24, 7)};
    const Image tall{2, 4, std::vector<std::uint8_t>(24, 7)};
    QVERIFY(!(imageKey(wide) == imageKey(tall)));
}

/// Teacher forcing along PyTorch's own greedy answer: logits, experts, and that our greedy choice is the same at every step.
void TestModelConclave::shippedModelEqualsPyTorch()
{
    SKIP_ON_IMITATED_CARDS();
    QFETCH(int, index);
    QFETCH(QString, device);
    const QString path = QStringLiteral(CONCLAVE_SOURCE_DIR "/resources/models/conclave-chart.gguf");
    const QJsonObject row = QJsonDocument::fromJson(readFile(golden("shipped.json"))).array()[index].toObject();
    if (!QFile::exists(path) || row.isEmpty())
        QSKIP("resources/models/conclave-chart.gguf or its golden data is absent: the shipped model is NOT tested");
    const auto tokens = toInts(row["tokens"]);
    const auto positions = toInts(row["logit_positions"]);
    LOAD_OR_FAIL(loaded, path, device.toStdString(), Precision::kFloat);
    const auto memory = loaded.model->encodeImage(readImage(golden(row["image"].toString())), {});
    QVERIFY(memory.ok());
    auto cache = loaded.cache(static_cast<int>(tokens.size()));
    ExpertTelemetry telemetry;
    telemetry.keepChoices(true);
    const auto logits = forward(*loaded.model, *cache, tokens, static_cast<int>(tokens.size()), &telemetry, memory->get());
    const auto vocabulary = static_cast<std::size_t>(loaded.model->vocabularySize());
    const auto last = std::span(logits).subspan(static_cast<std::size_t>(positions.front()) * vocabulary);
    const double error = largestDifference(last, readFloats(golden(row["logits"].toString())));

    std::size_t wrong = 0;
    for (std::size_t t = 0; t + 1 < tokens.size(); ++t) {
        const auto scores = std::span(logits).subspan(t * vocabulary, vocabulary);
        const float best = *std::max_element(scores.begin(), scores.end());
        wrong += scores[static_cast<std::size_t>(tokens[t + 1])] < best - 1e-3F ? 1 : 0; // closer ones are ties
    }
    auto choices = telemetry.choices(); // a long answer goes through the layers in chunks
    std::stable_sort(choices.begin(), choices.end(), [](const auto &a, const auto &b) { return a.layer < b.layer; });
    std::size_t at = 0;
    std::size_t otherExperts = 0;
    for (const QJsonValue &layer : row["routing"].toArray()) {
        for (const QJsonValue &experts : layer.toObject()["experts"].toArray()) {
            QVERIFY(at < choices.size());
            const ExpertTelemetry::Choice &choice = choices[at++];
            otherExperts += choice.experts != toInts(experts) && choice.margin >= 1e-5F ? 1 : 0;
        }
    }
    qInfo("shipped model, picture %d: largest error %.2e, %zu of %zu greedy tokens differ, %zu of %zu routings", index, error, wrong,
          tokens.size() - 1, otherExperts, at);
    QCOMPARE(at, choices.size());
    QCOMPARE(wrong, std::size_t{0});
    QVERIFY2(error <= 1e-3, qPrintable(QString::number(error)));
    QCOMPARE(otherExperts, std::size_t{0});
}

void TestModelConclave::shippedModelEqualsPyTorch_data()
{
    QTest::addColumn<int>("index");
    QTest::addColumn<QString>("device");
    for (int i = 0; i < 3; ++i) {
        for (const char *device : modelDevices())
            if (QLatin1String(device) != QLatin1String("reference")) // minutes a picture
                QTest::addRow("picture %d, %s", i, device) << i << QString(device);
    }
}

QTEST_GUILESS_MAIN(TestModelConclave)
#include "test_model_conclave.moc"
