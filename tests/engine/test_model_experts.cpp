#include "engine/moe/expert_snapshot.h"
#include "engine/moe/expert_store.h"
#include "engine/moe/router.h"
#include "kernels/core/device.h"

#include <QObject>
#include <QTest>

#include <array>
#include <cmath>

using namespace conclave;
using namespace conclave::engine;

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
    QVERIFY(store.prepare(1, std::array<std::int32_t, 3>{3, 0, -1}).ok()); // -1: an unused place
    QVERIFY(!store.prepare(1, std::array<std::int32_t, 1>{4}).ok());
    QVERIFY(!store.prepare(0, std::array<std::int32_t, 1>{0}).ok());
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

QTEST_APPLESS_MAIN(TestModelExperts)
#include "test_model_experts.moc"
