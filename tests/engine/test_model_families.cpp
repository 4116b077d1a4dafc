#include "tests/engine/model_fixture.h"
#include "tests/engine/scalar_families.h"

#include <QObject>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;

namespace
{

const std::vector<ScalarFamily> &families()
{
    static const std::vector<ScalarFamily> all = scalarFamilies();
    return all;
}

/// 36 tokens: longer than the windows, and every one occurs.
std::vector<std::int32_t> tokensFor(const ScalarFamily &family)
{
    std::vector<std::int32_t> tokens;
    for (int i = 0; i < 36; ++i)
        tokens.push_back((i * i * 7 + 3 * i + 1) % family.spec.vocabulary);
    return tokens;
}

/// A model in memory, in the order in which it must die.
struct InMemory
{
    std::string bytes;
    std::unique_ptr<kernels::Device> device;
    std::unique_ptr<GgufFile> file;
    std::unique_ptr<Model> model;
    Error error;

    InMemory(const RewrittenModel &model, const std::string &deviceName) : bytes(model.bytes()), device(makeDevice(deviceName))
    {
        auto parsed = GgufFile::parse(std::as_bytes(std::span(bytes)), "family.gguf");
        if (!parsed) {
            error = parsed.error();
            return;
        }
        file = std::make_unique<GgufFile>(std::move(*parsed));
        auto loaded = loadModel(*file, *device, {kernels::Precision::kFloat, kernels::DType::kF32});
        if (loaded)
            this->model = std::move(*loaded);
        else
            error = loaded.error();
    }
    InMemory(const InMemory &) = delete;
    InMemory &operator=(const InMemory &) = delete;
};

/// Logits of every token, computed `piece` at a time; empty when the model does not load.
std::vector<float> logitsOf(const RewrittenModel &model, const std::string &device, std::span<const std::int32_t> tokens, std::size_t piece)
{
    const InMemory loaded(model, device);
    if (!loaded.model) {
        qWarning("%s", loaded.error.message.c_str());
        return {};
    }
    auto cache = loaded.model->createCache(64);
    std::vector<float> all;
    for (std::size_t at = 0; cache && at < tokens.size(); at += piece) {
        const auto part = tokens.subspan(at, std::min(piece, tokens.size() - at));
        const auto logits = forward(*loaded.model, **cache, part, static_cast<int>(part.size()));
        all.insert(all.end(), logits.begin(), logits.end());
    }
    return all;
}

/// "blk.3.attn_q.weight" -> "blk.N.attn_q.weight".
std::string kindOf(const std::string &tensor)
{
    if (!tensor.starts_with("blk."))
        return tensor;
    return "blk.N" + tensor.substr(tensor.find('.', 4));
}

std::vector<float> truth(const ScalarFamily &family)
{
    const auto tokens = tokensFor(family);
    const auto logits = scalarLogits(family.spec, family.weights(), tokens);
    return {logits.begin(), logits.end()};
}

} // namespace

/// Families without a file from another engine, held to their equations written once more in plain float64 loops.
class TestModelFamilies : public QObject
{
    Q_OBJECT

private slots:
    void logitsEqualTheEquations_data();
    void logitsEqualTheEquations();
    void cachedStepsEqualTheEquations_data() { rows(); }
    void cachedStepsEqualTheEquations();
    void everyKindOfTensorMatters_data() { rows(); }
    void everyKindOfTensorMatters();
    void fusedTensorsEqualSeparateOnes_data() { rows(); }
    void fusedTensorsEqualSeparateOnes();
    void predictionBlocksAreIgnored();
    void joinedLatentProjectionsEqualSeparateOnes();
    void largestGemma3ScalesByTheStream();
    void cleanupTestCase();

private:
    static void rows()
    {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < families().size(); ++i)
            QTest::newRow(families()[i].name.c_str()) << static_cast<int>(i);
    }
    QMap<QString, QStringList> m_table;
};

void TestModelFamilies::logitsEqualTheEquations_data()
{
    QTest::addColumn<int>("index");
    QTest::addColumn<QString>("device");
    QTest::addColumn<double>("tolerance");
    for (std::size_t i = 0; i < families().size(); ++i) {
        QTest::addRow("%s, reference", families()[i].name.c_str()) << static_cast<int>(i) << "reference" << 1e-4;
        QTest::addRow("%s, portable", families()[i].name.c_str()) << static_cast<int>(i) << "portable" << 1e-3;
        QTest::addRow("%s, best", families()[i].name.c_str()) << static_cast<int>(i) << "best" << 1e-3;
    }
}

void TestModelFamilies::logitsEqualTheEquations()
{
    QFETCH(int, index);
    QFETCH(QString, device);
    QFETCH(double, tolerance);
    const ScalarFamily &family = families()[static_cast<std::size_t>(index)];
    const auto expected = truth(family);
    const auto logits = logitsOf(family.file(family.weights()), device.toStdString(), tokensFor(family), 64);
    const double error = largestDifference(logits, expected);
    m_table[QTest::currentDataTag()] << relativeText(error, expected);
    double squares = 0;
    for (const float logit : expected)
        squares += static_cast<double>(logit) * static_cast<double>(logit);
    QVERIFY(squares / static_cast<double>(expected.size()) > 0.5); // logits worth comparing
    QVERIFY2(error <= tolerance, qPrintable(QString("largest error %1").arg(error)));
}

void TestModelFamilies::cachedStepsEqualTheEquations()
{
    QFETCH(int, index);
    const ScalarFamily &family = families()[static_cast<std::size_t>(index)];
    for (const std::size_t piece : {1, 5}) {
        const auto logits = logitsOf(family.file(family.weights()), "best", tokensFor(family), piece);
        const double error = largestDifference(logits, truth(family));
        QVERIFY2(error <= 1e-3, qPrintable(QString("%1 at once: largest error %2").arg(piece).arg(error)));
    }
}

/// Reversing the values of any kind of tensor must change the answer: whatever the engine ignored, the equations might ignore too.
void TestModelFamilies::everyKindOfTensorMatters()
{
    QFETCH(int, index);
    const ScalarFamily &family = families()[static_cast<std::size_t>(index)];
    const ScalarWeights weights = family.weights();
    const auto expected = truth(family);
    std::set<std::string> kinds;
    for (const auto &[tensor, values] : weights)
        kinds.insert(kindOf(tensor));
    for (const std::string &kind : kinds) {
        ScalarWeights spoilt = weights;
        for (auto &[tensor, values] : spoilt) {
            if (kindOf(tensor) != kind)
                continue;
            std::reverse(values.begin(), values.end());
            if (values.size() == 1)
                values[0] *= 1.5F;
        }
        const auto logits = logitsOf(family.file(spoilt), "best", tokensFor(family), 64);
        const double change = largestDifference(logits, expected);
        QVERIFY2(change > 0.01 && std::isfinite(change), qPrintable(QString("%1: %2").arg(kind.c_str()).arg(change)));
        const auto again = scalarLogits(family.spec, spoilt, tokensFor(family));
        const double error = largestDifference(logits, std::vector<float>(again.begin(), again.end()));
        QVERIFY2(error <= 1e-3, qPrintable(QString("%1: largest error %2").arg(kind.c_str()).arg(error)));
    }
}

/// Some converters join the three projections of attention, and gate and up of the experts.
void TestModelFamilies::fusedTensorsEqualSeparateOnes()
{
    QFETCH(int, index);
    const ScalarFamily &family = families()[static_cast<std::size_t>(index)];
    RewrittenModel model = family.file(family.weights());
    const auto fuse = [&](const std::string &block, std::vector<std::string> parts, const std::string &into, std::size_t pieces) {
        RewrittenModel::Part whole = model.tensor(block + parts.front());
        const std::size_t axis = whole.shape.size() > 2 ? 1 : 0; // experts come first
        whole.name = block + into;
        whole.data.clear();
        whole.shape[axis] = 0;
        for (const std::string &part : parts)
            whole.shape[axis] += model.tensor(block + part).shape[axis];
        for (std::size_t piece = 0; piece < pieces; ++piece) {
            for (const std::string &part : parts) {
                const QByteArray &data = model.tensor(block + part).data;
                const qsizetype size = data.size() / static_cast<qsizetype>(pieces);
                whole.data += data.sliced(static_cast<qsizetype>(piece) * size, size);
            }
        }
        for (const std::string &part : parts)
            model.remove(block + part);
        model.tensors.push_back(whole);
    };
    for (std::size_t i = 0; i < family.spec.layers.size(); ++i) {
        const std::string block = "blk." + std::to_string(i) + ".";
        if (family.shapes.count(block + "attn_v.weight") != 0)
            fuse(block, {"attn_q.weight", "attn_k.weight", "attn_v.weight"}, "attn_qkv.weight", 1);
        if (family.shapes.count(block + "attn_q.bias") != 0)
            fuse(block, {"attn_q.bias", "attn_k.bias", "attn_v.bias"}, "attn_qkv.bias", 1);
        if (family.shapes.count(block + "ffn_gate_exps.weight") != 0)
            fuse(block, {"ffn_gate_exps.weight", "ffn_up_exps.weight"}, "ffn_gate_up_exps.weight", 8);
    }
    const auto logits = logitsOf(model, "best", tokensFor(family), 64);
    const double error = largestDifference(logits, truth(family));
    QVERIFY2(error <= 1e-3, qPrintable(QString("largest error %1").arg(error)));
}

/// GLM and DeepSeek append blocks that predict a second token; block_count includes them, answers do not need them.
void TestModelFamilies::predictionBlocksAreIgnored()
{
    const auto glm =
        std::find_if(families().begin(), families().end(), [](const auto &family) { return family.architecture == "glm4moe"; });
    RewrittenModel model = glm->file(glm->weights());
    model.keys["glm4moe.block_count"] = std::int32_t{4};
    RewrittenModel::Part more = model.tensor("blk.2.attn_norm.weight");
    for (const char *name : {"blk.3.attn_norm.weight", "blk.3.nextn.enorm.weight"}) {
        more.name = name;
        model.tensors.push_back(more);
    }
    QVERIFY(!InMemory(model, "best").model); // a fourth layer is not complete
    model.keys["glm4moe.nextn_predict_layers"] = std::int32_t{1};
    const double error = largestDifference(logitsOf(model, "best", tokensFor(*glm), 64), truth(*glm));
    QVERIFY2(error <= 1e-3, qPrintable(QString("largest error %1").arg(error)));
}

/// Older DeepSeek files hold what keys and values are projected from the latent by as one matrix: of each head the keys' rows, then the
/// values'. A key's row lies across the one that the absorbed form needs.
void TestModelFamilies::joinedLatentProjectionsEqualSeparateOnes()
{
    const Reference reference = Reference::load(dataPath("models/deepseek2_v3/"), "long");
    auto file = GgufFile::open(dataPath("models/deepseek2_v3/model.gguf").toStdString());
    QVERIFY(file.ok());
    RewrittenModel model = RewrittenModel::of(*file, metadataNames("deepseek2"));
    constexpr std::size_t kHeads = 4, kPlain = 32, kValue = 32, kLatent = 64, kHalf = sizeof(std::uint16_t);
    for (int i = 0; i < 3; ++i) {
        const std::string prefix = "blk." + std::to_string(i) + ".attn_";
        const RewrittenModel::Part keys = model.tensor(prefix + "k_b.weight");   // [H, c, n] F16
        const RewrittenModel::Part values = model.tensor(prefix + "v_b.weight"); // [H, v, c]
        RewrittenModel::Part joined{prefix + "kv_b.weight", kernels::DType::kF16, {}, {}};
        const auto halves = [](const RewrittenModel::Part &part, std::size_t first, std::size_t count) {
            return part.data.sliced(static_cast<qsizetype>(first * kHalf), static_cast<qsizetype>(count * kHalf));
        };
        for (std::size_t head = 0; head < kHeads; ++head) {
            for (std::size_t n = 0; n < kPlain; ++n)
                for (std::size_t c = 0; c < kLatent; ++c)
                    joined.data += halves(keys, (head * kLatent + c) * kPlain + n, 1);
            joined.data += halves(values, head * kValue * kLatent, kValue * kLatent);
        }
        joined.setShape({static_cast<std::int64_t>(kHeads * (kPlain + kValue)), static_cast<std::int64_t>(kLatent)});
        model.remove(keys.name);
        model.remove(values.name);
        model.tensors.push_back(joined);
    }
    model.keys.erase("deepseek2.attention.key_length_mla");
    model.keys.erase("deepseek2.attention.value_length_mla");
    model.keys["deepseek2.attention.head_count_kv"] = std::int32_t{kHeads};
    model.keys["deepseek2.attention.key_length"] = std::int32_t{kPlain + 16};
    model.keys["deepseek2.attention.value_length"] = std::int32_t{kValue};
    for (const char *device : {"best", "reference"}) {
        const InMemory loaded(model, device);
        QVERIFY2(loaded.model, loaded.error.message.c_str());
        auto cache = loaded.model->createCache(128);
        const auto logits = forward(*loaded.model, **cache, reference.tokens, static_cast<int>(reference.positions.size()));
        const double error = largestDifference(logits, reference.exact);
        QVERIFY2(error <= 1e-3, qPrintable(QString("%1: largest error %2").arg(device).arg(error)));
    }
}

/// No key says that Gemma 3 27B divides by the root of width / heads instead of that of a head; its 62 layers do.
void TestModelFamilies::largestGemma3ScalesByTheStream()
{
    const ScalarFamily family = deepGemma3();
    const double error = largestDifference(logitsOf(family.file(family.weights()), "best", tokensFor(family), 64), truth(family));
    QVERIFY2(error <= 1e-3, qPrintable(QString("largest error %1").arg(error)));
}

void TestModelFamilies::cleanupTestCase()
{
    reportParity("parity_families.txt", "family against its equations in float64, device: largest relative error", m_table);
}

QTEST_GUILESS_MAIN(TestModelFamilies)
#include "test_model_families.moc"
