#include "engine/cache/kv_cache.h"
#include "kernels/core/quantise.h"
#include "tests/engine/foretelling.h"
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

    InMemory(const RewrittenModel &model, const std::string &deviceName, bool foretell = false)
        : bytes(model.bytes()), device(makeDevice(deviceName))
    {
        auto parsed = GgufFile::parse(std::as_bytes(std::span(bytes)), "family.gguf");
        if (!parsed) {
            error = parsed.error();
            return;
        }
        file = std::make_unique<GgufFile>(std::move(*parsed));
        ModelOptions options{kernels::Precision::kFloat, kernels::DType::kF32};
        options.foretell = foretell;
        auto loaded = loadModel(*file, *device, options);
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
    void foretellingEqualsTheEquations_data();
    void foretellingEqualsTheEquations();
    void foretellingRunsTheFamilysLayer_data();
    void foretellingRunsTheFamilysLayer();
    void everyTokenOfAPerfectBlockIsRight();
    void foretellingFollowsItsSequence();
    void statesAreKeptInTheMidstOfAPass();
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

namespace
{

std::vector<std::int32_t> manyTokens(int count, int vocabulary)
{
    std::vector<std::int32_t> tokens;
    for (int i = 0; i < count; ++i)
        tokens.push_back((i * i * 7 + 3 * i + i / 9 + 1) % vocabulary);
    return tokens;
}

/// What is foretold behind tokens.back(), all before it having been computed `piece` at a time.
std::vector<float> foretoldBy(Model &model, KvCache &cache, std::span<const std::int32_t> tokens, std::size_t piece, int count)
{
    const auto computed = tokens.first(tokens.size() - 1);
    for (std::size_t at = static_cast<std::size_t>(cache.length()); at < computed.size(); at += piece)
        (void)forward(model, cache, computed.subspan(at, std::min(piece, computed.size() - at)), 1);
    const auto foretold = model.foretell(cache, tokens.back(), count);
    if (!foretold) {
        qWarning("%s", foretold.error().message.c_str());
        return {};
    }
    return {foretold->logits.begin(), foretold->logits.end()};
}

std::int32_t greedy(std::span<const float> logits)
{
    return static_cast<std::int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

/// An answer of greedy tokens with up to `count` foretold in each step. Tells the passes that it took and how many proposals were wrong.
struct Walk
{
    std::vector<std::int32_t> tokens;
    int passes = 0;
    int wrong = 0;
};

Walk walk(Model &model, std::span<const std::int32_t> prompt, std::size_t length, int count)
{
    const auto cache = std::move(*model.createCache(512));
    const auto vocabulary = static_cast<std::size_t>(model.vocabularySize());
    Walk out;
    out.tokens.push_back(greedy(forward(model, *cache, prompt, 1)));
    while (out.tokens.size() < length) {
        std::vector<std::int32_t> step = {out.tokens.back()};
        if (count > 0) {
            const auto foretold = model.foretell(*cache, step.front(), count);
            if (!foretold)
                return {};
            step.insert(step.end(), foretold->tokens.begin(), foretold->tokens.end());
        }
        Batch batch;
        batch.tokens = step;
        batch.cache = cache.get();
        batch.logitRows = static_cast<int>(step.size());
        batch.keepStatesAfter = count > 0 ? 1 : 0;
        const int before = cache->length();
        const auto logits = model.forward(batch);
        if (!logits)
            return {};
        ++out.passes;
        std::size_t right = 0;
        for (bool goesOn = true; goesOn; ++right) {
            out.tokens.push_back(greedy(logits->subspan(right * vocabulary, vocabulary)));
            goesOn = right + 1 < step.size() && step[right + 1] == out.tokens.back();
        }
        out.wrong += right < step.size() ? 1 : 0;
        if (right < step.size() && cache->truncate(before + static_cast<int>(right)) != before + static_cast<int>(right))
            return {};
    }
    out.tokens.resize(length);
    return out;
}

} // namespace

void TestModelFamilies::foretellingEqualsTheEquations_data()
{
    QTest::addColumn<bool>("own");
    QTest::addColumn<QString>("device");
    for (const bool own : {false, true}) {
        for (const char *device : modelDevices())
            QTest::addRow("%s, %s", own ? "tables of its own" : "the model's tables", device) << own << device;
    }
}

/// Few tokens wait for the block; more go through it on the way, in one piece or in many.
void TestModelFamilies::foretellingEqualsTheEquations()
{
    QFETCH(bool, own);
    QFETCH(QString, device);
    const ScalarFamily family = foretellingGlm(own);
    const ScalarWeights weights = family.weights();
    const InMemory loaded(family.file(weights), device.toStdString(), true);
    QVERIFY2(loaded.model, loaded.error.message.c_str());
    QVERIFY(loaded.model->foretells());
    QCOMPARE(loaded.model->info().layers, 3);
    QCOMPARE(loaded.model->info().predictionLayers, 1);
    const auto all = manyTokens(150, family.spec.vocabulary);
    const bool slow = device == "reference";
    for (const std::size_t length : {std::size_t{2}, std::size_t{20}, std::size_t{slow ? 70U : 150U}}) {
        const auto tokens = std::span(all).first(length);
        const auto truth = scalarForetold(family.spec, weights, tokens, 3);
        const std::vector<float> expected(truth.begin(), truth.end());
        for (const std::size_t piece : {std::size_t{512}, std::size_t{7}, std::size_t{1}}) {
            auto cache = loaded.model->createCache(256);
            const auto logits = foretoldBy(*loaded.model, **cache, tokens, piece, 3);
            const double error = largestDifference(logits, expected);
            QVERIFY2(error <= 1e-3, qPrintable(QString("%1 tokens, %2 at once: largest error %3").arg(length).arg(piece).arg(error)));
        }
    }
}

void TestModelFamilies::foretellingRunsTheFamilysLayer_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("architecture");
    QTest::addColumn<int>("from");
    QTest::newRow("latent attention") << "deepseek2_v3"
                                      << "deepseek2" << 2;
    QTest::newRow("gated attention behind delta networks") << "qwen35moe"
                                                           << "qwen35moe" << 3;
}

/// With the next token's embedding alone as its input, the block is a model of one layer that reads the tokens behind the first.
void TestModelFamilies::foretellingRunsTheFamilysLayer()
{
    QFETCH(QString, model);
    QFETCH(QString, architecture);
    QFETCH(int, from);
    const std::string arch = architecture.toStdString();
    auto file = GgufFile::open(dataPath("models/" + model + "/model.gguf").toStdString());
    QVERIFY(file.ok());
    const RewrittenModel whole = RewrittenModel::of(*file, metadataNames(arch));
    const int layers = blockCount(*file, arch);
    RewrittenModel foretelling = whole;
    const RewrittenModel::Part &table = foretelling.tensor("token_embd.weight");
    const auto vocabulary = static_cast<int>(table.shape[0]);
    const auto width = static_cast<int>(table.shape[1]);
    std::vector<float> rows = valuesOf(table);
    QVERIFY(!rows.empty());
    addForetelling(foretelling, arch, layers, width, from);

    RewrittenModel single;
    single.keys = whole.keys;
    single.keys[arch + ".block_count"] = std::int32_t{1};
    single.keys[arch + ".leading_dense_block_count"] = std::int32_t{0};
    single.keys[arch + ".full_attention_interval"] = std::int32_t{1};
    for (const RewrittenModel::Part &part : whole.tensors)
        if (part.name.starts_with("output"))
            single.tensors.push_back(part);
    if (std::none_of(single.tensors.begin(), single.tensors.end(), [](const auto &part) { return part.name == "output.weight"; })) {
        single.tensors.push_back(table);
        single.tensors.back().name = "output.weight";
    }
    for (RewrittenModel::Part &part : blockAs(whole, from, 0))
        single.tensors.push_back(std::move(part));
    for (std::size_t row = 0; row < rows.size(); row += static_cast<std::size_t>(width)) {
        const auto values = std::span(rows).subspan(row, static_cast<std::size_t>(width));
        double squares = 0;
        for (const float value : values)
            squares += static_cast<double>(value) * static_cast<double>(value);
        for (float &value : values)
            value = static_cast<float>(static_cast<double>(value) / std::sqrt(squares / width + 1e-6));
    }
    single.tensors.push_back(floatPart("token_embd.weight", {vocabulary, width}, rows));

    const InMemory both(foretelling, "best", true);
    QVERIFY2(both.model, both.error.message.c_str());
    const InMemory alone(single, "best");
    QVERIFY2(alone.model, alone.error.message.c_str());
    const auto all = manyTokens(100, vocabulary);
    for (const std::size_t length : {std::size_t{12}, std::size_t{100}}) {
        const auto tokens = std::span(all).first(length);
        auto cache = both.model->createCache(128);
        auto other = alone.model->createCache(128);
        const auto logits = foretoldBy(*both.model, **cache, tokens, 5, 1);
        const double error = largestDifference(logits, forward(*alone.model, **other, tokens.subspan(1), 1));
        QVERIFY2(error <= 1e-3, qPrintable(QString("%1 tokens: largest error %2").arg(length).arg(error)));
    }
}

/// Where the block always knows what follows, each pass brings a token and all that were foretold; otherwise the answer is the same.
void TestModelFamilies::everyTokenOfAPerfectBlockIsRight()
{
    const ScalarFamily family = foretellingGlm(false);
    ScalarWeights weights = family.weights();
    const auto prompt = manyTokens(9, family.spec.vocabulary);
    const InMemory random(family.file(weights), "best", true);
    QVERIFY2(random.model, random.error.message.c_str());
    for (auto &[tensor, values] : weights) {
        const bool adds = tensor.find("attn_output") != std::string::npos || tensor.find("ffn_down") != std::string::npos;
        std::fill(values.begin(), adds ? values.end() : values.begin(), 0.0F);
        if (tensor.ends_with("enorm.weight"))
            std::fill(values.begin(), values.end(), 1.0F);
        for (std::size_t i = 0; tensor.ends_with("eh_proj.weight") && i < values.size(); ++i) {
            const auto columns = static_cast<std::size_t>(2 * family.spec.width);
            values[i] = i % columns == i / columns ? 1.0F : 0.0F;
        }
    }
    const InMemory perfect(family.file(weights), "best", true);
    QVERIFY2(perfect.model, perfect.error.message.c_str());
    const Walk plain = walk(*perfect.model, prompt, 101, 0);
    QCOMPARE(plain.passes, 100);
    const Walk pairs = walk(*perfect.model, prompt, 101, 1);
    QCOMPARE(pairs.tokens, plain.tokens);
    QCOMPARE(pairs.wrong, 0);
    QCOMPARE(pairs.passes, 50);
    // Four tokens a pass; fewer where a page of the context ends.
    const Walk fours = walk(*perfect.model, prompt, 101, 3);
    QCOMPARE(fours.tokens, plain.tokens);
    QCOMPARE(fours.wrong, 0);
    QVERIFY2(fours.passes >= 25 && fours.passes <= 27, qPrintable(QString::number(fours.passes)));
    const Walk expected = walk(*random.model, prompt, 101, 0);
    for (const int count : {1, 3}) {
        const Walk ahead = walk(*random.model, prompt, 101, count);
        QCOMPARE(ahead.tokens, expected.tokens);
        QVERIFY(ahead.wrong > 0);
    }
}

/// Taken back, forked, saved and read again: the block goes on as if nothing had happened.
void TestModelFamilies::foretellingFollowsItsSequence()
{
    const ScalarFamily family = foretellingGlm(true);
    const InMemory loaded(family.file(family.weights()), "best", true);
    QVERIFY2(loaded.model, loaded.error.message.c_str());
    Model &model = *loaded.model;
    const auto tokens = manyTokens(140, family.spec.vocabulary);
    const auto fresh = [&](std::size_t length) {
        auto cache = model.createCache(256);
        return foretoldBy(model, **cache, std::span(tokens).first(length), 512, 2);
    };
    const auto expected = fresh(140);
    auto cache = model.createCache(256);
    for (const std::size_t piece : {1, 40}) {
        for (const int back : {130, 100, 64, 30, 1}) {
            (void)foretoldBy(model, **cache, tokens, piece, 2);
            QCOMPARE((*cache)->truncate(back), back);
            const double error = largestDifference(foretoldBy(model, **cache, tokens, piece, 2), expected);
            QVERIFY2(error <= 1e-4, qPrintable(QString("back to %1: %2").arg(back).arg(error)));
        }
    }
    (*cache)->truncate(120);
    (void)forward(model, **cache, std::span(tokens).subspan(120, 1), 1);
    for (const int length : {121, 119, 64, 10}) {
        auto forked = (*cache)->fork(length);
        QVERIFY(forked.ok());
        QVERIFY((*forked)->length() <= length && (*forked)->length() > 0);
        QVERIFY(largestDifference(foretoldBy(model, **forked, tokens, 40, 2), expected) <= 1e-4);
    }
    std::stringstream saved;
    QVERIFY((*cache)->save(saved).ok());
    auto read = model.createCache(256);
    QVERIFY((*read)->load(saved, 121).ok());
    QVERIFY(largestDifference(foretoldBy(model, **read, tokens, 1, 2), expected) <= 1e-4);
    std::string cut = saved.str();
    cut.resize(cut.size() - 8);
    std::stringstream shorter(cut);
    QVERIFY(!(*read)->load(shorter, 121).ok());
    QCOMPARE((*read)->length(), 0);
    QVERIFY(!model.foretell(**read, tokens[0], 1).ok()); // nothing to foretell from
    QVERIFY(!model.foretell(**cache, family.spec.vocabulary, 1).ok());
}

/// Delta networks: one token ahead, and back again without the checkpoint.
void TestModelFamilies::statesAreKeptInTheMidstOfAPass()
{
    auto file = GgufFile::open(dataPath("models/qwen35moe/model.gguf").toStdString());
    QVERIFY(file.ok());
    RewrittenModel model = RewrittenModel::of(*file, metadataNames("qwen35moe"));
    const int layers = blockCount(*file, "qwen35moe");
    const auto &shape = model.tensor("token_embd.weight").shape;
    const auto prompt = manyTokens(9, static_cast<int>(shape[0]));
    addForetelling(model, "qwen35moe", layers, static_cast<int>(shape[1]), 3);
    const InMemory random(model, "best", true);
    QVERIFY2(random.model, random.error.message.c_str());
    const Walk expected = walk(*random.model, prompt, 81, 0);
    const Walk ahead = walk(*random.model, prompt, 81, 1);
    QCOMPARE(ahead.tokens, expected.tokens);
    QVERIFY(ahead.wrong > 0);
    silenceLayers(model);
    const InMemory perfect(model, "best", true);
    const Walk pairs = walk(*perfect.model, prompt, 81, 1);
    QCOMPARE(pairs.tokens, walk(*perfect.model, prompt, 81, 0).tokens);
    QCOMPARE(pairs.wrong, 0);
    QCOMPARE(pairs.passes, 40);
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
    reportParity("families", "family against its equations in float64, device: largest relative error", m_table);
}

QTEST_GUILESS_MAIN(TestModelFamilies)
#include "test_model_families.moc"
