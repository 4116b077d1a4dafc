#include "tests/engine/rewritten_model.h"
#include "tests/engine/vision_fixture.h"

#include <QObject>

#include <random>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;

namespace
{

/// Loads the fixture's model with spoilt projector bytes and, if that works, looks at a picture: nothing may crash.
struct Outcome
{
    bool loaded = false;
    bool looked = false;
    Error error;
};

Outcome tryProjector(const std::string &bytes)
{
    static const auto device = makeDevice("best");
    static const auto model = GgufFile::open(visionPath("model.gguf").toStdString());
    Outcome outcome;
    const auto projector = GgufFile::parse(std::as_bytes(std::span(bytes)), "spoilt.gguf");
    if (!projector) {
        outcome.error = projector.error();
        return outcome;
    }
    ModelOptions options;
    options.projector = &*projector;
    options.mostImageTokens = 64;
    const auto loaded = loadModel(*model, *device, options);
    if (!loaded) {
        outcome.error = loaded.error();
        return outcome;
    }
    outcome.loaded = true;
    const auto memory = (*loaded)->encodeImage({40, 30, std::vector<std::uint8_t>(std::size_t{40 * 30 * 3}, 90)}, {});
    outcome.looked = memory.ok();
    if (!memory)
        outcome.error = memory.error();
    return outcome;
}

RewrittenModel wholeProjector()
{
    auto file = GgufFile::open(visionPath("mmproj.gguf").toStdString());
    return RewrittenModel::of(*file, projectorNames());
}

} // namespace

/// Projector files that are not what they say: each is refused with a sentence that names what is wrong, and none crashes.
class TestProjectorFiles : public QObject
{
    Q_OBJECT

private slots:
    void rewritingChangesNothing() { QVERIFY(tryProjector(wholeProjector().bytes()).looked); }
    void eachTensorIsNeeded();
    void eachShapeIsChecked();
    void unknownTensorsAreRefused();
    void eachNumberIsChecked();
    void variantsAreRefused_data();
    void variantsAreRefused();
    void brokenBytesNeverCrash();
};

void TestProjectorFiles::eachTensorIsNeeded()
{
    const RewrittenModel whole = wholeProjector();
    QCOMPARE(whole.tensors.size(), std::size_t{58});
    for (const RewrittenModel::Part &part : whole.tensors) {
        RewrittenModel spoilt = whole;
        spoilt.remove(part.name);
        const Outcome outcome = tryProjector(spoilt.bytes());
        QVERIFY2(!outcome.loaded, part.name.c_str());
        QCOMPARE(outcome.error.code, ErrorCode::kMissingTensor);
        QVERIFY2(outcome.error.message.find('"' + part.name + '"') != std::string::npos, outcome.error.message.c_str());
        QVERIFY(outcome.error.message.find("spoilt.gguf") != std::string::npos);
    }
}

void TestProjectorFiles::eachShapeIsChecked()
{
    const RewrittenModel whole = wholeProjector();
    for (const RewrittenModel::Part &part : whole.tensors) {
        std::vector<std::int64_t> taller = part.shape;
        ++taller.front();
        std::vector<std::int64_t> joined(part.shape.begin() + (part.shape.size() > 1 ? 1 : 0), part.shape.end());
        joined.front() *= part.shape.size() > 1 ? part.shape.front() : 2;
        for (const auto &shape : {taller, joined}) {
            RewrittenModel spoilt = whole;
            spoilt.tensor(part.name).setShape(shape);
            const Outcome outcome = tryProjector(spoilt.bytes());
            QVERIFY2(!outcome.loaded, part.name.c_str());
            QCOMPARE(outcome.error.code, ErrorCode::kBadTensor);
            QVERIFY2(outcome.error.message.find('"' + part.name + '"') != std::string::npos, outcome.error.message.c_str());
        }
    }
}

void TestProjectorFiles::unknownTensorsAreRefused()
{
    for (const char *name :
         {"v.class_embd", "v.blk.0.attn_q.weight", "v.blk.9.ln1.weight", "v.deepstack.2.norm.weight", "mm.1.weight", "a.conv1d.1.weight"}) {
        RewrittenModel spoilt = wholeProjector();
        RewrittenModel::Part more = spoilt.tensor("v.post_ln.weight");
        more.name = name;
        spoilt.tensors.push_back(more);
        const Outcome outcome = tryProjector(spoilt.bytes());
        QCOMPARE(outcome.error.code, ErrorCode::kBadTensor);
        QVERIFY2(outcome.error.message.find(name) != std::string::npos, outcome.error.message.c_str());
    }
}

/// Whatever a key holds, the file is refused by name, or the picture is looked at.
void TestProjectorFiles::eachNumberIsChecked()
{
    const std::vector<StoredValue> values = {std::int32_t{0},
                                             std::int32_t{-1},
                                             std::int32_t{1},
                                             std::int32_t{3},
                                             std::int32_t{7},
                                             std::uint32_t{0x7FFFFFFF},
                                             std::uint32_t{0xFFFFFFFF},
                                             std::uint64_t{1} << 62,
                                             1e30F,
                                             std::string("many"),
                                             std::vector<std::int32_t>{},
                                             std::vector<std::int32_t>{1, 1, 1},
                                             std::vector<std::int32_t>(2000, 1),
                                             std::vector<float>{0.0F, 0.0F, 0.0F}};
    const RewrittenModel whole = wholeProjector();
    int refused = 0;
    for (const auto &[key, original] : whole.keys) {
        if (!key.starts_with("clip."))
            continue;
        for (const StoredValue &value : values) {
            RewrittenModel spoilt = whole;
            spoilt.keys[key] = value;
            const Outcome outcome = tryProjector(spoilt.bytes());
            const bool named = outcome.error.message.find("spoilt.gguf") != std::string::npos;
            QVERIFY2(outcome.looked || (!outcome.loaded && named), (key + ": " + outcome.error.message).c_str());
            refused += outcome.loaded ? 0 : 1;
        }
    }
    QVERIFY2(refused > 150, qPrintable(QString::number(refused)));
}

void TestProjectorFiles::variantsAreRefused_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("says");
    QTest::newRow("no vision part") << "clip.has_vision_encoder"
                                    << "sees nothing";
    QTest::newRow("another activation") << "clip.use_silu"
                                        << "another activation";
}

void TestProjectorFiles::variantsAreRefused()
{
    QFETCH(QString, key);
    QFETCH(QString, says);
    RewrittenModel spoilt = wholeProjector();
    spoilt.keys[key.toStdString()] = key.endsWith("silu");
    const Outcome outcome = tryProjector(spoilt.bytes());
    QCOMPARE(outcome.error.code, ErrorCode::kBadMetadata);
    QVERIFY2(QString::fromStdString(outcome.error.message).contains(says), outcome.error.message.c_str());
}

void TestProjectorFiles::brokenBytesNeverCrash()
{
    const std::string whole = wholeProjector().bytes();
    std::mt19937 random(7);
    for (int round = 0; round < 400; ++round) {
        std::string spoilt = whole;
        for (int i = 0; i < 4; ++i)
            spoilt[random() % 6000] = static_cast<char>(random());
        if (round % 8 == 0)
            spoilt.resize(random() % spoilt.size());
        const Outcome outcome = tryProjector(spoilt);
        QVERIFY(outcome.looked || !outcome.error.message.empty());
    }
}

QTEST_GUILESS_MAIN(TestProjectorFiles)
#include "test_projector_files.moc"
