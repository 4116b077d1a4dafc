#include "engine/generate/sampler.h"
#include "engine/generate/sampler_filters.h"

#include <QTest>

#include <cmath>
#include <map>
#include <set>

using namespace conclave::engine;

namespace
{

constexpr int kDraws = 20000;

/// Shares of tokens 0 to 4; sums of them are easy to do by hand.
const std::vector<double> kShares = {0.05, 0.4, 0.2, 0.25, 0.1};

std::vector<float> logitsOf(const std::vector<double> &shares)
{
    std::vector<float> out;
    for (const double share : shares)
        out.push_back(static_cast<float>(std::log(share)));
    return out;
}

Candidates candidatesOf(const std::vector<double> &shares)
{
    Candidates out;
    for (const float logit : logitsOf(shares))
        out.push_back({logit, static_cast<TokenId>(out.size())});
    return out;
}

QList<int> sortedIds(const Candidates &candidates)
{
    QList<int> out;
    for (const Candidate &candidate : candidates)
        out.append(candidate.id);
    std::sort(out.begin(), out.end());
    return out;
}

/// All filters off, temperature 1.
Sampling plain()
{
    Sampling out;
    out.temperature = 1;
    out.topK = 0;
    out.topP = 1;
    out.minP = 0;
    out.seed = 11;
    return out;
}

std::map<TokenId, double> frequencies(const Sampling &sampling, const std::vector<float> &logits, const std::vector<TokenId> &history = {})
{
    Sampler sampler(sampling);
    std::map<TokenId, double> out;
    for (int i = 0; i < kDraws; ++i)
        out[sampler.sample(logits, history).id] += 1.0 / kDraws;
    return out;
}

/// Five standard deviations of a share over kDraws.
bool near(double share, double expected)
{
    return std::abs(share - expected) < 5 * std::sqrt(expected * (1 - expected) / kDraws) + 1e-9;
}

/// A tokenizer of nothing but texts.
class Texts final : public Tokenizer
{
public:
    explicit Texts(std::vector<std::string> texts) : m_texts(std::move(texts)) {}

    std::vector<TokenId> encode(std::string_view, bool) const override { return {}; }
    std::string piece(TokenId id) const override { return m_texts.at(static_cast<std::size_t>(id)); }
    std::string decode(std::span<const TokenId>) const override { return {}; }
    int size() const override { return static_cast<int>(m_texts.size()); }
    TokenType type(TokenId) const override { return TokenType::kNormal; }
    TokenId find(std::string_view) const override { return -1; }
    TokenId bos() const override { return -1; }
    TokenId eos() const override { return -1; }
    bool addsBos() const override { return false; }
    bool endsGeneration(TokenId) const override { return false; }

private:
    std::vector<std::string> m_texts;
};

Sampling dry(int allowedLength)
{
    Sampling out = plain();
    out.dryMultiplier = 0.8F;
    out.dryBase = 2.0F;
    out.dryAllowedLength = allowedLength;
    return out;
}

/// What DRY subtracts from each of `vocabulary` tokens.
std::vector<double> dryCost(const Sampling &sampling, const std::vector<TokenId> &history, int vocabulary,
                            const Tokenizer *tokenizer = nullptr)
{
    std::vector<float> logits(static_cast<std::size_t>(vocabulary), 0.0F);
    DryPenalty(sampling, tokenizer).apply(logits, history);
    std::vector<double> out;
    for (const float logit : logits)
        out.push_back(-static_cast<double>(logit));
    return out;
}

bool equal(const std::vector<double> &a, const std::vector<double> &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) { return std::abs(x - y) < 1e-5; });
}

} // namespace

/// The filters and penalties, one by one, on distributions small enough to work out by hand.
class TestSamplerFilters : public QObject
{
    Q_OBJECT

private slots:
    void topKEqualsASortOfEverything();
    void exponentialIsExact();
    void massesAreThoseOfASortOfEverything_data();
    void massesAreThoseOfASortOfEverything();
    void typicalKeepsWhatIsAsSurprisingAsExpected_data();
    void typicalKeepsWhatIsAsSurprisingAsExpected();
    void xtcLeavesTheLeastOfTheTopChoices_data();
    void xtcLeavesTheLeastOfTheTopChoices();
    void xtcHappensAsOftenAsAsked();
    void biasIsAddedBeforeAnythingElse();
    void penaltiesFollowTheirFormula();
    void penaltiesLeaveNothingBehind();
    void dryMakesRepetitionsCostMoreTheLongerTheyAre();
    void dryTakesTheLongestOfSeveralRepetitions();
    void dryStopsAtSequenceBreakers();
    void dryLooksBackOnlyItsRange();
    void drySwitchedOffCostsNothing();
    void dryIsLinearInTheHistory();
    void filtersWorkInTheUsualOrder();
    void everythingTogetherDrawsFromTheExpectedShares();
};

void TestSamplerFilters::topKEqualsASortOfEverything()
{
    RandomStream random(5);
    for (const int size : {1, 40, 255, 256, 257, 5000}) {
        for (const int count : {1, 40, 300, 4999}) {
            Candidates all;
            for (int i = 0; i < size; ++i) // many equal logits, and rising ones, which are the worst case
                all.push_back({i % 3 == 0 ? static_cast<float>(i) : static_cast<float>(random.next() % 50), i});
            Candidates sorted = all;
            std::sort(sorted.begin(), sorted.end(), isBetter);
            sorted.resize(std::min(sorted.size(), static_cast<std::size_t>(count)));
            keepTopK(all, count);
            QCOMPARE(sortedIds(all), sortedIds(sorted));
        }
    }
}

void TestSamplerFilters::exponentialIsExact()
{
    for (double x = 0; x >= -50; x -= 0.00137)
        QVERIFY2(std::abs(exponential(x) / std::exp(x) - 1) < 1e-14, qPrintable(QString::number(x)));
    QCOMPARE(exponential(0), 1.0);
}

void TestSamplerFilters::massesAreThoseOfASortOfEverything_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<double>("spread");
    QTest::addColumn<int>("kinds"); // of logits; 0: all differ
    for (const int size : {1, 2, 255, 256, 257, 5000}) {
        for (const double spread : {0.01, 3.0, 30.0, 1e30})
            QTest::addRow("%d tokens, logits spread by %g", size, spread) << size << spread << 0;
        QTest::addRow("%d tokens of 7 different logits", size) << size << 1.0 << 7;
        QTest::addRow("%d tokens, all alike", size) << size << 1.0 << 1;
    }
    QTest::newRow("a whole vocabulary") << 150000 << 3.0 << 0;
    QTest::newRow("a whole vocabulary, nearly flat") << 150000 << 1e-4 << 0;
}

/// Top-p and typical sampling against float64 and a sort: what is kept is the beginning of the order, reaches the mass, and would not reach
/// it without its last token. It stays in the order of ids where no more than a few logits are equal.
void TestSamplerFilters::massesAreThoseOfASortOfEverything()
{
    QFETCH(int, size);
    QFETCH(double, spread);
    QFETCH(int, kinds);
    RandomStream random(9);
    Candidates all;
    for (int i = 0; i < size; ++i) {
        double sum = -6;
        for (int k = 0; k < 12; ++k)
            sum += random.uniform();
        const double value = kinds > 0 ? static_cast<double>(random.next() % static_cast<std::uint64_t>(kinds)) : sum;
        all.push_back({static_cast<float>(spread * value), i});
    }
    const double highest = bestOf(all).logit;
    std::vector<double> weights;
    double total = 0;
    double entropy = 0;
    for (const Candidate &each : all) {
        weights.push_back(std::exp(static_cast<double>(each.logit) - highest));
        total += weights.back();
    }
    for (const double weight : weights)
        entropy -= weight > 0 ? weight / total * std::log(weight / total) : 0.0;
    for (const bool typical : {false, true}) {
        const auto key = [&](const Candidate &each) {
            const double surprise = std::log(total) - (static_cast<double>(each.logit) - highest);
            return typical ? std::abs(surprise - entropy) : surprise;
        };
        Candidates ranked = all;
        std::sort(ranked.begin(), ranked.end(),
                  [&](const Candidate &a, const Candidate &b) { return key(a) != key(b) ? key(a) < key(b) : isBetter(a, b); });
        for (const float share : {0.0F, 0.1F, 0.5F, 0.95F, 0.999F, 0.9999999F}) {
            if (typical && share == 0)
                continue; // off
            Candidates kept = all;
            typical ? keepTypical(kept, share) : keepTopP(kept, share);
            QVERIFY(!kept.empty());
            double mass = 0;
            for (std::size_t i = 0; i < kept.size(); ++i)
                mass += weights[static_cast<std::size_t>(ranked[i].id)];
            const double last = weights[static_cast<std::size_t>(ranked[kept.size() - 1].id)];
            const double wanted = static_cast<double>(share) * total;
            const double rounding = 1e-12 * total;
            QVERIFY2(mass >= wanted - rounding, qPrintable(QString::number(mass / total)));
            QVERIFY2(kept.size() == 1 || mass - last < wanted + rounding, qPrintable(QString::number((mass - last) / total)));
            if (spread < 1e10) { // there the key itself is rounded to far more than neighbours differ by
                Candidates expected(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(kept.size()));
                QCOMPARE(sortedIds(kept), sortedIds(expected));
            }
            if (kinds == 0)
                QVERIFY(std::is_sorted(kept.begin(), kept.end(), [](const Candidate &a, const Candidate &b) { return a.id < b.id; }));
        }
    }
}

void TestSamplerFilters::typicalKeepsWhatIsAsSurprisingAsExpected_data()
{
    // Entropy of the shares: 1.4150 nats. Surprises: 2.996, 0.916, 1.609, 1.386, 2.303; distances from the entropy: 1.581, 0.499, 0.194,
    // 0.029, 0.888. So the order is 3, 2, 1, 4, 0, and the masses are 0.25, 0.45, 0.85, 0.95, 1.
    QTest::addColumn<double>("mass");
    QTest::addColumn<QList<int>>("kept");
    QTest::newRow("a small mass keeps the most typical token, which is not the most likely") << 0.2 << QList<int>{3};
    QTest::newRow("two") << 0.4 << QList<int>{2, 3};
    QTest::newRow("three") << 0.5 << QList<int>{1, 2, 3};
    QTest::newRow("four") << 0.9 << QList<int>{1, 2, 3, 4};
    QTest::newRow("one is off") << 1.0 << QList<int>{0, 1, 2, 3, 4};
    QTest::newRow("zero is off") << 0.0 << QList<int>{0, 1, 2, 3, 4};
    QTest::newRow("not a number is off") << std::nan("") << QList<int>{0, 1, 2, 3, 4};
}

void TestSamplerFilters::typicalKeepsWhatIsAsSurprisingAsExpected()
{
    QFETCH(double, mass);
    QFETCH(QList<int>, kept);
    Candidates candidates = candidatesOf(kShares);
    keepTypical(candidates, static_cast<float>(mass));
    QCOMPARE(sortedIds(candidates), kept);
}

void TestSamplerFilters::xtcLeavesTheLeastOfTheTopChoices_data()
{
    QTest::addColumn<double>("threshold");
    QTest::addColumn<QList<int>>("kept");
    QTest::newRow("three reach 0.15: the least of them and all below stay") << 0.15 << QList<int>{0, 2, 4};
    QTest::newRow("two reach 0.22") << 0.22 << QList<int>{0, 2, 3, 4};
    QTest::newRow("one reaches 0.3: nothing happens") << 0.3 << QList<int>{0, 1, 2, 3, 4};
    QTest::newRow("none reaches 0.45") << 0.45 << QList<int>{0, 1, 2, 3, 4};
    QTest::newRow("all reach 0.01: the least likely remains") << 0.01 << QList<int>{0};
    QTest::newRow("above one half is off") << 0.51 << QList<int>{0, 1, 2, 3, 4};
    QTest::newRow("zero is off") << 0.0 << QList<int>{0, 1, 2, 3, 4};
}

void TestSamplerFilters::xtcLeavesTheLeastOfTheTopChoices()
{
    QFETCH(double, threshold);
    QFETCH(QList<int>, kept);
    Candidates candidates = candidatesOf(kShares);
    excludeTopChoices(candidates, static_cast<float>(threshold));
    QCOMPARE(sortedIds(candidates), kept);
}

void TestSamplerFilters::xtcHappensAsOftenAsAsked()
{
    Sampling sampling = plain();
    sampling.xtcProbability = 0.25F;
    sampling.xtcThreshold = 0.22F; // leaves out token 1 alone
    const auto counts = frequencies(sampling, logitsOf(kShares));
    QVERIFY(near(counts.at(1), 0.75 * 0.4));
    QVERIFY(near(counts.at(3), 0.75 * 0.25 + 0.25 * 0.25 / 0.6));
    sampling.xtcProbability = 1;
    QVERIFY(!frequencies(sampling, logitsOf(kShares)).contains(1));
}

void TestSamplerFilters::biasIsAddedBeforeAnythingElse()
{
    std::vector<float> logits = {1.0F, 2.0F, -INFINITY};
    addLogitBias(logits, std::vector<LogitBias>{{0, 0.5F}, {1, -INFINITY}, {2, INFINITY}, {-1, 9.0F}, {3, 9.0F}, {0, NAN}});
    QCOMPARE(logits, (std::vector<float>{1.5F, -INFINITY, -INFINITY}));
    Sampling sampling = plain();
    sampling.logitBias = {{1, -INFINITY}, {0, static_cast<float>(std::log(5.0))}}; // 0.25 beside 0.2, 0.25, 0.1
    const auto counts = frequencies(sampling, logitsOf(kShares));
    QVERIFY(!counts.contains(1));
    QVERIFY(near(counts.at(0), 0.25 / 0.8));
    QVERIFY(near(counts.at(2), 0.2 / 0.8));
}

void TestSamplerFilters::penaltiesFollowTheirFormula()
{
    Sampling sampling;
    sampling.repetitionPenalty = 2;
    sampling.frequencyPenalty = 0.25F;
    sampling.presencePenalty = 0.5F;
    sampling.repetitionWindow = 5;
    std::vector<float> logits = {4.0F, -1.0F, 3.0F, 1.0F};
    RepetitionPenalties penalties(sampling);
    penalties.apply(logits, std::vector<TokenId>{2, 2, 0, 1, 0, 0, 77}); // the first two are out of the window, the last is unknown
    // 0: 4 / 2 - 0.5 - 3 * 0.25; 1: -1 * 2 - 0.5 - 0.25
    QCOMPARE(logits, (std::vector<float>{0.75F, -2.75F, 3.0F, 1.0F}));
}

void TestSamplerFilters::penaltiesLeaveNothingBehind()
{
    Sampling sampling;
    sampling.presencePenalty = 1;
    sampling.frequencyPenalty = 1;
    RepetitionPenalties penalties(sampling);
    for (int round = 0; round < 3; ++round) {
        std::vector<float> logits = {1.0F, 1.0F};
        penalties.apply(logits, std::vector<TokenId>{1});
        QCOMPARE(logits, (std::vector<float>{1.0F, -1.0F}));
    }
    for (const float odd : {NAN, INFINITY}) {
        sampling.presencePenalty = sampling.frequencyPenalty = sampling.repetitionPenalty = odd;
        std::vector<float> logits = {1.0F};
        RepetitionPenalties(sampling).apply(logits, std::vector<TokenId>{0});
        QCOMPARE(logits, std::vector<float>{1.0F});
    }
}

void TestSamplerFilters::dryMakesRepetitionsCostMoreTheLongerTheyAre()
{
    // "1 2 3 4 ... 1 2 3": 4 would prolong a repetition of three tokens.
    const std::vector<TokenId> history = {1, 2, 3, 4, 0, 1, 2, 3};
    QVERIFY(equal(dryCost(dry(1), history, 6), {0, 0, 0, 0, 0.8 * 4, 0})); // 0.8 * 2^(3-1)
    QVERIFY(equal(dryCost(dry(2), history, 6), {0, 0, 0, 0, 0.8 * 2, 0}));
    QVERIFY(equal(dryCost(dry(3), history, 6), {0, 0, 0, 0, 0.8, 0}));
    QVERIFY(equal(dryCost(dry(4), history, 6), {0, 0, 0, 0, 0, 0}));
}

void TestSamplerFilters::dryTakesTheLongestOfSeveralRepetitions()
{
    // Behind "3": once 4 after "2 3", once 4 after "5 3", and 5 after "5 3". The end is "2 3".
    const std::vector<TokenId> history = {0, 2, 3, 4, 5, 3, 4, 5, 3, 5, 2, 3};
    QVERIFY(equal(dryCost(dry(1), history, 6), {0, 0, 0, 0, 0.8 * 2, 0.8}));
    // A run of one token repeats itself one shorter than it is.
    QVERIFY(equal(dryCost(dry(1), {1, 1, 1, 1}, 2), {0, 0.8 * 4}));
}

void TestSamplerFilters::dryStopsAtSequenceBreakers()
{
    const Texts texts({"zero", "one", "two", "thr:ee", "four", "five"});
    Sampling sampling = dry(1);
    sampling.dryBreakers = {":"};
    // The repetition "3 1 2" counts as "1 2" only; without breakers it is three long.
    const std::vector<TokenId> history = {3, 1, 2, 4, 0, 3, 1, 2};
    QVERIFY(equal(dryCost(sampling, history, 6, &texts), {0, 0, 0, 0, 0.8 * 2, 0}));
    QVERIFY(equal(dryCost(sampling, history, 6), {0, 0, 0, 0, 0.8 * 4, 0}));
    QVERIFY(equal(dryCost(sampling, {3, 4, 3}, 6, &texts), {0, 0, 0, 0, 0, 0})); // the end is a breaker
}

void TestSamplerFilters::dryLooksBackOnlyItsRange()
{
    const std::vector<TokenId> history = {1, 2, 4, 0, 0, 1, 2};
    Sampling sampling = dry(1);
    sampling.dryRange = 7;
    QVERIFY(dryCost(sampling, history, 6)[4] > 0);
    sampling.dryRange = 5;
    QCOMPARE(dryCost(sampling, history, 6)[4], 0.0);
}

void TestSamplerFilters::drySwitchedOffCostsNothing()
{
    const std::vector<TokenId> history(20, 1);
    for (const auto &change : std::vector<std::function<void(Sampling &)>>{
             [](Sampling &s) { s.dryMultiplier = 0; }, [](Sampling &s) { s.dryMultiplier = NAN; }, [](Sampling &s) { s.dryBase = 0.5F; },
             [](Sampling &s) { s.dryBase = INFINITY; }, [](Sampling &s) { s.dryRange = 0; }}) {
        Sampling sampling = dry(1);
        change(sampling);
        QVERIFY(equal(dryCost(sampling, history, 2), {0, 0}));
    }
    QVERIFY(std::isfinite(dryCost(dry(1), std::vector<TokenId>(5000, 1), 2)[1])); // the power is bounded
}

void TestSamplerFilters::dryIsLinearInTheHistory()
{
    // 200 000 equal tokens: comparing each place with the end anew would take 2 * 10^10 steps.
    const std::vector<TokenId> history(200000, 1);
    QElapsedTimer timer;
    timer.start();
    QVERIFY(dryCost(dry(2), history, 2)[1] > 0);
    QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
}

void TestSamplerFilters::filtersWorkInTheUsualOrder()
{
    // Top-k 3 leaves 1, 3, 2 with 0.47, 0.29, 0.24; min-p 0.55 of the best then drops 2 (0.5), and XTC, which sees 0.615 and 0.385,
    // leaves out 1. Were XTC first, it would leave 2 and 4 to the others.
    Sampling sampling = plain();
    sampling.topK = 3;
    sampling.minP = 0.55F;
    sampling.xtcProbability = 1;
    sampling.xtcThreshold = 0.1F;
    const auto counts = frequencies(sampling, logitsOf(kShares));
    QCOMPARE(counts.size(), std::size_t{1});
    QVERIFY(counts.contains(3));
    // A penalty comes before top-k: token 1 falls from first to last place.
    Sampling penalised = plain();
    penalised.topK = 4;
    penalised.presencePenalty = 10;
    QVERIFY(!frequencies(penalised, logitsOf(kShares), {1}).contains(1));
}

void TestSamplerFilters::everythingTogetherDrawsFromTheExpectedShares()
{
    // Bias makes 0 as likely as 4 (0.1); top-k 4 leaves 1, 3, 2 and 0, the lower of equal ids; top-p 0.8 of 0.95 leaves 1, 3, 2;
    // temperature 2 takes roots: sqrt 0.4, 0.25, 0.2.
    Sampling sampling = plain();
    sampling.logitBias = {{0, logitsOf(kShares)[4] - logitsOf(kShares)[0]}};
    sampling.topK = 4;
    sampling.topP = 0.8F;
    sampling.temperature = 2;
    const double total = std::sqrt(0.4) + std::sqrt(0.25) + std::sqrt(0.2);
    const auto counts = frequencies(sampling, logitsOf(kShares));
    QCOMPARE(counts.size(), std::size_t{3});
    QVERIFY(near(counts.at(1), std::sqrt(0.4) / total));
    QVERIFY(near(counts.at(3), std::sqrt(0.25) / total));
    QVERIFY(near(counts.at(2), std::sqrt(0.2) / total));
}

QTEST_GUILESS_MAIN(TestSamplerFilters)
#include "test_sampler_filters.moc"
