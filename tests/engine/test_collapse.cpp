#include "engine/moe/collapse_monitor.h"
#include "engine/moe/expert_telemetry.h"

#include <QObject>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

using namespace conclave::engine;

namespace
{

constexpr int kExperts = 16;
constexpr int kUsed = 3;
constexpr int kLayers = 2;

/// How a planted collapse shows.
enum class Planted
{
    kNothing,
    kUndecided,     ///< margins shrink to a quarter: the router can't tell experts apart
    kAlwaysTheSame, ///< a few experts win by far, whatever comes
    kNarrow,        ///< half of the tokens go to the same experts; margins stay
};

/// One layer of a simulated session. Scores wander from token to token as texts do (a first-order autoregression); experts differ in how
/// often they are liked.
class Stream
{
public:
    explicit Stream(std::uint32_t seed) : m_random(seed), m_topic(kExperts), m_liking(kExperts)
    {
        for (double &liking : m_liking)
            liking = 0.5 * normal();
    }

    void token(LayerMonitor &monitor, Planted planted)
    {
        std::vector<std::pair<double, int>> scores;
        const bool narrow = planted == Planted::kNarrow && m_random() % 2 == 0;
        for (int e = 0; e < kExperts; ++e) {
            double &topic = m_topic[static_cast<std::size_t>(e)];
            topic = 0.8 * topic + 0.6 * normal();
            double score = m_liking[static_cast<std::size_t>(e)] + 0.5 * topic + normal();
            if (planted == Planted::kAlwaysTheSame && e < kUsed)
                score += 6;
            if (narrow && e < kUsed)
                score += 6;
            scores.emplace_back(score, e);
        }
        std::sort(scores.rbegin(), scores.rend());
        std::vector<std::int32_t> chosen;
        for (int i = 0; i < kUsed; ++i)
            chosen.push_back(scores[static_cast<std::size_t>(i)].second);
        double margin = scores[kUsed - 1].first - scores[kUsed].first;
        if (planted == Planted::kUndecided)
            margin *= 0.25;
        monitor.note(chosen, kExperts, static_cast<float>(margin));
    }

private:
    double normal() { return std::normal_distribution<double>()(m_random); }

    std::mt19937 m_random;
    std::vector<double> m_topic;
    std::vector<double> m_liking;
};

} // namespace

/// Collapse warnings on simulated sessions with a fixed seed, and what telemetry costs.
class TestCollapse : public QObject
{
    Q_OBJECT

private slots:
    void soundSessionsRaiseNoAlarm();
    void plantedCollapsesAreFound_data();
    void plantedCollapsesAreFound();
    void warningsEndWhenItIsOver();
    void nothingIsSaidBeforeCalibration();
    void marginsThatAreNotFiniteAreLeftOut();
    void telemetryNamesTheLayer();
    void picturesRaiseNoAlarm();
};

void TestCollapse::soundSessionsRaiseNoAlarm()
{
    constexpr int kSessions = 120;
    int alarms = 0;
    for (std::uint32_t seed = 0; seed < kSessions; ++seed) {
        bool alarm = false;
        for (std::uint32_t layer = 0; layer < kLayers; ++layer) {
            Stream stream(1000 + seed * kLayers + layer);
            LayerMonitor monitor;
            for (int t = 0; t < 2500; ++t) {
                stream.token(monitor, Planted::kNothing);
                alarm = alarm || monitor.warning();
            }
        }
        alarms += alarm ? 1 : 0;
    }
    qInfo("%d of %d sound sessions of %d layers and 2500 tokens raise an alarm", alarms, kSessions, kLayers);
    QVERIFY(alarms * 100 <= kSessions);
}

void TestCollapse::plantedCollapsesAreFound_data()
{
    QTest::addColumn<int>("planted");
    QTest::newRow("margins shrink") << static_cast<int>(Planted::kUndecided);
    QTest::newRow("always the same experts") << static_cast<int>(Planted::kAlwaysTheSame);
    QTest::newRow("half of the tokens to the same experts") << static_cast<int>(Planted::kNarrow);
}

void TestCollapse::plantedCollapsesAreFound()
{
    QFETCH(int, planted);
    constexpr int kSessions = 120;
    int found = 0;
    int tokens = 0;
    for (std::uint32_t seed = 0; seed < kSessions; ++seed) {
        Stream stream(500000 + seed);
        LayerMonitor monitor;
        for (int t = 0; t < 1200; ++t)
            stream.token(monitor, Planted::kNothing);
        if (monitor.warning()) // counted by the other test
            continue;
        int t = 0;
        for (; t < 1000 && !monitor.warning(); ++t)
            stream.token(monitor, static_cast<Planted>(planted));
        found += monitor.warning() ? 1 : 0;
        tokens += t;
    }
    qInfo("%d of %d found, after %d tokens on average", found, kSessions, tokens / kSessions);
    QVERIFY(found * 100 >= 95 * kSessions);
}

void TestCollapse::warningsEndWhenItIsOver()
{
    Stream stream(7);
    LayerMonitor monitor;
    int changes = 0;
    const auto run = [&](int tokens, Planted planted) {
        for (int t = 0; t < tokens; ++t) {
            const bool before = monitor.warning();
            stream.token(monitor, planted);
            changes += before != monitor.warning() ? 1 : 0;
        }
    };
    run(1200, Planted::kNothing);
    QVERIFY(!monitor.warning());
    run(900, Planted::kAlwaysTheSame);
    QVERIFY(monitor.warning());
    run(1200, Planted::kNothing);
    QVERIFY(!monitor.warning());
    QCOMPARE(changes, 2); // hysteresis: no flicker
}

void TestCollapse::nothingIsSaidBeforeCalibration()
{
    LayerMonitor monitor;
    Stream stream(1);
    for (int t = 0; t < LayerMonitor::kCalibration; ++t) {
        QVERIFY(!monitor.calibrated());
        stream.token(monitor, t % 2 == 0 ? Planted::kNothing : Planted::kAlwaysTheSame);
        QVERIFY(!monitor.warning());
    }
    QVERIFY(monitor.calibrated());
}

void TestCollapse::marginsThatAreNotFiniteAreLeftOut()
{
    LayerMonitor monitor;
    const std::vector<std::int32_t> experts = {0, 1, -1, 99};
    for (int t = 0; t < 2000; ++t)
        monitor.note(experts, 4, t % 3 == 0 ? INFINITY : t % 3 == 1 ? NAN : 0.5F);
    QCOMPARE(monitor.margin(), 0.5);
    QCOMPARE(monitor.utilisation(), 0.5); // two of four experts, equally
    QVERIFY(!monitor.warning());
}

void TestCollapse::telemetryNamesTheLayer()
{
    ExpertTelemetry telemetry;
    std::mt19937 random(3);
    for (int t = 0; t < 2100; ++t) {
        for (int layer = 1; layer < 4; ++layer) {
            const bool collapsed = layer == 2 && t > 1100;
            const auto first = static_cast<std::int32_t>(collapsed ? 0 : random() % 8);
            const std::vector<std::int32_t> experts = {first, (first + 1) % 8};
            const std::vector<float> margins = {0.5F + static_cast<float>(random() % 100) / 200};
            telemetry.record(layer, 8, experts, 2, margins);
        }
        if (t == 1100) {
            QVERIFY(telemetry.collapse().warnings().empty());
            telemetry.reset(); // an answer ended; what was learnt stays
        }
    }
    const auto warnings = telemetry.collapse().warnings();
    QCOMPARE(warnings.size(), std::size_t{1});
    QCOMPARE(warnings[0].layer, 2);
    QVERIFY(warnings[0].utilisation < 0.4 && warnings[0].usualUtilisation > 0.9);
}

/// A picture's empty ground goes to one expert, hundreds of tokens on end; the text around it is as usual.
void TestCollapse::picturesRaiseNoAlarm()
{
    ExpertTelemetry telemetry;
    std::mt19937 random(5);
    const auto pass = [&](int text, int picture) {
        std::vector<std::int32_t> experts;
        std::vector<float> margins;
        for (int t = 0; t < text + picture; ++t) {
            const bool ground = t < picture;
            experts.push_back(ground ? 3 : static_cast<std::int32_t>(random() % 8));
            margins.push_back(ground ? 9.0F : 0.5F + static_cast<float>(random() % 100) / 200);
        }
        const TokenRange range{0, static_cast<std::size_t>(picture)};
        telemetry.record(0, 8, experts, 1, margins, std::span(&range, picture > 0 ? 1 : 0));
        return telemetry.collapse().warnings().empty();
    };
    QVERIFY(pass(1100, 0));
    QCOMPARE(telemetry.collapse().learnt(), LayerMonitor::kCalibration);
    for (int turn = 0; turn < 10; ++turn)
        QVERIFY(pass(60, 512));
}

QTEST_GUILESS_MAIN(TestCollapse)
#include "test_collapse.moc"
