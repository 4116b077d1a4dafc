#include "engine/api/engine.h"
#include "engine/forecast/card_share.h"
#include "engine/forecast/weight_speed.h"
#include "kernels/split/split_device.h"
#include "tests/engine/card_fixture.h"

#include <QObject>
#include <QProcess>
#include <QTemporaryDir>

#include <array>
#include <cstdio>
#include <sstream>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;

namespace
{

constexpr double kTolerance = 1e-3; // as in test_model: logits of std 2.5, float32 noise is below 1e-4

QString modelPath(const QString &relative)
{
    return dataPath("models/" + relative);
}

/// A model that is divided, with all it stands on, in the order in which it must die.
struct Divided
{
    std::unique_ptr<GgufFile> file;
    std::unique_ptr<kernels::SplitDevice> device;
    std::unique_ptr<Model> model;
    Error error;

    Divided(const QString &path, CardShare share, std::unique_ptr<kernels::Device> card)
    {
        auto opened = GgufFile::open(path.toStdString());
        if (!opened) {
            error = opened.takeError();
            return;
        }
        file = std::make_unique<GgufFile>(std::move(*opened));
        const ModelBytes bytes = modelBytes(*file, *describeFile(*file));
        const auto layers = static_cast<int>(bytes.layers.size());
        share.layers = std::min(share.layers, layers);
        share.expertLayers = std::min(share.expertLayers, expertLayers(bytes));
        device = std::make_unique<kernels::SplitDevice>(std::move(card), makeDevice("best"), cardStretches(*file, bytes, share));
        auto loaded = loadModel(*file, *device, {kernels::Precision::kFloat, kernels::DType::kF32});
        if (loaded)
            model = std::move(*loaded);
        else
            error = loaded.takeError();
    }
};

/// Logits of the last `rows` tokens, computed in pieces as answers are: most of the prompt, then token by token.
std::vector<float> logitsInPieces(Model &model, KvCache &cache, std::span<const std::int32_t> tokens, std::size_t rows)
{
    const std::size_t first = tokens.size() - rows;
    std::vector<float> all;
    if (first > 0 && forward(model, cache, tokens.first(first), 1).empty())
        return {};
    for (std::size_t i = first; i < tokens.size(); ++i) {
        const auto logits = forward(model, cache, tokens.subspan(i, 1), 1);
        all.insert(all.end(), logits.begin(), logits.end());
    }
    return all;
}

/// Eight layers of 100 and 900 bytes of experts, 50 of output, 10,000 in the file.
ModelBytes eightLayers(bool experts)
{
    ModelBytes bytes;
    bytes.layers.assign(8, {experts ? 900U : 0U, 100U});
    bytes.layers.front().experts = 0; // as in many families
    bytes.output = 50;
    bytes.all = 10'000;
    bytes.expertsUsed = 0.1;
    return bytes;
}

/// What an answer says, and what happens when its n-th piece is heard.
struct Heard
{
    std::string text;
    int pieces = 0;
    int prompts = 0;
    std::function<void(const Heard &)> then = {};

    EventSink sink()
    {
        return [this](const Event &event) {
            prompts += std::holds_alternative<PrefillProgress>(event) ? 1 : 0;
            if (const auto *piece = std::get_if<TextPiece>(&event)) {
                text += piece->text;
                ++pieces;
            }
            if (then)
                then(*this);
        };
    }
};

std::unique_ptr<Session> sessionOf(Engine &engine)
{
    auto made = engine.createSession();
    return made ? std::move(*made) : nullptr;
}

/// Asks; why there is no answer, empty when there is.
std::string failureOf(Session &session, const GenerationRequest &request, Heard &heard)
{
    const auto end = session.generate(request, heard.sink(), {});
    return end ? std::string() : end.error().message + " | " + end.error().context;
}

/// The Vulkan plugin plays a card in trouble as long as it lives.
class Trouble
{
public:
    ~Trouble() { qunsetenv("CONCLAVE_VULKAN_TROUBLE"); }
    void begin(const char *kind) const { qputenv("CONCLAVE_VULKAN_TROUBLE", kind); }
};

constexpr auto kDense = "llama/model.gguf";
constexpr auto kExperts = "qwen2moe/model.gguf";

} // namespace

#define ENGINE(name, file, options)                                                                                                        \
    auto name##Opened = openEngine(modelPath(file).toStdString(), options);                                                                \
    QVERIFY2(name##Opened.ok(), name##Opened ? "" : name##Opened.error().message.c_str());                                                 \
    Engine &name = **name##Opened

/// Models divided between a card and the processor, and cards that fail.
class TestPlacement : public QObject
{
    Q_OBJECT

private slots:
    void planGivesTheCardWhatFits_data();
    void planGivesTheCardWhatFits();
    void expectedSpeedFollowsTheBytes();
    void weightSpeedIsMeasured();
    void dividedModelsEqualTheReference_data();
    void dividedModelsEqualTheReference();
    void dividedContextsForkAndAreSaved();
    void whatTheCardHasNoRoomForIsComputedOnTheHost();
    void engineTellsWhereTheModelLies_data();
    void engineTellsWhereTheModelLies();
    void aCardTooSmallIsLeftAlone();
    void anOldDriverLeavesItToTheProcessor_data();
    void anOldDriverLeavesItToTheProcessor();
    void twoProcessesShareACard();
    void aFullCardAtLoadingGetsTheProcessor();
    void aCardFullInThePromptGoesOnOnTheProcessor();
    void otherConversationsMakeRoomOnAFullCard();
    void aCardLostInAnAnswerEndsItAndTheNextIsComputed_data();
    void aCardLostInAnAnswerEndsItAndTheNextIsComputed();
    void aCardLostInABatchEndsItsAnswersAlone();
    void compiledKernelsAreKept();
};

void TestPlacement::planGivesTheCardWhatFits_data()
{
    QTest::addColumn<bool>("experts");
    QTest::addColumn<qulonglong>("budget");
    QTest::addColumn<int>("most");
    QTest::addColumn<int>("layers");
    QTest::addColumn<int>("expertLayers");
    QTest::addColumn<bool>("output");
    QTest::addColumn<bool>("whole");
    // Each layer takes 100 and 11 of context, working memory 30, the output 50.
    QTest::newRow("nothing") << true << qulonglong(100) << -1 << 0 << 0 << false << false;
    QTest::newRow("one layer behind the output") << true << qulonglong(191) << -1 << 1 << 0 << true << false;
    QTest::newRow("one byte less") << true << qulonglong(190) << -1 << 0 << 0 << false << false;
    QTest::newRow("all but experts") << true << qulonglong(80 + 8 * 111) << -1 << 8 << 0 << true << false;
    QTest::newRow("experts of one layer") << true << qulonglong(80 + 8 * 111 + 900) << -1 << 8 << 1 << true << false;
    QTest::newRow("experts of two and a half") << true << qulonglong(80 + 8 * 111 + 2300) << -1 << 8 << 2 << true << false;
    QTest::newRow("everything in pieces") << true << qulonglong(80 + 8 * 111 + 6300) << -1 << 8 << 7 << true << false;
    QTest::newRow("the whole model") << true << qulonglong(10'000 + 80 + 40 + 30) << -1 << 8 << 7 << true << true;
    QTest::newRow("no more than asked for") << true << qulonglong(1'000'000) << 3 << 3 << 3 << true << false;
    QTest::newRow("asked for, but not what fits") << true << qulonglong(500) << 6 << 3 << 0 << true << false;
    QTest::newRow("none asked for") << true << qulonglong(1'000'000) << 0 << 0 << 0 << false << false;
    QTest::newRow("a dense model") << false << qulonglong(80 + 5 * 111) << -1 << 5 << 0 << true << false;
}

void TestPlacement::planGivesTheCardWhatFits()
{
    QFETCH(bool, experts);
    QFETCH(qulonglong, budget);
    QFETCH(int, most);
    const ModelBytes bytes = eightLayers(experts);
    const CardShare share = planCard(bytes, {budget, 80, 30, 0}, most);
    QTEST(share.layers, "layers");
    QTEST(share.expertLayers, "expertLayers");
    QTEST(share.output, "output");
    QTEST(share.whole, "whole");
    QVERIFY(share.bytes <= budget);
}

void TestPlacement::expectedSpeedFollowsTheBytes()
{
    const ModelBytes bytes = eightLayers(true); // a token reads 850 of all layers and the output, and 90 of the experts of seven
    CardShare share{8, 0, true, false, 0};
    QVERIFY(std::abs(splitDecodeRate(bytes, share, {1e6, 1e3}) - 1 / (850.0 / 1e6 + 630.0 / 1e3)) < 1e-6);
    share = {2, 2, false, false, 0};
    QVERIFY(std::abs(splitDecodeRate(bytes, share, {1e6, 1e3}) - 1 / (380.0 / 1e6 + 1100.0 / 1e3)) < 1e-6);
    QCOMPARE(splitDecodeRate(bytes, share, {1e6, 0}), 0.0);
    // A third of the experts of five layers, 90 each, is in memory.
    const double onDisk = splitDecodeRate(bytes, share, {1e6, 1e3, 1.0 / 3, {500, 0.01}});
    QVERIFY(std::abs(onDisk - 1 / (380.0 / 1e6 + 1100.0 / 1e3 + 300.0 / 500 + 5 * 0.01)) < 1e-6);
    QCOMPARE(splitDecodeRate(bytes, share, {1e6, 1e3, 1.0 / 3}), 0.0);
}

void TestPlacement::weightSpeedIsMeasured()
{
    const auto device = makeDevice("best");
    QVERIFY(weightSpeed(*device, kernels::DType::kQ8_0) > 1e7);
    SmallCard none(1000);
    QCOMPARE(weightSpeed(none, kernels::DType::kQ8_0), 0.0);
}

void TestPlacement::dividedModelsEqualTheReference_data()
{
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("card");
    QTest::addColumn<int>("layers");
    QTest::addColumn<int>("expertLayers");
    QTest::addColumn<bool>("output");
    struct Family
    {
        const char *folder;
        bool vulkan;
    };
    // Dense; experts with a shared one; latent attention; states; layers that share keys and have embeddings; sinks and windows; streams.
    constexpr Family kFamilies[] = {{"llama", true},      {"qwen2moe", true}, {"deepseek2_v3", true}, {"qwen35moe", true},
                                    {"gemma4moe", false}, {"gptoss", false},  {"deepseek4", true}};
    for (const Family &family : kFamilies) {
        for (const int layers : {0, 1, 2, 99}) {
            QTest::addRow("%s, %d layers", family.folder, layers) << family.folder << "best" << layers << 0 << (layers == 2);
            if (layers > 0)
                QTest::addRow("%s, %d layers and their experts", family.folder, layers) << family.folder << "best" << layers << 99 << true;
        }
        if (hasVulkan() && family.vulkan) {
            QTest::addRow("%s, 1 layer, Vulkan", family.folder) << family.folder << "vulkan" << 1 << 0 << false;
            QTest::addRow("%s, all but experts, Vulkan", family.folder) << family.folder << "vulkan" << 99 << 0 << true;
        }
    }
}

void TestPlacement::dividedModelsEqualTheReference()
{
    QFETCH(QString, folder);
    QFETCH(QString, card);
    QFETCH(int, layers);
    QFETCH(int, expertLayers);
    QFETCH(bool, output);
    const Reference reference = Reference::load(modelPath(folder + u'/'), "short");
    Divided divided(modelPath(folder + "/model.gguf"), {layers, std::min(layers, expertLayers), output, false, 0},
                    makeDevice(card.toStdString()));
    QVERIFY2(divided.model, divided.error.message.c_str());
    auto cache = divided.model->createCache(128);
    QVERIFY(cache);
    const auto rows = reference.positions.size();
    const auto logits = forward(*divided.model, **cache, reference.tokens, static_cast<int>(rows));
    QVERIFY2(largestDifference(logits, reference.exact) <= kTolerance,
             qPrintable(QString::number(largestDifference(logits, reference.exact))));
    (*cache)->truncate(0);
    const auto pieces = logitsInPieces(*divided.model, **cache, reference.tokens, rows);
    QVERIFY2(largestDifference(pieces, logits) <= kTolerance, qPrintable(QString::number(largestDifference(pieces, logits))));
    QCOMPARE(divided.device->spills(), std::uint64_t{0});
}

/// Contexts lie on both sides: they grow, are shared and are written to a file all the same.
void TestPlacement::dividedContextsForkAndAreSaved()
{
    const Reference reference = Reference::load(modelPath("llama/"), "long");
    Divided divided(modelPath(kDense), {1, 0, true, false, 0}, makeDevice("best"));
    QVERIFY2(divided.model, divided.error.message.c_str());
    const std::span<const std::int32_t> tokens = reference.tokens;
    auto cache = divided.model->createCache(1024);
    std::vector<std::int32_t> longer;
    while (longer.size() < 600) // pages come by doubling, and move
        longer.insert(longer.end(), tokens.begin(), tokens.end());
    QVERIFY(!forward(*divided.model, **cache, longer, 1).empty());
    (*cache)->truncate(static_cast<int>(tokens.size()) - 1);
    const auto expected = reference.exact.size() / reference.positions.size();
    const std::span<const float> last = std::span(reference.exact).last(expected);
    QVERIFY(reference.positions.back() + 1 == static_cast<int>(tokens.size()));
    auto fork = (*cache)->fork((*cache)->length());
    QVERIFY(fork);
    std::stringstream saved;
    QVERIFY((*cache)->save(saved));
    auto read = divided.model->createCache(1024);
    QVERIFY((*read)->load(saved, (*cache)->length()));
    for (KvCache *one : {cache->get(), fork->get(), read->get()}) {
        const auto logits = forward(*divided.model, *one, tokens.last(1), 1);
        QVERIFY(largestDifference(logits, last) <= kTolerance);
    }
}

void TestPlacement::whatTheCardHasNoRoomForIsComputedOnTheHost()
{
    const Reference reference = Reference::load(modelPath("llama/"), "short");
    auto file = GgufFile::open(modelPath(kDense).toStdString());
    QVERIFY(file);
    const ModelBytes bytes = modelBytes(*file, *describeFile(*file));
    // Weights have room, and a little of what is computed.
    const std::uint64_t weights = bytes.output + bytes.layers[0].other * bytes.layers.size();
    for (const std::uint64_t more : {std::uint64_t{1} << 13, std::uint64_t{1} << 20}) {
        Divided divided(modelPath(kDense), {99, 0, true, false, 0}, std::make_unique<SmallCard>(weights + more));
        QVERIFY2(divided.model, divided.error.message.c_str());
        auto cache = divided.model->createCache(128);
        const auto logits = logitsInPieces(*divided.model, **cache, reference.tokens, reference.positions.size());
        QVERIFY(largestDifference(logits, reference.exact) <= kTolerance);
        QVERIFY(divided.device->spills() > 0);
    }
    Divided tooSmall(modelPath(kDense), {99, 0, true, false, 0}, std::make_unique<SmallCard>(weights / 2));
    QVERIFY(!tooSmall.model);
    QCOMPARE(tooSmall.error.code, ErrorCode::kOutOfMemory);
}

void TestPlacement::engineTellsWhereTheModelLies_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("layers");
    QTest::addColumn<bool>("limited"); ///< to what one layer takes
    QTest::newRow("one layer of a dense model") << kDense << 1 << false;
    QTest::newRow("all layers of a dense model") << kDense << -1 << false;
    QTest::newRow("memory for one layer of a dense model") << kDense << -1 << true;
    QTest::newRow("memory for one layer of an expert model") << kExperts << -1 << true;
}

void TestPlacement::engineTellsWhereTheModelLies()
{
    if (!hasVulkan())
        QSKIP("no Vulkan device on this machine");
    QFETCH(QString, file);
    QFETCH(int, layers);
    QFETCH(bool, limited);
    EngineOptions options = onVulkan(layers);
    std::vector<Placement> told;
    if (limited) {
        EngineOptions one = options;
        one.cardLayers = 1;
        ENGINE(least, file, one);
        QCOMPARE(least.placement().cardLayers, 1);
        options.cardBytes = least.placement().cardBytes();
    }
    options.placing = [&told](const Placement &placement) { told.push_back(placement); };
    ENGINE(card, file, options);
    QCOMPARE(told.size(), std::size_t{1});
    const Placement placement = card.placement();
    QCOMPARE(placement.cardLayers, told.front().cardLayers);
    QVERIFY(placement.cardLayers > 0 && placement.cardLayers <= placement.layers);
    QVERIFY(placement.decodeRate > 0);
    QCOMPARE(placement.whole, layers < 0 && !limited);
    QVERIFY(!limited || placement.cardBytes() <= options.cardBytes);
    QCOMPARE(card.deviceName().find("CPU") == std::string::npos, placement.whole);
    QCOMPARE(card.deviceNote(), std::string());

    EngineOptions alone = options;
    alone.device = "cpu";
    ENGINE(processor, file, alone);
    Heard expected;
    Heard heard;
    auto first = sessionOf(processor);
    auto second = sessionOf(card);
    QCOMPARE(QString::fromStdString(failureOf(*first, question("What is the highest bar?"), expected)), QString());
    QCOMPARE(QString::fromStdString(failureOf(*second, question("What is the highest bar?"), heard)), QString());
    QCOMPARE(heard.text, expected.text);
    QVERIFY(!heard.text.empty());
    QCOMPARE(card.deviceNote(), std::string()); // what was planned had room
}

void TestPlacement::aCardTooSmallIsLeftAlone()
{
    if (!hasVulkan())
        QSKIP("no Vulkan device on this machine");
    EngineOptions options = onVulkan();
    options.cardBytes = 20000;
    ENGINE(engine, kDense, options);
    QVERIFY2(engine.deviceNote().find("no room for a single layer") != std::string::npos, engine.deviceNote().c_str());
    QVERIFY(engine.placement().cards.empty());
    options = onVulkan(0);
    ENGINE(asked, kDense, options);
    QCOMPARE(asked.deviceNote(), std::string()); // as it was wanted
    QVERIFY(asked.placement().cards.empty());
}

void TestPlacement::anOldDriverLeavesItToTheProcessor_data()
{
    QTest::addColumn<QByteArray>("trouble");
    QTest::addColumn<QString>("lacks");
    QTest::newRow("of Vulkan 1.1") << QByteArray("old") << "lacks Vulkan 1.2";
    QTest::newRow("without buffer addresses") << QByteArray("poor") << "lacks buffer addresses";
}

void TestPlacement::anOldDriverLeavesItToTheProcessor()
{
    QFETCH(QByteArray, trouble);
    QFETCH(QString, lacks);
    if (!hasVulkan())
        QSKIP("no Vulkan device on this machine");
    const Trouble begun;
    begun.begin(trouble.constData());
    ENGINE(engine, kDense, onVulkan());
    QVERIFY(engine.placement().cards.empty());
    const QString note = QString::fromStdString(engine.deviceNote());
    QVERIFY2(note.startsWith("The processor computes, not \"vulkan\": ") && note.contains(lacks), qPrintable(note));
}

/// Each has its own queue and memory on the card, and both keep the driver's kernels in one folder.
void TestPlacement::twoProcessesShareACard()
{
    if (!hasVulkan())
        QSKIP("no Vulkan device on this machine");
    const QByteArray folder = qgetenv("CONCLAVE_TEST_SHARED_CACHE");
    if (!folder.isEmpty()) { // one of the two
        EngineOptions options = onVulkan();
        options.cardCache = folder.toStdString();
        ENGINE(engine, kExperts, options);
        QVERIFY2(engine.placement().whole, engine.deviceNote().c_str());
        Heard heard;
        auto session = sessionOf(engine);
        QCOMPARE(QString::fromStdString(failureOf(*session, question("What is the highest bar?"), heard)), QString());
        std::printf("answer: %s\n", QByteArray::fromStdString(heard.text).toHex().constData());
        return;
    }
    const QTemporaryDir shared;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("CONCLAVE_TEST_SHARED_CACHE"), shared.path());
    std::array<QProcess, 2> both;
    for (QProcess &one : both) {
        one.setProcessEnvironment(environment);
        one.start(QCoreApplication::applicationFilePath(), {QStringLiteral("twoProcessesShareACard")});
    }
    std::array<QByteArray, 2> answers;
    for (std::size_t i = 0; i < both.size(); ++i) {
        QVERIFY(both[i].waitForFinished(240000));
        const QByteArray said = both[i].readAllStandardOutput();
        QVERIFY2(both[i].exitStatus() == QProcess::NormalExit && both[i].exitCode() == 0, said.constData());
        const qsizetype at = said.indexOf("answer: ");
        QVERIFY2(at >= 0, said.constData());
        answers[i] = said.mid(at, said.indexOf('\n', at) - at);
    }
    QVERIFY(answers[0].size() > 20);
    QCOMPARE(answers[0], answers[1]);
    QCOMPARE(QDir(shared.path()).entryList(QDir::Files).size(), qsizetype{1}); // one whole file, nothing half written
}

void TestPlacement::aFullCardAtLoadingGetsTheProcessor()
{
    if (!hasVulkan())
        QSKIP("no Vulkan device on this machine");
    const Trouble trouble;
    trouble.begin("full");
    ENGINE(engine, kDense, onVulkan());
    QVERIFY(engine.placement().cards.empty());
    QVERIFY2(engine.deviceNote().starts_with("The processor computes, not \"vulkan\": "), engine.deviceNote().c_str());
    Heard heard;
    auto session = sessionOf(engine);
    QCOMPARE(QString::fromStdString(failureOf(*session, question("What is the highest bar?"), heard)), QString());
    QVERIFY(!heard.text.empty());
}

/// Nothing was said yet: the answer comes all the same.
void TestPlacement::aCardFullInThePromptGoesOnOnTheProcessor()
{
    if (!hasVulkan())
        QSKIP("no Vulkan device on this machine");
    ENGINE(engine, kExperts, onVulkan());
    QVERIFY(engine.placement().whole);
    EngineOptions alone = onVulkan();
    alone.device = "cpu";
    ENGINE(processor, kExperts, alone);
    const auto request = question("What is the highest bar, and which is the lowest of all that are to be seen in this picture?");
    Heard expected;
    auto first = sessionOf(processor);
    QCOMPARE(QString::fromStdString(failureOf(*first, request, expected)), QString());

    Heard heard;
    auto session = sessionOf(engine);
    const Trouble trouble;
    trouble.begin("full"); // so many tokens at once need more working memory than the two that were tried
    QCOMPARE(QString::fromStdString(failureOf(*session, request, heard)), QString());
    QCOMPARE(heard.text, expected.text);
    QVERIFY(engine.placement().cards.empty());
    QVERIFY2(engine.deviceNote().find("had no memory left") != std::string::npos, engine.deviceNote().c_str());
}

/// Eight pages are there at first, and each conversation takes one.
void TestPlacement::otherConversationsMakeRoomOnAFullCard()
{
    if (!hasVulkan())
        QSKIP("no Vulkan device on this machine");
    ENGINE(engine, kDense, onVulkan());
    const Trouble trouble;
    std::vector<std::unique_ptr<Session>> sessions;
    std::string text;
    for (int i = 0; i < 9; ++i) {
        Heard heard;
        GenerationRequest request = question(i == 8 ? "Hello, 0" : ("Hello, " + std::to_string(i)).c_str());
        request.maxTokens = 2;
        sessions.push_back(sessionOf(engine));
        QCOMPARE(QString::fromStdString(failureOf(*sessions.back(), request, heard)), QString());
        text = i == 0 ? heard.text : text;
        if (i == 8)
            QCOMPARE(heard.text, text);
        trouble.begin("full");
    }
    QVERIFY(engine.placement().whole); // the last one is on the card as well
}

void TestPlacement::aCardLostInAnAnswerEndsItAndTheNextIsComputed_data()
{
    QTest::addColumn<int>("layers");
    QTest::newRow("the whole model") << -1;
    QTest::newRow("one layer") << 1;
}

void TestPlacement::aCardLostInAnAnswerEndsItAndTheNextIsComputed()
{
    if (!hasVulkan())
        QSKIP("no Vulkan device on this machine");
    QFETCH(int, layers);
    ENGINE(engine, kDense, onVulkan(layers));
    const Trouble trouble;
    Heard heard;
    heard.then = [&](const Heard &now) {
        if (now.pieces == 3)
            trouble.begin("lost");
    };
    auto other = sessionOf(engine);
    Heard before;
    QCOMPARE(QString::fromStdString(failureOf(*other, question("Which is the lowest?"), before)), QString());
    auto session = sessionOf(engine);
    const auto broken = session->generate(question("What is the highest bar?"), heard.sink(), {});
    QVERIFY(!broken.ok());
    QCOMPARE(broken.error().code, ErrorCode::kDeviceFailure);
    QVERIFY2(broken.error().message.find("does not answer any more") != std::string::npos, broken.error().message.c_str());
    QVERIFY(heard.pieces >= 3);
    QVERIFY(engine.placement().cards.empty());
    QVERIFY(engine.deviceName().starts_with("CPU"));
    QVERIFY2(engine.deviceNote().find("failed") != std::string::npos, engine.deviceNote().c_str());

    Heard again;
    QCOMPARE(QString::fromStdString(failureOf(*session, question("What is the highest bar?"), again)), QString());
    QVERIFY(again.text.starts_with(heard.text));
    Heard after;
    QCOMPARE(QString::fromStdString(failureOf(*other, question("Which is the lowest?"), after)),
             QString()); // a conversation that was not asked when it happened
    QCOMPARE(after.text, before.text);
}

void TestPlacement::aCardLostInABatchEndsItsAnswersAlone()
{
    if (!hasVulkan())
        QSKIP("no Vulkan device on this machine");
    ENGINE(engine, kDense, onVulkan());
    auto made = engine.createBatch({.together = 2});
    QVERIFY(made);
    const auto batch = std::move(*made);
    const Trouble trouble;
    Heard heard;
    heard.then = [&](const Heard &now) {
        if (now.pieces == 2)
            trouble.begin("lost");
    };
    std::vector<bool> ended;
    for (const char *text : {"What is the highest bar?", "Which is the lowest?", "How many are there?"}) {
        BatchJob job;
        job.request = question(text);
        job.sink = heard.sink();
        job.ended = [&ended](Result<GenerationEnd> end) { ended.push_back(end.ok()); };
        batch->add(std::move(job));
    }
    while (batch->step()) {
    }
    QCOMPARE(ended, (std::vector<bool>{false, false, true})); // two that ran, one that waited
    QVERIFY(engine.placement().cards.empty());
}

void TestPlacement::compiledKernelsAreKept()
{
    if (!hasVulkan())
        QSKIP("no Vulkan device on this machine");
    const QTemporaryDir folder;
    const QDir kept(folder.filePath("kept/kernels"));
    const std::string path = kept.path().toStdString();
    const auto answer = [&path] { // a sum that one kernel makes; 0 when the device refuses
        const kernels::PluginLoader loader(QCoreApplication::applicationDirPath().toStdString(), {.cacheFolder = path.c_str()},
                                           {"conclave_vulkan"});
        std::string reason;
        const auto device = loader.createDevice(0, 0, reason);
        const auto memory = device ? device->allocate(64) : nullptr;
        const auto queue = device ? device->createQueue() : nullptr;
        if (!memory || !queue)
            return 0.0F;
        const auto tensor = kernels::Tensor::packed(kernels::DType::kF32, {1, 8}, memory.get());
        const auto twice = kernels::Tensor::packed(kernels::DType::kF32, {1, 8}, memory.get(), 32);
        std::vector<float> values(8, 1.5F);
        const bool done = device->upload(tensor, std::as_bytes(std::span(values))).ok() && queue->add({tensor, twice}).ok() &&
                          queue->add({tensor, twice}).ok() && queue->finish().ok() &&
                          device->download(std::as_writable_bytes(std::span(values)), twice).ok();
        return done ? values[7] : 0.0F;
    };
    QCOMPARE(answer(), 3.0F);
    QStringList files = kept.entryList(QDir::Files);
    QCOMPARE(files.size(), 1);
    QVERIFY(files.front().startsWith("vulkan-"));
    QFile file(kept.filePath(files.front()));
    QVERIFY(file.size() > 16);
    QCOMPARE(answer(), 3.0F);
    QVERIFY(file.open(QIODevice::ReadWrite)); // what a disk made of it is not given to the driver
    const QByteArray whole = file.readAll();
    QVERIFY(file.resize(whole.size() / 2));
    file.close();
    QCOMPARE(answer(), 3.0F);
    QVERIFY(QFileInfo(file).size() >= whole.size()); // written anew
    QCOMPARE(kept.entryList(QDir::Files).size(), 1);
}

QTEST_GUILESS_MAIN(TestPlacement)
#include "test_placement.moc"
