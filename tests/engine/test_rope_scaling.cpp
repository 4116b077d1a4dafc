#include "engine/format/gguf_writer.h"
#include "engine/model/rope_scaling.h"

#include <QObject>
#include <QTest>

#include <cmath>
#include <functional>
#include <numbers>
#include <sstream>

using namespace conclave::engine;

namespace
{

/// Reads scaling from a file with these keys; `error` receives the first refusal.
RopeScaling scalingOf(const std::function<void(GgufWriter &)> &setKeys, std::string *error = nullptr)
{
    std::ostringstream out;
    GgufWriter writer(out);
    setKeys(writer);
    if (!writer.begin() || !writer.finish())
        qFatal("no file");
    const std::string bytes = out.str();
    const auto file = GgufFile::parse(std::as_bytes(std::span(bytes)), "keys.gguf");
    if (!file)
        qFatal("%s", file.error().message.c_str());
    MetadataKeys keys(*file, "m");
    const RopeScaling scaling = readRopeScaling(keys, 1000);
    if (error != nullptr)
        *error = keys.ok() ? "" : keys.error().message;
    return scaling;
}

RopeScaling yarn(float factor, int trained)
{
    return scalingOf([&](GgufWriter &writer) {
        writer.set("m.rope.scaling.type", std::string("yarn"));
        writer.set("m.rope.scaling.factor", factor);
        writer.set("m.rope.scaling.original_context_length", std::int32_t{trained});
    });
}

bool close(double a, double b)
{
    return std::abs(a - b) <= 1e-6 * std::abs(b);
}

} // namespace

/// Every way to stretch a context, as divisors of the pairs' frequencies.
class TestRopeScaling : public QObject
{
    Q_OBJECT

private slots:
    void withoutKeysNothingIsScaled();
    void linearDividesEveryPair_data();
    void linearDividesEveryPair();
    void yarnBlendsAsInThePaper_data();
    void yarnBlendsAsInThePaper();
    void yarnLeavesFastPairsAndDividesSlowOnes();
    void yarnTemperature();
    void ownDivisorsMultiply();
    void refusals_data();
    void refusals();
};

void TestRopeScaling::withoutKeysNothingIsScaled()
{
    const RopeScaling scaling = scalingOf([](GgufWriter &) {});
    QVERIFY(ropeDivisors(scaling, 64, 10000.0F).empty());
    QCOMPARE(scaling.rotationMagnitude(), 1.0F);
    QCOMPARE(scaling.temperature(1.0F), 1.0F);
}

void TestRopeScaling::linearDividesEveryPair_data()
{
    QTest::addColumn<bool>("old");
    QTest::newRow("rope.scaling.type and factor") << false;
    QTest::newRow("the older rope.scale_linear") << true;
}

void TestRopeScaling::linearDividesEveryPair()
{
    QFETCH(bool, old);
    const RopeScaling scaling = scalingOf([&](GgufWriter &writer) {
        if (!old)
            writer.set("m.rope.scaling.type", std::string("linear"));
        writer.set(old ? "m.rope.scale_linear" : "m.rope.scaling.factor", 8.0F);
    });
    QCOMPARE(ropeDivisors(scaling, 6, 10000.0F), (std::vector<float>{8.0F, 8.0F, 8.0F}));
    QCOMPARE(scaling.rotationMagnitude(), 1.0F);
}

void TestRopeScaling::yarnBlendsAsInThePaper_data()
{
    QTest::addColumn<float>("factor");
    QTest::addColumn<int>("trained");
    QTest::addColumn<float>("base");
    QTest::addColumn<int>("dims");
    QTest::newRow("DeepSeek-V3") << 40.0F << 4096 << 10000.0F << 64;
    QTest::newRow("gpt-oss") << 32.0F << 4096 << 150000.0F << 64;
    QTest::newRow("Qwen3 at 128k") << 4.0F << 32768 << 1000000.0F << 128;
    QTest::newRow("a ramp beyond the last pair") << 8.0F << 64 << 150000.0F << 64;
    QTest::newRow("a context too short for any pair to turn fast") << 8.0F << 8 << 10000.0F << 16;
}

/// Peng et al. 2023: theta' = (1 - g) theta / s + g theta, g falling linearly from the pair that turns 32 times within the trained context
/// to the pair that turns once; both rounded outward to whole pairs, as in the reference implementation.
void TestRopeScaling::yarnBlendsAsInThePaper()
{
    QFETCH(float, factor);
    QFETCH(int, trained);
    QFETCH(float, base);
    QFETCH(int, dims);
    const std::vector<float> divisors = ropeDivisors(yarn(factor, trained), dims, base);
    QCOMPARE(divisors.size(), static_cast<std::size_t>(dims / 2));
    // Pair i turns L theta_i / 2 pi times; solved for i.
    const auto pairTurning = [&](double turns) {
        const double theta = turns * 2 * std::numbers::pi / trained;
        return -std::log(theta) / std::log(static_cast<double>(base)) * dims / 2;
    };
    const double low = std::max(std::floor(pairTurning(32)), 0.0);
    const double high = std::min(std::ceil(pairTurning(1)), dims - 1.0);
    for (int i = 0; i < dims / 2; ++i) {
        const double theta = std::pow(static_cast<double>(base), -2.0 * i / dims);
        const double past = (i - low) / std::max(high - low, 0.001);
        const double g = past <= 0 ? 1 : past >= 1 ? 0 : 1 - past;
        const double blended = (1 - g) * theta / factor + g * theta;
        QVERIFY2(close(theta / divisors[static_cast<std::size_t>(i)], blended), qPrintable(QString("pair %1").arg(i)));
    }
}

void TestRopeScaling::yarnLeavesFastPairsAndDividesSlowOnes()
{
    const std::vector<float> divisors = ropeDivisors(yarn(40.0F, 4096), 64, 10000.0F);
    QCOMPARE(divisors[0], 1.0F);
    QCOMPARE(divisors[10], 1.0F); // turns 4096 * 10000^(-20/64) / 2 pi = 36.7 times
    QVERIFY(divisors[16] > 1.0F && divisors[16] < 40.0F);
    QCOMPARE(divisors[31], 40.0F);
}

void TestRopeScaling::yarnTemperature()
{
    const RopeScaling scaling = yarn(32.0F, 4096);
    QVERIFY(close(scaling.rotationMagnitude(), 1.0 + 0.1 * std::log(32.0))); // gpt-oss: 1.3466
    QVERIFY(close(scaling.temperature(0.707F), 1.0 + 0.0707 * std::log(32.0)));
    QCOMPARE(yarn(1.0F, 4096).rotationMagnitude(), 1.0F);

    const RopeScaling own = scalingOf([](GgufWriter &writer) {
        writer.set("m.rope.scaling.type", std::string("yarn"));
        writer.set("m.rope.scaling.factor", 4.0F);
        writer.set("m.rope.scaling.attn_factor", 0.5F);
        writer.set("m.rope.scaling.yarn_log_multiplier", 0.1F);
    });
    QVERIFY(close(own.rotationMagnitude(), 0.5 * (1.0 + 0.1 * std::log(4.0))));
    QVERIFY(close(own.latentScale, 1.0));
    QCOMPARE(own.trainedContext, 1000.0F); // the context length, when no other is given
}

void TestRopeScaling::ownDivisorsMultiply()
{
    const RopeScaling none;
    QCOMPARE(ropeDivisors(none, 4, 10000.0F, {2.0F, 3.0F}), (std::vector<float>{2.0F, 3.0F}));
    RopeScaling linear;
    linear.kind = RopeScaling::Kind::kLinear;
    linear.factor = 4.0F;
    QCOMPARE(ropeDivisors(linear, 4, 10000.0F, {2.0F, 3.0F}), (std::vector<float>{8.0F, 12.0F}));
}

void TestRopeScaling::refusals_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<float>("factor");
    QTest::addColumn<QString>("named");
    QTest::newRow("longrope") << "longrope" << 4.0F << "m.rope.scaling.type";
    QTest::newRow("a factor of 0") << "linear" << 0.0F << "m.rope.scaling.factor";
    QTest::newRow("a factor that is no number") << "yarn" << std::nanf("") << "m.rope.scaling.factor";
}

void TestRopeScaling::refusals()
{
    QFETCH(QString, type);
    QFETCH(float, factor);
    QFETCH(QString, named);
    std::string error;
    scalingOf(
        [&](GgufWriter &writer) {
            writer.set("m.rope.scaling.type", type.toStdString());
            writer.set("m.rope.scaling.factor", factor);
        },
        &error);
    QVERIFY2(error.find(named.toStdString()) != std::string::npos, error.c_str());
}

QTEST_APPLESS_MAIN(TestRopeScaling)
#include "test_rope_scaling.moc"
