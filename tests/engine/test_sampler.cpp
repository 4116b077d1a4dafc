#include "engine/generate/sampler.h"
#include "engine/generate/token_constraint.h"

#include <QTest>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <new>
#include <set>

using namespace conclave::engine;

namespace
{

std::atomic<long> g_allocations = 0;

} // namespace

// Counts allocations of the whole program, so that a test can see that sampling makes none.
void *operator new(std::size_t size)
{
    ++g_allocations;
    if (void *memory = std::malloc(size == 0 ? 1 : size)) {
        return memory;
    }
    throw std::bad_alloc();
}
void operator delete(void *memory) noexcept
{
    std::free(memory);
}
void operator delete(void *memory, std::size_t) noexcept
{
    std::free(memory);
}

namespace
{

constexpr int kDraws = 20000;
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// All filters off, temperature 1.
Sampling plain()
{
    Sampling out;
    out.temperature = 1;
    out.topK = 0;
    out.topP = 1;
    out.minP = 0;
    out.seed = 42;
    return out;
}

std::vector<float> logitsOf(const std::vector<double> &probabilities)
{
    std::vector<float> out;
    for (const double p : probabilities) {
        out.push_back(static_cast<float>(std::log(p)));
    }
    return out;
}

std::map<TokenId, double> frequencies(const Sampling &sampling, const std::vector<float> &logits,
                                      const std::vector<std::uint64_t> &allowed = {}, const std::vector<TokenId> &history = {})
{
    Sampler sampler(sampling);
    std::map<TokenId, double> out;
    for (int i = 0; i < kDraws; ++i) {
        out[sampler.sample(logits, history, allowed).id] += 1.0 / kDraws;
    }
    return out;
}

std::set<TokenId> keys(const std::map<TokenId, double> &counts)
{
    std::set<TokenId> out;
    for (const auto &[id, share] : counts) {
        out.insert(id);
    }
    return out;
}

/// Five standard deviations of a share over kDraws.
bool near(double share, double expected)
{
    return std::abs(share - expected) < 5 * std::sqrt(expected * (1 - expected) / kDraws) + 1e-9;
}

const std::vector<double> kShares = {0.05, 0.4, 0.2, 0.25, 0.1};

} // namespace

class TestSampler : public QObject
{
    Q_OBJECT

private slots:
    void greedyTakesTheBestAndTheFirstOfEquals();
    void plainDrawsFollowTheSoftmax();
    void temperatureSharpensAndFlattens();
    void filtersKeepExactSets_data();
    void filtersKeepExactSets();
    void filtersRenormalise();
    void topPSortsFarEnough();
    void penaltyLowersRepeatedTokensOnce();
    void penaltyLooksBackOnlyItsWindow();
    void constraintMasksTokens();
    void probabilityIsThatOfThePlainSoftmax();
    void sameSeedSameTokens();
    void extremeLogitsAreSafe_data();
    void extremeLogitsAreSafe();
    void nothingToChoose();
    void oddParametersSwitchFiltersOff();
    void noAllocationAfterTheFirstToken();
    void randomStreamIsFixed();
};

void TestSampler::greedyTakesTheBestAndTheFirstOfEquals()
{
    Sampling greedy = plain();
    greedy.temperature = 0;
    Sampler sampler(greedy);
    QCOMPARE(sampler.sample(std::vector<float>{0.1F, 3.0F, -1.0F}, {}).id, 1);
    QCOMPARE(sampler.sample(std::vector<float>{2.0F, 3.0F, 3.0F}, {}).id, 1);
}

void TestSampler::plainDrawsFollowTheSoftmax()
{
    const auto counts = frequencies(plain(), logitsOf(kShares));
    for (std::size_t i = 0; i < kShares.size(); ++i) {
        QVERIFY2(near(counts.at(static_cast<TokenId>(i)), kShares[i]), qPrintable(QString::number(counts.at(static_cast<TokenId>(i)))));
    }
}

void TestSampler::temperatureSharpensAndFlattens()
{
    const std::vector<double> shares = {0.2, 0.8};
    for (const float temperature : {0.5F, 2.0F}) {
        Sampling sampling = plain();
        sampling.temperature = temperature;
        const double a = std::pow(0.2, 1 / temperature);
        const double b = std::pow(0.8, 1 / temperature);
        QVERIFY(near(frequencies(sampling, logitsOf(shares)).at(0), a / (a + b)));
    }
    Sampling cold = plain();
    cold.temperature = 1e-6F;
    QCOMPARE(keys(frequencies(cold, logitsOf(shares))), std::set<TokenId>{1});
}

void TestSampler::filtersKeepExactSets_data()
{
    QTest::addColumn<int>("topK");
    QTest::addColumn<double>("topP");
    QTest::addColumn<double>("minP");
    QTest::addColumn<QList<int>>("kept");
    QTest::newRow("all off") << 0 << 1.0 << 0.0 << QList<int>{0, 1, 2, 3, 4};
    QTest::newRow("top-k of one") << 1 << 1.0 << 0.0 << QList<int>{1};
    QTest::newRow("top-k of three") << 3 << 1.0 << 0.0 << QList<int>{1, 2, 3};
    QTest::newRow("top-k of more than there are") << 50 << 1.0 << 0.0 << QList<int>{0, 1, 2, 3, 4};
    QTest::newRow("top-p keeps the token that crosses") << 0 << 0.6 << 0.0 << QList<int>{1, 3};
    QTest::newRow("top-p just past a boundary") << 0 << 0.66 << 0.0 << QList<int>{1, 2, 3};
    QTest::newRow("top-p of zero keeps the best") << 0 << 0.0 << 0.0 << QList<int>{1};
    QTest::newRow("min-p drops what is below the share of the best") << 0 << 1.0 << 0.45 << QList<int>{1, 2, 3};
    QTest::newRow("min-p of one keeps the best") << 0 << 1.0 << 1.0 << QList<int>{1};
    QTest::newRow("min-p above one keeps the best") << 0 << 1.0 << 7.0 << QList<int>{1};
    QTest::newRow("top-p works on what top-k left") << 2 << 0.7 << 0.0 << QList<int>{1, 3};
    QTest::newRow("top-p after top-k drops the second") << 2 << 0.6 << 0.0 << QList<int>{1};
    QTest::newRow("all three") << 4 << 0.95 << 0.3 << QList<int>{1, 2, 3};
}

void TestSampler::filtersKeepExactSets()
{
    QFETCH(int, topK);
    QFETCH(double, topP);
    QFETCH(double, minP);
    QFETCH(QList<int>, kept);
    Sampling sampling = plain();
    sampling.topK = topK;
    sampling.topP = static_cast<float>(topP);
    sampling.minP = static_cast<float>(minP);
    QCOMPARE(keys(frequencies(sampling, logitsOf(kShares))), std::set<TokenId>(kept.begin(), kept.end()));
}

void TestSampler::filtersRenormalise()
{
    Sampling sampling = plain();
    sampling.topK = 2;
    const auto counts = frequencies(sampling, logitsOf(kShares));
    QVERIFY(near(counts.at(1), 0.4 / 0.65));
    QVERIFY(near(counts.at(3), 0.25 / 0.65));
}

void TestSampler::topPSortsFarEnough()
{
    // 4000 equal tokens: half of the mass is 2000 of them, the ones of lowest id.
    const std::vector<float> logits(4000, 1.0F);
    Sampling sampling = plain();
    sampling.topP = 0.5F;
    Sampler sampler(sampling);
    std::set<TokenId> seen;
    for (int i = 0; i < 1000; ++i) {
        seen.insert(sampler.sample(logits, {}).id);
    }
    QVERIFY(*seen.rbegin() < 2001);
    QVERIFY(*seen.rbegin() > 1900);
    QVERIFY(*seen.begin() < 100);
}

void TestSampler::penaltyLowersRepeatedTokensOnce()
{
    Sampling sampling = plain();
    sampling.temperature = 0;
    sampling.repetitionPenalty = 2;
    Sampler sampler(sampling);
    const std::vector<TokenId> history = {0, 0, 0, 2};
    QCOMPARE(sampler.sample(std::vector<float>{3.0F, 1.4F, -1.0F}, history).id, 0); // 1.5: halved once, not three times
    QCOMPARE(sampler.sample(std::vector<float>{3.0F, 1.6F, -1.0F}, history).id, 1);
    QCOMPARE(sampler.sample(std::vector<float>{-9.0F, -1.5F, -1.0F}, history).id, 1); // negative ones grow
    const std::vector<TokenId> outside = {-1, 99};
    QCOMPARE(sampler.sample(std::vector<float>{3.0F, 1.6F}, outside).id, 0);
}

void TestSampler::penaltyLooksBackOnlyItsWindow()
{
    Sampling sampling = plain();
    sampling.temperature = 0;
    sampling.repetitionPenalty = 10;
    sampling.repetitionWindow = 2;
    Sampler sampler(sampling);
    const std::vector<float> logits = {3.0F, 1.0F, 0.5F};
    const std::vector<TokenId> far = {0, 2, 2};
    const std::vector<TokenId> close = {2, 0, 2};
    QCOMPARE(sampler.sample(logits, far).id, 0);
    QCOMPARE(sampler.sample(logits, close).id, 1);
}

void TestSampler::constraintMasksTokens()
{
    const std::vector<std::uint64_t> mask = {0b10101};
    QCOMPARE(keys(frequencies(plain(), logitsOf(kShares), mask)), (std::set<TokenId>{0, 2, 4}));
    std::vector<float> logits(200, 5.0F);
    logits[130] = -50;
    const std::vector<std::uint64_t> second = {0, 0, std::uint64_t{1} << 2}; // token 130
    QCOMPARE(keys(frequencies(plain(), logits, second)), std::set<TokenId>{130});
    const std::vector<std::uint64_t> tooShort = {1}; // tokens outside of the mask are not allowed
    QCOMPARE(keys(frequencies(plain(), logits, tooShort)), std::set<TokenId>{0});
    QVERIFY(isAllowed(second, 130) && !isAllowed(second, 131) && !isAllowed(second, -1) && !isAllowed(second, 192));
}

void TestSampler::probabilityIsThatOfThePlainSoftmax()
{
    Sampling sampling = plain();
    sampling.topK = 1;
    sampling.temperature = 0.1F;
    sampling.repetitionPenalty = 1.1F;
    Sampler sampler(sampling);
    const std::vector<TokenId> history = {1};
    const SampledToken token = sampler.sample(logitsOf(kShares), history);
    QVERIFY(token.id >= 0);
    QVERIFY(std::abs(token.probability - kShares[static_cast<std::size_t>(token.id)]) < 1e-5);

    std::vector<float> many(10007); // against the formula in float64: flat and peaked rows, logits far below the best
    for (const float spread : {0.001F, 3.0F, 90.0F}) {
        double total = 0;
        for (std::size_t i = 0; i < many.size(); ++i) {
            many[i] = spread * static_cast<float>(std::sin(static_cast<double>(i)) - 1);
            total += std::exp(static_cast<double>(many[i]));
        }
        const SampledToken drawn = Sampler(plain()).sample(many, {});
        const double expected = std::exp(static_cast<double>(many[static_cast<std::size_t>(drawn.id)])) / total;
        QVERIFY2(std::abs(drawn.probability / expected - 1) < 1e-5, qPrintable(QString::number(drawn.probability / expected - 1)));
    }
}

void TestSampler::sameSeedSameTokens()
{
    std::vector<float> logits(1000);
    for (std::size_t i = 0; i < logits.size(); ++i) {
        logits[i] = static_cast<float>(std::sin(static_cast<double>(i)));
    }
    const auto run = [&logits](std::uint64_t seed) {
        Sampling sampling;
        sampling.seed = seed;
        Sampler sampler(sampling);
        std::vector<TokenId> out;
        for (int i = 0; i < 100; ++i) {
            out.push_back(sampler.sample(logits, out).id);
        }
        return out;
    };
    QVERIFY(run(7) == run(7));
    QVERIFY(run(7) != run(8));
}

void TestSampler::extremeLogitsAreSafe_data()
{
    QTest::addColumn<QList<float>>("logits");
    QTest::addColumn<QList<int>>("possible");
    QTest::newRow("NaN is never chosen") << QList<float>{kNan, 1.0F, kNan} << QList<int>{1};
    QTest::newRow("-infinity is never chosen") << QList<float>{-kInfinity, 1.0F, -kInfinity} << QList<int>{1};
    QTest::newRow("+infinity wins") << QList<float>{kInfinity, 1.0F, 5.0F} << QList<int>{0};
    QTest::newRow("two +infinities share") << QList<float>{kInfinity, 1.0F, kInfinity} << QList<int>{0, 2};
    QTest::newRow("largest finite numbers") << QList<float>{3e38F, -3e38F, 3e38F} << QList<int>{0, 2};
    QTest::newRow("all NaN: the first") << QList<float>{kNan, kNan} << QList<int>{0};
    QTest::newRow("all -infinity: the first") << QList<float>{-kInfinity, -kInfinity} << QList<int>{0};
}

void TestSampler::extremeLogitsAreSafe()
{
    QFETCH(QList<float>, logits);
    QFETCH(QList<int>, possible);
    const std::vector<float> row(logits.begin(), logits.end());
    const std::set<TokenId> expected(possible.begin(), possible.end());
    for (Sampling sampling : {plain(), Sampling{}}) {
        QCOMPARE(keys(frequencies(sampling, row)), expected);
        sampling.temperature = 0;
        QVERIFY(expected.contains(Sampler(sampling).sample(row, {}).id));
        const float probability = Sampler(sampling).sample(row, {}).probability;
        QVERIFY(probability >= 0 && probability <= 1);
    }
}

void TestSampler::nothingToChoose()
{
    Sampler sampler(plain());
    QCOMPARE(sampler.sample({}, {}).id, -1);
    const std::vector<std::uint64_t> none = {0};
    QCOMPARE(sampler.sample(std::vector<float>{1.0F, 2.0F}, {}, none).id, -1);
    const std::vector<std::uint64_t> onlyNan = {0b10};
    QCOMPARE(sampler.sample(std::vector<float>{1.0F, kNan}, {}, onlyNan).id, 1); // the grammar must be able to go on
}

void TestSampler::oddParametersSwitchFiltersOff()
{
    Sampling sampling = plain();
    sampling.topK = -3;
    sampling.topP = kNan;
    sampling.minP = kNan;
    sampling.repetitionPenalty = kNan;
    sampling.repetitionWindow = -1;
    QCOMPARE(keys(frequencies(sampling, logitsOf(kShares), {}, {1, 2})).size(), std::size_t{5});
    sampling.temperature = kNan;
    QCOMPARE(keys(frequencies(sampling, logitsOf(kShares))), std::set<TokenId>{1});
    sampling.temperature = kInfinity;
    QCOMPARE(keys(frequencies(sampling, logitsOf(kShares))).size(), std::size_t{5});
}

void TestSampler::noAllocationAfterTheFirstToken()
{
    std::vector<float> logits(32000);
    for (std::size_t i = 0; i < logits.size(); ++i) {
        logits[i] = static_cast<float>((i * 7919) % 1000) / 100;
    }
    const std::vector<TokenId> history = {1, 2, 3, 2, 1};
    for (const int topK : {0, 40}) {
        Sampling sampling;
        sampling.topK = topK;
        sampling.repetitionPenalty = 1.2F;
        Sampler sampler(sampling);
        (void)sampler.sample(logits, history);
        const long before = g_allocations;
        for (int i = 0; i < 20; ++i) {
            (void)sampler.sample(logits, history);
        }
        QCOMPARE(g_allocations.load(), before);
    }
    const long before = g_allocations;
    ::operator delete(::operator new(1));
    QVERIFY(g_allocations.load() > before); // the counter counts
}

void TestSampler::randomStreamIsFixed()
{
    RandomStream zero(0); // first outputs of SplitMix64 for seed 0
    QCOMPARE(zero.next(), std::uint64_t{0xE220A8397B1DCDAF});
    QCOMPARE(zero.next(), std::uint64_t{0x6E789E6AA1B965F4});
    RandomStream stream(3);
    double sum = 0;
    for (int i = 0; i < kDraws; ++i) {
        const double value = stream.uniform();
        QVERIFY(value >= 0 && value < 1);
        sum += value;
    }
    QVERIFY(std::abs(sum / kDraws - 0.5) < 0.02);
}

QTEST_GUILESS_MAIN(TestSampler)
#include "test_sampler.moc"
