#include "engine/text/byte_trie.h"
#include "engine/text/pre_tokenizer.h"
#include "engine/text/tokenizer.h"
#include "engine/text/utf8.h"
#include "tests/engine/vocabulary_fixture.h"
#include "tests/support/sanitized.h"

#include <QTest>

using namespace conclave::engine;
using namespace conclave::engine::test;

namespace
{

/// One pre-tokenizer of each kind.
constexpr const char *kFamilies[] = {"gpt-2",       "llama-bpe",    "qwen2",          "qwen35",  "gpt-4o",    "tekken",     "kimi-k2",
                                     "deepseek-v3", "deepseek-llm", "deepseek-coder", "default", "falcon",    "viking",     "starcoder",
                                     "bailingmoe",  "seed-coder",   "minicpm5",       "bloom",   "poro-chat", "chatglm-bpe"};

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
    void piecesJoinToTheText();
    void splittingTakesLinearTime_data();
    void splittingTakesLinearTime();
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
    row("exaone4", "I'll see 12", "I|'ll| see| 12");
    row("glm4", "It'S 1234", "It|'S| |123|4");
    row("kimi-k2", "HelloWorld's 漢字ab 1234!\n", "Hello|World's| |漢字|ab| |123|4|!\n");
    row("kimi-k2", "ABCdef漢g", "ABCdef|漢|g");
    row("bailingmoe", "a'LL b\n\nc 12", "a|'LL| b|\n\n|c| |1|2");
    row("llada-moe", "a\n \nb", "a|\n \n|b");
    row("bailingmoe2", "(x)\n", "(x|)\n");
    row("seed-coder", "x;\n1", "x|;|\n|1");
    row("minicpm5", "a1234'S", "a|123|4|'S");
    row("bloom", "Hi there, (you)!", "Hi| there|, (|you|)!");
    row("poro-chat", "a。b c", "a|。|b| c");
    row("gpt3-finnish", "ab 12", "ab| 12");
    row("viking", "ab 12.", "ab| |1|2|.");
    row("joyai-llm", "abc 1234 x!y", "abc| |123|4| x|!y");
    row("hunyuan-dense", "かな12", "かな|12");
    row("hunyuan", "a12", "a|1|2");
    row("minimax-m2", "aB 1234", "a|B| |123|4");
    row("smaug-bpe", "a 1234", "a| |123|4");
    row("megrez", "a 12", "a| |1|2");
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
    splitter->split(bytes,
                    [&out](std::string_view piece) { out << QString::fromUtf8(piece.data(), static_cast<qsizetype>(piece.size())); });
    QCOMPARE(out.join(QLatin1Char('|')), pieces);
}

void TestText::piecesJoinToTheText()
{
    std::mt19937 random(9);
    for (const char *name : kFamilies) {
        auto splitter = PreTokenizer::create(name);
        QVERIFY(splitter.ok());
        for (int round = 0; round < 300; ++round) {
            const std::string text = randomBytes(random, random() % 80);
            std::string joined;
            splitter->split(text, [&joined](std::string_view piece) {
                QVERIFY(!piece.empty());
                joined += piece;
            });
            QCOMPARE(joined, text);
        }
    }
}

void TestText::splittingTakesLinearTime_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("unit");
    for (const char *name : kFamilies) {
        for (const char *unit : {"a", "A", " ", "\n", "7", "'", "\xE6\xBC\xA2", "e\xCC\x81", "\t\r"}) {
            QTest::addRow("%s: %s", name, QByteArray(unit).toHex().constData()) << QString::fromLatin1(name) << QByteArray(unit);
        }
    }
}

void TestText::splittingTakesLinearTime()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, unit);
    auto splitter = PreTokenizer::create(name.toStdString());
    QVERIFY(splitter.ok());
    const auto seconds = [&](int size) {
        const std::string text = repeated(unit, size);
        return cpuSeconds([&] { splitter->split(text, [](std::string_view) {}); });
    };
    const int size = conclave::test::kSanitized ? 1 << 14 : 1 << 18;
    const double quarter = seconds(size / 4);
    const double whole = seconds(size);
    QVERIFY2(whole < 9 * quarter + 0.5, qPrintable(QStringLiteral("%1 s, then %2 s").arg(quarter).arg(whole)));
}

QTEST_GUILESS_MAIN(TestText)
#include "test_text.moc"
