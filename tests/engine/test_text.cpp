#include "engine/format/gguf_writer.h"
#include "engine/text/byte_trie.h"
#include "engine/text/pre_tokenizer.h"
#include "engine/text/tokenizer.h"
#include "engine/text/utf8.h"

#include <nlohmann/json.hpp>

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTest>

#include <map>
#include <optional>
#include <random>
#include <sstream>

using namespace conclave::engine;

namespace
{

using Ids = std::vector<TokenId>;

QString referencePath(const QString &name)
{
    return QStringLiteral(CONCLAVE_SHARED_REFERENCE "/") + name;
}

QString dataPath(const QString &name)
{
    return QStringLiteral(CONCLAVE_TEST_DATA "/") + name;
}

std::string readAll(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

std::unique_ptr<Tokenizer> openTokenizer(const QString &path)
{
    auto file = GgufFile::open(path.toStdString());
    if (!file) {
        qWarning("%s", file.error().message.c_str());
        return nullptr;
    }
    auto tokenizer = loadTokenizer(*file);
    if (!tokenizer) {
        qWarning("%s", tokenizer.error().message.c_str());
        return nullptr;
    }
    return std::move(*tokenizer);
}

QString idText(const Ids &ids)
{
    QStringList out;
    for (const TokenId id : ids) {
        out << QString::number(id);
    }
    return out.join(QLatin1Char(' '));
}

/// A vocabulary made in memory.
struct Made
{
    std::string model = "gpt2";
    std::optional<std::string> pre = "gpt-2";
    std::vector<std::string> tokens;
    std::vector<std::int32_t> types;
    std::vector<float> scores;
    std::vector<std::string> merges;
    std::vector<std::pair<std::string, StoredValue>> more;

    Result<std::unique_ptr<Tokenizer>> load() const
    {
        std::ostringstream out;
        GgufWriter writer(out);
        writer.set("tokenizer.ggml.model", model);
        if (pre) {
            writer.set("tokenizer.ggml.pre", *pre);
        }
        writer.set("tokenizer.ggml.tokens", tokens);
        if (!types.empty()) {
            writer.set("tokenizer.ggml.token_type", types);
        }
        if (!scores.empty()) {
            writer.set("tokenizer.ggml.scores", scores);
        }
        writer.set("tokenizer.ggml.merges", merges);
        for (const auto &[key, value] : more) {
            writer.set(key, value);
        }
        (void)writer.begin();
        const std::string bytes = out.str();
        auto file = GgufFile::parse(std::as_bytes(std::span(bytes)), "made.gguf");
        return file ? loadTokenizer(*file) : Result<std::unique_ptr<Tokenizer>>(file.takeError());
    }
};

/// Letters, a space, two merges, two control tokens and a user-defined one.
Made smallBpe()
{
    Made made;
    made.tokens = {"a", "b", "c", "\xC4\xA0", "ab", "abc", "<s>", "<|im_end|>", "<tag>", "<tag>x"};
    made.types = {1, 1, 1, 1, 1, 1, 3, 3, 4, 4};
    made.merges = {"a b", "ab c"};
    return made;
}

double seconds(const Tokenizer &tokenizer, const std::string &text)
{
    double best = 1e9;
    for (int round = 0; round < 2; ++round) {
        QElapsedTimer timer;
        timer.start();
        (void)tokenizer.encode(text, false);
        best = std::min(best, static_cast<double>(timer.nsecsElapsed()) * 1e-9);
    }
    return best;
}

std::string randomBytes(std::mt19937 &random, std::size_t size)
{
    std::string out;
    while (out.size() < size) {
        if (random() % 3 == 0) {
            out += static_cast<char>(random() % 256);
        } else {
            char32_t character = random() % 2 == 0 ? random() % 0x80 : random() % 0x110000;
            character = character >= 0xD800 && character < 0xE000 ? U'x' : character;
            utf8::append(out, character);
        }
    }
    return out;
}

} // namespace

class TestText : public QObject
{
    Q_OBJECT

private slots:
    void utf8KnowsItsForms_data();
    void utf8KnowsItsForms();
    void trieFindsTheLongest();
    void decoderGivesWholeCharacters_data();
    void decoderGivesWholeCharacters();
    void decoderNeverSplitsCharacters();
    void preTokenizerSplits_data();
    void preTokenizerSplits();
    void unknownPreTokenizerIsRefused();
    void piecesJoinToTheText();
    void refusesBrokenVocabularies_data();
    void refusesBrokenVocabularies();
    void specialTokensSplitTheText();
    void textNeverBecomesControlTokens();
    void mergesGoByRank();
    void mergesMayPassThroughUnknownSymbols();
    void endTokens();
    void bosIsTakenFromTheFile();
    void spmFallsBackToBytes();
    void spmWithoutSpacePrefix();
    void vocabularyVectors_data();
    void vocabularyVectors();
    void referenceModels_data();
    void referenceModels();
    void conclaveGolden_data();
    void conclaveGolden();
    void conclaveDetails();
    void invalidBytesRoundTrip_data();
    void invalidBytesRoundTrip();
    void longTextsTakeLinearTime_data();
    void longTextsTakeLinearTime();
};

void TestText::utf8KnowsItsForms_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("form");
    QTest::addColumn<int>("size");
    const auto row = [](const char *name, const char *bytes, utf8::Form form, int size) {
        QTest::newRow(name) << QByteArray(bytes) << static_cast<int>(form) << size;
    };
    using utf8::Form;
    row("a letter", "ax", Form::kWhole, 1);
    row("two bytes", "\xC3\xA9x", Form::kWhole, 2);
    row("three bytes", "\xE2\x82\xACx", Form::kWhole, 3);
    row("four bytes", "\xF0\x9F\x99\x82x", Form::kWhole, 4);
    row("last code point", "\xF4\x8F\xBF\xBF", Form::kWhole, 4);
    row("cut after one", "\xF0", Form::kPartial, 1);
    row("cut after three", "\xF0\x9F\x99", Form::kPartial, 3);
    row("a lone continuation", "\x80", Form::kInvalid, 1);
    row("overlong slash", "\xC0\xAF", Form::kInvalid, 1);
    row("overlong three bytes", "\xE0\x9F\xBF", Form::kInvalid, 1);
    row("surrogate", "\xED\xA0\x80", Form::kInvalid, 1);
    row("above the last", "\xF4\x90\x80\x80", Form::kInvalid, 1);
    row("never a lead", "\xFF", Form::kInvalid, 1);
    row("broken off by a letter", "\xE2\x82x", Form::kInvalid, 2);
}

void TestText::utf8KnowsItsForms()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, form);
    QFETCH(int, size);
    const utf8::Character first = utf8::first(bytes.toStdString());
    QCOMPARE(static_cast<int>(first.form), form);
    QCOMPARE(static_cast<int>(first.size), size);
    if (first.form == utf8::Form::kWhole) {
        const std::string character = bytes.toStdString().substr(0, first.size);
        std::string again;
        utf8::append(again, utf8::decode(character));
        QCOMPARE(again, character);
    }
}

void TestText::trieFindsTheLongest()
{
    ByteTrie trie;
    trie.add("ab", 1);
    trie.add("abcd", 2);
    trie.add("ab", 3); // the first stays
    QCOMPARE(trie.longest("abc").value, 1);
    QCOMPARE(trie.longest("abc").size, std::size_t{2});
    QCOMPARE(trie.longest("abcde").value, 2);
    QCOMPARE(trie.longest("a").value, -1);
    QCOMPARE(trie.longest("").value, -1);
    QVERIFY(trie.startsWith('a') && !trie.startsWith('b'));
}

void TestText::decoderGivesWholeCharacters_data()
{
    QTest::addColumn<QList<QByteArray>>("pushed");
    QTest::addColumn<QString>("expected");
    QTest::newRow("letters") << QList<QByteArray>{"ab", "c"} << QStringLiteral("ab|c|");
    QTest::newRow("a character in three parts") << QList<QByteArray>{"\xE2", "\x82", "\xACz"} << QStringLiteral("||€z|");
    QTest::newRow("unfinished at the end") << QList<QByteArray>{"a\xF0\x9F"} << QStringLiteral("a|\uFFFD");
    QTest::newRow("broken off") << QList<QByteArray>{"\xF0\x9F", "a"} << QStringLiteral("|\uFFFDa|");
    QTest::newRow("never a character") << QList<QByteArray>{"\xFF\xFE"} << QStringLiteral("\uFFFD\uFFFD|");
}

void TestText::decoderGivesWholeCharacters()
{
    QFETCH(QList<QByteArray>, pushed);
    QFETCH(QString, expected);
    StreamDecoder decoder;
    QStringList out;
    for (const QByteArray &bytes : pushed) {
        out << QString::fromStdString(decoder.push(bytes.toStdString()));
    }
    out << QString::fromStdString(decoder.flush());
    QCOMPARE(out.join(QLatin1Char('|')), expected);
    QVERIFY(decoder.flush().empty());
}

void TestText::decoderNeverSplitsCharacters()
{
    std::mt19937 random(5);
    for (int round = 0; round < 2000; ++round) {
        const std::string bytes = randomBytes(random, 1 + random() % 60);
        StreamDecoder pieces;
        std::string joined;
        for (std::size_t at = 0; at < bytes.size();) {
            const std::size_t size = 1 + random() % 4;
            const std::string out = pieces.push(std::string_view(bytes).substr(at, size));
            QCOMPARE(utf8::validPrefix(out), out.size());
            joined += out;
            at += size;
        }
        joined += pieces.flush();
        StreamDecoder whole;
        std::string atOnce = whole.push(bytes);
        atOnce += whole.flush();
        QCOMPARE(joined, atOnce);
        if (utf8::validPrefix(bytes) == bytes.size()) {
            QCOMPARE(joined, bytes);
        }
    }
}

void TestText::preTokenizerSplits_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("pieces");
    const auto row = [](const char *name, const char *text, const char *pieces) {
        QTest::addRow("%s: %s", name, text) << QString::fromUtf8(name) << QString::fromUtf8(text) << QString::fromUtf8(pieces);
    };
    row("gpt-2", "I'll see 123 x's  y", "I|'ll| see| 123| x|'s| | y");
    row("gpt-2", "I'LL", "I|'|LL");
    row("llama-bpe", "I'LL pay 12345.\n\n ok", "I|'LL| pay| |123|45|.\n\n| ok");
    row("llama-bpe", "(foo)bar", "(foo|)bar");
    row("qwen2", "a 123", "a| |1|2|3");
    row("qwen2", "naïve e\xCC\x81t", "naïve| e|\xCC\x81t");
    row("qwen35", "e\xCC\x81t", "e\xCC\x81t");
    row("gpt-4o", "HelloWorld's 1234 a/b", "Hello|World's| |123|4| a|/b");
    row("gpt-4o", "a:/\n/x", "a|:/\n/|x");
    row("tekken", "HelloWorld's 12", "Hello|World|'s| |1|2");
    row("deepseek-v3", "abc 1234 漢字かな x!y", "abc| |123|4| |漢字かな| x|!y");
    row("deepseek-llm", "Hi there, 12\n漢字", "Hi| there|,| |12|\n|漢字");
    row("deepseek-coder", "a_b 12", "a|_|b| |1|2");
    row("starcoder", "a12", "a|1|2");
    row("default", "a-b 1234", "a|-|b| |123|4");
    row("falcon", "a`b 12345", "a|`|b| |123|45");
}

void TestText::preTokenizerSplits()
{
    QFETCH(QString, name);
    QFETCH(QString, text);
    QFETCH(QString, pieces);
    auto splitter = PreTokenizer::create(name.toStdString());
    QVERIFY(splitter.ok());
    const std::string bytes = text.toStdString();
    QStringList out;
    for (const std::string_view piece : splitter->split(bytes)) {
        out << QString::fromUtf8(piece.data(), static_cast<qsizetype>(piece.size()));
    }
    QCOMPARE(out.join(QLatin1Char('|')), pieces);
}

void TestText::unknownPreTokenizerIsRefused()
{
    Made made = smallBpe();
    made.pre = "bloom-9";
    const auto tokenizer = made.load();
    QVERIFY(!tokenizer.ok());
    QCOMPARE(tokenizer.error().code, ErrorCode::kUnsupportedType);
    QVERIFY(tokenizer.error().message.find("\"bloom-9\"") != std::string::npos);
    made.pre.reset();
    QVERIFY(made.load().ok()); // missing: the default
    made.model = "rwkv";
    QCOMPARE(made.load().error().code, ErrorCode::kUnsupportedType);
    QVERIFY(made.load().error().message.find("\"rwkv\"") != std::string::npos);
}

void TestText::piecesJoinToTheText()
{
    std::mt19937 random(9);
    for (const char *name : {"gpt-2", "llama-bpe", "qwen2", "qwen35", "gpt-4o", "tekken", "deepseek-v3", "deepseek-llm", "deepseek-coder",
                             "default", "falcon", "starcoder"}) {
        auto splitter = PreTokenizer::create(name);
        QVERIFY(splitter.ok());
        for (int round = 0; round < 300; ++round) {
            const std::string text = randomBytes(random, random() % 80);
            std::string joined;
            for (const std::string_view piece : splitter->split(text)) {
                QVERIFY(!piece.empty());
                joined += piece;
            }
            QCOMPARE(joined, text);
        }
    }
}

void TestText::refusesBrokenVocabularies_data()
{
    QTest::addColumn<QString>("key");
    QTest::newRow("no tokens") << QStringLiteral("tokenizer.ggml.tokens");
    QTest::newRow("types of another number") << QStringLiteral("tokenizer.ggml.token_type");
    QTest::newRow("a type that does not exist") << QStringLiteral("tokenizer.ggml.token_type");
    QTest::newRow("a merge without a pair") << QStringLiteral("tokenizer.ggml.merges");
    QTest::newRow("bos out of range") << QStringLiteral("tokenizer.ggml.bos_token_id");
    QTest::newRow("eos no number") << QStringLiteral("tokenizer.ggml.eos_token_id");
    QTest::newRow("scores missing") << QStringLiteral("tokenizer.ggml.scores");
    QTest::newRow("scores of another number") << QStringLiteral("tokenizer.ggml.scores");
    QTest::newRow("conclave without bytes") << QStringLiteral("tokenizer.ggml.tokens");
}

void TestText::refusesBrokenVocabularies()
{
    QFETCH(QString, key);
    const QByteArray row = QTest::currentDataTag();
    Made made = smallBpe();
    if (row == "no tokens") {
        made.tokens.clear();
    } else if (row == "types of another number") {
        made.types.pop_back();
    } else if (row == "a type that does not exist") {
        made.types[0] = 7;
    } else if (row == "a merge without a pair") {
        made.merges.push_back("abc");
    } else if (row == "bos out of range") {
        made.more.emplace_back("tokenizer.ggml.bos_token_id", std::uint32_t{10});
    } else if (row == "eos no number") {
        made.more.emplace_back("tokenizer.ggml.eos_token_id", std::string("6"));
    } else if (row == "conclave without bytes") {
        made.model = "conclave";
    } else {
        made.model = "llama";
        made.scores = std::vector<float>(row == "scores missing" ? 0 : 3, 0.0F);
    }
    const auto tokenizer = made.load();
    QVERIFY(!tokenizer.ok());
    QCOMPARE(tokenizer.error().code, ErrorCode::kBadMetadata);
    const QString message = QString::fromStdString(tokenizer.error().message);
    QVERIFY2(message.contains(key) && message.contains(QStringLiteral("made.gguf")), qPrintable(message));
}

void TestText::specialTokensSplitTheText()
{
    const auto tokenizer = smallBpe().load();
    QVERIFY(tokenizer.ok());
    const Tokenizer &t = **tokenizer;
    QVERIFY(t.encode("ab<|im_end|>c<s>", true) == (Ids{4, 7, 2, 6}));
    QVERIFY(t.encode("a<tag>b", false) == (Ids{0, 8, 1})); // user-defined ones always count
    QVERIFY(t.encode("a<tag>xb", true) == (Ids{0, 9, 1})); // the longest
    QCOMPARE(t.piece(7), std::string("<|im_end|>"));
    QCOMPARE(t.piece(3), std::string(" "));
    QCOMPARE(t.piece(-1), std::string());
    QCOMPARE(t.piece(10), std::string());
    QCOMPARE(t.decode(Ids{4, 3, 7, 99}), std::string("ab <|im_end|>"));
    QCOMPARE(t.type(7), TokenType::kControl);
    QCOMPARE(t.type(99), TokenType::kUnused);
    QCOMPARE(t.find("abc"), 5);
    QCOMPARE(t.find("nothing"), -1);
}

void TestText::textNeverBecomesControlTokens()
{
    Made made = smallBpe();
    made.pre = "llama-bpe"; // takes words that are tokens as a whole
    made.types[5] = 3;      // a control token spelled like a word, reachable by merges too
    for (const char *pre : {"llama-bpe", "gpt-2"}) {
        made.pre = pre;
        const auto tokenizer = made.load();
        QVERIFY(tokenizer.ok());
        QVERIFY((*tokenizer)->encode("abc", false) == (Ids{0, 1, 2}));
        QVERIFY((*tokenizer)->encode("abc", true) == (Ids{5}));
    }
    Made spm;
    spm.model = "llama";
    spm.tokens = {"<unk>", "a", "b", "ab", "<0x61>"};
    spm.types = {2, 1, 1, 3, 6};
    spm.scores = {0, 0, 0, 0, 0};
    spm.more.emplace_back("tokenizer.ggml.add_space_prefix", false);
    const auto tokenizer = spm.load();
    QVERIFY(tokenizer.ok());
    QVERIFY((*tokenizer)->encode("ab", false) == (Ids{1, 2}));
    QVERIFY((*tokenizer)->encode("ab", true) == (Ids{3}));
}

void TestText::mergesGoByRank()
{
    Made made;
    made.tokens = {"a", "b", "c", "ab", "bc", "aa", "aaaa"};
    made.merges = {"b c", "a b", "a a", "aa aa"};
    const auto tokenizer = made.load();
    QVERIFY(tokenizer.ok());
    QVERIFY((*tokenizer)->encode("abc", false) == (Ids{0, 4}));   // "b c" ranks first
    QVERIFY((*tokenizer)->encode("aaaaa", false) == (Ids{6, 0})); // leftmost first
    QVERIFY((*tokenizer)->encode("aaabbc", false) == (Ids{5, 3, 4}));
}

void TestText::mergesMayPassThroughUnknownSymbols()
{
    Made made;
    made.tokens = {"a", "b", "c", "abc"};
    made.merges = {"a b", "ab c"}; // "ab" itself is no token
    const auto tokenizer = made.load();
    QVERIFY(tokenizer.ok());
    QVERIFY((*tokenizer)->encode("abc", false) == (Ids{3}));
    QVERIFY((*tokenizer)->encode("ab", false) == (Ids{0, 1}));  // falls back to bytes
    QVERIFY((*tokenizer)->encode("axb", false) == (Ids{0, 1})); // bytes without a token are dropped
}

void TestText::endTokens()
{
    Made made;
    made.tokens = {"a", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<eos>", "<end_of_turn>", "<x>"};
    made.types = {1, 3, 3, 3, 3, 3, 1, 3};
    made.more.emplace_back("tokenizer.ggml.eos_token_id", std::uint32_t{5});
    made.more.emplace_back("tokenizer.ggml.eot_token_id", std::uint32_t{7});
    const auto harmony = made.load();
    QVERIFY(harmony.ok());
    const auto ends = [](const Tokenizer &t) {
        Ids out;
        for (TokenId id = -1; id <= t.size(); ++id) {
            if (t.endsGeneration(id)) {
                out.push_back(id);
            }
        }
        return out;
    };
    QCOMPARE(idText(ends(**harmony)), QStringLiteral("1 3 4 5 7")); // <|end|> closes only a message here; <end_of_turn> is no control token
    made.tokens[4] = "<|other|>";
    QCOMPARE(idText(ends(**made.load())), QStringLiteral("1 2 3 5 7"));
}

void TestText::bosIsTakenFromTheFile()
{
    Made made = smallBpe();
    QVERIFY(!(*made.load())->addsBos());
    QCOMPARE((*made.load())->bos(), -1);
    made.more.emplace_back("tokenizer.ggml.add_bos_token", true);
    QVERIFY(!(*made.load())->addsBos()); // there is none
    made.more.emplace_back("tokenizer.ggml.bos_token_id", std::uint32_t{6});
    QVERIFY((*made.load())->addsBos());
    QCOMPARE((*made.load())->bos(), 6);
    made.more.emplace_back("tokenizer.ggml.eos_token_id", std::uint32_t{0xFFFFFFFF});
    QCOMPARE((*made.load())->eos(), -1);
    made = smallBpe();
    made.pre = "llama-bpe";
    made.more.emplace_back("tokenizer.ggml.bos_token_id", std::uint32_t{6});
    QVERIFY((*made.load())->addsBos()); // this family's default
}

void TestText::spmFallsBackToBytes()
{
    Made made;
    made.model = "llama";
    made.tokens = {"<unk>",
                   "\xE2\x96\x81",
                   "a",
                   "\xE2\x96\x81"
                   "a",
                   "<0xC3>",
                   "<0xA9>"};
    made.types = {2, 1, 1, 1, 6, 6};
    made.scores = {0, -1, -2, -3, 0, 0};
    made.more.emplace_back("tokenizer.ggml.unknown_token_id", std::uint32_t{0});
    const auto tokenizer = made.load();
    QVERIFY(tokenizer.ok());
    const Tokenizer &t = **tokenizer;
    QVERIFY(t.encode("a", false) == (Ids{3}));
    QVERIFY(t.encode("a\xC3\xA9", false) == (Ids{3, 4, 5}));
    QCOMPARE(t.decode(Ids{3, 4, 5}), std::string("a\xC3\xA9"));
    QVERIFY(t.encode("z", false) == (Ids{1, 0})); // no byte token for it
    QCOMPARE(t.piece(4), std::string("\xC3"));
    QVERIFY(t.encode("", false).empty());
}

void TestText::spmWithoutSpacePrefix()
{
    Made made;
    made.model = "llama";
    made.tokens = {"\xE2\x96\x81", "a"};
    made.scores = {0, 0};
    made.more.emplace_back("tokenizer.ggml.add_space_prefix", false);
    const auto tokenizer = made.load();
    QVERIFY(tokenizer.ok());
    QVERIFY((*tokenizer)->encode(" a", false) == (Ids{0, 1}));
    QCOMPARE((*tokenizer)->decode(Ids{0, 1}), std::string(" a"));
}

void TestText::vocabularyVectors_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"gpt-2", "deepseek-llm", "llama-spm"}) {
        QTest::newRow(name) << QString::fromLatin1(name);
    }
}

void TestText::vocabularyVectors()
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

void TestText::referenceModels_data()
{
    QTest::addColumn<QString>("folder");
    QTest::addColumn<bool>("shared");
    for (const char *name : {"llama", "mixtral", "qwen3moe"}) {
        QTest::addRow("own copy of %s", name) << dataPath(QStringLiteral("models/%1").arg(QLatin1String(name))) << false;
    }
    for (const char *name : {"deepseek2_lite", "deepseek2_v3", "deepseek4", "gemma4moe", "gptoss", "llama", "mixtral", "olmoe", "qwen2moe",
                             "qwen35moe", "qwen3moe", "qwen3moe_q", "qwen3vlmoe"}) {
        QTest::addRow("%s", name) << referencePath(QStringLiteral("models/%1").arg(QLatin1String(name))) << true;
    }
}

void TestText::referenceModels()
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

void TestText::conclaveGolden_data()
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

void TestText::conclaveGolden()
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

void TestText::conclaveDetails()
{
    const auto tokenizer = openTokenizer(dataPath(QStringLiteral("conclave/tiny.gguf")));
    QVERIFY(tokenizer != nullptr);
    QCOMPARE(tokenizer->bos(), tokenizer->find("<bos>"));
    QVERIFY(tokenizer->addsBos());
    QVERIFY(tokenizer->endsGeneration(tokenizer->find("<eos>")));
    QVERIFY(!tokenizer->endsGeneration(tokenizer->find("<end>")));
    QVERIFY(tokenizer->encode("<bos><title>", true) == (Ids{tokenizer->find("<bos>"), tokenizer->find("<title>")}));
    for (const TokenId id : tokenizer->encode("<eos><chart:bar><x:1>", false)) {
        QVERIFY(tokenizer->type(id) != TokenType::kControl);
    }
    QCOMPARE(tokenizer->piece(tokenizer->find("<0x41>")), std::string("A"));
}

void TestText::invalidBytesRoundTrip_data()
{
    QTest::addColumn<QString>("path");
    QTest::newRow("conclave") << dataPath(QStringLiteral("conclave/tiny.gguf"));
    QTest::newRow("BPE") << dataPath(QStringLiteral("models/qwen3moe/model.gguf"));
    QTest::newRow("SentencePiece") << dataPath(QStringLiteral("models/mixtral/model.gguf"));
}

void TestText::invalidBytesRoundTrip()
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

void TestText::longTextsTakeLinearTime_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("unit");
    QTest::addColumn<int>("size");
    constexpr int kLong = 1000000;
    constexpr int kShort = 300000;
    const std::pair<const char *, QString> vocabularies[] = {
        {"conclave", dataPath(QStringLiteral("conclave/tiny.gguf"))},
        {"BPE", dataPath(QStringLiteral("models/qwen3moe/model.gguf"))},
        {"SentencePiece", dataPath(QStringLiteral("models/mixtral/model.gguf"))},
        {"gpt-2", referencePath(QStringLiteral("tokenizers/ggml-vocab-gpt-2.gguf"))},
        {"deepseek-llm", referencePath(QStringLiteral("tokenizers/ggml-vocab-deepseek-llm.gguf"))},
        {"llama-spm", referencePath(QStringLiteral("tokenizers/ggml-vocab-llama-spm.gguf"))},
    };
    for (const auto &[name, path] : vocabularies) {
        QTest::addRow("%s: prose", name) << path
                                         << QByteArray("The router chooses two experts for each of 12345 tokens, d\xC3\xA9j\xC3\xA0 vu.\n")
                                         << kLong;
        QTest::addRow("%s: one letter", name) << path << QByteArray("a") << kShort;
        QTest::addRow("%s: spaces before a letter", name) << path << QByteArray(" ") << kShort;
        QTest::addRow("%s: line breaks", name) << path << QByteArray("\n") << kShort;
        QTest::addRow("%s: brackets", name) << path << QByteArray("<|<|") << kShort;
        QTest::addRow("%s: broken bytes", name) << path << QByteArray("\xFF\xF0\x9F") << kShort;
    }
}

void TestText::longTextsTakeLinearTime()
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
    const auto text = [&unit](int wanted) {
        std::string out;
        while (static_cast<int>(out.size()) < wanted) {
            out += unit.toStdString();
        }
        return out + "\xE4\xB8\xAD"; // something a run of spaces is not at the end of
    };
    const double half = seconds(*tokenizer, text(size / 2));
    const double whole = seconds(*tokenizer, text(size));
    QVERIFY2(whole < 20, qPrintable(QString::number(whole)));
    QVERIFY2(whole < 3 * half + 0.05, qPrintable(QStringLiteral("%1 s, then %2 s").arg(half).arg(whole)));
}

QTEST_GUILESS_MAIN(TestText)
#include "test_text.moc"
