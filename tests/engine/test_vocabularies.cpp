#include "engine/text/tokenizer.h"
#include "engine/text/utf8.h"
#include "tests/engine/vocabulary_fixture.h"
#include "tests/support/sanitized.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <map>

using namespace conclave::engine;
using namespace conclave::engine::test;

namespace
{

std::string lettersWithoutSpaces(int size)
{
    std::mt19937 random(4);
    std::string out;
    while (static_cast<int>(out.size()) < size) {
        out += static_cast<char>('a' + random() % 26);
    }
    return out;
}

} // namespace

class TestVocabularies : public QObject
{
    Q_OBJECT

private slots:
    void streamingNeverSplitsCharacters_data();
    void streamingNeverSplitsCharacters();
    void vocabularyVectors_data();
    void vocabularyVectors();
    void referenceModels_data();
    void referenceModels();
    void conclaveGolden_data();
    void conclaveGolden();
    void invalidBytesRoundTrip_data();
    void invalidBytesRoundTrip();
    void longTextsTakeLinearTime_data();
    void longTextsTakeLinearTime();
};

void TestVocabularies::streamingNeverSplitsCharacters_data()
{
    QTest::addColumn<QString>("path");
    QTest::newRow("conclave, byte fallback") << dataPath(QStringLiteral("conclave/tiny.gguf"));
    QTest::newRow("byte-level BPE") << dataPath(QStringLiteral("models/qwen3moe/model.gguf"));
    QTest::newRow("SentencePiece, byte fallback") << dataPath(QStringLiteral("models/mixtral/model.gguf"));
    for (const char *name : {"gpt-2", "deepseek-llm", "llama-spm"}) {
        QTest::newRow(name) << referencePath(QStringLiteral("tokenizers/ggml-vocab-%1.gguf").arg(QLatin1String(name)));
    }
}

/// Characters of all lengths, one after the other as the model would say them: after each token only whole characters are out, as many as
/// the tokens so far complete, and in the end all.
void TestVocabularies::streamingNeverSplitsCharacters()
{
    QFETCH(QString, path);
    if (!QFile::exists(path)) {
        QSKIP("SKIPPED: the reference vocabularies are not on this machine");
    }
    const auto tokenizer = openTokenizer(path);
    QVERIFY(tokenizer != nullptr);
    const std::string text = "a\xC3\xA9 \xE2\x82\xAC\xE6\xBC\xA2\xE5\xAD\x97\xF0\x9F\xA6\x99\xF0\x9F\x91\xA9\xE2\x80\x8D"
                             "\xF0\x9F\x9A\x80 \xF0\x90\x8D\x88 e\xCC\x81.";
    const Ids ids = tokenizer->encode(text, false);
    StreamDecoder decoder;
    std::string bytes;
    std::string shown;
    int held = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const std::string piece = i == 0 ? tokenizer->decode(std::span(&ids[0], 1)) : tokenizer->piece(ids[i]);
        bytes += piece;
        const std::string out = decoder.push(piece);
        QCOMPARE(utf8::validPrefix(out), out.size());
        shown += out;
        QCOMPARE(shown, bytes.substr(0, utf8::validPrefix(bytes)));
        held += shown.size() < bytes.size();
    }
    QVERIFY(held > 0); // characters did come in parts
    QVERIFY(decoder.flush().empty());
    QCOMPARE(shown, text);
}

void TestVocabularies::vocabularyVectors_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"gpt-2", "deepseek-llm", "llama-spm"}) {
        QTest::newRow(name) << QString::fromLatin1(name);
    }
}

void TestVocabularies::vocabularyVectors()
{
    QFETCH(QString, name);
    const QString path = referencePath(QStringLiteral("tokenizers/ggml-vocab-%1.gguf").arg(name));
    if (!QFile::exists(path)) {
        QSKIP("SKIPPED: the reference vocabularies are not on this machine");
    }
    const auto tokenizer = openTokenizer(path);
    QVERIFY(tokenizer != nullptr);
    const QByteArray inputs = QByteArray::fromStdString(readAll(path + QStringLiteral(".inp")));
    QList<QByteArray> expected = QByteArray::fromStdString(readAll(path + QStringLiteral(".out"))).split('\n');
    const QByteArray separator = "\n__ggml_vocab_test__\n";
    qsizetype at = 0;
    int cases = 0;
    while (at <= inputs.size() && cases < expected.size() - 1) {
        const qsizetype end = inputs.indexOf(separator, at);
        const std::string text = inputs.mid(at, end < 0 ? -1 : end - at).toStdString();
        const Ids ids = tokenizer->encode(text, false);
        QCOMPARE(idText(ids), QString::fromLatin1(expected[cases].trimmed()));
        QCOMPARE(tokenizer->decode(ids), text);
        ++cases;
        if (end < 0) {
            break;
        }
        at = end + separator.size();
    }
    QCOMPARE(cases, 46);
}

void TestVocabularies::referenceModels_data()
{
    QTest::addColumn<QString>("folder");
    QTest::addColumn<bool>("shared");
    for (const char *name : {"deepseek2_lite", "deepseek2_v3", "deepseek4", "gemma4moe", "gptoss", "llama", "mixtral", "olmoe", "qwen2moe",
                             "qwen35moe", "qwen3moe"}) {
        QTest::addRow("own copy of %s", name) << dataPath(QStringLiteral("models/%1").arg(QLatin1String(name))) << false;
    }
    for (const char *name : {"deepseek2_lite", "deepseek2_v3", "deepseek4", "gemma4moe", "gptoss", "llama", "mixtral", "olmoe", "qwen2moe",
                             "qwen35moe", "qwen3moe", "qwen3moe_q", "qwen3vlmoe"}) {
        QTest::addRow("%s", name) << referencePath(QStringLiteral("models/%1").arg(QLatin1String(name))) << true;
    }
}

void TestVocabularies::referenceModels()
{
    QFETCH(QString, folder);
    QFETCH(bool, shared);
    if (shared && !QFile::exists(folder)) {
        QSKIP("SKIPPED: the reference models are not on this machine");
    }
    const auto tokenizer = openTokenizer(folder + QStringLiteral("/model.gguf"));
    QVERIFY(tokenizer != nullptr);
    const auto reference = nlohmann::json::parse(readAll(folder + QStringLiteral("/reference.json")));
    int cases = 0;
    for (const auto &row : reference.at("tokenize")) {
        const auto text = row.at("text").get<std::string>();
        Ids ids = tokenizer->encode(text, row.at("parse_special").get<bool>());
        if (row.at("add_special").get<bool>() && tokenizer->addsBos()) {
            ids.insert(ids.begin(), tokenizer->bos());
        }
        QCOMPARE(idText(ids), idText(row.at("ids").get<Ids>()));
        if (!row.at("add_special").get<bool>()) {
            QCOMPARE(tokenizer->decode(ids), text);
        }
        ++cases;
    }
    QVERIFY(cases >= 20);
}

void TestVocabularies::conclaveGolden_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("ids");
    const auto golden = nlohmann::json::parse(readAll(dataPath(QStringLiteral("conclave/tokenizer.json"))));
    int index = 0;
    for (const auto &row : golden.at("rows")) {
        const auto text = row.at("text").get<std::string>();
        QTest::addRow("%d: %s", index++, text.c_str()) << QByteArray::fromStdString(text) << idText(row.at("ids").get<Ids>());
    }
}

void TestVocabularies::conclaveGolden()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, ids);
    static const auto tokenizer = openTokenizer(dataPath(QStringLiteral("conclave/tiny.gguf")));
    QVERIFY(tokenizer != nullptr);
    const Ids encoded = tokenizer->encode(text.toStdString(), false);
    QCOMPARE(idText(encoded), ids);
    const std::string spaced = utf8::replaceAll(text.toStdString(), utf8::kSpaceMark, " ");
    QCOMPARE(tokenizer->decode(encoded), spaced);
}

void TestVocabularies::invalidBytesRoundTrip_data()
{
    QTest::addColumn<QString>("path");
    QTest::newRow("conclave") << dataPath(QStringLiteral("conclave/tiny.gguf"));
    QTest::newRow("BPE") << dataPath(QStringLiteral("models/qwen3moe/model.gguf"));
    QTest::newRow("SentencePiece") << dataPath(QStringLiteral("models/mixtral/model.gguf"));
}

void TestVocabularies::invalidBytesRoundTrip()
{
    QFETCH(QString, path);
    const auto tokenizer = openTokenizer(path);
    QVERIFY(tokenizer != nullptr);
    std::mt19937 random(3);
    for (int round = 0; round < 500; ++round) {
        const std::string text = randomBytes(random, 1 + random() % 50);
        if (text.find(utf8::kSpaceMark) != std::string::npos) {
            continue; // stands for a space in two of the families
        }
        QCOMPARE(tokenizer->decode(tokenizer->encode(text, false)), text);
    }
}

void TestVocabularies::longTextsTakeLinearTime_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("unit"); ///< empty: letters without spaces
    QTest::addColumn<int>("size");
    const std::pair<const char *, QString> vocabularies[] = {
        {"conclave", dataPath(QStringLiteral("conclave/tiny.gguf"))},
        {"BPE", dataPath(QStringLiteral("models/qwen3moe/model.gguf"))},
        {"SentencePiece", dataPath(QStringLiteral("models/mixtral/model.gguf"))},
        {"gpt-2", referencePath(QStringLiteral("tokenizers/ggml-vocab-gpt-2.gguf"))},
        {"deepseek-llm", referencePath(QStringLiteral("tokenizers/ggml-vocab-deepseek-llm.gguf"))},
        {"llama-spm", referencePath(QStringLiteral("tokenizers/ggml-vocab-llama-spm.gguf"))},
    };
    for (const auto &[name, path] : vocabularies) {
        const auto row = [&name = name, &path = path](const char *what, const QByteArray &unit, int size = 1 << 18) {
            QTest::addRow("%s: %s", name, what) << path << unit << size;
        };
        row("prose", "The router chooses two experts for each of 12345 tokens, d\xC3\xA9j\xC3\xA0 vu.\n");
        row("one letter", "a", 1 << 20);
        row("letters without spaces", {}, 1 << 20);
        row("spaces before a letter", " ");
        row("line breaks", "\n");
        row("brackets", "<|<|");
        row("broken bytes", "\xFF\xF0\x9F");
    }
}

/// The whole, and a quarter of it. Quadratic work would take 16 times as long; n log n takes 4.5 times, caches that overflow some more.
void TestVocabularies::longTextsTakeLinearTime()
{
    QFETCH(QString, path);
    QFETCH(QByteArray, unit);
    QFETCH(int, size);
    if (!QFile::exists(path)) {
        QSKIP("SKIPPED: the reference vocabularies are not on this machine");
    }
    static std::map<QString, std::unique_ptr<Tokenizer>> opened;
    if (!opened.contains(path)) {
        opened[path] = openTokenizer(path);
    }
    const auto &tokenizer = opened[path];
    QVERIFY(tokenizer != nullptr);
    const auto seconds = [&](int length) {
        const std::string text = unit.isEmpty() ? lettersWithoutSpaces(length) : repeated(unit, length);
        return cpuSeconds([&] { (void)tokenizer->encode(text, false); });
    };
    if (conclave::test::kSanitized)
        size /= 16; // slower than the limit, and no memory is reached that fewer letters do not reach
    const double quarter = seconds(size / 4);
    const double whole = seconds(size);
    QVERIFY2(whole < 9 * quarter + 0.5, qPrintable(QStringLiteral("%1 s, then %2 s").arg(quarter).arg(whole)));
}

QTEST_GUILESS_MAIN(TestVocabularies)
#include "test_vocabularies.moc"
