#include "engine/chat/answer_parser.h"

#include <nlohmann/json.hpp>

#include <QFile>
#include <QTest>

#include <ctime>
#include <random>

using namespace conclave::engine;
using Json = nlohmann::ordered_json;

namespace
{

const QString kTemplates = QStringLiteral(CONCLAVE_SHARED_REFERENCE "/templates");

/// Parts on one line: [visible], (reasoning), call name{arguments}#id.
class Written
{
public:
    AnswerPartSink sink()
    {
        return [this](AnswerPart &&part) {
            if (const auto *said = std::get_if<VisibleText>(&part)) {
                add('[', said->text, ']');
            } else if (const auto *thought = std::get_if<ReasoningText>(&part)) {
                add('(', thought->text, ')');
            } else {
                const auto &call = std::get<ToolCall>(part);
                m_out += "!" + call.name + call.arguments + (call.id.empty() ? "" : "#" + call.id);
            }
        };
    }
    const std::string &text() const { return m_out; }

private:
    /// Neighbours of one kind are one part.
    void add(char open, const std::string &text, char close)
    {
        if (!m_out.empty() && m_out.back() == close && m_last == open) {
            m_out.pop_back();
        } else {
            m_out += open;
        }
        m_out += text + close;
        m_last = open;
    }

    std::string m_out;
    char m_last = 0;
};

std::string parsed(const AnswerFormat &format, bool inReasoning, const std::vector<std::string> &pushes)
{
    const auto parser = AnswerParser::create(format, inReasoning);
    Written out;
    for (const std::string &text : pushes) {
        parser->push(text, out.sink());
    }
    parser->finish(out.sink());
    return out.text();
}

// Signs of the families, as their templates have them.
const char *const kPlain = "{{ messages }}";
const char *const kThink = "'<think>' '</think>'";
const char *const kQwen = "'</think>' <tool_call> </tool_call>";
const char *const kDeepSeek = "'</think>' '<｜tool▁calls▁begin｜>'";
const char *const kDsml = "'</think>' '｜DSML｜'";
const char *const kMistral = "'[TOOL_CALLS]'";
const char *const kMagistral = "[THINK] [TOOL_CALLS]";
const char *const kLlama = "<|python_tag|> ipython";
const char *const kKimi = "<think></think> <|tool_calls_section_begin|>";
const char *const kGemma = "'<|channel>thought' '<channel|>' '<|tool_call>call:'";
const char *const kHarmony = "<|start|>assistant<|channel|>final<|message|>";
const char *const kSeed = "<seed:think> </seed:think>";

std::string readAll(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

} // namespace

class TestAnswerParser : public QObject
{
    Q_OBJECT

private slots:
    void answers_data();
    void answers();
    void everySplitGivesTheSame_data() { answers_data(); }
    void everySplitGivesTheSame();
    void textComesAtOnce_data();
    void textComesAtOnce();
    void answersThatGoOn_data();
    void answersThatGoOn();
    void promptsThatOpenReasoning();
    void controlTokensOfMarks();
    void longCallsAreText_data();
    void longCallsAreText();
    void nestedArgumentsAreBounded();
    void manyMarksTakeLinearTime();
    void randomTextLosesNothing();
    void referenceTemplates_data();
    void referenceTemplates();
};

void TestAnswerParser::answers_data()
{
    QTest::addColumn<QString>("signs");
    QTest::addColumn<bool>("inReasoning");
    QTest::addColumn<QString>("answer");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *signs, const char *answer, const char *expected, bool inReasoning = false) {
        QTest::newRow(name) << QString::fromUtf8(signs) << inReasoning << QString::fromUtf8(answer) << QString::fromUtf8(expected);
    };
    row("plain text stays as it is", kPlain, " <think>a</think>\n<tool_call> ", "[ <think>a</think>\n<tool_call> ]");
    row("reasoning", kThink, "<think>\nLet me see.\n</think>\n\nYes, é漢.", "(Let me see.)[Yes, é漢.]");
    row("reasoning that the prompt opened", kThink, "Let me\n\nsee.\n</think>\n\nYes.", "(Let me\n\nsee.)[Yes.]", true);
    row("empty reasoning", kThink, "<think>\n\n</think>\n\nYes.", "[Yes.]");
    row("reasoning only", kThink, "<think>\nI wonder \n", "(I wonder)");
    row("reasoning with half a mark at the end", kThink, "<think>a</thi", "(a</thi)");
    row("white space before reasoning", kThink, "\n<think>a</think>b", "(a)[b]");
    row("a mark within what is said", kThink, "The mark <think> opens.", "[The mark <think> opens.]");
    row("what only begins like a mark", kThink, "a <thin b < c <", "[a <thin b < c <]");
    row("other marks", kSeed, "<seed:think>a</seed:think>b", "(a)[b]");
    row("Magistral", kMagistral, "[THINK]a[/THINK]b [x]", "(a)[b [x]]");

    row("Qwen", kQwen, "<think>\nw\n</think>\n\n<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": [1, \"x\"]}}\n</tool_call>",
        "(w)!f{\"a\":[1,\"x\"]}");
    row("two calls", kQwen,
        "Both.\n<tool_call>\n{\"name\": \"f\", \"arguments\": {}}\n</tool_call>\n<tool_call>\n{\"name\": \"g\", \"arguments\": "
        "{}}\n</tool_call>\n",
        "[Both.\n]!f{}!g{}");
    row("reasoning between calls", kQwen,
        "<tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call><think>and</think><tool_call>{\"name\": \"g\", \"arguments\": "
        "{}}</tool_call>",
        "!f{}(and)!g{}");
    row("arguments as text", kQwen, "<tool_call>{\"name\": \"f\", \"arguments\": \"{\\\"a\\\": 1}\"}</tool_call>", "!f{\"a\":1}");
    row("a closing mark in a JSON text", kQwen, "<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": \"</tool_call>\\\"\"}}</tool_call>x",
        "!f{\"a\":\"</tool_call>\\\"\"}[x]");
    row("a call that is not closed", kQwen, "<tool_call>{\"name\": \"f\", \"arguments\": {}}", "!f{}");
    row("a call cut off", kQwen, "<tool_call>{\"name\": \"f\", \"argu", "[<tool_call>{\"name\": \"f\", \"argu]");
    row("a call without arguments", kQwen, "<tool_call>{\"name\": \"f\"}</tool_call> a", "[<tool_call>{\"name\": \"f\"}</tool_call> a]");
    row("no call at all", kQwen, "a <tool_call> b c </tool_call> d", "[a <tool_call> b c </tool_call> d]");
    row("broken JSON, then a call", kQwen, "<tool_call>{oops}</tool_call><tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>",
        "[<tool_call>{oops}</tool_call>]!f{}");
    row("Qwen3-Coder", kQwen,
        "<tool_call>\n<function=f>\n<parameter=a>\nParis\nFrance\n</parameter>\n<parameter=n>\n3\n</parameter>\n</function>\n</tool_call>",
        "!f{\"a\":\"Paris\\nFrance\",\"n\":3}");
    row("Qwen3-Coder without parameters", kQwen, "<tool_call>\n<function=f>\n</function>\n</tool_call>", "!f{}");
    row("Qwen3-Coder cut off", kQwen, "<tool_call>\n<function=f>\n<parameter=a>\nPa", "[<tool_call>\n<function=f>\n<parameter=a>\nPa]");
    row("GLM", kQwen,
        "\n<think>w</think>\n<tool_call>f\n<arg_key>a</arg_key>\n<arg_value>Paris</arg_value>\n<arg_key>b</arg_key>\n<arg_value>[1, "
        "2]</arg_value>\n</tool_call>",
        "(w)!f{\"a\":\"Paris\",\"b\":[1,2]}");

    row("DeepSeek V3.1", kDeepSeek,
        "w</think>Look.<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>f<｜tool▁sep｜>{\"a\": 1}<｜tool▁call▁end｜>"
        "<｜tool▁call▁begin｜>g<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
        "(w)[Look.]!f{\"a\":1}!g{}", true);
    row("DeepSeek V3", kDeepSeek,
        "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>f\n```json\n{\"a\": "
        "1}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
        "!f{\"a\":1}");
    row("DeepSeek without JSON", kDeepSeek, "<｜tool▁calls▁begin｜>x<｜tool▁calls▁end｜>y",
        "[<｜tool▁calls▁begin｜>x<｜tool▁calls▁end｜>y]");
    row("DeepSeek V4", kDsml,
        "Look.\n\n<｜DSML｜tool_calls>\n<｜DSML｜invoke name=\"f\">\n<｜DSML｜parameter name=\"a\" string=\"true\">12</｜DSML｜parameter>\n"
        "<｜DSML｜parameter name=\"b\" string=\"false\">[1]</｜DSML｜parameter>\n</｜DSML｜invoke>\n<｜DSML｜invoke name=\"g\">\n\n"
        "</｜DSML｜invoke>\n</｜DSML｜tool_calls>",
        "[Look.\n\n]!f{\"a\":\"12\",\"b\":[1]}!g{}");
    row("DeepSeek V4 with a broken value", kDsml,
        "<｜DSML｜tool_calls><｜DSML｜invoke name=\"f\"><｜DSML｜parameter name=\"a\" string=\"false\">[1</｜DSML｜parameter>"
        "</｜DSML｜invoke></｜DSML｜tool_calls>.",
        "[<｜DSML｜tool_calls><｜DSML｜invoke name=\"f\"><｜DSML｜parameter name=\"a\" string=\"false\">[1</｜DSML｜parameter>"
        "</｜DSML｜invoke></｜DSML｜tool_calls>.]");

    row("Mistral, a list", kMistral,
        "[TOOL_CALLS][{\"name\": \"f\", \"arguments\": {\"a\": \"]\"}, \"id\": \"abc\"}, {\"name\": \"g\", \"arguments\": {}}]",
        "!f{\"a\":\"]\"}#abc!g{}");
    row("Mistral, by name", kMistral, "a[TOOL_CALLS]f[CALL_ID]abc[ARGS]{\"a\": {\"b\": 1}}[TOOL_CALLS]g[ARGS]{}",
        "[a]!f{\"a\":{\"b\":1}}#abc!g{}");
    row("Mistral without JSON", kMistral, "[TOOL_CALLS]f[ARGS]x y", "[[TOOL_CALLS]f[ARGS]x y]");
    row("Mistral without anything", kMistral, "[TOOL_CALLS] and then", "[[TOOL_CALLS] and then]");

    row("Llama 3", kLlama, "{\"name\": \"f\", \"parameters\": {\"a\": \"}\"}}", "!f{\"a\":\"}\"}");
    row("Llama 3 with its tag", kLlama, "<|python_tag|>{\"name\": \"f\", \"parameters\": {}}", "!f{}");
    row("Llama 3, a built-in tool", kLlama, "<|python_tag|>search.call(query=\"a, b\", n=\"2\")",
        "!search{\"query\":\"a, b\",\"n\":\"2\"}");
    row("Llama 3, code", kLlama, "<|python_tag|>print(1)", "[<|python_tag|>print(1)]");
    row("Llama 3, JSON that is no call", kLlama, " {\"a\": 1}\nDone.", "[ {\"a\": 1}\nDone.]");
    row("Llama 3, braces later on", kLlama, "See {\"name\": \"f\", \"parameters\": {}}", "[See {\"name\": \"f\", \"parameters\": {}}]");

    row("Kimi K2", kKimi,
        "<think>w</think>Ok<|tool_calls_section_begin|><|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{\"a\": 1}"
        "<|tool_call_end|><|tool_call_begin|>functions.g:1<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>",
        "(w)[Ok]!f{\"a\":1}#functions.f:0!g{}#functions.g:1");
    row("Kimi K2, cut off", kKimi, "<|tool_calls_section_begin|><|tool_call_begin|>functions.f:0<|tool_c",
        "[<|tool_calls_section_begin|><|tool_call_begin|>functions.f:0<|tool_c]");

    row("Gemma 4", kGemma, "<|channel>thought\nw\n<channel|>Hi", "(w)[Hi]");
    row("Gemma 4, a call", kGemma, "<|tool_call>call:f{a:<|\"|>x, {y}<|\"|>,b:true,c:[1,-2.5],d:{<|\"|>k<|\"|>:null}}<tool_call|>",
        "!f{\"a\":\"x, {y}\",\"b\":true,\"c\":[1,-2.5],\"d\":{\"k\":null}}");
    row("Gemma 4, no call", kGemma, "<|tool_call>call:f{a}<tool_call|> x", "[<|tool_call>call:f{a}<tool_call|> x]");

    row("harmony", kHarmony,
        "<|channel|>analysis<|message|>Let me\nsee.<|end|><|start|>assistant<|channel|>final<|message|>Yes < no.<|return|>",
        "(Let me\nsee.)[Yes < no.]");
    row("harmony, a call", kHarmony,
        "<|channel|>analysis<|message|>w<|end|><|start|>assistant<|channel|>commentary to=functions.f "
        "<|constrain|>json<|message|>{\"a\": 1}<|call|>",
        "(w)!f{\"a\":1}");
    row("harmony, the recipient first", kHarmony, " to=functions.f<|channel|>commentary json<|message|>{\"a\": 1}", "!f{\"a\":1}");
    row("harmony, a preamble", kHarmony, "<|channel|>commentary<|message|>I look.<|end|>", "[I look.]");
    row("harmony, arguments without JSON", kHarmony, "<|channel|>commentary to=functions.f<|message|>nix<|call|>",
        "[<|channel|>commentary to=functions.f<|message|>nix]");
    row("harmony left", kHarmony, "Just text <|x|>.", "[Just text <|x|>.]");
    row("harmony, half a header", kHarmony, "<|channel|>analy", "[<|channel|>analy]");
    row("harmony, a message that is not closed", kHarmony, "<|channel|>analysis<|message|>w<|channel|>final<|message|>a", "(w)[a]");
}

void TestAnswerParser::answers()
{
    QFETCH(QString, signs);
    QFETCH(bool, inReasoning);
    QFETCH(QString, answer);
    QFETCH(QString, expected);
    const AnswerFormat format = AnswerFormat::detect(signs.toStdString());
    QCOMPARE(QString::fromStdString(parsed(format, inReasoning, {answer.toStdString()})), expected);
}

void TestAnswerParser::everySplitGivesTheSame()
{
    QFETCH(QString, signs);
    QFETCH(bool, inReasoning);
    QFETCH(QString, answer);
    QFETCH(QString, expected);
    const AnswerFormat format = AnswerFormat::detect(signs.toStdString());
    const std::string text = answer.toStdString();
    std::vector<std::string> bytes;
    for (std::size_t at = 0; at < text.size(); ++at) {
        bytes.push_back(text.substr(at, 1));
        const std::string twice = parsed(format, inReasoning, {text.substr(0, at), text.substr(at)});
        QCOMPARE(QString::fromStdString(twice), expected);
    }
    QCOMPARE(QString::fromStdString(parsed(format, inReasoning, bytes)), expected);
    std::mt19937 random(2);
    for (int round = 0; round < 20; ++round) {
        std::vector<std::string> pushes;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t size = 1 + random() % 9;
            pushes.push_back(text.substr(at, size));
            at += size;
        }
        QCOMPARE(QString::fromStdString(parsed(format, inReasoning, pushes)), expected);
    }
}

void TestAnswerParser::textComesAtOnce_data()
{
    QTest::addColumn<QString>("signs");
    for (const char *signs : {kPlain, kThink, kQwen, kDeepSeek, kDsml, kMistral, kLlama, kKimi, kGemma}) {
        QTest::newRow(signs) << QString::fromUtf8(signs);
    }
}

/// Nothing is held back but what may become a mark.
void TestAnswerParser::textComesAtOnce()
{
    QFETCH(QString, signs);
    const auto parser = AnswerParser::create(AnswerFormat::detect(signs.toStdString()), false);
    for (const char *piece : {"Hello", " wor", "ld <b", "> { ", "[x]", " a<", "= b", "\n"}) {
        Written out;
        parser->push(piece, out.sink());
        const bool opens = std::string_view(piece).ends_with('<') || std::string_view(piece).ends_with('[');
        QVERIFY2(opens || !out.text().empty(), piece);
    }
    Written out;
    parser->finish(out.sink());
    QVERIFY(out.text().empty());
}

void TestAnswerParser::answersThatGoOn_data()
{
    QTest::addColumn<QString>("signs");
    QTest::addColumn<QString>("answer");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *signs, const char *answer, const char *expected) {
        QTest::newRow(name) << QString::fromUtf8(signs) << QString::fromUtf8(answer) << QString::fromUtf8(expected);
    };
    row("white space counts", kThink, " and more", "[ and more]");
    row("reasoning is over", kThink, "a <think> b", "[a <think> b]");
    row("an object is no call", "<|python_tag|>", "{\"a\": 1}", "[{\"a\": 1}]");
    row("a call may follow", kQwen, "<tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>", "!f{}");
    row("harmony is within its message", "<|channel|> <|message|>", " and more<|return|>", "[ and more]");
}

void TestAnswerParser::answersThatGoOn()
{
    QFETCH(QString, signs);
    QFETCH(QString, answer);
    QFETCH(QString, expected);
    const auto parser = AnswerParser::continued(AnswerFormat::detect(signs.toStdString()));
    Written out;
    parser->push(answer.toStdString(), out.sink());
    parser->finish(out.sink());
    QCOMPARE(QString::fromStdString(out.text()), expected);
}

void TestAnswerParser::promptsThatOpenReasoning()
{
    const AnswerFormat think = AnswerFormat::detect(kThink);
    QVERIFY(think.opensReasoning("<|im_start|>assistant\n<think>\n"));
    QVERIFY(!think.opensReasoning("<|im_start|>assistant\n<think>\n\n</think>\n\n"));
    QVERIFY(!think.opensReasoning("What is <think>?<|im_start|>assistant\n"));
    QVERIFY(!think.opensReasoning(""));
    QVERIFY(!AnswerFormat::detect(kPlain).opensReasoning("<think>"));
    QVERIFY(!AnswerFormat::detect(kPlain).opensReasoning("\n"));
}

void TestAnswerParser::controlTokensOfMarks()
{
    QVERIFY(AnswerFormat::detect(kThink).isMark("</think>"));
    QVERIFY(!AnswerFormat::detect(kThink).isMark("<|im_end|>"));
    QVERIFY(!AnswerFormat::detect(kThink).isMark(""));
    QVERIFY(AnswerFormat::detect(kHarmony).isMark("<|channel|>"));
    QVERIFY(AnswerFormat::detect(kHarmony).isMark("<|message|>"));
    QVERIFY(AnswerFormat::detect(kGemma).isMark("<|channel>")); // "thought" is a word of its own
    QVERIFY(AnswerFormat::detect(kGemma).isMark("<|\"|>"));
    QVERIFY(AnswerFormat::detect(kKimi).isMark("<|tool_call_argument_begin|>"));
    QVERIFY(AnswerFormat::detect(kDeepSeek).isMark("<｜tool▁sep｜>"));
    QVERIFY(AnswerFormat::detect(kDsml).isMark("｜DSML｜"));
    QVERIFY(!AnswerFormat::detect(kPlain).isMark("</think>"));
}

void TestAnswerParser::longCallsAreText_data()
{
    QTest::addColumn<QString>("signs");
    QTest::addColumn<QString>("open");
    QTest::newRow("tagged") << kQwen << "<tool_call>";
    QTest::newRow("tagged JSON") << kQwen << "<tool_call>{\"name\": \"";
    QTest::newRow("Mistral") << kMistral << "[TOOL_CALLS][\"";
    QTest::newRow("Mistral, a long name") << kMistral << "[TOOL_CALLS]x";
    QTest::newRow("Llama") << kLlama << "{\"";
    QTest::newRow("code") << kLlama << "<|python_tag|>x";
    QTest::newRow("harmony call") << kHarmony << "<|channel|>commentary to=f<|message|>";
    QTest::newRow("harmony header") << kHarmony << "<|channel|>x";
}

/// What is held back is bounded, and the same wherever the text is cut.
void TestAnswerParser::longCallsAreText()
{
    QFETCH(QString, signs);
    QFETCH(QString, open);
    const AnswerFormat format = AnswerFormat::detect(signs.toStdString());
    std::string text = open.toStdString();
    while (text.size() < 1200000) {
        text += "abcdefg ";
    }
    const std::string whole = parsed(format, false, {text});
    QCOMPARE(QString::fromStdString(whole), QStringLiteral("[%1]").arg(QString::fromStdString(text)));
    std::vector<std::string> pushes;
    for (std::size_t at = 0; at < text.size(); at += 4093) {
        pushes.push_back(text.substr(at, 4093));
    }
    QVERIFY(parsed(format, false, pushes) == whole);
}

void TestAnswerParser::nestedArgumentsAreBounded()
{
    const std::string deep = std::string(100000, '[') + std::string(100000, ']');
    std::string deepGemma = "<|tool_call>call:f{a:" + deep + "}<tool_call|>";
    QCOMPARE(parsed(AnswerFormat::detect(kGemma), false, {deepGemma}), "[" + deepGemma + "]");
    std::string deepQwen = "<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": " + deep + "}}</tool_call>";
    QCOMPARE(parsed(AnswerFormat::detect(kQwen), false, {deepQwen}), "[" + deepQwen + "]");
}

void TestAnswerParser::manyMarksTakeLinearTime()
{
    std::string text;
    while (text.size() < 1000000) {
        text += "<tool_call></tool_call><think><";
    }
    const std::clock_t before = std::clock();
    const std::string out = parsed(AnswerFormat::detect(kQwen), false, {text});
    QVERIFY(out.size() >= text.size() / 2);
    QVERIFY(static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC < 5);
}

/// Of marks and words at random: all words come out, in order, and every cut gives the same.
void TestAnswerParser::randomTextLosesNothing()
{
    std::mt19937 random(7);
    for (const char *signs : {kQwen, kDeepSeek, kDsml, kMistral, kLlama, kKimi, kGemma, kHarmony, kThink}) {
        const AnswerFormat format = AnswerFormat::detect(signs);
        std::vector<std::string> words = format.marks();
        for (const char *more : {"{", "}", "[", "\"", "\n", " ", "<", "name", "{\"name\": \"f\", \"arguments\": {}}", "f"}) {
            words.emplace_back(more);
        }
        for (int round = 0; round < 300; ++round) {
            std::string text;
            std::string letters;
            for (unsigned i = 0; i < 1 + random() % 12; ++i) {
                if (random() % 2 == 0) {
                    const char letter = static_cast<char>('A' + random() % 26);
                    text += letter;
                    text += "~";
                    letters += letter;
                    letters += '~';
                } else {
                    text += words[random() % words.size()];
                }
            }
            const std::string whole = parsed(format, false, {text});
            std::string kept;
            for (std::size_t i = 0; i + 1 < whole.size(); ++i) {
                if (whole[i + 1] == '~') {
                    kept += whole.substr(i, 2);
                }
            }
            const bool harmonyHeader = format.harmony && text.find("<|message|>") != std::string::npos; // headers are no text
            QVERIFY2(harmonyHeader || kept == letters, (text + "  =>  " + whole).c_str());
            std::vector<std::string> bytes;
            for (const char byte : text) {
                bytes.emplace_back(1, byte);
            }
            QVERIFY2(parsed(format, false, bytes) == whole, (text + "  =>  " + whole).c_str());
        }
    }
}

void TestAnswerParser::referenceTemplates_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("from"); ///< the answer with the call is what stands between these in the rendered conversation
    QTest::addColumn<QString>("to");
    const auto row = [](const char *name, const char *from, const char *to) {
        QTest::newRow(name) << QString::fromUtf8(name) << QString::fromUtf8(from) << QString::fromUtf8(to);
    };
    row("GLM-4.6", "Weather in Paris?<|assistant|>", "<|observation|>");
    row("Kimi-K2-Thinking", "<|im_assistant|>assistant<|im_middle|>", "<|im_end|>");
    row("moonshotai-Kimi-K2", "<|im_assistant|>assistant<|im_middle|>", "<|im_end|>");
    row("Mistral-Small-3.2-24B-Instruct-2506", "Weather in Paris?[/INST]", "<|eos|>");
    row("mistralai-Mistral-Nemo-Instruct-2407", "Weather in Paris?[/INST]", "<|eos|>");
    row("Qwen-Qwen3-0.6B", "<|im_start|>assistant\n", "<|im_end|>");
    row("Qwen3-Coder", "<|im_start|>assistant\n", "<|im_end|>");
    row("Qwen3.5-4B", "<|im_start|>assistant\n", "<|im_end|>");
    row("deepseek-ai-DeepSeek-V3.1", "<｜Assistant｜><think></think>", "<｜end▁of▁sentence｜>");
    row("deepseek-ai-DeepSeek-V4", "Weather in Paris?<｜Assistant｜></think>", "<｜end▁of▁sentence｜>");
    row("google-gemma-4-31B-it", "<|turn>model\n", "<|tool_response>");
    row("meta-llama-Llama-3.1-8B-Instruct", "assistant<|end_header_id|>\n\n", "<|eot_id|>");
    row("meta-llama-Llama-3.2-3B-Instruct", "assistant<|end_header_id|>\n\n", "<|eot_id|>");
    row("openai-gpt-oss-120b", "Weather in Paris?<|end|><|start|>assistant", "<|call|>");
}

/// The answer with a call, as each family's own template writes it.
void TestAnswerParser::referenceTemplates()
{
    QFETCH(QString, name);
    QFETCH(QString, from);
    QFETCH(QString, to);
    if (!QFile::exists(kTemplates)) {
        QSKIP("SKIPPED: the reference templates are not on this machine");
    }
    static const auto reference = Json::parse(readAll(kTemplates + QStringLiteral("/expected.json")));
    const AnswerFormat format = AnswerFormat::detect(readAll(kTemplates + QLatin1Char('/') + name + QStringLiteral(".jinja")));
    int answers = 0;
    for (const char *variant : {"tool_result", "tool_result_string_arguments"}) {
        const auto &rendering = reference.at("renderings").at(name.toStdString()).at(variant);
        const QString text = rendering.contains("text") ? QString::fromStdString(rendering.at("text").get<std::string>()) : QString();
        // Two templates write arguments given as text in a way that no model was trained to write.
        if (text.isEmpty() || text.contains(QStringLiteral("{{")) || text.contains(QStringLiteral("[ARGS]\""))) {
            continue;
        }
        const qsizetype begin = text.indexOf(from) + from.size();
        QVERIFY(begin >= from.size());
        const QString answer = text.mid(begin, text.indexOf(to, begin) - begin);
        Written out;
        std::vector<ToolCall> calls;
        const auto parser = AnswerParser::create(format, false);
        const AnswerPartSink sink = [&](AnswerPart &&part) {
            if (auto *call = std::get_if<ToolCall>(&part)) {
                calls.push_back(std::move(*call));
            } else {
                out.sink()(std::move(part));
            }
        };
        parser->push(answer.toStdString(), sink);
        parser->finish(sink);
        QCOMPARE(out.text(), std::string());
        QCOMPARE(calls.size(), std::size_t{1});
        QCOMPARE(calls[0].name, std::string("get_weather"));
        QVERIFY(Json::parse(calls[0].arguments) == Json::parse(R"({"city": "Paris"})"));
        ++answers;
    }
    QVERIFY(answers > 0);
}

QTEST_GUILESS_MAIN(TestAnswerParser)
#include "test_answer_parser.moc"
