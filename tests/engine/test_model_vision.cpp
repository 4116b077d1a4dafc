#include "tests/engine/rewritten_model.h"
#include "tests/engine/vision_fixture.h"

#include <QObject>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;
using kernels::Precision;

namespace
{

/// Qwen3-VL with its tower.
struct SeeingModel
{
    std::unique_ptr<kernels::Device> device;
    std::unique_ptr<GgufFile> file;
    std::unique_ptr<GgufFile> projector;
    std::unique_ptr<Model> model;

    static SeeingModel open(const std::string &device, Precision precision = Precision::kFloat)
    {
        SeeingModel loaded;
        loaded.device = makeDevice(device);
        for (const auto &[name, target] : {std::pair{"model.gguf", &loaded.file}, std::pair{"mmproj.gguf", &loaded.projector}}) {
            auto opened = GgufFile::open(visionPath(name).toStdString());
            if (!opened)
                return loaded;
            *target = std::make_unique<GgufFile>(std::move(*opened));
        }
        ModelOptions options{precision, kernels::DType::kF32};
        options.projector = loaded.projector.get();
        auto model = loadModel(*loaded.file, *loaded.device, options);
        if (model)
            loaded.model = std::move(*model);
        else
            qWarning("%s", model.error().message.c_str());
        return loaded;
    }
};

} // namespace

/// Pictures in the sequence of Qwen3-VL: rows in place of embeddings, DeepStack, positions in three streams, against an independent engine.
class TestModelVision : public QObject
{
    Q_OBJECT

private slots:
    void logitsAfterAPicture_data() { pictures(); }
    void logitsAfterAPicture();
    void logitsAfterOurOwnRows_data();
    void logitsAfterOurOwnRows();
    void greedyAnswerAboutAPicture_data() { pictures(); }
    void greedyAnswerAboutAPicture();
    void picturesMayBeCutByPieces_data();
    void picturesMayBeCutByPieces();
    void picturesCrossChunks();
    void everyPartOfAPictureCounts();
    void rowsThatDoNotFitAreRefused();
    void withoutProjectorItReadsTextOnly();
    void projectorsOfOtherModelsAreRefused_data();
    void projectorsOfOtherModelsAreRefused();
    void denseModelsShareTheLayers();
    void cleanupTestCase();

private:
    static void pictures()
    {
        QTest::addColumn<QString>("picture");
        QTest::addColumn<QString>("device");
        for (const char *picture : {"image_128x96.png", "image_150x117.png"}) {
            for (const char *device : modelDevices())
                QTest::addRow("%s, %s", picture, device) << QString(picture) << QString(device);
        }
    }
    QMap<QString, QStringList> m_table;
};

/// With the reference's own rows, so that only the language model is compared.
void TestModelVision::logitsAfterAPicture()
{
    QFETCH(QString, picture);
    QFETCH(QString, device);
    const PictureReference reference = PictureReference::load(picture);
    SeeingModel seeing = SeeingModel::open(device.toStdString());
    QVERIFY(seeing.model);
    const PicturePrompt prompt(reference, memoryOf(reference, 3, *seeing.device));
    auto cache = seeing.model->createCache(128);
    const auto logits = prompt.forward(*seeing.model, **cache, prompt.size());
    QVERIFY(!logits.empty());
    const double error = largestDifference(prompt.textRows(logits), reference.logits);
    m_table[QTest::currentDataTag()] << relativeText(error, reference.logits);
    QVERIFY2(error < 1e-3, qPrintable(QString::number(error)));
}

void TestModelVision::logitsAfterOurOwnRows_data()
{
    QTest::addColumn<QString>("picture");
    QTest::addColumn<bool>("fast");
    for (const char *picture : {"image_128x96.png", "image_150x117.png"}) {
        QTest::addRow("%s, float", picture) << QString(picture) << false;
        QTest::addRow("%s, fast", picture) << QString(picture) << true;
    }
}

/// Our tower does not round pixels to 16 bits: rows differ by 8e-4, logits by no more than the reference engine's own two ways.
void TestModelVision::logitsAfterOurOwnRows()
{
    QFETCH(QString, picture);
    QFETCH(bool, fast);
    const PictureReference reference = PictureReference::load(picture);
    SeeingModel seeing = SeeingModel::open("best", fast ? Precision::kFast : Precision::kFloat);
    const auto image = seeing.model->encodeImage(readImage(visionPath(picture)), {});
    QVERIFY(image.ok());
    const PicturePrompt prompt(reference, *image);
    auto cache = seeing.model->createCache(128);
    const auto logits = prompt.forward(*seeing.model, **cache, prompt.size());
    QVERIFY(!logits.empty());
    const double error = largestDifference(prompt.textRows(logits), reference.logits);
    m_table[QTest::currentDataTag()] << relativeText(error, reference.logits);
    QVERIFY2(error < 3e-2, qPrintable(QString::number(error)));
}

void TestModelVision::greedyAnswerAboutAPicture()
{
    QFETCH(QString, picture);
    QFETCH(QString, device);
    const PictureReference reference = PictureReference::load(picture);
    SeeingModel seeing = SeeingModel::open(device.toStdString());
    const PicturePrompt prompt(reference, memoryOf(reference, 3, *seeing.device));
    auto cache = seeing.model->createCache(128);
    std::vector<float> logits = prompt.forward(*seeing.model, **cache, prompt.size());
    QVERIFY(!logits.empty());
    const std::size_t vocabulary = logits.size() / prompt.size();
    logits.erase(logits.begin(), logits.end() - static_cast<std::ptrdiff_t>(vocabulary));
    QCOMPARE(reference.greedy.size(), std::size_t{24});
    for (std::size_t step = 0; step < reference.greedy.size(); ++step) {
        const auto expected = std::span(reference.greedyLogits).subspan(step * vocabulary, vocabulary);
        const double error = largestDifference(logits, expected);
        QVERIFY2(error < 1e-3, qPrintable(QString("step %1: largest error %2").arg(step).arg(error)));
        const auto best = static_cast<std::int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
        QCOMPARE(best, reference.greedy[step].id); // every margin is above 1e-2
        const std::int32_t position = reference.next + static_cast<std::int32_t>(step);
        const std::int32_t positions[3] = {position, position, position};
        Batch batch;
        batch.tokens = std::span(&best, 1);
        batch.cache = cache->get();
        batch.gridPositions = positions;
        const auto next = seeing.model->forward(batch);
        QVERIFY(next.ok());
        logits.assign(next->begin(), next->end());
    }
    m_table[QTest::currentDataTag()] << "24/24";
}

void TestModelVision::picturesMayBeCutByPieces_data()
{
    QTest::addColumn<int>("tokens");
    for (const int tokens : {1, 5, 10, 18})
        QTest::addRow("%d tokens at once", tokens) << tokens;
}

void TestModelVision::picturesMayBeCutByPieces()
{
    QFETCH(int, tokens);
    const PictureReference reference = PictureReference::load("image_150x117.png");
    SeeingModel seeing = SeeingModel::open("best");
    const PicturePrompt prompt(reference, memoryOf(reference, 3, *seeing.device));
    auto cache = seeing.model->createCache(128);
    const auto logits = prompt.forward(*seeing.model, **cache, static_cast<std::size_t>(tokens));
    QVERIFY(!logits.empty());
    const double error = largestDifference(prompt.textRows(logits), reference.logits);
    QVERIFY2(error < 1e-3, qPrintable(QString::number(error)));
}

/// A picture across the decoder's chunks of 512 tokens gives what the same tokens give in pieces.
void TestModelVision::picturesCrossChunks()
{
    const PictureReference reference = PictureReference::load("image_150x117.png");
    PictureReference longer = reference;
    longer.before.clear();
    longer.positions.clear();
    for (int i = 0; i < 500; ++i)
        longer.before.push_back(i % 256);
    const auto before = static_cast<std::int32_t>(longer.before.size());
    for (int stream = 0; stream < 3; ++stream) {
        for (std::int32_t i = 0; i < before; ++i)
            longer.positions.push_back(i);
        const auto tail = std::span(reference.positions)
                              .subspan(static_cast<std::size_t>(stream) * reference.tokens() + reference.before.size(),
                                       reference.tokens() - reference.before.size());
        for (const std::int32_t position : tail)
            longer.positions.push_back(position - static_cast<std::int32_t>(reference.before.size()) + before);
    }
    SeeingModel seeing = SeeingModel::open("best");
    const PicturePrompt prompt(longer, memoryOf(reference, 3, *seeing.device));
    auto whole = seeing.model->createCache(1024);
    auto pieces = seeing.model->createCache(1024);
    const double error =
        largestDifference(prompt.forward(*seeing.model, **whole, prompt.size()), prompt.forward(*seeing.model, **pieces, 125));
    QVERIFY2(error < 5e-4, qPrintable(QString::number(error)));
}

/// Rows, both DeepStack levels and the positions each change the answer: a test that ignores one of them could not fail.
void TestModelVision::everyPartOfAPictureCounts()
{
    const PictureReference reference = PictureReference::load("image_128x96.png");
    SeeingModel seeing = SeeingModel::open("best");
    const auto errorOf = [&](const PictureReference &changed) {
        const PicturePrompt prompt(changed, memoryOf(changed, 3, *seeing.device));
        auto cache = seeing.model->createCache(128);
        return largestDifference(prompt.textRows(prompt.forward(*seeing.model, **cache, prompt.size())), reference.logits);
    };
    for (std::size_t level = 0; level < 3; ++level) {
        PictureReference changed = reference;
        for (std::size_t t = 0; t < 12; ++t)
            std::fill_n(changed.embeddings.begin() + static_cast<std::ptrdiff_t>(t * 768 + level * 256), 256, 0.0F);
        QVERIFY(errorOf(changed) > 0.1);
    }
    for (std::size_t stream = 0; stream < 3; ++stream) {
        PictureReference changed = reference;
        for (std::size_t t = 6; t < 18; ++t)
            changed.positions[stream * reference.tokens() + t] = 6;
        if (stream > 0)
            QVERIFY(errorOf(changed) > 0.1);
        else
            QVERIFY(errorOf(changed) < 1e-3); // they share the time
    }
}

void TestModelVision::rowsThatDoNotFitAreRefused()
{
    const PictureReference reference = PictureReference::load("image_128x96.png");
    SeeingModel seeing = SeeingModel::open("best");
    const auto image = memoryOf(reference, 3, *seeing.device);
    auto cache = seeing.model->createCache(64);
    const std::vector<std::int32_t> tokens(12, kImagePad);
    const auto tryRows = [&](std::vector<ImageRows> rows, std::vector<std::int32_t> positions = {}) {
        Batch batch;
        batch.tokens = tokens;
        batch.cache = cache->get();
        batch.imageRows = rows;
        batch.gridPositions = positions;
        const auto result = seeing.model->forward(batch);
        (*cache)->truncate(0);
        return result.ok() ? ErrorCode::kWriteFailed : result.error().code;
    };
    QCOMPARE(tryRows({{image.get(), 0, 0, 12}}), ErrorCode::kWriteFailed); // fits
    QCOMPARE(tryRows({{image.get(), 0, 0, 6}, {image.get(), 0, 6, 6}}), ErrorCode::kWriteFailed);
    QCOMPARE(tryRows({{nullptr, 0, 0, 12}}), ErrorCode::kInvalidRequest);
    QCOMPARE(tryRows({{image.get(), 1, 0, 12}}), ErrorCode::kInvalidRequest);
    QCOMPARE(tryRows({{image.get(), -1, 0, 2}}), ErrorCode::kInvalidRequest);
    QCOMPARE(tryRows({{image.get(), 0, 1, 12}}), ErrorCode::kInvalidRequest);
    QCOMPARE(tryRows({{image.get(), 0, 0, 0}}), ErrorCode::kInvalidRequest);
    QCOMPARE(tryRows({{image.get(), 0, 0, 6}, {image.get(), 0, 5, 6}}), ErrorCode::kInvalidRequest);
    QCOMPARE(tryRows({}, std::vector<std::int32_t>(12, 0)), ErrorCode::kInvalidRequest);
}

void TestModelVision::withoutProjectorItReadsTextOnly()
{
    LOAD_OR_FAIL(loaded, visionPath("model.gguf"), "best", Precision::kFloat);
    QVERIFY(!loaded.model->info().readsImages);
    const Image image{2, 2, std::vector<std::uint8_t>(12)};
    const auto encoded = loaded.model->encodeImage(image, {});
    QVERIFY(!encoded.ok());
    QCOMPARE(encoded.error().code, ErrorCode::kInvalidRequest);
    QVERIFY(encoded.error().message.find("mmproj") != std::string::npos);
    QVERIFY(!loaded.model->imageGrid(image).ok());
    SeeingModel seeing = SeeingModel::open("best");
    QVERIFY(seeing.model->info().readsImages);
    QCOMPARE(*seeing.model->imageGrid({128, 96, std::vector<std::uint8_t>(std::size_t{128 * 96 * 3})}), (ImageGrid{4, 3}));
    QCOMPARE(*seeing.model->imageGrid({128, 96, {}}), (ImageGrid{4, 3})); // the size decides, pixels need not be there
    QCOMPARE(seeing.model->imageGrid({0, 96, {}}).error().code, ErrorCode::kBadImage);
    const auto withoutPixels = seeing.model->encodeImage({128, 96, {}}, {});
    QVERIFY(!withoutPixels.ok());
    QCOMPARE(withoutPixels.error().code, ErrorCode::kBadImage);
}

void TestModelVision::projectorsOfOtherModelsAreRefused_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("says");
    QTest::newRow("another type") << "type"
                                  << "of the type \"ldp\"";
    QTest::newRow("another width") << "width"
                                   << "belongs to another model";
    QTest::newRow("other levels") << "levels"
                                  << "has 2 rows for each token, not 3";
    QTest::newRow("a model instead") << "model"
                                     << "is no projector";
    QTest::newRow("for a model without") << "text model"
                                         << "has no use for a projector";
}

void TestModelVision::projectorsOfOtherModelsAreRefused()
{
    QFETCH(QString, key);
    QFETCH(QString, says);
    const auto device = makeDevice("best");
    auto model =
        GgufFile::open(key == "text model" ? dataPath("models/qwen3moe/model.gguf").toStdString() : visionPath("model.gguf").toStdString());
    auto projector = GgufFile::open(visionPath("mmproj.gguf").toStdString());
    RewrittenModel changed = RewrittenModel::of(*projector, projectorNames());
    if (key == "type")
        changed.keys["clip.projector_type"] = std::string("ldp");
    if (key == "width")
        changed.keys["clip.vision.projection_dim"] = std::int32_t{512};
    if (key == "levels") {
        changed.keys["clip.vision.is_deepstack_layers"] = std::vector<std::int32_t>{0, 1, 0};
        std::erase_if(changed.tensors, [](const auto &part) { return part.name.starts_with("v.deepstack.0."); });
    }
    const std::string bytes = changed.bytes();
    auto parsed = key == "model" ? GgufFile::open(visionPath("model.gguf").toStdString())
                                 : GgufFile::parse(std::as_bytes(std::span(bytes)), "other.gguf");
    QVERIFY(parsed.ok());
    ModelOptions options;
    options.projector = &*parsed;
    const auto loaded = loadModel(*model, *device, options);
    QVERIFY(!loaded.ok());
    QVERIFY2(QString::fromStdString(loaded.error().message).contains(says), loaded.error().message.c_str());
}

/// qwen3vl is qwen3vlmoe with one expert that is always chosen: with such a router both give the same logits.
void TestModelVision::denseModelsShareTheLayers()
{
    auto file = GgufFile::open(visionPath("model.gguf").toStdString());
    RewrittenModel sparse = RewrittenModel::of(*file, metadataNames("qwen3vlmoe"));
    RewrittenModel dense;
    for (const auto &[key, value] : sparse.keys) {
        if (key.find("expert") == std::string::npos)
            dense.keys[key.starts_with("qwen3vlmoe.") ? "qwen3vl." + key.substr(11) : key] = value;
    }
    dense.keys["general.architecture"] = std::string("qwen3vl");
    dense.keys["qwen3vl.feed_forward_length"] = std::int32_t{32};
    sparse.keys["qwen3vlmoe.expert_count"] = std::int32_t{1};
    sparse.keys["qwen3vlmoe.expert_used_count"] = std::int32_t{1};
    for (RewrittenModel::Part part : sparse.tensors) {
        const auto experts = part.name.find("_exps");
        if (part.name.find("ffn_gate_inp") != std::string::npos)
            continue;
        if (experts != std::string::npos) {
            part.name.erase(experts, 5);
            part.setShape({part.shape[1], part.shape[2]});
        }
        dense.tensors.push_back(std::move(part));
    }
    for (RewrittenModel::Part &part : sparse.tensors) {
        if (part.name.find("_exps") != std::string::npos)
            part.setShape({1, part.shape[1], part.shape[2]});
        if (part.name.find("ffn_gate_inp") != std::string::npos)
            part.setShape({1, part.shape[1]});
    }
    const PictureReference reference = PictureReference::load("image_128x96.png");
    const auto device = makeDevice("best");
    auto projector = GgufFile::open(visionPath("mmproj.gguf").toStdString());
    std::vector<float> logits[2];
    for (int i = 0; i < 2; ++i) {
        const std::string bytes = i == 0 ? dense.bytes() : sparse.bytes();
        const auto parsed = GgufFile::parse(std::as_bytes(std::span(bytes)), "made.gguf");
        QVERIFY(parsed.ok());
        ModelOptions options{Precision::kFloat, kernels::DType::kF32};
        options.projector = &*projector;
        const auto model = loadModel(*parsed, *device, options);
        QVERIFY2(model.ok(), model.ok() ? "" : model.error().message.c_str());
        QCOMPARE((*model)->info().experts, i);
        const PicturePrompt prompt(reference, memoryOf(reference, 3, *device));
        auto cache = (*model)->createCache(128);
        logits[i] = prompt.forward(**model, **cache, prompt.size());
    }
    const double error = largestDifference(logits[0], logits[1]);
    QVERIFY2(error < 1e-4, qPrintable(QString::number(error)));
}

void TestModelVision::cleanupTestCase()
{
    reportParity("vision", "qwen3vlmoe after a picture, device: largest relative error | greedy tokens", m_table);
}

QTEST_GUILESS_MAIN(TestModelVision)
#include "test_model_vision.moc"
