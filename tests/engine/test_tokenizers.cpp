#include "engine/text/tokenizer.h"
#include "engine/text/utf8.h"
#include "tests/engine/vocabulary_fixture.h"

#include <QTest>

using namespace conclave::engine;
using namespace conclave::engine::test;

class TestTokenizers : public QObject
{
    Q_OBJECT

private slots:
    void unknownPreTokenizerIsRefused();
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
    void wordsOfSpmMayHoldSpaces();
    void rawBpe();
    void mergesMayBeLeftOut();
    void otherTokenizersAreRefused_data();
    void otherTokenizersAreRefused();
    void conclaveDetails();
};

void TestTokenizers::unknownPreTokenizerIsRefused()
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

void TestTokenizers::refusesBrokenVocabularies_data()
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

void TestTokenizers::refusesBrokenVocabularies()
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

void TestTokenizers::specialTokensSplitTheText()
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

void TestTokenizers::textNeverBecomesControlTokens()
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

void TestTokenizers::mergesGoByRank()
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

void TestTokenizers::mergesMayPassThroughUnknownSymbols()
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

void TestTokenizers::endTokens()
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

void TestTokenizers::bosIsTakenFromTheFile()
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

void TestTokenizers::spmFallsBackToBytes()
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

void TestTokenizers::spmWithoutSpacePrefix()
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

void TestTokenizers::wordsOfSpmMayHoldSpaces()
{
    Made made;
    made.model = "llama";
    const std::string mark(utf8::kSpaceMark);
    made.tokens = {mark, "a", "b", "a" + mark, "a" + mark + "b", mark + "a", mark + mark, "c"};
    made.scores = {-9, -9, -9, -1, -2, -3, -4, -9};
    made.more.emplace_back("tokenizer.ggml.add_space_prefix", false);
    const auto tokenizer = made.load();
    QVERIFY(tokenizer.ok());
    QVERIFY((*tokenizer)->encode("a b", false) == (Ids{4}));    // one token across a space
    QVERIFY((*tokenizer)->encode("c a", false) == (Ids{7, 5})); // none across this one
    QVERIFY((*tokenizer)->encode("c  a b", false) == (Ids{7, 6, 4}));
    QVERIFY((*tokenizer)->encode("a a b a a", false) == (Ids{3, 4, 0, 3, 1}));
}

void TestTokenizers::rawBpe()
{
    Made made;
    made.model = "gemma4";
    made.pre.reset();
    const std::string mark(utf8::kSpaceMark);
    made.tokens = {"<pad>", "<bos>", "a", "b", mark, mark + "a", mark + "ab", "\n", "\n\n", "\xC3\xA9", mark + mark, "<|tool>"};
    made.types = {3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3};
    for (int byte = 0; byte < 256; ++byte) {
        made.tokens.push_back(QString::asprintf("<0x%02X>", byte).toStdString());
        made.types.push_back(6);
    }
    const auto byteId = [](int byte) { return 12 + byte; };
    made.merges = {mark + " a", mark + "a b", mark + " " + mark};
    made.more.emplace_back("tokenizer.ggml.bos_token_id", std::uint32_t{1});
    made.more.emplace_back("tokenizer.ggml.add_bos_token", false);
    const auto tokenizer = made.load();
    QVERIFY2(tokenizer.ok(), tokenizer.ok() ? "" : tokenizer.error().message.c_str());
    const Tokenizer &t = **tokenizer;
    QVERIFY(t.addsBos()); // whatever the file says
    QVERIFY(t.encode("a ab b", false) == (Ids{2, 6, 4, 3}));
    QVERIFY(t.encode("a\n\nb\n", false) == (Ids{2, 8, 3, 7}));
    QVERIFY(t.encode("\n\n\n", false) == (Ids{7, 7, 7})); // no token, and merges that would make "\n\n" are not listed
    QVERIFY(t.encode("  a", false) == (Ids{4, 5}));       // the lower rank first
    QVERIFY(t.encode("\xC3\xA9\xE2\x82\xAC", false) == (Ids{9, byteId(0xE2), byteId(0x82), byteId(0xAC)}));
    QVERIFY(t.encode("<|tool>", false).size() == 7);
    QVERIFY(t.encode("a<|tool>", true) == (Ids{2, 11}));
    for (const std::string text : {"a ab\n\n \xF0\x9F\xA6\x99 b", " a", "", "\xFF"}) {
        QCOMPARE(t.decode(t.encode(text, false)), text);
    }
}

void TestTokenizers::mergesMayBeLeftOut()
{
    Made made;
    made.tokens = {"a", "b", "c", "bc", "ab", "abc", "cab"};
    made.leaveOutMerges = true;
    for (const char *pre : {"kimi-k2", "qwen2"}) {
        made.pre = pre;
        const auto tokenizer = made.load();
        QCOMPARE(tokenizer.ok(), made.pre == "kimi-k2"); // whose tokens are in the order of their ranks
        if (tokenizer.ok()) {
            QVERIFY((*tokenizer)->encode("abc", false) == (Ids{5})); // "bc" ranks first, then "a bc"
            QVERIFY((*tokenizer)->encode("cab", false) == (Ids{6}));
            QVERIFY((*tokenizer)->encode("abb", false) == (Ids{4, 1}));
        } else {
            QVERIFY(tokenizer.error().message.find("tokenizer.ggml.merges") != std::string::npos);
        }
    }
}

void TestTokenizers::otherTokenizersAreRefused_data()
{
    QTest::addColumn<QString>("model");
    for (const char *model : {"t5", "bert", "rwkv", "plamo2", "none"}) {
        QTest::newRow(model) << QString::fromLatin1(model);
    }
}

void TestTokenizers::otherTokenizersAreRefused()
{
    QFETCH(QString, model);
    Made made = smallBpe();
    made.model = model.toStdString();
    const auto tokenizer = made.load();
    QVERIFY(!tokenizer.ok());
    QCOMPARE(tokenizer.error().code, ErrorCode::kUnsupportedType);
    QVERIFY(QString::fromStdString(tokenizer.error().message).contains(QLatin1Char('"') + model + QLatin1Char('"')));
}

void TestTokenizers::conclaveDetails()
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

QTEST_GUILESS_MAIN(TestTokenizers)
#include "test_tokenizers.moc"
