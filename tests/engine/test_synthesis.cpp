#include "engine/api/engine.h"
#include "engine/api/forecast.h"
#include "engine/api/synthesis.h"
#include "engine/format/gguf_reader.h"
#include "engine/synth/random_blocks.h"
#include "kernels/core/quantise.h"

#include <QObject>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <filesystem>

using namespace conclave;
using namespace conclave::engine;
using kernels::DType;

/// Files with random weights: what their numbers are like, and that the engine runs them.
class TestSynthesis : public QObject
{
    Q_OBJECT

private slots:
    void blocksHaveTheDeviationAskedFor_data();
    void blocksHaveTheDeviationAskedFor();
    void sizesAreThoseOfTheModels_data();
    void sizesAreThoseOfTheModels();
    void wrongRequestsAreRefused();
    void aFileIsMadeAndAnswers();
    void blocksThatForetellAreMade_data();
    void blocksThatForetellAreMade();
    void aStopLeavesNoFile();
    void aFullDiskIsSaid();
};

void TestSynthesis::blocksHaveTheDeviationAskedFor_data()
{
    QTest::addColumn<int>("type");
    for (const DType type : {DType::kF32, DType::kF16, DType::kBF16, DType::kQ8_0, DType::kQ4_0, DType::kQ4_K, DType::kQ6_K, DType::kMXFP4})
        QTest::newRow(kernels::dtypeName(type)) << static_cast<int>(type);
}

void TestSynthesis::blocksHaveTheDeviationAskedFor()
{
    QFETCH(int, type);
    const auto dtype = static_cast<DType>(type);
    constexpr std::size_t kCount = 1U << 16;
    QVERIFY(RandomBlocks::knows(dtype));
    for (const float deviation : {0.02F, 1.0F}) {
        std::vector<std::byte> bytes(kernels::rowBytes(dtype, kCount));
        RandomBlocks(7).fill(dtype, deviation, bytes);
        std::vector<float> values(kCount);
        QVERIFY(kernels::dequantiseRow(dtype, bytes, values));
        double sum = 0, squares = 0;
        for (const float value : values) {
            QVERIFY(std::isfinite(value));
            sum += static_cast<double>(value);
            squares += static_cast<double>(value) * static_cast<double>(value);
        }
        const double found = std::sqrt(squares / kCount) / static_cast<double>(deviation);
        const double allowed = dtype == DType::kMXFP4 ? 0.5 : 0.06; // MXFP4 has powers of two only
        QVERIFY2(std::fabs(found - 1) < allowed, qPrintable(QString::number(found)));
        QVERIFY2(std::fabs(sum / kCount) < 0.12 * static_cast<double>(deviation), qPrintable(QString::number(sum / kCount)));
        std::vector<std::byte> again(bytes.size());
        RandomBlocks(7).fill(dtype, deviation, again);
        QVERIFY(again == bytes);
        RandomBlocks(8).fill(dtype, deviation, again);
        QVERIFY(again != bytes);
    }
}

void TestSynthesis::sizesAreThoseOfTheModels_data()
{
    QTest::addColumn<QString>("shape");
    QTest::addColumn<double>("parameters"); // in thousand millions, as published, with the vocabulary that the shape has
    QTest::addRow("Qwen3-30B-A3B") << "qwen3-30b-a3b" << 30.3;
    QTest::addRow("Qwen3.5-35B-A3B") << "qwen3.5-35b-a3b" << 34.7;
    QTest::addRow("GLM-4.7-Flash") << "glm-4.7-flash" << 29.9;
    QTest::addRow("DeepSeek-V3") << "deepseek-v3" << 671.0;
    QTest::addRow("Mixtral-8x7B") << "mixtral-8x7b" << 46.7;
    QTest::addRow("DeepSeek-V2-Lite") << "deepseek-v2-lite" << 15.7;
    QTest::addRow("DeepSeek-V4-Flash") << "deepseek-v4-flash" << 284.0;
    QTest::addRow("gpt-oss-20b") << "gpt-oss-20b" << 20.9;
}

void TestSynthesis::sizesAreThoseOfTheModels()
{
    QFETCH(QString, shape);
    QFETCH(double, parameters);
    SynthesisRequest request;
    request.shape = shape.toStdString();
    request.quantisation = "F16"; // two bytes for nearly every parameter
    const auto bytes = synthesisBytes(request);
    QVERIFY2(bytes.ok(), bytes.ok() ? "" : bytes.error().message.c_str());
    const double found = static_cast<double>(*bytes) / 2e9;
    QVERIFY2(std::fabs(found / parameters - 1) < 0.02, qPrintable(QString("%1 thousand millions").arg(found)));
}

void TestSynthesis::wrongRequestsAreRefused()
{
    for (const SynthesisRequest &request : {SynthesisRequest{"qwen3-31b", "", 0, 1}, SynthesisRequest{"qwen3-30b-a3b", "Q9", 0, 1},
                                            SynthesisRequest{"qwen3-30b-a3b", "", 49, 1}, SynthesisRequest{"qwen3-30b-a3b", "", -1, 1}}) {
        const auto refused = synthesisBytes(request);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::kInvalidRequest);
    }
    QVERIFY(synthesisBytes({"qwen3-31b", "", 0, 1}).error().message.find("qwen3-30b-a3b") != std::string::npos);
}

void TestSynthesis::aFileIsMadeAndAnswers()
{
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("made.gguf").toStdString();
    SynthesisRequest request;
    request.shape = "deepseek-v2-lite";
    request.layers = 1; // the dense one: a third of a gigabyte, nearly all of it vocabulary
    double progress = 0;
    const auto made = synthesise(path, request, [&](double share) { progress = share; });
    QVERIFY2(made.ok(), made.ok() ? "" : made.error().message.c_str());
    QCOMPARE(progress, 1.0);
    const auto planned = synthesisBytes(request);
    const auto size = std::filesystem::file_size(path);
    QVERIFY(size >= *planned && size < *planned + (8U << 20));
    const auto described = describeModel(path);
    QVERIFY2(described.ok(), described.ok() ? "" : described.error().message.c_str());
    auto engine = openEngine(path);
    QVERIFY2(engine.ok(), engine.ok() ? "" : engine.error().message.c_str());
    GenerationRequest question;
    question.messages.push_back({Role::kUser, "Hello there", {}});
    question.maxTokens = 3;
    const auto end = (*(*engine)->createSession())->generate(question, [](const Event &) {}, {});
    QVERIFY2(end.ok(), end.ok() ? "" : end.error().message.c_str());
    QVERIFY(end->statistics.generatedTokens > 0);
}

void TestSynthesis::blocksThatForetellAreMade_data()
{
    QTest::addColumn<QString>("shape");
    QTest::addColumn<int>("layers");
    QTest::newRow("latent attention") << "glm-4.7-flash" << 2;
    QTest::newRow("latent attention, groups of experts") << "deepseek-v3" << 1;
    QTest::newRow("delta networks") << "qwen3.5-35b-a3b" << 4;
}

/// All of the model's loading but its numbers.
void TestSynthesis::blocksThatForetellAreMade()
{
    QFETCH(QString, shape);
    QFETCH(int, layers);
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("made.gguf").toStdString();
    SynthesisRequest request;
    request.shape = shape.toStdString();
    request.layers = layers;
    request.foretells = request.hole = true;
    const auto made = synthesise(path, request);
    QVERIFY2(made.ok(), made.ok() ? "" : made.error().message.c_str());
    EngineOptions options;
    const auto without = modelFootprint(path, options);
    QVERIFY2(without.ok(), without.ok() ? "" : without.error().message.c_str());
    QCOMPARE(without->model.layers, layers);
    QCOMPARE(without->model.predictionLayers, 1);
    options.foretell = true;
    const auto with = modelFootprint(path, options);
    QVERIFY2(with.ok(), with.ok() ? "" : with.error().message.c_str());
    QVERIFY(with->pageBytes > without->pageBytes);
    QVERIFY(with->workBytes > without->workBytes);
    QCOMPARE(with->weights.size(), without->weights.size());
    QVERIFY(with->stateBytes == without->stateBytes && with->mappedBytes() == without->mappedBytes());
    const auto refused = synthesisBytes({"mixtral-8x7b", "", 1, 1, true});
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().code, ErrorCode::kInvalidRequest);
}

void TestSynthesis::aStopLeavesNoFile()
{
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("made.gguf").toStdString();
    std::stop_source source;
    const auto stopped = synthesise(
        path, {"qwen3-30b-a3b", "Q4_0", 1, 1}, [&](double) { source.request_stop(); }, source.get_token());
    QVERIFY(!stopped.ok());
    QCOMPARE(stopped.error().code, ErrorCode::kCancelled);
    QVERIFY(!std::filesystem::exists(path));
}

void TestSynthesis::aFullDiskIsSaid()
{
    if (!std::filesystem::exists("/dev/full"))
        QSKIP("this system has no /dev/full");
    const auto refused = synthesise("/dev/full", {"deepseek-v2-lite", "Q4_0", 1, 1});
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().code, ErrorCode::kWriteFailed);
    const auto nowhere = synthesise("/nonexistent/made.gguf", {"deepseek-v2-lite", "Q4_0", 1, 1});
    QCOMPARE(nowhere.error().code, ErrorCode::kWriteFailed);
    QVERIFY(nowhere.error().message.find("/nonexistent/made.gguf") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestSynthesis)
#include "test_synthesis.moc"
