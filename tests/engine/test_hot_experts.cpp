#include "engine/api/engine.h"
#include "engine/forecast/hot_experts.h"
#include "engine/format/fingerprint.h"
#include "engine/moe/expert_cache.h"
#include "engine/moe/expert_snapshot.h"
#include "engine/moe/expert_store.h"
#include "kernels/split/split_device.h"
#include "tests/engine/card_fixture.h"

#include <QObject>
#include <QTemporaryDir>

#include <array>
#include <cstdio>
#include <numeric>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;

namespace
{

constexpr double kTolerance = 1e-3; // as in test_placement

QString pathOf(const QString &model)
{
    return dataPath("models/" + model + "/model.gguf");
}

/// Experts of every layer, by a rule.
ExpertSet chosenBy(const ModelBytes &bytes, bool (*rule)(int layer, int expert))
{
    ExpertSet out;
    for (int layer = 0; layer < static_cast<int>(bytes.layers.size()); ++layer) {
        for (int expert = 0; expert < (bytes.layers[static_cast<std::size_t>(layer)].experts > 0 ? bytes.experts : 0); ++expert) {
            if (rule(layer, expert))
                out.add(layer, expert);
        }
    }
    return out;
}

/// A divided model: all but experts on the card, and single experts. `room`: the others come from disk, with memory for so many more than
/// one token's.
struct HotModel
{
    std::unique_ptr<GgufFile> file;
    std::unique_ptr<kernels::SplitDevice> device;
    std::unique_ptr<Model> model;
    Error error;

    HotModel(const QString &path, std::unique_ptr<kernels::Device> card, bool (*rule)(int, int), std::optional<int> room = std::nullopt,
             int wholeLayers = 0)
    {
        auto opened = GgufFile::open(path.toStdString());
        const auto footprint = modelFootprint(path.toStdString());
        if (!opened || !footprint) {
            error = opened ? footprint.error() : opened.takeError();
            return;
        }
        file = std::make_unique<GgufFile>(std::move(*opened));
        const ModelBytes bytes = modelBytes(*file, *describeFile(*file));
        const CardShare share{static_cast<int>(bytes.layers.size()), wholeLayers, true, false, 0, false};
        device = std::make_unique<kernels::SplitDevice>(std::move(card), makeDevice("best"), cardStretches(*file, bytes, share));
        ModelOptions options{kernels::Precision::kFloat, kernels::DType::kF32};
        options.cardExperts = chosenBy(bytes, rule);
        if (room) {
            const std::uint64_t slot = footprint->slotBytes + 3 * 4096; // experts that do not begin in whole pages take one more
            options.streaming = ExpertStreaming{static_cast<std::uint64_t>(footprint->model.expertsUsed + *room) * slot};
        }
        auto loaded = loadModel(*file, *device, options);
        if (loaded)
            model = std::move(*loaded);
        else
            error = loaded.takeError();
    }
};

/// The second and every third expert; all of the last layers of most models here; a single one.
bool some(int, int expert)
{
    return expert % 3 == 1;
}
bool allOfOddLayers(int layer, int expert)
{
    return layer % 2 == 1 || expert == 0;
}
bool theFirst(int, int expert)
{
    return expert == 0;
}

struct Rule
{
    const char *name;
    bool (*rule)(int, int);
};
constexpr Rule kRules[] = {{"some", some}, {"all of odd layers", allOfOddLayers}, {"the first", theFirst}};

void addModels(std::initializer_list<const char *> onVulkan)
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("card");
    QTest::addColumn<int>("rule");
    // Softmax; with shared experts; sigmoid, groups and a shared one; biases; fused matrices and a router of its own; hashes.
    for (const char *name : {"qwen3moe", "qwen2moe", "deepseek2_v3", "gptoss", "gemma4moe", "deepseek4"}) {
        for (int rule = 0; rule < 3; ++rule)
            QTest::addRow("%s, %s", name, kRules[rule].name) << QString(name) << "best" << rule;
    }
    if (!hasVulkan()) {
        std::printf("NOT TESTED HERE: Vulkan: %s\n", vulkanPlugin().reports().front().reason.c_str());
        return;
    }
    for (const char *name : onVulkan) {
        for (const int rule : {0, 1})
            QTest::addRow("%s, %s, Vulkan", name, kRules[rule].name) << QString(name) << "vulkan" << rule;
    }
}

/// Four layers of four experts of 100 bytes, the first without; 10 bytes of anything else each.
ModelBytes fourLayers()
{
    ModelBytes bytes;
    bytes.layers.assign(4, {400, 10});
    bytes.layers.front().experts = 0;
    bytes.output = 10;
    bytes.all = 100'000;
    bytes.experts = 4;
    bytes.expertsUsed = 0.5;
    return bytes;
}

/// Two experts for each of 1000 tokens in each of the layers 1 to 3, so many tokens for each expert.
UsedExperts usedAs(std::array<int, 4> tokens)
{
    ExpertTelemetry telemetry;
    for (int layer = 1; layer < 4; ++layer) {
        std::vector<std::int32_t> all;
        for (std::int32_t expert = 0; expert < 4; ++expert)
            all.insert(all.end(), static_cast<std::size_t>(tokens[static_cast<std::size_t>(expert)]), expert);
        std::vector<std::int32_t> pairs; // of different ones, as far as there are
        for (std::size_t i = 0; i < all.size() / 2; ++i) {
            pairs.push_back(all[i]);
            pairs.push_back(all[i + all.size() / 2]);
        }
        telemetry.record(layer, 4, pairs, 2, std::vector<float>(pairs.size() / 2, 0.5F));
    }
    UsedExperts used;
    used.add(telemetry);
    return used;
}

/// What is answered, or why nothing is. `heard`: how many pieces there are so far.
std::string answerIn(Session &session, const std::function<void(int heard)> &piece = {})
{
    std::string text;
    int heard = 0;
    const auto end = session.generate(question("What is the highest bar?"),
                                      [&](const Event &event) {
                                          if (const auto *said = std::get_if<TextPiece>(&event)) {
                                              text += said->text;
                                              if (piece)
                                                  piece(++heard);
                                          }
                                      },
                                      {});
    return end ? text : end.error().message;
}

std::string answerTo(Engine &engine)
{
    auto session = engine.createSession();
    return session ? answerIn(**session) : "no session";
}

/// Memory of a card that has room for all but experts, and for this share of those of qwen2moe's two layers; 0 when that cannot be told.
std::uint64_t memoryFor(double experts, EngineOptions options)
{
    const auto path = pathOf("qwen2moe").toStdString();
    const auto footprint = modelFootprint(path, options);
    const auto whole = openEngine(path, options);
    if (!footprint || !whole || !(*whole)->placement().whole)
        return 0;
    options.cardBytes = (*whole)->placement().cardBytes() - 1;
    const auto pieces = openEngine(path, options);
    if (!pieces || (*pieces)->placement().cardExpertLayers != 2)
        return 0;
    constexpr std::uint64_t kDivided = 512 * (128 + 2 * 3) * sizeof(float);
    return (*pieces)->placement().cardBytes() - footprint->expertBytes + kDivided +
           static_cast<std::uint64_t>(experts * static_cast<double>(footprint->expertBytes)) + 16;
}

} // namespace

/// Layers of which a card has the most used experts, and memory or the disk the others.
class TestHotExperts : public QObject
{
    Q_OBJECT

private slots:
    void theMostUsedComeFirst();
    void nothingKnownFillsLayersFromTheLastBack();
    void evenUseLeavesWholeLayers();
    void noLayerIsDividedForLittle();
    void noBudgetIsExceeded();
    void theForecastCountsWhatTheCardFinds();
    void hotExpertsEqualTheReference_data();
    void hotExpertsEqualTheReference();
    void answersTogetherEqualThoseAlone_data();
    void answersTogetherEqualThoseAlone();
    void othersComeFromDisk_data();
    void othersComeFromDisk();
    void wholeLayersStandBesideThem();
    void aViewShowsWhichAreThere();
    void aCardWithoutRoomForThemSaysSo();
    void anEngineKeepsWhatWasUsedMostOnItsCard();
    void aCardLostWithThemLeavesItToTheProcessor();
};

void TestHotExperts::theMostUsedComeFirst()
{
    const ModelBytes bytes = fourLayers();
    const UsedExperts used = usedAs({1000, 100, 100, 800}); // nine tenths go to the first and the last
    CardNeeds needs{700, 0, 0, 0, 0};
    CardShare share = planCard(bytes, needs, -1);
    QCOMPARE(share.expertLayers, 1);
    const HotExperts hot = planHotExperts(bytes, needs, share, used);
    QCOMPARE(share.expertLayers, 0); // given back: a layer's four find a third, six of all layers nine tenths
    QCOMPARE(hot.experts.count(), 6);
    for (int layer = 1; layer < 4; ++layer) {
        QVERIFY(hot.experts.has(layer, 0) && hot.experts.has(layer, 3));
        QVERIFY(std::abs(hot.found[static_cast<std::size_t>(layer)] - 0.9) < 0.01);
    }
    QCOMPARE(hot.found.front(), 0.0);
    QVERIFY(std::abs(hot.choices - 0.9) < 0.01);
    QVERIFY(hot.byUse);
    QVERIFY(share.bytes <= needs.budget);

    // An expert of twice the bytes is worth half as much.
    ModelBytes uneven = bytes;
    uneven.layers[2].experts = 800;
    needs.budget = 54 + 4 * 101;
    share = planCard(uneven, needs, -1);
    const HotExperts small = planHotExperts(uneven, needs, share, used);
    QCOMPARE(small.experts.count(), 4);
    QCOMPARE(small.experts.of(2).size(), std::size_t{0});
}

void TestHotExperts::nothingKnownFillsLayersFromTheLastBack()
{
    const ModelBytes bytes = fourLayers();
    const CardNeeds needs{50 + 4 + 400 + 250, 0, 0, 0, 0};
    CardShare share = planCard(bytes, needs, -1);
    QCOMPARE(share.expertLayers, 1);
    const HotExperts hot = planHotExperts(bytes, needs, share, {});
    QCOMPARE(share.expertLayers, 1);
    QCOMPARE(hot.experts.count(), 2);
    QVERIFY(hot.experts.has(2, 0) && hot.experts.has(2, 1));
    QCOMPARE(hot.found, (std::vector<double>{0, 0, 0.5, 1}));
    QCOMPARE(hot.choices, 0.5);
    QVERIFY(!hot.byUse);
}

void TestHotExperts::evenUseLeavesWholeLayers()
{
    const ModelBytes bytes = fourLayers();
    const CardNeeds needs{50 + 4 + 400 + 250, 0, 0, 0, 0};
    CardShare share = planCard(bytes, needs, -1);
    const HotExperts hot = planHotExperts(bytes, needs, share, usedAs({500, 500, 510, 490}));
    QCOMPARE(share.expertLayers, 1);
    QCOMPARE(hot.experts.count(), 2);
    QVERIFY(hot.experts.has(2, 0) && hot.experts.has(2, 1)); // a little more or less is what chance makes of counts
}

/// Sixty-four experts a layer, of which none is used much more than others: what has room for the best of each layer gets more of one.
void TestHotExperts::noLayerIsDividedForLittle()
{
    ModelBytes bytes;
    bytes.layers.assign(4, {6400, 10});
    bytes.experts = 64;
    bytes.expertsUsed = 1.0 / 16;
    bytes.all = 100'000;
    ExpertTelemetry telemetry;
    for (int layer = 0; layer < 4; ++layer) {
        std::vector<std::int32_t> chosen(128, 0); // the first of each layer more often than others
        for (std::int32_t token = 0; token < 64 * 98; ++token)
            chosen.push_back(token % 64);
        telemetry.record(layer, 64, chosen, 1, std::vector<float>(chosen.size(), 0.5F));
    }
    UsedExperts used;
    used.add(telemetry);
    const CardNeeds needs{44 + 101 * 5, 0, 0, 0, 0};
    CardShare share = planCard(bytes, needs, -1, false);
    const HotExperts hot = planHotExperts(bytes, needs, share, used);
    QCOMPARE(hot.experts.count(), 5);
    int divided = 0;
    for (int layer = 0; layer < 4; ++layer)
        divided += hot.experts.of(layer).empty() ? 0 : 1;
    QCOMPARE(divided, 1);
    CardNeeds two{44 + 101 * 2, 0, 0, 0, 0};
    share = planCard(bytes, two, -1, false);
    QVERIFY(planHotExperts(bytes, two, share, used).experts.empty()); // 4 % of a layer
    QVERIFY(share.bytes <= two.budget);
}

void TestHotExperts::noBudgetIsExceeded()
{
    const ModelBytes bytes = fourLayers();
    for (const bool known : {false, true}) {
        const UsedExperts used = known ? usedAs({900, 100, 300, 700}) : UsedExperts();
        double before = 0;
        for (std::uint64_t budget = 0; budget < 1500; budget += 7) {
            const CardNeeds needs{budget, 40, 30, 0, 20};
            CardShare share = planCard(bytes, needs, -1, false);
            const HotExperts hot = planHotExperts(bytes, needs, share, used);
            QVERIFY2(share.bytes <= budget, qPrintable(QString::number(budget)));
            QVERIFY(hot.choices + 1e-9 >= before / kWorthDividing); // more memory is not worse but for what divided layers cost
            before = hot.choices;
        }
        QCOMPARE(before, 1.0);
    }
    CardNeeds needs{100'000, 0, 0, 0, 20};
    CardShare two = planCard(bytes, needs, 2); // as the user wants it
    needs.budget = two.bytes - 1;
    two = planCard(bytes, needs, 2);
    const HotExperts hot = planHotExperts(bytes, needs, two, usedAs({900, 100, 300, 700}));
    QVERIFY(hot.experts.of(1).empty() && !hot.experts.empty());
    CardShare whole = planCard(bytes, {200'000, 0, 0, 0, 20}, -1);
    QVERIFY(whole.whole && planHotExperts(bytes, {200'000, 0, 0, 0, 20}, whole, {}).experts.empty());
}

void TestHotExperts::theForecastCountsWhatTheCardFinds()
{
    const ModelBytes bytes = fourLayers(); // a token reads 50 of all layers and the output, and 200 of the experts of three
    const CardShare share{4, 0, true, false, 0};
    const auto is = [](double rate, double seconds) { return std::abs(rate * seconds - 1) < 1e-9; };
    QVERIFY(is(splitDecodeRate(bytes, share, {1e6, 1e3}, std::vector<double>{0, 0, 0, 0}), 50 / 1e6 + 600 / 1e3));
    QVERIFY(is(splitDecodeRate(bytes, share, {1e6, 1e3}, std::vector<double>{0, 0.5, 0, 1}), 50 / 1e6 + 100 / 1e3 + 200 / 1e3 + 200 / 1e6));
    // Both sides at the same time: a slow card is waited for.
    QVERIFY(is(splitDecodeRate(bytes, share, {1e3, 1e3}, std::vector<double>{0, 0.9, 0, 0}), 50 / 1e3 + 180 / 1e3 + 400 / 1e3));
    // Half of what the host has is on the disk.
    const double onDisk = splitDecodeRate(bytes, share, {1e6, 1e3, 0.5, {500, 0.01}}, std::vector<double>{0, 0.5, 0.5, 1});
    QVERIFY(is(onDisk, 50 / 1e6 + 200 / 1e3 + 200 / 1e6 + 100.0 / 500 + 2 * 0.01));
}

void TestHotExperts::hotExpertsEqualTheReference_data()
{
    addModels({"qwen2moe", "deepseek2_v3", "gptoss", "deepseek4"});
}

void TestHotExperts::hotExpertsEqualTheReference()
{
    QFETCH(QString, name);
    QFETCH(QString, card);
    QFETCH(int, rule);
    const Reference reference = Reference::load(dataPath("models/" + name + "/"), "short");
    HotModel hot(pathOf(name), makeDevice(card.toStdString()), kRules[rule].rule);
    QVERIFY2(hot.model, hot.error.message.c_str());
    const auto rows = reference.positions.size();
    const auto cache = hot.model->createCache(128);
    const double atOnce = largestDifference(forward(*hot.model, **cache, reference.tokens, static_cast<int>(rows)), reference.exact);
    QVERIFY2(atOnce <= kTolerance, qPrintable(QString::number(atOnce)));
    (*cache)->truncate(0);
    const double pieces = largestDifference(oneByOne(*hot.model, **cache, reference.tokens, rows), reference.exact);
    QVERIFY2(pieces <= kTolerance, qPrintable(QString::number(pieces)));
    QCOMPARE(hot.device->spills(), std::uint64_t{0});
    const ExpertTraffic traffic = hot.model->experts().traffic();
    QVERIFY(traffic.divided > 0 && traffic.onCard < traffic.divided);
    QVERIFY(traffic.onCard > 0 || kRules[rule].rule != some); // who knows whether a single expert is chosen
    QCOMPARE(traffic.called, std::uint64_t{0});               // no disk
}

void TestHotExperts::answersTogetherEqualThoseAlone_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("card");
    QTest::newRow("qwen2moe") << "qwen2moe"
                              << "best";
    QTest::newRow("gptoss") << "gptoss"
                            << "best";
    if (hasVulkan())
        QTest::newRow("qwen2moe, Vulkan") << "qwen2moe"
                                          << "vulkan";
}

void TestHotExperts::answersTogetherEqualThoseAlone()
{
    QFETCH(QString, name);
    QFETCH(QString, card);
    const Reference reference = Reference::load(dataPath("models/" + name + "/"), "long");
    HotModel hot(pathOf(name), makeDevice(card.toStdString()), some);
    QVERIFY2(hot.model, hot.error.message.c_str());
    const auto whole = makeDevice("best");
    const auto alone = loadModel(*hot.file, *whole, {kernels::Precision::kFloat, kernels::DType::kF32});
    QVERIFY(alone.ok());
    constexpr std::size_t kTogether = 5;
    std::vector<std::unique_ptr<KvCache>> caches;
    std::vector<std::vector<float>> expected;
    std::vector<Batch> batches;
    for (std::size_t i = 0; i < kTogether; ++i) {
        const auto tokens = std::span(reference.tokens).subspan(3 * i, 4 + 5 * i);
        caches.push_back(std::move(*hot.model->createCache(128)));
        const auto cache = (*alone)->createCache(128);
        expected.push_back(forward(**alone, **cache, tokens, 1));
        Batch batch;
        batch.tokens = tokens;
        batch.cache = caches.back().get();
        batches.push_back(batch);
    }
    const auto outcomes = hot.model->forwardTogether(batches);
    for (std::size_t i = 0; i < kTogether; ++i) {
        QVERIFY2(!outcomes[i].error, outcomes[i].error ? outcomes[i].error->context.c_str() : "");
        const std::vector<float> got(outcomes[i].logits.begin(), outcomes[i].logits.end());
        QVERIFY(largestDifference(got, expected[i]) <= kTolerance);
    }
}

void TestHotExperts::othersComeFromDisk_data()
{
    addModels({"qwen2moe", "deepseek4"});
}

void TestHotExperts::othersComeFromDisk()
{
    QFETCH(QString, name);
    QFETCH(QString, card);
    QFETCH(int, rule);
    const Reference reference = Reference::load(dataPath("models/" + name + "/"), "short");
    HotModel hot(pathOf(name), makeDevice(card.toStdString()), kRules[rule].rule, 1);
    QVERIFY2(hot.model, hot.error.message.c_str());
    const auto rows = reference.positions.size();
    const auto cache = hot.model->createCache(128);
    const double atOnce = largestDifference(forward(*hot.model, **cache, reference.tokens, static_cast<int>(rows)), reference.exact);
    QVERIFY2(atOnce <= kTolerance, qPrintable(QString::number(atOnce)));
    (*cache)->truncate(0);
    const double pieces = largestDifference(oneByOne(*hot.model, **cache, reference.tokens, rows), reference.exact);
    QVERIFY2(pieces <= kTolerance, qPrintable(QString::number(pieces)));
    QCOMPARE(hot.device->spills(), std::uint64_t{0});

    const ExpertStore &store = hot.model->experts();
    const ExpertTraffic traffic = store.traffic();
    QVERIFY(traffic.divided > 0 && traffic.onCard < traffic.divided);
    QVERIFY(traffic.onCard > 0 || kRules[rule].rule != some); // who knows whether a single expert is chosen
    QVERIFY(traffic.called > 0 && traffic.found < traffic.called && traffic.bytesRead > 0);
    int others = 0;
    int held = 0;
    for (int layer = 0; layer < store.layers(); ++layer) {
        others += store.expertCount(layer) - store.onCard(layer);
        const bool allThere = store.onCard(layer) == store.expertCount(layer); // then the cache has nothing to do with the layer
        for (int expert = 0; expert < store.expertCount(layer); ++expert) {
            const bool there = store.isOnCard(layer, expert);
            const bool here = !allThere && store.cache()->holds(layer, expert);
            QCOMPARE(there, kRules[rule].rule(layer, expert));
            QVERIFY(!there || !here); // not a second time
            held += here ? 1 : 0;
        }
    }
    QCOMPARE(store.cache()->experts(), static_cast<std::size_t>(others));
    QVERIFY(held > 0 && held <= static_cast<int>(store.cache()->room()));
}

void TestHotExperts::wholeLayersStandBesideThem()
{
    const Reference reference = Reference::load(dataPath("models/gptoss/"), "short");
    HotModel hot(pathOf("gptoss"), makeDevice("best"), some, std::nullopt, 2);
    QVERIFY2(hot.model, hot.error.message.c_str());
    const ExpertStore &store = hot.model->experts();
    QCOMPARE(store.placeOf(3), ExpertPlace::kDevice);
    QCOMPARE(store.onCard(3), 0); // not copied besides
    QCOMPARE(store.placeOf(0), ExpertPlace::kMapped);
    QCOMPARE(store.onCard(0), 3);
    const auto cache = hot.model->createCache(128);
    const auto logits = forward(*hot.model, **cache, reference.tokens, static_cast<int>(reference.positions.size()));
    QVERIFY(largestDifference(logits, reference.exact) <= kTolerance);
}

void TestHotExperts::aViewShowsWhichAreThere()
{
    HotModel hot(pathOf("deepseek2_v3"), makeDevice("best"), some, 1);
    QVERIFY2(hot.model, hot.error.message.c_str());
    ExpertView view;
    viewExperts({}, hot.model->experts(), hot.model->info().layers, view);
    QCOMPARE(view.layers[0].cardExperts, 0); // a dense layer
    QVERIFY(view.layers[0].onCard.empty());
    QCOMPARE(view.layers[1].place, ExpertPlace::kStreamed);
    QCOMPARE(view.layers[1].cardExperts, 5);
    for (int expert = 0; expert < 16; ++expert)
        QCOMPARE(view.layers[1].onCard[static_cast<std::size_t>(expert)] != 0, some(1, expert));
    double held = 0;
    for (const ExpertLayerView &layer : view.layers)
        held += layer.inMemory > 0 ? layer.inMemory * (16 - layer.cardExperts) : 0;
    QCOMPARE(std::lround(held), static_cast<long>(hot.model->experts().cache()->room())); // shares are of those that the card has not
}

void TestHotExperts::aCardWithoutRoomForThemSaysSo()
{
    constexpr std::uint64_t kAll = std::uint64_t{1} << 30;
    const auto left = std::make_shared<std::uint64_t>(kAll);
    {
        HotModel hot(pathOf("qwen2moe"), std::make_unique<SmallCard>(left), some);
        QVERIFY2(hot.model, hot.error.message.c_str());
    }
    HotModel hot(pathOf("qwen2moe"), std::make_unique<SmallCard>(kAll - *left - 1), some);
    QVERIFY(!hot.model);
    QCOMPARE(hot.error.code, ErrorCode::kOutOfMemory); // the next attempt plans with less
}

void TestHotExperts::anEngineKeepsWhatWasUsedMostOnItsCard()
{
    if (!hasVulkan())
        QSKIP("no Vulkan device on this machine");
    const auto path = pathOf("qwen2moe").toStdString();
    const QTemporaryDir folder;
    EngineOptions options = onVulkan();
    EngineOptions alone = options;
    alone.device = "cpu";
    OPEN(processor, path, alone);
    const std::string expected = answerTo(processor);
    QVERIFY(!expected.empty());

    options.cardBytes = memoryFor(0.14, options); // two of sixteen
    QVERIFY(options.cardBytes > 0);
    options.usedExperts = std::filesystem::path(folder.path().toStdString()) / "experts";
    std::vector<Placement> told;
    options.placing = [&told](const Placement &placement) { told.push_back(placement); };
    {
        OPEN(first, path, options);
        QVERIFY(!told.back().cardExpertsByUse);
        QCOMPARE(told.back().cardExpertLayers, 0);
        QCOMPARE(told.back().cardExperts, 2);
        QCOMPARE(told.back().cardChoices, 2.0 / 16);
        QCOMPARE(answerTo(first), expected);
    }
    OPEN(second, path, options);
    const Placement &placement = told.back();
    QVERIFY(placement.cardExpertsByUse);
    QCOMPARE(placement.cardExperts, 2);
    QVERIFY(placement.cardBytes() <= options.cardBytes);
    QVERIFY(placement.cardChoices > told.front().cardChoices);
    QVERIFY(placement.decodeRate > 0);
    QCOMPARE(answerTo(second), expected);
    QCOMPARE(second.deviceNote(), std::string());
    QVERIFY(second.placement().cardNames() == placement.cardNames()); // all had room

    // What was said of it came true, as the answer is the same.
    auto session = second.createSession();
    QCOMPARE(answerIn(**session), expected);
    ExpertView view;
    (*session)->viewExperts(view);
    double calls = 0;
    double there = 0;
    for (const ExpertLayerView &layer : view.layers) {
        for (std::size_t expert = 0; expert < layer.text.size(); ++expert) {
            calls += layer.text[expert];
            there += !layer.onCard.empty() && layer.onCard[expert] != 0 ? layer.text[expert] : 0;
        }
    }
    QVERIFY2(std::abs(there / calls - placement.cardChoices) < 0.05,
             qPrintable(QString("%1, %2").arg(there / calls).arg(placement.cardChoices)));
}

void TestHotExperts::aCardLostWithThemLeavesItToTheProcessor()
{
    if (!hasVulkan())
        QSKIP("no Vulkan device on this machine");
    const auto path = pathOf("qwen2moe").toStdString();
    EngineOptions options = onVulkan();
    options.cardBytes = memoryFor(0.14, options);
    OPEN(engine, path, options);
    QVERIFY(engine.placement().cardExperts > 0);
    auto session = engine.createSession();
    QVERIFY(session.ok());
    const std::string broken = answerIn(**session, [](int heard) {
        if (heard == 3)
            qputenv("CONCLAVE_VULKAN_TROUBLE", "lost");
    });
    qunsetenv("CONCLAVE_VULKAN_TROUBLE");
    QVERIFY2(broken.find("does not answer any more") != std::string::npos, broken.c_str());
    QVERIFY(engine.placement().cards.empty());
    EngineOptions alone = options;
    alone.device = "cpu";
    OPEN(processor, path, alone);
    QCOMPARE(answerIn(**session), answerTo(processor));
}

QTEST_GUILESS_MAIN(TestHotExperts)
#include "test_hot_experts.moc"
