#include "engine/api/engine.h"
#include "engine/forecast/cards_plan.h"
#include "engine/generate/card_list.h"
#include "engine/model/blocks/divided_experts.h"
#include "kernels/split/split_device.h"
#include "tests/engine/card_fixture.h"

#include <QObject>
#include <QTemporaryDir>

#include <numeric>
#include <random>
#include <sstream>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;

namespace
{

constexpr double kTolerance = 1e-3; // as in test_placement

constexpr auto kDense = "llama";
constexpr auto kExperts = "qwen2moe";

std::filesystem::path modelPath(const QString &family)
{
    return dataPath("models/" + family + "/model.gguf").toStdString();
}

/// Eight layers of 100 and 900 bytes of experts, the first without, 50 of output, 10,000 in the file.
ModelBytes eightLayers(bool experts)
{
    ModelBytes bytes;
    bytes.layers.assign(8, {experts ? 900U : 0U, 100U});
    bytes.layers.front().experts = 0;
    bytes.output = 50;
    bytes.all = 10'000;
    return bytes;
}

/// Of eightLayers: working memory 30, 10 of context for each layer (and 1 for what a division leaves).
const CardNeeds kNeeds{0, 80, 30, 0};

/// "0: 2 layers, 1 with experts, output; 1: ..."
QString textOf(const ModelBytes &model, const CardsPlan &plan)
{
    QStringList parts;
    for (const CardPart &part : plan.parts) {
        QString text = QStringLiteral("%1: %2 layers").arg(part.card).arg(part.end - part.begin);
        if (const int experts = expertLayers(model, part); experts > 0)
            text += QStringLiteral(", %1 with experts").arg(experts);
        text += QLatin1String(part.output ? ", output" : "") + QLatin1String(part.pictures ? ", pictures" : "");
        parts << text;
    }
    return parts.join(QStringLiteral("; ")) + QLatin1String(plan.share.whole ? " (whole)" : "");
}

/// The Vulkan plugin's first device, opened twice more: Mesa's driver is all there is in CI. Kept, for its kernels take long to compile.
std::unique_ptr<kernels::Device> vulkanCard(std::size_t which)
{
    static std::string reason;
    static const std::array<std::unique_ptr<kernels::Device>, 2> cards = {vulkanPlugin().createDevice(0, 0, reason),
                                                                          vulkanPlugin().createDevice(0, 0, reason)};
    return cards[which] ? std::make_unique<SharedDevice>(*cards[which]) : nullptr;
}

/// A model that is divided, with all it stands on, in the order in which it must die.
struct Divided
{
    std::unique_ptr<GgufFile> file;
    std::unique_ptr<kernels::SplitDevice> device;
    std::unique_ptr<Model> model;
    std::vector<CardPart> parts;
    Error error;

    /// `layers` of each card; of the last `expertLayers` layers the experts lie there as well.
    Divided(const QString &family, const QString &kind, const std::vector<int> &layers, int expertLayers, bool output)
    {
        auto opened = GgufFile::open(modelPath(family));
        if (!opened) {
            error = opened.takeError();
            return;
        }
        file = std::make_unique<GgufFile>(std::move(*opened));
        const int all = static_cast<int>(modelBytes(*file, *describeFile(*file)).layers.size());
        std::vector<kernels::SplitCard> cards;
        for (int end = all; const int count : layers) {
            const int begin = std::max(end - count, 0);
            parts.push_back({0, begin, end, std::max(all - expertLayers, begin), output && parts.empty(), false, 0});
            auto card = kind == QLatin1String("vulkan") ? vulkanCard(parts.size() - 1) : makeDevice("best");
            cards.push_back({std::move(card), cardStretches(*file, parts.back())});
            end = begin;
        }
        device = std::make_unique<kernels::SplitDevice>(std::move(cards), makeDevice("best"));
        auto loaded = loadModel(*file, *device, {kernels::Precision::kFloat, kernels::DType::kF32});
        if (loaded)
            model = std::move(*loaded);
        else
            error = loaded.takeError();
    }
};

/// Lists the first Vulkan device twice, as if there were two cards, and plays trouble on one of them.
class TwoCards
{
public:
    explicit TwoCards(const char *places = "0,0") { qputenv("CONCLAVE_VULKAN_DEVICES", places); }
    ~TwoCards()
    {
        qunsetenv("CONCLAVE_VULKAN_DEVICES");
        qunsetenv("CONCLAVE_VULKAN_TROUBLE");
    }
    void trouble(const char *kind) const { qputenv("CONCLAVE_VULKAN_TROUBLE", kind); }
};

EngineOptions onCards()
{
    static const QTemporaryDir kernels; // as the program has it: both cards keep what their driver compiled in one file
    EngineOptions options = onVulkan();
    options.cardCache = kernels.path().toStdString();
    return options;
}

/// Memory of a card that has room for the output matrix and the last `layers` layers, with their experts, and no more.
std::uint64_t roomFor(const QString &family, int layers, const EngineOptions &options)
{
    const auto file = GgufFile::open(modelPath(family));
    const auto footprint = modelFootprint(modelPath(family), options);
    const ModelBytes bytes = modelBytes(*file, *describeFile(*file));
    std::uint64_t room = footprint->workBytes + bytes.output;
    for (std::size_t i = bytes.layers.size() - static_cast<std::size_t>(layers); i < bytes.layers.size(); ++i)
        room += bytes.layers[i].other + bytes.layers[i].experts +
                footprint->grownContextBytes(0, options.contextTokens) / bytes.layers.size() + 1;
    return room;
}

/// What an answer says, and what happens when a piece of it is heard.
struct Heard
{
    std::string text;
    int pieces = 0;
    std::function<void(int)> then = {};

    EventSink sink()
    {
        return [this](const Event &event) {
            const auto *piece = std::get_if<TextPiece>(&event);
            if (piece == nullptr)
                return;
            text += piece->text;
            ++pieces;
            if (then)
                then(pieces);
        };
    }
};

/// What is answered, or why nothing is.
std::string answerTo(Engine &engine, const char *text)
{
    auto session = engine.createSession();
    if (!session)
        return "no session";
    Heard heard;
    const auto end = (*session)->generate(question(text), heard.sink(), {});
    return end ? heard.text : end.error().message;
}

constexpr auto kQuestion = "What is the highest bar?";

} // namespace

#define WANT_VULKAN()                                                                                                                      \
    if (!hasVulkan())                                                                                                                      \
    QSKIP("no Vulkan device on this machine")

/// Models divided among several cards.
class TestSeveralCards : public QObject
{
    Q_OBJECT

private slots:
    void planFillsOneCardAfterTheOther_data();
    void planFillsOneCardAfterTheOther();
    void whatSeesLiesWhereThereIsRoom();
    void noPlanOvercommits();
    void partsTogetherAreTheShare();
    void speedsJoinByWhatEachCardReads();
    void cardsThatDoNotBelongTogetherAreLeftOut_data();
    void cardsThatDoNotBelongTogetherAreLeftOut();
    void modelsOnTwoCardsEqualTheReference_data();
    void modelsOnTwoCardsEqualTheReference();
    void contextsOnTwoCardsForkAndAreReadElsewhere();
    void anEngineTakesTheCardsItNeeds_data();
    void anEngineTakesTheCardsItNeeds();
    void eachCardTakesSingleExpertsOfItsLayers_data();
    void eachCardTakesSingleExpertsOfItsLayers();
    void namedCardsAlone();
    void aCardThatRefusesMemoryIsLeftOut_data();
    void aCardThatRefusesMemoryIsLeftOut();
    void aCardWithLessMemoryThanItSaidGetsLess();
    void aCardLostInAnAnswerMovesTheModel_data();
    void aCardLostInAnAnswerMovesTheModel();
};

void TestSeveralCards::planFillsOneCardAfterTheOther_data()
{
    QTest::addColumn<bool>("experts");
    QTest::addColumn<QList<qulonglong>>("budgets");
    QTest::addColumn<int>("most");
    QTest::addColumn<QString>("plan");
    using Budgets = QList<qulonglong>;
    constexpr qulonglong kWhole = 10'000 + 80 + 40 + 30;
    constexpr qulonglong kFirst = 30 + 50; // working memory and output
    QTest::newRow("nothing fits") << false << Budgets{100, 100} << -1 << "";
    QTest::newRow("the first has room for all") << true << Budgets{kWhole, kWhole} << -1 << "0: 8 layers, 7 with experts, output (whole)";
    QTest::newRow("the second alone has room for all")
        << true << Budgets{500, kWhole} << -1 << "1: 8 layers, 7 with experts, output (whole)";
    QTest::newRow("two layers and the rest") << false << Budgets{kFirst + 2 * 111, 3000} << -1 << "0: 2 layers, output; 1: 6 layers";
    QTest::newRow("one byte less") << false << Budgets{kFirst + 2 * 111 - 1, 3000} << -1 << "0: 1 layers, output; 1: 7 layers";
    QTest::newRow("two layers each") << false << Budgets{kFirst + 2 * 111, 30 + 2 * 111} << -1 << "0: 2 layers, output; 1: 2 layers";
    QTest::newRow("each needs working memory") << false << Budgets{kFirst + 2 * 111, 2 * 111} << -1 << "0: 2 layers, output; 1: 1 layers";
    QTest::newRow("three cards") << false << Budgets{kFirst + 3 * 111, 30 + 2 * 111, 30 + 3 * 111} << -1
                                 << "0: 3 layers, output; 1: 2 layers; 2: 3 layers";
    QTest::newRow("one without room between two")
        << false << Budgets{kFirst + 3 * 111, 100, 30 + 5 * 111} << -1 << "0: 3 layers, output; 2: 5 layers";
    QTest::newRow("the output where it has room") << false << Budgets{70, kFirst + 8 * 111} << -1 << "1: 8 layers, output";
    QTest::newRow("no more than asked for") << false << Budgets{kFirst + 2 * 111, 3000} << 3 << "0: 2 layers, output; 1: 1 layers";
    QTest::newRow("what is asked for fits the first") << false << Budgets{kFirst + 2 * 111, 3000} << 2 << "0: 2 layers, output";
    QTest::newRow("one that is left out") << false << Budgets{0, kFirst + 8 * 111} << -1 << "1: 8 layers, output";
    QTest::newRow("two hold all experts together") << true << Budgets{kFirst + 4 * 1011, 30 + 3 * 1011 + 111} << -1
                                                   << "0: 4 layers, 4 with experts, output; 1: 4 layers, 3 with experts";
    QTest::newRow("experts of what the first has")
        << true << Budgets{kFirst + 2 * 1011, 30 + 6 * 111} << -1 << "0: 2 layers, 2 with experts, output; 1: 6 layers";
    QTest::newRow("experts on both, and some in memory") << true << Budgets{kFirst + 2 * 1011, 30 + 1011 + 5 * 111} << -1
                                                         << "0: 2 layers, 2 with experts, output; 1: 6 layers, 1 with experts";
    QTest::newRow("no experts where layers are missing")
        << true << Budgets{kFirst + 3 * 111, 30 + 4 * 111} << -1 << "0: 3 layers, output; 1: 4 layers";
}

void TestSeveralCards::planFillsOneCardAfterTheOther()
{
    QFETCH(bool, experts);
    QFETCH(QList<qulonglong>, budgets);
    QFETCH(int, most);
    const ModelBytes model = eightLayers(experts);
    const std::vector<std::uint64_t> given(budgets.begin(), budgets.end());
    const CardsPlan plan = planCards(model, kNeeds, given, most);
    QTEST(textOf(model, plan), "plan");
}

void TestSeveralCards::whatSeesLiesWhereThereIsRoom()
{
    ModelBytes model = eightLayers(true);
    CardNeeds needs = kNeeds;
    needs.pictures = 200;
    const auto planned = [&](std::vector<std::uint64_t> budgets) { return textOf(model, planCards(model, needs, budgets, -1)); };
    QCOMPARE(planned({80 + 4 * 111, 30 + 4 * 111 + 199}), QStringLiteral("0: 4 layers, output; 1: 4 layers"));
    QCOMPARE(planned({80 + 4 * 111, 30 + 4 * 111 + 200}), QStringLiteral("0: 4 layers, output; 1: 4 layers, pictures"));
    QCOMPARE(planned({80 + 4 * 111, 30 + 3 * 111 + 200}), QStringLiteral("0: 4 layers, output; 1: 4 layers")); // layers come first
    // It keeps its room when the layers, for their experts' sake, lie elsewhere in the end.
    QCOMPARE(planned({80 + 8 * 111 + 200, 10'000}), QStringLiteral("0: 0 layers, output, pictures; 1: 8 layers, 7 with experts"));
}

/// Any model on any cards: no card gets more than it has, layers follow each other, and more memory never brings less.
void TestSeveralCards::noPlanOvercommits()
{
    std::mt19937 random(5);
    const auto below = [&random](unsigned most) { return static_cast<std::uint64_t>(random() % most); };
    for (int round = 0; round < 3000; ++round) {
        ModelBytes model;
        model.layers.resize(1 + below(12));
        for (ModelBytes::Layer &layer : model.layers)
            layer = {below(3) == 0 ? 0 : below(900), 50 + below(100)};
        model.output = below(200);
        model.vision = below(2) == 0 ? 0 : below(300);
        model.all = model.output + model.vision + 100;
        for (const ModelBytes::Layer &layer : model.layers)
            model.all += layer.experts + layer.other;
        const CardNeeds needs{0, below(200), below(100), below(100)};
        std::vector<std::uint64_t> budgets(1 + below(4));
        for (std::uint64_t &budget : budgets)
            budget = below(3000);
        const CardsPlan plan = planCards(model, needs, budgets, -1);
        int end = static_cast<int>(model.layers.size());
        int experts = 0;
        std::uint64_t bytes = 0;
        for (const CardPart &part : plan.parts) {
            QVERIFY(part.bytes <= budgets[static_cast<std::size_t>(part.card)]);
            bytes += part.bytes;
            experts += expertLayers(model, part);
            if (part.begin == part.end)
                continue;
            QCOMPARE(part.end, end);
            end = part.begin;
        }
        QCOMPARE(static_cast<int>(model.layers.size()) - end, plan.share.layers);
        QCOMPARE(experts, plan.share.expertLayers);
        QCOMPARE(bytes, plan.share.bytes);
        for (std::uint64_t &budget : budgets)
            budget += 500;
        const CardShare more = planCards(model, needs, budgets, -1).share;
        QVERIFY(more.layers >= plan.share.layers);
    }
}

void TestSeveralCards::partsTogetherAreTheShare()
{
    const auto file = GgufFile::open(modelPath(kExperts));
    QVERIFY(file.ok());
    const ModelBytes model = modelBytes(*file, *describeFile(*file));
    const CardShare share{2, 1, true, false, 0};
    const CardPart first{0, 1, 2, 1, true, false, 0};
    const CardPart second{1, 0, 1, 1, false, false, 0};
    std::set<const std::byte *> both;
    for (const CardPart &part : {first, second}) {
        for (const auto stretch : cardStretches(*file, part))
            QVERIFY(both.insert(stretch.data()).second); // on one card alone
    }
    const auto together = cardStretches(*file, model, share);
    QCOMPARE(both.size(), together.size());
    for (const auto stretch : together)
        QVERIFY(both.contains(stretch.data()));
}

void TestSeveralCards::speedsJoinByWhatEachCardReads()
{
    ModelBytes model = eightLayers(true);
    model.expertsUsed = 0.1; // a token reads 90 of a layer's experts
    const std::vector<std::uint64_t> budgets = {80 + 2 * 1011, 30 + 1011 + 5 * 111};
    const CardsPlan plan = planCards(model, kNeeds, budgets, -1); // 2 layers whole and the output; 6 layers, the experts of one
    const std::vector<double> speeds = {1e6, 1e5};
    const double first = 2 * 190 + 50;
    const double second = 600 + 90;
    QVERIFY(std::abs(joinedSpeed(model, plan, speeds) / ((first + second) / (first / 1e6 + second / 1e5)) - 1) < 1e-9);
    const double rate = splitDecodeRate(model, plan.share, {joinedSpeed(model, plan, speeds), 1e3});
    QVERIFY(std::abs(rate - 1 / (first / 1e6 + second / 1e5 + 4 * 90 / 1e3)) < 1e-6);
    QCOMPARE(joinedSpeed(model, plan, std::vector<double>{1e6, 0}), 0.0);
}

void TestSeveralCards::cardsThatDoNotBelongTogetherAreLeftOut_data()
{
    QTest::addColumn<QString>("device");
    QTest::addColumn<QStringList>("cards");
    QTest::addColumn<QString>("why");
    // The plugin lists one that imitates a card, one in the processor, and two cards.
    QTest::newRow("all") << "mixed" << QStringList{"fake 2", "fake 3"} << "";
    QTest::newRow("one") << "mixed:3" << QStringList{"fake 3"} << "";
    QTest::newRow("in another order") << "mixed:3,2" << QStringList{"fake 3", "fake 2"} << "";
    QTest::newRow("twice the same") << "mixed:2,2" << QStringList{"fake 2"} << "";
    QTest::newRow("the one in the processor, as it was asked for") << "mixed:2,1" << QStringList{"fake 2", "fake 1"} << "";
    QTest::newRow("the imitation alone") << "mixed:0" << QStringList{"fake 0"} << "";
    QTest::newRow("no imitation beside a card") << "mixed:0,2" << QStringList{"fake 2"} << "";
    QTest::newRow("none in that place") << "mixed:4" << QStringList() << "it has no card 4";
    QTest::newRow("no number") << "mixed:a" << QStringList() << "by their places";
    QTest::newRow("a comma too many") << "mixed:1," << QStringList() << "by their places";
    QTest::newRow("no such plugin") << "absent" << QStringList() << "not installed";
}

void TestSeveralCards::cardsThatDoNotBelongTogetherAreLeftOut()
{
    QFETCH(QString, device);
    QFETCH(QString, why);
    EngineOptions options;
    options.device = device.toStdString();
    options.plugins = CONCLAVE_FAKE_PLUGINS;
    options.cardBytes = 490;
    const CardList list(options);
    QStringList names;
    for (const CardList::Card &card : list.cards()) {
        names << QString::fromStdString(card.name);
        QVERIFY(card.budget > 0 && card.budget <= 490);
    }
    QTEST(names, "cards");
    QVERIFY2(QString::fromStdString(list.why()).contains(why) && (!why.isEmpty() || list.why().empty()), list.why().c_str());
}

void TestSeveralCards::modelsOnTwoCardsEqualTheReference_data()
{
    QTest::addColumn<QString>("family");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QList<int>>("layers");
    QTest::addColumn<int>("expertLayers");
    struct Family
    {
        const char *name;
        int layers;
        bool vulkan;
    };
    // As in test_placement: every way in which a layer depends on others.
    constexpr Family kFamilies[] = {{"llama", 3, true},      {"qwen2moe", 2, true}, {"deepseek2_v3", 3, false}, {"qwen35moe", 4, true},
                                    {"gemma4moe", 4, false}, {"gptoss", 4, false},  {"deepseek4", 4, true}};
    for (const Family &family : kFamilies) {
        const int half = family.layers / 2;
        for (const char *kind : {"best", "vulkan"}) {
            if (kind == std::string("vulkan") && !(hasVulkan() && family.vulkan))
                continue;
            QTest::addRow("%s, all of it, %s", family.name, kind) << family.name << kind << QList{half, family.layers - half} << 99;
            QTest::addRow("%s, a layer each, experts of one, %s", family.name, kind) << family.name << kind << QList{1, 1} << 1;
        }
    }
    if (!hasVulkan())
        std::printf("NOT TESTED HERE: Vulkan: %s\n", vulkanPlugin().reports().front().reason.c_str());
}

void TestSeveralCards::modelsOnTwoCardsEqualTheReference()
{
    QFETCH(QString, family);
    QFETCH(QString, kind);
    QFETCH(QList<int>, layers);
    QFETCH(int, expertLayers);
    const Reference reference = Reference::load(dataPath("models/" + family + u'/'), "short");
    Divided divided(family, kind, {layers.begin(), layers.end()}, expertLayers, true);
    QVERIFY2(divided.model, divided.error.message.c_str());
    auto cache = divided.model->createCache(128);
    QVERIFY(cache);
    const auto rows = reference.positions.size();
    const auto logits = forward(*divided.model, **cache, reference.tokens, static_cast<int>(rows));
    QVERIFY2(largestDifference(logits, reference.exact) <= kTolerance,
             qPrintable(QString::number(largestDifference(logits, reference.exact))));
    (*cache)->truncate(0);
    const auto pieces = oneByOne(*divided.model, **cache, reference.tokens, rows); // each token passes both cards
    QVERIFY2(largestDifference(pieces, logits) <= kTolerance, qPrintable(QString::number(largestDifference(pieces, logits))));
    QCOMPARE(divided.device->spills(), std::uint64_t{0});
    QVERIFY(!divided.device->failedCard());
}

/// A context lies in three places; after a restart it may lie in others.
void TestSeveralCards::contextsOnTwoCardsForkAndAreReadElsewhere()
{
    const Reference reference = Reference::load(dataPath("models/llama/"), "long");
    const std::span<const std::int32_t> tokens = reference.tokens;
    const std::span<const float> last = std::span(reference.exact).last(reference.exact.size() / reference.positions.size());
    QVERIFY(reference.positions.back() + 1 == static_cast<int>(tokens.size()));
    for (const char *kind : {"best", "vulkan"}) {
        if (kind == std::string("vulkan") && !hasVulkan())
            continue;
        Divided divided(kDense, kind, {1, 1}, 0, true);
        QVERIFY2(divided.model, divided.error.message.c_str());
        auto cache = divided.model->createCache(1024);
        std::vector<std::int32_t> longer;
        while (longer.size() < 600) // pages come by doubling, and move
            longer.insert(longer.end(), tokens.begin(), tokens.end());
        QVERIFY(!forward(*divided.model, **cache, longer, 1).empty());
        (*cache)->truncate(static_cast<int>(tokens.size()) - 1);
        auto fork = (*cache)->fork((*cache)->length());
        QVERIFY(fork);
        std::stringstream saved;
        QVERIFY((*cache)->save(saved));
        for (KvCache *one : {cache->get(), fork->get()})
            QVERIFY(largestDifference(forward(*divided.model, *one, tokens.last(1), 1), last) <= kTolerance);
        for (const std::vector<int> &layers : {std::vector<int>{1, 1}, {2, 1}, {3}}) { // the program is started anew
            saved.clear();
            saved.seekg(0);
            Divided other(kDense, kind, layers, 0, true);
            QVERIFY2(other.model, other.error.message.c_str());
            auto read = other.model->createCache(1024);
            QVERIFY((*read)->load(saved, static_cast<int>(tokens.size()) - 1));
            const auto logits = forward(*other.model, **read, tokens.last(1), 1);
            QVERIFY2(largestDifference(logits, last) <= kTolerance, qPrintable(QString::number(largestDifference(logits, last))));
        }
    }
}

void TestSeveralCards::anEngineTakesTheCardsItNeeds_data()
{
    QTest::addColumn<QString>("family");
    QTest::addColumn<int>("room"); ///< of each card, in layers; 0: as much as there is
    QTest::addColumn<QList<int>>("layers");
    QTest::newRow("all on the first") << kDense << 0 << QList{3};
    QTest::newRow("a dense model on two") << kDense << 2 << QList{2, 1};
    QTest::newRow("a mixture of experts on two") << kExperts << 1 << QList{1, 1};
    QTest::newRow("two of four layers, and more than that on the second") << "gptoss" << 2 << QList{2, 2};
    QTest::newRow("one of three layers each, and one on the processor") << kDense << 1 << QList{1, 1};
}

void TestSeveralCards::anEngineTakesTheCardsItNeeds()
{
    WANT_VULKAN();
    QFETCH(QString, family);
    QFETCH(int, room);
    QFETCH(QList<int>, layers);
    const TwoCards cards;
    EngineOptions options = onCards();
    if (room > 0)
        options.cardBytes = roomFor(family, room, options);
    std::vector<Placement> told;
    options.placing = [&told](const Placement &placement) { told.push_back(placement); };
    OPEN(engine, modelPath(family), options);
    QCOMPARE(told.size(), std::size_t{1});
    const Placement placement = engine.placement();
    QList<int> found;
    std::uint64_t bytes = 0;
    for (const PlacedCard &card : placement.cards) {
        found << card.layers;
        bytes += card.bytes;
        QVERIFY(!card.name.empty() && card.bytes > 0 && card.bytes <= card.budget && card.speed > 0);
        QVERIFY(room == 0 || card.budget <= options.cardBytes);
    }
    QCOMPARE(found, layers);
    QCOMPARE(bytes, placement.cardBytes());
    QCOMPARE(placement.whole, room == 0);
    QCOMPARE(placement.cardLayers, std::accumulate(layers.begin(), layers.end(), 0));
    QVERIFY(placement.outputOnCard && placement.cards.front().output);
    if (placement.cardLayers == placement.layers)
        QCOMPARE(placement.cardExpertLayers, placement.expertLayers); // nothing is left to the processor
    QVERIFY(placement.decodeRate > 0);
    QCOMPARE(engine.deviceNote(), std::string());

    EngineOptions alone = options;
    alone.device = "cpu";
    alone.placing = {};
    OPEN(processor, modelPath(family), alone);
    const std::string expected = answerTo(processor, kQuestion);
    QVERIFY(!expected.empty());
    QCOMPARE(answerTo(engine, kQuestion), expected);
    QCOMPARE(engine.deviceNote(), std::string());
}

void TestSeveralCards::eachCardTakesSingleExpertsOfItsLayers_data()
{
    QTest::addColumn<double>("share"); ///< of a layer's experts that a card has room for
    QTest::newRow("an eighth") << 0.13;
    QTest::newRow("a half") << 0.51;
}

void TestSeveralCards::eachCardTakesSingleExpertsOfItsLayers()
{
    WANT_VULKAN();
    QFETCH(double, share);
    const auto file = GgufFile::open(modelPath(kExperts));
    const ModelBytes bytes = modelBytes(*file, *describeFile(*file));
    const std::uint64_t experts = bytes.layers.back().experts;
    const TwoCards cards;
    EngineOptions options = onCards();
    options.cardBytes = roomFor(kExperts, 1, options) - experts + static_cast<std::uint64_t>(share * static_cast<double>(experts)) +
                        DividedExperts::bytes(bytes.width, describeFile(*file)->expertsUsed) + 16;
    std::vector<Placement> told;
    options.placing = [&told](const Placement &placement) { told.push_back(placement); };
    OPEN(engine, modelPath(kExperts), options);
    QCOMPARE(told.size(), std::size_t{1});
    const Placement placement = engine.placement();
    QCOMPARE(placement.cards.size(), std::size_t{2});
    const int there = placement.cardExperts + placement.cardExpertLayers * bytes.experts; // a whole layer where both cards' room makes one
    QVERIFY2(there >= static_cast<int>(2 * share * bytes.experts), qPrintable(QString::number(there)));
    QVERIFY(placement.cardChoices > 0 && (placement.cardExperts > 0 || placement.cardExpertLayers > 0));
    for (const PlacedCard &card : placement.cards)
        QVERIFY(card.bytes <= card.budget);
    EngineOptions alone = options;
    alone.device = "cpu";
    alone.placing = {};
    OPEN(processor, modelPath(kExperts), alone);
    QCOMPARE(answerTo(engine, kQuestion), answerTo(processor, kQuestion));
    QCOMPARE(engine.deviceNote(), std::string());
}

void TestSeveralCards::namedCardsAlone()
{
    WANT_VULKAN();
    const TwoCards cards;
    EngineOptions options = onCards();
    options.cardBytes = roomFor(kDense, 2, options);
    options.device = "vulkan:1";
    OPEN(one, modelPath(kDense), options);
    QCOMPARE(one.placement().cards.size(), std::size_t{1});
    QCOMPARE(one.placement().cardLayers, 2);
    options.device = "vulkan:1,0";
    OPEN(both, modelPath(kDense), options);
    QCOMPARE(both.placement().cards.size(), std::size_t{2});
    options.device = "vulkan:2";
    OPEN(none, modelPath(kDense), options);
    QVERIFY(!none.placement().onCards());
    QVERIFY2(none.deviceNote().find("has no card 2") != std::string::npos, none.deviceNote().c_str());
    const TwoCards wrong("0,x");
    OPEN(unreadable, modelPath(kDense), onCards());
    QVERIFY(!unreadable.placement().onCards());
    QVERIFY2(unreadable.deviceNote().find("CONCLAVE_VULKAN_DEVICES") != std::string::npos, unreadable.deviceNote().c_str());
}

void TestSeveralCards::aCardThatRefusesMemoryIsLeftOut_data()
{
    QTest::addColumn<QByteArray>("trouble");
    QTest::addColumn<bool>("atOnce"); ///< else when the plan has been told
    QTest::newRow("the first, when it is opened") << QByteArray("full@0") << true;
    QTest::newRow("the second, when it is opened") << QByteArray("full@1") << true;
    QTest::newRow("the first, when it is loaded") << QByteArray("full@0") << false;
    QTest::newRow("the second, when it is loaded") << QByteArray("full@1") << false;
}

void TestSeveralCards::aCardThatRefusesMemoryIsLeftOut()
{
    WANT_VULKAN();
    QFETCH(QByteArray, trouble);
    QFETCH(bool, atOnce);
    const TwoCards cards;
    EngineOptions options = onCards();
    options.cardBytes = roomFor(kDense, 2, options);
    if (atOnce)
        cards.trouble(trouble.constData());
    std::vector<std::size_t> told;
    options.placing = [&](const Placement &placement) {
        told.push_back(placement.cards.size());
        cards.trouble(trouble.constData());
    };
    OPEN(engine, modelPath(kDense), options);
    QCOMPARE(told, atOnce ? std::vector<std::size_t>{1} : (std::vector<std::size_t>{2, 1})); // as planned, and as it became
    QCOMPARE(engine.placement().cardLayers, 2);
    const QString note = QString::fromStdString(engine.deviceNote());
    QVERIFY2(note.contains("is left out: ") || (!atOnce && note.startsWith("A card has less memory than it said: 2 of 3 ")),
             qPrintable(note));
    EngineOptions alone = options;
    alone.device = "cpu";
    alone.placing = {};
    OPEN(processor, modelPath(kDense), alone);
    QCOMPARE(answerTo(engine, kQuestion), answerTo(processor, kQuestion));
}

/// It had room for two layers, and has it for one.
void TestSeveralCards::aCardWithLessMemoryThanItSaidGetsLess()
{
    WANT_VULKAN();
    const TwoCards cards;
    EngineOptions options = onCards();
    options.cardBytes = roomFor("gptoss", 2, options);
    std::vector<Placement> told;
    options.placing = [&](const Placement &placement) {
        told.push_back(placement);
        cards.trouble(told.size() == 1 ? "full@1" : "none");
    };
    cards.trouble("none");
    OPEN(engine, modelPath("gptoss"), options);
    QCOMPARE(told.front().cardLayers, 4);
    QVERIFY(told.size() == 2 && told.back().cardLayers < 4 && told.back().cards.front().layers == 2);
    QVERIFY2(engine.deviceNote().starts_with("A card has less memory than it said: "), engine.deviceNote().c_str());
    QVERIFY(!answerTo(engine, kQuestion).empty());
}

void TestSeveralCards::aCardLostInAnAnswerMovesTheModel_data()
{
    QTest::addColumn<QByteArray>("trouble");
    QTest::newRow("the first") << QByteArray("lost@0");
    QTest::newRow("the second") << QByteArray("lost@1");
}

void TestSeveralCards::aCardLostInAnAnswerMovesTheModel()
{
    WANT_VULKAN();
    QFETCH(QByteArray, trouble);
    const TwoCards cards;
    EngineOptions options = onCards();
    options.cardBytes = roomFor(kDense, 2, options);
    OPEN(engine, modelPath(kDense), options);
    QCOMPARE(engine.placement().cards.size(), std::size_t{2});
    auto session = engine.createSession();
    QVERIFY(session.ok());
    Heard heard;
    heard.then = [&](int pieces) {
        if (pieces == 3)
            cards.trouble(trouble.constData());
    };
    const auto broken = (*session)->generate(question(kQuestion), heard.sink(), {});
    QVERIFY(!broken.ok());
    QCOMPARE(broken.error().code, ErrorCode::kDeviceFailure);
    QVERIFY2(broken.error().message.find("does not answer any more") != std::string::npos, broken.error().message.c_str());
    QVERIFY2(broken.error().message.find(" + ") == std::string::npos, broken.error().message.c_str()); // it names the one
    QVERIFY(!engine.placement().onCards());
    QVERIFY2(engine.deviceNote().find("failed") != std::string::npos, engine.deviceNote().c_str());
    Heard again;
    QVERIFY((*session)->generate(question(kQuestion), again.sink(), {}).ok());
    QVERIFY(again.text.starts_with(heard.text));
}

QTEST_GUILESS_MAIN(TestSeveralCards)
#include "test_several_cards.moc"
