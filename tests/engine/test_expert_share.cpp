#include "tests/engine/divergence.h"
#include "tests/engine/model_fixture.h"

#include <QObject>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;
using kernels::Precision;

namespace
{

struct Family
{
    const char *name;
    int used;      ///< experts of a token, as the file has it
    double hashed; ///< share of the expert layers where the token decides: these keep all
};

/// Every kind of score: softmax, of the chosen alone, sigmoid with groups, square root of softplus.
constexpr Family kFamilies[] = {{"mixtral", 2, 0},   {"qwen3moe", 2, 0},       {"olmoe", 3, 0},        {"qwen2moe", 3, 0},
                                {"gptoss", 4, 0},    {"deepseek2_lite", 3, 0}, {"deepseek2_v3", 4, 0}, {"gemma4moe", 2, 0},
                                {"qwen35moe", 3, 0}, {"deepseek4", 2, 0.5}};

/// What a model says of a prompt with part of its experts.
struct Said
{
    std::vector<float> logits; ///< [T, V]
    std::vector<std::vector<std::int32_t>> chosen;
    double meanExperts = 0;
};

Said say(const QString &path, const std::string &device, float share, std::span<const std::int32_t> tokens)
{
    Said said;
    const auto made = makeDevice(device);
    auto file = GgufFile::open(path.toStdString());
    if (!file)
        return said;
    auto model = loadModel(*file, *made, {Precision::kFloat, kernels::DType::kF32, nullptr, 1024, share});
    if (!model)
        return said;
    auto cache = (*model)->createCache(512);
    ExpertTelemetry telemetry;
    telemetry.keepChoices(true);
    said.logits = forward(**model, **cache, tokens, static_cast<int>(tokens.size()), &telemetry);
    for (const auto &choice : telemetry.choices())
        said.chosen.push_back(choice.experts);
    said.meanExperts = telemetry.meanExperts();
    return said;
}

/// Mean over tokens of the divergence from `full` to `part`.
double meanDivergence(const Said &full, const Said &part, std::size_t vocabulary)
{
    double sum = 0;
    const std::size_t tokens = full.logits.size() / vocabulary;
    for (std::size_t t = 0; t < tokens; ++t)
        sum += divergence(std::span(full.logits).subspan(t * vocabulary, vocabulary),
                          std::span(part.logits).subspan(t * vocabulary, vocabulary));
    return sum / static_cast<double>(tokens);
}

} // namespace

/// EngineOptions::expertShare, from the option to the experts chosen and the logits.
class TestExpertShare : public QObject
{
    Q_OBJECT

private slots:
    void fewerExpertsForASmallerShare_data();
    void fewerExpertsForASmallerShare();
    void devicesChooseTheSame();
    void adaptiveModelsGoByTheirOwnRule();
    void cleanupTestCase();

private:
    QMap<QString, QStringList> m_table;
};

void TestExpertShare::fewerExpertsForASmallerShare_data()
{
    QTest::addColumn<int>("family");
    for (int i = 0; i < static_cast<int>(std::size(kFamilies)); ++i)
        QTest::newRow(kFamilies[i].name) << i;
}

void TestExpertShare::fewerExpertsForASmallerShare()
{
    QFETCH(int, family);
    const Family &about = kFamilies[family];
    const QString folder = dataPath(QStringLiteral("models/%1/").arg(about.name));
    const Reference reference = Reference::load(folder, "long");
    const auto tokens = std::span<const std::int32_t>(reference.tokens).first(std::min<std::size_t>(reference.tokens.size(), 96));
    const Said full = say(folder + "model.gguf", "best", 1.0F, tokens);
    QVERIFY(!full.logits.empty());
    QCOMPARE(full.meanExperts, static_cast<double>(about.used));
    double experts = full.meanExperts;
    double first = 0;
    double last = 0;
    for (const float share : {0.999F, 0.9F, 0.7F, 0.5F, 0.0F}) {
        const Said part = say(folder + "model.gguf", "best", share, tokens);
        QCOMPARE(part.logits.size(), full.logits.size());
        QVERIFY(part.meanExperts <= experts + 1e-9);
        experts = part.meanExperts;
        last = meanDivergence(full, part, static_cast<std::size_t>(reference.vocabulary));
        first = share > 0.99F ? last : first;
        QVERIFY(std::isfinite(last) && last > -1e-9);
        m_table[QStringLiteral("%1, share %2").arg(about.name).arg(static_cast<double>(share))]
            << QStringLiteral("%1 of %2 experts").arg(part.meanExperts, 0, 'f', 2).arg(full.meanExperts, 0, 'f', 2)
            << QStringLiteral("KL %1").arg(last, 0, 'e', 1)
            << QStringLiteral("largest %1").arg(largestDifference(part.logits, full.logits), 0, 'e', 1);
        if (part.chosen == full.chosen)
            QCOMPARE(largestDifference(part.logits, full.logits), 0.0);
    }
    QVERIFY(last > first);
    const double least = 1 + about.hashed * (full.meanExperts - 1); // a share of nothing: one expert where the router chooses
    QVERIFY2(std::abs(experts - least) < 1e-9, qPrintable(QString::number(experts)));
}

void TestExpertShare::devicesChooseTheSame()
{
    for (const char *name : {"olmoe", "gptoss", "deepseek2_v3"}) {
        const QString folder = dataPath(QStringLiteral("models/%1/").arg(name));
        const Reference reference = Reference::load(folder, "short");
        std::vector<Said> said;
        for (const char *device : modelDevices())
            said.push_back(say(folder + "model.gguf", device, 0.7F, reference.tokens));
        for (const Said &each : said) {
            QVERIFY(!each.chosen.empty());
            QVERIFY(each.chosen == said.front().chosen);
            QVERIFY(largestDifference(each.logits, said.front().logits) < 1e-3);
        }
    }
}

void TestExpertShare::adaptiveModelsGoByTheirOwnRule()
{
    const QString path = dataPath("conclave/tiny.gguf");
    const std::vector<std::int32_t> tokens = {1, 4, 9, 16, 25, 36};
    const Said own = say(path, "best", 1.0F, tokens);
    const Said asked = say(path, "best", 0.1F, tokens);
    QVERIFY(!own.logits.empty());
    QVERIFY(own.chosen == asked.chosen);
    QVERIFY(own.logits == asked.logits);
}

void TestExpertShare::cleanupTestCase()
{
    reportParity("expert_share", "adaptive k on fixed routers, against all experts (random weights)", m_table);
}

QTEST_GUILESS_MAIN(TestExpertShare)
#include "test_expert_share.moc"
