#include "engine/api/engine.h"
#include "engine/forecast/card_share.h"
#include "engine/moe/expert_store.h"
#include "kernels/split/split_device.h"
#include "tests/engine/card_fixture.h"
#include "tests/engine/rewritten_model.h"
#include "tests/engine/vision_fixture.h"

#include <QObject>
#include <QTemporaryDir>

#include <fstream>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;

namespace
{

constexpr double kTolerance = 1e-3; // as in test_placement

/// A card that notes how much of weights it was given.
class WeighedCard final : public kernels::Device
{
public:
    WeighedCard(std::unique_ptr<kernels::Device> device, std::uint64_t &bytes) : m_device(std::move(device)), m_bytes(bytes) {}

    const kernels::DeviceInfo &info() const override { return m_device->info(); }
    std::unique_ptr<kernels::Buffer> allocate(std::size_t bytes) override { return m_device->allocate(bytes); }
    std::unique_ptr<kernels::Buffer> importReadOnly(std::span<const std::byte> memory) override
    {
        m_bytes += memory.size();
        return m_device->importReadOnly(memory);
    }
    std::unique_ptr<kernels::Queue> createQueue() override { return m_device->createQueue(); }
    kernels::Status upload(const kernels::Tensor &to, std::span<const std::byte> from) override { return m_device->upload(to, from); }
    kernels::Status download(std::span<std::byte> to, const kernels::Tensor &from) override { return m_device->download(to, from); }

private:
    std::unique_ptr<kernels::Device> m_device;
    std::uint64_t &m_bytes;
};

/// The devices that play a card here.
void addCards()
{
    QTest::addColumn<QString>("card");
    QTest::newRow("a processor plays the card") << QStringLiteral("best");
    if (hasVulkan())
        QTest::newRow("Vulkan") << QStringLiteral("vulkan");
    else
        std::printf("NOT TESTED HERE: Vulkan: %s\n", vulkanPlugin().reports().front().reason.c_str());
}

/// A divided model that streams experts: memory has room for those of one token and `more`.
struct StreamingModel
{
    std::unique_ptr<GgufFile> file;
    std::unique_ptr<kernels::SplitDevice> device;
    std::unique_ptr<Model> model;
    Error error;

    StreamingModel(const QString &path, const QString &card, CardShare share, int more)
    {
        auto opened = GgufFile::open(path.toStdString());
        const auto footprint = modelFootprint(path.toStdString());
        if (!opened || !footprint) {
            error = opened ? footprint.error() : opened.takeError();
            return;
        }
        file = std::make_unique<GgufFile>(std::move(*opened));
        const ModelBytes bytes = modelBytes(*file, *describeFile(*file));
        share.layers = std::min(share.layers, static_cast<int>(bytes.layers.size()));
        device =
            std::make_unique<kernels::SplitDevice>(makeDevice(card.toStdString()), makeDevice("best"), cardStretches(*file, bytes, share));
        ModelOptions options{kernels::Precision::kFloat, kernels::DType::kF32};
        const std::uint64_t slot = footprint->slotBytes + 3 * 4096; // experts that do not begin in whole pages take one more
        options.streaming = ExpertStreaming{static_cast<std::uint64_t>(footprint->model.expertsUsed + more) * slot};
        auto loaded = loadModel(*file, *device, options);
        if (loaded)
            model = std::move(*loaded);
        else
            error = loaded.takeError();
    }
};

/// What is answered, or why nothing is.
std::string answerTo(Engine &engine, const GenerationRequest &request)
{
    auto session = engine.createSession();
    if (!session)
        return "no session";
    std::string text;
    const auto end = (*session)->generate(request,
                                          [&text](const Event &event) {
                                              if (const auto *piece = std::get_if<TextPiece>(&event))
                                                  text += piece->text;
                                          },
                                          {});
    return end ? text : end.error().message;
}

/// What a model makes of the fixture's smaller picture.
struct Seen
{
    std::vector<float> rows;
    std::vector<float> logits; ///< of a prompt with it; empty on failure

    static Seen by(Model &model, kernels::Device &device, const PictureReference &reference)
    {
        const auto image = model.encodeImage(readImage(visionPath("image_128x96.png")), {});
        const auto cache = model.createCache(128);
        if (!image || !cache)
            return {};
        const PicturePrompt prompt(reference, *image);
        return {rowsOf(**image, device), prompt.forward(model, **cache, prompt.size())};
    }
};

} // namespace

/// What a model that is divided between a card and the processor can do besides answering: see, and leave experts on the disk.
class TestDividedModels : public QObject
{
    Q_OBJECT

private slots:
    void whatSeesComesBeforeRoutedExperts();
    void picturesAreReadOnTheCard_data();
    void picturesAreReadOnTheCard();
    void aDividedModelTellsWhereItSees();
    void memoryHoldsWhatTheCardDoesNot();
    void expertsBesideACardComeFromDisk_data();
    void expertsBesideACardComeFromDisk();
    void aDiskThatFailsBesideACardIsToldOf();
    void anEngineStreamsBesideItsCard();
    void tooLittleMemoryBesideACardIsToldOf();
};

void TestDividedModels::whatSeesComesBeforeRoutedExperts()
{
    ModelBytes bytes;
    bytes.layers.assign(4, {900, 100});
    bytes.output = 50;
    bytes.vision = 30;
    bytes.all = 10'000;
    const CardNeeds needs{0, 80, 30, 200}; // a layer takes 100 and 21 of context, what sees 230
    const auto planned = [&](std::uint64_t budget, int most = -1) {
        CardNeeds with = needs;
        with.budget = budget;
        return planCard(bytes, with, most);
    };
    constexpr std::uint64_t kTokens = 80 + 4 * 121;
    QVERIFY(!planned(kTokens + 229).pictures);
    QCOMPARE(planned(kTokens + 229).layers, 4);
    const CardShare sees = planned(kTokens + 230 + 899);
    QVERIFY(sees.pictures && !sees.whole);
    QCOMPARE(sees.expertLayers, 0);
    QCOMPARE(sees.bytes, kTokens + 230);
    QCOMPARE(planned(kTokens + 230 + 900).expertLayers, 1);
    QVERIFY(!planned(kTokens - 1).pictures); // not all layers are there yet
    QVERIFY(planned(kTokens, 1).pictures);   // all that were asked for are
    QVERIFY(planned(20'000).whole && planned(20'000).pictures);
    bytes.vision = 0;
    QVERIFY(!planCard(bytes, {20'000, 80, 30, 0}, -1).pictures); // there is nothing that sees
}

void TestDividedModels::picturesAreReadOnTheCard_data()
{
    addCards();
}

void TestDividedModels::picturesAreReadOnTheCard()
{
    QFETCH(QString, card);
    auto file = GgufFile::open(visionPath("model.gguf").toStdString());
    auto projector = GgufFile::open(visionPath("mmproj.gguf").toStdString());
    QVERIFY(file.ok() && projector.ok());
    std::uint64_t tower = 0;
    for (const TensorInfo &tensor : projector->tensors())
        tower += tensor.data.size();
    const ModelBytes bytes = modelBytes(*file, *describeFile(*file));
    const PictureReference reference = PictureReference::load("image_128x96.png");
    ModelOptions options{kernels::Precision::kFloat, kernels::DType::kF32};
    options.projector = &*projector;
    const auto processor = makeDevice("best");
    const auto alone = loadModel(*file, *processor, options);
    QVERIFY(alone.ok());
    const Seen expected = Seen::by(**alone, *processor, reference);
    QVERIFY(!expected.logits.empty());
    for (const bool sees : {false, true}) {
        std::uint64_t weighed = 0;
        const CardShare share{1, 0, false, false, 0, sees};
        kernels::SplitDevice device(std::make_unique<WeighedCard>(makeDevice(card.toStdString()), weighed), makeDevice("best"),
                                    cardStretches(*file, bytes, share, &*projector));
        const auto model = loadModel(*file, device, options);
        QVERIFY2(model.ok(), model.ok() ? "" : model.error().message.c_str());
        QCOMPARE(weighed > tower, sees);
        const Seen seen = Seen::by(**model, device, reference);
        const double rows = largestDifference(seen.rows, expected.rows);
        const double logits = largestDifference(seen.logits, expected.logits);
        QVERIFY2(rows <= kTolerance && logits <= kTolerance, qPrintable(QString("%1, %2").arg(rows).arg(logits)));
        QCOMPARE(device.spills(), std::uint64_t{0});
    }
}

void TestDividedModels::aDividedModelTellsWhereItSees()
{
    if (!hasVulkan())
        QSKIP("no Vulkan device on this machine");
    const QTemporaryDir folder;
    const auto path = [&folder](const char *name) { return std::filesystem::path(folder.filePath(name).toStdString()); };
    auto original = GgufFile::open(visionPath("model.gguf").toStdString());
    RewrittenModel model = RewrittenModel::of(*original, metadataNames("qwen3vlmoe"));
    model.keys["tokenizer.chat_template"] =
        std::string("{% for m in messages %}{% if m.content is string %}{{ m.content }}{% else %}{% for part in m.content %}"
                    "{% if part.type == 'image' %}<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part.text }}{% endif %}"
                    "{% endfor %}{% endif %}{% endfor %}");
    const std::string bytes = model.bytes();
    std::ofstream(path("model.gguf"), std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    QVERIFY(QFile::copy(visionPath("mmproj.gguf"), folder.filePath("mmproj-F16.gguf")));

    EngineOptions options = onVulkan();
    OPEN(whole, path("model.gguf"), options);
    QVERIFY(whole.placement().whole && whole.placement().picturesOnCard);
    EngineOptions less = options;
    less.cardBytes = whole.placement().cardBytes() - 1;
    std::vector<Placement> told;
    less.placing = [&told](const Placement &placement) { told.push_back(placement); };
    OPEN(divided, path("model.gguf"), less);
    QCOMPARE(told.size(), std::size_t{1});
    QVERIFY(told.front().picturesOnCard && !told.front().whole);
    QVERIFY(divided.placement().cardBytes() <= less.cardBytes);
    EngineOptions alone = options;
    alone.device = "cpu";
    OPEN(processor, path("model.gguf"), alone);
    QVERIFY(!processor.placement().picturesOnCard);

    GenerationRequest request;
    request.messages.push_back(
        {Role::kUser, "What is to be seen?", {std::make_shared<const Image>(readImage(visionPath("image_128x96.png")))}});
    request.maxTokens = 8;
    request.sampling.temperature = 0;
    const std::string expected = answerTo(processor, request);
    QVERIFY(!expected.empty());
    QCOMPARE(answerTo(divided, request), expected);
}

void TestDividedModels::memoryHoldsWhatTheCardDoesNot()
{
    ModelBytes bytes;
    bytes.layers.assign(4, {900, 100});
    bytes.output = 50;
    const CardNeeds needs{0, 80, 30, 200};
    const OnCard part = onCard(bytes, {2, 1, true, false, 0, true}, needs, 150);
    QCOMPARE(part.weights, std::uint64_t{2 * 100 + 50 + 150});
    QCOMPARE(part.experts, std::uint64_t{900});
    QCOMPARE(part.context, std::uint64_t{40});
    bytes.tied = true; // the embedding stays in memory
    QCOMPARE(onCard(bytes, {2, 1, true, false, 0, false}, needs, 150).weights, std::uint64_t{200});

    ModelFootprint footprint;
    footprint.weightBytes = 450;
    footprint.expertBytes = 3600;
    footprint.workBytes = 100;
    QVERIFY(planMemory(footprint, 10, 3000).streams);
    QVERIFY(!planMemory(footprint, 10, 3000, {250, 900, 0}).streams);
    const MemoryPlan tight = planMemory(footprint, 10, 1200, {250, 900, 0});
    QVERIFY(tight.streams);
    QCOMPARE(tight.heldBytes, std::uint64_t{900});
    QCOMPARE(tight.expertBytes, std::uint64_t{2700});
}

void TestDividedModels::expertsBesideACardComeFromDisk_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("card");
    QTest::addColumn<int>("layers");
    QTest::addColumn<int>("expertLayers");
    for (const char *name : {"qwen3moe", "gptoss", "gemma4moe", "deepseek4"}) {
        for (const int layers : {1, 99}) {
            QTest::addRow("%s, %d layers", name, layers) << QString(name) << "best" << layers << 0;
            QTest::addRow("%s, %d layers and experts of one", name, layers) << QString(name) << "best" << layers << 1;
        }
    }
    if (!hasVulkan()) {
        std::printf("NOT TESTED HERE: Vulkan: %s\n", vulkanPlugin().reports().front().reason.c_str());
        return;
    }
    for (const char *name : {"qwen3moe", "deepseek4"})
        QTest::addRow("%s, all layers and experts of one, Vulkan", name) << QString(name) << "vulkan" << 99 << 1;
}

void TestDividedModels::expertsBesideACardComeFromDisk()
{
    QFETCH(QString, name);
    QFETCH(QString, card);
    QFETCH(int, layers);
    QFETCH(int, expertLayers);
    const QString path = dataPath("models/" + name + "/model.gguf");
    const Reference reference = Reference::load(dataPath("models/" + name + "/"), "short");
    StreamingModel divided(path, card, {layers, expertLayers, true, false, 0}, 1);
    QVERIFY2(divided.model, divided.error.message.c_str());
    const ExpertStore &experts = divided.model->experts();
    const int last = divided.model->info().layers - 1;
    QCOMPARE(experts.placeOf(last), expertLayers > 0 ? ExpertPlace::kDevice : ExpertPlace::kStreamed);
    const auto rows = static_cast<int>(reference.positions.size());
    const auto cache = divided.model->createCache(128);
    const double atOnce = largestDifference(forward(*divided.model, **cache, reference.tokens, rows), reference.exact);
    QVERIFY2(atOnce <= kTolerance, qPrintable(QString::number(atOnce)));
    (*cache)->truncate(0);
    std::vector<float> oneByOne;
    for (std::size_t i = 0; i < reference.tokens.size(); ++i) {
        const auto logits = forward(*divided.model, **cache, std::span(reference.tokens).subspan(i, 1), 1);
        if (i + static_cast<std::size_t>(rows) >= reference.tokens.size())
            oneByOne.insert(oneByOne.end(), logits.begin(), logits.end());
    }
    const double difference = largestDifference(oneByOne, reference.exact);
    QVERIFY2(difference <= kTolerance, qPrintable(QString::number(difference)));
    const ExpertTraffic traffic = experts.traffic();
    QVERIFY(traffic.called > 0 && traffic.found < traffic.called && traffic.bytesRead > 0);
    QCOMPARE(divided.device->spills(), std::uint64_t{0});
}

void TestDividedModels::aDiskThatFailsBesideACardIsToldOf()
{
    if (!hasVulkan())
        QSKIP("no Vulkan device on this machine: a processor that plays the card has no memory of its own, and computes from the mapping");
    const QTemporaryDir folder;
    const QString path = folder.filePath("model.gguf");
    const QByteArray whole = readFile(dataPath("models/qwen3moe/model.gguf"));
    const auto write = [&](const QByteArray &bytes) {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
    };
    QVERIFY(write(whole));
    const Reference reference = Reference::load(dataPath("models/qwen3moe/"), "short");
    const auto rows = static_cast<int>(reference.positions.size());
    StreamingModel divided(path, "vulkan", {99, 0, true, false, 0}, 1);
    QVERIFY2(divided.model, divided.error.message.c_str());
    const auto cache = divided.model->createCache(128);
    const auto expected = forward(*divided.model, **cache, reference.tokens, rows);
    QVERIFY(!expected.empty());

    QVERIFY(QFile::resize(path, whole.size() / 3)); // would end the process if anything were computed from the mapping
    (*cache)->truncate(0);
    Batch batch;
    batch.tokens = reference.tokens;
    batch.cache = cache->get();
    const auto failed = divided.model->forward(batch);
    QVERIFY(!failed.ok());
    QCOMPARE(failed.error().code, ErrorCode::kFileTruncated);
    QVERIFY(failed.error().message.find(path.toStdString()) != std::string::npos);
    QCOMPARE((*cache)->length(), 0);

    QVERIFY(write(whole)); // the disk is back
    QVERIFY(largestDifference(forward(*divided.model, **cache, reference.tokens, rows), expected) <= kTolerance);
}

void TestDividedModels::anEngineStreamsBesideItsCard()
{
    if (!hasVulkan())
        QSKIP("no Vulkan device on this machine");
    const auto path = dataPath("models/qwen2moe/model.gguf").toStdString();
    EngineOptions options = onVulkan();
    OPEN(whole, path, options);
    const auto footprint = modelFootprint(path, options);
    QVERIFY(footprint.ok());
    // The card has no room for experts, and memory, which keeps little of the layers, has room for one token's and two more.
    options.cardBytes = whole.placement().cardBytes() - footprint->expertBytes;
    OPEN(mapped, path, options);
    QVERIFY(!mapped.placement().streams && mapped.placement().cardExpertLayers == 0);
    auto file = GgufFile::open(path);
    QVERIFY(file.ok());
    const CardShare share{mapped.placement().cardLayers, 0, mapped.placement().outputOnCard, false, 0};
    const OnCard there = onCard(modelBytes(*file, *describeFile(*file)), share, {}, 0);
    options.memoryBytes = footprint->ownBytes(options.contextTokens) + footprint->weightBytes - there.weights +
                          static_cast<std::uint64_t>(footprint->model.expertsUsed + 2) * footprint->slotBytes;
    std::vector<Placement> told;
    options.placing = [&told](const Placement &placement) { told.push_back(placement); };
    OPEN(divided, path, options);
    QCOMPARE(told.size(), std::size_t{1});
    QVERIFY(told.front().streams && !told.front().cards.empty());
    QVERIFY(told.front().expertsHeld > 0 && told.front().expertsHeld < 1);
    QVERIFY(told.front().decodeRate > 0); // the disk was measured
    EngineOptions alone = onVulkan();
    alone.device = "cpu";
    OPEN(processor, path, alone);
    GenerationRequest request;
    request.messages.push_back({Role::kUser, "What is the highest bar?", {}});
    request.maxTokens = 12;
    request.sampling.temperature = 0;
    const std::string expected = answerTo(processor, request);
    QVERIFY(!expected.empty());
    QCOMPARE(answerTo(divided, request), expected);
}

void TestDividedModels::tooLittleMemoryBesideACardIsToldOf()
{
    if (!hasVulkan())
        QSKIP("no Vulkan device on this machine");
    const auto path = dataPath("models/qwen2moe/model.gguf").toStdString();
    EngineOptions options = onVulkan();
    options.cardLayers = 1;
    options.memoryBytes = 1000;
    const auto refused = openEngine(path, options);
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().code, ErrorCode::kOutOfMemory);
    QVERIFY2(refused.error().message.find("experts that one token needs") != std::string::npos, refused.error().message.c_str());
}

QTEST_GUILESS_MAIN(TestDividedModels)
#include "test_divided_models.moc"
