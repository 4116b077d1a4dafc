#include "engine/api/engine.h"
#include "engine/base/available_memory.h"
#include "engine/base/direct_file.h"
#include "engine/base/file_reads.h"
#include "engine/forecast/placement.h"
#include "engine/format/fingerprint.h"
#include "engine/moe/expert_cache.h"
#include "engine/moe/expert_snapshot.h"
#include "engine/moe/expert_store.h"
#include "engine/moe/expert_use.h"
#include "engine/moe/held_experts.h"
#include "engine/moe/router.h"
#include "tests/engine/model_fixture.h"

#include <QObject>
#include <QTemporaryDir>

#include <array>
#include <cmath>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;

namespace
{

/// A model that reads its experts from disk into room for so many of them. `bytes`: instead, room of so many bytes.
struct Streamed
{
    std::unique_ptr<kernels::Device> device = makeDevice("best");
    std::unique_ptr<GgufFile> file;
    std::unique_ptr<Model> model;
    std::unique_ptr<KvCache> cache;

    static Result<Streamed> open(const QString &path, std::size_t room, ExpertStreaming how = {},
                                 kernels::Precision precision = kernels::Precision::kFast, kernels::DType cacheType = kernels::DType::kF16)
    {
        if (how.expertBytes == 0) {
            how.expertBytes = std::uint64_t{1} << 40;
            auto all = load(path, how, precision, cacheType);
            if (!all)
                return all;
            how.expertBytes = room * all->experts().slotBytes();
        }
        return load(path, how, precision, cacheType);
    }

    ExpertCache &experts() const { return *model->experts().cache(); }

private:
    static Result<Streamed> load(const QString &path, const ExpertStreaming &how, kernels::Precision precision, kernels::DType cacheType)
    {
        Streamed out;
        auto opened = GgufFile::open(path.toStdString());
        if (!opened)
            return opened.takeError();
        out.file = std::make_unique<GgufFile>(std::move(*opened));
        ModelOptions options;
        options.precision = precision;
        options.cacheType = cacheType;
        options.streaming = how;
        auto made = loadModel(*out.file, *out.device, options);
        if (!made)
            return made.takeError();
        out.model = std::move(*made);
        out.cache = std::move(*out.model->createCache(128));
        return out;
    }
};

const std::vector<std::int32_t> kPrompt = {5, 17, 42, 101, 7, 88, 23, 64, 9, 120, 33, 71};

/// Logits of each token of the prompt, computed one by one.
std::vector<float> oneByOne(Model &model, KvCache &cache)
{
    std::vector<float> out;
    for (const std::int32_t &token : kPrompt) {
        const std::vector<float> logits = forward(model, cache, std::span(&token, 1), 1);
        out.insert(out.end(), logits.begin(), logits.end());
    }
    return out;
}

bool writeFile(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

} // namespace

/// What telemetry and store say, on loads small enough to work out by hand.
class TestModelExperts : public QObject
{
    Q_OBJECT

private slots:
    void evenLoadIsFullUtilisation();
    void oneBusyExpertIsCollapse();
    void layersWithoutExpertsDoNotCount();
    void lastMarginIsThatOfTheLastToken();
    void picturesAreCountedApart();
    void aViewShowsLoadsAndPlaces();
    void storeKnowsWhereExpertsLie();
    void fixedRoutingHasOneWidth();

    void streamedExpertsAnswerTheSame_data();
    void streamedExpertsAnswerTheSame();
    void expertsOfTheNextLayerAreReadAhead();
    void whatIsFoundFollowsFromChoices_data();
    void whatIsFoundFollowsFromChoices();
    void whatIsUsedOftenStays();
    void whatWasUsedIsKept();
    void aCacheBeginsWithWhatWasUsed();
    void anEngineRemembersWhatItsAnswersUsed();
    void aFileThatBreaksIsToldOfAndTheChatGoesOn();
    void roomForLessThanOneTokenIsRefused();
    void filesAreReadInPieces_data();
    void filesAreReadInPieces();
    void groupsOfProcessesLimitMemory();
    void expertsGetWhatIsLeft();
};

void TestModelExperts::evenLoadIsFullUtilisation()
{
    ExpertTelemetry telemetry;
    const std::array<std::int32_t, 8> experts = {0, 1, 2, 3, 0, 2, 1, 3};
    const std::array<float, 4> margins = {0.5F, 0.25F, 1.0F, 0.75F};
    telemetry.record(0, 4, experts, 2, margins);
    QVERIFY(std::abs(telemetry.utilisation() - 1.0) < 1e-12);
    QCOMPARE(telemetry.idleCompute(), 0.0);
    QCOMPARE(telemetry.meanExperts(), 2.0);
    QCOMPARE(telemetry.layers()[0].marginSum, 2.5);
    telemetry.reset();
    QCOMPARE(telemetry.utilisation(), 0.0);
    QVERIFY(telemetry.layers().empty());
}

void TestModelExperts::oneBusyExpertIsCollapse()
{
    ExpertTelemetry telemetry;
    const std::array<std::int32_t, 6> experts = {2, -1, 2, -1, 2, 1}; // adaptive: one, one and two experts
    const std::array<float, 3> margins = {0.1F, 0.2F, INFINITY};
    telemetry.record(0, 4, experts, 2, margins);
    const double entropy = -(0.75 * std::log(0.75) + 0.25 * std::log(0.25)) / std::log(4.0);
    QVERIFY(std::abs(telemetry.utilisation() - entropy) < 1e-12);
    QVERIFY(std::abs(telemetry.idleCompute() - (1.0 - 1.0 / 3.0)) < 1e-12); // mean load 1, largest 3
    QVERIFY(std::abs(telemetry.meanExperts() - 4.0 / 3.0) < 1e-12);
    QCOMPARE(telemetry.layers()[0].margins, std::uint64_t{2}); // nothing was rejected for the third token
    QCOMPARE(telemetry.lastMargin(), 0.0F);
}

void TestModelExperts::layersWithoutExpertsDoNotCount()
{
    ExpertTelemetry telemetry;
    const std::array<std::int32_t, 2> experts = {0, 1};
    const std::array<float, 2> margins = {0.5F, 0.5F};
    telemetry.record(3, 2, experts, 1, margins);
    QCOMPARE(telemetry.layers().size(), std::size_t{4});
    QCOMPARE(telemetry.layers()[0].routed, std::uint64_t{0});
    QCOMPARE(telemetry.utilisation(), 1.0);
}

void TestModelExperts::lastMarginIsThatOfTheLastToken()
{
    ExpertTelemetry telemetry;
    const std::array<std::int32_t, 2> experts = {0, 1};
    telemetry.record(1, 2, experts, 1, std::array<float, 2>{0.1F, 0.6F});
    telemetry.record(2, 2, experts, 1, std::array<float, 2>{0.1F, 0.4F});
    QCOMPARE(telemetry.lastMargin(), 0.4F); // smallest over the layers, of the second token
    telemetry.record(1, 2, std::array<std::int32_t, 1>{1}, 1, std::array<float, 1>{0.9F});
    QCOMPARE(telemetry.lastMargin(), 0.9F); // a new pass
}

void TestModelExperts::picturesAreCountedApart()
{
    ExpertTelemetry telemetry;
    const std::array<std::int32_t, 8> experts = {0, 1, 2, 3, 2, -1, 0, 3}; // four tokens, two places each
    const std::array<float, 4> margins = {0.1F, 0.2F, 0.3F, 0.4F};
    const std::array<TokenRange, 1> picture = {TokenRange{1, 2}};
    telemetry.record(0, 4, experts, 2, margins, picture);
    const LayerLoad &load = telemetry.layers()[0];
    QCOMPARE(load.tokens, (std::vector<std::uint64_t>{2, 1, 2, 2}));
    QCOMPARE(load.imageTokens, (std::vector<std::uint64_t>{0, 0, 2, 1}));
    QCOMPARE(load.routed, std::uint64_t{4});
    QCOMPARE(load.imagesRouted, std::uint64_t{2});
    QCOMPARE(load.last, (std::vector<std::int32_t>{0, 3}));
    QCOMPARE(telemetry.collapse().learnt(), 2); // text alone
}

void TestModelExperts::aViewShowsLoadsAndPlaces()
{
    using kernels::Tensor;
    const auto device = kernels::createReferenceDevice();
    const auto memory = device->allocate(4096);
    const auto make = [&](std::int64_t rows, std::int64_t columns) {
        return Tensor::packed(kernels::DType::kF32, {4, rows, columns}, memory.get());
    };
    ExpertStore store;
    store.place(1, {make(2, 8), make(2, 8), make(8, 2)}, ExpertPlace::kDevice);
    ExpertTelemetry telemetry;
    ExpertView view;
    viewExperts(telemetry, store, 2, view);
    QCOMPARE(view.experts, 4);
    QCOMPARE(view.layers.size(), std::size_t{2});
    QCOMPARE(view.layers[0].place, ExpertPlace::kNone);
    QVERIFY(view.layers[0].text.empty());
    QCOMPARE(view.layers[1].text, std::vector<std::uint32_t>(4)); // nothing was asked yet
    QCOMPARE(view.layers[1].bytes, std::uint64_t{4 * 3 * 2 * 8 * 4});

    const std::array<TokenRange, 1> picture = {TokenRange{0, 1}};
    telemetry.record(1, 4, std::array<std::int32_t, 4>{0, 1, 0, 2}, 2, std::array<float, 2>{0.25F, 0.75F}, picture);
    const std::uint32_t *storage = view.layers[1].text.data();
    viewExperts(telemetry, store, 2, view);
    QCOMPARE(view.layers[1].text.data(), storage); // used again
    QCOMPARE(view.layers[1].text, (std::vector<std::uint32_t>{1, 0, 1, 0}));
    QCOMPARE(view.layers[1].image, (std::vector<std::uint32_t>{1, 1, 0, 0}));
    QCOMPARE(view.textTokens, std::uint64_t{1});
    QCOMPARE(view.imageTokens, std::uint64_t{1});
    QCOMPARE(view.layers[1].last, (std::vector<std::int32_t>{0, 2}));
    QCOMPARE(view.margin, 0.5);
    QCOMPARE(view.meanExperts, 2.0);
    QCOMPARE(view.idleCompute, 0.5);
    QVERIFY(!view.layers[1].warning && view.warnings.empty());
    telemetry.reset(); // another answer begins
    viewExperts(telemetry, store, 2, view);
    QCOMPARE(view.textTokens, std::uint64_t{0});
    QCOMPARE(view.layers[1].text, std::vector<std::uint32_t>(4));
    QVERIFY(view.layers[1].last.empty());
}

void TestModelExperts::storeKnowsWhereExpertsLie()
{
    using kernels::Tensor;
    const auto device = kernels::createReferenceDevice();
    const auto memory = device->allocate(4096);
    const auto make = [&](std::int64_t rows, std::int64_t columns) {
        return Tensor::packed(kernels::DType::kF32, {4, rows, columns}, memory.get());
    };
    ExpertStore store;
    store.place(1, {make(2, 8), make(2, 8), make(8, 2)}, ExpertPlace::kMapped);
    QCOMPARE(store.expertCount(1), 4);
    QCOMPARE(store.expertCount(0), 0);
    QVERIFY(store.shareInMemory(0) < 0);
#ifdef __linux__
    QCOMPARE(store.shareInMemory(1), 1.0); // the device has written zeros to it
#endif
    QCOMPARE(store.placeOf(0), ExpertPlace::kNone);
    QCOMPARE(store.placeOf(1), ExpertPlace::kMapped);
    QCOMPARE(store.placeOf(-1), ExpertPlace::kNone);
    QCOMPARE(store.placeOf(2), ExpertPlace::kNone);
    QCOMPARE(store.expertBytes(1), std::uint64_t{3 * 2 * 8 * 4});
    QCOMPARE(store.expertBytes(0), std::uint64_t{0});
    QVERIFY(store.alwaysReady());
    QCOMPARE(store.traffic().called, std::uint64_t{0});
}

void TestModelExperts::fixedRoutingHasOneWidth()
{
    const RouterConfig config = RouterConfig::fixed(kernels::GatingScore::kSoftmax, true, 64, 8);
    QCOMPARE(config.most(), 8);
    const kernels::RouterArgs args = Router(config, {}, 0.25F).args({}, {});
    QCOMPARE(args.kMin, 8);
    QCOMPARE(args.kMax, 8);
    QCOMPARE(args.kWide, 8);
    QCOMPARE(args.calibration, 0.25F);
}

void TestModelExperts::streamedExpertsAnswerTheSame_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<bool>("ring");
    QTest::addColumn<bool>("direct");
    QTest::addColumn<bool>("ahead");
    QTest::newRow("by io_uring") << "mixtral/model.gguf" << true << true << true;
    QTest::newRow("by threads") << "qwen3moe/model.gguf" << false << true << true;
    QTest::newRow("through the page cache") << "qwen3moe_q/Q4_K_M.gguf" << true << false << false;
    QTest::newRow("by threads through the page cache, biased experts") << "gptoss/model.gguf" << false << false << true;
    QTest::newRow("experts by the token's hash") << "deepseek4/model.gguf" << true << true << true;
    QTest::newRow("fused matrices") << "gemma4moe/model.gguf" << true << true << true;
    QTest::newRow("groups of experts") << "deepseek2_v3/model.gguf" << true << true << false;
}

void TestModelExperts::streamedExpertsAnswerTheSame()
{
    QFETCH(QString, model);
    QFETCH(bool, ring);
    QFETCH(bool, direct);
    QFETCH(bool, ahead);
    const QString path = dataPath("models/" + model);
    LOAD_OR_FAIL(mapped, path, "best", kernels::Precision::kFast, kernels::DType::kF16);
    const auto mappedCache = mapped.cache(128);
    const std::vector<float> expected = oneByOne(*mapped.model, *mappedCache);
    QVERIFY(mapped.model->experts().alwaysReady());
    const auto used = static_cast<std::size_t>(mapped.model->info().expertsUsed);
    const ExpertStreaming how{0, ring, direct, ahead};

    auto few = Streamed::open(path, used + 1, how); // one token's experts and one more: nearly every layer must evict
    QVERIFY2(few.ok(), few ? "" : few.error().message.c_str());
    QCOMPARE(few->experts().room(), used + 1);
    QVERIFY(oneByOne(*few->model, *few->cache) == expected); // the same bits
    const ExpertTraffic traffic = few->model->experts().traffic();
    QVERIFY(traffic.called > 0 && traffic.found < traffic.called);
    QVERIFY(traffic.bytesRead >= (traffic.called - traffic.found) * few->model->experts().expertBytes(few->model->info().layers - 1));
    QCOMPARE(few->model->experts().placeOf(few->model->info().layers - 1), ExpertPlace::kStreamed);

    // A prompt at once: the same bits with room for a layer.
    mappedCache->truncate(0);
    const std::vector<float> prompt = forward(*mapped.model, *mappedCache, kPrompt, 4);
    auto layerful = Streamed::open(path, static_cast<std::size_t>(mapped.model->info().experts), how);
    QVERIFY(layerful.ok());
    QVERIFY(forward(*layerful->model, *layerful->cache, kPrompt, 4) == prompt);

    // With less room experts come in rounds, and sums are taken in another order. A 16-bit context would turn last bits into its own steps.
    LOAD_OR_FAIL(exact, path, "best", kernels::Precision::kFloat, kernels::DType::kF32);
    auto rounds = Streamed::open(path, used + 1, how, kernels::Precision::kFloat, kernels::DType::kF32);
    QVERIFY(rounds.ok());
    const double difference =
        largestDifference(forward(*rounds->model, *rounds->cache, kPrompt, 4), forward(*exact.model, *exact.cache(128), kPrompt, 4));
    QVERIFY2(difference < 1e-4, qPrintable(QString::number(difference)));
}

void TestModelExperts::expertsOfTheNextLayerAreReadAhead()
{
    auto model = Streamed::open(dataPath("models/deepseek4/model.gguf"), 8);
    QVERIFY(model.ok());
    oneByOne(*model->model, *model->cache);
    const ExpertTraffic first = model->experts().traffic();
    QVERIFY(first.readAhead > 0 && first.foretold > 0);
    QVERIFY(first.foretold <= first.readAhead && first.foretold <= first.found);
    QVERIFY(model->model->experts().shareInMemory(0) > 0);
    QVERIFY(model->experts().measureDisk(4, 0.02) > 0); // it takes the slots
    QCOMPARE(model->model->experts().shareInMemory(0), 0.0);
    QCOMPARE(model->experts().traffic().bytesRead, first.bytesRead); // and is not counted
}

void TestModelExperts::whatIsFoundFollowsFromChoices_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("more");
    for (const char *name : {"mixtral", "qwen3moe", "deepseek2_lite", "gptoss"}) {
        QTest::addRow("%s, room for a token", name) << QString::fromLatin1(name) << 0;
        QTest::addRow("%s, room for three experts more", name) << QString::fromLatin1(name) << 3;
    }
}

/// A cache that was only told what routers chose finds what the real one found, to the expert.
void TestModelExperts::whatIsFoundFollowsFromChoices()
{
    QFETCH(QString, name);
    QFETCH(int, more);
    const QString path = dataPath("models/" + name + "/model.gguf");
    const auto whole = Streamed::open(path, 1000);
    QVERIFY(whole.ok());
    ExpertStreaming how;
    how.ahead = false; // guesses are not told of
    const int chosen = whole->model->info().expertsUsed;
    const auto room = static_cast<std::size_t>(chosen + more);
    auto model = Streamed::open(path, room, how);
    QVERIFY2(model.ok(), model ? "" : model.error().message.c_str());
    ExpertTelemetry telemetry;
    telemetry.keepChoices(true);
    for (int round = 0; round < 3; ++round) {
        for (const std::int32_t &token : kPrompt) {
            Batch batch;
            batch.tokens = std::span(&token, 1);
            batch.cache = model->cache.get();
            batch.telemetry = &telemetry;
            QVERIFY(model->model->forward(batch).ok());
        }
    }
    const ExpertStore &store = model->model->experts();
    std::vector<int> experts;
    for (int layer = 0; layer < store.layers(); ++layer)
        experts.push_back(store.expertCount(layer));
    HeldExperts held(experts, chosen, static_cast<int>(room));
    int last = store.layers();
    for (const ExpertTelemetry::Choice &choice : telemetry.choices()) {
        if (choice.layer <= last)
            held.beginPass();
        last = choice.layer;
        held.choose(choice.layer, choice.experts);
    }
    const ExpertTraffic traffic = store.traffic();
    QVERIFY(traffic.found < traffic.called && (more == 0 || traffic.found > 0));
    QCOMPARE(held.called(), traffic.called);
    QCOMPARE(held.missed(), traffic.called - traffic.found);
}

void TestModelExperts::whatIsUsedOftenStays()
{
    ExpertUse use({4, 0, 4}, 1);
    for (int pass = 0; pass < 40; ++pass) {
        use.beginPass();
        use.note(0, 0);
        if (pass % 4 == 0)
            use.note(0, 1);
        use.note(2, pass < 20 ? 2 : 3);
    }
    QVERIFY(use.wait(0, 0, 2) < use.wait(0, 1, 2));
    QVERIFY(use.wait(0, 1, 2) < use.wait(0, 2, 2)); // never seen
    QVERIFY(use.wait(2, 3, 0) < use.wait(2, 2, 0)); // the newer habit
    QVERIFY(use.wait(2, 3, 0) < use.wait(2, 3, 2)); // the layer just passed comes last
}

void TestModelExperts::whatWasUsedIsKept()
{
    const QTemporaryDir folder;
    const std::filesystem::path kept = std::filesystem::path(folder.path().toStdString()) / "experts";
    QVERIFY(UsedExperts::read(kept, 7).empty());
    UsedExperts used;
    QCOMPARE(used.share(1, 0, 0.25), 0.25); // as good a guess as any
    ExpertTelemetry telemetry;
    telemetry.record(1, 4, std::array<std::int32_t, 6>{3, 2, 3, -1, 3, 1}, 2, std::array<float, 3>{0.1F, 0.2F, 0.3F});
    used.add(telemetry);
    QCOMPARE(used.share(1, 3, 0.25), (3 + 4 * 0.25) / 7);
    QCOMPARE(used.share(1, 0, 0.25), 1.0 / 7);
    QVERIFY(!used.shareOfMost(1, 2)); // layer 0 has no experts
    QCOMPARE(*used.shareOfMost(2, 1), 3.0 / 5);
    QCOMPARE(*used.shareOfMost(2, 2), 4.0 / 5);
    QCOMPARE(*used.shareOfMost(2, 9), 1.0);
    QCOMPARE(used.trustedShares(0, 4, 0.25), std::vector<double>(4, 0.25));
    for (const double share : used.trustedShares(1, 4, 0.25)) // 0, 1, 1 and 3 of three tokens: more than chance by a little
        QVERIFY(share > 0.3 && share < 0.6);
    QVERIFY(used.write(kept, 7));
    QVERIFY(UsedExperts::read(kept, 7) == used);
    QVERIFY(UsedExperts::read(kept, 8).empty());
    const QString file = QString::fromStdString((kept / "7.txt").string());
    const QByteArray whole = readFile(file);
    for (const QByteArray &bad : {whole.left(whole.size() - 4), QByteArray("conclave-used-experts-1 99999999"), QByteArray("x"),
                                  QByteArray("conclave-used-experts-1 1\n3 2 1 4\n")}) { // chosen by more tokens than there were
        QVERIFY(writeFile(file, bad));
        QVERIFY(UsedExperts::read(kept, 7).empty());
    }
    const std::vector<std::int32_t> other(1000, 0); // a newer habit, kMostTokens tokens long
    for (std::uint64_t tokens = 0; tokens < UsedExperts::kMostTokens; tokens += other.size()) {
        telemetry.reset();
        telemetry.record(1, 4, other, 1, std::vector<float>(other.size(), 0.5F));
        used.add(telemetry);
    }
    QVERIFY(used.share(1, 0, 0.25) > 0.999);
    QVERIFY(used.trustedShares(1, 4, 0.25)[0] > 0.999 && used.trustedShares(1, 4, 0.25)[3] < 0.001);
}

void TestModelExperts::aCacheBeginsWithWhatWasUsed()
{
    const QString path = dataPath("models/qwen3moe/model.gguf");
    auto all = Streamed::open(path, 1000);
    QVERIFY(all.ok());
    ExpertTelemetry telemetry;
    for (int layer = 0; layer < all->model->info().layers; ++layer) {
        const auto count = all->model->experts().expertCount(layer);
        const std::array<std::int32_t, 3> last = {count - 1, count - 1, count - 2};
        telemetry.record(layer, count, last, 1, std::array<float, 3>{0.1F, 0.2F, 0.3F});
    }
    ExpertStreaming how;
    how.used.add(telemetry);
    auto model = Streamed::open(path, 2 * static_cast<std::size_t>(all->model->info().layers), how);
    QVERIFY2(model.ok(), model ? "" : model.error().message.c_str());
    for (int layer = 0; layer < all->model->info().layers; ++layer) {
        const auto count = all->model->experts().expertCount(layer);
        QVERIFY(model->experts().holds(layer, count - 1) && model->experts().holds(layer, count - 2));
        QVERIFY(!model->experts().holds(layer, 0));
    }
    QVERIFY(oneByOne(*model->model, *model->cache) == oneByOne(*all->model, *all->cache)); // only faster
}

void TestModelExperts::anEngineRemembersWhatItsAnswersUsed()
{
    const QTemporaryDir folder;
    const QString path = dataPath("models/qwen2moe/model.gguf");
    EngineOptions options;
    options.usedExperts = std::filesystem::path(folder.path().toStdString()) / "experts";
    options.contextTokens = 256;
    auto file = GgufFile::open(path.toStdString());
    const std::uint64_t name = modelFingerprint(*file);
    GenerationRequest request;
    request.messages.push_back({Role::kUser, "What is the highest bar?", {}});
    request.maxTokens = 4;
    double before = 0;
    for (int time = 0; time < 2; ++time) {
        auto engine = openEngine(path.toStdString(), options);
        QVERIFY2(engine.ok(), engine ? "" : engine.error().message.c_str());
        auto session = (*engine)->createSession();
        QVERIFY((*session)->generate(request, [](const Event &) {}, {}).ok());
        ExpertView view;
        (*session)->viewExperts(view);
        const std::vector<std::uint32_t> &counts = view.layers.back().text;
        const auto most = static_cast<int>(std::max_element(counts.begin(), counts.end()) - counts.begin());
        const double share = UsedExperts::read(options.usedExperts, name).share(static_cast<int>(view.layers.size()) - 1, most, 0);
        QVERIFY(share > before); // the same answer twice: what is usual counts less and less
        before = share;
    }
}

void TestModelExperts::aFileThatBreaksIsToldOfAndTheChatGoesOn()
{
    QTemporaryDir folder;
    const QString path = folder.filePath("model.gguf");
    const QByteArray whole = readFile(dataPath("models/qwen3moe/model.gguf"));
    QVERIFY(writeFile(path, whole));
    auto model = Streamed::open(path, 3);
    QVERIFY(model.ok());
    const std::vector<float> expected = oneByOne(*model->model, *model->cache);
    QVERIFY(!expected.empty());

    QVERIFY(QFile::resize(path, whole.size() / 3));
    model->cache->truncate(0);
    Batch batch;
    batch.tokens = kPrompt;
    batch.cache = model->cache.get();
    const auto failed = model->model->forward(batch);
    QVERIFY(!failed.ok());
    QCOMPARE(failed.error().code, ErrorCode::kFileTruncated);
    QVERIFY(failed.error().message.find(path.toStdString()) != std::string::npos);
    QCOMPARE(model->cache->length(), 0);

    QVERIFY(writeFile(path, whole)); // the disk is back
    QVERIFY(oneByOne(*model->model, *model->cache) == expected);
    QVERIFY(QFile::remove(path)); // open all the same
    model->cache->truncate(0);
    QVERIFY(oneByOne(*model->model, *model->cache) == expected);
}

void TestModelExperts::roomForLessThanOneTokenIsRefused()
{
    ExpertStreaming how;
    how.expertBytes = 4096;
    const auto model = Streamed::open(dataPath("models/mixtral/model.gguf"), 0, how);
    QVERIFY(!model.ok());
    QCOMPARE(model.error().code, ErrorCode::kOutOfMemory);
    QVERIFY(model.error().message.find("mixtral/model.gguf") != std::string::npos);
    QVERIFY(model.error().message.find("experts that one token needs") != std::string::npos);
}

void TestModelExperts::filesAreReadInPieces_data()
{
    QTest::addColumn<bool>("ring");
    QTest::newRow("by io_uring") << true;
    QTest::newRow("by threads") << false;
}

void TestModelExperts::filesAreReadInPieces()
{
    QFETCH(bool, ring);
    const auto reads = ring ? createRingReads(4) : createThreadReads(3);
    if (!reads)
        QSKIP("this system forbids io_uring");
    QTemporaryDir folder;
    const QString path = folder.filePath("bytes");
    QByteArray bytes(20 * 4096 + 100, '\0');
    for (qsizetype i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<char>(i * 7 + i / 4096);
    QVERIFY(writeFile(path, bytes));
    auto file = DirectFile::open(path.toStdString());
    QVERIFY(file.ok());
    auto memory = ReservedMemory::reserve(32 * 4096);
    QVERIFY(memory.has_value());
    std::vector<FileReadEnd> ends;
    for (std::uint64_t i = 0; i < 21; ++i) // more than go at a time; the last page is not whole
        reads->add({file->descriptor(), i * 4096, 4096, i < 20 ? 4096U : 100U, memory->data() + i * 4096, i});
    reads->add({file->descriptor(), 20 * 4096, 8192, 200, memory->data() + 22 * 4096, 100}); // beyond the end
    reads->add({-1, 0, 4096, 4096, memory->data() + 25 * 4096, 101});                        // no file
    while (reads->underWay() > 0)
        reads->collect(true, ends);
    QCOMPARE(ends.size(), std::size_t{23});
    for (const FileReadEnd &end : ends)
        QCOMPARE(end.error, end.tag == 100 ? FileReadEnd::kTruncated : end.tag == 101 ? EBADF : 0);
    QVERIFY(std::memcmp(memory->data(), bytes.constData(), static_cast<std::size_t>(bytes.size())) == 0);
}

void TestModelExperts::groupsOfProcessesLimitMemory()
{
    QTemporaryDir folder;
    const auto root = std::filesystem::path(folder.path().toStdString());
    const auto put = [&](const char *name, const QByteArray &text) {
        std::filesystem::create_directories((root / name).parent_path());
        return writeFile(QString::fromStdString((root / name).string()), text);
    };
    const auto free = [&] { return availableMemoryBytes(root / "proc", root / "groups"); };
    QCOMPARE(free(), std::uint64_t{0}); // nothing is told
    QVERIFY(put("proc/meminfo", "MemTotal: 9000 kB\nMemAvailable:    4000 kB\n"));
    QCOMPARE(free(), std::uint64_t{4000 * 1024});
    QVERIFY(put("proc/self/cgroup", "3:cpu,cpuacct:/a\n2:memory:/a/b\n0::/c\n"));
    QCOMPARE(free(), std::uint64_t{4000 * 1024}); // no such groups here
    QVERIFY(put("groups/memory/a/memory.limit_in_bytes", "3000000\n") && put("groups/memory/a/memory.usage_in_bytes", "1000000\n"));
    QCOMPARE(free(), std::uint64_t{2000000});
    QVERIFY(put("groups/memory/a/memory.stat", "cache 1\ntotal_inactive_file 300000\ntotal_active_file 200000\n"));
    QCOMPARE(free(), std::uint64_t{2500000}); // pages of files can be dropped
    const auto allowed = [&](std::uint64_t memory) { return memoryLimitBytes(memory, root / "proc", root / "groups"); };
    QCOMPARE(allowed(9000000), std::uint64_t{3000000}); // whatever is in use
    QCOMPARE(allowed(2000000), std::uint64_t{2000000});
    QVERIFY(put("groups/c/memory.max", "max\n") && put("groups/c/memory.current", "5\n"));
    QCOMPARE(free(), std::uint64_t{2500000});
    QVERIFY(put("groups/c/memory.max", "900000\n") && put("groups/c/memory.current", "950000\n"));
    QCOMPARE(free(), std::uint64_t{0});
    QCOMPARE(allowed(9000000), std::uint64_t{900000});
}

void TestModelExperts::expertsGetWhatIsLeft()
{
    ModelFootprint footprint;
    footprint.weightBytes = 1000;
    footprint.workBytes = 500;
    footprint.expertBytes = 8000;
    const MemoryPlan roomy = planMemory(footprint, 100, 9500);
    QVERIFY(!roomy.streams);
    QCOMPARE(roomy.heldBytes, std::uint64_t{8000});
    const MemoryPlan tight = planMemory(footprint, 100, 5500);
    QVERIFY(tight.streams);
    QCOMPARE(tight.heldBytes, std::uint64_t{4000});
    QCOMPARE(tight.heldShare(), 0.5);
    QCOMPARE(planMemory(footprint, 100, 1200).heldBytes, std::uint64_t{0});
    QVERIFY(!planMemory(footprint, 100, 0).streams); // not known
    footprint.expertBytes = 0;
    QVERIFY(!planMemory(footprint, 100, 1200).streams); // a dense model stays mapped
}

QTEST_APPLESS_MAIN(TestModelExperts)
#include "test_model_experts.moc"
