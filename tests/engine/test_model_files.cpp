#include "tests/engine/model_fixture.h"
#include "tests/engine/rewritten_model.h"

#include <QObject>

#include <random>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;

namespace
{

struct Source
{
    const char *name;
    const char *path;
    const char *architecture;
};
constexpr Source kSources[] = {
    {"llama", "models/llama/model.gguf", "llama"},
    {"mixtral", "models/mixtral/model.gguf", "llama"},
    {"qwen3moe", "models/qwen3moe_q/Q4_K_M.gguf", "qwen3moe"},
    {"conclave", "conclave/tiny.gguf", "conclave"},
    {"qwen3vlmoe", "models/qwen3vlmoe/model.gguf", "qwen3vlmoe"},
    {"qwen2moe", "models/qwen2moe/model.gguf", "qwen2moe"},
    {"olmoe", "models/olmoe/model.gguf", "olmoe"},
    {"deepseek2", "models/deepseek2_v3/model.gguf", "deepseek2"},
    {"gpt-oss", "models/gptoss/model.gguf", "gpt-oss"},
    {"gemma4", "models/gemma4moe/model.gguf", "gemma4"},
    {"deepseek4", "models/deepseek4/model.gguf", "deepseek4"},
    {"qwen35moe", "models/qwen35moe/model.gguf", "qwen35moe"},
};

/// Text has one stream of positions: how pairs are dealt to several does not matter.
bool isUnread(const std::string &key)
{
    return key == "qwen35moe.rope.dimension_sections";
}

const Source &sourceNamed(std::string_view name)
{
    return *std::find_if(std::begin(kSources), std::end(kSources), [name](const Source &source) { return name == source.name; });
}

/// What a file of this family may leave out.
bool isOptional(const std::string &architecture, const std::string &tensor)
{
    const bool projectionBias = tensor.ends_with("attn_q.bias") || tensor.ends_with("attn_k.bias") || tensor.ends_with("attn_v.bias");
    if (tensor == "output.weight")
        return architecture != "deepseek4"; // else the embedding serves as one
    if (projectionBias && architecture != "gpt-oss")
        return true;
    if (architecture == "gemma4") // without attn_v the keys are the values too
        return tensor.ends_with("layer_output_scale.weight") || tensor.ends_with("ffn_down_exps.scale") ||
               tensor.ends_with("attn_v.weight");
    return tensor == "rope_freqs.weight" ||
           (tensor.ends_with("exp_probs_b.bias") && architecture != "conclave" && architecture != "deepseek4");
}

/// The tensor that is asked for when this one is missing: of fused and separate ones the separate.
std::string askedFor(std::string tensor)
{
    if (const auto at = tensor.find("gate_up_exps"); at != std::string::npos)
        tensor.replace(at, std::strlen("gate_up_exps"), "gate_exps");
    return tensor;
}

RewrittenModel takeApart(const Source &source)
{
    auto file = GgufFile::open(dataPath(source.path).toStdString());
    return file ? RewrittenModel::of(*file, metadataNames(source.architecture)) : RewrittenModel{};
}

std::span<const std::byte> asBytes(const std::string &text)
{
    return std::as_bytes(std::span(text));
}

/// Every tensor; under a sanitizer, which takes long over large files, every seventh.
std::vector<RewrittenModel::Part> partsToSpoil(const RewrittenModel &model)
{
    std::vector<RewrittenModel::Part> parts;
    for (std::size_t i = 0; i < model.tensors.size(); i += kSanitized ? 7 : 1)
        parts.push_back(model.tensors[i]);
    return parts;
}

/// Loads spoilt bytes and, if that works, computes with them: nothing may crash.
struct Outcome
{
    bool loaded = false;
    bool computed = false;
    Error error;
};

Outcome tryModel(const std::string &bytes)
{
    Outcome outcome;
    const auto file = GgufFile::parse(asBytes(bytes), "spoilt.gguf");
    if (!file) {
        outcome.error = file.error();
        return outcome;
    }
    static const auto device = makeDevice("best"); // its threads are costly to start under a sanitizer
    auto model = loadModel(*file, *device, {});
    if (!model) {
        outcome.error = model.error();
        return outcome;
    }
    outcome.loaded = true;
    auto cache = (*model)->createCache(64);
    const std::int32_t tokens[] = {0, 1, 2};
    Batch batch;
    batch.tokens = std::span(tokens).first(static_cast<std::size_t>(std::min(3, (*model)->vocabularySize())));
    batch.cache = cache ? cache->get() : nullptr;
    std::shared_ptr<const ImageMemory> memory;
    if ((*model)->info().readsImages) {
        auto encoded = (*model)->encodeImage({2, 2, std::vector<std::uint8_t>(12, 90)}, {});
        memory = encoded ? *encoded : nullptr;
    }
    batch.image = memory.get();
    outcome.computed = (*model)->forward(batch).ok();
    return outcome;
}

} // namespace

/// Files that are not what they say: each is refused with a sentence that names what is wrong, and none crashes.
class TestModelFiles : public QObject
{
    Q_OBJECT

private slots:
    void rewritingChangesNothing_data() { sources(); }
    void rewritingChangesNothing();
    void eachTensorIsNeeded_data() { sources(); }
    void eachTensorIsNeeded();
    void eachShapeIsChecked_data() { sources(); }
    void eachShapeIsChecked();
    void eachTypeIsChecked_data() { sources(); }
    void eachTypeIsChecked();
    void unknownTensorsAreRefused_data() { sources(); }
    void unknownTensorsAreRefused();
    void keysOfWrongTypeAreRefused_data() { sources(); }
    void keysOfWrongTypeAreRefused();
    void absurdSizesAreRefused_data() { sources(); }
    void absurdSizesAreRefused();
    void sizesMustFitEachOther();
    void expertIdsAreChecked();
    void unknownArchitectureIsNamed();
    void unsupportedVariantsAreRefused_data();
    void unsupportedVariantsAreRefused();
    void brokenHeadersNeverCrash_data() { sources(); }
    void brokenHeadersNeverCrash();

private:
    static void sources()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < static_cast<int>(std::size(kSources)); ++i)
            QTest::newRow(kSources[i].name) << i;
    }
};

void TestModelFiles::rewritingChangesNothing()
{
    QFETCH(int, index);
    const Outcome outcome = tryModel(takeApart(kSources[index]).bytes());
    QVERIFY2(outcome.computed, outcome.error.message.c_str());
}

void TestModelFiles::eachTensorIsNeeded()
{
    QFETCH(int, index);
    const RewrittenModel whole = takeApart(kSources[index]);
    for (const RewrittenModel::Part &part : partsToSpoil(whole)) {
        RewrittenModel spoilt = whole;
        spoilt.remove(part.name);
        const Outcome outcome = tryModel(spoilt.bytes());
        if (isOptional(kSources[index].architecture, part.name)) {
            QVERIFY2(outcome.computed, part.name.c_str());
            continue;
        }
        QVERIFY2(!outcome.loaded, part.name.c_str());
        QCOMPARE(outcome.error.code, ErrorCode::kMissingTensor);
        QVERIFY2(outcome.error.message.find('"' + askedFor(part.name) + '"') != std::string::npos, outcome.error.message.c_str());
        QVERIFY(outcome.error.message.find("spoilt.gguf") != std::string::npos);
    }
}

void TestModelFiles::eachShapeIsChecked()
{
    QFETCH(int, index);
    const RewrittenModel whole = takeApart(kSources[index]);
    for (const RewrittenModel::Part &part : partsToSpoil(whole)) {
        std::vector<std::vector<std::int64_t>> shapes;
        std::vector<std::int64_t> taller = part.shape;
        ++taller.front();
        if (part.shape.size() > 1 || part.type == kernels::DType::kF32)
            shapes.push_back(taller);
        if (part.shape.size() > 1) {
            std::vector<std::int64_t> shorter = part.shape;
            shorter.front() = std::max<std::int64_t>(1, shorter.front() / 2);
            if (shorter != part.shape)
                shapes.push_back(shorter);
            std::vector<std::int64_t> joined(part.shape.begin() + 1, part.shape.end());
            joined.front() *= part.shape.front();
            shapes.push_back(joined);
        }
        for (const auto &shape : shapes) {
            RewrittenModel spoilt = whole;
            spoilt.tensor(part.name).setShape(shape);
            const Outcome outcome = tryModel(spoilt.bytes());
            QVERIFY2(!outcome.loaded, part.name.c_str());
            QCOMPARE(outcome.error.code, ErrorCode::kBadTensor);
            QVERIFY2(outcome.error.message.find('"' + part.name + '"') != std::string::npos, outcome.error.message.c_str());
            QVERIFY2(outcome.error.message.find('[' + std::to_string(shape.front())) != std::string::npos, outcome.error.message.c_str());
        }
    }
}

void TestModelFiles::eachTypeIsChecked()
{
    QFETCH(int, index);
    const RewrittenModel whole = takeApart(kSources[index]);
    const std::string bytes = whole.bytes();
    for (const RewrittenModel::Part &part : partsToSpoil(whole)) {
        RewrittenModel spoilt = whole;
        RewrittenModel::Part &changed = spoilt.tensor(part.name);
        const bool ids = changed.type == kernels::DType::kI32;
        changed.type = ids ? kernels::DType::kF32 : kernels::DType::kI32; // known, but nothing computes with it there
        changed.setShape(changed.shape);
        const Outcome wrong = tryModel(spoilt.bytes());
        QVERIFY2(!wrong.loaded, part.name.c_str());
        QCOMPARE(wrong.error.code, ErrorCode::kUnsupportedType);

        // In the table: u64 length, name, u32 rank, u64 for each axis, u32 type.
        std::string unknown = bytes;
        const std::size_t at = unknown.find(std::string(1, static_cast<char>(part.name.size())) + std::string(7, '\0') + part.name);
        QVERIFY(at != std::string::npos);
        const std::size_t type = at + 8 + part.name.size() + 4 + 8 * part.shape.size();
        QCOMPARE(static_cast<std::uint8_t>(unknown[type]), static_cast<std::uint8_t>(part.type));
        unknown[type] = 40; // NVFP4: real, but not in this build
        const Outcome outcome = tryModel(unknown);
        QVERIFY2(!outcome.loaded, part.name.c_str());
        if (outcome.error.code == ErrorCode::kUnsupportedType) {
            QVERIFY2(outcome.error.message.find(part.name) != std::string::npos, outcome.error.message.c_str());
            QVERIFY2(outcome.error.message.find("40") != std::string::npos, outcome.error.message.c_str());
        } else { // rows that are no multiple of that type's block are refused by the reader
            QVERIFY2(outcome.error.code == ErrorCode::kBadFormat || outcome.error.code == ErrorCode::kBadTensor,
                     outcome.error.message.c_str());
        }
    }
}

void TestModelFiles::unknownTensorsAreRefused()
{
    QFETCH(int, index);
    const RewrittenModel whole = takeApart(kSources[index]);
    for (const char *name : {"blk.0.attn_sub_norm.weight", "blk.0.attn_q.scale", "blk.7777.attn_norm.weight", "output.bias",
                             "rope_factors_long.weight", "token_embd_norm.weight"}) {
        RewrittenModel spoilt = whole;
        RewrittenModel::Part more = spoilt.tensor("blk.0.attn_norm.weight");
        more.name = name;
        spoilt.tensors.push_back(more);
        const Outcome outcome = tryModel(spoilt.bytes());
        QCOMPARE(outcome.error.code, ErrorCode::kBadTensor);
        QVERIFY2(outcome.error.message.find(name) != std::string::npos, outcome.error.message.c_str());
    }
}

void TestModelFiles::keysOfWrongTypeAreRefused()
{
    QFETCH(int, index);
    const RewrittenModel whole = takeApart(kSources[index]);
    const std::string prefix = std::string(kSources[index].architecture) + ".";
    for (const auto &[key, value] : whole.keys) {
        if (!key.starts_with(prefix))
            continue;
        RewrittenModel spoilt = whole;
        if (isUnread(key))
            continue;
        spoilt.keys[key] = std::string("many");
        const Outcome outcome = tryModel(spoilt.bytes());
        QVERIFY2(!outcome.loaded, key.c_str());
        QCOMPARE(outcome.error.code, ErrorCode::kBadMetadata);
        QVERIFY2(outcome.error.message.find(key) != std::string::npos, outcome.error.message.c_str());
    }
}

void TestModelFiles::absurdSizesAreRefused()
{
    QFETCH(int, index);
    const RewrittenModel whole = takeApart(kSources[index]);
    const std::string prefix = std::string(kSources[index].architecture) + ".";
    const std::vector<StoredValue> values = {std::int32_t{0},
                                             std::int32_t{-1},
                                             std::int32_t{1},
                                             std::int32_t{3},
                                             std::uint32_t{0x7FFFFFFF},
                                             std::uint32_t{0xFFFFFFFF},
                                             std::uint64_t{1} << 62,
                                             1e30F,
                                             std::vector<std::int32_t>{},
                                             std::vector<std::int32_t>(2000, 7)};
    for (const auto &[key, original] : whole.keys) {
        if (!key.starts_with(prefix))
            continue;
        for (std::size_t i = 0; i < values.size(); i += kSanitized ? 6 : 1) {
            const StoredValue &value = values[i];
            RewrittenModel spoilt = whole;
            spoilt.keys[key] = value;
            const Outcome outcome = tryModel(spoilt.bytes());
            const bool named = outcome.error.message.find("spoilt.gguf") != std::string::npos;
            QVERIFY2(outcome.computed || (!outcome.loaded && named), (key + ": " + outcome.error.message).c_str());
            const bool harmless = isUnread(key) || key.ends_with("context_length") || key.ends_with("vocab_size") ||
                                  key.ends_with("freq_base") || key.ends_with("epsilon") || key.ends_with("loc_step") ||
                                  key.ends_with("expert_used_count") || key.find("gating.") != std::string::npos ||
                                  key.ends_with("feed_forward_length");
            if (std::holds_alternative<std::uint64_t>(value))
                QVERIFY2(!outcome.loaded || harmless, key.c_str());
        }
    }
}

void TestModelFiles::sizesMustFitEachOther()
{
    struct Case
    {
        const char *source;
        const char *key;
        StoredValue value;
    };
    const std::vector<Case> cases = {
        {"llama", "llama.attention.head_count_kv", std::int32_t{3}},
        {"llama", "llama.attention.head_count", std::int32_t{3}},
        {"llama", "llama.rope.dimension_count", std::int32_t{31}},
        {"llama", "llama.rope.dimension_count", std::int32_t{64}},
        {"llama", "llama.attention.layer_norm_rms_epsilon", 0.0F},
        {"llama", "llama.rope.freq_base", 0.0F},
        {"mixtral", "llama.expert_used_count", std::int32_t{9}},
        {"qwen3moe", "qwen3moe.attention.value_length", std::int32_t{32}},
        {"qwen3moe", "qwen3moe.expert_count", std::int32_t{0}},
        {"conclave", "conclave.gating.k_min", std::int32_t{9}},
        {"conclave", "conclave.gating.k_wide", std::int32_t{100}},
        {"conclave", "conclave.gating.tau", 1.5F},
        {"conclave", "conclave.vision.image_height", std::int32_t{40}},
        {"conclave", "conclave.bridge.tap", std::vector<std::int32_t>{0}},
        {"conclave", "conclave.vision.tap_blocks", std::vector<std::int32_t>{1, 0}},
        {"conclave", "conclave.vision.tap_blocks", std::vector<std::int32_t>{99}},
        {"llama", "llama.attention.head_count_kv", std::vector<std::int32_t>{2, 2}},
        {"llama", "llama.attention.head_count", std::vector<std::int32_t>{4, 4, 2}},
        {"llama", "llama.feed_forward_length", std::vector<std::int32_t>{320, 320}},
        {"deepseek2", "deepseek2.rope.dimension_count", std::int32_t{48}},
        {"deepseek2", "deepseek2.expert_group_count", std::int32_t{5}},
        {"deepseek2", "deepseek2.expert_group_used_count", std::int32_t{5}},
        {"deepseek2", "deepseek2.expert_used_count", std::int32_t{9}},
        {"gemma4", "gemma4.attention.sliding_window_pattern", std::vector<std::int32_t>{1, 0}},
        {"gemma4", "gemma4.attention.shared_kv_layers", std::int32_t{1}},
        {"gemma4", "gemma4.attention.shared_kv_layers", std::int32_t{4}},
        {"gemma4", "gemma4.attention.value_length_swa", std::int32_t{16}},
        {"gpt-oss", "gpt-oss.attention.sliding_window", std::int32_t{-1}},
    };
    for (const Case &spoil : cases) {
        RewrittenModel model = takeApart(sourceNamed(spoil.source));
        QVERIFY2(model.keys.count(spoil.key) == 1 || std::string(spoil.key).ends_with("value_length"), spoil.key);
        model.keys[spoil.key] = spoil.value;
        const Outcome outcome = tryModel(model.bytes());
        QVERIFY2(!outcome.loaded, spoil.key);
        QCOMPARE(outcome.error.code, ErrorCode::kBadMetadata);
    }
}

/// The table of hash routing says which experts a token takes: an id without an expert must not be looked up.
void TestModelFiles::expertIdsAreChecked()
{
    const RewrittenModel whole = takeApart(sourceNamed("deepseek4"));
    for (const std::int32_t id : {-1, 1 << 20, INT32_MIN}) {
        RewrittenModel spoilt = whole;
        RewrittenModel::Part &table = spoilt.tensor("blk.1.ffn_gate_tid2eid.weight");
        std::memcpy(table.data.data() + table.data.size() - sizeof id, &id, sizeof id);
        const Outcome outcome = tryModel(spoilt.bytes());
        QVERIFY(!outcome.loaded);
        QCOMPARE(outcome.error.code, ErrorCode::kBadTensor);
        QVERIFY2(outcome.error.message.find("blk.1.ffn_gate_tid2eid.weight") != std::string::npos, outcome.error.message.c_str());
    }
}

void TestModelFiles::unknownArchitectureIsNamed()
{
    RewrittenModel model = takeApart(kSources[0]);
    model.keys["general.architecture"] = std::string("mamba");
    const Outcome outcome = tryModel(model.bytes());
    QCOMPARE(outcome.error.code, ErrorCode::kUnsupportedArchitecture);
    for (const char *part : {"mamba", "llama", "qwen3moe", "conclave", "spoilt.gguf"})
        QVERIFY2(outcome.error.message.find(part) != std::string::npos, part);
    model.keys.erase("general.architecture");
    QCOMPARE(tryModel(model.bytes()).error.code, ErrorCode::kBadMetadata);
}

void TestModelFiles::unsupportedVariantsAreRefused_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QVariant>("value");
    QTest::newRow("LongRoPE") << "rope.scaling.type" << QVariant("longrope");
    QTest::newRow("a router of the future") << "expert_gating_func" << QVariant(5);
    QTest::newRow("groups that do not divide the experts") << "expert_group_count" << QVariant(3);
    QTest::newRow("groups of one expert") << "expert_group_count" << QVariant(8);
    QTest::newRow("Granite's scaled stream") << "residual_scale" << QVariant(0.22);
    QTest::newRow("Grok's capped attention") << "attn_logit_softcapping" << QVariant(30.0);
    QTest::newRow("capped logits") << "final_logit_softcapping" << QVariant(30.0);
    QTest::newRow("embedding models") << "attention.causal" << QVariant(false);
}

void TestModelFiles::unsupportedVariantsAreRefused()
{
    QFETCH(QString, key);
    QFETCH(QVariant, value);
    RewrittenModel model = takeApart(kSources[1]);
    StoredValue stored = std::int32_t{value.toInt()};
    if (value.typeId() == QMetaType::QString)
        stored = value.toString().toStdString();
    else if (value.typeId() == QMetaType::Double)
        stored = value.toFloat();
    else if (value.typeId() == QMetaType::Bool)
        stored = value.toBool();
    model.keys["llama." + key.toStdString()] = stored;
    if (key == "expert_group_count")
        model.keys["llama.expert_group_used_count"] = std::int32_t{1};
    const Outcome outcome = tryModel(model.bytes());
    QCOMPARE(outcome.error.code, ErrorCode::kBadMetadata);
    QVERIFY2(outcome.error.message.find(key.toStdString()) != std::string::npos, outcome.error.message.c_str());
}

void TestModelFiles::brokenHeadersNeverCrash()
{
    QFETCH(int, index);
    const QByteArray file = readFile(dataPath(kSources[index].path));
    const std::string whole(file.constData(), static_cast<std::size_t>(file.size()));
    std::mt19937 random(static_cast<unsigned>(index));
    // Most of a header is the vocabulary; what matters lies at its start and in the tensor table at its end.
    const std::size_t table = whole.find("token_embd.weight");
    int loaded = 0;
    const int rounds = kSanitized ? 30 : 400; // fuzz_gguf goes further there
    for (int round = 0; round < rounds; ++round) {
        std::string spoilt = whole;
        for (int change = 0; change < 1 + round % 3; ++change) {
            const std::size_t start = random() % 2 == 0 ? 0 : std::min(table, whole.size() - 3000);
            spoilt[start + random() % 2500] = static_cast<char>(random());
        }
        if (round % 10 == 0)
            spoilt.resize(random() % spoilt.size());
        loaded += tryModel(spoilt).loaded ? 1 : 0;
    }
    qInfo("%s: %d of %d spoilt files still load", kSources[index].name, loaded, rounds);
    QVERIFY(loaded < rounds);
}

QTEST_GUILESS_MAIN(TestModelFiles)
#include "test_model_files.moc"
